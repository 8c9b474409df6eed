"""The rows that were refused, as another library reads the marked copy."""

import datetime as dt
import io

import openpyxl
import pytest

from coop_service.domain.sheets.columns import SheetKind
from coop_service.domain.sheets.faults import SheetFault
from coop_service.domain.sheets.headings import WRONG_HEADING, columns_of, find_layout
from coop_service.files.marked_sheet import RefusedRows, write_marked
from coop_service.files.sheets import SheetTable

HEADINGS = ["订单号", "日期", "重量(kg)", "司机"]
ROWS = [
    ["十一月"],
    HEADINGS,
    ["A1", dt.date(2026, 11, 25), 12.5, "王"],
    ["A2", dt.date(2026, 11, 26), "约十", "=1+1"],
    [7.0, dt.time(8, 30), True, dt.timedelta(hours=26)],
]


def fault(row, column, field="weight_kg", code="not_a_number"):
    return SheetFault(
        "订单", row, column, "重量(kg)", field, "约十", code, "不是数 / no", "数 / yes"
    )


def marked(refused, rows=ROWS, name="订单", header_row=2):
    table = SheetTable(name, lambda: iter(enumerate(rows, start=1)))
    content = write_marked([table], {name: RefusedRows(SheetKind.ORDERS, header_row, refused)})
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def test_only_the_refused_rows_are_kept_as_they_came():
    sheet = marked({4: [fault(4, 2)], 5: [fault(5, 2)]})
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert values[0][:1] == ["十一月"]
    assert values[1] == [*HEADINGS, WRONG_HEADING]
    assert values[2][:4] == ["A2", dt.datetime(2026, 11, 26), "约十", "=1+1"]
    assert values[3][0] == 7
    assert values[3][1:3] == [dt.time(8, 30), True]
    assert sheet["D3"].data_type == "s"
    assert sheet.max_row == 4


def test_bad_cells_are_coloured_and_say_what_is_wrong():
    sheet = marked({4: [fault(4, 2), fault(4, 0, "key", "bad_key")]})
    assert sheet["C3"].fill.fgColor.rgb == "FFFFC7CE"
    assert sheet["A3"].fill.fgColor.rgb == "FFFFC7CE"
    assert sheet["B3"].fill.fill_type is None
    assert "不是数" in sheet["C3"].comment.text
    assert sheet["B3"].comment is None
    assert sheet["E3"].value.count("不是数") == 2


def test_an_empty_bad_cell_is_coloured_too():
    rows = [HEADINGS, ["A1", dt.date(2026, 11, 25)]]
    sheet = marked({2: [fault(2, 2)]}, rows, header_row=1)
    assert sheet["C2"].value is None
    assert sheet["C2"].fill.fgColor.rgb == "FFFFC7CE"


def test_missing_columns_are_added_with_their_headings():
    first = fault(2, 4, "pieces", "missing_column")
    second = fault(2, 4, "volume_m3", "missing_column")
    sheet = marked({4: [first, second]})
    columns = columns_of(SheetKind.ORDERS)
    assert [sheet["E2"].value, sheet["F2"].value, sheet["G2"].value] == [
        columns["pieces"].heading,
        columns["volume_m3"].heading,
        WRONG_HEADING,
    ]
    assert sheet["E2"].comment is not None
    rows = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    layout = find_layout("订单", rows)
    assert layout.ignored == ("司机",)
    assert layout.place("volume_m3").index == 5


def test_a_copy_that_is_marked_again_has_one_column_of_faults():
    rows = [[*HEADINGS[:2], WRONG_HEADING, "重量(kg)"], ["A1", "", "旧的错误", "约十"]]
    sheet = marked({2: [fault(2, 3)]}, rows, header_row=1)
    assert [cell.value for cell in sheet[1]] == rows[0]
    assert "不是数" in sheet["C2"].value
    assert "旧的错误" not in sheet["C2"].value


@pytest.mark.parametrize("name", ["导出[1]/订单*", "x" * 50, "''"])
def test_a_name_that_no_sheet_may_have_is_made_one(name):
    assert marked({4: [fault(4, 2)]}, name=name).max_row == 3
