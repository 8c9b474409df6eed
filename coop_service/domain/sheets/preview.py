"""What an import would do, row by row, and the choices that its sender makes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum, StrEnum
from typing import Any, Final

from coop_service.domain.coordinates import Crs
from coop_service.domain.records import DayOrder, Road, Site, Van
from coop_service.domain.sheets.columns import SheetKind
from coop_service.domain.sheets.faults import SheetFault
from coop_service.domain.sheets.rows import SheetRow
from coop_service.domain.sheets.site_matching import NEAREST_WITHIN_M

SHEET_SOURCE: Final = "表格导入 / sheet import"
"""Source of what a sheet states without one; the same whatever the file is called."""


@dataclass(frozen=True, slots=True)
class SheetOptions:
    """How a file is to be read.

    Attributes:
        kind: what its rows are, but in sheets whose name says otherwise, which are passed over;
            None: as sheet names and headings say.
        day: date of the orders whose row has none.
        crs: of positions whose row says none; None: such a position is a fault.
        near_m: an order's position is a site's if it is no farther away, in metres.
        mapping: heading of a field, by the field's name, or by ``kind.field``.
    """

    kind: SheetKind | None = None
    day: dt.date | None = None
    crs: Crs | None = None
    near_m: float = NEAREST_WITHIN_M
    mapping: Mapping[str, str] | None = None


class RowAction(StrEnum):
    """What taking a row would do."""

    CREATE = "create"
    CHANGE = "change"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a stored record that a row would change, as JSON values."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RowPreview:
    """What a row would do.

    Attributes:
        kind: what it is.
        sheet: name of its sheet.
        row: its number, from 1.
        name: key or code of its record; None: it could not be read.
        does: what taking it would do.
        changes: the fields it would change.
        notes: what its reader should know, Chinese / English.
        faults: why it is refused; one at the headings is shared by all rows below.
    """

    kind: SheetKind
    sheet: str
    row: int
    name: str | None
    does: RowAction
    changes: tuple[FieldChange, ...] = ()
    notes: tuple[str, ...] = ()
    faults: tuple[SheetFault, ...] = ()

    @property
    def own_faults(self) -> tuple[SheetFault, ...]:
        """The faults of its own cells, without those at the headings."""
        return tuple(fault for fault in self.faults if fault.row == self.row)


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """A sheet of the file.

    Attributes:
        name: its name.
        kind: what its rows are; None: the sheet was passed over, its headings say nothing.
        header_row: number of the row of headings, from 1; 0 where there is none.
        columns: heading of each field that is read.
        ignored: headings that nothing is known of.
        examples: rows left out as examples.
    """

    name: str
    kind: SheetKind | None
    header_row: int = 0
    columns: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    examples: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking a file would do: the same file and the same county give the same preview."""

    sheets: tuple[SheetSummary, ...]
    rows: tuple[RowPreview, ...]

    @property
    def shared_faults(self) -> tuple[SheetFault, ...]:
        """The faults at the headings, each once."""
        found = (fault for row in self.rows for fault in row.faults if fault.row != row.row)
        return tuple(dict.fromkeys(found))

    @property
    def faults(self) -> tuple[SheetFault, ...]:
        """Every fault once: those at the headings, then those of the rows in their order."""
        own = (fault for row in self.rows for fault in row.faults if fault.row == row.row)
        return (*self.shared_faults, *own)

    def counts(self) -> dict[str, dict[str, int]]:
        """Number of rows by kind and by what they would do."""
        counted = Counter((row.kind, row.does) for row in self.rows)
        return {
            kind.value: {does.value: counted[kind, does] for does in RowAction}
            for kind in SheetKind
            if any(counted[kind, does] for does in RowAction)
        }


def preview_row(
    row: SheetRow, name: str | None, is_new: bool, changes: tuple[FieldChange, ...]
) -> RowPreview:
    """What taking a row would do, now that all its faults are known."""
    if row.faults:
        does, changes = RowAction.REFUSED, ()
    elif is_new:
        does = RowAction.CREATE
    else:
        does = RowAction.CHANGE if changes else RowAction.SAME
    return RowPreview(
        row.layout.kind,
        row.layout.sheet,
        row.number,
        name,
        does,
        changes,
        tuple(row.notes),
        tuple(sorted(dict.fromkeys(row.faults), key=lambda fault: (fault.row, fault.column))),
    )


def find_changes(
    before: Site | Road | Van | DayOrder, after: Site | Road | Van | DayOrder, prefix: str = ""
) -> tuple[FieldChange, ...]:
    """The fields in which two records of one kind differ."""
    return tuple(
        FieldChange(prefix + field.name, as_json(old), as_json(new))
        for field in fields(before)
        if (old := getattr(before, field.name)) != (new := getattr(after, field.name))
    )


def as_json(value: Any) -> Any:
    """A field's value as JSON."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [as_json(item) for item in value]
    return value
