"""Compare a county before and after stations are added, closed, moved or upgraded.

SCENARIO is a TOML file that says what is changed, on how many days it is tried and how each day is
planned; --example prints one. Both counties are planned on the same days with the same orders, so
that the differences of days have narrow confidence intervals. OUT gets summary.html, results.json,
tables, pictures and the scenario; its folder runs/ keeps each planned day, so that a second run,
also one that was interrupted, plans only what is missing.

\b
  python scripts/simulate_station.py --example > new_station.toml
  python scripts/simulate_station.py new_station.toml var/new_station
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from bench_cluster import adjust, cluster_options, plan_days, search_options
from bench_screen import CONSOLE, example_option, print_tables
from matplotlib.figure import Figure

from coop_service.documents.scenario import write_scenario
from coop_service.domain.scenarios import (
    Alternative,
    Coverage,
    PairedDifference,
    Scenario,
    change_county,
    compare_pairs,
    find_coverage,
)
from coop_service.errors import CoopError
from coop_service.files.results import Column, Picture, Results, Table, write_results
from coop_service.files.results.folder import SYNTHETIC
from coop_service.files.results.plots import AFTER, BEFORE, draw_county, draw_differences
from coop_service.files.scenario_file import read_scenario_county, read_scenario_file
from coop_service.jobs.scenario_runs import Run, before_of, digest_county, list_days, refuse_failed
from coop_service.services.scenario_days import FIGURES

EXAMPLE = """\
# 毕家村升级为中转站:两辆微型车由县中心迁驻 / a village point becomes a hub with two vans
name = "毕家村中转站"
date = 2026-10-15          # 路网按此日的站点状态读取,改动自此日生效 / as of, and in force from
standard_min = 20.0        # 覆盖标准:到站车程,分钟 / a village is covered within

[network]
folder = "network_data/dashiqiao"
county = "210882"

[demand]                   # 逐日订单,只取决于种子、日期、站点 / common random numbers
days = 10
seed = 1

[search]                   # 迭代次数可重复;seconds 则不可 / rounds repeat exactly, seconds do not
iterations = 5
seed = 1

[[station]]                # add, close, move, upgrade; a new one: add with lon and lat
change = "upgrade"
site = "210882104220"
tier = "station"
open = "07:00"
close = "19:00"
floor_m3 = 20.0            # 中转站可存放,立方米 / room for goods
catchment_min = 20.0       # 此范围内最近的村归其服务 / villages within, nearest to it, belong to it

[[fleet]]                  # add (like, count, home), remove (vans), move (vans, home)
change = "move"
vans = ["MIC05", "MIC06"]
home = "210882104220"

