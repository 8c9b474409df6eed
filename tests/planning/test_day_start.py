"""Days that start from something, worked out by hand on the line: 1 km takes 60 s."""

from __future__ import annotations

import dataclasses

import pytest

from coop_service.domain.plan import Reason
from coop_service.domain.problem import (
    Costs,
    Depot,
    Direction,
    OnBoard,
    Rules,
    StandingLines,
    StandingStop,
    Underway,
)
from coop_service.domain.verify import verify
from coop_service.planning.ortools_routing import solve as solve_with_ortools
from coop_service.planning.portfolio import solve
from coop_service.planning.resumption import VanCannotComeHome
from coop_service.planning.stop import MaxIterations
from coop_service.planning.support import UnsupportedProblem
from tests.planning.conftest import DAY, make_line, make_order, make_vehicle

ONE_ROUND = MaxIterations(1)
HOURLY = Costs(fixed=10.0, per_km=1.0, per_hour=60.0)


def solve_and_check(problem, start=None):
    plan = solve(problem, ONE_ROUND, seed=1, start=start)
    assert [str(one) for one in verify(problem, plan).violations] == []
    return plan


def stops_of(plan):
    return {route.vehicle: [visit.stop for visit in route.visits] for route in plan.routes}


def test_a_van_on_the_road_leaves_what_it_has_on_board_and_comes_home():
    underway = Underway(1, 3600, 3000, on_board=(OnBoard("o", 3000),))
    van = make_vehicle(underway=underway, costs=HOURLY)
    problem = make_line([10, 20], [van], [make_order("o", "s2")])
    plan = solve_and_check(problem)
    # 10 km on, 20 km home, half an hour; it was paid for leaving already
    assert plan.cost == 30 + 30
    assert stops_of(plan) == {"V1": ["s2"]}
    assert plan.routes[0].trips[0].load_at_start == {"kg": 10}


def test_an_idle_van_on_the_road_still_comes_home():
    van = make_vehicle(underway=Underway(1, 3600, 3000))
    plan = solve_and_check(make_line([10], [van], []))
    assert plan.cost == 10
    assert stops_of(plan) == {"V1": []}


def test_fresh_goods_ride_only_after_a_reload():
    van = make_vehicle(underway=Underway(1, 0, 0), max_trips=2, reload_s=600)
    plan = solve_and_check(make_line([10, 20], [van], [make_order("o", "s2")]))
    assert [len(trip.stops) for trip in plan.routes[0].trips] == [0, 1]
    once = dataclasses.replace(van, max_trips=1)
    plan = solve_and_check(make_line([10, 20], [once], [make_order("o", "s2")]))
    assert [entry.order for entry in plan.unassigned] == ["o"]


def test_produce_on_board_counts_as_served_and_must_be_home_in_time():
    inbound = make_order("i", "s1", direction=Direction.INBOUND, max_on_board_s=1500)
    fresh = make_order("n", "s2", direction=Direction.INBOUND)
    van = make_vehicle(underway=Underway(1, 0, 0, on_board=(OnBoard("i", 0),)))
    other = make_vehicle("V2")
    plan = solve_and_check(make_line([10, 20], [van, other], [inbound, fresh]))
    # 30 km to s2 and home would be 1800 s on board: the other van fetches what is there
    assert stops_of(plan) == {"V1": [], "V2": ["s2"]}
    assert plan.kpis["orders_served"] == 2


def test_a_van_that_cannot_be_home_in_time_is_named():
    vans = [make_vehicle(), make_vehicle("V2", underway=Underway(1, 3600, 0), shift_s=(0, 4000))]
    with pytest.raises(VanCannotComeHome) as error:
        solve(make_line([10], vans, [make_order("o", "s1")]), ONE_ROUND, seed=1)
    assert [fault.pointer for fault in error.value.faults] == ["/vehicles/1/underway"]


def test_a_day_begins_with_its_first_stops_whatever_that_costs():
    orders = [make_order(f"o{i}", f"s{i}") for i in (1, 2, 3)]
    van = make_vehicle(first_stops=("s3", "s1"))
    plan = solve_and_check(make_line([10, 20, 30], [van], orders))
    assert stops_of(plan) == {"V1": ["s3", "s1", "s2"]}


def test_a_first_stop_that_cannot_be_served_is_passed_over_and_said():
    orders = [make_order("o1", "s1"), make_order("o2", "s2")]
    van = make_vehicle(first_stops=("s2", "s1"))
    problem = make_line([10, 20], [van], orders, s1={"time_windows_s": ((0, 700),)})
    plan = solve_and_check(problem)
    assert stops_of(plan) == {"V1": ["s2"]}
    (entry,) = plan.unassigned
    assert (entry.order, entry.reason, entry.proved) == ("o1", Reason.COMPETITION, False)
    assert entry.cheapest_change == "解除 s1 的固定 / release s1"


