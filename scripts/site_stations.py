"""Choose where the next stations go: proved best, or with the bound and the gap.

\b
  lscp      fewest sites (with costs: cheapest) so that all villages are covered; --within
  mclp      --new sites that cover the most people; --within
  p-median  --new sites so that the people's ways are shortest on average
  p-center  --new sites so that the farthest village is nearest

Ways are road minutes of a micro van on the day. The centre and the stations that serve stand; with
--existing free stations are chosen like any other site. Every village point and station is a
candidate unless --candidate says which. Where there is no answer, what stops it and the least
change are told. OUT gets summary.html, a map, tables, results.json and scenario.toml, from which
--from makes the same again, and siting_1.toml, siting_2.toml, ... for simulate_station.py, which
plans the routes of each answer.

\b
  python scripts/site_stations.py var/siting --network network_data/dashiqiao --county 210882 \\
    --problem mclp --new 3 --within 20 --best 3
  python scripts/site_stations.py var/again --from var/siting/scenario.toml
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click
import tomli_w
from bench_screen import CONSOLE, print_findings, print_tables
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from coop_service.documents.scenario import write_scenario
from coop_service.documents.siting import write_siting
from coop_service.domain.network import Network
from coop_service.domain.records import Tier
from coop_service.domain.scenarios import Scenario
from coop_service.domain.scenarios.scenario import ChangeKind, StationChange
from coop_service.domain.siting import Siting, SitingKind, SitingProblem
from coop_service.domain.siting_request import Existing, SitingRequest, make_siting_problem
from coop_service.errors import CoopError
from coop_service.files.network_folder import read_network_folder
from coop_service.files.results import Column, Picture, Results, Table, write_results
from coop_service.files.results.folder import SYNTHETIC
from coop_service.files.results.plots import draw_county
from coop_service.files.scenario_file import read_siting_file
from coop_service.files.whole import write_whole
from coop_service.planning.siting import find_sites

TITLES = {
    SitingKind.LSCP: ("最少站点全覆盖(LSCP)", "all covered by the fewest (LSCP)"),
    SitingKind.MCLP: ("覆盖人口最多(MCLP)", "most people covered (MCLP)"),
    SitingKind.P_MEDIAN: ("人均车程最短(p-median)", "shortest ways on average (p-median)"),
    SitingKind.P_CENTER: ("最远村最近(p-center)", "nearest farthest village (p-center)"),
}
NEW, UNCOVERED = "#e07b00", "#c9c9c9"


@click.command(help=__doc__)
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--from",
    "path",
    type=click.Path(True, dir_okay=False, path_type=Path),
    help="要求文件,其余选项优先 / a request; other options go before it",
)
@click.option("--name", "name", help="名称 / name of the request")
@click.option("--network", "network__folder", help="路网文件夹 / folder of the network")
@click.option("--county", "network__county", help="县代码 / the county's area code")
@click.option(
    "--date",
    "date",
    type=click.DateTime(["%Y-%m-%d"]),
    help="站点与道路的日期 / day of sites and roads",
)
@click.option(
    "--problem",
    "siting__problem",
    type=click.Choice([str(kind) for kind in SitingKind]),
    help="求什么,见上 / what is asked, see above",
)
@click.option("--new", "-k", "siting__new", type=int, help="选几个 / how many sites are chosen")
@click.option(
    "--within",
    "siting__within_min",
    type=float,
    help="覆盖阈值,车程分钟 / a site covers what is no farther, road minutes",
)
@click.option("--budget", "siting__budget_yuan", type=int, help="总预算,元 / yuan for all")
@click.option("--cost", "siting__cost_yuan", type=int, help="每个费用,元 / yuan for each")
@click.option(
    "--cost-of",
    "siting__costs_yuan",
    nargs=2,
    type=(str, int),
    multiple=True,
    help="某站费用 / code and yuan of one",
)
@click.option(
    "--capacity",
    "siting__capacity_people",
    type=int,
    help="每站可服务人口 / people that a site can serve",
)
@click.option(
    "--capacity-of",
    "siting__capacities",
    nargs=2,
    type=(str, int),
    multiple=True,
    help="某站可服务人口 / code and people of one",
)
@click.option(
    "--covering",
    "siting__covering",
    type=int,
    help="几个站点覆盖才算覆盖,2 为有备份 / sites that must cover a village, 2: backup",
)
@click.option(
    "--existing",
    "siting__existing",
    type=click.Choice([str(one) for one in Existing]),
    help="现有站点保留或可另选 / stations stand, or are chosen like others  [fixed]",
)
@click.option(
    "--candidate",
    "siting__candidates",
    multiple=True,
    help="只在这些站点中选 / choose only among these codes",
)
@click.option("--best", "siting__best", type=int, help="最好的几个方案 / so many answers  [1]")
@click.option(
    "--seconds",
    "siting__seconds",
    type=float,
    help="每个方案最长求解秒数 / seconds for each answer  [120]",
)
def main(out: Path, path: Path | None, **options: Any) -> None:
    try:
        request = read_siting_file(path, _given(options, is_new=path is None))
        records = read_network_folder(Path(request.network))
        network = Network(request.county, records.sites, records.roads, request.date)
        with CONSOLE.status(" / ".join(TITLES[request.problem])):
            problem = make_siting_problem(request, network)
            answers = find_sites(problem, best=request.best, seconds=request.seconds)
        results = _results(request, network, problem, answers)
        write_results(out, results)
        for number, answer in enumerate(answers, 1):
            scenario = _scenario(request, network, answer, number)
            write_whole(
                out / f"siting_{number}.toml", tomli_w.dumps(write_scenario(scenario)).encode()
            )
    except CoopError as error:
        raise click.ClickException(str(error)) from error
    print_tables(results.tables)
    print_findings(results.findings)
    CONSOLE.print(f"{out / 'summary.html'}")


def _given(options: dict[str, Any], *, is_new: bool) -> dict[str, Any]:
    """Members of the document that options give; without a file some have a default."""
    given = {}
    for option, value in options.items():
        name = option.replace("__", ".")
        if value is None or value == ():
            continue
        if isinstance(value, dt.datetime):
            value = value.date()
        elif name in ("siting.costs_yuan", "siting.capacities"):
            value = dict(value)
        elif isinstance(value, tuple):
            value = list(value)
        given[name] = value
    if is_new:
        given = {"name": str(given.get("siting.problem", "siting")), **given}
        given.setdefault("date", dt.date.today())
    return given


def _results(
    request: SitingRequest, network: Network, problem: SitingProblem, answers: tuple[Siting, ...]
) -> Results:
    best, standing = answers[0], problem.standing
    return Results(
        title=(
            f"选址:{TITLES[request.problem][0]}",
            f"siting: {TITLES[request.problem][1]}",
        ),
        findings=_findings(request, network, problem, best),
        tables=(
            _answer_table(request, network, problem, answers),
            _station_table(network, standing, best),
            _village_table(network, answers),
        ),
        pictures=(
            Picture(
                "map",
                ("第一方案:新站点与各村所属", "the first answer: new sites, and who goes where"),
                lambda figure: _draw_map(figure, request, network, standing, best),
                (9.0, 7.0),
            ),
        ),
        notes=(
            SYNTHETIC,
            (
                "车程为微型车当日路网车程,由站点到村;选址只看车程,"
                "线路与成本请用 siting_N.toml 经 simulate_station.py 逐日重排。",
                "Minutes are those of a micro van from site to village on the day. Siting sees "
                "ways alone: for routes and costs give siting_N.toml to simulate_station.py.",
            ),
        ),
        scenario=write_siting(request),
        command="python scripts/site_stations.py OUT --from scenario.toml",
    )


def _told(network: Network, codes: tuple[str, ...]) -> str:
    return "、".join(network.site(code).name for code in codes) or "—"


def _people(network: Network, codes: Any) -> int:
    return sum(network.site(code).population for code in codes)


def _mean_min(network: Network, siting: Siting) -> float | None:
    reached = [
        (m, network.site(code).population) for code, m in siting.minutes.items() if m is not None
    ]
    people = sum(n for _, n in reached)
    return sum(m * n for m, n in reached) / people if people else None


def _covered_before(problem: SitingProblem) -> list[str]:
    """Places that the standing sites cover, whatever they can take."""
    ways, within_min = problem.ways, problem.within_min
    columns = [ways.sites.index(code) for code in problem.standing]
    numbers = (ways.minutes[:, columns] <= within_min).sum(axis=1)
    return [
        place
        for place, number in zip(ways.places, numbers, strict=True)
        if number >= problem.covering
    ]


def _findings(
    request: SitingRequest, network: Network, problem: SitingProblem, best: Siting
) -> tuple[tuple[str, str], ...]:
    all_people = _people(network, best.served_by)
    mean_min = _mean_min(network, best)
    far_min = max((m for m in best.minutes.values() if m is not None), default=None)
    found = [
        (
            f"选定 {len(best.new)} 个:{_told(network, best.new)}。",
            f"{len(best.new)} sites are chosen: {', '.join(best.new) or 'none'}.",
        )
    ]
    if request.within_min is not None:
        share = _people(network, best.covered) / max(1, all_people)
        before = _people(network, _covered_before(problem)) / max(1, all_people)
        backup = f",{request.covering} 站同时覆盖" if request.covering > 1 else ""
        backup_en = f" by {request.covering} sites" if request.covering > 1 else ""
        found.append(
            (
                f"{request.within_min:g} 分钟内{backup}覆盖 {len(best.covered)}/"
                f"{len(best.served_by)} 个村,人口 {share:.1%}(保留的站点本身:{before:.1%})。",
                f"{len(best.covered)} of {len(best.served_by)} villages with {share:.1%} of the "
                f"people are covered within {request.within_min:g} minutes{backup_en}; by the "
                f"sites that stand alone {before:.1%}.",
            )
        )
    if mean_min is not None and far_min is not None:
        found.append(
            (
                f"到所属站点的车程:人均 {mean_min:.1f} 分钟,最远 {far_min:.1f} 分钟。",
                f"Ways to the site that serves: {mean_min:.1f} minutes mean over people, "
                f"{far_min:.1f} the farthest.",
            )
        )
    if best.is_proved:
        found.append(("已证明最优。", "Proved: nothing is better."))
    else:
        found.append(
            (
                f"限时内未证明最优:目标值 {best.value:,},界 {best.bound:,},差距 {best.gap:.2%}。",
                f"Not proved in the time given: value {best.value:,}, bound {best.bound:,}, gap "
                f"{best.gap:.2%}.",
            )
        )
    return tuple(found)


def _answer_table(
    request: SitingRequest,
    network: Network,
    problem: SitingProblem,
    answers: tuple[Siting, ...],
) -> Table:
    unit = {
        SitingKind.LSCP: ("元", "yuan") if problem.costs_yuan else ("个", "sites"),
        SitingKind.MCLP: ("人", "people"),
        SitingKind.P_MEDIAN: ("人·秒", "person-s"),
        SitingKind.P_CENTER: ("秒", "s"),
    }[request.problem]
    rows = [
        {
            "rank": rank,
            "sites": _told(network, answer.new),
            "codes": " ".join(answer.new),
            "value": answer.value,
            "bound": answer.bound,
            "is_proved": answer.is_proved,
            "gap": answer.gap,
            "villages": len(answer.covered) if request.within_min is not None else None,
            "people": _people(network, answer.covered) if request.within_min is not None else None,
            "mean_min": _mean_min(network, answer),
            "max_min": max((m for m in answer.minutes.values() if m is not None), default=None),
            "cost_yuan": answer.cost_yuan if problem.costs_yuan else None,
        }
        for rank, answer in enumerate(answers, 1)
    ]
    columns = (
        Column("rank", "名次", "rank"),
        Column("sites", "选定", "chosen"),
        Column("value", f"目标值,{unit[0]}", f"value, {unit[1]}"),
        Column("bound", "界", "bound"),
        Column("is_proved", "已证明", "proved"),
        Column("villages", "覆盖村", "villages covered"),
        Column("people", "覆盖人口", "people covered"),
        Column("mean_min", "人均车程,分钟", "mean minutes", 1),
        Column("max_min", "最远,分钟", "farthest, minutes", 1),
        Column("cost_yuan", "费用,元", "cost, yuan"),
    )
    return Table("sitings", ("方案", "Answers"), columns, rows)


def _station_table(network: Network, standing: frozenset[str], best: Siting) -> Table:
    rows = []
    for code in sorted({*standing, *best.new}, key=lambda code: (code in standing, code)):
        villages = [place for place, site in best.served_by.items() if site == code]
        people = _people(network, villages)
        minutes = [best.minutes[place] or 0.0 for place in villages]
        rows.append(
            {
                "site": code,
                "name": network.site(code).name,
                "is_new": code not in standing,
                "villages": len(villages),
                "people": people,
                "max_min": max(minutes, default=None),
            }
        )
    columns = (
        Column("site", "站点", "site"),
        Column("name", "名称", "name"),
        Column("is_new", "选定", "chosen"),
        Column("villages", "所属村", "villages"),
        Column("people", "人口", "people"),
        Column("max_min", "最远,分钟", "farthest, minutes", 1),
    )
    return Table("stations", ("第一方案的站点", "Sites of the first answer"), columns, rows)


def _village_table(network: Network, answers: tuple[Siting, ...]) -> Table:
    rows = [
        {
            "rank": rank,
            "village": place,
            "name": network.site(place).name,
            "population": network.site(place).population,
            "site": site,
            "site_name": None if site is None else network.site(site).name,
            "minutes": answer.minutes[place],
            "covered": place in answer.covered,
        }
        for rank, answer in enumerate(answers, 1)
        for place, site in answer.served_by.items()
    ]
    columns = tuple(Column(name, name, name) for name in rows[0])
    return Table("villages", ("逐村", "Village by village"), columns, rows, on_page=False)


def _scenario(request: SitingRequest, network: Network, answer: Siting, number: int) -> Scenario:
    """The answer as changes of stations, for simulate_station.py."""
    changes = []
    for code in answer.new:
        site = network.site(code)
        if not network.is_served(code):
            changes.append(StationChange(ChangeKind.ADD, code))
        if site.tier is Tier.VILLAGE_POINT:
            changes.append(StationChange(ChangeKind.UPGRADE, code, tier=Tier.STATION))
    if request.existing is Existing.FREE:
        changes += [
            StationChange(ChangeKind.CLOSE, site.code)
            for site in network.tier(Tier.STATION)
            if site.code not in answer.new
        ]
    within = {} if request.within_min is None else {"standard_min": request.within_min}
    return Scenario(
        name=f"{request.name} {number}",
        network=request.network,
        county=request.county,
        date=request.date,
        stations=tuple(changes),
        **within,
    )


def _draw_map(
    figure: Figure, request: SitingRequest, network: Network, standing: frozenset[str], best: Siting
) -> None:
    axes = figure.add_subplot()
    uncovered = [code for code in best.served_by if code not in best.covered]
    draw_county(axes, network, colour_of=dict.fromkeys(uncovered, UNCOVERED), named=best.new)
    sites = network.sites
    lines = [
        [(sites[place].lon, sites[place].lat), (sites[site].lon, sites[site].lat)]
        for place, site in best.served_by.items()
        if site in best.new
    ]
    axes.add_collection(LineCollection(lines, colors=NEW, linewidths=0.8, alpha=0.7, zorder=1.5))
    axes.scatter(
        [sites[code].lon for code in best.new],
        [sites[code].lat for code in best.new],
        s=200,
        facecolors="none",
        edgecolors=NEW,
        linewidths=2.2,
        zorder=7,
        label=f"选定 chosen ({len(best.new)})",
    )
    axes.scatter([], [], s=14, c=UNCOVERED, label=f"未覆盖 not covered ({len(uncovered)})")
    axes.plot([], [], color=NEW, linewidth=0.8, label="归新站 goes to a chosen site")
    axes.legend(loc="best", fontsize=8)


if __name__ == "__main__":
    main()
