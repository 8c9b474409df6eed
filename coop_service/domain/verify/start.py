"""What the day starts from: vans on the road, frozen stops, locked stops."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from coop_service.domain.plan import Plan, Visit
from coop_service.domain.problem import Direction, Order, Problem, Vehicle
from coop_service.domain.verify.verdict import Findings, Rule


def check_start(problem: Problem, plan: Plan, served: AbstractSet[str], findings: Findings) -> None:
    """Report vans that do not come home, goods on board gone astray, prefixes and locks broken."""
    _check_vans_come_home(problem, plan, findings)
    _check_goods_on_board(problem, plan, findings)
    for vehicle in problem.vehicles:
        if vehicle.first_stops:
            _check_first_stops(problem, plan, vehicle, served, findings)
    _check_locks(problem, plan, findings)


def _check_vans_come_home(problem: Problem, plan: Plan, findings: Findings) -> None:
    routed = {route.vehicle for route in plan.routes}
    for vehicle in problem.vehicles:
        if vehicle.underway is not None and vehicle.id not in routed:
            findings.add(
                Rule.UNDERWAY_MISSING,
                "车辆已在途，计划中却没有它的线路，至少须返回场站",
                "the vehicle is on the road and has no route; it must at least come home",
                amount=1,
                unit="routes",
                vehicle=vehicle.id,
            )


def _check_goods_on_board(problem: Problem, plan: Plan, findings: Findings) -> None:
    """What is on board is left on that van's present trip; nothing else from a depot is."""
    holder = {
        item.order: vehicle.id
        for vehicle in problem.vehicles
        for item in (vehicle.underway.on_board if vehicle.underway else ())
    }
    for vehicle_id, on_present_trip, visit, order in _services(problem, plan):
        held_by = holder.get(order.id)
        if held_by is not None:
            # Collecting what is on board already is serving it twice, and is reported as such.
            if not _is_left(order, visit.stop) or (on_present_trip and vehicle_id == held_by):
                continue
            rule = Rule.ON_BOARD_ELSEWHERE
            zh = f"货在 {held_by} 车上，只能由该车在当前这一趟送到"
            en = f"is on board of {held_by}, which alone can leave it, on its present trip"
        elif on_present_trip and order.direction == Direction.OUTBOUND:
            rule = Rule.NOT_ON_BOARD
            zh = "不在车上，当前这一趟送不了，须回场站装车后再送"
            en = "is not on board, and cannot be left before the vehicle has been reloaded"
        else:
            continue
        findings.add(
            rule,
            zh,
            en,
            amount=1,
            unit="orders",
            vehicle=vehicle_id,
            stop=visit.stop,
            order=order.id,
        )


def _services(problem: Problem, plan: Plan) -> Iterator[tuple[str, bool, Visit, Order]]:
    """Each order of each visit, with the vehicle and whether it was on that trip already."""
    for route in plan.routes:
        vehicle = problem.vehicle_by_id.get(route.vehicle)
        underway = vehicle is not None and vehicle.underway is not None
        for number, trip in enumerate(route.trips):
            for visit in trip.stops:
                for name in dict.fromkeys(visit.orders):
                    if name in problem.order_by_id:
                        yield (
                            route.vehicle,
                            underway and number == 0,
                            visit,
                            problem.order_by_id[name],
                        )


def _is_left(order: Order, stop: str) -> bool:
    if order.direction == Direction.TRANSFER:
        return order.to_stop == stop
    return order.direction == Direction.OUTBOUND


def _check_first_stops(
    problem: Problem,
    plan: Plan,
    vehicle: Vehicle,
    served: AbstractSet[str],
    findings: Findings,
) -> None:
    """One violation for a prefix: how many of its stops are not visited at their place."""
    at_stop = _stops_to_visit(problem, served)
    due = [stop for stop in vehicle.first_stops if stop in at_stop]
    visited = next(
        (
            [visit.stop for visit in route.visits]
            for route in plan.routes
            if route.vehicle == vehicle.id
        ),
        [],
    )
    misplaced = [stop for at, stop in enumerate(due) if visited[at : at + 1] != [stop]]
    if misplaced:
        findings.add(
            Rule.FIRST_STOPS,
            f"应先依次停靠 {'、'.join(due)}，其中 {len(misplaced)} 处不在其位",
            f"the first stops must be {', '.join(due)}; {len(misplaced)} of them are not visited "
            "at their place",
            amount=len(misplaced),
            unit="stops",
            vehicle=vehicle.id,
            stop=misplaced[0],
        )


def _stops_to_visit(problem: Problem, served: AbstractSet[str]) -> frozenset[str]:
    """Stops with an end of a served order that is still to be visited."""
    on_board = {
        item.order
        for vehicle in problem.vehicles
        for item in (vehicle.underway.on_board if vehicle.underway else ())
    }
    stops: set[str | None] = set()
    for order in problem.orders:
        if order.id in served:
            if order.id not in on_board or order.direction == Direction.OUTBOUND:
                stops.add(order.stop)
            stops.add(order.to_stop)
    return frozenset(stop for stop in stops if stop is not None)


def _check_locks(problem: Problem, plan: Plan, findings: Findings) -> None:
    for route in plan.routes:
        for visit in route.visits:
            stop = problem.stop_by_id.get(visit.stop)
            if stop is not None and stop.locked_vehicle not in (None, route.vehicle):
                findings.add(
                    Rule.LOCKED_VEHICLE,
                    f"停靠点锁定给 {stop.locked_vehicle}，只有该车可停靠",
                    f"the stop is locked to {stop.locked_vehicle}, which alone may visit it",
                    amount=1,
                    unit="visits",
                    vehicle=route.vehicle,
                    stop=visit.stop,
                )
