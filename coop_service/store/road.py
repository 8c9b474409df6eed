"""Reading and writing what drivers report. Nothing here commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select, update
from sqlmodel.sql.expression import SelectOfScalar

from coop_service.domain.records import DayOrder
from coop_service.domain.stop_records import Counted, StopRecord
from coop_service.store.queries import CHUNK, find_record
from coop_service.store.tables import (
    IN_FORCE,
    AttachmentRow,
    OrderRow,
    PlanRow,
    PlanState,
    StopRecordRow,
)

_SAME_NAMES = (
    "id",
    "vehicle",
    "kind",
    "at",
    "received_at",
    "trip_index",
    "visit_index",
    "stop",
    "reason",
    "note",
    "cash_yuan",
    "returned_pieces",
    "lon",
    "lat",
    "attachments",
    "corrects",
    "withdraws",
    "reported_by",
)
"""Fields that a record and its row name alike."""


def load_stop_records(
    session: Session, county: str, date: dt.date, vehicle: str | None = None
) -> list[StopRecord]:
    """The records of a day, of one vehicle or of all, in the sequence in which they came."""
    wanted = select(StopRecordRow).where(StopRecordRow.county == county, StopRecordRow.date == date)
    if vehicle is not None:
        wanted = wanted.where(StopRecordRow.vehicle == vehicle)
    return [_value(row) for row in session.exec(wanted.order_by(col(StopRecordRow.sequence)))]


def find_stop_records(session: Session, county: str, ids: Iterable[str]) -> dict[str, StopRecord]:
    """Those of the county's records that some ids name."""
    names = sorted(set(ids))
    found = {}
    for start in range(0, len(names), CHUNK):
        some = col(StopRecordRow.id).in_(names[start : start + CHUNK])
        for row in session.exec(select(StopRecordRow).where(StopRecordRow.county == county, some)):
            found[row.id] = _value(row)
    return found


def count_stop_records(session: Session, county: str, date: dt.date, vehicle: str) -> int:
    """How many records there are of a vehicle's day."""
    wanted = select(func.count()).select_from(StopRecordRow)
    return session.exec(
        wanted.where(
            StopRecordRow.county == county,
            StopRecordRow.date == date,
            StopRecordRow.vehicle == vehicle,
        )
    ).one()


def add_stop_records(
    session: Session, county: str, date: dt.date, records: Sequence[StopRecord]
) -> None:
    """Add records of a day; the county must be locked, since they are numbered in sequence."""
    last = select(func.max(StopRecordRow.sequence)).where(StopRecordRow.county == county)
    number = session.exec(last).one() or 0
    for sequence, record in enumerate(records, start=number + 1):
        values: dict[str, Any] = {name: getattr(record, name) for name in _SAME_NAMES}
        goods = [[one.order, one.pieces, one.weight_kg] for one in record.goods]
        session.add(
            StopRecordRow(
                **values,
                county=county,
                sequence=sequence,
                date=date,
                plan_id=record.plan,
                plan_version=record.version,
                goods=goods,
            )
        )
    session.flush()


def find_driven_plan(session: Session, county: str, date: dt.date) -> PlanRow | None:
    """The plan that a day is driven by: the one in force, else the newest that was closed.

    Here as in the other two, documents are read only where somebody asks for them.
    """
    state = col(PlanRow.state)
    driven = _plans(county, date).where(state.in_((*IN_FORCE, PlanState.CLOSED)))
    first = (state == PlanState.CLOSED, col(PlanRow.version).desc())
    return session.exec(driven.order_by(*first).limit(1)).first()


def find_newest_plan(session: Session, county: str, date: dt.date) -> PlanRow | None:
    """The plan of a day with the highest version, if there is one."""
    newest = col(PlanRow.version).desc()
    return session.exec(_plans(county, date).order_by(newest).limit(1)).first()


def find_plan_of_day(session: Session, county: str, date: dt.date, plan_id: str) -> PlanRow | None:
    """The plan of an id, if it is one of the county and the day."""
    return session.exec(_plans(county, date).where(PlanRow.id == plan_id)).first()


def find_lot(session: Session, county: str, identifier: str) -> DayOrder | None:
    """The order whose lot carries an identifier; of several the latest."""
    key = select(OrderRow.key).where(OrderRow.county == county, OrderRow.identifier == identifier)
    found = session.exec(key.order_by(col(OrderRow.date).desc(), OrderRow.key).limit(1)).first()
    return None if found is None else find_record(session, county, DayOrder, found)


def count_attachments(session: Session, plan_id: str, vehicle: str) -> int:
    """How many attachments there are of a vehicle in a plan."""
    wanted = select(func.count()).select_from(AttachmentRow)
    return session.exec(
        wanted.where(AttachmentRow.plan_id == plan_id, AttachmentRow.vehicle == vehicle)
    ).one()


def purge_attachments(session: Session, before: dt.datetime) -> int:
    """Delete the content of what was to be kept until then at most, in every county; how many."""
    return session.exec(
        update(AttachmentRow)
        .where(col(AttachmentRow.keep_until) <= before, col(AttachmentRow.purged_at).is_(None))
        .values(content=None, purged_at=before)
    ).rowcount


def _plans(county: str, date: dt.date) -> SelectOfScalar[PlanRow]:
    plans = select(PlanRow).where(PlanRow.county == county, PlanRow.date == date)
    return plans.options(defer(col(PlanRow.problem)), defer(col(PlanRow.document)))


def _value(row: StopRecordRow) -> StopRecord:
    return StopRecord(
        **{name: getattr(row, name) for name in _SAME_NAMES},
        plan=row.plan_id,
        version=row.plan_version,
        goods=tuple(Counted(*one) for one in row.goods),
    )
