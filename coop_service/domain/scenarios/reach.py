"""Who is served by a station, how far it is, and what changes elsewhere do not change.

Coverage is the share of the people whose nearest served station, or the centre, is no farther in
driving time than that station covers: its catchment, else the standard. The people are those of the
village points before any change, and where they were then; so a change of stations alone changes
it, and a further station can only raise it.

Driving is that of the smallest vehicle class, which may use every road, on the roads of the day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from coop_service.domain.network import Network
from coop_service.domain.problem import NO_ROAD
from coop_service.domain.records import Tier, VehicleSize
from coop_service.domain.scenarios.alternative import Alternative
from coop_service.domain.travel import Travel


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage and minutes to service.

    Attributes:
        covered_share: people covered, of all, 0-1.
        covered_people: how many.
        covered_villages: village points covered.
        mean_min: driving minutes to the nearest station, mean over the people.
        p90_min: nine tenths of the people have no farther.
        max_min: of the farthest village point.
        nearest: by village point: nearest station, its driving minutes, and whether covered.
    """

    covered_share: float
    covered_people: int
    covered_villages: int
    mean_min: float
    p90_min: float
    max_min: float
    nearest: Mapping[str, tuple[str, float, bool]]


def find_coverage(
    base: Network, alternative: Alternative, date: dt.date, standard_min: float
) -> Coverage:
    """Coverage of a county's people by the stations of an alternative.

    Args:
        base: the county before any change: its village points are where people are.
        alternative: its served stations and its centre are what serves them.
        date: of the roads.
        standard_min: how far a station covers that has no catchment of its own.
    """
    network = alternative.network
    villages = [site.code for site in base.tier(Tier.VILLAGE_POINT)]
    people = np.array([base.sites[code].population for code in villages], dtype=float)
    places = [alternative.people_at.get(code, code) for code in villages]
    stations = [network.centre.code, *(site.code for site in network.tier(Tier.STATION))]
    codes = [*stations, *places]
    duration_s = Travel(network, date).profile(VehicleSize.MICRO, codes).duration_s
    minutes = duration_s[: len(stations), len(stations) :] / 60
    minutes[duration_s[: len(stations), len(stations) :] == NO_ROAD] = np.inf
    limits_min = np.array([alternative.catchments_min.get(c, standard_min) for c in stations])
    covered = (minutes <= limits_min[:, None]).any(axis=0)
    nearest = minutes.argmin(axis=0)
    least_min = minutes.min(axis=0)
    total = max(people.sum(), 1.0)
    return Coverage(
        covered_share=float(people[covered].sum() / total),
        covered_people=int(people[covered].sum()),
        covered_villages=int(covered.sum()),
        mean_min=float((people * least_min).sum() / total),
        p90_min=_weighted_quantile(least_min, people, 0.9),
        max_min=float(least_min.max()),
        nearest={
            code: (stations[nearest[i]], float(least_min[i]), bool(covered[i]))
            for i, code in enumerate(villages)
        },
    )


def _weighted_quantile(values: np.ndarray, weights: np.ndarray, share: float) -> float:  # type: ignore[type-arg]
    """The least value that the share of the weights does not exceed."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) >= share * weights.sum()
    return float(values[order][int(np.argmax(reached))])
