"""Found days written down as a plan, so that the checker can judge them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coop_service.domain.plan import (
    CostParts,
    Plan,
    Reason,
    Rest,
    RestKind,
    Route,
    Status,
    Trip,
    Unassigned,
    Visit,
)
from coop_service.domain.problem import Direction, Order, Problem, Vehicle
from coop_service.domain.verify import Rule, verify
from tests.planning.exhaustive_times import Event

UNSTATED = {
    Rule.STATED_COST,
    Rule.STATED_COST_PARTS,
    Rule.STATED_DISTANCE,
    Rule.STATED_DRIVING,
    Rule.STATED_ROUTE_COST,
    Rule.STATED_SERVICE,
    Rule.STATED_WAITING,
}
"""Sums that the plans here leave at 0; what they add up from is in them."""


def judge(problem: Problem, plan: Plan) -> tuple[float, set[Rule]]:
    """The cost of a plan written here by the checker, and the rules that it finds broken."""
    verdict = verify(problem, plan)
    return verdict.cost, {violation.rule for violation in verdict.violations} - UNSTATED


def write_plan(
    problem: Problem, days: Mapping[str, Sequence[Event]], gone: set[str], penalty: float
) -> Plan:
    """The events of each vehicle, and the orders that are left out, as a plan."""
    routes = tuple(
        _write_route(problem, problem.vehicle_by_id[name], events) for name, events in days.items()
    )
    visits = [visit.stop for route in routes for visit in route.visits]
    return Plan(
        name=problem.name,
        engine="exhaustive",
        status=Status.OPTIMAL,
        seconds=0.0,
        cost=0.0,
        cost_parts=CostParts(dropped=penalty),
        routes=routes,
        unassigned=tuple(Unassigned(name, Reason.COMPETITION, False) for name in sorted(gone)),
        split_stops=tuple(sorted({stop for stop in visits if visits.count(stop) > 1})),
    )


def _write_route(problem: Problem, vehicle: Vehicle, events: Sequence[Event]) -> Route:
    trips: list[Trip] = []
    lunch = problem.rules.lunch
    underway = vehicle.underway
    visits: list[Visit] = []
    rests: list[Rest] = []
    load: dict[str, float] = {}
    at_start: dict[str, float] = {}
    depart_s, now_s = 0, 0

    def rest(from_s: int, until_s: int, kind: RestKind) -> None:
        if until_s > from_s:
            stop = visits[-1].stop if visits else None
            rests.append(Rest(stop, from_s, until_s - from_s, kind))

    def add(order: Order, sign: int) -> None:
        for unit, amount in order.load.items():
            load[unit] = load.get(unit, 0.0) + sign * amount

    for e, event in enumerate(events):
        if event.kind == "depart":
            load = {}
            if underway is not None and not trips:
                on_board = [problem.order_by_id[item.order] for item in underway.on_board]
            else:
                on_board = _loaded_at_depot(problem, events[e + 1 :])
            for order in on_board:
                add(order, 1)
            at_start, depart_s = dict(load), event.start_s
            visits = []
        elif event.task is not None:
            stop, names = event.task
            for order in (problem.order_by_id[name] for name in names):
                leaves = order.direction is Direction.OUTBOUND or order.to_stop == stop
                add(order, -1 if leaves else 1)
            visits.append(Visit(stop, now_s, event.start_s, event.end_s, names, dict(load)))
        elif event.kind in {"rest", "lunch"}:
            on_the_road = bool(visits) or (underway is not None and not trips)
            begin_s = event.end_s
            if event.kind == "lunch" and lunch is not None:
                begin_s = max(event.start_s, lunch.window_s[0])
            # on the road the time before a rest is rest as well, at the depot it need not be
            rest(now_s if on_the_road else event.start_s, begin_s, RestKind.DRIVING)
            if event.kind == "lunch" and lunch is not None:
                rest(begin_s, begin_s + lunch.duration_s, RestKind.LUNCH)
                rest(begin_s + lunch.duration_s, event.end_s, RestKind.DRIVING)
            if on_the_road and not visits:
                depart_s = event.end_s
        elif event.kind == "arrive":
            trips.append(
                Trip(depart_s, event.start_s, at_start, dict(load), tuple(visits), tuple(rests))
            )
            visits, rests = [], []
        now_s = event.end_s + event.leg_s
    sums_s = (0, 0, 0, 0)
    return Route(
        vehicle.id, trips[0].depart_s, trips[-1].return_s, *sums_s, cost=0.0, trips=tuple(trips)
    )


def _loaded_at_depot(problem: Problem, events: Sequence[Event]) -> list[Order]:
    """The outbound orders of the trip that begins with these events."""
    loaded = []
    for event in events:
        if event.kind == "arrive":
            break
        names = () if event.task is None else event.task[1]
        loaded += [problem.order_by_id[name] for name in names]
    return [order for order in loaded if order.direction is Direction.OUTBOUND]
