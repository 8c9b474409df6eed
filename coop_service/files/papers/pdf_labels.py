"""Labels (标签) of inbound lots on paper: twelve to a page of A4, to be cut."""

from __future__ import annotations

from typing import Any, Final

from reportlab.lib.colors import black
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Table, TableStyle

from coop_service.domain.papers.context import SheetHead
from coop_service.domain.papers.labels import Label, LabelSheet
from coop_service.files.papers import words
from coop_service.files.papers.pages import WIDTH_MM, SheetStory
from coop_service.files.papers.parts import GREY, THIN, QrCode, text

_ACROSS: Final = 2
_HEIGHT_MM: Final = 43.0
_CODE_MM: Final = 34.0


def labels_story(sheet: LabelSheet) -> SheetStory:
    """The labels as flowing parts."""
    boxes: list[Any] = [_label(sheet.head, label) for label in sheet.labels]
    boxes += [""] * (-len(boxes) % _ACROSS)
    rows = [boxes[start : start + _ACROSS] for start in range(0, len(boxes), _ACROSS)]
    width = WIDTH_MM[False] / _ACROSS * mm
    table = Table(rows, colWidths=[width] * _ACROSS, rowHeights=[_HEIGHT_MM * mm] * len(rows))
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), THIN, GREY, None, (2, 2)),
                ("BOX", (0, 0), (-1, -1), THIN, black, None, (2, 2)),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                *((side, (0, 0), (-1, -1), 2) for side in ("LEFTPADDING", "RIGHTPADDING")),
                *((side, (0, 0), (-1, -1), 0) for side in ("TOPPADDING", "BOTTOMPADDING")),
            ]
        )
    )
    return SheetStory(sheet.head, False, [table])


def _label(head: SheetHead, label: Label) -> Flowable:
    lot, amount = label.lot, label.lot.amount
    goods = words.goods_name(lot.goods_class)
    temperature = words.temperature_name(lot.temperature)
    lines = [
        text(words.identifier(lot), 8.5, bold=True),
        text(f"{goods} · {temperature}", 11, bold=True),
        text(
            f"{words.pieces(amount.pieces)} 件 · {words.kg(amount.weight_kg)} kg · "
            f"{words.m3(amount.volume_m3)} m³",
            9,
        ),
        text(f"产地 from {words.place(lot.origin)}", 8),
        text(f"送至 to {words.place(lot.destination)}", 8),
        text(
            f"{head.date.isoformat()} · {words.vehicle(head.vehicle, head.note)} · "
            f"第 {label.sequence} 站 {words.clock(label.arrive_s)}",
            7,
        ),
    ]
    width = WIDTH_MM[False] / _ACROSS - _CODE_MM - 2
    return Table(
        [[QrCode(lot.code, _CODE_MM * mm), lines]],
        colWidths=[_CODE_MM * mm, width * mm],
        style=TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
                ("TOPPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
            ]
        ),
    )
