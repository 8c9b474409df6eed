"""A plan without its times: who visits what in which order, what nobody serves, what is locked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from coop_service.domain.edits.locks import Locks
from coop_service.domain.plan import Plan, Route
from coop_service.domain.problem import Direction, Mode, Problem
from coop_service.domain.relay import chosen_modes, expand, legs_of, orders_of


@dataclass(frozen=True, slots=True)
class Call:
    """A visit that is yet to be timed."""

    stop: str
    orders: tuple[str, ...]


Trips = tuple[tuple[Call, ...], ...]
"""A vehicle's day: its trips, each with its visits. A van on the road may have one without any."""


@dataclass(frozen=True, eq=False)
class Frame:
    """What stays as it is while a plan is changed.

    Attributes:
        problem: the problem as it is stored, without locks.
        modes: of its townships, as the base plan has them.
        day: the plain problem in legs.
    """

    problem: Problem
    modes: Mapping[str, Mode]
    day: Problem

    @cached_property
    def legs_by_order(self) -> Mapping[str, tuple[str, ...]]:
        """For each order of the problem what carries it in the plan: itself, or its legs."""
        found: dict[str, list[str]] = {}
        for leg in legs_of(self.problem, self.modes):
            found.setdefault(leg.order, []).append(leg.id)
        return {order.id: tuple(found.get(order.id, [order.id])) for order in self.problem.orders}

    @cached_property
    def order_of(self) -> Mapping[str, str]:
        """The problem's order, by what carries it in the plan."""
        return {leg: order for order, legs in self.legs_by_order.items() for leg in legs}

    @cached_property
    def collected(self) -> frozenset[str]:
        """Inbound orders on board of vans on the road: they are served without a visit."""
        return frozenset(
            item.order
            for vehicle in self.problem.vehicles
            for item in (vehicle.underway.on_board if vehicle.underway else ())
            if self.problem.order_by_id[item.order].direction == Direction.INBOUND
        )

    def pool_of(self, services: Iterable[str]) -> tuple[str, ...]:
        """Orders of the problem that these orders of the plan serve no part of, in its order."""
        served = orders_of(self.problem, self.modes, services) | self.collected
        return tuple(order.id for order in self.problem.orders if order.id not in served)


@dataclass(frozen=True, eq=False)
class Board:
    """A plan's routes without times.

    Attributes:
        frame: the day that it is a plan of.
        routes: by vehicle; who stays at home is not there.
        locks: what is held fast.
    """

    frame: Frame
    routes: Mapping[str, Trips]
    locks: Locks = field(default_factory=Locks)

    @property
    def services(self) -> frozenset[str]:
        """Orders, in legs, that some visit serves."""
        return frozenset(
            name
            for trips in self.routes.values()
            for trip in trips
            for call in trip
            for name in call.orders
        )

    @property
    def pool(self) -> tuple[str, ...]:
        """Orders of the problem that nobody serves, in the problem's order."""
        return self.frame.pool_of(self.services)

    def calls(self, vehicle: str) -> tuple[Call, ...]:
        """All visits of a vehicle's day in order."""
        return tuple(call for trip in self.routes.get(vehicle, ()) for call in trip)


def lay_out(problem: Problem, plan: Plan, locks: Locks | None = None) -> Board:
    """The board of a plan.

    Args:
        problem: without locks.
        plan: one that answers it, and names only what the problem has.
        locks: that are in force; None: none.
    """
    modes = chosen_modes(plan)
    frame = Frame(problem, modes, expand(problem, modes))
    routes = {route.vehicle: trips_of(route) for route in plan.routes}
    return Board(frame, routes, locks or Locks())


def trips_of(route: Route) -> Trips:
    """What a route serves at which stops, without its times."""
    return tuple(
        tuple(Call(visit.stop, visit.orders) for visit in trip.stops) for trip in route.trips
    )
