"""What changes cost and break, worked out by hand, and recomputed on random days.

The day is that of :mod:`tests.hand_plans`, with the one thing added that a change then breaks.
"""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from coop_service.domain.edits import (
    LockPrefix,
    Locks,
    LockStop,
    MoveStop,
    Place,
    PutIn,
    ReverseRoute,
    SwapVehicles,
    TakeOut,
    apply_changes,
)
from coop_service.domain.plan import Reason
from coop_service.domain.problem import Direction, Lunch, OnBoard, Profile, Underway
from coop_service.domain.verify import Rule, verify
from coop_service.planning.editing.forward import drive_on
from coop_service.planning.editing.hand_day import HandDay
from coop_service.planning.editing.retime import ENGINE, check_changes, time_exactly
from tests.domain.verify.conftest import build_problem, line_profile, simulate
from tests.domain.verify.random_days import Day
from tests.hand_plans import COST, LEAVE_S, ORDERS, ROUTES, small_plan, small_problem

BOOKKEEPING = {
    rule.value
    for rule in Rule
    if rule.value.startswith("stated_")
    or (rule.value.endswith("_time") and rule.value not in ("driving_time",))
} | {
    Rule.RELOAD.value,
    Rule.REST_POSITION.value,
    Rule.BAD_NUMBER.value,
    Rule.EMPTY_ROUTE.value,
    Rule.EMPTY_VISIT.value,
    Rule.ORDER_MISSING.value,
    Rule.ORDER_SERVED_AND_UNASSIGNED.value,
    Rule.LISTED_TWICE.value,
    Rule.SPLIT_UNLISTED.value,
    Rule.SPLIT_UNTRUE.value,
    Rule.UNDERWAY_START.value,
    Rule.UNDERWAY_MISSING.value,
}
"""What no dispatcher can bring about: a plan that does not say what is driven."""

C2_TO_V2 = MoveStop("V1", "c2", Place("V2"))


def order(number, **changes):
    """The orders of the day, one of them changed."""
    return [one | (changes if n == number else {}) for n, one in enumerate(ORDERS, start=1)]


def vans(one=None, other=None):
    return (one or {}, other or {})


def stops(**changes):
    return [{"id": f"c{at}", "location": at} | changes.get(f"c{at}", {}) for at in range(1, 4)]


def hand_day(problem=None, routes=None, **terms):
    problem = problem or small_problem()
    plan = small_plan(problem, routes, **terms)
    assert verify(problem, plan).violations == ()
    return HandDay(problem, plan)


def broken(hand, *changes):
    checked = check_changes(hand, changes)
    return [(one.rule, one.amount) for one in checked.verdict.violations]


def test_no_changes_are_the_base_plan():
    hand = hand_day()
    checked = check_changes(hand, [])
    assert checked.after is hand.plan
    assert checked.cost_difference.total == 0.0
    assert (checked.changed_routes, checked.changed_figures) == ((), {})


def test_a_move_costs_what_is_driven_more_or_less():
    # V1 drives 20 km and 1200 s less; V2 passes c2 anyway
    checked = check_changes(hand_day(), [MoveStop("V1", "c2", Place("V2", 0))])
    assert checked.verdict.ok
    assert checked.after.cost == COST - 32.0
    parts = checked.cost_difference
    assert (parts.fixed, parts.distance, parts.time) == (0.0, -20.0, -12.0)
    assert [route.vehicle for route in checked.changed_routes] == ["V1", "V2"]
    assert checked.changed_figures["distance_km"] == (100.0, 80.0)
    assert checked.after.engine == ENGINE


def test_a_van_that_is_emptied_saves_its_fixed_cost():
    # V1 goes on to c3: 20 km and 1200 s more for it, V2 with its 196 yuan stays at home
    checked = check_changes(hand_day(), [MoveStop("V2", "c3", Place("V1"))])
    assert checked.verdict.ok
    assert checked.after.cost == COST - 196.0 + 32.0
    assert checked.idle_vehicles == ("V2",)
    assert checked.cost_difference.fixed == -100.0


