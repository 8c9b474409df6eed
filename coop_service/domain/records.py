"""The records of a county as plain values: sites, roads, vans and orders.

The tables in :mod:`coop_service.store.tables` carry the same names; a test keeps the two from
drifting apart. Clock times are whole seconds after midnight, money is yuan.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from coop_service.domain.problem import AMBIENT, Direction


class Tier(IntEnum):
    """Level of a site in the three-tier network; a gateway lies outside the county."""

    CENTRE = 0
    STATION = 1
    VILLAGE_POINT = 2
    GATEWAY = 9


class VehicleSize(StrEnum):
    """Vehicle classes that roads tell apart, smallest first; also the names of travel profiles."""

    MICRO = "micro"
    VAN = "van"
    TRUCK = "truck"

    @property
    def rank(self) -> int:
        """Place in the order of size, 0 for the smallest."""
        return tuple(VehicleSize).index(self)


class CoordKind(StrEnum):
    """Where a position comes from; never shown without it."""

    REAL = "real"
    PROXY = "proxy"
    SYNTHETIC = "synthetic"


class ServiceMode(StrEnum):
    """How a site is served; the value is the wire name, ``zh`` what people read."""

    RESIDENT_POINT = "resident_point"
    COOP_OUTLET = "coop_outlet"
    POST_EXPRESS = "post_express"
    BUS_FREIGHT = "bus_freight"
    E_COMMERCE = "e_commerce"
    MOBILE = "mobile"

    @property
    def zh(self) -> str:
        """The Chinese term."""
        return {
            "resident_point": "驻村设点",
            "coop_outlet": "供销网点",
            "post_express": "邮快合作",
            "bus_freight": "客货邮",
            "e_commerce": "电商",
            "mobile": "流动车",
        }[self.value]


class SiteState(StrEnum):
    """Where a site stands in its life; the value is the wire name, ``zh`` what people read."""

    CANDIDATE = "candidate"
    PILOT = "pilot"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"

    @property
    def zh(self) -> str:
        """The Chinese term."""
        return {
            "candidate": "候选",
            "pilot": "试运行",
            "open": "运营",
            "suspended": "暂停",
            "closed": "关闭",
        }[self.value]

    @property
    def is_served(self) -> bool:
        """Whether a site in this state gives and gets goods."""
        return self in (SiteState.PILOT, SiteState.OPEN)


SiteLife = tuple[tuple[dt.date, SiteState], ...]
"""States of a site, each with the first day on which it holds, in the order of the days."""


@dataclass(frozen=True, slots=True)
class Site:
    """A node of the network. ``parent`` is the code of the site one tier up.

    ``life`` empty: open on every day. Before the first day that it names the site is a candidate.
    """

    code: str
    name: str
    tier: Tier
    kind: str
    parent: str | None
    lon: float
    lat: float
    coord_kind: CoordKind
    population: int
    population_kind: str
    open_s: int
    close_s: int
    service_mode: ServiceMode | None
    source: str
    pinyin: str = ""
    custom: Mapping[str, Any] | None = None
    life: SiteLife = ()

    def state_on(self, date: dt.date) -> SiteState:
        """Where the site stands in its life on a day."""
        if not self.life:
            return SiteState.OPEN
        begun = [state for first, state in self.life if first <= date]
        return begun[-1] if begun else SiteState.CANDIDATE


@dataclass(frozen=True, slots=True)
class Road:
    """A road between two sites, driven both ways unless ``one_way_to`` says otherwise.

    Attributes:
        largest_vehicle: the largest class that may use it.
        winter_factor: travel time in winter over travel time in summer, >= 1.
        closed_periods: first and last date (both included) on which it is closed.
        one_way_to: code of the end that it may be driven to; None where both ways are allowed.
    """

    u: str
    v: str
    road_class: str
    length_m: int
    speed_kmh: float
    largest_vehicle: VehicleSize
    winter_factor: float
    synthetic: bool
    source: str
    closed_periods: tuple[tuple[dt.date, dt.date], ...] = ()
    one_way_to: str | None = None


@dataclass(frozen=True, slots=True)
class Van:
    """A vehicle of the county's fleet; ``home`` is the site where it starts and ends."""

    code: str
    name: str
    size: VehicleSize
    kind: str
    plate: str
    home: str
    payload_kg: float
    volume_m3: float
    temperatures: tuple[str, ...]
    tags: tuple[str, ...]
    shift_start_s: int
    shift_end_s: int
    fixed_yuan: float
    per_km_yuan: float
    per_hour_yuan: float
    per_overtime_hour_yuan: float | None = None
    max_overtime_s: int = 0
    range_m: int | None = None
    max_trips: int = 1
    reload_s: int = 0
    active: bool = True
    default_costs: bool = True
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class DayOrder:
    """One consignment of one day, as the county's people book it.

    ``site`` is served from (or brought to) ``depot``; a transfer goes on to ``to_site``.
    ``key`` is the caller's own name for it, unique within the county.
    """

    key: str
    date: dt.date
    direction: Direction
    site: str
    depot: str
    weight_kg: float
    volume_m3: float
    pieces: int
    goods_class: str
    to_site: str | None = None
    temperature: str = AMBIENT
    windows_s: tuple[tuple[int, int], ...] = ()
    service_s: int = 0
    required_tags: tuple[str, ...] = ()
    max_on_board_s: int | None = None
    priority: int = 1
    drop_penalty_yuan: float | None = None
    identifier: str | None = None
    synthetic: bool = False
    custom: Mapping[str, Any] | None = field(default=None)
