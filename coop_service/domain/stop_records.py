"""What drivers report from the road: one event a record, never changed afterwards.

A mistake is put right by a further record, a correction that names the record it corrects;
:func:`apply_corrections` gives what holds in the end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class RecordKind(StrEnum):
    """What happened; the value is the wire name."""

    DEPARTED = "departed"
    ARRIVED = "arrived"
    UNLOADED = "unloaded"
    LOADED = "loaded"
    REFUSED = "refused"
    SIGNED = "signed"
    FINISHED_STOP = "finished_stop"
    RETURNED = "returned"
    NOTE = "note"
    CORRECTION = "correction"


OF_TRIP: Final = frozenset({RecordKind.DEPARTED, RecordKind.RETURNED})
"""Kinds that are about a trip; the others, notes and corrections aside, are about a visit."""

OF_VISIT: Final = frozenset(
    {
        RecordKind.ARRIVED,
        RecordKind.UNLOADED,
        RecordKind.LOADED,
        RecordKind.REFUSED,
        RecordKind.SIGNED,
        RecordKind.FINISHED_STOP,
    }
)


class RefusalReason(StrEnum):
    """Why goods were not handed over; ``zh`` and ``en`` are what people read."""

    NOBODY_THERE = "nobody_there"
    DAMAGED = "damaged"
    WRONG_GOODS = "wrong_goods"
    NOT_ORDERED = "not_ordered"
    NOT_READY = "not_ready"
    POOR_QUALITY = "poor_quality"
    NO_PAYMENT = "no_payment"
    NO_ROOM = "no_room"
    OTHER = "other"

    @property
    def zh(self) -> str:
        """The Chinese text."""
        return _REASONS[self][0]

    @property
    def en(self) -> str:
        """The English text."""
        return _REASONS[self][1]


_REASONS: Final = {
    RefusalReason.NOBODY_THERE: ("无人收货", "nobody there"),
    RefusalReason.DAMAGED: ("货物破损", "goods damaged"),
    RefusalReason.WRONG_GOODS: ("货物不符", "wrong goods"),
    RefusalReason.NOT_ORDERED: ("未订此货", "not ordered"),
    RefusalReason.NOT_READY: ("货未备好", "goods not ready"),
    RefusalReason.POOR_QUALITY: ("质量不合格", "poor quality"),
    RefusalReason.NO_PAYMENT: ("未付货款", "not paid for"),
    RefusalReason.NO_ROOM: ("装不下", "no room in the van"),
    RefusalReason.OTHER: ("其他", "other"),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """An order that a record is about, as the plan names it, and what was counted of it.

    ``pieces`` and ``weight_kg`` None: nothing was counted, as on arrival.
    """

    order: str
    pieces: float | None = None
    weight_kg: float | None = None


@dataclass(frozen=True, slots=True)
class StopRecord:
    """One event.

    Attributes:
        id: made by whoever reports it, so that it can be sent again without being told twice.
        plan, version: the plan that the driver had before them.
        trip_index: number of the trip in the vehicle's day, from 0; None: not about a trip.
        visit_index: number of the visit in the vehicle's day, from 0; None: not about a visit.
        stop: of the visit, as the plan names it.
        goods: the orders of the visit; their legs where they are relayed.
        reason: why they are refused.
        cash_yuan: cash on delivery that was taken.
        returned_pieces: pieces that the receiver gave back.
        at: when it happened, by the clock of the device; ``received_at``: when it got here.
        attachments: ids of photos and signatures.
        corrects: of a correction, the record that it puts right.
        withdraws: of a correction, the record that it corrects has not happened at all.
    """

    id: str
    plan: str
    version: int
    vehicle: str
    kind: RecordKind
    at: dt.datetime
    received_at: dt.datetime
    trip_index: int | None = None
    visit_index: int | None = None
    stop: str | None = None
    goods: tuple[Counted, ...] = ()
    reason: RefusalReason | None = None
    note: str = ""
    cash_yuan: float | None = None
    returned_pieces: int | None = None
    lon: float | None = None
    lat: float | None = None
    attachments: tuple[str, ...] = ()
    corrects: str | None = None
    withdraws: bool = False
    reported_by: str = ""

    def is_of_visit(self, plan: str, visit_index: int, stop: str, orders: Iterable[str]) -> bool:
        """Whether it is about a visit of a plan, be it one of another version.

        A later version counts its visits anew, so that between versions a visit is known by its
        stop and by an order that both serve there.
        """
        if self.kind not in OF_VISIT or self.stop != stop:
            return False
        if self.plan == plan:
            return self.visit_index == visit_index
        return not {one.order for one in self.goods}.isdisjoint(orders)


def apply_corrections(records: Sequence[StopRecord]) -> tuple[StopRecord, ...]:
    """What holds in the end: every record but the corrections, each as it was put right.

    Corrections are taken in the sequence given, in which they were received. One that corrects a
    correction counts for the record behind it. What a correction leaves out stays; of goods, the
    orders that it names are counted anew.

    Args:
        records: of one vehicle and day, in the sequence in which they were received.
    """
    standing: dict[str, StopRecord] = {}
    origin: dict[str, str] = {}
    for record in records:
        if record.kind is not RecordKind.CORRECTION:
            standing[record.id] = record
            origin[record.id] = record.id
            continue
        first = origin.get(record.corrects or "")
        if first is None:
            continue
        origin[record.id] = first
        if record.withdraws:
            standing.pop(first, None)
        elif first in standing:
            standing[first] = _corrected(standing[first], record)
    return tuple(standing.values())


def _corrected(record: StopRecord, by: StopRecord) -> StopRecord:
    counted = {one.order: one for one in record.goods} | {one.order: one for one in by.goods}
    return replace(
        record,
        goods=tuple(counted.values()),
        reason=by.reason or record.reason,
        note=by.note or record.note,
        cash_yuan=record.cash_yuan if by.cash_yuan is None else by.cash_yuan,
        returned_pieces=(
            record.returned_pieces if by.returned_pieces is None else by.returned_pieces
        ),
        attachments=(*record.attachments, *by.attachments),
    )
