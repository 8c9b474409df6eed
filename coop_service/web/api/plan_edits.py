"""Changing a plan by hand: checks, places for an order, new versions, comparisons."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response, current_app, url_for
from marshmallow import Schema, fields, validate

from coop_service.documents.edit_answers import (
    CheckedSchema,
    ComparisonSchema,
    InsertionsSchema,
    write_checked,
    write_comparison,
    write_insertions,
)
from coop_service.documents.edits import KINDS, MOST_CHANGES, AnyChangeSchema, read_changes
from coop_service.documents.fields import Text, WholeNumber
from coop_service.services.plan_edits import (
    check_plan,
    compare_versions,
    find_insertions,
    save_changes,
)
from coop_service.store.tables import NOTE_LENGTH, Role
from coop_service.web.api.plans import StoredPlanSchema
from coop_service.web.auth import allow, caller
from coop_service.web.bodies import ApiBlueprint
from coop_service.web.context import db_session
from coop_service.web.errors import PROBLEM_JSON, ConflictSchema
from coop_service.web.etags import ETAG_HEADER, IfMatchSchema, etag_of, read_if_match

blp = ApiBlueprint("plan_edits", __name__, url_prefix="/plans", description="改方案 / Changes")

_CHANGES = {
    "description": "依次施加的改动;撤销即去掉末项 / one after the other; undo is a shorter list. "
    f"kind: {', '.join(KINDS)}",
    "example": [
        {
            "kind": "move",
            "vehicle": "REF01",
            "stop": "210882104203",
            "to": {"vehicle": "EV03", "position": 4},
        },
        {"kind": "lock_stop", "stop": "210882104203"},
    ],
}


class ChangesSchema(Schema):
    """What is to be changed of the plan."""

    changes = fields.List(
        fields.Raw(),
        required=True,
        validate=validate.Length(max=MOST_CHANGES),
        metadata=_CHANGES,
    )


class NewVersionSchema(ChangesSchema):
    """Changes that are to be a new version."""

    note = fields.String(load_default="", validate=validate.Length(max=NOTE_LENGTH))


class InsertQuerySchema(Schema):
    """For which order places are looked for."""

    order = Text(
        required=True, validate=validate.Length(1, 200), metadata={"description": "订单编号 / key"}
    )
    n = fields.Integer(load_default=5, validate=validate.Range(1, 100))


class InsertRequestSchema(Schema):
    """For which order places are looked for, in what changes have made of the plan."""

    order = Text(required=True, validate=validate.Length(1, 200))
    n = WholeNumber(load_default=5, validate=validate.Range(1, 100))
    changes = fields.List(fields.Raw(), load_default=list, metadata=_CHANGES)


class SavedChangesSchema(Schema):
    """A new version, and what its changes cost and break."""

    plan = fields.Nested(StoredPlanSchema)
    check = fields.Nested(CheckedSchema)
    changes = fields.List(fields.Nested(AnyChangeSchema))


@blp.route("/<plan_id>/check", methods=["POST"])
@allow()
@blp.arguments(ChangesSchema)
@blp.response(200, CheckedSchema)
def post_check(document: dict[str, Any], plan_id: str) -> Response:
    """试改方案:花费与违规 / What changes cost and break; nothing is stored.

    改动依次施加于所给方案,撤销与重做即缩短与恢复此列表。每项改动后的线路重新计时,全部规则由独立
    程序重算,逐条给出超出多少。
    The changes are made one after the other on the plan that is named, so that undo and redo are a
    shorter and a longer list. Changed routes are timed anew, and every rule is recomputed by
    independent code, each violation with its amount.
    """
    changes = read_changes(document["changes"])
    checked = check_plan(db_session(), caller().county, plan_id, changes)
    return _json(write_checked(checked))


@blp.route("/<plan_id>/changes", methods=["POST"])
@allow(Role.DISPATCHER, Role.PLANNER, Role.ADMIN)
@blp.arguments(NewVersionSchema)
@blp.arguments(IfMatchSchema, location="headers")
@blp.response(201, SavedChangesSchema, headers=ETAG_HEADER)
@blp.alt_response(412, schema=ConflictSchema, content_type=PROBLEM_JSON)
@blp.alt_response(428, schema=ConflictSchema, content_type=PROBLEM_JSON)
def post_changes(document: dict[str, Any], _headers: dict[str, Any], plan_id: str) -> Response:
    """保存改动为新版 / Save changes as a new version of the day's plan.

    原方案不变,新版为草案,可以有违规。须带 If-Match;他人已改动时答 412,说明何人何时改了哪些车。
    The plan itself stays as it is; the new version is a draft and may break rules. Who saves with
    an ETag that is no longer the plan's is told who has changed it meanwhile, when, and which
    vehicles.
    """
    changes = read_changes(document["changes"])
    me = caller()
    saved = save_changes(
        db_session(),
        me.county,
        plan_id,
        changes,
        seen=read_if_match(plan_id),
        by=me.name,
        note=document["note"],
    )
    response = _json(
        {
            "plan": StoredPlanSchema().dump(saved.row),
            "check": write_checked(saved.checked),
            "changes": saved.row.changes,
        }
    )
    response.status_code = HTTPStatus.CREATED
    response.headers["Location"] = url_for("plans.get_one", plan_id=saved.row.id)
    response.headers["ETag"] = etag_of(saved.row)
    return response


@blp.route("/<plan_id>/insert")
@allow()
@blp.arguments(InsertQuerySchema, location="query")
@blp.response(200, InsertionsSchema)
def get_insert(query: dict[str, Any], plan_id: str) -> Response:
    """某订单放在哪里合适 / Where an order would fit, the best places with their price.

    未安排的订单,或已安排的(连同其整次停靠)。没有位置的车辆给出所违反的规则及差多少。
    An order from the pool, or one that is planned, with all of its visit. A vehicle without any
    place comes with the rule that forbids it, and by how much.
    """
    me = caller()
    found = find_insertions(db_session(), me.county, plan_id, query["order"], query["n"])
    return _json(write_insertions(query["order"], found))


@blp.route("/<plan_id>/insert", methods=["POST"])
@allow()
@blp.arguments(InsertRequestSchema)
@blp.response(200, InsertionsSchema)
def post_insert(document: dict[str, Any], plan_id: str) -> Response:
    """改动后某订单放在哪里合适 / The same in what changes have made of the plan."""
    changes = read_changes(document["changes"])
    order = document["order"]
    found = find_insertions(db_session(), caller().county, plan_id, order, document["n"], changes)
    return _json(write_insertions(order, found))


@blp.route("/<plan_id>/compare/<other_id>")
@allow()
@blp.response(200, ComparisonSchema)
def get_comparison(plan_id: str, other_id: str) -> Response:
    """比较两版方案 / What differs from one plan to another, by vehicle and by order."""
    comparison = compare_versions(db_session(), caller().county, plan_id, other_id)
    return _json(write_comparison(comparison))


def _json(document: dict[str, Any]) -> Response:
    return Response(current_app.json.dumps(document), content_type="application/json")
