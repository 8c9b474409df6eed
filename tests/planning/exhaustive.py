"""The optimum of a small day, by trying everything; it shares no code with the planner.

Every choice that is not a time is enumerated: which orders are left out, how a stop that no van can
serve whole is divided, who serves what, in which order, with which returns to the depot, in which
windows, and where rests and lunch lie. Then the clock times that are left are differences with
bounds: the earliest return is a longest path, and so is the latest departure that reaches it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise, product

from coop_service.domain.plan import (
    CostParts,
    Plan,
    Reason,
    Rest,
    RestKind,
    Route,
    Status,
    Unassigned,
    Visit,
)
from coop_service.domain.plan import Trip as PlannedTrip
from coop_service.domain.problem import Direction, Order, Problem, Vehicle
from coop_service.domain.verify import Rule, verify

FAR_S = 10**8

Task = tuple[str, tuple[str, ...]]
"""A stop and the ids of the orders that are served there in one visit."""


@dataclass(frozen=True)
class Optimum:
    """The best plan, its cost, and the priority of mandatory orders that it leaves out."""

    cost_yuan: float
    left_out_priority: int
    plan: Plan


@dataclass
class Event:
    """Something that takes time, and the way to the next."""

    kind: str  # visit, rest, lunch, reload, depart, arrive
    length_s: int = 0
    leg_s: int = 0
    open_s: int = -FAR_S
    close_s: int = FAR_S
    task: Task | None = None
    start_s: int = 0


@dataclass
class FoundRoute:
    cost: float
    events: list[Event]


def find_optimum(problem: Problem) -> Optimum:
    """Try everything; meant for days of up to eight stops, fewer where drivers rest."""
    search = _Search(problem)
    mandatory = [o for o in problem.orders if o.drop_penalty is None]
    optional = [o for o in problem.orders if o.drop_penalty is not None]
    left_out_sets = sorted(
        (c for n in range(len(mandatory) + 1) for c in combinations(mandatory, n)),
        key=lambda orders: sum(o.priority for o in orders),
    )
    best: Optimum | None = None
    for left in left_out_sets:
        priority = sum(o.priority for o in left)
        if best is not None and priority > best.left_out_priority:
            break
        for n in range(len(optional) + 1):
            for dropped in combinations(optional, n):
                penalty = sum(o.drop_penalty or 0.0 for o in dropped)
                gone = {o.id for o in (*left, *dropped)}
                limit = float("inf") if best is None else best.cost_yuan
                found = search.best_plan([o for o in problem.orders if o.id not in gone])
                if found is not None and found[0] + penalty < limit - 1e-9:
                    plan = search.write(found[1], gone, penalty)
                    best = Optimum(found[0] + penalty, priority, plan)
    assert best is not None
    return best


class _Search:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.rules = problem.rules
        self.conflicts = {
            (a, b)
            for pair in problem.rules.forbidden_mixes
            for one, other in (pair, pair[::-1])
            for a in {one, *problem.goods_groups.get(one, ())}
            for b in {other, *problem.goods_groups.get(other, ())}
        }
        self.best_route = cache(self._best_route)

    def orders(self, ids: Sequence[str]) -> list[Order]:
        return [self.problem.order_by_id[i] for i in ids]

    # who serves what

    def best_plan(self, served: Sequence[Order]) -> tuple[float, dict[str, FoundRoute]] | None:
        if not served:
            return 0.0, {}
        at: dict[str, list[str]] = {}
        for order in served:
            at.setdefault(order.stop, []).append(order.id)
            if order.to_stop is not None:
                at.setdefault(order.to_stop, []).append(order.id)
        best: tuple[float, dict[str, FoundRoute]] | None = None
        for division in product(*(self.divisions(stop, ids) for stop, ids in at.items())):
            tasks = tuple(
                (stop, block) for stop, blocks in zip(at, division, strict=True) for block in blocks
            )
            for cost, routes in self.deal(tasks):
                if best is None or cost < best[0] - 1e-9:
                    best = cost, routes
        return best

    def divisions(self, stop: str, ids: Sequence[str]) -> list[tuple[tuple[str, ...], ...]]:
        """All ways to divide a stop's orders into as few visits as some vehicles can make."""
        for count in range(1, len(ids) + 1):
            ways = [
                way
                for way in _partitions(tuple(ids), count)
                if all(self.fits_some_vehicle(stop, block) for block in way)
            ]
            if ways:
                return ways
        return []

    def fits_some_vehicle(self, stop: str, block: Sequence[str]) -> bool:
        orders = self.orders(block)
        out = [o for o in orders if o.direction is Direction.OUTBOUND or o.to_stop == stop]
        into = [o for o in orders if o not in out]
        clashing = any(self.clash(a, b) for side in (out, into) for a, b in combinations(side, 2))
        return not clashing and any(
            self.problem.stop_by_id[stop].required_tags <= v.tags
            and all(o.temperature in v.temperatures for o in orders)
            and all(
                sum(o.load.get(unit, 0) for o in side) <= limit + 1e-6
                for unit, limit in v.capacity.items()
                for side in (out, into)
            )
            for v in self.problem.vehicles
        )

    def clash(self, one: Order, other: Order) -> bool:
        return (one.goods_class, other.goods_class) in self.conflicts

    def deal(self, tasks: tuple[Task, ...]) -> Iterator[tuple[float, dict[str, FoundRoute]]]:
        vehicles = self.problem.vehicles
        for owners in product(range(len(vehicles)), repeat=len(tasks)):
            cost, routes = 0.0, {}
            for v, vehicle in enumerate(vehicles):
                mine = tuple(task for task, owner in zip(tasks, owners, strict=True) if owner == v)
                if mine:
                    route = self.best_route(vehicle.id, mine)
                    if route is None:
                        break
                    cost += route.cost
                    routes[vehicle.id] = route
            else:
                yield cost, routes

    # one vehicle's day

    def _best_route(self, vehicle_id: str, tasks: tuple[Task, ...]) -> FoundRoute | None:
        vehicle = self.problem.vehicle_by_id[vehicle_id]
        orders = self.orders([i for _, ids in tasks for i in ids])
        whole = all(
            sum(o.id in ids for _, ids in tasks) == (2 if o.to_stop is not None else 1)
            for o in orders
        )
        able = all(
            self.problem.stop_by_id[stop].required_tags <= vehicle.tags for stop, _ in tasks
        ) and all(o.temperature in vehicle.temperatures for o in orders)
        if not whole or not able:
            return None
        walk = _Walk(self, vehicle)
        walk.extend([Event("depart")], frozenset(tasks), None, 0, 0, 0, 1, False)
        return walk.best

    def cargo_is_allowed(self, vehicle: Vehicle, visits: Sequence[Task], is_last: bool) -> bool:
        """Whether a trip's goods fit, mix and belong to the depots where it starts and ends."""
        ends_at = vehicle.end_depot if is_last else vehicle.start_depot
        on_board = [
            o for _, ids in visits for o in self.orders(ids) if o.direction is Direction.OUTBOUND
        ]
        if any(o.depot != vehicle.start_depot for o in on_board):
            return False
        moments = [list(on_board)]
        for stop, ids in visits:
            for order in self.orders(ids):
                if order.direction is Direction.OUTBOUND or order.to_stop == stop:
                    if order not in on_board:
                        return False
                    on_board.remove(order)
            on_board += [
                o
                for o in self.orders(ids)
                if o.direction is not Direction.OUTBOUND and o.to_stop != stop
            ]
            moments.append(list(on_board))
        if any(o.direction is Direction.TRANSFER or o.depot != ends_at for o in on_board):
            return False
        return not any(
            sum(o.load.get(unit, 0) for o in moment) > limit + 1e-6
            for moment in moments
            for unit, limit in vehicle.capacity.items()
        ) and not any(self.clash(a, b) for m in moments for a, b in combinations(m, 2))

    # the plan as a document

    def write(self, routes: dict[str, FoundRoute], gone: set[str], penalty: float) -> Plan:
        written = [
            _write_route(self, self.problem.vehicle_by_id[name], route.events)
            for name, route in routes.items()
        ]
        visits = [visit.stop for route in written for visit in route.visits]
        parts = CostParts(dropped=penalty)
        return Plan(
            name=self.problem.name,
            engine="exhaustive",
            status=Status.OPTIMAL,
            seconds=0.0,
            cost=0.0,
            cost_parts=parts,
            routes=tuple(written),
            unassigned=tuple(Unassigned(i, Reason.COMPETITION, False) for i in sorted(gone)),
            split_stops=tuple(sorted({stop for stop in visits if visits.count(stop) > 1})),
        )


