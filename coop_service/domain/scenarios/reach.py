"""Who is served by a station, how far it is, and what changes elsewhere do not change.

Coverage is the share of the people whose nearest served station, or the centre, is no farther in
driving time than that station covers: its catchment, else the standard. The people are those of the
village points before any change, and where they were then; so a change of stations alone changes
it, and a further station can only raise it. See :mod:`coop_service.domain.coverage`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from coop_service.domain.coverage import Level, Thresholds, find_access, summarise
from coop_service.domain.network import Network
from coop_service.domain.scenarios.alternative import Alternative


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage and minutes to service.

    Attributes:
        covered_share: people covered, of all, 0-1.
        covered_people: how many.
        covered_villages: village points covered.
        mean_min: driving minutes to the nearest station, mean over the people that are reached.
        p90_min: nine tenths of these people have no farther.
        max_min: of the farthest village point that is reached.
        nearest: by village point: nearest station, its driving minutes (both None where no way
            leads there), and whether covered.
    """

    covered_share: float
    covered_people: int
    covered_villages: int
    mean_min: float
    p90_min: float
    max_min: float
    nearest: Mapping[str, tuple[str | None, float | None, bool]]


def find_coverage(
    base: Network, alternative: Alternative, date: dt.date, standard_min: float
) -> Coverage:
    """Coverage of a county's people by the stations of an alternative.

    Args:
        base: the county before any change: its village points are where people are.
        alternative: its served stations and its centre are what serves them.
        date: of sites and roads.
        standard_min: how far a station covers that has no catchment of its own.
    """
    thresholds = Thresholds(station_min=standard_min)
    rows = find_access(
        alternative.network,
        date,
        thresholds=thresholds,
        base=base,
        people_at=alternative.people_at,
        catchments_min=alternative.catchments_min,
    )
    county = summarise(rows, thresholds)
    stations = county.levels[Level.STATION]
    nearest = {}
    for row in rows:
        near, is_covered = row.nearest[Level.STATION], row.covered_by[Level.STATION] > 0
        nearest[row.village] = (
            (near.site, near.minutes, is_covered) if near is not None else (None, None, is_covered)
        )
    return Coverage(
        covered_share=stations.covered.people / max(county.all.people, 1),
        covered_people=stations.covered.people,
        covered_villages=stations.covered.units,
        mean_min=stations.mean_min or 0.0,
        p90_min=stations.p90_min or 0.0,
        max_min=stations.max_min or 0.0,
        nearest=nearest,
    )
