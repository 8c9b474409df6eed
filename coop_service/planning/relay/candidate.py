"""Plans in two tiers: made of plain plans in legs, judged by verification, and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from coop_service.domain.key_figures import key_figures
from coop_service.domain.plan import (
    CostParts,
    ModeChoice,
    Plan,
    Route,
    Status,
    Unassigned,
)
from coop_service.domain.problem import Direction, Mode, Order, Problem
from coop_service.domain.relay import Modes, expand, legs_of, orders_of, relay_of
from coop_service.domain.verify import verify
from coop_service.planning.plan_day import without_a_place
from coop_service.planning.relay.itinerary import route_cost

Worth = tuple[int, float]
"""Priority of mandatory orders that are left out, then yuan: the less the better."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plan that verification accepts.

    Attributes:
        plan: in two tiers, of the problem itself.
        plain: the plain plan in legs that it was made of, to go on from.
        modes: of each township.
        worth: to compare it by.
    """

    plan: Plan
    plain: Plan
    modes: Mapping[str, Mode]
    worth: Worth


def make_plan(
    problem: Problem,
    modes: Modes,
    routes: Sequence[Route],
    *,
    engine: str,
    seconds: float,
    reasons: Iterable[Unassigned],
    status: Status = Status.FEASIBLE,
) -> Plan:
    """The plan of routes in legs.

    Args:
        problem: with its relays.
        modes: of each of its townships.
        routes: in legs, at their times.
        engine, seconds, status: as the plan states them.
        reasons: why orders of the problem are left out; those served are passed over, and orders
            without a reason get a plain one.
    """
    day = expand(problem, modes)
    left_out = [
        order for order in problem.orders if order.id in left_out_of(problem, modes, routes)
    ]
    given = {reason.order: reason for reason in reasons}
    parts = CostParts(dropped=sum(order.drop_penalty or 0.0 for order in left_out))
    for route in routes:
        parts += route_cost(day, route)
    number = {vehicle.id: i for i, vehicle in enumerate(problem.vehicles)}
    visits_of = Counter(visit.stop for route in routes for visit in route.visits)
    plan = Plan(
        name=problem.name,
        engine=engine,
        status=status,
        seconds=round(seconds, 3),
        cost=round(parts.total, 2),
        cost_parts=parts.rounded(),
        routes=tuple(sorted(routes, key=lambda route: number[route.vehicle])),
        unassigned=tuple(given.get(order.id) or without_a_place(order) for order in left_out),
        split_stops=tuple(stop.id for stop in day.stops if visits_of[stop.id] > 1),
        modes=tuple(ModeChoice(relay.id, modes[relay.id]) for relay in problem.relays),
    )
    return replace(plan, kpis=key_figures(problem, plan))


def left_out_of(problem: Problem, modes: Modes, routes: Iterable[Route]) -> AbstractSet[str]:
    """Ids of the problem's orders that no leg of the routes serves."""
    served = {name for route in routes for visit in route.visits for name in visit.orders}
    for vehicle in problem.vehicles:
        on_board = vehicle.underway.on_board if vehicle.underway else ()
        for item in on_board:
            if problem.order_by_id[item.order].direction == Direction.INBOUND:
                served.add(item.order)
    return problem.order_by_id.keys() - orders_of(problem, modes, served)


def broken_chains(problem: Problem, modes: Modes, routes: Iterable[Route]) -> frozenset[str]:
    """Ids of orders with one leg that is served and one that is not."""
    served = {name for route in routes for visit in route.visits for name in visit.orders}
    done: dict[str, set[bool]] = {}
    for leg in legs_of(problem, modes):
        done.setdefault(leg.order, set()).add(leg.id in served)
    return frozenset(name for name, states in done.items() if len(states) > 1)


def without(problem: Problem, orders: AbstractSet[str]) -> Problem:
    """The problem without some of its orders."""
    return replace(problem, orders=tuple(one for one in problem.orders if one.id not in orders))


def judge(problem: Problem, plan: Plan) -> Worth | None:
    """What a plan is worth; None: verification finds a fault."""
    if not verify(problem, plan).ok:
        return None
    return worth_of(problem, plan)


def worth_of(problem: Problem, plan: Plan) -> Worth:
    """What a plan that keeps the rules is worth."""
    left = [problem.order_by_id[one.order] for one in plan.unassigned]
    return sum(o.priority for o in left if o.drop_penalty is None), plan.cost


def reasons_of_orders(
    problem: Problem, modes: Modes, reasons: tuple[Unassigned, ...]
) -> Iterator[Unassigned]:
    """Reasons of legs as reasons of their orders; proofs under bounds prove nothing."""
    relayed = any(mode == Mode.RELAY for mode in modes.values())
    for reason in reasons:
        for name in orders_of(problem, modes, [reason.order]):
            order = problem.order_by_id[name]
            bound = relayed and not _is_free_of_bounds(problem, order)
            yield replace(reason, order=name, proved=reason.proved and not bound)


def _is_free_of_bounds(problem: Problem, order: Order) -> bool:
    """Whether the clocks of hubs bind no vehicle that could carry the order.

    Its vehicles are based at its own depot, which is no hub; a packing cut-off closes a depot for
    outbound goods as well.
    """
    return (
        order.direction != Direction.TRANSFER
        and order.depot not in problem.hub_by_depot
        and relay_of(problem, order) is None
        and problem.depot_by_id[order.depot].packing_cutoff_s is None
    )
