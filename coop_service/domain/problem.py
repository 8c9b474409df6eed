"""One day's routing problem as a value: what to carry, by which vehicles, under which rules.

Units are in the names: ``_s`` whole seconds (times count from the day's midnight), ``_m`` whole
metres, money in yuan. The wire form of these values is in :mod:`coop_service.documents`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

NO_ROAD: Final = -1
"""Entry of a matrix where the vehicle may not drive from the row's location to the column's."""

LOAD_TOLERANCE: Final = 1e-6
"""Two loads that differ by no more than this are equal."""

AMBIENT: Final = "ambient"

Window = tuple[int, int]
"""First and last second, both included."""

Load = Mapping[str, float]
"""Amount by named unit, e.g. ``{"weight_kg": 35, "volume_m3": 0.2}``."""


class Direction(StrEnum):
    """Down to the villages, up to the centre, or from one stop to another."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"
    TRANSFER = "transfer"


class Mode(StrEnum):
    """How a township's goods go: by one vehicle all the way, or over its hub by two."""

    DIRECT = "direct"
    RELAY = "relay"


class ModeSetting(StrEnum):
    """What is asked of a township's mode: the better one, or one that is fixed."""

    AUTO = "auto"
    DIRECT = "direct"
    RELAY = "relay"


class InboundDay(StrEnum):
    """When the trunk takes what the branch vans bring to the hub."""

    SAME_DAY = "same_day"
    NEXT_DAY = "next_day"


@dataclass(frozen=True, eq=False)
class Profile:
    """Travel of one vehicle class between locations.

    Attributes:
        duration_s: int64 array, shape (locations, locations), row to column.
        distance_m: int64 array of the same shape. ``NO_ROAD`` in either forbids the leg.
    """

    duration_s: NDArray[np.int64]
    distance_m: NDArray[np.int64]
    custom: Mapping[str, Any] | None = None

    def allows(self, origin: int, destination: int) -> bool:
        """Whether the vehicle may drive straight from one location to the other."""
        return bool(
            self.duration_s[origin, destination] != NO_ROAD
            and self.distance_m[origin, destination] != NO_ROAD
        )


@dataclass(frozen=True, slots=True)
class Depot:
    """Where trips start and end; departures and returns lie within its opening.

    Attributes:
        docks: at most so many vehicles are being loaded at one moment; None: any number. Here a
            vehicle is loaded for its ``reload_s`` before each departure, also before the first.
        packing_cutoff_s: trips that bring inbound goods here return no later; None: at any time.
    """

    id: str
    location: int
    open_s: int
    close_s: int
    docks: int | None = None
    packing_cutoff_s: int | None = None
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Costs:
    """What a vehicle costs: ``fixed`` yuan once a day if used, the rest per unit of use.

    ``per_overtime_hour`` None: overtime is not allowed, whatever ``max_overtime_s`` says.
    """

    fixed: float = 0.0
    per_km: float = 0.0
    per_hour: float = 0.0
    per_overtime_hour: float | None = None
    max_overtime_s: int = 0
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class OnBoard:
    """An order on board of a van on the road.

    ``since_s``: end of service where it was collected; of an outbound order, departure from its
    depot.
    """

    order: str
    since_s: int
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Underway:
    """A van on the road: the plan covers the rest of its day, which must bring it home.

    At ``time_s`` it stands at the matrix index ``location``, its service there over, ready to
    drive or to rest. What it has done is counted and is not judged again.

    Attributes:
        departed_s: first departure of the day, no later than ``time_s``.
        trips_done: trips that were over before the present one.
        driven_since_rest_s: driven since the last rest that was long enough.
        driven_s: driven today; ``distance_m`` likewise.
        lunch_taken: no lunch is due any more.
        on_board: goods on board now. Outbound orders and transfers are left at their stops on the
            present trip by this van alone, or left out and brought back; inbound orders are
            collected already and reach their depot at the end of the present trip.
    """

    location: int
    time_s: int
    departed_s: int
    trips_done: int = 0
    driven_since_rest_s: int = 0
    driven_s: int = 0
    distance_m: int = 0
    lunch_taken: bool = False
    on_board: tuple[OnBoard, ...] = ()
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle for the day; a unit that ``capacity`` does not name is not limited.

    Attributes:
        underway: None: it has not left yet.
        first_stops: its day, or the rest of it, begins with visits to exactly these stops in this
            order; a stop whose orders are all left out is passed over.
    """

    id: str
    profile: str
    start_depot: str
    end_depot: str
    capacity: Load
    shift_s: Window
    costs: Costs
    tags: frozenset[str] = frozenset()
    temperatures: frozenset[str] = frozenset({AMBIENT})
    max_trips: int = 1
    reload_s: int = 0
    max_distance_m: int | None = None
    max_work_s: int | None = None
    underway: Underway | None = None
    first_stops: tuple[str, ...] = ()
    custom: Mapping[str, Any] | None = None

    @property
    def overtime_limit_s(self) -> int:
        """Seconds after the shift's end at which the last return may still be."""
        return 0 if self.costs.per_overtime_hour is None else self.costs.max_overtime_s


