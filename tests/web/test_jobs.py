import json

import pytest
from sqlmodel import Session

from coop_service.domain.records import DayOrder
from coop_service.services.plan_runs import run_plan_job
from coop_service.store.queries import delete_record
from coop_service.store.tables import JobRow

DAY = "2026-10-15"


@pytest.fixture
def job(call, order):
    """Id of a job that is queued."""
    assert call("PUT", "/orders/1", order).status_code == 201
    return call("POST", "/plans", {"date": DAY, "iterations": 1}).json["job"]["id"]


@pytest.fixture
def events(call):
    """The events of a job's stream: id, name, data."""

    def read(job_id, last="0"):
        text = open_stream(call, job_id, last).get_data(as_text=True)
        return [parse(block) for block in text.strip().split("\n\n") if "event:" in block]

    return read


def open_stream(call, job_id, last):
    environ = {"HTTP_LAST_EVENT_ID": last}
    return call("GET", f"/jobs/{job_id}/events", environ_overrides=environ)


def parse(block):
    lines = dict(line.split(": ", 1) for line in block.splitlines())
    return lines["id"], lines["event"], json.loads(lines["data"])


def test_jobs_are_listed_by_state(call, job):
    assert [item["id"] for item in call("GET", "/jobs?state=queued").json["items"]] == [job]
    assert call("GET", "/jobs?state=done").json == {"items": [], "total": 0}
    assert call("GET", "/jobs?state=lost").status_code == 422


def test_a_finished_job_leads_to_its_plan(call, job, engine):
    run_plan_job(engine, job)
    answer = call("GET", f"/jobs/{job}").json
    assert answer["job"]["state"] == "done"
    assert answer["links"]["plan"].endswith(answer["job"]["plan_id"])


def test_a_stream_tells_the_progress_and_ends_with_the_job(events, job, engine):
    run_plan_job(engine, job)
    *progress, last = events(job)
    assert [int(number) for number, name, _ in progress if name == "progress"]
    assert progress[-1][2]["orders_served"] == 1
    assert (last[0], last[1], last[2]["state"]) == ("end", "done", "done")


def test_a_stream_is_taken_up_after_the_last_event_seen(events, job, engine):
    run_plan_job(engine, job)
    with Session(engine) as session:
        row = session.get(JobRow, job)
        row.progress = [entry | {"number": n} for n in (1, 2, 3) for entry in row.progress[:1]]
        session.commit()
    assert [number for number, *_ in events(job, last="2")] == ["3", "end"]


def test_who_has_seen_the_end_is_told_not_to_come_back(call, job, engine):
    run_plan_job(engine, job)
    assert open_stream(call, job, "end").status_code == 204


def test_an_event_id_that_is_none_of_ours_is_refused(call, job):
    assert open_stream(call, job, "last tuesday").status_code == 422


def test_a_cancelled_job_ends_its_stream(call, events, job):
    assert call("POST", f"/jobs/{job}/cancel").json["job"]["state"] == "cancelled"
    assert [(number, name) for number, name, _ in events(job)] == [("end", "cancelled")]


def test_a_failed_job_tells_all_its_faults(call, events, job, engine):
    with Session(engine) as session:
        delete_record(session, "210001", DayOrder, "1")
        session.commit()
    run_plan_job(engine, job)
    error = call("GET", f"/jobs/{job}").json["job"]["error"]
    assert error["type"] == "urn:coop:invalid_input"
    assert [fault["code"] for fault in error["errors"]] == ["day_without_orders"]
    [(_, name, data)] = events(job)
    assert (name, data["error"]) == ("failed", error)


def test_a_job_that_has_ended_cannot_be_cancelled_any_more(call, job, engine):
    run_plan_job(engine, job)
    response = call("POST", f"/jobs/{job}/cancel")
    assert (response.status_code, response.json["job"]["state"]) == (200, "done")


def test_a_manager_may_watch_but_not_cancel(call, job):
    assert call("GET", f"/jobs/{job}", role="manager").status_code == 200
    assert call("POST", f"/jobs/{job}/cancel", role="manager").status_code == 403


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("GET", "/events"), ("POST", "/cancel")])
def test_another_county_does_not_find_the_job(call, job, method, path):
    response = call(method, f"/jobs/{job}{path}", county="210002")
    assert (response.status_code, response.json["code"]) == (404, "unknown_job")
