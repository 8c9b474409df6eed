"""Play a day's plan against random days: what holds, what is late, and what time buffers cost.

\b
  simulate_day.py example > scenario.toml          the chances, every figure explained; edit them
  simulate_day.py play problem.json plan.json --out RESULTS [--scenario scenario.toml]
  simulate_day.py buffers problem.json --out RESULTS --buffer-share 0.1 --buffer-share 0.2

Driving times vary with the day, the hour, the township and the leg; so do service times; stops are
found closed, vans break down, roads are closed. The same seed gives the same days, whatever their
number and the plan: several plans of one problem can be compared pair by pair. Every default is an
assumption, to be replaced by the county's own figures. All days of a plan are played at once: a
thousand take about a tenth of a second.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from bench_screen import show_table
from day_buffers import Buffered, buffer_results
from day_pictures import Played
from day_results import play_results
from plan_file import read_plan_file
from rich.console import Console
from rich.progress import Progress

from coop_service.documents import format_json, parse_json, read_problem, write_plan
from coop_service.documents.day_scenario import FEWEST_DAYS, MOST_DAYS, read_day_scenario
from coop_service.domain.plan import Plan
from coop_service.domain.problem import Problem
from coop_service.domain.simulation.draws import Draws
from coop_service.domain.simulation.figures import on_time_by_day, sum_up
from coop_service.domain.simulation.play import play as play_days
from coop_service.domain.simulation.replay import replay
from coop_service.domain.simulation.scenario import DayScenario, buffered
from coop_service.domain.simulation.script import lay_out_day
from coop_service.domain.verify import verify
from coop_service.errors import CoopError, both
from coop_service.files.results import Results, write_results
from coop_service.files.scenario_file import read_toml
from coop_service.files.whole import write_whole
from coop_service.planning.engines import DEFAULT_ENGINE
from coop_service.planning.process import solve_in_process
from coop_service.planning.stop import MaxIterations, MaxRuntime, StopRule

EXAMPLE = """\
# 一天里可能发生什么;所有数值均为假设,请换成本县数据
# What may happen on a day; every figure is an assumption: put in the county's own.
# 因子服从均值为 1 的对数正态分布,sigma 约等于变异系数,0 表示不变
# Factors are lognormal with mean 1; a sigma is about the coefficient of variation, 0: no noise.

[travel]                    # 行车时间 = 矩阵 x 均值 x 当日 x 小时 x 乡镇 x 路段
mean_factor = 1.0           # 1.1:实际平均比矩阵慢一成 / on the mean 10 % slower than the matrix
day_sigma = 0.08            # 全天各车相同:天气、农忙 / all vans, all day: weather, harvest
hour_sigma = 0.06           # 每个整点小时一个 / one for each clock hour
area_sigma = 0.05           # 每个乡镇一个(问题中的 relays) / one for each township of the problem
leg_sigma = 0.15            # 每个路段一个 / one for each leg

[service]
sigma = 0.30                # 每个停靠点一个 / one for each stop

[no_shows]
share = 0.01                # 到达时无人的停靠点比例 / stops that are found closed
found_s = 180               # 代替作业的秒数 / seconds spent there in place of the service

[breakdowns]                # 每车每天至多一次 / at most one a van and day
per_1000_driving_h = 2.0    # 每千小时行车的故障数 / in a thousand hours at the wheel
repair_mean_s = 3600.0
repair_sigma = 0.5
day_lost_share = 0.2        # 当天无法再出车的比例 / of them, that end the van's day

[closures]                  # 不知道路,绕行是一个倍数 / no roads are known: a detour is a factor
per_1000_km = 0.5           # 千公里路段上的封路数 / closures on a leg of a thousand km
detour_factor = 1.6         # 绕行使行车时间变为几倍 / driving takes so many times as long