def test_an_order_in_the_pool_costs_its_penalty_and_says_that_it_was_taken_out():
    hand = hand_day(small_problem(orders=order(3, drop_penalty=50.0)))
    checked = check_changes(hand, [TakeOut(("o3",))])
    assert checked.verdict.ok
    assert checked.after.cost == COST - 196.0 + 50.0
    [left_out] = checked.after.unassigned
    assert (left_out.order, left_out.reason, left_out.proved) == ("o3", Reason.BY_HAND, False)


def test_an_order_from_the_pool_is_no_longer_unassigned():
    hand = hand_day(routes={"V1": ROUTES["V1"]}, unassigned=["o3"])
    checked = check_changes(hand, [PutIn(("o3",), Place("V1"))])
    assert checked.verdict.ok
    assert checked.after.unassigned == ()
    assert checked.cost_difference.total == 32.0


def test_undo_is_a_shorter_list_and_gives_the_base_plan_back():
    hand = hand_day()
    changes = [C2_TO_V2, SwapVehicles("V1", "V2"), TakeOut(("o1",)), ReverseRoute("V1")]
    for count in range(len(changes), 0, -1):
        assert check_changes(hand, changes[:count]).after.routes != hand.plan.routes
    assert check_changes(hand, changes[:0]).after == hand.plan


def test_there_and_back_again_is_the_base_plan_but_for_its_author():
    hand = hand_day()
    back = MoveStop("V2", "c2", Place("V1"))
    after = check_changes(hand, [C2_TO_V2, back]).after
    assert after.routes == hand.plan.routes
    assert (after.cost, after.cost_parts) == (hand.plan.cost, hand.plan.cost_parts)


def test_a_route_that_keeps_the_rules_leaves_as_late_as_it_can():
    # c2 opens at 11:00; V2 passes it on its way back from c3, where it may be at any time
    problem = small_problem(stops=stops(c2={"time_windows_s": ((39_600, 43_200),)}))
    routes = ROUTES | {"V1": [{"depart_s": 38_400, "calls": [("c1", ["o1"]), ("c2", ["o2"])]}]}
    checked = check_changes(hand_day(problem, routes), [C2_TO_V2])
    assert checked.verdict.ok
    assert checked.plainly_timed == frozenset()
    [route] = [route for route in checked.after.routes if route.vehicle == "V2"]
    assert (route.depart_s, route.waiting_s) == (39_600 - 2400, 0)


def test_a_van_that_only_lacks_equipment_is_still_timed_exactly():
    problem = small_problem(
        stops=stops(
            c2={"required_tags": frozenset({"lift"}), "time_windows_s": ((39_600, 43_200),)}
        ),
        vehicles=vans({"tags": frozenset({"lift"})}),
    )
    routes = ROUTES | {"V1": [{"depart_s": 38_400, "calls": [("c1", ["o1"]), ("c2", ["o2"])]}]}
    checked = check_changes(hand_day(problem, routes), [C2_TO_V2])
    assert [one.rule for one in checked.verdict.violations] == ["required_tags"]
    assert checked.plainly_timed == frozenset()


