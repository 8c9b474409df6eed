"""ETags of plans, and the If-Match of whoever acts on one (RFC 9110, section 13.1.1)."""

from __future__ import annotations

from typing import Final

from flask import request
from marshmallow import Schema, fields, validate

from coop_service.errors import both
from coop_service.services.plan_life import Revisions
from coop_service.store.tables import PlanRow
from coop_service.web.errors import PreconditionMissing

ETAG_HEADER: Final = {
    "ETag": {
        "schema": {"type": "string"},
        "description": "状态标识,随 If-Match 送回 / to be sent back as If-Match",
    }
}

_PREFIX_LENGTH: Final = 8


class IfMatchSchema(Schema):
    """Header that says which state of a plan a request is about."""

    # Not required by the schema: where it is missing the answer is 428 and not 422.
    seen = fields.String(
        data_key="If-Match",
        load_default=None,
        validate=validate.Length(max=1000),
        metadata={
            "description": "必须:读取方案时的 ETag / required: the ETag that came with the plan"
        },
    )


def etag_of(row: PlanRow) -> str:
    """The tag of a plan's present state, as the header has it."""
    return f'"{row.id[:_PREFIX_LENGTH]}-{row.revision}"'


def read_if_match(plan_id: str) -> Revisions:
    """The revisions of a plan that the request's If-Match names; None: any (``*``).

    Tags that are weak, or not of this plan, name none.

    Raises:
        PreconditionMissing: there is no If-Match.
    """
    if "If-Match" not in request.headers:
        raise PreconditionMissing(
            both(
                "请以 If-Match 送回读取方案时得到的 ETag",
                "send the ETag that came with the plan as If-Match",
            )
        )
    tags = request.if_match
    if tags.star_tag:
        return None
    revisions = set()
    for tag in tags.as_set():
        prefix, _, number = tag.rpartition("-")
        if prefix == plan_id[:_PREFIX_LENGTH] and number.isascii() and number.isdigit():
            revisions.add(int(number))
    return frozenset(revisions)
