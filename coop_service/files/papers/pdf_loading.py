"""The loading list (装车单) on paper: A4 upright, the first goods to go in on top."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.colors import black, white
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer

from coop_service.domain.papers.loading import (
    LoadingList,
    LoadingSection,
    LoadingTrip,
    MixWarning,
)
from coop_service.files.papers import words
from coop_service.files.papers.fonts import REGULAR, printable
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

_GOODS_MM: Final = (32.0, 12.0, 16.0, 14.0)
_WIDTHS_MM: Final = (11.0, 11.0, 50.0, 21.0, *_GOODS_MM, 23.0)
_GOODS = 4
_COLUMNS: Final = len(_WIDTHS_MM)
_HEAD_ROOM_MM: Final = 70.0

_SIGNERS: Final = (("装车人", "loader"), ("司机", "driver"), ("仓库发货", "issued by"))


def loading_story(sheet: LoadingList) -> SheetStory:
    """The list as flowing parts."""
    width_mm = WIDTH_MM[False]
    story: list[Flowable] = [head_block(sheet.head, _facts(sheet), width_mm, across=2)]
    for trip in sheet.trips:
        is_last = trip is sheet.trips[-1]
        story += _trip(trip, is_one_of_many=len(sheet.trips) > 1, is_last=is_last)
    if not sheet.trips[-1].sections:
        story += [Spacer(0, 6), signatures(_SIGNERS, width_mm)]
    return SheetStory(sheet.head, False, story)


def _facts(sheet: LoadingList) -> list[tuple[str, str, str]]:
    head, note, amount = sheet.head, sheet.head.note, sheet.amount
    total = (
        f"{words.pieces(amount.pieces)} 件 · {words.kg(amount.weight_kg)} kg · "
        f"{words.m3(amount.volume_m3)} m³"
    )
    return [
        ("车牌", "plate", " ".join(part for part in (note.plate, note.plate_colour) if part)),
        ("车辆", "vehicle", " ".join(part for part in (head.vehicle, note.name) if part)),
        ("司机", "driver", " ".join(part for part in (note.driver, note.phone) if part)),
        ("核载", "capacity", words.capacity(head)),
        ("线路", "line", head.line),
        ("装车合计", "to load", total),
    ]


def _trip(trip: LoadingTrip, *, is_one_of_many: bool, is_last: bool) -> Iterator[Flowable]:
    title = text(words.loading_title(trip, is_one_of_many=is_one_of_many), 9.5, bold=True)
    title.spaceBefore = 4
    title.spaceAfter = 3
    parts: list[Flowable] = [title]
    for warning in trip.warnings:
        parts += [_warning(warning), Spacer(0, 3)]
    if trip.collected.orders:
        parts += [text(words.collected(trip.collected), 7.5), Spacer(0, 3)]
    if trip.sections:
        # What belongs above a table is not left alone at the foot of a page.
        yield CondPageBreak(_HEAD_ROOM_MM * mm)
        yield from (*parts, _hold(trip), Spacer(0, 4))
        rows = _Rows(trip)
        if is_last:
            rows.add_signatures()
        yield grid(rows.cells, _WIDTHS_MM, rows.commands)
    else:
        yield KeepTogether([*parts, text("本趟出发时不装货。 Nothing is loaded for this trip.", 8)])


def _warning(warning: MixWarning) -> Flowable:
    content = text(words.warning(warning), 8.5, bold=True)
    return grid([[content]], [WIDTH_MM[False]], heading_rows=0)


class _Rows:
    """The table's cells, and the commands that dress them."""

    def __init__(self, trip: LoadingTrip) -> None:
        self.cells: list[list[Any]] = [
            [
                heading("装序", "order"),
                heading("站序", "stop"),
                heading("站点", "site"),
                heading("车厢位置", "position"),
                heading("货物", "goods"),
                heading("件", "pieces"),
                heading("kg", "weight"),
                heading("m³", "volume"),
                heading("实装件数", "pieces loaded"),
            ]
        ]
        self.commands: list[tuple[Any, ...]] = []
        for section in trip.sections:
            self._add_section(section, is_one_of_many=len(trip.sections) > 1)

    def _add_section(self, section: LoadingSection, *, is_one_of_many: bool) -> None:
        self._add_band(words.band(section.temperature, is_one_of_many=is_one_of_many))
        for row in section.rows:
            index = len(self.cells)
            cells: list[Any] = [""] * _COLUMNS
            cells[0] = text(str(row.order), 11, bold=True, align="centre")
            cells[1] = text(str(row.sequence), 9, align="centre")
            cells[2] = [text(row.place.name, 9, bold=True)]
            if row.place.township:
                cells[2].append(text(row.place.township, 7))
            cells[3] = text(words.POSITIONS[row.position], 8, align="centre")
            cells[_GOODS] = goods_table(row.lines, _GOODS_MM)
            cells[-1] = text("□", 11, align="right")
            self.commands += flush(_GOODS, index)
            self.cells.append(cells)
        self._add_total(section)

    def add_signatures(self) -> None:
        """Boxes to sign in as the last row."""
        row = len(self.cells)
        parts = [Spacer(0, 4), signatures(_SIGNERS, WIDTH_MM[False])]
        self.commands += closing_row(row, kept_with=2)
        self.cells.append([parts, *[""] * (_COLUMNS - 1)])

    def _add_band(self, content: str) -> None:
        index = len(self.cells)
        self.commands += [
            ("SPAN", (0, index), (-1, index)),
            ("BACKGROUND", (0, index), (-1, index), LIGHT_SHADE),
            ("NOSPLIT", (0, index), (-1, index + 1)),
        ]
        self.cells.append([text(content, 8, bold=True), *[""] * (_COLUMNS - 1)])

    def _add_total(self, section: LoadingSection) -> None:
        index, amount = len(self.cells), section.amount
        cells: list[Any] = [""] * _COLUMNS
        name = words.temperature_name(section.temperature)
        cells[0] = text(f"{name}小计 subtotal", 8, bold=True, align="right")
        figures = (
            f"{amount.orders} 单 orders",
            words.pieces(amount.pieces),
            words.kg(amount.weight_kg),
            words.m3(amount.volume_m3),
        )
        for offset, figure in enumerate(figures):
            align = "right" if offset else "left"
            cells[_GOODS + offset] = text(figure, 8, bold=True, align=align)
        self.commands += [
            ("SPAN", (0, index), (3, index)),
            ("BACKGROUND", (0, index), (-1, index), SHADE),
        ]
        self.cells.append(cells)


