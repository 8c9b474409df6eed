"""Road seconds and metres between the sites that serve and the places that are served."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coop_service.domain.network import Network
from coop_service.domain.problem import NO_ROAD
from coop_service.domain.records import VehicleSize
from coop_service.domain.travel import Travel


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """The fastest ways from sites to places; of equally fast ones the shortest.

    Attributes:
        places: codes of what is served, the rows.
        sites: codes of what serves, the columns.
        duration_s: whole seconds, shape (places, sites); ``NO_ROAD`` where there is no way.
        distance_m: whole metres of the same ways, likewise.
    """

    places: tuple[str, ...]
    sites: tuple[str, ...]
    duration_s: NDArray[np.int64]
    distance_m: NDArray[np.int64]

    def to(self, rows: Sequence[int]) -> Ways:
        """Those to the places of some rows."""
        return Ways(
            tuple(self.places[row] for row in rows),
            self.sites,
            self.duration_s[rows],
            self.distance_m[rows],
        )

    @property
    def minutes(self) -> NDArray[np.float64]:
        """Minutes, shape (places, sites); infinite where there is no way."""
        return np.where(self.duration_s == NO_ROAD, np.inf, self.duration_s / 60)

    @property
    def km(self) -> NDArray[np.float64]:
        """Kilometres of the fastest ways, shape (places, sites); infinite where there is none."""
        return np.where(self.distance_m == NO_ROAD, np.inf, self.distance_m / 1000)


def find_ways(
    network: Network,
    date: dt.date,
    places: Sequence[str],
    sites: Sequence[str],
    size: VehicleSize = VehicleSize.MICRO,
) -> Ways:
    """The ways of a vehicle class from sites to places on a day.

    Args:
        network: with all of them, served or not.
        date: of the roads: winter and closed periods.
        places: codes of what is served.
        sites: codes of what serves.
        size: vehicle class; the smallest may use every road.

    Raises:
        UnknownSite: if the network lacks one of the codes.
    """
    profile = Travel(network, date).profile(size, [*sites, *places])
    count = len(sites)
    return Ways(
        tuple(places),
        tuple(sites),
        np.ascontiguousarray(profile.duration_s[:count, count:].T),
        np.ascontiguousarray(profile.distance_m[:count, count:].T),
    )


def find_all_ways(
    network: Network, date: dt.date, codes: Sequence[str], size: VehicleSize = VehicleSize.MICRO
) -> Ways:
    """The ways between all of some sites, in both directions: places and sites are the same.

    Args:
        network: with all of them, served or not.
        date: of the roads.
        codes: of the sites.
        size: vehicle class.

    Raises:
        UnknownSite: if the network lacks one of the codes.
    """
    profile = Travel(network, date).profile(size, codes)
    return Ways(tuple(codes), tuple(codes), profile.duration_s.T, profile.distance_m.T)
