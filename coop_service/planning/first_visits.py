"""The visits that a vehicle's day must begin with, settled before anything else is planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np

from coop_service.domain.plan import Reason, Unassigned
from coop_service.domain.problem import Order, Problem, Vehicle
from coop_service.errors import both
from coop_service.planning.evaluation import Evaluator
from coop_service.planning.instance import Instance, Routes
from coop_service.planning.units import find_links, order_drop_yuan, ways_to_leave_out
from coop_service.planning.visits import VisitTask


@dataclass(frozen=True, slots=True)
class Settled:
    """Visit tasks without what the first stops of a day have no room for, and the reasons."""

    tasks: tuple[VisitTask, ...]
    left_out: tuple[Unassigned, ...]


def settle_first_visits(
    problem: Problem, tasks: Sequence[VisitTask], orders: Sequence[Order]
) -> Settled:
    """Leave out as little as lets each vehicle's day begin with its first stops.

    Stops are settled one after the other, each with as much of its orders as the clock and the load
    allow; where that is nothing the stop is passed over, with all of its orders.

    Args:
        problem: the day.
        tasks: of all orders.
        orders: those that are to be served.
    """
    gone: dict[str, str] = {}
    for vehicle in problem.vehicles:
        begun: list[VisitTask] = []
        for stop in vehicle.first_stops:
            here = [task for task in tasks if task.stop.id == stop]
            own = next((task for task in here if task.begins_day_of == vehicle.id), None)
            wanted = () if own is None else tuple(o for o in own.orders if o.id not in gone)
            settled = {task.stop.id for task in begun} | {stop}
            others = [
                task_without(task, gone)
                for task in tasks
                if task.begins_day_of != vehicle.id or task.stop.id not in settled
            ]
            kept = None
            if own is not None:
                kept = _most_kept(problem, vehicle, (*begun, own), wanted, others)
            if own is None or kept is None:
                at_stop = {o.id for o in problem.orders if stop in (o.stop, o.to_stop)}
                gone |= dict.fromkeys(at_stop, vehicle.id)
            else:
                gone |= {o.id: vehicle.id for o in wanted if o not in kept}
                begun.append(replace(own, orders=kept))
    left = [task_without(task, gone) for task in tasks]
    return Settled(
        tuple(task for task in left if task.orders),
        tuple(_reason(order, gone[order.id]) for order in orders if order.id in gone),
    )


def first_visits(instance: Instance) -> Routes:
    """For each vehicle the tasks that its day begins with, in order."""
    routes = []
    for vehicle in instance.vehicles:
        at = {stop: place for place, stop in enumerate(vehicle.first_stops)}
        own = [i for i, task in enumerate(instance.tasks) if task.begins_day_of == vehicle.id]
        routes.append(tuple(sorted(own, key=lambda i: at[instance.tasks[i].stop.id])))
    return tuple(routes)


def with_linked(tasks: Sequence[VisitTask], begun: Sequence[int]) -> tuple[int, ...]:
    """Tasks and after them all that transfers link to them, each after what must come before it."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(begun)
    graph.add_edges_from((a, b) for a, b, _ in find_links(tasks))
    linked = {
        i
        for part in nx.weakly_connected_components(graph)
        if not part.isdisjoint(begun)
        for i in part
    }
    others = nx.lexicographical_topological_sort(graph.subgraph(linked - set(begun)))
    return (*begun, *others)


def task_without(task: VisitTask, gone: Mapping[str, object]) -> VisitTask:
    """The task without some of its orders."""
    return replace(task, orders=tuple(o for o in task.orders if o.id not in gone))


def _most_kept(
    problem: Problem,
    vehicle: Vehicle,
    visits: Sequence[VisitTask],
    wanted: tuple[Order, ...],
    others: Sequence[VisitTask],
) -> tuple[Order, ...] | None:
    """The orders of most weight that the last of the visits can have; None: none."""
    if not wanted:
        return None
    *begun, last = visits
    ways = [{o.id for o in wanted}, *ways_to_leave_out(wanted, order_drop_yuan(problem))]
    for way in ways:
        kept = tuple(order for order in wanted if order.id in way)
        gone = {order.id: None for order in last.orders if order.id not in way}
        tasks = (*begun, replace(last, orders=kept), *(task_without(t, gone) for t in others))
        route = with_linked(tasks, range(len(visits)))
        if np.isfinite(Evaluator(Instance(problem, tasks)).cost_yuan(vehicle, route)):
            return kept
    return None


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
