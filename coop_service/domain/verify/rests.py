"""How long a driver rests without a break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coop_service.domain.plan import Rest


@dataclass(slots=True)
class Stage:
    """A leg and the longest unbroken rest between its end and the next leg's start.

    ``to_stop`` None: the leg leads to a depot.
    """

    to_stop: str | None
    driving_s: int = 0
    rest_s: int = 0


def length_s(rest: Rest) -> int:
    """A negative length is reported as a bad number, and then counts as none."""
    return max(0, rest.duration_s)


def longest_rest_s(lengths_s: Sequence[int], gaps_s: Sequence[int], counted_s: int) -> int:
    """Longest unbroken rest at a depot between two trips.

    Args:
        lengths_s: the rests there, in order.
        gaps_s: time before the first rest, between each two, and after the last.
        counted_s: work in the gaps that counts as rest; it may lie before and after a rest.
    """
    longest_s = counted_s
    for first in range(len(lengths_s)):
        for last in range(first, len(lengths_s)):
            inner_s = sum(gaps_s[first + 1 : last + 1])
            if inner_s > counted_s:
                break
            free_s = gaps_s[first] + inner_s + gaps_s[last + 1]
            longest_s = max(longest_s, sum(lengths_s[first : last + 1]) + min(counted_s, free_s))
    return longest_s
