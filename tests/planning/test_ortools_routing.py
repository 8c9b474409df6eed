import dataclasses
import time

import pytest

from coop_service.domain.plan import Reason, Status
from coop_service.domain.problem import (
    NO_ROAD,
    Costs,
    Direction,
    Hub,
    Lunch,
    Profile,
    Relay,
    Rules,
)
from coop_service.domain.verify import verify
from coop_service.planning.engines import DEFAULT_ENGINE, ENGINES
from coop_service.planning.ortools_routing import solve
from coop_service.planning.stop import MaxIterations, MaxRuntime
from coop_service.planning.support import UnsupportedProblem

TWO_ROUNDS = MaxIterations(2)


def test_the_default_engine_is_one_of_the_engines():
    assert DEFAULT_ENGINE in ENGINES


def test_a_day_of_thirty_stops_is_served_whole_and_verified(make_random_day):
    problem = make_random_day(1, stops=30, vehicles=12)
    plan = solve(problem, TWO_ROUNDS, seed=1)
    assert plan.unassigned == ()
    verdict = verify(problem, plan)
    assert verdict.violations == ()
    assert verdict.cost == plan.cost


def test_the_same_seed_and_iterations_give_the_same_plan(make_random_day):
    problem = make_random_day(2, stops=25, vehicles=10)
    first, second = (solve(problem, TWO_ROUNDS, seed=7) for _ in range(2))
    assert dataclasses.replace(first, seconds=0) == dataclasses.replace(second, seconds=0)


def test_the_clock_is_kept_and_better_plans_are_told_as_they_come(make_random_day):
    problem = make_random_day(3, stops=40, vehicles=15)
    told = []
    begun = time.monotonic()
    plan = solve(problem, MaxRuntime(3), seed=1, on_better=told.append)
    assert time.monotonic() - begun < 5
    assert told
    assert all(verify(problem, better).ok for better in told)
    assert plan.cost <= min(better.cost for better in told)


def test_with_too_few_vans_the_rest_is_named_as_lost_in_competition(make_random_day):
    problem = make_random_day(4, stops=20, vehicles=2)
    plan = solve(problem, TWO_ROUNDS, seed=1)
    assert plan.unassigned
    assert {left_out.reason for left_out in plan.unassigned} == {Reason.COMPETITION}
    assert not any(left_out.proved for left_out in plan.unassigned)
    assert verify(problem, plan).violations == ()


def test_an_impossible_order_is_taken_out_and_the_rest_is_planned(make_random_day, make_order):
    problem = make_random_day(5, stops=20, vehicles=8)
    problem = dataclasses.replace(problem, orders=(*problem.orders, make_order("huge", "s1", 900)))
    plan = solve(problem, TWO_ROUNDS, seed=1)
    assert [(u.order, u.reason, u.proved) for u in plan.unassigned] == [
        ("huge", Reason.CAPACITY, True)
    ]
    assert verify(problem, plan).violations == ()


@pytest.mark.parametrize(
    "limits",
    [
        {"max_distance_m": 90_000},
        {"max_work_s": 3 * 3600},
        {"shift_s": (0, 4 * 3600)},
        {
            "shift_s": (0, 2 * 3600),
            "costs": Costs(30.0, 0.8, 25.0, per_overtime_hour=40.0, max_overtime_s=3600),
        },
    ],
    ids=["range", "work time", "short shift", "overtime"],
)
def test_limits_of_a_vehicle_s_day_are_kept(make_random_day, limits):
    problem = make_random_day(6, stops=18, vehicles=12, **limits)
    plan = solve(problem, TWO_ROUNDS, seed=1)
    assert plan.routes
    assert verify(problem, plan).violations == ()
    assert all(u.reason is not Reason.COMPETITION for u in plan.unassigned)


def test_roads_that_only_one_class_may_use_are_left_to_it(make_random_day):
    problem = make_random_day(7, stops=20, vehicles=8)
    profile = problem.profiles["van"]
    narrow = profile.duration_s.copy()
    narrow[:, 1:8] = NO_ROAD
    vehicles = tuple(
        dataclasses.replace(v, profile="truck" if i % 2 else "van")
        for i, v in enumerate(problem.vehicles)
    )
    problem = dataclasses.replace(
        problem,
        profiles={"van": profile, "truck": Profile(narrow, profile.distance_m)},
        vehicles=vehicles,
    )
    plan = solve(problem, TWO_ROUNDS, seed=1)
    trucks = {v.id for v in vehicles if v.profile == "truck"}
    narrow_stops = {f"s{i}" for i in range(1, 8)}
    by_truck = {visit.stop for r in plan.routes if r.vehicle in trucks for visit in r.visits}
    assert by_truck
    assert not by_truck & narrow_stops
    assert verify(problem, plan).violations == ()


