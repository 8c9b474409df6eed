"""A route with other times: what a plan states of it follows anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from coop_service.domain.plan import CostParts, Rest, Route, Trip
from coop_service.domain.problem import Problem

M_PER_KM: Final = 1000
S_PER_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class TripTimes:
    """Seconds after midnight: departure, starts of service, rests before the trip."""

    depart_s: int
    starts_s: tuple[int, ...]
    rests_before_s: tuple[int, ...]


def rests_by_visit(trip: Trip) -> defaultdict[int, list[Rest]]:
    """The rests on the way by the number of the visit that they follow.

    Where a split stop is visited twice, a rest belongs to the last visit that ends before it.
    """
    by_visit: defaultdict[int, list[Rest]] = defaultdict(list)
    for rest in sorted(trip.rests, key=lambda rest: rest.start_s):
        ended = [
            number
            for number, visit in enumerate(trip.stops)
            if visit.stop == rest.after_stop and visit.depart_s <= rest.start_s
        ]
        if ended:
            by_visit[ended[-1]].append(rest)
    return by_visit


def retime_route(day: Problem, route: Route, times: Sequence[TripTimes]) -> Route:
    """The route at other times; its sums and its cost follow.

    Args:
        day: the plain problem that the route is written in.
        route: with the way, the services and the rests that stay as they are.
        times: of each of its trips.
    """
    trips = tuple(map(_retime_trip, route.trips, times))
    vehicle = day.vehicle_by_id[route.vehicle]
    before = len(trips) - 1
    rested_s = sum(rest.duration_s for trip in trips for rest in trip.rests)
    depart_s, return_s = trips[0].depart_s, trips[-1].return_s
    ready_s = depart_s if vehicle.underway is None else vehicle.underway.time_s
    work_s = return_s - ready_s
    busy_s = route.driving_s + route.service_s + rested_s + vehicle.reload_s * before
    timed = replace(
        route, depart_s=depart_s, return_s=return_s, waiting_s=work_s - busy_s, trips=trips
    )
    return replace(timed, cost=round(route_cost(day, timed).total, 2))


def route_cost(day: Problem, route: Route) -> CostParts:
    """Yuan for a vehicle's day at the times that the route states, not rounded."""
    vehicle = day.vehicle_by_id[route.vehicle]
    costs = vehicle.costs
    paid_from_s = route.depart_s if vehicle.underway is None else vehicle.underway.time_s
    overtime_s = max(0, route.return_s - max(vehicle.shift_s[1], paid_from_s))
    regular_s = route.return_s - paid_from_s - overtime_s
    return CostParts(
        fixed=costs.fixed if vehicle.underway is None else 0.0,
        distance=costs.per_km * route.distance_m / M_PER_KM,
        time=costs.per_hour * regular_s / S_PER_HOUR,
        overtime=(costs.per_overtime_hour or 0.0) * overtime_s / S_PER_HOUR,
        standing=_standing_yuan(day, route),
    )


def _standing_yuan(day: Problem, route: Route) -> float:
    lines = day.standing_lines
    if lines is None:
        return 0.0
    line_of = {line.stop: line for line in lines.stops}
    yuan = 0.0
    for visit in route.visits:
        line = line_of.get(visit.stop)
        if line is not None and line.vehicle not in (None, route.vehicle):
            yuan += lines.per_visit
        if line is not None and line.start_s is not None:
            off_s = abs(visit.start_s - line.start_s) - lines.tolerance_s
            yuan += lines.per_hour * max(0, off_s) / S_PER_HOUR
    return yuan


def _retime_trip(trip: Trip, times: TripTimes) -> Trip:
    rests_after = rests_by_visit(trip)
    before = sorted((r for r in trip.rests if r.after_stop is None), key=lambda rest: rest.start_s)
    rests = [
        replace(rest, start_s=start_s)
        for rest, start_s in zip(before, times.rests_before_s, strict=True)
    ]
    visits = []
    now_s, here_s = times.depart_s, trip.depart_s
    for number, (visit, start_s) in enumerate(zip(trip.stops, times.starts_s, strict=True)):
        later_s = start_s - visit.start_s
        visits.append(
            replace(
                visit,
                arrive_s=now_s + visit.arrive_s - here_s,
                start_s=start_s,
                depart_s=visit.depart_s + later_s,
            )
        )
        rests += [replace(rest, start_s=rest.start_s + later_s) for rest in rests_after[number]]
        now_s, here_s = visit.depart_s + later_s, visit.depart_s
    return replace(
        trip,
        depart_s=times.depart_s,
        return_s=now_s + trip.return_s - here_s,
        stops=tuple(visits),
        rests=tuple(rests),
    )
