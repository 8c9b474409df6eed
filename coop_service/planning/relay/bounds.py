"""The plain day with bounds on the clock, so that sequences planned apart fit together.

For each hub two times stand for what the tiers owe each other: by ``ready_s`` the outbound goods
are sorted, after ``cutoff_s`` produce is. The trunk's stop ``<hub>:down`` closes early enough for
``ready_s``, ``<hub>:up`` opens at ``cutoff_s``; branch vans leave no earlier than the one and are
back, with time to sort, by the other. Limits of perishables become windows at the villages, and a
packing cut-off an earlier closing of its depot, where any inbound goods go.

The bounds are stricter than the links: a van that carries but local orders is bound as well, as is
an outbound-only trip of a truck by the packing cut-off. They make sequences only; times are found
without them (:mod:`coop_service.planning.relay.timing`). So that a van need not be bound where it
carries one direction only, it may be given a :class:`Role`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from coop_service.domain.plan import Route
from coop_service.domain.problem import Depot, Direction, Order, Problem, Stop, Vehicle, Window
from coop_service.domain.relay import (
    Leg,
    LegKind,
    Modes,
    expand,
    hub_stop_id,
    legs_of,
    sorting_s,
)

S_PER_DAY: Final = 86_400


PUNCTUAL_S: Final = 600
"""By so much a trunk vehicle that takes perishables may be late at the hub, and on its way home."""


class Role(StrEnum):
    """Which relayed goods a branch van carries on its day."""

    BOTH = "both"
    OUTBOUND = "outbound"
    INBOUND = "inbound"


Roles = Mapping[str, Role]
"""By vehicle; who is not named carries both."""


@dataclass(frozen=True, slots=True)
class HubClock:
    """What the tiers owe each other at a hub; seconds after midnight, None: nothing.

    Attributes:
        ready_s: outbound goods are sorted.
        cutoff_s: produce is sorted, and the trunk may take it.
        trunk_left_s: when the trunk has left with the outbound goods, as perishables count.
        trunk_home_s: when it is home with the inbound goods.
        margin_s: by so much earlier vans are back, and perishables later on their way, than these
            times ask for; what a timing has shown to be missing.
    """

    ready_s: int | None
    cutoff_s: int | None
    trunk_left_s: int | None = None
    trunk_home_s: int | None = None
    margin_s: int = 0


Clocks = Mapping[str, HubClock]
"""By the depot of the hub."""


@dataclass(frozen=True, slots=True)
class HubGoods:
    """What changes vehicles at a hub today.

    Attributes:
        down: outbound orders.
        up: inbound orders that the trunk takes today.
        kept: inbound orders that stay until tomorrow.
    """

    down: tuple[Order, ...]
    up: tuple[Order, ...]
    kept: tuple[Order, ...]

    @property
    def down_service_s(self) -> int:
        """Unloading all of a trunk vehicle's goods in one visit."""
        return sum(order.service_s for order in self.down)

    @property
    def up_service_s(self) -> int:
        """Loading all produce in one visit."""
        return sum(order.service_s for order in self.up)


def goods_by_hub(problem: Problem, modes: Modes) -> dict[str, HubGoods]:
    """What changes vehicles, by the depot of the hub; hubs where nothing does are left out."""
    legs: defaultdict[str, list[Leg]] = defaultdict(list)
    for leg in legs_of(problem, modes):
        legs[leg.hub].append(leg)
    goods = {}
    for hub, at_hub in legs.items():
        with_trunk = {leg.order for leg in at_hub if leg.kind == LegKind.TRUNK}
        orders = [problem.order_by_id[leg.order] for leg in at_hub if leg.kind == LegKind.BRANCH]
        goods[hub] = HubGoods(
            down=tuple(o for o in orders if o.direction == Direction.OUTBOUND),
            up=tuple(o for o in orders if o.direction == Direction.INBOUND and o.id in with_trunk),
            kept=tuple(
                o for o in orders if o.direction == Direction.INBOUND and o.id not in with_trunk
            ),
        )
    return goods


