"""What a worker process does before its first job and after its last: a Dask preload module."""

from __future__ import annotations

import signal

from distributed import Worker

from coop_service.jobs.plan_jobs import IS_STOPPING


def dask_setup(worker: Worker) -> None:
    """Leave Ctrl-C, which reaches the whole process group, to the process that started us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def dask_teardown(worker: Worker) -> None:
    """Have the jobs here stop, rather than be waited for and killed."""
    IS_STOPPING.set()
