"""Records and what holds of them in the end."""

import datetime as dt

import pytest

from coop_service.domain.stop_records import (
    Counted,
    RecordKind,
    RefusalReason,
    StopRecord,
    apply_corrections,
)

MOMENT = dt.datetime(2026, 10, 15, 2, tzinfo=dt.UTC)


def record(name, kind, **more):
    fields = {
        "plan": "p1",
        "version": 1,
        "vehicle": "V1",
        "at": MOMENT,
        "received_at": MOMENT,
    }
    return StopRecord(id=name, kind=RecordKind(kind), **fields | more)


def unloaded(name="u", *goods, **more):
    counted = goods or (Counted("o1", 4, 20.0), Counted("o2", 1, 10.0))
    return record(name, "unloaded", visit_index=0, stop="c1", goods=counted, **more)


def correction(name, corrects, **more):
    return record(name, "correction", corrects=corrects, **more)


def test_records_without_corrections_hold_as_they_are():
    records = (record("d", "departed", trip_index=0), unloaded())
    assert apply_corrections(records) == records


def test_a_correction_counts_anew_what_it_names_and_leaves_the_rest():
    first = unloaded(cash_yuan=30.0, note="门口")
    [standing] = apply_corrections(
        [first, correction("x", "u", goods=(Counted("o1", 3, 15.0),), returned_pieces=1)]
    )
    assert standing.id == "u"
    assert standing.kind is RecordKind.UNLOADED
    assert standing.goods == (Counted("o1", 3, 15.0), Counted("o2", 1, 10.0))
    assert (standing.cash_yuan, standing.returned_pieces, standing.note) == (30.0, 1, "门口")
    assert first.goods[0].pieces == 4


def test_the_later_correction_holds_and_one_may_correct_another():
    [standing] = apply_corrections(
        [
            unloaded(cash_yuan=30.0),
            correction("x", "u", cash_yuan=35.0),
            correction("y", "x", cash_yuan=0.0),
        ]
    )
    assert standing.cash_yuan == 0.0


def test_what_is_withdrawn_has_not_happened():
    records = [unloaded(), unloaded("v"), correction("x", "u", withdraws=True)]
    assert [one.id for one in apply_corrections(records)] == ["v"]
    again = [*records, correction("y", "u", cash_yuan=1.0)]
    assert [one.id for one in apply_corrections(again)] == ["v"]


def test_a_correction_of_what_is_not_there_changes_nothing():
    records = [unloaded(), correction("x", "elsewhere", cash_yuan=9.0)]
    assert apply_corrections(records) == (records[0],)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"visit_index": 1}, False),
        ({"stop": "c2"}, False),
        ({"plan": "p2", "visit_index": 5}, True),
        ({"plan": "p2", "goods": (Counted("o9"),)}, False),
        ({"kind": RecordKind.NOTE}, False),
    ],
)
def test_a_visit_is_known_by_its_number_and_between_versions_by_stop_and_order(changes, expected):
    fields = {"visit_index": 0, "stop": "c1", "goods": (Counted("o1"),)} | changes
    kind = fields.pop("kind", RecordKind.ARRIVED)
    assert record("a", kind, **fields).is_of_visit("p1", 0, "c1", ["o1", "o2"]) is expected


def test_every_reason_is_told_in_both_languages():
    assert len({reason.zh for reason in RefusalReason}) == len(RefusalReason)
    assert len({reason.en for reason in RefusalReason}) == len(RefusalReason)
