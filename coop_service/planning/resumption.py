"""Planning on from an earlier plan and from vans on the road."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coop_service.domain.plan import Plan
from coop_service.domain.problem import Vehicle
from coop_service.errors import Fault, InvalidInput, both, pointer
from coop_service.planning.evaluation import evaluator
from coop_service.planning.instance import Instance, Routes
from coop_service.planning.search import Search


class VanCannotComeHome(InvalidInput):
    """A van on the road that cannot be home by the rules, whatever it leaves out."""

    code = "van_cannot_come_home"


def refuse_stranded(instance: Instance) -> None:
    """Raise where a van on the road cannot drive straight home.

    Raises:
        VanCannotComeHome: names every such van, and what to change.
    """
    faults = [
        Fault(
            pointer("vehicles", v, "underway"),
            VanCannotComeHome.code,
            both(
                f"车辆 {vehicle.id} 从当前位置无法按规则返回"
                "(班次、场站关门、里程、工时、驾驶或道路)；"
                "请延长班次或放宽相应限制",
                f"vehicle {vehicle.id} cannot come home from where it is within its rules (shift, "
                "depot hours, range, work, driving, roads): extend its shift or ease the limit",
            ),
        )
        for v, vehicle in enumerate(instance.vehicles)
        if vehicle.underway is not None and np.isinf(evaluator(instance).cost_yuan(vehicle, ()))
    ]
    if faults:
        raise VanCannotComeHome(faults)


def resume(search: Search, plan: Plan) -> Routes:
    """Routes as an earlier plan has them, without the visits that break a rule now.

    They go on from the first routes of a new search.

    What is not known any more (stops, orders, vehicles) is passed over. Of a visit's variants that
    which comes nearest to the orders it had is taken.
    """
    calls = _calls(plan)
    fixed = {int(search.units.unit_of[i]) for route in search.first_visits for i in route}
    of_vehicle: defaultdict[str, list[_Placed]] = defaultdict(list)
    for unit in range(len(search.units.variants)):
        placed = None if unit in fixed else _place(search, unit, calls)
        if placed is not None:
            of_vehicle[placed.vehicle].append(placed)
    return tuple(
        _keep_what_fits(search, vehicle, first, of_vehicle[vehicle.id])
        for vehicle, first in zip(search.instance.vehicles, search.routes, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Placed:
    """A unit's tasks as the plan visits them: (number of the visit in the vehicle's day, task)."""

    vehicle: str
    visits: tuple[tuple[int, int], ...]


Calls = dict[tuple[str, str], tuple[str, int]]
"""For each (order, stop) the vehicle that calls, and the number of the visit in its day."""


def _calls(plan: Plan) -> Calls:
    return {
        (order, visit.stop): (route.vehicle, number)
        for route in plan.routes
        for number, visit in enumerate(route.visits)
        for order in visit.orders
    }


def _place(search: Search, unit: int, calls: Calls) -> _Placed | None:
    """The variant of a unit that is nearest to the plan, if one vehicle calls at all its stops."""
    tasks = search.instance.tasks

    def pairs(variant: Sequence[int]) -> set[tuple[str, str]]:
        return {(order.id, tasks[i].stop.id) for i in variant for order in tasks[i].orders}

    variants = search.units.variants[unit]
    planned = pairs(variants[0]) & calls.keys()
    vehicles = {calls[pair][0] for pair in planned}
    if not planned or len(vehicles) > 1:
        return None
    variant = min(variants, key=lambda one: len(pairs(one) ^ planned))
    number = {stop: calls[order, stop][1] for order, stop in planned}
    if any(tasks[i].stop.id not in number for i in variant):
        return None
    return _Placed(vehicles.pop(), tuple((number[tasks[i].stop.id], i) for i in variant))


def _keep_what_fits(
    search: Search, vehicle: Vehicle, first: tuple[int, ...], placed: Sequence[_Placed]
) -> tuple[int, ...]:
    """All of the placed units in the plan's order, or those that fit one after the other."""

    def route(units: Sequence[_Placed]) -> tuple[int, ...]:
        visits = sorted(visit for unit in units for visit in unit.visits)
        return (*first, *(task for _, task in visits))

    def fits(units: Sequence[_Placed]) -> bool:
        return bool(np.isfinite(evaluator(search.instance).cost_yuan(vehicle, route(units))))

    if fits(placed):
        return route(placed)
    kept: list[_Placed] = []
    for unit in sorted(placed, key=lambda one: min(one.visits)):
        if fits([*kept, unit]):
            kept.append(unit)
    return route(kept)
