"""The drives of a route: what it covers between its calls."""

from __future__ import annotations

from collections.abc import Iterator

from coop_service.domain.plan import Route, Trip, Visit
from coop_service.domain.problem import Problem

Drive = tuple[Visit | None, int]
"""To which visit, None: to the depot at the end of the trip; and how many metres."""


def drives_of(problem: Problem, route: Route) -> Iterator[tuple[Trip, list[Drive]]]:
    """Each trip with its drives; one where there is no road counts as 0 m.

    Args:
        problem: the plain problem that the route is written in.
        route: one that names only what the problem has.

    Raises:
        KeyError: it names something else.
    """
    vehicle = problem.vehicle_by_id[route.vehicle]
    distance_m = problem.profiles[vehicle.profile].distance_m
    start = problem.depot_by_id[vehicle.start_depot].location
    end = problem.depot_by_id[vehicle.end_depot].location
    for number, trip in enumerate(route.trips):
        here = start
        if vehicle.underway is not None and number == 0:
            here = vehicle.underway.location
        drives: list[Drive] = []
        for visit in trip.stops:
            there = problem.stop_by_id[visit.stop].location
            drives.append((visit, max(0, int(distance_m[here, there]))))
            here = there
        home = end if number == len(route.trips) - 1 else start
        drives.append((None, max(0, int(distance_m[here, home]))))
        yield trip, drives
