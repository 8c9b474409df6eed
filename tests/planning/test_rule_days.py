"""On small days with a rule that binds the planner finds what an exhaustive search finds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from coop_service.domain.problem import Problem
from coop_service.domain.verify import verify
from coop_service.planning.portfolio import solve
from coop_service.planning.stop import MaxIterations
from tests.planning.exhaustive import find_optimum
from tests.planning.rule_days import make_rule_day, rule_names

ITERATIONS = 2


def test_the_days_cover_many_rules():
    assert len(rule_names()) >= 40
    assert len({name for name, _ in rule_names()}) >= 35


@pytest.mark.parametrize(("name", "number"), rule_names())
def test_the_rule_binds_and_the_plan_is_the_optimum(
    name: str, number: int, make_random_day: Callable[..., Problem]
):
    day, without = make_rule_day(name, number, make_random_day)
    optimum, free = find_optimum(day), find_optimum(without)
    assert (free.left_out_priority, free.cost_yuan + 0.01) < (
        optimum.left_out_priority,
        optimum.cost_yuan,
    )
    plan = solve(day, MaxIterations(ITERATIONS), seed=1)
    assert verify(day, plan).violations == ()
    left_out = {entry.order for entry in plan.unassigned}
    assert optimum.left_out_priority == sum(
        o.priority for o in day.orders if o.id in left_out and o.drop_penalty is None
    )
    assert plan.cost == pytest.approx(optimum.cost_yuan, abs=0.011)
