"""The best times of all routes together, for sequences that stand: exact, by CP-SAT.

Each vehicle's visits, trips and rests stay where its own timing put them; what is chosen is when it
leaves and where it waits. The objective is all that a plan pays for time: work, overtime and usual
hours. Constraints are those of :mod:`coop_service.domain.verify` that depend on the clock.

Rests keep their length. A rest that had been drawn out to the beginning of the lunch window is
therefore longer than it would have to be; so the times are the best for these rests.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coop_service.domain.handovers import Handover, Ride, find_handovers
from coop_service.domain.plan import Route
from coop_service.domain.problem import Direction, Hub, Problem
from coop_service.domain.relay import Modes, expand, hub_stop_id
from coop_service.planning.instance import LOAD_UNITS
from coop_service.planning.relay.vehicle_days import TripVariables, VehicleDays


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What is missing for a timetable, at the least, where there is none.

    Attributes:
        depot: the hub whose links do not fit, or the depot whose packing cut-off is missed.
        missing_s: by how much; at a hub, down and up together.
    """

    depot: str
    missing_s: int


def time_together(
    problem: Problem,
    modes: Modes,
    routes: Sequence[Route],
    limit_s: float,
    wall_s: float | None = None,
) -> tuple[Route, ...] | None:
    """The routes at their cheapest times together; None where none were found.

    Args:
        problem: the problem with its relays.
        modes: of each of its townships.
        routes: in legs; each by itself keeps every rule, but not what ties it to the others.
        limit_s: most seconds, in CP-SAT's deterministic measure.
        wall_s: most seconds of wall time; with it the times need not repeat.
    """
    model = _Timing(problem, modes, routes, is_soft=False)
    return model.solve(limit_s, wall_s)


def find_shortfalls(
    problem: Problem,
    modes: Modes,
    routes: Sequence[Route],
    limit_s: float,
    wall_s: float | None = None,
) -> tuple[Shortfall, ...]:
    """What is missing for a timetable: least seconds over all hubs and cut-offs together.

    Empty where there is a timetable, or where something else than links and cut-offs forbids it.
    """
    model = _Timing(problem, modes, routes, is_soft=True)
    if model.solve(limit_s, wall_s) is None:
        return ()
    missing_s: defaultdict[str, int] = defaultdict(int)
    for (depot, _), slack in model.slacks.items():
        missing_s[depot] += model.value(slack)
    return tuple(Shortfall(depot, least_s) for depot, least_s in missing_s.items() if least_s > 0)


