"""The dispatch sheet (派车单): a vehicle's day, row by row as the driver meets it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coop_service.domain.papers.amounts import (
    Amount,
    GoodsLine,
    OnBoard,
    group_goods,
    on_board,
    sum_amounts,
)
from coop_service.domain.papers.context import PaperKind, Place, SheetHead
from coop_service.domain.papers.day import PaperDay
from coop_service.domain.plan import RestKind, Route, Trip, Visit
from coop_service.domain.problem import Window

_M_PER_KM = 1000


@dataclass(frozen=True, slots=True)
class StopRow:
    """A visit. Times are seconds after the day's midnight.

    Attributes:
        sequence: from 1 on through the day.
        is_hub: goods change vehicles here.
        start_s: when service starts; later than ``arrive_s`` where the van waits.
        windows_s: when service may start; empty: at any time.
        unload, load: what is handled, by class of goods and temperature.
        temperatures: of all that is handled.
        on_board: after the visit.
    """

    sequence: int
    place: Place
    is_hub: bool
    arrive_s: int
    start_s: int
    depart_s: int
    windows_s: tuple[Window, ...]
    unload: tuple[GoodsLine, ...]
    load: tuple[GoodsLine, ...]
    temperatures: tuple[str, ...]
    on_board: OnBoard


@dataclass(frozen=True, slots=True)
class RestRow:
    """A rest of the driver, or lunch."""

    kind: RestKind
    start_s: int
    end_s: int


@dataclass(frozen=True, slots=True)
class DispatchTrip:
    """From a depot to the next call at one.

    Attributes:
        number: from 1 on.
        start: None: the van is on the road already.
        on_board_at_start, on_board_at_end: on leaving and on coming back.
        unloaded, loaded: totals of the visits.
        loading_order: sequence numbers of the stops that goods are loaded for, the first to be
            loaded first: the last to be visited.
    """

    number: int
    start: Place | None
    end: Place
    depart_s: int
    return_s: int
    on_board_at_start: OnBoard
    on_board_at_end: OnBoard
    rows: tuple[StopRow | RestRow, ...]
    unloaded: Amount
    loaded: Amount
    loading_order: tuple[int, ...]

    @property
    def stops(self) -> tuple[StopRow, ...]:
        """The visits without the rests."""
        return tuple(row for row in self.rows if isinstance(row, StopRow))


@dataclass(frozen=True, slots=True)
class DispatchSheet:
    """A vehicle's day; totals are over all its trips."""

    head: SheetHead
    trips: tuple[DispatchTrip, ...]
    depart_s: int
    return_s: int
    distance_km: float
    driving_s: int
    unloaded: Amount
    loaded: Amount


def dispatch_sheet(day: PaperDay, vehicle: str) -> DispatchSheet:
    """The dispatch sheet of a vehicle.

    Raises:
        NoSuchVehicle: the problem has none of that id.
        IdleVehicle: the plan does not use it.
    """
    route = day.route(vehicle)
    trips = tuple(_trip(day, route, *numbered) for numbered in day.numbered(route))
    return DispatchSheet(
        head=day.vehicle_head(PaperKind.DISPATCH, vehicle),
        trips=trips,
        depart_s=route.depart_s,
        return_s=route.return_s,
        distance_km=route.distance_m / _M_PER_KM,
        driving_s=route.driving_s,
        unloaded=sum_amounts(trip.unloaded for trip in trips),
        loaded=sum_amounts(trip.loaded for trip in trips),
    )


def _trip(
    day: PaperDay, route: Route, number: int, trip: Trip, visits: list[tuple[int, Visit]]
) -> DispatchTrip:
    capacity = day.vehicle(route.vehicle).capacity
    stops = [_stop(day, route, sequence, visit) for sequence, visit in visits]
    rests = [
        RestRow(rest.kind, rest.start_s, rest.start_s + rest.duration_s) for rest in trip.rests
    ]
    return DispatchTrip(
        number=number + 1,
        start=day.trip_start(route.vehicle, number),
        end=day.trip_end(route, number),
        depart_s=trip.depart_s,
        return_s=trip.return_s,
        on_board_at_start=on_board(trip.load_at_start, capacity),
        on_board_at_end=on_board(trip.load_at_end, capacity),
        rows=_in_order(stops, rests),
        unloaded=_total(row.unload for row in stops),
        loaded=_total(row.load for row in stops),
        loading_order=tuple(row.sequence for row in reversed(stops) if row.unload),
    )


def _stop(day: PaperDay, route: Route, sequence: int, visit: Visit) -> StopRow:
    unloaded, loaded = day.unloaded(visit), day.loaded(visit)
    return StopRow(
        sequence=sequence,
        place=day.stop_place(visit.stop),
        is_hub=day.is_hub(visit.stop),
        arrive_s=visit.arrive_s,
        start_s=visit.start_s,
        depart_s=visit.depart_s,
        windows_s=day.plain.stop_by_id[visit.stop].time_windows_s,
        unload=group_goods(unloaded),
        load=group_goods(loaded),
        temperatures=tuple(dict.fromkeys(order.temperature for order in (*unloaded, *loaded))),
        on_board=on_board(visit.load_after, day.vehicle(route.vehicle).capacity),
    )


def _in_order(stops: list[StopRow], rests: list[RestRow]) -> tuple[StopRow | RestRow, ...]:
    """Visits and rests by time; a rest is taken where the visit before it has ended."""
    rows: list[StopRow | RestRow] = []
    waiting = sorted(rests, key=lambda rest: rest.start_s)
    for stop in stops:
        while waiting and waiting[0].end_s <= stop.arrive_s:
            rows.append(waiting.pop(0))
        rows.append(stop)
    return (*rows, *waiting)


def _total(lines: Iterable[tuple[GoodsLine, ...]]) -> Amount:
    return sum_amounts(line.amount for each in lines for line in each)
