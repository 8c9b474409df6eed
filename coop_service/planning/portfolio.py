"""The portfolio, the default engine: every rule of the day, on all cores.

Compiled ruin and recreate makes routes that keep every rule
(:mod:`coop_service.planning.annealing`). OR-Tools gives each route the van that drives it cheapest
(its assignment solver, :mod:`coop_service.planning.van_assignment`) and chooses the best set of all
routes that were met (GLOP and CP-SAT, :mod:`coop_service.planning.selection`). Days
with relays, docks or packing cut-offs are planned in two tiers around it
(:mod:`coop_service.planning.relay`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from coop_service.domain.plan import Plan
from coop_service.domain.problem import Problem
from coop_service.planning import annealing
from coop_service.planning.plan_day import plan_day
from coop_service.planning.relay.solve import is_relayed, solve_relayed
from coop_service.planning.stop import StopRule

ENGINE_NAME: Final = "portfolio"


def solve(
    problem: Problem,
    stop: StopRule,
    seed: int,
    start: Plan | None = None,
    on_better: Callable[[Plan], None] | None = None,
) -> Plan:
    """Plan a day with every rule that a problem can state.

    Args:
        problem: the day.
        stop: when to end. With a runtime all cores are used; with iterations the same input and
            seed give the same plan.
        seed: of all random choices.
        start: a plan to begin with; it may be incomplete or break rules.
        on_better: told of each better plan, complete and consistent.

    Returns:
        The best plan found; each order that is left out has a reason.
    """
    if is_relayed(problem):
        return solve_relayed(problem, stop, seed, start, on_better, engine=ENGINE_NAME)
    return plan_day(
        problem, stop, seed, start, on_better, engine=ENGINE_NAME, improve=annealing.improve
    )
