import pytest

from coop_service.planning.stop import MaxIterations, MaxRuntime


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_a_runtime_is_positive_and_finite(seconds):
    with pytest.raises(ValueError, match="positive and finite"):
        MaxRuntime(seconds)


def test_at_least_one_iteration_is_asked_for():
    with pytest.raises(ValueError, match="at least 1"):
        MaxIterations(0)
