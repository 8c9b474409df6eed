"""What a demo day carries: packages by kind of goods, and the goods of each season.

All figures are assumptions of ours, made to look like a county in the north-east of China.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coop_service.domain.goods import CHILLED, FROZEN
from coop_service.domain.problem import AMBIENT


@dataclass(frozen=True, slots=True)
class Package:
    """The usual package of a class of goods, with its weight and volume a piece."""

    goods_class: str
    weight_kg: float
    volume_m3: float
    temperature: str = AMBIENT


class Season(StrEnum):
    """A quarter of the year on the farms."""

    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"
    WINTER = "winter"


_SEASONS: Final = (Season.WINTER, Season.SPRING, Season.SUMMER, Season.AUTUMN)


def season_of(date: dt.date) -> Season:
    """Season by the calendar's quarters from December on: winter is December to February."""
    return _SEASONS[date.month % 12 // 3]


PARCEL: Final = Package("parcel", 1.6, 0.02)
DAILY_GOODS: Final = Package("daily_goods", 3.6, 0.04)
APPLIANCE: Final = Package("appliance", 30.0, 0.4)
FERTILISER: Final = Package("farm_input_fertiliser", 40.0, 0.036)
PESTICIDE: Final = Package("farm_input_pesticide", 8.0, 0.012)
SEED: Final = Package("seed", 10.0, 0.015)
CHILLED_FOOD: Final = Package("chilled", 12.0, 0.02, CHILLED)
FROZEN_FOOD: Final = Package("frozen", 10.0, 0.02, FROZEN)
FRESH_PRODUCE: Final = Package("fresh_produce", 20.0, 0.05)
GRAIN: Final = Package("grain", 40.0, 0.055)
HERBS: Final = Package("herbs", 15.0, 0.06)
MUSHROOMS: Final = Package("mushrooms", 6.0, 0.03)


@dataclass(frozen=True, slots=True)
class SeasonGoods:
    """Goods of one season.

    Attributes:
        farm_input_share: weight of farm inputs over the payload of the fleet.
        farm_inputs: share of each farm input, of all deliveries of farm inputs.
        produce: share of each kind of produce, of all collections.
    """

    farm_input_share: float
    farm_inputs: tuple[tuple[Package, float], ...]
    produce: tuple[tuple[Package, float], ...]


SEASON_GOODS: Final = {
    Season.SPRING: SeasonGoods(
        0.08,
        ((FERTILISER, 0.55), (SEED, 0.35), (PESTICIDE, 0.10)),
        ((FRESH_PRODUCE, 0.50), (MUSHROOMS, 0.30), (HERBS, 0.20)),
    ),
    Season.SUMMER: SeasonGoods(
        0.04,
        ((FERTILISER, 0.60), (PESTICIDE, 0.40)),
        ((FRESH_PRODUCE, 0.80), (MUSHROOMS, 0.10), (HERBS, 0.10)),
    ),
    Season.AUTUMN: SeasonGoods(
        0.02,
        ((FERTILISER, 0.70), (SEED, 0.30)),
        ((GRAIN, 0.50), (FRESH_PRODUCE, 0.20), (HERBS, 0.20), (MUSHROOMS, 0.10)),
    ),
    Season.WINTER: SeasonGoods(
        0.01,
        ((FERTILISER, 1.00),),
        ((MUSHROOMS, 0.40), (FRESH_PRODUCE, 0.35), (GRAIN, 0.25)),
    ),
}
