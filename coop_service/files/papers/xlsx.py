"""Papers as a workbook: a worksheet for each, figures as numbers, totals as live sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Final

from xlsxwriter import Workbook

from coop_service.domain.papers import (
    DispatchSheet,
    HandoverSheet,
    LabelSheet,
    LoadingList,
    Sheet,
)
from coop_service.domain.papers.amounts import Amount, GoodsLine, OnBoard
from coop_service.domain.papers.dispatch import DispatchTrip, StopRow
from coop_service.files.papers import words
from coop_service.files.papers.xlsx_page import Formats, Page, sheet_name

_SHADE: Final = "#F3F3F3"

_GOODS_KINDS: Final = ("pieces", "kg", "m3")


def write_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as one workbook; the same sheets give the same bytes."""
    buffer = BytesIO()
    workbook = Workbook(buffer, {"in_memory": True})
    head = sheets[0].head
    title = f"{head.county} {head.date.isoformat()} 单据"
    workbook.set_properties({"title": title, "created": head.printed_at})
    formats = Formats(workbook)
    taken: set[str] = set()
    for sheet in sheets:
        name = sheet_name(sheet.head, taken)
        if isinstance(sheet, DispatchSheet):
            _write_dispatch(workbook, formats, name, sheet)
        elif isinstance(sheet, LoadingList):
            _write_loading(workbook, formats, name, sheet)
        elif isinstance(sheet, HandoverSheet):
            _write_handover(workbook, formats, name, sheet)
        else:
            _write_labels(workbook, formats, name, sheet)
    workbook.close()
    return buffer.getvalue()


def _sums(columns: Mapping[int, Amount]) -> dict[int, float]:
    """Pieces, kg and m3 in three columns from each one on."""
    return {
        first + offset: value
        for first, amount in columns.items()
        for offset, value in enumerate((amount.pieces, amount.weight_kg, amount.volume_m3))
    }


def _goods(first: int, line: GoodsLine | None) -> dict[int, object]:
    """Name, pieces, kg and m3 of goods in four columns."""
    if line is None:
        return {}
    return {first: words.line_name(line), **_sums({first + 1: line.amount})}


def _goods_kinds(*firsts: int) -> dict[int, str]:
    return {first + offset: kind for first in firsts for offset, kind in enumerate(_GOODS_KINDS)}


_DISPATCH_COLUMNS: Final = (
    ("序\nno.", 5.0),
    ("站点\nsite", 18.0),
    ("乡镇\ntownship", 11.0),
    ("联系人·电话\ncontact", 14.0),
    ("到达\narrive", 7.0),
    ("离开\nleave", 7.0),
    ("时间窗\nwindow", 13.0),
    ("卸货\nunload", 14.0),
    ("件\npcs", 6.0),
    ("kg", 8.0),
    ("m³", 7.0),
    ("装货\nload", 14.0),
    ("件\npcs", 6.0),
    ("kg", 8.0),
    ("m³", 7.0),
    ("车上 kg\non board", 9.0),
    ("车上 m³\non board", 9.0),
    ("满载\nfilled", 7.0),
    ("温层\ntemp.", 8.0),
    ("签收\nsigned", 14.0),
    ("拒收/差异\nrefused", 12.0),
)
_UNLOAD, _LOAD, _ON_BOARD = 7, 11, 15
_DISPATCH_KINDS: Final = {
    0: "whole",
    4: "time",
    5: "time",
    **_goods_kinds(_UNLOAD + 1, _LOAD + 1),
    _ON_BOARD: "kg",
    _ON_BOARD + 1: "m3",
    _ON_BOARD + 2: "share",
}


def _write_dispatch(workbook: Workbook, formats: Formats, name: str, sheet: DispatchSheet) -> None:
    head, note = sheet.head, sheet.head.note
    page = Page(workbook, formats, name, head, _DISPATCH_COLUMNS, is_landscape=True)
    times = f"{words.clock(sheet.depart_s)}–{words.clock(sheet.return_s)}"
    page.add_title(
        [
            (
                "车牌",
                f"{note.plate}  号牌颜色:{note.plate_colour}  车辆:{head.vehicle} {note.name}",
            ),
            ("司机", f"{note.driver}  电话:{note.phone}  核载:{words.capacity(head)}"),
            ("线路", f"{head.line}  出车–收车:{times}  里程:{sheet.distance_km:.1f} km"),
        ]
    )
    page.add_headings()
    totals = []
    for trip in sheet.trips:
        if len(sheet.trips) > 1:
            page.add_band(f"第 {trip.number} 趟 trip {trip.number}", bold=True, bg_color=_SHADE)
        first = page.row
        _write_trip(page, trip)
        sums = _sums({_UNLOAD + 1: trip.unloaded, _LOAD + 1: trip.loaded})
        title = f"第 {trip.number} 趟合计" if len(sheet.trips) > 1 else "合计 total"
        totals.append(page.add_sums(title, sums, _DISPATCH_KINDS, (first, page.row - 1)))
    if len(totals) > 1:
        sums = _sums({_UNLOAD + 1: sheet.unloaded, _LOAD + 1: sheet.loaded})
        page.add_sums_of("全天合计 day", sums, _DISPATCH_KINDS, totals)
    for trip in sheet.trips:
        if trip.loading_order:
            order = " → ".join(map(str, trip.loading_order))
            page.add_band(f"第 {trip.number} 趟装车顺序(末站先装,靠车头):{order}")
    page.finish(("装车人 loader", "司机 driver", "调度员 dispatcher", "回场验收 receiver"))


