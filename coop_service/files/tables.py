"""CSV tables: rows of text with every column kept, and rows of any cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """The rows of a table with a header, UTF-8."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: Sequence[Row], columns: Sequence[str] = ()) -> None:
    """Write rows under the columns given, or those of the first row; UTF-8, ``\\n``."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns or rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def csv_bytes(names: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """Cells under the names of their columns; UTF-8, with a mark by which spreadsheets know it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def in_columns(rows: Sequence[Row]) -> list[Row]:
    """All rows with the columns of all, empty where a row has none."""
    columns = dict.fromkeys((name for row in rows for name in row), "")
    return [columns | row for row in rows]
