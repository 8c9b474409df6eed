"""Papers of a plan: dispatch sheets, loading lists, handover sheets and labels to print."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from flask import Response, url_for
from marshmallow import Schema, fields, validate

from coop_service.domain.papers import PaperKind
from coop_service.files.papers import PaperFormat
from coop_service.services.drive_links import driver_pages
from coop_service.services.papers import print_papers
from coop_service.web.api.road import LINK_GIVERS
from coop_service.web.auth import allow, caller
from coop_service.web.bodies import ApiBlueprint
from coop_service.web.context import current_settings, db_session
from coop_service.web.schemas import INT32

blp = ApiBlueprint("papers", __name__, url_prefix="/plans", description="单据 / Papers")

ALL: Final = "all"


class PapersQuerySchema(Schema):
    """Which papers are wanted."""

    kind = fields.String(
        load_default=ALL,
        validate=validate.OneOf([*PaperKind, ALL]),
        metadata={
            "description": "dispatch 派车单,loading 装车单,handover 交接单,labels 标签页,"
            "all 全部 / which papers"
        },
    )
    vehicle = fields.String(
        load_default=None,
        validate=validate.Length(1, 120),
        metadata={"description": "车辆,缺省为全部车辆 / whose papers; all vehicles by default"},
    )
    format = fields.Enum(PaperFormat, by_value=True, load_default=PaperFormat.PDF)
    version = fields.Integer(
        load_default=None,
        validate=validate.Range(1, INT32),
        metadata={
            "description": "二维码所印的方案版本,不符则拒绝 / the plan's version as a printed code "
            "names it; refused where it differs"
        },
    )


@blp.route("/<plan_id>/papers")
@allow()
@blp.arguments(PapersQuerySchema, location="query")
@blp.response(200, {"type": "string", "format": "binary"}, content_type=PaperFormat.PDF.media_type)
@blp.alt_response(
    200,
    schema={"type": "string", "format": "binary"},
    content_type=PaperFormat.XLSX.media_type,
    success=True,
)
def get_papers(query: dict[str, Any], plan_id: str) -> Response:
    """打印方案的单据 / Papers of a plan to print, as PDF or xlsx.

    每车的派车单、装车单和标签,以及各中转站的交接单;没有单据的车辆以 404 说明。
    Of each vehicle its dispatch sheet, loading list and labels, of each hub its handover sheet.
    A vehicle that the plan leaves idle is answered with 404.

    调度员打印已下达方案的派车单时,附司机页二维码。
    On dispatch sheets of a plan in force that a dispatcher prints, a code opens the driver's page.
    """
    kind = None if query["kind"] == ALL else PaperKind(query["kind"])
    me, settings = caller(), current_settings()
    base_url = settings.base_url
    pages: dict[str, str] = {}
    if kind in (None, PaperKind.DISPATCH) and me.role in LINK_GIVERS:
        pages = driver_pages(db_session(), settings, me.county, plan_id, me.name)
    printed = print_papers(
        db_session(),
        me.county,
        plan_id,
        driver_pages=pages,
        kind=kind,
        vehicle=query["vehicle"],
        file_format=query["format"],
        version=query["version"],
        address=base_url and base_url + url_for("papers.get_papers", plan_id=plan_id),
    )
    response = Response(printed.content, content_type=printed.media_type)
    response.headers["Content-Disposition"] = _disposition(printed.file_name, query["format"])
    return response


def _disposition(name: str, file_format: PaperFormat) -> str:
    """The file's name (RFC 6266, RFC 5987), with one in ASCII for clients that know no other."""
    # A browser shows a PDF, from where it is printed; it cannot show a workbook.
    kind = "inline" if file_format is PaperFormat.PDF else "attachment"
    return f"{kind}; filename=\"papers.{file_format}\"; filename*=UTF-8''{quote(name, safe='')}"
