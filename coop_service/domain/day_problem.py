"""A county's records of one day, made into that day's routing problem.

**Which orders share a stop.** Orders at one site are served in one visit where they go to or come
from the same depot (no van can load one visit's goods at two), ask for the same tags, and leave
some moment at which all of them may be served: the stop's windows are what their windows and the
site's opening hours have in common. Orders are taken in the sequence given, each to the first stop
of its site that suits it; where none does, the site gets a further stop. The first stop is named by
the site's code, further ones ``<code>#2``, ``<code>#3`` and so on.

**Windows outside the opening hours.** A booked window that has nothing in common with the site's
opening hours stands as booked: somebody has agreed to be there.

**Transfers.** Windows and tags of a transfer hold where it is collected; at the site where it is
left only the opening hours do (the van that brings it already has the tags).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from coop_service.domain.goods import FORBIDDEN_MIXES, GOODS_CLASSES, GOODS_GROUPS
from coop_service.domain.network import Network
from coop_service.domain.problem import (
    Costs,
    Depot,
    Direction,
    Lunch,
    Order,
    Problem,
    Rules,
    Stop,
    Vehicle,
    Window,
)
from coop_service.domain.records import DayOrder, Site, Van
from coop_service.domain.townships import Township, make_relays
from coop_service.domain.travel import Travel
from coop_service.errors import Fault, InvalidInput, both, pointer

# Assumptions, to be replaced by a county's own timings.
STOP_SERVICE_S: Final = 180
"""Parking, greeting and papers, once per visit."""

HANDLING_S_PER_PIECE: Final = 8.0
HANDLING_S_PER_KG: Final = 0.4
"""Carrying and scanning, for orders that state no service time of their own."""


def default_rules() -> Rules:
    """Rules of a working day as a county would start with them.

    Four hours of driving and a rest of 20 minutes: Regulation on the Implementation of the Road
    Traffic Safety Law, article 62. The lunch of 30 minutes between 11:30 and 13:00, at most 8 hours
    of driving a day, and the mixes are assumptions: company policy, to be edited.
    """
    return Rules(
        max_driving_s=4 * 3600,
        rest_s=20 * 60,
        lunch=Lunch(window_s=(41_400, 46_800), duration_s=30 * 60),
        max_driving_day_s=8 * 3600,
        forbidden_mixes=FORBIDDEN_MIXES,
    )


def handling_s(order: DayOrder) -> int:
    """Seconds of service that an order adds to its visit: its own figure, or by pieces and kg."""
    if order.service_s:
        return order.service_s
    return round(HANDLING_S_PER_PIECE * order.pieces + HANDLING_S_PER_KG * order.weight_kg)


def build_problem(
    network: Network,
    travel: Travel,
    fleet: Sequence[Van],
    orders: Sequence[DayOrder],
    *,
    name: str,
    rules: Rules | None = None,
    townships: Sequence[Township] = (),
) -> Problem:
    """The routing problem of one day.

    Vans that are not active are left out. Depots are the homes of the vans and the depots of the
    orders; every depot and stop carries its site's name and position under ``custom``, every order
    its key and identifier. A forbidden mix that names a class of goods that is not carried that day
    is left out of the rules, since it forbids nothing.

    Args:
        network: the county's sites.
        travel: travel over the network on the day.
        fleet: the county's vans.
        orders: what is booked for the day, already validated one by one.
        name: name of the problem.
        rules: rules of the day; None imposes none.
        townships: that may be served over their stations
            (:func:`~coop_service.domain.townships.find_townships`).

    Raises:
        InvalidInput: with every site, depot or home that the network does not know, or that is
            not served on its day.
    """
    vans = [van for van in fleet if van.active]
    _refuse_wrong_sites(network, fleet, orders)

    depots = dict.fromkeys((*(van.home for van in vans), *(order.depot for order in orders)))
    stops = _Stops(network)
    for order in orders:
        stops.add(order)
    codes = tuple(dict.fromkeys((*depots, *(group.site.code for group in stops.groups))))
    location = {code: index for index, code in enumerate(codes)}

    plain = Problem(
        name=name,
        profiles={
            size.value: travel.profile(size, codes)
            for size in dict.fromkeys(van.size for van in vans)
        },
        depots=tuple(_depot(network.sites[code], location[code]) for code in depots),
        vehicles=tuple(_vehicle(van) for van in vans),
        stops=tuple(group.stop(location[group.site.code]) for group in stops.groups),
        orders=tuple(
            _order(order, stops.stop_of[order.key], stops.to_stop_of.get(order.key))
            for order in orders
        ),
        goods_groups=GOODS_GROUPS,
        rules=_rules_of_the_day(rules or Rules(), orders),
        custom={"county": network.county},
    )
    hubs, relays = make_relays(plain, network, townships)
    return replace(plain, hubs=hubs, relays=relays)


@dataclass(slots=True)
class _Group:
    """Orders of one site that one visit can serve."""

    id: str
    site: Site
    depot: str
    tags: frozenset[str]
    windows_s: tuple[Window, ...]

    def stop(self, location: int) -> Stop:
        return Stop(
            id=self.id,
            location=location,
            service_s=STOP_SERVICE_S,
            time_windows_s=self.windows_s,
            required_tags=self.tags,
            custom=_place(self.site),
        )


@dataclass(slots=True)
class _Stops:
    """The day's stops, grown order by order; the rule is in the module's docstring."""

    network: Network
    stop_of: dict[str, str] = field(default_factory=dict)
    to_stop_of: dict[str, str] = field(default_factory=dict)
    _by_site: dict[str, list[_Group]] = field(default_factory=dict)

    @property
    def groups(self) -> tuple[_Group, ...]:
        return tuple(group for groups in self._by_site.values() for group in groups)

    def add(self, order: DayOrder) -> None:
        tags = frozenset(order.required_tags)
        self.stop_of[order.key] = self._join(order.site, order.depot, tags, order.windows_s)
        if order.to_site is not None:
            self.to_stop_of[order.key] = self._join(order.to_site, order.depot, frozenset(), ())

    def _join(
        self, code: str, depot: str, tags: frozenset[str], booked_s: tuple[Window, ...]
    ) -> str:
        site = self.network.sites[code]
        opening_s = ((site.open_s, site.close_s),)
        windows_s = (intersect_windows(booked_s, opening_s) or booked_s) if booked_s else opening_s
        groups = self._by_site.setdefault(code, [])
        for group in groups:
            if (group.depot, group.tags) == (depot, tags):
                common_s = intersect_windows(group.windows_s, windows_s)
                if common_s:
                    group.windows_s = common_s
                    return group.id
        stop_id = f"{code}#{len(groups) + 1}" if groups else code
        groups.append(_Group(stop_id, site, depot, tags, windows_s))
        return stop_id


def intersect_windows(one: Sequence[Window], other: Sequence[Window]) -> tuple[Window, ...]:
    """Times that lie in a window of both, in order; both ends of a window belong to it."""
    return tuple(
        sorted(
            (max(a_start, b_start), min(a_end, b_end))
            for a_start, a_end in one
            for b_start, b_end in other
            if max(a_start, b_start) <= min(a_end, b_end)
        )
    )


def _place(site: Site) -> Mapping[str, Any]:
    return {
        "site": site.code,
        "name": site.name,
        "lon": site.lon,
        "lat": site.lat,
        "coord_kind": site.coord_kind.value,
    }


def _depot(site: Site, location: int) -> Depot:
    return Depot(site.code, location, site.open_s, site.close_s, custom=_place(site))


def _vehicle(van: Van) -> Vehicle:
    return Vehicle(
        id=van.code,
        profile=van.size.value,
        start_depot=van.home,
        end_depot=van.home,
        capacity={"weight_kg": van.payload_kg, "volume_m3": van.volume_m3},
        shift_s=(van.shift_start_s, van.shift_end_s),
        costs=Costs(
            fixed=van.fixed_yuan,
            per_km=van.per_km_yuan,
            per_hour=van.per_hour_yuan,
            per_overtime_hour=van.per_overtime_hour_yuan,
            max_overtime_s=van.max_overtime_s,
        ),
        tags=frozenset(van.tags),
        temperatures=frozenset(van.temperatures),
        max_trips=van.max_trips,
        reload_s=van.reload_s,
        max_distance_m=van.range_m,
        custom={
            **(van.custom or {}),
            "name": van.name,
            "plate": van.plate,
            "kind": van.kind,
            "default_costs": van.default_costs,
        },
    )


def _order(order: DayOrder, stop: str, to_stop: str | None) -> Order:
    identifier = {} if order.identifier is None else {"identifier": order.identifier}
    return Order(
        id=order.key,
        stop=stop,
        direction=order.direction,
        depot=order.depot,
        load={
            "weight_kg": order.weight_kg,
            "volume_m3": order.volume_m3,
            "pieces": order.pieces,
        },
        service_s=handling_s(order),
        temperature=order.temperature,
        goods_class=order.goods_class,
        max_on_board_s=order.max_on_board_s,
        drop_penalty=order.drop_penalty_yuan,
        priority=order.priority,
        to_stop=to_stop,
        custom={**(order.custom or {}), "key": order.key, **identifier},
    )


def _rules_of_the_day(rules: Rules, orders: Sequence[DayOrder]) -> Rules:
    """The rules without the mixes of goods classes that nobody sends today.

    A problem refuses mixes with names that it does not use, so that a slip of the pen cannot
    switch a rule off; names that are no goods class of ours are therefore left in.
    """
    idle = GOODS_CLASSES.keys() - {order.goods_class for order in orders}
    mixes = tuple(mix for mix in rules.forbidden_mixes if idle.isdisjoint(mix))
    return replace(rules, forbidden_mixes=mixes)


def _refuse_wrong_sites(network: Network, fleet: Sequence[Van], orders: Sequence[DayOrder]) -> None:
    faults = [
        Fault(
            where,
            "unknown_site",
            both(
                f"网络中没有编码为“{code}”的站点,请先登记该站点或改正编码",
                f"the network has no site with the code {code!r}: add the site or correct the code",
            ),
        )
        for where, code in _site_references(fleet, orders)
        if code not in network.sites
    ]
    faults += [
        Fault(
            where,
            "site_not_served",
            both(
                f"{network.date} 站点“{code}”处于{state.zh}状态,请改正日期、站点或其状态",
                f"site {code!r} is {state} on {network.date}: correct the date, the site or its "
                "state",
            ),
        )
        for where, code in _site_references(fleet, orders)
        if network.date is not None
        and code in network.sites
        and not (state := network.sites[code].state_on(network.date)).is_served
    ]
    faults += [
        Fault(
            pointer("orders", index, "to_site"),
            "missing_to_site",
            both("调拨订单必须写明送达站点", "a transfer needs the site that it goes to"),
        )
        for index, order in enumerate(orders)
        if order.direction is Direction.TRANSFER and order.to_site is None
    ]
    if faults:
        raise InvalidInput(faults)


def _site_references(fleet: Sequence[Van], orders: Sequence[DayOrder]) -> Iterator[tuple[str, str]]:
    """Pointer and code of every reference to a site that the problem will use."""
    for index, van in enumerate(fleet):
        if van.active:
            yield pointer("vehicles", index, "home"), van.home
    for index, order in enumerate(orders):
        yield pointer("orders", index, "site"), order.site
        yield pointer("orders", index, "depot"), order.depot
        if order.to_site is not None:
            yield pointer("orders", index, "to_site"), order.to_site
