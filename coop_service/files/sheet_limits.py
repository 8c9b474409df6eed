"""What is refused before a spreadsheet is opened: archives that unpack without end, cells that are
spread over a whole sheet, macros. Also where formulas have failed, which a reader does not tell.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final
from xml.parsers import expat

from coop_service.errors import Fault, InvalidInput, both

MAX_UNPACKED_BYTES: Final = 400 * 2**20
MAX_ENTRIES: Final = 2_000
MAX_COLUMNS: Final = 256
MAX_ROWS: Final = 200_000
MAX_CELLS: Final = 6_000_000
"""Of the smallest rectangle around all cells of a sheet: a reader keeps all of it in memory."""

_CHUNK: Final = 2**20
# A cell that is closed at once is only formatted, and takes no memory.
_REFERENCE: Final = re.compile(rb'<c [^>]*?r="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')
_NAMELESS: Final = re.compile(rb'<c(?![a-zA-Z])(?![^>]*? r=")')
_ROW: Final = re.compile(rb'<row [^>]*?r="([0-9]{1,7})"')
_FAILED: Final = re.compile(rb'<c (?=[^>]*?t="e")[^>]*?r="([A-Z]{1,3})([0-9]{1,7})"')
_MACROS: Final = "_VBA_PROJECT".encode("utf-16-le")


def refuse(file: str, code: str, zh: str, en: str) -> InvalidInput:
    """The error that a file cannot be taken at all; its pointer is the file's name."""
    return InvalidInput([Fault(file, code, both(zh, en))])


def check_old_workbook(file: str, content: bytes) -> None:
    """Refuse an .xls file with macros.

    Raises:
        InvalidInput: it has some.
    """
    if _MACROS in content:
        raise _has_macros(file)


