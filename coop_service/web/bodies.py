"""Reading what a request brings: its body as strict JSON, its parameters with all faults told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, ClassVar, NoReturn, TypeVar, cast

from flask import Request, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from coop_service.documents import find_faults, parse_json
from coop_service.errors import Fault, InvalidInput, both, pointer
from coop_service.services.drafts import Draft
from coop_service.store.queries import Change
from coop_service.web.errors import UnreadableBody

View = TypeVar("View", bound=Callable[..., Any])
Record = TypeVar("Record")


def read_body(limit_mb: int | None = None) -> bytes:
    """The JSON text of the request.

    Args:
        limit_mb: largest body in megabytes (2**20 bytes); None: the limit of the application.

    Raises:
        UnsupportedMediaType: it is not declared as JSON.
        RequestEntityTooLarge: it is larger than the limit.
    """
    if not request.is_json:
        raise UnsupportedMediaType
    if limit_mb is not None:
        request.max_content_length = limit_mb * 2**20
    return request.get_data(cache=False)


def read_json() -> object:
    """The value of the request's JSON body.

    Raises:
        UnreadableBody: it is no JSON, holds NaN, or a key twice.
    """
    try:
        return parse_json(read_body())
    except InvalidInput as error:
        raise UnreadableBody(error.faults) from error


class StrictParser(FlaskParser):
    """Reads arguments with marshmallow, and tells all faults with a pointer to each."""

    DEFAULT_UNKNOWN_BY_LOCATION: ClassVar[Any] = {
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
    }

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body, read strictly."""
        return read_json()

    def handle_error(
        self, error: ValidationError, req: Request, schema: Schema, **_: Any
    ) -> NoReturn:
        """Faults of a body get JSON pointers, those of a parameter its name after a ``?``."""
        faults: list[Fault] = []
        for location, messages in cast(Mapping[str, Any], error.messages).items():
            found = find_faults(messages)
            if location == "query":
                found = tuple(_at_parameter(fault) for fault in found)
            faults += found
        raise InvalidInput(faults)


class ApiBlueprint(Blueprint):
    """A blueprint of the API."""

    ARGUMENTS_PARSER = StrictParser()

    def document(self, schema: type[Schema]) -> Callable[[View], View]:
        """Decorator: hand the view the request's JSON body as it is; ``schema`` documents it."""

        def decorator(view: View) -> View:
            @wraps(view)
            def wrapper(*args: Any, **kwargs: Any) -> Any:
                return view(*args, document=read_json(), **kwargs)

            content = {"application/json": {"schema": schema}}
            described = self.doc(requestBody={"required": True, "content": content})
            return cast(View, described(wrapper))

        return decorator


def answer_put(record: Record, change: Change) -> tuple[Record, HTTPStatus]:
    """The record with the status of a PUT: 201 where it was not there before."""
    return record, HTTPStatus.CREATED if change is Change.CREATED else HTTPStatus.OK


def read_draft(
    schema: Schema, document: object, where: str = "", named: Mapping[str, str] | None = None
) -> Draft:
    """One record as it was sent, read as far as it can be.

    Args:
        schema: of the record.
        document: what was sent.
        where: JSON pointer of the document within the body.
        named: fields that the address gives; the document may repeat them but not differ.
    """
    if not isinstance(document, dict):
        faults = find_faults({"_schema": ["Invalid input type."]})
        return Draft({}, _below(where, faults), frozenset(schema.fields), where)
    named = named or {}
    differing = [name for name in named if document.get(name, named[name]) != named[name]]
    faults = tuple(_differs(name, named[name]) for name in differing)
    try:
        values = schema.load({**document, **named})
        unread: frozenset[str] = frozenset()
    except ValidationError as error:
        messages = cast(dict[str, Any], error.messages)
        unread = frozenset(messages)
        values = {name: v for name, v in error.valid_data.items() if name not in unread}
        faults += find_faults(messages)
    return Draft(values, _below(where, faults), unread, where)


def read_drafts(
    document: object, required: Collection[str] = (), **schemas: Schema
) -> dict[str, list[Draft]]:
    """Lists of records, by the name of the member of the document that holds them.

    Args:
        document: what was sent.
        required: members that must be there; any other one that is absent is an empty list.
        schemas: schema of the records of each member.

    Raises:
        InvalidInput: the document is no object of lists by those names.
    """
    if not isinstance(document, dict):
        raise InvalidInput(find_faults({"_schema": ["Invalid input type."]}))
    messages: dict[str, list[str]] = {
        name: ["Unknown field."] for name in document if name not in schemas
    }
    for name in schemas:
        if name in required and name not in document:
            messages[name] = ["Missing data for required field."]
        elif not isinstance(document.get(name, []), list):
            messages[name] = ["Not a valid list."]
    if messages:
        raise InvalidInput(find_faults(messages))
    return {
        name: [
            read_draft(schema, item, pointer(name, i))
            for i, item in enumerate(document.get(name, []))
        ]
        for name, schema in schemas.items()
    }


def _at_parameter(fault: Fault) -> Fault:
    return Fault("?" + fault.pointer.removeprefix("/"), fault.code, fault.message)


def _below(where: str, faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    return tuple(Fault(where + fault.pointer, fault.code, fault.message) for fault in faults)


def _differs(name: str, given: str) -> Fault:
    message = both(
        f"与地址中的“{given}”不一致,请删除或改正",
        f"differs from {given!r} in the address: leave it out or correct it",
    )
    return Fault(pointer(name), "differs_from_address", message)
