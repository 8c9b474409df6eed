"""When and how goods change vehicles at a hub: what handover sheets (交接单) list.

Outbound goods come with a visit of a trunk vehicle and leave with a branch van's trip. Inbound
goods come back with a branch van's trip and leave with a visit of a trunk vehicle. In between they
are sorted, with everything that came with them, and take up the hub's floor.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from coop_service.domain.occupancy import Stay
from coop_service.domain.plan import Route, Trip, Visit
from coop_service.domain.problem import Direction, Load, Order, Problem
from coop_service.domain.relay import (
    PIECES_UNIT,
    WEIGHT_UNIT,
    Leg,
    LegKind,
    Modes,
    legs_of,
    sorting_s,
)

_S_PER_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class Ride:
    """A call of a vehicle at a hub.

    Attributes:
        vehicle: its id.
        trip: number of the trip in the vehicle's day, from 0.
        visit: number of the visit in the trip, from 0, at which a trunk vehicle calls; None: a
            branch van, which calls with the departure or the return of the trip.
    """

    vehicle: str
    trip: int
    visit: int | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """An order that changes vehicles at a hub; times are seconds after the day's midnight.

    Attributes:
        order: the order of the problem, not one of its legs.
        relay: its township.
        hub: depot of the hub.
        direction: outbound or inbound.
        load: of the order.
        brought: with whom it comes.
        arrived_s: since when it is on the floor: the trunk vehicle's start of service, or the
            branch van's return.
        sorted_s: end of the trunk vehicle's service, or the branch van's return, and the sorting
            of all that came with it.
        taken: with whom it leaves; None: with nobody today.
        taken_s: by when it must have been sorted: the branch van's departure, or the trunk
            vehicle's start of service.
        left_s: when it leaves the floor: the branch van's departure, or the trunk vehicle's end of
            service.
        on_way_from_s: from when time on the way counts: the trunk vehicle's departure, or the end
            of service where it was collected.
        on_way_until_s: until when it counts: the start of service at the village, or the trunk
            vehicle's return; None like ``taken``.
    """

    order: str
    relay: str
    hub: str
    direction: Direction
    load: Load
    brought: Ride
    arrived_s: int
    sorted_s: int
    taken: Ride | None
    taken_s: int | None
    left_s: int | None
    on_way_from_s: int
    on_way_until_s: int | None


@dataclass(frozen=True, slots=True)
class Goods:
    """How much is handed over."""

    orders: int
    pieces: float
    weight_kg: float


@dataclass(frozen=True, slots=True)
class HubHour:
    """What one direction's goods do at a hub in the hour from ``from_s``."""

    hub: str
    from_s: int
    direction: Direction
    arriving: Goods
    leaving: Goods


def find_handovers(problem: Problem, modes: Modes, routes: Iterable[Route]) -> tuple[Handover, ...]:
    """Every order that reaches a hub, in the sequence of the problem's orders.

    Args:
        problem: the problem with its relays.
        modes: of each of its townships.
        routes: of a plan for it, in legs; their times are taken as they are. What the problem does
            not know is passed over, and of a leg that is served twice the first service counts.
    """
    services = _services(routes)
    legs_by_order: defaultdict[str, list[Leg]] = defaultdict(list)
    for leg in legs_of(problem, modes):
        legs_by_order[leg.order].append(leg)
    meetings = []
    batches: defaultdict[Ride, list[Load]] = defaultdict(list)
    for name, legs in legs_by_order.items():
        bringing, *taking = (services.get(leg.id) for leg in legs)
        if bringing is not None:
            order = problem.order_by_id[name]
            meeting = _Meeting(order, legs[0], bringing, taking[0] if taking else None)
            meetings.append(meeting)
            batches[meeting.brought].append(order.load)
    return tuple(
        meeting.handover(sorting_s(problem.hub_by_depot[meeting.leg.hub], batches[meeting.brought]))
        for meeting in meetings
    )


