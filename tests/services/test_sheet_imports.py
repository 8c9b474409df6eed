"""Uploads: what is kept of them, and for how long."""

import datetime as dt

import pytest
from sqlmodel import Session

from coop_service.domain.sheets.preview import SheetOptions
from coop_service.services import sheet_imports
from coop_service.services.sheet_imports import (
    KEPT_FOR,
    SheetHasFaults,
    UnknownImport,
    apply_import,
    get_import,
    mark_import,
    store_import,
)
from coop_service.settings import Settings
from coop_service.store.sheet_imports import list_imports
from coop_service.store.tables import SheetState
from tests.services.sheet_files import ORDER_HEADINGS, opened, order_row, orders

COUNTY = "210882"
SETTINGS = Settings()


@pytest.fixture
def session(store):
    with Session(store) as session:
        yield session


def store_file(session, content, name="a.xlsx", **options):
    return store_import(session, COUNTY, name, content, SheetOptions(**options), SETTINGS, "test")


def test_an_upload_keeps_its_options_for_when_it_is_applied(session):
    headings = [heading.replace("重量(kg)", "毛量") for heading in ORDER_HEADINGS]
    content = orders(order_row("A1", 日期=""), headings=headings)
    day = dt.date(2026, 12, 1)
    row = store_file(session, content, day=day, mapping={"weight_kg": "毛量"})
    session.expire_all()
    applied = apply_import(session, COUNTY, row.id, SETTINGS)
    assert applied.state is SheetState.APPLIED
    assert applied.summary["counts"]["orders"]["create"] == 1
    assert applied.options["day"] == "2026-12-01"


def test_the_marked_copy_is_that_of_the_rows_that_were_refused_then(session):
    content = orders(order_row("A1"), order_row("A2", 村="没有的村"))
    row = store_file(session, content)
    apply_import(session, COUNTY, row.id, SETTINGS, only_good=True)
    session.expire_all()
    sheet = opened(mark_import(get_import(session, COUNTY, row.id)))["订单"]
    assert [cell.value for cell in sheet["A"]] == ["订单号", "A2"]


def test_without_bad_rows_the_marked_copy_has_the_headings_alone(session):
    row = store_file(session, orders(order_row("A1")))
    sheet = opened(mark_import(row))["订单"]
    assert sheet.max_row == 1
    assert sheet["A1"].value == "订单号"


def test_an_error_tells_so_many_faults_and_how_many_more_there_are(session, monkeypatch):
    monkeypatch.setattr(sheet_imports, "FAULTS_TOLD", 2)
    row = store_file(session, orders(*(order_row(f"A{i}", 件数="x") for i in range(5))))
    with pytest.raises(SheetHasFaults) as caught:
        apply_import(session, COUNTY, row.id, SETTINGS)
    assert [fault.pointer for fault in caught.value.faults] == ["订单!I2", "订单!I3", ""]
    assert "3 more faults" in caught.value.faults[2].message


def test_a_name_that_cannot_be_printed_is_cleaned(session):
    row = store_file(session, orders(order_row("A1")), name="坏\0名\n" + "长" * 300 + ".xlsx")
    assert row.file_name.isprintable()
    assert len(row.file_name) == 200
    assert row.file_name.endswith(".xlsx")


def test_old_uploads_go_when_the_next_one_comes(session):
    old = store_file(session, orders(order_row("A1")))
    old.created_at -= KEPT_FOR + dt.timedelta(hours=1)
    session.add(old)
    session.commit()
    old_id = old.id
    new = store_file(session, orders(order_row("A1")))
    listed, total = list_imports(session, COUNTY)
    assert ([item["id"] for item in listed], total) == ([new.id], 1)
    with pytest.raises(UnknownImport):
        get_import(session, COUNTY, old_id)
