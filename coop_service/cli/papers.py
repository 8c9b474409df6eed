"""``coop papers``: dispatch sheets, loading lists, handover sheets and labels to print."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click
from sqlmodel import Session

from coop_service.documents import parse_json, read_plan, read_problem
from coop_service.domain.china_time import CHINA_TIME
from coop_service.domain.papers import (
    PaperContext,
    PaperKind,
    make_papers,
    notes_of,
    places_of,
)
from coop_service.domain.verify import verify
from coop_service.errors import both
from coop_service.files.network_folder import read_network_folder
from coop_service.files.papers import PaperFormat, write_papers
from coop_service.services.drive_links import driver_pages
from coop_service.services.papers import print_papers
from coop_service.settings import read_settings
from coop_service.store.engine import make_engine

_ALL = "all"
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("plan", nargs=-1, required=True, metavar="PLAN_ID | PROBLEM PLAN")
@click.option(
    "--kind",
    type=click.Choice([*(kind.value for kind in PaperKind), _ALL]),
    default=_ALL,
    show_default=True,
    help="派车单、装车单、交接单、标签页或全部 / which papers",
)
@click.option("--vehicle", help="车辆,默认全部 / whose papers; all vehicles by default")
@click.option(
    "-o",
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="文件,.pdf 或 .xlsx / file",
)
@click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d"]),
    help="日期,用文件时必填 / the day, required with documents",
)
@click.option(
    "--network",
    type=_FOLDER,
    help="路网文件夹,补充乡镇与车辆 / network folder that tells townships and vehicles",
)
@click.option("--county", help="县代码,默认取 COOP_COUNTY / code of the county")
def papers(
    plan: tuple[str, ...],
    kind: str,
    vehicle: str | None,
    out: Path,
    date: dt.datetime | None,
    network: Path | None,
    county: str | None,
) -> None:
    """打印单据 / Print the papers of a plan.

    PLAN_ID 为已存方案;PROBLEM PLAN 为两个文件,须通过校验 / A stored plan by its id, or two
    documents, which must pass the check.
    """
    chosen = None if kind == _ALL else PaperKind(kind)
    file_format = _format_of(out)
    if len(plan) == 1:
        if date is not None or network is not None:
            raise click.UsageError(
                both(
                    "已存方案不需要 --date 与 --network", "a stored plan knows its day and network"
                )
            )
        content = _print_stored(plan[0], chosen, vehicle, file_format, county)
    elif len(plan) == 2:
        if date is None:
            raise click.UsageError(both("缺少 --date", "--date is missing"))
        problem_path, plan_path = (_document(name) for name in plan)
        context = _context(plan_path, date.date(), network, county)
        content = _print_documents(problem_path, plan_path, context, chosen, vehicle, file_format)
    else:
        raise click.UsageError(
            both("应为一个方案编号或两个文件", "give the id of a plan or two documents")
        )
    out.write_bytes(content)
    click.echo(both(f"已写入 {out}", f"{out} is written"))


def _format_of(out: Path) -> PaperFormat:
    end = out.suffix.lower().removeprefix(".")
    if end not in set(PaperFormat):
        raise click.UsageError(
            both("文件名应以 .pdf 或 .xlsx 结尾", "the file's name must end in .pdf or .xlsx")
        )
    return PaperFormat(end)


def _document(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise click.UsageError(both(f"没有文件 {name}", f"there is no file {name}"))
    return path


def _print_stored(
    plan_id: str,
    kind: PaperKind | None,
    vehicle: str | None,
    file_format: PaperFormat,
    county: str | None,
) -> bytes:
    settings = read_settings()
    place = county or settings.county
    with Session(make_engine(settings.database_url)) as session:
        pages: dict[str, str] = {}
        if kind in (None, PaperKind.DISPATCH):
            pages = driver_pages(session, settings, place, plan_id, "coop papers")
        printed = print_papers(
            session,
            place,
            plan_id,
            driver_pages=pages,
            kind=kind,
            vehicle=vehicle,
            file_format=file_format,
        )
    return printed.content


def _print_documents(
    problem_path: Path,
    plan_path: Path,
    context: PaperContext,
    kind: PaperKind | None,
    vehicle: str | None,
    file_format: PaperFormat,
) -> bytes:
    problem = read_problem(parse_json(problem_path.read_bytes()))
    plan = read_plan(parse_json(plan_path.read_bytes()))
    verdict = verify(problem, plan)
    if not verdict.ok:
        count = len(verdict.violations)
        raise click.ClickException(
            both(
                f"方案未通过校验({count} 处违规),不打印;见 coop check",
                f"the plan does not pass the check ({count} violations) and is not printed; "
                "see coop check",
            )
        )
    return write_papers(make_papers(problem, plan, context, kind, vehicle), file_format)


def _context(
    plan_path: Path, date: dt.date, network: Path | None, county: str | None
) -> PaperContext:
    further: dict[str, Any] = {}
    name = county or ""
    if network is not None:
        folder = read_network_folder(network)
        known = folder.network(network.name, date)
        name = name or known.centre.name
        further = {
            "sites": places_of(known),
            "vehicles": notes_of(folder.vans),
            "synthetic_roads": any(road.synthetic for road in known.roads),
        }
    return PaperContext(
        plan=plan_path.stem,
        version=1,
        date=date,
        county=name,
        printed_at=dt.datetime.now(CHINA_TIME),
        **further,
    )
