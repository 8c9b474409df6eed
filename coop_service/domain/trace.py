"""The way of a lot in time order: booked, planned, loaded, handed over at a hub, arrived, refused.

What is told comes from the order itself, from plans, or from what drivers recorded; each event says
which. Of corrected records what holds in the end is told, and beside it that it was corrected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coop_service.domain.china_time import moment_of
from coop_service.domain.papers.context import Place
from coop_service.domain.papers.day import PaperDay
from coop_service.domain.plan import Route, Trip, Visit
from coop_service.domain.problem import Direction, Order
from coop_service.domain.records import DayOrder
from coop_service.domain.relay import Leg, LegKind, legs_of
from coop_service.domain.stop_records import (
    OF_TRIP,
    RecordKind,
    RefusalReason,
    StopRecord,
    apply_corrections,
)


class TraceKind(StrEnum):
    """What happened to the lot; ``zh`` is what people read."""

    BOOKED = "booked"
    PLANNED = "planned"
    LEFT_OUT = "left_out"
    DEPARTED = "departed"
    LOADED = "loaded"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    ARRIVED_AT_DEPOT = "arrived_at_depot"
    REFUSED = "refused"
    SIGNED = "signed"
    CORRECTED = "corrected"

    @property
    def zh(self) -> str:
        """The Chinese text."""
        return {
            "booked": "已下单",
            "planned": "已排线路",
            "left_out": "未排入线路",
            "departed": "随车出发",
            "loaded": "已装车",
            "handed_over": "中转站交接",
            "delivered": "已送达",
            "arrived_at_depot": "已到场站",
            "refused": "拒收",
            "signed": "已签收",
            "corrected": "已更正",
        }[self.value]


class TraceSource(StrEnum):
    """Where an event is known from."""

    ORDER = "order"
    PLAN = "plan"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """One event.

    Attributes:
        at: the moment; of a plan when it was made, of a booking None: only its day is known.
        source_id: key of the order, id of the plan or of the record.
        place: where; None: not told.
        version: of the plan that it belongs to.
        planned_from, planned_to: of a plan, when its vehicle is to take the lot on and to leave it.
        pieces, weight_kg: booked or counted; None: not counted.
        reason: of a refusal.
    """

    kind: TraceKind
    at: dt.datetime | None
    date: dt.date
    source: TraceSource
    source_id: str
    place: Place | None = None
    vehicle: str = ""
    plan: str = ""
    version: int | None = None
    planned_from: dt.datetime | None = None
    planned_to: dt.datetime | None = None
    pieces: float | None = None
    weight_kg: float | None = None
    reason: RefusalReason | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A plan that the lot's way is told from, and when it was made."""

    day: PaperDay
    made_at: dt.datetime


def trace_lot(
    order: DayOrder, plans: Iterable[PlannedDay], records: Sequence[StopRecord]
) -> tuple[TraceEvent, ...]:
    """The events of a lot in time order; the booking, of which only the day is known, first.

    Args:
        order: the order that the lot is.
        plans: of its day.
        records: of its day and all vehicles, in the sequence in which they were received; those
            under a plan that is not among ``plans`` are told as far as they name the lot.
    """
    by_id = {planned.day.context.plan: planned for planned in plans}
    ways = {name: _Way(planned.day, order) for name, planned in by_id.items()}
    events = [
        TraceEvent(
            TraceKind.BOOKED,
            None,
            order.date,
            TraceSource.ORDER,
            order.key,
            pieces=float(order.pieces),
            weight_kg=order.weight_kg,
        )
    ]
    for name, way in ways.items():
        events += way.planned(by_id[name].made_at)
    standing = apply_corrections(records)
    for record in standing:
        told_by = ways.get(record.plan)
        events += _bare(order, record) if told_by is None else told_by.reported(record, standing)
    told = {event.source_id for event in events if event.source is TraceSource.RECORD}
    events += _corrections(order, records, told)
    first = dt.datetime.min.replace(tzinfo=dt.UTC)
    return tuple(sorted(events, key=lambda event: event.at or first))


@dataclass(frozen=True, slots=True)
class _Ride:
    """A leg of the lot in a plan, or the lot itself where it goes direct, and who carries it."""

    order: Order
    leg: Leg | None
    route: Route
    trip_index: int
    trip: Trip
    visit_index: int
    visit: Visit


