"""Frozen stops: prefixes of a day, and stops that only one vehicle may visit."""

from dataclasses import replace

import pytest

from coop_service.domain.problem import Direction, OnBoard, Underway

ORDERS = ({"stop": "c1"}, {"stop": "c2"}, {"stop": "c3"})


def tour(*calls, vehicle="V1"):
    return {vehicle: [{"depart_s": 0, "calls": [(stop, [order]) for stop, order in calls]}]}


@pytest.fixture
def day_with(make_problem):
    def make(*first_stops, orders=ORDERS, others=(), **vehicle):
        van = {"first_stops": first_stops} | vehicle
        return make_problem(orders=orders, vehicles=(van, *others))

    return make


def test_the_day_begins_with_the_frozen_stops_in_their_order(day_with, make_plan, found):
    problem = day_with("c2", "c1")
    kept = make_plan(problem, tour(("c2", "o2"), ("c1", "o1"), ("c3", "o3")))
    assert found(problem, kept) == []
    turned = make_plan(problem, tour(("c1", "o1"), ("c2", "o2"), ("c3", "o3")))
    assert found(problem, turned) == [("first_stops", 2)]
    between = make_plan(problem, tour(("c2", "o2"), ("c3", "o3"), ("c1", "o1")))
    assert found(problem, between) == [("first_stops", 1)]


def test_frozen_stops_may_fill_more_than_one_trip(day_with, make_plan, found):
    problem = day_with("c3", "c1", max_trips=2)
    trips = [
        {"depart_s": 0, "calls": [("c3", ["o3"])]},
        {"calls": [("c1", ["o1"]), ("c2", ["o2"])]},
    ]
    assert found(problem, make_plan(problem, {"V1": trips})) == []


def test_a_frozen_stop_is_not_visited_only_if_all_its_orders_are_left_out(
    day_with, make_plan, found
):
    orders = (*ORDERS, {"stop": "c1"})
    problem = day_with("c1", "c2", orders=orders)
    plan = make_plan(problem, tour(("c2", "o2"), ("c3", "o3")), unassigned=["o1", "o4"])
    assert found(problem, plan) == []
    plan = make_plan(problem, tour(("c2", "o2"), ("c3", "o3"), ("c1", "o1")), unassigned=["o4"])
    assert found(problem, plan) == [("first_stops", 2)]


def test_a_frozen_vehicle_without_a_route_breaks_its_whole_prefix(day_with, make_plan, found):
    problem = day_with("c1", "c2", others=({},))
    other = tour(("c1", "o1"), ("c2", "o2"), ("c3", "o3"), vehicle="V2")
    assert found(problem, make_plan(problem, other)) == [("first_stops", 2)]
    left_out = make_plan(problem, {}, unassigned=["o1", "o2", "o3"])
    assert found(problem, left_out) == []


def test_a_transfer_is_due_at_both_of_its_stops(day_with, make_plan, found):
    orders = ({"stop": "c1", "to_stop": "c2", "direction": Direction.TRANSFER}, {"stop": "c3"})
    problem = day_with("c1", "c2", orders=orders)
    kept = tour(("c1", "o1"), ("c2", "o1"), ("c3", "o2"))
    assert found(problem, make_plan(problem, kept)) == []
    broken = tour(("c1", "o1"), ("c3", "o2"), ("c2", "o1"))
    assert found(problem, make_plan(problem, broken)) == [("first_stops", 1)]


def test_nothing_is_due_where_all_was_collected_before(day_with, make_plan, found):
    orders = (
        {"stop": "c1", "direction": Direction.INBOUND},
        {"stop": "c1", "to_stop": "c2", "direction": Direction.TRANSFER},
    )
    now = Underway(1, 36_000, 30_000, on_board=(OnBoard("o1", 35_000), OnBoard("o2", 35_000)))
    problem = day_with("c1", "c2", orders=orders, underway=now)
    assert found(problem, make_plan(problem, {"V1": [{"calls": [("c2", ["o2"])]}]})) == []


def test_a_frozen_stop_may_be_split_for_the_sake_of_its_vehicle(day_with, make_plan, found):
    """V2 could take both orders, but V1, which must call first, has room for one only."""
    orders = ({"stop": "c1"}, {"stop": "c1"})
    routes = tour(("c1", "o1")) | tour(("c1", "o2"), vehicle="V2")
    problem = day_with("c1", orders=orders, others=({},), capacity={"weight_kg": 15})
    plan = make_plan(problem, routes, split_stops=["c1"])
    assert found(problem, plan) == []
    roomy = day_with("c1", orders=orders, others=({},))
    assert found(roomy, plan) == [("split_needless", 1)]
    second = day_with(orders=orders, others=({"first_stops": ("c1",)},))
    assert found(second, plan) == [("split_needless", 1)]


def test_only_its_own_vehicle_visits_a_locked_stop(make_problem, make_plan, found):
    stops = [{"id": f"c{at}", "location": at} for at in (1, 2, 3)]
    stops[1]["locked_vehicle"] = "V2"
    problem = make_problem(orders=ORDERS, vehicles=({}, {}), stops=stops)
    broken = tour(("c1", "o1"), ("c2", "o2"), ("c3", "o3"))
    assert found(problem, make_plan(problem, broken)) == [("locked_vehicle", 1)]
    kept = tour(("c1", "o1"), ("c3", "o3")) | tour(("c2", "o2"), vehicle="V2")
    assert found(problem, make_plan(problem, kept)) == []
    left_out = make_plan(problem, tour(("c1", "o1"), ("c3", "o3")), unassigned=["o2"])
    assert found(problem, left_out) == []


def test_a_locked_stop_may_be_split_where_its_vehicle_needs_two_visits(
    make_problem, make_plan, found
):
    stops = [{"id": "c1", "location": 1, "locked_vehicle": "V1"}]
    small = {"capacity": {"weight_kg": 15}, "max_trips": 2}
    problem = make_problem(orders=({"stop": "c1"},) * 2, vehicles=(small, {}), stops=stops)
    trips = [{"depart_s": 0, "calls": [("c1", ["o1"])]}, {"calls": [("c1", ["o2"])]}]
    plan = make_plan(problem, {"V1": trips}, split_stops=["c1"])
    assert found(problem, plan) == []
    free = replace(problem, stops=(replace(problem.stops[0], locked_vehicle=None),))
    assert found(free, plan) == [("split_needless", 1)]
