"""Events taken in: once each, the good ones of a batch kept, the bad ones named."""

import datetime as dt
import threading
import uuid

import pytest
from sqlmodel import Session

from coop_service.domain.stop_records import Counted, RecordKind, RefusalReason
from coop_service.services.drafts import Draft
from coop_service.services.stop_records import Outcome, Reporter, take_events
from coop_service.store.road import load_stop_records
from tests.services.road_day import COUNTY, DATE, NINE, at_c1, event, plan_row

REPORTER = Reporter(COUNTY, DATE, "V1", "link 1")


@pytest.fixture
def session(store):
    with Session(store) as session:
        session.add_all([plan_row(), plan_row("p2", version=2)])
        other = plan_row("p3", version=1)
        other.date = dt.date(2026, 10, 16)
        session.add(other)
        session.commit()
        yield session


def take(session, *drafts, reporter=REPORTER):
    return take_events(session, reporter, drafts)


def stored(session, vehicle="V1"):
    return load_stop_records(session, COUNTY, DATE, vehicle)


def faults_of(session, draft):
    [outcome] = take(session, draft)
    assert outcome.outcome is Outcome.REFUSED
    assert stored(session) == []
    return {fault.pointer.removeprefix("/events/0/"): fault.code for fault in outcome.faults}


def test_an_event_is_kept_as_it_was_told(session):
    picture = uuid.uuid4()
    draft = at_c1(
        cash_yuan=12.5, returned_pieces=1, lon=122.5, lat=40.6, note="门口", attachments=(picture,)
    )
    [outcome] = take(session, draft)
    assert outcome.outcome is Outcome.TAKEN
    session.expire_all()
    [record] = stored(session)
    assert record.id == outcome.id == str(draft.values["id"])
    assert (record.plan, record.version, record.vehicle) == ("p1", 1, "V1")
    assert (record.kind, record.at, record.visit_index) == (RecordKind.UNLOADED, NINE, 0)
    assert record.goods == (Counted("o1", 4.0, 20.0),)
    assert (record.cash_yuan, record.returned_pieces, record.note) == (12.5, 1, "门口")
    assert (record.lon, record.lat, record.attachments) == (122.5, 40.6, (str(picture),))
    assert record.reported_by == "link 1"


def test_the_same_event_sent_again_changes_nothing(session):
    draft = at_c1()
    take(session, draft)
    [first] = stored(session)
    [outcome] = take(session, draft, reporter=Reporter(COUNTY, DATE, "V1", "link 2"))
    assert outcome.outcome is Outcome.KNOWN
    assert stored(session) == [first]


def test_an_event_twice_in_one_batch_is_one(session):
    draft = at_c1()
    assert [one.outcome for one in take(session, draft, draft)] == [Outcome.TAKEN, Outcome.KNOWN]
    assert len(stored(session)) == 1


def test_an_id_is_not_used_for_another_event(session):
    draft = at_c1()
    other = at_c1("arrived", id=draft.values["id"])
    [_, refused] = take(session, draft, other)
    assert [fault.code for fault in refused.faults] == ["id_in_use"]
    [refused] = take(session, draft, reporter=Reporter(COUNTY, DATE, "V2", "x"))
    assert refused.outcome is Outcome.REFUSED
    assert [record.kind for record in stored(session)] == [RecordKind.UNLOADED]


def test_a_bad_event_holds_back_no_other(session):
    outcomes = take(session, event("departed", trip=0), at_c1(stop="c2"), at_c1("arrived"))
    assert [one.outcome for one in outcomes] == [Outcome.TAKEN, Outcome.REFUSED, Outcome.TAKEN]
    kinds = [record.kind for record in stored(session)]
    assert kinds == [RecordKind.DEPARTED, RecordKind.ARRIVED]


def test_records_come_in_the_sequence_in_which_they_were_received(session):
    later, earlier = at_c1("arrived", at=NINE + dt.timedelta(hours=1)), at_c1()
    take(session, later)
    take(session, earlier)
    assert [record.at for record in stored(session)] == [NINE + dt.timedelta(hours=1), NINE]


