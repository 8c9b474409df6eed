"""Measure planners: the verified cost of days at equal wall time, ours beside its peers.

Every run has a process of its own and the machine to itself. Runs that are in the results already
are not made again, so that an interrupted measurement goes on where it stopped.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from bench_runs import answer_apart, append_run, read_runs
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from coop_service.documents import parse_json, read_problem
from coop_service.domain.verify import verify
from coop_service.errors import CoopError
from coop_service.planning.engines import ENGINES
from coop_service.planning.stop import MaxRuntime

FIELDS = (
    "instance",
    "engine",
    "seed",
    "seconds",
    "wall_s",
    "cost",
    "unassigned",
    "violations",
    "peak_mib",
    "first_s",
    "trace",
    "error",
)
"""Columns of runs.csv; ``trace`` holds the times and costs of the better plans as they came."""

BASE = "pyvrp-plain"
LONGER = "pyvrp-3x"
KEY = ("instance", "engine", "seed", "seconds")


@click.group(help=__doc__)
def main() -> None:
    pass


@main.command(help="Measure all days (*.json) of FOLDER; writes runs.csv, summary.md, costs.png.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of results.")
@click.option("--seconds", default=20.0, show_default=True, help="Wall time of a run.")
@click.option("--seeds", default="1,2,3", show_default=True)
@click.option("--only", default="", help="Instances that begin so (several with commas).")
@click.option(
    "--engines",
    default=f"portfolio,ortools,{BASE},pyvrp-x2,{LONGER},vroom,ortools-plain",
    show_default=True,
    help="Ours: " + ", ".join(ENGINES) + "; the others are peers (pip install '.[peers]').",
)
def run(folder: Path, out: Path, seconds: float, seeds: str, only: str, engines: str) -> None:
    begins = tuple(only.split(","))
    instances = [path for path in sorted(folder.glob("*.json")) if path.name.startswith(begins)]
    wanted = [
        (path, engine, int(seed))
        for seed in seeds.split(",")
        for path in instances
        for engine in engines.split(",")
    ]
    out.mkdir(parents=True, exist_ok=True)
    made = {tuple(row[name] for name in KEY) for row in read_runs(out)}
    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("", total=len(wanted))
        for path, engine, seed in wanted:
            progress.update(bar, description=f"{path.stem} {engine} {seed}")
            if (path.stem, engine, str(seed), str(seconds)) not in made:
                append_run(out, FIELDS, run_apart(path, engine, seconds, seed))
            progress.advance(bar)
    report(out, read_references(folder))


@main.command(help="Write the summary and the plot of a folder of results again.")
@click.argument("out", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def summarise(out: Path, folder: Path) -> None:
    report(out, read_references(folder))


@main.command(hidden=True)
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("engine")
@click.argument("seconds", type=float)
@click.argument("seed", type=int)
def one(path: Path, engine: str, seconds: float, seed: int) -> None:
    """One run; its row as JSON on the standard output."""
    problem = read_problem(parse_json(path.read_bytes()))
    started = time.monotonic()
    trace: list[tuple[float, float]] = []
    if engine in ENGINES:
        plan = ENGINES[engine](
            problem,
            MaxRuntime(seconds),
            seed,
            None,
            lambda better: trace.append((round(time.monotonic() - started, 2), better.cost)),
        )
    else:
        from bench_peers import solve

        plan = solve(engine, problem, seconds, seed)
    wall_s = time.monotonic() - started
    verdict = verify(problem, plan)
    peak_kib = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    row = {
        "wall_s": round(wall_s, 2),
        "cost": verdict.cost,
        "unassigned": len(plan.unassigned),
        "violations": len(verdict.violations),
        "peak_mib": peak_kib // 1024,
        "first_s": trace[0][0] if trace else "",
        "trace": " ".join(f"{at}:{cost}" for at, cost in trace),
    }
    print(json.dumps(row))


def run_apart(path: Path, engine: str, seconds: float, seed: int) -> dict[str, Any]:
    row = {"instance": path.stem, "engine": engine, "seed": seed, "seconds": seconds}
    return answer_apart(__file__, ("one", path, engine, seconds, seed), row)


def read_references(folder: Path) -> dict[str, float]:
    """Best known costs, where the folder has them in reference.csv."""
    path = folder / "reference.csv"
    if not path.exists():
        return {}
    with path.open(newline="") as file:
        return {
            row["instance"]: float(row["reference_cost"])
            for row in csv.DictReader(file)
            if "published" in row["source"]
        }


def medians(runs: Sequence[dict[str, str]]) -> dict[tuple[str, str], float]:
    """The median cost of each (instance, engine) over its seeds, of verified whole plans only."""
    costs = defaultdict(list)
    for row in runs:
        if not row["error"] and row["violations"] == "0":
            costs[row["instance"], row["engine"]].append(float(row["cost"]))
    return {key: statistics.median(values) for key, values in costs.items()}


def summary_rows(
    runs: Sequence[dict[str, str]], references: dict[str, float]
) -> Iterator[tuple[str, ...]]:
    """For each engine: ratios to PyVRP at the same wall time, and gaps to the best known costs."""
    cost = medians(runs)
    instances = sorted({row["instance"] for row in runs})
    for engine in dict.fromkeys(row["engine"] for row in runs):
        ratios = {
            name: [
                cost[i, engine] / cost[i, name]
                for i in instances
                if (i, engine) in cost and (i, name) in cost
            ]
            for name in (BASE, LONGER)
        }
        gaps = [
            100 * (float(row["cost"]) / references[row["instance"]] - 1)
            for row in runs
            if row["engine"] == engine and not row["error"] and row["instance"] in references
        ]
        mine = [row for row in runs if row["engine"] == engine]
        failed = sum(bool(row["error"]) or row["violations"] != "0" for row in mine)
        yield (
            engine,
            _ratio(ratios[BASE]),
            f"{max(ratios[BASE]):.4f}" if ratios[BASE] else "",
            _ratio(ratios[LONGER]),
            f"{statistics.mean(gaps):.3f} % / {max(gaps):.2f} %" if gaps else "",
            str(sum(int(row["unassigned"] or 0) for row in mine)),
            f"{failed} / {len(mine)}",
        )


def _ratio(ratios: Sequence[float]) -> str:
    return f"{statistics.median(ratios):.4f}" if ratios else ""


HEADS = (
    "engine",
    f"cost / {BASE} (median)",
    "(worst)",
    f"cost / {LONGER} (median)",
    "gap to best known (mean / worst)",
    "orders left out",
    "failed runs",
)


def report(out: Path, references: dict[str, float]) -> None:
    """summary.md and costs.png from runs.csv, and the table on the screen."""
    runs = read_runs(out)
    table = Table(*HEADS)
    lines = ["| " + " | ".join(HEADS) + " |", "|" + " --- |" * len(HEADS)]
    for row in summary_rows(runs, references):
        table.add_row(*row)
        lines.append("| " + " | ".join(row) + " |")
    Console().print(table)
    parts = ("pyvrp", "ortools", "pyvroom", "numba")
    seconds = ", ".join(sorted({row["seconds"] for row in runs}))
    count = len({row["instance"] for row in runs})
    lines += [
        "",
        f"{count} days, {seconds} s a run; {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, " + ", ".join(f"{p} {_version(p)}" for p in parts),
    ]
    (out / "summary.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    plot(out / "costs.png", runs)


def _version(package: str) -> str:
    try:
        return version(package)
    except ImportError:
        return "-"


def plot(path: Path, runs: Sequence[dict[str, str]]) -> None:
    """Cost against time: our plans as they got better, the peers' at their end.

    Both as ratios to the peer that is the base, day by day and seed by seed.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    cost = medians(runs)
    figure, axes = plt.subplots(figsize=(9, 5.5), layout="constrained")
    engines = list(dict.fromkeys(row["engine"] for row in runs))
    for number, engine in enumerate(engines):
        points: list[tuple[float, float]] = []
        for row in runs:
            base = cost.get((row["instance"], BASE))
            if row["engine"] != engine or base is None or row["error"]:
                continue
            end = (float(row["wall_s"]), float(row["cost"]) / base)
            steps = [step.split(":") for step in row["trace"].split()]
            way = [(float(at), float(yuan) / base) for at, yuan in steps]
            if way:
                xs, ys = zip(*way, end, strict=True)
                axes.step(xs, ys, where="post", color=f"C{number}", alpha=0.25, linewidth=1)
            points.append(end)
        if points:
            xs, ys = zip(*points, strict=True)
            axes.scatter(xs, ys, s=18, color=f"C{number}", label=engine, zorder=3)
    axes.axhline(1.0, color="0.5", linewidth=0.8)
    axes.set_ylim(0.94, 1.25)
    axes.set_xscale("log")
    axes.set_xlabel("seconds")
    axes.set_ylabel(f"cost / {BASE}")
    axes.set_title("Verified cost against wall time")
    axes.legend(loc="upper right")
    figure.savefig(path, dpi=150)
    plt.close(figure)


if __name__ == "__main__":
    try:
        main(standalone_mode=True)
    except CoopError as error:
        sys.exit(f"{type(error).__name__}: {error}")