class _Timing(VehicleDays):
    """The vehicles' days, and all that ties them together."""

    def __init__(
        self, problem: Problem, modes: Modes, routes: Sequence[Route], *, is_soft: bool
    ) -> None:
        super().__init__(expand(problem, modes), routes, is_soft=is_soft)
        self.problem = problem
        self._route = {route.vehicle: route for route in routes}
        handovers = find_handovers(problem, modes, routes)
        for one in _links(handovers):
            self._add_link(one)
        for one in handovers:
            self._add_chain_limit(one)
        for depot in self.day.depots:
            if depot.docks is not None:
                self._add_places(self._loadings(depot.id), depot.docks)
        for hub in problem.hubs:
            if hub.doors is not None:
                stays = [*self._loadings(hub.depot), *self._trunk_services(hub)]
                self._add_places(stays, hub.doors)
            if not is_soft:  # what is taken before it has come lies nowhere
                self._add_floor(hub, [one for one in handovers if one.hub == hub.depot])

    def _trip(self, ride: Ride) -> TripVariables:
        return self.trips[ride.vehicle][ride.trip]

    def _add_link(self, one: Handover) -> None:
        """What is taken has been sorted (synchronisation at the hub)."""
        if one.taken is None:
            return
        bringing, taking = self._trip(one.brought), self._trip(one.taken)
        slack = self.slack(one.hub, one.direction.value)
        if one.brought.visit is not None:
            route = self._route[one.brought.vehicle]
            visit = route.trips[one.brought.trip].stops[one.brought.visit]
            sorting_s = one.sorted_s - visit.depart_s
            end = bringing.ends[one.brought.visit]
            self.model.add(taking.depart + slack >= end + sorting_s)
        else:
            assert one.taken.visit is not None
            sorting_s = one.sorted_s - one.arrived_s
            start = taking.starts[one.taken.visit]
            self.model.add(start + slack >= bringing.returned + sorting_s)

    def _add_chain_limit(self, one: Handover) -> None:
        """Perishables over both legs."""
        limit_s = self.problem.order_by_id[one.order].max_on_board_s
        if limit_s is None or one.taken is None:
            return
        bringing, taking = self._trip(one.brought), self._trip(one.taken)
        leg = "branch" if one.direction == Direction.OUTBOUND else "trunk"
        village = self._visit_number(one, "branch")
        slack = self.slack(one.hub, one.direction.value)
        if leg == "branch":
            self.model.add(taking.starts[village] - bringing.depart <= limit_s + slack)
        else:
            self.model.add(taking.returned - bringing.ends[village] <= limit_s + slack)

    def _visit_number(self, one: Handover, leg: str) -> int:
        """Which visit of its trip serves the order in the village."""
        ride = one.taken if one.direction == Direction.OUTBOUND else one.brought
        assert ride is not None
        route = self._route[ride.vehicle]
        name = f"{one.order}:{leg}"
        return next(
            number
            for number, visit in enumerate(route.trips[ride.trip].stops)
            if name in visit.orders
        )

    def _loadings(self, depot: str) -> list[Any]:
        """Intervals of ``reload_s`` before departures from a depot."""
        intervals = []
        for route in self.routes:
            vehicle = self.day.vehicle_by_id[route.vehicle]
            if vehicle.start_depot != depot or vehicle.reload_s == 0:
                continue
            first = 0 if vehicle.underway is None else 1
            for trip in self.trips[route.vehicle][first:]:
                start = self.time(-vehicle.reload_s)
                self.model.add(start == trip.depart - vehicle.reload_s)
                intervals.append(
                    self.model.new_fixed_size_interval_var(start, vehicle.reload_s, "")
                )
        return intervals

    def _trunk_services(self, hub: Hub) -> list[Any]:
        stops = {
            hub_stop_id(hub.depot, Direction.OUTBOUND),
            hub_stop_id(hub.depot, Direction.INBOUND),
        }
        return [
            self.model.new_fixed_size_interval_var(start, visit.depart_s - visit.start_s, "")
            for route in self.routes
            for trip, added in zip(route.trips, self.trips[route.vehicle], strict=True)
            for visit, start in zip(trip.stops, added.starts, strict=True)
            if visit.stop in stops and visit.depart_s > visit.start_s
        ]

    def _add_places(self, intervals: Sequence[Any], places: int) -> None:
        if len(intervals) > places:
            self.model.add_cumulative(intervals, [1] * len(intervals), places)

    def _add_floor(self, hub: Hub, handovers: Sequence[Handover]) -> None:
        batches: defaultdict[tuple[Ride, Ride | None], list[Handover]] = defaultdict(list)
        for one in handovers:
            batches[one.brought, one.taken].append(one)
        if not hub.floor or not batches:
            return
        stays = [self._stay(brought, taken) for brought, taken in batches]
        for unit, space in hub.floor.items():
            demands = [
                round(sum(one.load.get(unit, 0.0) for one in batch) * LOAD_UNITS)
                for batch in batches.values()
            ]
            self.model.add_cumulative(stays, demands, round(space * LOAD_UNITS))

    def _stay(self, brought: Ride, taken: Ride | None) -> Any:
        """How long goods that change between two vehicles lie on the floor."""
        bringing = self._trip(brought)
        arrived = bringing.returned if brought.visit is None else bringing.starts[brought.visit]
        left: Any = self.latest_s + 1
        if taken is not None:
            taking = self._trip(taken)
            left = taking.depart if taken.visit is None else taking.ends[taken.visit]
        length = self.time()
        return self.model.new_interval_var(arrived, length, left, "")


def _links(handovers: Sequence[Handover]) -> list[Handover]:
    """One handover for each pair of vehicles' calls: all of a batch is sorted together."""
    return list({(one.brought, one.taken): one for one in handovers}.values())