def test_a_locked_stop_is_left_to_its_vehicle():
    vans = [make_vehicle(), make_vehicle("V2", costs=Costs(fixed=50.0, per_km=3.0))]
    problem = make_line([10], vans, [make_order("o", "s1")], s1={"locked_vehicle": "V2"})
    plan = solve_and_check(problem)
    assert stops_of(plan) == {"V2": ["s1"]}
    assert plan.cost == 50 + 60


def standing(problem, **changes):
    fields = {"per_visit": 5.0, "per_hour": 30.0, **changes}
    return dataclasses.replace(problem, standing_lines=StandingLines(**fields))


@pytest.mark.parametrize(("per_visit", "vehicle"), [(9.0, "V1"), (11.0, "V2")])
def test_the_usual_van_comes_where_another_saves_less_than_its_price(per_visit, vehicle):
    # the usual van costs 10 yuan more
    vans = [make_vehicle(), make_vehicle("V2", costs=Costs(fixed=20.0, per_km=1.0))]
    problem = make_line([10], vans, [make_order("o", "s1")])
    usual = (StandingStop("s1", "V2"),)
    plan = solve_and_check(standing(problem, per_visit=per_visit, stops=usual))
    assert stops_of(plan) == {vehicle: ["s1"]}
    assert plan.cost_parts.standing == (per_visit if vehicle == "V1" else 0)


def test_a_van_leaves_later_to_come_at_the_usual_hour():
    problem = make_line([10], [make_vehicle(costs=HOURLY)], [make_order("o", "s1")])
    usual = (StandingStop("s1", start_s=10_000),)
    plan = solve_and_check(standing(problem, tolerance_s=300, stops=usual))
    (visit,) = plan.routes[0].visits
    assert abs(visit.start_s - 10_000) <= 300
    assert plan.cost == 10 + 20 + 20


def test_a_van_waits_for_the_usual_hour_only_where_that_is_cheaper():
    # the first stop must be left by 600 s; the second's usual hour is an hour later than need be
    orders = [make_order("o1", "s1"), make_order("o2", "s2")]
    windows = {"s1": {"time_windows_s": ((0, 600),)}}
    problem = make_line([10, 20], [make_vehicle(costs=HOURLY)], orders, **windows)
    usual = (StandingStop("s2", start_s=1200 + 3600),)
    early = solve_and_check(standing(problem, per_hour=30.0, stops=usual))
    assert early.cost_parts.standing == 30
    waits = solve_and_check(standing(problem, per_hour=90.0, stops=usual))
    assert waits.cost_parts.standing == 0
    assert waits.cost_parts.time == pytest.approx(40 + 60)


def test_an_earlier_plan_with_faults_is_mended():
    orders = [make_order(f"o{i}", f"s{i}", 40) for i in (1, 2, 3)]
    problem = make_line([10, 20, 30], [make_vehicle(), make_vehicle("V2")], orders)
    roomy = dataclasses.replace(
        problem, vehicles=tuple(dataclasses.replace(v, capacity={}) for v in problem.vehicles)
    )
    too_full = solve(roomy, ONE_ROUND, seed=1)
    assert len(too_full.routes) == 1
    plan = solve_and_check(problem, start=too_full)
    assert plan.unassigned == ()
    assert len(plan.routes) == 2


def van_on_the_road(goods=(), at=0, **changes):
    on_board = tuple(OnBoard(name, 0) for name in goods)
    return make_vehicle(underway=Underway(at, 0, 0, on_board=on_board), **changes)


def usual_hours(*hours):
    stops = tuple(StandingStop(stop, None, start_s) for stop, start_s in hours)
    return StandingLines(0.0, 120.0, 0, stops)


def test_goods_that_may_not_ride_until_the_window_opens_are_brought_back():
    order = make_order("b", "s1", max_on_board_s=3000)
    plan = solve_and_check(
        make_line([10], [van_on_the_road(["b"])], [order], s1={"time_windows_s": ((3600, 7200),)})
    )
    assert plan.cost == 0
    assert [entry.order for entry in plan.unassigned] == ["b"]


