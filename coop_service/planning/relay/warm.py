"""A search that goes on from good routes: the end of an annealing, without its hot beginning.

Under other bounds, or with another mode for one township, most of a plan is as good as before. A
whole annealing would forget it and need its time again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from coop_service.planning import annealing
from coop_service.planning.plan_day import Clock
from coop_service.planning.search import Search

LATE: Final = 0.6
"""Share of an annealing that is passed over."""


@dataclass(frozen=True, slots=True)
class _LateClock(Clock):
    """A clock by which a share of the search lies behind as soon as it has begun.

    An annealing reads once how long it has, and then how much is left.
    """

    _reads: list[float] = field(default_factory=list)

    @property
    def left_s(self) -> float:
        """Seconds left; at the first reading as many as a whole annealing would have."""
        left_s = Clock(self.stop, self.begun).left_s
        self._reads.append(left_s)
        return left_s / (1 - LATE) if len(self._reads) == 1 else left_s


def improve_warm(search: Search, clock: Clock, seed: int, tell: Callable[[], None]) -> None:
    """Anneal from where the routes stand, cool from the beginning.

    Where rounds are counted it is a whole annealing.
    """
    late = clock if clock.rounds is not None else _LateClock(clock.stop, clock.begun)
    annealing.improve(search, late, seed, tell)
