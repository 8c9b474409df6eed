"""``coop solve`` and ``coop check``: problem and plan documents in files."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from coop_service.documents import format_json, parse_json, read_plan, read_problem, write_plan
from coop_service.domain.plan import Plan
from coop_service.domain.problem import Problem
from coop_service.domain.verify import Verdict, verify
from coop_service.errors import both
from coop_service.planning.engines import DEFAULT_ENGINE, ENGINES
from coop_service.planning.process import solve_in_process
from coop_service.planning.stop import MaxIterations, MaxRuntime, StopRule

_DEFAULT_SECONDS = 20.0
_DOCUMENT = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("problem_path", metavar="PROBLEM", type=_DOCUMENT)
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="时限 / time limit")
@click.option(
    "--iterations",
    type=click.IntRange(min=1),
    help="迭代次数,结果可重复 / rounds instead of seconds: repeats exactly",
)
@click.option(
    "--engine",
    type=click.Choice(list(ENGINES)),
    default=DEFAULT_ENGINE,
    show_default=True,
    help="求解引擎 / engine",
)
@click.option("--seed", type=int, default=1, show_default=True, help="随机种子 / random seed")
@click.option(
    "--start",
    "start_path",
    metavar="PLAN",
    type=_DOCUMENT,
    help="从已有方案开始,可不完整或违规 / a plan to begin with, also an incomplete or wrong one",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, allow_dash=True),
    default="-",
    help="方案文件 / plan file [-: stdout]",
)
def solve(
    problem_path: Path,
    seconds: float | None,
    iterations: int | None,
    engine: str,
    seed: int,
    start_path: Path | None,
    out: str,
) -> None:
    """求解问题文件 / Plan the day of a problem document.

    Ctrl-C 保留当前最好方案 / Ctrl-C ends the search and keeps the best plan.
    """
    if seconds is not None and iterations is not None:
        raise click.UsageError(
            both("--seconds 与 --iterations 只能选一个", "give either --seconds or --iterations")
        )
    problem = read_problem(parse_json(problem_path.read_bytes()))
    stop: StopRule = (
        MaxRuntime(seconds or _DEFAULT_SECONDS) if iterations is None else MaxIterations(iterations)
    )
    start = None if start_path is None else read_plan(parse_json(start_path.read_bytes()))
    plan = _solve_on_screen(problem, stop, engine, seed, start)
    verdict = verify(problem, plan)
    if not verdict.ok:
        _print_verdict(plan, verdict, err=True)
        raise click.ClickException(
            both(
                "引擎给出的方案未通过校验,未写出",
                "the engine's plan does not pass the check and is not written",
            )
        )
    with click.open_file(out, "w", encoding="utf-8") as file:
        file.write(format_json(write_plan(plan)))


@click.command()
@click.argument("problem_path", metavar="PROBLEM", type=_DOCUMENT)
@click.argument("plan_path", metavar="PLAN", type=_DOCUMENT)
def check(problem_path: Path, plan_path: Path) -> None:
    """校验方案 / Recompute a plan without any solver code.

    有违规或成本不符则退出码为 1,文件本身有错则为 2 / Exits with 1 where a rule is broken or the
    stated cost is off by more than 0.01 yuan, with 2 where a document itself is wrong.
    """
    problem = read_problem(parse_json(problem_path.read_bytes()))
    plan = read_plan(parse_json(plan_path.read_bytes()))
    verdict = verify(problem, plan)
    _print_verdict(plan, verdict, err=False)
    if not verdict.ok:
        raise SystemExit(1)


def _solve_on_screen(
    problem: Problem, stop: StopRule, engine: str, seed: int, start: Plan | None
) -> Plan:
    """Solve with one moving line on stderr; Ctrl-C cancels."""
    cancelled = threading.Event()
    previous = signal.signal(signal.SIGINT, lambda *_: cancelled.set())
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    try:
        with Progress(*columns, console=console, transient=True) as progress:
            line = progress.add_task(both("求解中", "solving"))

            def show(plan: Plan) -> None:
                progress.update(line, description=_summary(problem, plan))

            plan = solve_in_process(
                problem,
                stop,
                seed,
                engine=engine,
                start=start,
                on_better=show,
                is_cancelled=cancelled.is_set,
            )
    finally:
        signal.signal(signal.SIGINT, previous)
    console.print(f"{plan.status}: {_summary(problem, plan)}", highlight=False)
    return plan


def _summary(problem: Problem, plan: Plan) -> str:
    orders = len(problem.orders)
    served = orders - len(plan.unassigned)
    return both(
        f"成本 {plan.cost:.2f} 元,已安排 {served}/{orders} 单,{len(plan.routes)} 辆车",
        f"cost {plan.cost:.2f} yuan, {served}/{orders} orders served, {len(plan.routes)} vehicles",
    )


def _print_verdict(plan: Plan, verdict: Verdict, *, err: bool) -> None:
    for violation in verdict.violations:
        click.echo(str(violation), err=err)
    count = len(verdict.violations)
    click.echo(both(f"{count} 处违规", f"{count} violations"), err=err)
    click.echo(
        both(
            f"重算成本 {verdict.cost:.2f} 元,方案所述 {plan.cost:.2f} 元",
            f"recomputed cost {verdict.cost:.2f} yuan, stated {plan.cost:.2f} yuan",
        ),
        err=err,
    )
