from dataclasses import replace

import numpy as np
import pytest

from coop_service.domain.problem import (
    NO_ROAD,
    Costs,
    Depot,
    Direction,
    Lunch,
    Order,
    Problem,
    Profile,
    Rules,
    Stop,
    Vehicle,
)
from coop_service.domain.problem_faults import find_problem_faults


def square(entries):
    return np.array(entries, dtype=np.int64)


PROFILE = Profile(square([[0, 600, 900], [600, 0, 300], [900, 300, 0]]), np.zeros((3, 3), np.int64))
DEPOT = Depot("centre", 0, 21600, 72000)
VAN = Vehicle("V01", "van", "centre", "centre", {"weight_kg": 800}, (25200, 61200), Costs(80, 0.55))
STOP = Stop("c1", 1, 240, ((25200, 64800),))
OTHER_STOP = Stop("c2", 2)
ORDER = Order("o1", "c1", Direction.OUTBOUND, "centre", {"weight_kg": 35}, goods_class="parcel")
TRANSFER = Order("o2", "c1", Direction.TRANSFER, "centre", {"weight_kg": 5}, to_stop="c2")
GOOD = Problem(
    "day", {"van": PROFILE}, (DEPOT,), (VAN,), (STOP, OTHER_STOP), (ORDER, TRANSFER),
    {"edible": ("grain",), "ours": ("lotus",)},
)  # fmt: skip


def depot(**changes):
    return replace(GOOD, depots=(replace(DEPOT, **changes),))


def van(**changes):
    return replace(GOOD, vehicles=(replace(VAN, **changes),))


def costs(**changes):
    return van(costs=replace(VAN.costs, **changes))


def stop(**changes):
    return replace(GOOD, stops=(replace(STOP, **changes), OTHER_STOP))


def order(**changes):
    return replace(GOOD, orders=(replace(ORDER, **changes), TRANSFER))


def transfer(**changes):
    return replace(GOOD, orders=(ORDER, replace(TRANSFER, **changes)))


def rules(**rules):
    return replace(GOOD, rules=Rules(**rules))


def matrices(duration_s, distance_m):
    return replace(GOOD, profiles={"van": Profile(duration_s, distance_m)})


def faults_of(problem):
    return [(fault.pointer, fault.code) for fault in find_problem_faults(problem)]


def test_a_good_problem_has_no_faults():
    assert faults_of(GOOD) == []


@pytest.mark.parametrize(
    "problem",
    [
        matrices(square([[7, NO_ROAD, 1], [1, NO_ROAD, 1], [1, 1, 0]]), PROFILE.distance_m),
        van(max_trips=3, capacity={}, max_work_s=0, shift_s=(0, 0)),
        costs(max_overtime_s=3600),
        order(load={}, temperature="frozen", priority=0, drop_penalty=0.0),
        order(load={"weight_kg": 1e9}),
        stop(location=2, time_windows_s=((0, 0), (1, 1_000_000_000))),
        rules(rest_s=1200),
        rules(max_driving_s=0, rest_s=0),
        rules(lunch=Lunch((41400, 43200), 1800)),
        rules(forbidden_mixes=(("parcel", "edible"), ("lotus", "farm_input_pesticide"))),
    ],
)
def test_what_is_odd_but_has_a_meaning_is_no_fault(problem):
    assert faults_of(problem) == []


