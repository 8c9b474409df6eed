"""The coverage of a county on a day: every village, every township, the whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from coop_service.domain.coverage.summary import Summary, summarise
from coop_service.domain.coverage.thresholds import Thresholds
from coop_service.domain.coverage.villages import VillageAccess, find_access, townships_of
from coop_service.domain.network import Network
from coop_service.domain.records import VehicleSize


@dataclass(frozen=True, slots=True)
class Coverage:
    """A county's coverage on a day; every sum can be traced to ``villages``.

    Attributes:
        date: the day of sites and roads.
        thresholds: by which it was measured.
        villages: one row each.
        county: their sums.
        townships: the sums by the code of the township's station, in the order of the stations.
        stations_open: for each of these stations whether it is served on the day.
    """

    date: dt.date
    thresholds: Thresholds
    villages: tuple[VillageAccess, ...]
    county: Summary
    townships: Mapping[str, Summary]
    stations_open: Mapping[str, bool]


def measure_coverage(
    network: Network,
    date: dt.date,
    *,
    thresholds: Thresholds | None = None,
    base: Network | None = None,
    people_at: Mapping[str, str] | None = None,
    catchments_min: Mapping[str, float] | None = None,
    size: VehicleSize = VehicleSize.MICRO,
) -> Coverage:
    """Measure the coverage of a county on a day.

    Townships are those of the base, whatever the state of their station, and the villages whose
    parent it is.

    Args:
        network: what serves, see :func:`~coop_service.domain.coverage.villages.find_access`, also
            for the other arguments.
        date: the day.
        thresholds: standards and bands; assumptions of ours by default.
        base: which villages and townships there are; ``network`` by default.
        people_at: where the people of moved sites are.
        catchments_min: how far single sites cover, in place of the standard.
        size: vehicle class of the ways.

    Raises:
        UnknownSite: if ``network`` lacks a village or a station of the base.
    """
    thresholds = thresholds or Thresholds()
    now = network if network.date == date else network.as_of(date)
    rows = find_access(
        now,
        date,
        thresholds=thresholds,
        base=base,
        people_at=people_at,
        catchments_min=catchments_min,
        size=size,
    )
    stations = [site.code for site in townships_of(base or network)]
    return Coverage(
        date=date,
        thresholds=thresholds,
        villages=rows,
        county=summarise(rows, thresholds),
        townships={
            code: summarise([row for row in rows if row.township == code], thresholds)
            for code in stations
        },
        stations_open={code: now.is_served(code) for code in stations},
    )
