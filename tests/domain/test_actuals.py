"""Planned against actual, worked out by hand on the small day of the papers.

=====  ==========================================  =========
plan   V1                                          seconds
=====  ==========================================  =========
08:00  leaves                                      28 800
08:10  c1, service to 08:12                        29 400-29 520
08:22  c2, service to 08:24, then lunch to 08:54   30 120-30 240
09:04  c3, service to 09:06                        32 640-32 760
09:36  back, 600 s to reload                       34 560
10:00  leaves again                                36 000
10:10  c4, service to 10:11                        36 600-36 660
10:21  back                                        37 260
=====  ==========================================  =========
"""

import datetime as dt
from dataclasses import replace

from coop_service.domain.actuals import CountDifference, VisitState, compare_vehicle
from coop_service.domain.china_time import moment_of
from coop_service.domain.drive_route import drive_route
from coop_service.domain.papers.day import PaperDay
from coop_service.domain.stop_records import Counted, RecordKind, RefusalReason, StopRecord
from tests.domain.papers.paper_day import CONTEXT, DATE, paper_plan, paper_problem

MIN = 60


def route():
    problem = paper_problem()
    return drive_route(PaperDay(problem, paper_plan(problem), CONTEXT), "V1")


STOPS = ("c1", "c2", "c3", "c4")
COUNTED = {
    "c1": (Counted("o1", 4, 20), Counted("o2", 1, 10)),
    "c2": (Counted("o3", 3, 30),),
    "c3": (Counted("o4", 5, 40),),
    "c4": (Counted("o5", 1, 12),),
}


def reported(kind, time_s, number=None, **more):
    """A record; ``number`` is that of the visit, or of the trip."""
    kind = RecordKind(kind)
    if kind in (RecordKind.DEPARTED, RecordKind.RETURNED):
        more |= {"trip_index": number}
    elif number is not None:
        more = {"visit_index": number, "stop": STOPS[number]} | more
    moment = moment_of(DATE, time_s)
    fields = {"plan": "p1", "version": 3, "vehicle": "V1", "received_at": moment} | more
    name = f"{kind}-{time_s}-{number}"
    return StopRecord(id=name, kind=kind, at=moment, **fields)


def compared(*records, now_s=None, planned=None):
    return compare_vehicle(planned or route(), "p1", DATE, records, now_s)


def arrivals(actual):
    return [visit.predicted_arrive_s for visit in actual.visits]


def test_a_day_before_it_begins_is_predicted_as_planned_and_nothing_is_late():
    actual = compared(now_s=0)
    assert arrivals(actual) == [29_400, 30_120, 32_640, 36_600]
    assert [trip.predicted_return_s for trip in actual.trips] == [34_560, 37_260]
    assert {visit.state for visit in actual.visits} == {VisitState.OPEN}
    assert (actual.late_s, actual.done, actual.last_heard_at) == (None, 0, None)


def test_a_delay_is_carried_to_the_next_stops_and_eaten_up_by_the_pause_between_trips():
    # 15 minutes late at c1. Back 900 s late at 35 460, reloaded at 36 060: 60 s late again.
    actual = compared(reported("departed", 29_700, 0), now_s=29_700)
    assert arrivals(actual) == [30_300, 31_020, 33_540, 36_660]
    assert [visit.late_s for visit in actual.visits] == [900, 900, 900, 60]
    assert [trip.predicted_depart_s for trip in actual.trips] == [None, 36_060]
    assert actual.late_s == 900


def test_lateness_grows_while_nothing_is_heard():
    left = reported("departed", 28_800, 0)
    assert compared(left, now_s=29_400).late_s == 0
    late = compared(left, now_s=29_400 + 7 * MIN)
    assert late.late_s == 7 * MIN
    assert arrivals(late)[0] == 29_400 + 7 * MIN
    later = compared(left, now_s=29_400 + 20 * MIN)
    assert later.late_s == 20 * MIN


def test_a_van_that_has_not_left_in_time_is_late_though_nothing_is_heard_of_it():
    assert compared(now_s=28_800).late_s is None
    actual = compared(now_s=28_800 + 5 * MIN)
    assert actual.late_s == 5 * MIN
    assert actual.trips[0].predicted_depart_s == 29_100


