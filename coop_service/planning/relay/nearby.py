"""Another mode for one township, planned with the vehicles that have to do with it; others stay.

A plan for the whole day finds other routes each time it is made, and what these cost more or less
hides what one township's mode does. Where all else stays, the difference is that of the mode.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

from coop_service.domain.plan import Plan, Route
from coop_service.domain.problem import Mode, Problem, Relay
from coop_service.domain.relay import expand, legs_of, relay_of
from coop_service.planning.relay.candidate import Candidate

NEAR_ROUTES: Final = 3
"""Routes near a township whose vehicles are planned again with its own."""

IDLE_VEHICLES: Final = 4
"""Idle vehicles that may help them."""

MOST: Final = 0.75
"""Share of the vehicles of which more would be the whole day again."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A part of a day: some vehicles, and what they carry in a plan.

    Attributes:
        problem: the day with these vehicles, and the orders that they carry or nobody does.
        start: what they do in the plan.
        vehicles: their ids.
    """

    problem: Problem
    start: Plan
    vehicles: frozenset[str]


def find_neighbourhood(
    problem: Problem, plan: Candidate, relays: Sequence[Relay]
) -> Neighbourhood | None:
    """The vehicles that have to do with townships in a plan; None: nearly all of the day."""
    vehicles_of = _vehicles_by_order(problem, plan.modes, plan.plan.routes)
    used = {route.vehicle for route in plan.plan.routes}
    chosen: set[str] = set()
    for relay in relays:
        own = {
            vehicle
            for name, vehicles in vehicles_of.items()
            if relay_of(problem, problem.order_by_id[name]) is relay
            for vehicle in vehicles
        }
        based = {v.id for v in problem.vehicles if v.start_depot == relay.hub}
        chosen |= own | based | _nearest(problem, plan, relay, own | based)
        chosen |= _idle(problem, relay, used | chosen)
    chosen = _with_partners(chosen, vehicles_of)
    if len(chosen) > MOST * len(used | chosen):
        return None
    return _cut_out(problem, plan, frozenset(chosen), vehicles_of)


def put_back(
    plan: Candidate, part: Neighbourhood, changed: Candidate
) -> tuple[tuple[Route, ...], Plan]:
    """All routes of the day with those of a part changed, and the plain plan to go on from."""

    def others(routes: Sequence[Route]) -> tuple[Route, ...]:
        return tuple(route for route in routes if route.vehicle not in part.vehicles)

    routes = (*others(plan.plan.routes), *changed.plan.routes)
    plain = replace(
        plan.plain,
        routes=(*others(plan.plain.routes), *changed.plain.routes),
        unassigned=changed.plain.unassigned,  # what is left out is in the part
    )
    return routes, plain


def _vehicles_by_order(
    problem: Problem, modes: Mapping[str, Mode], routes: Sequence[Route]
) -> dict[str, set[str]]:
    """Who carries each order, or a leg of it."""
    order_of = {leg.id: leg.order for leg in legs_of(problem, modes)}
    found: dict[str, set[str]] = {}
    for route in routes:
        for visit in route.visits:
            for name in visit.orders:
                found.setdefault(order_of.get(name, name), set()).add(route.vehicle)
    for vehicle in problem.vehicles:
        for item in vehicle.underway.on_board if vehicle.underway else ():
            found.setdefault(item.order, set()).add(vehicle.id)
    return found


def _nearest(
    problem: Problem, plan: Candidate, relay: Relay, known: AbstractSet[str]
) -> frozenset[str]:
    """Vehicles whose routes pass nearest to the township's stops, in seconds of driving."""
    day = expand(problem, plan.modes)
    stops = [problem.stop_by_id[name].location for name in relay.stops]
    apart: list[tuple[float, str]] = []
    for route in plan.plan.routes:
        places = [day.stop_by_id[visit.stop].location for visit in route.visits]
        if route.vehicle in known or not places:
            continue
        profile = problem.profiles[problem.vehicle_by_id[route.vehicle].profile]
        ways = [
            int(profile.duration_s[a, b]) for a in stops for b in places if profile.allows(a, b)
        ]
        if ways:
            apart.append((sum(sorted(ways)[: len(stops)]), route.vehicle))
    return frozenset(name for _, name in sorted(apart)[:NEAR_ROUTES])


def _idle(problem: Problem, relay: Relay, busy: AbstractSet[str]) -> frozenset[str]:
    """Idle vehicles of the depots that the township's goods belong to, the cheapest first."""
    depots = {order.depot for order in problem.orders if relay_of(problem, order) is relay}
    idle = [v for v in problem.vehicles if v.start_depot in depots and v.id not in busy]
    idle.sort(key=lambda vehicle: (vehicle.costs.fixed, vehicle.id))
    # the largest as well: a trunk needs room
    largest = sorted(idle, key=lambda v: (-sum(v.capacity.values()), v.id))
    return frozenset(v.id for v in (*idle[: IDLE_VEHICLES // 2], *largest[: IDLE_VEHICLES // 2]))


def _with_partners(chosen: set[str], vehicles_of: Mapping[str, set[str]]) -> set[str]:
    """And whoever carries another leg of what they carry."""
    grows = True
    while grows:
        before = len(chosen)
        for vehicles in vehicles_of.values():
            if not vehicles.isdisjoint(chosen):
                chosen |= vehicles
        grows = len(chosen) > before
    return chosen


def _cut_out(
    problem: Problem,
    plan: Candidate,
    vehicles: frozenset[str],
    vehicles_of: Mapping[str, set[str]],
) -> Neighbourhood:
    orders = tuple(
        order for order in problem.orders if vehicles_of.get(order.id, vehicles) <= vehicles
    )
    part = replace(
        problem,
        vehicles=tuple(v for v in problem.vehicles if v.id in vehicles),
        orders=orders,
    )
    start = replace(
        plan.plain,
        routes=tuple(route for route in plan.plain.routes if route.vehicle in vehicles),
    )
    return Neighbourhood(part, start, vehicles)