def _hold(trip: LoadingTrip) -> Flowable:
    """The hold from the side, one bar for each temperature band, cut by volume."""
    width, bar, gap = WIDTH_MM[False] * mm, 5.5 * mm, 1.5 * mm
    left, right = 26 * mm, 14 * mm
    height = len(trip.sections) * (bar + gap)
    drawing = Drawing(width, height)
    for number, section in enumerate(trip.sections):
        y = height - (number + 1) * (bar + gap) + gap
        name = words.temperature_name(section.temperature)
        drawing.add(_label(left - 4, y + 1.9 * mm, f"{name} 车头 front", "end"))
        drawing.add(_label(width - right + 4, y + 1.9 * mm, "车门 rear", "start"))
        _add_bar(drawing, section, left, y, width - left - right, bar)
    return drawing


def _add_bar(
    drawing: Drawing, section: LoadingSection, left: float, y: float, width: float, height: float
) -> None:
    volumes = [row.amount.volume_m3 for row in section.rows]
    if not any(volumes):
        volumes = [row.amount.weight_kg or 1.0 for row in section.rows]
    whole, x = sum(volumes), left
    drawing.add(Rect(left, y, width, height, fillColor=white, strokeColor=black, strokeWidth=0.9))
    for row, volume in zip(section.rows, volumes, strict=True):
        share = width * volume / whole
        if x > left:
            drawing.add(Line(x, y, x, y + height, strokeColor=black, strokeWidth=0.4))
        name = str(row.sequence)
        if share >= 3.2 * len(name) + 3:
            drawing.add(_label(x + share / 2, y + height / 2 - 2.2, name, "middle"))
        x += share


def _label(x: float, y: float, content: str, anchor: str) -> String:
    return String(x, y, printable(content), fontName=REGULAR, fontSize=6.5, textAnchor=anchor)
