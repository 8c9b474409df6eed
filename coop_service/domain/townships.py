"""Townships whose station is home to vans: hubs, and which stops may be served over them.

The figures of a hub are assumptions of ours, to be replaced by what a station's people measure; the
problem says so under ``custom``.

**Which stops are relayed.** Those of the township's village points from which one van based at the
station could, by itself, take all that is booked there: room, temperature, tags, roads. Those near
the station come first, until the vans based there are full. What else is booked in the township
comes directly from its depot, in either mode; so does what is booked at the station itself, which
is at the hub already.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from coop_service.domain.network import Network
from coop_service.domain.problem import (
    LOAD_TOLERANCE,
    Direction,
    Hub,
    InboundDay,
    Load,
    ModeSetting,
    Order,
    Problem,
    Relay,
    Stop,
    Vehicle,
)
from coop_service.domain.records import Tier, Van
from coop_service.errors import Fault, InvalidInput, both, pointer

HUB_DOORS: Final = 2
HUB_FLOOR: Final[Load] = {"weight_kg": 3000.0, "volume_m3": 20.0}
SORT_FIXED_S: Final = 600.0
SORT_S_PER_PIECE: Final = 4.0
SORT_S_PER_KG: Final = 0.1
"""An assumed station: two doors, 20 m3 of floor, ten minutes and four seconds a piece to sort."""

FULL: Final = 0.85
"""Share of what the vans of a station hold in all their trips that is relayed at the most."""

DEFAULT_FIGURES: Final = {"default_figures": True}
"""Marks figures that nobody has measured."""


@dataclass(frozen=True, slots=True)
class Township:
    """A township whose station could be a hub today.

    Attributes:
        station: code of its station.
        mode: how it is to be served.
        inbound: the day on which the trunk takes its produce.
    """

    station: str
    mode: ModeSetting = ModeSetting.RELAY
    inbound: InboundDay = InboundDay.SAME_DAY


def find_townships(
    network: Network,
    fleet: Sequence[Van],
    modes: Mapping[str, ModeSetting] | None = None,
    inbound: Mapping[str, InboundDay] | None = None,
) -> tuple[Township, ...]:
    """Townships that vans are based in, in the sequence of their stations' codes.

    Args:
        network: the county's sites.
        fleet: its vans; those that are not active do not count.
        modes: what a dispatcher has decided, by the code of the station; what is not named is
            relayed, as its vans are there for that.
        inbound: likewise; what is not named is taken the same day.

    Raises:
        InvalidInput: with every name in ``modes`` and ``inbound`` that is no such station.
    """
    homes = {van.home for van in fleet if van.active}
    stations = sorted(site.code for site in network.tier(Tier.STATION) if site.code in homes)
    modes, inbound = modes or {}, inbound or {}
    faults = [
        Fault(
            pointer(name, code),
            "no_hub",
            both(
                f"“{code}”不是有车辆驻站的乡镇站,可选:{'、'.join(stations) or '无'}",
                f"{code!r} is no station with vans based there; there are: "
                f"{', '.join(stations) or 'none'}",
            ),
        )
        for name, named in (("modes", modes), ("inbound", inbound))
        for code in named
        if code not in stations
    ]
    if faults:
        raise InvalidInput(faults)
    return tuple(
        Township(
            code,
            modes.get(code, ModeSetting.RELAY),
            inbound.get(code, InboundDay.SAME_DAY),
        )
        for code in stations
    )


def make_relays(
    problem: Problem, network: Network, townships: Iterable[Township]
) -> tuple[tuple[Hub, ...], tuple[Relay, ...]]:
    """Hubs and relays of a day; townships with nothing to relay today are left out.

    Args:
        problem: the day without them, its stops' sites under ``custom``.
        network: the county's sites.
        townships: whose stations are depots of the day.
    """
    orders_at: defaultdict[str, list[Order]] = defaultdict(list)
    for order in problem.orders:
        orders_at[order.stop].append(order)
        if order.to_stop is not None:
            orders_at[order.to_stop].append(order)
    hubs, relays = [], []
    for township in townships:
        vans = [v for v in problem.vehicles if v.start_depot == township.station]
        stops = _choose_stops(
            problem,
            [stop for stop in problem.stops if _is_village_of(network, stop, township.station)],
            orders_at,
            township.station,
            vans,
        )
        if not stops:
            continue
        site = network.sites[township.station]
        hubs.append(
            Hub(
                township.station,
                doors=HUB_DOORS,
                floor=HUB_FLOOR,
                sort_fixed_s=SORT_FIXED_S,
                sort_s_per_piece=SORT_S_PER_PIECE,
                sort_s_per_kg=SORT_S_PER_KG,
                custom={"name": site.name, **DEFAULT_FIGURES},
            )
        )
        relays.append(
            Relay(
                township.station,
                township.station,
                stops,
                township.mode,
                township.inbound,
                custom={"name": site.name},
            )
        )
    return tuple(hubs), tuple(relays)


def _is_village_of(network: Network, stop: Stop, station: str) -> bool:
    site = network.sites[(stop.custom or {})["site"]]
    return site.tier is Tier.VILLAGE_POINT and site.parent == station


def _choose_stops(
    problem: Problem,
    villages: Sequence[Stop],
    orders_at: Mapping[str, Sequence[Order]],
    station: str,
    vans: Sequence[Vehicle],
) -> tuple[str, ...]:
    """Ids of the stops to relay, in the sequence of the problem; see the module's docstring."""
    profiles = [problem.profiles[van.profile] for van in vans]
    home = problem.depot_by_id[station].location

    def away_s(stop: Stop) -> int:
        ways = [
            p.duration_s[home, stop.location] for p in profiles if p.allows(home, stop.location)
        ]
        return int(min(ways))

    able = [
        stop
        for stop in villages
        if _may_be_relayed(problem, stop, orders_at[stop.id], station, vans)
    ]
    chosen: list[str] = []
    orders: list[Order] = []
    for stop in sorted(able, key=away_s):
        with_stop = [*orders, *orders_at[stop.id]]
        if _is_held(with_stop, vans):
            chosen.append(stop.id)
            orders = with_stop
    return tuple(stop.id for stop in able if stop.id in chosen)


