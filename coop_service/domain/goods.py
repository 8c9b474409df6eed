"""What is carried: goods classes, the group of edible goods, temperature bands, forbidden mixes.

The tables are the editable defaults of a county (an assumption of ours, not a standard).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from coop_service.domain.problem import AMBIENT

CHILLED: Final = "chilled"
FROZEN: Final = "frozen"


@dataclass(frozen=True, slots=True)
class GoodsClass:
    """A class of goods: its wire name, and what people read in either language."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class TemperatureBand:
    """A band in which goods are held, in degrees Celsius; None leaves that side open."""

    code: str
    zh: str
    en: str
    lowest_c: float | None = None
    highest_c: float | None = None


GOODS_CLASSES: Final = {
    goods.code: goods
    for goods in (
        GoodsClass("parcel", "快递包裹", "parcels"),
        GoodsClass("daily_goods", "日用百货", "daily goods"),
        GoodsClass("farm_input_fertiliser", "化肥", "fertiliser"),
        GoodsClass("farm_input_pesticide", "农药", "pesticide"),
        GoodsClass("seed", "种子", "seed"),
        GoodsClass("appliance", "家电", "appliances"),
        GoodsClass("fresh_produce", "生鲜果蔬", "fresh produce"),
        GoodsClass("grain", "粮食", "grain"),
        GoodsClass("herbs", "中草药", "medicinal herbs"),
        GoodsClass("mushrooms", "灵芝食用菌", "mushrooms"),
        GoodsClass("chilled", "冷藏食品", "chilled food"),
        GoodsClass("frozen", "冷冻食品", "frozen food"),
        GoodsClass("live", "活体畜禽", "live animals"),
    )
}
"""Goods classes by wire name."""

EDIBLE: Final = "edible"

GOODS_GROUPS: Final = {
    EDIBLE: ("fresh_produce", "grain", "herbs", "mushrooms", "chilled", "frozen"),
}
"""Classes by the name of their group."""

FORBIDDEN_MIXES: Final = (("farm_input_pesticide", EDIBLE), ("live", EDIBLE))
"""Pairs of classes or groups that are never on board at the same moment."""

MAX_ON_BOARD_S: Final = {"fresh_produce": 4 * 3600}
"""How long goods of a class may be on board, where that is limited; an assumption."""

TEMPERATURES: Final = {
    band.code: band
    for band in (
        TemperatureBand(AMBIENT, "常温", "ambient"),
        TemperatureBand(CHILLED, "冷藏", "chilled", lowest_c=0.0, highest_c=8.0),
        TemperatureBand(FROZEN, "冷冻", "frozen", highest_c=-18.0),
    )
}
"""Temperature bands by wire name."""
