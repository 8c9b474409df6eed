"""The optimum of a small day, by trying everything; it shares no code with the planner.

Every choice that is not a time is enumerated: which orders are left out, how a stop that no van can
serve whole is divided, who serves what, in which order, with which returns to the depot, in which
windows, and where rests and lunch lie. Then the clock times that are left are differences with
bounds (:mod:`tests.planning.exhaustive_times`).

A van on the road begins with a departure at the second from which it is planned, where it stands;
what it has done is in its sums from the start, what is on board was loaded then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, product

from coop_service.domain.plan import Plan
from coop_service.domain.problem import Direction, OnBoard, Order, Problem, Vehicle
from tests.planning.exhaustive_plan import write_plan
from tests.planning.exhaustive_times import FAR_S, Event, Limit, Task, set_times


@dataclass(frozen=True)
class Optimum:
    """The best plan, its cost, and the priority of mandatory orders that it leaves out."""

    cost_yuan: float
    left_out_priority: int
    plan: Plan


@dataclass
class FoundRoute:
    cost: float
    events: list[Event]


def find_optimum(problem: Problem) -> Optimum:
    """Try everything; meant for days of up to eight stops, fewer where drivers rest."""
    search = _Search(problem)
    open_orders = [o for o in problem.orders if o.id not in search.collected]
    mandatory = [o for o in open_orders if o.drop_penalty is None]
    optional = [o for o in open_orders if o.drop_penalty is not None]
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
                found = search.best_plan([o for o in open_orders if o.id not in gone])
                if found is not None and found[0] + penalty < limit - 1e-9:
                    days = {name: route.events for name, route in found[1].items()}
                    plan = write_plan(problem, days, gone, penalty)
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
        self.holder = {
            item.order: vehicle.id
            for vehicle in problem.vehicles
            for item in goods_on_board(vehicle)
        }
        self.collected = {
            name for name in self.holder if problem.order_by_id[name].direction is Direction.INBOUND
        }
        lines = () if problem.standing_lines is None else problem.standing_lines.stops
        self.line_of = {line.stop: line for line in lines}
        self.best_route = cache(self._best_route)

    def orders(self, ids: Sequence[str]) -> list[Order]:
        return [self.problem.order_by_id[i] for i in ids]

    def calls(self, order: Order) -> list[str]:
        """The stops where an order is still to be called for."""
        if order.to_stop is None:
            return [] if order.id in self.collected else [order.stop]
        return [order.to_stop] if order.id in self.holder else [order.stop, order.to_stop]

    # who serves what

    def best_plan(self, served: Sequence[Order]) -> tuple[float, dict[str, FoundRoute]] | None:
        at: dict[str, list[str]] = {}
        for order in served:
            for stop in self.calls(order):
                at.setdefault(stop, []).append(order.id)
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
        begins = [v for v in self.problem.vehicles if stop in v.first_stops]
        for count in range(1, len(ids) + 1):
            ways = [
                way
                for way in _partitions(tuple(ids), count)
                if all(self.fits_one_of(self.problem.vehicles, stop, block) for block in way)
                and all(any(self.fits_one_of([v], stop, b) for b in way) for v in begins)
            ]
            if ways:
                return ways
        return []

    def fits_one_of(self, vehicles: Sequence[Vehicle], stop: str, block: Sequence[str]) -> bool:
        """Whether one of the vehicles could serve the orders together if it had nothing else."""
        orders = self.orders(block)
        out = [o for o in orders if o.direction is Direction.OUTBOUND or o.to_stop == stop]
        into = [o for o in orders if o not in out]
        clashing = any(self.clash(a, b) for side in (out, into) for a, b in combinations(side, 2))
        present = any(o.id in self.holder for o in out)
        later = any(o.direction is Direction.OUTBOUND and o.id not in self.holder for o in out)
        return not (clashing or (present and later)) and any(
            self.may_visit(vehicle, stop)
            and all(self.may_carry(vehicle, o) for o in orders)
            and (not later or vehicle.underway is None or _trips_done(vehicle) < vehicle.max_trips)
            and all(
                sum(o.load.get(unit, 0) for o in side) <= limit + 1e-6
                for unit, limit in vehicle.capacity.items()
                for side in (out, into)
            )
            for vehicle in vehicles
        )

    def may_visit(self, vehicle: Vehicle, stop_id: str) -> bool:
        stop = self.problem.stop_by_id[stop_id]
        return stop.required_tags <= vehicle.tags and stop.locked_vehicle in (None, vehicle.id)

    def may_carry(self, vehicle: Vehicle, order: Order) -> bool:
        return order.temperature in vehicle.temperatures and (
            self.holder.get(order.id) in (None, vehicle.id)
        )

    def clash(self, one: Order, other: Order) -> bool:
        return (one.goods_class, other.goods_class) in self.conflicts

    def deal(self, tasks: tuple[Task, ...]) -> Iterator[tuple[float, dict[str, FoundRoute]]]:
        vehicles = self.problem.vehicles
        visited = {stop for stop, _ in tasks}
        for owners in product(range(len(vehicles)), repeat=len(tasks)):
            cost, routes = 0.0, {}
            for v, vehicle in enumerate(vehicles):
                mine = tuple(task for task, owner in zip(tasks, owners, strict=True) if owner == v)
                first = tuple(stop for stop in vehicle.first_stops if stop in visited)
                if mine or first or vehicle.underway is not None:
                    route = self.best_route(vehicle.id, mine, first)
                    if route is None:
                        break
                    cost += route.cost
                    routes[vehicle.id] = route
            else:
                yield cost, routes

    # one vehicle's day

    def _best_route(
        self, vehicle_id: str, tasks: tuple[Task, ...], first: tuple[str, ...]
    ) -> FoundRoute | None:
        vehicle = self.problem.vehicle_by_id[vehicle_id]
        orders = self.orders([i for _, ids in tasks for i in ids])
        whole = all(sum(o.id in ids for _, ids in tasks) == len(self.calls(o)) for o in orders)
        able = all(self.may_visit(vehicle, stop) for stop, _ in tasks)
        able = able and all(self.may_carry(vehicle, o) for o in orders)
        if not whole or not able or not set(first) <= {stop for stop, _ in tasks}:
            return None
        walk = _Walk(self, vehicle, first)
        walk.extend(walk.start(tasks))
        return walk.best

    def cargo_is_allowed(self, vehicle: Vehicle, trip: _Trip) -> bool:
        """Whether a trip's goods fit, mix and belong to the depots where it starts and ends."""
        if trip.is_present:
            loaded = self.orders([item.order for item in goods_on_board(vehicle)])
        else:
            loaded = [
                o
                for _, ids in trip.visits
                for o in self.orders(ids)
                if o.direction is Direction.OUTBOUND
            ]
            if any(o.depot != vehicle.start_depot or o.id in self.holder for o in loaded):
                return False
        on_board = list(loaded)
        moments = [list(on_board)]
        for stop, ids in trip.visits:
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
        for order in on_board:
            brought_back = order in loaded and order.direction is not Direction.INBOUND
            if not brought_back and (
                order.direction is Direction.TRANSFER or order.depot != trip.ends_at
            ):
                return False
        return not any(
            sum(o.load.get(unit, 0) for o in moment) > limit + 1e-6
            for moment in moments
            for unit, limit in vehicle.capacity.items()
        ) and not any(self.clash(a, b) for m in moments for a, b in combinations(m, 2))


