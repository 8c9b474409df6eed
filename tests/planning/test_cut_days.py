"""The rest of a day with vans on the road and fixed stops, planned on from its plan."""

import random

import pytest

from coop_service.domain.verify import verify
from coop_service.planning.portfolio import solve
from coop_service.planning.stop import MaxIterations
from tests.domain.verify.conftest import build_problem, simulate
from tests.domain.verify.cut_days import cut
from tests.domain.verify.random_days import Day

ONE_ROUND = MaxIterations(1)


def rest_of_day(seed):
    return cut(Day(seed, build_problem, simulate, is_metric=True), random.Random(seed))


@pytest.mark.parametrize("seed", range(60))
def test_it_is_verified_and_no_dearer_than_the_plan_that_it_starts_from(seed):
    problem, earlier = rest_of_day(seed)
    plan = solve(problem, ONE_ROUND, seed=1, start=earlier)
    assert [str(one) for one in verify(problem, plan).violations] == []
    left_out = {entry.order for entry in earlier.unassigned}
    assert {entry.order for entry in plan.unassigned} <= left_out
    assert plan.cost <= earlier.cost + 0.011


@pytest.mark.parametrize("seed", range(60))
def test_without_a_start_it_is_verified_as_well(seed):
    problem, _ = rest_of_day(seed)
    plan = solve(problem, ONE_ROUND, seed=1)
    assert [str(one) for one in verify(problem, plan).violations] == []
