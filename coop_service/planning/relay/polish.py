"""Small days: branch visits moved one at a time, each change timed exactly with all other routes.

Sequences that are planned under bounds are the best for these bounds, not for what the tiers owe
each other. On days with few visits the last of it is found by trying: a visit to any other place,
two visits exchanged, a route driven the other way round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Final

from coop_service.domain.plan import Route
from coop_service.domain.problem import Problem
from coop_service.domain.relay import Modes, expand
from coop_service.planning.assembly import assemble_plan
from coop_service.planning.evaluation import evaluate_route
from coop_service.planning.instance import Instance, Routes, as_routes
from coop_service.planning.relay.bounds import bound_day, goods_by_hub
from coop_service.planning.relay.itinerary import S_PER_HOUR, route_cost
from coop_service.planning.relay.timing import time_together
from coop_service.planning.visits import VisitTask

LEAST_GAIN_YUAN: Final = 0.005


def polish(
    problem: Problem,
    modes: Modes,
    routes: Sequence[Route],
    limit_s: float,
    goes_on: Callable[[], bool],
) -> tuple[Route, ...]:
    """Routes that no single change of a branch visit makes cheaper.

    Args:
        problem: with its relays.
        modes: of each of its townships.
        routes: in legs, timed together.
        limit_s: most deterministic seconds of a timing.
        goes_on: asked before each change.
    """
    hubs = goods_by_hub(problem, modes)
    vans = [v.id for v in problem.vehicles if v.start_depot in hubs and v.underway is None]
    moves = _Moves(problem, modes, routes, vans)
    best, best_yuan = tuple(routes), _yuan(problem, modes, routes)
    improved = True
    while improved:
        improved = False
        for changed in moves.neighbours():
            if not goes_on():
                return best
            made = moves.make(changed)
            # no timing makes the branch cheaper than it is by itself
            if made is None or moves.least_yuan(made) >= best_yuan - LEAST_GAIN_YUAN:
                continue
            timed = time_together(problem, modes, made, limit_s)
            if timed is None:
                continue
            yuan = _yuan(problem, modes, timed)
            if yuan < best_yuan - LEAST_GAIN_YUAN:
                best, best_yuan, improved = timed, yuan, True
                moves.present = changed
                break
    return best


def _yuan(problem: Problem, modes: Modes, routes: Sequence[Route]) -> float:
    day = expand(problem, modes)
    return sum(route_cost(day, route).total for route in routes)


class _Moves:
    """The branch vans' visits as tasks of a day without bounds, and other ways to drive them."""

    def __init__(
        self, problem: Problem, modes: Modes, routes: Sequence[Route], vans: Sequence[str]
    ) -> None:
        self.day = bound_day(problem, modes, {}, {})
        self.vans = vans
        self.kept = [route for route in routes if route.vehicle not in vans]
        by_vehicle = {route.vehicle: route for route in routes}
        tasks: list[VisitTask] = []
        present: list[list[int]] = []
        for van in vans:
            present.append([])
            for visit in by_vehicle[van].visits if van in by_vehicle else ():
                orders = tuple(self.day.order_by_id[name] for name in visit.orders)
                present[-1].append(len(tasks))
                tasks.append(VisitTask(self.day.stop_by_id[visit.stop], orders))
        self.instance = Instance(self.day, tuple(tasks))
        self.present = as_routes(present)
        self._number = {vehicle.id: i for i, vehicle in enumerate(self.day.vehicles)}
        self._kept_yuan = sum(_untimed_yuan(self.day, route) for route in self.kept)

    def neighbours(self) -> Iterator[Routes]:
        """All routes that one change makes of the present ones."""
        places = [(v, at) for v, route in enumerate(self.present) for at in range(len(route))]
        for v, at in places:
            task = self.present[v][at]
            without = [list(route) for route in self.present]
            without[v].remove(task)
            for other, other_route in enumerate(without):
                for to in range(len(other_route) + 1):
                    moved = [list(one) for one in without]
                    moved[other].insert(to, task)
                    if (other, to) != (v, at):
                        yield as_routes(moved)
        for (v, at), (other, to) in combinations(places, 2):
            swapped = [list(one) for one in self.present]
            swapped[v][at], swapped[other][to] = swapped[other][to], swapped[v][at]
            yield as_routes(swapped)
        for v, route in enumerate(self.present):
            if len(route) > 1:
                yield (*self.present[:v], route[::-1], *self.present[v + 1 :])

    def make(self, changed: Routes) -> tuple[Route, ...] | None:
        """All routes of the day with these branch routes; None where one breaks a rule."""
        routes: list[tuple[int, ...]] = [()] * len(self.day.vehicles)
        for van, route in zip(self.vans, changed, strict=True):
            vehicle = self.day.vehicle_by_id[van]
            allowed = self.instance.allowed[self._number[van]]
            if not all(allowed[i] for i in route) or (
                route and evaluate_route(self.instance, vehicle, route) is None
            ):
                return None
            routes[self._number[van]] = route
        plan = assemble_plan(self.instance, routes, engine="", seconds=0.0, unassigned=())
        return (*(route for route in plan.routes if route.vehicle in self.vans), *self.kept)

    def least_yuan(self, routes: Sequence[Route]) -> float:
        """What routes cost at the least, without waiting for one another."""
        branch = sum(route.cost for route in routes if route.vehicle in self.vans)
        return branch + self._kept_yuan


def _untimed_yuan(day: Problem, route: Route) -> float:
    """No more than what a route costs without its waiting."""
    costs = day.vehicle_by_id[route.vehicle].costs
    parts = route_cost(day, route)
    per_hour = max(costs.per_hour, costs.per_overtime_hour or 0.0)
    return (
        parts.fixed
        + parts.distance
        + max(0.0, parts.time + parts.overtime - per_hour * route.waiting_s / S_PER_HOUR)
    )
