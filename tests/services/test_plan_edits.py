"""Changes of stored plans: versions are added and none is overwritten."""

import datetime as dt
import json

import pytest
from sqlmodel import Session

from coop_service.domain.edits import (
    LockPrefix,
    LockStop,
    LockVehicle,
    MoveStop,
    Place,
    TakeOut,
    UnlockStop,
)
from coop_service.domain.verify import verify
from coop_service.errors import InvalidInput
from coop_service.services.plan_edits import (
    OPEN_PLANS,
    check_plan,
    compare_versions,
    find_insertions,
    open_plan,
    save_changes,
)
from coop_service.services.plan_life import PlanChanged, WrongState, list_events, take_step
from coop_service.services.plan_runs import run_plan_job
from coop_service.services.planning import (
    UnknownPlan,
    get_job,
    get_plan,
    make_request,
    read_stored,
    request_plan,
)
from coop_service.settings import Settings
from coop_service.store.tables import PlanEventKind, PlanRow, PlanState
from tests.hand_plans import COST, ORDERS, small_problem, store_plan

COUNTY = "210882"
C2_TO_V2 = MoveStop("V1", "c2", Place("V2", 0))


@pytest.fixture
def session(store):
    with Session(store) as session:
        yield session


@pytest.fixture
def plan_id(store):
    return store_plan(store, COUNTY)


def save(session, plan_id, *changes, seen=frozenset({1}), by="张三"):
    return save_changes(session, COUNTY, plan_id, changes, seen=seen, by=by)


def test_a_check_stores_nothing(session, plan_id):
    checked = check_plan(session, COUNTY, plan_id, [C2_TO_V2])
    assert checked.after.cost == COST - 32.0
    row = get_plan(session, COUNTY, plan_id)
    assert (row.cost_yuan, row.revision) == (COST, 1)
    assert list_events(session, row) == []


def test_changes_are_saved_as_a_new_draft_beside_the_plan(session, plan_id):
    saved = save_changes(
        session, COUNTY, plan_id, [C2_TO_V2], seen=frozenset({1}), by="张三", note="少绕路"
    )
    row = saved.row
    assert (row.version, row.state, row.parent_id) == (2, PlanState.DRAFT, plan_id)
    assert (row.created_by, row.note, row.violation_count) == ("张三", "少绕路", 0)
    assert (row.cost_yuan, row.vehicles_used, row.orders_served) == (COST - 32.0, 2, 3)
    assert row.changes == [
        {"kind": "move", "vehicle": "V1", "stop": "c2", "to": {"vehicle": "V2", "position": 0}}
    ]
    problem, plan = read_stored(row)
    assert verify(problem, plan).ok
    assert plan.cost == row.cost_yuan
    base = get_plan(session, COUNTY, plan_id)
    assert (base.cost_yuan, base.revision, base.state) == (COST, 2, PlanState.DRAFT)
    [event] = list_events(session, base)
    assert (event.kind, event.by, event.revision) == (PlanEventKind.CHANGED, "张三", 2)
    assert event.detail["vehicles"] == ["V1", "V2"]
    assert (event.detail["plan_id"], event.detail["cost_difference"]) == (row.id, -32.0)


def test_of_two_who_save_at_once_one_is_told_what_the_other_did(store, plan_id):
    with Session(store) as one, Session(store) as other:
        check_plan(one, COUNTY, plan_id, [C2_TO_V2])
        check_plan(other, COUNTY, plan_id, [TakeOut(("o3",))])
        save(one, plan_id, C2_TO_V2, by="张三")
        with pytest.raises(PlanChanged) as error:
            save(other, plan_id, TakeOut(("o3",)), by="李四")
        [event] = error.value.events
        assert (event.by, event.detail["vehicles"]) == ("张三", ["V1", "V2"])
        assert "张三" in str(error.value)
        assert error.value.revision == 2
        other.rollback()
        # who has read that may go on from the same plan
        saved = save(other, plan_id, TakeOut(("o3",)), seen=frozenset({2}), by="李四")
        assert saved.row.version == 3


def test_changes_go_on_from_a_version_of_changes(session, plan_id):
    second = save(session, plan_id, C2_TO_V2).row.id
    third = save(session, second, TakeOut(("o1",))).row
    assert (third.parent_id, third.version) == (second, 3)
    assert [one.order for one in read_stored(third)[1].unassigned] == ["o1"]
    found = compare_versions(session, COUNTY, plan_id, third.id)
    assert {one.order: one.difference.value for one in found.orders} == {
        "o1": "dropped",
        "o2": "moved",
        "o3": "retimed",
    }


