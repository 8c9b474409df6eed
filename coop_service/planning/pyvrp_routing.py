"""The PyVRP engine: the whole day from several seeds, then groups of neighbouring routes anew.

A second search beside our own, for days that PyVRP's model can hold.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

import numpy as np

from coop_service.domain.plan import Plan
from coop_service.domain.problem import Problem
from coop_service.planning import ortools_routing
from coop_service.planning.plan_day import Clock, plan_day
from coop_service.planning.pyvrp_model import (
    Limit,
    find_unsupported,
    iterations,
    runtime,
    solve_group,
)
from coop_service.planning.rounds import improve_in_rounds
from coop_service.planning.search import Group, Search
from coop_service.planning.stop import StopRule
from coop_service.planning.support import refuse_unsupported
from coop_service.planning.workers import Workers

ENGINE_NAME: Final = "pyvrp"

WHOLE_SHARE: Final = 0.1
"""Share of the time in which the whole day is planned from several seeds."""

GROUP_ROUTES: Final = 9
SPARE_VEHICLES: Final = 2
GROUP_S: Final = 1.0
"""Routes and idle vehicles of a group, and the seconds of its search."""

WHOLE_ITERATIONS: Final = 1000
GROUP_ITERATIONS: Final = 1500
SEARCHES_COUNTED: Final = 2
"""Where iterations are counted: PyVRP's own iterations, and searches a round on any machine."""


def solve(
    problem: Problem,
    stop: StopRule,
    seed: int,
    start: Plan | None = None,
    on_better: Callable[[Plan], None] | None = None,
) -> Plan:
    """Plan a day with PyVRP.

    Arguments, result and errors as :func:`coop_service.planning.ortools_routing.solve`.
    """
    refuse_unsupported(problem, find_unsupported(problem))
    return plan_day(problem, stop, seed, start, on_better, engine=ENGINE_NAME, improve=_improve)


def _improve(search: Search, clock: Clock, seed: int, tell: Callable[[], None]) -> None:
    timed = clock.rounds is None
    rng = np.random.default_rng(seed)
    count = (os.cpu_count() or 1) if timed else SEARCHES_COUNTED
    ortools_routing.make_first_routes(search, clock, tell)
    with Workers(solve_group, search, count) as workers:
        limit = runtime(WHOLE_SHARE * clock.left_s) if timed else iterations(WHOLE_ITERATIONS)
        whole = search.whole
        seeds = rng.integers(2**31, size=count).tolist()
        for found in workers.call([(whole, limit, s, True) for s in seeds]):
            if search.keep_if_better(search.whole, found):
                tell()

        def make_call(group: Group) -> tuple[Group, Limit, int, bool]:
            left_s = min(GROUP_S, clock.left_s)
            limit = runtime(left_s) if timed else iterations(GROUP_ITERATIONS)
            return group, limit, int(rng.integers(2**31)), False

        improve_in_rounds(
            search,
            clock,
            workers,
            make_call,
            tell,
            rng,
            routes=GROUP_ROUTES,
            spares=SPARE_VEHICLES,
        )
