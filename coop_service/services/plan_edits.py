"""Changing a plan by hand: check, look for places, save as a new version, compare versions."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from coop_service.documents import read_plan, read_problem, write_plan
from coop_service.documents.edits import write_changes
from coop_service.documents.json_text import parse_json
from coop_service.domain.edits import (
    Change,
    Checked,
    Insertion,
    Locks,
    PlanComparison,
    apply_changes,
    compare_plans,
)
from coop_service.errors import Fault, InvalidInput, both
from coop_service.planning.editing.hand_day import HandDay
from coop_service.planning.editing.places import find_places
from coop_service.planning.editing.retime import check_changes
from coop_service.services.plan_life import Revisions, add_event, refuse_state, refuse_unseen
from coop_service.services.planning import UnknownPlan
from coop_service.store.queries import lock_county
from coop_service.store.tables import PlanEventKind, PlanRow, PlanState

OPEN_PLANS: Final = 4
"""Plans kept in memory, the last used; a large day takes some tens of megabytes."""

CHANGEABLE: Final = (
    PlanState.DRAFT,
    PlanState.RELEASED,
    PlanState.IN_PROGRESS,
    PlanState.SUPERSEDED,
)
"""States of a plan that another version may be made of."""


class _OpenPlans:
    """Plans that were read lately. What is stored of a plan's content never changes."""

    def __init__(self) -> None:
        self._days: OrderedDict[str, HandDay] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, plan_id: str) -> HandDay | None:
        with self._lock:
            if plan_id in self._days:
                self._days.move_to_end(plan_id)
            return self._days.get(plan_id)

    def keep(self, plan_id: str, hand: HandDay) -> None:
        with self._lock:
            self._days[plan_id] = hand
            self._days.move_to_end(plan_id)
            while len(self._days) > OPEN_PLANS:
                self._days.popitem(last=False)


_OPEN: Final = _OpenPlans()


@dataclass(frozen=True, slots=True)
class SavedChanges:
    """A new version, and what its changes cost and break."""

    row: PlanRow
    checked: Checked


def open_plan(session: Session, county: str, plan_id: str) -> tuple[PlanRow, HandDay]:
    """A plan that is open for changes, from memory where it was read lately.

    The row's problem and document are read only where they are asked for.

    Raises:
        UnknownPlan: the county has none of that id.
    """
    big = (col(PlanRow.problem), col(PlanRow.document))
    row = session.get(PlanRow, plan_id, options=[defer(column) for column in big])
    if row is None or row.county != county:
        raise UnknownPlan(both(f"没有方案 {plan_id}", f"there is no plan {plan_id}"))
    hand = _OPEN.find(plan_id)
    if hand is None:
        problem = read_problem(parse_json(row.problem.encode()))
        hand = HandDay(problem, read_plan(row.document), Locks.from_document(row.locks))
        _OPEN.keep(plan_id, hand)
    return row, hand


def check_plan(session: Session, county: str, plan_id: str, changes: Sequence[Change]) -> Checked:
    """What changes of a plan cost and break; nothing is stored.

    Raises:
        UnknownPlan: the county has none of that id.
        ImpossibleChange, NoTimetable: a change cannot be made, or its times cannot be found.
    """
    _, hand = open_plan(session, county, plan_id)
    return check_changes(hand, changes)


def find_insertions(
    session: Session,
    county: str,
    plan_id: str,
    order: str,
    count: int,
    changes: Sequence[Change] = (),
) -> tuple[Insertion, ...]:
    """Where an order would fit in a plan, or in what changes have made of it.

    Raises:
        UnknownPlan: the county has none of that id.
        UnknownOrder: its day has no such order.
        ImpossibleChange: a change cannot be made.
    """
    _, hand = open_plan(session, county, plan_id)
    return find_places(hand, apply_changes(hand.board, changes), order, count)


def compare_versions(session: Session, county: str, plan_id: str, other_id: str) -> PlanComparison:
    """What differs from one plan to another.

    Raises:
        UnknownPlan: the county has none of one of the ids.
    """
    _, hand = open_plan(session, county, plan_id)
    _, other = open_plan(session, county, other_id)
    return compare_plans(hand.problem, hand.plan, other.problem, other.plan)


def save_changes(
    session: Session,
    county: str,
    plan_id: str,
    changes: Sequence[Change],
    *,
    seen: Revisions,
    by: str,
    note: str = "",
) -> SavedChanges:
    """Store the plan with the changes as a new draft, and commit it; the plan itself stays.

    A draft may break rules: releasing it may not.

    Args:
        session: of the store.
        county: code of the county.
        plan_id: the base plan.
        changes: at least one.
        seen: revisions of the base plan that the caller knows as the present one.
        by: who makes them.
        note: what people should know about them.

    Raises:
        UnknownPlan: the county has none of that id.
        PlanChanged: something has happened to the plan since.
        WrongState: no other version may be made of it.
        ImpossibleChange, NoTimetable: a change cannot be made, or its times cannot be found.
        InvalidInput: there is no change.
    """
    if not changes:
        message = both("至少一项改动", "there must be a change")
        raise InvalidInput([Fault("/changes", "no_changes", message)])
    row, hand = open_plan(session, county, plan_id)
    refuse_unseen(session, row, seen)
    checked = check_changes(hand, changes)
    # What follows is decided on rows that nobody else can change until it is written.
    lock_county(session, county)
    session.refresh(row, ["state", "revision"])
    refuse_unseen(session, row, seen)
    refuse_state(row, CHANGEABLE)
    saved = _new_version(session, row, hand, checked, changes, by, note)
    vehicles = [route.vehicle for route in checked.changed_routes]
    add_event(
        session,
        row,
        PlanEventKind.CHANGED,
        by,
        {
            "plan_id": saved.id,
            "version": saved.version,
            "vehicles": sorted({*vehicles, *checked.idle_vehicles}),
            "cost_difference": round(checked.after.cost - checked.before.cost, 2) + 0.0,
            "note": note,
        },
    )
    session.commit()
    _OPEN.keep(saved.id, HandDay(hand.problem, checked.after, checked.locks))
    return SavedChanges(saved, checked)


def _new_version(
    session: Session,
    base: PlanRow,
    hand: HandDay,
    checked: Checked,
    changes: Sequence[Change],
    by: str,
    note: str,
) -> PlanRow:
    plan = checked.after
    versions = select(func.max(PlanRow.version))
    versions = versions.where(PlanRow.county == base.county, PlanRow.date == base.date)
    row = PlanRow(
        id=str(uuid.uuid4()),
        county=base.county,
        date=base.date,
        version=(session.exec(versions).one() or 0) + 1,
        status=plan.status,
        job_id=None,
        problem=base.problem,
        document=write_plan(plan),
        created_by=by,
        cost_yuan=plan.cost,
        orders_served=len(hand.problem.orders) - len(plan.unassigned),
        orders_unassigned=len(plan.unassigned),
        vehicles_used=len(plan.routes),
        parent_id=base.id,
        changes=write_changes(tuple(changes)),
        locks=checked.locks.to_document() if checked.locks else None,
        note=note,
        violation_count=len(checked.verdict.violations),
    )
    session.add(row)
    session.flush()
    return row
