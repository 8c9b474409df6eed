"""Taking in what drivers report.

Events come in batches, some of them for the second time: a connection that breaks off leaves the
phone not knowing what has arrived. What is there already is left as it is, and what cannot be taken
is named, so that one bad event holds back no other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from sqlmodel import Session

from coop_service.domain.stop_records import (
    OF_TRIP,
    OF_VISIT,
    Counted,
    RecordKind,
    RefusalReason,
    StopRecord,
)
from coop_service.errors import Fault, both
from coop_service.services.drafts import Draft
from coop_service.store.queries import lock_county
from coop_service.store.road import (
    add_stop_records,
    find_plan_of_day,
    find_stop_records,
    load_stop_records,
)
from coop_service.store.tables import PlanRow, utc_now

MAX_EVENTS: Final = 500
"""Events of one batch."""

_EARLIEST: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_LATEST: Final = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


class Outcome(StrEnum):
    """What became of an event."""

    TAKEN = "taken"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class EventOutcome:
    """An event of a batch; ``id`` None: it could not be read."""

    id: str | None
    outcome: Outcome
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports: for which vehicle and day, and under what name."""

    county: str
    date: dt.date
    vehicle: str
    name: str


def take_events(
    session: Session, reporter: Reporter, drafts: Sequence[Draft]
) -> list[EventOutcome]:
    """Take in a batch, and commit.

    Args:
        session: of the store.
        reporter: who reports.
        drafts: the events as they were sent: ``id``, ``plan``, ``kind``, ``at``, ``trip``,
            ``visit``, ``stop``, ``goods``, ``reason``, ``note``, ``cash_yuan``,
            ``returned_pieces``, ``lon``, ``lat``, ``attachments``, ``corrects``, ``withdraws``.

    Returns:
        What became of each, in the sequence sent.
    """
    lock_county(session, reporter.county)
    batch = _Batch(session, reporter, drafts)
    outcomes = [batch.take(draft) for draft in drafts]
    add_stop_records(session, reporter.county, reporter.date, batch.taken)
    session.commit()
    return outcomes


@dataclass(frozen=True, slots=True)
class _PlannedVisit:
    trip_index: int
    stop: str
    orders: Collection[str]


@dataclass(frozen=True, slots=True)
class _Planned:
    """A plan as far as events of one vehicle are judged by it."""

    version: int
    trips: int
    visits: Sequence[_PlannedVisit]

    @classmethod
    def of(cls, row: PlanRow, vehicle: str) -> _Planned:
        # The document is our own and was verified: reading it whole for every event is not needed.
        routes = row.document["routes"]
        trips = next((one["trips"] for one in routes if one["vehicle"] == vehicle), [])
        visits = [
            _PlannedVisit(index, visit["stop"], frozenset(visit["orders"]))
            for index, trip in enumerate(trips)
            for visit in trip["stops"]
        ]
        return cls(row.version, len(trips), visits)


