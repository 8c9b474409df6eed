"""A plan from a changed board: only the days that changed are timed anew."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from coop_service.domain.edits.apply import apply_changes
from coop_service.domain.edits.board import Board, Call, Trips, trips_of
from coop_service.domain.edits.changes import Change
from coop_service.domain.edits.locks import hub_stops, with_locks
from coop_service.domain.edits.outcome import Checked
from coop_service.domain.handovers import find_handovers
from coop_service.domain.key_figures import key_figures
from coop_service.domain.plan import CostParts, Plan, Reason, Route, Status, Unassigned
from coop_service.domain.problem import Direction, Problem
from coop_service.domain.verify import verify
from coop_service.errors import Fault, InvalidInput, both
from coop_service.planning.assembly import make_route
from coop_service.planning.day_start import holders
from coop_service.planning.editing.forward import Releases, drive_on
from coop_service.planning.editing.hand_day import HandDay
from coop_service.planning.evaluation import Evaluator
from coop_service.planning.instance import Instance
from coop_service.planning.relay.itinerary import route_cost
from coop_service.planning.visits import VisitTask

ENGINE: Final = "hand"
"""What the engine of a plan that was changed by hand is called."""

MOST_ROUNDS: Final = 24
"""Times found together at hubs settle within a few rounds, or never."""


class NoTimetable(InvalidInput):
    """Changes after which vehicles wait for one another without end."""

    code = "no_timetable"


@dataclass(frozen=True, slots=True)
class Retimed:
    """Routes of a changed board, and the vehicles that were timed by simply driving on."""

    routes: tuple[Route, ...]
    plainly_timed: frozenset[str]


def check_changes(hand: HandDay, changes: Sequence[Change]) -> Checked:
    """The plan with the changes, what it costs and what it breaks.

    Raises:
        ImpossibleChange: a change cannot be made at all.
        NoTimetable: vehicles would wait for one another at hubs without end.
    """
    return check_board(hand, apply_changes(hand.board, changes))


def check_board(hand: HandDay, board: Board) -> Checked:
    """The plan of a board that changes have made of the base plan's, and what it breaks."""
    retimed = retime(hand, board)
    plan = hand.plan
    if board.routes != hand.board.routes:
        plan = _make_plan(hand, board, retimed.routes)
    verdict = verify(with_locks(hand.problem, board.locks), plan)
    return Checked(
        before=hand.plan,
        before_violations=hand.violations,
        after=plan,
        verdict=verdict,
        locks=board.locks,
        plainly_timed=retimed.plainly_timed,
    )


def retime(hand: HandDay, board: Board) -> Retimed:
    """The routes of a board; days that are as in the base plan keep their times.

    Raises:
        NoTimetable: vehicles would wait for one another at hubs without end.
    """
    routes = {route.vehicle: route for route in hand.plan.routes if route.vehicle in board.routes}
    changed = {
        name: trips for name, trips in board.routes.items() if trips != hand.board.routes.get(name)
    }
    if not changed:
        return Retimed(tuple(routes.values()), frozenset())
    calls = {name: board.calls(name) for name in changed}
    exact = time_exactly(hand.timing_day, calls)
    rest = {name: calls[name] for name in calls if name not in exact}
    if rest:
        exact |= time_exactly(hand.eased_day, rest)
    plain = {name: trips for name, trips in changed.items() if name not in exact}
    routes |= exact
    if hand.problem.relays:
        # on the timing day shifts may end where a hub asks for it, and overtime begin there
        routes |= {name: _priced(board.frame.day, route) for name, route in exact.items()}
        plain = _fit_hubs(hand, board, routes, plain)
    else:
        for name, trips in plain.items():
            day = board.frame.day
            routes[name] = drive_on(day, day.vehicle_by_id[name], trips)
    return Retimed(tuple(routes.values()), frozenset(plain))


def _priced(day: Problem, route: Route) -> Route:
    return replace(route, cost=round(route_cost(day, route).total, 2))


def time_exactly(day: Problem, calls: Mapping[str, Sequence[Call]]) -> dict[str, Route]:
    """The cheapest times of each vehicle's visits in their order, where any keep every rule."""
    tasks: list[VisitTask] = []
    sequences: dict[str, range] = {}
    for name, visits in calls.items():
        if not has_both_ends(day, visits):
            continue
        sequences[name] = range(len(tasks), len(tasks) + len(visits))
        tasks += make_tasks(day, visits)
    if not sequences:
        return {}
    # only those who drive, and those who have goods on board: the fewer, the sooner
    vehicles = tuple(v for v in day.vehicles if v.id in sequences or v.underway is not None)
    instance = Instance(replace(day, vehicles=vehicles), tuple(tasks))
    timer = Evaluator(instance)
    routes = {}
    for name, sequence in sequences.items():
        vehicle = day.vehicle_by_id[name]
        timed = timer.evaluate(vehicle, sequence)
        if timed is not None:
            routes[name] = make_route(instance, vehicle, sequence, timed)
    return routes


def make_tasks(day: Problem, calls: Iterable[Call]) -> list[VisitTask]:
    """The visits as the planner knows them."""
    return [
        VisitTask(
            day.stop_by_id[call.stop],
            tuple(day.order_by_id[name] for name in dict.fromkeys(call.orders)),
        )
        for call in calls
    ]


