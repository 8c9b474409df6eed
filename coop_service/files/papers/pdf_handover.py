"""The handover sheet (交接单) of a hub on paper: A4 on its side, hour by hour."""

from __future__ import annotations

from typing import Any, Final

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, Spacer

from coop_service.domain.handovers import HubHour
from coop_service.domain.papers.amounts import Amount
from coop_service.domain.papers.handover import HandoverRow, HandoverSheet, HandoverVehicle
from coop_service.domain.papers.labels import Lot
from coop_service.files.papers import words
from coop_service.files.papers.pages import WIDTH_MM, SheetStory
from coop_service.files.papers.parts import (
    LIGHT_SHADE,
    SHADE,
    QrCode,
    flush,
    goods_table,
    grid,
    head_block,
    heading,
    signatures,
    text,
)

_GOODS_MM: Final = (25.0, 10.0, 15.0, 12.0)
_WIDTHS_MM: Final = (15.0, 29.0, 29.0, *_GOODS_MM, 46.0, 13.0, 13.0, 13.0, 28.0, 29.0)
_GOODS = 3
_COLUMNS: Final = len(_WIDTHS_MM)

_LOTS_ACROSS: Final = 4
_CODE_MM: Final = 17.0

_SIGNERS: Final = (
    ("中转站负责人", "hub"),
    ("干线司机", "trunk driver"),
    ("支线司机", "branch driver"),
)


def handover_story(sheet: HandoverSheet) -> SheetStory:
    """The sheet as flowing parts."""
    width_mm = WIDTH_MM[True]
    story: list[Flowable] = [head_block(sheet.head, _facts(sheet), width_mm)]
    rows = _Rows(sheet)
    story.append(grid(rows.cells, _WIDTHS_MM, rows.commands))
    story.append(CondPageBreak(40 * mm))
    story += [_caption("到站与离站(按小时) · arriving and leaving by hour"), _by_hour(sheet)]
    story += [CondPageBreak(25 * mm), Spacer(0, 6), signatures(_SIGNERS, width_mm)]
    lots = [lot for row in sheet.rows for lot in row.lots]
    if lots:
        story.append(CondPageBreak(45 * mm))
        story += [_caption("上行批次标识(集货后保持不变) · inbound lots keep their identifiers")]
        story.append(_lots(lots))
    return SheetStory(sheet.head, True, story)


def _caption(content: str) -> Flowable:
    caption = text(content, 9, bold=True)
    caption.spaceBefore = 6
    caption.spaceAfter = 3
    return caption


def _facts(sheet: HandoverSheet) -> list[tuple[str, str, str]]:
    hub = sheet.head.hub
    name = "" if hub is None else words.place(hub)
    whom = "" if hub is None else " ".join(part for part in (hub.contact, hub.phone) if part)
    facts = [
        ("中转站", "hub", name),
        ("联系人", "contact", whom),
        ("交接次数", "handovers", str(len(sheet.rows))),
        ("下行合计", "outbound", _amount(sheet.outbound)),
        ("上行合计", "inbound", _amount(sheet.inbound)),
    ]
    if sheet.head.vehicle:
        facts.append(("仅列车辆", "only", words.vehicle(sheet.head.vehicle, sheet.head.note)))
    return facts


def _amount(amount: Amount) -> str:
    return (
        f"{words.pieces(amount.pieces)} 件 {words.kg(amount.weight_kg)} kg "
        f"{words.m3(amount.volume_m3)} m³"
    )


