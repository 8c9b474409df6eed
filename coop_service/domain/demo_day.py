"""A plausible day of orders for a county and its fleet, for any date.

Every amount and share here is an assumption of ours: the day shows what the service does before a
county has entered orders of its own. All its orders are marked synthetic.

The day can be planned with each van going out once, but for a few orders that no van can take
(``custom`` says so and why), so that reasons are seen.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

import numpy as np

from coop_service.domain.day_problem import intersect_windows
from coop_service.domain.demo_calls import Call, Lot, Reach, make_calls, share_out, trade
from coop_service.domain.demo_goods import (
    APPLIANCE,
    CHILLED_FOOD,
    DAILY_GOODS,
    FERTILISER,
    FRESH_PRODUCE,
    FROZEN_FOOD,
    PARCEL,
    SEASON_GOODS,
    SeasonGoods,
    season_of,
)
from coop_service.domain.demo_lots import (
    WINDOWS_S,
    between,
    can_hold,
    draw,
    household_lot,
    make_lot,
    make_order,
    window_fits,
)
from coop_service.domain.network import Network
from coop_service.domain.problem import Direction
from coop_service.domain.records import DayOrder, Van
from coop_service.errors import Fault, InvalidInput, both

T = TypeVar("T")

COLLECTION_SHARE: Final = 0.40
"""Calls at which produce is collected."""

INBOUND_WEIGHT_SHARE: Final = (0.33, 0.37)
"""Weight that comes in, of the payload of the fleet."""

FARM_INPUT_PIECES: Final = (2, 5)
COLD_PIECES: Final = (3, 6)
CHILLED_CALLS: Final = (4, 6)
FROZEN_CALLS: Final = (2, 3)
WINDOW_SHARE: Final = 1 / 3
"""Calls whose receivers ask for a window."""

DROPPABLE_ORDERS: Final = 6
DROP_PENALTY_YUAN: Final = (30, 80)

RARE_TAGS: Final = ("tail_lift", "crane", "hazardous_goods")


def make_demo_day(
    network: Network,
    fleet: Sequence[Van],
    date: dt.date,
    seed: int = 1,
    *,
    are_relayed: bool = True,
) -> tuple[DayOrder, ...]:
    """The orders of a demo day; the same county, fleet, date and seed give the same orders.

    Parcels and daily goods go out to stations and village points by population, farm inputs by
    season; produce of the season comes in. All start and end at the county centre; in townships
    whose station is home to vans, as much goes to the villages as those vans easily carry.

    Args:
        network: the county's sites and roads.
        fleet: its vans; those that are not active are not counted on.
        date: the day; it sets the season, the roads that are closed, and the keys.
        seed: non-negative; another seed gives another day for the same date.
        are_relayed: False: the goods of villages that the vans of a station serve lie at the
            station, or end there, instead.

    Raises:
        InvalidInput: no active van is based at the county centre.
    """
    vans = [van for van in fleet if van.active]
    if not any(van.home == network.centre.code for van in vans):
        raise InvalidInput([_NO_VAN_AT_CENTRE])
    rng = np.random.default_rng([seed, date.toordinal(), int.from_bytes(network.county.encode())])
    reach = Reach(network, date, vans)
    goods = SEASON_GOODS[season_of(date)]

    calls = make_calls(rng, network, reach, are_relayed=are_relayed)
    _add_deliveries(rng, calls, goods, reach)
    _add_collections(rng, calls, goods, vans)
    _set_windows(rng, calls, network, reach)
    _mark_droppable(rng, calls)
    _add_unservable(rng, [call for call in calls if call.home == network.centre.code], vans)
    return _orders(calls, date)


_NO_VAN_AT_CENTRE: Final = Fault(
    "/vehicles",
    "no_van_at_centre",
    both(
        "没有以县中心为驻地的可用车辆,请先登记至少一辆",
        "no active van is based at the county centre: add at least one",
    ),
)


def _add_deliveries(
    rng: np.random.Generator, calls: Sequence[Call], goods: SeasonGoods, reach: Reach
) -> None:
    """Parcels for every call, and for some of them one more kind of goods."""
    extras = _cold_lots(rng, calls, reach)
    budget_kg = goods.farm_input_share * sum(van.payload_kg for van in reach.vans)
    extras |= _farm_input_lots(
        rng, [call for call in calls if call.site.code not in extras], goods, budget_kg
    )
    for call in calls:
        extra = extras.get(call.site.code) or household_lot(rng, call)
        extra_m3 = extra.pieces * extra.package.volume_m3 if extra else 0.0
        parcels = round((call.outbound_m3 - extra_m3) / PARCEL.volume_m3)
        call.lots.append(make_lot(rng, PARCEL, max(1, parcels)))
        if extra:
            call.lots.append(extra)


def _cold_lots(rng: np.random.Generator, calls: Sequence[Call], reach: Reach) -> dict[str, Lot]:
    """A few frozen and chilled lots by site, where a van that holds them soon gets."""
    lots: dict[str, Lot] = {}
    for package, counts in ((FROZEN_FOOD, FROZEN_CALLS), (CHILLED_FOOD, CHILLED_CALLS)):
        near = [call for call in calls if can_hold(call, package, reach)]
        free = [call for call in _shuffled(rng, near) if call.site.code not in lots]
        for call in free[: rng.integers(*counts, endpoint=True)]:
            lots[call.site.code] = make_lot(rng, package, between(rng, COLD_PIECES))
    return lots


def _farm_input_lots(
    rng: np.random.Generator, calls: Sequence[Call], goods: SeasonGoods, budget_kg: float
) -> dict[str, Lot]:
    """Farm inputs by site, out of the county's store, until their weight is spent."""
    lots: dict[str, Lot] = {}
    for call in _shuffled(rng, [call for call in calls if call.is_rural and not call.is_branch]):
        if budget_kg <= 0:
            break
        lot = make_lot(rng, draw(rng, goods.farm_inputs), between(rng, FARM_INPUT_PIECES))
        lots[call.site.code] = lot
        budget_kg -= lot.pieces * lot.package.weight_kg
    return lots


