"""Changes on the board: what visits who, one change after the other."""

import pytest

from coop_service.domain.edits import (
    LockPrefix,
    LockStop,
    LockVehicle,
    MoveStop,
    Place,
    PutIn,
    ReverseRoute,
    SwapVehicles,
    TakeOut,
    UnlockPrefix,
    UnlockStop,
    UnlockVehicle,
    apply_changes,
    lay_out,
)
from coop_service.domain.edits.apply import ImpossibleChange
from coop_service.domain.problem import Direction
from tests.domain.verify.relay_day import relay_plan, relay_problem
from tests.hand_plans import LEAVE_S, small_plan, small_problem


@pytest.fixture
def board():
    problem = small_problem()
    return lay_out(problem, small_plan(problem))


@pytest.fixture
def shared():
    """c2 has two orders, both with V1; V2 has two trips."""
    problem = small_problem(
        orders=({"stop": "c1"}, {"stop": "c2"}, {"stop": "c3"}, {"stop": "c2"}, {"stop": "c1"}),
        vehicles=({}, {"max_trips": 2}),
    )
    routes = {
        "V1": [{"depart_s": LEAVE_S, "calls": [("c2", ["o2", "o4"]), ("c1", ["o1"])]}],
        "V2": [{"depart_s": LEAVE_S, "calls": [("c3", ["o3"])]}, {"calls": [("c1", ["o5"])]}],
    }
    return lay_out(problem, small_plan(problem, routes, split_stops=["c1"]))


def stops(board):
    return {
        name: [[call.stop for call in trip] for trip in trips]
        for name, trips in board.routes.items()
    }


def fault(board, *changes):
    with pytest.raises(ImpossibleChange) as error:
        apply_changes(board, changes)
    [found] = error.value.faults
    return found.pointer, found.code


def test_no_changes_leave_everything_as_it_is(board):
    assert apply_changes(board, []).routes == board.routes


@pytest.mark.parametrize(
    ("position", "expected"), [(0, ["c2", "c3"]), (1, ["c3", "c2"]), (None, ["c3", "c2"])]
)
def test_a_stop_moves_to_a_place_of_another_van(board, position, expected):
    moved = apply_changes(board, [MoveStop("V1", "c2", Place("V2", position))])
    assert stops(moved) == {"V1": [["c1"]], "V2": [expected]}
    assert stops(board) == {"V1": [["c1", "c2"]], "V2": [["c3"]]}


def test_positions_of_the_same_van_count_without_the_stop_that_moves(board):
    moved = apply_changes(board, [MoveStop("V1", "c1", Place("V1", 1))])
    assert stops(moved)["V1"] == [["c2", "c1"]]


def test_a_van_without_stops_stays_at_home(board):
    moved = apply_changes(board, [MoveStop("V2", "c3", Place("V1"))])
    assert stops(moved) == {"V1": [["c1", "c2", "c3"]]}


def test_some_orders_of_a_stop_move_and_the_others_stay(shared):
    moved = apply_changes(shared, [MoveStop("V1", "c2", Place("V2", 0), orders=("o4",))])
    assert moved.routes["V1"][0][0].orders == ("o2",)
    assert moved.routes["V2"][0][0].orders == ("o4",)


def test_orders_join_a_visit_to_their_stop(shared):
    there = MoveStop("V1", "c2", Place("V2", 0), orders=("o4",))
    back = MoveStop("V2", "c2", Place("V1", join=True))
    assert apply_changes(shared, [there, back]).routes == shared.routes


def test_between_two_trips_a_stop_goes_to_the_end_of_the_earlier_one(shared):
    moved = apply_changes(shared, [MoveStop("V1", "c2", Place("V2", 1))])
    assert stops(moved)["V2"] == [["c3", "c2"], ["c1"]]


def test_orders_go_to_the_pool_and_come_back(board):
    out = apply_changes(board, [TakeOut(("o1", "o3"))])
    assert (stops(out), out.pool) == ({"V1": [["c2"]]}, ("o1", "o3"))
    back = apply_changes(out, [PutIn(("o1",), Place("V1", 0)), PutIn(("o3",), Place("V2"))])
    assert (back.routes, back.pool) == (board.routes, ())


def test_vans_swap_their_days_also_with_one_that_is_idle(board):
    assert stops(apply_changes(board, [SwapVehicles("V1", "V2")])) == {
        "V1": [["c3"]],
        "V2": [["c1", "c2"]],
    }
    alone = apply_changes(board, [TakeOut(("o3",)), SwapVehicles("V1", "V2")])
    assert stops(alone) == {"V2": [["c1", "c2"]]}


def test_each_trip_is_reversed_or_one_of_them(shared):
    more = apply_changes(shared, [MoveStop("V1", "c2", Place("V2", 0))])
    assert stops(apply_changes(more, [ReverseRoute("V2")]))["V2"] == [["c3", "c2"], ["c1"]]
    assert stops(apply_changes(more, [ReverseRoute("V2", 1)])) == stops(more)


def test_locks_are_set_and_lifted(board):
    locked = apply_changes(board, [LockStop("c3"), LockPrefix("V1", 1), LockVehicle("V2")]).locks
    assert locked.stops == {"c3": "V2"}
    assert locked.prefixes == {"V1": ("c1",)}
    assert locked.vehicles == {"V2": ("c3",)}
    lifted = [LockStop("c3"), UnlockStop("c3"), LockPrefix("V1", 2), UnlockPrefix("V1")]
    lifted += [LockVehicle("V2"), UnlockVehicle("V2")]
    assert not apply_changes(board, lifted).locks


