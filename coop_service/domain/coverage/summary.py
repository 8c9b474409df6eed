"""Villages and people in sums: by level, band, way of service and number of covering sites."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from coop_service.domain.coverage.thresholds import Level, Thresholds
from coop_service.domain.coverage.villages import Nearest, Unit, VillageAccess
from coop_service.domain.records import ServiceMode


@dataclass(frozen=True, slots=True)
class Count:
    """Administrative villages and communities apart, with their people."""

    villages: int = 0
    communities: int = 0
    village_people: int = 0
    community_people: int = 0

    @classmethod
    def of(cls, rows: Iterable[VillageAccess]) -> Count:
        """The count of villages."""
        units: Counter[Unit] = Counter()
        people: Counter[Unit] = Counter()
        for row in rows:
            units[row.unit] += 1
            people[row.unit] += row.population
        return cls(
            units[Unit.VILLAGE],
            units[Unit.COMMUNITY],
            people[Unit.VILLAGE],
            people[Unit.COMMUNITY],
        )

    @property
    def units(self) -> int:
        """Villages and communities together."""
        return self.villages + self.communities

    @property
    def people(self) -> int:
        """The people of both."""
        return self.village_people + self.community_people


@dataclass(frozen=True, slots=True)
class Band:
    """Those farther than ``above`` and no farther than ``up_to``, which is None in the last band.

    The first band begins at 0 and includes it. Who has no way at all is in none.
    """

    above: float
    up_to: float | None
    count: Count


@dataclass(frozen=True, slots=True)
class LevelSummary:
    """How near a level is.

    Attributes:
        standard_min: minutes within which a site of the level covers, unless it has a catchment.
        covered: by at least one site of the level.
        backed_up: by at least two.
        unreached: no way leads to them.
        bands_min: by road minutes to the nearest.
        bands_km: by road km of the fastest way to the nearest.
        mean_min: road minutes to the nearest, mean over the people that are reached; None if none.
        p90_min: nine tenths of these people have no farther.
        max_min: of the farthest village reached, with or without people.
    """

    standard_min: float
    covered: Count
    backed_up: Count
    unreached: Count
    bands_min: tuple[Band, ...]
    bands_km: tuple[Band, ...]
    mean_min: float | None
    p90_min: float | None
    max_min: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """The service of a set of villages.

    Attributes:
        all: of them.
        with_point: whose own point is served.
        by_mode: these by how they are served; None: nobody said.
        levels: how near each level is.
        by_stations: by the number of stations, the centre among them, that cover them.
    """

    all: Count
    with_point: Count
    by_mode: Mapping[ServiceMode | None, Count]
    levels: Mapping[Level, LevelSummary]
    by_stations: Mapping[int, Count]


def summarise(rows: Sequence[VillageAccess], thresholds: Thresholds | None = None) -> Summary:
    """The sums of villages.

    Args:
        rows: the villages.
        thresholds: bands, and the standards by which ``covered_by`` of the rows was counted.
    """
    thresholds = thresholds or Thresholds()
    own = [row for row in rows if row.has_point]
    modes: list[ServiceMode | None] = [*ServiceMode, None]
    numbers = sorted({row.covered_by[Level.STATION] for row in rows})
    return Summary(
        all=Count.of(rows),
        with_point=Count.of(own),
        by_mode={
            mode: Count.of(row for row in own if row.service_mode is mode)
            for mode in modes
            if any(row.service_mode is mode for row in own)
        },
        levels={level: _summarise_level(rows, level, thresholds) for level in Level},
        by_stations={
            number: Count.of(row for row in rows if row.covered_by[Level.STATION] == number)
            for number in numbers
        },
    )


def _summarise_level(
    rows: Sequence[VillageAccess], level: Level, thresholds: Thresholds
) -> LevelSummary:
    reached = [(row, near) for row in rows if (near := row.nearest[level]) is not None]
    people = sum(row.population for row, _ in reached)
    mean_min = p90_min = None
    if people:
        mean_min = sum(row.population * near.duration_s for row, near in reached) / people / 60
        p90_min = (
            weighted_quantile([(near.duration_s, row.population) for row, near in reached], 0.9)
            / 60
        )
    return LevelSummary(
        standard_min=thresholds.standard_min(level),
        covered=Count.of(row for row in rows if row.covered_by[level] >= 1),
        backed_up=Count.of(row for row in rows if row.covered_by[level] >= 2),
        unreached=Count.of(row for row in rows if row.nearest[level] is None),
        bands_min=_bands(reached, thresholds.bands_min, lambda near: near.minutes),
        bands_km=_bands(reached, thresholds.bands_km, lambda near: near.km),
        mean_min=mean_min,
        p90_min=p90_min,
        max_min=max((near.minutes for _, near in reached), default=None),
    )


def _bands(
    reached: Sequence[tuple[VillageAccess, Nearest]],
    ends: Sequence[float],
    far: Callable[[Nearest], float],
) -> tuple[Band, ...]:
    bands = []
    above = -math.inf
    for end in (*ends, math.inf):
        within = Count.of(row for row, near in reached if above < far(near) <= end)
        bands.append(Band(max(above, 0.0), None if math.isinf(end) else end, within))
        above = end
    return tuple(bands)


def weighted_quantile(pairs: Iterable[tuple[int, int]], share: float) -> int:
    """The least value that as much as the share of all weights does not exceed.

    Args:
        pairs: values with their weights, which add up to more than 0.
        share: from 0 to 1.
    """
    ordered = sorted(pairs)
    wanted = share * sum(weight for _, weight in ordered)
    reached = 0
    for value, weight in ordered:
        reached += weight
        if reached >= wanted:
            return value
    return ordered[-1][0]
