import copy
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coop_service.documents import plan as schemas
from coop_service.documents import read_plan, write_plan
from coop_service.domain.plan import (
    CostParts,
    ModeChoice,
    Plan,
    Reason,
    Rest,
    RestKind,
    Route,
    Status,
    Trip,
    Unassigned,
    Visit,
)
from coop_service.domain.problem import Mode
from coop_service.errors import InvalidInput

SCHEMAS = [
    schemas.VisitSchema,
    schemas.RestSchema,
    schemas.TripSchema,
    schemas.RouteSchema,
    schemas.UnassignedSchema,
    schemas.CostPartsSchema,
    schemas.ModeChoiceSchema,
    schemas.PlanSchema,
]


def faults_of(document):
    with pytest.raises(InvalidInput) as caught:
        read_plan(document)
    return {(fault.pointer, fault.code) for fault in caught.value.faults}


def test_the_example_is_written_back_as_it_was_read(plan_document):
    untouched = copy.deepcopy(plan_document)
    assert write_plan(read_plan(plan_document)) == untouched


def test_the_example_is_read_into_values(plan_document):
    plan = read_plan(plan_document)
    assert plan.status is Status.OPTIMAL
    assert plan.cost_parts.total == pytest.approx(99.30)
    assert [visit.stop for visit in plan.routes[0].visits] == ["c1"]
    assert plan.kpis["empty_km"] == 8.0


def test_the_price_of_departing_from_the_standing_lines_is_written_where_there_is_one(
    plan_document,
):
    assert read_plan(plan_document).cost_parts.standing == 0.0
    plan_document["cost_parts"]["standing"] = 0.0
    assert "standing" not in write_plan(read_plan(plan_document))["cost_parts"]
    plan_document["cost_parts"]["standing"] = 5.5
    plan = read_plan(plan_document)
    assert plan.cost_parts.total == pytest.approx(99.30 + 5.5)
    assert write_plan(plan) == plan_document


def test_rests_and_what_is_left_out_are_read_and_written(plan_document):
    trip = plan_document["routes"][0]["trips"][0]
    trip["rests"] = [
        {"after_stop": "c1", "start_s": 26400, "duration_s": 1200, "kind": "driving"},
        {"after_stop": None, "start_s": 20000, "duration_s": 1800, "kind": "lunch"},
    ]
    plan_document["unassigned"] = [
        {
            "order": "o9",
            "reason": "time_window",
            "proved": True,
            "detail": "closes at 09:00",
            "cheapest_change": None,
        }
    ]
    plan_document["custom"] = {"by": "dispatcher"}
    plan = read_plan(plan_document)
    assert plan.routes[0].trips[0].rests == (
        Rest("c1", 26400, 1200, RestKind.DRIVING),
        Rest(None, 20000, 1800, RestKind.LUNCH),
    )
    assert plan.unassigned == (Unassigned("o9", Reason.TIME_WINDOW, True, "closes at 09:00"),)
    assert write_plan(plan) == plan_document


def test_the_modes_of_townships_are_read_and_written_where_there_are_any(plan_document):
    plan_document["modes"] = []
    assert "modes" not in write_plan(read_plan(plan_document))
    plan_document["modes"] = [
        {"relay": "高坎镇", "mode": "relay", "other_mode_cost": 812.5},
        {"relay": "黄土岭镇", "mode": "direct", "other_mode_cost": None},
    ]
    plan = read_plan(plan_document)
    assert plan.modes == (
        ModeChoice("高坎镇", Mode.RELAY, 812.5),
        ModeChoice("黄土岭镇", Mode.DIRECT),
    )
    assert write_plan(plan) == plan_document


def test_key_figures_of_any_kind_are_kept(plan_document):
    plan_document["kpis"]["by_township"] = {"高坎镇": [1, 2.5, None]}
    assert write_plan(read_plan(plan_document)) == plan_document


