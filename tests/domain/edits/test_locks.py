"""Locks as fixed beginnings and owners of the problem."""

from dataclasses import replace

import pytest

from coop_service.domain.edits import Locks, with_locks
from coop_service.domain.problem_faults import find_problem_faults
from tests.domain.verify.relay_day import relay_problem
from tests.hand_plans import small_problem


def first_stops(problem):
    return {vehicle.id: vehicle.first_stops for vehicle in problem.vehicles if vehicle.first_stops}


def test_a_problem_without_locks_stays_the_same_object():
    problem = small_problem()
    assert with_locks(problem, Locks()) is problem


def test_stops_prefixes_and_whole_vans_become_parts_of_the_problem():
    locks = Locks({"c3": "V2"}, {"V1": ("c1",)}, {"V2": ("c3",)})
    locked = with_locks(small_problem(), locks)
    assert locked.stop_by_id["c3"].locked_vehicle == "V2"
    assert first_stops(locked) == {"V1": ("c1",), "V2": ("c3",)}
    assert tuple(find_problem_faults(locked)) == ()


def test_locks_survive_their_document():
    locks = Locks({"c3": "V2"}, {"V1": ("c1",)}, {"V2": ("c3",)})
    assert Locks.from_document(locks.to_document()) == locks
    assert not Locks.from_document(None)


@pytest.mark.parametrize(
    "locks",
    [
        Locks({"gone": "V1", "c1": "V9"}, {"V9": ("c1",)}),
        Locks({}, {"V1": ("gone",)}),
    ],
)
def test_what_the_day_no_longer_has_is_passed_over(locks):
    locked = with_locks(small_problem(), locks)
    assert first_stops(locked) == {}
    assert all(stop.locked_vehicle is None for stop in locked.stops)


def test_a_beginning_ends_before_a_stop_that_belongs_to_another_van():
    locks = Locks({"c2": "V2"}, {"V1": ("c1", "c2", "c3"), "V2": ("c1",)})
    locked = with_locks(small_problem(), locks)
    assert first_stops(locked) == {"V1": ("c1",)}
    assert tuple(find_problem_faults(locked)) == ()


def test_a_beginning_ends_before_a_call_at_a_hub():
    locks = Locks(vehicles={"T1": ("west:down", "west:up"), "B1": ("v1", "v2")})
    locked = with_locks(relay_problem(), locks)
    assert first_stops(locked) == {"B1": ("v1", "v2")}
    assert tuple(find_problem_faults(locked)) == ()


def test_what_the_problem_fixes_itself_stays_fixed():
    problem = small_problem(vehicles=({"first_stops": ("c2",)}, {}))
    problem = replace(
        problem, stops=(replace(problem.stops[0], locked_vehicle="V1"), *problem.stops[1:])
    )
    locked = with_locks(problem, Locks({"c1": "V2"}, {"V1": ("c1", "c2"), "V2": ("c2",)}))
    assert first_stops(locked) == {"V1": ("c2",)}
    assert locked.stop_by_id["c1"].locked_vehicle == "V1"
    longer = with_locks(problem, Locks({}, {"V1": ("c2", "c1")}))
    assert first_stops(longer) == {"V1": ("c2", "c1")}
