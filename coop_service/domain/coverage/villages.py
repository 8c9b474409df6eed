"""Each village's own figures: what is nearest on every level, and how many sites cover it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from coop_service.domain.coverage.thresholds import Level, Thresholds
from coop_service.domain.coverage.ways import Ways, find_ways
from coop_service.domain.network import Network
from coop_service.domain.problem import NO_ROAD
from coop_service.domain.records import ServiceMode, Site, Tier, VehicleSize

COMMUNITY_KIND = "community"
UNIT_KINDS = frozenset({"village", COMMUNITY_KIND})
"""Kinds of sites that are an administrative unit themselves, also where one is a station."""


class Unit(StrEnum):
    """What a village is to the administration."""

    VILLAGE = "village"
    COMMUNITY = "community"

    @classmethod
    def of(cls, site: Site) -> Unit:
        """Community (社区) by the site's kind, administrative village (行政村) otherwise."""
        return cls.COMMUNITY if site.kind == COMMUNITY_KIND else cls.VILLAGE


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest site of a level, and the way from there to the village."""

    site: str
    duration_s: int
    distance_m: int

    @property
    def minutes(self) -> float:
        """Road minutes."""
        return self.duration_s / 60

    @property
    def km(self) -> float:
        """Road kilometres of the fastest way."""
        return self.distance_m / 1000


@dataclass(frozen=True, slots=True)
class VillageAccess:
    """A village's service.

    Attributes:
        village: code.
        township: code of the station that it belongs to, open or not.
        unit: administrative village or community.
        population: people.
        has_point: its own point is served on the day.
        service_mode: how its own point is served; None where it has none or nobody said.
        nearest: by level; None where no way leads there.
        covered_by: by level, how many sites cover it: no farther than the standard, or than the
            catchment of their own. From 2 on it has backup cover.
    """

    village: str
    township: str | None
    unit: Unit
    population: int
    has_point: bool
    service_mode: ServiceMode | None
    nearest: Mapping[Level, Nearest | None]
    covered_by: Mapping[Level, int]


def find_access(
    network: Network,
    date: dt.date,
    *,
    thresholds: Thresholds | None = None,
    base: Network | None = None,
    people_at: Mapping[str, str] | None = None,
    catchments_min: Mapping[str, float] | None = None,
    size: VehicleSize = VehicleSize.MICRO,
) -> tuple[VillageAccess, ...]:
    """The service of each village on a day.

    Args:
        network: what serves: its sites as of the day, its roads on it.
        date: the day.
        thresholds: the standards; assumptions of ours by default.
        base: says which villages there are, their people and townships; where a county is changed,
            the one before the change. ``network`` itself by default.
        people_at: where in ``network`` the people of a village are, if not at the site of its code.
        catchments_min: how far single sites cover, in place of the standard, by code.
        size: vehicle class of the ways.

    Returns:
        In the order of the base's village points.

    Raises:
        UnknownSite: if ``network`` lacks a village of the base.
    """
    now = network if network.date == date else network.as_of(date)
    villages = units_of(base or now)
    places = [(people_at or {}).get(site.code, site.code) for site in villages]
    # Sorted, so that of equally near sites the first is that of the least code.
    servers = sorted(site.code for tier in Level.POINT.tiers for site in now.tier(tier))
    ways = find_ways(now, date, places, servers, size)
    return access_by(now, villages, ways, thresholds=thresholds, catchments_min=catchments_min)


def units_of(network: Network) -> tuple[Site, ...]:
    """The administrative villages and communities: where people live, whatever serves them.

    All sites of the village tier, and stations that a village's or a community's point has become.
    """
    return tuple(
        site
        for site in network.sites.values()
        if site.tier is Tier.VILLAGE_POINT
        or (site.tier is Tier.STATION and site.kind in UNIT_KINDS)
    )


def townships_of(network: Network) -> tuple[Site, ...]:
    """The townships, by their stations, open or not; a village that became a station is none."""
    return tuple(
        site
        for site in network.sites.values()
        if site.tier is Tier.STATION and site.kind not in UNIT_KINDS
    )


def access_by(
    now: Network,
    villages: Sequence[Site],
    ways: Ways,
    *,
    thresholds: Thresholds | None = None,
    catchments_min: Mapping[str, float] | None = None,
) -> tuple[VillageAccess, ...]:
    """The service of villages, by ways that are known already.

    Args:
        now: what serves, as of its day.
        villages: whom it serves.
        ways: to a place for each village, in their sequence, from at least all sites that are
            served, in the sequence of their codes; from others they are left alone.
        thresholds: as in :func:`find_access`.
        catchments_min: likewise.

    Raises:
        UnknownSite: if ``now`` lacks a village.
    """
    thresholds = thresholds or Thresholds()
    columns = {
        level: [
            i
            for i, code in enumerate(ways.sites)
            if now.sites[code].tier in level.tiers and now.is_served(code)
        ]
        for level in Level
    }
    nearest = {level: _nearest(ways, columns[level]) for level in Level}
    covers = {
        level: _count_covering(
            ways, columns[level], thresholds.standard_min(level), catchments_min or {}
        )
        for level in Level
    }
    return tuple(
        VillageAccess(
            village=site.code,
            township=site.parent,
            unit=Unit.of(site),
            population=site.population,
            has_point=now.is_served(site.code),
            service_mode=now.site(site.code).service_mode if now.is_served(site.code) else None,
            nearest={level: nearest[level][row] for level in Level},
            covered_by={level: covers[level][row] for level in Level},
        )
        for row, site in enumerate(villages)
    )


def _nearest(ways: Ways, columns: Sequence[int]) -> list[Nearest | None]:
    found: list[Nearest | None] = []
    for duration_s, distance_m in zip(
        ways.duration_s[:, columns], ways.distance_m[:, columns], strict=True
    ):
        reached = np.flatnonzero(duration_s != NO_ROAD)
        if not len(reached):
            found.append(None)
            continue
        # lexsort is stable: what is equal in both keeps the order of the columns.
        best = reached[np.lexsort((distance_m[reached], duration_s[reached]))[0]]
        found.append(
            Nearest(ways.sites[columns[best]], int(duration_s[best]), int(distance_m[best]))
        )
    return found


def _count_covering(
    ways: Ways, columns: Sequence[int], standard_min: float, catchments_min: Mapping[str, float]
) -> list[int]:
    limits_min = np.array(
        [catchments_min.get(ways.sites[column], standard_min) for column in columns]
    )
    counts: list[int] = (ways.minutes[:, columns] <= limits_min).sum(axis=1).tolist()
    return counts
