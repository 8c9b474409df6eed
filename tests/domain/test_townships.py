"""Townships whose station is home to vans: the county of four sites of ``test_day_problem``."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coop_service.domain.day_problem import build_problem
from coop_service.domain.problem import Direction, InboundDay, ModeSetting, Problem
from coop_service.domain.problem_faults import find_problem_faults
from coop_service.domain.records import DayOrder, Van
from coop_service.domain.townships import HUB_DOORS, HUB_FLOOR, Township, find_townships
from coop_service.domain.travel import Travel
from coop_service.errors import InvalidInput
from tests.domain.test_day_problem import MICRO, NETWORK, SUMMER_DAY, TRUCK, make_order

FLEET = (TRUCK, MICRO)


def build(*orders: DayOrder, fleet: tuple[Van, ...] = FLEET) -> Problem:
    townships = find_townships(NETWORK, fleet)
    travel = Travel(NETWORK, SUMMER_DAY)
    problem = build_problem(NETWORK, travel, fleet, orders, name="a day", townships=townships)
    assert find_problem_faults(problem) == ()
    return problem


def relayed_stops(problem: Problem) -> tuple[str, ...]:
    return tuple(stop for relay in problem.relays for stop in relay.stops)


def test_a_station_with_vans_is_relayed_the_same_day_unless_told_otherwise() -> None:
    assert find_townships(NETWORK, FLEET) == (Township("S"),)
    assert Township("S").mode == ModeSetting.RELAY
    assert find_townships(NETWORK, FLEET, {"S": ModeSetting.AUTO}, {"S": InboundDay.NEXT_DAY}) == (
        Township("S", ModeSetting.AUTO, InboundDay.NEXT_DAY),
    )


def test_vans_that_are_not_active_make_no_hub() -> None:
    assert find_townships(NETWORK, (TRUCK, replace(MICRO, active=False))) == ()


def test_a_name_that_is_no_such_station_is_a_fault() -> None:
    with pytest.raises(InvalidInput) as caught:
        find_townships(
            NETWORK,
            FLEET,
            {"C": ModeSetting.AUTO, "S": ModeSetting.AUTO},
            {"V1": InboundDay.SAME_DAY},
        )
    assert [fault.pointer for fault in caught.value.faults] == ["/modes/C", "/inbound/V1"]
    assert all("S" in fault.message for fault in caught.value.faults)


def test_the_hub_has_figures_that_are_marked_as_assumed() -> None:
    [hub] = build(make_order("o1", "V1")).hubs
    assert (hub.depot, hub.doors, hub.floor) == ("S", HUB_DOORS, HUB_FLOOR)
    assert hub.custom == {"name": "S村", "default_figures": True}


def test_villages_are_relayed_and_the_station_itself_is_not() -> None:
    problem = build(make_order("o1", "V1"), make_order("o2", "S"), make_order("o3", "V2"))
    assert relayed_stops(problem) == ("V1", "V2")


@pytest.mark.parametrize(
    "changes",
    [
        {"depot": "S"},
        {"weight_kg": MICRO.payload_kg + 1},
        {"volume_m3": MICRO.volume_m3 + 0.1, "direction": Direction.INBOUND},
        {"temperature": "frozen"},
        {"required_tags": ("crane",)},
        {"direction": Direction.TRANSFER, "to_site": "V2"},
    ],
)
def test_what_no_van_of_the_station_can_take_over_it_goes_directly(
    changes: dict[str, object],
) -> None:
    problem = build(make_order("o1", "V1", **changes))
    assert (problem.hubs, problem.relays) == ((), ())


def test_two_orders_that_are_too_much_for_one_van_go_directly() -> None:
    half_kg = 0.6 * MICRO.payload_kg
    problem = build(
        make_order("o1", "V1", weight_kg=half_kg), make_order("o2", "V1", weight_kg=half_kg)
    )
    assert problem.relays == ()
    both_ways = build(
        make_order("o1", "V1", weight_kg=half_kg),
        make_order("o2", "V1", weight_kg=half_kg, direction=Direction.INBOUND),
    )
    assert relayed_stops(both_ways) == ("V1",)


def test_no_more_is_relayed_than_the_vans_hold_and_the_nearest_first() -> None:
    half_kg = 0.5 * MICRO.payload_kg
    orders = [make_order("o2", "V2", weight_kg=half_kg), make_order("o1", "V1", weight_kg=half_kg)]
    once = replace(MICRO, max_trips=1)
    assert relayed_stops(build(*orders, fleet=(TRUCK, once))) == ("V1",)
    # MICRO goes out twice
    assert relayed_stops(build(*orders)) == ("V2", "V1")


def test_a_road_that_no_van_of_the_station_may_use_is_none() -> None:
    # only micro vans get from V1 to V2
    large = replace(TRUCK, code="T2", home="S")
    problem = build(make_order("o1", "V1"), make_order("o2", "V2"), fleet=(TRUCK, large))
    assert relayed_stops(problem) == ("V1",)
