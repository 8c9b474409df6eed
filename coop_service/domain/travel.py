"""Fastest ways between all sites of a network, for each vehicle class, on one date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coop_service.domain.network import Network, UnknownSite
from coop_service.domain.problem import NO_ROAD, Profile
from coop_service.domain.records import Road, Site, VehicleSize
from coop_service.domain.shortest_paths import INFINITE
from coop_service.errors import CoopError, both

WINTER: Final = ((11, 15), (3, 15))
"""First and last day of winter as (month, day), both included; a road's ``winter_factor`` holds
then. An assumption, close to the local heating season."""


class NoRoad(LookupError, CoopError):
    """No way for a vehicle class between two sites on the date."""

    code = "no_road"

    def __init__(self, size: VehicleSize, origin: Site, destination: Site) -> None:
        super().__init__(
            both(
                f"{size} 车型当日无路从 {origin.name}({origin.code})"
                f"到 {destination.name}({destination.code})",
                f"no road for {size} from {origin.code} to {destination.code} on this date",
            )
        )


class NetworkTooLarge(ValueError, CoopError):
    """The roads are together too long for exact sums."""

    code = "network_too_large"


def is_winter(date: dt.date) -> bool:
    """Whether roads are slowed by their winter factor on a date."""
    first, last = WINTER
    return (date.month, date.day) >= first or (date.month, date.day) <= last


def is_closed(road: Road, date: dt.date) -> bool:
    """Whether a road is closed on a date."""
    return any(first <= date <= last for first, last in road.closed_periods)


def road_seconds(road: Road, *, winter: bool) -> int:
    """Driving time along a road in whole seconds, at least 1.

    The one place where travel is rounded: a way's duration is the exact sum of its roads', so
    that no detour over a third site is ever shorter than the direct entry of a matrix.
    """
    factor = road.winter_factor if winter else 1.0
    return max(1, round(road.length_m * 3.6 / road.speed_kmh * factor))


class Travel:
    """All shortest paths of a network on one date.

    A way is the fastest one, and of several equally fast ones the shortest. Roads too narrow for
    the class and roads closed on the date are left out. All classes are worked out together when
    the first is asked for, and kept.
    """

    def __init__(self, network: Network, date: dt.date) -> None:
        self.network = network
        self.date = date
        rows: list[int] = network.elimination.row.tolist()
        self._row: dict[str, int] = dict(zip(network.sites, rows, strict=True))

    def profile(self, size: VehicleSize, codes: Sequence[str]) -> Profile:
        """Matrices of shape (codes, codes) in the order of ``codes``, which may repeat.

        Entries are ``NO_ROAD`` where the class cannot get from the row's site to the column's.

        Raises:
            UnknownSite: if the network lacks one of the codes.
        """
        rows = np.array([self._row_of(code) for code in codes], dtype=np.intp)
        weights = self._ways[size.rank][np.ix_(rows, rows)]
        duration_s, distance_m = weights >> self._metre_bits, weights & (1 << self._metre_bits) - 1
        unreached = weights == INFINITE
        duration_s[unreached] = NO_ROAD
        distance_m[unreached] = NO_ROAD
        return Profile(duration_s, distance_m)

    def path(self, size: VehicleSize, origin: str, destination: str) -> tuple[str, ...]:
        """Codes of the sites on the way, both ends included; one code where they are the same.

        Raises:
            NoRoad: if the class cannot get there on the date.
            UnknownSite: if the network lacks one of the codes.
        """
        here, end = self._row_of(origin), self._row_of(destination)
        ahead = self._ways[size.rank][:, end]
        if ahead[here] == INFINITE:
            raise NoRoad(size, self.network.sites[origin], self.network.sites[destination])
        weights = self._weights[:, size.rank]
        path = [origin]
        while here != end:
            # Sums are exact: a road lies on the way if and only if it and the rest add up.
            code, here = next(
                (code, row)
                for code, row, road, way in self._neighbours[here]
                if weights[way, road] + ahead[row] == ahead[here]
            )
            path.append(code)
        return tuple(path)

    def roads(self, size: VehicleSize, origin: str, destination: str) -> tuple[Road, ...]:
        """The roads of the way, in order; none where both ends are the same.

        Raises:
            NoRoad: if the class cannot get there on the date.
            UnknownSite: if the network lacks one of the codes.
        """
        path = self.path(size, origin, destination)
        return tuple(self.network.road(u, v) for u, v in pairwise(path))

    def line(
        self, size: VehicleSize, origin: str, destination: str
    ) -> tuple[tuple[float, float], ...]:
        """The way as positions (lon, lat) in WGS-84 degrees, straight between the sites on it.

        At least two positions, so that it always is a valid line: a way from a site to itself
        gives the site's position twice.

        Raises:
            NoRoad: if the class cannot get there on the date.
            UnknownSite: if the network lacks one of the codes.
        """
        sites = [self.network.sites[code] for code in self.path(size, origin, destination)]
        positions = tuple((site.lon, site.lat) for site in sites)
        return positions if len(positions) > 1 else positions * 2

    def _row_of(self, code: str) -> int:
        try:
            return self._row[code]
        except KeyError:
            raise UnknownSite(code) from None

    @cached_property
    def _neighbours(self) -> list[list[tuple[str, int, int, int]]]:
        """By a site's row its neighbours: code, row, which road leads there, and whether back."""
        neighbours: list[list[tuple[str, int, int, int]]] = [[] for _ in self._row]
        for i, road in enumerate(self.network.roads):
            u, v = self._row[road.u], self._row[road.v]
            neighbours[u].append((road.v, v, i, 0))
            neighbours[v].append((road.u, u, i, 1))
        return neighbours

    @cached_property
    def _metre_bits(self) -> int:
        """Bits of a weight that hold its metres; the seconds are above them."""
        return sum(road.length_m for road in self.network.roads).bit_length()

    @cached_property
    def _weights(self) -> NDArray[np.int64]:
        """Weight of each road by direction and class, shape (2, classes, roads): there and back.

        ``INFINITE`` where it is barred.
        Seconds and metres share one weight, so that one search minimises seconds first and metres
        second, and its sums give both exactly.
        """
        roads, winter = self.network.roads, is_winter(self.date)
        seconds = [road_seconds(road, winter=winter) for road in roads]
        if (sum(seconds) + 1) << self._metre_bits > INFINITE:
            raise NetworkTooLarge(
                both(
                    "道路总长过大,无法精确求和;请分县建网",
                    "the roads are together too long for exact sums; use one network per county",
                )
            )
        weights = (np.array(seconds, dtype=np.int64) << self._metre_bits) + np.array(
            [road.length_m for road in roads], dtype=np.int64
        )
        rank = {size: size.rank for size in VehicleSize}
        largest = np.array(
            [-1 if is_closed(road, self.date) else rank[road.largest_vehicle] for road in roads],
            dtype=np.int64,
        )
        fits = largest >= np.array(list(rank.values()))[:, None]
        allowed = np.array(
            [[road.one_way_to in (None, end) for road in roads for end in (road.v, road.u)]],
            dtype=bool,
        )
        allowed = allowed.reshape(len(roads), 2).T[:, None]
        return np.where(fits & allowed, weights, INFINITE)

    @cached_property
    def _ways(self) -> NDArray[np.int64]:
        """Weights of all ways, shape (classes, sites, sites), in the rows of the elimination."""
        there, back = self._weights
        is_two_way = all(road.one_way_to is None for road in self.network.roads)
        return self.network.elimination.all_pairs(there, None if is_two_way else back)
