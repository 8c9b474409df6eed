"""Townships over their stations over HTTP: modes asked for, handover lists of the plan."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from coop_service.services.plan_runs import run_plan_job
from coop_service.store.queries import put_records
from tests.web.conftest import COUNTY, van

DAY = "2026-10-15"


@pytest.fixture
def booked(call, order, engine):
    """Goods for and from two villages of S1, where a van is based."""
    with Session(engine) as session:
        put_records(session, COUNTY, [van("M1", "S1")])
        session.commit()
    orders = [
        order | {"key": "1"},
        order | {"key": "2", "site": "B", "pieces": 5},
        order | {"key": "3", "site": "B", "direction": "inbound", "weight_kg": 30.0},
        order | {"key": "4", "site": "D"},
    ]
    assert call("POST", "/orders/bulk?strict=true", {"orders": orders}).status_code == 200


@pytest.fixture
def plan_of(call, booked, engine):
    """The address of a plan that was asked for."""

    def plan(**wanted):
        accepted = call("POST", "/plans", {"date": DAY, "iterations": 1} | wanted)
        assert accepted.status_code == 202, accepted.json
        run_plan_job(engine, accepted.json["job"]["id"])
        links = call("GET", accepted.json["links"]["self"].removeprefix("/api/v1")).json["links"]
        return links["plan"].removeprefix("/api/v1")

    return plan


def test_a_station_with_a_van_is_a_hub_and_hands_over_each_order_by_the_hour(call, plan_of):
    plan = plan_of()
    [choice] = call("GET", plan).json["document"]["modes"]
    assert (choice["relay"], choice["mode"]) == ("S1", "relay")
    answer = call("GET", plan + "/handovers", role="manager")
    assert answer.status_code == 200
    [hub] = answer.json["hubs"]
    assert (hub["hub"], hub["name"]) == ("S1", "站S1")
    arriving = [o for hour in hub["hours"] for o in hour["arriving_orders"]]
    leaving = [o for hour in hub["hours"] for o in hour["leaving_orders"]]
    assert sorted(o["order"] for o in arriving) == ["1", "2", "3"]
    assert sorted(o["order"] for o in leaving) == ["1", "2", "3"]
    for hour in hub["hours"]:
        assert hour["arriving"]["orders"] == len(hour["arriving_orders"])
        assert hour["leaving"]["orders"] == len(hour["leaving_orders"])
        for o in hour["arriving_orders"]:
            assert hour["from_s"] <= o["arrived_s"] < hour["from_s"] + 3600
            trunk, branch = ("V1", "M1") if o["direction"] == "outbound" else ("M1", "V1")
            assert (o["brought_by"], o["taken_by"]) == (trunk, branch)
            assert o["arrived_s"] < o["sorted_s"] <= o["left_s"]


def test_the_map_shows_the_legs_of_a_relayed_day_and_the_calls_at_the_hub(call, plan_of):
    answer = call("GET", plan_of() + "/geojson")
    assert answer.status_code == 200
    visits = [
        feature["properties"]
        for feature in answer.json["features"]
        if feature["properties"]["kind"] == "visit"
    ]
    carried = {name: visit["vehicle"] for visit in visits for name in visit["orders"]}
    assert (carried["1:trunk"], carried["1:branch"], carried["4"]) == ("V1", "M1", "V1")
    [down] = [visit for visit in visits if visit["stop"] == "S1:down"]
    assert (down["site"], down["unload"]["pieces"]) == ("S1", 8)


def test_produce_may_stay_until_the_next_day(call, plan_of):
    [hub] = call("GET", plan_of(inbound={"S1": "next_day"}) + "/handovers").json["hubs"]
    [kept] = [o for h in hub["hours"] for o in h["arriving_orders"] if o["order"] == "3"]
    assert (kept["brought_by"], kept["taken_by"], kept["left_s"]) == ("M1", None, None)


def test_a_dispatcher_may_fix_another_mode(call, plan_of):
    plan = plan_of(modes={"S1": "direct"})
    assert [c["mode"] for c in call("GET", plan).json["document"]["modes"]] == ["direct"]
    assert call("GET", plan + "/handovers").json["hubs"] == [
        {"hub": "S1", "name": "站S1", "hours": []}
    ]


def test_free_modes_tell_what_the_other_would_have_cost(call, plan_of):
    document = call("GET", plan_of(modes={"S1": "auto"})).json["document"]
    [choice] = document["modes"]
    assert choice["other_mode_cost"] >= document["cost"]


@pytest.mark.parametrize(
    ("wanted", "pointer", "code"),
    [
        ({"modes": {"S2": "relay"}}, "/modes/S2", "no_hub"),
        ({"inbound": {"A": "next_day"}}, "/inbound/A", "no_hub"),
    ],
)
def test_a_township_without_vans_is_a_fault(call, booked, faults, wanted, pointer, code):
    response = call("POST", "/plans", {"date": DAY, "iterations": 1} | wanted)
    assert response.status_code == 422
    assert faults(response) == {pointer: code}


def test_a_mode_that_there_is_not_is_a_fault(call, booked):
    response = call("POST", "/plans", {"date": DAY, "iterations": 1, "modes": {"S1": "fly"}})
    assert response.status_code == 422


def test_another_county_does_not_find_the_lists(call, plan_of):
    response = call("GET", plan_of() + "/handovers", county="210002")
    assert (response.status_code, response.json["code"]) == (404, "unknown_plan")