@dataclass(frozen=True, slots=True)
class Stop:
    """A place where orders are served in one visit; no windows means any time.

    ``locked_vehicle``: the only vehicle that may visit it; None: any.
    """

    id: str
    location: int
    service_s: int = 0
    time_windows_s: tuple[Window, ...] = ()
    required_tags: frozenset[str] = frozenset()
    locked_vehicle: str | None = None
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Goods to be carried.

    ``outbound``: from ``depot`` to ``stop``. ``inbound``: from ``stop`` to ``depot``.
    ``transfer``: from ``stop`` to ``to_stop``, without a depot's part in it.
    ``drop_penalty`` None: mandatory; otherwise yuan paid where it is left out.
    """

    id: str
    stop: str
    direction: Direction
    depot: str
    load: Load
    service_s: int = 0
    temperature: str = AMBIENT
    goods_class: str | None = None
    max_on_board_s: int | None = None
    drop_penalty: float | None = None
    priority: int = 1
    to_stop: str | None = None
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Lunch:
    """A rest wholly inside its window, due only to those who are out for all of it."""

    window_s: Window
    duration_s: int
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules of the whole day; what is absent or None imposes nothing."""

    max_driving_s: int | None = None
    rest_s: int | None = None
    lunch: Lunch | None = None
    reload_is_rest: bool = False
    service_is_rest: bool = False
    max_driving_day_s: int | None = None
    forbidden_mixes: tuple[tuple[str, str], ...] = ()
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class StandingStop:
    """By whom and when a stop is visited on a standing line; None: that may vary at no price."""

    stop: str
    vehicle: str | None = None
    start_s: int | None = None
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class StandingLines:
    """The price of departing from the standing lines, so that villages see the same van and hour.

    Attributes:
        per_visit: yuan for each visit to a stop by another vehicle than its own.
        per_hour: yuan per hour by which the start of a visit's service, early or late, is further
            than ``tolerance_s`` from the stop's ``start_s``.
    """

    per_visit: float
    per_hour: float
    tolerance_s: int = 0
    stops: tuple[StandingStop, ...] = ()
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Hub:
    """A township station where goods change between trunk and branch vehicles.

    Attributes:
        depot: where its branch vans are based; its place and its hours are the hub's.
        doors: at most so many vehicles are unloaded or loaded at one moment; None: any number.
        floor: most that may lie there at one moment; a unit that is not named is not limited.
        sort_fixed_s, sort_s_per_piece, sort_s_per_kg: see
            :func:`coop_service.domain.relay.sorting_s`.
    """

    depot: str
    doors: int | None = None
    floor: Load = field(default_factory=dict)
    sort_fixed_s: float = 0.0
    sort_s_per_piece: float = 0.0
    sort_s_per_kg: float = 0.0
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Relay:
    """A township that may be served over a hub: its stops, and which way their goods go.

    Which orders those are says :func:`coop_service.domain.relay.relay_of`.

    Attributes:
        hub: depot of the hub.
        inbound: the day on which the trunk takes its produce from the hub.
    """

    id: str
    hub: str
    stops: tuple[str, ...]
    mode: ModeSetting = ModeSetting.AUTO
    inbound: InboundDay = InboundDay.SAME_DAY
    custom: Mapping[str, Any] | None = None

    @property
    def fixed_mode(self) -> Mode | None:
        """The mode that a plan must give it; None: either."""
        return None if self.mode == ModeSetting.AUTO else Mode(self.mode.value)


@dataclass(frozen=True, eq=False)
class Problem:
    """A day's routing problem. Its parts refer to one another by ``id``; ids are unique by kind.

    Values built by hand are to be checked with
    :func:`coop_service.domain.problem_faults.find_problem_faults`; the readers of
    :mod:`coop_service.documents` do so.
    """

    name: str
    profiles: Mapping[str, Profile]
    depots: tuple[Depot, ...]
    vehicles: tuple[Vehicle, ...]
    stops: tuple[Stop, ...]
    orders: tuple[Order, ...]
    goods_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: Rules = Rules()
    standing_lines: StandingLines | None = None
    hubs: tuple[Hub, ...] = ()
    relays: tuple[Relay, ...] = ()
    custom: Mapping[str, Any] | None = None

    @cached_property
    def depot_by_id(self) -> dict[str, Depot]:
        """The depots by their ids."""
        return {depot.id: depot for depot in self.depots}

    @cached_property
    def vehicle_by_id(self) -> dict[str, Vehicle]:
        """The vehicles by their ids."""
        return {vehicle.id: vehicle for vehicle in self.vehicles}

    @cached_property
    def stop_by_id(self) -> dict[str, Stop]:
        """The stops by their ids."""
        return {stop.id: stop for stop in self.stops}

    @cached_property
    def order_by_id(self) -> dict[str, Order]:
        """The orders by their ids."""
        return {order.id: order for order in self.orders}

    @cached_property
    def hub_by_depot(self) -> dict[str, Hub]:
        """The hubs by the depots that they are."""
        return {hub.depot: hub for hub in self.hubs}

    @cached_property
    def relay_by_stop(self) -> dict[str, Relay]:
        """The townships that may be relayed, by their stops."""
        return {stop: relay for relay in self.relays for stop in relay.stops}

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Names of all units that some order's load uses, in order of first use."""
        return tuple(dict.fromkeys(unit for order in self.orders for unit in order.load))
