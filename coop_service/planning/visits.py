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
from coop_service.planning.day_start import holders, owners, stops_to_visit, trips_left

Fits = Callable[[Sequence[Order]], bool]

EXACT_SPLIT_MAX_ORDERS = 10
"""Stops with more orders than this are split first-fit; fewer visits might then be possible."""


@dataclass(frozen=True, slots=True)
class VisitTask:
    """Orders to be served together in one visit of a stop.

    A transfer is in two tasks: where it is collected and where it is left; one that is on board
    already is in the latter alone. ``begins_day_of``: the vehicle whose day begins with the visit.
    """

    stop: Stop
    orders: tuple[Order, ...]
    begins_day_of: str | None = None

    @property
    def service_s(self) -> int:
        """Time at the visit: the stop's own and that of its orders."""
        return self.stop.service_s + sum(order.service_s for order in self.orders)

    def load(self, direction: Direction, unit: str) -> float:
        """Amount of one unit of the orders of one direction."""
        return sum(o.load.get(unit, 0.0) for o in self.orders if o.direction is direction)

    def is_left_here(self, order: Order) -> bool:
        """Whether the visit unloads the order; else it collects it."""
        if order.direction is Direction.TRANSFER:
            return order.to_stop == self.stop.id
        return order.direction is Direction.OUTBOUND

    def unloaded(self, unit: str) -> float:
        """Amount of one unit that is left here."""
        return sum(o.load.get(unit, 0.0) for o in self.orders if self.is_left_here(o))

    def collected(self, unit: str) -> float:
        """Amount of one unit that is collected here."""
        return sum(o.load.get(unit, 0.0) for o in self.orders if not self.is_left_here(o))

    @property
    def received_by(self) -> str | None:
        """The depot that what is collected here must be brought to; None: nothing is."""
        depots = (o.depot for o in self.orders if o.direction is Direction.INBOUND)
        return next(depots, None)


def can_take_together(
    problem: Problem, vehicle: Vehicle, stop: Stop, orders: Sequence[Order]
) -> bool:
    """Whether the vehicle could serve these orders in one visit, time and roads left aside."""
    if not stop.required_tags <= vehicle.tags:
        return False
    if owners(problem).get(stop.id, vehicle.id) != vehicle.id:
        return False
    held_by = {holders(problem).get(order.id) for order in orders}
    must_be_loaded = any(
        o.direction is Direction.OUTBOUND and o.id not in holders(problem) for o in orders
    )
    # goods on board are left on the present trip, others from a depot only after it
    if not held_by <= {None, vehicle.id} or (vehicle.id in held_by and must_be_loaded):
        return False
    trips = trips_left(vehicle) - (must_be_loaded and vehicle.underway is not None)
    task = VisitTask(stop, tuple(orders))
    received_by = {o.depot for o in orders if o.direction is Direction.INBOUND}
    ends = {vehicle.end_depot} | ({vehicle.start_depot} if trips > 1 else set())
    if trips < 1 or len(received_by) > 1 or not received_by <= ends:
        return False
    for order in orders:
        if order.temperature not in vehicle.temperatures:
            return False
        if order.direction is Direction.OUTBOUND and order.depot != vehicle.start_depot:
            return False
    sides = [[o for o in orders if task.is_left_here(o) is left] for left in (True, False)]
    if any(_clash(problem, side) for side in sides) or _turns_back(problem, stop, orders):
        return False
    return all(
        amount <= limit + LOAD_TOLERANCE
        for unit, limit in vehicle.capacity.items()
        for amount in (task.unloaded(unit), task.collected(unit))
    )


def may_have_another_visit(
    problem: Problem, stop: Stop, visits: int, orders: Sequence[Order]
) -> bool:
    """Whether a stop may have one more visit than it has, to serve these orders in all.

    PROBLEM_FORMAT: a stop that one vehicle could serve whole is not to be split. The first visit of
    a stop that a vehicle's day begins with is that vehicle's, and settled already.
    """
    if visits == 0:
        return all(stop.id not in vehicle.first_stops for vehicle in problem.vehicles)
    return not any(can_take_together(problem, v, stop, orders) for v in problem.vehicles)