@dataclass
class _Batch:
    """The events of one batch, each judged with those before it taken."""

    session: Session
    reporter: Reporter
    drafts: Sequence[Draft]
    taken: list[StopRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        reporter = self.reporter
        self._now = utc_now()
        self._plans: dict[str, _Planned | None] = {}
        day = load_stop_records(self.session, reporter.county, reporter.date, reporter.vehicle)
        self._of_day = {record.id: record for record in day}
        ids = [str(draft.values["id"]) for draft in self.drafts if "id" in draft.values]
        self._known = find_stop_records(self.session, reporter.county, ids)

    def take(self, draft: Draft) -> EventOutcome:
        """Judge an event, and keep it where it is good and new."""
        name = str(draft.values["id"]) if "id" in draft.values else None
        faults = [*draft.faults]
        if not draft.unread:
            faults += self._judge(draft)
        if name is None or faults:
            return EventOutcome(name, Outcome.REFUSED, tuple(faults))
        record = self._record(draft.values)
        earlier = self._known.get(name)
        if earlier is None:
            self.taken.append(record)
            self._known[name] = self._of_day[name] = record
            return EventOutcome(name, Outcome.TAKEN)
        same = replace(earlier, received_at=record.received_at, reported_by=record.reported_by)
        if same == record:
            return EventOutcome(name, Outcome.KNOWN)
        message = both("此编号已用于另一条记录", "this id belongs to another record already")
        return EventOutcome(name, Outcome.REFUSED, (draft.fault("id", "id_in_use", message),))

    def _judge(self, draft: Draft) -> Iterator[Fault]:
        values = draft.values
        if not _EARLIEST <= values["at"] <= _LATEST:
            message = both("时间应在 2000 至 2099 年", "must lie in the years 2000 to 2099")
            yield draft.fault("at", "out_of_range", message)
        if (values["lon"] is None) != (values["lat"] is None):
            message = both("经纬度应同时给出", "give both lon and lat, or neither")
            yield draft.fault("lat", "missing_field", message)
        planned = self._plan(values["plan"])
        if planned is None:
            reporter = self.reporter
            message = both(
                f"{reporter.date} 没有方案 {values['plan']}",
                f"there is no plan {values['plan']} of {reporter.date}",
            )
            yield draft.fault("plan", "unknown_plan", message)
            return
        yield from self._judge_place(draft, planned)
        yield from self._judge_reason(draft)
        if values["kind"] is RecordKind.CORRECTION:
            yield from self._judge_correction(draft)
        elif values["corrects"] is not None or values["withdraws"]:
            message = both("只有更正可以填写", "only a correction has this")
            yield draft.fault("corrects", "not_a_correction", message)

    def _judge_place(self, draft: Draft, planned: _Planned) -> Iterator[Fault]:
        values = draft.values
        kind, trip, visit = values["kind"], values["trip"], values["visit"]
        if kind in OF_TRIP and trip is None:
            yield _missing(draft, "trip", "趟次序号", "the number of the trip")
        if kind in OF_VISIT and visit is None:
            yield _missing(draft, "visit", "停靠序号", "the number of the visit")
        if trip is not None and trip >= planned.trips:
            yield _beyond(draft, "trip", planned.trips, "趟", "trips")
        if visit is not None and visit >= len(planned.visits):
            yield _beyond(draft, "visit", len(planned.visits), "站", "visits")
            return
        if kind is RecordKind.CORRECTION:
            return
        orders: Collection[str] = ()
        if visit is not None:
            orders = planned.visits[visit].orders
            stop = planned.visits[visit].stop
            if values["stop"] != stop:
                message = both(f"该方案的这一站是 {stop}", f"this visit of the plan is at {stop}")
                yield draft.fault("stop", "wrong_stop", message)
        yield from _judge_goods(draft, orders)

    def _judge_reason(self, draft: Draft) -> Iterator[Fault]:
        values = draft.values
        kind, reason = values["kind"], values["reason"]
        if kind is RecordKind.REFUSED and reason is None:
            yield _missing(draft, "reason", "拒收原因", "the reason of the refusal")
        if kind not in (RecordKind.REFUSED, RecordKind.CORRECTION) and reason is not None:
            message = both("只有拒收才有原因", "only a refusal has a reason")
            yield draft.fault("reason", "not_a_refusal", message)
        if reason is RefusalReason.OTHER and not values["note"].strip():
            yield _missing(draft, "note", "“其他”原因的说明", "what the other reason is")

    def _judge_correction(self, draft: Draft) -> Iterator[Fault]:
        corrects = draft.values["corrects"]
        if corrects is None:
            yield _missing(draft, "corrects", "被更正记录的编号", "the id of what is corrected")
            return
        first = self._of_day.get(str(corrects))
        while first is not None and first.kind is RecordKind.CORRECTION:
            first = self._of_day.get(first.corrects or "")
        if first is None:
            message = both(
                f"该车当天没有记录 {corrects}",
                f"there is no record {corrects} of this vehicle and day",
            )
            yield draft.fault("corrects", "unknown_record", message)
            return
        orders: Collection[str] = ()
        planned = self._plan(first.plan)
        if planned is not None and first.visit_index is not None:
            orders = planned.visits[first.visit_index].orders
        yield from _judge_goods(draft, orders)

    def _plan(self, name: str) -> _Planned | None:
        if name not in self._plans:
            reporter = self.reporter
            row = find_plan_of_day(self.session, reporter.county, reporter.date, name)
            self._plans[name] = None if row is None else _Planned.of(row, reporter.vehicle)
        return self._plans[name]

    def _record(self, values: Mapping[str, Any]) -> StopRecord:
        planned = self._plan(values["plan"])
        if planned is None:
            raise AssertionError("only what has been judged becomes a record")
        corrects = values["corrects"]
        return StopRecord(
            id=str(values["id"]),
            plan=values["plan"],
            version=planned.version,
            vehicle=self.reporter.vehicle,
            kind=values["kind"],
            at=values["at"],
            received_at=self._now,
            trip_index=values["trip"],
            visit_index=values["visit"],
            stop=values["stop"],
            goods=tuple(Counted(**one) for one in values["goods"]),
            reason=values["reason"],
            note=values["note"],
            cash_yuan=values["cash_yuan"],
            returned_pieces=values["returned_pieces"],
            lon=values["lon"],
            lat=values["lat"],
            attachments=tuple(str(one) for one in values["attachments"]),
            corrects=None if corrects is None else str(corrects),
            withdraws=values["withdraws"],
            reported_by=self.reporter.name,
        )


def _judge_goods(draft: Draft, orders: Collection[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, one in enumerate(draft.values["goods"]):
        name = one["order"]
        where = f"goods/{index}/order"
        if name not in orders:
            message = both(
                f"这一站没有订单 {name}", f"the order {name} is not handled at this visit"
            )
            yield draft.fault(where, "unknown_order", message)
        if name in seen:
            message = both(f"订单 {name} 出现多次", f"the order {name} is named twice")
            yield draft.fault(where, "repeated", message)
        seen.add(name)


def _missing(draft: Draft, name: str, zh: str, en: str) -> Fault:
    return draft.fault(name, "missing_field", both(f"缺少{zh}", f"{en} is missing"))


def _beyond(draft: Draft, name: str, count: int, zh: str, en: str) -> Fault:
    message = both(
        f"该车在此方案中只有 {count} {zh}(从 0 数起)",
        f"the vehicle has {count} {en} in this plan (counted from 0)",
    )
    return draft.fault(name, "out_of_range", message)