def _write_trip(page: Page, trip: DispatchTrip) -> None:
    start = "在途 on the road" if trip.start is None else words.place(trip.start)
    _write_depot(page, f"出发 depart:{start}", trip.depart_s, trip.on_board_at_start)
    for row in trip.rows:
        if isinstance(row, StopRow):
            _write_stop(page, row)
        else:
            zh, en = words.RESTS[row.kind]
            values = {1: f"{zh} {en}", 4: row.start_s, 5: row.end_s}
            page.add_row(values, _DISPATCH_KINDS, bg_color=_SHADE)
    end = f"返回 return:{words.place(trip.end)}"
    _write_depot(page, end, trip.return_s, trip.on_board_at_end)


def _write_depot(page: Page, name: str, time_s: int, on_board: OnBoard) -> None:
    values = {
        1: name,
        4: time_s,
        _ON_BOARD: on_board.weight_kg,
        _ON_BOARD + 1: on_board.volume_m3,
        _ON_BOARD + 2: on_board.share,
    }
    page.add_row(values, _DISPATCH_KINDS, bg_color=_SHADE)


def _write_stop(page: Page, row: StopRow) -> None:
    """As many rows as goods are unloaded or loaded; figures of the stop stand in the first."""
    contact = " ".join(part for part in (row.place.contact, row.place.phone) if part)
    stop: dict[int, object] = {
        0: row.sequence,
        1: row.place.name,
        2: row.place.township,
        3: contact,
        4: row.arrive_s,
        5: row.depart_s,
        6: words.windows(row.windows_s),
        _ON_BOARD: row.on_board.weight_kg,
        _ON_BOARD + 1: row.on_board.volume_m3,
        _ON_BOARD + 2: row.on_board.share,
        _ON_BOARD + 3: "、".join(map(words.temperature_name, row.temperatures)),
    }
    for index in range(max(len(row.unload), len(row.load), 1)):
        unload = row.unload[index] if index < len(row.unload) else None
        load = row.load[index] if index < len(row.load) else None
        goods = {**_goods(_UNLOAD, unload), **_goods(_LOAD, load)}
        page.add_row({**stop, **goods}, _DISPATCH_KINDS)
        stop = {}


_LOADING_COLUMNS: Final = (
    ("装序\norder", 7.0),
    ("站序\nstop", 7.0),
    ("站点\nsite", 22.0),
    ("乡镇\ntownship", 12.0),
    ("车厢位置\nposition", 12.0),
    ("货物\ngoods", 18.0),
    ("件\npcs", 7.0),
    ("kg", 9.0),
    ("m³", 8.0),
    ("实装件数\nloaded", 12.0),
)
_LOADING_KINDS: Final = {0: "whole", 1: "whole", **_goods_kinds(6)}


def _write_loading(workbook: Workbook, formats: Formats, name: str, sheet: LoadingList) -> None:
    head, note = sheet.head, sheet.head.note
    page = Page(workbook, formats, name, head, _LOADING_COLUMNS, is_landscape=False)
    page.add_title(
        [
            ("车牌", f"{note.plate} {note.plate_colour}  车辆:{head.vehicle} {note.name}"),
            ("司机", f"{note.driver} {note.phone}  核载:{words.capacity(head)}"),
            ("线路", head.line),
        ]
    )
    page.add_headings()
    totals = []
    for trip in sheet.trips:
        title = words.loading_title(trip, is_one_of_many=len(sheet.trips) > 1)
        page.add_band(title, bold=True, bg_color=_SHADE)
        for mix in trip.warnings:
            page.add_band(words.warning(mix), bold=True)
        if trip.collected.orders:
            page.add_band(words.collected(trip.collected))
        for section in trip.sections:
            is_one_of_many = len(trip.sections) > 1
            page.add_band(words.band(section.temperature, is_one_of_many=is_one_of_many))
            first = page.row
            for row in section.rows:
                values: dict[int, object] = {
                    0: row.order,
                    1: row.sequence,
                    2: row.place.name,
                    3: row.place.township,
                    4: words.POSITIONS[row.position],
                }
                for line in row.lines:
                    page.add_row({**values, **_goods(5, line)}, _LOADING_KINDS)
                    values = {}
            title = f"{words.temperature_name(section.temperature)}小计"
            rows = (first, page.row - 1)
            totals.append(page.add_sums(title, _sums({6: section.amount}), _LOADING_KINDS, rows))
    if totals:
        page.add_sums_of("合计 total", _sums({6: sheet.amount}), _LOADING_KINDS, totals)
    page.finish(("装车人 loader", "司机 driver", "仓库发货 issued by"))


