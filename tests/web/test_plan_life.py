"""Releasing, starting and closing plans over HTTP."""

import pytest

from tests.hand_plans import ORDERS, small_plan, small_problem, store_plan
from tests.web.conftest import COUNTY


@pytest.fixture
def plan(engine):
    """Address of a stored plan."""
    return "/plans/" + store_plan(engine, COUNTY)


@pytest.fixture
def step(call):
    def send(address, name, seen="*", **wanted):
        headers = {} if seen is None else {"HTTP_IF_MATCH": seen}
        return call("POST", f"{address}/{name}", environ_overrides=headers, **wanted)

    return send


def test_a_plan_goes_through_its_life_by_its_etags(call, plan, step):
    seen = call("GET", plan).headers["ETag"]
    for name, state in (("release", "released"), ("start", "in_progress"), ("close", "closed")):
        response = step(plan, name, seen, role="dispatcher")
        assert (response.status_code, response.json["state"]) == (200, state)
        assert response.headers["ETag"] != seen
        seen = response.headers["ETag"]
    assert call("GET", plan).headers["ETag"] == seen
    events = call("GET", plan + "/events", role="manager").json["items"]
    assert [(e["kind"], e["by"]) for e in events] == [
        ("created", "早班"),
        ("released", "test dispatcher"),
        ("started", "test dispatcher"),
        ("closed", "test dispatcher"),
    ]
    assert all(event["at"] for event in events)


@pytest.mark.parametrize("name", ["release", "start", "close"])
def test_a_step_takes_an_if_match_of_the_present_state(plan, step, name):
    assert step(plan, name, None).status_code == 428
    step(plan, "release")
    old = f'"{plan.removeprefix("/plans/")[:8]}-1"'
    response = step(plan, name, old)
    assert response.status_code == 412
    assert [event["kind"] for event in response.json["events"]] == ["released"]


def test_a_step_out_of_turn_says_what_is_possible(plan, step):
    response = step(plan, "close")
    assert (response.status_code, response.json["code"]) == (409, "wrong_state")
    assert (response.json["state"], response.json["possible"]) == ("draft", ["release"])


def test_a_plan_with_violations_is_not_released(call, engine, step):
    problem = small_problem(orders=[*ORDERS[:2], ORDERS[2] | {"load": {"weight_kg": 120}}])
    plan = "/plans/" + store_plan(engine, COUNTY, problem, small_plan(problem))
    response = step(plan, "release")
    assert (response.status_code, response.json["code"]) == (409, "plan_has_violations")
    [fault] = response.json["errors"]
    assert fault["code"] == "capacity"
    assert "20" in fault["message"]
    assert call("GET", plan).json["state"] == "draft"


def test_the_version_that_was_in_force_is_superseded(call, engine, plan, step):
    step(plan, "release")
    later = "/plans/" + store_plan(engine, COUNTY, version=2)
    step(later, "release")
    assert call("GET", plan).json["state"] == "superseded"
    [_, _, event] = call("GET", plan + "/events").json["items"]
    assert (event["kind"], event["detail"]["version"]) == ("superseded", 2)


def test_managers_read_and_do_not_release(plan, step):
    assert step(plan, "release", role="manager").status_code == 403


def test_another_county_does_not_find_the_plan(call, plan, step):
    assert step(plan, "release", county="210002").status_code == 404
    assert call("GET", plan + "/events", county="210002").status_code == 404