@dataclass
class _Walk:
    """Depth first over everything that one vehicle could do with its tasks."""

    search: _Search
    vehicle: Vehicle
    best: FoundRoute | None = None

    def leg(self, a: int, b: int) -> tuple[int, int] | None:
        profile = self.search.problem.profiles[self.vehicle.profile]
        seconds, metres = int(profile.duration_s[a, b]), int(profile.distance_m[a, b])
        return None if seconds < 0 or metres < 0 else (seconds, metres)

    def location(self, depot: str) -> int:
        return self.search.problem.depot_by_id[depot].location

    def extend(
        self,
        events: list[Event],
        left: frozenset[Task],
        here: Task | None,
        driven_s: int,
        drove_s: int,
        metres: int,
        trips: int,
        lunched: bool,
    ) -> None:
        """``events`` so far, the last of which has ended; then rest, then drive on."""
        at_start = len(events) == 1
        place = (
            self.location(self.vehicle.start_depot)
            if here is None
            else self.search.problem.stop_by_id[here[0]].location
        )
        credit_s = self.credit_s(events[-1])
        for rests, resets, with_lunch in self.ways_to_rest(credit_s, lunched, at_start):
            driven = 0 if resets else driven_s
            rested = [*events, *rests]
            for task in left:
                to = self.search.problem.stop_by_id[task[0]]
                leg = self.leg(place, to.location)
                if leg is None or not self.may_drive(driven, drove_s, metres, leg):
                    continue
                length_s = to.service_s + sum(o.service_s for o in self.search.orders(task[1]))
                for opens_s, closes_s in to.time_windows_s or ((-FAR_S, FAR_S),):
                    visit = Event("visit", length_s, 0, opens_s, closes_s, task)
                    self.extend(
                        [*rested[:-1], _with_leg(rested[-1], leg[0]), visit],
                        left - {task},
                        task,
                        driven + leg[0],
                        drove_s + leg[0],
                        metres + leg[1],
                        trips,
                        lunched or with_lunch,
                    )
            if here is None:
                continue
            home = self.vehicle.end_depot if not left else self.vehicle.start_depot
            is_last = not left
            leg = self.leg(place, self.location(home))
            if leg is None or not self.may_drive(driven, drove_s, metres, leg):
                continue
            if not is_last and trips >= self.vehicle.max_trips:
                continue
            if not self.search.cargo_is_allowed(self.vehicle, _last_trip(rested), is_last):
                continue
            arrived = [*rested[:-1], _with_leg(rested[-1], leg[0]), Event("arrive")]
            if is_last:
                self.finish(arrived, metres + leg[1], lunched or with_lunch)
                continue
            for between, resets_there, lunch_there in self.ways_to_reload(lunched or with_lunch):
                self.extend(
                    [*arrived, *between, Event("depart")],
                    left,
                    None,
                    0 if resets_there else driven + leg[0],
                    drove_s + leg[0],
                    metres + leg[1],
                    trips + 1,
                    lunched or with_lunch or lunch_there,
                )

    def credit_s(self, event: Event) -> int:
        return event.length_s if self.search.rules.service_is_rest and event.kind == "visit" else 0

    def may_drive(self, driven_s: int, drove_s: int, metres: int, leg: tuple[int, int]) -> bool:
        rules, vehicle = self.search.rules, self.vehicle
        return not (
            (rules.max_driving_s is not None and driven_s + leg[0] > rules.max_driving_s)
            or (rules.max_driving_day_s is not None and drove_s + leg[0] > rules.max_driving_day_s)
            or (vehicle.max_distance_m is not None and metres + leg[1] > vehicle.max_distance_m)
        )

    def ways_to_rest(
        self, credit_s: int, lunched: bool, at_start: bool
    ) -> list[tuple[list[Event], bool, bool]]:
        """(rests, whether driving begins anew, whether with lunch) directly after a service."""
        rules = self.search.rules
        needed_s = rules.rest_s or 0
        ways: list[tuple[list[Event], bool, bool]] = [([], credit_s >= needed_s, False)]
        if at_start:
            return [([], False, False)]
        if rules.max_driving_s is not None and credit_s < needed_s:
            ways.append(([Event("rest", needed_s - credit_s)], True, False))
        if rules.lunch is not None and not lunched:
            from_s, to_s = rules.lunch.window_s
            lunch_s = rules.lunch.duration_s
            for length_s in {lunch_s, max(lunch_s, needed_s - credit_s)}:
                opens_s, closes_s = from_s - (length_s - lunch_s), to_s - lunch_s
                rest = Event("lunch", length_s, 0, opens_s, closes_s)
                ways.append(([rest], length_s + credit_s >= needed_s, True))
        return ways

    def ways_to_reload(self, lunched: bool) -> Iterator[tuple[list[Event], bool, bool]]:
        reload_s = self.vehicle.reload_s
        credit_s = reload_s if self.search.rules.reload_is_rest else 0
        reload = Event("reload", reload_s)
        for rests, resets, with_lunch in self.ways_to_rest(credit_s, lunched, at_start=False):
            yield [*rests, reload], resets, with_lunch
            if rests:
                yield [reload, *rests], resets, with_lunch

    def finish(self, events: list[Event], metres: int, lunched: bool) -> None:
        lunch = self.search.rules.lunch
        vehicle = self.vehicle
        fixed = vehicle.costs.fixed + vehicle.costs.per_km * metres / 1000
        if self.best is not None and fixed >= self.best.cost:
            return
        start = self.search.problem.depot_by_id[vehicle.start_depot]
        end = self.search.problem.depot_by_id[vehicle.end_depot]
        from_s = max(vehicle.shift_s[0], start.open_s)
        by_s = min(vehicle.shift_s[1] + vehicle.overtime_limit_s, end.close_s)
        cases = [(from_s, by_s)]
        if lunch is not None and not lunched:
            cases = [
                (max(from_s, lunch.window_s[0] + 1), by_s),
                (from_s, min(by_s, lunch.window_s[1] - 1)),
            ]
        for earliest_s, latest_s in cases:
            timed = [Event(**vars(event)) for event in events]
            timed[0].open_s = earliest_s
            timed[-1].close_s = latest_s
            for event in timed[1:-1]:
                if event.kind in {"arrive", "depart"}:
                    event.close_s = start.close_s
            if not _set_times(timed, self.limits(timed)):
                continue
            out_s = timed[-1].start_s - timed[0].start_s
            if vehicle.max_work_s is not None and out_s > vehicle.max_work_s:
                continue
            late_s = max(0, timed[-1].start_s - max(vehicle.shift_s[1], timed[0].start_s))
            cost = fixed + vehicle.costs.per_hour * (out_s - late_s) / 3600
            cost += (vehicle.costs.per_overtime_hour or 0.0) * late_s / 3600
            if self.best is None or cost < self.best.cost - 1e-9:
                self.best = FoundRoute(cost, timed)

    def limits(self, events: list[Event]) -> list[tuple[int, int, int]]:
        """Time on board as (event at whose end it begins, event at whose start it ends, limit)."""
        limits = []
        begun: dict[str, int] = {}
        departed = 0
        for e, event in enumerate(events):
            if event.kind == "depart":
                departed = e
            if event.task is not None:
                for order in self.search.orders(event.task[1]):
                    if order.direction is Direction.OUTBOUND:
                        begun[order.id] = departed
                    limit_s = order.max_on_board_s
                    if order.id in begun and limit_s is not None:
                        limits.append((begun.pop(order.id), e, limit_s))
                    elif order.direction is not Direction.OUTBOUND:
                        begun[order.id] = e
            if event.kind == "arrive":
                for name, begin in begun.items():
                    limit = self.search.problem.order_by_id[name].max_on_board_s
                    if limit is not None:
                        limits.append((begin, e, limit))
                begun = {}
        return limits