class _Rows:
    """The table's cells, and the commands that dress them."""

    def __init__(self, sheet: HandoverSheet) -> None:
        self.cells: list[list[Any]] = [
            [
                heading("方向", "direction"),
                heading("交出车辆", "brought by"),
                heading("接收车辆", "taken by"),
                heading("货物", "goods"),
                heading("件", "pieces"),
                heading("kg", "weight"),
                heading("m³", "volume"),
                heading("村点", "villages"),
                heading("到站", "arrives"),
                heading("备好", "ready"),
                heading("离站", "leaves"),
                heading("交出签字", "handed over"),
                heading("接收签字", "received"),
            ]
        ]
        self.commands: list[tuple[Any, ...]] = []
        for hour in sheet.hours:
            until_s = hour.from_s + 3600
            self._add_band(
                f"{words.clock(hour.from_s)}–{words.clock(until_s)} 到站 arriving · "
                f"{_amount(hour.amount)}"
            )
            for row in hour.rows:
                self._add_row(row)

    def _add_band(self, content: str) -> None:
        index = len(self.cells)
        self.commands += [
            ("SPAN", (0, index), (-1, index)),
            ("BACKGROUND", (0, index), (-1, index), LIGHT_SHADE),
            ("NOSPLIT", (0, index), (-1, index + 1)),
        ]
        self.cells.append([text(content, 8, bold=True), *[""] * (_COLUMNS - 1)])

    def _add_row(self, row: HandoverRow) -> None:
        index = len(self.cells)
        zh, detail = words.DIRECTIONS[row.direction]
        cells: list[Any] = [""] * _COLUMNS
        cells[0] = [text(zh, 9, bold=True), text(detail, 6)]
        cells[1] = _vehicle(row.brought)
        cells[2] = (
            text("留站过夜\nstays overnight", 8) if row.taken is None else _vehicle(row.taken)
        )
        cells[_GOODS] = goods_table(row.lines, _GOODS_MM)
        cells[_GOODS + 4] = text("、".join(place.name for place in row.villages), 7.5)
        times = (row.arrived_s, row.ready_s, row.left_s)
        for offset, time_s in enumerate(times, start=_GOODS + 5):
            shown = "—" if time_s is None else words.clock(time_s)
            cells[offset] = text(shown, 9, bold=True, align="centre")
        self.commands += flush(_GOODS, index)
        self.cells.append(cells)


def _vehicle(vehicle: HandoverVehicle) -> list[Flowable]:
    name = vehicle.note.plate or vehicle.vehicle
    further = [vehicle.vehicle] if vehicle.note.plate else []
    further += [f"第 {vehicle.trip} 趟", vehicle.note.driver]
    return [text(name, 8.5, bold=True), text(" ".join(part for part in further if part), 7)]


def _by_hour(sheet: HandoverSheet) -> Flowable:
    cells: list[list[Any]] = [
        [
            heading("时段", "hour"),
            heading("方向", "direction"),
            *(
                heading(zh, en)
                for zh, en in (
                    ("到站单", "orders in"),
                    ("到站件", "pieces in"),
                    ("到站 kg", "kg in"),
                    ("离站单", "orders out"),
                    ("离站件", "pieces out"),
                    ("离站 kg", "kg out"),
                )
            ),
        ]
    ]
    cells += [_hour_cells(hour) for hour in sheet.by_hour]
    table = grid(cells, (30.0, 24.0, *[22.0] * 6), [("BACKGROUND", (0, 0), (-1, 0), SHADE)])
    table.hAlign = "LEFT"
    return table


def _hour_cells(hour: HubHour) -> list[Any]:
    times = f"{words.clock(hour.from_s)}–{words.clock(hour.from_s + 3600)}"
    figures = [
        figure
        for goods in (hour.arriving, hour.leaving)
        for figure in (str(goods.orders), words.pieces(goods.pieces), words.kg(goods.weight_kg))
    ]
    return [
        text(times, 8, align="centre"),
        text(words.DIRECTIONS[hour.direction][0], 8, align="centre"),
        *(text(figure, 8, align="right") for figure in figures),
    ]


def _lots(lots: list[Lot]) -> Flowable:
    each = WIDTH_MM[True] / _LOTS_ACROSS
    boxes: list[Any] = []
    for lot in lots:
        boxes += [QrCode(lot.code, _CODE_MM * mm), _lot_text(lot)]
    boxes += [""] * (-len(boxes) % (2 * _LOTS_ACROSS))
    across = 2 * _LOTS_ACROSS
    rows = [boxes[start : start + across] for start in range(0, len(boxes), across)]
    widths = [_CODE_MM + 2, each - _CODE_MM - 2] * _LOTS_ACROSS
    return grid(rows, widths, heading_rows=0, padding=0.5)


def _lot_text(lot: Lot) -> list[Flowable]:
    amount = lot.amount
    return [
        text(words.identifier(lot), 7, bold=True),
        text(
            f"{words.goods_name(lot.goods_class)} {words.pieces(amount.pieces)} 件 "
            f"{words.kg(amount.weight_kg)} kg\n{words.place(lot.origin)}",
            7,
        ),
    ]
