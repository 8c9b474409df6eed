"""Planning with given modes: sequences under bounds, times together, better bounds, in turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from coop_service.domain.handovers import find_handovers
from coop_service.domain.plan import Plan, Route, Status, Unassigned
from coop_service.domain.problem import Problem
from coop_service.domain.relay import Modes, legs_of
from coop_service.planning import annealing
from coop_service.planning.relay.bound_plan import plan_bound
from coop_service.planning.relay.bounds import (
    Clocks,
    HubClock,
    Roles,
    bound_day,
    goods_by_hub,
    routes_with_places,
    staggered_departures,
)
from coop_service.planning.relay.budget import LEAST_TURN_S, Budget
from coop_service.planning.relay.candidate import (
    Candidate,
    Worth,
    broken_chains,
    judge,
    left_out_of,
    make_plan,
    reasons_of_orders,
    without,
)
from coop_service.planning.relay.clocks import complete_clocks, find_spans, shown_clocks, squeeze
from coop_service.planning.relay.floor import orders_without_floor
from coop_service.planning.relay.polish import polish
from coop_service.planning.relay.sides import (
    FEW_GAPS,
    GAPS,
    SLACK,
    all_clocks,
    all_roles,
    wide_clocks,
)
from coop_service.planning.relay.timing import find_shortfalls, time_together
from coop_service.planning.relay.warm import improve_warm

FEW_VISITS: Final = 14
"""Days with at most so many visits at the villages of hubs are looked at from many sides."""

TIMING_S: Final = 1.0
"""Most deterministic seconds of a timing."""

TRIES: Final = 3
"""Plain plans under the same bounds, each with the room that was missing for the one before."""

LEAST_TIMING_S: Final = 0.1

SHORT_TURN: Final = 0.08
"""Share of the time of large days for each plain plan that bounds are tried with."""

USEFUL_TURN_S: Final = 2.0
MOST_FOR_A_TURN: Final = 0.5
"""A larger share where it were shorter than this: a plain plan takes some time to begin."""

LONG_SHARE: Final = 0.7
"""Share of the time of large days for the last plain plan, within the best bounds."""

LAST_TURN: Final = 0.8
"""Share of it for that plan; the rest is for what its timing asks for."""

WARM_SHARE: Final = 0.3
"""Plain plans that have less than this share of the time go on from their start."""

SQUEEZED_BY: Final = ((0.7, 0.0), (0.7, 1.0), (0.5, 0.5), (0.85, 0.5), (1.3, 0.5))
"""Factors of a plan's gap that are tried, and the shares of the change before it."""


Signature = tuple[tuple[str, tuple[object, ...]], ...]