[policy]                    # 车辆如何应对 / how vans take it
# 预计晚于时间窗这么多秒就跳过;不写则再晚也服务 / pass over what is later; absent: serve
# skip_later_than_s = 3600
branch_patience_s = 86400   # 支线车在中转站等货至多 / a branch van waits for goods at its hub
trunk_patience_s = 1800     # 干线车等农产品至多 / a trunk vehicle waits for produce
"""

CONSOLE = Console()
_DOCUMENT = click.Path(exists=True, dir_okay=False, path_type=Path)


def _chances(command: Any) -> Any:
    """Options of all commands that play."""
    for option in (
        click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True,
                     help="Folder of results."),
        click.option("--scenario", "scenario_path", type=_DOCUMENT,
                     help="TOML with the chances, also that of a folder of results; see example."),
        click.option("--days", type=click.IntRange(FEWEST_DAYS, MOST_DAYS),
                     help="Random days [default: as the scenario was run, else 1000]."),
        click.option("--seed", type=click.IntRange(min=0),
                     help="Of the random days [default: as the scenario was run, else 1]."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.group(help=__doc__)
def main() -> None:
    pass


@main.command(help="Print the chances, every figure explained, to be edited.")
def example() -> None:
    click.echo(EXAMPLE, nl=False)


@main.command(name="play", help="Play one or more PLANs of PROBLEM on the same random days.")
@click.argument("problem_path", metavar="PROBLEM", type=_DOCUMENT)
@click.argument("plan_paths", metavar="PLAN...", type=_DOCUMENT, nargs=-1, required=True)
@_chances
def play_command(
    problem_path: Path,
    plan_paths: tuple[Path, ...],
    out: Path,
    scenario_path: Path | None,
    days: int | None,
    seed: int | None,
) -> None:
    scenario, run = read_chances(scenario_path, days, seed)
    problem = read_problem(parse_json(problem_path.read_bytes()))
    plans = {path.stem: read_plan_file(path) for path in plan_paths}
    if len(plans) < len(plan_paths):
        raise click.UsageError(
            both("方案文件名重复,请改名", "two plan files have one name: rename one")
        )
    played = []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for name, plan in progress.track(plans.items(), description="play"):
            played.append(play_plan(name, problem, plan, scenario, run))
    asked = run | {"problem": problem_path.name, "plans": [path.name for path in plan_paths]}
    command = (
        f"python scripts/simulate_day.py play {problem_path.name} "
        f"{' '.join(path.name for path in plan_paths)} --scenario scenario.toml --out RESULTS"
    )
    hand_over(out, play_results(problem, played, scenario, asked, command))


@main.command(
    help="Plan PROBLEM with buffers of time, and show their price against what holds. A buffered "
    "plan is made for a day that is slower than the true one; its vans leave as it says, and it is "
    "re-timed, verified and priced on the true day. The plan without buffer is always among them."
)
@click.argument("problem_path", metavar="PROBLEM", type=_DOCUMENT)
@click.option(
    "--buffer-share",
    "shares",
    type=click.FloatRange(0, 3),
    multiple=True,
    help="Added to each driving time, e.g. 0.1; several times for a frontier.",
)
@click.option("--buffer-s", "stops_s", type=click.IntRange(0, 7200), multiple=True,
              help="Seconds added to each stop; several times: each with each share.")  # fmt: skip
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), default=20.0,
              show_default=True, help="Search of each plan.")  # fmt: skip
@click.option("--iterations", type=click.IntRange(min=1), help="Instead: repeats exactly.")
@_chances
def buffers(
    problem_path: Path,
    shares: tuple[float, ...],
    stops_s: tuple[int, ...],
    seconds: float,
    iterations: int | None,
    out: Path,
    scenario_path: Path | None,
    days: int | None,
    seed: int | None,
) -> None:
    scenario, run = read_chances(scenario_path, days, seed)
    problem = read_problem(parse_json(problem_path.read_bytes()))
    if not shares and not stops_s:
        shares = (0.05, 0.1, 0.2)
    grid = [
        (share, stop_s)
        for stop_s in sorted({*stops_s} or {0})
        for share in sorted({*shares} or {0.0})
    ]
    grid = list(dict.fromkeys([(0.0, 0), *grid]))
    stop: StopRule = MaxRuntime(seconds) if iterations is None else MaxIterations(iterations)
    out.mkdir(parents=True, exist_ok=True)
    bought: list[Buffered] = []
    with Progress(console=Console(stderr=True)) as progress:
        for share, stop_s in progress.track(grid, description="plan"):
            name = f"buffer-{share:g}-{stop_s}"
            plan, failure = plan_with_buffer(problem, share, stop_s, stop)
            if plan is None:
                progress.console.print(f"{name}: {failure}")
                bought.append(Buffered(share, stop_s, None, failure))
                continue
            write_whole(out / f"{name}.json", format_json(write_plan(plan)).encode())
            bought.append(
                Buffered(share, stop_s, play_plan(name, problem, plan, scenario, run), "")
            )
    search = {"iterations": iterations} if iterations is not None else {"seconds": seconds}
    asked = (
        run
        | search
        | {
            "problem": problem_path.name,
            "buffers": [{"share": share, "stop_s": stop_s} for share, stop_s in grid],
        }
    )
    options = [f"--buffer-share {share:g}" for share in sorted({*shares})]
    options += [f"--buffer-s {stop_s}" for stop_s in sorted({*stops_s})]
    options += [f"--{name} {value:g}" for name, value in search.items()]
    command = (
        f"python scripts/simulate_day.py buffers {problem_path.name} {' '.join(options)} "
        "--scenario scenario.toml --out RESULTS"
    )
    hand_over(out, buffer_results(problem, bought, scenario, asked, command))


def read_chances(
    path: Path | None, days: int | None, seed: int | None
) -> tuple[DayScenario, dict[str, Any]]:
    """The scenario, and days and seed: as asked, else as its file was run, else 1000 and 1."""
    scenario, made = read_day_scenario({} if path is None else read_toml(path))
    run = {"days": 1000, "seed": 1} | made
    asked = {"days": days, "seed": seed}
    return scenario, run | {name: value for name, value in asked.items() if value is not None}


def play_plan(
    name: str, problem: Problem, plan: Plan, scenario: DayScenario, run: dict[str, Any]
) -> Played:
    """A plan on all days."""
    runs = play_days(lay_out_day(problem, plan), Draws(scenario, run["seed"], run["days"]))
    violations = len(verify(problem, plan).violations)
    return Played(name, plan, runs, sum_up(runs), on_time_by_day(runs), violations)


def plan_with_buffer(
    problem: Problem, share: float, stop_s: int, stop: StopRule
) -> tuple[Plan | None, str]:
    """A plan for the slower day, with its times on the true one; or what went wrong.

    What verification finds in the re-timed plan is told with the results: to be early is not always
    allowed.
    """
    try:
        plan = solve_in_process(buffered(problem, share, stop_s), stop, 1, engine=DEFAULT_ENGINE)
        return replay(problem, plan), ""
    except CoopError as error:
        return None, f"{type(error).__name__}: {error}"


def hand_over(out: Path, results: Results) -> None:
    """Write the folder and show the first table of its page."""
    write_results(out, results)
    CONSOLE.print(show_table(next(table for table in results.tables if table.on_page)))
    for finding in results.findings:
        CONSOLE.print(both(*finding), highlight=False)
    CONSOLE.print(f"{out / 'summary.html'}")


if __name__ == "__main__":
    try:
        main(standalone_mode=True)
    except CoopError as error:
        raise SystemExit(f"{type(error).__name__}: {error}") from error
