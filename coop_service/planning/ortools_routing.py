"""The OR-Tools engine: a first plan for the whole day, then groups of neighbouring routes anew.

Local search slows down with the size of a model, so after the first plan it is given a few
neighbouring routes at a time, with some vans that stand idle, and what it finds is kept where it
is better (POPMUSIC: Taillard & Voss 2002, in: Essays and Surveys in Metaheuristics, 613-629).
Guided local search, which goes on from the present routes, and iterated local search, which begins
anew, take turns at random: together they found better plans than either alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coop_service.domain.plan import Plan, Reason, Status, Unassigned
from coop_service.domain.problem import Order, Problem
from coop_service.errors import both
from coop_service.planning.assembly import assemble_plan
from coop_service.planning.evaluation import evaluate_trip
from coop_service.planning.exact import is_small, solve_exactly
from coop_service.planning.instance import (
    COST_UNITS_PER_YUAN,
    Instance,
    Routes,
    as_routes,
)
from coop_service.planning.ortools_model import RoutingModel, SearchLimit
from coop_service.planning.readmission import PlannedRoutes, readmit
from coop_service.planning.screening import screen_orders
from coop_service.planning.stop import MaxRuntime, StopRule
from coop_service.planning.support import refuse_unsupported
from coop_service.planning.visits import make_visit_tasks
from coop_service.planning.workers import Workers

ENGINE_NAME: Final = "ortools"

GROUP_ROUTES: Final = 5
"""Routes that are planned anew together."""

SPARE_VEHICLES: Final = 2
"""Idle vehicles that a group may use besides."""

FIRST_PLAN_S: Final = 2.0
FIRST_PLAN_SHARE: Final = 0.25
"""The first plan takes this many seconds, or this share of a short search."""

GROUP_S: Final = 1.0
LEAST_GROUP_S: Final = 0.05
"""One group's search takes so many seconds; with less than the least left none is begun."""

ANEW_SHARE: Final = 0.6
"""Share of the groups that iterated local search plans, where the clock ends the search."""

FIRST_SOLUTIONS: Final = 40
GROUP_SOLUTIONS: Final = 60
COUNTED_S: Final = 300.0
"""Where iterations are counted searches end after so many solutions; the clock is a safeguard
that only a search without any further solution reaches."""

GROUPS_COUNTED: Final = 2
"""Groups a round where iterations are counted: the same on every machine."""

MOST_COST_UNITS: Final = 2.0**60
"""Sums of costs stay below this, so that a solver's 64-bit integers hold them."""

TELL_EVERY_S: Final = 0.25
"""Better plans are written out no more often than this."""

MARGIN_S: Final = 0.2
"""Kept for ending the processes and writing the plan out."""


@dataclass(frozen=True, slots=True)
class _Group:
    vehicles: tuple[int, ...]
    routes: Routes
    tasks: tuple[int, ...]
    anew: bool = False


class _Search:
    """The best routes so far, and the objective in whole cost units."""

    def __init__(self, instance: Instance, drop_costs: NDArray[np.int64]) -> None:
        self.instance = instance
        self.drop_costs = drop_costs
        self.routes: Routes = ((),) * len(instance.vehicles)

    @property
    def unserved(self) -> tuple[int, ...]:
        served = set(chain.from_iterable(self.routes))
        return tuple(i for i in range(len(self.instance.tasks)) if i not in served)

    def cost(self, vehicles: Sequence[int], routes: Routes, tasks: Sequence[int]) -> int | None:
        """Exact cost of the routes and of those of the tasks that they leave out."""
        total = 0.0
        for v, route in zip(vehicles, routes, strict=True):
            if route:
                trip = evaluate_trip(self.instance, self.instance.vehicles[v], route)
                if trip is None:
                    return None
                total += trip.cost_parts.total
        served = set(chain.from_iterable(routes))
        left_out = [i for i in tasks if i not in served]
        return round(total * COST_UNITS_PER_YUAN) + int(self.drop_costs[left_out].sum())

    def keep_if_better(self, group: _Group, found: Routes | None) -> bool:
        """Put the found routes in the place of the group's where that costs less."""
        if found is None:
            return False
        before = self.cost(group.vehicles, group.routes, group.tasks)
        after = self.cost(group.vehicles, found, group.tasks)
        if after is None or (before is not None and after >= before):
            return False
        routes = list(self.routes)
        for v, route in zip(group.vehicles, found, strict=True):
            routes[v] = route
        self.routes = as_routes(routes)
        return True


