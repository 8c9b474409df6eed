"""What a column of a sheet is: its field, its names, its units and how its cells are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from enum import StrEnum
from typing import Any, Final

from coop_service.domain.goods import GOODS_CLASSES, TEMPERATURES
from coop_service.domain.sheets.cells import (
    Cell,
    Reader,
    choice_reader,
    list_reader,
    read_number,
    read_whole,
)
from coop_service.errors import both


class SheetKind(StrEnum):
    """What the rows of a sheet are."""

    SITES = "sites"
    VEHICLES = "vehicles"
    ORDERS = "orders"

    @property
    def zh(self) -> str:
        """The Chinese term, also the name of the sheet in the template."""
        return {"sites": "站点", "vehicles": "车辆", "orders": "订单"}[self.value]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a kind of sheet.

    Attributes:
        field: our name of what it holds, with the unit of the value that is read.
        zh: Chinese heading, without the unit.
        en: English heading.
        read: reader of a cell; unused where there are ``units``.
        right: what would be right in a cell, Chinese / English.
        synonyms: other headings that people write.
        unit: unit that the template's heading names.
        units: factor to the field's unit of each unit, by the name in a heading or cell.
        whole: whether the number is a whole one.
        needed: whether a new record must have it.
        choices: what the template's drop-down offers.
        more: what else the heading's comment says, Chinese / English.
        example: cells of the template's example rows.
    """

    field: str
    zh: str
    en: str
    right: str
    read: Reader | None = None
    synonyms: tuple[str, ...] = ()
    unit: str | None = None
    units: Mapping[str, float] = made(default_factory=dict)
    whole: bool = False
    needed: bool = False
    choices: tuple[str, ...] = ()
    more: str = ""
    example: tuple[Any, ...] = ()

    @property
    def heading(self) -> str:
        """The heading in the template: Chinese with the unit, English below it."""
        unit = f"({self.unit})" if self.unit else ""
        return f"{self.zh}{unit}\n{self.en}"

    def read_cell(self, cell: Cell, factor: float | None) -> Any:
        """What a cell that is not empty holds.

        Args:
            cell: the cell.
            factor: of the unit that the heading names; None: it names none.

        Raises:
            BadCell: it cannot be read.
        """
        if self.read is not None:
            return self.read(cell)
        if self.whole and factor is not None:
            return read_whole(cell, self.units, factor)
        return read_number(cell, self.units, factor)


KG: Final = {"kg": 1.0, "公斤": 1.0, "千克": 1.0, "吨": 1000.0, "t": 1000.0, "斤": 0.5, "克": 0.001}
M3: Final = {"m3": 1.0, "立方米": 1.0, "立方": 1.0, "方": 1.0, "升": 0.001, "l": 0.001}
MINUTES_AS_S: Final = {
    **dict.fromkeys(("分钟", "分", "min"), 60.0),
    **dict.fromkeys(("小时", "时", "h"), 3600.0),
    **dict.fromkeys(("秒", "s"), 1.0),
}
KM_AS_M: Final = {"km": 1000.0, "公里": 1000.0, "千米": 1000.0, "里": 500.0, "米": 1.0, "m": 1.0}
PIECES: Final = dict.fromkeys(("件", "个", "箱", "袋", "包", "pcs"), 1.0)
YUAN: Final = {"元": 1.0, "yuan": 1.0}
YUAN_PER_KM: Final = {"元/km": 1.0, "元/公里": 1.0, "元/千米": 1.0, "yuan/km": 1.0}
YUAN_PER_HOUR: Final = {"元/小时": 1.0, "元/h": 1.0, "元/时": 1.0, "yuan/h": 1.0}

NO_UNIT_NEEDED: Final = (PIECES, YUAN, YUAN_PER_KM, YUAN_PER_HOUR)
"""Units of which a heading need not say which one is meant: there is only one."""

CRS_RIGHT: Final = both(
    "wgs84、gcj02(高德、腾讯)或 bd09(百度)", "wgs84, gcj02 (Amap, Tencent) or bd09 (Baidu)"
)

YES_NO: Final = choice_reader(
    dict.fromkeys(("是", "有", "对", "启用", "在用", "1", "y", "yes", "true"), True)
    | dict.fromkeys(("否", "没有", "不", "停用", "0", "n", "no", "false"), False)
)

YES_NO_CHOICES: Final = ("是", "否")

TEMPERATURE_NAMES: Final = {
    name: band.code for band in TEMPERATURES.values() for name in (band.zh, band.en, band.code)
}
TEMPERATURE_CHOICES: Final = tuple(band.zh for band in TEMPERATURES.values())

GOODS_NAMES: Final = {
    name: goods.code
    for goods in GOODS_CLASSES.values()
    for name in (goods.zh, goods.en, goods.code)
}
GOODS_CHOICES: Final = tuple(goods.zh for goods in GOODS_CLASSES.values())

TAG_NAMES: Final = {"窄路": "narrow_road", "窄路车": "narrow_road"}
"""Requirements on vehicles that have a Chinese name; any other is taken as it is written."""


def _tag(cell: Cell) -> str:
    text = str(cell)
    return TAG_NAMES.get(text, text)


read_tags: Final = list_reader(_tag)


def one_of(choices: tuple[str, ...]) -> str:
    """What would be right in a cell that takes one of some values."""
    names = "、".join(choices)
    return both(f"以下之一:{names}", f"one of {names}")


def number_from(least: float, unit_zh: str, unit_en: str) -> str:
    """What would be right in a cell that takes a number of at least so much, in some unit."""
    return both(
        f"不小于 {least:g} 的数,如 12.5,单位同标题(或写明,如 12.5{unit_zh})",
        f"a number of {least:g} or more such as 12.5, in the unit of the heading, or with a unit "
        f"of its own such as {unit_en}",
    )
