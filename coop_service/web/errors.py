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
from coop_service.services.coverage_reports import NetworkDiffers
from coop_service.services.days import DayHasOrders
from coop_service.services.drive_links import LinkGone, LinkRefused
from coop_service.services.keys import KeyRefused
from coop_service.services.networks import NetworkWouldBreak, SiteInUse
from coop_service.services.plan_life import PlanChanged, PlanHasViolations, WrongState
from coop_service.services.planning import IdempotencyConflict

PROBLEM_JSON: Final = "application/problem+json"


class UnreadableBody(InvalidInput):
    """A request body that is no JSON."""

    code = "unreadable_body"


class RoleRefused(PermissionError, CoopError):
    """A key whose role may not do this."""

    code = "role_refused"


class PreconditionMissing(RuntimeError, CoopError):
    """A request that must say which state of a thing it is about, and does not."""

    code = "precondition_missing"


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
    NetworkDiffers: HTTPStatus.CONFLICT,
    IdempotencyConflict: HTTPStatus.CONFLICT,
    PlanChanged: HTTPStatus.PRECONDITION_FAILED,
    WrongState: HTTPStatus.CONFLICT,
    PlanHasViolations: HTTPStatus.CONFLICT,
    PreconditionMissing: HTTPStatus.PRECONDITION_REQUIRED,
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


class PlanEventSchema(Schema):
    """Something that happened to a plan. ``revision``: of the plan, from then on."""

    revision = fields.Integer()
    kind = fields.String(
        metadata={"enum": ["created", "changed", "released", "started", "closed", "superseded"]}
    )
    state = fields.String()
    at = fields.DateTime()
    by = fields.String()
    detail = fields.Dict(
        allow_none=True,
        metadata={
            "description": "changed: 新版的 plan_id、version、改动的车辆 vehicles;superseded: "
            "取代它的方案 / of a change the new version and its vehicles; by which plan it was "
            "superseded"
        },
    )


class ConflictSchema(ProblemDetailsSchema):
    """An error about a plan that is not, or no longer, as the caller takes it to be."""

    events = fields.List(
        fields.Nested(PlanEventSchema),
        metadata={"description": "412:您读取之后的变动 / what has happened since you read it"},
    )
    revision = fields.Integer(metadata={"description": "412: the present one"})
    state = fields.String(metadata={"description": "409"})
    possible = fields.List(
        fields.String(), metadata={"description": "409:可执行的操作 / what can be done"}
    )


_EVENT: Final = PlanEventSchema()


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
    response = _respond(status, error.code, detail, faults, _more(error))
    if isinstance(error, KeyRefused):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def write_faults(faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Faults as they are sent."""
    return [{"pointer": f.pointer, "code": f.code, "message": f.message} for f in faults]


def _more(error: CoopError) -> dict[str, Any]:
    """Members of the problem details that only some errors have."""
    if isinstance(error, PlanChanged):
        events = [_EVENT.dump(event) for event in error.events]
        return {"revision": error.revision, "events": events}
    if isinstance(error, WrongState):
        return {"state": error.state.value, "possible": list(error.possible)}
    return {}


def _respond(
    status: HTTPStatus,
    code: str,
    detail: str,
    faults: Iterable[Fault] = (),
    more: Mapping[str, Any] | None = None,
) -> Response:
    document: dict[str, Any] = {
        "type": f"urn:coop:{code}",
        "title": status.phrase,
        "status": status.value,
        "code": code,
        "detail": detail,
        "errors": write_faults(faults),
        **(more or {}),
    }
    text = json.dumps(document, ensure_ascii=False)
    return Response(text, status, content_type=PROBLEM_JSON)
