"""Plans over HTTP. Nobody works off the job table here, so that a test says when a job runs."""

import pytest

from coop_service.domain.key_figures import DEFINITIONS
from coop_service.services.plan_runs import run_plan_job

DAY = "2026-10-15"


@pytest.fixture
def booked(call, order):
    """One order that can be served and one that is too heavy for any vehicle."""
    orders = [order | {"key": "1"}, order | {"key": "2", "site": "D", "weight_kg": 5000.0}]
    assert call("POST", "/orders/bulk?strict=true", {"orders": orders}).status_code == 200


@pytest.fixture
def ask(call, booked):
    def send(document=None, **wanted):
        return call("POST", "/plans", {"date": DAY, "iterations": 1} | (document or {}), **wanted)

    return send


@pytest.fixture
def plan(ask, call, engine):
    """Address of a plan that is done."""
    accepted = ask().json
    run_plan_job(engine, accepted["job"]["id"])
    links = call("GET", accepted["links"]["self"].removeprefix("/api/v1")).json["links"]
    return links["plan"].removeprefix("/api/v1")


def test_a_request_is_accepted_at_once_with_the_address_of_its_job(ask, call):
    response = ask({"name": "早班"})
    assert response.status_code == 202
    job = response.json["job"]
    assert (job["state"], job["attempts"], job["created_by"]) == ("queued", 0, "test admin")
    assert job["request"] == {
        "date": DAY,
        "iterations": 1,
        "engine": "portfolio",
        "seed": 1,
        "name": "早班",
        "rules": True,
        "start_plan_id": None,
    }
    assert response.json["links"]["plan"] is None
    address = response.headers["Location"]
    assert address == response.json["links"]["self"]
    assert call("GET", address.removeprefix("/api/v1")).json == response.json


def test_the_seconds_of_the_settings_are_taken_where_none_are_given(call, booked, settings):
    job = call("POST", "/plans", {"date": DAY}).json["job"]
    assert job["request"]["seconds"] == settings.default_solve_s


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"date": "15.10.2026"}, {"/date": "invalid"}),
        ({"date": None}, {"/date": "null"}),
        ({"date": "1999-01-01"}, {"/date": "out_of_range"}),
        ({"date": "2026-10-20"}, {"/date": "day_without_orders"}),
        ({"seconds": 5}, {"/iterations": "ambiguous_stop"}),
        ({"iterations": -1}, {"/iterations": "out_of_range"}),
        ({"engine": "oracle"}, {"/engine": "unknown_engine"}),
        ({"seed": "x", "colour": 1}, {"/seed": "not_whole", "/colour": "unknown_field"}),
    ],
)
def test_a_bad_request_is_refused_with_every_fault(ask, call, faults, document, expected):
    response = ask(document)
    assert response.status_code == 422
    assert faults(response).keys() == expected.keys()
    assert call("GET", "/jobs").json["total"] == 0


def test_nan_is_no_number_of_seconds(call, booked, faults):
    body = '{"date": "2026-10-15", "seconds": NaN}'
    response = call("POST", "/plans", data=body, content_type="application/json")
    assert response.status_code == 400
    assert faults(response) == {"/seconds": "not_finite"}


def test_the_same_idempotency_key_gives_the_same_job(call, ask):
    first, second = (send_with_key(call, "a", 1) for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json["job"]["id"] == second.json["job"]["id"]
    assert call("GET", "/jobs").json["total"] == 1


def test_the_same_idempotency_key_for_another_request_is_a_conflict(call, ask):
    send_with_key(call, "a", 1)
    response = send_with_key(call, "a", 2)
    assert (response.status_code, response.json["code"]) == (409, "idempotency_conflict")


def test_two_counties_may_use_the_same_idempotency_key(call, ask, order):
    call("PUT", "/orders/1", order | {"depot": "210002"}, county="210002")
    ours = send_with_key(call, "a", 1)
    theirs = send_with_key(call, "a", 1, county="210002")
    assert theirs.status_code == 202
    assert ours.json["job"]["id"] != theirs.json["job"]["id"]


def test_a_manager_may_read_plans_but_not_ask_for_one(ask, call, plan):
    assert ask(role="manager").status_code == 403
    assert call("GET", plan, role="manager").status_code == 200


def test_a_plan_comes_with_its_document_and_counts(call, plan):
    answer = call("GET", plan).json
    assert (answer["date"], answer["version"], answer["state"]) == (DAY, 1, "draft")
    assert (answer["orders_served"], answer["orders_unassigned"]) == (1, 1)
    assert answer["document"]["cost"] == answer["cost_yuan"]
    [route] = answer["document"]["routes"]
    assert route["trips"][0]["stops"][0]["orders"] == ["1"]
    [left_out] = answer["document"]["unassigned"]
    assert (left_out["order"], left_out["reason"]) == ("2", "capacity")


def test_plans_are_listed_without_their_documents(call, plan):
    [item] = call("GET", f"/plans?date={DAY}").json["items"]
    assert plan.endswith(item["id"])
    assert "document" not in item
    assert call("GET", "/plans?date=2026-10-16").json == {"items": [], "total": 0}


def test_problem_and_plan_pass_the_check(call, plan):
    document = {
        "problem": call("GET", plan + "/problem").json,
        "plan": call("GET", plan).json["document"],
    }
    verdict = call("POST", "/check", document).json
    assert (verdict["ok"], verdict["violations"]) == (True, [])
    assert verdict["cost"] == document["plan"]["cost"]


def test_the_map_follows_the_roads(call, plan):
    response = call("GET", plan + "/geojson")
    assert response.content_type == "application/geo+json"
    features = response.get_json(force=True)["features"]
    [out, back] = [f for f in features if f["properties"]["kind"] == "leg"]
    centre, station, village = [122.5, 40.6], [122.6, 40.6], [122.65, 40.62]
    assert out["geometry"]["coordinates"] == [centre, station, village]
    assert back["geometry"]["coordinates"] == [village, station, centre]


def test_each_key_figure_has_its_definition(call, plan):
    figures = call("GET", plan + "/key-figures").json["figures"]
    assert figures["vehicles_used"]["value"] == 1
    # centre - S1 - A and back, four roads of 12 km
    assert figures["distance_km"]["value"] == 48.0
    assert figures["distance_km"]["definition"] == " / ".join(DEFINITIONS["distance_km"])
    assert all(figure["definition"] for figure in figures.values())


@pytest.mark.parametrize("part", ["", "/problem", "/geojson", "/key-figures"])
def test_another_county_does_not_find_the_plan(call, plan, part):
    response = call("GET", plan + part, county="210002")
    assert (response.status_code, response.json["code"]) == (404, "unknown_plan")


def send_with_key(call, key, seed, county="210001"):
    document = {"date": DAY, "iterations": 1, "seed": seed}
    environ = {"HTTP_IDEMPOTENCY_KEY": key}
    return call("POST", "/plans", document, county=county, environ_overrides=environ)
