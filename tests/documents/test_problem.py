import copy
from dataclasses import MISSING, fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coop_service.documents import problem as schemas
from coop_service.documents import read_problem, write_problem
from coop_service.domain.problem import NO_ROAD, Costs, Direction, Order, Rules
from coop_service.errors import InvalidInput

SCHEMAS = [
    schemas.ProfileSchema,
    schemas.ProblemDepotSchema,
    schemas.CostsSchema,
    schemas.OnBoardSchema,
    schemas.UnderwaySchema,
    schemas.ProblemVehicleSchema,
    schemas.ProblemStopSchema,
    schemas.ProblemOrderSchema,
    schemas.LunchSchema,
    schemas.RulesSchema,
    schemas.StandingStopSchema,
    schemas.StandingLinesSchema,
    schemas.HubSchema,
    schemas.RelaySchema,
    schemas.ProblemSchema,
]


def put(document, path, value):
    """Put a value at a JSON pointer; ``...`` takes away what is there."""
    *parents, last = path.removeprefix("/").split("/")
    place = document
    for part in parents:
        place = place[int(part)] if isinstance(place, list) else place[part]
    if value is ...:
        del place[last]
    elif isinstance(place, list):
        place[int(last)] = value
    else:
        place[last] = value


def faults_of(document):
    with pytest.raises(InvalidInput) as caught:
        read_problem(document)
    return {(fault.pointer, fault.code) for fault in caught.value.faults}


def test_the_example_is_written_back_as_it_was_read(problem_document):
    untouched = copy.deepcopy(problem_document)
    assert write_problem(read_problem(problem_document)) == untouched
    assert problem_document == untouched


def test_the_example_is_read_into_values(problem_document):
    problem = read_problem(problem_document)
    assert problem.profiles["van"].distance_m.tolist() == [[0, 8000], [8000, 0]]
    assert problem.vehicles[0].shift_s == (25200, 61200)
    assert problem.vehicles[0].tags == {"narrow_road"}
    assert problem.stops[0].time_windows_s == ((25200, 64800),)
    assert problem.orders[0].direction is Direction.OUTBOUND
    assert problem.orders[0].load == {"weight_kg": 35, "volume_m3": 0.2, "pieces": 4}
    assert problem.rules.lunch is not None
    assert problem.rules.lunch.window_s == (41400, 46800)
    assert problem.rules.forbidden_mixes == (("farm_input_pesticide", "edible"),)


def test_absent_fields_take_the_defaults_of_the_format(problem_document):
    vehicle, stop, order = (problem_document[k][0] for k in ("vehicles", "stops", "orders"))
    for name in ("tags", "temperatures", "max_trips", "reload_s", "max_distance_m", "max_work_s"):
        del vehicle[name]
    vehicle["costs"] = {"fixed": 80, "per_km": 1, "per_hour": 2}
    for name in ("service_s", "time_windows_s", "required_tags"):
        del stop[name]
    for name in ("depot", "service_s", "temperature", "goods_class", "max_on_board_s"):
        del order[name]
    del order["drop_penalty"], order["priority"]
    del problem_document["goods_groups"], problem_document["rules"]
    problem = read_problem(problem_document)
    read = problem.vehicles[0]
    assert (read.tags, read.temperatures) == (frozenset(), {"ambient"})
    assert (read.max_trips, read.reload_s) == (1, 0)
    assert (read.max_distance_m, read.max_work_s) == (None, None)
    assert read.costs == Costs(80, 1, 2, per_overtime_hour=None, max_overtime_s=0)
    assert problem.stops[0].service_s == 0
    assert problem.stops[0].time_windows_s == ()
    order = problem.orders[0]
    assert (order.depot, order.service_s, order.temperature) == ("centre", 0, "ambient")
    assert (order.goods_class, order.max_on_board_s, order.drop_penalty) == (None, None, None)
    assert (order.priority, order.to_stop) == (1, None)
    assert problem.goods_groups == {}
    assert problem.rules == Rules()


