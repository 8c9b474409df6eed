"""Jobs: how far they are, as often as somebody asks or as a stream of events."""

# ruff: noqa: D106 - marshmallow's Meta classes hold options
from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

from flask import Response, url_for
from marshmallow import Schema, fields, validate
from marshmallow_sqlalchemy import SQLAlchemyAutoSchema
from sqlalchemy import Engine
from sqlmodel import Session

from coop_service.services.planning import UNFINISHED, cancel_job, get_job, list_jobs
from coop_service.store.tables import JobRow, JobState, Role
from coop_service.web.auth import allow, caller
from coop_service.web.bodies import ApiBlueprint
from coop_service.web.context import db_engine, db_session, plan_jobs
from coop_service.web.errors import ProblemDetailsSchema
from coop_service.web.schemas import PageQuerySchema, RecordConverter, page_of

blp = ApiBlueprint("jobs", __name__, url_prefix="/jobs", description="任务 / Jobs")

POLL_S: Final = 0.3
HEARTBEAT_S: Final = 10.0

LAST_EVENT: Final = "end"
"""Id of a stream's last event: a client that comes back after it has seen everything."""


class ProgressSchema(Schema):
    """The best plan at some moment of the search."""

    number = fields.Integer(metadata={"description": "counts up, also over repeated attempts"})
    seconds = fields.Float(metadata={"description": "since the attempt began"})
    cost = fields.Float(metadata={"description": "yuan"})
    orders_served = fields.Integer()
    orders_unassigned = fields.Integer()
    vehicles_used = fields.Integer()


class JobSchema(SQLAlchemyAutoSchema):
    """A job. ``progress`` is its history, the newest last; long ones are thinned out."""

    class Meta:
        model = JobRow
        model_converter = RecordConverter
        fields = (
            "id",
            "kind",
            "state",
            "request",
            "progress",
            "error",
            "plan_id",
            "attempts",
            "created_at",
            "created_by",
            "started_at",
            "cancel_requested_at",
            "finished_at",
        )

    progress = fields.List(fields.Nested(ProgressSchema))
    error = fields.Nested(ProblemDetailsSchema, allow_none=True)


class LinksSchema(Schema):
    """Addresses that belong to a job."""

    self = fields.String()
    events = fields.String(metadata={"description": "server-sent events"})
    cancel = fields.String(metadata={"description": "to be POSTed to"})
    plan = fields.String(allow_none=True, metadata={"description": "null until there is one"})


class JobAnswerSchema(Schema):
    """A job and where to go from it."""

    job = fields.Nested(JobSchema)
    links = fields.Nested(LinksSchema)


class JobQuerySchema(PageQuerySchema):
    """Which jobs are wanted."""

    state = fields.Enum(JobState, by_value=True)


class LastEventSchema(Schema):
    """Header that a browser sends when it takes up a broken stream."""

    last = fields.String(
        data_key="Last-Event-ID",
        load_default="0",
        validate=validate.Regexp(rf"^([0-9]{{1,9}}|{LAST_EVENT})$"),
    )


def answer_job(job: JobRow) -> dict[str, Any]:
    """The answer to any request that is about one job."""
    plan_id = job.plan_id
    return {
        "job": job,
        "links": {
            "self": url_for("jobs.get_one", job_id=job.id),
            "events": url_for("jobs.get_events", job_id=job.id),
            "cancel": url_for("jobs.cancel", job_id=job.id),
            "plan": None if plan_id is None else url_for("plans.get_one", plan_id=plan_id),
        },
    }


@blp.route("")
@allow()
@blp.arguments(JobQuerySchema, location="query")
@blp.response(200, page_of(JobSchema))
def get_jobs(query: dict[str, Any]) -> dict[str, Any]:
    """任务列表,新的在前 / The county's jobs, newest first."""
    items, total = list_jobs(db_session(), caller().county, **query)
    return {"items": items, "total": total}


@blp.route("/<job_id>")
@allow()
@blp.response(200, JobAnswerSchema)
def get_one(job_id: str) -> dict[str, Any]:
    """任务的状态与进展 / A job's state and progress."""
    return answer_job(get_job(db_session(), caller().county, job_id))


@blp.route("/<job_id>/cancel", methods=["POST"])
@allow(Role.DISPATCHER, Role.PLANNER, Role.ADMIN)
@blp.response(200, JobAnswerSchema)
def cancel(job_id: str) -> dict[str, Any]:
    """取消任务,保留当前最好的方案 / Cancel a job and keep its best plan.

    已结束的任务不变。 / A job that has ended stays as it is.
    """
    return answer_job(cancel_job(db_session(), caller().county, job_id))


@blp.route("/<job_id>/events")
@allow()
@blp.arguments(LastEventSchema, location="headers")
@blp.response(200, {"type": "string"}, content_type="text/event-stream")
@blp.alt_response(204, success=True)
def get_events(headers: dict[str, Any], job_id: str) -> Response:
    """进展的事件流 / Progress as server-sent events.

    事件 progress 与最后的 done、failed 或 cancelled;Last-Event-ID 续接。
    Events ``progress``, and at the end one of ``done``, ``failed`` and ``cancelled`` with the job;
    a stream is taken up after the event of ``Last-Event-ID``.
    """
    get_job(db_session(), caller().county, job_id)
    if headers["last"] == LAST_EVENT:
        return Response(status=HTTPStatus.NO_CONTENT)
    jobs = plan_jobs()
    closing = threading.Event() if jobs is None else jobs.closing
    events = _write_events(db_engine(), caller().county, job_id, int(headers["last"]), closing)
    quiet = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return Response(events, content_type="text/event-stream", headers=quiet)


def _write_events(
    engine: Engine, county: str, job_id: str, last: int, closing: threading.Event
) -> Iterator[str]:
    """Events from the job's row, which whatever process works on it keeps up to date."""
    yield "retry: 2000\n\n"
    silent_since = time.monotonic()
    while not closing.is_set():
        with Session(engine) as session:
            job = get_job(session, county, job_id)
        for entry in job.progress:
            if entry["number"] > last:
                last = entry["number"]
                silent_since = time.monotonic()
                yield _event("progress", str(last), entry)
        if job.state not in UNFINISHED:
            yield _event(job.state.value, LAST_EVENT, JobSchema().dump(job))
            return
        if time.monotonic() - silent_since >= HEARTBEAT_S:
            silent_since = time.monotonic()
            yield ": heartbeat\n\n"
        closing.wait(POLL_S)


def _event(name: str, number: str, data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False)
    return f"id: {number}\nevent: {name}\ndata: {text}\n\n"
