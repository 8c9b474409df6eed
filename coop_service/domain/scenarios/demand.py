"""A day's orders by common random numbers: each site draws its own, from seed, day and code.

So a site that is added, closed or moved changes no other site's orders. How much a site of given
trade orders on average is fixed once, by the county as it is before any change. The goods and their
shares are those of a demo day, and as much an assumption of ours.

A site orders by what it is before the changes: a village point that becomes a station has the same
people. A closed site orders nothing; its people are not sent elsewhere.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from coop_service.domain.day_problem import intersect_windows
from coop_service.domain.demo_calls import (
    CALL_SHARE,
    OUTBOUND_VOLUME_SHARE,
    VAN_SHARE,
    Call,
    Reach,
    trade,
)
from coop_service.domain.demo_day import (
    CHILLED_CALLS,
    COLD_PIECES,
    COLLECTION_SHARE,
    FARM_INPUT_PIECES,
    FROZEN_CALLS,
    INBOUND_WEIGHT_SHARE,
    WINDOW_SHARE,
)
from coop_service.domain.demo_goods import (
    CHILLED_FOOD,
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
from coop_service.domain.records import DayOrder, Site, Tier, Van

SPREAD = 0.3
"""Standard deviation of the logarithm of a site's volume from day to day."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What sites order on average, by the county as it is before any change.

    Attributes:
        network: that county.
        vans: its active vans.
        outbound_m3: of a called site, per unit of trade.
        inbound_kg: of a site that sends produce, per unit of the square root of trade.
        farm_input_kg: of all rural sites together, over the share of the season.
        rural: rural sites called at on a day, on average.
        called: sites called at on a day, on average.
    """

    network: Network
    vans: tuple[Van, ...]
    outbound_m3: float
    inbound_kg: float
    farm_input_kg: float
    rural: float
    called: float


def rates_of(network: Network, fleet: Sequence[Van], level: float = 1.0) -> Rates:
    """The rates of a county.

    Args:
        network: before any change, as of the scenario's date.
        fleet: its vans.
        level: factor of all volumes and weights.
    """
    vans = tuple(van for van in fleet if van.active)
    calls = [_call(network, site, vans) for site in _receivers(network)]
    share = sum(CALL_SHARE) / 2
    weights = trade(calls)
    rural = np.array([call.is_rural for call in calls])
    payload_kg = sum(van.payload_kg for van in vans)
    outbound_m3 = OUTBOUND_VOLUME_SHARE * sum(van.volume_m3 for van in vans)
    inbound_kg = sum(INBOUND_WEIGHT_SHARE) / 2 * payload_kg
    senders = COLLECTION_SHARE * share * float(np.sqrt(weights[rural]).sum())
    return Rates(
        network,
        vans,
        outbound_m3=level * outbound_m3 / (share * float(weights.sum())),
        inbound_kg=level * inbound_kg / max(senders, 1e-9),
        farm_input_kg=level * payload_kg,
        rural=share * int(rural.sum()),
        called=share * len(calls),
    )


def make_scenario_orders(
    rates: Rates, network: Network, date: dt.date, seed: int
) -> tuple[DayOrder, ...]:
    """The orders of a day, in the sequence of the sites' codes.

    Args:
        rates: of the county before any change.
        network: the county with the changes: its served sites order.
        date: the day.
        seed: another seed gives other orders.
    """
    reach = Reach(rates.network, date, rates.vans)
    goods = SEASON_GOODS[season_of(date)]
    orders: list[DayOrder] = []
    for site in sorted(_receivers(network), key=lambda site: site.code):
        known = rates.network.sites.get(site.code)
        if known is not None and not rates.network.is_served(site.code):
            known = replace(known, tier=site.tier)
        vans = rates.vans if known is None else reach.vans_of(network.centre.code, site.code)
        if not vans:
            continue
        rng = np.random.default_rng([seed, date.toordinal(), *_number_of(site.code)])
        call = _call(network, known or site, vans)
        if rng.random() < sum(CALL_SHARE) / 2:
            _fill(rng, call, rates, goods, reach if known is not None else None)
            orders += (
                make_order(call, lot, f"{site.code}-{date:%Y%m%d}-{n}", date, n)
                for n, lot in enumerate(call.lots, start=1)
            )
    return tuple(orders)


def _receivers(network: Network) -> tuple[Site, ...]:
    return (*network.tier(Tier.STATION), *network.tier(Tier.VILLAGE_POINT))


def _call(network: Network, site: Site, vans: tuple[Van, ...]) -> Call:
    centre = network.centre.code
    return Call(site, centre, centre, vans)


def _number_of(code: str) -> list[int]:
    """The code as words of entropy."""
    digest = hashlib.sha256(code.encode()).digest()[:16]
    return [int.from_bytes(digest[i : i + 4]) for i in range(0, 16, 4)]


def _fill(
    rng: np.random.Generator, call: Call, rates: Rates, goods: SeasonGoods, reach: Reach | None
) -> None:
    """What the site orders; ``reach`` None: nobody has been there yet."""
    weight = float(trade([call])[0])
    most_m3 = VAN_SHARE * _room(call, reach is None, "volume_m3")
    noise = float(rng.lognormal(-(SPREAD**2) / 2, SPREAD))
    call.outbound_m3 = min(most_m3, noise * weight * rates.outbound_m3)
    _set_window(rng, call, rates, reach)
    extra = None
    chances = rng.random(3)
    for package, counts, chance in (
        (FROZEN_FOOD, FROZEN_CALLS, chances[0]),
        (CHILLED_FOOD, CHILLED_CALLS, chances[1]),
    ):
        wanted = chance < sum(counts) / 2 / rates.called
        if wanted and reach is not None and can_hold(call, package, reach):
            extra = make_lot(rng, package, between(rng, COLD_PIECES))
    if extra is None and call.is_rural:
        package = draw(rng, goods.farm_inputs)
        lot = make_lot(rng, package, between(rng, FARM_INPUT_PIECES))
        usual_kg = package.weight_kg * sum(FARM_INPUT_PIECES) / 2
        mean_count = goods.farm_input_share * rates.farm_input_kg / usual_kg
        if chances[2] < mean_count / max(rates.rural, 1.0):
            extra = lot
    extra = extra or household_lot(rng, call)
    extra_m3 = extra.pieces * extra.package.volume_m3 if extra else 0.0
    parcels = max(1, round((call.outbound_m3 - extra_m3) / PARCEL.volume_m3))
    call.lots.append(make_lot(rng, PARCEL, parcels))
    if extra:
        call.lots.append(extra)
    if call.is_rural and rng.random() < COLLECTION_SHARE:
        noise = float(rng.lognormal(-(SPREAD**2) / 2, SPREAD))
        most_kg = VAN_SHARE * _room(call, reach is None, "payload_kg")
        weight_kg = min(most_kg, noise * weight**0.5 * rates.inbound_kg)
        produce = draw(rng, goods.produce)
        lot = make_lot(rng, produce, max(1, round(weight_kg / produce.weight_kg)))
        call.lots.append(replace(lot, direction=Direction.INBOUND))


def _room(call: Call, is_new: bool, unit: str) -> float:
    """What the largest van holds that gets there; of a new site: what any van holds."""
    rooms = [getattr(van, unit) for van in call.vans]
    return float(min(rooms) if is_new else max(rooms))


def _set_window(rng: np.random.Generator, call: Call, rates: Rates, reach: Reach | None) -> None:
    opening_s = [(call.site.open_s, call.site.close_s)]
    asked = rng.random() < WINDOW_SHARE
    common_s = intersect_windows([draw(rng, WINDOWS_S)], opening_s)
    if not asked or not common_s or reach is None:
        return
    if window_fits(call, common_s[0], rates.network.centre.open_s, reach):
        call.windows_s = common_s
