"""How papers write what they print: names of goods, amounts, times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from coop_service.domain.goods import GOODS_CLASSES, TEMPERATURES
from coop_service.domain.papers.amounts import GoodsLine, OnBoard
from coop_service.domain.papers.context import Place, SheetHead, VehicleNote
from coop_service.domain.papers.labels import Lot
from coop_service.domain.papers.loading import Position
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

STATES: Final = {"draft": "草案,未下达 · draft, not released"}
"""States of a plan that a paper must show; others are written as they are."""


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


def title(head: SheetHead) -> str:
    """What a sheet is and whose, on one line."""
    who = vehicle(head.vehicle, head.note) if head.vehicle else ""
    where = head.hub.name if head.hub is not None else ""
    return " · ".join(text for text in (head.kind.zh, where, who) if text)


def state(head: SheetHead) -> str:
    """The plan's state where it has one."""
    return STATES.get(head.state, head.state)