@pytest.mark.parametrize(
    ("draft", "faults"),
    [
        (event("departed"), {"trip": "missing_field"}),
        (event("departed", trip=2), {"trip": "out_of_range"}),
        (event("arrived"), {"visit": "missing_field"}),
        (event("arrived", visit=4, stop="c1"), {"visit": "out_of_range"}),
        (at_c1(stop="c2"), {"stop": "wrong_stop"}),
        (at_c1(goods=({"order": "o3"},)), {"goods/0/order": "unknown_order"}),
        (at_c1(goods=({"order": "o1"}, {"order": "o1"})), {"goods/1/order": "repeated"}),
        (at_c1("refused"), {"reason": "missing_field"}),
        (at_c1("refused", reason=RefusalReason.OTHER, note=" "), {"note": "missing_field"}),
        (at_c1(reason=RefusalReason.DAMAGED), {"reason": "not_a_refusal"}),
        (at_c1(plan="p9"), {"plan": "unknown_plan"}),
        (at_c1(plan="p3"), {"plan": "unknown_plan"}),
        (at_c1(lon=122.5), {"lat": "missing_field"}),
        (at_c1(at=dt.datetime(1970, 1, 1, tzinfo=dt.UTC)), {"at": "out_of_range"}),
        (at_c1(withdraws=True), {"corrects": "not_a_correction"}),
        (event("correction"), {"corrects": "missing_field"}),
        (event("correction", corrects=uuid.uuid4()), {"corrects": "unknown_record"}),
    ],
)
def test_what_does_not_fit_the_plan_is_refused(session, draft, faults):
    assert faults_of(session, draft) == faults


def test_an_event_that_could_not_be_read_is_not_judged_further(session):
    draft = Draft({"id": uuid.uuid4()}, (at_c1().fault("at", "not_a_datetime", "x / y"),),
                  frozenset({"at"}), "/events/0")  # fmt: skip
    assert faults_of(session, draft) == {"at": "not_a_datetime"}


def test_a_correction_is_a_further_record(session):
    first = at_c1(cash_yuan=30.0)
    take(session, first)
    counted = ({"order": "o2", "pieces": 1.0, "weight_kg": 10.0},)
    right = event("correction", corrects=first.values["id"], goods=counted, cash_yuan=35.0)
    [outcome] = take(session, right)
    assert outcome.outcome is Outcome.TAKEN
    kept, correction = stored(session)
    assert kept.cash_yuan == 30.0
    assert (correction.corrects, correction.cash_yuan) == (kept.id, 35.0)


def test_a_correction_may_stand_in_the_batch_of_what_it_corrects(session):
    first = at_c1()
    second = event("correction", corrects=first.values["id"], withdraws=True)
    third = event("correction", corrects=second.values["id"], note="again")
    outcomes = take(session, first, second, third)
    assert {one.outcome for one in outcomes} == {Outcome.TAKEN}


def test_a_correction_counts_only_orders_of_the_visit(session):
    first = at_c1()
    take(session, first)
    wrong = event("correction", corrects=first.values["id"], goods=({"order": "o5"},))
    [outcome] = take(session, wrong)
    assert [fault.code for fault in outcome.faults] == ["unknown_order"]


def test_nobody_corrects_the_record_of_another_vehicle(session):
    first = at_c1()
    take(session, first)
    wrong = event("correction", corrects=first.values["id"], cash_yuan=1.0)
    [outcome] = take(session, wrong, reporter=Reporter(COUNTY, DATE, "V2", "x"))
    assert [fault.code for fault in outcome.faults] == ["unknown_record"]


def test_events_under_another_version_of_the_day_are_taken_with_it(session):
    take(session, at_c1(plan="p2"))
    assert [(record.plan, record.version) for record in stored(session)] == [("p2", 2)]


def test_a_vehicle_that_stays_at_home_has_nothing_to_report_but_notes(session):
    idle = Reporter(COUNTY, DATE, "V2", "x")
    refused, taken = take(session, event("departed", trip=0), event("note", note="保养"),
                          reporter=idle)  # fmt: skip
    assert (refused.outcome, taken.outcome) == (Outcome.REFUSED, Outcome.TAKEN)
    assert [record.note for record in stored(session, "V2")] == ["保养"]


def test_two_phones_at_once_lose_and_double_nothing(store, session):
    batches = [[at_c1("arrived", id=uuid.uuid4()) for _ in range(10)] for _ in range(3)]
    shared = at_c1()
    errors = []

    def send(batch):
        try:
            with Session(store) as own:
                take_events(own, REPORTER, [*batch, shared])
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=send, args=(batch,)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    session.expire_all()
    assert len(stored(session)) == 31
