"""Times, roads, windows, trips, shifts and the limits of the day, worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from coop_service.domain.plan import CostParts
from coop_service.domain.problem import NO_ROAD, Costs, Profile
from coop_service.domain.verify import verify


def with_visit(plan, index, **changes):
    """The plan with one visit of the first trip changed and nothing adapted to it."""
    (route, *others) = plan.routes
    (trip, *later) = route.trips
    visits = list(trip.stops)
    visits[index] = replace(visits[index], **changes)
    trip = replace(trip, stops=tuple(visits))
    return replace(plan, routes=(replace(route, trips=(trip, *later)), *others))


@pytest.fixture
def two_stops(make_problem):
    return make_problem(
        stops=[
            {"id": "c1", "location": 1, "service_s": 240},
            {"id": "c2", "location": 2, "service_s": 0},
        ],
        orders=[{"stop": "c1", "service_s": 60}, {"stop": "c2"}],
    )


@pytest.fixture
def two_stops_plan(two_stops, make_plan):
    trip = {"depart_s": 1000, "calls": [("c1", ["o1"]), ("c2", ["o2"])]}
    return make_plan(two_stops, {"V1": [trip]})


def test_a_day_worked_out_by_hand_costs_what_it_should(two_stops, two_stops_plan):
    # 40 km there and back, 2400 s of driving and 300 s of service.
    verdict = verify(two_stops, two_stops_plan)
    assert verdict.ok
    assert verdict.cost_parts == CostParts(100.0, 40.0, 27.0, 0.0, 0.0)
    assert verdict.cost == 167.0
    (trip,) = two_stops_plan.routes[0].trips
    assert [visit.arrive_s for visit in trip.stops] == [1600, 2500]
    assert trip.return_s == 3700


def test_an_arrival_that_the_road_does_not_give_is_one_violation(two_stops, two_stops_plan, found):
    early = with_visit(two_stops_plan, 1, arrive_s=2440)
    # The missing minute passes as waiting, of which the route states none: its way is as before.
    assert found(two_stops, early) == [("arrive_time", 60.0)]


def test_a_service_that_starts_before_the_arrival_is_reported(two_stops, two_stops_plan, found):
    hasty = with_visit(two_stops_plan, 1, start_s=2480)
    assert ("start_time", 20.0) in found(two_stops, hasty)


def test_a_service_that_is_too_short_is_reported(two_stops, two_stops_plan, found):
    hasty = with_visit(two_stops_plan, 0, depart_s=1840)
    assert found(two_stops, hasty) == [("depart_time", 60.0), ("arrive_time", 60.0)]


def test_a_wrong_return_is_reported_and_the_cost_follows_the_road(two_stops, two_stops_plan):
    (route,) = two_stops_plan.routes
    trip = replace(route.trips[0], return_s=3400)
    plan = replace(two_stops_plan, routes=(replace(route, return_s=3400, trips=(trip,)),))
    verdict = verify(two_stops, plan)
    assert [(one.rule, one.amount) for one in verdict.violations] == [("return_time", 300.0)]
    assert verdict.cost == 167.0


def test_waiting_by_choice_is_allowed_and_paid(two_stops, make_plan):
    trip = {"depart_s": 0, "calls": [("c1", ["o1"], {"wait_s": 100}), ("c2", ["o2"])]}
    plan = make_plan(two_stops, {"V1": [trip]})
    verdict = verify(two_stops, plan)
    assert verdict.ok
    assert plan.routes[0].waiting_s == 100
    assert verdict.cost == 168.0


@pytest.mark.parametrize(("start_s", "off_s"), [(600, 0), (900, 0), (901, 1), (1199, 1), (1200, 0)])
def test_a_window_holds_the_start_of_service_both_ends_included(
    make_problem, make_plan, found, start_s, off_s
):
    problem = make_problem(orders=[{"stop": "c1"}])
    plan = make_plan(problem, {"V1": [{"depart_s": start_s - 600, "calls": [("c1", ["o1"])]}]})
    windows = ((600, 900), (1200, 1500))
    problem = replace(
        problem,
        stops=(replace(problem.stops[0], time_windows_s=windows), *problem.stops[1:]),
    )
    assert found(problem, plan) == ([("time_window", off_s)] if off_s else [])


def test_arriving_early_means_waiting(make_problem, make_plan):
    problem = make_problem(
        stops=[{"id": "c1", "location": 1, "time_windows_s": ((2000, 3000),)}],
        orders=[{"stop": "c1"}],
    )
    plan = make_plan(problem, {"V1": [{"depart_s": 0, "calls": [("c1", ["o1"])]}]})
    assert verify(problem, plan).ok
    assert plan.routes[0].waiting_s == 1400


@pytest.mark.parametrize("matrix", ["duration_s", "distance_m"])
def test_a_null_in_either_matrix_forbids_the_leg(two_stops, two_stops_plan, matrix):
    profile = two_stops.profiles["van"]
    arrays = {"duration_s": profile.duration_s.copy(), "distance_m": profile.distance_m.copy()}
    arrays[matrix][1, 2] = NO_ROAD
    blocked = replace(two_stops, profiles={"van": Profile(**arrays)})
    violations = verify(blocked, two_stops_plan).violations
    assert [(one.rule, one.stop) for one in violations if one.rule == "no_road"] == [
        ("no_road", "c2")
    ]
    # The other way round is open still.
    arrays[matrix][1, 2], arrays[matrix][2, 1] = arrays[matrix][2, 1], NO_ROAD
    assert verify(replace(two_stops, profiles={"van": Profile(**arrays)}), two_stops_plan).ok


def test_matrices_need_not_be_symmetric(make_problem, make_plan):
    profile = Profile(np.array([[0, 100], [250, 0]]), np.array([[0, 1000], [3000, 0]]))
    problem = make_problem((0, 1), profiles={"van": profile}, orders=[{"stop": "c1"}])
    plan = make_plan(problem, {"V1": [{"depart_s": 0, "calls": [("c1", ["o1"])]}]})
    verdict = verify(problem, plan)
    assert verdict.ok
    assert verdict.cost == 100 + 4 + 3.5


@pytest.fixture
def two_trips(make_problem):
    return make_problem(
        vehicles=[{"max_trips": 2, "reload_s": 1200}],
        orders=[{"stop": "c1"}, {"stop": "c2"}],
    )


def go_twice(make_plan, problem, second_s=2400):
    trips = [
        {"depart_s": 0, "calls": [("c1", ["o1"])]},
        {"depart_s": second_s, "calls": [("c2", ["o2"])]},
    ]
    return make_plan(problem, {"V1": trips})


def test_two_trips_with_a_reload_between_pay_fixed_once(two_trips, make_plan):
    # 1200 s out and back, 1200 s reload, 2400 s out and back.
    plan = go_twice(make_plan, two_trips)
    verdict = verify(two_trips, plan)
    assert verdict.ok
    assert plan.routes[0].return_s == 4800
    assert verdict.cost_parts == CostParts(100.0, 60.0, 48.0, 0.0, 0.0)


def test_a_later_second_trip_waits_at_the_depot(two_trips, make_plan):
    plan = go_twice(make_plan, two_trips, second_s=2500)
    assert verify(two_trips, plan).ok
    assert plan.routes[0].waiting_s == 100


def test_a_reload_that_is_a_second_short_is_reported(two_trips, make_plan, found):
    longer = replace(two_trips, vehicles=(replace(two_trips.vehicles[0], reload_s=1201),))
    assert ("reload", 1.0) in found(longer, go_twice(make_plan, two_trips))


def test_more_trips_than_allowed_are_reported(two_trips, make_plan, found):
    once = replace(two_trips, vehicles=(replace(two_trips.vehicles[0], max_trips=1),))
    assert found(once, go_twice(make_plan, two_trips)) == [("max_trips", 1.0)]


def test_an_intermediate_trip_ends_at_the_start_depot_and_the_last_at_the_end_depot(
    make_problem, make_plan, found
):
    problem = make_problem(
        depots=[{"id": "centre", "location": 0}, {"id": "station", "location": 3}],
        vehicles=[{"end_depot": "station", "max_trips": 2}],
        orders=[
            {"stop": "c1", "direction": "inbound"},
            {"stop": "c2", "direction": "inbound", "depot": "station"},
        ],
    )
    plan = go_twice(make_plan, problem, second_s=1200)
    assert verify(problem, plan).ok
    assert plan.routes[0].distance_m == 20_000 + 30_000
    assert verify(problem, plan).cost == 100 + 50 + 30
    swapped = replace(
        problem,
        orders=(
            replace(problem.orders[0], depot="station"),
            replace(problem.orders[1], depot="centre"),
        ),
    )
    assert found(swapped, plan) == [("wrong_depot", 1.0), ("wrong_depot", 1.0)]


@pytest.mark.parametrize(
    ("shift_s", "amounts"),
    [((0, 1200), []), ((1, 1200), [1.0]), ((0, 1199), [1.0]), ((30, 1140), [30.0, 60.0])],
)
def test_the_shift_holds_departure_and_return(make_problem, make_plan, found, shift_s, amounts):
    problem = make_problem(orders=[{"stop": "c1"}])
    plan = make_plan(problem, {"V1": [{"depart_s": 0, "calls": [("c1", ["o1"])]}]})
    problem = replace(problem, vehicles=(replace(problem.vehicles[0], shift_s=shift_s),))
    shift_found = [amount for rule, amount in found(problem, plan) if rule == "shift"]
    assert shift_found == amounts


def overtime_problem(make_problem, **costs):
    prices = {"fixed": 100.0, "per_km": 1.0, "per_hour": 36.0} | costs
    return make_problem(
        vehicles=[{"shift_s": (0, 900), "costs": Costs(**prices)}], orders=[{"stop": "c1"}]
    )


def test_overtime_is_paid_at_its_own_rate_after_the_shift(make_problem, make_plan):
    problem = overtime_problem(make_problem, per_overtime_hour=72.0, max_overtime_s=300)
    plan = make_plan(problem, {"V1": [{"depart_s": 0, "calls": [("c1", ["o1"])]}]})
    verdict = verify(problem, plan)
    assert verdict.ok
    assert verdict.cost_parts == CostParts(100.0, 20.0, 9.0, 6.0, 0.0)


def test_a_day_wholly_after_the_shift_is_all_overtime(make_problem, make_plan):
    problem = overtime_problem(make_problem, per_overtime_hour=72.0, max_overtime_s=3600)
    plan = make_plan(problem, {"V1": [{"depart_s": 1000, "calls": [("c1", ["o1"])]}]})
    verdict = verify(problem, plan)
    assert verdict.ok
    assert verdict.cost_parts == CostParts(100.0, 20.0, 0.0, 24.0, 0.0)


@pytest.mark.parametrize(
    ("costs", "late_s"),
    [
        ({"per_overtime_hour": 72.0, "max_overtime_s": 299}, 1.0),
        ({"per_overtime_hour": None, "max_overtime_s": 3600}, 300.0),
        ({"per_overtime_hour": 0.0, "max_overtime_s": 0}, 300.0),
    ],
)
def test_overtime_beyond_what_is_allowed_is_reported(make_problem, make_plan, found, costs, late_s):
    problem = overtime_problem(make_problem, **costs)
    plan = make_plan(problem, {"V1": [{"depart_s": 0, "calls": [("c1", ["o1"])]}]})
    assert found(problem, plan) == [("shift", late_s)]


@pytest.mark.parametrize(("hours", "off_s"), [((0, 1200), 0), ((5, 1200), 5), ((0, 1190), 10)])
def test_the_depot_is_open_at_first_departure_and_last_return(
    make_problem, make_plan, found, hours, off_s
):
    problem = make_problem(orders=[{"stop": "c1"}])
    plan = make_plan(problem, {"V1": [{"depart_s": 0, "calls": [("c1", ["o1"])]}]})
    depot = replace(problem.depots[0], open_s=hours[0], close_s=hours[1])
    expected = [("depot_hours", off_s)] if off_s else []
    assert found(replace(problem, depots=(depot,)), plan) == expected


def test_a_call_between_trips_lies_within_the_start_depots_hours(make_problem, make_plan, found):
    problem = make_problem(
        depots=[
            {"id": "centre", "location": 0, "close_s": 1300},
            {"id": "station", "location": 3},
        ],
        vehicles=[{"end_depot": "station", "max_trips": 2}],
        orders=[{"stop": "c1"}, {"stop": "c2"}],
    )
    assert found(problem, go_twice(make_plan, problem, second_s=1300)) == []
    assert found(problem, go_twice(make_plan, problem, second_s=1310)) == [("depot_hours", 10.0)]


@pytest.mark.parametrize(
    ("limits", "rules", "expected"),
    [
        ({"max_distance_m": 60_000, "max_work_s": 4800}, {"max_driving_day_s": 3600}, []),
        ({"max_distance_m": 59_999}, {}, [("max_distance", 1.0)]),
        ({"max_work_s": 4799}, {}, [("max_work", 1.0)]),
        ({}, {"max_driving_day_s": 3599}, [("driving_day", 1.0)]),
    ],
)
def test_limits_of_the_day_hold_over_all_trips(
    two_trips, make_plan, found, limits, rules, expected
):
    plan = go_twice(make_plan, two_trips)
    limited = replace(
        two_trips,
        vehicles=(replace(two_trips.vehicles[0], **limits),),
        rules=replace(two_trips.rules, **rules),
    )
    assert found(limited, plan) == expected


def test_a_missing_tag_is_reported_once_a_visit(make_problem, make_plan, found):
    stops = [{"id": "c1", "location": 1, "required_tags": frozenset({"narrow_road", "ramp"})}]
    problem = make_problem(
        stops=stops, orders=[{"stop": "c1"}], vehicles=[{"tags": frozenset({"ramp"})}]
    )
    plan = make_plan(problem, {"V1": [{"depart_s": 0, "calls": [("c1", ["o1"])]}]})
    assert found(problem, plan) == [("required_tags", 1.0)]
    able = replace(problem.vehicles[0], tags=frozenset({"ramp", "narrow_road", "lift"}))
    assert found(replace(problem, vehicles=(able,)), plan) == []


def test_a_trip_without_visits_is_a_drive_like_any_other(make_problem, make_plan):
    problem = make_problem(
        depots=[{"id": "centre", "location": 0}, {"id": "station", "location": 3}],
        vehicles=[{"end_depot": "station"}],
    )
    plan = make_plan(problem, {"V1": [{"depart_s": 0, "calls": []}]})
    verdict = verify(problem, plan)
    assert verdict.ok
    assert verdict.cost == 100 + 30 + 18
