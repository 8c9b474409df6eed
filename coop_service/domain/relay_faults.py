"""Faults of hubs and relays: what a township's goods are to change at, and which goods those are.

Goods on board of a van on the road are on one leg of their way, and nothing says on which: so they
may not belong to a township that could be relayed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from coop_service.domain.problem import Direction, Mode, Order, Problem, Relay
from coop_service.domain.relay import Leg, LegKind, hub_stop_id, relay_of
from coop_service.domain.value_faults import (
    MAX_WHOLE,
    load_faults,
    range_fault,
    reference_fault,
)
from coop_service.errors import Fault, both, pointer


def find_relay_faults(problem: Problem) -> Iterator[Fault]:
    """All faults of hubs and relays, with JSON pointers into the problem's document."""
    return chain(
        _hub_faults(problem),
        _relay_faults(problem),
        _main_depot_faults(problem),
        _reserved_id_faults(problem),
        _on_board_faults(problem),
    )


def _hub_faults(problem: Problem) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for index, hub in enumerate(problem.hubs):
        where = pointer("hubs", index)
        yield from reference_fault(where + "/depot", "depot", hub.depot, problem.depot_by_id)
        earlier = first.setdefault(hub.depot, index)
        if earlier != index:
            yield Fault(
                where + "/depot",
                "hub_twice",
                both(
                    f"车场“{hub.depot}”已在 {pointer('hubs', earlier)} 列为中转站",
                    f"depot {hub.depot!r} is a hub already at {pointer('hubs', earlier)}",
                ),
            )
        yield from range_fault(where + "/doors", hub.doors, 1, MAX_WHOLE)
        yield from load_faults(where + "/floor", hub.floor)
        for name, duration_s in (
            ("sort_fixed_s", hub.sort_fixed_s),
            ("sort_s_per_piece", hub.sort_s_per_piece),
            ("sort_s_per_kg", hub.sort_s_per_kg),
        ):
            yield from range_fault(f"{where}/{name}", duration_s, 0, MAX_WHOLE)


def _relay_faults(problem: Problem) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for index, relay in enumerate(problem.relays):
        where = pointer("relays", index)
        yield from reference_fault(where + "/hub", "depot", relay.hub, problem.depot_by_id)
        if relay.hub in problem.depot_by_id and relay.hub not in problem.hub_by_depot:
            yield Fault(
                where + "/hub",
                "missing_hub",
                both(
                    f"车场“{relay.hub}”未列入 hubs",
                    f"depot {relay.hub!r} is not listed under hubs",
                ),
            )
        for number, stop in enumerate(relay.stops):
            at = where + pointer("stops", number)
            yield from reference_fault(at, "stop", stop, problem.stop_by_id)
            earlier = first.setdefault(stop, at)
            if earlier != at:
                yield Fault(
                    at,
                    "stop_in_two_relays",
                    both(
                        f"停靠点“{stop}”已在 {earlier} 列出,只能属于一个乡镇",
                        f"stop {stop!r} is listed already at {earlier}; it belongs to one township",
                    ),
                )


def _main_depot_faults(problem: Problem) -> Iterator[Fault]:
    """A township's goods come from one depot and go to it, and that is no hub."""
    depots_of: defaultdict[str, dict[str, Order]] = defaultdict(dict)
    for order, relay in _relayed(problem):
        if order.depot in problem.depot_by_id:
            depots_of[relay.id].setdefault(order.depot, order)
    in_use = {order.depot for order in problem.orders if order.direction != Direction.TRANSFER}
    for index, relay in enumerate(problem.relays):
        where = pointer("relays", index)
        main_depots = depots_of[relay.id]
        if len(main_depots) > 1:
            (one, first), (other, second), *_ = main_depots.items()
            yield Fault(
                where + "/stops",
                "main_depots_differ",
                both(
                    f"一个乡镇的货只能属于一个主车场,而订单“{first.id}”属于“{one}”,"
                    f"“{second.id}”属于“{other}”",
                    f"the goods of a township have one main depot, but order {first.id!r} belongs "
                    f"to {one!r} and {second.id!r} to {other!r}",
                ),
            )
        if relay.hub in in_use and in_use <= problem.hub_by_depot.keys():
            yield Fault(
                where + "/hub",
                "hub_is_main_depot",
                both(
                    f"所有订单都属于中转站,没有可供中转的货:“{relay.hub}”不能同时是主车场",
                    f"every order belongs to a hub, so there is nothing to relay: {relay.hub!r} "
                    "cannot be the main depot as well",
                ),
            )


def _reserved_id_faults(problem: Problem) -> Iterator[Fault]:
    """Ids that orders and stops get when a township is relayed."""
    legs = {
        Leg(order.id, kind, relay.id, relay.hub).id
        for order, relay in _relayed(problem)
        for kind in LegKind
    }
    stops = {
        hub_stop_id(relay.hub, direction)
        for relay in problem.relays
        for direction in (Direction.OUTBOUND, Direction.INBOUND)
    }
    named = (
        *(("orders", index, order.id, legs) for index, order in enumerate(problem.orders)),
        *(("stops", index, stop.id, stops) for index, stop in enumerate(problem.stops)),
    )
    for kind, index, name, reserved in named:
        if name in reserved:
            yield Fault(
                pointer(kind, index, "id"),
                "reserved_id",
                both(
                    f"编号“{name}”是中转时自动取的名字,请改名",
                    f"the id {name!r} is one that relaying gives by itself; choose another",
                ),
            )


def _on_board_faults(problem: Problem) -> Iterator[Fault]:
    relayed = {
        order.id: relay for order, relay in _relayed(problem) if relay.fixed_mode != Mode.DIRECT
    }
    for index, vehicle in enumerate(problem.vehicles):
        for number, item in enumerate(vehicle.underway.on_board if vehicle.underway else ()):
            if item.order in relayed:
                township = relayed[item.order].id
                yield Fault(
                    pointer("vehicles", index, "underway", "on_board", number, "order"),
                    "relayed_on_board",
                    both(
                        f"订单“{item.order}”已在车上,其乡镇“{township}”的 mode 应为 direct",
                        f"order {item.order!r} is on board, so the mode of its township "
                        f"{township!r} must be direct",
                    ),
                )


def _relayed(problem: Problem) -> Iterator[tuple[Order, Relay]]:
    for order in problem.orders:
        relay = relay_of(problem, order)
        if relay is not None:
            yield order, relay
