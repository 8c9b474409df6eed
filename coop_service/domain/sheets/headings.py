"""Finding the row of headings in a sheet, and what each column holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from coop_service.domain.sheets.cells import Cell, is_empty, key_of, shown
from coop_service.domain.sheets.columns import NO_UNIT_NEEDED, Column, SheetKind
from coop_service.domain.sheets.faults import SheetFault
from coop_service.domain.sheets.order_columns import ORDER_COLUMNS
from coop_service.domain.sheets.site_columns import SITE_COLUMNS
from coop_service.domain.sheets.vehicle_columns import VEHICLE_COLUMNS
from coop_service.errors import both

COLUMNS: Final[Mapping[SheetKind, tuple[Column, ...]]] = {
    SheetKind.ORDERS: ORDER_COLUMNS,
    SheetKind.SITES: SITE_COLUMNS,
    SheetKind.VEHICLES: VEHICLE_COLUMNS,
}

WRONG_HEADING: Final = "错误说明\nWhat is wrong"
"""Heading of the column that a marked copy adds; known, so that the copy can be sent back."""

HEADER_ROWS: Final = 30
"""The headings are looked for in so many rows."""

LEAST_HEADINGS: Final = 3
"""A row with fewer known headings does not say what its sheet is."""

LEAST_OF_KNOWN_KIND: Final = 2
"""A row with fewer is no row of headings even where the kind of the sheet is known."""

_SHEET_NAMES: Final = {
    "订单": SheetKind.ORDERS,
    "orders": SheetKind.ORDERS,
    "站点": SheetKind.SITES,
    "sites": SheetKind.SITES,
    "车辆": SheetKind.VEHICLES,
    "vehicles": SheetKind.VEHICLES,
}

Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Placed:
    """A column of a sheet: where it is, what it holds, the factor of its heading's unit."""

    index: int
    column: Column
    heading: str
    factor: float | None


@dataclass(frozen=True, slots=True)
class Layout:
    """How a sheet is laid out.

    Attributes:
        sheet: its name.
        kind: what its rows are.
        header_row: number of the row of headings, from 1.
        placed: the columns that are read.
        width: number of columns up to the last heading.
        ignored: headings that nothing is known of.
        faults: what is wrong with the headings; with one, no row can be taken.
        mapped: the fields of the mapping that were found.
    """

    sheet: str
    kind: SheetKind
    header_row: int
    placed: tuple[Placed, ...]
    width: int
    ignored: tuple[str, ...] = ()
    faults: tuple[SheetFault, ...] = ()
    mapped: frozenset[str] = field(default_factory=frozenset)

    def place(self, name: str) -> Placed | None:
        """The column that holds a field, if there is one."""
        return next((placed for placed in self.placed if placed.column.field == name), None)

    def missing_column(self, column: Column) -> SheetFault:
        """The fault that a column is missing, told at the free cell beside the headings."""
        return SheetFault(
            self.sheet,
            self.header_row,
            self.width,
            column.zh,
            column.field,
            "",
            "missing_column",
            both("缺少这一列", "the column is missing"),
            both(
                f"一列“{column.heading.partition(chr(10))[0]}”,或用列映射指明",
                f"a column {column.en!r}, or a mapping that names one",
            ),
        )


def columns_of(kind: SheetKind) -> Mapping[str, Column]:
    """The columns of a kind of sheet by field."""
    return {column.field: column for column in COLUMNS[kind]}


def find_layout(
    sheet: str,
    rows: Sequence[Row],
    mapping: Mapping[str, str] | None = None,
    kind: SheetKind | None = None,
) -> Layout | None:
    """How a sheet is laid out; None: its headings do not say what it is.

    Args:
        sheet: name of the sheet.
        rows: its first rows, :data:`HEADER_ROWS` of them where there are so many.
        mapping: heading of a field, by the field's name or ``kind.field``; it comes before what
            is known of headings.
        kind: what the rows are, unless the sheet's name says otherwise; None: as name and
            headings say.
    """
    named = _SHEET_NAMES.get(key_of(sheet))
    if kind is not None and named not in (None, kind):
        return None
    kind = kind or named
    least = LEAST_HEADINGS if kind is None else LEAST_OF_KNOWN_KIND
    found: list[tuple[int, int, Layout]] = []
    for each in SheetKind if kind is None else (kind,):
        wanted = _mapping_of(mapping or {}, each)
        needed = {column.field for column in COLUMNS[each] if column.needed}
        for number, row in enumerate(rows[:HEADER_ROWS], start=1):
            known = {column.field for column, _ in _read_headings(row, each, wanted) if column}
            if len(known) >= least:
                score = len(known) - len(needed - known)
                found.append((score, -number, _layout(sheet, each, number, row, wanted)))
    best = max((score for score, _, _ in found), default=0)
    first = [(row, layout) for score, row, layout in found if score == best]
    if len({layout.kind for _, layout in first}) != 1:
        return None
    return max(first, key=lambda item: item[0])[1]


