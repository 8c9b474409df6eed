"""The best set of routes out of a pool, against trying every set."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from coop_service.domain.problem import Problem
from coop_service.planning.evaluation import evaluator
from coop_service.planning.instance import Instance
from coop_service.planning.search import Search
from coop_service.planning.selection import RoutePool
from coop_service.planning.units import make_units
from coop_service.planning.visits import make_visit_tasks


def search_of(problem: Problem) -> Search:
    return Search(make_units(Instance(problem, make_visit_tasks(problem, problem.orders))))


def best_by_trying_all(search: Search, pool: list[tuple[int, ...]]) -> float:
    """Least yuan of a route out of the pool, or none, for each vehicle."""
    best = float("inf")
    for routes in product([(), *pool], repeat=len(search.instance.vehicles)):
        served = [task for route in routes for task in route]
        if len(served) == len({int(search.units.unit_of[i]) for i in served}):
            best = min(best, search.yuan(routes))
    return best


def random_pool(search: Search, seed: int, count: int) -> list[tuple[int, ...]]:
    """Routes that some vehicle can drive."""
    rng = np.random.default_rng(seed)
    timer = evaluator(search.instance)
    tasks = np.arange(len(search.units.variants))
    pool: list[tuple[int, ...]] = []
    while len(pool) < count:
        route = tuple(rng.permutation(tasks)[: rng.integers(1, 5)].tolist())
        if any(np.isfinite(timer.cost_yuan(v, route)) for v in search.instance.vehicles):
            pool.append(route)
    return pool


@pytest.mark.parametrize("seed", range(8))
def test_it_is_the_best_set_that_the_pool_has(
    make_random_day: Callable[..., Problem], seed: int
) -> None:
    search = search_of(make_random_day(seed, stops=8, vehicles=3))
    pool = random_pool(search, seed, 18)
    met = RoutePool(search)
    met.add(pool)
    expected = min(search.yuan(search.routes), best_by_trying_all(search, pool))
    met.select(1.0)
    assert search.yuan(search.routes) == pytest.approx(expected, abs=0.01)


def test_two_plans_with_a_good_half_each_make_a_good_whole(make_line, make_vehicle, make_order):
    vans = [make_vehicle(f"V{i}", capacity={"kg": 20}) for i in range(3)]
    orders = [make_order(f"o{i}", f"s{i}") for i in range(1, 5)]
    search = search_of(make_line([10, 20, -10, -20], vans, orders))
    search.routes = ((0, 1), (2,), (3,))
    met = RoutePool(search)
    met.add([(0,), (1,), (2, 3)])
    assert met.select(1.0)
    # 2 x 20 km each way round, 10 yuan for each of two vans
    assert search.yuan(search.routes) == 100
    assert search.routes[0] == (0, 1)


def test_a_route_goes_to_the_vehicle_that_drives_it_cheapest(make_line, make_vehicle, make_order):
    dear = make_vehicle("V1")
    cheap = make_vehicle("V2", costs=dataclasses.replace(dear.costs, per_km=0.5))
    search = search_of(make_line([10, 40], [dear, cheap], [make_order("a", "s2")]))
    search.routes = ((0,), ())
    assert RoutePool(search).select(1.0)
    assert search.routes == ((), (0,))


def test_nothing_changes_where_the_pool_has_nothing_better(make_line, make_vehicle, make_order):
    search = search_of(make_line([10], [make_vehicle()], [make_order("a", "s1")]))
    search.routes = ((0,),)
    assert not RoutePool(search).select(1.0)
    assert search.routes == ((0,),)
