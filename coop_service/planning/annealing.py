"""Simulated annealing over a day's routes on all cores, by the compiled search.

After a short cold start, which soon gives a plan to show, each thread anneals the whole day from a
seed of its own while it is hot, because other fleets are found so; now and then all go on from the
best of their days. At last a day of many routes is cut into neighbouring parts, one for each
thread, that are annealed side by side; again and again it is cut anew elsewhere. A day of few
routes is never cut. All the while each route is given the van that drives it cheapest, and now and
then the best set of all routes that were met is selected.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coop_service.planning.instance import Routes
from coop_service.planning.kernel.chain import Chain, make_chain
from coop_service.planning.kernel.day import NONE, Day
from coop_service.planning.kernel.ruin_recreate import anneal, fill
from coop_service.planning.kernel.state import State, make_state, refresh, time_exactly
from coop_service.planning.kernel.work import Work, make_work
from coop_service.planning.kernel_day import make_day
from coop_service.planning.plan_day import Clock
from coop_service.planning.search import Search
from coop_service.planning.selection import RoutePool
from coop_service.planning.van_assignment import assign_vans

HOT: Final = 1.0
COLD: Final = 0.07
"""Temperature at the start and at the end, as shares of the cost of one task."""

EASED_SHARE: Final = 0.5
"""Share of the search in which opening a vehicle is made easy, less and less."""

EPOCH_S: Final = 0.25
"""Seconds for which a cut stands where the clock ends the search."""

EPOCH_STEPS: Final = 1000
"""Steps for which a cut stands where iterations are counted."""

FIRST_STEPS: Final = 200
"""Steps by which the speed is first measured."""

QUICK_SHARE: Final = 0.02
"""Share of the search that is cold, so that there soon is a plan to show."""

WHOLE_SHARE: Final = 0.75
"""Share of the search until which each thread then has the whole day to itself."""

MET_AT: Final = (0.3, 0.4, 0.5, 0.6, WHOLE_SHARE)
"""Shares of the search at which all threads go on from the best of their days."""

LEAST_ROUTES_A_PART: Final = 4

QUENCHED_AT: Final = 0.95
"""Share of the search at which the best routes are taken up again, to be searched while cold."""

QUENCHED: Final = 0.005
"""Temperature then, as a share of the cost of one task."""

SELECTED_AT: Final = (0.6, 0.75, 0.9, 0.95)
"""Shares of the search at which the best set of all routes met so far is selected."""

SELECTION_S: Final = 0.5
"""Most seconds of a selection."""

POLES: Final = 8
"""Visits of which that farthest from the first pole becomes the other pole of a cut."""

FARTHEST_S: Final = 1e6
"""Stands for the distance of places without a road between them."""

THREADS_COUNTED: Final = 2
"""Where iterations are counted: threads on any machine."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What one thread anneals until the next cut."""

    state: State
    work: Work
    chain: Chain
    is_eased: bool


def _anneal_part(day: Day, steps: int, heat: float, ease: float, part: _Part) -> float:
    if not part.is_eased:
        ease = 0.0
    return float(anneal(day, part.state, part.work, part.chain, steps, heat, ease))


