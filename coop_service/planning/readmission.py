"""Orders that a search left out are tried once more, one at a time, in every place of the plan.

A search moves whole visits; where one order of a visit stands in the way of the others, or may be
dropped alone, this step takes the orders apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from coop_service.domain.problem import Order
from coop_service.planning.evaluation import evaluate_trip
from coop_service.planning.instance import Instance, Routes
from coop_service.planning.visits import VisitTask, can_take_together


@dataclass(frozen=True, eq=False)
class PlannedRoutes:
    """Tasks with the routes that serve them; tasks in no route are left out."""

    instance: Instance
    routes: Routes

    @property
    def left_out(self) -> tuple[Order, ...]:
        """Orders that no route serves: mandatory ones first, by priority, then by penalty."""
        served = {i for route in self.routes for i in route}
        orders = [
            order
            for i, task in enumerate(self.instance.tasks)
            if i not in served
            for order in task.orders
        ]
        return tuple(
            sorted(
                orders,
                key=lambda o: (
                    o.drop_penalty is not None,
                    -o.priority if o.drop_penalty is None else -o.drop_penalty,
                ),
            )
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an order could go, and the yuan that it would add."""

    tasks: tuple[VisitTask, ...]
    vehicle: int
    route: tuple[int, ...]
    extra_yuan: float


def readmit(planned: PlannedRoutes) -> PlannedRoutes:
    """Put each left-out order in its cheapest place, where it has one and is worth it."""
    for order in planned.left_out:
        place = min(_places(planned, order), key=lambda p: p.extra_yuan, default=None)
        if place is None:
            continue
        if order.drop_penalty is not None and order.drop_penalty <= place.extra_yuan:
            continue
        routes = list(planned.routes)
        routes[place.vehicle] = place.route
        instance = replace(planned.instance, tasks=place.tasks)
        planned = PlannedRoutes(instance, tuple(routes))
    return planned


def _places(planned: PlannedRoutes, order: Order) -> Iterator[_Place]:
    instance, routes = planned.instance, planned.routes
    # the order leaves the task in which the search had put it
    tasks = tuple(
        VisitTask(task.stop, tuple(o for o in task.orders if o.id != order.id))
        for task in instance.tasks
    )
    visits = [
        (v, i) for v, route in enumerate(routes) for i in route if tasks[i].stop.id == order.stop
    ]
    for v, i in visits:
        joined = VisitTask(tasks[i].stop, (*tasks[i].orders, order))
        if can_take_together(instance.vehicles[v], joined.stop, joined.orders):
            yield from _try(planned, (*tasks[:i], joined, *tasks[i + 1 :]), v, routes[v])
    stop = instance.problem.stop_by_id[order.stop]
    together = [*(o for _, i in visits for o in tasks[i].orders), order]
    if visits and any(can_take_together(v, stop, together) for v in instance.vehicles):
        return  # PROBLEM_FORMAT: such a stop is not to be split
    alone = (*tasks, VisitTask(stop, (order,)))
    for v, vehicle in enumerate(instance.vehicles):
        if can_take_together(vehicle, stop, (order,)):
            for position in range(len(routes[v]) + 1):
                route = (*routes[v][:position], len(tasks), *routes[v][position:])
                yield from _try(planned, alone, v, route)


def _try(
    planned: PlannedRoutes, tasks: tuple[VisitTask, ...], v: int, route: Sequence[int]
) -> Iterator[_Place]:
    vehicle = planned.instance.vehicles[v]
    after = evaluate_trip(replace(planned.instance, tasks=tasks), vehicle, route)
    if after is None:
        return
    before = planned.routes[v] and evaluate_trip(planned.instance, vehicle, planned.routes[v])
    cost_before = before.cost_parts.total if before else 0.0
    yield _Place(tasks, v, tuple(route), after.cost_parts.total - cost_before)
