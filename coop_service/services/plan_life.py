"""The life of a plan: draft, released, in progress, closed; who did what, and who saw it last."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from coop_service.domain.verify import verify
from coop_service.errors import CoopError, Fault, InvalidInput, both
from coop_service.services.planning import get_plan, read_stored
from coop_service.store.queries import lock_county
from coop_service.store.tables import (
    IN_FORCE,
    PlanEventKind,
    PlanEventRow,
    PlanRow,
    PlanState,
)

Revisions = frozenset[int] | None
"""Revisions of a plan that a caller takes for the present one; None: whichever it is."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A step in a plan's life: from which state, to which, and what it is called."""

    before: PlanState
    after: PlanState
    kind: PlanEventKind


STEPS: Final[Mapping[str, _Step]] = {
    "release": _Step(PlanState.DRAFT, PlanState.RELEASED, PlanEventKind.RELEASED),
    "start": _Step(PlanState.RELEASED, PlanState.IN_PROGRESS, PlanEventKind.STARTED),
    "close": _Step(PlanState.IN_PROGRESS, PlanState.CLOSED, PlanEventKind.CLOSED),
}
"""Steps by what a caller asks for."""


class PlanChanged(RuntimeError, CoopError):
    """Something has happened to a plan that the caller has not seen.

    ``events``: what, the oldest first. ``revision``: the present one.
    """

    code = "plan_changed"

    def __init__(self, row: PlanRow, events: Sequence[PlanEventRow]) -> None:
        self.revision = row.revision
        self.events = tuple(events)
        told_zh, told_en = zip(*map(_tell, events), strict=True) if events else ((), ())
        super().__init__(
            both(
                f"方案第 {row.version} 版在您读取之后已有变动:{';'.join(told_zh) or '-'}。"
                "请重新读取后再保存",
                f"version {row.version} has changed since you read it: "
                f"{'; '.join(told_en) or '-'}. Read it again before you save",
            )
        )


class WrongState(RuntimeError, CoopError):
    """A step that a plan's state does not allow. ``possible``: the steps that it does."""

    code = "wrong_state"

    def __init__(self, row: PlanRow) -> None:
        self.state = row.state
        self.possible = tuple(name for name, step in STEPS.items() if step.before is row.state)
        steps = ", ".join(self.possible)
        super().__init__(
            both(
                f"方案状态为 {row.state.value},可执行:{steps or '无'}",
                f"the plan is {row.state.value}; what can be done: {steps or 'nothing'}",
            )
        )


class PlanHasViolations(InvalidInput):
    """A plan that breaks rules, which may stay a draft but not be released."""

    code = "plan_has_violations"


def list_events(session: Session, row: PlanRow) -> Sequence[PlanEventRow]:
    """What has happened to a plan since it was made, the oldest first."""
    events = select(PlanEventRow).where(PlanEventRow.plan_id == row.id)
    return session.exec(events.order_by(col(PlanEventRow.revision))).all()


def refuse_unseen(session: Session, row: PlanRow, seen: Revisions) -> None:
    """Refuse to act on a plan that has changed since the caller saw it.

    Raises:
        PlanChanged: tells what has happened since the last revision that the caller names.
    """
    if seen is None or row.revision in seen:
        return
    last = max((one for one in seen if one < row.revision), default=0)
    raise PlanChanged(row, [one for one in list_events(session, row) if one.revision > last])


def refuse_state(row: PlanRow, allowed: Sequence[PlanState]) -> None:
    """Refuse to act on a plan in another state.

    Raises:
        WrongState: tells what its state allows.
    """
    if row.state not in allowed:
        raise WrongState(row)


def add_event(
    session: Session,
    row: PlanRow,
    kind: PlanEventKind,
    by: str,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write down what happens to a plan, whose state is already the new one; nothing is committed.

    To be called with the county locked: it raises the plan's revision.
    """
    row.revision += 1
    session.add(row)
    session.add(
        PlanEventRow(
            id=str(uuid.uuid4()),
            county=row.county,
            plan_id=row.id,
            revision=row.revision,
            kind=kind,
            state=row.state,
            by=by,
            detail=None if detail is None else dict(detail),
        )
    )


def take_step(
    session: Session,
    county: str,
    plan_id: str,
    step: str,
    *,
    seen: Revisions,
    by: str,
    note: str = "",
) -> PlanRow:
    """Take a plan a step further in its life, and commit it.

    A release puts the plan in the place of that which was in force on the day.

    Args:
        session: of the store.
        county: code of the county.
        plan_id: the plan.
        step: a name of :data:`STEPS`.
        seen: revisions that the caller takes for the present one.
        by: who takes it.
        note: what people should know about it.

    Raises:
        UnknownPlan: the county has none of that id.
        PlanChanged: something has happened to the plan that the caller has not seen.
        WrongState: its state does not allow the step.
        PlanHasViolations: it breaks rules and cannot be released; names all of them.
    """
    wanted = STEPS[step]
    row = get_plan(session, county, plan_id)
    refuse_unseen(session, row, seen)
    refuse_state(row, [wanted.before])
    if wanted.after is PlanState.RELEASED:
        _refuse_violations(row)
    lock_county(session, county)
    session.refresh(row, ["state", "revision"])
    refuse_unseen(session, row, seen)
    refuse_state(row, [wanted.before])
    detail: dict[str, Any] = {"note": note} if note else {}
    if wanted.after is PlanState.RELEASED:
        superseded = _supersede(session, row, by)
        if superseded:
            detail["superseded"] = superseded
    row.state = wanted.after
    add_event(session, row, wanted.kind, by, detail or None)
    session.commit()
    return row


def _refuse_violations(row: PlanRow) -> None:
    violations = verify(*read_stored(row)).violations
    if violations:
        raise PlanHasViolations([Fault("", found.rule, str(found)) for found in violations])


def _supersede(session: Session, row: PlanRow, by: str) -> list[dict[str, Any]]:
    """Put an end to what is in force on the plan's day; id and version of each."""
    in_force = select(PlanRow).where(
        PlanRow.county == row.county,
        PlanRow.date == row.date,
        PlanRow.id != row.id,
        col(PlanRow.state).in_(IN_FORCE),
    )
    big = (col(PlanRow.problem), col(PlanRow.document))
    ended = []
    for earlier in session.exec(in_force.options(*map(defer, big))).all():
        before = earlier.state
        earlier.state = PlanState.SUPERSEDED
        detail = {"plan_id": row.id, "version": row.version, "state_before": before.value}
        add_event(session, earlier, PlanEventKind.SUPERSEDED, by, detail)
        ended.append({"plan_id": earlier.id, "version": earlier.version})
    return ended


def _tell(event: PlanEventRow) -> tuple[str, str]:
    """One event as a sentence, in Chinese and in English."""
    at = event.at.isoformat(timespec="seconds")
    detail = event.detail or {}
    if event.kind is PlanEventKind.CHANGED:
        vans = detail.get("vehicles", [])
        return (
            f"{at} {event.by} 保存为第 {detail.get('version')} 版,"
            f"改动车辆 {'、'.join(vans) or '无'}",
            f"{event.by} saved version {detail.get('version')} of it at {at}, vehicles "
            f"{', '.join(vans) or 'none'}",
        )
    return f"{at} {event.by} {event.kind.value}", f"{event.kind.value} by {event.by} at {at}"