def check_archive(file: str, content: bytes) -> dict[str, set[tuple[int, int]]]:
    """Refuse an .xlsx or .ods file that is too large once unpacked, or has macros.

    Returns:
        Row and column (from 0) of the cells whose formula has failed, by sheet; of .xlsx only.

    Raises:
        InvalidInput: why it is refused.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _check_entries(file, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise refuse(
            file, "broken_file", f"文件损坏或已加密:{error}", f"broken or encrypted: {error}"
        ) from error


def _check_entries(file: str, archive: zipfile.ZipFile) -> dict[str, set[tuple[int, int]]]:
    entries = archive.infolist()
    if any(PurePosixPath(entry.filename).name == "vbaProject.bin" for entry in entries):
        raise _has_macros(file)
    if any(entry.filename == "xl/workbook.bin" for entry in entries):
        raise refuse(file, "not_a_sheet", "不支持 .xlsb,请另存为 .xlsx", "save the .xlsb as .xlsx")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED_BYTES or len(entries) > MAX_ENTRIES:
        raise refuse(
            file,
            "too_large",
            f"解压后有 {unpacked / 2**20:.0f} MB,上限 {MAX_UNPACKED_BYTES / 2**20:.0f} MB",
            f"unpacks to {unpacked / 2**20:.0f} MB, at most "
            f"{MAX_UNPACKED_BYTES / 2**20:.0f} MB are taken",
        )
    failed: dict[str, set[tuple[int, int]]] = {}
    for entry in entries:
        # Reading to the end checks the stated size and the checksum: neither can be a lie. A
        # worksheet may go by any name.
        chunks = _chunks(archive, entry)
        if entry.filename == "content.xml":
            _check_ods(file, chunks)
            continue
        extent = _Extent()
        for chunk in chunks:
            extent.add(chunk)
        _check_extent(file, extent.rows, extent.columns)
        if extent.failed:
            failed[entry.filename] = extent.failed
    return _by_sheet_name(archive, failed) if failed else {}


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


@dataclass(slots=True)
class _Extent:
    """How far the cells of a worksheet reach, and which of them have failed."""

    rows: int = 0
    columns: int = 0
    failed: set[tuple[int, int]] = field(default_factory=set)
    _rest: bytes = b""

    def add(self, chunk: bytes) -> None:
        text = self._rest + chunk
        cut = text.rfind(b"<")
        text, self._rest = text[:cut], text[cut:][-4096:]
        found = _REFERENCE.findall(text)
        for letters in {letters for letters, _ in found}:
            self.columns = max(self.columns, _column(letters) + 1)
        rows = {row for _, row in found}
        if _NAMELESS.search(text):
            rows.update(_ROW.findall(text))
        self.rows = max(self.rows, max(map(int, rows), default=0))
        if b't="e"' in text:
            for letters, row in _FAILED.findall(text):
                self.failed.add((int(row) - 1, _column(letters)))


def _column(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - ord("A") + 1
    return index - 1


def _check_extent(file: str, rows: int, columns: int) -> None:
    if columns > MAX_COLUMNS:
        raise refuse(
            file,
            "too_many_columns",
            f"有 {columns} 列,上限 {MAX_COLUMNS} 列;请删除右侧多余的列",
            f"has {columns} columns, at most {MAX_COLUMNS} are taken; delete those to the right",
        )
    if rows > MAX_ROWS or rows * columns > MAX_CELLS:
        raise refuse(
            file,
            "too_many_rows",
            f"有 {rows} 行 {columns} 列,上限 {MAX_ROWS} 行或 {MAX_CELLS} 格;请分成几个文件",
            f"has {rows} rows and {columns} columns, at most {MAX_ROWS} rows or {MAX_CELLS} "
            "cells are taken; split the file",
        )


def _check_ods(file: str, chunks: Iterator[bytes]) -> None:
    """Refuse a document whose cells, written once and repeated, would fill the memory."""
    at = {"row": 0, "column": 0, "last": 0, "repeat": 1}
    inside = False

    def start(name: str, attributes: dict[str, Any]) -> None:
        nonlocal inside
        if name == "table:table":
            at["row"] = 0
        elif name == "table:table-row":
            at["repeat"] = int(attributes.get("table:number-rows-repeated", 1))
            at["column"] = at["last"] = 0
        elif name in ("table:table-cell", "table:covered-table-cell"):
            at["column"] += int(attributes.get("table:number-columns-repeated", 1))
            inside = True
            if "office:value-type" in attributes:
                at["last"] = at["column"]

    def text(_characters: str) -> None:
        if inside:
            at["last"] = at["column"]

    def end(name: str) -> None:
        nonlocal inside
        if name in ("table:table-cell", "table:covered-table-cell"):
            inside = False
        elif name == "table:table-row":
            at["row"] += at["repeat"]
            if at["last"]:
                _check_extent(file, at["row"], at["last"])

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.CharacterDataHandler = text
    parser.EndElementHandler = end
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except InvalidInput:
        raise
    except (expat.ExpatError, ValueError) as error:
        raise refuse(file, "broken_file", f"文件损坏:{error}", f"broken: {error}") from error


def _by_sheet_name(
    archive: zipfile.ZipFile, failed: dict[str, set[tuple[int, int]]]
) -> dict[str, set[tuple[int, int]]]:
    """The cells by name of the sheet in place of the name of its entry in the archive."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    targets: dict[str, str] = {}
    for tag in re.findall(r"<Relationship [^>]*>", _text(archive, "xl/_rels/workbook.xml.rels")):
        target = _attribute(tag, "Target").removeprefix("/").removeprefix("xl/")
        targets[_attribute(tag, "Id")] = "xl/" + target
    found = {}
    for tag in re.findall(r"<(?:\w+:)?sheet [^>]*>", _text(archive, "xl/workbook.xml")):
        entry = targets.get(_attribute(tag, r"\w+:id"), "")
        if entry in failed:
            found[_attribute(tag, "name")] = failed[entry]
    return found


def _text(archive: zipfile.ZipFile, entry: str) -> str:
    return archive.read(entry).decode("utf-8", "replace")


def _attribute(tag: str, name: str) -> str:
    match = re.search(rf'\s{name}="([^"]*)"', tag)
    return html.unescape(match[1]) if match else ""


def _has_macros(file: str) -> InvalidInput:
    return refuse(
        file,
        "has_macros",
        "文件含有宏,请另存为不含宏的 .xlsx",
        "holds macros; save it as .xlsx without them",
    )