[modes]                    # direct, relay, auto
210882104220 = "relay"
"""

COVERAGE = {
    "covered_share": ("覆盖人口比例", "share of people covered", 4),
    "covered_people": ("覆盖人口", "people covered", 0),
    "covered_villages": ("覆盖村级点", "village points covered", 0),
    "mean_min": ("到站车程,人口平均,分钟", "minutes to service, mean over people", 1),
    "p90_min": ("九成人口不超过,分钟", "nine tenths of the people within, minutes", 1),
    "max_min": ("最远村级点,分钟", "farthest village point, minutes", 1),
}
MAIN = ("cost_yuan", "distance_km", "vehicles_used", "work_h")
LABELLED = 12


@click.command(help=__doc__)
@click.argument(
    "scenario_path", metavar="SCENARIO", type=click.Path(True, dir_okay=False, path_type=Path)
)
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@example_option(EXAMPLE)
@search_options
@cluster_options
def main(
    scenario_path: Path,
    out: Path,
    days: int | None,
    iterations: int | None,
    workers: int,
    scheduler: str,
) -> None:
    try:
        scenario = read_scenario_file(scenario_path)
        scenario = adjust(scenario, days, iterations)
        results = simulate(scenario, out, workers=workers, scheduler=scheduler)
        write_results(out, results)
    except CoopError as error:
        raise click.ClickException(str(error)) from error
    print_tables(results.tables)
    CONSOLE.print(f"{out / 'summary.html'}")


def simulate(scenario: Scenario, out: Path, *, workers: int, scheduler: str = "") -> Results:
    """Plan what has no result in ``out/runs`` yet and compare.

    Raises:
        InvalidInput: faults of the scenario or its network.
        RunsMissing: days that could not be planned.
    """
    county = read_scenario_county(scenario)
    before, after = change_county(county, scenario)
    digest = digest_county(county)
    base = before_of(scenario, county)
    both = (*list_days(base, digest), *list_days(scenario, digest))
    runs = plan_days(
        both, {scenario.network: county}, out / "runs", workers=workers, scheduler=scheduler
    )
    refuse_failed(runs)
    count = scenario.demand.days
    return _compare(scenario, before, after, runs[:count], runs[count:])


def _compare(
    scenario: Scenario,
    before: Alternative,
    after: Alternative,
    runs_before: tuple[Run, ...],
    runs_after: tuple[Run, ...],
) -> Results:
    differences = {
        name: compare_pairs(
            [run.figures[name] for run in runs_before], [run.figures[name] for run in runs_after]
        )
        for name in FIGURES
    }
    cover = [
        find_coverage(before.network, one, scenario.date, scenario.standard_min)
        for one in (before, after)
    ]
    return Results(
        title=(f"站点模拟:{scenario.name}", f"stations simulated: {scenario.name}"),
        findings=_findings(scenario, cover, differences),
        tables=(
            _coverage_table(cover),
            _figure_table(differences),
            _hub_table(after, runs_before, runs_after),
            _day_table(runs_before, runs_after),
            _village_table(before, cover),
        ),
        pictures=(
            Picture(
                "map",
                ("改变了什么:新覆盖与失去覆盖的村级点", "what changes: villages gained and lost"),
                lambda figure: _draw_map(figure, before, after, cover),
                (9.0, 7.0),
            ),
            Picture(
                "differences",
                ("变化(占改变前的百分比),95 % 置信区间", "changes in % of before, 95 % intervals"),
                lambda figure: _draw_differences(figure, differences),
                (9.0, 3.4),
            ),
            Picture(
                "days",
                ("逐日成本,改变前后为同一批订单", "cost day by day, same orders before and after"),
                lambda figure: _draw_days(figure, runs_before, runs_after),
                (9.0, 3.6),
            ),
        ),
        notes=(
            SYNTHETIC,
            (
                f"订单为合成(种子 {scenario.demand.seed},{scenario.demand.days} 天);"
                "关闭的站点不再下单,其居民不转往他处。车程按可走所有道路的微型车计。",
                f"Orders are made up (seed {scenario.demand.seed}, {scenario.demand.days} days); a "
                "closed site orders nothing, and its people are not sent elsewhere. Minutes are "
                "those of a micro van, which may use every road.",
            ),
            (
                "区间为配对差的 95 % 置信区间(同日同订单,Student t);"
                "含求解的随机性,不含假设本身的误差。",
                "Intervals: 95 % for the mean of paired differences (same days, same orders, "
                "Student's t); luck of the search is in them, errors of the assumptions are not.",
            ),
        ),
        scenario=write_scenario(scenario),
        command="python scripts/simulate_station.py scenario.toml OUT",
        data={"coverage": [{name: getattr(one, name) for name in COVERAGE} for one in cover]},
    )


def _findings(
    scenario: Scenario, cover: list[Coverage], differences: dict[str, PairedDifference]
) -> tuple[tuple[str, str], ...]:
    one, two = cover
    gained = two.covered_people - one.covered_people
    found = [
        (
            f"{scenario.standard_min:g} 分钟标准(或各站自己的范围)下,"
            f"覆盖人口由 {one.covered_share:.1%} 变为 {two.covered_share:.1%}({gained:+d} 人);"
            f"平均到站车程由 {one.mean_min:.1f} 变为 {two.mean_min:.1f} 分钟。",
            f"By the standard of {scenario.standard_min:g} minutes (or a station's own catchment), "
            f"{one.covered_share:.1%} of the people were covered, {two.covered_share:.1%} are "
            f"({gained:+d}); mean way to a station "
            f"{one.mean_min:.1f}, now {two.mean_min:.1f} minutes.",
        )
    ]
    for name in MAIN[:3]:
        zh, en, digits = FIGURES[name]
        d = differences[name]
        width = "" if d.half_width is None else f" ± {d.half_width:.{digits}f}"
        clear = ("", "") if d.is_clear else ("(差异不显著)", " (not clearly different)")
        found.append(
            (
                f"每日{zh}:{d.before:,.{digits}f} → {d.after:,.{digits}f},"
                f"差 {d.mean:+,.{digits}f}{width}{clear[0]}。",
                f"A day's {en}: {d.before:,.{digits}f} before, {d.after:,.{digits}f} after, "
                f"{d.mean:+,.{digits}f}{width}{clear[1]}.",
            )
        )
    return tuple(found)


def _figure_table(differences: dict[str, PairedDifference]) -> Table:
    rows = []
    for name, (zh, en, digits) in FIGURES.items():
        d = differences[name]
        rows.append(
            {
                "name": name,
                "figure": f"{zh} / {en}",
                "before": d.before,
                "after": d.after,
                "difference": d.mean,
                "half_width": d.half_width,
                "is_clear": d.is_clear,
                "digits": digits,
            }
        )
    return Table(
        "figures",
        ("每日线路指标(逐日重排)", "Routes of a day, planned anew each day"),
        (
            Column("figure", "指标", "figure"),
            Column("before", "前", "before"),
            Column("after", "后", "after"),
            Column("difference", "差", "difference"),
            Column("half_width", "95 % 区间 ±", "95 % interval ±"),
            Column("is_clear", "显著", "clear"),
        ),
        rows,
    )


def _coverage_table(cover: list[Coverage]) -> Table:
    rows = [
        {
            "figure": f"{zh} / {en}",
            "before": float(getattr(cover[0], name)),
            "after": float(getattr(cover[1], name)),
            "difference": float(getattr(cover[1], name) - getattr(cover[0], name)),
            "digits": digits,
        }
        for name, (zh, en, digits) in COVERAGE.items()
    ]
    columns = (
        Column("figure", "指标", "figure"),
        Column("before", "前", "before"),
        Column("after", "后", "after"),
        Column("difference", "差", "difference"),
    )
    return Table("coverage", ("覆盖与到站车程", "Coverage and minutes to service"), columns, rows)


def _hub_table(
    after: Alternative, runs_before: tuple[Run, ...], runs_after: tuple[Run, ...]
) -> Table:
    codes = sorted({code for run in (*runs_before, *runs_after) for code in run.hubs})

    def peak(runs: tuple[Run, ...], code: str) -> float:
        return max((run.hubs.get(code, 0.0) for run in runs), default=0.0)

    rows = [
        {
            "site": code,
            "name": after.network.sites[code].name,
            "before": peak(runs_before, code),
            "after": peak(runs_after, code),
        }
        for code in codes
    ]
    columns = (
        Column("site", "站点", "site"),
        Column("name", "名称", "name"),
        Column("before", "前,立方米", "before, m3"),
        Column("after", "后,立方米", "after, m3"),
    )
    return Table("hubs", ("中转站最大存放量", "Most that lies at each hub"), columns, rows)


def _day_table(runs_before: tuple[Run, ...], runs_after: tuple[Run, ...]) -> Table:
    rows = [
        {"date": run.date, "alternative": name, "key": run.key, **run.figures}
        for name, runs in (("before", runs_before), ("after", runs_after))
        for run in runs
    ]
    columns = (
        Column("date", "日期", "date"),
        Column("alternative", "方案", "alternative"),
        Column("key", "键", "key"),
        *(Column(name, zh, en, digits) for name, (zh, en, digits) in FIGURES.items()),
    )
    return Table("days", ("逐日", "Day by day"), columns, rows, on_page=False)


def _village_table(before: Alternative, cover: list[Coverage]) -> Table:
    sites = before.network.sites
    rows: list[dict[str, Any]] = []
    for code, (station, minutes, is_covered) in cover[0].nearest.items():
        new = cover[1].nearest[code]
        rows.append(
            {
                "village": code,
                "name": sites[code].name,
                "population": sites[code].population,
                "station_before": station,
                "min_before": None if minutes is None else round(minutes, 2),
                "covered_before": is_covered,
                "station_after": new[0],
                "min_after": None if new[1] is None else round(new[1], 2),
                "covered_after": new[2],
            }
        )
    names = tuple(rows[0]) if rows else ("village",)
    columns = tuple(Column(name, name, name) for name in names)
    return Table("villages", ("逐村", "Village by village"), columns, rows, on_page=False)


def _draw_map(
    figure: Figure, before: Alternative, after: Alternative, cover: list[Coverage]
) -> None:
    axes = figure.add_subplot()
    gained = {c for c, new in cover[1].nearest.items() if new[2] and not cover[0].nearest[c][2]}
    lost = {c for c, new in cover[1].nearest.items() if not new[2] and cover[0].nearest[c][2]}
    uncovered = {c for c, new in cover[1].nearest.items() if not new[2]} - lost
    colours = (
        dict.fromkeys(uncovered, "#c9c9c9")
        | dict.fromkeys(gained, "#e07b00")
        | dict.fromkeys(lost, "#8e24aa")
    )
    draw_county(axes, after.network, colour_of=colours, named=after.touched)
    sites = after.network.sites
    for code in after.touched:
        site = sites[code]
        is_open = after.network.is_served(code)
        axes.scatter(
            site.lon,
            site.lat,
            s=220,
            marker="o" if is_open else "X",
            facecolors="none" if is_open else "#8e24aa",
            edgecolors="#e07b00" if is_open else "#8e24aa",
            linewidths=2.2,
            zorder=7,
        )
        if code in after.people_at:
            old = sites[after.people_at[code]]
            axes.annotate(
                "",
                (site.lon, site.lat),
                (old.lon, old.lat),
                arrowprops={"arrowstyle": "->", "color": "#e07b00", "linewidth": 1.8},
            )
    for colour, label, codes in (
        ("#e07b00", "新覆盖 gained", gained),
        ("#8e24aa", "失去覆盖 lost", lost),
        ("#c9c9c9", "未覆盖 not covered", uncovered),
    ):
        axes.scatter([], [], s=14, c=colour, label=f"{label} ({len(codes)})")
    axes.legend(loc="best", fontsize=8)


def _draw_differences(figure: Figure, differences: dict[str, PairedDifference]) -> None:
    axes = figure.add_subplot()
    shown = [name for name in MAIN if differences[name].before]
    scale = {name: 100 / differences[name].before for name in shown}
    draw_differences(
        axes,
        [f"{FIGURES[name][0]}\n{FIGURES[name][1]}" for name in shown],
        [differences[name].mean * scale[name] for name in shown],
        [(differences[name].half_width or 0.0) * scale[name] for name in shown],
        "%",
    )


def _draw_days(figure: Figure, runs_before: tuple[Run, ...], runs_after: tuple[Run, ...]) -> None:
    axes = figure.add_subplot()
    places = range(len(runs_before))
    for runs, colour, label in (
        (runs_before, BEFORE, "前 before"),
        (runs_after, AFTER, "后 after"),
    ):
        costs = [run.figures["cost_yuan"] for run in runs]
        axes.plot(places, costs, "o-", color=colour, label=label)
    step = max(1, len(runs_before) // LABELLED)
    axes.set_xticks(places[::step], [run.date[5:] for run in runs_before[::step]])
    axes.set_ylabel("元 yuan")
    axes.legend()


if __name__ == "__main__":
    main()
