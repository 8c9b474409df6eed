import dataclasses
import time

import pytest

from coop_service.domain.problem import NO_ROAD, Profile
from coop_service.domain.verify import verify
from coop_service.planning.ortools_routing import solve as solve_with_ortools
from coop_service.planning.portfolio import solve
from coop_service.planning.stop import MaxIterations, MaxRuntime

TWO_ROUNDS = MaxIterations(2)


def test_a_day_of_thirty_stops_is_served_whole_and_verified(make_random_day):
    problem = make_random_day(1, stops=30, vehicles=12)
    plan = solve(problem, MaxIterations(20), seed=1)
    assert plan.unassigned == ()
    verdict = verify(problem, plan)
    assert verdict.violations == ()
    assert verdict.cost == plan.cost
    assert plan.cost <= solve_with_ortools(problem, TWO_ROUNDS, seed=1).cost


def test_the_same_seed_and_iterations_give_the_same_plan(make_random_day):
    problem = make_random_day(2, stops=25, vehicles=10)
    first, second = (solve(problem, TWO_ROUNDS, seed=7) for _ in range(2))
    assert dataclasses.replace(first, seconds=0) == dataclasses.replace(second, seconds=0)


def test_the_clock_is_kept_and_better_plans_are_told_as_they_come(make_random_day):
    problem = make_random_day(3, stops=60, vehicles=22)
    told = []
    begun = time.monotonic()
    plan = solve(problem, MaxRuntime(4), seed=1, on_better=told.append)
    assert time.monotonic() - begun < 6
    assert len(told) > 1
    assert all(verify(problem, better).ok for better in told)
    assert plan.cost <= min(better.cost for better in told)


@pytest.mark.parametrize(
    "limits",
    [{"max_distance_m": 90_000}, {"max_work_s": 3 * 3600}, {"shift_s": (0, 4 * 3600)}],
    ids=["range", "work time", "short shift"],
)
def test_limits_of_a_vehicle_s_day_are_kept(make_random_day, limits):
    problem = make_random_day(6, stops=18, vehicles=12, **limits)
    plan = solve(problem, TWO_ROUNDS, seed=1)
    assert plan.routes
    assert verify(problem, plan).violations == ()


def test_vehicles_that_differ_in_roads_tags_and_depots_take_only_what_they_may(make_random_day):
    problem = make_random_day(7, stops=24, vehicles=12)
    profile = problem.profiles["van"]
    narrow = profile.duration_s.copy()
    narrow[:, 1:8] = NO_ROAD
    station = dataclasses.replace(problem.depots[0], id="station", location=5)
    kinds = (
        {"profile": "truck"},
        {"tags": frozenset({"lift"})},
        {"start_depot": "station", "end_depot": "station"},
    )
    vehicles = tuple(dataclasses.replace(v, **kinds[i % 3]) for i, v in enumerate(problem.vehicles))
    stops = tuple(
        dataclasses.replace(s, required_tags=frozenset({"lift"})) if s.id in ("s9", "s10") else s
        for s in problem.stops
    )
    orders = tuple(
        dataclasses.replace(o, depot="station") if o.stop in ("s5", "s6", "s20") else o
        for o in problem.orders
    )
    problem = dataclasses.replace(
        problem,
        profiles={"van": profile, "truck": Profile(narrow, profile.distance_m)},
        depots=(*problem.depots, station),
        vehicles=vehicles,
        stops=stops,
        orders=orders,
    )
    plan = solve(problem, TWO_ROUNDS, seed=1)
    assert len(plan.routes) >= 3
    assert verify(problem, plan).violations == ()


def test_loads_with_decimals_fill_a_van_exactly(make_line, make_vehicle, make_order):
    orders = [make_order(f"o{i}", f"s{i}", 14.3) for i in range(1, 8)]
    vans = [make_vehicle(capacity={"kg": 100.1}), make_vehicle("V2", capacity={"kg": 100.1})]
    problem = make_line([1, 2, 3, 4, 5, 6, 7], vans, orders)
    plan = solve(problem, TWO_ROUNDS, seed=1)
    assert [len(list(route.visits)) for route in plan.routes] == [7]
    assert plan.cost == 10 + 14


def test_with_too_few_vans_the_most_urgent_orders_are_served(make_random_day):
    problem = make_random_day(4, stops=20, vehicles=2)
    plan = solve(problem, TWO_ROUNDS, seed=1)
    assert plan.unassigned
    assert plan.routes
    assert verify(problem, plan).violations == ()


def test_droppable_orders_are_left_out_where_they_cost_more_than_their_penalty(make_random_day):
    problem = make_random_day(5, stops=20, vehicles=10)
    cheap = tuple(dataclasses.replace(o, drop_penalty=0.5) for o in problem.orders)
    plan = solve(dataclasses.replace(problem, orders=cheap), TWO_ROUNDS, seed=1)
    assert plan.routes == ()
    assert plan.cost == 0.5 * len(cheap)
