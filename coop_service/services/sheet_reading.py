"""Opening a spreadsheet and finding what each of its sheets holds."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from coop_service.domain.sheets.cells import is_empty
from coop_service.domain.sheets.columns import SheetKind
from coop_service.domain.sheets.headings import (
    HEADER_ROWS,
    Layout,
    Row,
    find_layout,
    find_mapping_faults,
)
from coop_service.domain.sheets.preview import SheetOptions, SheetSummary
from coop_service.domain.sheets.rows import SheetRow, read_rows
from coop_service.errors import Fault, InvalidInput, both, pointer
from coop_service.files.sheets import SheetTable, open_sheets


@dataclass(slots=True)
class OpenSheet:
    """A sheet whose headings are known, to be read once from the top."""

    table: SheetTable
    layout: Layout
    _rows: Iterator[tuple[int, Row]]
    examples: int = 0

    def rows(self) -> Iterator[SheetRow]:
        """Its rows without the examples, which are counted."""
        for row in read_rows(self.layout, self._rows, separated=self.table.separated):
            if row is None:
                self.examples += 1
            else:
                yield row

    def summary(self) -> SheetSummary:
        """What it holds; the examples are known once all rows are read."""
        layout = self.layout
        return SheetSummary(
            layout.sheet,
            layout.kind,
            layout.header_row,
            tuple((placed.column.field, placed.heading) for placed in layout.placed),
            layout.ignored,
            self.examples,
        )


@dataclass(slots=True)
class OpenFile:
    """A file: its sheets with known headings, and the names of all sheets in their order."""

    sheets: list[OpenSheet]
    names: list[str]

    def of(self, kind: SheetKind) -> list[OpenSheet]:
        """The sheets of one kind."""
        return [sheet for sheet in self.sheets if sheet.layout.kind is kind]

    def summaries(self) -> tuple[SheetSummary, ...]:
        """Every sheet, those that were passed over included."""
        known = {sheet.layout.sheet: sheet.summary() for sheet in self.sheets}
        return tuple(known.get(name) or SheetSummary(name, None) for name in self.names)


def open_file(file: str, content: bytes, options: SheetOptions) -> OpenFile:
    """Open a file and find the headings of its sheets.

    Raises:
        InvalidInput: it cannot be read, no sheet has known headings, or the mapping names what is
            not there.
    """
    tables = open_sheets(file, content)
    sheets = []
    for table in tables:
        rows = table.read()
        head = list(itertools.islice(rows, HEADER_ROWS))
        layout = find_layout(table.name, [row for _, row in head], options.mapping, options.kind)
        if layout is not None:
            sheets.append(OpenSheet(table, layout, itertools.chain(head, rows)))
    faults = [
        Fault(pointer("map", name), "bad_mapping", message)
        for name, message in find_mapping_faults(
            options.mapping or {}, [sheet.layout for sheet in sheets]
        ).items()
    ]
    if not sheets:
        faults.append(_nothing_known(file, tables))
    if faults:
        raise InvalidInput(faults)
    return OpenFile(sheets, [table.name for table in tables])


def _nothing_known(file: str, tables: tuple[SheetTable, ...]) -> Fault:
    seen = []
    for table in tables:
        first = next((row for _, row in table.read() if any(not is_empty(c) for c in row)), ())
        names = [str(cell).partition("\n")[0] for cell in first if not is_empty(cell)]
        seen.append(f"{table.name}: {', '.join(names[:12])}")
    message = both(
        f"没有可识别的标题行;请使用模板的标题,或用列映射和 kind 指明。读到的是:{';'.join(seen)}",
        "no row of known headings; use those of the template, or say kind and a mapping. "
        f"These were read: {'; '.join(seen)}",
    )
    return Fault(file, "no_known_headings", message)
