"""The workbook that people fill in: headings, drop-downs, examples and explanations."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from coop_service.domain.sheets.cells import read_date
from coop_service.domain.sheets.columns import Column, SheetKind
from coop_service.domain.sheets.headings import COLUMNS
from coop_service.domain.sheets.rows import EXAMPLE
from coop_service.errors import both

EXPLANATIONS: Final = "填写说明"
LISTS: Final = "选项"
"""The hidden sheet that drop-downs take their choices from: a cell holds 255 characters of them."""

LAST_ROW: Final = 50_000
"""Drop-downs and checks reach so far down."""

SHEETS: Final = (SheetKind.ORDERS, SheetKind.SITES, SheetKind.VEHICLES)

TOWNSHIP_FIELDS: Final = frozenset({"township", "parent"})
SEVERAL: Final = frozenset({"temperatures"})
"""Cells that may hold several choices: the drop-down offers them, and other text is let pass."""

_LINES: Final = (
    ("每张表一类:订单、站点、车辆;不用的表可留空或删除。",
     "One kind a sheet: orders, sites, vehicles; leave out what is not needed."),
    (f"以“{EXAMPLE}”开头的行是示例,导入时忽略,可删除。",
     f"Rows that begin with {EXAMPLE} are examples; they are left out and may be deleted."),
    ("标题可改位置、可增列;不认识的列会被忽略并列出。",
     "Columns may be moved and added; those that are not known are left out and named."),
    ("空单元格:已有记录保持原值,新记录取默认值;填“无”表示清除。",
     "An empty cell leaves a stored value as it is, a new record takes the default; 无 clears."),
    ("同一文件导入两次不产生变化:订单按订单号、站点按编码、车辆按车牌识别。",
     "The same file twice changes nothing: orders go by number, sites by code, vehicles by plate."),
    ("没有订单号的订单按整行内容识别,改动任何一格即为另一订单。",
     "An order without a number goes by the content of its row: any change makes another order."),
    ("站点可填编码,或村名加乡镇,或经纬度加坐标系(wgs84、gcj02、bd09)。",
     "A site: its code, or name and township, or position with crs (wgs84, gcj02, bd09)."),
    ("坐标系无默认值:高德、腾讯为 gcj02,百度为 bd09,GPS 为 wgs84。",
     "There is no default crs: Amap and Tencent are gcj02, Baidu bd09, GPS wgs84."),
    ("号码较长(15 位以上)的单元格须为文本格式。",
     "Cells with numbers of more than 15 digits must be text."),
)  # fmt: skip


def write_template(townships: Sequence[str] = ()) -> bytes:
    """The template as a workbook (.xlsx): the same townships give the same bytes.

    Args:
        townships: names that the drop-down of townships offers; empty: it has none.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": EXPLANATIONS, "created": dt.datetime(2026, 1, 1)})
        explanations = workbook.add_worksheet(EXPLANATIONS)
        sheets = {kind: workbook.add_worksheet(kind.zh) for kind in SHEETS}
        lists = _Lists(workbook)
        formats = _Formats(workbook)
        for kind, sheet in sheets.items():
            _write_columns(sheet, COLUMNS[kind], lists, formats, townships)
        _write_explanations(explanations, formats)
    return target.getvalue()


class _Formats:
    def __init__(self, workbook: Any) -> None:
        base = {"bold": True, "text_wrap": True, "valign": "top", "border": 1}
        self.needed = workbook.add_format(base | {"bg_color": "#F8CBAD"})
        self.optional = workbook.add_format(base | {"bg_color": "#DDEBF7"})
        grey = {"italic": True, "font_color": "#808080", "bg_color": "#F2F2F2"}
        self.example = workbook.add_format(grey)
        self.example_date = workbook.add_format(grey | {"num_format": "yyyy-mm-dd"})
        self.text = workbook.add_format({"num_format": "@"})
        self.date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self.wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})


class _Lists:
    """The hidden sheet of choices; the same choices are kept once."""

    def __init__(self, workbook: Any) -> None:
        self._sheet = workbook.add_worksheet(LISTS)
        self._sheet.hide()
        self._known: dict[tuple[str, ...], str] = {}

    def source(self, choices: tuple[str, ...]) -> str:
        if choices not in self._known:
            column = len(self._known)
            self._sheet.write_column(0, column, choices)
            letters = xl_col_to_name(column)
            self._known[choices] = f"='{LISTS}'!${letters}$1:${letters}${len(choices)}"
        return self._known[choices]


def _write_columns(
    sheet: Any,
    columns: Sequence[Column],
    lists: _Lists,
    formats: _Formats,
    townships: Sequence[str],
) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 34)
    for index, column in enumerate(columns):
        is_date = column.read is read_date
        is_number = bool(column.units) or any(
            isinstance(cell, (int, float)) for cell in column.example
        )
        # Codes are text from the start: a number would lose its last digits or leading zeros.
        shape = formats.date if is_date else None if is_number or column.choices else formats.text
        sheet.set_column(index, index, 14, shape)
        sheet.write_string(
            0, index, column.heading, formats.needed if column.needed else formats.optional
        )
        sheet.write_comment(0, index, _comment(column), {"x_scale": 2.2, "y_scale": 1.6})
        for row, cell in enumerate(column.example, start=1):
            if cell != "":
                sheet.write(row, index, cell, formats.example_date if is_date else formats.example)
        rule = _validation(column, lists, townships)
        if rule is not None:
            sheet.data_validation(1, index, LAST_ROW, index, rule)


def _validation(column: Column, lists: _Lists, townships: Sequence[str]) -> dict[str, Any] | None:
    told = {
        "ignore_blank": True,
        "error_title": column.zh[:32],
        "error_message": column.right.partition(" / ")[0][:255],
    }
    if column.field in TOWNSHIP_FIELDS and townships:
        source = lists.source(tuple(townships))
        return told | {"validate": "list", "source": source, "error_type": "warning"}
    if column.choices:
        kind = "information" if column.field in SEVERAL else "stop"
        source = lists.source(column.choices)
        return told | {"validate": "list", "source": source, "error_type": kind}
    if column.units:
        # Only a warning: a unit may stand in the cell.
        rule = {"validate": "decimal", "criteria": ">=", "value": 0, "error_type": "warning"}
        return told | rule
    return None


def _comment(column: Column) -> str:
    need = (
        both("新记录必填", "needed in a new record") if column.needed else both("选填", "optional")
    )
    return "\n".join(part for part in (column.right, column.more, need) if part)


def _write_explanations(sheet: Any, formats: _Formats) -> None:
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 28)
    sheet.set_column(2, 2, 10)
    sheet.set_column(3, 4, 60)
    row = 0
    for zh, en in _LINES:
        sheet.write_string(row, 0, both(zh, en))
        row += 1
    row += 1
    for index, heading in enumerate(
        ("表\nSheet", "列\nColumn", "必填\nNeeded", "应填内容\nWhat is right", "说明\nMore")
    ):
        sheet.write_string(row, index, heading, formats.optional)
    for kind in SHEETS:
        for column in COLUMNS[kind]:
            row += 1
            heading = column.heading.replace("\n", " / ")
            cells = (kind.zh, heading, "是" if column.needed else "", column.right, column.more)
            for index, cell in enumerate(cells):
                sheet.write_string(row, index, cell, formats.wrapped)
