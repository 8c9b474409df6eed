"""The driver's page and what it calls, each opened by a signed link in place of an API key."""

from __future__ import annotations

import functools
import hashlib
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request
from flask.helpers import send_from_directory
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from coop_service.errors import Fault, InvalidInput, both
from coop_service.services.attachments import MAX_BYTES, put_attachment
from coop_service.services.drive_links import LinkGone, LinkRefused, OpenedLink, open_link
from coop_service.services.road import current_plan, get_driver_day, tag_of_driver_day
from coop_service.services.stop_records import MAX_EVENTS, Reporter
from coop_service.store.tables import AttachmentKind
from coop_service.web.api.road import take_document
from coop_service.web.auth import public
from coop_service.web.bodies import read_json
from coop_service.web.context import current_settings, db_session
from coop_service.web.page_headers import page_headers
from coop_service.web.road_schemas import AttachmentSchema, DriverDaySchema, EventOutcomesSchema

FOLDER: Final = Path(__file__).parent / "static" / "drive"

# The address itself opens the page: it must not be told to the map that a link leads to.
HEADERS: Final = page_headers(images=("blob:", "data:"), referrer="no-referrer")

_WORKER: Final = "sw.js"

blp = Blueprint("drive", __name__, url_prefix="/drive")


@blp.after_request
def add_headers(response: Response) -> Response:
    """Say what the page may load, and that its address stays here."""
    response.headers.update(HEADERS)
    return response


@blp.get("/<token>")
@public
def show_page(token: str) -> Response | tuple[str, int]:
    """The page; what it shows it fetches by itself, or has kept."""
    try:
        _open(token)
    except (LinkRefused, LinkGone) as error:
        refused = isinstance(error, LinkRefused)
        status = HTTPStatus.UNAUTHORIZED if refused else HTTPStatus.GONE
        zh, _, en = str(error).partition(" / ")
        page = render_template("drive_refused.html", zh=zh, en=en, digest=assets_digest())
        return page, status
    response = make_response(
        render_template("drive.html", token=token, digest=assets_digest(), assets=asset_names())
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blp.get(f"/{_WORKER}")
@public
def send_worker() -> Response:
    """The service worker; from here it may answer for the whole of ``/drive/``."""
    response = send_from_directory(FOLDER, _WORKER, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blp.get("/assets/<digest>/<path:file>")
@public
def send_asset(digest: str, file: str) -> Response:
    """A file of the page. All are kept under the digest of all, so that no two versions mix."""
    if digest != assets_digest():
        raise NotFound
    response = send_from_directory(FOLDER, file)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@blp.get("/<token>/route")
@public
def get_route(token: str) -> BaseResponse:
    """The route with all that has been reported of it; 304 where nothing has changed."""
    link = _open(token)
    tag = tag_of_driver_day(db_session(), link)
    if request.if_none_match.contains(tag):
        response = Response(status=HTTPStatus.NOT_MODIFIED)
    else:
        document = DriverDaySchema().dump(get_driver_day(db_session(), link))
        response = make_response(document)
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blp.post("/<token>/events")
@public
def post_events(token: str) -> dict[str, Any]:
    """Take in events; the good ones are kept, the bad ones named, known ones change nothing."""
    link = _open(token)
    document = read_json()
    if isinstance(document, dict) and isinstance(events := document.get("events"), list):
        _refuse_too_many(len(events))
    reporter = Reporter(link.county, link.plan.date, link.vehicle, f"link {link.number}")
    outcomes: dict[str, Any] = EventOutcomesSchema().dump(take_document(reporter, document))
    return outcomes


@blp.put("/<token>/attachments/<uuid:attachment_id>")
@public
def put_one_attachment(token: str, attachment_id: UUID) -> tuple[dict[str, Any], HTTPStatus]:
    """Take in a photo or a signature; the same one again changes nothing."""
    link = _open(token)
    request.max_content_length = MAX_BYTES
    row, is_new = put_attachment(
        db_session(),
        current_settings(),
        link.county,
        str(attachment_id),
        plan_id=current_plan(db_session(), link).id,
        vehicle=link.vehicle,
        kind=_kind(),
        content=request.get_data(cache=False),
    )
    document: dict[str, Any] = AttachmentSchema().dump(row)
    return document, HTTPStatus.CREATED if is_new else HTTPStatus.OK


def asset_names() -> list[str]:
    """The files that the page needs to work without a connection."""
    names = (path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())
    return sorted(name for name in names if name != _WORKER)


@functools.cache
def assets_digest() -> str:
    """The same for two services exactly if their files of the page are the same."""
    digest = hashlib.sha256()
    for name in asset_names():
        digest.update(name.encode() + b"\0" + (FOLDER / name).read_bytes())
    return digest.hexdigest()[:16]


def _open(token: str) -> OpenedLink:
    return open_link(db_session(), current_settings(), token)


def _kind() -> AttachmentKind:
    name = request.args.get("kind", "")
    if name not in set(AttachmentKind):
        choices = ", ".join(AttachmentKind)
        message = both(f"应为以下之一:{choices}", f"must be one of: {choices}")
        raise InvalidInput([Fault("?kind", "unknown_choice", message)])
    return AttachmentKind(name)


def _refuse_too_many(count: int) -> None:
    if count > MAX_EVENTS:
        message = both(
            f"一次最多 {MAX_EVENTS} 条,收到 {count} 条",
            f"{MAX_EVENTS} events at most in one batch, got {count}",
        )
        raise InvalidInput([Fault("/events", "wrong_length", message)])
