"""Papers of stored plans: what the county knows beside the plan is gathered, the rest is pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlmodel import Session

from coop_service.domain.china_time import CHINA_TIME
from coop_service.domain.papers import (
    PaperContext,
    PaperKind,
    make_papers,
    notes_of,
    places_of,
)
from coop_service.errors import Fault, InvalidInput, both
from coop_service.files.papers import PaperFormat, file_name, write_papers
from coop_service.services.counties import county_name
from coop_service.services.planning import get_plan, read_stored
from coop_service.store.queries import load_fleet, load_network
from coop_service.store.tables import PlanRow


@dataclass(frozen=True, slots=True)
class PrintedPapers:
    """A file of papers, ready to be sent."""

    content: bytes
    media_type: str
    file_name: str


def print_papers(
    session: Session,
    county: str,
    plan_id: str,
    *,
    kind: PaperKind | None,
    vehicle: str | None,
    file_format: PaperFormat,
    version: int | None = None,
    address: str = "",
    driver_pages: Mapping[str, str] | None = None,
    printed_at: dt.datetime | None = None,
) -> PrintedPapers:
    """Papers of a stored plan, with names and drivers as the county has them now.

    Args:
        session: of the store.
        county: code of the county.
        plan_id: the plan.
        kind: which papers; None: all.
        vehicle: whose; None: everybody's.
        file_format: PDF or xlsx.
        version: the plan's version as a printed code names it; None: not told.
        address: of the plan's papers over HTTP, for the codes; empty: they carry a text.
        driver_pages: addresses of the drivers' pages by vehicle, for a code of their own.
        printed_at: local time of printing; None: now, in China.

    Raises:
        UnknownPlan: the county has none of that id.
        InvalidInput: the plan has another version than the one told.
        NoSuchVehicle, IdleVehicle, NothingToPrint: see
            :func:`coop_service.domain.papers.make_papers`.
        FontMissing: see :func:`coop_service.files.papers.write_papers`.
    """
    row = get_plan(session, county, plan_id)
    if version is not None and version != row.version:
        message = both(
            f"该方案是第 {row.version} 版,不是第 {version} 版",
            f"the plan is version {row.version}, not {version}",
        )
        raise InvalidInput([Fault("?version", "wrong_version", message)])
    problem, plan = read_stored(row)
    context = replace(
        paper_context(session, row, printed_at), address=address, driver_pages=driver_pages or {}
    )
    sheets = make_papers(problem, plan, context, kind, vehicle)
    return PrintedPapers(
        content=write_papers(sheets, file_format),
        media_type=file_format.media_type,
        file_name=file_name(sheets, kind, vehicle, file_format),
    )


def paper_context(
    session: Session, row: PlanRow, printed_at: dt.datetime | None = None
) -> PaperContext:
    """What a stored plan's papers name beside it, as the county has it now.

    Args:
        session: of the store.
        row: the plan.
        printed_at: as in :func:`print_papers`.
    """
    network = load_network(session, row.county)
    return PaperContext(
        plan=row.id,
        version=row.version,
        date=row.date,
        county=county_name(session, row.county),
        printed_at=printed_at or dt.datetime.now(CHINA_TIME),
        state=row.state.value,
        sites=places_of(network),
        vehicles=notes_of(load_fleet(session, row.county)),
        synthetic_roads=any(road.synthetic for road in network.roads),
    )
