"""The day of ``relay_day`` with doors, docks, a floor and a cut-off, planned as a whole."""

from __future__ import annotations

from dataclasses import replace

from coop_service.domain.problem import Mode, ModeSetting
from coop_service.domain.verify import verify
from coop_service.planning.portfolio import solve
from coop_service.planning.stop import MaxIterations
from tests.domain.verify.relay_day import COST, relay_problem

ROUNDS = MaxIterations(2)


def test_the_relayed_day_is_planned_no_dearer_than_by_hand():
    problem = relay_problem(west={"mode": ModeSetting.RELAY})
    told = []
    plan = solve(problem, ROUNDS, seed=1, on_better=told.append)
    assert verify(problem, plan).violations == ()
    assert plan.unassigned == ()
    assert plan.cost <= COST
    assert {choice.relay: choice.mode for choice in plan.modes} == {
        "西镇": Mode.RELAY,
        "东镇": Mode.DIRECT,
    }
    assert told
    assert told[-1].cost == plan.cost
    assert all(verify(problem, better).ok for better in told)


def test_an_earlier_plan_is_a_start():
    problem = relay_problem(west={"mode": ModeSetting.RELAY})
    first = solve(problem, ROUNDS, seed=1)
    plan = solve(problem, ROUNDS, seed=2, start=replace(first, routes=first.routes[:1]))
    assert verify(problem, plan).ok
    assert plan.unassigned == ()


def test_free_modes_name_what_the_other_would_cost():
    problem = relay_problem(west={"custom": {"note": "west"}})
    plan = solve(problem, ROUNDS, seed=1)
    assert verify(problem, plan).violations == ()
    west = next(choice for choice in plan.modes if choice.relay == "西镇")
    assert west.other_mode_cost is not None
    assert plan.cost <= west.other_mode_cost
