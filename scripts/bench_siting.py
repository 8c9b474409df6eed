"""Compare our sitings with those of spopt: optimal values and times, both by their default solver.

FILE gets the optimal values of 28 instances by spopt, with its version; our tests compare ours with
them, so that they do not need it. --county does the same with the villages of a network folder:
every village and station is a candidate, none stands, ways are those of a micro van. Times are of
one run each, with the building of the model.

\b
  pip install "coop_service[siting-peers]"
  python scripts/bench_siting.py tests/planning/siting/spopt_values.json
  python scripts/bench_siting.py --county network_data/dashiqiao --code 210882
"""

from __future__ import annotations

import datetime as dt
import json
import math
import random
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from coop_service.domain.coverage import Ways, find_ways
from coop_service.domain.network import Network
from coop_service.domain.records import Tier
from coop_service.domain.siting import SitingKind, SitingProblem
from coop_service.files.network_folder import read_network_folder
from coop_service.planning.siting import find_sites

CONSOLE = Console(width=120)
SEEDS = range(7)
S_PER_MIN = 60


def make_instances() -> dict[str, SitingProblem]:
    """Instances by their name, the same on every machine: straight lines on a square of an hour."""
    found = {}
    for seed in SEEDS:
        lot = random.Random(seed)
        places = [(lot.random(), lot.random()) for _ in range(15 + 5 * seed)]
        sites = [(lot.random(), lot.random()) for _ in range(8 + 3 * seed)]
        seconds = np.array([[round(3600 * math.dist(a, b)) for b in sites] for a in places])
        ways = Ways(
            tuple(f"P{i:02d}" for i in range(len(places))),
            tuple(f"S{j:02d}" for j in range(len(sites))),
            seconds,
            seconds,
        )
        people = tuple(int(50 + 1950 * lot.random()) for _ in places)
        standing = frozenset(ways.sites[:2] if seed % 2 else ())
        # Wide enough for every place, and a little more where the seed says so.
        cover_min = math.ceil(seconds.min(axis=1).max() / S_PER_MIN) + seed % 3
        within = {SitingKind.LSCP: cover_min, SitingKind.MCLP: 8 + seed}
        for kind in SitingKind:
            found[f"{kind}-{seed}"] = SitingProblem(
                kind,
                ways,
                people,
                standing=standing,
                most_new=None if kind is SitingKind.LSCP else 2 + seed % 4,
                within_min=within.get(kind),
            )
    return found


def make_county(folder: Path, code: str, date: dt.date, new: int) -> dict[str, SitingProblem]:
    """The four questions for a county."""
    records = read_network_folder(folder)
    network = Network(code, records.sites, records.roads)
    villages = [site for site in network.sites.values() if site.tier is Tier.VILLAGE_POINT]
    tiers = (Tier.STATION, Tier.VILLAGE_POINT)
    candidates = [site.code for site in network.sites.values() if site.tier in tiers]
    ways = find_ways(network, date, [site.code for site in villages], candidates)
    people = tuple(site.population for site in villages)
    return {
        "lscp": SitingProblem(SitingKind.LSCP, ways, people, within_min=20),
        "mclp": SitingProblem(SitingKind.MCLP, ways, people, within_min=10, most_new=new),
        "p-median": SitingProblem(SitingKind.P_MEDIAN, ways, people, most_new=new),
        "p-center": SitingProblem(SitingKind.P_CENTER, ways, people, most_new=new),
    }


def value_of(problem: SitingProblem, seconds: float = 60.0) -> int:
    """Our optimal value as spopt counts: standing sites too."""
    [siting] = find_sites(problem, seconds=seconds)
    if not siting.is_proved:
        raise click.ClickException(f"{problem.kind}: {siting.value}, not proved in {seconds:g} s")
    return siting.value + (len(problem.standing) if problem.kind is SitingKind.LSCP else 0)


