"""Random days cut in two: the rest of a right plan is right for the vans where they then stand."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from coop_service.domain.problem_faults import find_problem_faults
from coop_service.domain.verify import verify
from tests.domain.verify.cut_days import cut


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32), dice=st.randoms(use_true_random=False))
def test_the_rest_of_a_plan_that_is_right_is_right(make_day, seed, dice):
    problem, plan = cut(make_day(seed), dice)
    assert find_problem_faults(problem) == ()
    assert [str(one) for one in verify(problem, plan).violations] == []


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), dice=st.randoms(use_true_random=False))
def test_a_van_that_leaves_a_second_early_is_found(make_day, seed, dice):
    problem, plan = cut(make_day(seed), dice)
    late = replace(
        problem,
        vehicles=tuple(
            replace(van, underway=replace(van.underway, time_s=van.underway.time_s + 1))
            if van.underway
            else van
            for van in problem.vehicles
        ),
    )
    rules = {one.rule for one in verify(late, plan).violations}
    if any(van.underway for van in problem.vehicles):
        assert rules & {"underway_start", "rest_position"}
