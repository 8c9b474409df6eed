"""Two plans of a day side by side: what differs by vehicle, by order, and in cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from coop_service.domain.edits.outcome import subtract_parts
from coop_service.domain.plan import CostParts, Plan, Route
from coop_service.domain.problem import Problem
from coop_service.domain.relay import chosen_modes, legs_of


class Difference(StrEnum):
    """How the same thing differs between two plans."""

    ADDED = "added"
    DROPPED = "dropped"
    MOVED = "moved"
    RETIMED = "retimed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class ServiceTime:
    """Where and when a plan serves an order: number of the visit in the day, start of service."""

    vehicle: str
    position: int
    stop: str
    start_s: int


@dataclass(frozen=True, slots=True)
class OrderDifference:
    """An order that the two plans treat differently.

    Attributes:
        order: of the problem.
        difference: ``added``, ``dropped``, ``moved`` (other vehicles or other stops) or
            ``retimed``.
        before, after: its services in each plan: one, or one for each leg or end.
        shift_s: of a retimed one the largest change of a start of service, later > 0.
    """

    order: str
    difference: Difference
    before: tuple[ServiceTime, ...]
    after: tuple[ServiceTime, ...]
    shift_s: int | None = None


@dataclass(frozen=True, slots=True)
class RouteDifference:
    """A vehicle's day that the two plans have differently.

    Attributes:
        vehicle: its id.
        difference: ``added``, ``dropped``, ``changed`` (other visits, or another sequence) or
            ``retimed``.
        before, after: its routes; None: it stays at home.
        added_stops, dropped_stops: that only the one or the other visits, in visiting order.
    """

    vehicle: str
    difference: Difference
    before: Route | None
    after: Route | None
    added_stops: tuple[str, ...] = ()
    dropped_stops: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanComparison:
    """Everything that differs from one plan to another; costs are yuan, the other less the one."""

    cost: float
    cost_parts: CostParts
    routes: tuple[RouteDifference, ...]
    orders: tuple[OrderDifference, ...]


def compare_plans(
    problem: Problem, plan: Plan, other_problem: Problem, other: Plan
) -> PlanComparison:
    """What has to be done to a plan to get another one, which may answer another problem.

    Args:
        problem: of the first plan.
        plan: the one that is looked at from.
        other_problem: of the second plan; orders and vehicles are the same if their ids are.
        other: the second plan.
    """
    before, after = _services(problem, plan), _services(other_problem, other)
    orders = (
        _order(name, before.get(name, ()), after.get(name, ()))
        for name in dict.fromkeys((*before, *after))
    )
    ours = {route.vehicle: route for route in plan.routes}
    theirs = {route.vehicle: route for route in other.routes}
    routes = (
        _route(name, ours.get(name), theirs.get(name)) for name in dict.fromkeys((*ours, *theirs))
    )
    return PlanComparison(
        round(other.cost - plan.cost, 2) + 0.0,
        subtract_parts(other.cost_parts, plan.cost_parts),
        tuple(one for one in routes if one is not None),
        tuple(one for one in orders if one is not None),
    )


def _services(problem: Problem, plan: Plan) -> Mapping[str, tuple[ServiceTime, ...]]:
    """Services of each order of the problem, in the sequence in which it is carried."""
    order_of = {leg.id: leg.order for leg in legs_of(problem, chosen_modes(plan))}
    found: dict[str, list[ServiceTime]] = {}
    for route in plan.routes:
        for position, visit in enumerate(route.visits):
            for name in visit.orders:
                service = ServiceTime(route.vehicle, position, visit.stop, visit.start_s)
                found.setdefault(order_of.get(name, name), []).append(service)
    return {
        name: tuple(sorted(services, key=lambda one: (one.start_s, one.vehicle, one.stop)))
        for name, services in found.items()
    }


def _order(
    name: str, before: tuple[ServiceTime, ...], after: tuple[ServiceTime, ...]
) -> OrderDifference | None:
    if not before or not after:
        difference = Difference.ADDED if after else Difference.DROPPED
        return OrderDifference(name, difference, before, after)
    if [(one.vehicle, one.stop) for one in before] != [(one.vehicle, one.stop) for one in after]:
        return OrderDifference(name, Difference.MOVED, before, after)
    shifts_s = [b.start_s - a.start_s for a, b in zip(before, after, strict=True)]
    shift_s = max(shifts_s, key=abs)
    if shift_s == 0:
        return None
    return OrderDifference(name, Difference.RETIMED, before, after, shift_s)


def _route(name: str, before: Route | None, after: Route | None) -> RouteDifference | None:
    if before is None or after is None:
        difference = Difference.ADDED if before is None else Difference.DROPPED
        return RouteDifference(name, difference, before, after, *_stops(before, after))
    if before == after:
        return None
    same = [(visit.stop, visit.orders) for visit in before.visits] == [
        (visit.stop, visit.orders) for visit in after.visits
    ]
    difference = Difference.RETIMED if same else Difference.CHANGED
    return RouteDifference(name, difference, before, after, *_stops(before, after))


def _stops(before: Route | None, after: Route | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Stops that only the second route visits, and those that only the first does."""
    ours = dict.fromkeys(visit.stop for visit in before.visits) if before else {}
    theirs = dict.fromkeys(visit.stop for visit in after.visits) if after else {}
    return (
        tuple(stop for stop in theirs if stop not in ours),
        tuple(stop for stop in ours if stop not in theirs),
    )