def _with_leg(event: Event, leg_s: int) -> Event:
    return Event(**{**vars(event), "leg_s": leg_s})


def _last_trip(events: Sequence[Event]) -> list[Task]:
    begin = max(e for e, event in enumerate(events) if event.kind == "depart")
    return [event.task for event in events[begin:] if event.task is not None]


def _set_times(events: list[Event], limits: list[tuple[int, int, int]]) -> bool:
    """Earliest return, then the latest departure that reaches it, then all as early as may be."""

    def settle() -> bool:
        for event in events:
            event.start_s = event.open_s
        for _ in range(len(events) * 4 + 20):
            changed = False
            for before, after in pairwise(events):
                least_s = before.start_s + before.length_s + before.leg_s
                if least_s > after.start_s:
                    after.start_s, changed = least_s, True
            for a, b, limit_s in limits:
                least_s = events[b].start_s - limit_s - events[a].length_s
                if least_s > events[a].start_s:
                    events[a].start_s, changed = least_s, True
            if any(event.start_s > event.close_s for event in events):
                return False
            if not changed:
                return True
        return False

    if not settle():
        return False
    return_s = events[-1].start_s
    low_s, high_s = events[0].open_s, return_s
    while low_s < high_s:
        events[0].open_s = (low_s + high_s + 1) // 2
        if settle() and events[-1].start_s == return_s:
            low_s = events[0].open_s
        else:
            high_s = events[0].open_s - 1
    events[0].open_s = low_s
    return settle()