def _add_collections(
    rng: np.random.Generator, calls: Sequence[Call], goods: SeasonGoods, vans: Sequence[Van]
) -> None:
    """Produce of the season from rural sites, to the depot that each is served from."""
    rural = [call for call in calls if call.is_rural]
    chosen = _shuffled(rng, rural)[: round(COLLECTION_SHARE * len(calls))]
    if not chosen:
        return
    total_kg = rng.uniform(*INBOUND_WEIGHT_SHARE) * sum(van.payload_kg for van in vans)
    # The harvest of a village grows more slowly than its population.
    weights = np.sqrt(trade(chosen)) * rng.lognormal(0, 0.4, len(chosen))
    natural_kg = total_kg * weights / weights.sum()
    produce_kg = share_out(natural_kg, chosen, vans, lambda van: van.payload_kg)
    for call, weight_kg in zip(chosen, produce_kg, strict=True):
        package = draw(rng, goods.produce)
        lot = make_lot(rng, package, max(1, round(weight_kg / package.weight_kg)))
        call.lots.append(replace(lot, direction=Direction.INBOUND))


def _set_windows(
    rng: np.random.Generator, calls: Sequence[Call], network: Network, reach: Reach
) -> None:
    """Windows on a part of the calls, where a van gets there in time and home again."""
    wanted = round(WINDOW_SHARE * len(calls))
    for call in _shuffled(rng, calls):
        if wanted == 0:
            break
        opening_s = [(call.site.open_s, call.site.close_s)]
        common_s = intersect_windows([draw(rng, WINDOWS_S)], opening_s)
        if common_s and window_fits(call, common_s[0], network.sites[call.home].open_s, reach):
            call.windows_s = common_s
            wanted -= 1


def _mark_droppable(rng: np.random.Generator, calls: Sequence[Call]) -> None:
    """A few second orders may be left out at a price."""
    second = [call for call in calls if call.lots[1:] and call.lots[1].package is DAILY_GOODS]
    for call in _shuffled(rng, second)[:DROPPABLE_ORDERS]:
        penalty_yuan = float(between(rng, DROP_PENALTY_YUAN))
        call.lots[1] = replace(call.lots[1], drop_penalty_yuan=penalty_yuan)


def _add_unservable(rng: np.random.Generator, calls: Sequence[Call], vans: Sequence[Van]) -> None:
    """Orders that no van of the fleet can take, at different sites, for different causes."""
    too_heavy = math.ceil(1.3 * max(van.payload_kg for van in vans) / FERTILISER.weight_kg)
    too_large = math.ceil(1.2 * max(van.volume_m3 for van in vans) / APPLIANCE.volume_m3)
    lots = [
        Lot(Direction.OUTBOUND, FERTILISER, too_heavy, unservable_cause="capacity"),
        Lot(Direction.OUTBOUND, APPLIANCE, too_large, unservable_cause="capacity"),
    ]
    before_work_s = min(van.shift_start_s for van in vans) - 3600
    if before_work_s >= 3600:
        dawn_s = ((before_work_s - 3600, before_work_s),)
        lot = Lot(Direction.OUTBOUND, FRESH_PRODUCE, 2, windows_s=dawn_s)
        lots.append(replace(lot, unservable_cause="time_window"))
    held = {tag for van in vans for tag in van.tags}
    if tags := tuple(tag for tag in RARE_TAGS if tag not in held)[:1]:
        lot = Lot(Direction.OUTBOUND, APPLIANCE, 2, required_tags=tags)
        lots.append(replace(lot, unservable_cause="tags"))
    # A county may have fewer calls than there are causes.
    for call, lot in zip(_shuffled(rng, calls), lots, strict=False):
        call.lots.append(lot)


def _orders(calls: Iterable[Call], date: dt.date) -> tuple[DayOrder, ...]:
    pairs = [(call, lot) for call in calls for lot in call.lots]
    return tuple(
        make_order(call, lot, f"demo-{date:%Y%m%d}-{seq:04d}", date, seq)
        for seq, (call, lot) in enumerate(pairs, start=1)
    )


def _shuffled(rng: np.random.Generator, calls: Sequence[Call]) -> list[Call]:
    return [calls[index] for index in rng.permutation(len(calls))]