def _is_held(orders: Sequence[Order], vans: Sequence[Vehicle]) -> bool:
    """Whether the vans together hold the orders of each direction; a unit may be without limit."""
    for direction in (Direction.OUTBOUND, Direction.INBOUND):
        one_way = [order for order in orders if order.direction == direction]
        for unit in {unit for order in one_way for unit in order.load}:
            room = math.fsum(van.max_trips * van.capacity.get(unit, math.inf) for van in vans)
            if math.fsum(order.load.get(unit, 0.0) for order in one_way) > FULL * room:
                return False
    return True


def _may_be_relayed(
    problem: Problem, stop: Stop, orders: Sequence[Order], station: str, vans: Sequence[Vehicle]
) -> bool:
    """Whether the stop's goods have another depot than the hub, and one van there takes all."""
    if any(o.direction == Direction.TRANSFER or o.depot == station for o in orders):
        return False
    return any(_takes_all(problem, stop, orders, van) for van in vans)


def _takes_all(problem: Problem, stop: Stop, orders: Sequence[Order], van: Vehicle) -> bool:
    profile = problem.profiles[van.profile]
    home = problem.depot_by_id[van.start_depot].location
    return (
        stop.required_tags <= van.tags
        and profile.allows(home, stop.location)
        and profile.allows(stop.location, home)
        and all(order.temperature in van.temperatures for order in orders)
        and all(
            math.fsum(o.load.get(unit, 0.0) for o in orders if o.direction == direction)
            <= limit + LOAD_TOLERANCE
            for unit, limit in van.capacity.items()
            for direction in (Direction.OUTBOUND, Direction.INBOUND)
        )
    )
