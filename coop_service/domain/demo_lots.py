"""What a made-up order is made of: draws by shares, lots of goods, a window that can be kept.

The shares are assumptions of ours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

import numpy as np

from coop_service.domain.demo_calls import VAN_SHARE, Call, Lot, Reach
from coop_service.domain.demo_goods import APPLIANCE, DAILY_GOODS, Package
from coop_service.domain.goods import MAX_ON_BOARD_S
from coop_service.domain.problem import Direction, Window
from coop_service.domain.records import DayOrder

T = TypeVar("T")

UNSERVABLE: Final = "unservable by design"

DAILY_GOODS_SHARE: Final = 0.30
APPLIANCE_SHARE: Final = 0.15
COLD_REACH_S: Final = 45 * 60
"""The farthest that chilled and frozen goods go from their depot."""

WINDOWS_S: Final[tuple[tuple[Window, float], ...]] = (
    ((25_200, 41_400), 0.45),
    ((46_800, 61_200), 0.35),
    ((32_400, 39_600), 0.05),
    ((36_000, 43_200), 0.05),
    ((46_800, 54_000), 0.05),
    ((50_400, 57_600), 0.05),
)
"""Windows that receivers ask for, with their shares: mornings, afternoons, two hours."""

WINDOW_SLACK_S: Final = 5400
"""Time left for other calls on the way to a window, and on the way home from it."""

IDENTIFIER_PREFIX: Final = "88.608.8889"
"""Demo prefix of industrial-internet identifiers: country, node, enterprise."""


def draw(rng: np.random.Generator, shares: Sequence[tuple[T, float]]) -> T:
    """One of some things, by their shares."""
    return shares[rng.choice(len(shares), p=[share for _, share in shares])][0]


def between(rng: np.random.Generator, limits: tuple[int, int]) -> int:
    """A whole number between two limits, both included."""
    return int(rng.integers(*limits, endpoint=True))


def make_lot(rng: np.random.Generator, package: Package, pieces: int) -> Lot:
    """A lot that goes out, near the usual weight of its packages."""
    return Lot(Direction.OUTBOUND, package, pieces, filling=float(rng.uniform(0.85, 1.1)))


def household_lot(rng: np.random.Generator, call: Call) -> Lot | None:
    """An appliance or daily goods, or nothing, out of the call's volume."""
    chance = rng.random()
    if chance < APPLIANCE_SHARE and call.outbound_m3 > 2 * APPLIANCE.volume_m3:
        return make_lot(rng, APPLIANCE, 1)
    if chance > 1 - DAILY_GOODS_SHARE and call.outbound_m3 > 3 * DAILY_GOODS.volume_m3:
        cases = round(rng.uniform(0.3, 0.5) * call.outbound_m3 / DAILY_GOODS.volume_m3)
        return make_lot(rng, DAILY_GOODS, max(1, cases))
    return None


def can_hold(call: Call, package: Package, reach: Reach) -> bool:
    """Whether a van that holds the package's temperature has room for all of the call."""
    return any(
        package.temperature in van.temperatures
        and reach.drive_s(van, call.site.code) <= COLD_REACH_S
        and call.outbound_m3 <= VAN_SHARE * van.volume_m3
        for van in call.vans
    )


def window_fits(call: Call, window: Window, depot_open_s: int, reach: Reach) -> bool:
    """Whether a van gets to the call in its window, with time for others, and home again."""
    for van in call.vans:
        drive_s = reach.drive_s(van, call.site.code)
        soonest_s = max(van.shift_start_s, depot_open_s) + drive_s
        in_time = soonest_s + WINDOW_SLACK_S <= window[1]
        back_s = max(soonest_s, window[0]) + WINDOW_SLACK_S + drive_s
        if in_time and back_s <= van.shift_end_s:
            return True
    return False


def make_order(call: Call, lot: Lot, key: str, date: dt.date, sequence: int) -> DayOrder:
    """The order of a lot; ``sequence`` tells its identifier from those of its site and day."""
    day = f"{date:%Y%m%d}"
    identifier = f"{IDENTIFIER_PREFIX}/{call.site.code}.{day}.{sequence:04d}"
    custom: Mapping[str, str] | None = None
    if lot.unservable_cause is not None:
        custom = {"demo": UNSERVABLE, "cause": lot.unservable_cause}
    return DayOrder(
        key=key,
        date=date,
        direction=lot.direction,
        site=call.site.code,
        depot=call.depot,
        weight_kg=round(lot.pieces * lot.package.weight_kg * lot.filling, 1),
        volume_m3=round(lot.pieces * lot.package.volume_m3, 3),
        pieces=lot.pieces,
        goods_class=lot.package.goods_class,
        temperature=lot.package.temperature,
        windows_s=lot.windows_s or call.windows_s,
        max_on_board_s=MAX_ON_BOARD_S.get(lot.package.goods_class),
        required_tags=lot.required_tags,
        drop_penalty_yuan=lot.drop_penalty_yuan,
        identifier=identifier if lot.direction is Direction.INBOUND else None,
        synthetic=True,
        custom=custom,
    )