class Annealing:
    """The search of a day's routes.

    Args:
        search: what is to be put into routes.
        seed: of all random choices.
        threads: how many search side by side.
    """

    def __init__(self, search: Search, seed: int, threads: int) -> None:
        self.search = search
        self.units = units = search.units
        self.day = make_day(units)
        self.threads = threads
        self.best_yuan = np.inf
        self.best_routes: Routes = ((),) * len(units.instance.vehicles)
        self._rng = np.random.default_rng(seed)
        self._vehicles = np.arange(len(units.instance.vehicles))
        self._works = [
            make_work(
                len(units.instance.locations),
                len(units.instance.tasks),
                pairs=self.day.tasks.size * len(units.instance.vehicles),
            )
            for _ in range(threads)
        ]
        self._states = [make_state(self.day)]
        self._last_yuan = [np.inf]  # of each state, the least since the last cut

    def start(self, routes: Routes) -> None:
        """Begin with given routes, as far as they keep the rules, and put in what is missing."""
        state = self._states[0]
        state.routes["frozen"] = [len(first) for first in self.search.first_visits]
        for v, route in enumerate(routes):
            self._set_route(state, v, route)
        chain = self._make_chain(self._vehicles, self._absent(state))
        self._keep(float(fill(self.day, state, self._works[0], chain)), routes_of(state))

    def _set_route(self, state: State, v: int, route: Sequence[int]) -> None:
        """Give a vehicle a route, without its last tasks where it breaks a rule."""
        for count in range(len(route), -1, -1):
            state.nodes[v, 1 : count + 1] = route[:count]
            state.nodes[v, count + 1] = self.day.vehicles["end"][v]
            state.routes["count"][v] = count
            refresh(self.day, state, v)
            state.routes["cost"][v] = time_exactly(self.day, state, self._works[0], v)
            if np.isfinite(state.routes["cost"][v]) or count == 0:
                break
            state.at["vehicle"][route[count - 1]] = -1

    def restart(self, routes: Routes) -> None:
        """Go on from other routes, which are better than all so far."""
        for state in self._states:
            state.at["vehicle"] = NONE
            for v, route in enumerate(routes):
                self._set_route(state, v, route)
        self.best_routes = routes
        self.best_yuan = self.search.yuan(routes)

    def run(self, clock: Clock, on_better: Callable[[], None], begin: float = 0.0) -> None:
        """Anneal until the clock ends it.

        Args:
            clock: ends it.
            on_better: called after each better plan.
            begin: share of an annealing that is passed over.
        """
        total_s = clock.left_s
        pool, selections = RoutePool(self.search), iter(SELECTED_AT)
        next_selection = next(selections, 2.0)
        meetings = iter(MET_AT)
        next_meeting = next(meetings, 2.0)
        is_quenched = False
        limit_s = SELECTION_S if clock.rounds is not None else min(SELECTION_S, 0.02 * total_s)
        steps, done = (FIRST_STEPS if clock.rounds is None else EPOCH_STEPS), 0
        with ThreadPoolExecutor(self.threads) as cores:
            while done != clock.rounds and clock.left_s > 0 and len(self.units.variants) > 0:
                share = 1 - clock.left_s / total_s if clock.rounds is None else done / clock.rounds
                progress = begin + (1 - begin) * share
                heat = _temperature(progress) * self._yuan_a_task
                ease = max(0.0, 1 - progress / EASED_SHARE)
                if progress >= QUENCHED_AT and not is_quenched:
                    is_quenched = True
                    self.restart(self.best_routes)
                if progress >= next_meeting:
                    next_meeting = next(meetings, 2.0)
                    best = int(np.argmin(self._last_yuan[: len(self._states)]))
                    self._states = [self._states[best]]
                for state in self._states:
                    self._assign_vans(state)
                parts = self._cut(progress)
                begun = time.perf_counter()
                anneal_part = partial(_anneal_part, self.day, steps, heat, ease)
                self._last_yuan = yuan = list(cores.map(anneal_part, parts))
                if clock.rounds is None:
                    speed = steps / (time.perf_counter() - begun)
                    steps = max(1, int(speed * min(EPOCH_S, clock.left_s)))
                better = self._keep_best(parts, yuan)
                for part in parts:
                    pool.add(self._routes_met(part))
                done += 1
                if progress >= next_selection:
                    next_selection = next(selections, float("inf"))
                    self.search.routes = self.best_routes
                    if pool.select(limit_s):
                        self.restart(self.search.routes)
                        better = True
                if better:
                    on_better()

    def _assign_vans(self, state: State) -> None:
        """Give each route the van that drives it cheapest; visits alone never move whole routes."""
        before = routes_of(state)
        after = assign_vans(self.search, before)
        for v, (old, new) in enumerate(zip(before, after, strict=True)):
            if old != new:
                self._set_route(state, v, new)

    def _routes_met(self, part: _Part) -> Iterator[tuple[int, ...]]:
        """A part's present routes, and those that were best together."""
        chain, state = part.chain, part.state
        for v in chain.vehicles.tolist():
            for nodes, count in (
                (state.nodes, state.routes["count"][v]),
                (chain.best_nodes, chain.best_count[v]),
            ):
                yield tuple(nodes[v, 1 : count + 1].tolist())

    @property
    def _yuan_a_task(self) -> float:
        costs = [
            state.routes["cost"][state.routes["count"] > 0].sum()
            / max(1, state.routes["count"].sum())
            for state in self._states
        ]
        return max(float(min(costs)), 1e-3)

    def _keep(self, yuan: float, routes: Routes) -> bool:
        if yuan >= self.best_yuan - 1e-6:
            return False
        self.best_yuan, self.best_routes = yuan, routes
        return True

    def _keep_best(self, parts: Sequence[_Part], yuan: Sequence[float]) -> bool:
        """Keep the best routes that the parts met, together or, where each is whole, by itself."""
        if len(self._states) > 1:
            groups = [([part], cost) for part, cost in zip(parts, yuan, strict=True)]
        else:
            groups = [(list(parts), sum(yuan))]
        better = False
        for group, cost in groups:
            if cost < self.best_yuan - 1e-6:
                routes: list[tuple[int, ...]] = [()] * len(self._vehicles)
                for part in group:
                    for v in part.chain.vehicles.tolist():
                        count = part.chain.best_count[v]
                        routes[v] = tuple(part.chain.best_nodes[v, 1 : count + 1].tolist())
                better = self._keep(cost, tuple(routes)) or better
        return better

    def _absent(self, state: State) -> NDArray[np.int64]:
        served = state.at["vehicle"][: len(self.units.instance.tasks)] >= 0
        return np.setdiff1d(np.arange(len(self.units.variants)), self.units.unit_of[served])

    def _make_chain(self, vehicles: NDArray[np.int64], absent: NDArray[np.int64]) -> Chain:
        return make_chain(self.day, vehicles, absent, int(self._rng.integers(2**31)))

    def _cut(self, progress: float) -> list[_Part]:
        """Neighbouring routes for each thread, or copies of all: at first, and of few."""
        used = np.flatnonzero(self._states[0].routes["count"] > 0)
        is_apart = not QUICK_SHARE <= progress < WHOLE_SHARE
        if is_apart and used.size >= LEAST_ROUTES_A_PART * self.threads:
            self._states = self._states[:1]
            return self._cut_apart(used)
        while len(self._states) < self.threads:
            first = self._states[0]
            self._states.append(State._make(array.copy() for array in first))
        # easing finds other fleets and leads astray where there is but one good one
        return [
            _Part(state, work, self._make_chain(self._vehicles, self._absent(state)), bool(i % 2))
            for i, (state, work) in enumerate(zip(self._states, self._works, strict=True))
        ]

    def _cut_apart(self, used: NDArray[np.int64]) -> list[_Part]:
        """Routes sorted between two poles, in as many runs as there are threads.

        What stands idle or is absent is dealt out at random.
        """
        state = self._states[0]
        idle = self._rng.permutation(np.setdiff1d(self._vehicles, used))
        absent = self._rng.permutation(self._absent(state))
        counts = state.routes["count"]
        tasks = [state.nodes[v, 1 : counts[v] + 1] for v in used]
        near = np.minimum(self.units.instance.nearest_s, FARTHEST_S)
        everywhere = np.concatenate(tasks)
        pole = int(self._rng.choice(everywhere))
        others = self._rng.choice(everywhere, size=POLES)
        opposite = int(others[np.argmax(near[pole, others])])
        side = near[pole] - near[opposite]
        order = np.argsort([side[of_route].mean() for of_route in tasks], kind="stable")
        parts = []
        for number, chosen in enumerate(np.array_split(order, self.threads)):
            vehicles = np.concatenate([used[chosen], idle[number :: self.threads]])
            chain = self._make_chain(vehicles, absent[number :: self.threads])
            parts.append(_Part(state, self._works[number], chain, is_eased=True))
        return parts


