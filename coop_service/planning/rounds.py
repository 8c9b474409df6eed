"""Rounds of improvement: groups of routes planned anew side by side, until the clock ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from coop_service.planning.instance import Routes
from coop_service.planning.plan_day import Clock
from coop_service.planning.search import Group, Search, choose_groups
from coop_service.planning.selection import RoutePool
from coop_service.planning.workers import Workers

ROUNDS_A_SELECTION: Final = 4
SELECTION_S: Final = 0.3
"""The best set of all routes found is selected after so many rounds, in at most so many seconds."""

LEAST_GROUP_S: Final = 0.05
"""With less time than this left no further round is begun."""


def improve_in_rounds(
    search: Search,
    clock: Clock,
    workers: Workers[Search, Routes | None],
    make_call: Callable[[Group], tuple[Any, ...]],
    tell: Callable[[], None],
    rng: np.random.Generator,
    *,
    routes: int,
    spares: int,
) -> None:
    """Plan groups of neighbouring routes anew, one on each worker, and keep what is better.

    Args:
        search: the best routes so far, improved in place.
        clock: ends the rounds.
        workers: each answers a call with the routes of its group, or None.
        make_call: a worker's arguments for a group.
        tell: called after each round that has found something better.
        rng: chooses the groups.
        routes: most routes in a group.
        spares: most idle vehicles in a group.
    """
    done = 0
    pool = RoutePool(search)
    pool.add(search.routes)
    while done != clock.rounds and clock.left_s > LEAST_GROUP_S:
        groups = choose_groups(search, rng, count=workers.count, routes=routes, spares=spares)
        found = workers.call([make_call(group) for group in groups])
        better = [search.keep_if_better(g, r) for g, r in zip(groups, found, strict=True)]
        done += 1
        for of_group in found:
            pool.add(of_group or ())
        if done % ROUNDS_A_SELECTION == 0:
            better.append(pool.select(min(SELECTION_S, max(clock.left_s, 0.0))))
        if any(better):
            tell()
