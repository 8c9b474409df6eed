from hypothesis import given
from hypothesis import strategies as st

from coop_service.planning.timing import time_trip

HOUR = 3600


def test_without_windows_a_trip_leaves_when_the_shift_begins():
    timing = time_trip([600, 600], [300], [()], 7 * HOUR, 20 * HOUR)
    assert timing is not None
    assert (timing.depart_s, timing.arrive_s, timing.return_s) == (25200, (25800,), 26700)


def test_departure_waits_for_the_first_window_to_open():
    timing = time_trip([600, 600], [300], [((30_000, 40_000),)], 0, 86_400)
    assert timing is not None
    assert (timing.depart_s, timing.start_s, timing.return_s) == (29_400, (30_000,), 30_900)


def test_a_wait_between_two_visits_is_kept_as_short_as_the_first_window_allows():
    windows = [((0, 1_000),), ((5_000, 6_000),)]
    timing = time_trip([100, 100, 100], [0, 0], windows, 0, 86_400)
    assert timing is not None
    assert timing.start_s == (1_000, 5_000)
    assert timing.return_s - timing.depart_s == 5_100 - 900


def test_a_later_window_is_taken_where_that_saves_a_wait():
    windows = [((0, 100), (4_900, 5_000)), ((5_000, 6_000),)]
    timing = time_trip([100, 100, 100], [0, 0], windows, 0, 86_400)
    assert timing is not None
    assert timing.start_s == (4_900, 5_000)
    assert timing.return_s - timing.depart_s == 300


def test_a_window_that_cannot_be_met_gives_none():
    assert time_trip([600, 600], [0], [((0, 599),)], 0, 86_400) is None
    assert time_trip([600, 600], [0], [((0, 600),)], 0, 86_400) is not None


def test_a_return_after_the_last_allowed_second_gives_none():
    assert time_trip([600, 600], [0], [()], 0, 1_199) is None
    assert time_trip([600, 600], [0], [()], 0, 1_200) is not None


@st.composite
def trips(draw: st.DrawFn):
    visits = draw(st.integers(1, 4))
    legs = draw(st.lists(st.integers(0, 8), min_size=visits + 1, max_size=visits + 1))
    services = draw(st.lists(st.integers(0, 4), min_size=visits, max_size=visits))
    windows = []
    for _ in range(visits):
        edges = sorted(draw(st.sets(st.integers(0, 40), min_size=0, max_size=6)))
        windows.append([(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)])
    return legs, services, windows, draw(st.integers(0, 10)), draw(st.integers(10, 60))


@given(trips())
def test_no_departure_second_gives_a_shorter_trip(trip):
    legs, services, windows, earliest, latest = trip

    def work_when_leaving_at(depart):
        now = depart
        for leg, service, open_at in zip(legs, services, windows, strict=False):
            now += leg
            if open_at:
                starts = [max(now, a) for a, b in open_at if now <= b]
                if not starts:
                    return None
                now = min(starts)
            now += service
        now += legs[-1]
        return now - depart if now <= latest else None

    possible = [work_when_leaving_at(depart) for depart in range(earliest, latest + 1)]
    best = min((work for work in possible if work is not None), default=None)
    timing = time_trip(legs, services, windows, earliest, latest)
    assert (None if timing is None else timing.return_s - timing.depart_s) == best