def test_an_order_without_a_depot_belongs_to_the_first_of_several(problem_document):
    second = {**problem_document["depots"][0], "id": "a second"}
    problem_document["depots"].append(second)
    del problem_document["orders"][0]["depot"]
    assert read_problem(problem_document).orders[0].depot == "centre"


def test_a_null_rule_imposes_nothing(problem_document):
    problem_document["rules"] = dict.fromkeys(problem_document["rules"])
    assert read_problem(problem_document).rules == Rules()
    problem_document["rules"] = None
    assert read_problem(problem_document).rules == Rules()


def test_null_in_a_matrix_is_no_road_and_is_written_as_null(problem_document):
    problem_document["profiles"]["van"]["duration_s"][0][1] = None
    problem = read_problem(problem_document)
    assert problem.profiles["van"].duration_s.tolist() == [[0, NO_ROAD], [600, 0]]
    assert not problem.profiles["van"].allows(0, 1)
    assert write_problem(problem)["profiles"] == problem_document["profiles"]


def test_matrices_cannot_be_written_to(problem_document):
    matrix = read_problem(problem_document).profiles["van"].duration_s
    assert matrix.dtype == np.int64
    with pytest.raises(ValueError, match="read-only"):
        matrix[0, 1] = 5


def test_whole_numbers_with_a_point_are_whole(problem_document):
    problem_document["stops"][0]["service_s"] = 60.0
    problem_document["profiles"]["van"]["duration_s"][0][1] = 6e2
    problem = read_problem(problem_document)
    assert isinstance(problem.stops[0].service_s, int)
    assert problem.profiles["van"].duration_s[0, 1] == 600


def test_windows_are_put_in_order_and_joined_where_they_overlap(problem_document):
    problem_document["stops"][0]["time_windows_s"] = [[50, 60], [10, 20], [20, 30], [12, 15]]
    assert read_problem(problem_document).stops[0].time_windows_s == ((10, 30), (50, 60))


def test_custom_is_echoed_untouched(problem_document):
    custom = {"any": [1, 2.5, None, {"供销社": "二道桥"}], "": True}
    problem_document["custom"] = custom
    for kind in ("depots", "vehicles", "stops", "orders"):
        problem_document[kind][0]["custom"] = custom
    assert write_problem(read_problem(problem_document)) == problem_document


ONE_BAD_THING = [
    ("/nmae", 1, "unknown_field"),
    ("/name", ..., "missing_field"),
    ("/name", "", "not_a_name"),
    ("/name", "a\x00b", "not_a_name"),
    ("/profiles", [], "not_an_object"),
    ("/profiles/van/duration_s", ..., "missing_field"),
    ("/profiles/van/duration_s", {}, "not_a_list"),
    ("/profiles/van/duration_s/0/1", -1, "not_a_matrix_entry"),
    ("/profiles/van/duration_s/0/1", 60.5, "not_a_matrix_entry"),
    ("/profiles/van/duration_s/0/1", "600", "not_a_matrix_entry"),
    ("/profiles/van/duration_s/0/1", True, "not_a_matrix_entry"),
    ("/profiles/van/duration_s/0/1", 10**400, "not_a_matrix_entry"),
    ("/profiles/van/duration_s/0/1", float("nan"), "not_a_matrix_entry"),
    ("/profiles/van/duration_s/0/1", float("inf"), "not_a_matrix_entry"),
    ("/profiles/van/duration_s/0/1", [600], "not_a_matrix_entry"),
    ("/profiles/van/duration_s/1", [600], "matrix_not_square"),
    ("/profiles/van/duration_s/1", None, "not_a_list"),
    ("/depots", [], "no_depot"),
    ("/depots/0/open_s", 60.5, "not_whole"),
    ("/depots/0/open_s", "60", "not_whole"),
    ("/depots/0/open_s", True, "not_whole"),
    ("/depots/0/open_s", 10**400, "not_whole"),
    ("/depots/0/open_s", float("nan"), "not_whole"),
    ("/depots/0/open_s", None, "null"),
    ("/vehicles", {}, "not_a_list"),
    ("/vehicles/0", "V01", "not_an_object"),
    ("/vehicles/0/capacity/weight_kg", "800", "not_a_number"),
    ("/vehicles/0/capacity/weight_kg", float("inf"), "not_a_number"),
    ("/vehicles/0/capacity/", 1, "not_a_name"),
    ("/vehicles/0/tags", "narrow_road", "not_a_list"),
    ("/vehicles/0/tags/0", 1, "not_a_name"),
    ("/vehicles/0/shift_s", [0], "wrong_length"),
    ("/vehicles/0/costs", ..., "missing_field"),
    ("/vehicles/0/costs/per_km", ..., "missing_field"),
    ("/vehicles/0/costs/per_mile", 1, "unknown_field"),
    ("/stops/0/time_windows_s/0", [0, 1, 2], "wrong_length"),
    ("/stops/0/time_windows_s/0/1", "64800", "not_whole"),
    ("/orders/0/direction", "sideways", "unknown_choice"),
    ("/orders/0/direction", [], "unknown_choice"),
    ("/orders/0/load/weight_kg", None, "null"),
    ("/orders/0/custom", [], "not_an_object"),
    ("/orders/0/custom", {"x": float("nan")}, "not_finite"),
    ("/goods_groups/edible", "grain", "not_a_list"),
    ("/rules/reload_is_rest", "false", "not_a_boolean"),
    ("/rules/reload_is_rest", 0, "not_a_boolean"),
    ("/rules/lunch/length_s", 1, "unknown_field"),
    ("/rules/forbidden_mixes/0", ["grain"], "wrong_length"),
    ("/orders/0/stop", "nowhere", "unknown_stop"),
]


