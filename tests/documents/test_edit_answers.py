"""What is told of changes has the members that its schema describes, and nothing else."""

import json

from coop_service.documents.edit_answers import (
    CheckedSchema,
    ComparisonSchema,
    InsertionsSchema,
    write_checked,
    write_comparison,
    write_insertions,
)
from coop_service.domain.edits import (
    Checked,
    Insertion,
    InsertPlace,
    Locks,
    MoveStop,
    Place,
    Refusal,
    compare_plans,
)
from coop_service.domain.verify import verify
from tests.hand_plans import ROUTES, small_plan, small_problem

PROBLEM = small_problem()
BEFORE = small_plan(PROBLEM)
AFTER = small_plan(PROBLEM, {"V1": ROUTES["V1"]}, unassigned=["o3"])


def test_a_check_is_described_by_its_schema():
    checked = Checked(BEFORE, (), AFTER, verify(PROBLEM, AFTER), Locks({"c1": "V1"}))
    document = write_checked(checked)
    assert document.keys() == CheckedSchema().fields.keys()
    assert json.loads(json.dumps(document)) == document
    assert (document["cost_difference"], document["idle_vehicles"]) == (-196.0, ["V2"])
    assert document["cost_parts_difference"]["fixed"] == -100.0
    assert [one["order"] for one in document["unassigned"]] == ["o3"]
    assert document["locks"]["stops"] == {"c1": "V1"}


def test_places_are_described_by_their_schema():
    place = InsertPlace(
        "V2", (0,), (False,), 0, None, "c3", 1.5, 2500, 90, 100, 160,
        (MoveStop("V1", "c2", Place("V2", 0)),),
    )  # fmt: skip
    refusal = Refusal("V3", "capacity", "满 / full")
    found = Insertion(("o2",), ("c2",), ("V1", 1), 32.0, (place,), 4, (refusal,))
    document = write_insertions("o2", (found,))
    assert document.keys() == InsertionsSchema().fields.keys()
    [part] = document["parts"]
    schema = InsertionsSchema().fields["parts"].inner.schema
    assert part.keys() == schema.fields.keys()
    assert part["places"][0].keys() == schema.fields["places"].inner.schema.fields.keys()
    assert part["refused"][0].keys() == schema.fields["refused"].inner.schema.fields.keys()
    assert (part["places"][0]["extra_km"], part["places"][0]["extra_min"]) == (2.5, 1.5)
    assert part["now"] == {"vehicle": "V1", "position": 1, "yuan": 32.0}


def test_a_comparison_is_described_by_its_schema():
    document = write_comparison(compare_plans(PROBLEM, BEFORE, PROBLEM, AFTER))
    assert document.keys() == ComparisonSchema().fields.keys()
    assert document["cost"] == -196.0
    [vehicle] = document["vehicles"]
    assert (vehicle["vehicle"], vehicle["difference"], vehicle["after"]) == ("V2", "dropped", None)
    assert (vehicle["before"]["stops"], vehicle["dropped_stops"]) == (["c3"], ["c3"])
    [order] = document["orders"]
    assert (order["order"], order["difference"], order["after"]) == ("o3", "dropped", [])