def ask_spopt(problem: SitingProblem, seconds: float | None = None) -> tuple[float, bool]:
    """The value by spopt with its default solver, and whether it is proved."""
    import pulp
    from spopt.locate import LSCP, MCLP, PCenter, PMedian

    costs, people = problem.ways.duration_s.astype(float), np.array(problem.people)
    given: dict[str, Any] = {}
    if problem.standing:
        is_standing = [code in problem.standing for code in problem.ways.sites]
        given["predefined_facilities_arr"] = np.array(is_standing, int)
    within_s = (problem.within_min or 0) * S_PER_MIN
    count = (problem.most_new or 0) + len(problem.standing)
    if problem.kind is SitingKind.LSCP:
        model = LSCP.from_cost_matrix(costs, within_s, **given)
    elif problem.kind is SitingKind.MCLP:
        model = MCLP.from_cost_matrix(costs, people, within_s, count, **given)
    elif problem.kind is SitingKind.P_MEDIAN:
        model = PMedian.from_cost_matrix(costs, people, count, **given)
    else:
        model = PCenter.from_cost_matrix(costs, count, **given)
    model = model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds), results=False)
    is_proved = model.problem.sol_status == pulp.LpSolutionOptimal
    value = pulp.value(model.problem.objective)
    return (math.nan if value is None else float(value)), is_proved


def peer_versions() -> dict[str, str]:
    """Versions of the peer and what it solves by."""
    return {name: version(name) for name in ("spopt", "pulp", "ortools", "numpy")}


@click.command(help=__doc__)
@click.argument(
    "file", required=False, metavar="[FILE]", type=click.Path(dir_okay=False, path_type=Path)
)
@click.option("--county", type=click.Path(True, file_okay=False, path_type=Path),
              help="A network folder, in place of the instances.")  # fmt: skip
@click.option("--code", default="210882", show_default=True, help="The county's area code.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), default="2026-10-15", show_default=True)
@click.option("--new", type=click.IntRange(1), default=17, show_default=True,
              help="Sites to choose.")  # fmt: skip
@click.option("--seconds", type=click.FloatRange(1), default=300.0, show_default=True,
              help="At most so long for each question.")  # fmt: skip
@click.option("--only", type=click.Choice([str(kind) for kind in SitingKind]), multiple=True,
              help="Only these questions.")  # fmt: skip
def main(
    file: Path | None, county: Path | None, code: str, date: dt.datetime, new: int,
    seconds: float, only: tuple[str, ...],
) -> None:  # fmt: skip
    problems = make_county(county, code, date.date(), new) if county else make_instances()
    if only:
        problems = {name: one for name, one in problems.items() if one.kind in only}
    import spopt.locate  # noqa: F401 - so that its import is not timed

    screen = Table("question", "ours", "spopt", "ours, s", "spopt, s", "spopt / ours")
    values, differing = {}, []
    for name, problem in track(problems.items(), console=CONSOLE, transient=True):
        begun = time.perf_counter()
        ours = value_of(problem, seconds)
        ours_s = time.perf_counter() - begun
        begun = time.perf_counter()
        theirs, is_proved = ask_spopt(problem, seconds)
        theirs_s = time.perf_counter() - begun
        if is_proved:
            values[name] = round(theirs)
            if abs(theirs - ours) > 1e-6 * max(1, ours):
                differing.append(name)
        told = f"{theirs:,.0f}" if is_proved else f"{theirs:,.0f} (not proved)"
        screen.add_row(
            name, f"{ours:,}", told, f"{ours_s:.2f}", f"{theirs_s:.2f}", f"{theirs_s / ours_s:.1f}"
        )
    CONSOLE.print(screen)
    CONSOLE.print(peer_versions())
    if file is not None:
        document = {"versions": peer_versions(), "values": values}
        file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    if differing:
        raise click.ClickException(f"values differ: {', '.join(differing)}")


if __name__ == "__main__":
    main()
