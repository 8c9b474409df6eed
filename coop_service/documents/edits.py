"""Changes by hand, what they cost and break, places for an order, and comparisons, as documents."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from marshmallow import Schema, ValidationError, fields, post_load, validate

from coop_service.documents.fields import Flag, ListOf, Text, WholeNumber
from coop_service.documents.messages import CodedMessage, find_faults
from coop_service.domain.edits import (
    Change,
    LockPrefix,
    LockStop,
    LockVehicle,
    MoveStop,
    Place,
    PutIn,
    ReverseRoute,
    SwapVehicles,
    TakeOut,
    UnlockPrefix,
    UnlockStop,
    UnlockVehicle,
)
from coop_service.errors import Fault, InvalidInput, pointer

MOST_CHANGES: Final = 500
"""Changes in one list; whoever needs more saves in between."""

_ONE_OR_MORE: Final = validate.Length(min=1)


class PlaceSchema(Schema):
    """Where orders go: ``position`` counts the visits of the vehicle's day from 0."""

    vehicle = Text(required=True)
    position = WholeNumber(
        load_default=None,
        allow_none=True,
        metadata={"description": "缺省为最后 / after the last visit by default"},
    )
    join = Flag(
        load_default=False,
        metadata={"description": "并入该序号的同站停靠 / into the visit that stands there"},
    )

    @post_load
    def make(self, members: dict[str, Any], **_: Any) -> Place:
        """Hook of marshmallow."""
        return Place(**members)


class ChangeSchema(Schema):
    """One kind of change; its members are those of the value, and ``kind`` names it."""

    value: ClassVar[type[Any]]
    kind = Text(required=True)

    @post_load
    def make(self, members: dict[str, Any], **_: Any) -> Any:
        """Hook of marshmallow."""
        return self.value(**{name: v for name, v in members.items() if name != "kind"})


class MoveStopSchema(ChangeSchema):
    """``move``: a visit, or some of its orders, to another place."""

    value = MoveStop
    vehicle = Text(required=True)
    stop = Text(required=True)
    to = fields.Nested(PlaceSchema, required=True)
    position = WholeNumber(load_default=None, allow_none=True)
    orders = ListOf(Text(), load_default=None, allow_none=True, validate=_ONE_OR_MORE)


class TakeOutSchema(ChangeSchema):
    """``take_out``: orders to the pool."""

    value = TakeOut
    orders = ListOf(Text(), required=True, validate=_ONE_OR_MORE)


class PutInSchema(ChangeSchema):
    """``put_in``: orders from the pool into a vehicle's day."""

    value = PutIn
    orders = ListOf(Text(), required=True, validate=_ONE_OR_MORE)
    to = fields.Nested(PlaceSchema, required=True)
    stop = Text(load_default=None, allow_none=True)


class SwapSchema(ChangeSchema):
    """``swap``: the whole days of two vehicles."""

    value = SwapVehicles
    vehicle = Text(required=True)
    other = Text(required=True)


class ReverseSchema(ChangeSchema):
    """``reverse``: the stops of each trip, or of one, in the opposite order."""

    value = ReverseRoute
    vehicle = Text(required=True)
    trip = WholeNumber(load_default=None, allow_none=True)


class LockStopSchema(ChangeSchema):
    """``lock_stop``: keep a stop with its vehicle."""

    value = LockStop
    stop = Text(required=True)


class UnlockStopSchema(LockStopSchema):
    """``unlock_stop``."""

    value = UnlockStop


class LockPrefixSchema(ChangeSchema):
    """``lock_prefix``: keep the first visits of a vehicle's day."""

    value = LockPrefix
    vehicle = Text(required=True)
    visits = WholeNumber(required=True)


class UnlockPrefixSchema(ChangeSchema):
    """``unlock_prefix``."""

    value = UnlockPrefix
    vehicle = Text(required=True)


class LockVehicleSchema(ChangeSchema):
    """``lock_vehicle``: keep a vehicle's whole day."""

    value = LockVehicle
    vehicle = Text(required=True)


class UnlockVehicleSchema(LockVehicleSchema):
    """``unlock_vehicle``."""

    value = UnlockVehicle


KINDS: Final[dict[str, type[ChangeSchema]]] = {
    "move": MoveStopSchema,
    "take_out": TakeOutSchema,
    "put_in": PutInSchema,
    "swap": SwapSchema,
    "reverse": ReverseSchema,
    "lock_stop": LockStopSchema,
    "unlock_stop": UnlockStopSchema,
    "lock_prefix": LockPrefixSchema,
    "unlock_prefix": UnlockPrefixSchema,
    "lock_vehicle": LockVehicleSchema,
    "unlock_vehicle": UnlockVehicleSchema,
}
"""Schemas by the kind of change that a document names."""

_KIND_OF: Final = {schema.value: kind for kind, schema in KINDS.items()}


class AnyChangeSchema(Schema):
    """One change. Which members it takes depends on its ``kind``."""

    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    vehicle = fields.String()
    other = fields.String(metadata={"description": "swap"})
    stop = fields.String()
    orders = fields.List(fields.String())
    position = fields.Integer()
    trip = fields.Integer(metadata={"description": "reverse"})
    visits = fields.Integer(metadata={"description": "lock_prefix"})
    to = fields.Nested(PlaceSchema)


def read_changes(document: object, where: str = "/changes") -> tuple[Change, ...]:
    """The changes that a JSON array holds.

    Args:
        document: the array.
        where: JSON pointer of it in the whole document.

    Raises:
        InvalidInput: with all faults of all changes.
    """
    if not isinstance(document, list):
        raise InvalidInput(_below(where, find_faults(["Not a valid list."])))
    if len(document) > MOST_CHANGES:
        message = CodedMessage(
            "too_many_changes",
            f"一次最多 {MOST_CHANGES} 项改动,请先保存",
            f"at most {MOST_CHANGES} changes at once: save in between",
        )
        raise InvalidInput(_below(where, find_faults([message])))
    faults: list[Fault] = []
    changes: list[Change] = []
    for number, item in enumerate(document):
        try:
            changes.append(_read_change(item))
        except ValidationError as error:
            faults += _below(where + pointer(number), find_faults(error.messages))
    if faults:
        raise InvalidInput(faults)
    return tuple(changes)


def write_changes(changes: tuple[Change, ...]) -> list[dict[str, Any]]:
    """The changes as a JSON array; members at their defaults are left out."""
    written = []
    for change in changes:
        kind = _KIND_OF[type(change)]
        members = KINDS[kind]().dump(change)
        written.append({"kind": kind} | _without_nothing(members))
    return written


def _read_change(item: object) -> Change:
    if not isinstance(item, dict):
        raise ValidationError({"_schema": ["Invalid input type."]})
    kind = item.get("kind")
    schema = KINDS.get(kind) if isinstance(kind, str) else None
    if schema is None:
        raise ValidationError({"kind": [f"Must be one of: {', '.join(KINDS)}."]})
    change: Change = schema().load(item)
    return change


def _without_nothing(members: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _without_nothing(value) if isinstance(value, dict) else value
        for name, value in members.items()
        if value is not None and value is not False
    }


def _below(where: str, faults: tuple[Fault, ...]) -> list[Fault]:
    return [Fault(where + fault.pointer, fault.code, fault.message) for fault in faults]