class Turns:
    """The best plan for given modes.

    Args:
        problem: with its relays.
        modes: of each of its townships.
        budget: of the whole search.
        seed: of all random choices.
        engine: as plans name it.
        on_better: told of each candidate that is better than those before with these modes.

    Attributes:
        best: the best plan so far.
        goes_on_warm: whether what has a start goes on from it, as at the end of a search.
    """

    def __init__(
        self,
        problem: Problem,
        modes: Modes,
        budget: Budget,
        seed: int,
        *,
        engine: str,
        on_better: Callable[[Candidate], None],
    ) -> None:
        self.problem = problem
        self.modes = modes
        self.budget = budget
        self.seed = seed
        self.engine = engine
        self.best: Candidate | None = None
        self.goes_on_warm = False
        self._on_better = on_better
        self._spans = find_spans(problem, modes)
        self._seen: set[object] = set()
        self._count = 0
        self._known: dict[str, Unassigned] = {}
        self._hints: Clocks = {}
        self._told = 0
        self._until_s = self._total_s = float("inf")
        self._too_much = orders_without_floor(problem, modes)

    @property
    def is_small(self) -> bool:
        """Whether it is looked at from many sides, each with a short search."""
        goods = goods_by_hub(self.problem, self.modes).values()
        stops = {order.stop for of in goods for order in (*of.down, *of.up, *of.kept)}
        return bool(self._spans) and len(self.problem.stops) <= FEW_VISITS and bool(stops)

    def run(
        self, seconds: float, start: Plan | None, hints: Clocks | None = None
    ) -> Candidate | None:
        """Plan for so long; the best of all runs so far.

        Args:
            seconds: of this run.
            start: a plan to begin with.
            hints: clocks to try first, of hubs where some are known to be good.
        """
        self._hints = {hub: clock for hub, clock in (hints or {}).items() if hub in self._spans}
        self._until_s = self.budget.elapsed_s + seconds
        self._total_s = seconds
        if not self._spans:
            self._turn({}, {}, seconds, start)
        elif self.is_small:
            self._run_small(start)
        else:
            self._run_large(seconds, start)
        return self.best

    def offer(self, routes: tuple[Route, ...], plain: Plan) -> Worth | None:
        """Take routes that were planned elsewhere, timed together; what the plan is worth.

        Args:
            routes: in legs, of the whole day.
            plain: the plain plan to go on from.

        Returns:
            None where they have no timetable, or verification finds a fault.
        """
        timed = self._time(self._without_left_out(routes), routes)
        return None if timed is None else self._compare(timed, plain)

    def _without_left_out(self, routes: tuple[Route, ...]) -> Problem:
        return without(self.problem, left_out_of(self.problem, self.modes, routes))

    @property
    def _left_s(self) -> float:
        """Seconds left of this run."""
        if not self.budget.is_timed:
            return float("inf")
        return min(self.budget.left_s, self._until_s - self.budget.elapsed_s)

    def _run_small(self, start: Plan | None) -> None:
        self._turn(wide_clocks(self._spans, SLACK), {}, 0.0, start)
        self._feed_back(0.0)
        for roles in all_roles(self.problem, self.modes):
            for clocks in all_clocks(self._spans, FEW_GAPS if roles else GAPS):
                if self._left_s < LEAST_TURN_S:
                    break
                self._turn(clocks, roles, 0.0, start)
        self._feed_back(0.0)
        if self.best is not None:
            self._polish(self.best)

    def _polish(self, best: Candidate) -> None:
        routes = polish(
            self.problem,
            self.modes,
            best.plan.routes,
            TIMING_S,
            lambda: self._left_s > LEAST_TURN_S / 2,
        )
        self._compare(routes, best.plain)

    def _run_large(self, seconds: float, start: Plan | None) -> None:
        """First wide bounds, then what the plan shows, then smaller and other gaps.

        Then one long search within what the best plan shows, and what its end asks for.
        """
        turn_s = max(SHORT_TURN * seconds, min(USEFUL_TURN_S, MOST_FOR_A_TURN * seconds))
        if self.best is None:
            self._turn({**wide_clocks(self._spans, SLACK), **self._hints}, {}, turn_s, start)
            if self.best is None:
                self._turn(wide_clocks(self._spans, 0.0), {}, turn_s, start)
            self._feed_back(turn_s, LONG_SHARE * seconds)
        if self.best is not None and self.budget.is_timed and self._left_s > LEAST_TURN_S:
            self._turn(self.shown(self.best), {}, LAST_TURN * self._left_s, self.best.plain)
            self._feed_back(turn_s)

    def shown(self, best: Candidate) -> dict[str, HubClock]:
        """The clocks that a plan has kept; the widest where it hands nothing over."""
        handovers = find_handovers(self.problem, self.modes, best.plan.routes)
        shown = shown_clocks(self.problem, self.modes, handovers, best.plan.routes)
        return complete_clocks(shown, wide_clocks(self._spans, SLACK))

    def _feed_back(self, turn_s: float, kept_s: float = 0.0) -> None:
        """Bounds as the best plan shows them, and other gaps, until nothing improves.

        Large days go on until only ``kept_s`` are left, as every plain plan has another seed.
        """
        goes_on = True
        while goes_on and self.best is not None:
            before = self.best.worth
            for factor, share in ((1.0, 0.5), *SQUEEZED_BY):
                if self._left_s < kept_s + max(LEAST_TURN_S, 0.5 * turn_s):
                    return
                if self._count >= self.budget.most_plain_plans:
                    return
                best, shown = self.best, self.shown(self.best)
                clocks = shown if factor == 1.0 else squeeze(shown, self._spans, factor, share)
                self._turn(clocks, {}, turn_s, best.plain)
            goes_on = self.best.worth < before or (self.budget.is_timed and not self.is_small)

    def _turn(self, clocks: Clocks, roles: Roles, seconds: float, start: Plan | None) -> None:
        """A plain plan under bounds, timed together; with more room where it has no timetable."""
        departures: dict[str, int] = {}
        for _ in range(TRIES):
            key = tuple(tuple(sorted(of.items(), key=_name)) for of in (clocks, roles, departures))
            if key in self._seen and self.is_small:
                return
            self._seen.add(key)
            plain, served = self._plan_plainly(clocks, roles, departures, seconds, start)
            signature = _signature(plain.routes)
            if signature in self._seen:
                return
            timed = self._time(served, plain.routes)
            if timed is not None:
                self._seen.add(signature)
                self._compare(timed, plain)
                return
            if not self._spans and self.best is None:
                self._compare(self._with_fewer_routes(plain.routes), plain)
            if self._left_s < LEAST_TURN_S:
                return
            missing = find_shortfalls(
                served, self.modes, plain.routes, self._timing_s, self._wall_s
            )
            if not missing:  # not the links: docks and doors
                departures = staggered_departures(self.problem, plain.routes)
            start, seconds = plain, min(0.5 * seconds, 0.5 * self._left_s)
            short_s = {one.depot: one.missing_s for one in missing}
            clocks = {
                hub: replace(clock, margin_s=clock.margin_s + short_s.get(hub, 0))
                for hub, clock in clocks.items()
            }

    @property
    def _timing_s(self) -> float:
        """Most seconds of the next timing."""
        return max(LEAST_TIMING_S, min(TIMING_S, 0.1 * self._left_s))

    @property
    def _wall_s(self) -> float | None:
        """Most seconds of wall time of the next timing; none where a plan is to repeat."""
        return 3 * self._timing_s if self.budget.is_timed else None

    def _time(self, served: Problem, routes: tuple[Route, ...]) -> tuple[Route, ...] | None:
        return time_together(served, self.modes, routes, self._timing_s, self._wall_s)

    def _tell(self, plain: Plan) -> None:
        """Make something of a plain plan that is still being improved, where there is nothing."""
        if self.best is not None or self._told >= TRIES:
            return
        self._told += 1
        # what is not proved is said of a search that goes on
        plain = replace(plain, unassigned=tuple(one for one in plain.unassigned if one.proved))
        broken = broken_chains(self.problem, self.modes, plain.routes)
        timed = None if broken else self._time(self.problem, plain.routes)
        self._compare(timed or self._without_relays(plain.routes), plain)

    def _without_relays(self, routes: tuple[Route, ...]) -> tuple[Route, ...]:
        """Routes that nothing ties to others: there soon is a plan, if not a good one."""
        legs = {leg.id for leg in legs_of(self.problem, self.modes)}
        return routes_with_places(
            self.problem,
            [
                route
                for route in routes
                if not any(name in legs for visit in route.visits for name in visit.orders)
            ],
        )

    def _with_fewer_routes(self, routes: tuple[Route, ...]) -> tuple[Route, ...]:
        """Those routes, the fullest first, that docks suffice for; for days without relays."""
        kept: tuple[Route, ...] = ()
        underway = {vehicle.id for vehicle in self.problem.vehicles if vehicle.underway}
        for route in sorted(
            routes, key=lambda r: (r.vehicle not in underway, -len(list(r.visits)))
        ):
            timed = time_together(self.problem, self.modes, (*kept, route), TIMING_S)
            if timed is not None:
                kept = timed
        return kept

    def _plan_plainly(
        self,
        clocks: Clocks,
        roles: Roles,
        departures: Mapping[str, int],
        seconds: float,
        start: Plan | None,
    ) -> tuple[Plan, Problem]:
        """A plain plan without broken chains, and the problem without the orders it leaves out."""
        self._count += 1
        rule = self.budget.turn(min(seconds, self._left_s))
        if self.is_small:
            rule = self.budget.small_turn()
        problem, modes = without(self.problem, self._too_much.keys()), self.modes
        is_short = seconds < WARM_SHARE * self._total_s
        is_warm = start is not None and (is_short or self.goes_on_warm)
        # it takes its time, and most plans on the way are not kept
        explains = not self.budget.is_timed or seconds >= WARM_SHARE * self._total_s
        while True:
            plain = plan_bound(
                partial(bound_day, problem, modes, clocks, roles, departures),
                rule,
                self.seed + self._count,
                start,
                self._tell if self.budget.is_timed else None,
                engine=self.engine,
                improve=improve_warm if is_warm else annealing.improve,
                explains=explains,
            )
            broken = broken_chains(problem, modes, plain.routes)
            if not broken:
                return plain, problem
            # both legs or none: what is left of the chain is taken out, and its place is free
            problem = without(problem, broken)
            rule, start, is_warm = self.budget.turn(0.2 * seconds), plain, True

    def _compare(self, routes: tuple[Route, ...], plain: Plan) -> Worth | None:
        """Keep the plan if it is the best so far; what it is worth, None: it breaks a rule."""
        for reason in reasons_of_orders(self.problem, self.modes, plain.unassigned):
            known = self._known.get(reason.order)
            if known is None or reason.cheapest_change is not None or reason.proved:
                self._known[reason.order] = reason
        plan = make_plan(
            self.problem,
            self.modes,
            routes,
            engine=self.engine,
            seconds=self.budget.elapsed_s,
            reasons=[*self._known.values(), *self._too_much.values()],
            status=Status.FEASIBLE,
        )
        worth = judge(self.problem, plan)
        if worth is not None and (self.best is None or worth < self.best.worth):
            self.best = Candidate(plan, plain, dict(self.modes), worth)
            self._on_better(self.best)
        return worth


def _name(item: tuple[str, object]) -> str:
    return item[0]


def _signature(routes: tuple[Route, ...]) -> Signature:
    """What timing keeps of routes."""
    return tuple(
        (
            route.vehicle,
            tuple(
                (
                    tuple((visit.stop, visit.orders) for visit in trip.stops),
                    tuple((rest.after_stop, rest.duration_s) for rest in trip.rests),
                )
                for trip in route.trips
            ),
        )
        for route in routes
    )
