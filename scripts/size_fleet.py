"""Find the cheapest mix of vans, and where they are based, for a service level over many days.

From the fleet of SCENARIO on, one van less, one elsewhere, one more is tried, all on the same days
with the same orders; the best step that keeps or gains the service level is taken, until none is
cheaper. That finds a mix that no single step makes cheaper, not the proof of the cheapest. OUT gets
the frontier of cost and service over all that was tried. A second run plans only what is missing.

\b
  python scripts/simulate_station.py --example > fleet.toml
  python scripts/size_fleet.py fleet.toml var/fleet --service 0.99 --days 3 --iterations 1 --steps 3
"""

from __future__ import annotations

import statistics
from dataclasses import replace
from pathlib import Path

import click
from bench_cluster import adjust, cluster_options, plan_days, search_options
from bench_screen import CONSOLE, print_findings, show_table
from matplotlib.figure import Figure

from coop_service.documents.scenario import write_scenario
from coop_service.domain.records import Van
from coop_service.domain.scenarios import County, Scenario, change_county
from coop_service.domain.scenarios.fleet_sizing import (
    Mix,
    Point,
    changes_to,
    cheapest,
    frontier,
    kinds_of,
    neighbours,
)
from coop_service.errors import CoopError
from coop_service.files.results import Column, Picture, Results, Table, write_results
from coop_service.files.results.folder import SYNTHETIC
from coop_service.files.results.plots import AFTER, BEFORE
from coop_service.files.scenario_file import read_scenario_county, read_scenario_file
from coop_service.jobs.scenario_runs import digest_county, list_days


class Sizing:
    """What has been tried of a scenario's fleet."""

    def __init__(self, scenario: Scenario, county: County, out: Path, cluster: dict) -> None:
        self.scenario, self.county, self.out, self.cluster = scenario, county, out, cluster
        _, changed = change_county(county, scenario)
        self.vans = changed.fleet
        self.models, self.first = kinds_of(self.vans)
        self.homes = sorted({van.home for van in self.vans if van.active})
        self.centre = changed.network.centre.code
        self.points: dict[Mix, Point] = {}

    def try_all(self, mixes: list[Mix]) -> None:
        """Plan the days of mixes that have not been tried; a mix with a day that fails is none."""
        new = [mix for mix in dict.fromkeys(mixes) if mix not in self.points]
        digest = digest_county(self.county)
        days = {mix: list_days(self.with_mix(mix), digest) for mix in new}
        runs = plan_days(
            (day for of in days.values() for day in of),
            {self.scenario.network: self.county},
            self.out / "runs",
            **self.cluster,
        )
        by_key = {run.key: run for run in runs}
        for mix, of in days.items():
            found = [by_key[day.key] for day in of]
            if all(run.error is None for run in found):
                rates = sum(
                    count * self._van(mix_kind).fixed_yuan for mix_kind, count in mix.counts
                )
                cost = statistics.fmean(r.figures["variable_cost_yuan"] for r in found) + rates
                service = statistics.fmean(run.figures["service_level"] for run in found)
                self.points[mix] = Point(mix, cost, service)

    def with_mix(self, mix: Mix) -> Scenario:
        """The scenario with that mix; modes are those of stations that still have vans."""
        homes = {home for (_, home), _ in mix.counts}
        modes = {code: mode for code, mode in self.scenario.modes.items() if code in homes}
        changes = changes_to(mix, self.vans, self.models)
        return replace(self.scenario, fleet=(*self.scenario.fleet, *changes), modes=modes)

    def run(self, service: float, steps: int) -> None:
        """Step from mix to mix; the best so far is the cheapest that reaches the level."""
        self.try_all([self.first])
        for _ in range(steps):
            here = cheapest(list(self.points.values()), service) or max(
                self.points.values(), key=lambda p: (p.service, -p.cost_yuan), default=None
            )
            if here is None:
                return
            before = len(self.points)
            around = neighbours(here.mix, tuple(self.models), self.homes, self.centre)
            self.try_all(list(around))
            if len(self.points) == before:
                return

    def told(self, mix: Mix) -> str:
        """A mix in words."""
        return ", ".join(
            f"{count} × {self._van(kind).name.rstrip('0123456789号')} ({kind[0]}) @ {kind[1]}"
            for kind, count in mix.counts
        )

    def _van(self, kind: tuple[str, str]) -> Van:
        return self.models[kind[0]]


