"""Papers as a workbook, read back by another library."""

import re
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
import zxingcpp
from PIL import Image

from coop_service.domain.papers import PaperKind, make_papers
from coop_service.files.papers import words
from coop_service.files.papers.xlsx import write_xlsx
from coop_service.files.papers.xlsx_page import sheet_name
from tests.domain.papers.paper_day import (
    CONTEXT,
    DRIVER_PAGE,
    IDENTIFIER,
    long_day,
    paper_plan,
    paper_problem,
)
from tests.domain.verify.relay_day import relay_plan, relay_problem
from tests.files.papers.reading import day_sheets


def opened(sheets, *, values=False):
    return openpyxl.load_workbook(BytesIO(write_xlsx(sheets)), data_only=values)


def rows_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def row_number_of(sheet, content):
    [number] = [at for at, row in enumerate(rows_of(sheet), start=1) if content in row]
    return number


def row_with(sheet, content):
    [row] = [row for row in rows_of(sheet) if content in row]
    return row


def test_each_paper_is_a_worksheet():
    assert opened(day_sheets()).sheetnames == ["派车单 V1", "装车单 V1", "标签页 V1"]


def test_figures_are_numbers_and_times_are_times():
    [sheet] = opened(day_sheets(PaperKind.DISPATCH), values=True)
    row = row_with(sheet, "后房村")
    assert row[0] == 2
    assert [
        round(
            cell.total_seconds()
            if hasattr(cell, "total_seconds")
            else cell.hour * 3600 + cell.minute * 60
        )
        for cell in row[4:6]
    ] == [30_120, 30_240]
    assert row[7:15] == ["日用百货(冷冻)", 3, 30, 0.5, "粮食", 2, 25, 0.3]
    assert row[15:18] == [65, 0.4, 0.65]


def test_a_stop_with_more_goods_takes_more_rows():
    [sheet] = opened(day_sheets(PaperKind.DISPATCH), values=True)
    rows = rows_of(sheet)
    at = next(index for index, row in enumerate(rows) if "前房村" in row)
    assert rows[at][7:11] == ["快递包裹", 4, 20, 0.4]
    assert rows[at + 1][7:11] == ["农药", 1, 10, 0.2]
    assert rows[at + 1][0] is None


@pytest.mark.parametrize(
    ("kind", "name", "column", "expected"),
    [
        (PaperKind.DISPATCH, "全天合计 day", 9, 112),
        (PaperKind.LOADING, "合计 total", 7, 112),
        (PaperKind.LABELS, "合计 total", 5, 40),
    ],
)
def test_totals_are_live_sums_that_agree_with_their_stored_values(kind, name, column, expected):
    [formulas] = opened(day_sheets(kind))
    [values] = opened(day_sheets(kind), values=True)
    formula = row_with(formulas, name)[column]
    assert formula.startswith("=SUM(")
    assert row_with(values, name)[column] == expected
    assert evaluate(formulas, formula) == expected


def evaluate(sheet, formula):
    """What a SUM over single cells and ranges comes to, formulas within it included."""
    total = 0.0
    for part in re.fullmatch(r"=SUM\((.*)\)", formula)[1].split(","):
        cells = sheet[part] if ":" in part else ((sheet[part],),)
        for (cell,) in cells:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                total += evaluate(sheet, cell.value)
            elif isinstance(cell.value, (int, float)):
                total += cell.value
    return round(total, 6)


def test_pages_are_set_up_to_print_on_a4():
    for sheet, orientation in zip(
        opened(day_sheets()), ("landscape", "portrait", "landscape"), strict=True
    ):
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.orientation == orientation
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        heading = int(re.search(r"\d+", sheet.print_title_rows)[0])
        assert "\n" in sheet.cell(heading, 2).value
        assert sheet.print_area
        assert sheet.oddFooter.right.text == "第 &P 页 / 共 &N 页 page &P of &N"


def test_the_sheets_code_is_read_from_its_picture():
    [sheet] = opened(day_sheets(PaperKind.DISPATCH))
    [picture] = sheet._images
    [code] = zxingcpp.read_barcodes(Image.open(picture.ref))
    assert code.text == "coop:plan=p1;vehicle=V1;v=3"


