"""One vehicle's day as CP-SAT variables and constraints: its own clock, and what it is paid for.

Times are whole seconds after midnight. The way, the services and the rests stay as the route states
them; between two services lies at least what lies there without waiting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from coop_service.domain.plan import RestKind, Route, Trip
from coop_service.domain.problem import Direction, Problem, Vehicle
from coop_service.planning.instance import COST_UNITS_PER_YUAN
from coop_service.planning.relay.itinerary import (
    S_PER_HOUR,
    TripTimes,
    rests_by_visit,
    retime_route,
)

S_PER_DAY: Final = 86_400


@dataclass(slots=True)
class TripVariables:
    """Times of a trip: departure, starts and ends of service, return, rests before it."""

    depart: Any
    starts: list[Any]
    ends: list[Any]
    returned: Any
    rests_before: list[Any]


class VehicleDays:
    """Routes of a plain day in one CP-SAT model, each by itself.

    Args:
        day: the plain problem that the routes are written in.
        routes: each keeps the rules by itself.
        is_soft: whether packing cut-offs, and what ties the vehicles together, may be missed at the
            price of slack; the least slack is then what is asked for, and else the least cost.
    """

    def __init__(self, day: Problem, routes: Sequence[Route], *, is_soft: bool) -> None:
        # it brings pandas along: a third of a second that the start of a search need not wait for
        from ortools.sat.python import cp_model

        self.cp = cp_model
        self.model = cp_model.CpModel()
        self.day = day
        self.routes = routes
        self.is_soft = is_soft
        self.latest_s = _latest_s(day)
        self.slacks: dict[tuple[str, str], Any] = {}
        self.costs: list[Any] = []
        self.trips: dict[str, list[TripVariables]] = {}
        self._solver: Any = None
        for route in routes:
            self._add_route(route)

    def solve(self, limit_s: float, wall_s: float | None = None) -> tuple[Route, ...] | None:
        """The routes with their new times; None where none were found.

        Args:
            limit_s: most seconds in CP-SAT's deterministic measure, which repeat exactly.
            wall_s: most seconds of wall time, where the result need not repeat.
        """
        self.model.minimize(sum(self.slacks.values()) if self.is_soft else sum(self.costs))
        solver = self.cp.CpSolver()
        solver.parameters.num_workers = 1  # the same times again for the same routes
        solver.parameters.max_deterministic_time = limit_s
        if wall_s is not None:
            solver.parameters.max_time_in_seconds = wall_s
        solver.parameters.random_seed = 0
        status = solver.solve(self.model)
        if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            return None
        self._solver = solver
        return tuple(
            retime_route(self.day, route, [self._times(trip) for trip in self.trips[route.vehicle]])
            for route in self.routes
        )

    def value(self, expression: Any) -> int:
        """What was found for a variable or a sum."""
        return int(self._solver.value(expression))

    def _times(self, trip: TripVariables) -> TripTimes:
        return TripTimes(
            self.value(trip.depart),
            tuple(map(self.value, trip.starts)),
            tuple(map(self.value, trip.rests_before)),
        )

    def time(self, from_s: int = 0) -> Any:
        """A new time, or length of time."""
        return self.model.new_int_var(from_s, self.latest_s, "")

    def slack(self, depot: str, what: str) -> Any:
        """Seconds by which what is asked at a depot may be missed; 0 where nothing may be."""
        if not self.is_soft:
            return 0
        key = depot, what
        if key not in self.slacks:
            self.slacks[key] = self.time()
        return self.slacks[key]

    # one vehicle's day

    def _add_route(self, route: Route) -> None:
        vehicle = self.day.vehicle_by_id[route.vehicle]
        self.trips[route.vehicle] = variables = []
        before: tuple[Trip, TripVariables] | None = None
        for number, trip in enumerate(route.trips):
            added = self._add_trip(vehicle, trip, number, before)
            last = number == len(route.trips) - 1
            depot = self.day.depot_by_id[vehicle.end_depot if last else vehicle.start_depot]
            self.model.add(added.returned <= depot.close_s)
            if before is not None:
                home = self.day.depot_by_id[vehicle.start_depot]
                self.model.add(added.depart <= home.close_s)
            self._add_cutoff(vehicle, trip, number, added, depot.id)
            variables.append(added)
            before = trip, added
        self._add_day(vehicle, route, variables)

    def _add_trip(
        self,
        vehicle: Vehicle,
        trip: Trip,
        number: int,
        before: tuple[Trip, TripVariables] | None,
    ) -> TripVariables:
        model = self.model
        rests = sorted(
            (rest for rest in trip.rests if rest.after_stop is None), key=lambda rest: rest.start_s
        )
        rested_s = sum(rest.duration_s for rest in rests)
        depart = self.time()
        rest_starts = []
        now: Any = None
        if before is not None:
            now = before[1].returned
            model.add(depart >= now + rested_s + vehicle.reload_s)
        elif vehicle.underway is not None:
            now = vehicle.underway.time_s
            model.add(depart >= now)
        for rest in rests:
            start = self.time()
            # on the road a rest follows at once; at a depot a lunch may wait for its window
            if rest.kind == RestKind.LUNCH and before is not None:
                model.add(start >= now)
            else:
                model.add(start == now)
            self._add_lunch_window(rest.kind, start, rest.duration_s)
            rest_starts.append(start)
            now = start + rest.duration_s
            model.add(depart >= now)
        starts: list[Any] = []
        ends: list[Any] = []
        here, here_s = depart, trip.depart_s
        rests_after = rests_by_visit(trip)
        for index, visit in enumerate(trip.stops):
            windows = self.day.stop_by_id[visit.stop].time_windows_s
            start = self.time()
            if windows:
                domain = self.cp.Domain.from_intervals([list(window) for window in windows])
                model.add_linear_expression_in_domain(start, domain)
            model.add(start >= here + (visit.arrive_s - here_s))
            service_s = visit.depart_s - visit.start_s
            starts.append(start)
            ends.append(start + service_s)
            for rest in rests_after[index]:
                offset_s = rest.start_s - visit.start_s
                self._add_lunch_window(rest.kind, start + offset_s, rest.duration_s)
            here, here_s = start + service_s, visit.depart_s
        returned = here + (trip.return_s - here_s)
        added = TripVariables(depart, starts, ends, returned, rest_starts)
        self._add_time_on_board(vehicle, trip, number, added)
        return added

    def _add_lunch_window(self, kind: RestKind, start: Any, duration_s: int) -> None:
        lunch = self.day.rules.lunch
        if kind == RestKind.LUNCH and lunch is not None:
            self.model.add(start >= lunch.window_s[0])
            self.model.add(start <= lunch.window_s[1] - duration_s)

    def _add_time_on_board(
        self, vehicle: Vehicle, trip: Trip, number: int, added: TripVariables
    ) -> None:
        """Limits of orders that one vehicle carries; a chain's limit is its own."""
        since: dict[str, Any] = {}
        if vehicle.underway is not None and number == 0:
            since = {item.order: item.since_s for item in vehicle.underway.on_board}
        for index, visit in enumerate(trip.stops):
            for order in (self.day.order_by_id[name] for name in visit.orders):
                limit_s = order.max_on_board_s
                if limit_s is None:
                    continue
                if order.direction == Direction.INBOUND:
                    self.model.add(added.returned - added.ends[index] <= limit_s)
                elif order.direction == Direction.OUTBOUND:
                    self.model.add(
                        added.starts[index] - since.get(order.id, added.depart) <= limit_s
                    )
                elif order.id in since:
                    self.model.add(added.starts[index] - since[order.id] <= limit_s)
                else:
                    since[order.id] = added.ends[index]

    def _add_cutoff(
        self, vehicle: Vehicle, trip: Trip, number: int, added: TripVariables, depot: str
    ) -> None:
        cutoff_s = self.day.depot_by_id[depot].packing_cutoff_s
        if cutoff_s is None:
            return
        names = [name for visit in trip.stops for name in visit.orders]
        if vehicle.underway is not None and number == 0:
            names += [item.order for item in vehicle.underway.on_board]
        if any(self.day.order_by_id[name].direction == Direction.INBOUND for name in names):
            self.model.add(added.returned <= cutoff_s + self.slack(depot, "packing"))

    def _add_day(self, vehicle: Vehicle, route: Route, trips: Sequence[TripVariables]) -> None:
        model, costs = self.model, vehicle.costs
        first, last = trips[0].depart, trips[-1].returned
        start_s, end_s = vehicle.shift_s
        paid_from: Any = first
        out_since: Any = first
        worked_s = 0
        if vehicle.underway is None:
            model.add(first >= max(start_s, self.day.depot_by_id[vehicle.start_depot].open_s))
        else:
            paid_from = vehicle.underway.time_s
            out_since = vehicle.underway.departed_s
            worked_s = vehicle.underway.time_s - vehicle.underway.departed_s
        model.add(last <= end_s + vehicle.overtime_limit_s)
        if vehicle.max_work_s is not None:
            model.add(last - paid_from + worked_s <= vehicle.max_work_s)
        overtime = self.time()
        model.add(overtime >= last - end_s)
        regular, late = _cost_units(costs.per_hour), _cost_units(costs.per_overtime_hour or 0.0)
        if late < regular:  # where overtime is the cheaper it must not be more than there is
            model.add_max_equality(overtime, [0, last - end_s])
        self.costs += [regular * (last - paid_from - overtime), late * overtime]
        self._add_lunch_due(vehicle, route, out_since, last)
        self._add_usual_hours(route, trips)

    def _add_lunch_due(self, vehicle: Vehicle, route: Route, out_since: Any, last: Any) -> None:
        """Who has no lunch leaves after the window's start or is back before its end."""
        lunch = self.day.rules.lunch
        rests = [rest for trip in route.trips for rest in trip.rests]
        underway = vehicle.underway
        if lunch is None or any(rest.kind == RestKind.LUNCH for rest in rests):
            return
        from_s, until_s = lunch.window_s
        if underway is not None and (
            underway.lunch_taken or underway.time_s + lunch.duration_s > until_s
        ):
            return
        leaves_later = self.model.new_bool_var("")
        self.model.add(out_since >= from_s + 1).only_enforce_if(leaves_later)
        self.model.add(last <= until_s - 1).only_enforce_if(~leaves_later)

    def _add_usual_hours(self, route: Route, trips: Sequence[TripVariables]) -> None:
        lines = self.day.standing_lines
        if lines is None:
            return
        usual_s = {line.stop: line.start_s for line in lines.stops if line.start_s is not None}
        for trip, added in zip(route.trips, trips, strict=True):
            for visit, start in zip(trip.stops, added.starts, strict=True):
                if visit.stop in usual_s:
                    off = self.time()
                    for apart in (start - usual_s[visit.stop], usual_s[visit.stop] - start):
                        self.model.add(off >= apart - lines.tolerance_s)
                    self.costs.append(_cost_units(lines.per_hour) * off)


def _cost_units(per_hour: float) -> int:
    return round(per_hour * COST_UNITS_PER_YUAN / S_PER_HOUR)


def _latest_s(problem: Problem) -> int:
    closings = [depot.close_s for depot in problem.depots]
    shifts = [vehicle.shift_s[1] + vehicle.overtime_limit_s for vehicle in problem.vehicles]
    return max(*closings, *shifts, 0) + S_PER_DAY
