"""Townships served over a hub: each of their orders is carried in two legs, by two vehicles.

A problem with relays becomes a plain one (:func:`expand`), so that whatever plans, walks and prices
a plain day serves a relayed one as well. What ties the legs together (goods are sorted before they
are taken on, a hub's floor and doors, perishables across the change) is not in the plain problem;
:mod:`coop_service.domain.handovers` tells when goods change vehicles, and
:mod:`coop_service.domain.verify` judges it.

**What is relayed.** The outbound and inbound orders at a township's stops that belong to its main
depot. An order that belongs to a hub is local: a van based there carries it all the way. Transfers
stay with one vehicle.

**What legs keep.** Load, temperature, class of goods and ``service_s``, at the hub as in the
village. The branch leg, which every relayed order has, carries its ``drop_penalty`` and
``priority``; the trunk leg is as mandatory or optional, but weighs nothing. So where both legs are
left out the order counts once, and right plans leave out both or neither. ``max_on_board_s`` holds
for the chain, not for a leg; only where today's chain is one leg (inbound, ``next_day``) does the
leg keep it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from coop_service.domain.plan import Plan
from coop_service.domain.problem import (
    Direction,
    Hub,
    InboundDay,
    Load,
    Mode,
    ModeSetting,
    Order,
    Problem,
    Relay,
    Stop,
)

PIECES_UNIT: Final = "pieces"
WEIGHT_UNIT: Final = "weight_kg"

Modes = Mapping[str, Mode]
"""The mode of each township, by the id of its relay."""


class LegKind(StrEnum):
    """Between the main depot and the hub, or between the hub and the village."""

    TRUNK = "trunk"
    BRANCH = "branch"


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of an order's way, carried by one vehicle.

    Attributes:
        order: the order of the problem.
        kind: which part.
        relay: the township.
        hub: depot of the hub where the legs meet.
    """

    order: str
    kind: LegKind
    relay: str
    hub: str

    @property
    def id(self) -> str:
        """Id of the order that this leg is in the plain problem."""
        return f"{self.order}:{self.kind.value}"


def hub_stop_id(hub: str, direction: Direction) -> str:
    """Id of the stop where trunk vehicles leave outbound goods at a hub, or take inbound ones."""
    return f"{hub}:{'down' if direction == Direction.OUTBOUND else 'up'}"


def sorting_s(hub: Hub, batch: Iterable[Load]) -> int:
    """Whole seconds that sorting a batch takes: fixed + by pieces + by kg, rounded up.

    Args:
        hub: where.
        batch: loads of what arrives together: with one visit of a trunk vehicle, or one trip of a
            branch van. Only what changes vehicles is sorted.
    """
    loads = list(batch)
    pieces = math.fsum(load.get(PIECES_UNIT, 0.0) for load in loads)
    weight_kg = math.fsum(load.get(WEIGHT_UNIT, 0.0) for load in loads)
    exact_s = hub.sort_fixed_s + hub.sort_s_per_piece * pieces + hub.sort_s_per_kg * weight_kg
    return math.ceil(round(exact_s, 6))  # without what floats add to a whole number


def relay_of(problem: Problem, order: Order) -> Relay | None:
    """The township that the order is relayed with in mode relay; None: it always goes direct."""
    if order.direction == Direction.TRANSFER or order.depot in problem.hub_by_depot:
        return None
    return problem.relay_by_stop.get(order.stop)


def chosen_modes(plan: Plan) -> dict[str, Mode]:
    """The modes that a plan names."""
    return {choice.relay: choice.mode for choice in plan.modes}


def set_modes(problem: Problem, mode: ModeSetting) -> Problem:
    """The problem with the same setting for all its townships."""
    return replace(problem, relays=tuple(replace(relay, mode=mode) for relay in problem.relays))


def legs_of(problem: Problem, modes: Modes) -> tuple[Leg, ...]:
    """The legs of all orders that go over a hub, each order's in the sequence in which they go.

    Args:
        problem: a problem, with or without relays.
        modes: of each of its townships.

    Raises:
        KeyError: a township has no mode.
    """
    return tuple(leg for order in problem.orders for leg in _legs(problem, modes, order))


def orders_of(problem: Problem, modes: Modes, ids: Iterable[str]) -> frozenset[str]:
    """Ids of the plain problem's orders as ids of the problem's own: a leg stands for its order."""
    order_of = {leg.id: leg.order for leg in legs_of(problem, modes)}
    return frozenset(order_of.get(name, name) for name in ids)


def expand(problem: Problem, modes: Modes) -> Problem:
    """The plain problem in legs: without hubs and relays, with a hub's stops at its place.

    Args:
        problem: a problem without faults of its own; without relays it stays as it is.
        modes: of each of its townships, whatever they are set to.

    Raises:
        KeyError: a township has no mode.
    """
    if not problem.hubs and not problem.relays:
        return problem
    orders: list[Order] = []
    hub_stops: dict[str, Stop] = {}
    for order in problem.orders:
        legs = _legs(problem, modes, order)
        if not legs:
            orders.append(order)
        for leg in legs:
            stop = _hub_stop(problem, leg.hub, order.direction)
            if leg.kind == LegKind.TRUNK:
                hub_stops[stop.id] = stop
            orders.append(_leg_order(order, leg, stop.id, is_whole=len(legs) == 1))
    return replace(
        problem,
        stops=(*problem.stops, *hub_stops.values()),
        orders=tuple(orders),
        hubs=(),
        relays=(),
    )


def _legs(problem: Problem, modes: Modes, order: Order) -> tuple[Leg, ...]:
    relay = relay_of(problem, order)
    if relay is None or modes[relay.id] != Mode.RELAY:
        return ()
    trunk, branch = (Leg(order.id, kind, relay.id, relay.hub) for kind in LegKind)
    if order.direction == Direction.OUTBOUND:
        return trunk, branch
    return (branch, trunk) if relay.inbound == InboundDay.SAME_DAY else (branch,)


def _hub_stop(problem: Problem, hub: str, direction: Direction) -> Stop:
    depot = problem.depot_by_id[hub]
    return Stop(
        hub_stop_id(hub, direction),
        depot.location,
        time_windows_s=((depot.open_s, depot.close_s),),
    )


def _leg_order(order: Order, leg: Leg, hub_stop: str, *, is_whole: bool) -> Order:
    limit_s = order.max_on_board_s if is_whole else None
    if leg.kind == LegKind.BRANCH:
        return replace(order, id=leg.id, depot=leg.hub, max_on_board_s=limit_s)
    return replace(
        order,
        id=leg.id,
        stop=hub_stop,
        max_on_board_s=limit_s,
        drop_penalty=None if order.drop_penalty is None else 0.0,
        priority=0,
    )