def solve(
    problem: Problem,
    stop: StopRule,
    seed: int,
    start: Plan | None = None,
    on_better: Callable[[Plan], None] | None = None,
) -> Plan:
    """Plan a day with OR-Tools.

    Args:
        problem: the day; each trip starts and ends at its vehicle's depots, one trip a vehicle.
        stop: when to end. With a runtime all cores are used; with iterations the same input and
            seed give the same plan.
        seed: of the choice of routes that are planned anew.
        start: not supported yet by this engine.
        on_better: told of each better plan, complete and consistent.

    Returns:
        The best plan found; orders that cannot be served at all are taken out with their reason.

    Raises:
        UnsupportedProblem: the problem uses a rule that this engine cannot hold.
    """
    begun = time.monotonic()
    refuse_unsupported(problem, start)
    screened = screen_orders(problem)
    instance = Instance(problem, make_visit_tasks(problem, screened.servable))
    search = _Search(instance, _drop_costs(instance))

    def make_plan(planned: PlannedRoutes, status: Status = Status.FEASIBLE) -> Plan:
        return assemble_plan(
            planned.instance,
            planned.routes,
            engine=ENGINE_NAME,
            seconds=time.monotonic() - begun,
            unassigned=(*screened.impossible, *map(_lost_in_competition, planned.left_out)),
            status=status,
        )

    if is_small(instance):
        search.routes = solve_exactly(instance, search.drop_costs)
        planned = readmit(PlannedRoutes(instance, search.routes))
        return make_plan(planned, Status.OPTIMAL if _is_proof(planned) else Status.FEASIBLE)

    told_s = float("-inf")

    def tell() -> None:
        nonlocal told_s
        if on_better is not None and time.monotonic() - told_s >= TELL_EVERY_S:
            on_better(make_plan(PlannedRoutes(instance, search.routes)))
            told_s = time.monotonic()

    _improve(search, stop, seed, begun, tell)
    return make_plan(readmit(PlannedRoutes(instance, search.routes)))


def _improve(
    search: _Search, stop: StopRule, seed: int, begun: float, tell: Callable[[], None]
) -> None:
    """First plan, then rounds of groups planned anew, until the stop rule ends it."""
    instance = search.instance
    timed = isinstance(stop, MaxRuntime)
    ends = begun + stop.seconds - MARGIN_S if isinstance(stop, MaxRuntime) else float("inf")
    rounds = float("inf") if isinstance(stop, MaxRuntime) else stop.iterations
    rng = np.random.default_rng(seed)
    group_count = max(1, os.cpu_count() or 1) if timed else GROUPS_COUNTED
    tasks, vehicles = tuple(range(len(instance.tasks))), tuple(range(len(instance.vehicles)))

    def on_solution(routes: Routes) -> bool:
        if search.keep_if_better(_Group(vehicles, search.routes, tasks), routes):
            tell()
        return time.monotonic() < ends

    def search_whole(limit: SearchLimit) -> None:
        model = RoutingModel(instance, tasks, vehicles, search.drop_costs)
        model.solve(
            limit, start=search.routes if any(search.routes) else None, on_solution=on_solution
        )

    first_s = min(FIRST_PLAN_S, FIRST_PLAN_SHARE * max(0.0, ends - begun))
    # the processes start only after the first plan, which they would make wait
    search_whole(SearchLimit(min(COUNTED_S, ends - time.monotonic()), 1))
    with Workers(_solve_group, search, group_count) as workers:
        limit = SearchLimit(first_s, None) if timed else SearchLimit(COUNTED_S, FIRST_SOLUTIONS)
        search_whole(limit)
        done = 0
        while done < rounds and time.monotonic() < ends - LEAST_GROUP_S:
            groups = _choose_groups(search, group_count, rng)
            if timed:  # iterated local search cannot be told to end after so many solutions
                groups = [replace(g, anew=rng.random() < ANEW_SHARE) for g in groups]
            left_s = min(GROUP_S, ends - time.monotonic())
            limit = SearchLimit(left_s, None) if timed else SearchLimit(COUNTED_S, GROUP_SOLUTIONS)
            found = workers.call([(group, limit) for group in groups])
            better = [search.keep_if_better(g, r) for g, r in zip(groups, found, strict=True)]
            if any(better):
                tell()
            done += 1


def _is_proof(planned: PlannedRoutes) -> bool:
    """Whether looking at every route of whole visits has looked at every plan.

    It has not where an order of a visit might better be dropped alone, or a stop split otherwise.
    """
    tasks = planned.instance.tasks
    whole_or_nothing = all(
        len(task.orders) == 1 or all(order.drop_penalty is None for order in task.orders)
        for task in tasks
    )
    one_visit_each = len({task.stop.id for task in tasks}) == len(tasks)
    nothing_left = not planned.left_out or all(len(task.orders) == 1 for task in tasks)
    return whole_or_nothing and one_visit_each and nothing_left