def _clash(problem: Problem, orders: Sequence[Order]) -> bool:
    """Whether two of the orders may not be on board at the same moment."""
    forbidden = classes_apart(problem)
    return bool(forbidden) and any(
        other.goods_class in forbidden.get(one.goods_class or "", ())
        for one, other in combinations(orders, 2)
    )


def classes_apart(problem: Problem) -> dict[str, frozenset[str]]:
    """For each goods class the classes that may not be on board with it, groups resolved."""
    apart: dict[str, set[str]] = defaultdict(set)
    for pair in problem.rules.forbidden_mixes:
        one, other = ({name, *problem.goods_groups.get(name, ())} for name in pair)
        for name in one:
            apart[name] |= other
        for name in other:
            apart[name] |= one
    return {name: frozenset(others) for name, others in apart.items()}


def _turns_back(problem: Problem, stop: Stop, orders: Sequence[Order]) -> bool:
    """Whether a transfer that starts here leads, over others, to one that ends here.

    One visit can then not be both before and after the stops between.
    """
    transfers = [
        order
        for order in orders
        if order.direction is Direction.TRANSFER and order.id not in holders(problem)
    ]
    ahead = [order.to_stop for order in transfers if order.stop == stop.id]
    sources = {order.stop for order in transfers if order.to_stop == stop.id}
    if not ahead or not sources:
        return False
    reached = set(ahead)
    while ahead:
        here = ahead.pop()
        for order in problem.orders:
            goes_on = (
                order.direction is Direction.TRANSFER
                and order.stop == here
                and order.id not in holders(problem)
            )
            if goes_on and order.to_stop not in reached:
                reached.add(order.to_stop)
                ahead.append(order.to_stop)
    return bool(reached & sources)


def make_visit_tasks(problem: Problem, orders: Iterable[Order]) -> tuple[VisitTask, ...]:
    """Visit tasks for the given orders of the problem, in the order of its stops.

    Each order must be servable by itself (see :mod:`coop_service.planning.why_not.alone`). Where
    the first stop of a vehicle's day has orders that it cannot take, one visit is its own.
    """
    orders_at: dict[str, list[Order]] = defaultdict(list)
    for order in orders:
        for stop_id in stops_to_visit(problem, order):
            orders_at[stop_id].append(order)
    return tuple(
        task
        for stop in problem.stops
        for task in make_visits(problem, stop, orders_at.get(stop.id, []))
    )


def make_visits(problem: Problem, stop: Stop, orders: list[Order]) -> list[VisitTask]:
    """The visits that serve these orders of a stop, as few as some vehicles can make."""
    first = next((v for v in problem.vehicles if stop.id in v.first_stops), None)
    if first is None or not orders:
        return [VisitTask(stop, group) for group in _split(problem, stop, orders)]
    chosen = _split_off(problem, stop, orders, first)
    if not chosen:
        return []
    others = [order for order in orders if order not in chosen]
    groups = _split(problem, stop, others)
    return [VisitTask(stop, chosen, first.id), *(VisitTask(stop, group) for group in groups)]


def _split_off(
    problem: Problem, stop: Stop, orders: list[Order], vehicle: Vehicle
) -> tuple[Order, ...]:
    """What a vehicle should take of a stop's orders so that the fewest visits are left to others.

    Empty where it can take none of them.
    """
    if can_take_together(problem, vehicle, stop, orders):
        return tuple(orders)
    able = [order for order in orders if can_take_together(problem, vehicle, stop, [order])]
    sizes = range(len(able), 0, -1) if len(able) <= EXACT_SPLIT_MAX_ORDERS else [1]
    best: tuple[int, tuple[Order, ...]] | None = None
    for chosen in (chosen for size in sizes for chosen in combinations(able, size)):
        if can_take_together(problem, vehicle, stop, chosen):
            others = _split(problem, stop, [order for order in orders if order not in chosen])
            if best is None or len(others) < best[0]:
                best = len(others), chosen
    return () if best is None else best[1]


def _split(problem: Problem, stop: Stop, orders: list[Order]) -> list[tuple[Order, ...]]:
    def fits(group: Sequence[Order]) -> bool:
        return any(can_take_together(problem, vehicle, stop, group) for vehicle in problem.vehicles)

    if not orders:
        return []
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
