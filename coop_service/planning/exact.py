"""Days so small that every plan can be looked at: the optimum, proved."""

from __future__ import annotations

from itertools import permutations
from math import perm
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coop_service.planning.evaluation import evaluate_trip
from coop_service.planning.instance import (
    COST_UNITS_PER_YUAN,
    Instance,
    Routes,
    VehicleKind,
    vehicle_kind,
)

MAX_SEQUENCES: Final = 5_000
"""Visiting orders that may be looked at, which keeps this under about a second."""

BestTrips = dict[int, tuple[int, tuple[int, ...]]]
"""For a set of tasks (as bits) the cheapest cost in cost units and its visiting order."""


def is_small(instance: Instance) -> bool:
    """Whether :func:`solve_exactly` may be asked."""
    kinds = {vehicle_kind(vehicle) for vehicle in instance.vehicles}
    tasks = len(instance.tasks)
    return len(kinds) * sum(perm(tasks, chosen) for chosen in range(tasks + 1)) <= MAX_SEQUENCES


def solve_exactly(instance: Instance, drop_costs: NDArray[np.int64]) -> Routes:
    """Routes of least cost over all ways to deal the tasks to the vehicles or to leave them out.

    Dynamic programming over sets of tasks, a vehicle at a time; each vehicle kind's cheapest
    visiting order of each set is found by trying all of them.
    """
    tasks = len(instance.tasks)
    by_kind: dict[VehicleKind, BestTrips] = {}
    for v, vehicle in enumerate(instance.vehicles):
        if vehicle_kind(vehicle) not in by_kind:
            by_kind[vehicle_kind(vehicle)] = _best_trips(instance, v)
    # cost and routes so far by the set of tasks that is served
    best: dict[int, tuple[int, Routes]] = {0: (0, ())}
    for vehicle in instance.vehicles:
        extended: dict[int, tuple[int, Routes]] = {}
        for served, (cost, routes) in best.items():
            for chosen, (trip_cost, trip) in by_kind[vehicle_kind(vehicle)].items():
                union = served | chosen
                if served & chosen or (
                    union in extended and extended[union][0] <= cost + trip_cost
                ):
                    continue
                extended[union] = (cost + trip_cost, (*routes, trip))
        best = extended

    def total(served: int) -> int:
        left_out = [i for i in range(tasks) if not served >> i & 1]
        return best[served][0] + int(drop_costs[left_out].sum())

    return best[min(best, key=total)][1]


def _best_trips(instance: Instance, v: int) -> BestTrips:
    vehicle = instance.vehicles[v]
    may = np.flatnonzero(instance.allowed[v]).tolist()
    best: BestTrips = {0: (0, ())}
    for size in range(1, len(may) + 1):
        for order in permutations(may, size):
            trip = evaluate_trip(instance, vehicle, order)
            if trip is None:
                continue
            cost = round(trip.cost_parts.total * COST_UNITS_PER_YUAN)
            chosen = sum(1 << i for i in order)
            if chosen not in best or cost < best[chosen][0]:
                best[chosen] = (cost, order)
    return best
