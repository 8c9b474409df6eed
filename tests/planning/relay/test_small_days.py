"""Small one-hub days: the plan is the optimum of an exhaustive search."""

from __future__ import annotations

import pytest

from coop_service.domain.problem import Direction, InboundDay, Mode, ModeSetting
from coop_service.domain.verify import verify
from coop_service.planning.portfolio import solve
from coop_service.planning.stop import MaxIterations
from tests.planning.relay.exhaustive_relay import find_optimum
from tests.planning.relay.small_days import make_day, make_random_day, make_tight_day

ROUNDS = MaxIterations(2)


def plan_of(problem):
    plan = solve(problem, ROUNDS, seed=1)
    assert verify(problem, plan).violations == ()
    return plan


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(("seed", "villages"), [(1, 3), (2, 4), (3, 4), (4, 5)])
def test_the_plan_is_the_optimum(seed, villages, mode):
    day = make_random_day(seed, villages, mode=ModeSetting(mode.value))
    plan = plan_of(day)
    assert plan.unassigned == ()
    assert plan.cost == pytest.approx(find_optimum(day, mode), abs=0.011)


@pytest.mark.parametrize(("seed", "villages"), [(1, 5), (3, 5), (4, 6)])
def test_two_small_vans_a_short_day_and_a_dear_truck(seed, villages):
    day = make_tight_day(seed, villages, mode=ModeSetting.RELAY)
    plan = plan_of(day)
    assert plan.unassigned == ()
    assert plan.cost == pytest.approx(find_optimum(day, Mode.RELAY), abs=0.011)


@pytest.mark.parametrize("seed", [2, 5])
def test_free_modes_are_no_dearer_than_fixed_ones_and_tell_the_other_cost(seed):
    fixed = {
        mode: plan_of(make_random_day(seed, 4, mode=ModeSetting(mode.value))).cost for mode in Mode
    }
    plan = plan_of(make_random_day(seed, 4))
    [choice] = plan.modes
    assert plan.cost == min(fixed.values()) == fixed[choice.mode]
    assert choice.other_mode_cost == max(fixed.values())


def test_the_same_seed_gives_the_same_plan():
    day = make_random_day(2, 4)
    one, other = (solve(day, ROUNDS, seed=3) for _ in range(2))
    assert one.routes == other.routes
    assert one.modes == other.modes


def test_perishables_and_the_packing_cutoff_bind():
    changes = {"limit_s": 3300, "centre": {"packing_cutoff_s": 36_000}}
    day = make_random_day(3, 4, mode=ModeSetting.RELAY, **changes)
    plan = plan_of(day)
    assert plan.unassigned == ()
    assert plan.cost == pytest.approx(find_optimum(day, Mode.RELAY), abs=0.011)


@pytest.mark.parametrize("seed", [1, 2])
def test_produce_that_stays_until_tomorrow(seed):
    day = make_random_day(seed, 4, mode=ModeSetting.RELAY, relay={"inbound": InboundDay.NEXT_DAY})
    plan = plan_of(day)
    assert plan.unassigned == ()
    assert plan.cost == pytest.approx(find_optimum(day, Mode.RELAY), abs=0.011)


@pytest.mark.parametrize("docks", [1, 2])
def test_docks_stagger_departures(docks):
    # every village opens for a quarter of an hour; D1 and D2 would leave at the same moment
    day = make_day(
        [(0, 0), (30, 0), (20, 1), (20, -1)],
        [(1, Direction.OUTBOUND, 100), (2, Direction.OUTBOUND, 100)],
        mode=ModeSetting.DIRECT,
        windows={1: ((36_000, 36_900),), 2: ((36_000, 36_900),)},
        centre={"docks": docks},
    )
    plan = plan_of(day)
    assert plan.unassigned == ()
    one, other = sorted(route.depart_s for route in plan.routes)
    assert other - one >= (600 if docks == 1 else 0)


def test_docks_that_do_not_suffice_leave_orders_out():
    day = make_day(
        [(0, 0), (30, 0), (20, 1), (20, -1)],
        [(1, Direction.OUTBOUND, 100), (2, Direction.OUTBOUND, 100)],
        mode=ModeSetting.DIRECT,
        windows={1: ((36_000, 36_300),), 2: ((36_000, 36_300),)},
        shift_s=(34_500, 72_000),
        centre={"docks": 1},
    )
    plan = plan_of(day)
    assert len(plan.unassigned) == 1