MIXED = {"rules": {"forbidden_mixes": (("farm_input_pesticide", "grain"),)}}
NOON = {"lunch": Lunch((41_400, 46_800), 1800)}


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        pytest.param(
            # leaves at the start of the shift at the earliest, and is back at c2 after 2400 s
            {
                "stops": stops(c2={"time_windows_s": ((LEAVE_S + 1200, LEAVE_S + 1300),)}),
                "vehicles": vans(None, {"shift_s": (LEAVE_S, 86_400)}),
            },
            [("time_window", 1100)],
            id="time_window",
        ),
        pytest.param(
            {"orders": order(3, load={"weight_kg": 95})}, [("capacity", 5)], id="capacity"
        ),
        pytest.param(
            {
                "stops": stops(c2={"service_s": 600}),
                "vehicles": vans(None, {"shift_s": (LEAVE_S, LEAVE_S + 3600)}),
            },
            [("shift", 600)],
            id="shift",
        ),
        pytest.param(
            {
                "stops": stops(c2={"service_s": 600}),
                "vehicles": vans(None, {"max_work_s": 3600}),
            },
            [("max_work", 600)],
            id="max_work",
        ),
        pytest.param(
            {
                "stops": stops(c2={"location": 4}),
                "vehicles": vans(None, {"max_distance_m": 60_000}),
            },
            [("max_distance", 20_000)],
            id="max_distance",
        ),
        pytest.param(
            # V2 may drive its hour a day and no more; c2 lies on the other side of the centre
            {"stops": stops(c2={"location": 4}), "rules": {"max_driving_day_s": 3600}},
            [("driving_day", 1200)],
            id="driving_day",
        ),
        pytest.param(
            {
                "stops": stops(c2={"required_tags": frozenset({"lift", "narrow"})}),
                "vehicles": vans({"tags": frozenset({"lift", "narrow"})}),
            },
            [("required_tags", 2)],
            id="required_tags",
        ),
        pytest.param(
            {
                "orders": order(2, temperature="chilled"),
                "vehicles": vans({"temperatures": frozenset({"ambient", "chilled"})}),
            },
            [("temperature", 1)],
            id="temperature",
        ),
        pytest.param(
            {
                "orders": [
                    ORDERS[0],
                    ORDERS[1] | {"goods_class": "grain"},
                    ORDERS[2] | {"goods_class": "farm_input_pesticide"},
                ],
                **MIXED,
            },
            [("forbidden_mix", 1)],
            id="forbidden_mix",
        ),
        pytest.param(
            {"orders": order(2, max_on_board_s=1500)}, [("max_on_board", 900)], id="max_on_board"
        ),
        pytest.param(
            {
                "depots": ({"id": "centre", "location": 0}, {"id": "west", "location": 0}),
                "vehicles": vans(None, {"start_depot": "west", "end_depot": "west"}),
                "orders": order(3, depot="west"),
            },
            [("wrong_depot", 1)],
            id="wrong_depot",
        ),
        pytest.param(
            {
                "depots": ({"id": "centre", "location": 0, "close_s": LEAVE_S + 3600},),
                "stops": stops(
                    c2={"service_s": 600}, c3={"time_windows_s": ((LEAVE_S + 1800,) * 2,)}
                ),
            },
            [("depot_hours", 600)],
            id="depot_hours",
        ),
        pytest.param(
            {
                "depots": ({"id": "centre", "location": 0, "packing_cutoff_s": LEAVE_S + 2400},),
                "orders": order(2, direction=Direction.INBOUND),
                "stops": stops(c3={"time_windows_s": ((LEAVE_S + 1800,) * 2,)}),
            },
            [("packing_cutoff", 1200)],
            id="packing_cutoff",
        ),
    ],
)
def test_a_bad_move_tells_what_it_breaks_and_by_how_much(problem, expected):
    hand = hand_day(small_problem((0, 10, 20, 30, -10), **({"stops": stops()} | problem)))
    assert broken(hand, C2_TO_V2) == expected


def test_a_road_that_the_other_van_may_not_drive():
    closed = line_profile((0, 10, 20, 30))
    duration_s, distance_m = closed.duration_s.copy(), closed.distance_m.copy()
    duration_s[:, 2] = duration_s[2, :] = distance_m[:, 2] = distance_m[2, :] = -1
    problem = small_problem(
        profiles={"van": closed, "truck": Profile(duration_s, distance_m)},
        vehicles=vans(None, {"profile": "truck"}),
    )
    assert broken(hand_day(problem), C2_TO_V2) == [("no_road", 1), ("no_road", 1)]


def test_a_leg_that_is_too_long_to_drive_without_a_rest():
    # 4200 s from c3 and 6000 s home; the driver rests at both stops, which is all there is
    problem = small_problem(
        (0, 10, 20, 30, 100),
        orders=[*ORDERS, {"stop": "c4"}],
        rules={"max_driving_s": 3600, "rest_s": 1200},
    )
    hand = hand_day(problem, unassigned=["o4"])
    assert broken(hand, PutIn(("o4",), Place("V2", 1))) == [
        ("driving_time", 600),
        ("driving_time", 2400),
    ]


def test_a_service_over_the_whole_of_noon_leaves_no_lunch():
    noon = {"service_s": 6600, "time_windows_s": ((41_000, 41_000),)}
    problem = small_problem(
        (0, 10, 20, 30, 10),
        stops=[*stops(), {"id": "c4", "location": 4} | noon],
        orders=[*ORDERS, {"stop": "c4"}],
        rules=NOON,
    )
    early = {name: [trips[0] | {"depart_s": 30_000}] for name, trips in ROUTES.items()}
    hand = hand_day(problem, early, unassigned=["o4"])
    assert broken(hand, PutIn(("o4",), Place("V2"))) == [("lunch", 1800)]


