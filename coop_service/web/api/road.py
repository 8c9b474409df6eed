"""The road: links for drivers, what they report, planned against actual."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, request
from marshmallow import Schema, fields, validate

from coop_service.domain.stop_records import StopRecord
from coop_service.files.qr import qr_svg
from coop_service.services.attachments import UnknownAttachment, get_attachment
from coop_service.services.drive_links import (
    DriverLink,
    issue_links,
    page_address,
    withdraw_links,
)
from coop_service.services.planning import get_plan
from coop_service.services.road import PlanActual, compare_plan
from coop_service.services.stop_records import EventOutcome, Outcome, Reporter, take_events
from coop_service.store.road import load_stop_records
from coop_service.store.tables import Role
from coop_service.web.auth import allow, caller
from coop_service.web.bodies import ApiBlueprint, read_drafts
from coop_service.web.context import current_settings, db_session
from coop_service.web.road_schemas import (
    DriverEventSchema,
    DriverEventsSchema,
    DriverLinkRequestSchema,
    DriverLinksSchema,
    EventOutcomesSchema,
    PlanActualSchema,
    StopRecordSchema,
    WithdrawnSchema,
)

LINK_GIVERS: Final = (Role.DISPATCHER, Role.ADMIN)
"""Who may give drivers their links."""

blp = ApiBlueprint("road", __name__, url_prefix="/plans", description="在途 / The road")


class VehicleQuerySchema(Schema):
    """Whose records are wanted, or reported."""

    vehicle = fields.String(load_default=None, validate=validate.Length(1, 120))


class ReportQuerySchema(Schema):
    """For whom somebody reports."""

    vehicle = fields.String(required=True, validate=validate.Length(1, 120))


class WithdrawQuerySchema(Schema):
    """Whose link is withdrawn."""

    vehicle = fields.String(
        load_default=None,
        validate=validate.Length(1, 120),
        metadata={"description": "缺省为全部 / all of them by default"},
    )


class StopRecordsSchema(Schema):
    """Records in the sequence in which they were received."""

    records = fields.List(fields.Nested(StopRecordSchema))


@blp.route("/<plan_id>/links", methods=["POST"])
@allow(*LINK_GIVERS)
@blp.arguments(DriverLinkRequestSchema)
@blp.response(200, DriverLinksSchema)
def post_links(document: dict[str, Any], plan_id: str) -> dict[str, Any]:
    """生成司机链接与二维码 / Links for the drivers of a plan, each with its QR code.

    renew=true 使旧链接失效。 / With renew earlier links open nothing any more.
    """
    me = caller()
    links = issue_links(db_session(), current_settings(), me.county, plan_id, me.name, **document)
    return {"links": [_written(link) for link in links]}


@blp.route("/<plan_id>/links", methods=["DELETE"])
@allow(*LINK_GIVERS)
@blp.arguments(WithdrawQuerySchema, location="query")
@blp.response(200, WithdrawnSchema)
def delete_links(query: dict[str, Any], plan_id: str) -> dict[str, Any]:
    """撤销司机链接 / Let links open nothing any more."""
    me = caller()
    vehicles = () if query["vehicle"] is None else (query["vehicle"],)
    return {"withdrawn": withdraw_links(db_session(), me.county, plan_id, me.name, vehicles)}


@blp.route("/<plan_id>/actual")
@allow()
@blp.response(200, PlanActualSchema)
def get_actual(plan_id: str) -> PlanActual:
    """计划与实际对照、晚点及预计到达 / Planned against actual, lateness, predicted arrivals."""
    return compare_plan(db_session(), caller().county, plan_id)


@blp.route("/<plan_id>/records")
@allow()
@blp.arguments(VehicleQuerySchema, location="query")
@blp.response(200, StopRecordsSchema)
def get_records(query: dict[str, Any], plan_id: str) -> dict[str, list[StopRecord]]:
    """当天的在途记录 / What was reported on the plan's day, corrections as entries of their own."""
    me = caller()
    plan = get_plan(db_session(), me.county, plan_id)
    return {"records": load_stop_records(db_session(), me.county, plan.date, query["vehicle"])}


@blp.route("/<plan_id>/records", methods=["POST"])
@allow(Role.DISPATCHER, Role.ADMIN)
@blp.arguments(ReportQuerySchema, location="query")
@blp.document(DriverEventsSchema)
@blp.response(200, EventOutcomesSchema)
def post_records(query: dict[str, Any], plan_id: str, document: object) -> dict[str, Any]:
    """代司机填报或更正 / Report for a driver, or correct what was reported.

    只增不改,重复提交不产生变化。 / Entries are only added; an id sent again changes nothing.
    """
    me = caller()
    plan = get_plan(db_session(), me.county, plan_id)
    reporter = Reporter(me.county, plan.date, query["vehicle"], me.name)
    return take_document(reporter, document)


@blp.route("/<plan_id>/attachments/<uuid:attachment_id>")
@allow()
@blp.response(200, {"type": "string", "format": "binary"}, content_type="image/jpeg")
def get_one_attachment(plan_id: str, attachment_id: object) -> Response:
    """照片或签名 / A photo or signature; 410 where its time of keeping is over."""
    me = caller()
    plan = get_plan(db_session(), me.county, plan_id)
    row = get_attachment(db_session(), me.county, str(attachment_id))
    # A record may be kept under another version of the day's plan than it is asked for by.
    if row.plan_id != plan.id and get_plan(db_session(), me.county, row.plan_id).date != plan.date:
        raise UnknownAttachment(str(attachment_id))
    response = Response(row.content, content_type=row.content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def take_document(reporter: Reporter, document: object) -> dict[str, Any]:
    """Take in a batch as it was sent, and tell what became of each event.

    Raises:
        InvalidInput: the document is no list of events.
    """
    [drafts] = read_drafts(document, required=("events",), events=DriverEventSchema()).values()
    outcomes: list[EventOutcome] = take_events(db_session(), reporter, drafts)
    counts = {kind.value: sum(outcome.outcome is kind for outcome in outcomes) for kind in Outcome}
    return {**counts, "events": outcomes}


def _written(link: DriverLink) -> dict[str, Any]:
    address = page_address(current_settings().base_url or request.url_root.rstrip("/"), link)
    return {
        "vehicle": link.vehicle,
        "number": link.number,
        "address": address,
        "expires_at": link.expires_at,
        "qr_svg": qr_svg(address),
    }
