"""Changes as documents: each kind there and back, every fault named."""

import pytest

from coop_service.documents.edits import KINDS, MOST_CHANGES, read_changes, write_changes
from coop_service.domain.edits import (
    LockPrefix,
    LockStop,
    LockVehicle,
    MoveStop,
    Place,
    PutIn,
    ReverseRoute,
    SwapVehicles,
    TakeOut,
    UnlockPrefix,
    UnlockStop,
    UnlockVehicle,
)
from coop_service.errors import InvalidInput

CHANGES = (
    MoveStop("V1", "c2", Place("V2", 0), position=1, orders=("o2",)),
    MoveStop("V1", "c2", Place("V2", join=True)),
    TakeOut(("o1", "o2")),
    PutIn(("o1",), Place("V2", 3), stop="c1"),
    SwapVehicles("V1", "V2"),
    ReverseRoute("V1", 1),
    LockStop("c1"),
    UnlockStop("c1"),
    LockPrefix("V1", 2),
    UnlockPrefix("V1"),
    LockVehicle("V1"),
    UnlockVehicle("V1"),
)


def test_every_kind_of_change_survives_its_document():
    documents = write_changes(CHANGES)
    assert read_changes(documents) == CHANGES
    assert {document["kind"] for document in documents} == set(KINDS)


def test_members_at_their_defaults_are_left_out():
    assert write_changes((MoveStop("V1", "c2", Place("V2")),)) == [
        {"kind": "move", "vehicle": "V1", "stop": "c2", "to": {"vehicle": "V2"}}
    ]
    assert write_changes((PutIn(("o1",), Place("V2", 0)),)) == [
        {"kind": "put_in", "orders": ["o1"], "to": {"vehicle": "V2", "position": 0}}
    ]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, {"/changes": "not_a_list"}),
        ([3, "x"], {"/changes/0": "not_an_object", "/changes/1": "not_an_object"}),
        ([{}], {"/changes/0/kind": "unknown_choice"}),
        ([{"kind": "fly"}], {"/changes/0/kind": "unknown_choice"}),
        ([{"kind": ["move"]}], {"/changes/0/kind": "unknown_choice"}),
        (
            [{"kind": "swap", "vehicle": "V1", "colour": 1}],
            {"/changes/0/other": "missing_field", "/changes/0/colour": "unknown_field"},
        ),
        (
            [{"kind": "move", "vehicle": "V1", "stop": "c1", "to": {"position": 0.5}}],
            {"/changes/0/to/vehicle": "missing_field", "/changes/0/to/position": "not_whole"},
        ),
        ([{"kind": "take_out", "orders": []}], {"/changes/0/orders": "wrong_length"}),
        (
            [{"kind": "lock_stop", "stop": "c1"}] * (MOST_CHANGES + 1),
            {"/changes": "too_many_changes"},
        ),
    ],
)
def test_every_fault_is_told_at_its_place(document, expected):
    with pytest.raises(InvalidInput) as error:
        read_changes(document)
    assert {fault.pointer: fault.code for fault in error.value.faults} == expected
