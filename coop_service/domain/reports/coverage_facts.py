"""All that the coverage report tells, measured once: figures and tables only read it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from coop_service.domain.coverage import (
    Level,
    Summary,
    VillageAccess,
    access_by,
    find_all_ways,
    summarise,
    townships_of,
    units_of,
)
from coop_service.domain.network import Network
from coop_service.domain.records import Site, Tier
from coop_service.domain.reports.coverage_access import (
    Floating,
    Supply,
    find_floating,
    supplies_of,
)
from coop_service.domain.reports.coverage_help import Shortfall, find_worst, shortfalls_s
from coop_service.domain.reports.coverage_options import CoverageOptions
from coop_service.domain.reports.coverage_service import ServicePeriod

SYNTHETIC: Final = "synthetic"
"""Word in a site's ``population_kind`` where its number of people is made up."""

PER: Final = 1000
"""People that access is told for."""


@dataclass(frozen=True, slots=True)
class Group:
    """A township, or the county.

    Attributes:
        township: its station; None for the county and for units that belong to no township.
        rows: places of its units among the villages.
        summary: their sums.
    """

    township: Site | None
    rows: tuple[int, ...]
    summary: Summary


@dataclass(frozen=True, slots=True)
class CoverageFacts:
    """A county's coverage on a day.

    Attributes:
        now: the network as of the day.
        date: the day.
        options: what is measured by.
        sites: of the units, administrative villages and communities.
        access: what is near to each of them, in their sequence.
        shortfalls_s: beyond the standards of point and station, likewise.
        county: all units.
        townships: by township, in the order of the network; last the units of none, if any.
        period: what was planned.
        supplies: of the stations and the centre that are served.
        floating: access of each unit to them, in the sequence of the units.
        worst: the worst-served.
        served_by: by station, the centre among them, the units that it is the nearest one for.
    """

    now: Network
    date: dt.date
    options: CoverageOptions
    sites: tuple[Site, ...]
    access: tuple[VillageAccess, ...]
    shortfalls_s: tuple[int, ...]
    county: Group
    townships: tuple[Group, ...]
    period: ServicePeriod
    supplies: tuple[Supply, ...]
    floating: Floating
    worst: tuple[Shortfall, ...]
    served_by: Mapping[str, tuple[int, ...]]

    @property
    def has_plans(self) -> bool:
        """Whether any day of the period has a plan."""
        return bool(self.period.days)

    @property
    def has_synthetic_people(self) -> bool:
        """Whether the number of people of any unit is made up."""
        return any(SYNTHETIC in site.population_kind for site in self.sites)

    def open_townships(self) -> tuple[Group, ...]:
        """Those whose station is served."""
        return tuple(
            group
            for group in self.townships
            if group.township is not None and self.now.is_served(group.township.code)
        )

    def codes(self, rows: Sequence[int]) -> tuple[str, ...]:
        """Codes of units."""
        return tuple(self.sites[row].code for row in rows)

    def goods_in_reach_m3(self, rows: Sequence[int]) -> float:
        """People times access, summed over units: what the stations have for them, m3."""
        return math.fsum(self.access[row].population * self.floating.access[row] for row in rows)


def measure_facts(
    network: Network, date: dt.date, options: CoverageOptions, period: ServicePeriod
) -> CoverageFacts:
    """Measure a county on a day.

    Args:
        network: the county's sites and roads.
        date: the day of both.
        options: what is measured by.
        period: what was planned, for service days and next-day reach.

    Raises:
        InvalidInput: with every site that states a bad floor.
    """
    now = network if network.date == date else network.as_of(date)
    tiers = (Tier.CENTRE, Tier.STATION, Tier.VILLAGE_POINT)
    ways = find_all_ways(
        now, date, sorted(site.code for site in now.sites.values() if site.tier in tiers)
    )
    place = {code: i for i, code in enumerate(ways.places)}
    sites = units_of(now)
    unit_ways = ways.to([place[site.code] for site in sites])
    access = access_by(now, sites, unit_ways, thresholds=options.thresholds)
    stations = [site for tier in Level.STATION.tiers for site in now.tier(tier)]
    supplies = supplies_of(sorted(stations, key=lambda site: site.code), options.floor_m3)
    return CoverageFacts(
        now=now,
        date=date,
        options=options,
        sites=sites,
        access=access,
        shortfalls_s=tuple(shortfalls_s(access, options.thresholds).tolist()),
        county=_group(None, range(len(access)), access, options),
        townships=_group_by_township(now, access, options),
        period=period,
        supplies=supplies,
        floating=find_floating(
            unit_ways, [row.population for row in access], supplies, options.catchment_min
        ),
        worst=find_worst(now, access, ways, options.thresholds, options.worst),
        served_by=_served_by(access),
    )


def _served_by(access: Sequence[VillageAccess]) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for row, each in enumerate(access):
        near = each.nearest[Level.STATION]
        if near is not None:
            found.setdefault(near.site, []).append(row)
    return {code: tuple(rows) for code, rows in found.items()}


def _group(
    township: Site | None,
    rows: Sequence[int],
    access: Sequence[VillageAccess],
    options: CoverageOptions,
) -> Group:
    return Group(
        township, tuple(rows), summarise([access[row] for row in rows], options.thresholds)
    )


def _group_by_township(
    now: Network, access: Sequence[VillageAccess], options: CoverageOptions
) -> tuple[Group, ...]:
    townships = townships_of(now)
    rows: dict[str | None, list[int]] = {site.code: [] for site in townships}
    for row, each in enumerate(access):
        rows.setdefault(each.township if each.township in rows else None, []).append(row)
    groups = [_group(site, rows[site.code], access, options) for site in townships]
    if None in rows:
        groups.append(_group(None, rows[None], access, options))
    return tuple(groups)
