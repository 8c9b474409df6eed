"""The best routes so far, and the groups of neighbouring routes that are planned anew.

A search slows down with the size of a day, so after a first plan it is given a few neighbouring
routes at a time, with some vehicles that stand idle, and what it finds is kept where it is better
(POPMUSIC: Taillard & Voss 2002, in: Essays and Surveys in Metaheuristics, 613-629).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from coop_service.planning.evaluation import evaluator
from coop_service.planning.first_visits import first_visits, with_linked
from coop_service.planning.instance import COST_UNITS_PER_YUAN, Instance, Routes, as_routes
from coop_service.planning.units import Units


@dataclass(frozen=True, slots=True)
class Group:
    """Some vehicles with their present routes, and the tasks to be dealt to them anew."""

    vehicles: tuple[int, ...]
    routes: Routes
    tasks: tuple[int, ...]


class Search:
    """The best routes so far of a day; the objective is counted in whole cost units.

    Tasks are those of ``units.instance``: first one for each visit, then variants of them. Each
    vehicle's route always begins with its ``first_visits``.
    """

    def __init__(self, units: Units) -> None:
        self.units = units
        self.instance = units.instance
        self.drop_costs = drop_costs(units)
        self.first_visits = first_visits(units.instance)
        self.routes: Routes = as_routes(
            [with_linked(units.visit_tasks, first) for first in self.first_visits]
        )

    @property
    def whole(self) -> Group:
        """All vehicles and visits."""
        tasks = tuple(i for variants in self.units.variants for i in variants[0])
        return Group(tuple(range(len(self.instance.vehicles))), self.routes, tasks)

    @property
    def unserved(self) -> tuple[int, ...]:
        """Tasks of the visits that are in no route."""
        served = {int(self.units.unit_of[i]) for route in self.routes for i in route}
        left = (u for u in range(len(self.units.variants)) if u not in served)
        return tuple(i for u in left for i in self.units.variants[u][0])

    def cost(self, vehicles: Sequence[int], routes: Routes, tasks: Sequence[int]) -> int | None:
        """Exact cost of routes and of those of the tasks that they leave out; None: forbidden."""
        total = 0.0
        for v, route in zip(vehicles, routes, strict=True):
            total += evaluator(self.instance).cost_yuan(self.instance.vehicles[v], route)
            if np.isinf(total):
                return None
        served = set(chain.from_iterable(routes))
        left_out = [i for i in tasks if i not in served]
        return round(total * COST_UNITS_PER_YUAN) + int(self.drop_costs[left_out].sum())

    def yuan(self, routes: Routes) -> float:
        """Exact cost of routes for all vehicles and of what they leave out; infinite: forbidden."""
        timer = evaluator(self.instance)
        served = list(chain.from_iterable(routes))
        left_out = np.setdiff1d(np.arange(len(self.units.variants)), self.units.unit_of[served])
        pairs = zip(self.instance.vehicles, routes, strict=True)
        return float(
            sum(timer.cost_yuan(vehicle, route) for vehicle, route in pairs)
            + self.units.extra_yuan[served].sum()
            + self.units.drop_yuan[left_out].sum()
        )

    def keep_if_better(self, group: Group, found: Routes | None) -> bool:
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


def choose_groups(
    search: Search, rng: np.random.Generator, *, count: int, routes: int, spares: int
) -> list[Group]:
    """Disjoint groups of neighbouring routes.

    Each gets its share of the tasks that nobody serves yet.

    Args:
        search: the best routes so far.
        rng: draws the route that each group grows around, some noise, and the idle vehicles.
        count: most groups.
        routes: most routes in a group.
        spares: most idle vehicles in a group.
    """
    used = [v for v, route in enumerate(search.routes) if route]
    idle = [v for v, route in enumerate(search.routes) if not route]
    unserved = list(search.unserved)
    groups = []
    for remaining in range(count, 0, -1):
        if not used and not unserved:
            break
        size = min(routes, max(1, -(-len(used) // remaining)))
        chosen = _neighbours(search, used, size, rng) if used else []
        spare = _draw(idle, spares, rng)
        vehicles = (*chosen, *spare)
        present = as_routes([search.routes[v] for v in vehicles])
        share = unserved[: -(-len(unserved) // remaining)]
        tasks = (*chain.from_iterable(present), *share)
        if tasks and vehicles:
            groups.append(Group(vehicles, present, tasks))
        used = [v for v in used if v not in chosen]
        idle = [v for v in idle if v not in spare]
        unserved = unserved[len(share) :]
    return groups


def _neighbours(
    search: Search, used: Sequence[int], size: int, rng: np.random.Generator
) -> list[int]:
    """A random route and those nearest to it, with some noise so that groups differ."""
    seed_route = search.routes[int(rng.choice(np.array(used)))]
    distance = {
        v: _nearness(search.instance, seed_route, search.routes[v]) * rng.uniform(0.7, 1.3)
        for v in used
    }
    return sorted(used, key=lambda v: distance[v])[:size]


def _nearness(instance: Instance, one: Sequence[int], other: Sequence[int]) -> float:
    """Mean seconds from the tasks of each route to the nearest task of the other."""
    between = instance.nearest_s[np.ix_(one, other)]
    return float(between.min(axis=1).mean() + between.min(axis=0).mean())


def _draw(idle: Sequence[int], most: int, rng: np.random.Generator) -> list[int]:
    if not idle:
        return []
    shuffled: list[int] = rng.permutation(np.array(idle)).tolist()
    return shuffled[:most]


def drop_costs(units: Units) -> NDArray[np.int64]:
    """What leaving each task out costs, in cost units, where no variant of it is served."""
    yuan = np.zeros(len(units.instance.tasks))
    for variants, drop_yuan in zip(units.variants, units.drop_yuan, strict=True):
        for variant in variants:
            yuan[list(variant)] = drop_yuan / len(variant)
    in_units: NDArray[np.int64] = np.rint(yuan * COST_UNITS_PER_YUAN).astype(np.int64)
    return in_units
