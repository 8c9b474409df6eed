"""What verification finds, as it is told."""

from __future__ import annotations

from marshmallow import Schema, fields


class ViolationSchema(Schema):
    """One thing that is wrong with a plan."""

    rule = fields.String(metadata={"description": "stable name of the rule"})
    message = fields.String(metadata={"description": "Chinese / English"})
    amount = fields.Float(metadata={"description": "by how much, in ``unit``"})
    unit = fields.String()
    vehicle = fields.String(allow_none=True)
    stop = fields.String(allow_none=True)
    order = fields.String(allow_none=True)
