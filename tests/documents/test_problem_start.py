"""What a day starts from, in the problem document: vans on the road, frozen stops, lines."""

import copy

import pytest

from coop_service.documents import read_problem, write_problem
from coop_service.domain.problem import OnBoard, StandingLines, StandingStop, Underway
from coop_service.errors import InvalidInput

UNDERWAY = {
    "location": 1,
    "time_s": 36000,
    "departed_s": 26000,
    "trips_done": 0,
    "driven_since_rest_s": 4200,
    "driven_s": 9000,
    "distance_m": 61000,
    "lunch_taken": True,
    "on_board": [{"order": "o1", "since_s": 26000}],
}


@pytest.fixture
def started(problem_document):
    """The example with V01 on the road and o1 on board, its stop frozen, locked and on a line."""
    problem_document["vehicles"][0]["underway"] = copy.deepcopy(UNDERWAY)
    problem_document["vehicles"][0]["first_stops"] = ["c1"]
    problem_document["stops"][0]["locked_vehicle"] = "V01"
    problem_document["standing_lines"] = {
        "per_visit": 5.5,
        "per_hour": 12.0,
        "tolerance_s": 900,
        "stops": [{"stop": "c1", "vehicle": "V01", "start_s": None}],
    }
    return problem_document


def faults_of(document):
    with pytest.raises(InvalidInput) as caught:
        read_problem(document)
    return {(fault.pointer, fault.code) for fault in caught.value.faults}


def test_it_is_read_into_values_and_written_back_as_it_was(started):
    problem = read_problem(started)
    (vehicle,) = problem.vehicles
    assert vehicle.underway == Underway(
        1, 36000, 26000, 0, 4200, 9000, 61000, True, (OnBoard("o1", 26000),)
    )
    assert vehicle.first_stops == ("c1",)
    assert problem.stops[0].locked_vehicle == "V01"
    assert problem.standing_lines == StandingLines(
        5.5, 12.0, 900, (StandingStop("c1", "V01", None),)
    )
    assert write_problem(problem) == started


def test_absent_fields_take_their_defaults(started):
    started["vehicles"][0]["underway"] = {"location": 1, "time_s": 36000, "departed_s": 26000}
    started["standing_lines"] = {"per_visit": 5, "per_hour": 0, "stops": [{"stop": "c1"}]}
    problem = read_problem(started)
    assert problem.vehicles[0].underway == Underway(1, 36000, 26000)
    assert problem.standing_lines == StandingLines(5, 0, stops=(StandingStop("c1"),))


def test_what_is_null_or_empty_imposes_nothing_and_is_not_written(started):
    started["vehicles"][0] |= {"underway": None, "first_stops": []}
    started["stops"][0]["locked_vehicle"] = None
    started["standing_lines"] = None
    problem = read_problem(started)
    assert problem.vehicles[0].underway is problem.standing_lines is None
    del started["vehicles"][0]["underway"], started["vehicles"][0]["first_stops"]
    del started["stops"][0]["locked_vehicle"], started["standing_lines"]
    assert write_problem(problem) == started


def test_custom_is_echoed_untouched(started):
    lines = started["standing_lines"]
    underway = started["vehicles"][0]["underway"]
    for place in (lines, lines["stops"][0], underway, underway["on_board"][0]):
        place["custom"] = {"来源": ["GPS", None, 1.5]}
    assert write_problem(read_problem(started)) == started


AT = "/vehicles/0/underway"


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        (lambda d: d["vehicles"][0].update(underway=[]), AT, "not_an_object"),
        (lambda d: d["vehicles"][0]["underway"].update(speed=1), AT + "/speed", "unknown_field"),
        (lambda d: d["vehicles"][0]["underway"].pop("time_s"), AT + "/time_s", "missing_field"),
        (lambda d: d["vehicles"][0]["underway"].update(time_s=1.5), AT + "/time_s", "not_whole"),
        (
            lambda d: d["vehicles"][0]["underway"].update(lunch_taken=1),
            AT + "/lunch_taken",
            "not_a_boolean",
        ),
        (
            lambda d: d["vehicles"][0]["underway"].update(on_board=["o1"]),
            AT + "/on_board/0",
            "not_an_object",
        ),
        (
            lambda d: d["vehicles"][0]["underway"]["on_board"][0].pop("since_s"),
            AT + "/on_board/0/since_s",
            "missing_field",
        ),
        (
            lambda d: d["vehicles"][0]["underway"].update(location=2),
            AT + "/location",
            "location_out_of_range",
        ),
        (
            lambda d: d["vehicles"][0].update(first_stops="c1"),
            "/vehicles/0/first_stops",
            "not_a_list",
        ),
        (
            lambda d: d["stops"][0].update(locked_vehicle=1),
            "/stops/0/locked_vehicle",
            "not_a_name",
        ),
        (
            lambda d: d["standing_lines"].pop("per_hour"),
            "/standing_lines/per_hour",
            "missing_field",
        ),
        (
            lambda d: d["standing_lines"].update(per_km=1),
            "/standing_lines/per_km",
            "unknown_field",
        ),
        (
            lambda d: d["standing_lines"]["stops"][0].update(stop="nowhere"),
            "/standing_lines/stops/0/stop",
            "unknown_stop",
        ),
    ],
)
def test_one_bad_thing_is_exactly_one_fault(started, change, pointer, code):
    change(started)
    assert faults_of(started) == {(pointer, code)}
