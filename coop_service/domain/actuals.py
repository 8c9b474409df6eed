"""Planned against actual: how a vehicle's day goes, and when it will be at its next stops.

**How a delay is carried on.** From the last thing that is known of the van, every leg takes as long
as planned, rests included. Where the plan waits at a stop, being late eats up the waiting first;
where it does not, service starts on arrival or when a window opens. Between two trips what the plan
leaves beyond the time to reload is such slack as well. Nothing that has not been reported lies
before the present moment, so that lateness grows while nothing is heard.

A stop that was passed over while a later one has been visited is told as skipped: nobody knows when
the van comes back to it, and nothing is predicted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coop_service.domain.china_time import seconds_of_day
from coop_service.domain.drive_route import DriveGoods, DriveRoute, DriveStop, DriveTrip
from coop_service.domain.problem import LOAD_TOLERANCE, Window
from coop_service.domain.stop_records import (
    OF_TRIP,
    RecordKind,
    StopRecord,
    apply_corrections,
)

_COUNTS: Final = frozenset({RecordKind.UNLOADED, RecordKind.LOADED})


class VisitState(StrEnum):
    """How far a visit is."""

    OPEN = "open"
    ARRIVED = "arrived"
    DONE = "done"
    REFUSED = "refused"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class CountDifference:
    """An order of which something else was counted than planned.

    Attributes:
        order: as the plan names it.
        counted_pieces, counted_weight_kg: unloaded or loaded; None: that was not counted.
        refused_pieces: of the order.
    """

    order: str
    planned_pieces: float
    planned_weight_kg: float
    counted_pieces: float | None
    counted_weight_kg: float | None
    refused_pieces: float


@dataclass(frozen=True, slots=True)
class VisitActual:
    """A visit. Times are seconds after the day's midnight; None: not yet, or not told.

    Attributes:
        arrived_s, finished_s: as reported.
        predicted_arrive_s, predicted_depart_s: of what has not happened yet.
        late_s: arrival, reported or predicted, after the planned one; below 0: earlier. None:
            nothing can be said.
        past_window_s: by how much service starts, or will start, after the stop's last window.
        differences: what was counted otherwise than planned.
        cash_yuan, returned_pieces: sums of the visit.
    """

    stop: DriveStop
    state: VisitState
    arrived_s: int | None
    finished_s: int | None
    predicted_arrive_s: int | None
    predicted_depart_s: int | None
    late_s: int | None
    past_window_s: int
    differences: tuple[CountDifference, ...]
    cash_yuan: float
    returned_pieces: int
    records: tuple[StopRecord, ...]


@dataclass(frozen=True, slots=True)
class TripActual:
    """A trip; departures and returns as those of a visit."""

    trip: DriveTrip
    departed_s: int | None
    returned_s: int | None
    predicted_depart_s: int | None
    predicted_return_s: int | None


@dataclass(frozen=True, slots=True)
class VehicleActual:
    """A vehicle's day.

    Attributes:
        late_s: of the next visit or return that is still to come; None where nothing has been
            reported and nothing is overdue, or where nothing can be said.
        done: visits that are finished.
        last_heard_at: when the last record got here.
    """

    route: DriveRoute
    trips: tuple[TripActual, ...]
    visits: tuple[VisitActual, ...]
    late_s: int | None
    done: int
    last_heard_at: dt.datetime | None


def compare_vehicle(
    route: DriveRoute,
    plan: str,
    date: dt.date,
    records: Sequence[StopRecord],
    now_s: int | None,
) -> VehicleActual:
    """A vehicle's day as planned and as reported.

    Args:
        route: as planned.
        plan: id of the plan; records may be of another version of it.
        date: the day.
        records: of the vehicle and the day, in the sequence in which they were received.
        now_s: the present moment, seconds after the day's midnight; None: the day is over, and
            nothing is predicted any more.
    """
    standing = apply_corrections(records)
    visits = [_Visit.of(stop, plan, date, standing) for stop in route.stops]
    walk = _Walk(route, visits, _trip_times(route, plan, date, standing), now_s)
    trips, seen = walk.run()
    return VehicleActual(
        route=route,
        trips=tuple(trips),
        visits=tuple(seen),
        late_s=_late_s(trips, seen, is_heard=bool(standing)),
        done=sum(visit.state in (VisitState.DONE, VisitState.REFUSED) for visit in seen),
        last_heard_at=max((record.received_at for record in records), default=None),
    )


@dataclass(frozen=True, slots=True)
class _Visit:
    """What was reported of a visit."""

    stop: DriveStop
    records: tuple[StopRecord, ...]
    arrived_s: int | None
    finished_s: int | None

    @classmethod
    def of(cls, stop: DriveStop, plan: str, date: dt.date, records: Iterable[StopRecord]) -> _Visit:
        mine = tuple(
            record
            for record in records
            if record.is_of_visit(plan, stop.visit_index, stop.stop, stop.orders)
        )
        times = {
            kind: [seconds_of_day(record.at, date) for record in mine if record.kind is kind]
            for kind in RecordKind
        }
        every = [time_s for some in times.values() for time_s in some]
        arrived = times[RecordKind.ARRIVED] or every
        finished = times[RecordKind.FINISHED_STOP]
        return cls(stop, mine, min(arrived, default=None), max(finished, default=None))

    @property
    def state(self) -> VisitState:
        if self.finished_s is None:
            return VisitState.OPEN if self.arrived_s is None else VisitState.ARRIVED
        counted = [
            one.pieces or one.weight_kg
            for record in self.records
            if record.kind in _COUNTS
            for one in record.goods
        ]
        is_refused = any(record.kind is RecordKind.REFUSED for record in self.records)
        return VisitState.REFUSED if is_refused and not any(counted) else VisitState.DONE


def _trip_times(
    route: DriveRoute, plan: str, date: dt.date, records: Iterable[StopRecord]
) -> dict[tuple[RecordKind, int], int]:
    """Departures and returns that were reported, by kind and trip: the first departure, the last
    return.

    Those under another version count for the trip of the same number, unless the plan begins with
    the van on the road: it then counts its trips from that moment, and the first is under way.
    """
    is_underway = bool(route.trips) and route.trips[0].start is None
    times: dict[tuple[RecordKind, int], int] = {}
    if is_underway:
        times[RecordKind.DEPARTED, route.trips[0].trip_index] = route.trips[0].depart_s
    for record in records:
        if record.kind not in OF_TRIP or record.trip_index is None:
            continue
        if is_underway and record.plan != plan:
            continue
        key = (record.kind, record.trip_index)
        time_s = seconds_of_day(record.at, date)
        better = min if record.kind is RecordKind.DEPARTED else max
        times[key] = better(times.get(key, time_s), time_s)
    return times


class _Walk:
    """The day from its beginning, what is known taken as it is, the rest carried on."""

    def __init__(
        self,
        route: DriveRoute,
        visits: Sequence[_Visit],
        trip_times: dict[tuple[RecordKind, int], int],
        now_s: int | None,
    ) -> None:
        self._route = route
        self._visits = visits
        self._trip_times = trip_times
        self._now_s = now_s
        heard = [at for at, visit in enumerate(visits) if visit.arrived_s is not None]
        self._last_heard = max(heard, default=-1)
        self._left_s: int | None = None

    def run(self) -> tuple[list[TripActual], list[VisitActual]]:
        trips: list[TripActual] = []
        seen: list[VisitActual] = []
        free_s: int | None = None
        for trip in self._route.trips:
            departed_s = self._trip_times.get((RecordKind.DEPARTED, trip.trip_index))
            returned_s = self._trip_times.get((RecordKind.RETURNED, trip.trip_index))
            mine = [v for v in self._visits if v.stop.trip_index == trip.trip_index]
            is_out = departed_s is not None or any(v.arrived_s is not None for v in mine)
            earliest_s = trip.depart_s if free_s is None else max(trip.depart_s, free_s)
            at_s = departed_s if departed_s is not None else earliest_s
            if not is_out:
                at_s = self._not_before_now(at_s)
            depart_s = at_s
            planned_s = trip.depart_s
            for visit in mine:
                actual, at_s = self._visit(visit, at_s + visit.stop.arrive_s - planned_s)
                planned_s = visit.stop.depart_s
                seen.append(actual)
            back_s = at_s + trip.return_s - planned_s
            back_s = self._not_before_now(back_s) if returned_s is None else returned_s
            trips.append(
                TripActual(
                    trip,
                    departed_s,
                    returned_s,
                    None if is_out or self._now_s is None else depart_s,
                    None if returned_s is not None or self._now_s is None else back_s,
                )
            )
            free_s = back_s + self._route.reload_s
        return trips, seen

    def _visit(self, visit: _Visit, arrive_s: int) -> tuple[VisitActual, int]:
        """What is told of a visit, and when the van leaves it."""
        stop = visit.stop
        service_s = stop.depart_s - stop.start_s
        if visit.arrived_s is None and stop.visit_index < self._last_heard:
            # Time goes on as if it had been visited: the next report sets it right anyway.
            skipped = _told(visit, VisitState.SKIPPED, None, None, None, 0)
            return skipped, arrive_s + stop.depart_s - stop.arrive_s
        if visit.arrived_s is None:
            arrive_s = self._not_before_now(arrive_s)
            start_s = _service_start_s(stop, arrive_s)
            depart_s = start_s + service_s
            if self._now_s is None:
                return _told(visit, VisitState.OPEN, None, None, None, 0), depart_s
            late_s = arrive_s - stop.arrive_s
            past_s = _past_window_s(stop.windows_s, start_s)
            return _told(visit, VisitState.OPEN, arrive_s, depart_s, late_s, past_s), depart_s
        start_s = _service_start_s(stop, visit.arrived_s)
        late_s = visit.arrived_s - stop.arrive_s
        past_s = _past_window_s(stop.windows_s, start_s)
        if visit.finished_s is not None:
            told = _told(visit, visit.state, None, None, late_s, past_s)
            return told, self._known_until(visit.finished_s)
        depart_s = self._not_before_now(start_s + service_s)
        predicted_s = None if self._now_s is None else depart_s
        told = _told(visit, visit.state, None, predicted_s, late_s, past_s)
        return told, self._known_until(depart_s)

    def _known_until(self, depart_s: int) -> int:
        """When the van leaves the last stop that is reported: not always the last in the plan."""
        self._left_s = depart_s if self._left_s is None else max(self._left_s, depart_s)
        return self._left_s

    def _not_before_now(self, time_s: int) -> int:
        return time_s if self._now_s is None else max(time_s, self._now_s)


def _told(
    visit: _Visit,
    state: VisitState,
    arrive_s: int | None,
    depart_s: int | None,
    late_s: int | None,
    past_window_s: int,
) -> VisitActual:
    return VisitActual(
        stop=visit.stop,
        state=state,
        arrived_s=visit.arrived_s,
        finished_s=visit.finished_s,
        predicted_arrive_s=arrive_s,
        predicted_depart_s=depart_s,
        late_s=late_s,
        past_window_s=past_window_s,
        differences=tuple(_differences(visit)),
        cash_yuan=round(sum(record.cash_yuan or 0.0 for record in visit.records), 2),
        returned_pieces=sum(record.returned_pieces or 0 for record in visit.records),
        records=visit.records,
    )


def _service_start_s(stop: DriveStop, arrive_s: int) -> int:
    """When service starts on arriving then.

    Where the plan waits, it may wait for more than a window: for goods that are being sorted, or so
    as not to be out longer than needed. It is not started before that.
    """
    if stop.start_s > stop.arrive_s:
        return max(arrive_s, stop.start_s)
    moments = [max(arrive_s, first) for first, last in stop.windows_s if arrive_s <= last]
    return min(moments, default=arrive_s)


def _past_window_s(windows_s: Sequence[Window], start_s: int) -> int:
    return max(0, start_s - max((last for _, last in windows_s), default=start_s))


def _differences(visit: _Visit) -> Iterable[CountDifference]:
    for goods in (*visit.stop.unload, *visit.stop.load):
        counted = [
            one
            for record in visit.records
            if record.kind in _COUNTS
            for one in record.goods
            if one.order == goods.order
        ]
        refused = [
            one.pieces if one.pieces is not None else goods.pieces
            for record in visit.records
            if record.kind is RecordKind.REFUSED
            for one in record.goods
            if one.order == goods.order
        ]
        pieces = _sum([one.pieces for one in counted])
        weight_kg = _sum([one.weight_kg for one in counted])
        is_missing = not counted and visit.finished_s is not None
        if refused or is_missing or _differs(goods, pieces, weight_kg):
            yield CountDifference(
                goods.order, goods.pieces, goods.weight_kg, pieces, weight_kg, sum(refused)
            )


def _differs(goods: DriveGoods, pieces: float | None, weight_kg: float | None) -> bool:
    pairs = ((goods.pieces, pieces), (goods.weight_kg, weight_kg))
    return any(
        found is not None and abs(found - planned) > LOAD_TOLERANCE for planned, found in pairs
    )


def _sum(amounts: Sequence[float | None]) -> float | None:
    """Of what was counted; None where nothing was."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def _late_s(
    trips: Sequence[TripActual], visits: Sequence[VisitActual], *, is_heard: bool
) -> int | None:
    """Lateness of what comes next: an open visit, or else the return."""
    for visit in visits:
        if visit.state is VisitState.OPEN:
            late_s = visit.late_s
            break
    else:
        backs = [trip for trip in trips if trip.returned_s is None]
        late_s = None
        if backs and backs[0].predicted_return_s is not None:
            late_s = backs[0].predicted_return_s - backs[0].trip.return_s
    return late_s if is_heard or (late_s or 0) > 0 else None
