"""Amounts of goods as papers print them: pieces, kilograms, cubic metres."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from coop_service.domain.problem import Load, Order
from coop_service.domain.relay import PIECES_UNIT, WEIGHT_UNIT

VOLUME_UNIT: Final = "volume_m3"

_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of something; a unit that an order does not name counts as 0."""

    orders: int = 0
    pieces: float = 0.0
    weight_kg: float = 0.0
    volume_m3: float = 0.0


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """Goods of one class and temperature band; ``goods_class`` None: the order names none."""

    goods_class: str | None
    temperature: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class OnBoard:
    """What is on board at one moment.

    Attributes:
        weight_kg, volume_m3: of the goods.
        share: of the capacity, 0-1, the largest over the units that the vehicle limits; None: it
            limits none.
    """

    weight_kg: float
    volume_m3: float
    share: float | None


def sum_orders(orders: Iterable[Order]) -> Amount:
    """What the orders are together."""
    orders = list(orders)
    return Amount(
        len(orders),
        *(
            _sum(order.load.get(unit, 0.0) for order in orders)
            for unit in (PIECES_UNIT, WEIGHT_UNIT, VOLUME_UNIT)
        ),
    )


def sum_amounts(amounts: Iterable[Amount]) -> Amount:
    """What the amounts are together."""
    amounts = list(amounts)
    return Amount(
        sum(amount.orders for amount in amounts),
        _sum(amount.pieces for amount in amounts),
        _sum(amount.weight_kg for amount in amounts),
        _sum(amount.volume_m3 for amount in amounts),
    )


def group_goods(orders: Iterable[Order]) -> tuple[GoodsLine, ...]:
    """The orders by class of goods and temperature, in the sequence in which these first occur."""
    groups: defaultdict[tuple[str | None, str], list[Order]] = defaultdict(list)
    for order in orders:
        groups[order.goods_class, order.temperature].append(order)
    return tuple(GoodsLine(*key, sum_orders(group)) for key, group in groups.items())


def on_board(load: Load, capacity: Load) -> OnBoard:
    """A load, and its share of a capacity."""
    shares = [load.get(unit, 0.0) / most for unit, most in capacity.items() if most > 0]
    return OnBoard(
        round(load.get(WEIGHT_UNIT, 0.0), _DIGITS),
        round(load.get(VOLUME_UNIT, 0.0), _DIGITS),
        max(shares) if shares else None,
    )


def _sum(amounts: Iterable[float]) -> float:
    return round(math.fsum(amounts), _DIGITS)
