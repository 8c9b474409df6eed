"""Vans on the road, frozen stops and standing lines that have no sensible meaning."""

from dataclasses import replace

import numpy as np
import pytest

from coop_service.domain.problem import (
    Costs,
    Depot,
    Direction,
    OnBoard,
    Order,
    Problem,
    Profile,
    Rules,
    StandingLines,
    StandingStop,
    Stop,
    Underway,
    Vehicle,
)
from coop_service.domain.problem_faults import find_problem_faults

LOAD = {"weight_kg": 35}
NOW = Underway(
    1,
    36_000,
    30_000,
    on_board=(OnBoard("o1", 30_000), OnBoard("o2", 35_000), OnBoard("o3", 36_000)),
)
VAN = Vehicle("V1", "van", "centre", "far", {"weight_kg": 105}, (25_200, 61_200), Costs())
GOOD = Problem(
    "day",
    {"van": Profile(np.zeros((3, 3), np.int64), np.zeros((3, 3), np.int64))},
    (Depot("centre", 0, 0, 86_400), Depot("far", 2, 0, 86_400)),
    (replace(VAN, underway=NOW, first_stops=("c1", "c2")), replace(VAN, id="V2")),
    (Stop("c1", 1, locked_vehicle="V1"), Stop("c2", 2)),
    (
        Order("o1", "c1", Direction.OUTBOUND, "centre", LOAD, goods_class="lime"),
        Order("o2", "c2", Direction.INBOUND, "far", LOAD, goods_class="grain"),
        Order("o3", "c2", Direction.TRANSFER, "centre", LOAD, to_stop="c1"),
    ),
    standing_lines=StandingLines(
        5.0, 36.0, stops=(StandingStop("c1", "V2", 30_000), StandingStop("c2"))
    ),
)


def van(**changes):
    return replace(GOOD, vehicles=(replace(GOOD.vehicles[0], **changes), GOOD.vehicles[1]))


def other_van(**changes):
    return replace(GOOD, vehicles=(GOOD.vehicles[0], replace(GOOD.vehicles[1], **changes)))


def underway(**changes):
    return van(underway=replace(NOW, **changes))


def on_board(*items):
    return underway(on_board=tuple(OnBoard(*item) for item in items))


def order(number, **changes):
    orders = list(GOOD.orders)
    orders[number] = replace(orders[number], **changes)
    return replace(GOOD, orders=tuple(orders))


def stop(**changes):
    return replace(GOOD, stops=(replace(GOOD.stops[0], **changes), GOOD.stops[1]))


def lines(*stops, per_visit=5.0, per_hour=36.0, tolerance_s=0):
    stops = tuple(StandingStop(*line) for line in stops)
    return replace(GOOD, standing_lines=StandingLines(per_visit, per_hour, tolerance_s, stops))


def mixed(*pair):
    return replace(GOOD, rules=Rules(forbidden_mixes=(pair,)), goods_groups={"edible": ("grain",)})


def faults_of(problem):
    return [(fault.pointer, fault.code) for fault in find_problem_faults(problem)]


@pytest.mark.parametrize(
    "problem",
    [
        GOOD,
        underway(departed_s=36_000, on_board=()),
        underway(location=0, time_s=0, departed_s=0, on_board=()),
        van(max_trips=3, underway=replace(NOW, trips_done=2)),
        # An inbound order of the start depot: the present trip may end there if it goes again.
        replace(order(1, depot="centre"), vehicles=van(max_trips=2).vehicles),
        mixed("lime", "herbs"),
        mixed("grain", "edible"),
        stop(locked_vehicle=None),
        lines(),
        lines(("c1", "V1", None), ("c2", None, 0)),
    ],
)
def test_what_is_unusual_but_has_a_meaning_is_accepted(problem):
    assert faults_of(problem) == []


NOW_AT = "/vehicles/0/underway"


