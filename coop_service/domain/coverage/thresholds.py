"""What counts as near enough: assumptions of ours, to be replaced by a county's own standard."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coop_service.domain.records import Tier
from coop_service.errors import Fault, InvalidInput, both

STATION_MIN: Final = 20.0
"""A station covers what is no farther by road, in minutes. An assumption of ours."""


class Level(StrEnum):
    """What a village is near to; a higher level gives all that a lower one gives."""

    POINT = "point"
    STATION = "station"
    CENTRE = "centre"

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The tiers whose sites give it, the lowest first."""
        return {
            Level.POINT: (Tier.VILLAGE_POINT, Tier.STATION, Tier.CENTRE),
            Level.STATION: (Tier.STATION, Tier.CENTRE),
            Level.CENTRE: (Tier.CENTRE,),
        }[self]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Standards and bands, all of them assumptions of ours that a caller may replace.

    Attributes:
        point_min: a village point covers what is no farther by road, minutes.
        station_min: a station likewise.
        centre_min: the centre likewise.
        bands_min: upper ends of the bands of road minutes, rising; a last band has no end.
        bands_km: upper ends of the bands of road km, likewise.
    """

    point_min: float = 10.0
    station_min: float = STATION_MIN
    centre_min: float = 60.0
    bands_min: tuple[float, ...] = (5.0, 10.0, 20.0, 30.0, 45.0)
    bands_km: tuple[float, ...] = (2.0, 5.0, 10.0, 20.0)

    def __post_init__(self) -> None:
        """Refuse what cannot be a threshold.

        Raises:
            InvalidInput: with every fault.
        """
        faults = [
            _fault(name, f"应为不小于 0 的数,收到 {value}", f"must be 0 or more, got {value}")
            for name in ("point_min", "station_min", "centre_min")
            if not (math.isfinite(value := getattr(self, name)) and value >= 0)
        ]
        faults += [
            _fault(
                name, f"应为逐个增大的正数,收到 {ends}", f"must be positive and rise, got {ends}"
            )
            for name in ("bands_min", "bands_km")
            if not rises(ends := getattr(self, name))
        ]
        if faults:
            raise InvalidInput(faults)

    def standard_min(self, level: Level) -> float:
        """The standard of a level, minutes."""
        return {
            Level.POINT: self.point_min,
            Level.STATION: self.station_min,
            Level.CENTRE: self.centre_min,
        }[level]


def rises(ends: Sequence[float]) -> bool:
    """Whether numbers can be the upper ends of bands: finite, above 0, each above the last."""
    steps = [0.0, *ends]
    return all(math.isfinite(end) for end in ends) and all(
        low < high for low, high in zip(steps, ends, strict=False)
    )


def _fault(name: str, zh: str, en: str) -> Fault:
    return Fault(f"/{name}", "bad_threshold", both(zh, en))
