"""A stop is split only where no vehicle could take its orders together, and as little as can be."""

from dataclasses import replace

import numpy as np
import pytest

from coop_service.domain.problem import NO_ROAD, Profile
from coop_service.domain.verify import verify


def visits_to_c1(make_plan, problem, *visits, split_stops=("c1",), unassigned=()):
    """Each visit to c1 on a trip of its own, by V1."""
    trips = [{"calls": [("c1", names.split())]} for names in visits]
    trips[0]["depart_s"] = 0
    return make_plan(problem, {"V1": trips}, split_stops=split_stops, unassigned=unassigned)


def weights(*loads_kg, **more):
    return [{"stop": "c1", "load": {"weight_kg": load}} | more for load in loads_kg]


MANY = {"max_trips": 9}


def test_a_stop_too_heavy_for_any_van_is_split_and_pays_its_service_twice(make_problem, make_plan):
    problem = make_problem(
        stops=[{"id": "c1", "location": 1, "service_s": 120}],
        orders=weights(60, 60),
        vehicles=[MANY],
    )
    plan = visits_to_c1(make_plan, problem, "o1", "o2")
    assert verify(problem, plan).ok
    assert plan.routes[0].service_s == 240


def test_a_split_must_be_listed(make_problem, make_plan, found):
    problem = make_problem(orders=weights(60, 60), vehicles=[MANY])
    plan = visits_to_c1(make_plan, problem, "o1", "o2", split_stops=())
    assert found(problem, plan) == [("split_unlisted", 1.0)]


def test_what_is_listed_must_be_split_and_once(make_problem, make_plan, found):
    problem = make_problem(orders=weights(60), vehicles=[MANY])
    assert found(problem, visits_to_c1(make_plan, problem, "o1")) == [("split_untrue", 1.0)]
    problem = make_problem(orders=weights(60, 60), vehicles=[MANY])
    plan = visits_to_c1(make_plan, problem, "o1", "o2", split_stops=("c1", "c1"))
    assert found(problem, plan) == [("listed_twice", 1.0)]


def test_a_stop_that_one_van_of_the_fleet_could_take_whole_is_not_to_be_split(
    make_problem, make_plan, found
):
    bigger = {"capacity": {"weight_kg": 120}}
    problem = make_problem(orders=weights(60, 60), vehicles=[MANY, bigger])
    plan = visits_to_c1(make_plan, problem, "o1", "o2")
    assert found(problem, plan) == [("split_needless", 1.0)]


@pytest.mark.parametrize("reason", ["tags", "road in", "road out", "temperature", "depot"])
def test_a_bigger_van_that_cannot_serve_the_stop_does_not_count(make_problem, make_plan, reason):
    bigger = {"capacity": {"weight_kg": 120}, "tags": frozenset({"narrow_road"})}
    stop = {"id": "c1", "location": 1}
    profiles = None
    if reason == "tags":
        stop["required_tags"] = frozenset({"narrow_road"})
        bigger["tags"] = frozenset()
    elif reason == "temperature":
        bigger["temperatures"] = frozenset({"frozen"})
    elif reason == "depot":
        bigger["start_depot"] = "station"
    else:
        ways = {"van": [[0, 600], [600, 0]], "truck": [[0, 600], [600, 0]]}
        row, column = (0, 1) if reason == "road in" else (1, 0)
        ways["truck"][row][column] = NO_ROAD
        ways["truck"][1][1] = NO_ROAD
        profiles = {name: Profile(np.array(way), np.array(way)) for name, way in ways.items()}
        bigger["profile"] = "truck"
    problem = make_problem(
        (0, 10),
        stops=[stop],
        depots=[{"id": "centre", "location": 0}, {"id": "station", "location": 0}],
        orders=weights(60, 60),
        vehicles=[MANY | {"tags": frozenset({"narrow_road"})}, bigger],
        profiles=profiles,
    )
    assert verify(problem, visits_to_c1(make_plan, problem, "o1", "o2")).ok


def test_both_directions_share_a_visit_because_unloading_comes_first(
    make_problem, make_plan, found
):
    made = [*weights(60), *weights(60, direction="inbound")]
    problem = make_problem(orders=made, vehicles=[MANY])
    plan = visits_to_c1(make_plan, problem, "o1", "o2")
    assert found(problem, plan) == [("split_needless", 1.0)]


def test_orders_of_two_temperatures_that_no_van_holds_together_are_split(make_problem, make_plan):
    made = [*weights(10), *weights(10, temperature="frozen")]
    vans = [{}, {"temperatures": frozenset({"frozen"})}]
    problem = make_problem(orders=made, vehicles=vans)
    calls = {
        "V1": [{"depart_s": 0, "calls": [("c1", ["o1"])]}],
        "V2": [{"depart_s": 0, "calls": [("c1", ["o2"])]}],
    }
    assert verify(problem, make_plan(problem, calls, split_stops=["c1"])).ok


