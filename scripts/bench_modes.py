"""Measure the choice of modes: days with townships that are free, planned in three ways.

All of them direct, all relayed, and with the modes left to the planner. Every plan is verified.
Every run has a process of its own; runs that are in the results already are not made again, so
that an interrupted measurement goes on where it stopped.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from bench_runs import answer_apart, append_run, read_runs
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from coop_service.documents import parse_json, read_problem
from coop_service.domain.plan import Plan
from coop_service.domain.problem import Mode, ModeSetting
from coop_service.domain.relay import set_modes
from coop_service.domain.verify import verify
from coop_service.errors import CoopError
from coop_service.planning.portfolio import solve
from coop_service.planning.stop import MaxRuntime

FIELDS = (
    "day",
    "mode",
    "seed",
    "seconds",
    "wall_s",
    "cost",
    "unassigned",
    "violations",
    "townships",
    "relayed",
    "first_s",
    "error",
)
"""Columns of runs.csv; ``townships``: that may be relayed, ``relayed``: that are."""

HEADS = ("day", "direct", "relay", "auto", "auto / cheaper", "relayed", "left out", "violations")
KEY = ("day", "mode", "seed", "seconds")


@click.group(help=__doc__)
def main() -> None:
    pass


@main.command(help="Measure all days (*.json) of FOLDER; writes runs.csv and summary.md.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of results.")
@click.option("--fixed-seconds", default=60.0, show_default=True, help="For each fixed mode.")
@click.option("--auto-seconds", default=90.0, show_default=True, help="For the free modes.")
@click.option("--seed", default=1, show_default=True)
@click.option("--only", default="", help="Days that begin so (several with commas).")
def run(
    folder: Path, out: Path, fixed_seconds: float, auto_seconds: float, seed: int, only: str
) -> None:
    begins = tuple(only.split(","))
    days = [path for path in sorted(folder.glob("*.json")) if path.name.startswith(begins)]
    out.mkdir(parents=True, exist_ok=True)
    made = {tuple(row[name] for name in KEY) for row in read_runs(out)}
    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("", total=len(days) * len(ModeSetting))
        for path in days:
            for mode in ModeSetting:
                progress.update(bar, description=f"{path.stem} {mode}")
                seconds = auto_seconds if mode is ModeSetting.AUTO else fixed_seconds
                if (path.stem, mode.value, str(seed), str(seconds)) not in made:
                    append_run(out, FIELDS, run_apart(path, mode, seconds, seed))
                progress.advance(bar)
    report(out)


@main.command(help="Write the summary of a folder of results again.")
@click.argument("out", type=click.Path(exists=True, file_okay=False, path_type=Path))
def summarise(out: Path) -> None:
    report(out)


@main.command(hidden=True)
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("mode", type=click.Choice([mode.value for mode in ModeSetting]))
@click.argument("seconds", type=float)
@click.argument("seed", type=int)
def one(path: Path, mode: str, seconds: float, seed: int) -> None:
    """One run; its row as JSON on the standard output."""
    problem = set_modes(read_problem(parse_json(path.read_bytes())), ModeSetting(mode))
    started = time.monotonic()
    seen_s: list[float] = []

    def note(_: Plan) -> None:
        seen_s.append(time.monotonic() - started)

    plan = solve(problem, MaxRuntime(seconds), seed, None, note)
    wall_s = time.monotonic() - started
    verdict = verify(problem, plan)
    row = {
        "wall_s": round(wall_s, 2),
        "cost": verdict.cost,
        "unassigned": len(plan.unassigned),
        "violations": len(verdict.violations),
        "townships": len(problem.relays),
        "relayed": sum(choice.mode is Mode.RELAY for choice in plan.modes),
        "first_s": round(seen_s[0], 2) if seen_s else "",
    }
    print(json.dumps(row))


def run_apart(path: Path, mode: ModeSetting, seconds: float, seed: int) -> dict[str, Any]:
    row = {"day": path.stem, "mode": mode.value, "seed": seed, "seconds": seconds}
    return answer_apart(__file__, ("one", path, mode.value, seconds, seed), row)


def summary_rows(runs: Sequence[dict[str, str]]) -> Iterator[tuple[str, ...]]:
    """A row for each day that has been planned in all three ways.

    The cheaper of the two is the one that leaves out fewer orders, and of equals the one that costs
    less. Where auto leaves out another number than it, costs say nothing, and there is no ratio.
    """
    by_day: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
    for row in runs:
        by_day.setdefault((row["day"], row["seed"]), {})[row["mode"]] = row
    for (day, seed), by_mode in by_day.items():
        if by_mode.keys() != {mode.value for mode in ModeSetting}:
            continue
        errors = [row["error"] for row in by_mode.values() if row["error"]]
        if errors:
            yield day, *[""] * (len(HEADS) - 2), errors[0]
            continue
        direct, relay, auto = (by_mode[mode] for mode in ("direct", "relay", "auto"))
        cheaper = min((direct, relay), key=_worth)
        same = cheaper["unassigned"] == auto["unassigned"]
        ratio = f"{float(auto['cost']) / float(cheaper['cost']):.4f}" if same else ""
        yield (
            day if len({one for _, one in by_day}) == 1 else f"{day} ({seed})",
            *(f"{float(row['cost']):.2f}" for row in (direct, relay, auto)),
            ratio,
            f"{auto['relayed']} / {auto['townships']}",
            " ".join(row["unassigned"] for row in (direct, relay, auto)),
            " ".join(row["violations"] for row in (direct, relay, auto)),
        )


def _worth(row: dict[str, str]) -> tuple[int, float]:
    return int(row["unassigned"]), float(row["cost"])


def report(out: Path) -> None:
    """summary.md from runs.csv, and the table on the screen."""
    runs = read_runs(out)
    table = Table(*HEADS)
    lines = ["| " + " | ".join(HEADS) + " |", "|" + " --- |" * len(HEADS)]
    ratios = []
    for row in summary_rows(runs):
        table.add_row(*row)
        lines.append("| " + " | ".join(row) + " |")
        if row[4]:
            ratios.append(float(row[4]))
    seconds = sorted({f"{row['mode']} {row['seconds']} s" for row in runs})
    dearer = sum(ratio > 1 for ratio in ratios)
    end = f"{len(ratios)} days compared; auto is dearer on {dearer}. " + ", ".join(seconds)
    Console().print(table)
    Console().print(end)
    (out / "summary.md").write_text("\n".join([*lines, "", end]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main(standalone_mode=True)
    except CoopError as error:
        sys.exit(f"{type(error).__name__}: {error}")