def has_both_ends(day: Problem, calls: Sequence[Call]) -> bool:
    """Whether each transfer that is not on board is collected once and left once."""
    ends = Counter(
        (name, call.stop)
        for call in calls
        for name in call.orders
        if day.order_by_id[name].direction is Direction.TRANSFER and name not in holders(day)
    )
    orders = [day.order_by_id[name] for name, _ in ends]
    return all(ends[o.id, o.stop] == 1 and ends[o.id, o.to_stop or ""] == 1 for o in orders)


# hubs


def _fit_hubs(
    hand: HandDay, board: Board, routes: dict[str, Route], plain: Mapping[str, Trips]
) -> dict[str, Trips]:
    """Have vehicles wait for what they take on at hubs; who was timed plainly in the end.

    A vehicle that would take goods before they are sorted drives on at its own pace with the wait
    in it, also one that no change has touched. Waits only grow, so that they settle or never end.
    """
    day, kept_stops = board.frame.day, hub_stops(hand.problem)
    plain = dict(plain)
    waits: dict[str, dict[tuple[int, int | None], int]] = {}
    for name, trips in plain.items():
        routes[name] = drive_on(day, day.vehicle_by_id[name], trips, {}, kept_stops)
    late: set[str] = set()
    for _ in range(MOST_ROUNDS):
        late = set()
        for name, found in _find_waits(hand, board, routes).items():
            known = waits.get(name, {})
            grown = {at for at, from_s in found.items() if from_s > known.get(at, 0)}
            if grown if name in plain else _is_early(routes[name], found):
                late.add(name)
                waits[name] = {
                    at: max(found.get(at, 0), known.get(at, 0)) for at in {*found, *known}
                }
        if not late:
            return plain
        for name in late:
            plain.setdefault(name, trips_of(routes[name]))
            routes[name] = drive_on(
                day, day.vehicle_by_id[name], plain[name], waits[name], kept_stops
            )
    names = "、".join(sorted(late))
    raise NoTimetable(
        [
            Fault(
                "/changes",
                NoTimetable.code,
                both(
                    f"改动后 {names} 在中转站互相等待,排不出时刻;请让干线先送货后取货,"
                    "或把停靠分到另一趟",
                    f"after the changes {names} wait for one another at the hub without end: have "
                    "the trunk bring goods before it takes any, or use another trip",
                ),
            )
        ]
    )


def _find_waits(
    hand: HandDay, board: Board, routes: Mapping[str, Route]
) -> dict[str, dict[tuple[int, int | None], int]]:
    """By vehicle: before which second a trip or a visit would take goods that are not sorted."""
    waits: dict[str, dict[tuple[int, int | None], int]] = {}
    for one in find_handovers(hand.problem, board.frame.modes, routes.values()):
        if one.taken is not None:
            of_vehicle = waits.setdefault(one.taken.vehicle, {})
            place = one.taken.trip, one.taken.visit
            of_vehicle[place] = max(one.sorted_s, of_vehicle.get(place, 0))
    return waits


def _is_early(route: Route, releases: Releases) -> bool:
    for (trip, visit), from_s in releases.items():
        at = route.trips[trip]
        begins_s = at.depart_s if visit is None else at.stops[visit].start_s
        if begins_s < from_s:
            return True
    return False


# the plan


def _make_plan(hand: HandDay, board: Board, routes: Iterable[Route]) -> Plan:
    day = board.frame.day
    number = {vehicle.id: i for i, vehicle in enumerate(hand.problem.vehicles)}
    made = tuple(sorted(routes, key=lambda route: number[route.vehicle]))
    base = {route.vehicle: route for route in hand.plan.routes}
    parts = [
        hand.route_parts[route.vehicle]
        if base.get(route.vehicle) is route
        else route_cost(day, route)
        for route in made
    ]
    served = board.services | board.frame.collected
    dropped = math.fsum(o.drop_penalty or 0.0 for o in day.orders if o.id not in served)
    total = _sum_parts(parts, dropped)
    visits_of = Counter(visit.stop for route in made for visit in route.visits)
    plan = replace(
        hand.plan,
        engine=ENGINE,
        status=Status.FEASIBLE,
        seconds=0.0,
        cost=round(total.total, 2),
        cost_parts=total.rounded(),
        routes=made,
        unassigned=_unassigned(hand.plan, board),
        split_stops=tuple(stop.id for stop in day.stops if visits_of[stop.id] > 1),
    )
    return replace(plan, kpis=key_figures(hand.problem, plan))


def _sum_parts(parts: Sequence[CostParts], dropped: float) -> CostParts:
    return CostParts(
        fixed=math.fsum(part.fixed for part in parts),
        distance=math.fsum(part.distance for part in parts),
        time=math.fsum(part.time for part in parts),
        overtime=math.fsum(part.overtime for part in parts),
        dropped=dropped,
        standing=math.fsum(part.standing for part in parts),
    )


def _unassigned(base: Plan, board: Board) -> tuple[Unassigned, ...]:
    """Reasons that the base plan gives, and a plain one for what was taken out by hand."""
    known = {left_out.order: left_out for left_out in base.unassigned}
    return tuple(known.get(name) or _taken_out(name) for name in board.pool)


def _taken_out(order: str) -> Unassigned:
    text = both("由调度员移出", "taken out by hand")
    return Unassigned(order, Reason.BY_HAND, False, text)
