"""Times of all routes together: the day of ``relay_day``, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from coop_service.domain.relay import expand
from coop_service.domain.verify import verify
from coop_service.planning.relay.candidate import make_plan
from coop_service.planning.relay.timing import find_shortfalls, time_together
from tests.domain.verify.relay_day import MODES, relay_plan, relay_problem, relay_routes

LIMIT_S = 2.0


def timed(problem, routes=None):
    routes = relay_plan(problem, routes).routes
    times = time_together(problem, MODES, routes, LIMIT_S)
    assert times is not None
    return make_plan(problem, MODES, times, engine="", seconds=0.0, reasons=())


def test_what_costs_least_for_the_same_sequences():
    # T1 waits neither at the hub nor at the centre more than B1's two trips ask for
    problem = relay_problem()
    plan = timed(problem)
    assert verify(problem, plan).violations == ()
    assert plan.cost <= 652.90


def test_links_hold_whatever_the_times_were_before():
    problem = relay_problem()
    routes = relay_routes()
    routes["B1"][0]["depart_s"] -= 3600
    assert not verify(problem, relay_plan(problem, routes)).ok
    plan = timed(problem, routes)
    assert verify(problem, plan).violations == ()


def test_times_that_are_the_best_are_kept():
    problem = relay_problem()
    once = timed(problem)
    again = time_together(problem, MODES, once.routes, LIMIT_S)
    plan = make_plan(problem, MODES, again, engine="", seconds=0.0, reasons=())
    assert plan.cost == once.cost


@pytest.mark.parametrize(("early_s", "missing_s"), [(0, 0), (60, 60), (600, 600)])
def test_what_is_missing_where_there_is_no_timetable(early_s, missing_s):
    # the least time from T1's first departure to its last return is that of the chain over B1
    problem = relay_problem()
    plan = timed(problem)
    t1 = next(route for route in plan.routes if route.vehicle == "T1")
    shift_s = (t1.depart_s, t1.return_s - early_s)
    vehicles = tuple(
        replace(vehicle, shift_s=shift_s) if vehicle.id == "T1" else vehicle
        for vehicle in problem.vehicles
    )
    tight = replace(problem, vehicles=vehicles)
    found = find_shortfalls(tight, MODES, plan.routes, LIMIT_S)
    assert sum(one.missing_s for one in found) == missing_s
    assert (time_together(tight, MODES, plan.routes, LIMIT_S) is None) == (missing_s > 0)
    assert all(one.depot == "west" for one in found)


def test_docks_stagger_departures():
    problem = relay_problem()
    plan = relay_plan(problem)
    vehicles = tuple(
        replace(vehicle, shift_s=(36_000, 86_400)) if vehicle.id == "D1" else vehicle
        for vehicle in problem.vehicles
    )
    together = replace(problem, vehicles=vehicles)
    times = time_together(together, MODES, plan.routes, LIMIT_S)
    assert times is not None
    by_vehicle = {route.vehicle: route for route in times}
    loadings = sorted(trip.depart_s for name in ("T1", "D1") for trip in by_vehicle[name].trips)
    assert all(later - earlier >= 600 for earlier, later in pairwise(loadings))
    assert verify(
        together, make_plan(together, MODES, times, engine="", seconds=0.0, reasons=())
    ).ok


def test_the_day_is_written_in_legs():
    problem = relay_problem()
    names = {order.id for order in expand(problem, MODES).orders}
    plan = timed(problem)
    assert {
        name for route in plan.routes for visit in route.visits for name in visit.orders
    } == names
