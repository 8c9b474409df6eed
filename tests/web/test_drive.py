"""The driver's page and its calls: no key, a signed link."""

import json
import re

import pytest
from sqlmodel import Session

from coop_service.services.attachments import MAX_BYTES
from coop_service.store.tables import NOTE_LENGTH, PlanRow, PlanState
from coop_service.web.drive import assets_digest
from tests.web.road_plan import (
    NAMES,
    at_visit,
    client,
    event,
    link,
    make_plan,
    plan,
)

__all__ = ["client", "link", "plan"]

JPEG = b"\xff\xd8\xff\xe0 a picture"


@pytest.fixture
def route(client, link):
    return client.get(f"{link}/route").json


def send(client, link, *events):
    return client.post(f"{link}/events", json={"events": list(events)})


def release(engine, plan):
    with Session(engine) as session:
        session.get(PlanRow, plan).state = PlanState.RELEASED
        session.commit()


def test_the_route_has_all_that_a_driver_needs(route, plan):
    assert (route["plan"], route["version"], route["state"]) == (plan, 1, "draft")
    assert (route["vehicle"], route["county_name"], route["date"]) == (
        "V1",
        "县210001",
        "2026-10-15",
    )
    assert route["note"]["plate"] == "辽H·00001"
    assert route["synthetic_roads"] is True
    [trip] = route["trips"]
    assert trip["start"]["name"] == "站210001"
    by_name = {stop["stop"]: stop for stop in route["stops"]}
    assert set(by_name) == {"A", "B"}
    stop = by_name["A"]
    assert stop["place"]["township"] == "站S1"
    assert stop["position"] == {"lon": 122.65, "lat": 40.62, "kind": "synthetic"}
    assert stop["windows_s"] == [[25_200, 68_400]]
    [off], [on] = stop["unload"], stop["load"]
    assert (off["order"], off["pieces"], off["weight_kg"]) == ("1", 3, 12.5)
    assert on["identifier"] == "88.608.8889/210001001.20261015.0001"
    assert route["records"] == []


def test_an_unchanged_route_is_not_sent_again(client, link, plan):
    first = client.get(f"{link}/route")
    tag = first.headers["ETag"]
    assert client.get(f"{link}/route", headers={"If-None-Match": tag}).status_code == 304
    send(client, link, event(0, plan, "departed", trip=0))
    changed = client.get(f"{link}/route", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert [record["id"] for record in changed.json["records"]] == [NAMES[0]]


def test_events_are_taken_once_and_bad_ones_are_named(client, link, plan, route):
    stop = route["stops"][0]
    good = at_visit(1, plan, "arrived", stop)
    bad = at_visit(2, plan, "unloaded", stop) | {"visit": 9}
    unread = {"id": "x", "kind": "arrived"}
    answer = send(client, link, event(0, plan, "departed", trip=0), bad, good, unread)
    assert answer.status_code == 200
    counts = {name: answer.json[name] for name in ("taken", "known", "refused")}
    assert counts == {"taken": 2, "known": 0, "refused": 2}
    outcomes = answer.json["events"]
    assert [one["outcome"] for one in outcomes] == ["taken", "refused", "taken", "refused"]
    assert outcomes[1]["id"] == NAMES[2]
    assert outcomes[1]["errors"][0]["pointer"] == "/events/1/visit"
    assert outcomes[3]["id"] is None
    assert {"/events/3/id", "/events/3/plan"} <= {one["pointer"] for one in outcomes[3]["errors"]}
    again = send(client, link, event(0, plan, "departed", trip=0), good)
    assert [one["outcome"] for one in again.json["events"]] == ["known", "known"]
    assert len(client.get(f"{link}/route").json["records"]) == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 422), ({"events": {}}, 422), ({"events": [], "more": 1}, 422), ([], 422)],
)
def test_a_body_that_is_no_list_of_events(client, link, body, status):
    answer = client.post(f"{link}/events", json=body)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_a_batch_has_its_limit(client, link, plan):
    events = [event(0, plan, "note")] * 501
    answer = send(client, link, *events)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["code"] == "wrong_length"


@pytest.mark.parametrize(
    "note",
    ["x" * (NOTE_LENGTH + 1), "bell \x07", "half \ud83d"],
    ids=["long", "control", "half a pair"],
)
def test_notes_that_no_database_would_keep_are_refused(client, link, plan, note):
    body = json.dumps({"events": [event(0, plan, "note", note=note)]})
    answer = client.post(f"{link}/events", data=body, content_type="application/json")
    told = str(answer.json)
    assert answer.status_code in (200, 400)
    assert "/events/0/note" in told
    assert client.get(f"{link}/route").json["records"] == []