def test_rests_and_lunch_that_can_be_had_are_no_violations():
    # the window is missed by V2; that it is out at noon and drives long is no matter
    problem = small_problem(
        (0, 40, 80, 120),
        stops=stops(c2={"time_windows_s": ((39_000, 41_000),)}),
        vehicles=vans(None, {"shift_s": (LEAVE_S, 86_400)}),
        rules={"max_driving_s": 9000, "rest_s": 1200, **NOON},
    )
    routes = {
        "V1": [
            {
                "depart_s": LEAVE_S,
                "calls": [
                    ("c1", ["o1"]),
                    ("c2", ["o2"], {"rests": [(600, "driving"), (1800, "lunch")]}),
                ],
            }
        ],
        "V2": [
            {
                "depart_s": LEAVE_S,
                "calls": [("c3", ["o3"], {"rests": [(1800, "lunch")]})],
            }
        ],
    }
    assert broken(hand_day(problem, routes), C2_TO_V2) == [
        ("time_window", 7200 + 2400 + 1800 - 5000)
    ]


def test_locks_that_a_change_breaks():
    hand = hand_day()
    assert broken(hand, LockStop("c2"), C2_TO_V2) == [("locked_vehicle", 1)]
    to_front = MoveStop("V1", "c2", Place("V1", 0))
    assert broken(hand, LockPrefix("V1", 1), to_front) == [("first_stops", 1)]
    locked = HandDay(hand.problem, hand.plan, Locks({"c2": "V1"}))
    assert broken(locked, C2_TO_V2) == [("locked_vehicle", 1)]


def test_a_transfer_that_is_torn_apart():
    transfer = {"stop": "c1", "to_stop": "c2", "direction": Direction.TRANSFER}
    problem = small_problem(orders=[transfer, {"stop": "c3"}])
    routes = {
        "V1": [{"depart_s": LEAVE_S, "calls": [("c1", ["o1"]), ("c2", ["o1"])]}],
        "V2": [{"depart_s": LEAVE_S, "calls": [("c3", ["o2"])]}],
    }
    hand = hand_day(problem, routes)
    assert broken(hand, C2_TO_V2) == [("transfer", 1), ("transfer", 1)]


def test_a_stop_that_is_split_without_need():
    problem = small_problem(orders=[*ORDERS, {"stop": "c2"}])
    routes = ROUTES | {
        "V1": [{"depart_s": LEAVE_S, "calls": [("c1", ["o1"]), ("c2", ["o2", "o4"])]}]
    }
    part = replace(C2_TO_V2, orders=("o4",))
    assert broken(hand_day(problem, routes), part) == [("split_needless", 1)]


def test_more_trips_than_the_other_van_may_make():
    problem = small_problem(
        orders=[one | {"load": {"weight_kg": 60}} for one in ORDERS],
        vehicles=vans({"max_trips": 2}),
    )
    routes = {
        "V1": [
            {"depart_s": LEAVE_S, "calls": [("c1", ["o1"])]},
            {"calls": [("c2", ["o2"])]},
        ],
        "V2": ROUTES["V2"],
    }
    assert broken(hand_day(problem, routes), SwapVehicles("V1", "V2")) == [("max_trips", 1)]


def test_more_vans_at_the_dock_than_there_are():
    # V1 must leave at 10:00 for c1 and V2 for c2, each loaded for ten minutes before
    problem = small_problem(
        depots=({"id": "centre", "location": 0, "docks": 1},),
        vehicles=({"reload_s": 600}, {"reload_s": 600}),
        stops=stops(
            c1={"time_windows_s": ((LEAVE_S + 600,) * 2,)},
            c2={"time_windows_s": ((LEAVE_S + 1200,) * 2,)},
        ),
        orders=ORDERS[:2],
    )
    hand = hand_day(problem, {"V1": ROUTES["V1"]})
    assert broken(hand, C2_TO_V2) == [("docks", 1)]