@pytest.mark.parametrize(
    ("problem", "pointer", "code"),
    [
        (replace(GOOD, depots=(DEPOT, DEPOT)), "/depots/1/id", "duplicate_id"),
        (replace(GOOD, vehicles=(VAN, VAN)), "/vehicles/1/id", "duplicate_id"),
        (replace(GOOD, stops=(STOP, OTHER_STOP, STOP)), "/stops/2/id", "duplicate_id"),
        (replace(GOOD, orders=(ORDER, TRANSFER, ORDER)), "/orders/2/id", "duplicate_id"),
        (
            matrices(np.zeros((3, 2), np.int64), PROFILE.distance_m),
            "/profiles/van/duration_s",
            "matrix_not_square",
        ),
        (
            matrices(PROFILE.duration_s, np.zeros(3, np.int64)),
            "/profiles/van/distance_m",
            "matrix_not_square",
        ),
        (
            matrices(PROFILE.duration_s, np.zeros((4, 4), np.int64)),
            "/profiles/van/distance_m",
            "matrix_sizes_differ",
        ),
        (
            replace(
                GOOD, profiles={"van": PROFILE, "a/b": Profile(PROFILE.duration_s, square([[0]]))}
            ),
            "/profiles/a~1b/distance_m",
            "matrix_sizes_differ",
        ),
        (
            matrices(square([[0, 1, 1], [1, 0, -2], [1, 1, 0]]), PROFILE.distance_m),
            "/profiles/van/duration_s/1/2",
            "out_of_range",
        ),
        (
            matrices(square([[0, 1, 1], [1, 0, 10**11], [1, 1, 0]]), PROFILE.distance_m),
            "/profiles/van/duration_s/1/2",
            "out_of_range",
        ),
        (depot(location=3), "/depots/0/location", "location_out_of_range"),
        (depot(location=-1), "/depots/0/location", "location_out_of_range"),
        (depot(open_s=-1), "/depots/0/open_s", "out_of_range"),
        (depot(close_s=10**11), "/depots/0/close_s", "out_of_range"),
        (depot(close_s=21599), "/depots/0/close_s", "window_reversed"),
        (van(profile="bike"), "/vehicles/0/profile", "unknown_profile"),
        (van(start_depot="hub"), "/vehicles/0/start_depot", "unknown_depot"),
        (van(end_depot="hub"), "/vehicles/0/end_depot", "unknown_depot"),
        (van(capacity={"a/b": -1}), "/vehicles/0/capacity/a~1b", "out_of_range"),
        (van(capacity={"kg": float("inf")}), "/vehicles/0/capacity/kg", "out_of_range"),
        (van(shift_s=(10, 5)), "/vehicles/0/shift_s", "window_reversed"),
        (van(shift_s=(-10, 5)), "/vehicles/0/shift_s/0", "out_of_range"),
        (van(max_trips=0), "/vehicles/0/max_trips", "out_of_range"),
        (van(reload_s=-1), "/vehicles/0/reload_s", "out_of_range"),
        (van(max_distance_m=-1), "/vehicles/0/max_distance_m", "out_of_range"),
        (van(max_work_s=-1), "/vehicles/0/max_work_s", "out_of_range"),
        (costs(fixed=-1), "/vehicles/0/costs/fixed", "out_of_range"),
        (costs(per_km=float("nan")), "/vehicles/0/costs/per_km", "out_of_range"),
        (costs(per_hour=1e13), "/vehicles/0/costs/per_hour", "out_of_range"),
        (costs(per_overtime_hour=-1), "/vehicles/0/costs/per_overtime_hour", "out_of_range"),
        (costs(max_overtime_s=-1), "/vehicles/0/costs/max_overtime_s", "out_of_range"),
        (stop(location=3), "/stops/0/location", "location_out_of_range"),
        (stop(service_s=-1), "/stops/0/service_s", "out_of_range"),
        (
            stop(time_windows_s=((0, 9), (30, 20))),
            "/stops/0/time_windows_s/1",
            "window_reversed",
        ),
        (
            stop(time_windows_s=((0, 9), (-30, 20))),
            "/stops/0/time_windows_s/1/0",
            "out_of_range",
        ),
        (
            stop(time_windows_s=((0, 9), (9, 20))),
            "/stops/0/time_windows_s/1",
            "windows_not_in_order",
        ),
        (
            stop(time_windows_s=((30, 40), (9, 20))),
            "/stops/0/time_windows_s/1",
            "windows_not_in_order",
        ),
        (order(stop="c9"), "/orders/0/stop", "unknown_stop"),
        (order(depot="hub"), "/orders/0/depot", "unknown_depot"),
        (order(to_stop="c2"), "/orders/0/to_stop", "to_stop_without_transfer"),
        (order(load={"weight_kg": -1}), "/orders/0/load/weight_kg", "out_of_range"),
        (order(service_s=-1), "/orders/0/service_s", "out_of_range"),
        (order(max_on_board_s=-1), "/orders/0/max_on_board_s", "out_of_range"),
        (order(drop_penalty=-0.01), "/orders/0/drop_penalty", "out_of_range"),
        (order(priority=-1), "/orders/0/priority", "out_of_range"),
        (transfer(to_stop=None), "/orders/1/to_stop", "missing_to_stop"),
        (transfer(to_stop="c1"), "/orders/1/to_stop", "same_stop"),
        (transfer(to_stop="c9"), "/orders/1/to_stop", "unknown_stop"),
        (rules(max_driving_s=14400), "/rules/rest_s", "missing_rest"),
        (rules(max_driving_s=-1, rest_s=1), "/rules/max_driving_s", "out_of_range"),
        (rules(rest_s=-1), "/rules/rest_s", "out_of_range"),
        (rules(max_driving_day_s=-1), "/rules/max_driving_day_s", "out_of_range"),
        (rules(lunch=Lunch((9, 5), 1)), "/rules/lunch/window_s", "window_reversed"),
        (rules(lunch=Lunch((5, 9), -1)), "/rules/lunch/duration_s", "out_of_range"),
        (
            rules(lunch=Lunch((41400, 43200), 1801)),
            "/rules/lunch/duration_s",
            "lunch_does_not_fit",
        ),
        (
            rules(forbidden_mixes=(("parcel", "edible"), ("edible", "pestcide"))),
            "/rules/forbidden_mixes/1/1",
            "unknown_goods",
        ),
    ],
)
def test_one_bad_thing_is_exactly_one_fault(problem, pointer, code):
    assert faults_of(problem) == [(pointer, code)]


def test_messages_say_what_is_wrong_in_chinese_and_english():
    [fault] = find_problem_faults(order(stop="二道桥"))
    assert fault.message == "没有名为“二道桥”的停靠点 / there is no stop '二道桥'"


def test_many_faults_are_all_found_at_once():
    problem = replace(
        order(stop="c9", priority=-1),
        vehicles=(replace(VAN, profile="bike", max_trips=0), VAN),
        stops=(replace(STOP, location=9, time_windows_s=((9, 5),)), OTHER_STOP),
        rules=Rules(max_driving_s=-5, forbidden_mixes=(("x", "y"),)),
    )
    assert faults_of(problem) == [
        ("/vehicles/1/id", "duplicate_id"),
        ("/vehicles/0/profile", "unknown_profile"),
        ("/vehicles/0/max_trips", "out_of_range"),
        ("/stops/0/location", "location_out_of_range"),
        ("/stops/0/time_windows_s/0", "window_reversed"),
        ("/orders/0/stop", "unknown_stop"),
        ("/orders/0/priority", "out_of_range"),
        ("/rules/max_driving_s", "out_of_range"),
        ("/rules/rest_s", "missing_rest"),
        ("/rules/forbidden_mixes/0/0", "unknown_goods"),
        ("/rules/forbidden_mixes/0/1", "unknown_goods"),
    ]


def test_bad_entries_of_a_matrix_are_named_up_to_a_count():
    faults = faults_of(matrices(np.full((10, 10), -7), np.zeros((10, 10), np.int64)))
    assert len(faults) == 21
    assert faults[-1] == ("/profiles/van/duration_s", "more_faults")
