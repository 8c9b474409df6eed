"""Plan a grid of scenarios on many days, on one machine or on many, and tell what each costs.

Each SCENARIO is a TOML file as simulate_station.py reads it; a table [grid] in it gives several
values to some of its fields and stands for all combinations. The same days without any change are
planned beside them, as what each is compared with. Every planned day is a file in OUT/runs, so that
the same command goes on where it was interrupted, whatever interrupted it; a day that fails is told
and stops no other, and is tried again by the next run. Planned by iterations the results are the
same on any number of workers; planned by seconds they depend on how busy each machine is.

\b
  python scripts/sweep.py --example > sweep.toml
  python scripts/sweep.py sweep.toml --out var/sweep
  python scripts/sweep.py sweep.toml --out var/sweep --report      # nothing is planned
On many machines, with the same versions everywhere:
  dask scheduler --port 8786                                       # on one of them
  COOP_SCHEDULER=tcp://HOST:8786 COOP_WORKERS=8 coop worker        # on each
  python scripts/sweep.py sweep.toml --out var/sweep --scheduler tcp://HOST:8786
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from bench_cluster import adjust, cluster_options, plan_days, search_options
from bench_screen import example_option, print_findings, print_tables
from matplotlib.figure import Figure
from simulate_station import EXAMPLE as STATION_EXAMPLE

from coop_service.domain.scenarios import County, Scenario, compare_pairs
from coop_service.errors import CoopError, InvalidInput
from coop_service.files.results import Column, Picture, Results, Table, write_results
from coop_service.files.results.folder import SYNTHETIC
from coop_service.files.results.plots import AFTER, BEFORE
from coop_service.files.scenario_file import (
    read_grid_documents,
    read_grid_file,
    read_scenario_county,
)
from coop_service.files.whole import write_whole
from coop_service.jobs.scenario_runs import (
    Run,
    ScenarioDay,
    before_of,
    digest_county,
    list_days,
    read_run,
)

EXAMPLE = f"""{STATION_EXAMPLE}
[grid]                     # 各字段取值的全部组合 / all combinations
"demand.level" = [0.9, 1.1]
"station[0].catchment_min" = [5.0, 10.0, 15.0, 20.0]
"""
SHOWN = ("cost_yuan", "distance_km", "vehicles_used", "service_level")
LOG = "sessions.jsonl"


@dataclass(frozen=True, slots=True)
class Row:
    """A scenario with its days, and those of the county without its changes."""

    scenario: Scenario
    days: tuple[ScenarioDay, ...]
    base: tuple[ScenarioDay, ...]


@click.command(help=__doc__)
@click.argument(
    "paths",
    metavar="SCENARIO…",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of results.",
)
@click.option("--report", is_flag=True, help="Plan nothing; report what there is.")
@example_option(EXAMPLE)
@search_options
@cluster_options
def main(
    paths: tuple[Path, ...],
    out: Path,
    report: bool,
    days: int | None,
    iterations: int | None,
    workers: int,
    scheduler: str,
) -> None:
    try:
        scenarios = [one for path in paths for one in read_grid_file(path)]
        rows, counties = list_rows([adjust(one, days, iterations) for one in scenarios])
        all_days = tuple(day for row in rows for day in (*row.base, *row.days))
        if not report:
            _plan(all_days, counties, out, workers, scheduler)
        results = summarise(paths, rows, out)
        write_results(out, results)
    except CoopError as error:
        raise click.ClickException(str(error)) from error
    print_tables(results.tables)
    print_findings(results.findings)


def list_rows(scenarios: Sequence[Scenario]) -> tuple[tuple[Row, ...], dict[str, County]]:
    """Scenarios with their days, and the counties by network folder.

    Raises:
        InvalidInput: faults of a network.
    """
    counties: dict[str, County] = {}
    digests: dict[str, str] = {}
    rows = []
    for scenario in scenarios:
        if scenario.network not in counties:
            counties[scenario.network] = read_scenario_county(scenario)
            digests[scenario.network] = digest_county(counties[scenario.network])
        county, digest = counties[scenario.network], digests[scenario.network]
        try:
            base = list_days(before_of(scenario, county), digest)
        except InvalidInput:  # its days fail where they are planned, and say why
            base = ()
        rows.append(Row(scenario, list_days(scenario, digest), base))
    return tuple(rows), counties


def _plan(
    days: tuple[ScenarioDay, ...],
    counties: dict[str, County],
    out: Path,
    workers: int,
    scheduler: str,
) -> None:
    """Plan what is missing, and take down how long it took."""
    begun_s = time.monotonic()
    made: list[Run] = []
    try:
        plan_days(
            days, counties, out / "runs", workers=workers, scheduler=scheduler, on_done=made.append
        )
    finally:
        if made:
            session = {
                "workers": workers,
                "scheduler": scheduler,
                "days": len(made),
                "failed": sum(run.error is not None for run in made),
                "wall_s": round(time.monotonic() - begun_s, 1),
                "cpu_s": round(sum(run.cpu_s for run in made), 1),
            }
            log = out / LOG
            earlier = log.read_bytes() if log.exists() else b""
            write_whole(log, earlier + f"{json.dumps(session)}\n".encode())


def summarise(paths: Sequence[Path], rows: Sequence[Row], out: Path) -> Results:
    """What there is of a sweep: each scenario beside the same days without its changes."""
    folder = out / "runs"
    runs = {
        day.key: run
        for row in rows
        for day in (*row.base, *row.days)
        if (run := read_run(folder, day.key)) is not None
    }
    wanted = {day.key for row in rows for day in (*row.base, *row.days)}
    failed = [run for run in runs.values() if run.error is not None]
    done = [run for run in runs.values() if run.error is None]
    table = _scenario_table(rows, runs)
    sessions = _read_sessions(out)
    documents = [document for path in paths for document in read_grid_documents(path)]
    return Results(
        title=("情景批量计算", "a sweep of scenarios"),
        findings=(_progress(len(wanted), done, failed), *_speed(done, sessions)),
        tables=(
            table,
            _failure_table(failed),
            _session_table(sessions),
            _day_table(rows, runs),
        ),
        pictures=(
            Picture(
                "costs",
                ("每日成本与服务水平", "cost and service level of a day"),
                lambda figure: _draw(figure, table),
                (9.0, max(3.0, 1.0 + 0.4 * len(rows))),
            ),
        ),
        notes=(
            SYNTHETIC,
            (
                "差为同日同订单的配对差,± 为 95 % 置信区间(Student t)。",
                "Differences are paired by day, with the same orders; ±: 95 % intervals "
                "(Student's t).",
            ),
        ),
        scenario=documents[0] if len(documents) == 1 else {"sweep": documents},
        command="python scripts/sweep.py scenario.toml --out OUT",
    )


def _scenario_table(rows: Sequence[Row], runs: dict[str, Run]) -> Table:
    lines: list[dict[str, Any]] = []
    for row in rows:
        pairs = [
            (runs[a.key], runs[b.key])
            for a, b in zip(row.base, row.days, strict=False)
            if all(key in runs and runs[key].error is None for key in (a.key, b.key))
        ]
        line: dict[str, Any] = {"scenario": row.scenario.name, "days": len(pairs)}
        if pairs:
            for name in SHOWN:
                d = compare_pairs(
                    [before.figures[name] for before, _ in pairs],
                    [after.figures[name] for _, after in pairs],
                )
                line |= {
                    name: d.after,
                    f"{name}_difference": d.mean,
                    f"{name}_half_width": d.half_width,
                }
        lines.append(line)
    return Table(
        "scenarios",
        ("各情景(每日平均)", "Scenarios (means of a day)"),
        (
            Column("scenario", "情景", "scenario"),
            Column("days", "天", "days"),
            Column("cost_yuan", "成本,元", "cost, yuan", 0),
            Column("cost_yuan_difference", "差", "difference", 0),
            Column("cost_yuan_half_width", "±", "±", 0),
            Column("distance_km", "公里", "km", 1),
            Column("distance_km_difference", "差", "difference", 1),
            Column("distance_km_half_width", "±", "±", 1),
            Column("vehicles_used", "车", "vans", 2),
            Column("vehicles_used_difference", "差", "difference", 2),
            Column("service_level", "服务水平", "service level", 4),
            Column("service_level_difference", "差", "difference", 4),
        ),
        lines,
    )


def _failure_table(failed: Sequence[Run]) -> Table:
    return Table(
        "failures",
        ("失败的情景日(下次运行会重试)", "Scenario-days that failed (tried again by the next run)"),
        (
            Column("scenario", "情景", "scenario"),
            Column("date", "日期", "date"),
            Column("detail", "原因", "cause"),
        ),
        [
            {"scenario": run.name, "date": run.date, "detail": (run.error or {}).get("detail")}
            for run in sorted(failed, key=lambda run: (run.name, run.date))
        ],
    )


def _session_table(sessions: Sequence[dict[str, Any]]) -> Table:
    return Table(
        "sessions",
        ("各次运行", "Sessions"),
        (
            Column("workers", "工作进程", "workers"),
            Column("days", "情景日", "scenario-days"),
            Column("failed", "失败", "failed"),
            Column("wall_s", "用时,秒", "wall, s", 1),
            Column("cpu_s", "核时,秒", "core, s", 1),
        ),
        sessions,
    )


def _day_table(rows: Sequence[Row], runs: dict[str, Run]) -> Table:
    by_key: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for day in row.days:
            by_key[day.key].append(row.scenario.name)
        for day in row.base:
            if "before" not in by_key[day.key]:
                by_key[day.key].append("before")
    lines = [
        {"scenario": name, "date": runs[key].date, "key": key, **runs[key].figures}
        for key, names in by_key.items()
        for name in names
        if key in runs
    ]
    lines.sort(key=lambda line: (line["scenario"], line["date"]))
    names = dict.fromkeys(name for line in lines for name in line)
    columns = tuple(Column(name, name, name) for name in names)
    return Table("days", ("逐日", "Day by day"), columns, lines, on_page=False)


def _progress(wanted: int, done: Sequence[Run], failed: Sequence[Run]) -> tuple[str, str]:
    missing = wanted - len(done) - len(failed)
    return (
        f"{wanted} 个情景日:完成 {len(done)},失败 {len(failed)},未算 {missing}。",
        f"{wanted} scenario-days: {len(done)} done, {len(failed)} failed, {missing} not planned.",
    )


def _speed(done: Sequence[Run], sessions: Sequence[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Scenario-days per core-hour, by the cores' own clocks and by the last session's wall."""
    cpu_s = sum(run.cpu_s for run in done)
    if not cpu_s:
        return ()
    rate = 3600 * len(done) / cpu_s
    told = [
        (
            f"每核小时 {rate:,.0f} 个情景日(按核时;每个平均 {cpu_s / len(done):.1f} 秒)。",
            f"{rate:,.0f} scenario-days per core-hour of CPU ({cpu_s / len(done):.1f} s each).",
        )
    ]
    if sessions:
        last = sessions[-1]
        rate = 3600 * last["days"] / last["wall_s"] / last["workers"]
        told.append(
            (
                f"最近一次:{last['workers']} 个工作进程,{last['days']} 个情景日,"
                f"{last['wall_s']:,.0f} 秒,每进程每小时 {rate:,.0f} 个。",
                f"Last session: {last['workers']} workers, {last['days']} scenario-days in "
                f"{last['wall_s']:,.0f} s of wall time: {rate:,.0f} per worker and hour.",
            )
        )
    return tuple(told)


def _read_sessions(out: Path) -> list[dict[str, Any]]:
    log = out / LOG
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def _draw(figure: Figure, table: Table) -> None:
    axes = figure.add_subplot()
    lines = [line for line in table.rows if "cost_yuan" in line]
    if not lines:
        axes.text(0.5, 0.5, "尚无结果 / no results yet", ha="center", transform=axes.transAxes)
        axes.set_axis_off()
        return
    before = [line["cost_yuan"] - line["cost_yuan_difference"] for line in lines]
    places = range(len(lines))
    axes.scatter(before, places, color=BEFORE, label="改变前 before", zorder=3)
    axes.errorbar(
        [line["cost_yuan"] for line in lines],
        places,
        xerr=[line["cost_yuan_half_width"] or 0.0 for line in lines],
        fmt="o",
        color=AFTER,
        capsize=3,
        label="改变后(差的 95 % 区间)/ after (95 % of the difference)",
    )
    axes.set_yticks(list(places), [line["scenario"] for line in lines], fontsize=7)
    axes.invert_yaxis()
    axes.set_xlabel("元/日 yuan a day")
    figure.legend(loc="outside upper center", ncols=2, fontsize=8)


if __name__ == "__main__":
    main()
