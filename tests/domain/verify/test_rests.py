"""Driving time, rests and lunch, to the second."""

from dataclasses import replace

import pytest

from coop_service.domain.plan import Rest, RestKind
from coop_service.domain.problem import Lunch
from coop_service.domain.verify import verify


def day_out(make_problem, **changes):
    """Out to 10, 20 and 30 km, 600 s each, and 1800 s back."""
    return make_problem(
        stops=[{"id": f"c{at}", "location": at, "service_s": 300} for at in (1, 2, 3)],
        orders=[{"stop": "c1"}, {"stop": "c2"}, {"stop": "c3"}],
        rules={"max_driving_s": 1800, "rest_s": 1200} | changes,
    )


def drive_out(make_plan, problem, rests=((1200, "driving"),), after="c3"):
    calls = [
        (f"c{at}", [f"o{at}"], {"rests": rests if f"c{at}" == after else ()}) for at in (1, 2, 3)
    ]
    return make_plan(problem, {"V1": [{"depart_s": 0, "calls": calls}]})


def test_exactly_the_allowed_driving_before_and_after_a_rest_is_accepted(make_problem, make_plan):
    problem = day_out(make_problem)
    plan = drive_out(make_plan, problem)
    assert verify(problem, plan).ok
    assert plan.routes[0].return_s == 1800 + 900 + 1200 + 1800
    assert plan.routes[0].waiting_s == 0


def test_one_second_of_driving_too_much_is_found_in_each_stretch(make_problem, make_plan, found):
    plan = drive_out(make_plan, day_out(make_problem))
    stricter = day_out(make_problem, max_driving_s=1799)
    assert found(stricter, plan) == [("driving_time", 1.0), ("driving_time", 1.0)]


def test_without_a_rest_the_whole_stretch_is_too_long(make_problem, make_plan):
    problem = day_out(make_problem)
    (violation,) = verify(problem, drive_out(make_plan, problem, rests=())).violations
    assert (violation.rule, violation.amount) == ("driving_time", 1800.0)
    # The limit is passed on the way home.
    assert violation.stop is None


def test_the_stop_on_whose_leg_the_limit_is_passed_is_named(make_problem, make_plan):
    problem = day_out(make_problem, max_driving_s=1500)
    (violation, _) = verify(problem, drive_out(make_plan, problem)).violations
    assert (violation.stop, violation.amount) == ("c3", 300.0)


def test_a_rest_that_is_a_second_too_short_does_not_count(make_problem, make_plan, found):
    problem = day_out(make_problem)
    plan = drive_out(make_plan, problem, rests=((1199, "driving"),))
    assert found(problem, plan) == [("driving_time", 1800.0)]


def test_two_rests_that_touch_are_one_and_two_apart_are_not(make_problem, make_plan, found):
    problem = day_out(make_problem)
    touching = drive_out(make_plan, problem, rests=((700, "driving"), (500, "driving")))
    assert found(problem, touching) == []
    calls = [
        ("c1", ["o1"]),
        ("c2", ["o2"], {"rests": [(700, "driving")]}),
        ("c3", ["o3"], {"rests": [(500, "driving")]}),
    ]
    apart = make_plan(problem, {"V1": [{"depart_s": 0, "calls": calls}]})
    assert found(problem, apart) == [("driving_time", 1800.0)]


def test_waiting_and_service_are_no_rest_unless_service_is_switched_on(
    make_problem, make_plan, found
):
    problem = make_problem(
        (0, 30),
        stops=[{"id": "c1", "location": 1, "service_s": 1200}],
        orders=[{"stop": "c1"}],
        rules={"max_driving_s": 1800, "rest_s": 1200},
    )
    trip = {"depart_s": 0, "calls": [("c1", ["o1"], {"wait_s": 2000})]}
    plan = make_plan(problem, {"V1": [trip]})
    assert found(problem, plan) == [("driving_time", 1800.0)]
    switched = replace(problem, rules=replace(problem.rules, service_is_rest=True))
    assert found(switched, plan) == []
    stricter = replace(switched, rules=replace(switched.rules, rest_s=1201))
    assert found(stricter, plan) == [("driving_time", 1800.0)]