@click.command(help=__doc__)
@click.argument(
    "scenario_path", metavar="SCENARIO", type=click.Path(True, dir_okay=False, path_type=Path)
)
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--service", type=click.FloatRange(0, 1), default=0.99, show_default=True,
    help="满足订单的比例 / share of the orders served",
)  # fmt: skip
@click.option(
    "--steps", type=click.IntRange(1), default=10, show_default=True,
    help="最多走几步 / steps at the most",
)  # fmt: skip
@search_options
@cluster_options
def main(
    scenario_path: Path,
    out: Path,
    service: float,
    steps: int,
    days: int | None,
    iterations: int | None,
    workers: int,
    scheduler: str,
) -> None:
    try:
        scenario = adjust(read_scenario_file(scenario_path), days, iterations)
        cluster = {"workers": workers, "scheduler": scheduler}
        sizing = Sizing(scenario, read_scenario_county(scenario), out, cluster)
        sizing.run(service, steps)
        results = _results(sizing, service)
        write_results(out, results)
    except CoopError as error:
        raise click.ClickException(str(error)) from error
    CONSOLE.print(show_table(results.tables[0]))
    print_findings(results.findings)


def _results(sizing: Sizing, service: float) -> Results:
    points = list(sizing.points.values())
    edge = frontier(points)
    best = cheapest(points, service)
    first = sizing.points.get(sizing.first)
    columns = (
        Column("vans", "车", "vans"),
        Column("cost_yuan", "每日成本,元", "cost a day, yuan", 0),
        Column("service", "服务水平", "service level", 4),
        Column("mix", "车队", "mix"),
    )

    def rows(of: list[Point] | tuple[Point, ...]) -> list[dict]:
        return [
            {
                "vans": point.mix.size,
                "cost_yuan": point.cost_yuan,
                "service": point.service,
                "mix": sizing.told(point.mix),
            }
            for point in of
        ]

    if best is None:
        finding = (
            f"试过的 {len(points)} 种车队都未达到 {service:.1%}。",
            f"None of the {len(points)} mixes tried reaches {service:.1%}.",
        )
    else:
        base = "" if first is None else f"{first.mix.size} → "
        yuan = "" if first is None else f"{first.cost_yuan:,.0f} → "
        finding = (
            f"达到 {service:.1%} 的最省车队:{base}{best.mix.size} 辆,每日 {yuan}"
            f"{best.cost_yuan:,.0f} 元,满足 {best.service:.2%} 的订单(共试 {len(points)} 种)。",
            f"Cheapest mix that reaches {service:.1%}: {base}{best.mix.size} vans, {yuan}"
            f"{best.cost_yuan:,.0f} yuan a day, {best.service:.2%} of the orders served; "
            f"{len(points)} mixes were tried.",
        )
    return Results(
        title=(f"车队规模:{sizing.scenario.name}", f"size of the fleet: {sizing.scenario.name}"),
        findings=(finding,),
        tables=(
            Table("frontier", ("成本与服务的前沿", "Frontier of cost and service"), columns,
                  rows(edge)),
            Table("mixes", ("试过的车队", "Mixes tried"), columns, rows(points), on_page=False),
        ),
        pictures=(
            Picture(
                "frontier",
                ("每日成本与服务水平", "cost a day and service level"),
                lambda figure: _draw(figure, points, edge, best, first, service),
            ),
        ),
        notes=(
            SYNTHETIC,
            (
                "成本含车队中每辆车的日费(无论出车与否);逐步改进所得,并非最优性证明。",
                "Costs hold the day rate of every van of the mix, whether it drives or not. Found "
                "step by step: no proof that nothing is cheaper.",
            ),
        ),
        scenario=write_scenario(sizing.scenario),
        command="python scripts/size_fleet.py scenario.toml OUT",
    )  # fmt: skip


def _draw(
    figure: Figure,
    points: list[Point],
    edge: tuple[Point, ...],
    best: Point | None,
    first: Point | None,
    service: float,
) -> None:
    axes = figure.add_subplot()
    axes.scatter(
        [p.cost_yuan for p in points],
        [100 * p.service for p in points],
        s=16,
        color=BEFORE,
        label="试过 tried",
    )
    axes.step(
        [p.cost_yuan for p in edge],
        [100 * p.service for p in edge],
        "o-",
        where="post",
        color=AFTER,
        label="前沿 frontier",
    )
    for point, marker, label in ((first, "s", "现有车队 today's"), (best, "*", "最省 cheapest")):
        if point is not None:
            axes.scatter(
                point.cost_yuan,
                100 * point.service,
                s=150,
                marker=marker,
                facecolors="none",
                edgecolors="#e07b00",
                linewidths=1.8,
                label=label,
                zorder=5,
            )
    axes.axhline(100 * service, color="#999999", linewidth=0.9, linestyle="--")
    axes.set_xlabel("每日成本,元 / cost a day, yuan")
    axes.set_ylabel("满足订单 % / orders served, %")
    axes.legend()


if __name__ == "__main__":
    main()
