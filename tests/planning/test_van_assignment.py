"""Vans for given routes, against trying every assignment."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from itertools import permutations

import pytest

from coop_service.domain.problem import Costs, Problem, Underway
from coop_service.planning.instance import Instance
from coop_service.planning.search import Search
from coop_service.planning.units import make_units
from coop_service.planning.van_assignment import assign_vans
from coop_service.planning.visits import make_visit_tasks


def search_of(problem: Problem) -> Search:
    return Search(make_units(Instance(problem, make_visit_tasks(problem, problem.orders))))


@pytest.mark.parametrize("seed", range(5))
def test_no_other_assignment_costs_less(make_random_day: Callable[..., Problem], seed: int) -> None:
    day = make_random_day(seed, stops=6, vehicles=5)
    vans = tuple(
        dataclasses.replace(
            van,
            costs=Costs(fixed=10.0 * (i % 3), per_km=0.5 + 0.3 * (4 - i), per_hour=25.0),
            capacity={"kg": 50 + 20 * i},
        )
        for i, van in enumerate(day.vehicles)
    )
    search = search_of(dataclasses.replace(day, vehicles=vans))
    routes = ((0, 1), (2,), (3, 4, 5), (), ())
    best = min(search.yuan(order) for order in set(permutations(routes)))
    assert search.yuan(assign_vans(search, routes)) == pytest.approx(best, abs=0.001)


def test_equal_vans_keep_their_routes(make_random_day: Callable[..., Problem]) -> None:
    search = search_of(make_random_day(1, stops=4, vehicles=4))
    routes = ((), (0, 1), (2,), (3,))
    assert assign_vans(search, routes) == routes


def test_a_van_on_the_road_keeps_its_route(make_line, make_vehicle, make_order) -> None:
    cheap = make_vehicle("V2", costs=Costs(fixed=0.0, per_km=0.1))
    dear = make_vehicle(underway=Underway(1, 0, 0), max_trips=2)
    search = search_of(make_line([10], [dear, cheap], [make_order("a", "s1")]))
    assert assign_vans(search, ((0,), ())) == ((0,), ())
