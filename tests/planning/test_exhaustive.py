"""The exhaustive search itself, on days worked out by hand, and against the checker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from coop_service.domain.problem import Costs, Direction, Lunch, Problem, Rules
from tests.planning.exhaustive import find_optimum, judge
from tests.planning.rule_days import make_rule_day, rule_names

INBOUND = Direction.INBOUND
HOURLY = Costs(fixed=10.0, per_km=1.0, per_hour=60.0)


def optimum_yuan(problem: Problem) -> float:
    optimum = find_optimum(problem)
    assert judge(problem, optimum) == (pytest.approx(optimum.cost_yuan, abs=0.006), set())
    return optimum.cost_yuan


def test_a_line_is_driven_once(make_line, make_vehicle, make_order):
    orders = [make_order("a", "s1"), make_order("b", "s2")]
    # 10 to leave, 40 km out and 40 km back
    assert optimum_yuan(make_line([10, 40], [make_vehicle()], orders)) == 90


def test_what_does_not_fit_takes_two_trips_or_two_vans(make_line, make_vehicle, make_order):
    orders = [make_order("a", "s1", 60), make_order("b", "s2", 60)]
    vans = [make_vehicle("V1"), make_vehicle("V2")]
    assert optimum_yuan(make_line([10, 40], vans, orders)) == 20 + 20 + 80
    assert optimum_yuan(make_line([10, 40], [make_vehicle(max_trips=2)], orders)) == 10 + 20 + 80


def test_a_window_makes_the_van_wait_or_leave_later(make_line, make_vehicle, make_order):
    orders = [make_order("a", "s1"), make_order("b", "s2")]
    windows = {"s1": {"time_windows_s": ((0, 600),)}, "s2": {"time_windows_s": ((7200, 7300),)}}
    day = make_line([10, 40], [make_vehicle(costs=HOURLY)], orders, **windows)
    # leaves at 0, s1 at 600, waits at s2 (40 km, 2400 s at the earliest) till 7200, home at 9600
    assert optimum_yuan(day) == 10 + 80 + 9600 / 60


def test_a_rest_lies_where_the_driving_asks_for_it(make_line, make_vehicle, make_order):
    orders = [make_order("a", "s1"), make_order("b", "s2")]
    day = make_line([10, 40], [make_vehicle(costs=HOURLY)], orders)
    day = replace(day, rules=Rules(max_driving_s=3000, rest_s=900))
    # 80 km are 4800 s; one rest of 900 s after s2 (2400 s) leaves 2400 s
    assert optimum_yuan(day) == 10 + 80 + (4800 + 900) / 60


def test_lunch_is_avoided_by_leaving_after_its_window_began(make_line, make_vehicle, make_order):
    day = make_line([40], [make_vehicle(costs=HOURLY)], [make_order("a", "s1")])
    day = replace(day, rules=Rules(lunch=Lunch((1000, 4000), 1800)))
    assert optimum_yuan(day) == 10 + 80 + 4800 / 60


def test_produce_that_keeps_an_hour_is_collected_on_the_way_home(
    make_line, make_vehicle, make_order
):
    orders = [
        make_order("a", "s1", direction=INBOUND, max_on_board_s=600),
        make_order("b", "s2"),
    ]
    windows = {"s2": {"time_windows_s": ((7200, 7200),)}}
    day = make_line([10, 40], [make_vehicle(costs=HOURLY)], orders, **windows)
    # out to s2, then s1 on the way back: 600 s before the centre
    assert optimum_yuan(day) == 10 + 80 + 4800 / 60


def test_a_forbidden_mix_takes_two_trips(make_line, make_vehicle, make_order):
    orders = [
        make_order("a", "s1", goods_class="feed"),
        make_order("b", "s2", goods_class="food"),
    ]
    day = make_line([10, 40], [make_vehicle(max_trips=2)], orders)
    day = replace(day, rules=Rules(forbidden_mixes=(("feed", "food"),)))
    assert optimum_yuan(day) == 10 + 20 + 80


def test_a_transfer_is_collected_before_it_is_left(make_line, make_vehicle, make_order):
    order = make_order("t", "s2", direction=Direction.TRANSFER, to_stop="s1")

    def optimum(closes_s: int):
        windows = {"s1": {"time_windows_s": ((0, closes_s),)}}
        return find_optimum(make_line([10, 40], [make_vehicle()], [order], **windows))

    # s2 at 2400 s, then 30 km back to s1
    assert (optimum(4200).cost_yuan, optimum(4200).left_out_priority) == (90, 0)
    assert optimum(4199).left_out_priority == 1


def test_the_orders_of_higher_priority_are_served(make_line, make_vehicle, make_order):
    orders = [make_order("a", "s1", 60, priority=2), make_order("b", "s2", 60)]
    day = make_line([10, 40], [make_vehicle()], orders)
    optimum = find_optimum(day)
    assert (optimum.cost_yuan, optimum.left_out_priority) == (30, 1)


def test_what_costs_more_than_its_penalty_is_left_out(make_line, make_vehicle, make_order):
    orders = [make_order("a", "s1"), make_order("b", "s2", drop_penalty=59.0)]
    assert optimum_yuan(make_line([10, 40], [make_vehicle()], orders)) == 30 + 59


@pytest.mark.parametrize(("name", "number"), rule_names())
def test_the_checker_agrees_with_every_optimum(
    name: str, number: int, make_random_day: Callable[..., Problem]
):
    day, _ = make_rule_day(name, number, make_random_day)
    optimum_yuan(day)
