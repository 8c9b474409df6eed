"""What the commands of the planner's bench share: where days are planned, and their progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from bench_screen import CONSOLE
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from coop_service.domain.scenarios import County, Scenario
from coop_service.jobs.cluster import open_client
from coop_service.jobs.scenario_runs import Run, ScenarioDay, run_days
from coop_service.settings import read_settings


def cluster_options(command: Callable[..., None]) -> Callable[..., None]:
    """``--workers`` and ``--scheduler``."""
    command = click.option(
        "--scheduler",
        default="",
        metavar="tcp://…",
        help="已有的 Dask 调度器,工作进程用 coop worker 启动 / a Dask scheduler whose workers were "
        "started by `coop worker`; without it, workers on this machine",
    )(command)
    return click.option(
        "--workers",
        type=click.IntRange(1),
        default=2,
        show_default=True,
        help="本机工作进程数 / worker processes on this machine",
    )(command)


def search_options(command: Callable[..., None]) -> Callable[..., None]:
    """``--days`` and ``--iterations``, in place of what a scenario says."""
    command = click.option(
        "--iterations", type=click.IntRange(1), help="代替情景所写 / other than the scenario says"
    )(command)
    return click.option(
        "--days", type=click.IntRange(1), help="代替情景所写 / other than the scenario says"
    )(command)


def adjust(scenario: Scenario, days: int | None, iterations: int | None) -> Scenario:
    """The scenario with what these options say."""
    if days is not None:
        scenario = replace(scenario, demand=replace(scenario.demand, days=days))
    if iterations is not None:
        search = replace(scenario.search, iterations=iterations, seconds=None)
        scenario = replace(scenario, search=search)
    return scenario


def plan_days(
    days: Iterable[ScenarioDay],
    counties: Mapping[str, County],
    folder: Path,
    *,
    workers: int,
    scheduler: str,
    on_done: Callable[[Run], None] = lambda run: None,
) -> tuple[Run, ...]:
    """Plan what has no result yet, with a line of progress; failures are told as they come."""
    days = tuple(days)
    settings = replace(read_settings(), workers=workers, scheduler=scheduler)
    columns: tuple[Any, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with open_client(settings) as client, Progress(*columns, console=CONSOLE) as progress:
        keys = {day.key for day in days}
        there = sum((folder / f"{key}.json").exists() for key in keys)
        line = progress.add_task("情景日 / scenario-days", total=len(keys), completed=there)

        def tell(run: Run) -> None:
            on_done(run)
            progress.advance(line, 1)
            if run.error is not None:
                CONSOLE.print(f"{run.name} {run.date}: {run.error['detail']}", style="red")

        return run_days(days, counties, folder, client, tell)
