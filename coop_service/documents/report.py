"""Reports as documents: the one wire form for HTTP, JSON columns and files.

Numbers are unrounded; how many decimals are shown is said by their definition or column. Texts are
objects with ``zh`` and ``en``. A table's rows are objects by the names of its columns.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from marshmallow import ValidationError, fields, validates_schema

from coop_service.documents.fields import Amount, Flag, ListOf, Text, WholeNumber
from coop_service.documents.messages import CodedMessage, find_faults, shown
from coop_service.documents.schema import DataclassSchema
from coop_service.domain.reports import (
    Better,
    Column,
    Definition,
    Figure,
    Report,
    Section,
    Table,
    Total,
)
from coop_service.errors import InvalidInput


class Bilingual(fields.Field[tuple[str, str]]):
    """A text in Chinese and English: ``{"zh": …, "en": …}``."""

    def _serialize(self, value: Any, attr: Any, obj: Any, **_: Any) -> dict[str, str]:
        zh, en = value
        return {"zh": zh, "en": en}

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> tuple[str, str]:
        if (
            isinstance(value, Mapping)
            and value.keys() == {"zh", "en"}
            and all(isinstance(text, str) for text in value.values())
        ):
            return value["zh"], value["en"]
        message = CodedMessage(
            "not_bilingual",
            f"应为含 zh、en 两段文字的对象,收到 {shown(value)}",
            f"must be an object of the texts zh and en, got {shown(value)}",
        )
        raise ValidationError(message)


def is_cell(value: object) -> bool:
    """Whether a value may stand in a row: text, finite number, true or false, null."""
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, str | int)


class Rows(fields.Field[tuple[Mapping[str, Any], ...]]):
    """Rows of a table. They may be very many, and are looked at without a field for each cell."""

    def _serialize(self, value: Any, attr: Any, obj: Any, **_: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in value]

    def _deserialize(
        self, value: Any, attr: Any, data: Any, **_: Any
    ) -> tuple[Mapping[str, Any], ...]:
        if not isinstance(value, list | tuple):
            raise ValidationError("Not a valid list.")
        errors: dict[int | str, Any] = {}
        for index, row in enumerate(value):
            if not isinstance(row, Mapping):
                errors[index] = ["Not a valid mapping type."]
                continue
            bad = {name: [_no_cell(cell)] for name, cell in row.items() if not is_cell(cell)}
            if bad:
                errors[index] = bad
        if errors:
            raise ValidationError(errors)
        return tuple(dict(row) for row in value)


class DefinitionSchema(DataclassSchema):
    """What a figure is: formula and thresholds in words."""

    value: ClassVar[type] = Definition

    code = Text(required=True, metadata={"description": "coverage.villages_with_point_share"})
    title = Bilingual(required=True)
    unit = fields.String(required=True, metadata={"description": "%, km …; empty: a count"})
    formula = Bilingual(required=True)
    digits = WholeNumber(metadata={"description": "显示的小数位数 / decimals shown"})
    better = fields.Enum(Better, by_value=True, allow_none=True)
    synthetic = Flag(
        metadata={
            "description": "依据的位置、道路或人口有合成数据 / rests on synthetic positions, roads "
            "or populations"
        }
    )
    default_costs = Flag(metadata={"description": "依据默认费用 / rests on default costs"})


class FigureSchema(DataclassSchema):
    """One figure; ``table`` names the table whose rows it is made of."""

    value: ClassVar[type] = Figure

    code = Text(required=True)
    value_ = Amount(
        required=True,
        allow_none=True,
        attribute="value",
        data_key="value",
        metadata={"description": "未取整;null 表示无可计量 / unrounded; null: nothing to measure"},
    )
    before = Amount(allow_none=True, metadata={"description": "上期 / a period ago"})
    year_ago = Amount(allow_none=True, metadata={"description": "上年同月 / same month last year"})
    target = Amount(allow_none=True)
    table = fields.String(allow_none=True)


class ColumnSchema(DataclassSchema):
    """A column of a table."""

    value: ClassVar[type] = Column

    name = Text(required=True)
    title = Bilingual(required=True)
    unit = fields.String()
    digits = WholeNumber(allow_none=True, metadata={"description": "null: text"})
    total = fields.Enum(Total, by_value=True, allow_none=True)
    ratio = ListOf(
        Text(),
        length=2,
        allow_none=True,
        metadata={"description": "分子列、分母列 / columns of numerator and denominator"},
    )
    factor = Amount()


class TableSchema(DataclassSchema):
    """Rows that figures are traced to."""

    value: ClassVar[type] = Table

    name = Text(required=True)
    title = Bilingual(required=True)
    columns = ListOf(fields.Nested(ColumnSchema), required=True)
    rows = Rows(required=True, metadata={"type": "array", "items": {"type": "object"}})

    @validates_schema
    def check_rows(self, members: dict[str, Any], **_: Any) -> None:
        """Hook of marshmallow: each row has a value for the name of each column, and no other."""
        names = {column.name for column in members["columns"]}
        wrong = {
            index: [_other_columns(names, row)]
            for index, row in enumerate(members["rows"])
            if row.keys() != names
        }
        if wrong:
            raise ValidationError({"rows": wrong})


class SectionSchema(DataclassSchema):
    """Figures and tables of one matter."""

    value: ClassVar[type] = Section

    code = Text(required=True)
    title = Bilingual(required=True)
    definitions = ListOf(fields.Nested(DefinitionSchema), required=True)
    figures = ListOf(fields.Nested(FigureSchema), required=True)
    tables = ListOf(fields.Nested(TableSchema), required=True)
    notes = ListOf(Bilingual())


class ReportSchema(DataclassSchema):
    """A county's report over a period; coverage is read as of ``last_day``."""

    value: ClassVar[type] = Report

    county = Text(required=True)
    county_name = Text(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    network_version = WholeNumber(required=True, allow_none=True)
    network_digest = fields.String(
        allow_none=True,
        metadata={
            "description": "所读路网(站点与道路)的指纹 / fingerprint of the sites and roads read"
        },
    )
    sections = ListOf(fields.Nested(SectionSchema), required=True)
    closed = Flag(metadata={"description": "不再改变的快照 / a snapshot that no longer changes"})
    made_at = fields.AwareDateTime(allow_none=True)
    notes = ListOf(Bilingual())


_REPORT: Final = ReportSchema()
_DEFINITION: Final = DefinitionSchema()


def write_report(report: Report) -> dict[str, Any]:
    """The document of a report."""
    document: dict[str, Any] = _REPORT.dump(report)
    return document


def read_report(document: object) -> Report:
    """The report of a document.

    Raises:
        InvalidInput: with all faults of form.
    """
    try:
        report: Report = _REPORT.load(document)  # type: ignore[arg-type]
    except ValidationError as error:
        raise InvalidInput(find_faults(error.messages)) from error
    return report


def write_definitions(definitions: tuple[Definition, ...]) -> list[dict[str, Any]]:
    """The documents of definitions."""
    return [_DEFINITION.dump(each) for each in definitions]


def _no_cell(value: object) -> CodedMessage:
    return CodedMessage(
        "not_a_cell",
        f"应为文字、有限数字、true、false 或 null,收到 {shown(value)}",
        f"must be a text, a finite number, true, false or null, got {shown(value)}",
    )


def _other_columns(names: set[str], row: Mapping[str, Any]) -> CodedMessage:
    missing, more = sorted(names - row.keys()), sorted(row.keys() - names)
    return CodedMessage(
        "other_columns",
        f"与列不符:缺 {missing},多 {more}",
        f"does not fit the columns: missing {missing}, unknown {more}",
    )
