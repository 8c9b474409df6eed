"""What is left of a stop rule, and how long the plain plans of a day in two tiers may take."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

from coop_service.planning.stop import MaxIterations, MaxRuntime, StopRule

END_S: Final = 0.5
END_SHARE: Final = 0.1
"""Seconds, and share of the time, that are kept at the most for the last timing and reasons."""

SMALL_ROUNDS: Final = 2
"""Rounds of a plain plan of a small day."""

LEAST_TURN_S: Final = 0.6
"""Less is too short for a plain plan."""


@dataclass(slots=True)
class Budget:
    """What is left of a stop rule.

    Where iterations are counted, they are the rounds of each plain plan, and the number of plain
    plans follows from the problem alone.
    """

    stop: StopRule
    begun: float = field(default_factory=time.monotonic)

    @property
    def is_timed(self) -> bool:
        """Whether the clock ends it."""
        return isinstance(self.stop, MaxRuntime)

    @property
    def left_s(self) -> float:
        """Seconds left to search; infinite where iterations are counted."""
        if isinstance(self.stop, MaxRuntime):
            margin_s = min(END_S, END_SHARE * self.stop.seconds)
            return self.stop.seconds - margin_s - self.elapsed_s
        return float("inf")

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.begun

    @property
    def most_plain_plans(self) -> float:
        """Plain plans of one mode set after which no further one is begun; infinite without end."""
        counted = self.stop.plain_plans if isinstance(self.stop, MaxIterations) else None
        return float("inf") if counted is None else counted

    def turn(self, seconds: float) -> StopRule:
        """The stop rule of one plain plan that may take so long."""
        if isinstance(self.stop, MaxIterations):
            return self.stop
        return MaxRuntime(max(LEAST_TURN_S, seconds), self.stop.threads)

    def small_turn(self) -> StopRule:
        """The stop rule of one plain plan of a small day."""
        if isinstance(self.stop, MaxIterations):
            return self.stop
        return MaxIterations(SMALL_ROUNDS, self.stop.threads)
