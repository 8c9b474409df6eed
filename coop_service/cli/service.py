"""``coop serve``, ``coop worker`` and ``coop settings``."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Final

import click
import waitress
from rich.console import Console
from rich.table import Table

from coop_service.errors import both
from coop_service.jobs.cluster import open_client, run_workers
from coop_service.jobs.plan_jobs import PlanJobs
from coop_service.settings import describe_settings, read_settings
from coop_service.store.engine import make_engine
from coop_service.store.migrate import upgrade
from coop_service.web.app import create_app

WEB_THREADS: Final = 32
"""Each open event stream and each waiting ``/solve`` keeps one busy."""


@click.command()
def serve() -> None:
    """启动服务 / Serve HTTP and work off the plan jobs, those of earlier starts included."""
    settings = read_settings()
    engine = make_engine(settings.database_url)
    upgrade(engine)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    with open_client(settings) as client, PlanJobs(client, engine) as jobs:
        _on_stop(jobs.closing.set)
        server = waitress.create_server(
            create_app(settings, jobs),
            host=settings.host,
            port=settings.port,
            threads=WEB_THREADS,
            ident=None,
        )
        address = f"http://{settings.host}:{server.effective_port}"
        click.echo(both(f"服务地址 {address}", f"serving on {address}"))
        click.echo(both(f"接口文档 {address}/docs", f"API documentation at {address}/docs"))
        server.run()
    click.echo(both("服务已停止", "stopped"))


@click.command()
def worker() -> None:
    """为 COOP_SCHEDULER 计算 / Work for the Dask scheduler of COOP_SCHEDULER."""
    settings = read_settings()
    if not settings.scheduler:
        raise click.UsageError(both("请先设置 COOP_SCHEDULER", "COOP_SCHEDULER must be set"))
    click.echo(both(f"为 {settings.scheduler} 计算", f"working for {settings.scheduler}"))
    _on_stop()
    with suppress(KeyboardInterrupt):
        run_workers(settings)


@click.command()
def settings() -> None:
    """列出全部设置 / List every setting."""
    table = Table("变量 / variable", "默认值 / default", "含义 / meaning")
    for setting in describe_settings():
        table.add_row(setting.variable, setting.default, both(setting.zh, setting.en))
    Console().print(table)


def _on_stop(prepare: Callable[[], object] = lambda: None) -> None:
    """Have Ctrl-C and SIGTERM end this process in good order; a second one does not disturb it."""

    def stop(signum: int, frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        prepare()
        raise KeyboardInterrupt

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)
