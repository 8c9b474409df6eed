"""The best set of routes out of all that a search has met, and the vans that drive them.

Choosing routes so that each visit is in one of them is set partitioning. Its linear relaxation
(OR-Tools' GLOP) gives a price to every visit; a route that costs more than its visits are worth, by
more than the present plan is above the bound, is in no better plan and is left aside. What is left,
some hundreds, CP-SAT chooses from. Pools of routes that a heuristic met: Rochat & Taillard 1995,
Journal of Heuristics 1:147-167; pricing out by reduced costs: Wolsey 1998, Integer Programming,
section 7.4.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from ortools.linear_solver import pywraplp

from coop_service.planning.evaluation import evaluator
from coop_service.planning.instance import VehicleKind, as_routes
from coop_service.planning.search import Search

LARGEST_POOL: Final = 2500
"""Routes that are remembered, the latest ones."""

MOST_YUAN: Final = 1e7
"""A route or an order left out counts for no more here, for the sake of the arithmetic."""

SELECTION_UNITS_PER_YUAN: Final = 1000
LEAST_GAIN_YUAN: Final = 0.005

Visits = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Column:
    """A route for a kind of vehicle (by its number), or units left out (kind None)."""

    units: frozenset[int]
    kind: int | None
    yuan: float
    sequence: Visits = ()


class RoutePool:
    """Routes that a search met, with what they cost on each kind of vehicle.

    Args:
        search: the day; its routes are what a selection has to beat.
    """

    def __init__(self, search: Search) -> None:
        self._search = search
        vehicles = search.instance.vehicles
        members: defaultdict[VehicleKind, list[int]] = defaultdict(list)
        for v, kind in enumerate(search.instance.vehicle_kinds):
            members[kind].append(v)
        self._members = list(members.values())
        self._timer = evaluator(search.instance)
        self._idle_yuan = [self._timer.cost_yuan(vehicles[of[0]], ()) for of in self._members]
        # by route: yuan by kind, worked out when they are first asked for
        self._routes: dict[Visits, list[float] | None] = {}

    def add(self, routes: Iterable[Sequence[int]]) -> None:
        """Remember routes; those that come again count as new."""
        for route in routes:
            if route:
                key = tuple(route)
                self._routes[key] = self._routes.pop(key, None)
        while len(self._routes) > LARGEST_POOL:
            del self._routes[next(iter(self._routes))]

    def select(self, limit_s: float) -> bool:
        """Give the search the best set of the routes, if it is better; whether it was.

        Args:
            limit_s: most seconds for CP-SAT; it has rarely needed half of one.
        """
        before = self._search.yuan(self._search.routes)
        self.add(self._search.routes)
        columns, bound = self._price(self._columns())
        gap = before - bound
        chosen = _choose([c for c, reduced in columns if reduced <= gap], self._counts, limit_s)
        if chosen is None:
            return False
        routes = self._deal(chosen)
        if self._search.yuan(routes) > before - LEAST_GAIN_YUAN:
            return False
        self._search.routes = routes
        return True

    @property
    def _counts(self) -> list[tuple[int, int]]:
        """Fewest and most routes of each kind; a van that costs something while idle has one."""
        return [
            (len(of) if idle else 0, len(of))
            for of, idle in zip(self._members, self._idle_yuan, strict=True)
        ]

    def _columns(self) -> list[_Column]:
        units = self._search.units
        best: dict[tuple[frozenset[int], int], _Column] = {}
        for sequence, known in self._routes.items():
            if known is None:
                known = self._routes[sequence] = [
                    self._timer.cost_yuan(self._search.instance.vehicles[of[0]], sequence)
                    for of in self._members
                ]
            extra = float(units.extra_yuan[list(sequence)].sum())
            served = frozenset(units.unit_of[list(sequence)].tolist())
            for kind, yuan in enumerate(known):
                cost = min(yuan + extra, MOST_YUAN)
                if np.isfinite(yuan) and (
                    (served, kind) not in best or cost < best[served, kind].yuan
                ):
                    best[served, kind] = _Column(served, kind, cost, sequence)
        columns = list(best.values())
        for kind, yuan in enumerate(self._idle_yuan):
            if yuan:
                columns.append(_Column(frozenset(), kind, yuan))
        fixed = {int(units.unit_of[i]) for route in self._search.first_visits for i in route}
        for unit, yuan in enumerate(units.drop_yuan.tolist()):
            if unit not in fixed:
                columns.append(_Column(frozenset({unit}), None, min(yuan, MOST_YUAN)))
        return columns

    def _price(self, columns: Sequence[_Column]) -> tuple[list[tuple[_Column, float]], float]:
        """Each column with its reduced cost, and the least yuan that any selection may have."""
        solver = pywraplp.Solver.CreateSolver("GLOP")
        infinity = solver.infinity()
        covers = [solver.Constraint(1, 1) for _ in self._search.units.variants]
        limits = [solver.Constraint(least, most) for least, most in self._counts]
        objective = solver.Objective()
        objective.SetMinimization()
        variables = []
        for column in columns:
            variable = solver.NumVar(0, infinity, "")
            objective.SetCoefficient(variable, column.yuan)
            for unit in column.units:
                covers[unit].SetCoefficient(variable, 1)
            if column.kind is not None:
                limits[column.kind].SetCoefficient(variable, 1)
            variables.append(variable)
        if solver.Solve() != pywraplp.Solver.OPTIMAL:
            return [], float("inf")
        return [
            (column, variable.reduced_cost())
            for column, variable in zip(columns, variables, strict=True)
        ], objective.Value()

    def _deal(self, chosen: Iterable[_Column]) -> tuple[Visits, ...]:
        """The chosen routes, each on a vehicle of its kind; where it was before if it can be."""
        routes: list[Visits] = [()] * len(self._search.instance.vehicles)
        for kind, of in enumerate(self._members):
            waiting = [column.sequence for column in chosen if column.kind == kind]
            free = []
            for v in of:
                if self._search.routes[v] in waiting:
                    routes[v] = self._search.routes[v]
                    waiting.remove(routes[v])
                else:
                    free.append(v)
            for v, sequence in zip(free, waiting, strict=False):
                routes[v] = sequence
        return as_routes(routes)


def _choose(
    columns: Sequence[_Column], counts: Sequence[tuple[int, int]], limit_s: float
) -> list[_Column] | None:
    """The cheapest columns that cover every unit once; None where none are found in time."""
    # it brings pandas along: a third of a second that the start of a search need not wait for
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    variables = [model.new_bool_var("") for _ in columns]
    covering = defaultdict(list)
    of_kind = defaultdict(list)
    for column, variable in zip(columns, variables, strict=True):
        for unit in column.units:
            covering[unit].append(variable)
        if column.kind is not None:
            of_kind[column.kind].append(variable)
    for of_unit in covering.values():
        model.add_exactly_one(of_unit)
    for kind, (least, most) in enumerate(counts):
        model.add_linear_constraint(sum(of_kind[kind]), least, most)
    model.minimize(
        sum(
            round(column.yuan * SELECTION_UNITS_PER_YUAN) * variable
            for column, variable in zip(columns, variables, strict=True)
        )
    )
    solver = cp_model.CpSolver()
    # one worker: the same choice again for the same pool
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = limit_s
    solver.parameters.max_time_in_seconds = 4 * limit_s
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [c for c, variable in zip(columns, variables, strict=True) if solver.value(variable)]