def _solve_group(search: _Search, group: _Group, limit: SearchLimit) -> Routes | None:
    """Runs in a worker: plan the group's tasks on its vehicles."""
    model = RoutingModel(search.instance, group.tasks, group.vehicles, search.drop_costs)
    return model.solve_anew(limit) if group.anew else model.solve(limit, start=group.routes)


def _choose_groups(search: _Search, count: int, rng: np.random.Generator) -> list[_Group]:
    """Disjoint groups of neighbouring routes, spare vehicles and tasks that nobody serves yet."""
    instance = search.instance
    used = [v for v, route in enumerate(search.routes) if route]
    idle = [v for v, route in enumerate(search.routes) if not route]
    unserved = list(search.unserved)
    groups = []
    for remaining in range(count, 0, -1):
        if not used and not unserved:
            break
        size = min(GROUP_ROUTES, max(1, -(-len(used) // remaining)))
        chosen = _neighbours(search, used, size, rng) if used else []
        spare = _spares(instance, idle, rng)
        vehicles = (*chosen, *spare)
        routes = as_routes([search.routes[v] for v in vehicles])
        share = unserved[: -(-len(unserved) // remaining)]
        tasks = (*chain.from_iterable(routes), *share)
        if tasks and vehicles:
            groups.append(_Group(vehicles, routes, tasks))
        used = [v for v in used if v not in chosen]
        idle = [v for v in idle if v not in spare]
        unserved = unserved[len(share) :]
    return groups


def _nearness(instance: Instance, one: Sequence[int], other: Sequence[int]) -> float:
    """Mean seconds from the tasks of each route to the nearest task of the other."""
    between = instance.nearest_s[np.ix_(one, other)]
    return float(between.min(axis=1).mean() + between.min(axis=0).mean())


def _neighbours(
    search: _Search, used: Sequence[int], size: int, rng: np.random.Generator
) -> list[int]:
    """A random route and those nearest to it, with some noise so that groups differ."""
    seed_route = search.routes[int(rng.choice(np.array(used)))]
    distance = {
        v: _nearness(search.instance, seed_route, search.routes[v]) * rng.uniform(0.7, 1.3)
        for v in used
    }
    return sorted(used, key=lambda v: distance[v])[:size]


def _spares(instance: Instance, idle: Sequence[int], rng: np.random.Generator) -> list[int]:
    """A few idle vehicles, drawn at random."""
    if not idle:
        return []
    shuffled: list[int] = rng.permutation(np.array(idle)).tolist()
    return shuffled[:SPARE_VEHICLES]


def _drop_costs(instance: Instance) -> NDArray[np.int64]:
    """What leaving each task out costs, in cost units.

    The objective is lexicographic: a mandatory order costs, for each step of its priority, more
    than all vehicles together can in a day and all drop penalties besides.
    """
    longest_m = max((int(metres.max()) for metres in instance.travel_m.values()), default=0)
    legs = len(instance.tasks) + len(instance.vehicles)
    dearest_km = max((vehicle.costs.per_km for vehicle in instance.vehicles), default=0.0)
    everything = 1.0 + legs * longest_m / 1000 * dearest_km
    for vehicle in instance.vehicles:
        costs = vehicle.costs
        earliest_s, latest_s = instance.depart_window_s(vehicle)
        per_hour = max(costs.per_hour, costs.per_overtime_hour or 0.0)
        everything += costs.fixed + per_hour * max(0, latest_s - earliest_s) / 3600
    everything += sum(o.drop_penalty or 0.0 for task in instance.tasks for o in task.orders)
    penalties = np.array(
        [
            sum(
                everything * order.priority if order.drop_penalty is None else order.drop_penalty
                for order in task.orders
            )
            for task in instance.tasks
        ]
    )
    scale = min(COST_UNITS_PER_YUAN, MOST_COST_UNITS / max(float(penalties.sum()), 1.0))
    drop_costs: NDArray[np.int64] = np.rint(penalties * scale).astype(np.int64)
    return drop_costs


def _lost_in_competition(order: Order) -> Unassigned:
    return Unassigned(
        order.id,
        Reason.COMPETITION,
        False,
        both(
            "单独可以配送，但本计划中与其他订单争用车辆后未能排入",
            "can be served alone, but found no place beside the other orders of this plan",
        ),
    )
