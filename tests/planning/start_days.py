"""Small days with one binding rule each, of those that start from something.

Vans on the road, first and locked stops, standing lines. V0 is the van on the road; the day without
the rule is the same with that one thing otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from coop_service.domain.problem import (
    Depot,
    Direction,
    Lunch,
    OnBoard,
    Problem,
    Rules,
    StandingLines,
    StandingStop,
    Underway,
)
from tests.planning.rule_book import (
    DayPair,
    RuleBook,
    each_cost,
    each_order,
    each_vehicle,
    some_stops,
    stop,
    vehicle,
    with_rules,
    with_transfer,
    without_windows,
)

HOUR_S = 3600
DRIVING = {"max_driving_s": 5400, "rest_s": 1800}

RULES = RuleBook()
rule = RULES.rule


def on_the_road(day: Problem, goods: Sequence[str] = (), index: int = 0, **done: Any) -> Problem:
    """V0 at the last stop, an hour after it left, with some orders on board since then."""
    on_board = tuple(OnBoard(order, 0) for order in goods)
    fields = {"location": len(day.stops), "time_s": HOUR_S, "departed_s": 0, "on_board": on_board}
    return vehicle(day, index, underway=Underway(**{**fields, **done}))


def changed(day: Problem, **done: Any) -> Problem:
    """The same with V0 having done something else."""
    underway = day.vehicles[0].underway
    assert underway is not None
    return vehicle(day, 0, underway=replace(underway, **done))


def loaded(day: Problem, goods: Sequence[str] = ("out1", "out2"), **done: Any) -> Problem:
    """V0 has the only outbound orders on board; all else is to be collected."""
    kept = tuple(o for o in day.orders if o.direction is not Direction.OUTBOUND or o.id in goods)
    return on_the_road(replace(day, orders=kept), goods, **done)


def standing(day: Problem, lines: Sequence[StandingStop], **prices: Any) -> DayPair:
    prices = {"per_visit": 0.0, "per_hour": 0.0, **prices}
    return replace(day, standing_lines=StandingLines(**prices, stops=tuple(lines))), day


def usual_hours(day: Problem, *hours: float) -> list[StandingStop]:
    """The first stops, each with its hour."""
    return [
        StandingStop(s.id, None, round(h * HOUR_S)) for s, h in zip(day.stops, hours, strict=False)
    ]


# locked and first stops


@rule(1, 5)
def locked_stops(day: Problem, rng: np.random.Generator) -> DayPair:
    return stop(stop(day, 0, locked_vehicle="V0"), 1, locked_vehicle="V1"), day


@rule(2, 3)
def locked_to_a_small_van(day: Problem, rng: np.random.Generator) -> DayPair:
    day = vehicle(day, 1, capacity={"kg": 35}, max_trips=2)
    return some_stops(day, 3, locked_vehicle="V1"), day


@rule(2, 3)
def first_stops_of_all_the_day(day: Problem, rng: np.random.Generator) -> DayPair:
    day = without_windows(day)
    return vehicle(day, 0, first_stops=tuple(s.id for s in reversed(day.stops))), day


@rule(1, 3)
def first_stops(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_vehicle(without_windows(day), max_trips=2)
    return vehicle(day, 0, first_stops=("s4", "s2")), day


@rule(1, 5)
def first_stops_of_two_vans(day: Problem, rng: np.random.Generator) -> DayPair:
    return vehicle(vehicle(day, 0, first_stops=("s2",)), 1, first_stops=("s1", "s3")), day


@rule(1, 2, stops=4)
def first_stop_passed_over(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_order(without_windows(day), lambda i, o: {"priority": 3} if o.stop == "s1" else {})
    day = vehicle(day, 0, first_stops=("s1", "s2", "s3"))
    direct_s = int(day.profiles["van"].duration_s[0, 2])
    return stop(day, 1, time_windows_s=((0, direct_s + 300),)), day


@rule(5, 9, stops=4)
def first_stop_worth_its_way(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_order(day, lambda i, o: {"drop_penalty": 9.0} if o.stop == "s1" else {})
    return vehicle(day, 0, first_stops=("s1", "s2")), day


@rule(1, 3, stops=4)
def first_stops_with_a_reload(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_vehicle(without_windows(day), max_trips=3, capacity={"kg": 60}, reload_s=600)
    return vehicle(day, 0, first_stops=("s3", "s1", "s4")), day


@rule(2, 4, stops=4)
def first_stop_that_is_split(day: Problem, rng: np.random.Generator) -> DayPair:
    more = replace(day.orders[0], id="more", load={"kg": 50})
    day = replace(each_vehicle(day, capacity={"kg": 75}), orders=(*day.orders, more))
    return vehicle(day, 1, first_stops=("s1",), capacity={"kg": 60}), day


# vans on the road


@rule(4)
def place_on_the_road(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_vehicle(without_windows(day), max_trips=2)
    return on_the_road(day), on_the_road(day, location=0)


@rule(1, 5)
def hour_on_the_road(day: Problem, rng: np.random.Generator) -> DayPair:
    day = some_stops(without_windows(day), 2, time_windows_s=((0, 2 * HOUR_S),))
    day = loaded(day, time_s=3 * HOUR_S)
    return day, changed(day, time_s=HOUR_S)


@rule(1, 4)
def goods_on_board(day: Problem, rng: np.random.Generator) -> DayPair:
    goods, others = ("out1", "out2"), ("out3", "out4")
    day = on_the_road(day, others, index=1, location=2, time_s=2000)
    swapped = on_the_road(on_the_road(day, others), goods, index=1, location=2, time_s=2000)
    return on_the_road(day, goods), swapped


@rule(1, 10)
def inbound_time_on_board_before(day: Problem, rng: np.random.Generator) -> DayPair:
    milk = replace(day.orders[0], id="milk", stop=day.stops[-1].id, direction=Direction.INBOUND)
    day = loaded(replace(day, orders=(*day.orders, milk)), ("out1", "out2", "milk"))
    limit = {"max_on_board_s": 7600}
    return each_order(day, lambda i, o: limit if o.id == "milk" else {}), day


@rule(1, 7)
def outbound_time_on_board_before(day: Problem, rng: np.random.Generator) -> DayPair:
    day = loaded(day, ("out1", "out2", "out3"))
    limit = {"max_on_board_s": 7000}
    return each_order(day, lambda i, o: limit if o.id == "out1" else {}), day


@rule(1, 2, stops=4)
def transfer_on_board(day: Problem, rng: np.random.Generator) -> DayPair:
    day = on_the_road(with_transfer(each_vehicle(day, max_trips=2)), location=3)
    return changed(day, on_board=(OnBoard("between", 900),)), changed(
        replace(day, orders=day.orders[:-1])
    )


@rule(1, 3)
def left_out_but_on_board(day: Problem, rng: np.random.Generator) -> DayPair:
    """V0 is too late for the order and has it on board until it is back."""
    day = stop(without_windows(day), 0, time_windows_s=((0, HOUR_S),))
    day = loaded(each_order(day, lambda i, o: {"load": {"kg": 90}} if o.id == "out1" else {}))
    return day, each_order(day, lambda i, o: {"load": {"kg": 5}} if o.id == "out1" else {})


@rule(3, 5, 8)
def on_board_not_worth_its_way(day: Problem, rng: np.random.Generator) -> DayPair:
    day = loaded(day, ("out1", "out2", "out3", "out4"))
    priced = each_order(day, lambda i, o: {"drop_penalty": float(rng.integers(4, 30))})
    return priced, each_order(day, lambda i, o: {"drop_penalty": 0.0})


@rule(8, 9, 12, stops=4)
def driven_since_rest(day: Problem, rng: np.random.Generator) -> DayPair:
    day = replace(loaded(day, driven_since_rest_s=3000), rules=Rules(**DRIVING))
    return day, changed(day, driven_since_rest_s=0)


@rule(2, 3, stops=4)
def driven_until_no_more_is_allowed(day: Problem, rng: np.random.Generator) -> DayPair:
    day = replace(loaded(day, driven_since_rest_s=5400), rules=Rules(**DRIVING))
    return day, changed(day, driven_since_rest_s=0)


@rule(2, 3, 4, 11, stops=4)
def driven_beyond_what_is_allowed(day: Problem, rng: np.random.Generator) -> DayPair:
    rules = Rules(max_driving_s=4500, rest_s=1200, service_is_rest=True)
    day = some_stops(day, 3, service_s=1200)
    day = replace(loaded(day, driven_since_rest_s=6000), rules=rules)
    return day, changed(day, driven_since_rest_s=2000)


@rule(1, 2, 3, 4, 5, 10, 12, stops=4)
def lunch_on_the_road(day: Problem, rng: np.random.Generator) -> DayPair:
    day = stop(without_windows(day), 0, time_windows_s=((9500, 10_900),))
    day = replace(loaded(day), rules=Rules(lunch=Lunch((2 * HOUR_S, 9000), 1500)))
    return day, changed(day, lunch_taken=True)


@rule(1, 6, stops=4)
def lunch_where_it_stands(day: Problem, rng: np.random.Generator) -> DayPair:
    day = stop(without_windows(day), 0, time_windows_s=((7500, 10_900),))
    rules = Rules(lunch=Lunch((3000, 5500), 1200), max_driving_s=4500, rest_s=1500)
    day = replace(loaded(day, driven_since_rest_s=2500), rules=rules)
    return day, changed(day, lunch_taken=True)


@rule(3, 5, stops=4)
def lunch_missed(day: Problem, rng: np.random.Generator) -> DayPair:
    """By V0, not by V1, which calls at s3 before lunch and at s4 after it."""
    day = loaded(without_windows(day), time_s=4200)
    day = stop(day, 2, time_windows_s=((0, 3400),), locked_vehicle="V1")
    day = stop(day, 3, time_windows_s=((6000, 9900),), locked_vehicle="V1")
    return with_rules(day, lunch=Lunch((HOUR_S, 6000), 2100))


@rule(1, 2, stops=4)
def lunch_had_by_one(day: Problem, rng: np.random.Generator) -> DayPair:
    day = stop(without_windows(day), 0, time_windows_s=((9500, 10_900),))
    day = loaded(day, ("out1",), lunch_taken=True)
    day = on_the_road(day, index=1, location=2)
    other = day.vehicles[1].underway
    assert other is not None
    day = stop(stop(day, 1, locked_vehicle="V1"), 2, locked_vehicle="V1")
    day = stop(day, 2, time_windows_s=((9500, 10_900),))
    day = replace(day, rules=Rules(lunch=Lunch((2 * HOUR_S, 9000), 1500)))
    return day, vehicle(day, 1, underway=replace(other, lunch_taken=True))


@rule(2, 5)
def distance_done(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_vehicle(loaded(day, distance_m=40_000), max_distance_m=115_000)
    return day, changed(day, distance_m=0)


@rule(1, 2)
def work_done(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_vehicle(loaded(day, ()), max_work_s=9000)
    return day, changed(day, departed_s=HOUR_S)


@rule(2, 5)
def driving_done(day: Problem, rng: np.random.Generator) -> DayPair:
    day = replace(loaded(day, driven_s=3000), rules=Rules(max_driving_day_s=9000))
    return day, changed(day, driven_s=0)


@rule(1, 2)
def fresh_goods_after_a_reload(day: Problem, rng: np.random.Generator) -> DayPair:
    goods = tuple(o.id for o in day.orders if o.direction is Direction.OUTBOUND)
    day = each_vehicle(day, max_trips=2, reload_s=900)
    return on_the_road(day, goods[:2]), on_the_road(day, goods)


@rule(1, 2)
def trips_done(day: Problem, rng: np.random.Generator) -> DayPair:
    day = vehicle(on_the_road(day, ("out1",), trips_done=1), 0, max_trips=2)
    return day, changed(day, trips_done=0)


@rule(1, 3)
def mix_on_board(day: Problem, rng: np.random.Generator) -> DayPair:
    inbound = Direction.INBOUND
    day = each_order(
        loaded(day), lambda i, o: {"goods_class": "f" if o.direction is inbound else "p"}
    )
    return with_rules(day, forbidden_mixes=(("f", "p"),))


@rule(3, 4)
def mix_with_what_is_left_out(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_vehicle(loaded(day, ("out1",)), max_trips=2)
    poison = {"goods_class": "p", "drop_penalty": 3.0}
    day = each_order(day, lambda i, o: poison if o.id == "out1" else {"goods_class": "f"})
    return with_rules(day, forbidden_mixes=(("f", "p"),))


@rule(1, 2)
def overtime_on_the_road(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_cost(loaded(day), per_overtime_hour=60.0, max_overtime_s=6 * HOUR_S)
    return vehicle(day, 0, shift_s=(0, 6000)), day


@rule(1, 3)
def shift_on_the_road(day: Problem, rng: np.random.Generator) -> DayPair:
    day = loaded(day)
    return vehicle(day, 0, shift_s=(0, 9000)), day


@rule(3, 4)
def depot_closes_before_a_reload(day: Problem, rng: np.random.Generator) -> DayPair:
    day = on_the_road(each_vehicle(day, max_trips=2), ("out1", "out2"))
    market = Depot("market", 0, 0, 86_400)
    day = each_vehicle(replace(day, depots=(*day.depots, market)), end_depot="market")
    day = each_order(
        day, lambda i, o: {} if o.direction is Direction.OUTBOUND else {"depot": "market"}
    )
    return replace(day, depots=(Depot("centre", 0, 0, 2 * HOUR_S), market)), day


@rule(1, 2)
def first_stops_on_the_road(day: Problem, rng: np.random.Generator) -> DayPair:
    day = loaded(each_vehicle(without_windows(day), max_trips=2), ("out1", "out2", "out3"))
    return vehicle(day, 0, first_stops=("s3", "s1")), day


@rule(1)
def first_stops_after_a_reload(day: Problem, rng: np.random.Generator) -> DayPair:
    day = on_the_road(each_vehicle(without_windows(day), max_trips=2))
    return vehicle(day, 0, first_stops=("s3", "s1")), day


@rule(3, 10)
def locked_to_the_van_on_the_road(day: Problem, rng: np.random.Generator) -> DayPair:
    day = on_the_road(each_vehicle(day, max_trips=2), ("out1",))
    day = on_the_road(day, ("out3",), index=1, location=3)
    return stop(day, 3, locked_vehicle="V0"), day


@rule(1, 2, stops=4)
def split_on_the_road(day: Problem, rng: np.random.Generator) -> DayPair:
    more = replace(day.orders[0], id="more", load={"kg": 20})
    day = each_vehicle(replace(day, orders=(*day.orders, more)), max_trips=2)
    return on_the_road(day, ("out1", "out2")), on_the_road(day, ("out1", "out2", "more"))


# standing lines


@rule(1, 2)
def standing_vans(day: Problem, rng: np.random.Generator) -> DayPair:
    vans = ("V0", "V1", "V0", "V1", "V1")
    lines = [StandingStop(s.id, v) for s, v in zip(day.stops, vans, strict=True)]
    return standing(day, lines, per_visit=20.0)


@rule(1, 2, 3, 7, 9, 10, 12, stops=4)
def standing_hours(day: Problem, rng: np.random.Generator) -> DayPair:
    return standing(day, usual_hours(day, 1, 2, 1.5, 3), per_hour=40.0)


@rule(1, 2, stops=4)
def standing_hours_cheaper_than_waiting(day: Problem, rng: np.random.Generator) -> DayPair:
    return standing(day, usual_hours(day, 3, 2, 1, 2.5), per_hour=15.0)


@rule(1, 2, 3, 7, 9, 10, 11, stops=4)
def standing_hours_with_tolerance(day: Problem, rng: np.random.Generator) -> DayPair:
    return standing(day, usual_hours(day, 1, 2, 3, 1.5), per_hour=60.0, tolerance_s=900)


@rule(1, 2, 3, 9, 10, 11, 12, stops=4)
def standing_vans_and_hours(day: Problem, rng: np.random.Generator) -> DayPair:
    vans = ("V0", "V1", "V0", None)
    lines = [
        replace(line, vehicle=v) for line, v in zip(usual_hours(day, 1, 2, 3, 2), vans, strict=True)
    ]
    return standing(day, lines, per_visit=12.0, per_hour=30.0, tolerance_s=600)


@rule(1, 3, 12, stops=4)
def standing_hours_in_windows(day: Problem, rng: np.random.Generator) -> DayPair:
    day = some_stops(without_windows(day), 2, time_windows_s=((5000, 6000), (9000, 9900)))
    return standing(day, usual_hours(day, 2, 3, 1.5), per_hour=40.0, tolerance_s=300)


@rule(1, 4, stops=4)
def standing_hours_in_overtime(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_cost(day, per_overtime_hour=45.0, max_overtime_s=6 * HOUR_S)
    day = each_vehicle(without_windows(day), shift_s=(0, 2 * HOUR_S))
    return standing(day, usual_hours(day, 2, 2.5, 3, 3), per_hour=35.0)


@rule(7, 11, stops=4)
def standing_hours_with_time_on_board(day: Problem, rng: np.random.Generator) -> DayPair:
    limit = {"max_on_board_s": 6000}
    day = each_order(without_windows(day), lambda i, o: limit if i % 2 else {})
    return standing(day, usual_hours(day, 1, 2.5, 3), per_hour=50.0)


@rule(1, 2, 5, 7, stops=4)
def standing_hours_with_work_time(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_vehicle(day, max_work_s=10_000)
    return standing(day, usual_hours(day, 1, 3, 4, 2), per_hour=50.0)


@rule(2, 3, 5, stops=3)
def standing_hours_with_rests(day: Problem, rng: np.random.Generator) -> DayPair:
    day = replace(day, rules=Rules(**DRIVING, lunch=Lunch((2 * HOUR_S, 3 * HOUR_S), 1800)))
    return standing(day, usual_hours(day, 1, 2.5, 2), per_hour=40.0)


@rule(1, 2, 4, 7, 8, 9, 10, 11, stops=4)
def standing_hours_over_two_trips(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_vehicle(day, max_trips=2, capacity={"kg": 50}, reload_s=600)
    return standing(day, usual_hours(day, 1, 2, 3, 2.5), per_hour=40.0)


@rule(1, 2, stops=4)
def standing_hours_on_the_road(day: Problem, rng: np.random.Generator) -> DayPair:
    day = loaded(without_windows(day), ("out1", "out2", "out3"))
    return standing(day, usual_hours(day, 1.5, 3, 4), per_hour=40.0)
