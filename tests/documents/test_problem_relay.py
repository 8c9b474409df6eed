"""Docks, hubs and relays in the problem document."""

import copy

import pytest

from coop_service.documents import read_problem, write_problem
from coop_service.domain.problem import Hub, InboundDay, ModeSetting, Relay
from coop_service.errors import InvalidInput

HUB = {
    "depot": "station",
    "doors": 2,
    "floor": {"weight_kg": 800, "volume_m3": 6.5},
    "sort_fixed_s": 300.0,
    "sort_s_per_piece": 4.5,
    "sort_s_per_kg": 0.25,
}
RELAY = {
    "id": "高坎镇",
    "hub": "station",
    "stops": ["c1"],
    "mode": "relay",
    "inbound": "next_day",
}


@pytest.fixture
def relayed(problem_document):
    """The example with a hub at the other end of the road, and c1 served over it."""
    centre = problem_document["depots"][0]
    problem_document["depots"].append({**centre, "id": "station", "location": 1})
    centre |= {"docks": 2, "packing_cutoff_s": 63000}
    problem_document["hubs"] = [copy.deepcopy(HUB)]
    problem_document["relays"] = [copy.deepcopy(RELAY)]
    return problem_document


def faults_of(document):
    with pytest.raises(InvalidInput) as caught:
        read_problem(document)
    return {(fault.pointer, fault.code) for fault in caught.value.faults}


def test_it_is_read_into_values_and_written_back_as_it_was(relayed):
    problem = read_problem(relayed)
    assert (problem.depots[0].docks, problem.depots[0].packing_cutoff_s) == (2, 63000)
    assert problem.hubs == (
        Hub("station", 2, {"weight_kg": 800, "volume_m3": 6.5}, 300.0, 4.5, 0.25),
    )
    assert problem.relays == (
        Relay("高坎镇", "station", ("c1",), ModeSetting.RELAY, InboundDay.NEXT_DAY),
    )
    assert write_problem(problem) == relayed


def test_absent_fields_take_their_defaults(relayed):
    relayed["hubs"] = [{"depot": "station"}]
    relayed["relays"] = [{"id": "高坎镇", "hub": "station", "stops": []}]
    problem = read_problem(relayed)
    assert problem.hubs == (Hub("station", None, {}, 0.0, 0.0, 0.0),)
    assert problem.relays == (
        Relay("高坎镇", "station", (), ModeSetting.AUTO, InboundDay.SAME_DAY),
    )
    written = write_problem(problem)
    assert written["hubs"][0] == {
        "depot": "station",
        "doors": None,
        "floor": {},
        "sort_fixed_s": 0.0,
        "sort_s_per_piece": 0.0,
        "sort_s_per_kg": 0.0,
    }
    assert written["relays"][0]["mode"] == "auto"


def test_what_is_null_or_empty_imposes_nothing_and_is_not_written(relayed):
    relayed["depots"][0] |= {"docks": None, "packing_cutoff_s": None}
    relayed["hubs"] = relayed["relays"] = []
    written = write_problem(read_problem(relayed))
    assert written.keys() == relayed.keys() - {"hubs", "relays"}
    assert all(
        depot.keys() == {"id", "location", "open_s", "close_s"} for depot in written["depots"]
    )


def test_custom_is_echoed_untouched(relayed):
    for place in (relayed["hubs"][0], relayed["relays"][0]):
        place["custom"] = {"来源": ["owner", None, 1.5]}
    assert write_problem(read_problem(relayed)) == relayed


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        (lambda d: d["depots"][0].update(docks=1.5), "/depots/0/docks", "not_whole"),
        (lambda d: d["depots"][0].update(docks=0), "/depots/0/docks", "out_of_range"),
        (
            lambda d: d["depots"][0].update(packing_cutoff_s="17:30"),
            "/depots/0/packing_cutoff_s",
            "not_whole",
        ),
        (lambda d: d.update(hubs={}), "/hubs", "not_a_list"),
        (lambda d: d["hubs"][0].update(floor=8), "/hubs/0/floor", "not_an_object"),
        (lambda d: d["hubs"][0].update(area_m2=90), "/hubs/0/area_m2", "unknown_field"),
        (lambda d: d["hubs"][0].update(sort_s_per_kg=-1), "/hubs/0/sort_s_per_kg", "out_of_range"),
        (lambda d: d["relays"][0].pop("hub"), "/relays/0/hub", "missing_field"),
        (lambda d: d["relays"][0].update(hub="nowhere"), "/relays/0/hub", "unknown_depot"),
        (lambda d: d["relays"][0].update(mode="both"), "/relays/0/mode", "unknown_choice"),
        (lambda d: d["relays"][0].update(inbound="later"), "/relays/0/inbound", "unknown_choice"),
    ],
)
def test_one_bad_thing_is_exactly_one_fault(relayed, change, pointer, code):
    change(relayed)
    assert faults_of(relayed) == {(pointer, code)}