def test_what_has_happened_is_told_as_it_was_and_the_rest_follows_from_it():
    actual = compared(
        reported("departed", 28_800, 0),
        reported("arrived", 29_460, 0),
        reported("finished_stop", 29_760, 0),
        now_s=29_800,
    )
    first, second, *_ = actual.visits
    assert (first.state, first.arrived_s, first.finished_s) == (VisitState.DONE, 29_460, 29_760)
    assert (first.late_s, first.predicted_arrive_s) == (60, None)
    # c1 was to be left at 29 520: 240 s late from here on.
    assert (second.predicted_arrive_s, second.late_s) == (30_360, 240)
    assert (actual.late_s, actual.done) == (240, 1)


def test_who_stays_longer_than_planned_at_a_stop_is_late_at_the_next():
    actual = compared(
        reported("departed", 28_800, 0), reported("arrived", 29_400, 0), now_s=29_400 + 10 * MIN
    )
    assert actual.visits[0].state is VisitState.ARRIVED
    assert actual.visits[0].predicted_depart_s == 30_000
    assert actual.visits[1].predicted_arrive_s == 30_000 + 600


def test_waiting_for_a_window_takes_up_a_delay():
    planned = route()
    first, second, *others = planned.stops
    # c2 opens at 08:30: planned to wait 480 s there, so that all that follows is 480 s later.
    waits = replace(second, start_s=30_600, depart_s=30_720, windows_s=((30_600, 64_800),))
    after = [
        replace(one, arrive_s=one.arrive_s + 480, start_s=one.start_s + 480,
                depart_s=one.depart_s + 480)
        for one in others
    ]  # fmt: skip
    planned = replace(planned, stops=(first, waits, *after))
    actual = compared(reported("departed", 28_800 + 300, 0), now_s=29_100, planned=planned)
    assert [visit.late_s for visit in actual.visits[:3]] == [300, 300, 0]
    late = compared(reported("departed", 28_800 + 900, 0), now_s=29_700, planned=planned)
    assert [visit.late_s for visit in late.visits[:3]] == [900, 900, 420]


def test_an_early_van_waits_until_a_window_opens():
    planned = route()
    first, *others = planned.stops
    first = replace(first, windows_s=((29_300, 64_800),))
    planned = replace(planned, stops=(first, *others))
    actual = compared(reported("departed", 28_500, 0), now_s=28_500, planned=planned)
    # There at 29 100, served from 29 300 to 29 420: 100 s early at c2.
    assert [visit.late_s for visit in actual.visits[:2]] == [-300, -100]


def test_a_start_after_the_last_window_is_told():
    planned = route()
    first, *others = planned.stops
    planned = replace(planned, stops=(replace(first, windows_s=((25_200, 29_500),)), *others))
    actual = compared(reported("departed", 29_000, 0), now_s=29_000, planned=planned)
    assert actual.visits[0].past_window_s == 100
    assert actual.visits[1].past_window_s == 0


def test_a_stop_that_was_passed_over_is_skipped_and_not_predicted():
    actual = compared(reported("departed", 28_800, 0), reported("arrived", 30_120, 1), now_s=30_120)
    first, second, third, _ = actual.visits
    assert (first.state, first.predicted_arrive_s, first.late_s) == (VisitState.SKIPPED, None, None)
    assert (second.state, second.late_s) == (VisitState.ARRIVED, 0)
    assert third.predicted_arrive_s == 32_640


def test_what_follows_a_stop_that_was_made_up_for_later_follows_from_it():
    # c2 first, left at 30 240; then c1 from 31 000 on: from there on to c3, lunch and all.
    actual = compared(
        reported("departed", 28_800, 0),
        reported("arrived", 30_120, 1),
        reported("finished_stop", 30_240, 1),
        reported("arrived", 31_000, 0),
        reported("finished_stop", 31_120, 0),
        now_s=31_200,
    )
    assert actual.visits[2].predicted_arrive_s == 31_120 + 2400


def test_of_a_day_that_is_over_nothing_is_predicted():
    actual = compared(reported("departed", 28_800, 0), reported("arrived", 29_400, 0))
    assert arrivals(actual) == [None] * 4
    assert [trip.predicted_return_s for trip in actual.trips] == [None, None]
    assert actual.visits[1].late_s is None
    assert actual.visits[0].late_s == 0


