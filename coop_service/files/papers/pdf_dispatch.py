"""The dispatch sheet (派车单) on paper: A4 on its side, a row for each stop, rest and depot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from reportlab.platypus import Flowable, Spacer

from coop_service.domain.papers.amounts import Amount, OnBoard
from coop_service.domain.papers.context import Place
from coop_service.domain.papers.dispatch import DispatchSheet, DispatchTrip, RestRow, StopRow
from coop_service.domain.problem import AMBIENT
from coop_service.files.papers import words
from coop_service.files.papers.pages import WIDTH_MM, SheetStory
from coop_service.files.papers.parts import (
    LIGHT_SHADE,
    SHADE,
    closing_row,
    flush,
    goods_table,
    grid,
    head_block,
    heading,
    signatures,
    text,
)

_GOODS_MM: Final = (24.0, 9.0, 14.0, 12.0)
_WIDTHS_MM: Final = (8.0, 40.0, 24.0, *_GOODS_MM, *_GOODS_MM, 18.0, 10.0, 10.0, 27.0, 22.0)
_UNLOAD, _LOAD, _ON_BOARD, _SHARE, _TEMPERATURE, _SIGNED, _REFUSED = 3, 7, 11, 12, 13, 14, 15
_COLUMNS: Final = len(_WIDTHS_MM)

_SIGNERS: Final = (
    ("装车人", "loader"),
    ("司机", "driver"),
    ("调度员", "dispatcher"),
    ("回场验收", "receiver at the depot"),
)


def dispatch_story(sheet: DispatchSheet) -> SheetStory:
    """The sheet as flowing parts."""
    width_mm = WIDTH_MM[True]
    rows = _Rows(sheet)
    story: list[Flowable] = [
        head_block(sheet.head, _facts(sheet), width_mm),
        grid(rows.cells, _WIDTHS_MM, rows.commands, heading_rows=2),
    ]
    return SheetStory(sheet.head, True, story)


def _facts(sheet: DispatchSheet) -> list[tuple[str, str, str]]:
    head, note = sheet.head, sheet.head.note
    stops = sum(len(trip.stops) for trip in sheet.trips)
    vehicle = " ".join(text for text in (head.vehicle, note.name) if text)
    return [
        ("车牌", "plate", note.plate),
        ("号牌颜色", "colour", note.plate_colour),
        ("车辆", "vehicle", vehicle),
        ("司机", "driver", note.driver),
        ("电话", "phone", note.phone),
        ("核载", "capacity", words.capacity(head)),
        ("线路", "line", head.line),
        ("出车–收车", "out–back", f"{words.clock(sheet.depart_s)}–{words.clock(sheet.return_s)}"),
        ("站点·里程", "stops, km", f"{stops} 站 · {sheet.distance_km:.1f} km"),
    ]


def _loading_order(trip: DispatchTrip, sheet: DispatchSheet) -> Flowable:
    which = f"第 {trip.number} 趟" if len(sheet.trips) > 1 else ""
    order = " → ".join(map(str, trip.loading_order))
    line = f"\u00a0{which}装车顺序(末站先装,靠车头) loading order, last stop first:{order}"
    return text(line, 8)


class _Rows:
    """The table's cells, and the commands that dress them."""

    def __init__(self, sheet: DispatchSheet) -> None:
        self.cells: list[list[Any]] = []
        self.commands: list[tuple[Any, ...]] = []
        self._add_headings()
        for trip in sheet.trips:
            self._add_trip(trip, is_one_of_many=len(sheet.trips) > 1)
        if len(sheet.trips) > 1:
            self._add_totals("全天合计 day", sheet.unloaded, sheet.loaded)
        self._add_signatures(sheet)

    def _add_headings(self) -> None:
        top = [""] * _COLUMNS
        below = [""] * _COLUMNS
        for column, zh, en in (
            (0, "序", "no."),
            (1, "站点", "site"),
            (2, "到–离 · 时间窗", "arrive–leave"),
            (_ON_BOARD, "离站车上", "on board after"),
            (_SHARE, "满载", "filled"),
            (_TEMPERATURE, "温层", "temp."),
            (_SIGNED, "签收", "signed"),
            (_REFUSED, "拒收/差异", "refused"),
        ):
            top[column] = heading(zh, en)
            self.commands.append(("SPAN", (column, 0), (column, 1)))
        for column, zh, en in ((_UNLOAD, "卸货", "unload"), (_LOAD, "装货", "load")):
            top[column] = text(f"{zh} {en}", 7.5, bold=True, align="centre")
            self.commands.append(("SPAN", (column, 0), (column + 3, 0)))
            names = (("货物", "goods"), ("件", "pcs"), ("kg", "kg"), ("m³", "m³"))
            for offset, (name, english) in enumerate(names):
                below[column + offset] = text(
                    f"{name}" if name == english else f"{name} {english}", 6.5, align="centre"
                )
        self.cells += [top, below]

    def _add_trip(self, trip: DispatchTrip, *, is_one_of_many: bool) -> None:
        if is_one_of_many:
            times = f"{words.clock(trip.depart_s)}–{words.clock(trip.return_s)}"
            self._add_band(f"第 {trip.number} 趟 trip {trip.number} · {times}", SHADE, bold=True)
        start = Place("在途 on the road") if trip.start is None else trip.start
        self._add_depot("出发 depart", start, trip.depart_s, trip.on_board_at_start)
        for row in trip.rows:
            if isinstance(row, StopRow):
                self._add_stop(row)
            else:
                self._add_rest(row)
        self._add_depot("返回 return", trip.end, trip.return_s, trip.on_board_at_end)
        name = f"第 {trip.number} 趟合计 trip" if is_one_of_many else "合计 total"
        self._add_totals(name, trip.unloaded, trip.loaded)

    def _add_stop(self, row: StopRow) -> None:
        cells = [""] * _COLUMNS
        cells[0] = text(str(row.sequence), 10, bold=True, align="centre")
        cells[1] = _site(row)
        cells[2] = _times(row)
        for column, lines in ((_UNLOAD, row.unload), (_LOAD, row.load)):
            cells[column] = goods_table(lines, _GOODS_MM)
            self.commands += flush(column, len(self.cells))
        amounts = f"{words.kg(row.on_board.weight_kg)} kg\n{words.m3(row.on_board.volume_m3)} m³"
        cells[_ON_BOARD] = text(amounts, 7, align="right")
        cells[_SHARE] = text(words.share(row.on_board), 8, bold=True, align="right")
        cells[_TEMPERATURE] = [
            text(words.temperature_name(band), 7.5, bold=band != AMBIENT, align="centre")
            for band in row.temperatures
        ]
        self.cells.append(cells)

    def _add_rest(self, row: RestRow) -> None:
        zh, en = words.RESTS[row.kind]
        minutes = (row.end_s - row.start_s) // 60
        times = f"{words.clock(row.start_s)}–{words.clock(row.end_s)}"
        self._add_band(f"{zh} {en} · {times} · {minutes} 分钟 min", LIGHT_SHADE)

    def _add_band(self, content: str, shade: Any, *, bold: bool = False) -> None:
        cells: list[Any] = [""] * _COLUMNS
        cells[0] = text(content, 8, bold=bold)
        self._span(0, _COLUMNS - 1)
        self._shade(shade)
        self.cells.append(cells)

    def _add_depot(self, what: str, place: Place, time_s: int, on_board: OnBoard) -> None:
        cells: list[Any] = [""] * _COLUMNS
        cells[0] = text(f"{what}:{words.place(place)}", 8, bold=True)
        self._span(0, 1)
        cells[2] = text(words.clock(time_s), 9, bold=True)
        parts = (
            f"车上 on board {words.kg(on_board.weight_kg)} kg",
            f"{words.m3(on_board.volume_m3)} m³",
            words.share(on_board),
        )
        cells[_UNLOAD] = text(" · ".join(part for part in parts if part), 8)
        self._span(_UNLOAD, _REFUSED)
        self._shade(LIGHT_SHADE)
        self.cells.append(cells)

    def _add_totals(self, name: str, unloaded: Amount, loaded: Amount) -> None:
        cells: list[Any] = [""] * _COLUMNS
        cells[0] = text(name, 8, bold=True, align="right")
        self._span(0, 2)
        for column, amount in ((_UNLOAD, unloaded), (_LOAD, loaded)):
            figures = (
                f"{amount.orders} 单 orders",
                words.pieces(amount.pieces),
                words.kg(amount.weight_kg),
                words.m3(amount.volume_m3),
            )
            for offset, figure in enumerate(figures):
                align = "right" if offset else "left"
                cells[column + offset] = text(figure, 7.5, bold=True, align=align)
        self._span(_ON_BOARD, _REFUSED)
        self._shade(SHADE)
        self.cells.append(cells)

    def _add_signatures(self, sheet: DispatchSheet) -> None:
        row = len(self.cells)
        orders = [_loading_order(trip, sheet) for trip in sheet.trips if trip.loading_order]
        parts = [*orders, Spacer(0, 3), signatures(_SIGNERS, WIDTH_MM[True])]
        self.commands += closing_row(row, kept_with=2)
        self.cells.append([parts, *[""] * (_COLUMNS - 1)])

    def _span(self, first: int, last: int) -> None:
        row = len(self.cells)
        self.commands.append(("SPAN", (first, row), (last, row)))

    def _shade(self, shade: Any) -> None:
        row = len(self.cells)
        self.commands.append(("BACKGROUND", (0, row), (-1, row), shade))


def _site(row: StopRow) -> list[Flowable]:
    parts = [text(row.place.name, 9, bold=True)]
    what = "中转站 hub" if row.is_hub else ""
    whom = " ".join(part for part in (row.place.contact, row.place.phone) if part)
    further = " · ".join(part for part in (row.place.township, what, whom) if part)
    if further:
        parts.append(text(further, 7))
    return parts


def _times(row: StopRow) -> list[Flowable]:
    parts = [text(f"{words.clock(row.arrive_s)}–{words.clock(row.depart_s)}", 9, bold=True)]
    details = list(_time_details(row))
    if details:
        parts.append(text("\n".join(details), 6.5))
    return parts


def _time_details(row: StopRow) -> Iterator[str]:
    if row.start_s - row.arrive_s >= 60:
        yield f"{words.clock(row.start_s)} 开始 start"
    if row.windows_s:
        yield f"窗 {words.windows(row.windows_s)}"
