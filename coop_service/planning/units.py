"""Visits as they are put into routes: alone or linked by transfers, whole or in part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Final

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from coop_service.domain.problem import Direction, Order, Problem
from coop_service.planning.instance import COST_UNITS_PER_YUAN, Instance
from coop_service.planning.visits import VisitTask

MOST_DROP_YUAN: Final = 2.0**60 / COST_UNITS_PER_YUAN
"""All mandatory orders together count for no more, so that a solver's 64-bit integers hold it."""

MOST_ORDERS_TAKEN_APART: Final = 3
"""From units with more orders only those with a penalty are left out, one by one or all."""

Variant = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Units:
    """Tasks that are put into a route together, in variants that leave some orders out.

    Attributes:
        instance: its tasks are those of all variants.
        variants: for each unit its variants, that with the least left out first; each is one task,
            or several that transfers link.
        extra_yuan: for each task its share of what its variant leaves out, shape (tasks,).
        drop_yuan: for each unit what leaving all of it out counts for, shape (units,).
    """

    instance: Instance
    variants: tuple[tuple[Variant, ...], ...]
    extra_yuan: NDArray[np.float64]
    drop_yuan: NDArray[np.float64]

    @property
    def visit_tasks(self) -> tuple[VisitTask, ...]:
        """One task for each visit, without the variants; they are the instance's first ones."""
        return self.instance.tasks[: sum(len(variants[0]) for variants in self.variants)]

    @cached_property
    def unit_of(self) -> NDArray[np.int64]:
        """The unit of each task."""
        owner = np.full(len(self.instance.tasks), -1, dtype=np.int64)
        for u, variants in enumerate(self.variants):
            for variant in variants:
                owner[list(variant)] = u
        return owner


def make_units(instance: Instance) -> Units:
    """Units for the tasks of an instance, which stay the first tasks of the larger one."""
    penalty = order_drop_yuan(instance.problem)
    tasks = list(instance.tasks)
    extra = [0.0] * len(tasks)
    all_variants, drops = [], []
    for members in _linked_tasks(instance.tasks):
        orders = tuple({o.id: o for i in members for o in instance.tasks[i].orders}.values())
        variants = [tuple(members)]
        is_fixed = any(instance.tasks[i].begins_day_of is not None for i in members)
        for kept in () if is_fixed else ways_to_leave_out(orders, penalty):
            left_out = sum(penalty[order.id] for order in orders if order.id not in kept)
            parts = [
                replace(tasks[i], orders=tuple(o for o in tasks[i].orders if o.id in kept))
                for i in members
            ]
            parts = [part for part in parts if part.orders]
            variants.append(tuple(range(len(tasks), len(tasks) + len(parts))))
            tasks += parts
            extra += [left_out / len(parts)] * len(parts)
        all_variants.append(tuple(variants))
        drops.append(sum(penalty[order.id] for order in orders))
    return Units(
        Instance(instance.problem, tuple(tasks)),
        tuple(all_variants),
        np.array(extra),
        np.array(drops, dtype=float),
    )


def make_plain_units(instance: Instance) -> Units:
    """Each task by itself, to time routes of tasks and not to search for them."""
    count = len(instance.tasks)
    variants = ((tuple(range(count)),),) if count else ()
    return Units(instance, variants, np.zeros(count), np.zeros(len(variants)))


def _linked_tasks(tasks: Sequence[VisitTask]) -> list[list[int]]:
    """Tasks that share a transfer, directly or over others."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(tasks)))
    graph.add_edges_from((a, b) for a, b, _ in find_links(tasks))
    return sorted(sorted(part) for part in nx.connected_components(graph))


def find_links(tasks: Sequence[VisitTask]) -> list[tuple[int, int, Order]]:
    """For each transfer the task that collects it, the task that leaves it, and itself."""
    left_at: dict[str, list[int]] = {}
    for i, task in enumerate(tasks):
        for order in task.orders:
            if order.direction is Direction.TRANSFER and task.is_left_here(order):
                left_at.setdefault(order.id, []).append(i)
    return [
        (i, other, order)
        for i, task in enumerate(tasks)
        for order in task.orders
        if order.direction is Direction.TRANSFER and not task.is_left_here(order)
        for other in left_at[order.id]
    ]


def ways_to_leave_out(orders: Sequence[Order], penalty: dict[str, float]) -> list[frozenset[str]]:
    """The orders kept in each way to leave some, not all, out; the cheapest way first."""
    ids = frozenset(order.id for order in orders)
    if len(ids) <= MOST_ORDERS_TAKEN_APART:
        ways = [frozenset(kept) for size in range(1, len(ids)) for kept in combinations(ids, size)]
    else:
        may_go = [order.id for order in orders if order.drop_penalty is not None]
        ways = [ids - {gone} for gone in may_go]
        if 1 < len(may_go) < len(ids):
            ways.append(ids - set(may_go))
    return sorted(ways, key=lambda kept: (-sum(penalty[i] for i in kept), sorted(kept)))


def order_drop_yuan(problem: Problem) -> dict[str, float]:
    """What leaving each order out counts for, in yuan.

    The objective is lexicographic: a mandatory order counts, for each step of its priority, more
    than all vehicles together can cost in a day and all drop penalties besides.
    """
    longest_m = max((int(p.distance_m.max()) for p in problem.profiles.values()), default=0)
    legs = len(problem.orders) * 2 + sum(2 * vehicle.max_trips for vehicle in problem.vehicles)
    dearest_km = max((vehicle.costs.per_km for vehicle in problem.vehicles), default=0.0)
    everything = 1.0 + legs * longest_m / 1000 * dearest_km
    for vehicle in problem.vehicles:
        costs = vehicle.costs
        span_s = vehicle.shift_s[1] + vehicle.overtime_limit_s - vehicle.shift_s[0]
        per_hour = max(costs.per_hour, costs.per_overtime_hour or 0.0)
        everything += costs.fixed + per_hour * max(0, span_s) / 3600
    everything += sum(order.drop_penalty or 0.0 for order in problem.orders)
    priorities = sum(order.priority for order in problem.orders if order.drop_penalty is None)
    # only the mandatory part is so large that it may have to be cut
    step = min(everything, MOST_DROP_YUAN / max(priorities, 1))
    return {
        order.id: order.priority * step if order.drop_penalty is None else order.drop_penalty
        for order in problem.orders
    }