def test_vehicles_of_two_depots_carry_only_their_own_goods(make_random_day):
    problem = make_random_day(8, stops=20, vehicles=8)
    station = dataclasses.replace(problem.depots[0], id="station", location=5)
    vehicles = tuple(
        dataclasses.replace(v, start_depot="station", end_depot="station") if i < 3 else v
        for i, v in enumerate(problem.vehicles)
    )
    orders = tuple(
        dataclasses.replace(o, depot="station") if int(o.stop[1:]) % 3 == 0 else o
        for o in problem.orders
    )
    problem = dataclasses.replace(
        problem, depots=(*problem.depots, station), vehicles=vehicles, orders=orders
    )
    plan = solve(problem, TWO_ROUNDS, seed=1)
    assert len({v.start_depot for v in vehicles if v.id in {r.vehicle for r in plan.routes}}) == 2
    assert verify(problem, plan).violations == ()


def test_a_stop_with_two_windows_is_served_in_one_of_them(make_random_day):
    problem = make_random_day(9, stops=15, vehicles=6)
    windows = ((3600, 5400), (4 * 3600, 5 * 3600))
    stops = tuple(dataclasses.replace(s, time_windows_s=windows) for s in problem.stops)
    problem = dataclasses.replace(problem, stops=stops)
    plan = solve(problem, TWO_ROUNDS, seed=1)
    assert plan.routes
    assert verify(problem, plan).violations == ()


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"vehicle": {"max_trips": 2}}, "/vehicles/0/max_trips"),
        ({"order": {"max_on_board_s": 3600}}, "/orders/0/max_on_board_s"),
        (
            {"order": {"direction": Direction.TRANSFER, "to_stop": "s2"}},
            "/orders/0/direction",
        ),
        ({"rules": Rules(max_driving_s=14400, rest_s=1200)}, "/rules/max_driving_s"),
        ({"rules": Rules(max_driving_day_s=28800)}, "/rules/max_driving_day_s"),
        ({"rules": Rules(lunch=Lunch((41400, 46800), 1800))}, "/rules/lunch"),
        ({"rules": Rules(forbidden_mixes=(("seed", "live"),))}, "/rules/forbidden_mixes"),
        ({"depot": {"docks": 2}}, "/depots/0/docks"),
        ({"depot": {"packing_cutoff_s": 50_000}}, "/depots/0/packing_cutoff_s"),
        ({"hubs": (Hub("centre"),)}, "/hubs/0"),
        ({"relays": (Relay("west", "centre", ("s1",)),)}, "/relays/0"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_engine_cannot_plan_is_refused_by_its_pointer(make_random_day, changes, where):
    problem = make_random_day(10, stops=5)
    vehicle = dataclasses.replace(problem.vehicles[0], **changes.get("vehicle", {}))
    order = dataclasses.replace(problem.orders[0], **changes.get("order", {}))
    depot = dataclasses.replace(problem.depots[0], **changes.get("depot", {}))
    problem = dataclasses.replace(
        problem,
        depots=(depot, *problem.depots[1:]),
        hubs=changes.get("hubs", ()),
        relays=changes.get("relays", ()),
        vehicles=(vehicle, *problem.vehicles[1:]),
        orders=(order, *problem.orders[1:]),
        rules=changes.get("rules", problem.rules),
    )
    with pytest.raises(UnsupportedProblem) as refused:
        solve(problem, TWO_ROUNDS, seed=1)
    assert [fault.pointer for fault in refused.value.faults] == [where]


def test_a_day_without_orders_is_an_empty_plan(make_line, make_vehicle):
    problem = make_line([10], [make_vehicle()], [])
    plan = solve(problem, TWO_ROUNDS, seed=1)
    assert (plan.status, plan.cost, plan.routes) == (Status.OPTIMAL, 0.0, ())
