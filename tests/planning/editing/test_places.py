"""Where an order would fit: by trying every place, and why other vans have none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coop_service.domain.edits import (
    Locks,
    LockVehicle,
    MoveStop,
    Place,
    PutIn,
    TakeOut,
    apply_changes,
)
from coop_service.domain.problem import Direction
from coop_service.domain.verify import verify
from coop_service.planning.editing.hand_day import HandDay
from coop_service.planning.editing.places import UnknownOrder, find_places
from coop_service.planning.editing.retime import check_changes, time_exactly
from tests.domain.verify.conftest import build_problem, simulate
from tests.domain.verify.random_days import Day
from tests.domain.verify.relay_day import relay_plan, relay_problem
from tests.hand_plans import LEAVE_S, ORDERS, ROUTES, small_plan, small_problem


def hand_day(problem=None, routes=None, **terms):
    problem = problem or small_problem()
    return HandDay(problem, small_plan(problem, routes, **terms))


def places_of(hand, order, count=5, *changes):
    [found] = find_places(hand, apply_changes(hand.board, changes), order, count)
    return found


def test_the_best_place_of_an_order_in_the_pool():
    hand = hand_day(routes={"V1": ROUTES["V1"]}, unassigned=["o3"])
    found = places_of(hand, "o3")
    assert (found.orders, found.stops, found.now, found.now_yuan) == (("o3",), ("c3",), None, None)
    best = found.places[0]
    # 20 km and 1200 s more after c1 or c2, twice that before them; an idle V2 costs 196
    assert (best.vehicle, best.extra_yuan, best.extra_m, best.extra_s) == ("V1", 32.0, 20_000, 1200)
    assert [place.extra_yuan for place in found.places] == [32.0, 32.0, 64.0, 196.0]
    assert found.place_count == 4
    [(last, only)] = [(place, place.changes) for place in found.places if place.positions == (2,)]
    assert (last.before_stop, last.after_stop, last.joins, last.trip) == ("c2", None, (False,), 0)
    assert only == (PutIn(("o3",), Place("V1", 2), "c3"),)
    assert find_places(hand, hand.board, "o3", 1)[0].places == found.places[:1]


def test_of_a_planned_order_its_visit_is_moved_elsewhere():
    found = places_of(hand_day(), "o2")
    assert found.now == ("V1", 1)
    # without c2 V1 drives 20 km and 1200 s less; V2 passes it on both ways for nothing
    assert found.now_yuan == 32.0
    assert [(place.vehicle, place.extra_yuan) for place in found.places[:2]] == [
        ("V2", 0.0),
        ("V2", 0.0),
    ]
    assert found.places[0].changes == (MoveStop("V1", "c2", Place("V2", 0), 1),)


def test_a_place_can_be_taken_at_its_price():
    hand = hand_day()
    for place in places_of(hand, "o2", 100).places:
        checked = check_changes(hand, place.changes)
        assert checked.verdict.ok
        assert checked.cost_difference.total == pytest.approx(place.extra_yuan - 32.0, abs=0.011)


def test_places_are_looked_for_in_what_changes_have_made():
    hand = hand_day()
    found = places_of(hand, "o3", 5, TakeOut(("o3",)), MoveStop("V1", "c1", Place("V2")))
    assert found.now is None
    assert {place.vehicle for place in found.places} == {"V1", "V2"}


def test_an_order_joins_the_visit_that_there_is():
    problem = small_problem(orders=[*ORDERS, {"stop": "c2"}])
    hand = hand_day(problem, unassigned=["o4"])
    found = places_of(hand, "o4")
    [place] = found.places
    assert (place.vehicle, place.positions, place.joins) == ("V1", (1,), (True,))
    assert (place.extra_yuan, place.arrive_s, place.before_stop) == (0.0, place.start_s, "c1")
    assert [(one.vehicle, one.rule) for one in found.refusals] == [("V2", "split_needless")]
    checked = check_changes(hand, place.changes)
    assert checked.verdict.ok
    assert checked.after.unassigned == ()


def test_a_transfer_has_a_place_for_each_end():
    transfer = {"stop": "c1", "to_stop": "c3", "direction": Direction.TRANSFER}
    problem = small_problem(orders=[transfer, {"stop": "c2"}])
    routes = {"V1": [{"depart_s": LEAVE_S, "calls": [("c2", ["o2"])]}]}
    hand = hand_day(problem, routes, unassigned=["o1"])
    best = places_of(hand, "o1").places[0]
    # c1 lies on the way, c3 is 10 km and 600 s further, each way
    assert (best.vehicle, best.extra_yuan) == ("V1", 32.0)
    assert best.positions in [(0, 1), (0, 2)]
    checked = check_changes(hand, best.changes)
    assert checked.verdict.ok
    assert checked.cost_difference.total == 32.0


@pytest.mark.parametrize(
    ("problem", "rule", "told"),
    [
        ({"vehicles": ({}, {"shift_s": (LEAVE_S, LEAVE_S + 3600)})}, "shift", "min over"),
        ({"vehicles": ({}, {"max_work_s": 3600})}, "work_time", "10 min over"),
        ({"vehicles": ({}, {"capacity": {"weight_kg": 15}})}, "capacity", "5 over"),
        ({"rules": {"max_driving_day_s": 2400}}, "base_broken", "breaks a rule"),
        (
            {"depots": ({"id": "centre", "location": 0}, {"id": "west", "location": 0}),
             "vehicles": ({}, {"start_depot": "west", "end_depot": "west"}),
             "orders": [ORDERS[0], ORDERS[1], ORDERS[2] | {"depot": "west"}]},
            "depot",
            "does not load at centre",
        ),
    ],
)  # fmt: skip
def test_a_van_without_a_place_says_why(problem, rule, told):
    stops = [{"id": f"c{at}", "location": at} for at in (1, 2, 3)]
    stops[1]["service_s"] = 600
    hand = hand_day(small_problem(**({"stops": stops} | problem)))
    [refusal] = [one for one in places_of(hand, "o2").refusals if one.vehicle == "V2"]
    assert refusal.rule == rule
    assert told in refusal.detail


def test_a_locked_van_and_a_locked_stop_are_told():
    hand = hand_day()
    [refusal] = places_of(hand, "o2", 5, LockVehicle("V2")).refusals
    assert (refusal.vehicle, refusal.rule) == ("V2", "locked")
    locked = HandDay(hand.problem, hand.plan, Locks({"c2": "V1"}, {"V1": ("c1",)}))
    found = places_of(locked, "o2")
    assert [(one.vehicle, one.rule) for one in found.refusals] == [("V2", "locked")]
    assert [place.positions for place in found.places] == [(1,)]


def test_an_order_over_a_hub_has_an_answer_for_each_leg():
    problem = relay_problem(vehicles=({"id": "B2", "start_depot": "west", "end_depot": "west"},))
    hand = HandDay(problem, relay_plan(problem))
    board = apply_changes(hand.board, [TakeOut(("o1",))])
    trunk, branch = find_places(hand, board, "o1", 3)
    assert (trunk.orders, trunk.stops) == (("o1:trunk",), ("west:down",))
    assert (branch.orders, branch.stops) == (("o1:branch",), ("v1",))
    assert trunk.places[0].vehicle == "T1"
    assert branch.places[0].vehicle in ("B1", "B2")
    changes = [TakeOut(("o1",)), *trunk.places[0].changes, *branch.places[0].changes]
    checked = check_changes(hand, changes)
    assert checked.after.unassigned == ()
    assert {one.rule for one in checked.verdict.violations} <= {"hub_doors"}


def test_an_order_that_the_day_does_not_have():
    hand = hand_day()
    with pytest.raises(UnknownOrder):
        find_places(hand, hand.board, "o9", 5)


def at_best_times(day):
    """The day's plan with each route at its own cheapest times, as planners leave it."""
    board = HandDay(day.problem, day.plan).board
    exact = time_exactly(day.problem, {name: board.calls(name) for name in board.routes})
    plan = replace(day.plan, routes=tuple(exact[name] for name in board.routes), kpis={})
    verdict = verify(day.problem, plan)
    return replace(plan, cost=verdict.cost, cost_parts=verdict.cost_parts)