def floor_stays(handovers: Iterable[Handover], unit: str) -> list[Stay]:
    """How goods take up the floor, by order, in a unit of load."""
    return [
        Stay(one.order, one.arrived_s, one.left_s, one.load[unit])
        for one in handovers
        if unit in one.load
    ]


def list_by_hour(handovers: Iterable[Handover]) -> tuple[HubHour, ...]:
    """What arrives and leaves in which hour, by hub, hour and direction; idle hours left out."""
    arriving: defaultdict[tuple[str, int, Direction], list[Load]] = defaultdict(list)
    leaving: defaultdict[tuple[str, int, Direction], list[Load]] = defaultdict(list)
    for one in handovers:
        arriving[one.hub, _hour_s(one.arrived_s), one.direction].append(one.load)
        if one.left_s is not None:
            leaving[one.hub, _hour_s(one.left_s), one.direction].append(one.load)
    return tuple(
        HubHour(*key, _goods(arriving.get(key, ())), _goods(leaving.get(key, ())))
        for key in sorted(arriving.keys() | leaving.keys())
    )


def _hour_s(time_s: int) -> int:
    return time_s - time_s % _S_PER_HOUR


def _goods(loads: Sequence[Load]) -> Goods:
    return Goods(
        len(loads),
        math.fsum(load.get(PIECES_UNIT, 0.0) for load in loads),
        math.fsum(load.get(WEIGHT_UNIT, 0.0) for load in loads),
    )


@dataclass(frozen=True, slots=True)
class _Service:
    """Where in a plan a leg is served."""

    vehicle: str
    trip_number: int
    trip: Trip
    visit_number: int
    visit: Visit

    @property
    def trunk_call(self) -> Ride:
        return Ride(self.vehicle, self.trip_number, self.visit_number)

    @property
    def branch_call(self) -> Ride:
        return Ride(self.vehicle, self.trip_number)


def _services(routes: Iterable[Route]) -> dict[str, _Service]:
    services: dict[str, _Service] = {}
    for route in routes:
        for trip_number, trip in enumerate(route.trips):
            for visit_number, visit in enumerate(trip.stops):
                service = _Service(route.vehicle, trip_number, trip, visit_number, visit)
                for name in visit.orders:
                    services.setdefault(name, service)
    return services


@dataclass(frozen=True, slots=True)
class _Meeting:
    """An order, the leg that brings it to the hub, and where both its legs are served."""

    order: Order
    leg: Leg
    bringing: _Service
    taking: _Service | None

    @property
    def is_outbound(self) -> bool:
        return self.leg.kind == LegKind.TRUNK

    @property
    def brought(self) -> Ride:
        return self.bringing.trunk_call if self.is_outbound else self.bringing.branch_call

    def handover(self, sorting_s: int) -> Handover:
        bringing, taking = self.bringing, self.taking
        taken: Ride | None = None
        taken_s = left_s = on_way_until_s = None
        if self.is_outbound:
            arrived_s, unloaded_s = bringing.visit.start_s, bringing.visit.depart_s
            on_way_from_s = bringing.trip.depart_s
            if taking is not None:
                taken, taken_s = taking.branch_call, taking.trip.depart_s
                left_s, on_way_until_s = taken_s, taking.visit.start_s
        else:
            arrived_s = unloaded_s = bringing.trip.return_s
            on_way_from_s = bringing.visit.depart_s
            if taking is not None:
                taken, taken_s = taking.trunk_call, taking.visit.start_s
                left_s, on_way_until_s = taking.visit.depart_s, taking.trip.return_s
        return Handover(
            order=self.order.id,
            relay=self.leg.relay,
            hub=self.leg.hub,
            direction=self.order.direction,
            load=self.order.load,
            brought=self.brought,
            arrived_s=arrived_s,
            sorted_s=unloaded_s + sorting_s,
            taken=taken,
            taken_s=taken_s,
            left_s=left_s,
            on_way_from_s=on_way_from_s,
            on_way_until_s=on_way_until_s,
        )
