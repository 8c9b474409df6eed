"""The worst-served villages, and the one step that would help each of them most.

**Shortfall** of a village: the minutes by which its nearest point and its nearest station lie
beyond their standards, added up. Where no way leads to a level, a whole day stands for its minutes.
The centre does not count: nobody can bring it nearer.

**Steps** that are tried, each by itself and exactly, for roads do not change: opening a point that
is not served, opening a station that is not served, making a village's point a station. A site to
which no way leads from the centre on the day helps nobody, for nothing can be brought there. Best
is the step that takes most off the village's own shortfall; of equally good ones the lesser (point,
station, upgrade), then the one that takes most off all people's shortfalls together, then by code.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coop_service.domain.coverage import Level, Thresholds, VillageAccess, Ways
from coop_service.domain.network import Network
from coop_service.domain.problem import NO_ROAD
from coop_service.domain.records import Tier

UNREACHED_S: Final = 24 * 3600
"""Stands for the seconds to a level that no way leads to."""

_S_PER_MIN: Final = 60
_COLUMNS: Final = 256
"""Steps that are tried together: bounds the memory."""


class StepKind(IntEnum):
    """What is done, the lesser first."""

    OPEN_POINT = 0
    OPEN_STATION = 1
    UPGRADE = 2


@dataclass(frozen=True, slots=True)
class Step:
    """What would be done at a site, and what it would bring.

    Attributes:
        kind: what.
        site: where.
        point_s: seconds to the village's nearest point afterwards.
        station_s: likewise to its nearest station.
        gain_s: what it takes off the village's shortfall.
        people: in villages whose whole shortfall it takes away.
        person_s: what it takes off all people's shortfalls, each person counted once.
    """

    kind: StepKind
    site: str
    point_s: int
    station_s: int
    gain_s: int
    people: int
    person_s: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A village that is badly served.

    Attributes:
        row: its place among the villages.
        shortfall_s: beyond the standards of point and station.
        step: what would help most; None where nothing does.
    """

    row: int
    shortfall_s: int
    step: Step | None


def seconds_to(access: Sequence[VillageAccess], level: Level) -> NDArray[np.int64]:
    """Seconds to the nearest site of a level, shape (villages,)."""
    return np.array(
        [
            UNREACHED_S if (near := row.nearest[level]) is None else near.duration_s
            for row in access
        ],
        dtype=np.int64,
    )


def shortfalls_s(access: Sequence[VillageAccess], thresholds: Thresholds) -> NDArray[np.int64]:
    """Seconds beyond the standards of point and station, shape (villages,)."""
    point = _beyond(seconds_to(access, Level.POINT), thresholds.point_min)
    return point + _beyond(seconds_to(access, Level.STATION), thresholds.station_min)


def find_worst(
    now: Network,
    access: Sequence[VillageAccess],
    ways: Ways,
    thresholds: Thresholds,
    most: int,
) -> tuple[Shortfall, ...]:
    """The villages with the largest shortfalls, largest first, as many as are wanted.

    Of equal ones first the farther from a station, then those with more people, then by code.

    Args:
        now: the network as of the day.
        access: the villages.
        ways: between all sites of the three tiers; its places are those of ``ways.sites``.
        thresholds: the standards.
        most: how many are wanted.
    """
    short = shortfalls_s(access, thresholds)
    station_s = seconds_to(access, Level.STATION)
    order = sorted(
        np.flatnonzero(short > 0).tolist(),
        key=lambda row: (
            -short[row],
            -station_s[row],
            -access[row].population,
            access[row].village,
        ),
    )[:most]
    if not order:
        return ()
    trial = _Trial(now, access, ways, thresholds)
    return tuple(Shortfall(row, int(short[row]), trial.best(row)) for row in order)


class _Trial:
    """All steps, each with what it brings to everybody."""

    def __init__(
        self, now: Network, access: Sequence[VillageAccess], ways: Ways, thresholds: Thresholds
    ) -> None:
        self._thresholds = thresholds
        self._point_s = seconds_to(access, Level.POINT)
        self._station_s = seconds_to(access, Level.STATION)
        place = {code: i for i, code in enumerate(ways.places)}
        centre = place[now.centre.code]
        steps = [
            (kind, column)
            for column, code in enumerate(ways.sites)
            for kind in _kinds(now, code)
            # From the centre to the site, as goods come.
            if ways.duration_s[column, centre] != NO_ROAD
        ]
        self._kinds = [kind for kind, _ in steps]
        self._sites = [ways.sites[column] for _, column in steps]
        rows = [place[row.village] for row in access]
        columns = [column for _, column in steps]
        away_s = ways.duration_s[np.ix_(rows, columns)]
        self._away_s = np.where(away_s == NO_ROAD, UNREACHED_S, away_s)
        self._gives_station = np.array([kind is not StepKind.OPEN_POINT for kind in self._kinds])
        self._people = np.array([row.population for row in access], dtype=np.int64)
        self._short = shortfalls_s(access, thresholds)
        parts = [
            self._sums(slice(first, first + _COLUMNS)) for first in range(0, len(steps), _COLUMNS)
        ]
        self._person_s = [n for part in parts for n in part[0].tolist()]
        self._freed = [n for part in parts for n in part[1].tolist()]

    def best(self, row: int) -> Step | None:
        """The step that helps a village most; None where none does."""
        short, point_s, station_s = self._after(slice(row, row + 1), slice(None))
        gains = (self._short[row] - short[0]).tolist()
        most = max(gains, default=0)
        if most <= 0:
            return None
        best = min(
            (i for i, gain in enumerate(gains) if gain == most),
            key=lambda i: (self._kinds[i], -self._person_s[i], self._sites[i]),
        )
        return Step(
            self._kinds[best],
            self._sites[best],
            int(point_s[0, best]),
            int(station_s[0, best]),
            most,
            self._freed[best],
            self._person_s[best],
        )

    def _after(
        self, rows: slice, steps: slice
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Shortfall, seconds to point and station after each step, shape (villages, steps)."""
        away_s = self._away_s[rows, steps]
        point_s = np.minimum(self._point_s[rows, None], away_s)
        station_s = np.where(
            self._gives_station[steps],
            np.minimum(self._station_s[rows, None], away_s),
            self._station_s[rows, None],
        )
        short = _beyond(point_s, self._thresholds.point_min)
        return short + _beyond(station_s, self._thresholds.station_min), point_s, station_s

    def _sums(self, steps: slice) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        short, _, _ = self._after(slice(None), steps)
        is_freed = (short == 0) & (self._short[:, None] > 0)
        return self._people @ (self._short[:, None] - short), self._people @ is_freed


def _kinds(now: Network, code: str) -> tuple[StepKind, ...]:
    site, is_served = now.sites[code], now.is_served(code)
    if site.tier is Tier.STATION:
        return () if is_served else (StepKind.OPEN_STATION,)
    if site.tier is not Tier.VILLAGE_POINT:
        return ()
    return (StepKind.UPGRADE,) if is_served else (StepKind.OPEN_POINT, StepKind.UPGRADE)


def _beyond(seconds: NDArray[np.int64], standard_min: float) -> NDArray[np.int64]:
    # Seconds are whole, so that what is beyond the standard is beyond its whole seconds.
    return np.maximum(seconds - math.floor(round(standard_min * _S_PER_MIN, 6)), 0)