@pytest.mark.parametrize("seed", range(25))
def test_the_best_place_is_the_best_of_all_that_could_be_tried(seed):
    day = Day(seed, build_problem, simulate)
    hand = HandDay(day.problem, at_best_times(day))
    assert hand.violations == ()
    candidates = [
        order.id
        for order in day.problem.orders
        if order.direction is not Direction.TRANSFER and order.id in hand.board.services
    ]
    for order in candidates[:2]:
        out = TakeOut((order,))
        without = check_changes(hand, [out]).after.cost
        penalty = day.problem.order_by_id[order].drop_penalty or 0.0
        best = float("inf")
        for place in every_place(hand, order):
            checked = check_changes(hand, [out, PutIn((order,), place)])
            if checked.verdict.ok:
                best = min(best, checked.after.cost - without + penalty)
        [found] = find_places(hand, apply_changes(hand.board, [out]), order, 1)
        if best == float("inf"):
            assert found.places == ()
        else:
            assert found.places[0].extra_yuan == pytest.approx(best, abs=0.021)
            chosen = check_changes(hand, [out, *found.places[0].changes])
            assert chosen.verdict.ok


def every_place(hand, order):
    board = apply_changes(hand.board, [TakeOut((order,))])
    stop = board.frame.day.order_by_id[order].stop
    for vehicle in board.frame.day.vehicles:
        calls = board.calls(vehicle.id)
        yield from (Place(vehicle.id, position) for position in range(len(calls) + 1))
        for position, call in enumerate(calls):
            if call.stop == stop:
                yield Place(vehicle.id, position, join=True)
