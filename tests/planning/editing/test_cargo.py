"""What is on board where goods are where they should not be, as verification reckons it."""

from __future__ import annotations

from coop_service.domain.plan import Trip, Visit
from coop_service.domain.problem import Direction, OnBoard, Underway
from coop_service.planning.editing.cargo import with_loads
from tests.hand_plans import LEAVE_S, small_problem

ORDERS = (
    {"stop": "c1", "load": {"weight_kg": 10}},
    {"stop": "c2", "load": {"weight_kg": 20}, "direction": Direction.INBOUND},
    {"stop": "c1", "to_stop": "c3", "load": {"weight_kg": 5}, "direction": Direction.TRANSFER},
)


def loads(*calls, vehicle=None, is_present=False):
    day = small_problem(orders=ORDERS, vehicles=(vehicle or {},))
    visits = tuple(Visit(stop, 0, 0, 0, orders, {}) for stop, orders in calls)
    trip = with_loads(day, day.vehicles[0], Trip(0, 0, {}, {}, visits), is_present=is_present)
    after = [visit.load_after["weight_kg"] for visit in trip.stops]
    return trip.load_at_start["weight_kg"], after, trip.load_at_end["weight_kg"]


def test_each_direction_comes_on_board_and_leaves():
    calls = [("c1", ("o1", "o3")), ("c2", ("o2",)), ("c3", ("o3",))]
    assert loads(*calls) == (10, [5, 25, 20], 20)


def test_a_transfer_that_was_not_collected_is_not_put_down():
    assert loads(("c3", ("o3",)), ("c1", ("o3",))) == (0, [0, 5], 5)


def test_what_is_served_twice_is_loaded_once():
    assert loads(("c1", ("o1",)), ("c1", ("o1",)), ("c2", ("o2",)), ("c2", ("o2",))) == (
        10,
        [0, 0, 20, 20],
        20,
    )


def test_a_van_on_the_road_has_what_it_has():
    van = {"underway": Underway(0, LEAVE_S, LEAVE_S, on_board=(OnBoard("o1", LEAVE_S),))}
    assert loads(("c2", ("o2",)), vehicle=van, is_present=True) == (10, [30], 30)
    assert loads(("c1", ("o1",)), vehicle=van, is_present=True) == (10, [0], 0)