def test_a_van_that_is_back_is_late_by_its_next_trip():
    records = [reported("departed", 28_800, 0)]
    for number, arrive_s in enumerate((29_400, 30_120, 32_640)):
        records += [
            reported("arrived", arrive_s, number),
            reported("finished_stop", arrive_s + 120, number),
        ]
    records.append(reported("returned", 36_000, 0))
    actual = compared(*records, now_s=36_000)
    assert actual.trips[0].returned_s == 36_000
    # Reloaded at 36 600 in place of 36 000.
    assert actual.trips[1].predicted_depart_s == 36_600
    assert actual.late_s == 600
    assert actual.done == 3


def test_counts_that_differ_are_told_and_those_that_do_not_are_not():
    short = (Counted("o1", 3, 15), Counted("o2", 1, 10))
    actual = compared(
        reported("arrived", 29_400, 0),
        reported("unloaded", 29_450, 0, goods=short, cash_yuan=12.5, returned_pieces=2),
        reported("finished_stop", 29_520, 0),
    )
    [visit, *_] = actual.visits
    assert visit.differences == (CountDifference("o1", 4, 20, 3, 15, 0),)
    assert (visit.cash_yuan, visit.returned_pieces) == (12.5, 2)
    same = compared(reported("unloaded", 29_450, 0, goods=COUNTED["c1"]))
    assert same.visits[0].differences == ()
    assert same.visits[0].arrived_s == 29_450


def test_what_was_corrected_counts_as_corrected():
    first = reported("unloaded", 29_450, 0, goods=(Counted("o1", 3, 15), Counted("o2", 1, 10)))
    right = reported("correction", 33_000, corrects=first.id, goods=(Counted("o1", 4, 20),))
    assert compared(first, right).visits[0].differences == ()


def test_goods_that_nobody_counted_at_a_finished_stop_differ_too():
    actual = compared(reported("arrived", 29_400, 0), reported("finished_stop", 29_500, 0))
    names = [one.order for one in actual.visits[0].differences]
    assert names == ["o1", "o2"]
    assert actual.visits[0].differences[0].counted_pieces is None


def test_a_stop_at_which_all_was_refused_is_refused():
    refused = reported(
        "refused", 36_700, 3, goods=(Counted("o5", 1, 12),), reason=RefusalReason.DAMAGED
    )
    actual = compared(reported("arrived", 36_600, 3), refused, reported("finished_stop", 36_800, 3))
    last = actual.visits[3]
    assert last.state is VisitState.REFUSED
    assert last.differences == (CountDifference("o5", 1, 12, None, None, 1),)
    assert actual.done == 1


def test_records_under_an_earlier_version_count_for_the_same_stop_and_orders():
    actual = compared(
        reported("departed", 28_900, 0, plan="p0"),
        reported("arrived", 30_150, 0, plan="p0", stop="c2", goods=(Counted("o3"),)),
    )
    assert actual.trips[0].departed_s == 28_900
    assert [visit.arrived_s for visit in actual.visits] == [None, 30_150, None, None]


def test_a_plan_that_finds_the_van_on_the_road_counts_its_trips_from_there():
    planned = route()
    first, *others = planned.trips
    planned = replace(planned, trips=(replace(first, start=None), *others))
    actual = compared(reported("departed", 27_000, 0, plan="p0"), now_s=28_800, planned=planned)
    assert actual.trips[0].departed_s == 28_800
    assert actual.visits[0].predicted_arrive_s == 29_400


def test_a_van_that_stays_at_home_has_nothing_to_compare():
    empty = replace(route(), trips=(), stops=())
    actual = compared(now_s=0, planned=empty)
    assert (actual.trips, actual.visits, actual.late_s) == ((), (), None)


def test_when_it_was_last_heard_of_is_when_a_record_got_here():
    sent_late = reported("arrived", 29_400, 0, received_at=moment_of(DATE, 33_000))
    actual = compared(sent_late, now_s=33_000)
    assert actual.last_heard_at == dt.datetime(2026, 10, 15, 1, 10, tzinfo=dt.UTC)
