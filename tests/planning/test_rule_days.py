"""On small days with a rule that binds the planner finds what an exhaustive search finds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from coop_service.domain.problem import Problem
from coop_service.domain.problem_faults import find_problem_faults
from coop_service.domain.verify import verify
from coop_service.planning.portfolio import solve
from coop_service.planning.stop import MaxIterations
from tests.planning import rule_days, start_days
from tests.planning.exhaustive import find_optimum
from tests.planning.rule_book import DayPair

ITERATIONS = 2


def test_the_days_cover_many_rules():
    for rules, least in ((rule_days.RULES, 35), (start_days.RULES, 45)):
        names = [name for name, _ in rules.days()]
        assert len(set(names)) >= least
        assert len(names) >= least + 5


@pytest.mark.parametrize(("name", "number"), rule_days.RULES.days())
def test_the_rule_binds_and_the_plan_is_the_optimum(
    name: str, number: int, make_random_day: Callable[..., Problem]
):
    compare(rule_days.RULES.make(name, number, make_random_day))


@pytest.mark.parametrize(("name", "number"), start_days.RULES.days())
def test_what_the_day_starts_from_binds_and_the_plan_is_the_optimum(
    name: str, number: int, make_random_day: Callable[..., Problem]
):
    days = start_days.RULES.make(name, number, make_random_day)
    assert [fault for day in days for fault in find_problem_faults(day)] == []
    compare(days)


def compare(days: DayPair):
    day, without = days
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