def test_service_that_counts_and_the_rest_after_it_are_one(make_problem, make_plan, found):
    problem = day_out(make_problem, service_is_rest=True)
    assert found(problem, drive_out(make_plan, problem, rests=((900, "driving"),))) == []
    too_short = drive_out(make_plan, problem, rests=((899, "driving"),))
    assert found(problem, too_short) == [("driving_time", 1800.0)]


def two_trips(make_problem, reload_s=1200, **changes):
    return make_problem(
        (0, 15),
        orders=[{"stop": "c1"}, {"stop": "c1"}],
        vehicles=[{"max_trips": 2, "reload_s": reload_s, "capacity": {"weight_kg": 10}}],
        rules={"max_driving_s": 1800, "rest_s": 1200} | changes,
    )


def go_twice(make_plan, problem, rests=()):
    trips = [
        {"depart_s": 0, "calls": [("c1", ["o1"])]},
        {"calls": [("c1", ["o2"])], "rests": rests},
    ]
    return make_plan(problem, {"V1": trips}, split_stops=["c1"])


def test_driving_is_summed_over_trips_and_reloading_is_no_rest(make_problem, make_plan, found):
    problem = two_trips(make_problem)
    assert found(problem, go_twice(make_plan, problem)) == [("driving_time", 1800.0)]


def test_reloading_is_rest_where_switched_on_and_long_enough(make_problem, make_plan, found):
    problem = two_trips(make_problem, reload_is_rest=True)
    assert found(problem, go_twice(make_plan, problem)) == []
    short = two_trips(make_problem, reload_s=1199, reload_is_rest=True)
    assert found(short, go_twice(make_plan, short)) == [("driving_time", 1800.0)]


def test_a_rest_at_the_depot_between_trips_counts(make_problem, make_plan, found):
    problem = two_trips(make_problem)
    plan = go_twice(make_plan, problem, rests=[(1200, "driving")])
    assert found(problem, plan) == []
    assert plan.routes[0].return_s == 1800 + 1200 + 1200 + 1800


def test_a_depot_rest_and_a_reload_that_counts_are_one(make_problem, make_plan, found):
    problem = two_trips(make_problem, reload_s=700, reload_is_rest=True)
    assert found(problem, go_twice(make_plan, problem, rests=[(500, "driving")])) == []
    assert found(problem, go_twice(make_plan, problem, rests=[(499, "driving")])) == [
        ("driving_time", 1800.0)
    ]


def with_rests(plan, *rests, trip=0):
    (route,) = plan.routes
    trips = list(route.trips)
    trips[trip] = replace(trips[trip], rests=rests)
    return replace(plan, routes=(replace(route, trips=tuple(trips)),))


def rest(after_stop, start_s, duration_s=1200):
    return Rest(after_stop, start_s, duration_s, RestKind.DRIVING)


def test_a_rest_that_does_not_start_at_the_end_of_service_is_reported(
    make_problem, make_plan, found
):
    problem = day_out(make_problem)
    plan = drive_out(make_plan, problem)
    assert found(problem, with_rests(plan, rest("c3", 2640))) == [("rest_position", 60.0)]


def test_a_rest_before_the_first_trip_is_reported(make_problem, make_plan, found):
    problem = make_problem(orders=[{"stop": "c1"}])
    plan = make_plan(problem, {"V1": [{"depart_s": 3000, "calls": [("c1", ["o1"])]}]})
    assert found(problem, with_rests(plan, rest(None, 1800))) == [("rest_position", 1200.0)]


def test_a_rest_after_a_stop_that_the_trip_does_not_visit_is_reported(
    make_problem, make_plan, found
):
    problem = make_problem(orders=[{"stop": "c1"}])
    plan = make_plan(problem, {"V1": [{"depart_s": 3000, "calls": [("c1", ["o1"])]}]})
    assert found(problem, with_rests(plan, rest("c2", 3600))) == [("rest_position", 1200.0)]


