"""How papers write what they print: names of goods, amounts, times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from coop_service.domain.goods import GOODS_CLASSES, TEMPERATURES
from coop_service.domain.papers.amounts import Amount, GoodsLine, OnBoard
from coop_service.domain.papers.context import Place, SheetHead, VehicleNote
from coop_service.domain.papers.labels import Lot
from coop_service.domain.papers.loading import LoadingTrip, MixWarning, Position
from coop_service.domain.plan import RestKind
from coop_service.domain.problem import AMBIENT, Direction, Window

SYNTHETIC_ROADS: Final = "距离为示意路网 · distances on a synthetic road network"

_WEEKDAYS: Final = "一二三四五六日"
_S_PER_DAY: Final = 86_400

_GROUPS: Final = {"edible": "食品"}

POSITIONS: Final = {
    Position.FRONT: "前(靠车头)",
    Position.MIDDLE: "中",
    Position.REAR: "后(靠车门)",
}

RESTS: Final = {
    RestKind.DRIVING: ("停车休息", "rest"),
    RestKind.LUNCH: ("午餐休息", "lunch"),
}

DIRECTIONS: Final = {
    Direction.OUTBOUND: ("下行", "干线→支线"),
    Direction.INBOUND: ("上行", "支线→干线"),
}

DRIVER_PAGE: Final = "司机扫码 driver's page"
PAPERS: Final = "单据 papers"
"""What the codes of a sheet lead to, where it has two."""

STATES: Final = {
    "draft": "草案,未下达 · draft, not released",
    "released": "已下达 · released",
    "in_progress": "执行中 · in progress",
    "closed": "已完成 · closed",
    "superseded": "已被新版取代,勿用 · superseded, do not use",
}
"""States of a plan as a paper shows them."""


def goods_name(code: str | None) -> str:
    """Chinese name of a class or group of goods; an unknown one as it is."""
    if code is None:
        return "货物"
    goods = GOODS_CLASSES.get(code)
    return goods.zh if goods is not None else _GROUPS.get(code, code)


def line_name(line: GoodsLine) -> str:
    """Name of a goods line, with its temperature where that is not ambient."""
    name = goods_name(line.goods_class)
    if line.temperature == AMBIENT:
        return name
    return f"{name}({temperature_name(line.temperature)})"


def temperature_name(code: str) -> str:
    """Chinese name of a temperature band."""
    band = TEMPERATURES.get(code)
    return code if band is None else band.zh


def temperature_range(code: str) -> str:
    """Degrees of a band, e.g. ``0–8 °C``; empty where it is not limited."""
    band = TEMPERATURES.get(code)
    if band is None or band.highest_c is None:
        return ""
    if band.lowest_c is None:
        return f"≤ {band.highest_c:g} °C"
    return f"{band.lowest_c:g}–{band.highest_c:g} °C"


def clock(time_s: int) -> str:
    """Hours and minutes; of a later day with the number of days, ``+1 01:10``."""
    if time_s == _S_PER_DAY:
        return "24:00"
    days, second = divmod(time_s, _S_PER_DAY)
    text = f"{second // 3600:02d}:{second % 3600 // 60:02d}"
    return f"{days:+d} {text}" if days else text


def windows(windows_s: Iterable[Window]) -> str:
    """Windows as ``08:00–11:30``, several of them separated."""
    return "、".join(f"{clock(first)}–{clock(last)}" for first, last in windows_s)


def pieces(amount: float) -> str:
    """A number of pieces."""
    return f"{amount:.0f}" if float(amount).is_integer() else f"{amount:.1f}"


def kg(amount: float) -> str:
    """Kilograms to one decimal."""
    return f"{amount:.1f}"


def m3(amount: float) -> str:
    """Cubic metres to two decimals; what is too small for them is told."""
    return "<0.01" if 0 < amount < 0.005 else f"{amount:.2f}"


def share(on_board: OnBoard) -> str:
    """Share of the capacity in per cent."""
    return "" if on_board.share is None else f"{on_board.share:.0%}"


def capacity(head: SheetHead) -> str:
    """What the vehicle may carry."""
    texts = [
        f"{head.capacity[unit]:g} {name}"
        for unit, name in (("weight_kg", "kg"), ("volume_m3", "m³"), ("pieces", "件"))
        if unit in head.capacity
    ]
    return " / ".join(texts)


def day(date: dt.date) -> str:
    """A date with its weekday."""
    return f"{date.isoformat()} 周{_WEEKDAYS[date.weekday()]}"


def place(place: Place) -> str:
    """A place on one line, with its township."""
    return f"{place.name}({place.township})" if place.township else place.name


def vehicle(name: str, note: VehicleNote) -> str:
    """A vehicle on one line: its plate where that is known, and its id."""
    return f"{note.plate} {name}" if note.plate else name


def identifier(lot: Lot) -> str:
    """The identifier on two lines, prefix and suffix; the order's key where there is none."""
    if lot.identifier is None:
        return f"未赋标识 no identifier\n{lot.key}"
    return lot.identifier.replace("/", "/\n", 1)


def band(code: str, *, is_one_of_many: bool) -> str:
    """Heading of the goods of one temperature band."""
    limits = temperature_range(code)
    name = " ".join(part for part in (temperature_name(code), limits, code) if part)
    return f"{name} · 单独堆放,不与其他温层混放 kept apart" if is_one_of_many else name


def loading_title(trip: LoadingTrip, *, is_one_of_many: bool) -> str:
    """Which trip is loaded, where and by when."""
    which = f"第 {trip.number} 趟 trip {trip.number} · " if is_one_of_many else ""
    if trip.place is None:
        return f"{which}在途,以下货物已在车上 · on the road, already on board"
    loading = f"{clock(trip.load_from_s)} 起装车," if trip.load_from_s < trip.depart_s else ""
    filled = share(trip.on_board_at_start)
    told = f" · 装载率 filled {filled}" if filled else ""
    return f"{which}{place(trip.place)} · {loading}{clock(trip.depart_s)} 出发 depart{told}"


def collected(amount: Amount) -> str:
    """What a van takes in on the way."""
    return (
        f"途中另装 {amount.orders} 单、{pieces(amount.pieces)} 件、{kg(amount.weight_kg)} kg、"
        f"{m3(amount.volume_m3)} m³,请留出车门处通道。 Collected on the way: keep the doors clear."
    )


def warning(mix: MixWarning) -> str:
    """Which goods must never touch which."""
    against = goods_name(mix.against)
    classes = "、".join(map(goods_name, mix.classes_against))
    if classes != against:
        against = f"{against}({classes})"
    line = f"!禁忌:{goods_name(mix.goods)}({_stops(mix.stops)})不得与{against}"
    if mix.stops_against:
        return f"{line}({_stops(mix.stops_against)})同时在车、不得接触。 Must never touch."
    return f"{line}同车。 Must never touch."


def _stops(sequences: tuple[int, ...]) -> str:
    return f"第 {'、'.join(map(str, sequences))} 站"


def title(head: SheetHead) -> str:
    """What a sheet is and whose, on one line."""
    who = vehicle(head.vehicle, head.note) if head.vehicle else ""
    where = head.hub.name if head.hub is not None else ""
    return " · ".join(text for text in (head.kind.zh, where, who) if text)


def state(head: SheetHead) -> str:
    """The plan's state where it has one."""
    return STATES.get(head.state, head.state)
