"""Plain plans under bounds, also where vans on the road cannot keep them; ways home."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

from coop_service.domain.plan import Plan, Route
from coop_service.domain.problem import Problem
from coop_service.domain.relay import Modes
from coop_service.planning import annealing
from coop_service.planning.plan_day import Improve, plan_day
from coop_service.planning.relay.bounds import bound_day
from coop_service.planning.relay.candidate import without
from coop_service.planning.relay.timing import time_together
from coop_service.planning.resumption import VanCannotComeHome
from coop_service.planning.stop import MaxIterations, StopRule

HOMING_S: Final = 1.0
"""Most deterministic seconds of timing the ways home."""


class MakeDay(Protocol):
    """Makes the plain problem; see :func:`coop_service.planning.relay.bounds.bound_day`."""

    def __call__(self, *, with_cutoffs: bool) -> Problem:
        """The day, with packing cut-offs as earlier closings or without."""


def plan_bound(
    make_day: MakeDay,
    rule: StopRule,
    seed: int,
    start: Plan | None,
    on_better: Callable[[Plan], None] | None,
    *,
    engine: str,
    improve: Improve,
    explains: bool = True,
) -> Plan:
    """A plain plan; without packing cut-offs where a van on the road comes home too late for one.

    Raises:
        VanCannotComeHome: a van on the road that no way brings home by the rules of the day.
    """

    def plan(*, with_cutoffs: bool) -> Plan:
        return plan_day(
            make_day(with_cutoffs=with_cutoffs),
            rule,
            seed,
            start,
            on_better,
            engine=engine,
            improve=improve,
            explains=explains,
        )

    try:
        return plan(with_cutoffs=True)
    except VanCannotComeHome:
        return plan(with_cutoffs=False)


def plan_unbound(problem: Problem, modes: Modes) -> Plan:
    """A quick plain plan in which nothing ties the legs of an order together.

    Raises:
        VanCannotComeHome: a van on the road that no way brings home by the rules of the day.
    """
    return plan_bound(
        partial(bound_day, problem, modes, {}, {}),
        MaxIterations(1),
        1,
        None,
        None,
        engine="",
        improve=annealing.improve,
    )


def orders_on_board(problem: Problem) -> frozenset[str]:
    """Ids of all orders that vans on the road have on board."""
    return frozenset(
        item.order
        for vehicle in problem.vehicles
        for item in (vehicle.underway.on_board if vehicle.underway else ())
    )


def bring_home(problem: Problem, modes: Modes) -> tuple[Route, ...]:
    """Routes of the vans on the road that leave everything out but what is on board.

    Raises:
        VanCannotComeHome: a van that no way brings home by the rules of the day.
    """
    if all(vehicle.underway is None for vehicle in problem.vehicles):
        return ()
    only = without(problem, problem.order_by_id.keys() - orders_on_board(problem))
    plain = plan_unbound(only, modes)
    return time_together(only, modes, plain.routes, HOMING_S) or plain.routes