@dataclass(frozen=True)
class _Trip:
    """``is_present``: a van on the road is on it already."""

    visits: Sequence[Task]
    ends_at: str
    is_present: bool


@dataclass(frozen=True)
class _State:
    """A day up to here: its events, what is left to do, and what has been driven.

    ``is_out``: the present trip has left its depot, or the van is on the road.
    """

    events: tuple[Event, ...]
    left: frozenset[Task]
    location: int
    is_out: bool
    driven_s: int  # since the last rest
    drove_s: int
    metres: int
    trips: int
    lunched: bool

    def rested(self, rests: Sequence[Event], resets: bool, with_lunch: bool) -> _State:
        return replace(
            self,
            events=(*self.events, *rests),
            driven_s=0 if resets else self.driven_s,
            lunched=self.lunched or with_lunch,
        )

    def driven(self, leg: tuple[int, int], to: int, arrival: Event) -> _State:
        events = (*self.events[:-1], self.events[-1].then(leg[0]), arrival)
        return replace(
            self,
            events=events,
            location=to,
            is_out=True,
            driven_s=self.driven_s + leg[0],
            drove_s=self.drove_s + leg[0],
            metres=self.metres + leg[1],
        )


class _Walk:
    """Depth first over everything that one vehicle could do with its tasks."""

    def __init__(self, search: _Search, vehicle: Vehicle, first: tuple[str, ...]) -> None:
        self.search = search
        self.vehicle = vehicle
        self.first = first
        self.home = search.problem.depot_by_id[vehicle.end_depot]
        self.base = search.problem.depot_by_id[vehicle.start_depot]
        self.best: FoundRoute | None = None

    def start(self, tasks: Sequence[Task]) -> _State:
        left, underway = frozenset(tasks), self.vehicle.underway
        if underway is None:
            events = (Event("depart"),)
            return _State(events, left, self.base.location, False, 0, 0, 0, 1, False)
        lunch = self.search.rules.lunch
        settled = underway.lunch_taken or (
            lunch is not None
            and (
                underway.time_s + lunch.duration_s > lunch.window_s[1]
                or underway.departed_s > lunch.window_s[0]
            )
        )
        return _State(
            (Event("depart", 0, 0, underway.time_s, underway.time_s),),
            left,
            underway.location,
            True,
            underway.driven_since_rest_s,
            underway.driven_s,
            underway.distance_m,
            _trips_done(self.vehicle),
            settled,
        )

    def leg(self, state: _State, to: int) -> tuple[int, int] | None:
        """Seconds and metres from where the van is; None where there is no road or no more time."""
        profile = self.search.problem.profiles[self.vehicle.profile]
        seconds = int(profile.duration_s[state.location, to])
        metres = int(profile.distance_m[state.location, to])
        if seconds < 0 or metres < 0:
            return None
        rules = self.search.rules
        limits = (
            # what was driven before the plan is not judged again where it stands
            (rules.max_driving_s if seconds > 0 else None, state.driven_s + seconds),
            (rules.max_driving_day_s, state.drove_s + seconds),
            (self.vehicle.max_distance_m, state.metres + metres),
        )
        if any(limit is not None and value > limit for limit, value in limits):
            return None
        return seconds, metres

    def extend(self, state: _State) -> None:
        """The last of the state's events has ended; then rest, then drive on."""
        for way in self.ways_to_rest_here(state):
            rested = state.rested(*way)
            for task in state.left:
                self.visit(rested, task)
            if state.is_out or self.home is not self.base:
                self.go_home(rested)

    def visit(self, state: _State, task: Task) -> None:
        search = self.search
        visited = len(_visits(state.events))
        if self.first[visited : visited + 1] not in ((), (task[0],)):
            return
        stop = search.problem.stop_by_id[task[0]]
        leg = self.leg(state, stop.location)
        if leg is None:
            return
        length_s = stop.service_s + sum(o.service_s for o in search.orders(task[1]))
        for opens_s, closes_s in stop.time_windows_s or ((-FAR_S, FAR_S),):
            visit = Event("visit", length_s, 0, opens_s, closes_s, task)
            there = state.driven(leg, stop.location, visit)
            self.extend(replace(there, left=state.left - {task}))

    def go_home(self, state: _State) -> None:
        """To the end of the day, or to the depot where the next trip is loaded."""
        for is_last, depot in ((True, self.home), (False, self.base)):
            if is_last and state.left:
                continue
            if not is_last and (
                state.trips >= self.vehicle.max_trips
                or not state.is_out
                or not (state.left or self.home is not self.base)
            ):
                continue
            leg = self.leg(state, depot.location)
            if leg is None:
                continue
            is_present = self.vehicle.underway is not None and not any(
                event.kind == "arrive" for event in state.events
            )
            trip = _Trip(_visits(_last_trip(state.events)), depot.id, is_present)
            if not self.search.cargo_is_allowed(self.vehicle, trip):
                continue
            arrived = state.driven(leg, depot.location, Event("arrive"))
            if is_last:
                self.finish(arrived)
                continue
            for way in self.ways_to_reload(arrived.lunched):
                reloaded = arrived.rested(*way)
                self.extend(
                    replace(
                        reloaded,
                        events=(*reloaded.events, Event("depart")),
                        is_out=False,
                        trips=state.trips + 1,
                    )
                )

    def ways_to_rest_here(self, state: _State) -> list[tuple[list[Event], bool, bool]]:
        last = state.events[-1]
        if last.kind == "depart" and not state.is_out:
            return [([], False, False)]
        credits = self.search.rules.service_is_rest and last.kind == "visit"
        return self.ways_to_rest(last.length_s if credits else 0, state.lunched)

    def ways_to_rest(self, credit_s: int, lunched: bool) -> list[tuple[list[Event], bool, bool]]:
        """(rests, whether driving begins anew, whether with lunch) directly after a service."""
        rules = self.search.rules
        needed_s = rules.rest_s or 0
        ways: list[tuple[list[Event], bool, bool]] = [([], credit_s >= needed_s, False)]
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
        for rests, resets, with_lunch in self.ways_to_rest(credit_s, lunched):
            yield [*rests, reload], resets, with_lunch
            if rests:
                yield [reload, *rests], resets, with_lunch

    def finish(self, state: _State) -> None:
        fixed = self.cost_without_times(state)
        if self.best is not None and fixed >= self.best.cost:
            return
        for earliest_s, latest_s in self.hours(state.lunched):
            timed = [replace(event) for event in state.events]
            for event in timed:
                self.set_price(event)
            timed[0].open_s = max(timed[0].open_s, earliest_s)
            timed[-1].close_s = latest_s
            for event in timed[1:-1]:
                if event.kind in {"arrive", "depart"}:
                    event.close_s = self.base.close_s
            timed[0].price, timed[-1].price = lambda t: -self.wages(t), self.wages
            timed[0].kinks = timed[-1].kinks = (self.vehicle.shift_s[1],)
            if not set_times(timed, self.limits(timed)):
                continue
            cost = fixed + sum(event.cost for event in timed)
            if self.best is None or cost < self.best.cost - 1e-9:
                self.best = FoundRoute(cost, timed)

    def cost_without_times(self, state: _State) -> float:
        costs, underway = self.vehicle.costs, self.vehicle.underway
        metres = state.metres - (0 if underway is None else underway.distance_m)
        lines = self.search.problem.standing_lines
        others = [
            stop
            for stop, _ in _visits(state.events)
            if stop in self.search.line_of
            and self.search.line_of[stop].vehicle not in (None, self.vehicle.id)
        ]
        return (
            (costs.fixed if underway is None else 0.0)
            + costs.per_km * metres / 1000
            + (0.0 if lines is None else lines.per_visit * len(others))
        )

    def wages(self, time_s: int) -> float:
        """Yuan for work from the day's midnight until then; work between is the difference."""
        costs, end_s = self.vehicle.costs, self.vehicle.shift_s[1]
        late_s = max(0, time_s - end_s)
        late_yuan = (costs.per_overtime_hour or 0.0) * late_s / 3600
        return costs.per_hour * (time_s - late_s) / 3600 + late_yuan

    def set_price(self, event: Event) -> None:
        """What the hour of a visit costs where its stop has a standing one."""
        lines = self.search.problem.standing_lines
        line = None if event.task is None else self.search.line_of.get(event.task[0])
        if lines is None or line is None or line.start_s is None:
            return
        early_s, late_s = line.start_s - lines.tolerance_s, line.start_s + lines.tolerance_s
        event.kinks = early_s, late_s
        event.price = _price_beyond(early_s, late_s, lines.per_hour / 3600)

    def hours(self, lunched: bool) -> list[tuple[int, int]]:
        """Earliest departure and latest return, in each way that is right as to lunch."""
        vehicle, lunch, underway = self.vehicle, self.search.rules.lunch, self.vehicle.underway
        from_s = max(vehicle.shift_s[0], self.base.open_s)
        by_s = min(vehicle.shift_s[1] + vehicle.overtime_limit_s, self.home.close_s)
        if underway is not None:
            from_s = underway.time_s
            if vehicle.max_work_s is not None:
                by_s = min(by_s, underway.departed_s + vehicle.max_work_s)
        if lunch is None or lunched:
            return [(from_s, by_s)]
        back_before = (from_s, min(by_s, lunch.window_s[1] - 1))
        if underway is not None:
            return [back_before]
        return [(max(from_s, lunch.window_s[0] + 1), by_s), back_before]

    def limits(self, events: list[Event]) -> list[Limit]:
        """Time on board and work time; where that began before the plan it is a bound instead."""
        vehicle, underway = self.vehicle, self.vehicle.underway
        limits: list[Limit] = []
        if vehicle.max_work_s is not None and underway is None:
            limits.append((0, len(events) - 1, vehicle.max_work_s))
        since_s = {item.order: item.since_s for item in goods_on_board(vehicle)}
        begun: dict[str, int] = {}

        def deliver(order: Order, e: int) -> None:
            limit_s = order.max_on_board_s
            if limit_s is not None and order.id in since_s:
                events[e].close_s = min(events[e].close_s, since_s.pop(order.id) + limit_s)
            elif limit_s is not None:
                limits.append((begun.pop(order.id), e, limit_s))

        departed = 0
        inbound = [o for o in self.search.orders([*since_s]) if o.id in self.search.collected]
        for e, event in enumerate(events):
            if event.kind == "depart":
                departed = e
            if event.task is not None:
                stop, names = event.task
                for order in self.search.orders(names):
                    if order.direction is Direction.OUTBOUND or order.to_stop == stop:
                        begun.setdefault(order.id, departed)
                        deliver(order, e)
                    else:
                        begun[order.id] = e
                        inbound += [order] if order.direction is Direction.INBOUND else []
            if event.kind == "arrive":
                for order in inbound:
                    deliver(order, e)
                inbound = []
        return limits


def goods_on_board(vehicle: Vehicle) -> tuple[OnBoard, ...]:
    return () if vehicle.underway is None else vehicle.underway.on_board


def _trips_done(vehicle: Vehicle) -> int:
    """Trips of a van on the road with the present one."""
    assert vehicle.underway is not None
    return vehicle.underway.trips_done + 1


def _price_beyond(early_s: int, late_s: int, per_s: float) -> Callable[[int], float]:
    return lambda time_s: per_s * max(early_s - time_s, time_s - late_s, 0)


def _visits(events: Sequence[Event]) -> list[Task]:
    return [event.task for event in events if event.task is not None]


def _last_trip(events: Sequence[Event]) -> Sequence[Event]:
    return events[max(e for e, event in enumerate(events) if event.kind == "depart") :]


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
