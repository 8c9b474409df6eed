"""Where a township that is fixed to relay has no timetable: which hub, how much, what to change."""

from __future__ import annotations

import pytest

from coop_service.domain.plan import Reason
from coop_service.domain.problem import Direction, Mode, ModeSetting
from coop_service.domain.verify import verify
from coop_service.planning.portfolio import solve
from coop_service.planning.stop import MaxIterations
from tests.planning.relay.small_days import make_day

OUT, IN = Direction.OUTBOUND, Direction.INBOUND


def short_day(minutes_short, *, mode=ModeSetting.RELAY, **changes):
    """The centre, the hub 30 km on, a village 10 km further; goods down and up.

    Down: 30 min, 1 min at the hub, sorting 300 + 5 x 20 s; the branch 10 min, 2 + 2 x 1 min, 10
    min; up: sorting 300 + 5 x 10 s, 1 min, 30 min. Together 6830 s; after 6:00 it is 7:53:50.
    """
    end_s = 6 * 3600 + 1800 + 60 + 400 + 1440 + 350 + 60 + 1800
    shift_s = (6 * 3600, end_s - 60 * minutes_short)
    places = (0, 30, 40)
    orders = [(1, OUT, 20), (1, IN, 10)]
    return make_day(
        [(place, 0) for place in places],
        orders,
        mode=mode,
        shift_s=(0, 86_400),
        vehicles={"T1": {"shift_s": shift_s}, "D1": None, "D2": None, **changes},
    )


def test_the_day_that_just_fits_is_planned():
    day = short_day(0)
    plan = solve(day, MaxIterations(1), seed=1)
    assert verify(day, plan).ok
    assert plan.unassigned == ()


def test_the_reason_names_the_hub_the_minutes_and_the_cheapest_change():
    # alone either way fits: T1 waits for nothing; both together are 5 minutes short
    day = short_day(5)
    plan = solve(day, MaxIterations(1), seed=1)
    assert verify(day, plan).ok
    assert plan.unassigned
    for left_out in plan.unassigned:
        assert "west" in left_out.detail
        assert "5 min short" in left_out.detail
        assert "5 min" in left_out.cheapest_change


def test_an_order_that_is_short_by_itself():
    # T1 is at the hub at 6:30, B1 may leave at 6:37:40, and is at the village at 6:47:40
    day = make_day(
        [(0, 0), (30, 0), (40, 0)],
        [(1, OUT, 20)],
        mode=ModeSetting.RELAY,
        windows={1: ((0, 6 * 3600 + 1800),)},
        vehicles={"D1": None, "D2": None},
    )
    plan = solve(day, MaxIterations(1), seed=1)
    [left_out] = plan.unassigned
    assert "west" in left_out.detail
    assert "18 min short even by itself" in left_out.detail
    assert left_out.reason == Reason.TIME_WINDOW
    assert "v1 open 18 min longer" in left_out.cheapest_change


@pytest.mark.parametrize("minutes_short", [5])
def test_a_free_township_goes_direct_then(minutes_short):
    day = short_day(minutes_short, mode=ModeSetting.AUTO, D1={}, D2={})
    plan = solve(day, MaxIterations(1), seed=1)
    assert verify(day, plan).ok
    assert plan.unassigned == ()
    assert [choice.mode for choice in plan.modes] == [Mode.DIRECT]


def test_what_the_floor_has_no_room_for():
    day = make_day(
        [(0, 0), (30, 0), (40, 0), (42, 0)],
        [(1, OUT, 20), (2, OUT, 30)],
        mode=ModeSetting.RELAY,
        hub={"floor": {"weight_kg": 40}},
    )
    plan = solve(day, MaxIterations(1), seed=1)
    assert verify(day, plan).ok
    [left_out] = plan.unassigned
    assert (left_out.order, left_out.reason) == ("o2", Reason.CAPACITY)
    assert "floor of west holds 40 weight_kg, 10 too little" in left_out.detail
    assert "10 weight_kg more floor at west" in left_out.cheapest_change
