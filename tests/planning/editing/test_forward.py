"""Simply driving on, worked out by hand on the day of :mod:`tests.hand_plans`."""

from __future__ import annotations

import pytest

from coop_service.domain.edits import Call
from coop_service.domain.plan import RestKind
from coop_service.domain.problem import Lunch, OnBoard, Underway
from coop_service.planning.editing.forward import drive_on
from tests.hand_plans import LEAVE_S, ORDERS, small_problem

C1, C2, C3 = (Call(f"c{n}", (f"o{n}",)) for n in (1, 2, 3))


def stops(**changes):
    return [{"id": f"c{at}", "location": at} | changes.get(f"c{at}", {}) for at in (1, 2, 3)]


def drive(trips, releases=None, kept_stops=frozenset(), **problem):
    day = small_problem(**({"vehicles": ({"shift_s": (LEAVE_S, 86_400)},)} | problem))
    return drive_on(day, day.vehicles[0], trips, releases, kept_stops)


def test_it_leaves_when_the_shift_begins_and_comes_straight_home():
    route = drive([(C1, C2)])
    assert (route.depart_s, route.return_s) == (LEAVE_S, LEAVE_S + 2400)
    assert [visit.start_s - LEAVE_S for visit in route.visits] == [600, 1200]
    assert (route.distance_m, route.driving_s, route.waiting_s, route.cost) == (
        40_000,
        2400,
        0,
        164,
    )


def test_it_leaves_late_rather_than_wait_for_an_opening():
    opens = {"time_windows_s": ((40_000, 50_000),)}
    route = drive([(C1, C2)], stops=stops(c2=opens))
    assert (route.depart_s, route.waiting_s, route.return_s) == (38_800, 0, 41_200)


def test_where_a_later_start_would_miss_a_window_it_waits():
    early = {"time_windows_s": ((LEAVE_S + 600, LEAVE_S + 900),)}
    late = {"time_windows_s": ((40_000, 50_000),)}
    route = drive([(C1, C2)], stops=stops(c1=early, c2=late))
    assert [visit.start_s for visit in route.visits] == [LEAVE_S + 900, 40_000]
    assert route.waiting_s == 40_000 - (LEAVE_S + 900) - 600


def test_the_next_of_several_windows_is_waited_for_and_the_last_one_missed():
    windows = {"time_windows_s": ((0, 100), (40_000, 40_100))}
    assert drive([(C2,)], stops=stops(c2=windows)).trips[0].stops[0].start_s == 40_000
    missed = drive([(C2,)], stops=stops(c2={"time_windows_s": ((0, 100),)}))
    assert missed.trips[0].stops[0].start_s == missed.trips[0].stops[0].arrive_s


def test_what_has_to_be_waited_for_holds_a_trip_or_a_visit():
    assert drive([(C1,)], {(0, None): 41_000}).depart_s == 41_000
    route = drive([(C1,)], {(0, 0): 41_000})
    assert (route.depart_s, route.trips[0].stops[0].start_s) == (40_400, 41_000)


def test_a_stop_that_others_wait_at_is_served_no_later_than_it_can_be():
    opens = {"time_windows_s": ((40_000, 50_000),)}
    route = drive([(C1, C2)], kept_stops={"c1"}, stops=stops(c2=opens))
    assert [visit.start_s for visit in route.visits] == [LEAVE_S + 600, 40_000]


def test_between_trips_there_is_a_reload():
    van = {"shift_s": (LEAVE_S, 86_400), "max_trips": 2, "reload_s": 900}
    route = drive([(C1,), (C2,)], vehicles=(van,))
    assert [(trip.depart_s, trip.return_s) for trip in route.trips] == [
        (LEAVE_S, LEAVE_S + 1200),
        (LEAVE_S + 2100, LEAVE_S + 4500),
    ]
    assert route.waiting_s == 0


def test_a_rest_is_taken_before_a_leg_that_would_be_too_much():
    # 1800 s to c3, 600 s to c2 and 1200 s home; 2500 s at most without a rest
    route = drive([(C3, C2)], rules={"max_driving_s": 2500, "rest_s": 600})
    [rest] = route.trips[0].rests
    assert (rest.after_stop, rest.start_s, rest.duration_s) == ("c2", LEAVE_S + 2400, 600)
    assert route.return_s == LEAVE_S + 4200


@pytest.mark.parametrize(
    ("leave_s", "expected"),
    [
        # at c1 there is no lunch yet, at c2 there is
        (40_300, [("c2", 41_500, 1800, RestKind.LUNCH)]),
        # c3 would be too late for it, so that it is waited for at c2
        (
            40_000,
            [("c2", 41_200, 200, RestKind.DRIVING), ("c2", 41_400, 1800, RestKind.LUNCH)],
        ),
    ],
)
def test_lunch_is_taken_where_it_can_be_had_whole(leave_s, expected):
    route = drive(
        [(C1, C2, C3)],
        vehicles=({"shift_s": (leave_s, 86_400)},),
        stops=stops(c3={"service_s": 6000}),
        rules={"lunch": Lunch((41_400, 46_800), 1800)},
    )
    rests = [(r.after_stop, r.start_s, r.duration_s, r.kind) for r in route.trips[0].rests]
    assert rests == expected


def test_nobody_who_is_home_for_it_takes_a_lunch_on_the_way():
    route = drive([(C1, C2)], rules={"lunch": Lunch((37_000, 39_000), 600)})
    assert route.trips[0].rests == ()


def test_a_van_on_the_road_goes_on_from_where_it_stands():
    underway = Underway(
        1, 40_000, LEAVE_S, driven_since_rest_s=2000, on_board=(OnBoard("o2", LEAVE_S),)
    )
    route = drive(
        [(C2,)],
        vehicles=({"underway": underway},),
        rules={"max_driving_s": 2500, "rest_s": 600},
    )
    [trip] = route.trips
    [rest] = trip.rests
    # 600 s to c2 are more than the 500 that are left, and so it rests first
    assert (rest.after_stop, rest.start_s, trip.depart_s) == (None, 40_000, 40_600)
    assert (trip.load_at_start["weight_kg"], trip.load_at_end["weight_kg"]) == (10, 0)
    assert route.cost == 30 + (40_600 + 1800 - 40_000) / 100


def test_a_road_that_there_is_not_takes_no_time():
    day = small_problem(orders=ORDERS)
    profile = day.profiles["van"]
    duration_s = profile.duration_s.copy()
    duration_s[:, 2] = -1
    closed = small_problem(
        profiles={"van": type(profile)(duration_s, profile.distance_m)},
        vehicles=({"shift_s": (LEAVE_S, 86_400)},),
    )
    route = drive_on(closed, closed.vehicles[0], [(C2,)])
    assert [visit.start_s for visit in route.visits] == [LEAVE_S]
    assert (route.distance_m, route.driving_s) == (20_000, 1200)
