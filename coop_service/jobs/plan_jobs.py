"""Plan jobs on the cluster. The job table is the truth; the cluster only works it off."""

from __future__ import annotations

import logging
import threading
from functools import cache
from types import TracebackType
from typing import Any, Final, Self

from distributed import Client, Future, fire_and_forget
from sqlalchemy import Engine
from sqlmodel import Session

from coop_service.errors import CoopError, both
from coop_service.planning.process import NoPlanInTime
from coop_service.planning.stop import MaxRuntime
from coop_service.services.plan_runs import run_plan_job, solve_document
from coop_service.services.planning import find_unfinished_jobs
from coop_service.settings import read_settings
from coop_service.store.engine import make_engine

WATCH_EVERY_S: Final = 2.0

QUEUE_S: Final = 60.0
"""How long a caller waits for a worker to become free, beside the seconds of the solve."""

IS_STOPPING: Final = threading.Event()
"""Set in a worker process that is about to end: what runs there stops at once."""

_LOG = logging.getLogger(__name__)


class ClusterBusy(TimeoutError, CoopError):
    """No worker was free in time for a solve that a caller waits for."""

    code = "cluster_busy"


class PlanJobs:
    """Hands accepted jobs to the cluster, and looks after them until they have ended.

    Every unfinished row of the job table is brought to the cluster when this starts, and again and
    again later. The cluster runs a key once however often it is submitted, by whatever process; so
    several web processes may share a scheduler, but those with clusters of their own need a
    database of their own too. A task that failed (its worker was killed too often, the store did
    not answer) is tried again; the run counts its attempts and gives up. Use as a context manager.

    Attributes:
        closing: set when the service ends, also from outside; what waits for jobs should end too.
    """

    def __init__(self, client: Client, engine: Engine) -> None:
        self._client = client
        self._engine = engine
        self._futures: dict[str, Future] = {}
        self._lock = threading.Lock()
        self.closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="plan-jobs", daemon=True)

    def __enter__(self) -> Self:
        self.submit_unfinished()
        self._watcher.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._watcher.join()

    def submit(self, job_id: str) -> None:
        """Have a job run, unless the cluster has it already."""
        with self._lock:
            future = self._futures.get(job_id)
            if future is not None and future.status == "pending":
                return
            if future is not None and future.status == "error":
                _LOG.warning("job %s is tried again after %r", job_id, future.exception())
                future.retry()
                return
            if future is not None:
                future.release()
            future = self._client.submit(_run, job_id, key=f"plan-{job_id}", pure=False)
            fire_and_forget(future)
            self._futures[job_id] = future

    def submit_unfinished(self) -> None:
        """Submit every accepted job that has not ended, and forget those that have."""
        with Session(self._engine) as session:
            unfinished = find_unfinished_jobs(session)
        for job_id in unfinished:
            self.submit(job_id)
        with self._lock:
            for job_id in self._futures.keys() - set(unfinished):
                if self._futures[job_id].done():
                    del self._futures[job_id]

    def solve(self, document: bytes, stop: MaxRuntime, engine: str, seed: int) -> dict[str, Any]:
        """Have the text of a problem document solved on the cluster; wait for the plan document.

        Raises:
            InvalidInput: the document's faults, what the engine cannot plan, or its plan's
                violations.
            ClusterBusy: no worker was free in time.
            NoPlanInTime: the engine found no plan.
            SolverDied, SolverFailed: the engine died or failed.
        """
        future = self._client.submit(_solve, document, stop, engine, seed, pure=False)
        try:
            plan: dict[str, Any] = future.result(timeout=stop.seconds + QUEUE_S)
        except NoPlanInTime:
            raise
        except TimeoutError:
            message = both("求解进程都在忙,请稍后再试", "all workers are busy; try again later")
            raise ClusterBusy(message) from None
        finally:
            future.cancel()
        return plan

    def _watch(self) -> None:
        while not self.closing.wait(WATCH_EVERY_S):
            try:
                self.submit_unfinished()
            except Exception:
                # The store or the scheduler may be away for a while; the next round tries again.
                _LOG.exception("cannot look after the plan jobs")


@cache
def _store() -> Engine:
    """The store of a worker process, by its own settings: no password travels with a task."""
    return make_engine(read_settings().database_url)


def _run(job_id: str) -> None:
    run_plan_job(_store(), job_id, IS_STOPPING.is_set)


def _solve(document: bytes, stop: MaxRuntime, engine: str, seed: int) -> dict[str, Any]:
    return solve_document(document, stop, engine, seed, IS_STOPPING.is_set)