def test_a_locked_van_is_not_touched_until_it_is_unlocked(board):
    for number, change in enumerate(
        [
            MoveStop("V1", "c2", Place("V2")),
            TakeOut(("o3",)),
            SwapVehicles("V1", "V2"),
            ReverseRoute("V2"),
        ]
    ):
        where, code = fault(board, LockVehicle("V2"), change)
        assert code == "vehicle_locked", number
        assert where.startswith("/changes/1/")
    apply_changes(board, [LockVehicle("V2"), UnlockVehicle("V2"), TakeOut(("o3",))])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (MoveStop("V9", "c2", Place("V2")), ("/changes/0/vehicle", "unknown_vehicle")),
        (MoveStop("V1", "c2", Place("V9")), ("/changes/0/to/vehicle", "unknown_vehicle")),
        (MoveStop("V1", "c3", Place("V2")), ("/changes/0/position", "no_such_visit")),
        (MoveStop("V1", "c2", Place("V2"), position=0), ("/changes/0/position", "no_such_visit")),
        (MoveStop("V1", "c2", Place("V2", 2)), ("/changes/0/to/position", "out_of_range")),
        (MoveStop("V1", "c2", Place("V2", -1)), ("/changes/0/to/position", "out_of_range")),
        (
            MoveStop("V1", "c2", Place("V2", 0, join=True)),
            ("/changes/0/to/position", "no_such_visit"),
        ),
        (
            MoveStop("V1", "c2", Place("V2"), orders=("o1",)),
            ("/changes/0/orders", "not_in_visit"),
        ),
        (MoveStop("V1", "c2", Place("V2"), orders=()), ("/changes/0/orders", "not_in_visit")),
        (TakeOut(("o1", "o9")), ("/changes/0/orders/1", "unknown_order")),
        (PutIn(("o1",), Place("V2")), ("/changes/0/orders/0", "already_planned")),
        (PutIn(("o9",), Place("V2")), ("/changes/0/orders/0", "unknown_order")),
        (PutIn(("o1", "o2"), Place("V2")), ("/changes/0/stop", "not_one_stop")),
        (SwapVehicles("V1", "V1"), ("/changes/0/other", "nothing_to_swap")),
        (ReverseRoute("V1", 1), ("/changes/0/trip", "no_such_trip")),
        (LockStop("c9"), ("/changes/0/stop", "not_lockable")),
        (LockPrefix("V1", 3), ("/changes/0/visits", "out_of_range")),
        (LockPrefix("V1", 0), ("/changes/0/visits", "out_of_range")),
        (UnlockStop("c1"), ("/changes/0/stop", "not_locked")),
        (UnlockPrefix("V1"), ("/changes/0/vehicle", "not_locked")),
        (UnlockVehicle("V1"), ("/changes/0/vehicle", "not_locked")),
    ],
)
def test_what_cannot_be_done_is_refused_at_its_place(board, change, expected):
    assert fault(board, change) == expected


def test_an_order_that_nobody_serves_cannot_be_taken_out(board):
    assert fault(board, TakeOut(("o1",)), TakeOut(("o1",))) == (
        "/changes/1/orders/0",
        "not_planned",
    )


def test_of_two_visits_to_a_stop_the_position_tells_which(shared):
    both = apply_changes(
        shared, [MoveStop("V1", "c2", Place("V1"), orders=("o4",))]
    )  # V1: c2 (o2), c1, c2 (o4)
    assert fault(both, MoveStop("V1", "c2", Place("V2"))) == (
        "/changes/0/position",
        "ambiguous_visit",
    )
    moved = apply_changes(both, [MoveStop("V1", "c2", Place("V2", 0), position=2)])
    assert moved.routes["V2"][0][0].orders == ("o4",)


def test_a_stop_that_two_vans_visit_cannot_be_locked_to_one(shared):
    assert fault(shared, LockStop("c1")) == ("/changes/0/stop", "not_lockable")
    assert fault(shared, LockPrefix("V1", 2), LockPrefix("V2", 2)) == (
        "/changes/1/visits",
        "not_lockable",
    )


def test_each_end_of_a_transfer_is_put_in_by_itself():
    transfer = {"stop": "c1", "to_stop": "c2", "direction": Direction.TRANSFER}
    problem = small_problem(orders=(transfer, {"stop": "c3"}))
    routes = {"V2": [{"depart_s": LEAVE_S, "calls": [("c3", ["o2"])]}]}
    board = lay_out(problem, small_plan(problem, routes, unassigned=["o1"]))
    assert fault(board, PutIn(("o1",), Place("V1"))) == ("/changes/0/stop", "not_one_stop")
    ends = [PutIn(("o1",), Place("V1"), stop=stop) for stop in ("c1", "c2")]
    assert stops(apply_changes(board, ends))["V1"] == [["c1", "c2"]]
    taken = apply_changes(board, [*ends, TakeOut(("o1",))])
    assert (stops(taken), taken.pool) == (stops(board), ("o1",))


def test_an_order_over_a_hub_goes_with_both_its_legs_and_comes_leg_by_leg():
    problem = relay_problem()
    board = lay_out(problem, relay_plan(problem))
    out = apply_changes(board, [TakeOut(("o1:branch",))])
    assert out.pool == ("o1",)
    assert not {"o1:trunk", "o1:branch"} & out.services
    assert fault(out, PutIn(("o1",), Place("B1"))) == ("/changes/0/orders/0", "relayed_order")
    back = apply_changes(
        out,
        [
            PutIn(("o1:trunk",), Place("T1", 0, join=True)),
            PutIn(("o1:branch",), Place("B1", 0, join=True)),
        ],
    )
    assert back.services == board.services
    assert fault(board, LockStop("west:down")) == ("/changes/0/stop", "not_lockable")
    assert fault(board, LockPrefix("T1", 1)) == ("/changes/0/visits", "not_lockable")
