"""Vans on the road in days with hubs, docks and a packing cut-off; 1 km takes 60 s."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coop_service.domain.problem import Direction, Mode, ModeSetting, OnBoard, Underway
from coop_service.domain.problem_faults import find_problem_faults
from coop_service.domain.verify import verify
from coop_service.planning.portfolio import solve
from coop_service.planning.resumption import VanCannotComeHome
from coop_service.planning.stop import MaxIterations, MaxRuntime
from tests.planning.relay.small_days import make_day

OUT, IN = Direction.OUTBOUND, Direction.INBOUND
HOUR_S = 3600
# the centre, the hub, a village beyond it and one on the way
PLACES = [(0, 0), (30, 0), (40, 0), (20, 5)]


def on_the_road(day, vehicle, location, time_s, on_board=(), departed_s=7 * HOUR_S):
    underway = Underway(
        location=location,
        time_s=time_s,
        departed_s=departed_s,
        on_board=tuple(OnBoard(order, departed_s) for order in on_board),
    )
    vehicles = tuple(
        replace(one, underway=underway) if one.id == vehicle else one for one in day.vehicles
    )
    changed = replace(day, vehicles=vehicles)
    assert find_problem_faults(changed) == ()
    return changed


ONE_ROUND = MaxIterations(1)


def solved(day, stop=ONE_ROUND):
    plan = solve(day, stop, seed=1)
    assert verify(day, plan).violations == ()
    return plan


def route_of(plan, vehicle):
    [route] = [route for route in plan.routes if route.vehicle == vehicle]
    return route


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(("vehicle", "location"), [("T1", 1), ("D1", 3), ("B1", 2)])
def test_a_van_on_the_road_comes_home_and_all_is_served(mode, vehicle, location):
    day = make_day(PLACES, [(1, OUT, 20), (1, IN, 10), (2, IN, 5)], mode=ModeSetting(mode.value))
    plan = solved(on_the_road(day, vehicle, location, 8 * HOUR_S))
    assert plan.unassigned == ()
    assert route_of(plan, vehicle).trips


def test_a_truck_on_the_road_takes_produce_from_the_hub():
    # no other truck than T1, which stands at the hub with nothing on board
    day = make_day(PLACES, [(1, IN, 10)], mode=ModeSetting.RELAY, vehicles={"D1": None, "D2": None})
    plan = solved(on_the_road(day, "T1", 1, 8 * HOUR_S))
    assert plan.unassigned == ()
    assert [visit.stop for visit in route_of(plan, "T1").visits] == ["west:up"]


def test_goods_on_board_are_left_where_the_township_is_direct():
    day = make_day(PLACES, [(1, OUT, 20), (2, IN, 5)], mode=ModeSetting.DIRECT)
    plan = solved(on_the_road(day, "D1", 3, 8 * HOUR_S, on_board=["o1"]))
    assert plan.unassigned == ()
    served = [name for visit in route_of(plan, "D1").visits for name in visit.orders]
    assert "o1" in served


@pytest.mark.parametrize("stop", [ONE_ROUND, MaxRuntime(1.0)])
def test_docks_bind_those_that_are_still_at_the_depot(stop):
    # D2 leaves at 10:00 at the latest, and D1 is back by then: one of them waits for the dock
    day = make_day(
        PLACES,
        [(1, OUT, 100), (2, OUT, 100)],
        mode=ModeSetting.DIRECT,
        centre={"docks": 1},
        windows={1: ((36_000, 38_700),), 2: ((36_000, 38_700),)},
        vehicles={"D1": {"max_trips": 2}},
    )
    plan = solved(on_the_road(day, "D1", 3, 8 * HOUR_S), stop)
    assert plan.unassigned == ()
    leaving = sorted([route_of(plan, "D1").trips[-1].depart_s, route_of(plan, "D2").depart_s])
    assert leaving[1] - leaving[0] >= 600


def test_a_van_that_is_home_after_the_cutoff_brings_no_produce():
    # D1 is home at 10:20 at the earliest, the cut-off is at 10:00
    day = make_day(
        PLACES,
        [(1, OUT, 20), (2, IN, 5)],
        mode=ModeSetting.DIRECT,
        centre={"packing_cutoff_s": 10 * HOUR_S},
    )
    plan = solved(on_the_road(day, "D1", 3, 10 * HOUR_S))
    inbound = {"i2"}
    for visit in route_of(plan, "D1").visits:
        assert inbound.isdisjoint(visit.orders)


def test_where_nothing_can_be_planned_vans_come_home_all_the_same():
    # produce on the road is late for the cut-off only with what else it would fetch
    day = make_day(
        PLACES,
        [(2, IN, 5), (1, IN, 10)],
        mode=ModeSetting.RELAY,
        centre={"packing_cutoff_s": 8 * HOUR_S},
        vehicles={"B1": None, "B2": None, "D1": None, "D2": None},
    )
    plan = solved(on_the_road(day, "T1", 3, 9 * HOUR_S))
    assert {one.order for one in plan.unassigned} == {"i1", "i2"}
    assert route_of(plan, "T1").return_s >= 9 * HOUR_S + 20 * 60


def test_a_van_that_cannot_come_home_is_a_fault_that_says_what_to_do():
    day = make_day(PLACES, [(1, OUT, 20)], shift_s=(6 * HOUR_S, 9 * HOUR_S))
    with pytest.raises(VanCannotComeHome) as caught:
        solve(on_the_road(day, "D1", 2, 9 * HOUR_S - 60), ONE_ROUND, seed=1)
    [fault] = caught.value.faults
    assert fault.pointer == "/vehicles/1/underway"
    assert "extend its shift" in fault.message
