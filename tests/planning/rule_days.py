"""Small days with one binding rule each, of those that leave their depots."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from coop_service.domain.problem import Depot, Direction, Lunch, Problem, Profile
from tests.planning.rule_book import (
    DayPair,
    RuleBook,
    each_cost,
    each_order,
    each_vehicle,
    some_stops,
    vehicle,
    with_rules,
    with_transfer,
    without_windows,
)

HOUR_S = 3600

RULES = RuleBook()
rule = RULES.rule


@rule(1, 2)
def weight(day: Problem, rng: np.random.Generator) -> DayPair:
    return each_vehicle(day, capacity={"kg": 60}), day


@rule(1, 2)
def weight_and_volume(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_order(day, lambda i, o: {"load": {**o.load, "m3": float(rng.integers(1, 9))}})
    return each_vehicle(day, capacity={"kg": 120, "m3": 15.0}), day


@rule(1, 2, 3)
def one_window(day: Problem, rng: np.random.Generator) -> DayPair:
    day = without_windows(day)
    return some_stops(day, 2, time_windows_s=((2 * HOUR_S, 2 * HOUR_S + 600),)), day


@rule(1, 2)
def several_windows(day: Problem, rng: np.random.Generator) -> DayPair:
    windows = ((HOUR_S, HOUR_S + 300), (3 * HOUR_S, 3 * HOUR_S + 600), (5 * HOUR_S, 6 * HOUR_S))
    day = without_windows(day)
    return some_stops(day, 3, time_windows_s=windows), day


@rule(1, 2)
def required_tags(day: Problem, rng: np.random.Generator) -> DayPair:
    day = vehicle(vehicle(day, 0, tags=frozenset({"narrow"})), 1, tags=frozenset({"lift"}))
    narrow = some_stops(day, 2, required_tags=frozenset({"narrow"}))
    last = replace(narrow.stops[-1], required_tags=frozenset({"lift"}))
    return replace(narrow, stops=(*narrow.stops[:-1], last)), day


@rule(1, 2)
def temperatures(day: Problem, rng: np.random.Generator) -> DayPair:
    day = vehicle(day, 1, temperatures=frozenset({"chilled"}))
    day = each_vehicle(day, max_trips=1)
    chilled = each_order(day, lambda i, o: {"temperature": "chilled"} if i % 3 == 0 else {})
    return chilled, each_vehicle(chilled, temperatures=frozenset({"chilled", "ambient"}))


@rule(1, 2)
def roads_of_a_profile(day: Problem, rng: np.random.Generator) -> DayPair:
    van = day.profiles["van"]
    closed_s, closed_m = van.duration_s.copy(), van.distance_m.copy()
    closed_s[1, 2] = closed_m[1, 2] = closed_s[0, 3] = closed_m[0, 3] = -1
    truck = Profile(closed_s * 2, closed_m)
    truck.duration_s[closed_m < 0] = -1
    slow = replace(day, profiles={**day.profiles, "truck": truck})
    return each_vehicle(slow, profile="truck"), slow


@rule(1, 2)
def one_trip(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_vehicle(day, capacity={"kg": 70})
    return day, each_vehicle(day, max_trips=2)


@rule(1, 2)
def reload_time(day: Problem, rng: np.random.Generator) -> DayPair:
    day = vehicle(each_vehicle(day, max_trips=3, capacity={"kg": 60}), 1, capacity={"kg": 5})
    return each_vehicle(day, reload_s=2700), day


@rule(1, 2)
def depot_hours(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_vehicle(day, max_trips=2, capacity={"kg": 60}, reload_s=600)
    return replace(day, depots=(Depot("centre", 0, 2 * HOUR_S, 4 * HOUR_S),)), day


@rule(1, 2)
def other_homes(day: Problem, rng: np.random.Generator) -> DayPair:
    market = Depot("market", day.stops[0].location, 0, 86_400)
    day = replace(day, depots=(*day.depots, market))
    day = each_order(
        day, lambda i, o: {"depot": "market"} if o.direction is Direction.INBOUND and i % 2 else {}
    )
    day = vehicle(day, 0, end_depot="market")
    return day, each_order(day, lambda i, o: {"depot": "centre"})


@rule(1, 3, 6, stops=4)
def transfers(day: Problem, rng: np.random.Generator) -> DayPair:
    more = with_transfer(day)
    a, b = day.stops[2].id, day.stops[1].id
    other = replace(more.orders[-1], id="other", stop=a, to_stop=b)
    return replace(more, orders=(*more.orders, other)), more


@rule(1, 2, stops=4)
def transfer_time_on_board(day: Problem, rng: np.random.Generator) -> DayPair:
    return with_transfer(day, max_on_board_s=2400), with_transfer(day)


@rule(1, 2, 5)
def inbound_time_on_board(day: Problem, rng: np.random.Generator) -> DayPair:
    inbound = Direction.INBOUND
    limit = {"max_on_board_s": 3600}
    return each_order(day, lambda i, o: limit if o.direction is inbound else {}), day


@rule(1, 2)
def outbound_time_on_board(day: Problem, rng: np.random.Generator) -> DayPair:
    outbound = Direction.OUTBOUND
    limit = {"max_on_board_s": 4500}
    return each_order(day, lambda i, o: limit if o.direction is outbound else {}), day


@rule(1, 2)
def time_on_board_with_trips(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_vehicle(day, max_trips=3, reload_s=300)
    limit = {"max_on_board_s": 3300}
    return each_order(day, lambda i, o: limit if i % 2 else {}), day


@rule(1, 2)
def mixed_classes(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_order(day, lambda i, o: {"goods_class": ("feed", "food", "parcel")[i % 3]})
    return with_rules(day, forbidden_mixes=(("feed", "food"),))


@rule(1, 2, 3)
def mixed_group(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_order(day, lambda i, o: {"goods_class": ("poison", "grain", "fruit")[i % 3]})
    day = replace(day, goods_groups={"edible": ("grain", "fruit")})
    return with_rules(day, forbidden_mixes=(("poison", "edible"),))


@rule(1, 2)
def alone_on_board(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_order(each_vehicle(day, max_trips=3), lambda i, o: {"goods_class": f"c{i % 3}"})
    return with_rules(day, forbidden_mixes=(("c0", "c0"),))


@rule(1, 2, stops=4)
def driving_time(day: Problem, rng: np.random.Generator) -> DayPair:
    return with_rules(day, max_driving_s=5400, rest_s=1800)


@rule(1, 2, stops=4)
def driving_time_with_service_as_rest(day: Problem, rng: np.random.Generator) -> DayPair:
    day = some_stops(day, 2, service_s=900)
    return with_rules(day, max_driving_s=4500, rest_s=1200, service_is_rest=True)


@rule(1, 2, stops=4)
def driving_time_with_reload_as_rest(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_vehicle(day, max_trips=2, reload_s=1200, capacity={"kg": 60})
    return with_rules(day, max_driving_s=6000, rest_s=2400, reload_is_rest=True)


@rule(1, 2, stops=4)
def driving_time_without_length_of_rest(day: Problem, rng: np.random.Generator) -> DayPair:
    return with_rules(day, max_driving_s=1500)


@rule(1, 5)
def driving_in_a_day(day: Problem, rng: np.random.Generator) -> DayPair:
    return with_rules(day, max_driving_day_s=8000)


@rule(1, 2, stops=4)
def lunch(day: Problem, rng: np.random.Generator) -> DayPair:
    day = some_stops(without_windows(day), 1, time_windows_s=((6600, 7000),))
    return with_rules(day, lunch=Lunch((2 * HOUR_S, 9000), 1800))


@rule(1, 2, stops=4)
def short_lunch_window(day: Problem, rng: np.random.Generator) -> DayPair:
    day = some_stops(without_windows(day), 1, time_windows_s=((6000, 7000),))
    last = replace(day.stops[-1], time_windows_s=((10_200, 10_900),))
    day = replace(day, stops=(*day.stops[:-1], last))
    return with_rules(day, lunch=Lunch((2 * HOUR_S, 2 * HOUR_S + 2400), 2100))


@rule(1, 2, stops=4)
def lunch_between_trips(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_vehicle(day, max_trips=2, reload_s=600, capacity={"kg": 60})
    day = vehicle(day, 1, capacity={"kg": 1})
    day = some_stops(without_windows(day), 1, time_windows_s=((6600, 7000),))
    return with_rules(day, lunch=Lunch((7200, 9600), 2400))


@rule(1, 2, 3, stops=4)
def lunch_and_driving_time(day: Problem, rng: np.random.Generator) -> DayPair:
    return with_rules(
        day, max_driving_s=5400, rest_s=2400, lunch=Lunch((2 * HOUR_S, 3 * HOUR_S), 1800)
    )


@rule(1, 2)
def overtime(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_vehicle(day, shift_s=(0, 2 * HOUR_S))
    paid = each_cost(day, per_overtime_hour=60.0, max_overtime_s=6 * HOUR_S)
    return paid, each_vehicle(paid, shift_s=(0, 10 * HOUR_S))


@rule(1, 2)
def no_overtime(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_vehicle(day, shift_s=(0, 9000))
    return day, each_cost(day, per_overtime_hour=40.0, max_overtime_s=3 * HOUR_S)


@rule(1, 6)
def range_of_the_day(day: Problem, rng: np.random.Generator) -> DayPair:
    return each_vehicle(day, max_distance_m=95_000), day


@rule(1, 2)
def work_time(day: Problem, rng: np.random.Generator) -> DayPair:
    return each_vehicle(day, max_work_s=9000), day


@rule(1)
def penalties(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_order(day, lambda i, o: {"drop_penalty": float(rng.integers(8, 30))})
    return day, each_order(day, lambda i, o: {"drop_penalty": 0.0})


@rule(3, 4)
def some_penalties(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_order(day, lambda i, o: {"drop_penalty": 12.0 + i} if i % 2 else {})
    return day, each_order(day, lambda i, o: {"drop_penalty": 1.0} if i % 2 else {})


@rule(1, 2, stops=4)
def priorities(day: Problem, rng: np.random.Generator) -> DayPair:
    day = each_order(day, lambda i, o: {"priority": int(rng.integers(1, 6))})
    return each_vehicle(day, capacity={"kg": 35}), each_vehicle(day, max_trips=3)


@rule(1, 2, stops=3)
def split_by_capacity(day: Problem, rng: np.random.Generator) -> DayPair:
    stop = day.stops[0].id
    more = [replace(day.orders[0], id=f"more{i}", load={"kg": 50}, stop=stop) for i in range(2)]
    day = replace(day, orders=(*day.orders, *more))
    return each_vehicle(day, max_trips=2, capacity={"kg": 85}), each_vehicle(day, capacity={})


@rule(1, 2, stops=3)
def split_by_temperature(day: Problem, rng: np.random.Generator) -> DayPair:
    more = replace(day.orders[0], id="cold", temperature="chilled")
    both = replace(day, orders=(*day.orders, more))
    both = each_vehicle(both, temperatures=frozenset({"ambient", "chilled"}))
    return vehicle(
        vehicle(both, 0, temperatures=frozenset({"ambient"})),
        1,
        temperatures=frozenset({"chilled"}),
    ), both


@rule(1, 2, stops=3)
def split_by_mix(day: Problem, rng: np.random.Generator) -> DayPair:
    more = [replace(day.orders[0], id=f"more{i}", goods_class=f"m{i}") for i in range(2)]
    day = replace(day, orders=(*day.orders, *more))
    day = each_vehicle(day, max_trips=2)
    return with_rules(day, forbidden_mixes=(("m0", "m1"),))


@rule(1, stops=7)
def many_stops_and_weight(day: Problem, rng: np.random.Generator) -> DayPair:
    return each_vehicle(day, capacity={"kg": 90}), day