@pytest.mark.parametrize(("pointer", "value", "code"), ONE_BAD_THING)
def test_one_bad_thing_is_exactly_one_fault(problem_document, pointer, value, code):
    put(problem_document, pointer, value)
    assert faults_of(problem_document) == {(pointer, code)}


def test_the_pointer_of_a_name_with_a_slash_is_escaped(problem_document):
    problem_document["stops"][0]["a/b~"] = 1
    assert faults_of(problem_document) == {("/stops/0/a~1b~0", "unknown_field")}


@pytest.mark.parametrize("document", [None, [], "text", 5, [{}]])
def test_what_is_no_object_is_refused_as_a_whole(document):
    assert faults_of(document) == {("", "not_an_object")}


def test_a_document_one_level_too_deep_names_what_is_missing_and_what_is_unknown(problem_document):
    faults = faults_of({"problem": problem_document})
    assert ("/problem", "unknown_field") in faults
    assert ("/vehicles", "missing_field") in faults


def test_faults_of_form_and_of_meaning_are_named_together(problem_document):
    put(problem_document, "/colour", "red")
    put(problem_document, "/orders/0/priority", "high")
    put(problem_document, "/orders/0/stop", "nowhere")
    put(problem_document, "/orders/0/load/weight_kg", -3)
    put(problem_document, "/profiles/van/distance_m/0/1", -8000)
    put(problem_document, "/stops/0/time_windows_s/0", [10, 5])
    assert faults_of(problem_document) == {
        ("/colour", "unknown_field"),
        ("/orders/0/priority", "not_whole"),
        ("/orders/0/stop", "unknown_stop"),
        ("/orders/0/load/weight_kg", "out_of_range"),
        ("/profiles/van/distance_m/0/1", "not_a_matrix_entry"),
        ("/stops/0/time_windows_s/0", "window_reversed"),
    }


def test_bad_entries_of_a_matrix_are_named_up_to_a_count(problem_document):
    bad = [[-1] * 10 for _ in range(10)]
    problem_document["profiles"]["van"]["duration_s"] = bad
    with pytest.raises(InvalidInput) as caught:
        read_problem(problem_document)
    faults = [f for f in caught.value.faults if f.pointer.startswith("/profiles")]
    assert len(faults) == 21
    assert faults[-1].pointer == "/profiles/van/duration_s"
    assert "80 more" in faults[-1].message


def test_custom_that_is_nested_too_deeply_to_be_written_is_refused(problem_document):
    deep = {}
    for _ in range(40):
        deep = {"in": deep}
    problem_document["custom"] = deep
    assert faults_of(problem_document) == {("/custom", "too_deep")}


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.__name__)
def test_a_schema_has_the_fields_of_its_value(schema):
    assert schema().fields.keys() == {field.name for field in fields(schema.value)}