def test_goods_that_are_on_another_van():
    underway = Underway(0, LEAVE_S, LEAVE_S, on_board=(OnBoard("o1", LEAVE_S),))
    problem = small_problem(vehicles=vans({"underway": underway}), orders=[ORDERS[0], ORDERS[2]])
    routes = {
        "V1": [{"depart_s": LEAVE_S, "calls": [("c1", ["o1"])]}],
        "V2": [{"depart_s": LEAVE_S, "calls": [("c3", ["o2"])]}],
    }
    hand = hand_day(problem, routes)
    assert broken(hand, MoveStop("V1", "c1", Place("V2"))) == [("on_board_elsewhere", 1)]
    assert broken(hand, MoveStop("V2", "c3", Place("V1"))) == [("not_on_board", 1)]


def test_what_the_base_plan_breaks_already_is_told_apart():
    problem = small_problem(stops=stops(c1={"required_tags": frozenset({"lift"})}))
    hand = HandDay(problem, small_plan(problem))
    checked = check_changes(hand, [LockStop("c2"), C2_TO_V2])
    assert {one.rule: checked.is_new(one) for one in checked.verdict.violations} == {
        "required_tags": False,
        "locked_vehicle": True,
    }


# random days


def random_change(dice, board):
    """A change that can be made on the board."""
    routes = {name: board.calls(name) for name in board.routes if board.calls(name)}
    vehicles = [vehicle.id for vehicle in board.frame.day.vehicles]
    target = dice.choice(vehicles)
    count = len(board.calls(target))
    name = dice.choice(sorted(routes))
    at = dice.randrange(len(routes[name]))
    call = routes[name][at]
    kind = dice.random()
    if kind < 0.5:
        some = call.orders if dice.random() < 0.7 else dice.sample(call.orders, 1)
        gone = target == name and len(some) == len(call.orders)
        place = Place(target, dice.randint(0, count - gone))
        return MoveStop(name, call.stop, place, at, tuple(some))
    if kind < 0.65 and len(vehicles) > 1:
        return SwapVehicles(name, dice.choice([one for one in vehicles if one != name]))
    if kind < 0.8:
        return ReverseRoute(name)
    if board.pool and kind < 0.9:
        order = board.frame.day.order_by_id[dice.choice(board.pool)]
        if order.direction is not Direction.TRANSFER:
            return PutIn((order.id,), Place(target, dice.randint(0, count)))
    return TakeOut((dice.choice(call.orders),))


@pytest.mark.parametrize("seed", range(40))
def test_after_any_changes_the_plan_says_what_is_driven_and_what_it_costs(seed):
    day = Day(seed, build_problem, simulate)
    hand = HandDay(day.problem, day.plan)
    dice = random.Random(seed)
    changes = []
    board = hand.board
    for _ in range(4):
        if not any(board.calls(name) for name in board.routes):
            break
        changes.append(random_change(dice, board))
        board = apply_changes(board, changes[-1:])
        checked = check_changes(hand, changes)
        assert checked.verdict == verify(hand.problem, checked.after)
        assert checked.after.cost == checked.verdict.cost
        assert checked.after.cost_parts == checked.verdict.cost_parts
        assert {one.rule for one in checked.verdict.violations} & BOOKKEEPING == set()
    assert changes


@pytest.mark.parametrize("seed", range(40))
def test_a_day_that_is_driven_on_costs_no_less_than_at_its_best_times(seed):
    day = Day(seed, build_problem, simulate)
    board = HandDay(day.problem, day.plan).board
    exact = time_exactly(day.problem, {name: board.calls(name) for name in board.routes})
    # the plan is right by construction, so that each of its days has some times
    assert exact.keys() == board.routes.keys()
    for name, trips in board.routes.items():
        driven = drive_on(day.problem, day.problem.vehicle_by_id[name], trips)
        plan = replace(day.plan, routes=(driven,), unassigned=(), split_stops=(), kpis={})
        found = {one.rule for one in verify(day.problem, plan).violations if one.vehicle == name}
        assert found & BOOKKEEPING == set()
        if not found:
            assert driven.cost >= exact[name].cost - 0.01
        loads = [visit.load_after for visit in driven.visits]
        [own] = [route for route in day.plan.routes if route.vehicle == name]
        stated = [visit.load_after for visit in own.visits]
        for ours, theirs in zip(loads, stated, strict=True):
            assert all(np.isclose(ours.get(unit, 0), amount) for unit, amount in theirs.items())
