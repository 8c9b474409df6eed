"""Wire forms of the records, derived from their tables: names, what is required, lengths, choices.

How numbers and texts are read is that of the documents: exactly, and everything else is named.
"""

# ruff: noqa: D106 - marshmallow's Meta classes hold options
from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Final

import sqlalchemy as sa
from marshmallow import Schema, ValidationError, fields, validate
from marshmallow_sqlalchemy import ModelConverter, SQLAlchemyAutoSchema, auto_field
from sqlmodel.sql.sqltypes import AutoString

from coop_service.documents.fields import (
    Amount,
    Flag,
    FreeObject,
    ListOf,
    Text,
    WholeNumber,
    window,
)
from coop_service.documents.messages import CodedMessage
from coop_service.domain.goods import GOODS_CLASSES, TEMPERATURES
from coop_service.domain.records import DayOrder, Road, Site, SiteState, Van
from coop_service.store.tables import ApiKeyRow, OrderRow, RoadRow, SiteRow, VanRow
from coop_service.store.types import (
    JsonObject,
    LifeTuple,
    NumberEnum,
    PeriodTuple,
    TextEnum,
    TextTuple,
    UtcDateTime,
    WindowTuple,
)

INT32: Final = 2**31 - 1
"""Largest whole number that a column holds in every database."""


class Int32(WholeNumber):
    """A whole number that a column holds in every database."""

    def _validated(self, value: Any) -> int:
        number = super()._validated(value)
        if abs(number) > INT32:
            zh, en = f"绝对值不得大于 {INT32}", f"must not be beyond {INT32} either way"
            raise ValidationError(CodedMessage("out_of_range", zh, en))
        return number


class TextOrNothing(Text):
    """A text that may be empty."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        return "" if value == "" else super()._deserialize(value, attr, data, **kwargs)


def _enum(_converter: ModelConverter, column_type: TextEnum) -> Callable[..., Any]:
    return partial(fields.Enum, column_type.kind, by_value=True)


def _numbered_enum(_converter: ModelConverter, column_type: NumberEnum) -> Callable[..., Any]:
    return partial(fields.Enum, column_type.kind, by_value=WholeNumber)


def _list_of(inner: Callable[[], fields.Field[Any]]) -> Callable[..., Any]:
    return lambda _converter, _column_type: lambda **kwargs: ListOf(inner(), **kwargs)


class RecordConverter(ModelConverter):
    """Makes the field of each column."""

    SQLA_TYPE_MAPPING: ClassVar[Any] = {
        AutoString: Text,
        TextEnum: _enum,
        NumberEnum: _numbered_enum,
        TextTuple: _list_of(Text),
        WindowTuple: _list_of(window),
        PeriodTuple: _list_of(lambda: ListOf(fields.Date(), length=2)),
        LifeTuple: _list_of(
            lambda: fields.Tuple((fields.Date(), fields.Enum(SiteState, by_value=True)))
        ),
        JsonObject: FreeObject,
        UtcDateTime: fields.AwareDateTime,
        sa.Integer: Int32,
        sa.Float: Amount,
        sa.Boolean: Flag,
        sa.Date: fields.Date,
    }

    def _get_field_class_for_column(self, column: sa.Column[Any]) -> Any:
        if column.default is not None and column.default.arg == "":
            return TextOrNothing
        return super()._get_field_class_for_column(column)

    def _add_column_kwargs(self, kwargs: dict[str, Any], column: sa.Column[Any]) -> None:
        super()._add_column_kwargs(kwargs, column)
        if column.nullable:
            kwargs["load_default"] = None
        if isinstance(column.type, TextEnum):
            kwargs["validate"] = []  # its choices say more than its length


def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


class SiteSchema(SQLAlchemyAutoSchema):
    """A site. Positions are degrees in WGS-84; ``coord_kind`` says whether they are real.

    Tiers: 0 county centre, 1 township station, 2 village point, 9 gateway outside the county.
    ``life``: its states with their first days; without any it is open on every day.
    """

    class Meta:
        model = SiteRow
        model_converter = RecordConverter
        include_fk = True
        fields = _names(Site)


class RoadSchema(SQLAlchemyAutoSchema):
    """A road between two sites. ``synthetic``: not surveyed.

    ``one_way_to``: the end that it may be driven to, null where both ways are allowed.
    """

    class Meta:
        model = RoadRow
        model_converter = RecordConverter
        include_fk = True
        fields = _names(Road)


class VanSchema(SQLAlchemyAutoSchema):
    """A vehicle. ``default_costs``: its costs are assumptions of the service."""

    class Meta:
        model = VanRow
        model_converter = RecordConverter
        include_fk = True
        fields = _names(Van)

    temperatures = auto_field(validate=validate.ContainsOnly(TEMPERATURES))


class OrderSchema(SQLAlchemyAutoSchema):
    """An order of one day. Windows are pairs of seconds after midnight, both ends included."""

    class Meta:
        model = OrderRow
        model_converter = RecordConverter
        include_fk = True
        fields = _names(DayOrder)

    goods_class = auto_field(metadata={"enum": list(GOODS_CLASSES)})
    temperature = auto_field(metadata={"enum": list(TEMPERATURES)})


class KeySchema(SQLAlchemyAutoSchema):
    """An API key, without its secret."""

    class Meta:
        model = ApiKeyRow
        model_converter = RecordConverter
        fields = (
            "id",
            "name",
            "role",
            "prefix",
            "created_at",
            "expires_at",
            "revoked_at",
            "last_used_at",
        )


class NewKeySchema(SQLAlchemyAutoSchema):
    """What a new key is to be."""

    class Meta:
        model = ApiKeyRow
        model_converter = RecordConverter
        fields = ("name", "role", "expires_at")


class IssuedKeySchema(Schema):
    """A key that was just made, with its token, which is shown this once."""

    key = fields.Nested(KeySchema)
    token = fields.String()


class PageQuerySchema(Schema):
    """Which part of a list is wanted."""

    offset = fields.Integer(load_default=0, validate=validate.Range(0, INT32))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1000))


def page_of(item: type[Schema]) -> type[Schema]:
    """The schema of a part of a list, with the length of the whole."""
    name = item.__name__.removesuffix("Schema")
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item)),
            "total": fields.Integer(metadata={"description": "in all, beyond this page"}),
        },
        name=f"{name}PageSchema",
    )
