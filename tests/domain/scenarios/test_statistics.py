"""Paired differences and Student's t, against published and hand-computed values."""

import math

import pytest

from coop_service.domain.scenarios import compare_pairs, t_quantile


@pytest.mark.parametrize(
    ("probability", "degrees", "published"),
    [
        (0.975, 1, 12.7062),
        (0.975, 2, 4.30265),
        (0.975, 3, 3.18245),
        (0.975, 4, 2.77645),
        (0.975, 9, 2.26216),
        (0.975, 10, 2.22814),
        (0.975, 19, 2.09302),
        (0.975, 30, 2.04227),
        (0.975, 120, 1.97993),
        (0.95, 5, 2.01505),
        (0.995, 12, 3.05454),
        (0.9, 1, 3.07768),
    ],
)
def test_quantiles_are_those_of_printed_tables(probability, degrees, published):
    """Values of the table of NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2."""
    assert t_quantile(probability, degrees) == pytest.approx(published, rel=2e-5)


def test_the_median_is_zero_and_many_degrees_are_normal():
    assert t_quantile(0.5, 7) == pytest.approx(0.0, abs=1e-12)
    assert t_quantile(0.975, 100_000) == pytest.approx(1.959988, abs=1e-5)


@pytest.mark.parametrize(("probability", "degrees"), [(1.0, 3), (0.4, 3), (0.9, 0)])
def test_what_has_no_quantile_is_refused(probability, degrees):
    with pytest.raises(ValueError, match="no quantile"):
        t_quantile(probability, degrees)


def test_a_paired_difference_by_hand():
    """Differences 1, 2, 3: mean 2, standard deviation 1, t(0.975, 2) = 4.30265."""
    found = compare_pairs([10, 20, 30], [11, 22, 33])
    assert (found.count, found.before, found.after, found.mean) == (3, 20, 22, 2)
    assert found.half_width == pytest.approx(4.30265 / math.sqrt(3), rel=1e-5)
    assert not found.is_clear
    assert (found.low, found.high) == pytest.approx((2 - 2.48414, 2 + 2.48414), abs=1e-4)


def test_what_days_have_in_common_falls_out():
    before = [100.0, 500.0, 50.0, 900.0]
    found = compare_pairs(before, [cost + 3 for cost in before])
    assert found.half_width == pytest.approx(0.0, abs=1e-9)
    assert found.is_clear


def test_one_day_has_no_interval_and_days_without_a_pair_are_refused():
    assert compare_pairs([1], [2]).half_width is None
    assert not compare_pairs([1], [2]).is_clear
    for before, after in (([1], [1, 2]), ([], [])):
        with pytest.raises(ValueError, match="no pairs"):
            compare_pairs(before, after)