_HANDOVER_COLUMNS: Final = (
    ("方向\ndirection", 11.0),
    ("交出车辆\nbrought by", 18.0),
    ("接收车辆\ntaken by", 18.0),
    ("货物\ngoods", 16.0),
    ("件\npcs", 7.0),
    ("kg", 9.0),
    ("m³", 8.0),
    ("村点\nvillages", 26.0),
    ("到站\narrives", 8.0),
    ("备好\nready", 8.0),
    ("离站\nleaves", 8.0),
    ("交出签字\nhanded over", 14.0),
    ("接收签字\nreceived", 14.0),
)
_HANDOVER_KINDS: Final = {8: "time", 9: "time", 10: "time", **_goods_kinds(4)}


def _write_handover(workbook: Workbook, formats: Formats, name: str, sheet: HandoverSheet) -> None:
    page = Page(workbook, formats, name, sheet.head, _HANDOVER_COLUMNS, is_landscape=True)
    hub = sheet.head.hub
    page.add_title([("中转站", "" if hub is None else words.place(hub))])
    page.add_headings()
    totals = []
    for hour in sheet.hours:
        until_s = hour.from_s + 3600
        page.add_band(f"{words.clock(hour.from_s)}–{words.clock(until_s)}", bg_color=_SHADE)
        first = page.row
        for row in hour.rows:
            taken = row.taken
            values: dict[int, object] = {
                0: words.DIRECTIONS[row.direction][0],
                1: words.vehicle(row.brought.vehicle, row.brought.note),
                2: "留站过夜" if taken is None else words.vehicle(taken.vehicle, taken.note),
                7: "、".join(place.name for place in row.villages),
                8: row.arrived_s,
                9: row.ready_s,
                10: row.left_s,
            }
            for line in row.lines:
                page.add_row({**values, **_goods(3, line)}, _HANDOVER_KINDS)
                values = {}
        rows = (first, page.row - 1)
        totals.append(page.add_sums("小计", _sums({4: hour.amount}), _HANDOVER_KINDS, rows))
    whole = _sums({4: sheet.total})
    page.add_sums_of("合计 total", whole, _HANDOVER_KINDS, totals)
    lots = [lot for row in sheet.rows for lot in row.lots]
    if lots:
        page.add_band("上行批次标识(集货后保持不变) inbound lots", bold=True, bg_color=_SHADE)
    for lot in lots:
        values = {
            1: lot.identifier or "未赋标识 none",
            2: lot.key,
            3: words.goods_name(lot.goods_class),
            **_sums({4: lot.amount}),
            7: words.place(lot.origin),
        }
        page.add_row(values, _HANDOVER_KINDS)
    page.finish(("中转站负责人 hub", "干线司机 trunk driver", "支线司机 branch driver"))


_LABEL_COLUMNS: Final = (
    ("站序\nstop", 7.0),
    ("标识\nidentifier", 44.0),
    ("订单\norder", 24.0),
    ("货物\ngoods", 16.0),
    ("件\npcs", 7.0),
    ("kg", 9.0),
    ("m³", 8.0),
    ("温层\ntemp.", 8.0),
    ("产地\nfrom", 22.0),
    ("送至\nto", 18.0),
)
_LABEL_KINDS: Final = {0: "whole", **_goods_kinds(4)}


def _write_labels(workbook: Workbook, formats: Formats, name: str, sheet: LabelSheet) -> None:
    page = Page(workbook, formats, name, sheet.head, _LABEL_COLUMNS, is_landscape=True)
    page.add_title([("车辆", words.vehicle(sheet.head.vehicle, sheet.head.note))])
    page.add_headings()
    first = page.row
    for label in sheet.labels:
        lot = label.lot
        values: dict[int, object] = {
            0: label.sequence,
            1: lot.identifier or "未赋标识 none",
            2: lot.key,
            3: words.goods_name(lot.goods_class),
            **_sums({4: lot.amount}),
            7: words.temperature_name(lot.temperature),
            8: words.place(lot.origin),
            9: words.place(lot.destination),
        }
        page.add_row(values, _LABEL_KINDS)
    page.add_sums("合计 total", _sums({4: sheet.total}), _LABEL_KINDS, (first, page.row - 1))
    page.finish()
