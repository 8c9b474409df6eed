"""Where jobs run: in worker processes of our own, or on a Dask scheduler elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Final

import dask
from distributed import Client, LocalCluster, Nanny

from coop_service.settings import Settings

# A task starts a solving process of its own, which a daemonic worker process may not.
CONFIG: Final = {"distributed.worker.daemon": False}

PRELOAD: Final = "coop_service.jobs.worker_process"


@contextmanager
def open_client(settings: Settings) -> Iterator[Client]:
    """A client of the cluster, as long as the context lasts.

    With a scheduler in the settings, that one: its workers are started by ``coop worker``, and need
    the same database. Without, worker processes on this machine, one job at a time each, which end
    with the context and also where this process is killed.

    Raises:
        OSError: no scheduler answers at that address.
    """
    if settings.scheduler:
        with Client(settings.scheduler, set_as_default=False) as client:
            yield client
        return
    with (
        dask.config.set(CONFIG),
        LocalCluster(
            n_workers=settings.workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            # There is an HTTP server even without a dashboard: for this machine only, on any port.
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            memory_limit=None,
            preload=[PRELOAD],
            env={"COOP_DATABASE_URL": settings.database_url},
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


def run_workers(settings: Settings) -> None:
    """Work for the scheduler of the settings until it ends or this process is interrupted.

    Raises:
        OSError: no scheduler answers at that address.
    """

    async def work() -> None:
        async with AsyncExitStack() as stack:
            nannies = [
                await stack.enter_async_context(
                    Nanny(
                        settings.scheduler,
                        nthreads=1,
                        memory_limit=None,
                        dashboard=False,
                        preload=[PRELOAD],
                    )
                )
                for _ in range(settings.workers)
            ]
            await asyncio.gather(*(nanny.finished() for nanny in nannies))

    with dask.config.set(CONFIG):
        asyncio.run(work())
