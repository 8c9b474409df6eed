"""Running one plan job: gather the day, decide on a plan, apply the result.

A job may be run more than once: its worker is killed, the service is started again. Each run first
claims the job by raising its ``attempts``, and every later write holds only as long as that number
stands, so that a run that was given up for dead can no longer change anything.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select, update

from coop_service.documents import (
    parse_json,
    read_plan,
    read_problem,
    write_plan,
    write_problem,
)
from coop_service.domain.day_problem import build_problem, default_rules
from coop_service.domain.edits import Locks, with_locks
from coop_service.domain.plan import Plan, Status
from coop_service.domain.problem import Problem
from coop_service.domain.townships import find_townships
from coop_service.domain.travel import Travel
from coop_service.errors import CoopError, Fault, InvalidInput, both
from coop_service.planning.process import CancelledBeforePlan, SolverDied, solve_in_process
from coop_service.planning.stop import StopRule
from coop_service.services.checked_plans import PlanRejected, refuse_unsound
from coop_service.services.planning import UNFINISHED, PlanRequest
from coop_service.store.queries import load_fleet, load_network, load_orders
from coop_service.store.tables import JobRow, JobState, PlanRow, utc_now

MAX_ATTEMPTS: Final = 3
"""A job whose process has died this often is given up."""

TURN_S: Final = 0.4
"""How often a run writes its progress and looks whether it has been cancelled."""

PROGRESS_ENTRIES: Final = 120
"""A longer history is thinned out: every other entry goes, the first and the last stay."""

_LOG = logging.getLogger(__name__)


class AttemptsUsedUp(RuntimeError, CoopError):
    """The process of a job died too often."""

    code = "attempts_used_up"


class RunInterrupted(RuntimeError, CoopError):
    """The process that runs a job has been told to end."""

    code = "run_interrupted"


class ClaimLost(RuntimeError, CoopError):
    """Another run has taken the job over; this one must not write any more."""

    code = "claim_lost"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run a job, until somebody else claims it."""

    job_id: str
    county: str
    attempt: int
    request: PlanRequest
    created_by: str
    progress: tuple[Mapping[str, Any], ...]


def run_plan_job(
    engine: Engine, job_id: str, is_stopping: Callable[[], bool] = lambda: False
) -> None:
    """Run a job to its end, unless it has ended already.

    Everything that the request, the data or the engine can bring about is written into the job.
    A solving process that dies is started again, :data:`MAX_ATTEMPTS` times at most.

    Args:
        engine: of the store.
        job_id: the job.
        is_stopping: whether this process has been told to end; the job is then queued again, and
            the attempt does not count.

    Raises:
        SQLAlchemyError: the store does not answer; the job is unchanged and can be run again.
    """
    while (claim := _claim(engine, job_id)) is not None:
        try:
            _run(engine, claim, is_stopping)
        except RunInterrupted:
            _LOG.warning("job %s: interrupted, queued again", job_id)
            _change(engine, claim, {"state": JobState.QUEUED, "attempts": claim.attempt - 1})
            return
        except SolverDied:
            _LOG.warning("job %s: the solver died in attempt %d", job_id, claim.attempt)
        except ClaimLost:
            _LOG.warning("job %s: attempt %d was superseded", job_id, claim.attempt)
            return


