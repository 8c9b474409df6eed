"""Orders that a search left out are tried once more, one at a time, in every place of the plan.

A search moves visits with most of their orders; where one order of many stands in the way of the
others this step takes them apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from coop_service.domain.problem import Direction, Order
from coop_service.planning.evaluation import evaluator
from coop_service.planning.instance import Instance, Routes
from coop_service.planning.visits import VisitTask, make_visits, may_have_another_visit


@dataclass(frozen=True, eq=False)
class PlannedRoutes:
    """Tasks with the routes that serve them; of the orders those in no route are left out."""

    instance: Instance
    routes: Routes
    orders: tuple[Order, ...]

    @property
    def left_out(self) -> tuple[Order, ...]:
        """Orders that no route serves: mandatory ones first, by priority, then by penalty."""
        tasks = self.instance.tasks
        served = {order.id for route in self.routes for i in route for order in tasks[i].orders}
        return tuple(
            sorted(
                (order for order in self.orders if order.id not in served),
                key=lambda o: (
                    o.drop_penalty is not None,
                    -o.priority if o.drop_penalty is None else -o.drop_penalty,
                ),
            )
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an order could go, and the yuan that it would add."""

    vehicle: int
    route: tuple[int, ...]
    extra_yuan: float


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Tasks that would serve an order: joined to visits of its stop (by their task), or alone."""

    joined: dict[int, int]
    alone: int | None


def readmit(planned: PlannedRoutes) -> PlannedRoutes:
    """Put each left-out order in its cheapest place, where it has one and is worth it."""
    planned = _join_visits(planned)
    waiting = [o for o in planned.left_out if o.direction is not Direction.TRANSFER]
    while waiting:
        candidates, instance = _add_candidates(planned, waiting)
        for number, order in enumerate(waiting):
            places = _places(instance, planned.routes, candidates[number])
            place = min(places, key=lambda p: p.extra_yuan, default=None)
            worth_yuan = float("inf") if order.drop_penalty is None else order.drop_penalty
            if place is None or place.extra_yuan >= worth_yuan:
                continue
            routes = list(planned.routes)
            routes[place.vehicle] = place.route
            planned = replace(planned, instance=instance, routes=tuple(routes))
            # the orders that follow may now join another visit
            waiting = waiting[number + 1 :]
            break
        else:
            return planned
    return planned


def _join_visits(planned: PlannedRoutes) -> PlannedRoutes:
    """Keep one visit of a stop that was split for orders which are now left out.

    PROBLEM_FORMAT: a stop that fewer visits could serve is not to be split. What is taken out waits
    for another place; the visit that a vehicle's day begins with stays, or that of most orders.
    """
    instance, problem = planned.instance, planned.instance.problem
    visits: defaultdict[str, list[int]] = defaultdict(list)
    for route in planned.routes:
        for i in route:
            visits[instance.tasks[i].stop.id].append(i)
    gone: set[int] = set()
    for here in visits.values():
        orders = {order.id: order for i in here for order in instance.tasks[i].orders}
        if len(here) < 2 or any(o.direction is Direction.TRANSFER for o in orders.values()):
            continue
        stop = instance.tasks[here[0]].stop
        if len(make_visits(problem, stop, list(orders.values()))) < len(here):
            kept = max(
                here,
                key=lambda i: (
                    instance.tasks[i].begins_day_of is not None,
                    len(instance.tasks[i].orders),
                ),
            )
            gone |= set(here) - {kept}
    routes = tuple(tuple(i for i in route if i not in gone) for route in planned.routes)
    return replace(planned, routes=routes)


def _add_candidates(
    planned: PlannedRoutes, waiting: Sequence[Order]
) -> tuple[list[_Candidate], Instance]:
    problem = planned.instance.problem
    tasks = list(planned.instance.tasks)
    candidates = []
    for order in waiting:
        stop = problem.stop_by_id[order.stop]
        visits = [i for route in planned.routes for i in route if tasks[i].stop.id == stop.id]
        joined = {}
        for i in visits:
            joined[i] = len(tasks)
            tasks.append(replace(tasks[i], orders=(*tasks[i].orders, order)))
        together = [*(o for i in visits for o in tasks[i].orders), order]
        alone = None
        if may_have_another_visit(problem, stop, len(visits), together):
            alone = len(tasks)
            tasks.append(VisitTask(stop, (order,)))
        candidates.append(_Candidate(joined, alone))
    return candidates, replace(planned.instance, tasks=tuple(tasks))


def _places(instance: Instance, routes: Routes, candidate: _Candidate) -> Iterator[_Place]:
    for v, route in enumerate(routes):
        for position, i in enumerate(route):
            if i in candidate.joined and instance.allowed[v, candidate.joined[i]]:
                there = (*route[:position], candidate.joined[i], *route[position + 1 :])
                yield from _try(instance, v, route, there)
        if candidate.alone is not None and instance.allowed[v, candidate.alone]:
            for position in range(len(route) + 1):
                there = (*route[:position], candidate.alone, *route[position:])
                yield from _try(instance, v, route, there)


def _try(
    instance: Instance, v: int, before: tuple[int, ...], after: tuple[int, ...]
) -> Iterator[_Place]:
    timer, vehicle = evaluator(instance), instance.vehicles[v]
    yuan = timer.cost_yuan(vehicle, after)
    if yuan < float("inf"):
        yield _Place(v, after, yuan - timer.cost_yuan(vehicle, before))
