"""A vehicle's day as it comes out when the driver simply drives on.

Drive, wait for the opening, serve; where no window is left serve on arrival, late. Rests and lunch
are taken where the rules ask for them and a place is left, so that what verification then finds is
what the visits in this order break, and not what a careless clock would. Every trip leaves as late
as it can without coming home later or being later anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from coop_service.domain.edits.board import Call
from coop_service.domain.plan import Rest, RestKind, Route, Trip, Visit
from coop_service.domain.problem import Depot, Problem, Stop, Vehicle
from coop_service.planning.editing.cargo import service_s, with_loads
from coop_service.planning.relay.itinerary import route_cost

Releases = Mapping[tuple[int, int | None], int]
"""Second before which a trip (by number; visit None) does not leave, or a visit of it begins."""


def drive_on(
    day: Problem,
    vehicle: Vehicle,
    trips: Sequence[Sequence[Call]],
    releases: Releases | None = None,
    kept_stops: AbstractSet[str] = frozenset(),
) -> Route:
    """The route of a vehicle's visits, each trip as it is.

    Args:
        day: the plain problem.
        vehicle: who drives.
        trips: at least one; only the present trip of a van on the road may have no visits.
        releases: what has to be waited for; None: nothing.
        kept_stops: stops where a later departure must not delay the service.
    """
    driver = _Driver(day, vehicle, trips, releases or {}, kept_stops)
    driven = driver.drive(takes_lunch=False)
    lunch = day.rules.lunch
    if lunch is not None and driver.is_lunch_due(driven):
        lunched = driver.drive(takes_lunch=True)
        # where it makes villages wait longer than it lasts, missing it is the lesser evil
        if _late_s(lunched) - _late_s(driven) <= lunch.duration_s:
            driven = lunched
    return driver.route(driven)


@dataclass(frozen=True, slots=True)
class _State:
    """A driver at a depot, or where a van on the road stands."""

    now_s: int
    driven_s: int = 0
    has_lunched: bool = False


@dataclass(slots=True)
class _Trip:
    """A trip as it is driven."""

    depart_s: int = 0
    visits: list[Visit] = field(default_factory=list)
    rests: list[Rest] = field(default_factory=list)
    late_s: int = 0
    distance_m: int = 0
    driving_s: int = 0
    end: _State = _State(0)

    @property
    def waiting_s(self) -> int:
        return sum(visit.start_s - visit.arrive_s for visit in self.visits)


class _Driver:
    def __init__(
        self,
        day: Problem,
        vehicle: Vehicle,
        trips: Sequence[Sequence[Call]],
        releases: Releases,
        kept_stops: AbstractSet[str],
    ) -> None:
        self.day = day
        self.vehicle = vehicle
        self.profile = day.profiles[vehicle.profile]
        self.trips = trips
        self.releases = releases
        self.kept_stops = kept_stops
        self.start = day.depot_by_id[vehicle.start_depot]
        self.end = day.depot_by_id[vehicle.end_depot]
        self.rest_s = day.rules.rest_s or 0

    # the day

    def drive(self, *, takes_lunch: bool) -> list[_Trip]:
        underway = self.vehicle.underway
        state = _State(max(self.vehicle.shift_s[0], self.start.open_s))
        if underway is not None:
            state = _State(underway.time_s, underway.driven_since_rest_s)
        state = replace(state, has_lunched=not takes_lunch)
        driven: list[_Trip] = []
        for number in range(len(self.trips)):
            trip = self.leave(number, state)
            driven.append(trip)
            state = trip.end
        return driven

    def is_lunch_due(self, driven: Sequence[_Trip]) -> bool:
        lunch, underway = self.day.rules.lunch, self.vehicle.underway
        if lunch is None:
            return False
        opens_s, closes_s = lunch.window_s
        out_since_s = driven[0].depart_s
        if underway is not None:
            if underway.lunch_taken or underway.time_s + lunch.duration_s > closes_s:
                return False
            out_since_s = underway.departed_s
        return out_since_s <= opens_s and driven[-1].end.now_s >= closes_s

    def leave(self, number: int, state: _State) -> _Trip:
        """The trip at its earliest, then as late as changes nothing that matters."""
        first = self.run(number, state, 0)
        latest_s, until_s = first.depart_s, first.depart_s + first.waiting_s
        best = first
        if self.vehicle.underway is not None and number == 0:
            return first  # where it stands it has nothing to wait for
        while latest_s < until_s:
            middle_s = (latest_s + until_s + 1) // 2
            later = self.run(number, state, middle_s)
            if later.depart_s == middle_s and self.is_as_good(later, first):
                best, latest_s = later, middle_s
            else:
                until_s = middle_s - 1
        return best

    def is_as_good(self, later: _Trip, first: _Trip) -> bool:
        return (
            later.end.now_s <= first.end.now_s
            and later.late_s <= first.late_s
            and later.end.has_lunched == first.end.has_lunched
            and all(
                one.start_s <= other.start_s
                for one, other in zip(later.visits, first.visits, strict=True)
                if one.stop in self.kept_stops
            )
        )

    # a trip

    def run(self, number: int, state: _State, not_before_s: int) -> _Trip:
        trip = _Trip()
        calls = self.trips[number]
        here, now_s = self.start.location, state.now_s
        is_last = number == len(self.trips) - 1
        home = self.end if is_last else self.start
        underway = self.vehicle.underway if number == 0 else None
        if underway is not None:
            here = underway.location
        if underway is not None or number > 0:
            reload_s = 0 if number == 0 else self.vehicle.reload_s
            credit_s = reload_s if self.day.rules.reload_is_rest else 0
            ahead_s = self.next_chance_s(calls, 0, here, now_s + reload_s, home, is_last)
            leg_s = self.leg(here, calls, 0, home)[0]
            state = self.rest(trip, state, None, leg_s, credit_s, ahead_s)
            now_s = state.now_s + reload_s
        now_s = max(now_s, not_before_s, self.releases.get((number, None), 0))
        trip.depart_s = now_s
        state = replace(state, now_s=now_s)
        for at, call in enumerate(calls):
            state = self.go(trip, state, self.leg(here, calls, at, home))
            stop = self.day.stop_by_id[call.stop]
            here = stop.location
            arrive_s = state.now_s
            ready_s = max(arrive_s, self.releases.get((number, at), 0))
            start_s, late_s = _begin(stop, ready_s)
            length_s = service_s(self.day, call)
            trip.late_s += late_s
            end_s = start_s + length_s
            trip.visits.append(Visit(call.stop, arrive_s, start_s, end_s, call.orders, {}))
            state = replace(state, now_s=end_s)
            credit_s = length_s if self.day.rules.service_is_rest else 0
            ahead_s = self.next_chance_s(calls, at + 1, here, end_s, home, is_last)
            leg_s = self.leg(here, calls, at + 1, home)[0]
            state = self.rest(trip, state, call.stop, leg_s, credit_s, ahead_s)
        state = self.go(trip, state, self.leg(here, calls, len(calls), home))
        trip.end = state
        return trip

    def leg(self, here: int, calls: Sequence[Call], at: int, home: Depot) -> tuple[int, int]:
        """Seconds and metres to the visit of a number, or home; 0 where there is no road."""
        there = home.location
        if at < len(calls):
            there = self.day.stop_by_id[calls[at].stop].location
        if not self.profile.allows(here, there):
            return 0, 0
        return int(self.profile.duration_s[here, there]), int(self.profile.distance_m[here, there])

    def go(self, trip: _Trip, state: _State, leg: tuple[int, int]) -> _State:
        trip.driving_s += leg[0]
        trip.distance_m += leg[1]
        return replace(state, now_s=state.now_s + leg[0], driven_s=state.driven_s + leg[0])

    def next_chance_s(
        self, calls: Sequence[Call], at: int, here: int, now_s: int, home: Depot, is_last: bool
    ) -> int | None:
        """When the next rest could begin if none is taken now; None: there is no other chance."""
        leg_s = self.leg(here, calls, at, home)[0]
        if at == len(calls):
            return None if is_last else now_s + leg_s
        start_s, _ = _begin(self.day.stop_by_id[calls[at].stop], now_s + leg_s)
        return start_s + service_s(self.day, calls[at])

    # rests

    def rest(
        self,
        trip: _Trip,
        state: _State,
        stop: str | None,
        leg_s: int,
        credit_s: int,
        ahead_s: int | None,
    ) -> _State:
        """Take what rests are due here, before a leg.

        Args:
            trip: takes the rests down.
            state: the service has just ended.
            stop: where; None: at the depot, or where a van on the road stands.
            leg_s: of the leg that follows.
            credit_s: work here that counts as rest.
            ahead_s: when the next chance to rest comes.
        """
        now_s = state.now_s
        for kind, length_s in self.lunch_here(state, ahead_s):
            trip.rests.append(Rest(stop, now_s, length_s, kind))
            now_s += length_s
        has_lunched = state.has_lunched or now_s > state.now_s
        driven_s = state.driven_s
        rested_s = credit_s + now_s - state.now_s
        most_s = self.day.rules.max_driving_s
        if rested_s >= self.rest_s:
            driven_s = 0
        elif most_s is not None and driven_s > 0 and driven_s + leg_s > most_s:
            length_s = self.rest_s - rested_s
            trip.rests.append(Rest(stop, now_s, length_s, RestKind.DRIVING))
            now_s += length_s
            driven_s = 0
        return _State(now_s, driven_s, has_lunched)

    def lunch_here(self, state: _State, ahead_s: int | None) -> Iterator[tuple[RestKind, int]]:
        """The lunch, if it is to be taken here, with a rest before it until it may begin."""
        lunch = self.day.rules.lunch
        if lunch is None or state.has_lunched:
            return
        opens_s, closes_s = lunch.window_s
        start_s = max(opens_s, state.now_s)
        if start_s + lunch.duration_s > closes_s:
            return
        if start_s > state.now_s:
            if ahead_s is not None and ahead_s + lunch.duration_s <= closes_s:
                return
            yield RestKind.DRIVING, start_s - state.now_s
        yield RestKind.LUNCH, lunch.duration_s

    # the route

    def route(self, driven: Sequence[_Trip]) -> Route:
        underway = self.vehicle.underway
        trips = tuple(
            with_loads(
                self.day,
                self.vehicle,
                Trip(one.depart_s, one.end.now_s, {}, {}, tuple(one.visits), tuple(one.rests)),
                is_present=underway is not None and number == 0,
            )
            for number, one in enumerate(driven)
        )
        depart_s, return_s = trips[0].depart_s, trips[-1].return_s
        ready_s = depart_s if underway is None else underway.time_s
        driving_s = sum(one.driving_s for one in driven)
        served_s = sum(service_s(self.day, call) for calls in self.trips for call in calls)
        rested_s = sum(rest.duration_s for trip in trips for rest in trip.rests)
        reloaded_s = self.vehicle.reload_s * (len(trips) - 1)
        route = Route(
            vehicle=self.vehicle.id,
            depart_s=depart_s,
            return_s=return_s,
            distance_m=sum(one.distance_m for one in driven),
            driving_s=driving_s,
            service_s=served_s,
            waiting_s=return_s - ready_s - driving_s - served_s - rested_s - reloaded_s,
            cost=0.0,
            trips=trips,
        )
        return replace(route, cost=round(route_cost(self.day, route).total, 2))


def _late_s(driven: Sequence[_Trip]) -> int:
    return sum(trip.late_s for trip in driven)


def _begin(stop: Stop, ready_s: int) -> tuple[int, int]:
    """When a service begins, and by how much it then misses its windows."""
    windows = sorted(stop.time_windows_s)
    for opens_s, closes_s in windows:
        if ready_s <= closes_s:
            return max(opens_s, ready_s), 0
    return ready_s, ready_s - windows[-1][1] if windows else 0
