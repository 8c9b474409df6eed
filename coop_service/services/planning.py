"""Asking for plans, and reading jobs and plans. The solve itself is in ``plan_runs``."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select, update

from coop_service.documents import read_plan, read_problem
from coop_service.domain.edits import Locks, with_locks
from coop_service.domain.plan import Plan
from coop_service.domain.problem import InboundDay, ModeSetting, Problem
from coop_service.domain.townships import find_townships
from coop_service.errors import CoopError, Fault, InvalidInput, both
from coop_service.planning.engines import DEFAULT_ENGINE, ENGINES
from coop_service.planning.stop import MaxIterations, MaxRuntime, StopRule
from coop_service.settings import Settings
from coop_service.store.queries import load_fleet, load_network
from coop_service.store.tables import (
    JobRow,
    JobState,
    OrderRow,
    PlanRow,
    PlanState,
    VanRow,
    utc_now,
)

MAX_ITERATIONS: Final = 100_000

UNFINISHED: Final = (JobState.QUEUED, JobState.RUNNING)


class UnknownJob(LookupError, CoopError):
    """No job of that id in the county."""

    code = "unknown_job"


class UnknownPlan(LookupError, CoopError):
    """No plan of that id in the county."""

    code = "unknown_plan"


class IdempotencyConflict(ValueError, CoopError):
    """The idempotency key was used before, for another request."""

    code = "idempotency_conflict"


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What a plan is asked for.

    Attributes:
        date: the day to plan.
        stop: when the search ends.
        engine: a name of :data:`coop_service.planning.engines.ENGINES`.
        seed: of the search.
        name: what people call the plan; None: the county's code and the date.
        rules: whether the rules of a working day hold
            (:func:`coop_service.domain.day_problem.default_rules`).
        start_plan_id: an earlier plan of the day to begin with; None: anew.
        modes, inbound: what is decided about townships, by the code of their station
            (:func:`coop_service.domain.townships.find_townships`).
    """

    date: dt.date
    stop: StopRule
    engine: str
    seed: int
    name: str | None
    rules: bool
    start_plan_id: str | None
    modes: Mapping[str, ModeSetting] = field(default_factory=dict)
    inbound: Mapping[str, InboundDay] = field(default_factory=dict)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> PlanRequest:
        """The request that a job row holds."""
        stop = (
            MaxRuntime(document["seconds"])
            if "seconds" in document
            else MaxIterations(document["iterations"])
        )
        date = dt.date.fromisoformat(document["date"])
        return cls(
            date,
            stop,
            document["engine"],
            document["seed"],
            document["name"],
            document["rules"],
            document["start_plan_id"],
            {code: ModeSetting(mode) for code, mode in document.get("modes", {}).items()},
            {code: InboundDay(day) for code, day in document.get("inbound", {}).items()},
        )

    def to_document(self) -> dict[str, Any]:
        """The request as JSON-ready values; it has either ``seconds`` or ``iterations``.

        What is decided about townships is left out where nothing is.
        """
        stop = (
            {"seconds": self.stop.seconds}
            if isinstance(self.stop, MaxRuntime)
            else {"iterations": self.stop.iterations}
        )
        decided = {
            name: {code: choice.value for code, choice in choices.items()}
            for name, choices in (("modes", self.modes), ("inbound", self.inbound))
            if choices
        }
        return {
            "date": self.date.isoformat(),
            **stop,
            "engine": self.engine,
            "seed": self.seed,
            "name": self.name,
            "rules": self.rules,
            "start_plan_id": self.start_plan_id,
            **decided,
        }

    def digest(self) -> str:
        """The same for two requests exactly if they ask for the same."""
        text = json.dumps(self.to_document(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def make_request(
    settings: Settings,
    date: dt.date,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    engine: str = DEFAULT_ENGINE,
    seed: int = 1,
    name: str | None = None,
    rules: bool = True,
    start_plan_id: str | None = None,
    modes: Mapping[str, ModeSetting] | None = None,
    inbound: Mapping[str, InboundDay] | None = None,
) -> PlanRequest:
    """A request within the limits of the settings.

    Raises:
        InvalidInput: everything that is out of range, or an unknown engine.
    """
    faults = find_search_faults(settings, seconds, iterations, engine)
    if not settings.earliest_date <= date <= settings.latest_date:
        faults.append(_out_of_range("/date", f"[{settings.earliest_date}, {settings.latest_date}]"))
    if faults:
        raise InvalidInput(faults)
    stop = make_stop(settings, seconds, iterations)
    return PlanRequest(
        date, stop, engine, seed, name, rules, start_plan_id, modes or {}, inbound or {}
    )


def find_search_faults(
    settings: Settings, seconds: float | None, iterations: int | None, engine: str
) -> list[Fault]:
    """Everything that is wrong with what a search is asked for."""
    faults = []
    if seconds is not None and iterations is not None:
        message = both("seconds 与 iterations 只能给一个", "give either seconds or iterations")
        faults.append(Fault("/iterations", "ambiguous_stop", message))
    if seconds is not None and not 0 < seconds <= settings.max_solve_s:
        faults.append(_out_of_range("/seconds", f"(0, {settings.max_solve_s:g}]"))
    if iterations is not None and not 1 <= iterations <= MAX_ITERATIONS:
        faults.append(_out_of_range("/iterations", f"[1, {MAX_ITERATIONS}]"))
    if engine not in ENGINES:
        names = ", ".join(ENGINES)
        message = both(f"没有引擎 {engine},可选:{names}", f"no engine {engine}; there are: {names}")
        faults.append(Fault("/engine", "unknown_engine", message))
    return faults


def make_stop(settings: Settings, seconds: float | None, iterations: int | None) -> StopRule:
    """The stop rule of a request that gives one of the two, or neither: the default seconds."""
    if iterations is not None:
        return MaxIterations(iterations)
    return MaxRuntime(settings.default_solve_s if seconds is None else seconds)


def request_plan(
    session: Session,
    county: str,
    request: PlanRequest,
    created_by: str,
    idempotency_key: str | None = None,
) -> JobRow:
    """Take in a request for a plan as a queued job, and commit it.

    Args:
        session: of the store.
        county: code of the county.
        request: what is asked for.
        created_by: who asks.
        idempotency_key: the caller's own name for this request; asking again with it gives the
            same job, whatever has become of it.

    Raises:
        IdempotencyConflict: the key was used for another request.
        InvalidInput: there is nothing to plan on that day or nothing to drive, or the plan to begin
            with is not one of that day.
    """
    if idempotency_key is not None:
        earlier = _find_job_by_key(session, county, idempotency_key, request)
        if earlier is not None:
            return earlier
    _refuse_unplannable(session, county, request)
    job = JobRow(
        id=str(uuid.uuid4()),
        county=county,
        kind="plan",
        state=JobState.QUEUED,
        request=request.to_document(),
        request_digest=request.digest(),
        idempotency_key=idempotency_key,
        created_by=created_by,
    )
    session.add(job)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        if idempotency_key is None:
            raise
        # Another request with the same key was faster.
        earlier = _find_job_by_key(session, county, idempotency_key, request)
        if earlier is None:
            raise
        return earlier
    return job


def get_job(session: Session, county: str, job_id: str) -> JobRow:
    """One job.

    Raises:
        UnknownJob: the county has none of that id.
    """
    job = session.get(JobRow, job_id)
    if job is None or job.county != county:
        raise UnknownJob(both(f"没有任务 {job_id}", f"there is no job {job_id}"))
    return job


def list_jobs(
    session: Session, county: str, *, state: str | None = None, offset: int = 0, limit: int = 50
) -> tuple[Sequence[JobRow], int]:
    """A page of the county's jobs, newest first, and how many there are in all."""
    wanted = [JobRow.county == county]
    if state is not None:
        wanted.append(JobRow.state == state)
    total = session.exec(select(func.count()).select_from(JobRow).where(*wanted)).one()
    page = select(JobRow).where(*wanted).order_by(col(JobRow.created_at).desc(), col(JobRow.id))
    return session.exec(page.offset(offset).limit(limit)).all(), total


def find_unfinished_jobs(session: Session) -> Sequence[str]:
    """Ids of all accepted jobs that have not ended, of every county, oldest first."""
    unfinished = select(JobRow.id).where(col(JobRow.state).in_(UNFINISHED))
    return session.exec(unfinished.order_by(col(JobRow.created_at))).all()


def cancel_job(session: Session, county: str, job_id: str) -> JobRow:
    """Cancel a job: a queued one ends here, a running one soon, with its best plan kept.

    A job that has ended stays as it is, so that cancelling twice or too late does no harm.

    Raises:
        UnknownJob: the county has none of that id.
    """
    get_job(session, county, job_id)
    now = utc_now()
    session.exec(
        update(JobRow)
        .where(col(JobRow.id) == job_id, col(JobRow.state) == JobState.QUEUED)
        .values(state=JobState.CANCELLED, cancel_requested_at=now, finished_at=now)
    )
    session.exec(
        update(JobRow)
        .where(
            col(JobRow.id) == job_id,
            col(JobRow.state) == JobState.RUNNING,
            col(JobRow.cancel_requested_at).is_(None),
        )
        .values(cancel_requested_at=now)
    )
    session.commit()
    session.expire_all()
    return get_job(session, county, job_id)


def get_plan(session: Session, county: str, plan_id: str) -> PlanRow:
    """One plan.

    Raises:
        UnknownPlan: the county has none of that id.
    """
    plan = session.get(PlanRow, plan_id)
    if plan is None or plan.county != county:
        raise UnknownPlan(both(f"没有方案 {plan_id}", f"there is no plan {plan_id}"))
    return plan


def list_plans(
    session: Session,
    county: str,
    *,
    date: dt.date | None = None,
    state: PlanState | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[Sequence[PlanRow], int]:
    """A page of the county's plans, newest first, and how many there are in all."""
    wanted = [PlanRow.county == county]
    if date is not None:
        wanted.append(PlanRow.date == date)
    if state is not None:
        wanted.append(PlanRow.state == state)
    total = session.exec(select(func.count()).select_from(PlanRow).where(*wanted)).one()
    # A page of plans is a list, not a library: the big columns stay where they are.
    page = select(PlanRow).where(*wanted)
    page = page.options(defer(col(PlanRow.problem)), defer(col(PlanRow.document)))
    page = page.order_by(col(PlanRow.created_at).desc(), col(PlanRow.id))
    return session.exec(page.offset(offset).limit(limit)).all(), total


def read_stored(row: PlanRow) -> tuple[Problem, Plan]:
    """The problem, with the locks that are in force, and the plan of a row, as values."""
    problem = read_problem(json.loads(row.problem))
    return with_locks(problem, Locks.from_document(row.locks)), read_plan(row.document)


def _find_job_by_key(
    session: Session, county: str, idempotency_key: str, request: PlanRequest
) -> JobRow | None:
    job = session.exec(
        select(JobRow).where(JobRow.county == county, JobRow.idempotency_key == idempotency_key)
    ).first()
    if job is not None and job.request_digest != request.digest():
        raise IdempotencyConflict(
            both(
                "此 Idempotency-Key 已用于另一个请求",
                "this Idempotency-Key was used for another request",
            )
        )
    return job


def _refuse_unplannable(session: Session, county: str, request: PlanRequest) -> None:
    faults = []
    orders = select(OrderRow.key).where(OrderRow.county == county, OrderRow.date == request.date)
    if session.exec(orders.limit(1)).first() is None:
        faults.append(
            Fault(
                "/date",
                "day_without_orders",
                both(f"{request.date} 没有订单", f"there are no orders on {request.date}"),
            )
        )
    vans = select(VanRow.code).where(VanRow.county == county, col(VanRow.active).is_(True))
    if session.exec(vans.limit(1)).first() is None:
        faults.append(
            Fault("", "no_vehicles", both("没有可用车辆", "the county has no active vehicle"))
        )
    if request.start_plan_id is not None:
        start = select(PlanRow.id).where(
            PlanRow.id == request.start_plan_id,
            PlanRow.county == county,
            PlanRow.date == request.date,
        )
        if session.exec(start).first() is None:
            message = both(
                f"{request.date} 没有方案 {request.start_plan_id}",
                f"there is no plan {request.start_plan_id} of {request.date}",
            )
            faults.append(Fault("/start_plan_id", "unknown_plan", message))
    if request.modes or request.inbound:
        network = load_network(session, county, request.date)
        fleet = load_fleet(session, county)
        try:
            find_townships(network, fleet, request.modes, request.inbound)
        except InvalidInput as error:
            faults += error.faults
    if faults:
        raise InvalidInput(faults)


def _out_of_range(where: str, allowed: str) -> Fault:
    return Fault(where, "out_of_range", both(f"须在 {allowed} 内", f"must be within {allowed}"))
