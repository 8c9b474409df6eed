"""The road: what a driver needs, how the day goes, and the way of a lot."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from coop_service.domain.actuals import VehicleActual, compare_vehicle
from coop_service.domain.china_time import day_of, seconds_of_day
from coop_service.domain.drive_route import DriveRoute, drive_route
from coop_service.domain.papers.day import PaperDay
from coop_service.domain.records import DayOrder
from coop_service.domain.stop_records import StopRecord
from coop_service.domain.trace import PlannedDay, TraceEvent, trace_lot
from coop_service.errors import CoopError, both
from coop_service.services.drive_links import OpenedLink
from coop_service.services.papers import paper_context
from coop_service.services.planning import get_plan, read_stored
from coop_service.store.road import (
    count_stop_records,
    find_driven_plan,
    find_lot,
    find_newest_plan,
    load_stop_records,
)
from coop_service.store.tables import PlanRow, PlanState, utc_now


class UnknownLot(LookupError, CoopError):
    """No lot of that identifier in the county."""

    code = "unknown_lot"


@dataclass(frozen=True, slots=True)
class DriverDay:
    """What a link shows.

    Attributes:
        plan: the one that holds now: the one that the day is driven by, or the link's own.
        county_name: of the county.
        synthetic_roads: distances and times are those of a synthetic network.
        records: of the vehicle and day, in the sequence in which they were received.
    """

    plan: PlanRow
    county_name: str
    synthetic_roads: bool
    route: DriveRoute
    records: Sequence[StopRecord]


@dataclass(frozen=True, slots=True)
class PlanActual:
    """A plan beside what has been reported; ``now_s`` None: its day is over."""

    plan: PlanRow
    now_s: int | None
    vehicles: tuple[VehicleActual, ...]


def current_plan(session: Session, link: OpenedLink) -> PlanRow:
    """The plan that the driver of a link has to go by now.

    That is the one that the day is driven by. A link to a later draft shows that draft, which says
    so.
    """
    driven = find_driven_plan(session, link.county, link.plan.date)
    is_draft = link.plan.state is PlanState.DRAFT
    if driven is None or (is_draft and link.plan.version > driven.version):
        return link.plan
    return driven


def tag_of_driver_day(session: Session, link: OpenedLink) -> str:
    """A text that changes whenever what the link shows does, found without reading the plan."""
    plan = current_plan(session, link)
    count = count_stop_records(session, link.county, plan.date, link.vehicle)
    text = f"{plan.id} {plan.state} {link.vehicle} {link.number} {count}"
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def get_driver_day(session: Session, link: OpenedLink) -> DriverDay:
    """What a link shows at this moment."""
    plan = current_plan(session, link)
    day = _paper_day(session, plan)
    return DriverDay(
        plan=plan,
        county_name=day.context.county,
        synthetic_roads=day.context.synthetic_roads,
        route=drive_route(day, link.vehicle),
        records=load_stop_records(session, link.county, plan.date, link.vehicle),
    )


def compare_plan(
    session: Session, county: str, plan_id: str, now: dt.datetime | None = None
) -> PlanActual:
    """Planned against actual for every vehicle that the plan uses.

    Args:
        session: of the store.
        county: code of the county.
        plan_id: the plan.
        now: the moment to predict from; None: the present one.

    Raises:
        UnknownPlan: the county has none of that id.
    """
    row = get_plan(session, county, plan_id)
    now = now or utc_now()
    is_over = row.date < day_of(now)
    now_s = None if is_over else seconds_of_day(now, row.date)
    day = _paper_day(session, row)
    records: dict[str, list[StopRecord]] = {}
    for record in load_stop_records(session, county, row.date):
        records.setdefault(record.vehicle, []).append(record)
    return PlanActual(
        plan=row,
        now_s=now_s,
        vehicles=tuple(
            compare_vehicle(
                drive_route(day, vehicle), row.id, row.date, records.get(vehicle, ()), now_s
            )
            for vehicle in day.routes
        ),
    )


def trace(
    session: Session, county: str, identifier: str
) -> tuple[DayOrder, tuple[TraceEvent, ...]]:
    """The lot of an identifier and its events in time order.

    Plans are told that drivers have reported on, and besides the one that the day is driven by
    or, where there is none, the newest.

    Raises:
        UnknownLot: no order of the county carries the identifier.
    """
    order = find_lot(session, county, identifier)
    if order is None:
        raise UnknownLot(
            both(f"没有标识为“{identifier}”的批次", f"there is no lot with identifier {identifier}")
        )
    records = load_stop_records(session, county, order.date)
    newest = find_driven_plan(session, county, order.date) or find_newest_plan(
        session, county, order.date
    )
    ids = dict.fromkeys(record.plan for record in records)
    if newest is not None:
        ids[newest.id] = None
    rows = [get_plan(session, county, plan_id) for plan_id in ids]
    plans = [PlannedDay(_paper_day(session, row), row.created_at) for row in rows]
    return order, trace_lot(order, plans, records)


def _paper_day(session: Session, row: PlanRow) -> PaperDay:
    return PaperDay(*read_stored(row), paper_context(session, row))
