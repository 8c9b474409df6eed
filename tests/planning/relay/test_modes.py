"""Two townships that are free: all four ways to serve them, against what the planner chooses."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from coop_service.domain.problem import Mode, ModeSetting
from coop_service.domain.relay import set_modes
from coop_service.domain.verify import verify
from coop_service.planning.portfolio import solve
from coop_service.planning.relay.bounds import routes_with_places
from coop_service.planning.stop import MaxIterations, MaxRuntime
from tests.domain.verify.relay_day import relay_plan, relay_problem

ROUNDS = MaxIterations(1)


@pytest.fixture(scope="module")
def free():
    """Both townships of the day may go either way."""
    return set_modes(relay_problem(), ModeSetting.AUTO)


@pytest.fixture(scope="module")
def chosen(free):
    """What the planner makes of it."""
    return solve(free, ROUNDS, seed=1)


def fixed(problem, modes):
    relays = zip(problem.relays, modes, strict=True)
    return replace(
        problem,
        relays=tuple(replace(relay, mode=ModeSetting(mode.value)) for relay, mode in relays),
    )


def test_no_other_modes_are_cheaper_and_the_other_cost_is_that_of_a_plan(free, chosen):
    plans = {
        modes: solve(fixed(free, modes), ROUNDS, seed=1)
        for modes in product(Mode, repeat=len(free.relays))
    }
    complete = {modes: plan.cost for modes, plan in plans.items() if not plan.unassigned}
    plan = chosen
    assert verify(free, plan).violations == ()
    assert plan.unassigned == ()
    assert plan.cost == min(complete.values())
    for number, choice in enumerate(plan.modes):
        other = [cost for modes, cost in complete.items() if modes[number] != choice.mode]
        if choice.other_mode_cost is not None:
            # another plan has it, and none is cheaper
            assert choice.other_mode_cost >= min(other) - 0.01


def test_the_same_seed_and_rounds_give_the_same_plan_and_modes(free, chosen):
    again = solve(free, ROUNDS, seed=1)
    assert (again.routes, again.modes) == (chosen.routes, chosen.modes)


def test_what_is_told_on_the_way_is_right_and_gets_better(free):
    told = []
    plan = solve(free, MaxRuntime(3.0), 1, None, told.append)
    assert told
    assert all(verify(free, better).ok for better in told)
    assert verify(free, plan).ok
    assert plan.cost <= told[-1].cost


def test_a_fixed_mode_is_kept_and_has_no_other_cost(free):
    plan = solve(fixed(free, (Mode.RELAY, Mode.DIRECT)), ROUNDS, seed=1)
    assert [choice.mode for choice in plan.modes] == [Mode.RELAY, Mode.DIRECT]
    assert [choice.other_mode_cost for choice in plan.modes] == [None, None]


def test_one_dock_lets_one_of_two_leave_that_load_at_once():
    problem = relay_problem()
    routes = relay_plan(problem).routes
    by_vehicle = {route.vehicle: route for route in routes}
    t1, d1 = by_vehicle["T1"], by_vehicle["D1"]
    assert routes_with_places(problem, [d1, t1]) == (t1, d1)
    at_once = replace(
        d1, depart_s=t1.depart_s + 60, trips=(replace(d1.trips[0], depart_s=t1.depart_s + 60),)
    )
    assert routes_with_places(problem, [at_once, t1]) == (t1,)
