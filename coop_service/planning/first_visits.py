"""The visits that a vehicle's day must begin with, settled before anything else is planned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from coop_service.domain.plan import Reason, Unassigned
from coop_service.domain.problem import Direction, Order, Problem, Vehicle
from coop_service.errors import both
from coop_service.planning.evaluation import Evaluator
from coop_service.planning.instance import Instance
from coop_service.planning.units import order_drop_yuan, ways_to_leave_out
from coop_service.planning.visits import VisitTask


@dataclass(frozen=True, slots=True)
class Settled:
    """Visit tasks without what the first stops of a day have no room for, and the reasons."""

    tasks: tuple[VisitTask, ...]
    left_out: tuple[Unassigned, ...]


def settle_first_visits(problem: Problem, tasks: Sequence[VisitTask]) -> Settled:
    """Leave out as little as lets each vehicle's day begin with its first stops.

    Stops are settled one after the other, each with as much of its orders as the clock and the load
    allow; where that is nothing the stop is passed over, with all of its orders.
    """
    gone: dict[str, str] = {}
    for vehicle in problem.vehicles:
        begun: list[VisitTask] = []
        for stop in vehicle.first_stops:
            here = [task for task in tasks if task.stop.id == stop]
            own = next((task for task in here if task.begins_day_of == vehicle.id), None)
            wanted = () if own is None else tuple(o for o in own.orders if o.id not in gone)
            kept = None if own is None else _most_kept(problem, vehicle, begun, own, wanted)
            if own is None or kept is None:
                at_stop = {o.id for o in problem.orders if stop in (o.stop, o.to_stop)}
                gone |= dict.fromkeys(at_stop, vehicle.id)
            else:
                gone |= {o.id: vehicle.id for o in wanted if o not in kept}
                begun.append(replace(own, orders=kept))
    named = {o.id for task in tasks for o in task.orders}
    first_stops = {stop for vehicle in problem.vehicles for stop in vehicle.first_stops}
    named |= {o.id for o in problem.orders if o.stop in first_stops}
    left = [task_without(task, gone) for task in tasks]
    return Settled(
        tuple(task for task in left if task.orders),
        tuple(_reason(problem.order_by_id[name], gone[name]) for name in gone if name in named),
    )


def first_routes(instance: Instance) -> tuple[tuple[int, ...], ...]:
    """For each vehicle the tasks that its day begins with, in order."""
    routes = []
    for vehicle in instance.vehicles:
        at = {stop: place for place, stop in enumerate(vehicle.first_stops)}
        own = [i for i, task in enumerate(instance.tasks) if task.begins_day_of == vehicle.id]
        routes.append(tuple(sorted(own, key=lambda i: at[instance.tasks[i].stop.id])))
    return tuple(routes)


def task_without(task: VisitTask, gone: Mapping[str, object]) -> VisitTask:
    """The task without some of its orders."""
    return replace(task, orders=tuple(o for o in task.orders if o.id not in gone))


def _most_kept(
    problem: Problem,
    vehicle: Vehicle,
    begun: Sequence[VisitTask],
    own: VisitTask,
    wanted: tuple[Order, ...],
) -> tuple[Order, ...] | None:
    """The orders of most weight that the visit can have after those before it; None: none."""
    if not wanted:
        return None
    penalty = order_drop_yuan(problem)
    ways = [{o.id for o in wanted}, *ways_to_leave_out(wanted, penalty)]
    for way in ways:
        kept = tuple(order for order in wanted if order.id in way)
        visits = [*begun, replace(own, orders=kept)]
        tasks = (*visits, *_other_ends(problem, visits))
        yuan = Evaluator(Instance(problem, tasks)).cost_yuan(vehicle, range(len(tasks)))
        if np.isfinite(yuan):
            return kept
    return None


def _other_ends(problem: Problem, visits: Sequence[VisitTask]) -> Iterator[VisitTask]:
    """Where transfers that are collected in these visits, and not left in them, are left."""
    left = {o.id for task in visits for o in task.orders if task.is_left_here(o)}
    for task in visits:
        for order in task.orders:
            if (
                order.direction is Direction.TRANSFER
                and order.to_stop is not None
                and order.id not in left
            ):
                yield VisitTask(problem.stop_by_id[order.to_stop], (order,))


def _reason(order: Order, vehicle: str) -> Unassigned:
    return Unassigned(
        order.id,
        Reason.COMPETITION,
        False,
        both(
            f"{order.stop} 固定在 {vehicle} 一天的开头，按此顺序该车无法服务此订单",
            f"{order.stop} is fixed to the beginning of the day of {vehicle}, which cannot serve "
            "this order there",
        ),
        both(f"解除 {order.stop} 的固定", f"release {order.stop}"),
    )
