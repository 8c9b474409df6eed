"""A worksheet that prints well: A4, as wide as the page, its heading repeated, and its formats."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final

import segno
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from coop_service.domain.papers.context import PaperKind, SheetHead
from coop_service.files.papers import words

FONT: Final = "Microsoft YaHei"
A4: Final = 9
_NAME_LENGTH: Final = 31
_S_PER_DAY: Final = 86_400
_CODE_PIXELS: Final = 92
_CHARACTER_PIXELS: Final = 7
_LINE_POINTS: Final = 15.0

NUMBER: Final[Mapping[str, str]] = {
    "pieces": "0",
    "kg": "0.0",
    "m3": "0.00",
    "share": "0%",
    "time": "[hh]:mm",
    "whole": "0",
    "km": "0.0",
}
"""Number formats by the kind of value."""


class Formats:
    """The formats of a workbook, made once each."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def get(self, **wanted: Any) -> Format:
        """The format of these properties."""
        properties = {"font_name": FONT, "font_size": 9, "valign": "vcenter"} | wanted
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]


class Page:
    """One worksheet, filled from the top."""

    def __init__(
        self,
        workbook: Workbook,
        formats: Formats,
        name: str,
        head: SheetHead,
        columns: Sequence[tuple[str, float]],
        *,
        is_landscape: bool,
    ) -> None:
        """Args: columns are headings and widths in characters."""
        self.sheet: Worksheet = workbook.add_worksheet(name)
        self.formats = formats
        self.head = head
        self.columns = columns
        self.row = 0
        for index, (_, width) in enumerate(columns):
            self.sheet.set_column(index, index, width)
        self._set_up_print(is_landscape)

    def add_title(self, facts: Sequence[tuple[str, str]]) -> None:
        """Title, number, facts and the sheet's QR codes."""
        head, last = self.head, len(self.columns) - 1
        title = f"{head.kind.zh} {head.kind.en}"
        self.sheet.write_string(0, 0, title, self.formats.get(bold=True, font_size=16))
        self.sheet.set_row(0, 26)
        second = f"{head.county} · {words.day(head.date)} · {head.number}"
        if state := words.state(head):
            second += f" · {state}"
        self.sheet.write_string(1, 0, second, self.formats.get(bold=True))
        self.row = 2
        for name, value in facts:
            self.sheet.write_string(self.row, 0, f"{name}:{value}", self.formats.get())
            self.row += 1
        self.row = max(self.row, 5)
        column = max(0, last - 1)
        self._add_code(column, head.code)
        if head.driver_page:
            before = self._column_before(column, 1.2 * _CODE_PIXELS)
            self._add_code(before, head.driver_page)
            # Only where there are two need they be told apart.
            for at, name in ((before, words.DRIVER_PAGE), (column, words.PAPERS)):
                self.sheet.write_string(self.row - 1, at, name, self.formats.get(font_size=7))

    def add_headings(self) -> None:
        """The heading row, repeated on every printed page."""
        style = self.formats.get(
            bold=True, border=1, bg_color="#E6E6E6", text_wrap=True, align="center"
        )
        for column, (name, _) in enumerate(self.columns):
            self.sheet.write_string(self.row, column, name, style)
        self.sheet.set_row(self.row, 30)
        self.sheet.repeat_rows(self.row)
        self.sheet.freeze_panes(self.row + 1, 0)
        self.row += 1

    def add_row(self, values: Mapping[int, Any], kinds: Mapping[int, str], **look: Any) -> int:
        """A row with borders; columns without a value stay blank.

        Args:
            values: by column; text, numbers, or seconds where the kind is ``time``.
            kinds: of columns with numbers, see :data:`NUMBER`.
            look: properties of all its cells.

        Returns:
            its number, from 0.
        """
        for column in range(len(self.columns)):
            value = values.get(column)
            kind = kinds.get(column)
            style = self.formats.get(border=1, text_wrap=True, **look)
            if value is None or value == "":
                self.sheet.write_blank(self.row, column, None, style)
            elif kind is None:
                self.sheet.write_string(self.row, column, str(value), style)
            else:
                style = self.formats.get(border=1, num_format=NUMBER[kind], **look)
                number = value / _S_PER_DAY if kind == "time" else value
                self.sheet.write_number(self.row, column, number, style)
        self.row += 1
        return self.row - 1

    def add_band(self, content: str, **look: Any) -> None:
        """Text across the table."""
        style = self.formats.get(border=1, text_wrap=True, **look)
        self.sheet.merge_range(self.row, 0, self.row, len(self.columns) - 1, "", style)
        self.sheet.write_string(self.row, 0, content, style)
        # Merged cells do not grow with their text by themselves; Chinese is two characters wide.
        width = sum(2 if ord(sign) > 0x2E80 else 1 for sign in content)
        lines = math.ceil(1.1 * width / sum(width for _, width in self.columns))
        if lines > 1:
            self.sheet.set_row(self.row, _LINE_POINTS * lines)
        self.row += 1

    def add_sums(
        self, name: str, sums: Mapping[int, float], kinds: Mapping[int, str], rows: tuple[int, int]
    ) -> int:
        """A row of live sums over the rows from the first to the last, both included."""
        first, last = rows
        formulas = {column: f"=SUM({xl_range(first, column, last, column)})" for column in sums}
        return self._add_formulas(name, formulas, sums, kinds)

    def add_sums_of(
        self, name: str, sums: Mapping[int, float], kinds: Mapping[int, str], rows: Sequence[int]
    ) -> int:
        """A row of live sums of single rows."""
        formulas = {
            column: "=SUM(" + ",".join(f"{xl_col_to_name(column)}{row + 1}" for row in rows) + ")"
            for column in sums
        }
        return self._add_formulas(name, formulas, sums, kinds)

    def finish(self, signers: Sequence[str] = ()) -> None:
        """Lines to sign on, and the area to print."""
        if signers:
            self.row += 1
            content = "        ".join(f"{signer}:______________" for signer in signers)
            self.sheet.write_string(self.row, 0, content, self.formats.get())
            self.sheet.set_row(self.row, 30)
            self.row += 1
        self.sheet.print_area(0, 0, max(self.row - 1, 0), len(self.columns) - 1)

    def _add_code(self, column: int, content: str) -> None:
        code = segno.make_qr(content, error="m")
        picture = BytesIO()
        code.save(picture, kind="png", scale=4)
        scale = _CODE_PIXELS / code.symbol_size(scale=4)[0]
        options = {
            "image_data": picture,
            "x_scale": scale,
            "y_scale": scale,
            "description": content,
            "object_position": 1,
        }
        self.sheet.insert_image(0, column, "code.png", options)

    def _column_before(self, column: int, pixels: float) -> int:
        """The column that begins at least so far to the left of another one."""
        while column > 0 and pixels > 0:
            column -= 1
            pixels -= _CHARACTER_PIXELS * self.columns[column][1]
        return column

    def _add_formulas(
        self,
        name: str,
        formulas: Mapping[int, str],
        sums: Mapping[int, float],
        kinds: Mapping[int, str],
    ) -> int:
        look = {"bold": True, "bg_color": "#E6E6E6"}
        self.add_row({0: name}, {}, **look)
        for column, formula in formulas.items():
            style = self.formats.get(border=1, num_format=NUMBER[kinds[column]], **look)
            self.sheet.write_formula(self.row - 1, column, formula, style, sums[column])
        return self.row - 1

    def _set_up_print(self, is_landscape: bool) -> None:
        sheet, head = self.sheet, self.head
        if is_landscape:
            sheet.set_landscape()
        else:
            sheet.set_portrait()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.55, bottom=0.55)
        sheet.hide_gridlines(2)
        printed = f"{head.printed_at:%Y-%m-%d %H:%M}"
        note = head.kind is PaperKind.DISPATCH and head.synthetic_roads
        notes = f"\n{words.SYNTHETIC_ROADS}" if note else ""
        sheet.set_header(f"&L{_escape(words.title(head))}&R{_escape(words.day(head.date))}")
        version = f"{head.number} · 第 {head.version} 版 version {head.version}"
        pages = "第 &P 页 / 共 &N 页 page &P of &N"
        sheet.set_footer(f"&L{_escape(version)}{notes}&C打印 printed {printed}&R{pages}")


def sheet_name(head: SheetHead, taken: set[str]) -> str:
    """A name that Excel accepts and no other sheet has; ``taken`` is added to."""
    subject = head.vehicle if head.hub is None else f"{head.hub.name} {head.vehicle}".strip()
    whole = "".join("_" if sign in "[]:*?/\\'" else sign for sign in f"{head.kind.zh} {subject}")
    name, number = whole[:_NAME_LENGTH], 1
    while name.casefold() in taken:
        number += 1
        end = f" ({number})"
        name = whole[: _NAME_LENGTH - len(end)] + end
    taken.add(name.casefold())
    return name


def _escape(content: str) -> str:
    """An ampersand begins a code in headers and footers."""
    return content.replace("&", "&&")
