"""The rows that were refused, handed back as a workbook in which each bad cell is marked."""

from __future__ import annotations

import datetime as dt
import math
import os
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from coop_service.domain.sheets.cells import Cell, is_empty, key_of
from coop_service.domain.sheets.columns import SheetKind
from coop_service.domain.sheets.faults import SheetFault
from coop_service.domain.sheets.headings import WRONG_HEADING, Row, columns_of
from coop_service.files.sheets import SheetTable

MAX_COMMENTS: Final = 5_000
"""Cells of a sheet that get a comment; with more, office programs grow slow. All are coloured, and
the last column says of every row what is wrong."""

_LONGEST_TEXT: Final = 32_000


@dataclass(frozen=True, slots=True)
class RefusedRows:
    """The rows of a sheet that are handed back.

    Attributes:
        kind: what they are.
        header_row: number of the row of headings, from 1.
        rows: the faults of each row that was refused, by its number.
    """

    kind: SheetKind
    header_row: int
    rows: Mapping[int, Sequence[SheetFault]]


def write_marked(tables: Collection[SheetTable], refused: Mapping[str, RefusedRows]) -> bytes:
    """A workbook (.xlsx) of the refused rows of each sheet.

    Columns, headings and what stands above them are kept as they came. Bad cells are coloured and
    carry their faults as comments, which a last column repeats; it is known when the copy is sent
    back, as are its headings.

    Args:
        tables: the sheets of the file that was sent.
        refused: what was refused, by name of the sheet.
    """
    handle, path = tempfile.mkstemp(suffix=".xlsx")
    os.close(handle)
    try:
        # Row by row through a file: a sheet of fifty thousand rows is not kept in memory.
        with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
            for table in tables:
                if table.name in refused:
                    _write_sheet(_Writer(workbook, table.name), table, refused[table.name])
        return Path(path).read_bytes()
    finally:
        os.unlink(path)


class _Writer:
    """Writes cells as they came, coloured or not."""

    def __init__(self, workbook: Any, name: str) -> None:
        self.sheet = workbook.add_worksheet(_sheet_name(name))
        bad = {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
        self._formats = {
            (shape, marked): workbook.add_format(
                ({"num_format": shape} if shape else {}) | (bad if marked else {})
            )
            for shape in ("", "yyyy-mm-dd", "hh:mm", "yyyy-mm-dd hh:mm", "[h]:mm")
            for marked in (False, True)
        }
        self.text = workbook.add_format({"text_wrap": True, "font_color": "#9C0006"})
        self._comments = 0

    def cell(self, row: int, column: int, cell: Cell, marked: bool) -> None:
        if is_empty(cell) and not marked:
            return
        shape = ""
        write = self.sheet.write_string
        if isinstance(cell, bool):
            write = self.sheet.write_boolean
        elif isinstance(cell, (int, float)) and math.isfinite(cell):
            write = self.sheet.write_number
        elif isinstance(cell, (dt.datetime, dt.date, dt.time, dt.timedelta)):
            write = self.sheet.write_datetime
            shape = _shape(cell)
        elif is_empty(cell):
            self.sheet.write_blank(row, column, None, self._formats["", marked])
            return
        else:
            cell = str(cell)[:_LONGEST_TEXT]
        write(row, column, cell, self._formats[shape, marked])

    def comment(self, row: int, column: int, text: str) -> None:
        if self._comments < MAX_COMMENTS:
            self._comments += 1
            size = {"x_scale": 2.2, "y_scale": 1.4}
            self.sheet.write_comment(row, column, text[:_LONGEST_TEXT], size)


def _shape(cell: dt.date | dt.time | dt.timedelta) -> str:
    if isinstance(cell, dt.datetime):
        return "yyyy-mm-dd hh:mm"
    if isinstance(cell, dt.date):
        return "yyyy-mm-dd"
    return "hh:mm" if isinstance(cell, dt.time) else "[h]:mm"


def _write_sheet(writer: _Writer, table: SheetTable, refused: RefusedRows) -> None:
    at = 0
    wrong_column = 0
    top = {
        fault
        for faults in refused.rows.values()
        for fault in faults
        if fault.row == refused.header_row
    }
    for number, row in table.read():
        if number < refused.header_row:
            _write_row(writer, at, row, ())
        elif number == refused.header_row:
            wrong_column = _write_headings(writer, at, row, sorted(top, key=_place), refused.kind)
        elif number in refused.rows:
            faults = refused.rows[number]
            own = [fault for fault in faults if fault.row == number]
            kept = [cell if i != wrong_column else "" for i, cell in enumerate(row)]
            _write_row(writer, at, kept, own)
            text = "\n".join(_explain(fault) for fault in faults)
            writer.sheet.write_string(at, wrong_column, text[:_LONGEST_TEXT], writer.text)
        else:
            continue
        at += 1


def _write_row(writer: _Writer, at: int, row: Row, faults: Sequence[SheetFault]) -> None:
    texts: dict[int, list[str]] = {}
    for fault in faults:
        texts.setdefault(fault.column, []).append(_explain(fault))
    for column in range(max(len(row), 1 + max(texts, default=-1))):
        cell = row[column] if column < len(row) else ""
        writer.cell(at, column, cell, column in texts)
    for column, lines in texts.items():
        writer.comment(at, column, "\n".join(lines))


def _write_headings(
    writer: _Writer, at: int, row: Row, faults: Sequence[SheetFault], kind: SheetKind
) -> int:
    """Write the headings, those that are missing beside them; the column of what is wrong."""
    cells = list(row)
    while cells and is_empty(cells[-1]):
        cells.pop()
    moved = []
    for fault in faults:
        if fault.code == "missing_column":
            # Told at one and the same free cell; each gets a column of its own here.
            moved.append(_at_column(fault, len(cells)))
            cells.append(columns_of(kind)[fault.field].heading)
        else:
            moved.append(fault)
    known = key_of(WRONG_HEADING)
    column = next(
        (i for i, c in enumerate(cells) if isinstance(c, str) and key_of(c) == known), len(cells)
    )
    if column == len(cells):
        cells.append(WRONG_HEADING)
    _write_row(writer, at, cells, moved)
    writer.sheet.set_column(column, column, 60)
    writer.sheet.freeze_panes(at + 1, 0)
    return column


def _at_column(fault: SheetFault, column: int) -> SheetFault:
    return SheetFault(
        fault.sheet,
        fault.row,
        column,
        fault.heading,
        fault.field,
        fault.value,
        fault.code,
        fault.wrong,
        fault.right,
    )


def _place(fault: SheetFault) -> tuple[int, str, str]:
    return fault.column, fault.field, fault.code


def _explain(fault: SheetFault) -> str:
    """A fault without its place, which is where it is read."""
    return fault.as_fault().message


def _sheet_name(name: str) -> str:
    """The name as a workbook takes it; that of a CSV file may be anything."""
    clean = "".join("_" if sign in "[]:*?/\\" else sign for sign in name).strip("'")
    return clean[:31] or "sheet"
