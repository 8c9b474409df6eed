"""What became of the rows of an upload, kept so that a page of it can be read by itself.

A report is a line of JSON (UTF-8) that ends with a line feed and lists the chunks, and after it the
chunks: rows as compressed JSON, :data:`ROWS_IN_CHUNK` of them in each. A sheet may have several
hundred thousand faults; neither writing nor paging holds all of them as JSON.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from coop_service.domain.sheets.faults import SheetFault
from coop_service.domain.sheets.preview import Preview, RowAction, RowPreview

ROWS_IN_CHUNK: Final = 1_000


def write_report(preview: Preview) -> bytes:
    """The rows of a preview with their faults, for :class:`Report` to read."""
    shared = {fault: i for i, fault in enumerate(preview.shared_faults)}
    chunks, places = [], []
    for start in range(0, len(preview.rows), ROWS_IN_CHUNK):
        rows = preview.rows[start : start + ROWS_IN_CHUNK]
        text = json.dumps([_write_row(row, shared) for row in rows], ensure_ascii=False)
        chunks.append(zlib.compress(text.encode(), 3))
        places.append(
            {
                "bytes": len(chunks[-1]),
                "rows": Counter(row.does for row in rows),
                "faults": sum(len(row.own_faults) for row in rows),
            }
        )
    head = {"shared": [write_fault(fault) for fault in shared], "chunks": places}
    return json.dumps(head, ensure_ascii=False).encode() + b"\n" + b"".join(chunks)


class Report:
    """Rows and faults of an upload as JSON values, as of its preview or of when it was applied."""

    def __init__(self, content: bytes) -> None:
        """Open what :func:`write_report` has written."""
        head, _, self._chunks = content.partition(b"\n")
        document = json.loads(head)
        self._shared: list[dict[str, Any]] = document["shared"]
        self._places: list[dict[str, Any]] = document["chunks"]

    def rows(
        self, does: RowAction | None = None, offset: int = 0, limit: int | None = None
    ) -> tuple[list[dict[str, Any]], int]:
        """Some of the rows, with their faults, and the number of all that do the same."""
        sizes = [
            sum(n for name, n in place["rows"].items() if does in (None, name))
            for place in self._places
        ]
        chunks = self._some(sizes, offset, limit)
        found = [
            row
            for at, first, last in chunks
            for row in [r for r in self._read(at) if does in (None, r["does"])][first:last]
        ]
        return found, sum(sizes)

    def faults(self, offset: int = 0, limit: int | None = None) -> tuple[list[dict[str, Any]], int]:
        """Some of the faults, and the number of all: those of headings first, then by rows."""
        head = self._shared[offset:] if limit is None else self._shared[offset : offset + limit]
        sizes = [place["faults"] for place in self._places]
        rest = None if limit is None else limit - len(head)
        found = [
            fault
            for at, first, last in self._some(sizes, max(0, offset - len(self._shared)), rest)
            for fault in [
                fault
                for row in self._read(at)
                for fault in row["faults"]
                if fault["row"] == row["row"]
            ][first:last]
        ]
        return [*head, *found], len(self._shared) + sum(sizes)

    def refused(self) -> Iterator[tuple[str, int, list[SheetFault]]]:
        """Sheet, number and faults of each row that was refused."""
        for at, place in enumerate(self._places):
            if place["rows"].get(RowAction.REFUSED):
                for row in self._read(at):
                    if row["does"] == RowAction.REFUSED:
                        yield row["sheet"], row["row"], [_read_fault(f) for f in row["faults"]]

    def _read(self, at: int) -> list[dict[str, Any]]:
        start = sum(place["bytes"] for place in self._places[:at])
        chunk = self._chunks[start : start + self._places[at]["bytes"]]
        rows: list[dict[str, Any]] = json.loads(zlib.decompress(chunk))
        for row in rows:
            row["faults"] = [self._shared[i] for i in row.pop("shared")] + row["faults"]
        return rows

    @staticmethod
    def _some(sizes: list[int], offset: int, limit: int | None) -> Iterator[tuple[int, int, int]]:
        """The chunks that hold the wanted items, with the first and the last of each."""
        end = sum(sizes) if limit is None else offset + limit
        start = 0
        for at, size in enumerate(sizes):
            first, last = max(0, offset - start), min(size, end - start)
            if first < last:
                yield at, first, last
            start += size


def write_fault(fault: SheetFault) -> dict[str, Any]:
    """A fault as a JSON value."""
    return asdict(fault) | {"cell": fault.cell}


def _read_fault(document: Mapping[str, Any]) -> SheetFault:
    # Most texts are those of many faults.
    return SheetFault(
        **{
            name: sys.intern(value) if isinstance(value, str) else value
            for name, value in document.items()
            if name != "cell"
        }
    )


def _write_row(row: RowPreview, shared: Mapping[SheetFault, int]) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "sheet": row.sheet,
        "row": row.row,
        "name": row.name,
        "does": row.does,
        "changes": [asdict(change) for change in row.changes],
        "notes": row.notes,
        "shared": [shared[fault] for fault in row.faults if fault.row != row.row],
        "faults": [write_fault(fault) for fault in row.own_faults],
    }
