"""How full a place is through the day: doors, docks, a floor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from coop_service.domain.problem import LOAD_TOLERANCE

_DECIMALS = 6
"""Levels are rounded to it, so that sums of floats that are equal compare as equal."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Something that takes up ``amount`` of a place from one second up to, not including, another.

    ``until_s`` None: it stays to the end. One that ends before it starts takes up nothing.
    """

    name: str
    from_s: int
    until_s: int | None
    amount: float = 1.0

    def is_at(self, time_s: int) -> bool:
        """Whether it is there at that second."""
        return self.from_s <= time_s and (self.until_s is None or time_s < self.until_s)


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest level, and the first second at which it is reached."""

    time_s: int
    level: float


def find_peak(stays: Iterable[Stay]) -> Peak | None:
    """When a place is fullest; None: there is never anything."""
    return max(_levels(stays), key=lambda peak: peak.level, default=None)


def find_excesses(stays: Iterable[Stay], limit: float) -> Iterator[Peak]:
    """The peak of each stretch of time in which there is more than the limit."""
    highest: Peak | None = None
    for now in _levels(stays):
        if now.level <= limit + LOAD_TOLERANCE:
            if highest is not None:
                yield highest
            highest = None
        elif highest is None or now.level > highest.level:
            highest = now
    if highest is not None:
        yield highest


def _levels(stays: Iterable[Stay]) -> Iterator[Peak]:
    """The level from each second at which it changes; what leaves makes room for what comes."""
    changes: defaultdict[int, float] = defaultdict(float)
    for stay in stays:
        if stay.until_s is None:
            changes[stay.from_s] += stay.amount
        elif stay.until_s > stay.from_s:
            changes[stay.from_s] += stay.amount
            changes[stay.until_s] -= stay.amount
    level = 0.0
    for time_s in sorted(changes):
        level += changes[time_s]
        yield Peak(time_s, round(level, _DECIMALS))