def bound_day(
    problem: Problem,
    modes: Modes,
    clocks: Clocks,
    roles: Roles,
    departures: Mapping[str, int] | None = None,
    *,
    with_cutoffs: bool = True,
) -> Problem:
    """The plain problem in legs, with the bounds.

    Trunk legs count as much as their orders, where :func:`~coop_service.domain.relay.expand` gives
    them no weight: a planner that minimises would leave them out.

    Args:
        problem: the problem with its relays.
        modes: of each of its townships.
        clocks: of hubs where goods change vehicles.
        roles: of branch vans.
        departures: by vehicle, the second before which it does not leave, so that docks suffice.
        with_cutoffs: whether packing cut-offs close their depots; for a van on the road that comes
            home too late for one they may not.
    """
    day = expand(problem, modes)
    goods = goods_by_hub(problem, modes)
    clocks = {hub: clock for hub, clock in clocks.items() if hub in goods}
    one_way = {name for name, role in roles.items() if role != Role.BOTH}
    tagged = {problem.vehicle_by_id[name].start_depot for name in one_way}
    bounds = _Bounds(problem, modes, goods, clocks, roles, frozenset(tagged))
    return replace(
        day,
        depots=tuple(
            _bound_depot(depot, day.orders if with_cutoffs else ()) for depot in day.depots
        ),
        vehicles=tuple(
            bounds.vehicle(_leave_from(vehicle, departures[vehicle.id]))
            if departures and vehicle.id in departures
            else bounds.vehicle(vehicle)
            for vehicle in day.vehicles
        ),
        stops=tuple(map(bounds.stop, day.stops)),
        orders=bounds.orders(day.orders),
    )


def routes_with_places(problem: Problem, routes: Iterable[Route]) -> tuple[Route, ...]:
    """Those routes, at their times and the earlier the sooner, that docks and doors suffice for."""
    places = _places(problem)
    loading_s: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    kept = []
    for route in sorted(routes, key=lambda one: one.depart_s):
        vehicle = problem.vehicle_by_id[route.vehicle]
        first = 0 if vehicle.underway is None else 1
        own_s = [(trip.depart_s - vehicle.reload_s, trip.depart_s) for trip in route.trips[first:]]
        taken_s = loading_s[vehicle.start_depot]
        crowded = any(
            sum(a < until_s and from_s < b for a, b in taken_s) >= places[vehicle.start_depot]
            for from_s, until_s in own_s
            if vehicle.start_depot in places
        )
        if not crowded:
            kept.append(route)
            taken_s += own_s
    return tuple(kept)


def _places(problem: Problem) -> dict[str, int]:
    """How many vehicles may be loaded at once, of depots where that is limited."""
    places = {depot.id: depot.docks for depot in problem.depots if depot.docks is not None}
    for hub in problem.hubs:
        if hub.doors is not None:
            places[hub.depot] = min(hub.doors, places.get(hub.depot, hub.doors))
    return places


def staggered_departures(problem: Problem, routes: Iterable[Route]) -> dict[str, int]:
    """First departures that docks and doors suffice for: so many at a time, one load later each.

    Vehicles keep their sequence; those that leave first leave when they did.
    """
    places = _places(problem)
    free_s: dict[str, list[int]] = {name: [0] * number for name, number in places.items()}
    departures = {}
    for route in sorted(routes, key=lambda one: one.depart_s):
        vehicle = problem.vehicle_by_id[route.vehicle]
        if vehicle.start_depot in places and vehicle.underway is None:
            docks = free_s[vehicle.start_depot]
            depart_s = max(route.depart_s, min(docks) + vehicle.reload_s)
            docks[docks.index(min(docks))] = depart_s
            departures[vehicle.id] = depart_s
    return departures


