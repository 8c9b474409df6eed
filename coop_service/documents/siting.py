"""The document of a siting, as ``scenario.toml`` holds it; faults are told by their TOML path."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, post_load, validate

from coop_service.documents.fields import Amount, ListOf, MapOf, Text, WholeNumber
from coop_service.documents.messages import find_faults
from coop_service.documents.scenario import Day, NetworkPartSchema, toml_faults, without_none
from coop_service.domain.siting import SitingKind
from coop_service.domain.siting_request import Existing, SitingRequest
from coop_service.errors import InvalidInput

_NOT_NEGATIVE: Final = validate.Range(min=0)


class SitingPartSchema(Schema):
    """``[siting]``."""

    problem = fields.Enum(SitingKind, by_value=True, required=True)
    new = WholeNumber(validate=_NOT_NEGATIVE)
    within_min = Amount(validate=_NOT_NEGATIVE)
    budget_yuan = WholeNumber(validate=_NOT_NEGATIVE)
    cost_yuan = WholeNumber(validate=_NOT_NEGATIVE)
    costs_yuan = MapOf(WholeNumber(validate=_NOT_NEGATIVE))
    capacity_people = WholeNumber(validate=_NOT_NEGATIVE)
    capacities = MapOf(WholeNumber(validate=_NOT_NEGATIVE))
    covering = WholeNumber(validate=validate.Range(1, 10))
    existing = fields.Enum(Existing, by_value=True)
    candidates = ListOf(Text())
    best = WholeNumber(validate=validate.Range(1, 100))
    seconds = Amount(validate=validate.Range(min=0, min_inclusive=False))


class SitingSchema(Schema):
    """The document."""

    name = Text(required=True)
    date = Day(required=True)
    network = fields.Nested(NetworkPartSchema, required=True)
    siting = fields.Nested(SitingPartSchema, required=True)
    versions = MapOf(Text())

    @post_load
    def make(self, members: dict[str, Any], **_: Any) -> SitingRequest:
        """Hook of marshmallow. The versions say how results came about and are not read back."""
        network = members["network"]
        return SitingRequest(
            name=members["name"],
            date=members["date"],
            network=network["folder"],
            county=network["county"],
            **members["siting"],
        )


_SCHEMA: Final = SitingSchema()


def read_siting(document: object) -> SitingRequest:
    """The siting of a document that TOML was read into.

    Raises:
        InvalidInput: with all faults of form; pointers are TOML paths, e.g. ``siting.problem``.
    """
    try:
        request: SitingRequest = _SCHEMA.load(document)  # type: ignore[arg-type]
    except ValidationError as error:
        raise InvalidInput(toml_faults(find_faults(error.messages), document)) from error
    return request


def write_siting(request: SitingRequest) -> dict[str, Any]:
    """The document of a siting, complete but for what is None."""
    document = _SCHEMA.dump(
        {
            "name": request.name,
            "date": request.date,
            "network": {"folder": request.network, "county": request.county},
            "siting": request,
        }
    )
    written: dict[str, Any] = without_none(document)
    return written
