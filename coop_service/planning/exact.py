"""Days so small that every plan can be looked at: the optimum, proved."""

from __future__ import annotations

from collections.abc import Iterator
from math import factorial
from typing import Final

import numpy as np

from coop_service.planning.evaluation import evaluator
from coop_service.planning.first_visits import first_visits
from coop_service.planning.instance import Routes, VehicleKind
from coop_service.planning.units import Units

MAX_SEQUENCES: Final = 5_000
"""Visiting orders that may be looked at, which keeps this under about a second."""

BestRoutes = dict[int, tuple[float, tuple[int, ...]]]
"""For a set of units (as bits) the least yuan, with what is left out, and the visiting order."""


def is_small(units: Units) -> bool:
    """Whether :func:`solve_exactly` may be asked."""
    kinds = set(units.instance.vehicle_kinds)
    # how many sets of tasks with at most one variant of each unit there are, by their size
    sets = [1]
    for variants in units.variants:
        extended = [*sets, *[0] * max(map(len, variants))]
        for variant in variants:
            for size, number in enumerate(sets):
                extended[size + len(variant)] += number
        sets = extended
        if len(kinds) * sum(sets) > MAX_SEQUENCES:
            return False
    sequences = sum(number * factorial(size) for size, number in enumerate(sets))
    return len(kinds) * sequences <= MAX_SEQUENCES


def solve_exactly(units: Units) -> Routes:
    """Routes of least cost over all ways to deal the units to the vehicles or to leave them out.

    Dynamic programming over sets of units, a vehicle at a time; each vehicle kind's cheapest
    visiting order of each set is found by trying all of them, with all variants.
    """
    kinds = units.instance.vehicle_kinds
    by_kind: dict[VehicleKind, BestRoutes] = {}
    for v, kind in enumerate(kinds):
        if kind not in by_kind:
            by_kind[kind] = _best_routes(units, v)
    # yuan and routes so far by the set of units that is served
    best: dict[int, tuple[float, Routes]] = {0: (0.0, ())}
    for kind in kinds:
        extended: dict[int, tuple[float, Routes]] = {}
        for served, (yuan, routes) in best.items():
            for chosen, (route_yuan, route) in by_kind[kind].items():
                union = served | chosen
                if served & chosen or (
                    union in extended and extended[union][0] <= yuan + route_yuan
                ):
                    continue
                extended[union] = (yuan + route_yuan, (*routes, route))
        best = extended

    def total(served: int) -> float:
        left_out = [u for u in range(len(units.variants)) if not served >> u & 1]
        return best[served][0] + float(units.drop_yuan[left_out].sum())

    first = {int(units.unit_of[i]) for route in first_visits(units.instance) for i in route}
    whole = [served for served in best if all(served >> u & 1 for u in first)]
    return best[min(whole, key=total)][1]


def _best_routes(units: Units, v: int) -> BestRoutes:
    vehicle = units.instance.vehicles[v]
    best: BestRoutes = {0: (evaluator(units.instance).cost_yuan(vehicle, ()), ())}
    for order in _sequences(units, v, (), 0):
        yuan = evaluator(units.instance).cost_yuan(vehicle, order)
        if np.isinf(yuan):
            continue
        yuan += float(units.extra_yuan[list(order)].sum())
        chosen = sum(1 << u for u in {int(units.unit_of[i]) for i in order})
        if chosen not in best or yuan < best[chosen][0]:
            best[chosen] = (yuan, order)
    return best


def _sequences(
    units: Units, v: int, begun: tuple[int, ...], used: int
) -> Iterator[tuple[int, ...]]:
    """All visiting orders with at most one variant of each unit, whole at the end."""
    still_open = _open_tasks(units, begun)
    if begun and not still_open:
        yield begun
    for i in np.flatnonzero(units.instance.allowed[v]).tolist():
        unit = int(units.unit_of[i])
        # a variant of several tasks that has begun goes on, another one may not begin
        if i not in begun and (i in still_open or not used >> unit & 1):
            yield from _sequences(units, v, (*begun, i), used | 1 << unit)


def _open_tasks(units: Units, begun: tuple[int, ...]) -> set[int]:
    """Tasks that are missing of the variants that have begun."""
    return {
        i
        for variants in units.variants
        for variant in variants
        if set(variant) & set(begun)
        for i in variant
        if i not in begun
    }