def solve_document(
    text: bytes,
    stop: StopRule,
    engine: str,
    seed: int,
    is_stopping: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """The plan document for the text of a problem document; nothing is stored.

    Raises:
        InvalidInput: faults of the document, or what the engine cannot plan.
        PlanRejected: the engine's plan breaks rules.
        NoPlanInTime, SolverDied, SolverFailed: as
            :func:`coop_service.planning.process.solve_in_process` says.
    """
    problem = read_problem(parse_json(text))
    plan = solve_in_process(problem, stop, seed, engine=engine, is_cancelled=is_stopping)
    refuse_unsound(problem, plan)
    return write_plan(plan)


def describe_error(error: CoopError) -> dict[str, Any]:
    """An error as a job holds it: problem details (RFC 9457) with all faults."""
    faults = error.faults if isinstance(error, InvalidInput | PlanRejected) else ()
    return {
        "type": f"urn:coop:{error.code}",
        "code": error.code,
        "detail": str(error).partition("\n")[0],
        "errors": [
            {"pointer": fault.pointer, "code": fault.code, "message": fault.message}
            for fault in faults
        ],
    }


def _claim(engine: Engine, job_id: str) -> Claim | None:
    """Take the job, or end it where it must not be run again; None where there is nothing to do."""
    while True:
        with Session(engine) as session:
            job = session.get(JobRow, job_id)
            if job is None or job.state not in UNFINISHED:
                return None
            change: dict[str, Any]
            if job.cancel_requested_at is not None:
                change = {"state": JobState.CANCELLED, "finished_at": utc_now()}
            elif job.attempts >= MAX_ATTEMPTS:
                change = _failure(_attempts_used_up(job.attempts))
            else:
                change = {
                    "state": JobState.RUNNING,
                    "attempts": job.attempts + 1,
                    "started_at": utc_now(),
                }
            claim = Claim(
                job_id,
                job.county,
                job.attempts + 1,
                PlanRequest.from_document(job.request),
                job.created_by,
                tuple(job.progress),
            )
            seen = (job.state, job.attempts)
        with Session(engine) as session:
            taken = session.exec(
                update(JobRow)
                .where(
                    col(JobRow.id) == job_id,
                    col(JobRow.state) == seen[0],
                    col(JobRow.attempts) == seen[1],
                )
                .values(**change)
            )
            session.commit()
            if taken.rowcount == 1:
                return claim if change["state"] is JobState.RUNNING else None


def _run(engine: Engine, claim: Claim, is_stopping: Callable[[], bool]) -> None:
    try:
        problem, start, locks = _gather(engine, claim)
        progress = _Progress(engine, claim, problem, is_stopping)
        plan = _decide(with_locks(problem, locks), start, claim, progress)
    except CancelledBeforePlan:
        _change(engine, claim, {"state": JobState.CANCELLED, "finished_at": utc_now()})
    except (SolverDied, ClaimLost, RunInterrupted):
        raise
    except CoopError as error:
        _LOG.error("job %s failed: %s", claim.job_id, error)
        _change(engine, claim, _failure(error))
    else:
        _apply(engine, claim, problem, plan, locks)


def _gather(engine: Engine, claim: Claim) -> tuple[Problem, Plan | None, Locks]:
    """The problem, the plan to begin with, and what is locked in that."""
    request = claim.request
    with Session(engine) as session:
        network = load_network(session, claim.county, request.date)
        fleet = load_fleet(session, claim.county)
        orders = load_orders(session, claim.county, request.date)
        earlier = session.get(PlanRow, request.start_plan_id) if request.start_plan_id else None
        start = None if earlier is None else read_plan(earlier.document)
        locks = Locks.from_document(None if earlier is None else earlier.locks)
    if not orders:
        message = both(f"{request.date} 没有订单", f"there are no orders on {request.date}")
        raise InvalidInput([Fault("/date", "day_without_orders", message)])
    problem = build_problem(
        network,
        Travel(network, request.date),
        fleet,
        orders,
        name=request.name or f"{claim.county} {request.date}",
        rules=default_rules() if request.rules else None,
        townships=find_townships(network, fleet, request.modes, request.inbound),
    )
    return problem, start, locks


def _decide(problem: Problem, start: Plan | None, claim: Claim, progress: _Progress) -> Plan:
    plan = solve_in_process(
        problem,
        claim.request.stop,
        claim.request.seed,
        engine=claim.request.engine,
        start=start,
        on_better=progress.note,
        is_cancelled=progress.is_cancelled,
    )
    progress.note(plan)
    progress.write()
    refuse_unsound(problem, plan)
    return plan


def _apply(engine: Engine, claim: Claim, problem: Problem, plan: Plan, locks: Locks) -> None:
    """Store the plan and end the job, both or neither; locks stay beside the problem."""
    row = PlanRow(
        id=str(uuid.uuid4()),
        county=claim.county,
        date=claim.request.date,
        version=0,
        status=plan.status,
        job_id=claim.job_id,
        problem=json.dumps(write_problem(problem), ensure_ascii=False, allow_nan=False),
        document=write_plan(plan),
        created_by=claim.created_by,
        cost_yuan=plan.cost,
        parent_id=claim.request.start_plan_id,
        locks=locks.to_document() if locks else None,
        **_counts(problem, plan),
    )
    state = JobState.CANCELLED if plan.status is Status.CANCELLED else JobState.DONE
    with Session(engine) as session:
        # The job first: from this write on SQLite lets nobody else take the next version.
        _write_claimed(
            session, claim, {"state": state, "finished_at": utc_now(), "plan_id": row.id}
        )
        versions = select(func.max(PlanRow.version))
        versions = versions.where(PlanRow.county == row.county, PlanRow.date == row.date)
        row.version = (session.exec(versions).one() or 0) + 1
        session.add(row)
        session.commit()


def _change(engine: Engine, claim: Claim, change: Mapping[str, Any]) -> None:
    with Session(engine) as session:
        _write_claimed(session, claim, change)
        session.commit()


def _write_claimed(session: Session, claim: Claim, change: Mapping[str, Any]) -> None:
    written = session.exec(
        update(JobRow)
        .where(
            col(JobRow.id) == claim.job_id,
            col(JobRow.state) == JobState.RUNNING,
            col(JobRow.attempts) == claim.attempt,
        )
        .values(**change)
    )
    if written.rowcount != 1:
        raise ClaimLost(claim.job_id)


def _failure(error: CoopError) -> dict[str, Any]:
    return {
        "state": JobState.FAILED,
        "finished_at": utc_now(),
        "error": describe_error(error),
    }


def _attempts_used_up(attempts: int) -> AttemptsUsedUp:
    return AttemptsUsedUp(
        both(
            f"求解进程已意外终止 {attempts} 次,不再重试;请查看日志后重新提交",
            f"the solving process died {attempts} times and is not tried again; "
            "see the log, then ask for the plan anew",
        )
    )


def _counts(problem: Problem, plan: Plan) -> dict[str, int]:
    return {
        "orders_served": len(problem.orders) - len(plan.unassigned),
        "orders_unassigned": len(plan.unassigned),
        "vehicles_used": len(plan.routes),
    }


class _Progress:
    """Writes better plans into the job and asks it whether to go on, about twice a second."""

    def __init__(
        self, engine: Engine, claim: Claim, problem: Problem, is_stopping: Callable[[], bool]
    ) -> None:
        self._engine = engine
        self._is_stopping = is_stopping
        self._claim = claim
        self._problem = problem
        self._entries = list(claim.progress)
        self._newest: Mapping[str, Any] | None = None
        self._started = time.monotonic()
        self._next_turn = self._started

    def note(self, plan: Plan) -> None:
        """Take down a better plan; it is written at the next turn, unless a better one comes."""
        self._newest = {
            "number": self._entries[-1]["number"] + 1 if self._entries else 1,
            "seconds": round(time.monotonic() - self._started, 2),
            "cost": plan.cost,
            **_counts(self._problem, plan),
        }

    def is_cancelled(self) -> bool:
        """Whether a user wants the job to stop; False between two turns.

        Raises:
            ClaimLost: another run has the job now.
            RunInterrupted: this process has to end.
        """
        if self._is_stopping():
            raise RunInterrupted
        if time.monotonic() < self._next_turn:
            return False
        self._next_turn = time.monotonic() + TURN_S
        self.write()
        asked = select(JobRow.cancel_requested_at).where(
            JobRow.id == self._claim.job_id,
            JobRow.state == JobState.RUNNING,
            JobRow.attempts == self._claim.attempt,
        )
        with Session(self._engine) as session:
            found = session.exec(asked).all()
        if not found:
            raise ClaimLost(self._claim.job_id)
        return found[0] is not None

    def write(self) -> None:
        """Write what is new.

        Raises:
            ClaimLost: another run has the job now.
        """
        if self._newest is None:
            return
        self._entries.append(self._newest)
        self._newest = None
        if len(self._entries) > PROGRESS_ENTRIES:
            self._entries = [*self._entries[:-1:2], self._entries[-1]]
        _change(self._engine, self._claim, {"progress": self._entries})
