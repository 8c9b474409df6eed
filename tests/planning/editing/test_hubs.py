"""Days over a hub: what is moved there is judged like everything else, and waits for its goods.

The day is that of :mod:`tests.domain.verify.relay_day`, with a second branch van and doors enough.
"""

from __future__ import annotations

import pytest

from coop_service.domain.edits import MoveStop, Place, PutIn, SwapVehicles, TakeOut
from coop_service.domain.verify import verify
from coop_service.planning.editing.hand_day import HandDay
from coop_service.planning.editing.retime import NoTimetable, check_changes
from tests.domain.verify.relay_day import COST, TRUCK, relay_plan, relay_problem
from tests.planning.editing.test_retime import BOOKKEEPING

B2 = TRUCK | {"id": "B2", "start_depot": "west", "end_depot": "west"}
T2 = TRUCK | {"id": "T2"}


@pytest.fixture
def hand():
    problem = relay_problem(
        hub={"doors": None},
        centre={"docks": None, "packing_cutoff_s": None},
        vehicles=(B2, T2),
    )
    hand = HandDay(problem, relay_plan(problem))
    assert hand.violations == ()
    return hand


def rules(checked):
    return [one.rule for one in checked.verdict.violations]


def test_a_village_moves_to_another_van_of_the_hub(hand):
    checked = check_changes(hand, [MoveStop("B1", "v2", Place("B2"))])
    assert rules(checked) == []
    assert checked.after.cost == checked.verdict.cost
    # B2's fixed 100 yuan, and what both no longer wait
    assert checked.cost_difference.fixed == 100.0
    assert {route.vehicle for route in checked.changed_routes} >= {"B1", "B2"}
    [b2] = [route for route in checked.after.routes if route.vehicle == "B2"]
    # what T1 brings is sorted at 38 720 s
    assert b2.depart_s >= 38_720


def test_a_trunk_visit_moves_to_another_truck(hand):
    checked = check_changes(hand, [MoveStop("T1", "west:up", Place("T2"))])
    assert rules(checked) == []
    [t2] = [route for route in checked.after.routes if route.vehicle == "T2"]
    # what the vans bring is sorted at 43 610 s
    assert t2.trips[0].stops[0].start_s >= 43_610


def test_trucks_that_swap_their_days_keep_to_the_goods(hand):
    checked = check_changes(hand, [SwapVehicles("T1", "T2")])
    assert rules(checked) == []
    # timed anew, T2 waits at the hub where T1 drove home in between: 60 km less
    assert checked.after.cost == round(COST - 60, 2)


def test_a_truck_waits_for_a_van_that_comes_later_than_before(hand):
    # B1 makes one trip of both villages, and is back later than T1 had reckoned with
    checked = check_changes(hand, [MoveStop("B1", "v1", Place("B1", 1), position=0)])
    assert rules(checked) == []
    for route in checked.after.routes:
        if route.vehicle == "T1":
            up = [visit for visit in route.visits if visit.stop == "west:up"]
            assert up[0].start_s >= 43_610


def test_a_leg_without_its_other_one_is_told(hand):
    changes = [TakeOut(("o1",)), PutIn(("o1:branch",), Place("B1", 0, join=True))]
    checked = check_changes(hand, changes)
    assert rules(checked) == ["chain_incomplete"]
    [violation] = checked.verdict.violations
    assert (violation.order, violation.amount) == ("o1", 1)


def test_a_village_with_a_truck_of_the_centre_is_the_wrong_depot(hand):
    checked = check_changes(hand, [MoveStop("B1", "v2", Place("T2"))])
    assert set(rules(checked)) == {"wrong_depot"}


def test_vehicles_that_would_wait_for_one_another_are_refused(hand):
    # T1 would take what B1 brings before it has brought what B1 is to take
    with pytest.raises(NoTimetable) as error:
        check_changes(hand, [MoveStop("T1", "west:up", Place("T1", 0))])
    [fault] = error.value.faults
    assert (fault.pointer, fault.code) == ("/changes", "no_timetable")


def test_the_books_are_right_after_any_of_these_changes(hand):
    for changes in (
        [MoveStop("B1", "v2", Place("B2")), MoveStop("B1", "v1", Place("B2", 0))],
        [TakeOut(("o1", "i2"))],
        [MoveStop("D1", "e1", Place("T2")), SwapVehicles("B1", "B2")],
        [MoveStop("T1", "west:down", Place("T2"), orders=("o2:trunk",))],
    ):
        checked = check_changes(hand, changes)
        assert checked.verdict == verify(hand.problem, checked.after)
        assert checked.after.cost == checked.verdict.cost
        assert set(rules(checked)) & BOOKKEEPING == set()
