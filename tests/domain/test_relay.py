"""Relayed townships as a plain problem in legs."""

from dataclasses import replace

import numpy as np
import pytest

from coop_service.domain.problem import (
    Costs,
    Depot,
    Direction,
    Hub,
    InboundDay,
    Mode,
    Order,
    Problem,
    Profile,
    Relay,
    Stop,
    Vehicle,
)
from coop_service.domain.problem_faults import find_problem_faults
from coop_service.domain.relay import (
    Leg,
    LegKind,
    expand,
    hub_stop_id,
    legs_of,
    orders_of,
    relay_of,
    sorting_s,
)

OUTBOUND, INBOUND, TRANSFER = Direction
VAN = Vehicle("V1", "van", "centre", "centre", {}, (0, 86_400), Costs())
DOWN = Order(
    "down",
    "w1",
    OUTBOUND,
    "centre",
    {"weight_kg": 35, "pieces": 4},
    service_s=60,
    temperature="chilled",
    goods_class="chilled",
    max_on_board_s=14_400,
    drop_penalty=70.0,
    priority=3,
    custom={"key": 7},
)
UP = Order("up", "w2", INBOUND, "centre", {"weight_kg": 20}, max_on_board_s=7200, priority=2)
DAY = Problem(
    "day",
    {"van": Profile(np.zeros((3, 3), np.int64), np.zeros((3, 3), np.int64))},
    (Depot("centre", 0, 0, 86_400, docks=2), Depot("west", 1, 21_600, 72_000)),
    (VAN, replace(VAN, id="V2", start_depot="west", end_depot="west")),
    (Stop("w1", 1), Stop("w2", 1), Stop("e1", 2)),
    (
        DOWN,
        UP,
        Order("local", "w2", INBOUND, "west", {}),
        Order("across", "w1", TRANSFER, "centre", {}, to_stop="w2"),
        Order("east", "e1", INBOUND, "centre", {}),
    ),
    hubs=(Hub("west"),),
    relays=(Relay("西镇", "west", ("w1", "w2")), Relay("东镇", "west", ("e1",))),
)
MODES = {"西镇": Mode.RELAY, "东镇": Mode.DIRECT}


def next_day():
    return replace(DAY, relays=(replace(DAY.relays[0], inbound=InboundDay.NEXT_DAY), DAY.relays[1]))


def test_orders_of_a_relayed_township_are_two_legs_that_meet_at_the_hub():
    plain = expand(DAY, MODES)
    assert [(o.id, o.stop, o.depot, o.direction) for o in plain.orders] == [
        ("down:trunk", "west:down", "centre", OUTBOUND),
        ("down:branch", "w1", "west", OUTBOUND),
        ("up:branch", "w2", "west", INBOUND),
        ("up:trunk", "west:up", "centre", INBOUND),
        ("local", "w2", "west", INBOUND),
        ("across", "w1", "centre", TRANSFER),
        ("east", "e1", "centre", INBOUND),
    ]
    assert plain.stops[3:] == (
        Stop("west:down", 1, time_windows_s=((21_600, 72_000),)),
        Stop("west:up", 1, time_windows_s=((21_600, 72_000),)),
    )
    assert plain.hubs == plain.relays == ()
    assert plain.depots == DAY.depots
    assert find_problem_faults(plain) == ()


def test_legs_keep_the_goods_and_the_branch_leg_alone_weighs_what_the_order_does():
    trunk, branch, *_ = expand(DAY, MODES).orders
    assert branch == replace(DOWN, id="down:branch", depot="west", max_on_board_s=None)
    assert trunk == replace(
        DOWN,
        id="down:trunk",
        stop="west:down",
        max_on_board_s=None,
        drop_penalty=0.0,
        priority=0,
    )
    mandatory = expand(DAY, MODES).order_by_id["up:trunk"]
    assert (mandatory.drop_penalty, mandatory.priority) == (None, 0)


def test_produce_that_stays_overnight_has_one_leg_today_which_keeps_its_limit():
    plain = expand(next_day(), MODES)
    assert [o.id for o in plain.orders if o.id.startswith("up")] == ["up:branch"]
    assert plain.order_by_id["up:branch"].max_on_board_s == 7200
    assert "west:up" not in plain.stop_by_id


def test_without_a_relayed_township_orders_and_stops_stay_as_they_are():
    plain = expand(DAY, dict.fromkeys(MODES, Mode.DIRECT))
    assert (plain.orders, plain.stops) == (DAY.orders, DAY.stops)
    assert expand(plain, {}) is plain


def test_every_township_needs_a_mode():
    with pytest.raises(KeyError):
        expand(DAY, {"东镇": Mode.DIRECT})


def test_legs_lead_to_their_orders_and_back():
    legs = legs_of(DAY, MODES)
    assert legs == (
        Leg("down", LegKind.TRUNK, "西镇", "west"),
        Leg("down", LegKind.BRANCH, "西镇", "west"),
        Leg("up", LegKind.BRANCH, "西镇", "west"),
        Leg("up", LegKind.TRUNK, "西镇", "west"),
    )
    plain = expand(DAY, MODES)
    assert {leg.id for leg in legs} < plain.order_by_id.keys()
    assert orders_of(DAY, MODES, plain.order_by_id) == DAY.order_by_id.keys()
    assert [leg.kind for leg in legs_of(next_day(), MODES) if leg.order == "up"] == [LegKind.BRANCH]


def test_local_orders_transfers_and_orders_elsewhere_are_not_relayed():
    township, *_ = DAY.relays
    elsewhere = Order("x", "nowhere", OUTBOUND, "centre", {})
    relayed = {order.id: relay_of(DAY, order) for order in (*DAY.orders[:4], elsewhere)}
    assert relayed == {"down": township, "up": township, "local": None, "across": None, "x": None}


def test_sorting_takes_whole_seconds_rounded_up_once():
    hub = Hub("west", sort_fixed_s=60, sort_s_per_piece=0.1, sort_s_per_kg=0.2)
    assert sorting_s(hub, []) == 60
    # 60 + 0.3 + 0.2: rounded up.
    assert sorting_s(hub, [{"pieces": 3, "weight_kg": 1}]) == 61
    # 60 + 0.1 x 3 + 0.2 x 8.5 is 62 in the head, and a little more in floats.
    assert sorting_s(hub, [{"pieces": 1}, {"pieces": 2, "weight_kg": 8.5, "volume_m3": 9}]) == 62
    assert sorting_s(Hub("west"), [{"pieces": 3}]) == 0


def test_a_hub_has_a_stop_for_each_direction():
    assert [hub_stop_id("west", one) for one in (OUTBOUND, INBOUND)] == ["west:down", "west:up"]