class _Way:
    """The lot in one plan."""

    def __init__(self, day: PaperDay, order: DayOrder) -> None:
        self.day = day
        self.date = order.date
        self.key = order.key
        self.legs = {leg.id: leg for leg in legs_of(day.problem, day.modes)}
        names = {leg.id for leg in self.legs.values() if leg.order == order.key} or {order.key}
        self.rides: dict[str, list[_Ride]] = {}
        for ride in self._find(names):
            self.rides.setdefault(ride.order.id, []).append(ride)

    def planned(self, made_at: dt.datetime) -> Iterator[TraceEvent]:
        """What the plan says: each vehicle that carries the lot, or that it is left out."""
        left_out = next((one for one in self.day.plan.unassigned if one.order == self.key), None)
        if left_out is not None:
            yield self._event(
                TraceKind.LEFT_OUT, made_at, TraceSource.PLAN, self.day.context.plan,
                note=left_out.detail or left_out.reason.value,
            )  # fmt: skip
        for calls in self.rides.values():
            first, last = calls[0], calls[-1]
            from_s, to_s = first.visit.start_s, last.visit.start_s
            if first.order.direction is Direction.OUTBOUND:
                from_s = first.trip.depart_s
            elif first.order.direction is Direction.INBOUND:
                to_s = first.trip.return_s
            yield self._event(
                TraceKind.PLANNED, made_at, TraceSource.PLAN, self.day.context.plan,
                place=self.day.stop_place(first.visit.stop),
                vehicle=first.route.vehicle,
                planned_from=moment_of(self.date, from_s),
                planned_to=moment_of(self.date, to_s),
            )  # fmt: skip

    def reported(self, record: StopRecord, standing: Sequence[StopRecord]) -> Iterator[TraceEvent]:
        """What a record of this plan says of the lot."""
        for ride in (ride for calls in self.rides.values() for ride in calls):
            if ride.route.vehicle != record.vehicle:
                continue
            if record.kind in OF_TRIP:
                if record.trip_index == ride.trip_index:
                    yield from self._of_trip(ride, record, standing)
            elif record.visit_index == ride.visit_index:
                yield from self._of_visit(ride, record)

    def _of_trip(
        self, ride: _Ride, record: StopRecord, standing: Sequence[StopRecord]
    ) -> Iterator[TraceEvent]:
        direction = ride.order.direction
        if record.kind is RecordKind.DEPARTED and direction is Direction.OUTBOUND:
            start = self.day.trip_start(ride.route.vehicle, ride.trip_index)
            yield self._told(TraceKind.DEPARTED, record, start)
        # A van comes back without what it was refused: only what was loaded arrives with it.
        if (
            record.kind is RecordKind.RETURNED
            and direction is Direction.INBOUND
            and _was_loaded(ride, record, standing)
        ):
            is_branch = ride.leg is not None and ride.leg.kind is LegKind.BRANCH
            kind = TraceKind.HANDED_OVER if is_branch else TraceKind.ARRIVED_AT_DEPOT
            yield self._told(kind, record, self.day.trip_end(ride.route, ride.trip_index))

    def _of_visit(self, ride: _Ride, record: StopRecord) -> Iterator[TraceEvent]:
        place = self.day.stop_place(ride.visit.stop)
        counted = next((one for one in record.goods if one.order == ride.order.id), None)
        if record.kind is RecordKind.SIGNED:
            yield self._told(TraceKind.SIGNED, record, place)
        if counted is None:
            return
        kind = _KINDS.get(record.kind)
        if kind is None:
            return
        if kind is TraceKind.DELIVERED and self.day.is_hub(ride.visit.stop):
            kind = TraceKind.HANDED_OVER
        yield self._told(
            kind, record, place, pieces=counted.pieces, weight_kg=counted.weight_kg,
            reason=record.reason,
        )  # fmt: skip

    def _told(
        self, kind: TraceKind, record: StopRecord, place: Place | None, **more: object
    ) -> TraceEvent:
        return self._event(
            kind, record.at, TraceSource.RECORD, record.id,
            place=place, vehicle=record.vehicle, note=record.note, **more,
        )  # fmt: skip

    def _event(
        self,
        kind: TraceKind,
        at: dt.datetime,
        source: TraceSource,
        source_id: str,
        **more: object,
    ) -> TraceEvent:
        context = self.day.context
        fields: Mapping[str, object] = {"plan": context.plan, "version": context.version, **more}
        return TraceEvent(kind, at, self.date, source, source_id, **fields)  # type: ignore[arg-type]

    def _find(self, names: set[str]) -> Iterator[_Ride]:
        for route in self.day.plan.routes:
            for trip_index, trip, visits in self.day.numbered(route):
                for sequence, visit in visits:
                    for name in visit.orders:
                        if name in names:
                            order = self.day.plain.order_by_id[name]
                            yield _Ride(
                                order, self.legs.get(name), route, trip_index, trip,
                                sequence - 1, visit,
                            )  # fmt: skip


_KINDS: Mapping[RecordKind, TraceKind] = {
    RecordKind.LOADED: TraceKind.LOADED,
    RecordKind.UNLOADED: TraceKind.DELIVERED,
    RecordKind.REFUSED: TraceKind.REFUSED,
}


def _was_loaded(ride: _Ride, back: StopRecord, standing: Sequence[StopRecord]) -> bool:
    return any(
        record.kind is RecordKind.LOADED
        and (record.plan, record.vehicle) == (back.plan, back.vehicle)
        and any(one.order == ride.order.id and one.pieces != 0 for one in record.goods)
        for record in standing
    )


def _bare(order: DayOrder, record: StopRecord) -> Iterator[TraceEvent]:
    """What a record says by itself, without its plan."""
    names = {order.key, *(f"{order.key}:{kind.value}" for kind in LegKind)}
    kind = _KINDS.get(record.kind)
    for one in record.goods:
        if kind is not None and one.order in names:
            yield TraceEvent(
                kind, record.at, order.date, TraceSource.RECORD, record.id,
                vehicle=record.vehicle, plan=record.plan, version=record.version,
                pieces=one.pieces, weight_kg=one.weight_kg, reason=record.reason,
                note=record.note,
            )  # fmt: skip


def _corrections(
    order: DayOrder, records: Sequence[StopRecord], told: set[str]
) -> Iterator[TraceEvent]:
    """The corrections of what is told, and of what they withdrew of the lot."""
    names = {order.key, *(f"{order.key}:{kind.value}" for kind in LegKind)}
    by_id = {record.id: record for record in records}
    for record in records:
        if record.kind is not RecordKind.CORRECTION:
            continue
        first = by_id.get(record.corrects or "")
        while first is not None and first.kind is RecordKind.CORRECTION:
            first = by_id.get(first.corrects or "")
        if first is None:
            continue
        named = {one.order for one in (*record.goods, *first.goods)} & names
        if named or first.id in told:
            yield TraceEvent(
                TraceKind.CORRECTED, record.at, order.date, TraceSource.RECORD, record.id,
                vehicle=record.vehicle, plan=record.plan, version=record.version,
                note=record.note,
            )  # fmt: skip
