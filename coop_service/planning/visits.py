"""What has to be visited: the orders of each stop put together, or split where they must be.

A *visit task* is one visit that is yet to be given to a vehicle. PROBLEM_FORMAT: all orders of a
stop are served in one visit; only where no vehicle could take them together is the stop split, by
whole orders, into as few visits as possible.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from coop_service.domain.problem import (
    LOAD_TOLERANCE,
    Direction,
    Order,
    Problem,
    Stop,
    Vehicle,
)

Fits = Callable[[Sequence[Order]], bool]

EXACT_SPLIT_MAX_ORDERS = 10
"""Stops with more orders than this are split first-fit; fewer visits might then be possible."""


@dataclass(frozen=True, slots=True)
class VisitTask:
    """Orders to be served together in one visit of a stop."""

    stop: Stop
    orders: tuple[Order, ...]

    @property
    def service_s(self) -> int:
        """Time at the visit: the stop's own and that of its orders."""
        return self.stop.service_s + sum(order.service_s for order in self.orders)

    def load(self, direction: Direction, unit: str) -> float:
        """Amount of one unit that is unloaded (outbound) or collected (inbound) here."""
        return sum(o.load.get(unit, 0.0) for o in self.orders if o.direction is direction)


def can_take_together(vehicle: Vehicle, stop: Stop, orders: Sequence[Order]) -> bool:
    """Whether the vehicle could serve these orders in one visit, time and roads left aside."""
    if not stop.required_tags <= vehicle.tags:
        return False
    for order in orders:
        if order.temperature not in vehicle.temperatures:
            return False
        if order.direction is Direction.OUTBOUND and order.depot != vehicle.start_depot:
            return False
        if order.direction is Direction.INBOUND and order.depot != vehicle.end_depot:
            return False
    task = VisitTask(stop, tuple(orders))
    return all(
        task.load(direction, unit) <= limit + LOAD_TOLERANCE
        for unit, limit in vehicle.capacity.items()
        for direction in (Direction.OUTBOUND, Direction.INBOUND)
    )


def make_visit_tasks(problem: Problem, orders: Iterable[Order]) -> tuple[VisitTask, ...]:
    """Visit tasks for the given orders of the problem, in the order of its stops.

    Each order must be servable by itself (see :mod:`coop_service.planning.screening`).
    """
    orders_at: dict[str, list[Order]] = defaultdict(list)
    for order in orders:
        orders_at[order.stop].append(order)
    return tuple(
        VisitTask(stop, group)
        for stop in problem.stops
        if stop.id in orders_at
        for group in _split(problem, stop, orders_at[stop.id])
    )


def _split(problem: Problem, stop: Stop, orders: list[Order]) -> list[tuple[Order, ...]]:
    def fits(group: Sequence[Order]) -> bool:
        return any(can_take_together(vehicle, stop, group) for vehicle in problem.vehicles)

    if fits(orders):
        return [tuple(orders)]
    first_fit = _split_first_fit(orders, fits)
    if len(first_fit) == 2 or len(orders) > EXACT_SPLIT_MAX_ORDERS:
        return first_fit
    return _split_exactly(orders, fits, len(first_fit))


def _split_first_fit(orders: list[Order], fits: Fits) -> list[tuple[Order, ...]]:
    groups: list[list[Order]] = []
    for order in sorted(orders, key=lambda o: -max(o.load.values(), default=0.0)):
        for group in groups:
            if fits([*group, order]):
                group.append(order)
                break
        else:
            groups.append([order])
    return [tuple(group) for group in groups]


def _split_exactly(orders: list[Order], fits: Fits, at_most: int) -> list[tuple[Order, ...]]:
    """Fewest groups, by dynamic programming over subsets of the orders."""
    full = (1 << len(orders)) - 1
    good = {
        sum(1 << i for i in chosen): chosen
        for size in range(1, len(orders) + 1)
        for chosen in combinations(range(len(orders)), size)
        if fits([orders[i] for i in chosen])
    }
    best: dict[int, list[int]] = {0: []}
    for covered in range(full + 1):
        if covered not in best or len(best[covered]) >= at_most:
            continue
        lowest_open = ~covered & (covered + 1)
        for mask in good:
            if mask & lowest_open and not mask & covered:
                union = covered | mask
                if union not in best or len(best[union]) > len(best[covered]) + 1:
                    best[union] = [*best[covered], mask]
    return [tuple(orders[i] for i in good[mask]) for mask in best[full]]
