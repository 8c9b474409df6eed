"""When a search ends: by the clock, or after a number of iterations that repeats exactly."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MaxRuntime:
    """Stop after this many seconds of wall time.

    ``threads``: how many search side by side; None: as many as there are cores.
    """

    seconds: float
    threads: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.seconds < float("inf"):
            raise ValueError(f"seconds must be positive and finite, not {self.seconds}")


@dataclass(frozen=True, slots=True)
class MaxIterations:
    """Stop after this many rounds of improvement; the same input and seed give the same plan.

    ``threads``: how many search side by side, each as many rounds; None: two, on any machine.
    ``plain_plans``: after so many a day in two tiers begins no further one; None: until nothing
    improves.
    """

    iterations: int
    threads: int | None = None
    plain_plans: int | None = None

    def __post_init__(self) -> None:
        if self.iterations < 1:
            raise ValueError(f"iterations must be at least 1, not {self.iterations}")


StopRule = MaxRuntime | MaxIterations
