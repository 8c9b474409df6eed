"""The life of a plan: release, start, close, and what has happened to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from marshmallow import Schema, fields, validate

from coop_service.services.plan_life import list_events, take_step
from coop_service.services.planning import get_plan
from coop_service.store.tables import NOTE_LENGTH, PlanRow, PlanState, Role
from coop_service.web.api.plans import StoredPlanSchema
from coop_service.web.auth import allow, caller
from coop_service.web.bodies import ApiBlueprint
from coop_service.web.context import db_session
from coop_service.web.errors import PROBLEM_JSON, ConflictSchema, PlanEventSchema
from coop_service.web.etags import ETAG_HEADER, IfMatchSchema, etag_of, read_if_match

blp = ApiBlueprint("plan_life", __name__, url_prefix="/plans", description="下达 / Release")


class PlanEventsSchema(Schema):
    """What has happened to a plan, the oldest first."""

    items = fields.List(fields.Nested(PlanEventSchema))


class StepSchema(Schema):
    """What is said about a step."""

    note = fields.String(load_default="", validate=validate.Length(max=NOTE_LENGTH))


Answer = tuple[PlanRow, int, dict[str, str]]
StepView = Callable[[dict[str, Any], dict[str, Any], str], Answer]


def _takes_a_step(view: StepView) -> StepView:
    """Decorator: who may take a step, what it asks for and what it answers."""
    for status in (428, 412, 409):
        view = blp.alt_response(status, schema=ConflictSchema, content_type=PROBLEM_JSON)(view)
    view = blp.response(200, StoredPlanSchema, headers=ETAG_HEADER)(view)
    view = blp.arguments(IfMatchSchema, location="headers")(view)
    view = blp.arguments(StepSchema, location="query")(view)
    return cast(StepView, allow(Role.DISPATCHER, Role.PLANNER, Role.ADMIN)(view))


@blp.route("/<plan_id>/release", methods=["POST"])
@_takes_a_step
def release(query: dict[str, Any], _headers: dict[str, Any], plan_id: str) -> Answer:
    """下达方案 / Release a draft; it takes the place of what was in force on the day.

    有违规的草案不能下达,答 409 并列出全部违规。
    A draft that breaks rules is refused with all its violations (409).
    """
    return _step(plan_id, "release", query["note"])


@blp.route("/<plan_id>/start", methods=["POST"])
@_takes_a_step
def start(query: dict[str, Any], _headers: dict[str, Any], plan_id: str) -> Answer:
    """开始执行 / A released plan is in progress from now on."""
    return _step(plan_id, "start", query["note"])


@blp.route("/<plan_id>/close", methods=["POST"])
@_takes_a_step
def close(query: dict[str, Any], _headers: dict[str, Any], plan_id: str) -> Answer:
    """结束执行 / A plan in progress is done."""
    return _step(plan_id, "close", query["note"])


@blp.route("/<plan_id>/events")
@allow()
@blp.response(200, PlanEventsSchema)
def get_events(plan_id: str) -> dict[str, Any]:
    """方案的经过:何人何时 / What has happened to a plan: who, when, what."""
    row = get_plan(db_session(), caller().county, plan_id)
    created = {
        "revision": 1,
        "kind": "created",
        "state": PlanState.DRAFT.value,
        "at": row.created_at,
        "by": row.created_by,
        "detail": {"note": row.note, "parent_id": row.parent_id},
    }
    return {"items": [created, *list_events(db_session(), row)]}


def _step(plan_id: str, step: str, note: str) -> Answer:
    me = caller()
    seen = read_if_match(plan_id)
    row = take_step(db_session(), me.county, plan_id, step, seen=seen, by=me.name, note=note)
    return row, 200, {"ETag": etag_of(row)}
