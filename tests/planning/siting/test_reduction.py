"""Sites that are dropped before a p-median is solved are in none of its best answers."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from coop_service.domain.coverage import Ways
from coop_service.domain.problem import NO_ROAD
from coop_service.domain.siting import SitingKind, SitingProblem
from coop_service.planning.siting import find_sites
from coop_service.planning.siting.reduction import drop_hopeless


def make_problem(seed, new, standing=()):
    random = np.random.default_rng(seed)
    places, sites = random.random((30, 2)), random.random((14, 2))
    seconds = np.rint(3600 * np.linalg.norm(places[:, None] - sites[None], axis=2)).astype(int)
    ways = Ways(
        tuple(f"P{i}" for i in range(30)), tuple(f"S{j}" for j in range(14)), seconds, seconds
    )
    people = tuple(random.integers(0, 900, 30).tolist())
    return SitingProblem(
        SitingKind.P_MEDIAN, ways, people, standing=frozenset(standing), most_new=new
    )


def all_answers(problem):
    """The values of all choices of at most so many new sites."""
    ways, people = problem.ways, np.array(problem.people)
    candidates = [code for code in ways.sites if code not in problem.standing]
    found = {}
    for size in range(0 if problem.standing else 1, problem.most_new + 1):
        for new in itertools.combinations(candidates, size):
            columns = [ways.sites.index(code) for code in {*new, *problem.standing}]
            found[new] = int((people * ways.duration_s[:, columns].min(axis=1)).sum())
    return found


@pytest.mark.parametrize("best", [1, 5])
@pytest.mark.parametrize("standing", [(), ("S3", "S7")])
@pytest.mark.parametrize("seed", range(6))
def test_the_best_answers_are_those_of_all_sites(seed, standing, best):
    problem = make_problem(seed, 3, standing)
    found = find_sites(problem, best=best)
    values = all_answers(problem)
    assert [siting.value for siting in found] == sorted(values.values())[:best]
    left = set(drop_hopeless(problem, best).ways.sites)
    worst = sorted(values.values())[best - 1]
    assert all(set(new) <= left for new, value in values.items() if value < worst)


def test_most_sites_are_dropped_and_standing_ones_never():
    problem = make_problem(1, 3, ("S3", "S7"))
    left = drop_hopeless(problem, 1).ways.sites
    assert len(left) <= 9
    assert {"S3", "S7"} <= set(left)


def test_what_is_no_plain_p_median_keeps_all_sites():
    problem = make_problem(0, 3)
    missing = problem.ways.duration_s.copy()
    missing[0, 0] = NO_ROAD
    for other in (
        replace(problem, kind=SitingKind.P_CENTER),
        replace(problem, budget_yuan=5, costs_yuan={"S1": 3}),
        replace(problem, capacities={"S1": 3}),
        replace(problem, within_min=50),
        replace(problem, most_new=None),
        replace(problem, most_new=14),
        replace(problem, ways=replace(problem.ways, duration_s=missing)),
    ):
        assert drop_hopeless(other, 1) is other
