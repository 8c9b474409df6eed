"""Hubs, relays and docks that have no sensible meaning."""

from dataclasses import replace

import numpy as np
import pytest

from coop_service.domain.problem import (
    Costs,
    Depot,
    Direction,
    Hub,
    ModeSetting,
    OnBoard,
    Order,
    Problem,
    Profile,
    Relay,
    Stop,
    Underway,
    Vehicle,
)
from coop_service.domain.problem_faults import find_problem_faults

OUTBOUND, INBOUND, TRANSFER = Direction
VAN = Vehicle("V1", "van", "centre", "centre", {}, (25_200, 61_200), Costs())
CENTRE = Depot("centre", 0, 0, 86_400, docks=1, packing_cutoff_s=61_200)
GOOD = Problem(
    "day",
    {"van": Profile(np.zeros((3, 3), np.int64), np.zeros((3, 3), np.int64))},
    (CENTRE, Depot("west", 1, 0, 86_400), Depot("east", 2, 0, 86_400)),
    (VAN, replace(VAN, id="V2", start_depot="west", end_depot="west")),
    (Stop("w1", 1), Stop("w2", 1), Stop("e1", 2)),
    (
        Order("o1", "w1", OUTBOUND, "centre", {}),
        Order("o2", "w2", INBOUND, "centre", {}),
        Order("o3", "e1", INBOUND, "centre", {}),
        Order("local", "w2", INBOUND, "west", {}),
        Order("neighbours", "w2", OUTBOUND, "east", {}),
        Order("across", "w1", TRANSFER, "centre", {}, to_stop="e1"),
    ),
    hubs=(Hub("west", 2, {"weight_kg": 500}, 600, 1.5, 0.25), Hub("east")),
    relays=(Relay("西镇", "west", ("w1", "w2")), Relay("东镇", "east", ("e1",))),
)


def hub(**changes):
    return replace(GOOD, hubs=(replace(GOOD.hubs[0], **changes), GOOD.hubs[1]))


def relay(**changes):
    return replace(GOOD, relays=(GOOD.relays[0], replace(GOOD.relays[1], **changes)))


def depot(**changes):
    return replace(GOOD, depots=(replace(CENTRE, **changes), *GOOD.depots[1:]))


def further(*orders):
    return replace(GOOD, orders=(*GOOD.orders, *orders))


def on_board(order, mode):
    underway = Underway(0, 36_000, 30_000, on_board=(OnBoard(order, 30_000),))
    relays = (replace(GOOD.relays[0], mode=mode), GOOD.relays[1])
    return replace(
        GOOD, vehicles=(replace(VAN, underway=underway), GOOD.vehicles[1]), relays=relays
    )


def faults_of(problem):
    return [(fault.pointer, fault.code) for fault in find_problem_faults(problem)]


@pytest.mark.parametrize(
    "problem",
    [
        GOOD,
        replace(GOOD, relays=()),
        replace(GOOD, relays=(), hubs=()),
        replace(GOOD, orders=()),
        hub(doors=None, floor={}, sort_fixed_s=0),
        relay(hub="west"),
        relay(stops=()),
        depot(docks=None, packing_cutoff_s=None),
        further(Order("o1:other", "w1", OUTBOUND, "centre", {})),
        further(Order("across:trunk", "w1", OUTBOUND, "centre", {})),
        on_board("o1", ModeSetting.DIRECT),
        on_board("across", ModeSetting.RELAY),
    ],
)
def test_what_is_unusual_but_has_a_meaning_is_accepted(problem):
    assert faults_of(problem) == []


@pytest.mark.parametrize(
    ("problem", "pointer", "code"),
    [
        (depot(docks=0), "/depots/0/docks", "out_of_range"),
        (depot(packing_cutoff_s=-1), "/depots/0/packing_cutoff_s", "out_of_range"),
        (replace(GOOD, hubs=(*GOOD.hubs, Hub("south"))), "/hubs/2/depot", "unknown_depot"),
        (replace(GOOD, hubs=(*GOOD.hubs, Hub("west"))), "/hubs/2/depot", "hub_twice"),
        (hub(doors=0), "/hubs/0/doors", "out_of_range"),
        (hub(floor={"m/3": -0.5}), "/hubs/0/floor/m~13", "out_of_range"),
        (hub(sort_fixed_s=-1), "/hubs/0/sort_fixed_s", "out_of_range"),
        (hub(sort_s_per_piece=float("nan")), "/hubs/0/sort_s_per_piece", "out_of_range"),
        (hub(sort_s_per_kg=-0.1), "/hubs/0/sort_s_per_kg", "out_of_range"),
        (relay(id="西镇"), "/relays/1/id", "duplicate_id"),
        (relay(hub="south"), "/relays/1/hub", "unknown_depot"),
        (
            replace(GOOD, hubs=GOOD.hubs[:1], orders=GOOD.orders[:4]),
            "/relays/1/hub",
            "missing_hub",
        ),
        (relay(stops=("e1", "e9")), "/relays/1/stops/1", "unknown_stop"),
        (relay(stops=("e1", "e1")), "/relays/1/stops/1", "stop_in_two_relays"),
        (relay(stops=("w2",)), "/relays/1/stops/0", "stop_in_two_relays"),
        (
            replace(
                further(Order("o9", "w1", INBOUND, "north", {})),
                depots=(*GOOD.depots, Depot("north", 2, 0, 86_400)),
            ),
            "/relays/0/stops",
            "main_depots_differ",
        ),
        (further(Order("o9", "w1", INBOUND, "north", {})), "/orders/6/depot", "unknown_depot"),
        (
            replace(
                GOOD,
                orders=GOOD.orders[:3],
                hubs=(Hub("centre"), *GOOD.hubs),
                relays=(Relay("镇", "centre", ("w1", "w2")), GOOD.relays[1]),
            ),
            "/relays/0/hub",
            "hub_is_main_depot",
        ),
        (
            further(Order("o1:trunk", "e1", TRANSFER, "centre", {}, to_stop="w1")),
            "/orders/6/id",
            "reserved_id",
        ),
        (further(Order("o2:branch", "e1", INBOUND, "east", {})), "/orders/6/id", "reserved_id"),
        (
            replace(GOOD, stops=(*GOOD.stops, Stop("east:up", 2))),
            "/stops/3/id",
            "reserved_id",
        ),
        (
            replace(GOOD, stops=(*GOOD.stops, Stop("west:down", 2))),
            "/stops/3/id",
            "reserved_id",
        ),
        (
            on_board("o1", ModeSetting.AUTO),
            "/vehicles/0/underway/on_board/0/order",
            "relayed_on_board",
        ),
        (
            on_board("o1", ModeSetting.RELAY),
            "/vehicles/0/underway/on_board/0/order",
            "relayed_on_board",
        ),
    ],
)
def test_one_bad_thing_is_exactly_one_fault(problem, pointer, code):
    assert faults_of(problem) == [(pointer, code)]


def test_a_fault_says_in_both_languages_what_is_wrong():
    [fault] = find_problem_faults(on_board("o1", ModeSetting.AUTO))
    assert fault.message == (
        "订单“o1”已在车上,其乡镇“西镇”的 mode 应为 direct / "
        "order 'o1' is on board, so the mode of its township '西镇' must be direct"
    )
