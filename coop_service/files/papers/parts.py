"""Parts that all printed papers are made of: text, QR codes, the head, boxes to sign in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final
from xml.sax.saxutils import escape

import segno
from reportlab.lib.colors import Color, black, white
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from coop_service.domain.papers.amounts import GoodsLine
from coop_service.domain.papers.context import SheetHead
from coop_service.files.papers import words
from coop_service.files.papers.fonts import BOLD, REGULAR, printable

THIN: Final = 0.4
"""Rules between rows, points."""

THICK: Final = 0.9
SHADE: Final = Color(0.9, 0.9, 0.9)
LIGHT_SHADE: Final = Color(0.955, 0.955, 0.955)
GREY: Final = Color(0.3, 0.3, 0.3)

QUIET_MODULES: Final = 4
"""White modules around a QR code that ISO/IEC 18004 asks for."""

_ALIGNMENTS: Final = {"left": TA_LEFT, "right": TA_RIGHT, "centre": TA_CENTER}


@cache
def _style(size: float, bold: bool, align: str) -> ParagraphStyle:
    return ParagraphStyle(
        f"{size}-{bold}-{align}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * 1.3,
        alignment=_ALIGNMENTS[align],
        wordWrap="CJK",
        textColor=black,
    )


def text(content: str, size: float = 8, *, bold: bool = False, align: str = "left") -> Paragraph:
    """Text that wraps anywhere, as Chinese does; line breaks are kept."""
    lines = (escape(printable(line)) for line in content.split("\n"))
    return Paragraph("<br/>".join(lines), _style(size, bold, align))


def heading(zh: str, en: str, *, align: str = "centre") -> Paragraph:
    """Name of a column: Chinese, English small below."""
    markup = f'{escape(zh)}<br/><font name="{REGULAR}" size="5.5">{escape(en)}</font>'
    style = ParagraphStyle("heading", _style(7.5, True, align), leading=8.5)
    return Paragraph(markup, style)


class QrCode(Flowable):
    """A QR code in vectors, with its quiet zone inside ``size`` points."""

    def __init__(self, content: str, size: float, *, align: str = "CENTER") -> None:
        super().__init__()
        self.content = content
        self.size = size
        self.hAlign = align

    def wrap(self, *_: float) -> tuple[float, float]:
        """Its size, whatever room there is."""
        return self.size, self.size

    def draw(self) -> None:
        """Dark modules as rectangles, one for each run in a row."""
        rows = [bytes(row) for row in segno.make_qr(self.content, error="m").matrix]
        module = self.size / (len(rows) + 2 * QUIET_MODULES)
        path = self.canv.beginPath()
        for number, row in enumerate(rows, start=1):
            y = self.size - (QUIET_MODULES + number) * module
            for start, length in _runs(row):
                path.rect((QUIET_MODULES + start) * module, y, length * module, module)
        self.canv.saveState()
        self.canv.setFillColor(black)
        self.canv.drawPath(path, stroke=0, fill=1)
        self.canv.restoreState()


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    runs: list[tuple[int, int]] = []
    for column, is_dark in enumerate(row):
        if not is_dark:
            continue
        if runs and sum(runs[-1]) == column:
            start, length = runs.pop()
            runs.append((start, length + 1))
        else:
            runs.append((column, 1))
    return runs


def grid(
    rows: Sequence[Sequence[Any]],
    widths_mm: Sequence[float],
    commands: Sequence[tuple[Any, ...]] = (),
    *,
    heading_rows: int = 1,
    padding: float = 2,
) -> Table:
    """A table with thin rules whose heading is repeated on every page; no row is ever split."""
    table = Table(
        rows, colWidths=[width * mm for width in widths_mm], repeatRows=heading_rows, splitInRow=0
    )
    basic: list[tuple[Any, ...]] = [
        ("GRID", (0, 0), (-1, -1), THIN, black),
        ("BOX", (0, 0), (-1, -1), THICK, black),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ("TOPPADDING", (0, 0), (-1, -1), padding),
        ("BOTTOMPADDING", (0, 0), (-1, -1), padding + 0.5),
    ]
    if heading_rows:
        basic.append(("BACKGROUND", (0, 0), (-1, heading_rows - 1), SHADE))
    table.setStyle(TableStyle([*basic, *commands]))
    return table


def goods_table(lines: Sequence[GoodsLine], widths_mm: Sequence[float]) -> Table | str:
    """Goods with pieces, kg and m3, to lie over as many cells from the left one on.

    The rules between the columns are those of the table below it, so that they reach from rule to
    rule whatever the height of the row.
    """
    if not lines:
        return ""
    rows = [
        [
            text(words.line_name(line)),
            text(words.pieces(line.amount.pieces), align="right"),
            text(words.kg(line.amount.weight_kg), align="right"),
            text(words.m3(line.amount.volume_m3), align="right"),
        ]
        for line in lines
    ]
    table = Table(rows, colWidths=[width * mm for width in widths_mm])
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -2), THIN / 2, GREY),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return table


def flush(column: int, row: int) -> list[tuple[Any, ...]]:
    """Commands that let what is nested in a cell touch its rules."""
    cell = (column, row), (column, row)
    sides = ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")
    return [(side, *cell, 0) for side in sides]


def closing_row(row: int, kept_with: int) -> list[tuple[Any, ...]]:
    """Commands for a last row across the table that stays with so many rows before it."""
    return [
        ("SPAN", (0, row), (-1, row)),
        ("NOSPLIT", (0, max(0, row - kept_with)), (-1, row)),
        *flush(0, row),
    ]


def head_block(
    head: SheetHead, facts: Sequence[tuple[str, str, str]], width_mm: float, *, across: int = 3
) -> Table:
    """Title, facts in so many columns, and the sheet's QR codes.

    Args:
        head: of the sheet.
        facts: Chinese name, English name and value; one without a value leaves room to write.
        width_mm: of the block.
        across: facts in a row.
    """
    code_mm = 30.0
    codes: list[Any] = [QrCode(head.code, code_mm * mm)]
    if head.driver_page:
        # Only where there are two need they be told apart.
        codes = [
            [QrCode(code, code_mm * mm), text(name, 7, bold=True, align="centre")]
            for code, name in ((head.driver_page, words.DRIVER_PAGE), (head.code, words.PAPERS))
        ]
    left_mm = width_mm - len(codes) * code_mm
    titles = Table(
        [
            [
                text(f"{head.kind.zh} {head.kind.en}", 17, bold=True),
                text(f"{head.county}\n{words.day(head.date)}", 9.5, bold=True, align="right"),
            ],
            [text(words.state(head), 8.5, bold=True), text(head.number, 8.5, align="right")],
        ],
        colWidths=[left_mm * 0.62 * mm, left_mm * 0.38 * mm - 6],
        style=[*_TIGHT, ("VALIGN", (0, 0), (-1, -1), "BOTTOM")],
    )
    rows = [facts[start : start + across] for start in range(0, len(facts), across)]
    name_mm = 25.0
    cells: list[list[Any]] = []
    for row in rows:
        line: list[Any] = []
        for zh, en, value in row:
            line += [_fact_name(zh, en), text(value, 9, bold=True)]
        cells.append(line + [""] * (2 * across - len(line)))
    value_mm = (left_mm - 2) / across - name_mm
    table = Table(cells, colWidths=[name_mm * mm, value_mm * mm] * across)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), THIN, black),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
                *(
                    ("BACKGROUND", (2 * column, 0), (2 * column, -1), LIGHT_SHADE)
                    for column in range(across)
                ),
            ]
        )
    )
    block = Table(
        [[[titles, table], *codes]],
        colWidths=[left_mm * mm, *[code_mm * mm] * len(codes)],
        style=[*_TIGHT, ("VALIGN", (0, 0), (-1, -1), "TOP")],
        splitInRow=0,
    )
    block.spaceAfter = 5
    return block


_TIGHT: Final = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
]


def _fact_name(zh: str, en: str) -> Paragraph:
    markup = f'{escape(zh)} <font size="5.5">{escape(en)}</font>'
    return Paragraph(markup, _style(7.5, False, "left"))


def signatures(roles: Sequence[tuple[str, str]], width_mm: float) -> Table:
    """Boxes to sign in, with the time."""
    each = width_mm / len(roles)
    cells = [
        [text(f"{zh} {en}", 7.5, bold=True) for zh, en in roles],
        [""] * len(roles),
        [text("时间 time:", 7) for _ in roles],
    ]
    table = Table(cells, colWidths=[each * mm] * len(roles), rowHeights=[12, 26, 12])
    table.setStyle(
        TableStyle(
            [
                *(("BOX", (at, 0), (at, -1), THICK, black) for at in range(len(roles))),
                ("BACKGROUND", (0, 0), (-1, 0), LIGHT_SHADE),
                ("BACKGROUND", (0, 1), (-1, -1), white),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
            ]
        )
    )
    return table