def test_the_code_for_the_drivers_phone_stands_beside_it():
    problem = paper_problem()
    context = replace(CONTEXT, driver_pages={"V1": DRIVER_PAGE})
    [sheet] = opened(make_papers(problem, paper_plan(problem), context, PaperKind.DISPATCH))
    pictures = sorted(sheet._images, key=lambda one: one.anchor._from.col)
    texts = [zxingcpp.read_barcodes(Image.open(one.ref))[0].text for one in pictures]
    assert texts == [DRIVER_PAGE, "coop:plan=p1;vehicle=V1;v=3"]
    left, right = (one.anchor for one in pictures)
    assert left.to.col < right._from.col
    assert left.to.row < row_number_of(sheet, words.DRIVER_PAGE)
    assert sheet.cell(row_number_of(sheet, words.PAPERS), right._from.col + 1).value == words.PAPERS


def test_loading_order_and_warnings_are_there():
    [sheet] = opened(day_sheets(PaperKind.LOADING), values=True)
    rows = rows_of(sheet)
    assert [row[:3] for row in rows if isinstance(row[0], int)] == [
        [1, 2, "后房村"],
        [2, 3, "夏家屯村"],
        [3, 1, "前房村"],
        [1, 4, "岳州村"],
    ]
    assert any(str(row[0]).startswith("!禁忌:农药") for row in rows)


def test_labels_list_their_identifiers():
    [sheet] = opened(day_sheets(PaperKind.LABELS), values=True)
    row = row_with(sheet, IDENTIFIER)
    assert (row[0], row[2], row[4:7]) == (2, "k1", [2, 25, 0.3])


def test_the_handover_sheet_sums_each_hour_and_the_day():
    problem = relay_problem()
    sheets = make_papers(problem, relay_plan(problem), CONTEXT, PaperKind.HANDOVER)
    [sheet] = opened(sheets, values=True)
    rows = rows_of(sheet)
    assert [row[5] for row in rows if row[0] == "小计"] == [50, 25]
    assert row_with(sheet, "合计 total")[4:7] == [5, 75, 0]
    [formulas] = opened(sheets)
    assert evaluate(formulas, row_with(formulas, "合计 total")[5]) == 75


def test_the_handover_sheet_lists_the_lots_that_it_hands_on():
    problem = relay_problem()
    sheets = make_papers(problem, relay_plan(problem), CONTEXT, PaperKind.HANDOVER)
    [sheet] = opened(sheets, values=True)
    lots = [row[1:7] for row in rows_of(sheet) if row[2] in ("i1", "i2")]
    assert lots == [
        ["未赋标识 none", "i1", "货物", 2, 10, 0],
        ["未赋标识 none", "i2", "货物", 3, 15, 0],
    ]


def test_a_long_band_takes_as_many_lines_as_it_needs():
    problem, plan, _ = long_day()
    [sheet] = opened(make_papers(problem, plan, CONTEXT, PaperKind.DISPATCH))
    [row] = [cell.row for cell in sheet["A"] if "装车顺序" in str(cell.value)]
    assert sheet.row_dimensions[row].height == 30


def test_forty_stops_are_forty_rows():
    problem, plan, names = long_day()
    [sheet] = opened(make_papers(problem, plan, CONTEXT, PaperKind.DISPATCH), values=True)
    assert [row[1] for row in rows_of(sheet) if row[1] in names] == names


def test_what_looks_like_a_formula_stays_text():
    problem = paper_problem()
    stop = replace(problem.stops[0], custom={"name": "=1+1"})
    problem = replace(problem, stops=(stop, *problem.stops[1:]))
    [sheet] = opened(make_papers(problem, paper_plan(problem), CONTEXT, PaperKind.DISPATCH))
    [cell] = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert cell.data_type == "s"


def test_names_of_worksheets_are_short_plain_and_unlike():
    [sheet] = day_sheets(PaperKind.DISPATCH)
    taken = set()
    heads = [replace(sheet.head, vehicle=name) for name in ("a/b:c", "A/B:C", "很长" * 20)]
    assert [sheet_name(head, taken) for head in heads] == [
        "派车单 a_b_c",
        "派车单 A_B_C (2)",
        "派车单 " + ("很长" * 20)[:27],
    ]


def test_the_same_papers_are_the_same_bytes():
    assert write_xlsx(day_sheets()) == write_xlsx(day_sheets())
