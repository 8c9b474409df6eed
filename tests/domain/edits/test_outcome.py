"""What differs between a plan and what changes have made of it."""

from dataclasses import replace

import pytest

from coop_service.domain.edits import Checked, Locks
from coop_service.domain.plan import CostParts
from coop_service.domain.verify import Violation, verify
from tests.hand_plans import small_plan, small_problem

PROBLEM = small_problem()
PLAN = small_plan(PROBLEM)


def checked(after, before_violations=()):
    return Checked(PLAN, before_violations, after, verify(PROBLEM, after), Locks())


def test_the_difference_of_each_part_is_rounded_once():
    before = replace(PLAN, cost_parts=CostParts(fixed=0.1, time=0.3))
    after = replace(PLAN, cost_parts=CostParts(fixed=0.3, time=0.1))
    difference = replace(checked(after), before=before).cost_difference
    assert (difference.fixed, difference.time) == (0.2, -0.2)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1, "b": 2.0}, {"a": 1, "b": 3.0}, {"b": (2.0, 3.0)}),
        ({"a": None}, {"a": 2}, {"a": (None, 2)}),
        ({}, {"a": 2}, {"a": (None, 2)}),
        ({"a": [1]}, {"a": [2]}, {}),
        ({"a": True}, {"a": False}, {}),
    ],
)
def test_figures_that_are_numbers_and_differ(before, after, expected):
    found = replace(checked(replace(PLAN, kpis=after)), before=replace(PLAN, kpis=before))
    assert found.changed_figures == expected


def test_a_violation_is_new_where_the_base_plan_has_none_of_its_rule():
    old = Violation("capacity", "x", 5.0, "weight_kg", "V1", "c1")
    found = checked(PLAN, (old,))
    assert not found.is_new(replace(old, amount=9.0))
    assert found.is_new(replace(old, vehicle="V2"))
