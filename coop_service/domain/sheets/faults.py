"""What is wrong with a sheet, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass

from coop_service.errors import Fault, both


def column_name(index: int) -> str:
    """Letters of a column, counted from 0: A, B, …, Z, AA, …"""
    name = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


@dataclass(frozen=True, slots=True)
class SheetFault:
    """One thing wrong with one cell.

    Attributes:
        sheet: name of the sheet.
        row: number of the row, from 1.
        column: number of the column, from 0.
        heading: what stands above the cell.
        field: our name of what the cell holds; empty where that is unknown.
        value: what stands in the cell.
        code: stable name of the kind of fault.
        wrong: what is wrong, Chinese / English.
        right: what would be right, Chinese / English.
    """

    sheet: str
    row: int
    column: int
    heading: str
    field: str
    value: str
    code: str
    wrong: str
    right: str

    @property
    def cell(self) -> str:
        """The cell as a spreadsheet names it, such as C17."""
        return f"{column_name(self.column)}{self.row}"

    def as_fault(self) -> Fault:
        """The fault as any other input's, its pointer such as ``订单!C17``."""
        zh, _, en = self.wrong.partition(" / ")
        right_zh, _, right_en = self.right.partition(" / ")
        if self.right:
            zh, en = f"{zh};应为:{right_zh}", f"{en}; right would be: {right_en}"
        heading = self.heading or self.field
        message = both(f"“{heading}”{zh}", f"{self.field or heading}: {en}")
        return Fault(f"{self.sheet}!{self.cell}", self.code, message)
