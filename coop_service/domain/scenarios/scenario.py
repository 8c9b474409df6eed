"""A scenario: what is changed in a county, on which days it is tried, and how it is planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from coop_service.domain.coverage.thresholds import STATION_MIN
from coop_service.domain.problem import ModeSetting
from coop_service.domain.records import Tier

DEFAULT_STANDARD_MIN: Final = STATION_MIN
"""A village is covered where a station is no farther, unless the scenario or a station says so."""


class ChangeKind(StrEnum):
    """What is done to a station."""

    ADD = "add"
    CLOSE = "close"
    MOVE = "move"
    UPGRADE = "upgrade"


class FleetChangeKind(StrEnum):
    """What is done to vans."""

    ADD = "add"
    REMOVE = "remove"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class StationChange:
    """One change of a station or village point; what is None stays as it is.

    Attributes:
        change: what is done.
        site: code of the site. To add one that the network has (a candidate, a closed one) its
            code is enough; a new one needs ``lon`` and ``lat``, and ``parent`` where it is a
            village point.
        name: of a new site; its code by default.
        lon: degrees, WGS-84; where a new or moved site is.
        lat: likewise.
        tier: 1 station, 2 village point.
        parent: the station that a new village point belongs to.
        population: of a new site.
        road_to: the site that a new or moved one is joined to; the nearest in a straight line by
            default.
        road_km: length of that road; the straight line times
            :data:`~coop_service.domain.scenarios.alternative.DETOUR` by default.
        open_s: opening, seconds after midnight.
        close_s: closing.
        floor_m3: room for goods where the station is a hub.
        catchment_min: the station covers what is no farther, in place of the scenario's standard;
            village points within it that no other station is nearer to belong to it, and go over it
            where it is a hub.
    """

    change: ChangeKind
    site: str
    name: str | None = None
    lon: float | None = None
    lat: float | None = None
    tier: Tier | None = None
    parent: str | None = None
    population: int | None = None
    road_to: str | None = None
    road_km: float | None = None
    open_s: int | None = None
    close_s: int | None = None
    floor_m3: float | None = None
    catchment_min: float | None = None


@dataclass(frozen=True, slots=True)
class FleetChange:
    """One change of the fleet.

    Attributes:
        change: what is done.
        vans: codes of those that are removed or moved.
        like: code of the van that added ones are like.
        count: how many are added.
        home: where added or moved ones are based.
    """

    change: FleetChangeKind
    vans: tuple[str, ...] = ()
    like: str | None = None
    count: int = 1
    home: str | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """The days that a scenario is tried on.

    Attributes:
        days: how many, one after the other.
        seed: of all orders.
        first: the first day; the scenario's date by default.
        level: factor of the volume and weight that are ordered, 1: as on a demo day.
    """

    days: int = 10
    seed: int = 1
    first: dt.date | None = None
    level: float = 1.0


@dataclass(frozen=True, slots=True)
class Search:
    """How each day is planned: by rounds, which repeat exactly, or by seconds, which do not.

    One of the two is None. ``threads``: how many search side by side in one plan.
    ``plain_plans``: where rounds are counted, a day with hubs is made of about so many plain plans
    of as many rounds each.
    """

    iterations: int | None = 10
    seconds: float | None = None
    seed: int = 1
    threads: int = 1
    plain_plans: int = 3


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario.

    Attributes:
        name: of the scenario.
        network: folder of the base network.
        county: its area code.
        date: day as of which the network is read, and on which the changes take effect.
        stations: changes of stations, made one after the other.
        fleet: changes of the fleet, made after those of the stations.
        modes: how townships with vans of their own are served, by the station's code.
        demand: the days.
        search: how they are planned.
        standard_min: a village is covered by a station that is no farther.
    """

    name: str
    network: str
    county: str
    date: dt.date
    stations: tuple[StationChange, ...] = ()
    fleet: tuple[FleetChange, ...] = ()
    modes: Mapping[str, ModeSetting] = field(default_factory=dict)
    demand: Demand = Demand()
    search: Search = Search()
    standard_min: float = DEFAULT_STANDARD_MIN

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The days that it is tried on."""
        first = self.demand.first or self.date
        return tuple(first + dt.timedelta(days=n) for n in range(self.demand.days))
