"""Orders that no vehicle can serve even alone: each with the rule that forbids it, and by how much.

The limits are tried in a fixed order, each on the vehicles that passed those before it; the limit
that leaves no vehicle is the reason. Other visits may ease the way to an order: over a third place
it may be shorter, and drivers may rest there. So an order is impossible only if it is so by the
shortest ways over any places and without the time of rests; one that is merely not possible alone
is left to the planner, and its reason, should it be left out, is tested and not proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from coop_service.domain.plan import Reason, Unassigned
from coop_service.domain.problem import NO_ROAD, Direction, Order, Problem, Profile, Vehicle
from coop_service.planning.day_start import (
    collected_already,
    holders,
    owners,
    stops_to_visit,
    trips_left,
)
from coop_service.planning.evaluation import Evaluator
from coop_service.planning.instance import Instance, vehicle_kind
from coop_service.planning.visits import VisitTask
from coop_service.planning.why_not.limits import (
    LIMITS,
    Attempt,
    Excess,
    Limit,
    lift_days,
    lift_tasks,
)
from coop_service.planning.why_not.texts import Text


@dataclass(frozen=True, slots=True)
class Screened:
    """Orders that may be planned, and those that are proved impossible.

    ``doubtful``: reasons of those orders that may be planned, but hardly.
    """

    servable: tuple[Order, ...]
    impossible: tuple[Unassigned, ...]
    doubtful: tuple[Unassigned, ...]


def screen_orders(problem: Problem) -> Screened:
    """Take out each order that no vehicle could serve if it were the only one of the day."""
    to_visit = [o for o in problem.orders if o.id not in collected_already(problem)]
    doubtful = _not_served(problem, to_visit)
    reasons: tuple[Unassigned, ...] = ()
    impossible: set[str] = set()
    if doubtful:
        by_any_way = _with_all_ways(problem)
        impossible = {order.id for order in _not_served(_eased(problem), doubtful)}
        reasons = _explain(problem, by_any_way, _not_served(by_any_way, doubtful))
    return Screened(
        tuple(order for order in to_visit if order.id not in impossible),
        tuple(reason for reason in reasons if reason.order in impossible),
        tuple(replace(r, proved=False) for r in reasons if r.order not in impossible),
    )


class _Trials:
    """Each order alone on each kind of vehicle, without some of the limits."""

    def __init__(self, problem: Problem, orders: Sequence[Order], lifted: Sequence[Limit]) -> None:
        self.vehicles = _each_kind(problem)
        tasks: list[VisitTask] = []
        self.sequences: dict[str, tuple[int, ...]] = {}
        for order in orders:
            begin = len(tasks)
            for end in stops_to_visit(problem, order):
                task = VisitTask(problem.stop_by_id[end], (order,))
                tasks.append(lift_tasks(task, order, lifted))
            self.sequences[order.id] = tuple(range(begin, len(tasks)))
        day = replace(_without_others_on_board(problem), vehicles=self.vehicles)
        # locks are judged here, where vehicles have other names
        self._owners = owners(problem)
        day = replace(day, stops=tuple(replace(s, locked_vehicle=None) for s in day.stops))
        self.instance = Instance(lift_days(day, lifted), tuple(tasks))
        self._evaluator = Evaluator(self.instance)

    def _yuan(self, vehicle: Vehicle, order: Order) -> float:
        sequence = self.sequences[order.id]
        locks = {self._owners.get(self.instance.tasks[i].stop.id) for i in sequence}
        if not locks <= {None, vehicle.id.removesuffix("+")}:
            return float("inf")
        return self._evaluator.cost_yuan(vehicle, sequence)

    def serves(self, vehicle: Vehicle, order: Order) -> bool:
        return bool(np.isfinite(self._yuan(vehicle, order)))

    def cost_yuan(self, order: Order) -> tuple[float, Vehicle | None]:
        """Least yuan for the order alone, and the vehicle."""
        costs = [self._yuan(vehicle, order) for vehicle in self.vehicles]
        best = int(np.argmin(costs)) if costs else -1
        if best < 0 or np.isinf(costs[best]):
            return float("inf"), None
        return costs[best], self.vehicles[best]

    def excess(
        self, problem: Problem, vehicle: Vehicle, order: Order, limit: Limit
    ) -> Excess | None:
        if not self.serves(vehicle, order):
            return None
        route = self._evaluator.evaluate(vehicle, self.sequences[order.id])
        assert route is not None
        return limit.measure(vehicle, Attempt(problem, self.instance, route, order))


def price_alone(
    problem: Problem, orders: Sequence[Order]
) -> dict[str, tuple[float, Vehicle | None]]:
    """For each order the least yuan for a vehicle of its own, and the kind of that vehicle."""
    trials = _Trials(problem, orders, ())
    return {order.id: trials.cost_yuan(order) for order in orders}


def _without_others_on_board(problem: Problem) -> Problem:
    """The problem with goods on board that take no room, as if they had been left already."""
    return replace(
        problem,
        orders=tuple(
            replace(order, load={}, goods_class=None) if order.id in holders(problem) else order
            for order in problem.orders
        ),
    )


def _each_kind(problem: Problem) -> tuple[Vehicle, ...]:
    """One vehicle of each kind.

    A vehicle with several trips can bring goods to its home on any but its last trip; to judge an
    order alone it then stands for one that ends its day there.
    """
    by_kind = {vehicle_kind(problem, vehicle): vehicle for vehicle in problem.vehicles}
    returning = [
        replace(vehicle, id=f"{vehicle.id}+", end_depot=vehicle.start_depot)
        for vehicle in by_kind.values()
        if trips_left(vehicle) > 1 and vehicle.end_depot != vehicle.start_depot
    ]
    return (*by_kind.values(), *returning)


def _not_served(problem: Problem, orders: Sequence[Order]) -> tuple[Order, ...]:
    if not orders or not problem.vehicles:
        return tuple(orders)
    trials = _Trials(problem, orders, ())
    return tuple(o for o in orders if not any(trials.serves(v, o) for v in trials.vehicles))


def _explain(
    problem: Problem, by_any_way: Problem, orders: Sequence[Order]
) -> tuple[Unassigned, ...]:
    """The first limit that leaves no vehicle, and the cheapest change, for each order."""
    if not problem.vehicles:
        none = Text("没有车辆", "there is no vehicle").both
        return tuple(Unassigned(order.id, Reason.NO_ROAD, True, none) for order in orders)
    after = [_Trials(by_any_way, orders, LIMITS[k:]) for k in range(len(LIMITS) + 1)]
    single = [(limit, _Trials(problem, orders, (limit,))) for limit in LIMITS]
    reasons = []
    for order in orders:
        reason, detail = _find_reason(by_any_way, order, after)
        changes = [
            excess
            for limit, trials in single
            for vehicle in trials.vehicles
            if (excess := trials.excess(problem, vehicle, order, limit)) is not None
        ]
        cheapest = min(changes, key=lambda excess: excess.price_yuan, default=None)
        change = None if cheapest is None else cheapest.change.both
        reasons.append(Unassigned(order.id, reason, True, detail.both, change))
    return tuple(reasons)


def _find_reason(problem: Problem, order: Order, after: Sequence[_Trials]) -> tuple[Reason, Text]:
    """``after[k]`` lifts all limits from the k-th on."""
    left = [v for v in after[0].vehicles if after[0].serves(v, order)]
    if not left:
        return Reason.NO_ROAD, _no_way(problem, order)
    for k, limit in enumerate(LIMITS):
        passed = [v for v in left if after[k + 1].serves(v, order)]
        if not passed:
            misses = [
                excess
                for vehicle in left
                if (excess := after[k].excess(problem, vehicle, order, limit)) is not None
            ]
            nearest = min(misses, key=lambda excess: excess.price_yuan, default=None)
            detail = Text("即使单独配送也不可行", "not possible even alone")
            return limit.reason, detail if nearest is None else nearest.detail
        left = passed
    raise AssertionError(f"order {order.id} can be served alone")


def _no_way(problem: Problem, order: Order) -> Text:
    outbound = order.direction is Direction.OUTBOUND
    bases = {v.start_depot if outbound else v.end_depot for v in _each_kind(problem)}
    if order.direction is not Direction.TRANSFER and order.depot not in bases:
        return Text(
            f"没有车辆以 {order.depot} 为{'起点' if outbound else '终点'}",
            f"no vehicle {'starts' if outbound else 'ends'} at {order.depot}",
        )
    return Text(
        f"没有车辆有通往 {order.stop} 并返回的可行道路",
        f"no vehicle has a road to {order.stop} and back",
    )


def _with_all_ways(problem: Problem) -> Problem:
    """The problem with the shortest ways over any places in the place of the direct ones."""
    return replace(
        problem,
        profiles={
            name: Profile(_shortest(p.duration_s, p), _shortest(p.distance_m, p), p.custom)
            for name, p in problem.profiles.items()
        },
    )


def _eased(problem: Problem) -> Problem:
    """The problem as other visits on the way might ease it at the most.

    The ways are the shortest over any places, of legs that may be driven without a rest. Rests and
    lunch might be taken at those places in time that would be waiting here, so that none is asked.
    """
    most_s = problem.rules.max_driving_s
    profiles = {}
    for name, profile in problem.profiles.items():
        duration_s = profile.duration_s
        if most_s is not None:
            duration_s = np.where(duration_s > most_s, NO_ROAD, duration_s)
        profiles[name] = replace(profile, duration_s=duration_s)
    rules = replace(problem.rules, max_driving_s=None, lunch=None)
    return _with_all_ways(replace(problem, profiles=profiles, rules=rules))


def _shortest(matrix: NDArray[np.int64], profile: Profile) -> NDArray[np.int64]:
    """Shortest ways of one matrix (Floyd 1962, Communications of the ACM 5:345)."""
    closed = (profile.duration_s == NO_ROAD) | (profile.distance_m == NO_ROAD)
    ways = np.where(closed, np.inf, matrix)
    for via in range(len(ways)):
        np.minimum(ways, ways[:, via, None] + ways[None, via, :], out=ways)
    np.copyto(ways, matrix, where=np.eye(len(ways), dtype=bool) & ~closed)
    shortest: NDArray[np.int64] = np.where(np.isinf(ways), NO_ROAD, ways).astype(np.int64)
    return shortest
