"""Differences between two alternatives on the same days, with confidence intervals.

As both are tried on the same days with the same orders, the difference of each day is one
observation, and what both have in common falls out of its variance: the paired-t confidence
interval with common random numbers, A. M. Law, *Simulation Modeling and Analysis*, 5th ed. (2015),
sections 10.2.1 and 11.2.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """After minus before.

    Attributes:
        count: days.
        before: mean before.
        after: mean after.
        mean: mean difference.
        half_width: of the confidence interval of the mean difference; None with a single day.
    """

    count: int
    before: float
    after: float
    mean: float
    half_width: float | None

    @property
    def low(self) -> float | None:
        """Lower end of the interval."""
        return None if self.half_width is None else self.mean - self.half_width

    @property
    def high(self) -> float | None:
        """Upper end of the interval."""
        return None if self.half_width is None else self.mean + self.half_width

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.half_width is not None and abs(self.mean) > self.half_width


def compare_pairs(
    before: Sequence[float], after: Sequence[float], confidence: float = CONFIDENCE
) -> PairedDifference:
    """The mean difference of the same days before and after, with its interval.

    Raises:
        ValueError: not as many of one as of the other, or none.
    """
    if len(before) != len(after) or not before:
        raise ValueError(f"{len(before)} days before and {len(after)} after make no pairs")
    differences = [b - a for a, b in zip(before, after, strict=True)]
    count = len(differences)
    half_width = None
    if count > 1:
        error = statistics.stdev(differences) / math.sqrt(count)
        half_width = t_quantile((1 + confidence) / 2, count - 1) * error
    return PairedDifference(
        count,
        statistics.fmean(before),
        statistics.fmean(after),
        statistics.fmean(differences),
        half_width,
    )


def t_quantile(probability: float, degrees: int) -> float:
    """Quantile of Student's t distribution for a whole number of degrees of freedom.

    By bisection on the distribution function, whose finite series is that of M. Abramowitz and
    I. A. Stegun, *Handbook of Mathematical Functions* (1964), 26.7.3 and 26.7.4.

    Raises:
        ValueError: the probability is not between 0.5 and 1, or there are no degrees of freedom.
    """
    if not 0.5 <= probability < 1 or degrees < 1:
        raise ValueError(f"no quantile {probability} of {degrees} degrees of freedom")
    low, high = 0.0, 1.0
    while _central(high, degrees) < 2 * probability - 1:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if _central(middle, degrees) < 2 * probability - 1:
            low = middle
        else:
            high = middle
    return high


def _central(t: float, degrees: int) -> float:
    """A(t|n) of the source: the probability of lying between -t and t."""
    angle = math.atan(t / math.sqrt(degrees))
    cosine, sine = math.cos(angle), math.sin(angle)
    if degrees % 2:
        term, total = cosine, 0.0
        for k in range(1, (degrees - 1) // 2 + 1):
            total += term
            term *= cosine**2 * 2 * k / (2 * k + 1)
        return 2 / math.pi * (angle + sine * total)
    term, total = 1.0, 0.0
    for k in range(1, degrees // 2 + 1):
        total += term
        term *= cosine**2 * (2 * k - 1) / (2 * k)
    return sine * total