def test_a_version_with_violations_is_a_draft_that_says_so(session, store):
    problem = small_problem(orders=[*ORDERS[:2], ORDERS[2] | {"load": {"weight_kg": 95}}])
    plan_id = store_plan(store, COUNTY, problem)
    saved = save(session, plan_id, C2_TO_V2)
    assert saved.row.violation_count == 1
    assert [one.rule for one in saved.checked.verdict.violations] == ["capacity"]


def test_locks_are_kept_beside_the_problem_and_can_be_lifted(session, plan_id):
    locked = save(session, plan_id, LockStop("c3"), LockPrefix("V1", 1)).row
    assert locked.locks["stops"] == {"c3": "V2"}
    assert locked.problem == get_plan(session, COUNTY, plan_id).problem
    assert read_stored(locked)[0].stop_by_id["c3"].locked_vehicle == "V2"
    move = MoveStop("V2", "c3", Place("V1"))
    checked = check_plan(session, COUNTY, locked.id, [move])
    assert [one.rule for one in checked.verdict.violations] == ["locked_vehicle"]
    assert check_plan(session, COUNTY, locked.id, [UnlockStop("c3"), move]).verdict.ok


def test_nothing_is_saved_without_a_change_or_of_a_closed_plan(session, plan_id):
    with pytest.raises(InvalidInput):
        save(session, plan_id)
    for step in ("release", "start", "close"):
        take_step(session, COUNTY, plan_id, step, seen=None, by="张三")
    with pytest.raises(WrongState) as error:
        save(session, plan_id, C2_TO_V2, seen=None)
    assert error.value.possible == ()
    session.rollback()
    assert get_plan(session, COUNTY, plan_id).revision == 4


def test_another_county_finds_nothing(session, plan_id):
    with pytest.raises(UnknownPlan):
        check_plan(session, "210883", plan_id, [])
    with pytest.raises(UnknownPlan):
        find_insertions(session, COUNTY, "gone", "o1", 3)


def test_plans_stay_open_and_the_oldest_makes_room(session, store):
    ids = [store_plan(store, COUNTY, version=version) for version in range(1, OPEN_PLANS + 2)]
    hands = [open_plan(session, COUNTY, plan_id)[1] for plan_id in ids]
    assert open_plan(session, COUNTY, ids[-1])[1] is hands[-1]
    assert open_plan(session, COUNTY, ids[0])[1] is not hands[0]


def test_planning_on_keeps_what_is_locked(session, store):
    """The day of the fixture, planned, locked the other way round, and planned on."""
    day = dt.date(2026, 10, 15)

    def plan(**wanted):
        request = make_request(Settings(), day, iterations=1, **wanted)
        job = request_plan(session, COUNTY, request, "me").id
        session.rollback()
        run_plan_job(store, job)
        session.expire_all()
        return get_plan(session, COUNTY, get_job(session, COUNTY, job).plan_id)

    first = plan()
    [route] = first.document["routes"]
    stop = route["trips"][0]["stops"][0]["stop"]
    others = sorted(v["id"] for v in _vehicles(first) if v["id"] != route["vehicle"])
    van = next(name for name in others if _serves(session, first, route["vehicle"], stop, name))
    moved = save(
        session,
        first.id,
        MoveStop(route["vehicle"], stop, Place(van)),
        LockStop(stop),
        LockVehicle(van),
    ).row
    later = plan(start_plan_id=moved.id)
    assert [one["vehicle"] for one in later.document["routes"]] == [van]
    assert (later.parent_id, later.locks) == (moved.id, moved.locks)
    assert verify(*read_stored(later)).ok
    free = plan()
    assert free.locks is None


def _vehicles(row):
    return json.loads(row.problem)["vehicles"]


def _serves(session, row, vehicle, stop, other):
    move = MoveStop(vehicle, stop, Place(other))
    return check_plan(session, COUNTY, row.id, [move]).verdict.ok


def test_rows_of_plans_name_their_parents(session, plan_id):
    saved = save(session, plan_id, C2_TO_V2).row
    assert session.get(PlanRow, saved.parent_id).id == plan_id
