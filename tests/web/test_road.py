"""Links, records and planned against actual over HTTP."""

import dataclasses
import re

import pytest

from coop_service.web.app import create_app
from tests.web.road_plan import (
    IDENTIFIER,
    NAMES,
    at_visit,
    client,
    event,
    link,
    plan,
)

__all__ = ["client", "link", "plan"]

JPEG = b"\xff\xd8\xff\xe0 a picture"


@pytest.fixture
def stops(client, link):
    return {stop["stop"]: stop for stop in client.get(f"{link}/route").json["stops"]}


def test_links_come_with_their_address_and_code(call, plan):
    [link] = call("POST", f"/plans/{plan}/links", {}, role="dispatcher").json["links"]
    assert (link["vehicle"], link["number"]) == ("V1", 1)
    assert re.fullmatch(r"http://localhost/drive/[\w.-]+", link["address"])
    assert link["qr_svg"].startswith("<svg xmlns=")


def test_an_address_from_outside_stands_in_the_links(settings, engine, call, plan, make_token):
    outside = create_app(dataclasses.replace(settings, base_url="https://coop.example.cn/x"))
    headers = {"Authorization": f"Bearer {make_token()}"}
    answer = outside.test_client().post(f"/api/v1/plans/{plan}/links", json={}, headers=headers)
    [link] = answer.json["links"]
    assert link["address"].startswith("https://coop.example.cn/x/drive/")


def test_links_of_idle_vehicles_are_refused(call, plan, faults):
    response = call("POST", f"/plans/{plan}/links", {"vehicles": ["V9"]})
    assert faults(response) == {"/vehicles": "idle_vehicle"}
    assert call("POST", "/plans/none/links", {}).status_code == 404
    assert call("POST", f"/plans/{plan}/links", {}, county="210002").status_code == 404


def test_a_withdrawn_link_opens_nothing(call, client, link, plan):
    assert client.get(f"{link}/route").status_code == 200
    answer = call("DELETE", f"/plans/{plan}/links?vehicle=V1")
    assert answer.json == {"withdrawn": ["V1"]}
    assert client.get(f"{link}/route").status_code == 410


def test_planned_against_actual_has_each_visit_with_its_records(call, client, link, plan, stops):
    stop = stops["A"]
    counted = [{"order": "1", "pieces": 2, "weight_kg": 8.0}]
    events = [
        event(0, plan, "departed", trip=0),
        at_visit(1, plan, "arrived", stop),
        at_visit(2, plan, "unloaded", stop, goods=counted, cash_yuan=18.5, returned_pieces=1),
    ]
    client.post(f"{link}/events", json={"events": events})
    actual = call("GET", f"/plans/{plan}/actual", role="manager").json
    assert (actual["plan"], actual["version"], actual["date"]) == (plan, 1, "2026-10-15")
    [vehicle] = actual["vehicles"]
    assert (vehicle["vehicle"], vehicle["visits_planned"], vehicle["done"]) == ("V1", 2, 0)
    assert vehicle["trips"][0]["departed_s"] == 32_400
    visit = next(one for one in vehicle["visits"] if one["stop"] == "A")
    assert (visit["state"], visit["arrived_s"], visit["name"]) == ("arrived", 32_400, "站A")
    assert visit["late_s"] == 32_400 - visit["planned_arrive_s"]
    assert (visit["cash_yuan"], visit["returned_pieces"]) == (18.5, 1)
    assert visit["differences"] == [
        {
            "order": "1",
            "planned_pieces": 3,
            "planned_weight_kg": 12.5,
            "counted_pieces": 2,
            "counted_weight_kg": 8.0,
            "refused_pieces": 0,
        }
    ]
    assert [record["kind"] for record in visit["records"]] == ["arrived", "unloaded"]


def test_a_dispatcher_reports_for_a_driver_and_corrects(call, client, link, plan, stops):
    counted = [{"order": "1", "pieces": 2, "weight_kg": 8.0}]
    first = at_visit(0, plan, "unloaded", stops["A"], goods=counted)
    client.post(f"{link}/events", json={"events": [first]})
    right = event(1, plan, "correction", corrects=NAMES[0],
                  goods=[{"order": "1", "pieces": 3, "weight_kg": 12.5}])  # fmt: skip
    body = {"events": [right]}
    answer = call("POST", f"/plans/{plan}/records?vehicle=V1", body, role="dispatcher")
    assert answer.json["taken"] == 1
    kept, correction = call("GET", f"/plans/{plan}/records").json["records"]
    assert kept["goods"][0]["pieces"] == 2
    assert (correction["corrects"], correction["reported_by"]) == (NAMES[0], "test dispatcher")
    [vehicle] = call("GET", f"/plans/{plan}/actual").json["vehicles"]
    visit = next(one for one in vehicle["visits"] if one["stop"] == "A")
    assert visit["differences"] == []


def test_records_are_asked_for_by_vehicle_and_county(call, client, link, plan):
    client.post(f"{link}/events", json={"events": [event(0, plan, "departed", trip=0)]})
    assert len(call("GET", f"/plans/{plan}/records?vehicle=V1").json["records"]) == 1
    assert call("GET", f"/plans/{plan}/records?vehicle=V2").json["records"] == []
    assert call("GET", f"/plans/{plan}/records", county="210002").status_code == 404
    assert call("GET", f"/plans/{plan}/actual", county="210002").status_code == 404


def test_a_picture_is_shown_to_its_county(call, client, link, plan):
    client.put(f"{link}/attachments/{NAMES[0]}?kind=photo", data=JPEG)
    answer = call("GET", f"/plans/{plan}/attachments/{NAMES[0]}")
    assert (answer.status_code, answer.data) == (200, JPEG)
    assert answer.content_type == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert call("GET", f"/plans/{plan}/attachments/{NAMES[1]}").status_code == 404
    other = call("GET", f"/plans/{plan}/attachments/{NAMES[0]}", county="210002")
    assert other.status_code == 404


def test_the_way_of_a_lot_is_found_by_an_identifier_with_its_slash(call, client, link, plan, stops):
    counted = [{"order": "2", "pieces": 3, "weight_kg": 12.5}]
    events = [
        at_visit(0, plan, "loaded", stops["A"], goods=counted),
        event(1, plan, "returned", trip=0, at="2026-10-15T11:00:00+08:00"),
    ]
    client.post(f"{link}/events", json={"events": events})
    answer = call("GET", f"/trace/{IDENTIFIER}", role="manager")
    assert answer.status_code == 200
    assert (answer.json["order"], answer.json["direction"]) == ("2", "inbound")
    kinds = [one["kind"] for one in answer.json["events"]]
    assert sorted(kinds) == ["arrived_at_depot", "booked", "loaded", "planned"]
    by_kind = {one["kind"]: one for one in answer.json["events"]}
    assert by_kind["loaded"]["vehicle"] == "V1"
    assert by_kind["loaded"]["source_id"] == NAMES[0]
    assert by_kind["loaded"]["place"] == {"name": "站A", "township": "站S1"}
    assert by_kind["planned"]["version"] == 1
    assert by_kind["arrived_at_depot"]["kind_zh"] == "已到场站"


def test_an_identifier_of_no_lot_is_a_404(call, plan):
    answer = call("GET", "/trace/88.1.2/none")
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_lot")
    assert call("GET", f"/trace/{IDENTIFIER}", county="210002").status_code == 404
