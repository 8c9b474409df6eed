"""The OR-Tools engine: a first plan for the whole day, then groups of neighbouring routes anew.

Guided local search, which goes on from the present routes, and iterated local search, which begins
anew, take turns at random: together they found better plans than either alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

import numpy as np

from coop_service.domain.plan import Plan
from coop_service.domain.problem import Problem
from coop_service.planning.instance import Routes
from coop_service.planning.ortools_model import RoutingModel, SearchLimit
from coop_service.planning.plan_day import Clock, plan_day
from coop_service.planning.rounds import improve_in_rounds
from coop_service.planning.search import Group, Search
from coop_service.planning.stop import StopRule
from coop_service.planning.support import refuse_unsupported
from coop_service.planning.workers import Workers

ENGINE_NAME: Final = "ortools"

GROUP_ROUTES: Final = 5
"""Routes that are planned anew together."""

SPARE_VEHICLES: Final = 2
"""Idle vehicles that a group may use besides."""

FIRST_PLAN_LEAST_S: Final = 1.0
FIRST_PLAN_S: Final = 2.0
FIRST_PLAN_SHARE: Final = 0.25
"""The first plan is improved for this many seconds, or this share of a short search; even where
the clock has almost run out it is given the least time to be found at all."""

GROUP_S: Final = 1.0
"""One group's search takes so many seconds."""

ANEW_SHARE: Final = 0.6
"""Share of the groups that iterated local search plans, where the clock ends the search."""

FIRST_SOLUTIONS: Final = 40
GROUP_SOLUTIONS: Final = 60
COUNTED_S: Final = 300.0
"""Where iterations are counted searches end after so many solutions; the clock is a safeguard
that only a search without any further solution reaches."""

GROUPS_COUNTED: Final = 2
"""Groups a round where iterations are counted: the same on every machine."""


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
        start: a plan to begin with; it may be incomplete or break rules.
        on_better: told of each better plan, complete and consistent.

    Returns:
        The best plan found; orders that cannot be served at all are taken out with their reason.

    Raises:
        UnsupportedProblem: the problem uses a rule that this engine cannot hold.
    """
    refuse_unsupported(problem)
    return plan_day(problem, stop, seed, start, on_better, engine=ENGINE_NAME, improve=improve)


def make_first_routes(search: Search, clock: Clock, tell: Callable[[], None]) -> None:
    """Routes for the whole day by savings; in very short searches they may overrun the clock."""
    limit_s = min(COUNTED_S, max(FIRST_PLAN_LEAST_S, clock.left_s))
    _search_whole(search, SearchLimit(limit_s, 1), clock, tell)


def improve(search: Search, clock: Clock, seed: int, tell: Callable[[], None]) -> None:
    """First plan, then rounds of groups planned anew, until the stop rule ends it."""
    timed = clock.rounds is None
    rng = np.random.default_rng(seed)
    group_count = (os.cpu_count() or 1) if timed else GROUPS_COUNTED
    # the processes start only after the first plan, which they would make wait
    make_first_routes(search, clock, tell)
    with Workers(_solve_group, search, group_count) as workers:
        first_s = min(FIRST_PLAN_S, FIRST_PLAN_SHARE * clock.left_s)
        limit = SearchLimit(first_s) if timed else SearchLimit(COUNTED_S, FIRST_SOLUTIONS)
        _search_whole(search, limit, clock, tell)

        def make_call(group: Group) -> tuple[Group, SearchLimit, bool]:
            if not timed:  # iterated local search cannot be told to end after so many solutions
                return group, SearchLimit(COUNTED_S, GROUP_SOLUTIONS), False
            limit = SearchLimit(min(GROUP_S, clock.left_s))
            return group, limit, bool(rng.random() < ANEW_SHARE)

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


def _search_whole(
    search: Search, limit: SearchLimit, clock: Clock, tell: Callable[[], None]
) -> None:
    """Guided local search on the whole day, from the present routes where there are any."""
    group = search.whole
    model = RoutingModel(search.instance, group.tasks, group.vehicles, search.drop_costs)

    def on_solution(routes: Routes) -> bool:
        if search.keep_if_better(search.whole, routes):
            tell()
        return clock.left_s > 0

    start = group.routes if any(group.routes) else None
    model.solve(limit, start=start, on_solution=on_solution)


def _solve_group(search: Search, group: Group, limit: SearchLimit, anew: bool) -> Routes | None:
    """Runs in a worker: plan the group's tasks on its vehicles."""
    model = RoutingModel(search.instance, group.tasks, group.vehicles, search.drop_costs)
    return model.solve_anew(limit) if anew else model.solve(limit, start=group.routes)