def _bound_depot(depot: Depot, orders: Iterable[Order]) -> Depot:
    close_s = depot.close_s
    if depot.packing_cutoff_s is not None and any(
        order.depot == depot.id and order.direction == Direction.INBOUND for order in orders
    ):
        close_s = max(depot.open_s, min(close_s, depot.packing_cutoff_s))
    return replace(depot, close_s=close_s, docks=None, packing_cutoff_s=None)


class _Bounds:
    def __init__(
        self,
        problem: Problem,
        modes: Modes,
        goods: Mapping[str, HubGoods],
        clocks: Clocks,
        roles: Roles,
        tagged: frozenset[str],
    ) -> None:
        self.problem = problem
        self.goods = goods
        self.clocks = clocks
        self.roles = roles
        self.tagged = tagged
        self.leg_of = {leg.id: leg for leg in legs_of(problem, modes)}
        self.hub_stops = {
            hub_stop_id(hub, direction): (hub, direction)
            for hub in clocks
            for direction in (Direction.OUTBOUND, Direction.INBOUND)
        }
        self.at_stop: defaultdict[str, list[Order]] = defaultdict(list)
        self.hub_of_stop: dict[str, str] = {}
        for hub, of_hub in goods.items():
            for order in (*of_hub.down, *of_hub.up, *of_hub.kept):
                self.at_stop[order.stop].append(order)
                self.hub_of_stop[order.stop] = hub

    def orders(self, orders: Iterable[Order]) -> tuple[Order, ...]:
        weighed = []
        for order in orders:
            leg = self.leg_of.get(order.id)
            if leg is not None and leg.kind == LegKind.TRUNK:
                whole = self.problem.order_by_id[leg.order]
                order = replace(
                    order,
                    drop_penalty=whole.drop_penalty,
                    priority=whole.priority,
                    max_on_board_s=self._trunk_limit_s(leg.hub, whole),
                )
            weighed.append(order)
        return tuple(weighed)

    def _trunk_limit_s(self, hub: str, order: Order) -> int | None:
        """Seconds on a trunk vehicle home, so that perishables need no more than was reckoned."""
        clock = self.clocks.get(hub)
        if clock is None or order not in self._perishable_up(hub):
            return None
        assert clock.trunk_home_s is not None
        assert clock.cutoff_s is not None
        way_s = clock.trunk_home_s - clock.cutoff_s - self.goods[hub].up_service_s
        return max(0, way_s) + PUNCTUAL_S

    def _perishable_up(self, hub: str) -> list[Order]:
        clock = self.clocks.get(hub)
        if clock is None or clock.trunk_home_s is None or clock.cutoff_s is None:
            return []
        return [order for order in self.goods[hub].up if order.max_on_board_s is not None]

    def vehicle(self, vehicle: Vehicle) -> Vehicle:
        hub = vehicle.start_depot
        clock = self.clocks.get(hub)
        # where a van on the road is, is no matter of choice: it must come home in any case
        if clock is None or vehicle.underway is not None:
            return vehicle
        role = self.roles.get(vehicle.id, Role.BOTH)
        if hub in self.tagged:
            vehicle = replace(vehicle, tags=vehicle.tags | _tags(hub, role))
        if role != Role.INBOUND and clock.ready_s is not None:
            vehicle = _leave_from(vehicle, clock.ready_s)
        if role != Role.OUTBOUND and clock.cutoff_s is not None:
            vehicle = _return_by(
                vehicle, clock.cutoff_s - self._sorting_of_a_trip_s(hub) - clock.margin_s
            )
        return vehicle

    def _sorting_of_a_trip_s(self, hub: str) -> int:
        """Sorting of what one van brings, were all vans to bring as much."""
        place = self.problem.hub_by_depot[hub]
        vans = sum(vehicle.start_depot == hub for vehicle in self.problem.vehicles)
        whole_s = sorting_s(place, [order.load for order in self.goods[hub].up])
        fixed_s = sorting_s(place, [])
        return fixed_s + -(-(whole_s - fixed_s) // max(1, vans))

    def stop(self, stop: Stop) -> Stop:
        if stop.id in self.hub_stops:
            hub, direction = self.hub_stops[stop.id]
            return self._hub_stop(stop, hub, direction)
        if stop.id not in self.at_stop:
            return stop
        hub, orders = self.hub_of_stop[stop.id], self.at_stop[stop.id]
        if hub in self.tagged:
            tags: frozenset[str] = frozenset()
            if any(order.direction == Direction.OUTBOUND for order in orders):
                tags |= _tags(hub, Role.OUTBOUND)
            if any(order in self.goods[hub].up for order in orders):
                tags |= _tags(hub, Role.INBOUND)
            stop = replace(stop, required_tags=stop.required_tags | tags)
        return self._in_time_for_perishables(stop, hub, orders)

    def _hub_stop(self, stop: Stop, hub: str, direction: Direction) -> Stop:
        clock, goods = self.clocks[hub], self.goods[hub]
        if direction == Direction.INBOUND:
            if clock.cutoff_s is None:
                return stop
            until_s = clock.cutoff_s + PUNCTUAL_S if self._perishable_up(hub) else None
            return _within(stop, clock.cutoff_s, until_s)
        if clock.ready_s is None:
            return stop
        sorting = sorting_s(self.problem.hub_by_depot[hub], [order.load for order in goods.down])
        return _within(stop, None, clock.ready_s - sorting - goods.down_service_s)

    def _in_time_for_perishables(self, stop: Stop, hub: str, orders: Sequence[Order]) -> Stop:
        clock = self.clocks.get(hub)
        if clock is None:
            return stop
        service_s = stop.service_s + sum(order.service_s for order in orders)
        for order in orders:
            if order.max_on_board_s is None:
                continue
            limit_s = order.max_on_board_s - clock.margin_s
            if order.direction == Direction.OUTBOUND and clock.trunk_left_s is not None:
                stop = _within(stop, None, clock.trunk_left_s + limit_s)
            if order in self.goods[hub].up and clock.trunk_home_s is not None:
                home_s = clock.trunk_home_s + 2 * PUNCTUAL_S
                stop = _within(stop, home_s - limit_s - service_s, None)
        return stop


def _tags(hub: str, role: Role) -> frozenset[str]:
    """Tags that vans of a role have, and stops ask for by what is to be carried there."""
    directions = (Role.OUTBOUND, Role.INBOUND) if role == Role.BOTH else (role,)
    return frozenset(f"{hub}:{direction.value}" for direction in directions)


def _leave_from(vehicle: Vehicle, from_s: int) -> Vehicle:
    start_s, end_s = vehicle.shift_s
    start_s = max(start_s, from_s)
    late_s = max(0, end_s + vehicle.overtime_limit_s - start_s)
    if start_s <= end_s:
        return replace(vehicle, shift_s=(start_s, end_s))
    costs = replace(vehicle.costs, max_overtime_s=late_s)
    return replace(vehicle, shift_s=(start_s, start_s), costs=costs)


def _return_by(vehicle: Vehicle, by_s: int) -> Vehicle:
    start_s, end_s = vehicle.shift_s
    by_s = max(by_s, start_s)
    if by_s >= end_s + vehicle.overtime_limit_s:
        return vehicle
    costs = replace(vehicle.costs, max_overtime_s=max(0, by_s - end_s))
    return replace(vehicle, shift_s=(start_s, min(end_s, by_s)), costs=costs)


def _within(stop: Stop, from_s: int | None, until_s: int | None) -> Stop:
    """The stop's windows as far as they lie between two times; where none does, it never opens."""
    windows = stop.time_windows_s or ((0, 2 * S_PER_DAY),)
    cut: list[Window] = []
    for opens_s, closes_s in windows:
        first_s = opens_s if from_s is None else max(opens_s, from_s)
        last_s = closes_s if until_s is None else min(closes_s, until_s)
        if first_s <= last_s:
            cut.append((first_s, last_s))
    never = ((4 * S_PER_DAY, 4 * S_PER_DAY),)
    return replace(stop, time_windows_s=tuple(cut) or never)
