"""What every engine does around its search: screening, small days exactly, the plan written out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from coop_service.domain.plan import Plan, Reason, Status, Unassigned
from coop_service.domain.problem import Order, Problem
from coop_service.errors import both
from coop_service.planning.assembly import assemble_plan
from coop_service.planning.exact import is_small, solve_exactly
from coop_service.planning.first_visits import settle_first_visits
from coop_service.planning.instance import Instance
from coop_service.planning.readmission import PlannedRoutes, readmit
from coop_service.planning.resumption import refuse_stranded, resume
from coop_service.planning.search import Search
from coop_service.planning.stop import MaxIterations, MaxRuntime, StopRule
from coop_service.planning.units import MOST_ORDERS_TAKEN_APART, Units, make_units
from coop_service.planning.visits import make_visit_tasks
from coop_service.planning.why_not.alone import screen_orders
from coop_service.planning.why_not.competition import explain_left_out

TELL_EVERY_S: Final = 0.25
"""Better plans are written out no more often than this."""

MARGIN_S: Final = 0.2
"""Kept for ending the processes and writing the plan out."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A stop rule that runs."""

    stop: StopRule
    begun: float = field(default_factory=time.monotonic)

    @property
    def rounds(self) -> int | None:
        """Rounds of improvement to do; None: as many as there is time for."""
        return self.stop.iterations if isinstance(self.stop, MaxIterations) else None

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.begun

    @property
    def left_s(self) -> float:
        """Seconds left to search; infinite where rounds are counted."""
        if isinstance(self.stop, MaxRuntime):
            return self.stop.seconds - MARGIN_S - self.elapsed_s
        return float("inf")


Improve = Callable[[Search, Clock, int, Callable[[], None]], None]
"""An engine's search: improves the routes of the search until the clock ends; takes the seed and
a function to call after each improvement."""


def plan_day(
    problem: Problem,
    stop: StopRule,
    seed: int,
    start: Plan | None,
    on_better: Callable[[Plan], None] | None,
    *,
    engine: str,
    improve: Improve,
    explains: bool = True,
) -> Plan:
    """Plan a day with an engine's search.

    Orders that cannot be served at all are taken out first, with their reason. Days so small that
    every plan can be looked at are planned exactly, whatever the engine and the start. Why other
    orders have no place is looked for only where ``explains`` says so.

    Raises:
        VanCannotComeHome: a van on the road that no way brings home by the rules.
    """
    clock = Clock(stop)
    screened = screen_orders(problem)
    tasks = make_visit_tasks(problem, screened.servable)
    settled = settle_first_visits(problem, tasks, screened.servable)
    units = make_units(Instance(problem, settled.tasks))
    instance = units.instance
    search = Search(units)
    refuse_stranded(instance)
    explained = (*screened.impossible, *settled.left_out)
    doubts = {reason.order: reason for reason in screened.doubtful}
    named = {reason.order for reason in explained}
    orders = tuple(order for order in screened.servable if order.id not in named)

    def make_plan(
        planned: PlannedRoutes,
        status: Status = Status.FEASIBLE,
        *,
        reason_of: Callable[[Order], Unassigned] | None = None,
    ) -> Plan:
        left_out = planned.left_out
        if reason_of is not None:
            reasons = tuple(map(reason_of, left_out))
        else:
            reasons = explain_left_out(planned.instance, planned.routes, left_out, doubts)
        return assemble_plan(
            planned.instance,
            planned.routes,
            engine=engine,
            seconds=clock.elapsed_s,
            unassigned=(*explained, *reasons),
            status=status,
        )

    if is_small(units):
        search.routes = solve_exactly(units)
        planned = readmit(PlannedRoutes(instance, search.routes, orders))
        proved = planned.routes == search.routes and _is_proof(units)
        return make_plan(planned, Status.OPTIMAL if proved else Status.FEASIBLE)

    told_s = float("-inf")

    def tell() -> None:
        nonlocal told_s
        if on_better is not None and clock.elapsed_s - told_s >= TELL_EVERY_S:
            on_better(
                make_plan(PlannedRoutes(instance, search.routes, orders), reason_of=_lost_so_far)
            )
            told_s = clock.elapsed_s

    if start is not None:
        search.routes = resume(search, start)
    improve(search, clock, seed, tell)
    planned = readmit(PlannedRoutes(instance, search.routes, orders))
    return make_plan(planned, reason_of=None if explains else without_a_place)


def _is_proof(units: Units) -> bool:
    """Whether looking at every route of every variant has looked at every plan.

    It has not where a stop might be split otherwise, where the orders of a unit were not taken
    apart in every way, where a limit of time on board or a usual hour makes the timing itself a
    search, or where first stops were settled beforehand.
    """
    tasks = [units.instance.tasks[i] for variants in units.variants for i in variants[0]]
    one_visit_each = len({task.stop.id for task in tasks}) == len(tasks)
    all_variants = all(
        len(variants) == 1 or len(variants[0]) == 1 for variants in units.variants
    ) and all(len(task.orders) <= MOST_ORDERS_TAKEN_APART for task in tasks)
    problem = units.instance.problem
    limits = any(order.max_on_board_s is not None for order in problem.orders)
    fixed = any(vehicle.first_stops for vehicle in problem.vehicles)
    timed_freely = problem.standing_lines is None
    return one_visit_each and all_variants and timed_freely and not limits and not fixed


def _lost_so_far(order: Order) -> Unassigned:
    return Unassigned(
        order.id,
        Reason.COMPETITION,
        False,
        both("尚未找到位置，正在继续求解", "no place found so far, the search goes on"),
    )


def without_a_place(order: Order) -> Unassigned:
    """The reason of an order for which no other has been looked for."""
    text = both("与其他订单一起没有可行的位置", "no place found for it beside the others")
    return Unassigned(order.id, Reason.COMPETITION, False, text)
