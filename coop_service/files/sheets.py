"""Spreadsheets as rows of cells: .xlsx, .xls, .ods, and .csv in the encodings of office PCs.

The format is told by the content, not by the file's name. Formulas give the value that was last
computed; hidden sheets are left out.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import Any, Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from coop_service.domain.sheets.cells import FormulaError, MergedCell
from coop_service.domain.sheets.headings import Row
from coop_service.files.sheet_limits import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    check_archive,
    check_old_workbook,
    refuse,
)

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_SEPARATORS: Final = ",\t;"
_LINES_LOOKED_AT: Final = 30


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A sheet of a file.

    Attributes:
        name: of the sheet; of a CSV file that of the file.
        read: gives number (from 1) and cells of each row from the top, also of empty ones.
        separated: the cells were told apart by a separator.
    """

    name: str
    read: Callable[[], Iterator[tuple[int, Row]]]
    separated: bool = False


def open_sheets(file: str, content: bytes) -> tuple[SheetTable, ...]:
    """The sheets of a file, in their order.

    Args:
        file: its name, for messages; that of a CSV file may say what it holds.
        content: what is in it.

    Raises:
        InvalidInput: it is none of the known formats, broken, encrypted, too large, has macros or
            no sheets.
    """
    if not content.strip(b"\0 \r\n\t"):
        raise refuse(file, "empty_file", "文件为空", "the file is empty")
    if content.startswith(_ZIP):
        return _open_workbook(file, content, check_archive(file, content))
    if content.startswith(_OLE):
        check_old_workbook(file, content)
        return _open_workbook(file, content, {})
    text = _decode(file, content)
    name = PurePath(file.replace("\\", "/")).stem
    return (SheetTable(name, lambda: _read_csv(file, text), separated=True),)


def _open_workbook(
    file: str, content: bytes, failed: dict[str, set[tuple[int, int]]]
) -> tuple[SheetTable, ...]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError as error:
        raise refuse(file, "encrypted", "文件有密码,请先取消", "the file has a password") from error
    except (CalamineError, OSError) as error:
        raise refuse(
            file,
            "not_a_sheet",
            f"不是可读的表格(.xlsx、.xls、.ods 或 .csv):{error}",
            f"no spreadsheet that can be read (.xlsx, .xls, .ods or .csv): {error}",
        ) from error
    names = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
    ]
    if not names:
        raise refuse(file, "no_sheets", "没有可见的工作表", "it has no visible sheets")
    return tuple(
        SheetTable(name, partial(_read_sheet, file, workbook, name, failed.get(name, set())))
        for name in names
    )


def _read_sheet(
    file: str, workbook: CalamineWorkbook, name: str, failed: set[tuple[int, int]]
) -> Iterator[tuple[int, Row]]:
    sheet = _load(file, workbook, name)
    if sheet.start is None:
        return
    left: list[Any] = [""] * sheet.start[1]
    failed_in: dict[int, list[int]] = {}
    for index, column in failed:
        failed_in.setdefault(index, []).append(column)
    merged = _Merged(sheet.merged_cell_ranges or [])
    for index, cells in enumerate(sheet.iter_rows()):
        row: list[Any] = left + cells
        merged.fill(index, row)
        for column in failed_in.get(index, ()):
            if column < len(row):
                row[column] = FormulaError()
        yield index + 1, row


class _Merged:
    """The ranges of merged cells that reach over several rows, followed from row to row."""

    def __init__(self, ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
        self._starting: dict[int, list[tuple[int, int]]] = {}
        for (top, column), (bottom, _) in ranges:
            if bottom > top:
                self._starting.setdefault(top, []).append((column, bottom))
        self._open: dict[int, tuple[int, MergedCell]] = {}

    def fill(self, index: int, row: list[Any]) -> None:
        """Put into a row what says that its cells belong to one above."""
        for column, (bottom, cell) in list(self._open.items()):
            if index > bottom:
                del self._open[column]
            elif column < len(row) and cell.value != "":
                # Also over a value that a program has left there: nobody sees it.
                row[column] = cell
        for column, bottom in self._starting.get(index, ()):
            if column < len(row):
                self._open[column] = (bottom, MergedCell(row[column]))


def _load(file: str, workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        sheet = workbook.get_sheet_by_name(name)
    except (CalamineError, OSError) as error:
        raise refuse(
            file,
            "broken_file",
            f"工作表 {name} 损坏:{error}",
            f"the sheet {name} is broken: {error}",
        ) from error
    height, width = sheet.total_height, sheet.total_width
    if height > MAX_ROWS or width > MAX_COLUMNS or height * width > MAX_CELLS:
        raise _too_large(file, height, width)
    return sheet


def _decode(file: str, content: bytes) -> str:
    """Text of a CSV file: UTF-16 by its mark, else UTF-8, else the Chinese encoding of Windows.

    Text in GB18030 that is UTF-8 as well does not occur beyond a word or two, so that the order
    of trying decides rightly.
    """
    encodings = ("utf-16",) if content.startswith(_UTF16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise refuse(
        file,
        "not_a_sheet",
        "不是表格文件:应为 .xlsx、.xls、.ods,或 UTF-8、GBK 编码的 .csv",
        "no spreadsheet: .xlsx, .xls, .ods, or .csv in UTF-8 or GBK is taken",
    )


def _read_csv(file: str, text: str) -> Iterator[tuple[int, Row]]:
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number > MAX_ROWS or len(cells) > MAX_COLUMNS:
                raise _too_large(file, number, len(cells))
            yield number, cells
    except csv.Error as error:
        raise refuse(
            f"{file}:{number + 1}",
            "not_csv",
            f"第 {number + 1} 行不是有效的 CSV:{error}",
            f"row {number + 1} is not valid CSV: {error}",
        ) from error


def _separator(text: str) -> str:
    """What separates cells: that which the first line with several of them has most of."""
    for line in text[:20_000].splitlines()[:_LINES_LOOKED_AT]:
        counts = {sign: line.count(sign) for sign in _SEPARATORS}
        if max(counts.values()) > 1:
            return max(counts, key=lambda sign: counts[sign])
    return _SEPARATORS[0]


def _too_large(file: str, rows: int, columns: int) -> Exception:
    return refuse(
        file,
        "too_many_rows",
        f"有 {rows} 行 {columns} 列,上限 {MAX_ROWS} 行、{MAX_COLUMNS} 列、{MAX_CELLS} 格",
        f"has {rows} rows and {columns} columns; at most {MAX_ROWS} rows, {MAX_COLUMNS} columns "
        f"and {MAX_CELLS} cells are taken",
    )