def _temperature(progress: float) -> float:
    """Share of the cost of one task."""
    if not QUICK_SHARE <= progress < QUENCHED_AT:
        return QUENCHED
    return HOT * float((COLD / HOT) ** ((progress - QUICK_SHARE) / (1 - QUICK_SHARE)))


def routes_of(state: State) -> Routes:
    """For each vehicle the indices of its tasks in visiting order."""
    counts = state.routes["count"]
    return tuple(tuple(state.nodes[v, 1 : counts[v] + 1].tolist()) for v in range(counts.size))


def improve(
    search: Search, clock: Clock, seed: int, tell: Callable[[], None], *, begin: float = 0.0
) -> None:
    """Anneal the routes of a search from where they stand, until the stop rule ends it.

    Args:
        search: takes the best routes.
        clock: ends it.
        seed: of all random choices.
        tell: called after each better plan.
        begin: share of an annealing, its hot beginning, that is passed over.
    """
    unstated = (os.cpu_count() or 1) if clock.rounds is None else THREADS_COUNTED
    threads = clock.stop.threads or unstated
    annealing = Annealing(search, seed, threads)

    def take() -> None:
        search.routes = annealing.best_routes
        tell()

    annealing.start(search.routes)
    take()
    annealing.run(clock, take, begin)
