"""The way of a lot over the hub of 西镇 and back, and of one that goes direct."""

import datetime as dt
from dataclasses import replace

from coop_service.domain.china_time import moment_of
from coop_service.domain.papers.day import PaperDay
from coop_service.domain.plan import Reason, Unassigned
from coop_service.domain.problem import Direction
from coop_service.domain.records import DayOrder
from coop_service.domain.stop_records import Counted, RecordKind, RefusalReason, StopRecord
from coop_service.domain.trace import PlannedDay, TraceKind, TraceSource, trace_lot
from tests.domain.papers.paper_day import CONTEXT, DATE
from tests.domain.verify.relay_day import relay_plan, relay_problem

MADE = dt.datetime(2026, 10, 14, 12, tzinfo=dt.UTC)


def lot(key, direction):
    return DayOrder(
        key=key,
        date=DATE,
        direction=Direction(direction),
        site="v1",
        depot="centre",
        weight_kg=10.0,
        volume_m3=0.1,
        pieces=2,
        goods_class="grain",
        identifier="88.608.8889/210001001.20261015.0001",
    )


def planned(plan="p1", version=3, **changes):
    problem = relay_problem()
    context = replace(CONTEXT, plan=plan, version=version)
    day = PaperDay(problem, replace(relay_plan(problem), **changes), context)
    return PlannedDay(day, MADE)


def reported(kind, vehicle, time_s, *, trip=None, visit=None, goods=(), **more):
    moment = moment_of(DATE, time_s)
    fields = {"plan": "p1", "version": 3, "at": moment, "received_at": moment} | more
    counted = tuple(one if isinstance(one, Counted) else Counted(one) for one in goods)
    return StopRecord(
        id=f"{kind}-{time_s}",
        vehicle=vehicle,
        kind=RecordKind(kind),
        trip_index=trip,
        visit_index=visit,
        goods=counted,
        **fields,
    )


def told(events):
    return [(event.kind.value, event.vehicle, event.source.value) for event in events]


def test_before_anything_is_planned_there_is_the_booking():
    [event] = trace_lot(lot("o1", "outbound"), [], [])
    assert (event.kind, event.source, event.source_id) == (
        TraceKind.BOOKED,
        TraceSource.ORDER,
        "o1",
    )
    assert (event.at, event.date, event.pieces, event.weight_kg) == (None, DATE, 2, 10.0)


def test_a_plan_tells_each_van_that_carries_the_lot_and_when():
    booked, trunk, branch = trace_lot(lot("o1", "outbound"), [planned()], [])
    assert booked.kind is TraceKind.BOOKED
    assert (trunk.vehicle, trunk.at, trunk.version) == ("T1", MADE, 3)
    assert trunk.planned_from == moment_of(DATE, 36_000)
    assert trunk.planned_to == moment_of(DATE, 37_800)
    assert (branch.vehicle, branch.planned_from) == ("B1", moment_of(DATE, 38_720))
    assert branch.planned_to == moment_of(DATE, 39_320)


def test_a_lot_that_goes_up_is_planned_until_its_van_is_back():
    _, branch, trunk = sorted(
        trace_lot(lot("i1", "inbound"), [planned()], []),
        key=lambda event: event.planned_from or MADE,
    )
    assert (branch.vehicle, branch.planned_to) == ("B1", moment_of(DATE, 40_040))
    assert (trunk.vehicle, trunk.planned_to) == ("T1", moment_of(DATE, 45_530))


def test_a_lot_that_is_left_out_is_told_with_the_reason():
    out = Unassigned("o1", Reason.CAPACITY, True, "太重")
    events = trace_lot(lot("o1", "outbound"), [planned(unassigned=(out,))], [])
    [event] = [one for one in events if one.kind is TraceKind.LEFT_OUT]
    assert event.note == "太重"