def _mapping_of(mapping: Mapping[str, str], kind: SheetKind) -> dict[str, str]:
    """The part of a mapping that one kind of sheet has the fields for."""
    fields = columns_of(kind)
    wanted = {name: heading for name, heading in mapping.items() if name in fields}
    for name, heading in mapping.items():
        before, _, rest = name.partition(".")
        if before == kind and rest in fields:
            wanted[rest] = heading
    return wanted


def find_mapping_faults(mapping: Mapping[str, str], layouts: Iterable[Layout]) -> dict[str, str]:
    """What is wrong with a mapping, by its fields: unknown names, headings that no sheet has."""
    found = {name for layout in layouts for name in layout.mapped}
    found |= {f"{layout.kind}.{name}" for layout in layouts for name in layout.mapped}
    known = {column.field for columns in COLUMNS.values() for column in columns}
    known |= {f"{kind}.{c.field}" for kind, columns in COLUMNS.items() for c in columns}
    faults = {}
    for name, heading in mapping.items():
        if name not in known:
            names = ", ".join(sorted(name for name in known if "." not in name))
            faults[name] = both(
                f"没有名为 {name} 的字段,可用:{names}",
                f"there is no field {name}; there are {names}",
            )
        elif name not in found:
            faults[name] = both(f"没有标题为“{heading}”的列", f"no column is headed {heading!r}")
    return faults


def _layout(
    sheet: str, kind: SheetKind, number: int, row: Row, wanted: Mapping[str, str]
) -> Layout:
    placed: dict[str, Placed] = {}
    ignored, faults = [], []
    width = 0
    for index, (column, factor) in enumerate(_read_headings(row, kind, wanted)):
        heading = shown(row[index]).partition("\n")[0].strip()
        if not heading:
            continue
        width = index + 1
        if column is None:
            if key_of(heading) != key_of(WRONG_HEADING.partition("\n")[0]):
                ignored.append(heading)
        elif column.field in placed:
            other = placed[column.field].heading
            wrong = both(f"与“{other}”都表示{column.zh}", f"holds {column.field} as {other!r} does")
            right = both("只留一列,或用列映射指明", "one of the two, or a mapping")
            faults.append(
                SheetFault(
                    sheet, number, index, heading, column.field, heading,
                    "repeated_column", wrong, right,
                )
            )  # fmt: skip
        else:
            placed[column.field] = Placed(index, column, heading, factor)
    return Layout(
        sheet,
        kind,
        number,
        tuple(placed.values()),
        width,
        tuple(ignored),
        tuple(faults),
        frozenset(wanted.keys() & placed.keys()),
    )


def _read_headings(
    row: Row, kind: SheetKind, wanted: Mapping[str, str]
) -> list[tuple[Column | None, float | None]]:
    """Column and factor of each cell of a row of headings."""
    columns = columns_of(kind)
    mapped = {key_of(heading): columns[name] for name, heading in wanted.items()}
    found: list[tuple[Column | None, float | None]] = []
    for cell in row:
        text = cell if isinstance(cell, str) else ""
        column = mapped.get(key_of(text)) or mapped.get(key_of(text.partition("\n")[0]))
        if is_empty(cell):
            found.append((None, None))
        elif column is not None:
            # Who names the field has named its unit, unless the heading itself says another.
            unit = _unit_in(text, column)
            found.append((column, 1.0 if unit is None else unit))
        else:
            known, factor = _lookup(text, kind)
            found.append((None, None) if known and known.field in wanted else (known, factor))
    return found


def _lookup(text: str, kind: SheetKind) -> tuple[Column | None, float | None]:
    names = _known_headings(kind)
    for part in (text, *text.split("\n")):
        name = key_of(part).strip("*:")
        if name in names:
            return names[name]
        base = re.sub(r"[(\[【].*[)\]】]$", "", name).strip("*:")
        if base in names:
            column, factor = names[base]
            return column, factor
    return None, None


def _unit_in(text: str, column: Column) -> float | None:
    match = re.search(r"[(\[【](.*)[)\]】]\W*$", key_of(text.partition("\n")[0]))
    return column.units.get(match[1]) if match else None


@cache
def _known_headings(kind: SheetKind) -> dict[str, tuple[Column, float | None]]:
    """Column and factor by each heading that is known, as :func:`key_of` gives it."""
    known: dict[str, tuple[Column, float | None]] = {}
    for column in COLUMNS[kind]:
        # Without a unit, a weight could be in kilograms or in half ones; a price is in yuan.
        bare = None if column.units and column.units not in NO_UNIT_NEEDED else 1.0
        if column.units and len(set(column.units.values())) == 1:
            bare = 1.0
        names = (column.zh, column.en, *column.synonyms)
        for name in map(key_of, names):
            known[name] = (column, bare)
            for unit, factor in column.units.items():
                for heading in (
                    f"{name}({unit})",
                    f"{name}[{unit}]",
                    f"{name}{unit}",
                    f"{name}/{unit}",
                    f"{name}_{unit}",
                    f"{name}【{unit}】",
                ):
                    known.setdefault(heading, (column, factor))  # fmt: skip
        # Our own name of the field says its unit.
        known[column.field.casefold()] = (column, 1.0)
    return known
