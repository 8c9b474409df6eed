"""Loading docks and the packing cut-off, on days without relays as well."""

from dataclasses import replace

import pytest

from coop_service.domain.problem import Direction, OnBoard, Underway
from coop_service.domain.verify import verify

ORDERS = ({"stop": "c1"}, {"stop": "c2"}, {"stop": "c3"})


def at_centre(**limits):
    return ({"id": "centre", "location": 0, **limits},)


def leave_at(*times_s):
    return {
        f"V{number}": [{"depart_s": time_s, "calls": [(f"c{number}", [f"o{number}"])]}]
        for number, time_s in enumerate(times_s, start=1)
    }


@pytest.fixture
def leaving(make_problem, make_plan, found):
    """What is found where vans that load for ten minutes leave a depot at the given times."""

    def run(docks, *times_s, reload_s=600):
        problem = make_problem(
            orders=ORDERS[: len(times_s)],
            vehicles=({"reload_s": reload_s},) * len(times_s),
            depots=at_centre(docks=docks),
        )
        return found(problem, make_plan(problem, leave_at(*times_s)))

    return run


def test_departures_that_are_staggered_by_the_loading_time_share_a_dock(leaving):
    assert leaving(1, 30_000, 30_600, 31_200) == []


def test_a_dock_that_is_taken_is_found_with_how_many_too_many(leaving):
    assert leaving(1, 30_000, 30_599) == [("docks", 1)]
    assert leaving(1, 30_000, 30_000, 30_300) == [("docks", 2)]
    assert leaving(2, 30_000, 30_000, 30_300) == [("docks", 1)]
    assert leaving(3, 30_000, 30_000, 30_300) == []


def test_each_crowded_stretch_is_found_by_itself(make_problem, make_plan, found):
    problem = make_problem(
        orders=(*ORDERS, {"stop": "c3", "id": "o4"}),
        vehicles=({"reload_s": 600, "max_trips": 2},) * 2,
        depots=at_centre(docks=1),
    )
    routes = {
        # Both are back at 31 200 s or later, and leave again at 40 000 s.
        "V1": [
            {"depart_s": 30_000, "calls": [("c1", ["o1"])]},
            {"depart_s": 40_000, "calls": [("c2", ["o2"])]},
        ],
        "V2": [
            {"depart_s": 30_000, "calls": [("c3", ["o3"])]},
            {"depart_s": 40_000, "calls": [("c3", ["o4"])]},
        ],
    }
    plan = make_plan(problem, routes, split_stops=["c3"])
    crowded = [one for one in found(problem, plan) if one[0] == "docks"]
    assert crowded == [("docks", 1), ("docks", 1)]


def test_without_loading_time_or_without_a_number_of_docks_nothing_is_crowded(leaving):
    assert leaving(1, 30_000, 30_000, reload_s=0) == []
    assert leaving(None, 30_000, 30_000, 30_000) == []


def test_a_van_on_the_road_takes_up_no_dock(make_problem, make_plan, found):
    problem = make_problem(
        orders=({"stop": "c1"},),
        vehicles=({"reload_s": 600}, {"reload_s": 600, "underway": Underway(1, 30_000, 29_000)}),
        depots=at_centre(docks=1),
    )
    routes = leave_at(30_000) | {"V2": [{"calls": []}]}
    assert found(problem, make_plan(problem, routes)) == []


def test_the_message_names_the_moment_the_vans_and_the_docks(make_problem, make_plan):
    problem = make_problem(
        orders=ORDERS[:2], vehicles=({"reload_s": 600},) * 2, depots=at_centre(docks=1)
    )
    [violation] = verify(problem, make_plan(problem, leave_at(30_000, 30_300))).violations
    assert violation.message == (
        "08:15:00 有 2 辆车(V1、V2)同占 centre 的装车位，只有 1 个 / "
        "2 vehicles (V1, V2) are at the docks of centre at 08:15:00, there are 1"
    )


@pytest.fixture
def returning(make_problem, make_plan, found):
    """What is found where V1 is back from c1 at 31 200 s."""

    def run(direction, cutoff_s, **vehicle):
        problem = make_problem(
            orders=({"stop": "c1", "direction": direction},),
            vehicles=(vehicle,),
            depots=at_centre(packing_cutoff_s=cutoff_s),
        )
        return found(problem, make_plan(problem, leave_at(30_000)))

    return run


def test_produce_is_back_by_the_packing_cutoff(returning):
    assert returning(Direction.INBOUND, 31_200) == []
    assert returning(Direction.INBOUND, 31_000) == [("packing_cutoff", 200)]
    assert returning(Direction.INBOUND, None) == []


def test_a_trip_without_produce_may_be_back_later(returning):
    assert returning(Direction.OUTBOUND, 31_000) == []


def test_produce_on_board_of_a_van_on_the_road_has_the_cutoff_too(make_problem, make_plan, found):
    def back_at_30_600(*on_board):
        problem = make_problem(
            orders=({"stop": "c1", "direction": Direction.INBOUND},),
            vehicles=({"underway": Underway(1, 30_000, 29_000, on_board=on_board)},),
            depots=at_centre(packing_cutoff_s=30_000),
        )
        problem = replace(problem, orders=problem.orders if on_board else ())
        return found(problem, make_plan(problem, {"V1": [{"calls": []}]}))

    assert back_at_30_600(OnBoard("o1", 29_500)) == [("packing_cutoff", 600)]
    assert back_at_30_600() == []


def test_each_trip_is_judged_by_itself(make_problem, make_plan, found):
    problem = make_problem(
        orders=tuple(order | {"direction": Direction.INBOUND} for order in ORDERS),
        vehicles=({"max_trips": 3},),
        depots=at_centre(packing_cutoff_s=31_200),
    )
    trips = [{"calls": [(f"c{n}", [f"o{n}"])]} for n in (1, 2, 3)]
    trips[0]["depart_s"] = 30_000
    # Back at 31 200, 33 600 and 37 200 s.
    assert found(problem, make_plan(problem, {"V1": trips})) == [
        ("packing_cutoff", 2400),
        ("packing_cutoff", 6000),
    ]
