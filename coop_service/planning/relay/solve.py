"""Planning a day in two tiers, with docks and packing cut-offs: the planner of relayed days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from coop_service.domain.plan import Plan
from coop_service.domain.problem import Mode, Problem
from coop_service.planning.relay.bound_plan import bring_home
from coop_service.planning.relay.budget import Budget
from coop_service.planning.relay.candidate import make_plan
from coop_service.planning.relay.modes import ModeSearch
from coop_service.planning.relay.why_not import explain_left_out
from coop_service.planning.stop import StopRule

EXPLAINING_S: Final = 1.0
"""Most seconds beyond the end of the search after which reasons are still looked for."""


def is_relayed(problem: Problem) -> bool:
    """Whether a problem has what plain planning cannot hold: relays, docks, packing cut-offs."""
    return bool(problem.relays or problem.hubs) or any(
        depot.docks is not None or depot.packing_cutoff_s is not None for depot in problem.depots
    )


def solve_relayed(
    problem: Problem,
    stop: StopRule,
    seed: int,
    start: Plan | None = None,
    on_better: Callable[[Plan], None] | None = None,
    *,
    engine: str = "portfolio",
) -> Plan:
    """Plan a day with relays, docks or packing cut-offs.

    Args:
        problem: the day.
        stop: when to end. Iterations are the rounds of each plain plan that is made; the same
            input and seed then give the same plan.
        seed: of all random choices.
        start: a plan to begin with; it may be incomplete or break rules.
        on_better: told of each better plan, complete and consistent.
        engine: as plans name it.

    Returns:
        The best plan found that verification accepts. Fixed modes are obeyed; where a township
        that is fixed to relay has no timetable, its orders are left out, each with its reason.

    Raises:
        VanCannotComeHome: a van on the road that no way brings home by the rules of the day.
    """
    search = ModeSearch(
        problem,
        Budget(stop),
        seed,
        engine=engine,
        on_better=on_better or (lambda plan: None),
    )
    search.run(start)
    best = search.best
    plan = _plan_nothing(problem, search) if best is None else best.plan
    plan = replace(plan, seconds=round(search.budget.elapsed_s, 3))
    explained = explain_left_out(problem, plan, lambda: search.budget.left_s > -EXPLAINING_S)
    return search.with_choices(explained)


def _plan_nothing(problem: Problem, search: ModeSearch) -> Plan:
    """A plan that only brings vans home, where none was found that keeps the rules."""
    modes = {relay.id: relay.fixed_mode or Mode.DIRECT for relay in problem.relays}
    return make_plan(
        problem,
        modes,
        bring_home(problem, modes),
        engine=search.engine,
        seconds=search.budget.elapsed_s,
        reasons=(),
    )
