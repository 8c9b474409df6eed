"""Which van drives which route: the cheapest assignment, by OR-Tools."""

from __future__ import annotations

from typing import Final

import numpy as np
from ortools.graph.python import linear_sum_assignment

from coop_service.planning.evaluation import evaluator
from coop_service.planning.instance import Routes
from coop_service.planning.search import Search

ASSIGNMENT_UNITS_PER_YUAN: Final = 10_000
FORBIDDEN: Final = 10**12
"""Cost of an assignment that breaks a rule; far more than any day."""


def assign_vans(search: Search, routes: Routes) -> Routes:
    """The same routes on the vans that drive them at the least cost.

    Vans on the road, and those whose day begins with fixed visits, keep their own.
    """
    instance = search.instance
    timer = evaluator(instance)
    free = [
        v
        for v, vehicle in enumerate(instance.vehicles)
        if vehicle.underway is None and not search.first_visits[v]
    ]
    driven = [v for v in free if routes[v]]
    if not driven:
        return routes
    kinds = instance.vehicle_kinds
    first_of_kind = {kinds[v]: v for v in reversed(free)}
    yuan = np.zeros((len(free), len(free)))  # the last rows are vans that stay at home
    for row, driver in enumerate(driven):
        by_kind = {
            kind: timer.cost_yuan(instance.vehicles[v], routes[driver])
            for kind, v in first_of_kind.items()
        }
        yuan[row] = [by_kind[kinds[v]] for v in free]
    costs = np.full(yuan.shape, FORBIDDEN, dtype=np.int64)
    np.copyto(
        costs, np.rint(yuan * ASSIGNMENT_UNITS_PER_YUAN), where=np.isfinite(yuan), casting="unsafe"
    )
    # of equal vans each keeps its route
    for row, driver in enumerate(driven):
        costs[row, free.index(driver)] -= 1
    rows, columns = np.indices(costs.shape)
    solver = linear_sum_assignment.SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(rows.ravel(), columns.ravel(), costs.ravel())
    if solver.solve() != solver.OPTIMAL:
        return routes
    assigned = list(routes)
    for v in free:
        assigned[v] = ()
    for row, driver in enumerate(driven):
        assigned[free[solver.right_mate(row)]] = routes[driver]
    return tuple(assigned)
