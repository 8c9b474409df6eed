"""Errors as problem details (RFC 9457), with every fault of a bad request under ``errors``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import Flask, Response
from flask_smorest import Api
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException

from coop_service.errors import CoopError, Fault, InvalidInput, both
from coop_service.files.papers import FontMissing
from coop_service.services.attachments import AttachmentConflict, AttachmentPurged, NoPicture
from coop_service.services.days import DayHasOrders
from coop_service.services.drive_links import LinkGone, LinkRefused
from coop_service.services.keys import KeyRefused
from coop_service.services.networks import NetworkWouldBreak, SiteInUse
from coop_service.services.planning import IdempotencyConflict

PROBLEM_JSON: Final = "application/problem+json"


class UnreadableBody(InvalidInput):
    """A request body that is no JSON."""

    code = "unreadable_body"


class RoleRefused(PermissionError, CoopError):
    """A key whose role may not do this."""

    code = "role_refused"


STATUS: Final[Mapping[type[Exception], HTTPStatus]] = {
    UnreadableBody: HTTPStatus.BAD_REQUEST,
    KeyRefused: HTTPStatus.UNAUTHORIZED,
    LinkRefused: HTTPStatus.UNAUTHORIZED,
    LinkGone: HTTPStatus.GONE,
    NoPicture: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    AttachmentConflict: HTTPStatus.CONFLICT,
    AttachmentPurged: HTTPStatus.GONE,
    SiteInUse: HTTPStatus.CONFLICT,
    NetworkWouldBreak: HTTPStatus.CONFLICT,
    DayHasOrders: HTTPStatus.CONFLICT,
    IdempotencyConflict: HTTPStatus.CONFLICT,
    FontMissing: HTTPStatus.SERVICE_UNAVAILABLE,
    ValueError: HTTPStatus.UNPROCESSABLE_ENTITY,
    LookupError: HTTPStatus.NOT_FOUND,
    PermissionError: HTTPStatus.FORBIDDEN,
    TimeoutError: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Status of an error: that of the first of its classes, in the order of inheritance."""

_DETAILS: Final = {
    HTTPStatus.NOT_FOUND: both("此地址没有内容", "there is nothing at this address"),
    HTTPStatus.METHOD_NOT_ALLOWED: both(
        "此地址不支持该方法,支持的方法见 Allow",
        "this address does not know the method; Allow lists those it knows",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: both(
        "请求体超出大小上限", "the request body is larger than what is accepted here"
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: both(
        "请求体应为 application/json", "the request body must be application/json"
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: both(
        "服务内部错误,详情见服务日志", "an error of the service itself; see its log"
    ),
}


class FaultSchema(Schema):
    """One thing that is wrong with a request."""

    pointer = fields.String(
        metadata={"description": "JSON pointer (RFC 6901) into the body, or ?name for a parameter"}
    )
    code = fields.String(metadata={"description": "stable name of the kind of fault"})
    message = fields.String(metadata={"description": "what is wrong, Chinese / English"})


class ProblemDetailsSchema(Schema):
    """An error (RFC 9457)."""

    type = fields.String(metadata={"description": "urn:coop:<code>"})
    title = fields.String(metadata={"description": "name of the HTTP status"})
    status = fields.Integer()
    code = fields.String(metadata={"description": "stable name of the kind of error"})
    detail = fields.String(metadata={"description": "what happened, Chinese / English"})
    errors = fields.List(
        fields.Nested(FaultSchema), metadata={"description": "every fault of the request"}
    )


class CoopApi(Api):
    """The API; answers and documents every error as problem details."""

    ERROR_SCHEMA = ProblemDetailsSchema

    def _register_responses(self) -> None:
        # The superclass documents errors as application/json.
        kept = self.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM_JSON
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = kept

    def handle_http_exception(self, error: HTTPException) -> Response:
        """The answer to an error of HTTP itself, or of ours that nothing foresaw."""
        if error.response is not None or error.code is None or error.code < 400:
            return error.get_response()
        status = HTTPStatus(error.code)
        detail = _DETAILS.get(status, both(status.phrase, error.description or status.phrase))
        response = _respond(status, status.name.lower(), detail)
        kept = (header for header in error.get_headers() if header[0] != "Content-Type")
        response.headers.extend(kept)
        return response


def register_errors(app: Flask) -> None:
    """Have the application answer our own errors."""
    app.register_error_handler(CoopError, _answer)


def _answer(error: CoopError) -> Response:
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), None)
    if status is None:
        raise error  # nobody expected it here: logged, and answered without its inner parts
    faults = error.faults if isinstance(error, InvalidInput) else ()
    detail = str(error)
    if len(faults) == 1:
        detail = faults[0].message
    elif faults:
        detail = both(f"请求有 {len(faults)} 处错误", f"{len(faults)} faults in the request")
    response = _respond(status, error.code, detail, faults)
    if isinstance(error, KeyRefused):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def write_faults(faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Faults as they are sent."""
    return [{"pointer": f.pointer, "code": f.code, "message": f.message} for f in faults]


def _respond(status: HTTPStatus, code: str, detail: str, faults: Iterable[Fault] = ()) -> Response:
    document: dict[str, Any] = {
        "type": f"urn:coop:{code}",
        "title": status.phrase,
        "status": status.value,
        "code": code,
        "detail": detail,
        "errors": write_faults(faults),
    }
    text = json.dumps(document, ensure_ascii=False)
    return Response(text, status, content_type=PROBLEM_JSON)