def test_a_note_of_several_lines_is_kept(client, link, plan):
    send(client, link, event(0, plan, "note", note="门口\n有狗"))
    assert client.get(f"{link}/route").json["records"][0]["note"] == "门口\n有狗"


def test_a_picture_is_taken_once(client, link):
    address = f"{link}/attachments/{NAMES[0]}?kind=photo"
    first = client.put(address, data=JPEG)
    assert first.status_code == 201
    assert (first.json["size_bytes"], first.json["kind"]) == (len(JPEG), "photo")
    assert client.put(address, data=JPEG).status_code == 200
    assert client.put(address, data=JPEG + b"!").status_code == 409


@pytest.mark.parametrize(
    ("query", "data", "status", "code"),
    [
        ("kind=photo", b"<svg/>", 415, "no_picture"),
        ("kind=video", JPEG, 422, "invalid_input"),
        ("", JPEG, 422, "invalid_input"),
        ("kind=photo", JPEG + b"x" * MAX_BYTES, 413, "request_entity_too_large"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused(client, link, query, data, status, code):
    answer = client.put(f"{link}/attachments/{NAMES[0]}?{query}", data=data)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_bad_link_is_401_and_a_replaced_one_410_in_plain_words(call, client, link, plan):
    for path in ("/route", ""):
        assert client.get(f"{link[:-2]}{path}").status_code == 401
    assert client.get(f"{link[:-2]}/route").json["code"] == "link_refused"
    call("POST", f"/plans/{plan}/links", {"renew": True})
    answer = client.get(f"{link}/route")
    assert (answer.status_code, answer.json["code"]) == (410, "link_gone")
    assert "最新的链接 / " in answer.json["detail"]
    page = client.get(link)
    assert page.status_code == 410
    assert "链接已被新链接取代" in page.text
    assert "<script" not in page.text
    assert send(client, link, event(0, plan, "departed", trip=0)).status_code == 410
    assert client.put(f"{link}/attachments/{NAMES[0]}?kind=photo", data=JPEG).status_code == 410


def test_a_released_version_takes_over_and_keeps_what_was_reported(
    call, client, link, plan, route, engine
):
    stop = route["stops"][0]
    send(client, link, at_visit(0, plan, "arrived", stop))
    newer = make_plan(call, engine)
    assert client.get(f"{link}/route").json["plan"] == plan
    release(engine, newer)
    day = client.get(f"{link}/route").json
    assert (day["plan"], day["version"], day["state"]) == (newer, 2, "released")
    assert [record["plan"] for record in day["records"]] == [plan]
    # What was queued under the earlier version still arrives.
    answer = send(client, link, at_visit(1, plan, "finished_stop", stop))
    assert answer.json["taken"] == 1
    answer = send(client, link, at_visit(2, newer, "arrived", day["stops"][0]))
    assert answer.json["taken"] == 1


def test_the_page_allows_nothing_from_elsewhere_and_tells_its_address_nobody(client, link):
    page = client.get(link)
    assert page.status_code == 200
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'; img-src 'self' blob: data:;")
    assert "unsafe" not in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "style=" not in page.text
    assert re.findall(r"<script[^>]*>", page.text) == [
        f'<script type="module" src="/drive/assets/{assets_digest()}/app.js">'
    ]
    assert not re.findall(r"https?://", page.text)


def test_every_file_of_the_page_is_there_and_none_of_another_version(client, link):
    page = client.get(link).text
    folder = re.search(r'data-folder="([^"]+)"', page)[1]
    names = re.search(r'data-assets="([^"]+)"', page)[1].split()
    assert {"app.js", "drive.css", "texts.zh.js", "texts.en.js"} <= set(names)
    for name in names:
        answer = client.get(folder + name, buffered=True)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
    assert client.get("/drive/assets/0123456789abcdef/app.js").status_code == 404
    assert client.get(f"{folder}../../api_docs.js").status_code == 404


def test_modules_import_only_what_is_kept_with_them(client, link):
    page = client.get(link).text
    folder = re.search(r'data-folder="([^"]+)"', page)[1]
    names = re.search(r'data-assets="([^"]+)"', page)[1].split()
    for name in names:
        if name.endswith(".js"):
            text = client.get(folder + name, buffered=True).text
            for imported in re.findall(r'from "\./([^"]+)"', text):
                assert imported in names, (name, imported)


def test_the_service_worker_may_answer_for_all_pages_of_drivers(client):
    worker = client.get("/drive/sw.js", buffered=True)
    assert worker.status_code == 200
    assert worker.content_type.startswith("text/javascript")
    assert worker.headers["Cache-Control"] == "no-cache"
