"""Time and memory of a report of a large county.

A synthetic county is made and stored in an empty SQLite database, with a plan for each day of the
weeks: every village is called at on each day, and one in fifty is left out. Then the report is made
in a fresh process, as ``coop report`` would: reading the network and the plans, measuring, writing
the document. Printed are the seconds of each part and the peak of the process's resident memory.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click

DAY = dt.date(2026, 10, 15)
COUNTY = "990000"
STOPS_PER_VAN = 15
LEFT_OUT_EVERY = 50


def make_county(folder: Path, sites: int) -> None:
    """A network folder of about so many sites."""
    townships = max(1, sites // 21)
    subprocess.run(
        [
            sys.executable,
            str(Path(__file__).with_name("make_network.py")),
            str(folder),
            "--townships",
            str(townships),
            "--villages",
            str(sites - townships - 1),
            "--seed",
            "7",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def make_document(villages: list[str], day: int) -> dict[str, Any]:
    """A plan that calls at the villages, in the form of the documents."""
    load = {"weight_kg": 100.0, "volume_m3": 0.5, "pieces": 10}
    stops = [
        {
            "stop": code,
            "arrive_s": 30_000,
            "start_s": 30_000,
            "depart_s": 30_300,
            "orders": [f"{day}-{code}-down", f"{day}-{code}-up"],
            "load_after": load,
        }
        for code in villages
    ]
    routes = [
        {
            "vehicle": f"V{start}",
            "trips": [{"stops": stops[start : start + STOPS_PER_VAN], "load_at_start": load}],
        }
        for start in range(0, len(stops), STOPS_PER_VAN)
    ]
    left_out = [
        {
            "order": f"{day}-{code}-down",
            "reason": "capacity",
            "proved": True,
            "detail": "x" * 200,
            "cheapest_change": "x" * 200,
        }
        for code in villages[::LEFT_OUT_EVERY]
    ]
    return {"cost": 0.0, "routes": routes, "unassigned": left_out}


def fill(address: str, folder: Path, weeks: int) -> tuple[int, int]:
    """Store the county and its plans; how many sites and days there are."""
    from sqlmodel import Session

    from coop_service.domain.plan import Status
    from coop_service.domain.problem import Direction
    from coop_service.domain.records import DayOrder, Tier
    from coop_service.files.network_folder import read_network_folder
    from coop_service.services.setup import import_county
    from coop_service.store.engine import make_engine
    from coop_service.store.migrate import upgrade
    from coop_service.store.queries import put_records
    from coop_service.store.tables import PlanRow, PlanState

    content = read_network_folder(folder)
    villages = [site.code for site in content.sites if site.tier is Tier.VILLAGE_POINT]
    engine = make_engine(address)
    upgrade(engine)
    with Session(engine) as session:
        import_county(session, COUNTY, content)
        for number in range(7 * weeks):
            document = make_document(villages, number)
            date = DAY - dt.timedelta(days=number)
            orders = [
                DayOrder(
                    key=f"{number}-{code}-down",
                    date=date,
                    direction=Direction.OUTBOUND,
                    site=code,
                    depot=COUNTY,
                    weight_kg=10.0,
                    volume_m3=0.1,
                    pieces=1,
                    goods_class="parcel",
                )
                for code in villages[::LEFT_OUT_EVERY]
            ]
            put_records(session, COUNTY, orders)
            session.add(
                PlanRow(
                    id=f"bench-{number}",
                    county=COUNTY,
                    date=date,
                    version=1,
                    state=PlanState.CLOSED,
                    status=Status.FEASIBLE,
                    cost_yuan=0.0,
                    vehicles_used=len(document["routes"]),
                    orders_served=2 * len(villages),
                    orders_unassigned=len(document["unassigned"]),
                    problem="{}",
                    document=document,
                    created_by="bench",
                )
            )
            session.commit()
    engine.dispose()
    return len(content.sites), 7 * weeks


def run_step(weeks: int) -> None:
    """Make the report in this process, and print the seconds of its parts."""
    from sqlmodel import Session

    from coop_service.documents import format_json
    from coop_service.documents.report import write_report
    from coop_service.domain.reports import CoverageOptions
    from coop_service.services.coverage_reports import coverage_report, gather_service
    from coop_service.settings import read_settings
    from coop_service.store.engine import make_engine
    from coop_service.store.queries import load_network

    seconds = {}
    start = time.perf_counter()

    def lap(name: str) -> None:
        seconds[name] = time.perf_counter() - start - sum(seconds.values())

    with Session(make_engine(read_settings().database_url)) as session:
        network = load_network(session, COUNTY, DAY)
        lap("network read")
        period = gather_service(session, COUNTY, DAY, weeks)
        lap(f"{len(period.days)} plans read")
    report = coverage_report(network, "bench", DAY, CoverageOptions(weeks=weeks), period)
    lap("coverage measured")
    size = len(format_json(write_report(report)))
    lap("document written")
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "mb": size / 2**20, "peak_mb": peak_kib / 1024}))


@click.command(help=__doc__)
@click.option("--sites", default=3151, show_default=True)
@click.option("--weeks", default=4, show_default=True, help="of plans")
@click.option("--step", is_flag=True, hidden=True)
def main(sites: int, weeks: int, step: bool) -> None:
    if step:
        run_step(weeks)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        address = os.environ["COOP_DATABASE_URL"] = f"sqlite:///{folder}/coop.sqlite3"
        make_county(folder / "network", sites)
        stored, days = fill(address, folder / "network", weeks)
        print(f"{stored} sites, {days} days with a plan")
        command = [sys.executable, __file__, "--step", "--weeks", str(weeks)]
        start = time.perf_counter()
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        total = time.perf_counter() - start
        result = json.loads(done.stdout)
        for part, seconds in result["seconds"].items():
            print(f"  {part}: {seconds:.2f} s")
        print(
            f"coverage report: {total:.1f} s with the start of the interpreter, peak "
            f"{result['peak_mb']:.0f} MB, document {result['mb']:.1f} MB"
        )


if __name__ == "__main__":
    main()
