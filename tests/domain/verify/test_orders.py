"""Each order is served once at its place, or said to be left out."""

from dataclasses import replace

import pytest

from coop_service.domain.plan import Reason, Unassigned
from coop_service.domain.verify import verify


@pytest.fixture
def problem(make_problem):
    return make_problem(
        orders=[
            {"stop": "c1"},
            {"stop": "c2", "drop_penalty": 12.5},
            {"stop": "c3", "to_stop": "c1", "direction": "transfer"},
        ],
        vehicles=[{"max_trips": 2}, {}],
    )


ALL = (("c3", ["o3"]), ("c2", ["o2"]), ("c1", ["o1", "o3"]))


def plan_for(make_plan, problem, *calls, **more):
    return make_plan(problem, {"V1": [{"depart_s": 0, "calls": list(calls)}]}, **more)


def test_all_orders_once_at_their_places_is_accepted(problem, make_plan):
    assert verify(problem, plan_for(make_plan, problem, *ALL)).ok


def test_an_order_dropped_silently_is_reported_and_its_penalty_paid(problem, make_plan):
    plan = plan_for(make_plan, problem, ALL[0], ALL[2])
    verdict = verify(problem, plan)
    (violation,) = verdict.violations
    assert (violation.rule, violation.order, violation.stop) == ("order_missing", "o2", "c2")
    assert verdict.cost_parts.dropped == 12.5


def test_an_order_left_out_openly_pays_its_penalty(problem, make_plan):
    plan = plan_for(make_plan, problem, ALL[0], ALL[2], unassigned=["o2"])
    verdict = verify(problem, plan)
    assert verdict.ok
    # 60 km, 3600 s, and the penalty.
    assert verdict.cost == 100 + 60 + 36 + 12.5


def test_a_mandatory_order_may_be_left_out_without_a_price(problem, make_plan):
    plan = plan_for(make_plan, problem, ALL[0], ALL[1], ("c1", ["o3"]), unassigned=["o1"])
    verdict = verify(problem, plan)
    assert verdict.ok
    assert verdict.cost_parts.dropped == 0.0


def test_an_order_both_served_and_left_out_is_reported(problem, make_plan, found):
    plan = plan_for(make_plan, problem, *ALL, unassigned=["o2"])
    assert found(problem, plan) == [("order_served_and_unassigned", 1.0)]


def test_an_order_listed_twice_as_left_out_is_reported(problem, make_plan, found):
    plan = plan_for(make_plan, problem, ALL[0], ALL[2], unassigned=["o2", "o2"])
    assert found(problem, plan) == [("listed_twice", 1.0)]


def test_an_order_served_by_two_vans_is_reported(problem, make_plan, found):
    plan = make_plan(
        problem,
        {
            "V1": [{"depart_s": 0, "calls": list(ALL)}],
            "V2": [{"depart_s": 0, "calls": [("c2", ["o2"])]}],
        },
    )
    rules = dict(found(problem, plan))
    assert rules == {"order_twice": 1.0, "split_unlisted": 1.0, "split_needless": 1.0}


def test_an_order_twice_in_one_visit_is_reported(problem, make_plan, found):
    plan = plan_for(make_plan, problem, *ALL)
    (route,) = plan.routes
    (trip,) = route.trips
    visit = replace(trip.stops[1], orders=("o2", "o2"))
    trip = replace(trip, stops=(trip.stops[0], visit, trip.stops[2]))
    doubled = replace(plan, routes=(replace(route, trips=(trip,)),))
    assert found(problem, doubled) == [("order_twice", 1.0)]


def test_an_order_at_the_wrong_stop_is_reported(problem, make_plan):
    plan = plan_for(make_plan, problem, ALL[0], ("c2", ["o2", "o1"]), ("c1", ["o3"]))
    (violation,) = verify(problem, plan).violations
    assert (violation.rule, violation.order, violation.stop) == ("wrong_stop", "o1", "c2")


def test_unknown_names_are_reported_and_the_rest_is_judged_still(problem, make_plan, found):
    plan = plan_for(make_plan, problem, *ALL)
    (route,) = plan.routes
    (trip,) = route.trips
    ghost = replace(trip.stops[0], stop="c9", orders=("o9",))
    changed = replace(trip, stops=(*trip.stops, ghost))
    haunted = replace(
        plan,
        routes=(replace(route, trips=(changed,)), replace(route, vehicle="V9")),
        unassigned=(Unassigned("o8", Reason.COMPETITION, False),),
        split_stops=("c8",),
    )
    verdict = verify(problem, haunted)
    named = {(one.rule, one.vehicle, one.stop, one.order) for one in verdict.violations}
    assert ("unknown_vehicle", "V9", None, None) in named
    assert ("unknown_stop", "V1", "c9", None) in named
    assert ("unknown_order", "V1", "c9", "o9") in named
    assert ("unknown_order", None, None, "o8") in named
    assert ("unknown_stop", None, "c8", None) in named


def test_a_vehicle_has_one_route_a_day(problem, make_plan, found):
    plan = plan_for(make_plan, problem, *ALL)
    assert ("vehicle_twice", 1.0) in found(problem, replace(plan, routes=plan.routes * 2))


def test_a_route_without_trips_and_a_visit_without_orders_are_reported(problem, make_plan, found):
    plan = plan_for(make_plan, problem, *ALL)
    parked = replace(plan.routes[0], vehicle="V2", trips=())
    assert found(problem, replace(plan, routes=(*plan.routes, parked))) == [("empty_route", 1.0)]
    idle = plan_for(make_plan, problem, ALL[0], ALL[1], ("c2", []), ALL[2], split_stops=["c2"])
    assert ("empty_visit", 1.0) in found(problem, idle)


def test_a_mandatory_order_has_no_penalty_to_be_not_worth(problem, make_plan, found):
    plan = plan_for(make_plan, problem, ("c2", ["o2"]), unassigned=["o1", "o3"])
    first, second = plan.unassigned
    cheap = replace(first, reason=Reason.NOT_WORTH_ITS_PENALTY)
    assert found(problem, replace(plan, unassigned=(cheap, second))) == [("wrong_reason", 1.0)]