def test_usual_hours_on_two_trips():
    van = make_vehicle(costs=HOURLY, max_trips=2)
    orders = [make_order("a", "s1", 60), make_order("b", "s2", 60)]
    day = dataclasses.replace(
        make_line([10, 20], [van], orders), standing_lines=usual_hours(("s1", 3600), ("s2", 7200))
    )
    assert solve_and_check(day).cost == 160


def test_a_van_leaves_early_and_waits_later_for_a_usual_hour():
    orders = [make_order("a", "s1"), make_order("b", "s2")]
    day = make_line(
        [10, 20], [make_vehicle(costs=HOURLY)], orders, s2={"time_windows_s": ((7200, 9000),)}
    )
    lines = usual_hours(("s1", 3600))
    assert solve_and_check(dataclasses.replace(day, standing_lines=lines)).cost == 140


def test_visits_that_were_split_for_an_order_left_out_are_joined_again():
    orders = [
        make_order("t", "s1"),
        make_order("in", "s1", direction=Direction.INBOUND),
        make_order("fresh", "s1", 60, drop_penalty=5.0),
        make_order("c", "s2", 60),
    ]
    plan = solve_and_check(make_line([10, 40], [van_on_the_road(["t"], max_trips=2)], orders))
    assert plan.split_stops == ()


def test_a_first_stop_out_of_its_window_is_told_once():
    day = make_line(
        [10, 20],
        [make_vehicle(first_stops=("s1", "s2"))],
        [make_order("a", "s1"), make_order("b", "s2")],
        s2={"time_windows_s": ((0, 60),)},
    )
    (entry,) = solve_and_check(day).unassigned
    assert (entry.order, entry.reason) == ("b", Reason.TIME_WINDOW)


def test_a_first_stop_with_nothing_left_to_call_for_is_no_fault():
    orders = [make_order("in", "s1", direction=Direction.INBOUND), make_order("a", "s1")]
    van = van_on_the_road(["in"], first_stops=("s1",))
    plan = solve_and_check(make_line([10, 20], [van], orders))
    assert [entry.order for entry in plan.unassigned] == ["a"]


@pytest.mark.parametrize("is_underway", [True, False])
def test_produce_for_the_depot_between_trips_is_brought_there(is_underway):
    market = {"end_depot": "market", "max_trips": 2}
    van = van_on_the_road(["milk"], at=2, **market) if is_underway else make_vehicle(**market)
    day = make_line([10, 20], [van], [make_order("milk", "s2", direction=Direction.INBOUND)])
    depots = (Depot("centre", 0, *DAY), Depot("market", 1, *DAY))
    plan = solve_and_check(dataclasses.replace(day, depots=depots))
    # home from s2, and on to the market by an empty trip
    assert plan.cost == (20 + 10 if is_underway else 10 + 20 + 20 + 10)
    assert [len(trip.stops) for trip in plan.routes[0].trips] == [0, 0] if is_underway else [1, 0]


def test_standing_still_is_no_driving():
    van = make_vehicle(costs=HOURLY, underway=Underway(1, 0, 0, driven_since_rest_s=4000))
    order = make_order("a", "s1", direction=Direction.INBOUND, service_s=600)
    day = make_line([10, 20], [van], [order])
    rules = Rules(max_driving_s=3600, rest_s=600, service_is_rest=True)
    assert solve_and_check(dataclasses.replace(day, rules=rules)).cost == 30


def test_goods_on_board_make_room_for_what_is_collected():
    orders = [make_order("a", "s1", 60), make_order("b", "s1", 60, direction=Direction.INBOUND)]
    plan = solve_and_check(make_line([10, 40], [van_on_the_road(["a"], at=1)], orders))
    assert plan.unassigned == ()


def test_an_order_that_is_only_possible_with_a_rest_at_another_stop_is_served():
    orders = [make_order("far", "s2"), make_order("a", "s1"), make_order("b", "s3")]
    day = make_line([50, 90, 51], [make_vehicle()], orders)
    rules = Rules(max_driving_s=3600, rest_s=600)
    plan = solve_and_check(dataclasses.replace(day, rules=rules))
    assert plan.unassigned == ()
    assert plan.cost == 190


def test_other_engines_refuse_what_they_cannot_hold():
    vans = [make_vehicle(underway=Underway(1, 0, 0)), make_vehicle("V2", first_stops=("s1",))]
    problem = standing(make_line([10], vans, [make_order("o", "s1")]))
    with pytest.raises(UnsupportedProblem) as error:
        solve_with_ortools(problem, ONE_ROUND, seed=1)
    assert [fault.pointer for fault in error.value.faults] == [
        "/vehicles/0/underway",
        "/vehicles/1/first_stops",
        "/standing_lines",
    ]