def test_a_depot_rest_that_overlaps_the_drive_is_reported(make_problem, make_plan, found):
    problem = two_trips(make_problem)
    plan = go_twice(make_plan, problem, rests=[(1200, "driving")])
    early = with_rests(plan, rest(None, 1790), trip=1)
    assert ("rest_position", 10.0) in found(problem, early)
    late = with_rests(plan, rest(None, 3010), trip=1)
    assert ("rest_position", 10.0) in found(problem, late)
    # The reload may come first as well.
    assert found(problem, with_rests(plan, rest(None, 3000), trip=1)) == []


LUNCH = Lunch((3000, 6000), 1800)


def lunch_day(make_problem, make_plan, *, depart_s, wait_s=0, rests=()):
    """600 s out to c1, wait, lunch there, 600 s back."""
    problem = make_problem(orders=[{"stop": "c1"}], rules={"lunch": LUNCH})
    calls = [("c1", ["o1"], {"wait_s": wait_s, "rests": rests})]
    return problem, make_plan(problem, {"V1": [{"depart_s": depart_s, "calls": calls}]})


@pytest.mark.parametrize(
    ("depart_s", "wait_s", "is_due"),
    [(3000, 1800, True), (3001, 1800, False), (3000, 1799, False), (0, 6000, True), (0, 0, False)],
)
def test_lunch_is_due_only_for_who_is_out_for_the_whole_window(
    make_problem, make_plan, found, depart_s, wait_s, is_due
):
    problem, plan = lunch_day(make_problem, make_plan, depart_s=depart_s, wait_s=wait_s)
    assert found(problem, plan) == ([("lunch", 1800.0)] if is_due else [])


@pytest.mark.parametrize(
    ("wait_s", "length_s", "expected"),
    [
        (2400, 1800, []),  # 3000 to 4800
        (3600, 1800, []),  # 4200 to 6000
        (2399, 1800, [("lunch", 1.0)]),  # begins a second early
        (3601, 1800, [("lunch", 1.0)]),  # ends a second late
        (2400, 1799, [("lunch", 1.0)]),  # a second short
        (2400, 2000, []),
    ],
)
def test_lunch_lies_wholly_within_its_window(
    make_problem, make_plan, found, wait_s, length_s, expected
):
    problem, plan = lunch_day(
        make_problem, make_plan, depart_s=0, wait_s=wait_s, rests=[(length_s, "lunch")]
    )
    assert found(problem, plan) == expected


def test_a_driving_rest_in_the_window_is_no_lunch(make_problem, make_plan, found):
    problem, plan = lunch_day(
        make_problem, make_plan, depart_s=0, wait_s=3600, rests=[(1800, "driving")]
    )
    assert found(problem, plan) == [("lunch", 1800.0)]


def test_lunch_counts_as_rest_from_driving_where_long_enough(make_problem, make_plan, found):
    problem = day_out(make_problem, lunch=Lunch((0, 6000), 600))
    assert found(problem, drive_out(make_plan, problem, rests=((1200, "lunch"),))) == []
    assert found(problem, drive_out(make_plan, problem, rests=((1199, "lunch"),))) == [
        ("driving_time", 1800.0)
    ]


def test_lunch_may_be_taken_at_the_depot_between_trips(make_problem, make_plan, found):
    problem = two_trips(make_problem, lunch=Lunch((1800, 3600), 1800))
    assert found(problem, go_twice(make_plan, problem, rests=[(1800, "lunch")])) == []


def test_absent_rules_impose_nothing(make_problem, make_plan):
    problem = make_problem((0, 1000), orders=[{"stop": "c1"}])
    calls = [("c1", ["o1"], {"wait_s": 20_000})]
    plan = make_plan(problem, {"V1": [{"depart_s": 0, "calls": calls}]})
    late = replace(
        problem,
        vehicles=(replace(problem.vehicles[0], shift_s=(0, 200_000)),),
        depots=(replace(problem.depots[0], close_s=200_000),),
    )
    assert verify(late, make_plan(late, {"V1": [{"depart_s": 0, "calls": calls}]})).ok
    assert not verify(problem, plan).ok