@pytest.mark.parametrize(("direction", "is_ok"), [("outbound", True), ("inbound", False)])
def test_a_mix_splits_a_stop_only_where_both_would_be_on_board(
    make_problem, make_plan, direction, is_ok
):
    made = [
        *weights(10, goods_class="pesticide"),
        *weights(10, goods_class="grain", direction=direction),
    ]
    problem = make_problem(
        orders=made,
        vehicles=[MANY],
        goods_groups={"edible": ("grain",)},
        rules={"forbidden_mixes": (("edible", "pesticide"),)},
    )
    assert verify(problem, visits_to_c1(make_plan, problem, "o1", "o2")).ok is is_ok


def test_opposing_transfers_split_a_stop_and_following_ones_do_not(make_problem, make_plan, found):
    there = {"stop": "c1", "to_stop": "c2", "direction": "transfer"}
    back = {"stop": "c2", "to_stop": "c1", "direction": "transfer"}
    problem = make_problem(orders=[there, back])
    calls = [("c1", ["o1"]), ("c2", ["o1", "o2"]), ("c1", ["o2"])]
    trips = {"V1": [{"depart_s": 0, "calls": calls}]}
    assert verify(problem, make_plan(problem, trips, split_stops=["c1"])).ok
    onward = {"stop": "c2", "to_stop": "c3", "direction": "transfer"}
    problem = make_problem(orders=[there, onward])
    calls = [("c1", ["o1"]), ("c2", ["o1"]), ("c2", ["o2"]), ("c3", ["o2"])]
    plan = make_plan(problem, {"V1": [{"depart_s": 0, "calls": calls}]}, split_stops=["c2"])
    assert found(problem, plan) == [("split_needless", 1.0)]


def test_a_ring_of_transfers_is_opposing_too(make_problem, make_plan):
    ring = [("c1", "c2"), ("c2", "c3"), ("c3", "c1")]
    problem = make_problem(
        orders=[{"stop": one, "to_stop": two, "direction": "transfer"} for one, two in ring]
    )
    calls = [("c1", ["o1"]), ("c2", ["o1", "o2"]), ("c3", ["o2", "o3"]), ("c1", ["o3"])]
    plan = make_plan(problem, {"V1": [{"depart_s": 0, "calls": calls}]}, split_stops=["c1"])
    assert verify(problem, plan).ok


def test_three_visits_where_two_would_do_are_reported(make_problem, make_plan, found):
    problem = make_problem(orders=weights(60, 50, 40), vehicles=[MANY])
    plan = visits_to_c1(make_plan, problem, "o1", "o2", "o3")
    assert found(problem, plan) == [("split_needless", 1.0)]
    assert verify(problem, visits_to_c1(make_plan, problem, "o1 o3", "o2")).ok


def test_three_visits_where_no_two_orders_fit_together_are_accepted(make_problem, make_plan):
    problem = make_problem(orders=weights(60, 60, 60), vehicles=[MANY])
    assert verify(problem, visits_to_c1(make_plan, problem, "o1", "o2", "o3")).ok


def test_orders_left_out_do_not_excuse_a_split_of_the_others(make_problem, make_plan, found):
    problem = make_problem(orders=weights(40, 40, 500), vehicles=[MANY])
    plan = visits_to_c1(make_plan, problem, "o1", "o2", unassigned=["o3"])
    assert found(problem, plan) == [("split_needless", 1.0)]


def test_a_needless_split_of_very_many_orders_is_found(make_problem, make_plan, found):
    (base,) = make_problem(orders=weights(0.01)).orders
    problem = make_problem(vehicles=[MANY])
    problem = replace(problem, orders=tuple(replace(base, id=f"o{n}") for n in range(2000)))
    halves = [" ".join(f"o{n}" for n in range(start, 2000, 2)) for start in (0, 1)]
    plan = visits_to_c1(make_plan, problem, *halves)
    assert found(problem, plan) == [("split_needless", 1.0)]


def test_visits_of_one_stop_in_one_trip_keep_their_rests_apart(make_problem, make_plan):
    there = {"stop": "c1", "to_stop": "c2", "direction": "transfer"}
    back = {"stop": "c2", "to_stop": "c1", "direction": "transfer"}
    problem = make_problem(orders=[there, back], rules={"max_driving_s": 1200, "rest_s": 100})
    calls = [
        ("c1", ["o1"], {"rests": [(100, "driving")]}),
        ("c2", ["o1", "o2"]),
        ("c1", ["o2"], {"rests": [(200, "driving")]}),
    ]
    plan = make_plan(problem, {"V1": [{"depart_s": 0, "calls": calls}]}, split_stops=["c1"])
    assert verify(problem, plan).ok