REQUIRED_ON_THE_WIRE_ONLY = {"fixed", "per_km", "per_hour"}
OPTIONAL_ON_THE_WIRE_ONLY = {Order: {"depot"}}


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.__name__)
def test_fields_without_a_default_are_required(schema):
    without_default = {
        field.name
        for field in fields(schema.value)
        if field.default is MISSING and field.default_factory is MISSING
    }
    required = {name for name, field in schema().fields.items() if field.required}
    wire_only = REQUIRED_ON_THE_WIRE_ONLY - without_default
    optional = OPTIONAL_ON_THE_WIRE_ONLY.get(schema.value, set())
    assert required - wire_only == without_default - optional


names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=5)
name_lists = st.lists(names, unique=True, max_size=3).map(sorted)
times = st.integers(0, 100_000)
amounts = st.floats(0, 1e6)
windows = st.tuples(times, times).map(sorted)
loads = st.dictionaries(names, amounts, max_size=3)


@st.composite
def problem_documents(draw):
    size = draw(st.integers(1, 4))
    entries = st.none() | times
    matrices = st.lists(
        st.lists(entries, min_size=size, max_size=size), min_size=size, max_size=size
    )
    locations = st.integers(0, size - 1)

    def ids(most):
        return draw(st.lists(names, unique=True, min_size=1, max_size=most))

    profiles = {n: {"duration_s": draw(matrices), "distance_m": draw(matrices)} for n in ids(2)}
    depots, stops = ids(2), ids(3)
    limits = st.none() | times
    return {
        "name": draw(names),
        "profiles": profiles,
        "depots": [
            {"id": n, "location": draw(locations), "open_s": 5, "close_s": draw(times) + 5}
            for n in depots
        ],
        "vehicles": [
            {
                "id": n,
                "profile": draw(st.sampled_from(sorted(profiles))),
                "start_depot": draw(st.sampled_from(depots)),
                "end_depot": draw(st.sampled_from(depots)),
                "capacity": draw(loads),
                "tags": draw(name_lists),
                "temperatures": draw(name_lists),
                "shift_s": draw(windows),
                "max_trips": draw(st.integers(1, 3)),
                "reload_s": draw(times),
                "max_distance_m": draw(limits),
                "max_work_s": draw(limits),
                "costs": {
                    "fixed": draw(amounts),
                    "per_km": draw(amounts),
                    "per_hour": draw(amounts),
                    "per_overtime_hour": draw(st.none() | amounts),
                    "max_overtime_s": draw(times),
                },
            }
            for n in ids(2)
        ],
        "stops": [
            {
                "id": n,
                "location": draw(locations),
                "service_s": draw(times),
                "time_windows_s": draw(st.lists(windows, max_size=1)),
                "required_tags": draw(name_lists),
                "custom": draw(st.dictionaries(names, st.none() | amounts | names, max_size=2)),
            }
            for n in stops
        ],
        "orders": [
            {
                "id": n,
                "stop": draw(st.sampled_from(stops)),
                "direction": draw(st.sampled_from(["outbound", "inbound"])),
                "depot": draw(st.sampled_from(depots)),
                "load": draw(loads),
                "service_s": draw(times),
                "temperature": draw(names),
                "goods_class": draw(st.none() | names),
                "max_on_board_s": draw(limits),
                "drop_penalty": draw(st.none() | amounts),
                "priority": draw(st.integers(0, 9)),
            }
            for n in ids(3)
        ],
        "goods_groups": draw(st.dictionaries(names, name_lists, max_size=2)),
        "rules": {
            "max_driving_s": draw(limits),
            "rest_s": draw(times),
            "lunch": None,
            "reload_is_rest": draw(st.booleans()),
            "service_is_rest": draw(st.booleans()),
            "max_driving_day_s": draw(limits),
            "forbidden_mixes": [],
        },
    }


@given(problem_documents())
def test_any_document_is_written_back_as_it_was_read(document):
    assert write_problem(read_problem(document)) == document
