"""The exhaustive search itself, on days worked out by hand, and against the checker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from coop_service.domain.problem import (
    Costs,
    Direction,
    Lunch,
    OnBoard,
    Problem,
    Rules,
    StandingLines,
    StandingStop,
    Underway,
)
from tests.planning import exhaustive, exhaustive_times, rule_days, start_days
from tests.planning.exhaustive import find_optimum
from tests.planning.exhaustive_plan import judge
from tests.planning.rule_book import RuleBook

INBOUND = Direction.INBOUND
HOURLY = Costs(fixed=10.0, per_km=1.0, per_hour=60.0)


def optimum_yuan(problem: Problem) -> float:
    optimum = find_optimum(problem)
    assert judge(problem, optimum.plan) == (pytest.approx(optimum.cost_yuan, abs=0.006), set())
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


def with_lines(
    day: Problem, *hours: tuple[str, int], vehicle: str | None = None, **prices: float
) -> Problem:
    """The day with standing hours, and a standing vehicle, of some stops."""
    stops = tuple(StandingStop(stop, vehicle, start_s) for stop, start_s in hours)
    lines = StandingLines(**{"per_visit": 0.0, "per_hour": 0.0, **prices}, stops=stops)
    return replace(day, standing_lines=lines)


def test_a_locked_stop_takes_the_van_that_it_is_locked_to(make_line, make_vehicle, make_order):
    vans = [make_vehicle("V1"), make_vehicle("V2", costs=Costs(fixed=50.0, per_km=1.0))]
    orders = [make_order("a", "s1"), make_order("b", "s2")]
    assert optimum_yuan(make_line([10, 40], vans, orders)) == 10 + 80
    day = make_line([10, 40], vans, orders, s1={"locked_vehicle": "V2"})
    assert optimum_yuan(day) == 50 + 80


def test_the_first_stops_come_first_and_are_passed_over_if_left_out(
    make_line, make_vehicle, make_order
):
    van = make_vehicle(first_stops=("s2", "s1", "s3"))
    orders = [make_order("a", "s1", drop_penalty=25.0), make_order("b", "s2")]
    orders.append(make_order("c", "s3"))
    # s2, back to s1 and out to s3 again: 30 km more than its penalty is worth
    assert optimum_yuan(make_line([10, 20, 30], [van], orders)) == 10 + 60 + 20
    orders[0] = replace(orders[0], drop_penalty=19.0)
    assert optimum_yuan(make_line([10, 20, 30], [van], orders)) == 10 + 60 + 19


def test_the_rest_of_a_day_pays_no_fixed_cost_and_hours_from_now(
    make_line, make_vehicle, make_order
):
    underway = Underway(2, 5000, 0, on_board=(OnBoard("a", 0),))
    van = make_vehicle(costs=HOURLY, underway=underway)
    day = make_line([10, 40], [van], [make_order("a", "s1")])
    # 40 km home, by way of s1; it must come home with nothing to do as well
    assert optimum_yuan(day) == 40 + 2400 / 60
    van = replace(van, underway=replace(underway, on_board=()))
    assert optimum_yuan(replace(day, orders=(), vehicles=(van,))) == 40 + 2400 / 60


def test_an_order_on_board_that_is_left_out_keeps_its_room(make_line, make_vehicle, make_order):
    out = make_order("a", "s2", 60, drop_penalty=50.0)
    back = make_order("b", "s1", 60, direction=INBOUND)
    underway = Underway(1, 0, 0, on_board=(OnBoard("a", 0),))
    day = make_line([10, 40], [make_vehicle(underway=underway)], [out, back])
    # out to s2 and back to s1 for b, though it stands there and the way costs more than 50
    assert optimum_yuan(day) == 30 + 40
    two_trips = make_line([10, 40], [make_vehicle(underway=underway, max_trips=2)], [out, back])
    # home with a on board, and out again
    assert optimum_yuan(replace(two_trips, orders=(replace(out, drop_penalty=5.0), back))) == 35
    light = replace(day, orders=(replace(out, load={"kg": 5}), back))
    assert optimum_yuan(light) == 10 + 50


def test_fresh_goods_are_loaded_at_the_depot_first(make_line, make_vehicle, make_order):
    orders = [make_order("a", "s1"), make_order("b", "s2")]

    def optimum(trips: int):
        van = make_vehicle(
            max_trips=trips, underway=Underway(2, 0, 0, 0, on_board=(OnBoard("b", 0),))
        )
        return find_optimum(make_line([10, 40], [van], orders))

    assert (optimum(1).cost_yuan, optimum(1).left_out_priority) == (40, 1)
    assert (optimum(2).cost_yuan, optimum(2).left_out_priority) == (60, 0)


@pytest.mark.parametrize(
    ("done", "most"),
    [("distance_m", 10_000), ("driven_s", 400), ("departed_s", -600)],
)
def test_what_was_done_before_counts_in_the_limits_of_the_day(
    done: str, most: int, make_line, make_vehicle, make_order
):
    order = make_order("a", "s2", direction=INBOUND)

    def optimum(value: int):
        underway = Underway(**{"location": 1, "time_s": 1000, "departed_s": 1000, done: value})
        van = make_vehicle(underway=underway, max_distance_m=70_000, max_work_s=4000)
        day = make_line([40, 50], [van], [order])
        return find_optimum(replace(day, rules=Rules(max_driving_day_s=4000)))

    # 10 km out to s2 and 50 km home, or 40 km home at once
    assert (optimum(abs(most)).cost_yuan, optimum(abs(most)).left_out_priority) == (60, 0)
    over = optimum(abs(most + 1))
    assert (over.cost_yuan, over.left_out_priority) == (40, 1)


def test_a_rest_is_due_after_what_was_driven_before(make_line, make_vehicle, make_order):
    order = make_order("a", "s2", direction=INBOUND)

    def optimum_of(driven_since_rest_s: int) -> float:
        underway = Underway(1, 1000, 0, driven_since_rest_s=driven_since_rest_s)
        day = make_line([40, 50], [make_vehicle(costs=HOURLY, underway=underway)], [order])
        return optimum_yuan(replace(day, rules=Rules(max_driving_s=4000, rest_s=900)))

    # 600 s out to s2 and 3000 s home
    assert optimum_of(400) == 60 + 60
    assert optimum_of(401) == 60 + 60 + 15
    # no second further: it rests where it stands
    assert optimum_of(4000) == 60 + 60 + 15
    assert optimum_of(5000) == 60 + 60 + 15


def test_lunch_is_due_on_the_road_unless_it_was_had_or_missed(make_line, make_vehicle, make_order):
    order = make_order("a", "s1", direction=INBOUND)

    def optimum_of(**done: Any) -> float:
        underway = Underway(**{"location": 2, "time_s": 1000, "departed_s": 0, **done})
        van = make_vehicle(costs=HOURLY, underway=underway)
        day = make_line([10, 40], [van], [order])
        return optimum_yuan(replace(day, rules=Rules(lunch=Lunch((900, 3300), 1200))))

    assert optimum_of() == 40 + 40 + 20
    assert optimum_of(lunch_taken=True) == 40 + 40
    assert optimum_of(time_s=2101) == 40 + 40
    assert optimum_of(departed_s=901) == 40 + 40


def test_goods_on_board_are_due_so_long_after_they_were_loaded(make_line, make_vehicle, make_order):
    orders = [
        make_order("milk", "s2", direction=INBOUND, max_on_board_s=3600),
        make_order("a", "s1"),
        make_order("b", "s3", drop_penalty=90.0),
    ]

    def optimum_of(since_s: int) -> float:
        goods = tuple(OnBoard(name, since_s) for name in ("milk", "a", "b"))
        underway = Underway(2, 2000, 0, on_board=goods)
        return optimum_yuan(make_line([10, 20, 30], [make_vehicle(underway=underway)], orders))

    # out to s3 and home takes 2400 s
    assert optimum_of(800) == 40
    assert optimum_of(799) == 20 + 90


def test_another_van_than_the_standing_one_has_its_price(make_line, make_vehicle, make_order):
    vans = [make_vehicle("V1"), make_vehicle("V2", costs=Costs(fixed=50.0, per_km=1.0))]
    day = make_line([10, 40], vans, [make_order("a", "s1"), make_order("b", "s2")])
    lines = (("s1", 0), ("s2", 0))
    assert optimum_yuan(with_lines(day, *lines, vehicle="V2", per_visit=15.0)) == 10 + 80 + 30
    assert optimum_yuan(with_lines(day, *lines, vehicle="V2", per_visit=25.0)) == 50 + 80


def test_a_standing_hour_is_kept_late_or_early_by_what_it_costs(
    make_line, make_vehicle, make_order
):
    orders = [make_order("a", "s1"), make_order("b", "s2")]
    windows = {"s2": {"time_windows_s": ((7200, 9000),)}}
    day = make_line([10, 20], [make_vehicle(costs=HOURLY)], orders, **windows)
    hours = ("s1", 3600)
    drive = 10 + 40 + 2400 / 60
    # s1 on the way back would be at 7800; on the way out, an hour's waiting at s2, at 3600
    assert optimum_yuan(with_lines(day, hours, per_hour=60.0)) == drive + 50
    assert optimum_yuan(with_lines(day, hours, per_hour=59.0)) == pytest.approx(drive + 59 * 5 / 6)
    assert optimum_yuan(with_lines(day, hours, per_hour=61.0)) == drive + 50
    # a quarter of an hour's tolerance is a quarter less of waiting
    assert optimum_yuan(with_lines(day, hours, per_hour=90.0, tolerance_s=900)) == drive + 35
    # s1 after s2 is there 20 minutes before its hour, or waits so long
    early = ("s1", 10_800)
    assert optimum_yuan(with_lines(day, early, per_hour=30.0)) == drive + 10
    assert optimum_yuan(with_lines(day, early, per_hour=90.0)) == drive + 20
    # later than its hour at s1 is earlier at s2: half an hour apart, 10 minutes to drive
    plain = make_line([10, 20], [make_vehicle(costs=HOURLY)], orders)
    both = with_lines(plain, ("s1", 3600), ("s2", 5400), per_hour=30.0)
    assert optimum_yuan(both) == drive + 10


TIMED_RULES = (
    "transfer_time_on_board",
    "inbound_time_on_board",
    "lunch",
    "overtime",
    "work_time",
)


@pytest.mark.parametrize("name", TIMED_RULES)
def test_trying_dates_finds_the_least_time_of_work(
    name: str, make_random_day: Callable[..., Problem], monkeypatch: pytest.MonkeyPatch
):
    day, _ = rule_days.RULES.make(name, 1, make_random_day)
    expected = find_optimum(day)
    monkeypatch.setattr(exhaustive, "set_times", exhaustive_times.try_dates)
    found = find_optimum(day)
    assert found.left_out_priority == expected.left_out_priority
    assert found.cost_yuan == pytest.approx(expected.cost_yuan)


@pytest.mark.parametrize(
    ("rules", "name", "number"),
    [(rules, *day) for rules in (rule_days.RULES, start_days.RULES) for day in rules.days()],
    ids=lambda value: None if isinstance(value, str | int) else "",
)
def test_the_checker_agrees_with_every_optimum(
    rules: RuleBook, name: str, number: int, make_random_day: Callable[..., Problem]
):
    day, _ = rules.make(name, number, make_random_day)
    optimum_yuan(day)
