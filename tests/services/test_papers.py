"""Papers of stored plans, with what the county knows beside them."""

import dataclasses
import datetime as dt
from io import BytesIO

import openpyxl
import pytest
from sqlmodel import Session

from coop_service.domain.papers import IdleVehicle, NoSuchVehicle, PaperKind
from coop_service.errors import InvalidInput
from coop_service.files.papers import PaperFormat
from coop_service.services.counties import put_county
from coop_service.services.papers import print_papers
from coop_service.services.planning import UnknownPlan
from coop_service.store.queries import load_fleet, put_records
from tests.domain.papers.paper_day import paper_plan, paper_problem
from tests.services.road_day import plan_row

NIGHT = dt.datetime(2026, 10, 14, 18, 30)


@pytest.fixture
def session(store):
    """The store with the small day of the papers as plan p1 of version 3."""
    problem = paper_problem()
    plan = paper_plan(problem)
    stop = dataclasses.replace(problem.stops[0], custom={"site": "210882105200"})
    problem = dataclasses.replace(problem, stops=(stop, *problem.stops[1:]))
    with Session(store) as session:
        put_county(session, "210882", "大石桥市")
        session.add(plan_row(version=3, problem=problem, plan=plan))
        session.commit()
        yield session


@pytest.fixture
def printed(session):
    def run(county="210882", plan="p1", **wanted):
        terms = {
            "kind": PaperKind.DISPATCH,
            "vehicle": None,
            "file_format": PaperFormat.XLSX,
            "printed_at": NIGHT,
        }
        return print_papers(session, county, plan, **terms | wanted)

    return run


def cells(papers):
    book = openpyxl.load_workbook(BytesIO(papers.content))
    return [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]


def test_villages_are_named_as_the_network_names_them_now(printed):
    texts = cells(printed())
    assert "前房村" not in texts
    assert {"旗口村", "旗口镇"} <= set(texts)


def test_the_county_date_and_version_stand_on_the_sheet(printed):
    assert any(
        text.startswith("大石桥市 · 2026-10-15") and "-V1-3" in text for text in cells(printed())
    )


def test_the_driver_is_the_one_whom_the_fleet_has_now(printed, session):
    van = next(van for van in load_fleet(session, "210882") if van.code == "EV01")
    van = dataclasses.replace(van, code="V1", plate="辽H·99999", custom={"driver": "赵师傅"})
    put_records(session, "210882", [van])
    texts = cells(printed())
    assert any("辽H·99999" in text for text in texts)
    assert any("赵师傅" in text for text in texts)
    assert not any("李师傅" in text for text in texts)


def test_the_file_is_named_in_chinese(printed):
    assert printed().file_name == "派车单_2026-10-15_v3.xlsx"
    named = printed(kind=None, vehicle="V1", file_format=PaperFormat.PDF)
    assert named.file_name == "单据_2026-10-15_v3_V1.pdf"
    assert named.media_type == "application/pdf"


def test_vehicles_without_papers_are_told_apart(printed):
    with pytest.raises(NoSuchVehicle):
        printed(vehicle="V9")
    with pytest.raises(IdleVehicle):
        printed(vehicle="V2")


def test_another_county_has_no_papers(printed):
    with pytest.raises(UnknownPlan):
        printed(county="210881")


def test_the_version_of_a_printed_code_must_be_that_of_the_plan(printed):
    assert printed(version=3).content == printed().content
    with pytest.raises(InvalidInput) as caught:
        printed(version=2)
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [
        ("?version", "wrong_version")
    ]
