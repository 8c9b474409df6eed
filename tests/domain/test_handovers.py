"""What changes vehicles at the hub of the day that is worked out by hand, and when."""

import pytest

from coop_service.domain.handovers import (
    Goods,
    Handover,
    HubHour,
    Ride,
    find_handovers,
    floor_stays,
    list_by_hour,
)
from coop_service.domain.occupancy import Stay
from coop_service.domain.problem import Direction, Mode
from tests.domain.verify.relay_day import (
    MODES,
    next_day_problem,
    next_day_routes,
    relay_plan,
    relay_problem,
    relay_routes,
)

NOTHING = Goods(0, 0, 0)


@pytest.fixture
def handovers():
    problem = relay_problem()
    return find_handovers(problem, MODES, relay_plan(problem).routes)


def test_outbound_goods_are_on_the_floor_from_the_trunk_to_the_branch_van(handovers):
    assert handovers[0] == Handover(
        order="o1",
        relay="西镇",
        hub="west",
        direction=Direction.OUTBOUND,
        load={"weight_kg": 20},
        brought=Ride("T1", 0, 0),
        arrived_s=37_800,
        sorted_s=38_720,
        taken=Ride("B1", 0),
        taken_s=38_720,
        left_s=38_720,
        on_way_from_s=36_000,
        on_way_until_s=39_320,
    )


def test_inbound_goods_are_on_the_floor_until_the_trunk_has_loaded_them(handovers):
    assert handovers[3] == Handover(
        order="i2",
        relay="西镇",
        hub="west",
        direction=Direction.INBOUND,
        load={"weight_kg": 15, "pieces": 3},
        brought=Ride("B1", 1),
        arrived_s=43_160,
        sorted_s=43_610,
        taken=Ride("T1", 1, 0),
        taken_s=43_610,
        left_s=43_730,
        on_way_from_s=41_960,
        on_way_until_s=45_530,
    )


def test_only_what_is_relayed_is_handed_over(handovers):
    assert [one.order for one in handovers] == ["o1", "o2", "i1", "i2"]
    direct = dict.fromkeys(MODES, Mode.DIRECT)
    assert find_handovers(relay_problem(), direct, relay_plan(relay_problem()).routes) == ()


def test_what_stays_overnight_is_taken_by_nobody():
    problem = next_day_problem()
    *_, last = find_handovers(problem, MODES, relay_plan(problem, next_day_routes()).routes)
    assert (last.order, last.arrived_s, last.sorted_s) == ("i2", 43_160, 43_610)
    assert last.taken is last.taken_s is last.left_s is last.on_way_until_s is None


def test_what_never_reaches_the_hub_is_not_handed_over():
    problem = relay_problem()
    routes = relay_routes()
    del routes["B1"][1]
    handovers = find_handovers(problem, MODES, relay_plan(problem, routes).routes)
    assert [(one.order, one.taken is None) for one in handovers] == [
        ("o1", False),
        ("o2", True),
        ("i1", False),
    ]


def test_goods_take_up_the_floor_by_the_units_that_they_have(handovers):
    assert floor_stays(handovers, "pieces") == [
        Stay("i1", 40_040, 43_730, 2),
        Stay("i2", 43_160, 43_730, 3),
    ]


def test_handovers_are_listed_by_hour_and_direction(handovers):
    inbound, outbound = Direction.INBOUND, Direction.OUTBOUND
    assert list_by_hour(handovers) == (
        HubHour("west", 36_000, outbound, Goods(2, 0, 50), Goods(1, 0, 20)),
        HubHour("west", 39_600, inbound, Goods(2, 5, 25), NOTHING),
        HubHour("west", 39_600, outbound, NOTHING, Goods(1, 0, 30)),
        HubHour("west", 43_200, inbound, NOTHING, Goods(2, 5, 25)),
    )
    assert list_by_hour([]) == ()
