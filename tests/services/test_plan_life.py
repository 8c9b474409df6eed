"""The life of a plan: which step is allowed in which state, and what is written down of it."""

import pytest
from sqlmodel import Session, select

from coop_service.services.plan_life import (
    STEPS,
    PlanChanged,
    PlanHasViolations,
    WrongState,
    list_events,
    take_step,
)
from coop_service.services.planning import UnknownPlan, get_plan
from coop_service.store.tables import PlanRow, PlanState
from tests.hand_plans import ORDERS, small_plan, small_problem, store_plan

COUNTY = "210882"
WAY_TO = {
    PlanState.DRAFT: [],
    PlanState.RELEASED: ["release"],
    PlanState.IN_PROGRESS: ["release", "start"],
    PlanState.CLOSED: ["release", "start", "close"],
}
ALLOWED = {
    PlanState.DRAFT: "release",
    PlanState.RELEASED: "start",
    PlanState.IN_PROGRESS: "close",
    PlanState.CLOSED: None,
    PlanState.SUPERSEDED: None,
}


@pytest.fixture
def session(store):
    with Session(store) as session:
        yield session


def step(session, plan_id, name, seen=None, by="张三", **wanted):
    return take_step(session, COUNTY, plan_id, name, seen=seen, by=by, **wanted)


def bring_to(store, session, state):
    plan_id = store_plan(store, COUNTY)
    if state is PlanState.SUPERSEDED:
        step(session, plan_id, "release")
        step(session, store_plan(store, COUNTY, version=2), "release")
    for name in WAY_TO.get(state, []):
        step(session, plan_id, name)
    return plan_id


@pytest.mark.parametrize("state", list(PlanState))
@pytest.mark.parametrize("name", list(STEPS))
def test_each_state_allows_its_one_step_and_says_so(store, session, state, name):
    plan_id = bring_to(store, session, state)
    before = get_plan(session, COUNTY, plan_id)
    assert before.state is state
    revision = before.revision
    if ALLOWED[state] == name:
        row = step(session, plan_id, name)
        assert row.state is STEPS[name].after
        assert row.revision == revision + 1
        return
    with pytest.raises(WrongState) as error:
        step(session, plan_id, name)
    allowed = ALLOWED[state]
    assert error.value.possible == (() if allowed is None else (allowed,))
    assert state.value in str(error.value)
    session.rollback()
    row = get_plan(session, COUNTY, plan_id)
    assert (row.state, row.revision) == (state, revision)


def test_every_step_is_written_down_with_who_and_when(store, session):
    plan_id = bring_to(store, session, PlanState.DRAFT)
    step(session, plan_id, "release", by="张三", note="照此执行")
    step(session, plan_id, "start", by="李四")
    step(session, plan_id, "close", by="王五")
    events = list_events(session, get_plan(session, COUNTY, plan_id))
    assert [(e.revision, e.kind.value, e.state.value, e.by) for e in events] == [
        (2, "released", "released", "张三"),
        (3, "started", "in_progress", "李四"),
        (4, "closed", "closed", "王五"),
    ]
    assert events[0].detail == {"note": "照此执行"}
    assert events[0].at <= events[1].at <= events[2].at


@pytest.mark.parametrize("state", [PlanState.RELEASED, PlanState.IN_PROGRESS])
def test_a_release_takes_the_place_of_what_was_in_force(store, session, state):
    old = bring_to(store, session, state)
    new = store_plan(store, COUNTY, version=2)
    other_day = store_plan(store, COUNTY, date=get_plan(session, COUNTY, old).date.replace(day=16))
    step(session, other_day, "release")
    step(session, new, "release", by="李四")
    states = {row.id: row.state for row in session.exec(select(PlanRow)).all()}
    assert states == {
        old: PlanState.SUPERSEDED,
        new: PlanState.RELEASED,
        other_day: PlanState.RELEASED,
    }
    event = list_events(session, get_plan(session, COUNTY, old))[-1]
    assert (event.kind.value, event.by) == ("superseded", "李四")
    assert event.detail == {"plan_id": new, "version": 2, "state_before": state.value}
    [released] = list_events(session, get_plan(session, COUNTY, new))
    assert released.detail["superseded"] == [{"plan_id": old, "version": 1}]


def test_a_closed_day_keeps_its_plan(store, session):
    old = bring_to(store, session, PlanState.CLOSED)
    step(session, store_plan(store, COUNTY, version=2), "release")
    assert get_plan(session, COUNTY, old).state is PlanState.CLOSED


def test_a_plan_that_breaks_rules_is_not_released_and_all_of_them_are_named(store, session):
    problem = small_problem(
        orders=[*ORDERS[:2], ORDERS[2] | {"load": {"weight_kg": 120}, "temperature": "frozen"}]
    )
    plan_id = store_plan(store, COUNTY, problem, small_plan(problem))
    with pytest.raises(PlanHasViolations) as error:
        step(session, plan_id, "release")
    assert {fault.code for fault in error.value.faults} == {"capacity", "temperature"}
    assert "20" in str(error.value)
    session.rollback()
    assert get_plan(session, COUNTY, plan_id).state is PlanState.DRAFT


def test_who_has_not_seen_the_last_step_is_told_of_it(store, session):
    plan_id = bring_to(store, session, PlanState.RELEASED)
    with pytest.raises(PlanChanged) as error:
        step(session, plan_id, "start", seen=frozenset({1}))
    assert [event.kind.value for event in error.value.events] == ["released"]
    assert step(session, plan_id, "start", seen=frozenset({1, 2})).state is PlanState.IN_PROGRESS


def test_a_plan_of_another_county_takes_no_step(store, session):
    with pytest.raises(UnknownPlan):
        take_step(session, "210883", store_plan(store, COUNTY), "release", seen=None, by="x")