def test_a_plan_that_breaks_rules_is_still_read(plan_document):
    visit = plan_document["routes"][0]["trips"][0]["stops"][0]
    visit["arrive_s"] = -5
    visit["load_after"]["weight_kg"] = -1.5
    visit["stop"] = "nowhere"
    assert write_plan(read_plan(plan_document)) == plan_document


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"status": "perfect"}, "/status", "unknown_choice"),
        ({"cost": "99.30"}, "/cost", "not_a_number"),
        ({"cost": float("nan")}, "/cost", "not_a_number"),
        ({"extra": 1}, "/extra", "unknown_field"),
        ({"routes": {}}, "/routes", "not_a_list"),
        ({"routes": [1]}, "/routes/0", "not_an_object"),
        ({"kpis": []}, "/kpis", "not_an_object"),
        ({"cost_parts": {"fixed": 1, "fees": 2}}, "/cost_parts/fees", "unknown_field"),
        ({"split_stops": [None]}, "/split_stops/0", "null"),
        ({"modes": [{"relay": "高坎镇", "mode": "auto"}]}, "/modes/0/mode", "unknown_choice"),
        ({"modes": [{"mode": "relay"}]}, "/modes/0/relay", "missing_field"),
        (
            {"unassigned": [{"order": "o", "reason": "rain", "proved": True}]},
            "/unassigned/0/reason",
            "unknown_choice",
        ),
        (
            {"unassigned": [{"order": "o", "reason": "mix", "proved": 1}]},
            "/unassigned/0/proved",
            "not_a_boolean",
        ),
    ],
)
def test_one_bad_thing_is_exactly_one_fault(plan_document, change, pointer, code):
    assert faults_of({**plan_document, **change}) == {(pointer, code)}


def test_all_faults_are_named_at_once(plan_document):
    route = plan_document["routes"][0]
    route["depart_s"] = 25500.5
    route["trips"][0]["stops"][0]["orders"] = "o1"
    route["trips"][0]["rests"] = [{"start_s": 1, "duration_s": 1, "kind": "nap"}]
    del plan_document["engine"]
    assert faults_of(plan_document) == {
        ("/engine", "missing_field"),
        ("/routes/0/depart_s", "not_whole"),
        ("/routes/0/trips/0/stops/0/orders", "not_a_list"),
        ("/routes/0/trips/0/rests/0/after_stop", "missing_field"),
        ("/routes/0/trips/0/rests/0/kind", "unknown_choice"),
    }


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.__name__)
def test_a_schema_has_the_fields_of_its_value(schema):
    assert schema().fields.keys() == {field.name for field in fields(schema.value)}


names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=5)
times = st.integers(-1000, 200_000)
yuan = st.floats(-1e6, 1e6)
loads = st.dictionaries(names, st.floats(-1, 1e6), max_size=2)


def tuples(items):
    return st.lists(items, max_size=2).map(tuple)


visits = st.builds(Visit, names, times, times, times, tuples(names), loads)
rests = st.builds(Rest, st.none() | names, times, times)
trips = st.builds(Trip, times, times, loads, loads, tuples(visits), tuples(rests))
routes = st.builds(Route, names, times, times, times, times, times, times, yuan, tuples(trips))
left_out = st.builds(Unassigned, names, detail=st.text(), cheapest_change=st.none() | st.text())
cost_parts = st.builds(CostParts, yuan, yuan, yuan, yuan, yuan, yuan)
modes = st.builds(ModeChoice, names, other_mode_cost=st.none() | yuan)
plans = st.builds(
    Plan,
    name=names,
    engine=names,
    seconds=st.floats(0, 1e4),
    cost=yuan,
    cost_parts=cost_parts,
    routes=tuples(routes),
    unassigned=tuples(left_out),
    split_stops=tuples(names),
    modes=tuples(modes),
    kpis=st.dictionaries(names, yuan, max_size=2),
    custom=st.none() | st.dictionaries(names, yuan, max_size=1),
)


@given(plans)
def test_any_plan_is_read_back_from_its_document_as_the_same_value(plan):
    assert read_plan(write_plan(plan)) == plan