@pytest.mark.parametrize(
    ("problem", "pointer", "code"),
    [
        (underway(location=3), NOW_AT + "/location", "location_out_of_range"),
        (underway(location=-1), NOW_AT + "/location", "location_out_of_range"),
        (underway(time_s=-1, on_board=()), NOW_AT + "/time_s", "out_of_range"),
        (underway(departed_s=-1), NOW_AT + "/departed_s", "out_of_range"),
        (underway(departed_s=36_001), NOW_AT + "/departed_s", "departed_after_now"),
        (underway(trips_done=-1), NOW_AT + "/trips_done", "out_of_range"),
        (underway(trips_done=1), NOW_AT + "/trips_done", "out_of_range"),
        (underway(driven_since_rest_s=-1), NOW_AT + "/driven_since_rest_s", "out_of_range"),
        (underway(driven_s=-1), NOW_AT + "/driven_s", "out_of_range"),
        (underway(distance_m=-1), NOW_AT + "/distance_m", "out_of_range"),
        (on_board(("o9", 30_000)), NOW_AT + "/on_board/0/order", "unknown_order"),
        (on_board(("o1", 29_999)), NOW_AT + "/on_board/0/since_s", "out_of_range"),
        (on_board(("o1", 36_001)), NOW_AT + "/on_board/0/since_s", "out_of_range"),
        (
            on_board(("o1", 30_000), ("o2", 30_000), ("o1", 30_000)),
            NOW_AT + "/on_board/2/order",
            "on_board_twice",
        ),
        (
            other_van(underway=replace(NOW, on_board=(OnBoard("o1", 30_000),))),
            "/vehicles/1/underway/on_board/0/order",
            "on_board_twice",
        ),
        (order(0, depot="far"), NOW_AT + "/on_board/0/order", "wrong_depot"),
        (order(1, depot="centre"), NOW_AT + "/on_board/1/order", "wrong_depot"),
        (order(1, depot="nowhere"), "/orders/1/depot", "unknown_depot"),
        (order(2, temperature="chilled"), NOW_AT + "/on_board/2/order", "temperature_not_held"),
        (van(capacity={"weight_kg": 104.9}), NOW_AT + "/on_board", "over_capacity"),
        (mixed("edible", "lime"), NOW_AT + "/on_board", "forbidden_mix"),
        (van(first_stops=("c1", "c9")), "/vehicles/0/first_stops/1", "unknown_stop"),
        (van(first_stops=("c2", "c2")), "/vehicles/0/first_stops/1", "first_stop_twice"),
        (other_van(first_stops=("c2",)), "/vehicles/1/first_stops/0", "first_stop_twice"),
        (stop(locked_vehicle="V2"), "/vehicles/0/first_stops/0", "locked_to_another"),
        (
            replace(van(first_stops=()), stops=stop(locked_vehicle="V9").stops),
            "/stops/0/locked_vehicle",
            "unknown_vehicle",
        ),
        (lines(per_visit=-0.5), "/standing_lines/per_visit", "out_of_range"),
        (lines(per_hour=float("nan")), "/standing_lines/per_hour", "out_of_range"),
        (lines(tolerance_s=-1), "/standing_lines/tolerance_s", "out_of_range"),
        (lines(("c9", None)), "/standing_lines/stops/0/stop", "unknown_stop"),
        (lines(("c1", "V9")), "/standing_lines/stops/0/vehicle", "unknown_vehicle"),
        (lines(("c1", None, -1)), "/standing_lines/stops/0/start_s", "out_of_range"),
        (lines(("c1",), ("c2",), ("c1",)), "/standing_lines/stops/2/stop", "standing_stop_twice"),
    ],
)
def test_one_bad_thing_is_exactly_one_fault(problem, pointer, code):
    assert faults_of(problem) == [(pointer, code)]


def test_a_fault_says_in_both_languages_what_is_wrong():
    [fault] = find_problem_faults(order(0, depot="far"))
    assert fault.message == (
        "订单“o1”属于车场“far”,本趟不在那里装车 / "
        "order 'o1' belongs to depot 'far', where this trip does not start"
    )
