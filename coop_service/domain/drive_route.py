"""What a driver needs of a plan: the vehicle's day, stop by stop, with goods to count.

The same values as on the dispatch sheet, but order by order, since drivers count orders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coop_service.domain.papers.context import Place, VehicleNote, text_of
from coop_service.domain.papers.day import PaperDay
from coop_service.domain.plan import Rest, Trip, Visit
from coop_service.domain.problem import Order, Window
from coop_service.domain.records import CoordKind
from coop_service.domain.relay import PIECES_UNIT, WEIGHT_UNIT


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees in WGS-84; ``kind`` says whether anybody has measured it."""

    lon: float
    lat: float
    kind: CoordKind


@dataclass(frozen=True, slots=True)
class DriveGoods:
    """An order to be handled at a stop.

    Attributes:
        order: as the plan names it: the order or, where it is relayed, the leg.
        key: of the order itself.
        identifier: of the lot; empty: it has none.
    """

    order: str
    key: str
    goods_class: str | None
    temperature: str
    pieces: float
    weight_kg: float
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class DriveStop:
    """A visit. Times are seconds after the day's midnight.

    Attributes:
        trip_index, visit_index: numbers of the trip and of the visit in the day, from 0.
        windows_s: when service may start; empty: at any time.
        position: None: not known.
        rest: after the visit.
    """

    trip_index: int
    visit_index: int
    stop: str
    place: Place
    is_hub: bool
    position: Position | None
    arrive_s: int
    start_s: int
    depart_s: int
    windows_s: tuple[Window, ...]
    unload: tuple[DriveGoods, ...]
    load: tuple[DriveGoods, ...]
    rest: Rest | None = None

    @property
    def orders(self) -> tuple[str, ...]:
        """Everything that is handled."""
        return tuple(one.order for one in (*self.unload, *self.load))


@dataclass(frozen=True, slots=True)
class DriveTrip:
    """From one call at a depot to the next; ``start`` None: the van is on the road already."""

    trip_index: int
    start: Place | None
    end: Place
    depart_s: int
    return_s: int
    pieces_at_start: float
    weight_kg_at_start: float


@dataclass(frozen=True, slots=True)
class DriveRoute:
    """A vehicle's day; ``trips`` empty: the plan leaves it at home.

    ``reload_s``: how long it takes at least between two trips.
    """

    vehicle: str
    note: VehicleNote
    reload_s: int
    trips: tuple[DriveTrip, ...]
    stops: tuple[DriveStop, ...]


def drive_route(day: PaperDay, vehicle: str) -> DriveRoute:
    """The route of a vehicle as its driver sees it; empty where the day does not know it."""
    if vehicle not in day.problem.vehicle_by_id:
        return DriveRoute(vehicle, VehicleNote(), 0, (), ())
    reload_s = day.vehicle(vehicle).reload_s
    route = day.routes.get(vehicle)
    if route is None:
        return DriveRoute(vehicle, day.note(vehicle), reload_s, (), ())
    trips, stops = [], []
    for number, trip, visits in day.numbered(route):
        trips.append(
            DriveTrip(
                number,
                day.trip_start(vehicle, number),
                day.trip_end(route, number),
                trip.depart_s,
                trip.return_s,
                trip.load_at_start.get(PIECES_UNIT, 0.0),
                trip.load_at_start.get(WEIGHT_UNIT, 0.0),
            )
        )
        stops += [_stop(day, number, trip, sequence - 1, visit) for sequence, visit in visits]
    return DriveRoute(vehicle, day.note(vehicle), reload_s, tuple(trips), tuple(stops))


def _stop(day: PaperDay, number: int, trip: Trip, visit_index: int, visit: Visit) -> DriveStop:
    rests = [rest for rest in trip.rests if rest.after_stop == visit.stop]
    # A stop that is split is called at twice: its rest is the one after this departure.
    following = [rest for rest in rests if rest.start_s >= visit.depart_s]
    return DriveStop(
        trip_index=number,
        visit_index=visit_index,
        stop=visit.stop,
        place=day.stop_place(visit.stop),
        is_hub=day.is_hub(visit.stop),
        position=_position(_custom(day, visit.stop)),
        arrive_s=visit.arrive_s,
        start_s=visit.start_s,
        depart_s=visit.depart_s,
        windows_s=day.plain.stop_by_id[visit.stop].time_windows_s,
        unload=tuple(_goods(day, order) for order in day.unloaded(visit)),
        load=tuple(_goods(day, order) for order in day.loaded(visit)),
        rest=min(following, key=lambda rest: rest.start_s, default=None),
    )


def _goods(day: PaperDay, order: Order) -> DriveGoods:
    custom = day.whole_order(order).custom or {}
    return DriveGoods(
        order=order.id,
        key=text_of(custom, "key") or day.whole_order(order).id,
        goods_class=order.goods_class,
        temperature=order.temperature,
        pieces=order.load.get(PIECES_UNIT, 0.0),
        weight_kg=order.load.get(WEIGHT_UNIT, 0.0),
        identifier=text_of(custom, "identifier"),
    )


def _custom(day: PaperDay, stop: str) -> Mapping[str, Any]:
    known = day.problem.stop_by_id.get(stop)
    if known is not None:
        return known.custom or {}
    location = day.plain.stop_by_id[stop].location  # of a hub, which is a depot
    return next(
        (depot.custom or {} for depot in day.problem.depots if depot.location == location), {}
    )


def _position(custom: Mapping[str, Any]) -> Position | None:
    lon, lat = custom.get("lon"), custom.get("lat")
    if not isinstance(lon, int | float) or not isinstance(lat, int | float):
        return None
    kind = custom.get("coord_kind")
    # What nobody vouches for is shown as made up.
    return Position(lon, lat, CoordKind(kind) if kind in set(CoordKind) else CoordKind.SYNTHETIC)
