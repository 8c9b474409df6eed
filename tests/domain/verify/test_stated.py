"""Stated sums, costs and figures against the recomputed ones; numbers that are none."""

import math
from dataclasses import replace

import pytest

from coop_service.domain.plan import CostParts, Rest, RestKind
from coop_service.domain.verify import verify


@pytest.fixture
def problem(make_problem):
    return make_problem(
        orders=[
            {"stop": "c1", "load": {"weight_kg": 30}},
            {"stop": "c2", "load": {"weight_kg": 20}, "direction": "inbound"},
            {"stop": "c1", "load": {"weight_kg": 5}, "direction": "inbound"},
        ],
    )


@pytest.fixture
def plan(problem, make_plan):
    calls = [("c1", ["o1", "o3"]), ("c2", ["o2"])]
    return make_plan(problem, {"V1": [{"depart_s": 0, "calls": calls}]})


def with_route(plan, **changes):
    return replace(plan, routes=(replace(plan.routes[0], **changes),))


def with_trip(plan, **changes):
    (trip,) = plan.routes[0].trips
    return with_route(plan, trips=(replace(trip, **changes),))


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("depart_s", "stated_times"),
        ("return_s", "stated_times"),
        ("distance_m", "stated_distance"),
        ("driving_s", "stated_driving"),
        ("service_s", "stated_service"),
        ("waiting_s", "stated_waiting"),
    ],
)
def test_a_sum_that_is_off_by_one_is_found(problem, plan, found, name, rule):
    off = with_route(plan, **{name: getattr(plan.routes[0], name) + 1})
    assert found(problem, off) == [(rule, 1.0)]


def test_a_wrong_route_cost_is_found_above_one_fen(problem, plan, found):
    cost = plan.routes[0].cost
    assert cost == 100 + 40 + 24
    assert found(problem, with_route(plan, cost=cost - 0.01)) == []
    ((rule, amount),) = found(problem, with_route(plan, cost=cost - 0.02))
    assert rule == "stated_route_cost"
    assert amount == pytest.approx(0.02)


@pytest.mark.parametrize("name", ["fixed", "distance", "time", "overtime", "dropped"])
def test_a_wrong_cost_part_is_found(problem, plan, found, name):
    parts = replace(plan.cost_parts, **{name: getattr(plan.cost_parts, name) + 1})
    assert found(problem, replace(plan, cost_parts=parts)) == [("stated_cost_parts", 1.0)]


def test_the_cost_is_rounded_once_at_the_end(make_problem, make_plan):
    # Three vans of 0.004 yuan each are 0.012, which is 0.01 and not three times nothing.
    problem = make_problem(
        orders=[{"stop": "c1"}, {"stop": "c2"}, {"stop": "c3"}],
        vehicles=[{}, {}, {}],
    )
    cheap = tuple(
        replace(one, costs=replace(one.costs, fixed=0.004, per_km=0.0, per_hour=0.0))
        for one in problem.vehicles
    )
    problem = replace(problem, vehicles=cheap)
    routes = {f"V{n}": [{"depart_s": 0, "calls": [(f"c{n}", [f"o{n}"])]}] for n in (1, 2, 3)}
    verdict = verify(problem, make_plan(problem, routes))
    assert verdict.ok
    assert verdict.cost == 0.01
    assert verdict.cost_parts == CostParts(fixed=0.01)


def test_stated_key_figures_are_recomputed(problem, plan, found):
    # 10 km out with 30 kg, 10 km with 5, 20 km home with 25; c1 both unloads and loads.
    right = {
        "vehicles_used": 1,
        "distance_km": 40.0,
        "empty_km": 0.0,
        "two_way_stop_share": 0.5,
        "own_figure": "anything",
    }
    assert found(problem, replace(plan, kpis=right)) == []
    for name, wrong, amount in (
        ("vehicles_used", 2, 1.0),
        ("distance_km", 41, 1.0),
        ("empty_km", 0.5, 0.5),
        ("two_way_stop_share", 0.25, 0.25),
    ):
        ((rule, off),) = found(problem, replace(plan, kpis=right | {name: wrong}))
        assert (rule, off) == ("stated_figure", pytest.approx(amount))


@pytest.mark.parametrize("value", [None, "1", True, math.nan, math.inf, 10**400, [1]])
def test_a_key_figure_that_is_no_number_is_found(problem, plan, found, value):
    assert found(problem, replace(plan, kpis={"vehicles_used": value})) == [("bad_number", 1.0)]


def test_empty_km_are_those_with_nothing_on_board(make_problem, make_plan, found):
    problem = make_problem(
        orders=[{"stop": "c1"}, {"stop": "c3", "direction": "inbound"}], vehicles=[{}]
    )
    calls = [("c1", ["o1"]), ("c3", ["o2"])]
    plan = make_plan(problem, {"V1": [{"depart_s": 0, "calls": calls}]})
    assert found(problem, replace(plan, kpis={"empty_km": 20.0, "distance_km": 60.0})) == []


BAD_FLOATS = [math.nan, math.inf, -math.inf, -1.0, 10**400]


@pytest.mark.parametrize("value", BAD_FLOATS)
def test_numbers_that_are_not_finite_or_negative_are_found(problem, plan, value):
    visit = plan.routes[0].trips[0].stops[0]
    bad_visit = replace(visit, load_after={"weight_kg": value})
    for bad in (
        replace(plan, cost=value),
        replace(plan, seconds=value),
        replace(plan, cost_parts=replace(plan.cost_parts, time=value)),
        with_route(plan, cost=value),
        with_trip(plan, load_at_start={"weight_kg": value}),
        with_trip(plan, load_at_end={"weight_kg": value}),
        with_trip(plan, stops=(bad_visit, plan.routes[0].trips[0].stops[1])),
    ):
        verdict = verify(problem, bad)
        assert "bad_number" in {one.rule for one in verdict.violations}
        assert all(math.isfinite(one.amount) for one in verdict.violations)
        assert verdict.cost == 164.0


@pytest.mark.parametrize(
    "value", [10**5000, -(10**5000), 2**60], ids=["huge", "minus huge", "large"]
)
def test_absurd_times_are_found_and_not_reckoned_with(problem, plan, value):
    visits = plan.routes[0].trips[0].stops
    for bad in (
        with_route(plan, depart_s=value),
        with_route(plan, distance_m=value),
        with_trip(plan, return_s=value),
        with_trip(plan, rests=(Rest("c1", value, 60, RestKind.DRIVING),)),
        with_trip(plan, rests=(Rest("c1", 600, value, RestKind.DRIVING),)),
        with_trip(plan, stops=(replace(visits[0], start_s=value), visits[1])),
    ):
        verdict = verify(problem, bad)
        assert "bad_number" in {one.rule for one in verdict.violations}
        assert all(str(one) for one in verdict.violations)


def test_a_rest_of_negative_length_is_found(problem, plan, found):
    bad = with_trip(plan, rests=(Rest("c1", 600, -60, RestKind.DRIVING),))
    assert found(problem, bad) == [("bad_number", 1.0)]


def test_an_unknown_status_is_found(problem, plan, found):
    assert found(problem, replace(plan, status="perfect")) == [("unknown_status", 1.0)]