def _partitions(items: tuple[str, ...], count: int) -> Iterator[tuple[tuple[str, ...], ...]]:
    """All ways to divide items into so many blocks."""
    if not items:
        if count == 0:
            yield ()
        return
    first, rest = items[0], items[1:]
    for n in range(len(rest) + 1):
        for others in combinations(rest, n):
            block = (first, *others)
            remaining = tuple(i for i in rest if i not in others)
            for way in _partitions(remaining, count - 1):
                yield (block, *way)


def _write_route(search: _Search, vehicle: Vehicle, events: list[Event]) -> Route:
    trips: list[PlannedTrip] = []
    lunch = search.rules.lunch
    visits: list[Visit] = []
    rests: list[Rest] = []
    load: dict[str, float] = {}
    at_start: dict[str, float] = {}
    depart_s, now_s = 0, 0

    def rest(from_s: int, until_s: int, kind: RestKind) -> None:
        if until_s > from_s:
            stop = visits[-1].stop if visits else None
            rests.append(Rest(stop, from_s, until_s - from_s, kind))

    def add(amounts: dict[str, float], order: Order, sign: int) -> None:
        for unit, amount in order.load.items():
            amounts[unit] = amounts.get(unit, 0.0) + sign * amount

    for e, event in enumerate(events):
        if event.kind == "depart":
            trip = []
            for later in events[e + 1 :]:
                if later.kind == "arrive":
                    break
                trip += [] if later.task is None else search.orders(later.task[1])
            load = {}
            for order in trip:
                if order.direction is Direction.OUTBOUND:
                    add(load, order, 1)
            at_start, depart_s = dict(load), event.start_s
            visits = []
        elif event.task is not None:
            for order in search.orders(event.task[1]):
                leaves = order.direction is Direction.OUTBOUND or order.to_stop == event.task[0]
                add(load, order, -1 if leaves else 1)
            end_s = event.start_s + event.length_s
            visits.append(
                Visit(event.task[0], now_s, event.start_s, end_s, event.task[1], dict(load))
            )
        elif event.kind in {"rest", "lunch"}:
            end_s = event.start_s + event.length_s
            begin_s = end_s
            if event.kind == "lunch" and lunch is not None:
                begin_s = max(event.start_s, lunch.window_s[0])
            # at a stop the time before a rest is rest as well, at the depot it need not be
            rest(now_s if visits else event.start_s, begin_s, RestKind.DRIVING)
            if event.kind == "lunch" and lunch is not None:
                rest(begin_s, begin_s + lunch.duration_s, RestKind.LUNCH)
                rest(begin_s + lunch.duration_s, end_s, RestKind.DRIVING)
        elif event.kind == "arrive":
            trips.append(
                PlannedTrip(
                    depart_s, event.start_s, at_start, dict(load), tuple(visits), tuple(rests)
                )
            )
            visits, rests = [], []
        now_s = event.start_s + event.length_s + event.leg_s
    sums_s = (0, 0, 0, 0)
    return Route(
        vehicle.id, trips[0].depart_s, trips[-1].return_s, *sums_s, cost=0.0, trips=tuple(trips)
    )


UNSTATED = {
    Rule.STATED_COST,
    Rule.STATED_COST_PARTS,
    Rule.STATED_DISTANCE,
    Rule.STATED_DRIVING,
    Rule.STATED_ROUTE_COST,
    Rule.STATED_SERVICE,
    Rule.STATED_WAITING,
}
"""Sums that an optimum's plan leaves at 0; what they add up from is in it."""


def judge(problem: Problem, optimum: Optimum) -> tuple[float, set[Rule]]:
    """The cost of the optimum's plan by the checker, and the rules that it finds broken."""
    verdict = verify(problem, optimum.plan)
    return verdict.cost, {violation.rule for violation in verdict.violations} - UNSTATED