def test_the_way_down_is_departed_handed_over_departed_delivered_signed():
    records = [
        reported("departed", "T1", 36_060, trip=0),
        reported("arrived", "T1", 37_850, trip=0, visit=0, goods=("o1:trunk", "o2:trunk")),
        reported("unloaded", "T1", 37_900, trip=0, visit=0, goods=(Counted("o1:trunk", 2, 20),)),
        reported("departed", "B1", 38_800, trip=0),
        reported("unloaded", "B1", 39_400, trip=0, visit=0, goods=(Counted("o1:branch", 2, 20),)),
        reported("signed", "B1", 39_420, trip=0, visit=0, note="王某"),
        reported("departed", "B1", 40_700, trip=1),
        reported("departed", "D1", 36_600, trip=0),
    ]
    events = trace_lot(lot("o1", "outbound"), [planned()], records)
    assert told(events)[3:] == [
        ("departed", "T1", "record"),
        ("handed_over", "T1", "record"),
        ("departed", "B1", "record"),
        ("delivered", "B1", "record"),
        ("signed", "B1", "record"),
    ]
    assert events[4].pieces == 2
    assert events[-1].note == "王某"
    moments = [event.at for event in events[1:]]
    assert moments == sorted(moments)


def test_the_way_up_is_loaded_handed_over_loaded_arrived():
    records = [
        reported("loaded", "B1", 39_430, trip=0, visit=0, goods=(Counted("i1:branch", 2, 10),)),
        reported("returned", "B1", 40_040, trip=0),
        reported("loaded", "T1", 43_700, trip=1, visit=1, goods=(Counted("i1:trunk", 2, 10),)),
        reported("returned", "T1", 45_500, trip=1),
    ]
    events = trace_lot(lot("i1", "inbound"), [planned()], records)
    assert told(events)[3:] == [
        ("loaded", "B1", "record"),
        ("handed_over", "B1", "record"),
        ("loaded", "T1", "record"),
        ("arrived_at_depot", "T1", "record"),
    ]


def test_what_was_refused_does_not_arrive_with_the_van():
    records = [
        reported(
            "refused",
            "B1",
            39_430,
            trip=0,
            visit=0,
            goods=(Counted("i1:branch", 2, 10),),
            reason=RefusalReason.NOT_READY,
        ),
        reported("returned", "B1", 40_040, trip=0),
    ]
    events = trace_lot(lot("i1", "inbound"), [planned()], records)
    assert [event.kind for event in events][3:] == [TraceKind.REFUSED]
    assert events[-1].reason is RefusalReason.NOT_READY


def test_a_correction_is_told_beside_what_holds_in_the_end():
    first = reported("loaded", "B1", 39_430, trip=0, visit=0, goods=(Counted("i1:branch", 2, 10),))
    right = reported("correction", "B1", 50_000, goods=(Counted("i1:branch", 1, 5),))
    events = trace_lot(
        lot("i1", "inbound"), [planned()], [first, replace(right, corrects=first.id)]
    )
    loaded, corrected = events[3:]
    assert (loaded.kind, loaded.pieces, loaded.weight_kg) == (TraceKind.LOADED, 1, 5)
    assert (corrected.kind, corrected.source_id) == (TraceKind.CORRECTED, right.id)


def test_what_was_withdrawn_is_told_only_as_corrected():
    first = reported("loaded", "B1", 39_430, trip=0, visit=0, goods=(Counted("i1:branch", 2, 10),))
    gone = reported("correction", "B1", 50_000, corrects=first.id, withdraws=True)
    events = trace_lot(lot("i1", "inbound"), [planned()], [first, gone])
    assert [event.kind for event in events][3:] == [TraceKind.CORRECTED]


def test_records_of_other_lots_are_not_told():
    other = reported("unloaded", "B1", 42_000, trip=1, visit=1, goods=(Counted("o2:branch", 1, 1),))
    assert len(trace_lot(lot("o1", "outbound"), [planned()], [other])) == 3


def test_a_record_under_a_plan_that_is_not_told_names_the_lot_by_itself():
    record = reported(
        "unloaded", "B1", 39_400, plan="p0", visit=0, goods=(Counted("o1:branch", 2, 20),)
    )
    events = trace_lot(lot("o1", "outbound"), [], [record])
    assert told(events)[1:] == [("delivered", "B1", "record")]


def test_each_plan_that_is_told_keeps_its_version():
    events = trace_lot(lot("o3", "outbound"), [planned(), planned("p2", 4)], [])
    assert [event.version for event in events] == [None, 3, 4]


def test_every_kind_has_its_chinese_text():
    assert len({kind.zh for kind in TraceKind}) == len(TraceKind)
