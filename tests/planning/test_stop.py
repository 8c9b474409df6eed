import pytest

from coop_service.planning.relay.budget import Budget
from coop_service.planning.stop import MaxIterations, MaxRuntime


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_a_runtime_is_positive_and_finite(seconds):
    with pytest.raises(ValueError, match="positive and finite"):
        MaxRuntime(seconds)


def test_at_least_one_iteration_is_asked_for():
    with pytest.raises(ValueError, match="at least 1"):
        MaxIterations(0)


def test_a_day_in_two_tiers_may_be_made_of_so_many_plain_plans():
    assert Budget(MaxIterations(3)).most_plain_plans == float("inf")
    assert Budget(MaxIterations(3, plain_plans=2)).most_plain_plans == 2
    assert Budget(MaxRuntime(3.0)).most_plain_plans == float("inf")


def test_the_threads_of_a_stop_rule_are_those_of_its_parts():
    assert Budget(MaxRuntime(30.0, threads=1)).turn(2.0).threads == 1
    assert Budget(MaxIterations(3, threads=1)).turn(2.0).threads == 1
    assert Budget(MaxRuntime(30.0, threads=1)).small_turn().threads == 1
