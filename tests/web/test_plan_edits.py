"""Changing plans over HTTP."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.hand_plans import COST, ORDERS, small_problem, store_plan
from tests.web.conftest import COUNTY

C2_TO_V2 = {"kind": "move", "vehicle": "V1", "stop": "c2", "to": {"vehicle": "V2", "position": 0}}


@pytest.fixture
def plan(engine):
    """Address of a stored plan."""
    return "/plans/" + store_plan(engine, COUNTY)


@pytest.fixture
def change(call, plan):
    def send(*changes, seen=None, address=plan, **wanted):
        headers = {} if seen is None else {"HTTP_IF_MATCH": seen}
        document = {"changes": list(changes)} | wanted
        return call("POST", address + "/changes", document, environ_overrides=headers)

    return send


def etag(call, address):
    return call("GET", address).headers["ETag"]


def test_a_check_tells_what_changes_cost_and_break(call, plan):
    answer = call("POST", plan + "/check", {"changes": [C2_TO_V2]}, role="manager")
    assert answer.status_code == 200
    document = answer.json
    assert (document["ok"], document["violations"]) == (True, [])
    assert (document["cost"], document["cost_before"]) == (COST - 32.0, COST)
    assert document["cost_difference"] == -32.0
    assert document["cost_parts_difference"]["distance"] == -20.0
    assert document["key_figures"]["distance_km"] == {"before": 100.0, "after": 80.0}
    assert [route["vehicle"] for route in document["routes"]] == ["V1", "V2"]
    first = document["routes"][1]["trips"][0]["stops"][0]
    assert (first["stop"], first["orders"], first["load_after"]["weight_kg"]) == ("c2", ["o2"], 10)
    assert document["locks"] == {"stops": {}, "prefixes": {}, "vehicles": {}}


def test_a_violation_comes_with_its_amount_and_place(call, engine):
    problem = small_problem(orders=[*ORDERS[:2], ORDERS[2] | {"load": {"weight_kg": 95}}])
    plan = "/plans/" + store_plan(engine, COUNTY, problem)
    document = call("POST", plan + "/check", {"changes": [C2_TO_V2]}).json
    [violation] = document["violations"]
    assert not document["ok"]
    assert (violation["rule"], violation["amount"], violation["unit"]) == (
        "capacity",
        5.0,
        "weight_kg",
    )
    assert (violation["vehicle"], violation["is_new"]) == ("V2", True)
    assert document["plainly_timed"] == ["V2"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([{"kind": "fly"}], {"/changes/0/kind": "unknown_choice"}),
        ([C2_TO_V2, C2_TO_V2], {"/changes/1/position": "no_such_visit"}),
        ([C2_TO_V2 | {"vehicle": "V9"}], {"/changes/0/vehicle": "unknown_vehicle"}),
    ],
)
def test_changes_that_cannot_be_made_are_refused_at_their_place(
    call, plan, faults, changes, expected
):
    response = call("POST", plan + "/check", {"changes": changes})
    assert response.status_code == 422
    assert faults(response) == expected


def test_changes_are_saved_as_a_new_version(call, plan, change):
    response = change(C2_TO_V2, seen=etag(call, plan), note="少绕路")
    assert response.status_code == 201
    document = response.json
    assert (document["plan"]["version"], document["plan"]["state"]) == (2, "draft")
    assert document["check"]["cost_difference"] == -32.0
    assert document["changes"] == [C2_TO_V2]
    new = response.headers["Location"].removeprefix("/api/v1")
    stored = call("GET", new)
    assert stored.headers["ETag"] == response.headers["ETag"]
    assert stored.json["cost_yuan"] == COST - 32.0
    assert (stored.json["changes"], stored.json["note"]) == ([C2_TO_V2], "少绕路")
    assert stored.json["parent_id"] == plan.removeprefix("/plans/")
    # the first version stays as it was
    assert call("GET", plan).json["cost_yuan"] == COST


def test_saving_takes_an_if_match(change):
    response = change(C2_TO_V2)
    assert (response.status_code, response.json["code"]) == (428, "precondition_missing")


def test_of_two_dispatchers_one_wins_and_the_other_is_told(call, plan, change):
    seen = etag(call, plan)
    first = change(C2_TO_V2, seen=seen)
    second = change({"kind": "take_out", "orders": ["o3"]}, seen=seen)
    assert (first.status_code, second.status_code) == (201, 412)
    assert second.content_type == "application/problem+json"
    problem = second.json
    assert (problem["code"], problem["revision"]) == ("plan_changed", 2)
    [event] = problem["events"]
    assert (event["kind"], event["by"]) == ("changed", "test admin")
    assert event["at"].startswith("20")
    assert event["detail"]["vehicles"] == ["V1", "V2"]
    assert event["detail"]["plan_id"] == first.json["plan"]["id"]
    assert call("GET", "/plans").json["total"] == 2
    assert change({"kind": "take_out", "orders": ["o3"]}, seen=etag(call, plan)).status_code == 201


@pytest.mark.parametrize("seen", ['"other-1"', 'W/"x-1"', '"nonsense"'])
def test_a_tag_that_is_none_of_the_plan_does_not_match(change, seen):
    assert change(C2_TO_V2, seen=seen).status_code == 412


def test_a_star_matches_whatever_there_is(change):
    assert change(C2_TO_V2, seen="*").status_code == 201


def test_managers_check_but_do_not_save(call, plan):
    headers = {"HTTP_IF_MATCH": "*"}
    document = {"changes": [C2_TO_V2]}
    response = call("POST", plan + "/changes", document, role="manager", environ_overrides=headers)
    assert response.status_code == 403


def test_the_problem_shows_the_locks(call, plan, change):
    locked = change({"kind": "lock_stop", "stop": "c3"}, seen="*").json["plan"]["id"]
    problem = call("GET", f"/plans/{locked}/problem").json
    assert {s["id"]: s.get("locked_vehicle") for s in problem["stops"]}["c3"] == "V2"
    document = {"problem": problem, "plan": call("GET", f"/plans/{locked}").json["document"]}
    assert call("POST", "/check", document).json["ok"]
    assert call("GET", f"/plans/{locked}").json["locks"]["stops"] == {"c3": "V2"}


def test_where_an_order_would_fit(call, plan):
    answer = call("GET", plan + "/insert?order=o2&n=2")
    assert answer.status_code == 200
    [part] = answer.json["parts"]
    assert part["now"] == {"vehicle": "V1", "position": 1, "yuan": 32.0}
    assert len(part["places"]) == 2
    best = part["places"][0]
    assert (best["vehicle"], best["extra_yuan"], best["extra_km"]) == ("V2", 0.0, 0.0)
    assert best["changes"] == [C2_TO_V2 | {"position": 1}]
    # what is offered can be sent as it is
    checked = call("POST", plan + "/check", {"changes": best["changes"]}).json
    assert (checked["ok"], checked["cost_difference"]) == (True, -32.0)


def test_where_it_would_fit_after_changes(call, plan, faults):
    document = {"order": "o3", "changes": [{"kind": "take_out", "orders": ["o3"]}]}
    [part] = call("POST", plan + "/insert", document).json["parts"]
    assert part["now"] is None
    assert part["places"][0]["extra_yuan"] == 32.0
    unknown = call("GET", plan + "/insert?order=o9")
    assert (unknown.status_code, unknown.json["code"]) == (404, "unknown_order")
    assert faults(call("GET", plan + "/insert?n=0")) == {
        "?order": "missing_field",
        "?n": "out_of_range",
    }


def test_two_versions_are_compared(call, plan, change):
    other = change(C2_TO_V2, seen="*").json["plan"]["id"]
    answer = call("GET", f"{plan}/compare/{other}").json
    assert answer["cost"] == -32.0
    assert [(v["vehicle"], v["difference"]) for v in answer["vehicles"]] == [
        ("V1", "changed"),
        ("V2", "changed"),
    ]
    # both vans are timed anew, and their other orders with them
    differences = {one["order"]: one["difference"] for one in answer["orders"]}
    assert differences == {"o1": "retimed", "o2": "moved", "o3": "retimed"}
    [moved] = [one for one in answer["orders"] if one["order"] == "o2"]
    assert (moved["before"][0]["vehicle"], moved["after"][0]["vehicle"]) == ("V1", "V2")
    assert call("GET", f"{plan}/compare/gone").status_code == 404


@pytest.mark.parametrize(
    ("method", "part"), [("POST", "/check"), ("POST", "/changes"), ("GET", "/insert?order=o1")]
)
def test_another_county_does_not_find_the_plan(call, plan, method, part):
    document = {"changes": [C2_TO_V2]} if method == "POST" else None
    response = call(
        method,
        plan + part,
        document,
        county="210002",
        environ_overrides={"HTTP_IF_MATCH": "*"},
    )
    assert (response.status_code, response.json["code"]) == (404, "unknown_plan")


def test_of_many_who_save_at_the_same_moment_one_wins(call, plan, change):
    seen = etag(call, plan)
    call("POST", plan + "/check", {"changes": []})
    together = threading.Barrier(4)

    def save(order):
        together.wait()
        response = change({"kind": "take_out", "orders": [order]}, seen=seen)
        return response.status_code, response.json.get("events", [])

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(save, ["o1", "o2", "o3", "o1"]))
    assert sorted(status for status, _ in answers) == [201, 412, 412, 412]
    assert all(len(events) == 1 for status, events in answers if status == 412)
    assert call("GET", "/plans").json["total"] == 2
