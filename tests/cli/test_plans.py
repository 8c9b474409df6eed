"""Releasing stored plans from the command line."""

import pytest
from click.testing import CliRunner
from sqlmodel import Session

from coop_service.cli import main
from coop_service.services.counties import put_county
from coop_service.services.plan_life import list_events
from coop_service.store.engine import make_engine
from coop_service.store.migrate import upgrade
from coop_service.store.tables import PlanRow, PlanState
from tests.hand_plans import ORDERS, small_plan, small_problem, store_plan

COUNTY = "210882"


@pytest.fixture
def engine(monkeypatch, tmp_path):
    address = f"sqlite:///{tmp_path}/coop.sqlite3"
    monkeypatch.setenv("COOP_DATABASE_URL", address)
    engine = make_engine(address)
    upgrade(engine)
    with Session(engine) as session:
        put_county(session, COUNTY, "大石桥市")
        session.commit()
    yield engine
    engine.dispose()


def release(*arguments):
    return CliRunner().invoke(main, ["release", *arguments])


def test_a_draft_is_released_by_whoever_says_so(engine):
    plan_id = store_plan(engine, COUNTY)
    result = release(plan_id, "--by", "张三")
    assert result.exit_code == 0, result.output
    with Session(engine) as session:
        row = session.get(PlanRow, plan_id)
        assert row.state is PlanState.RELEASED
        assert [event.by for event in list_events(session, row)] == ["张三"]
    again = release(plan_id, "--by", "张三")
    assert again.exit_code == 1
    assert "wrong_state" in again.stderr


def test_a_draft_that_breaks_rules_is_not(engine):
    problem = small_problem(orders=[*ORDERS[:2], ORDERS[2] | {"load": {"weight_kg": 120}}])
    result = release(store_plan(engine, COUNTY, problem, small_plan(problem)), "--by", "张三")
    assert result.exit_code == 2
    assert "capacity" in result.stderr
