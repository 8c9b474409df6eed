"""Reports of uploads, written in chunks and read in pages."""

import pytest

from coop_service.domain.sheets.columns import SheetKind
from coop_service.domain.sheets.faults import SheetFault
from coop_service.domain.sheets.preview import FieldChange, Preview, RowAction, RowPreview
from coop_service.services import sheet_reports
from coop_service.services.sheet_reports import Report, write_report


def fault(row, column=6):
    return SheetFault(
        "订单", row, column, "重量(kg)", "weight_kg", "约十", "bad", "错 / no", "对 / yes"
    )


HEADING = fault(1)


def row(number):
    """Every third row is refused, by two cells of its own; of these every other by the headings."""
    if number % 3:
        change = (FieldChange("pieces", 1, 2),)
        return RowPreview(SheetKind.ORDERS, "订单", number, f"A{number}", RowAction.CHANGE, change)
    shared = (HEADING,) if number % 6 == 0 else ()
    faults = (*shared, fault(number), fault(number, 7))
    return RowPreview(SheetKind.ORDERS, "订单", number, None, RowAction.REFUSED, faults=faults)


@pytest.fixture(params=[1, 4, 100])
def report(request, monkeypatch):
    monkeypatch.setattr(sheet_reports, "ROWS_IN_CHUNK", request.param)
    return Report(write_report(Preview((), tuple(row(n) for n in range(2, 32)))))


def test_all_rows_are_read_with_their_faults(report):
    rows, total = report.rows()
    assert [each["row"] for each in rows] == list(range(2, 32))
    assert total == 30
    assert rows[0]["changes"] == [{"field": "pieces", "before": 1, "after": 2}]
    assert [f["cell"] for f in rows[1]["faults"]] == ["G3", "H3"]
    assert [f["cell"] for f in rows[4]["faults"]] == ["G1", "G6", "H6"]


@pytest.mark.parametrize(("offset", "limit"), [(0, 3), (2, 5), (9, 9), (10, 1), (0, 0)])
def test_a_page_of_rows_is_that_part_of_all(report, offset, limit):
    for does in (None, RowAction.REFUSED, RowAction.CHANGE, RowAction.SAME):
        every, total = report.rows(does)
        assert total == len(every)
        assert report.rows(does, offset, limit) == (every[offset : offset + limit], total)


@pytest.mark.parametrize(("offset", "limit"), [(0, 1), (0, 4), (1, 3), (7, 9), (20, 5), (30, 1)])
def test_a_page_of_faults_is_that_part_of_all_with_those_of_headings_once(report, offset, limit):
    every, total = report.faults()
    assert [each["cell"] for each in every[:3]] == ["G1", "G3", "H3"]
    assert total == len(every) == 21
    assert report.faults(offset, limit) == (every[offset : offset + limit], total)


def test_refused_rows_come_with_the_faults_that_they_had(report):
    refused = list(report.refused())
    assert [number for _, number, _ in refused] == list(range(3, 32, 3))
    assert refused[1] == ("订单", 6, [HEADING, fault(6), fault(6, 7)])


def test_a_report_of_no_rows_is_empty():
    report = Report(write_report(Preview((), ())))
    assert report.rows() == ([], 0)
    assert report.faults() == ([], 0)
