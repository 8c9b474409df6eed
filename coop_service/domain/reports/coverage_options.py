"""What the coverage report is measured by: assumptions that a county replaces by its own."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from coop_service.domain.coverage import Thresholds
from coop_service.domain.townships import HUB_FLOOR
from coop_service.errors import Fault, InvalidInput, both

DAYS_A_WEEK: Final = 7
MOST_WEEKS: Final = 53


@dataclass(frozen=True, slots=True)
class CoverageOptions:
    """Thresholds of the coverage report.

    Attributes:
        thresholds: standards of the three levels, and bands.
        catchment_min: how far people go to a station in the two-step floating catchment, minutes.
        floor_m3: goods that a station can hold, where it states no ``floor_m3`` of its own.
        weeks: of plans that are looked at, up to the day of the report.
        weekly_days: from so many service days a week on a village counts as served often.
        next_day_percent: share of a village's days with orders on which none is left out, from
            which on it counts as reached the next day.
        worst: how many of the worst-served are listed.
    """

    thresholds: Thresholds = field(default_factory=Thresholds)
    catchment_min: float = 30.0
    floor_m3: float = HUB_FLOOR["volume_m3"]
    weeks: int = 4
    weekly_days: float = 3.0
    next_day_percent: float = 90.0
    worst: int = 20

    def __post_init__(self) -> None:
        """Refuse what nothing can be measured by.

        Raises:
            InvalidInput: with every fault.
        """
        faults = list(self._faults())
        if faults:
            raise InvalidInput(faults)

    def _faults(self) -> Iterator[Fault]:
        for name, least, most in (
            ("catchment_min", 0.0, math.inf),
            ("floor_m3", 0.0, math.inf),
            ("weeks", 1, MOST_WEEKS),
            ("weekly_days", 0.0, DAYS_A_WEEK),
            ("next_day_percent", 0.0, 100.0),
            ("worst", 0, math.inf),
        ):
            value = getattr(self, name)
            if not (math.isfinite(value) and least <= value <= most):
                to_zh, to_en = ("", "") if math.isinf(most) else (f" 至 {most:g}", f" to {most:g}")
                zh = f"应为 {least:g}{to_zh or ' 以上'} 的数,收到 {value}"
                en = f"must be {least:g}{to_en or ' or more'}, got {value}"
                yield Fault(f"/{name}", "bad_threshold", both(zh, en))
