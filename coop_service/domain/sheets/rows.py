"""Reading the rows of a sheet into values, with a fault for each cell that cannot be read."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from coop_service.domain.sheets.cells import (
    NOTHING,
    BadCell,
    Cell,
    MergedCell,
    is_empty,
    key_of,
    shown,
)
from coop_service.domain.sheets.faults import SheetFault
from coop_service.domain.sheets.headings import Layout, Placed, Row, columns_of
from coop_service.errors import both

EXAMPLE: Final = "示例"
"""A row whose first cell with something in it begins so is an example, and is left out."""


SHARED: Final = frozenset(
    {"date", "direction", "township", "parent", "depot", "home", "crs", "goods_class"}
)
"""Fields whose cell may be merged over several rows, to say the same of all of them."""


@dataclass(slots=True)
class SheetRow:
    """A row of a sheet, as far as it could be read.

    Attributes:
        layout: of its sheet.
        number: number of the row, from 1.
        cells: the cells as they came.
        values: what its cells hold, by field; None: the cell says that there is none. A field
            whose cell is empty is absent.
        unread: fields that could not be read; nothing that depends on them can be judged.
        faults: what is wrong with it.
        notes: what its reader should know, Chinese / English.
    """

    layout: Layout
    number: int
    cells: Row
    values: dict[str, Any] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    faults: list[SheetFault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def tell(self, name: str, code: str, wrong: str, right: str | None = None) -> None:
        """Add a fault of a field, at its cell; of a field without a column, at the first cell.

        Args:
            name: of the field.
            code: stable name of the kind of fault.
            wrong: what is wrong, Chinese / English.
            right: what would be right; None: what the column says.
        """
        placed = self.layout.place(name)
        column = columns_of(self.layout.kind).get(name)
        if right is None:
            right = column.right if column is not None else ""
        at = placed or self.layout.placed[0]
        self.faults.append(
            SheetFault(
                self.layout.sheet,
                self.number,
                at.index,
                at.heading,
                name,
                sys.intern(shown(self._cell(at))),
                code,
                # The same is wrong with many a cell, and all faults are kept.
                sys.intern(wrong),
                right,
            )
        )
        self.unread.add(name)

    def lacks(self, name: str) -> None:
        """Add the fault that a field has no value: at its cell, else at the headings."""
        self.unread.add(name)
        if self.layout.place(name) is None:
            self.faults.append(self.layout.missing_column(columns_of(self.layout.kind)[name]))
        else:
            self.tell(name, "missing_value", both("不能为空", "must not be empty"))

    def _cell(self, placed: Placed) -> Cell:
        return self.cells[placed.index] if placed.index < len(self.cells) else ""


def read_rows(
    layout: Layout, rows: Iterable[tuple[int, Row]], *, separated: bool = False
) -> Iterator[SheetRow | None]:
    """The rows below the headings; None for an example. Empty rows are passed over.

    Args:
        layout: of the sheet.
        rows: number (from 1) and cells of each row of the sheet, from the top.
        separated: the cells were told apart by a separator, so that a stray one shifts all cells
            after it: more cells than headings are a fault.
    """
    for number, cells in rows:
        if number <= layout.header_row:
            continue
        first = next((cell for cell in cells if not is_empty(cell)), None)
        if first is None:
            continue
        if isinstance(first, str) and first.strip().startswith(EXAMPLE):
            yield None
        else:
            row = _read_row(layout, number, cells)
            if separated and any(not is_empty(cell) for cell in cells[layout.width :]):
                wrong = both(
                    f"有 {len(cells)} 格,标题只有 {layout.width} 格",
                    f"there are {len(cells)} cells below {layout.width} headings",
                )
                right = both("含逗号的内容加引号", "quotes around what holds a comma")
                row.tell(layout.placed[-1].column.field, "too_many_cells", wrong, right)
            yield row


def _read_row(layout: Layout, number: int, cells: Row) -> SheetRow:
    row = SheetRow(layout, number, cells, faults=list(layout.faults))
    width = len(cells)
    for placed in layout.placed:
        cell = cells[placed.index] if placed.index < width else ""
        if cell == "":
            continue
        name = placed.column.field
        if isinstance(cell, MergedCell):
            if name not in SHARED:
                wrong = both("与上一行合并", "is merged with the row above")
                right = both("取消合并,每行分别填写", "a cell of its own for each row")
                row.tell(name, "merged_cell", wrong, right)
                continue
            cell = cell.value
        if is_empty(cell):
            continue
        if isinstance(cell, str) and key_of(cell) in NOTHING:
            if not placed.column.needed:
                row.values[name] = None
            continue
        try:
            row.values[name] = placed.column.read_cell(cell, placed.factor)
        except BadCell as error:
            row.unread.add(name)
            if error.code == "missing_unit":
                row.faults.append(_missing_unit(layout, placed))
            else:
                row.tell(name, error.code, both(error.zh, error.en))
    return row


def _missing_unit(layout: Layout, placed: Placed) -> SheetFault:
    """The fault that a heading names no unit, told once for its sheet."""
    column = placed.column
    return SheetFault(
        layout.sheet,
        layout.header_row,
        placed.index,
        placed.heading,
        column.field,
        placed.heading,
        "missing_unit",
        both("标题没有说明单位", "the heading does not say the unit"),
        both(
            f"标题写明单位,如“{column.zh}({column.unit})”,或用列映射指明",
            f"a heading with its unit, such as {column.zh}({column.unit}), or a mapping",
        ),
    )
