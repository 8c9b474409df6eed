"""The coverage report, and what the figures of all reports are."""

from __future__ import annotations

from typing import Any, Final

from flask import Response
from marshmallow import Schema, ValidationError, fields, validate

from coop_service.documents.messages import CodedMessage, shown
from coop_service.documents.report import Bilingual, DefinitionSchema, ReportSchema
from coop_service.domain.china_time import day_of
from coop_service.domain.coverage import rises
from coop_service.domain.reports import Report
from coop_service.errors import both
from coop_service.files.report_tables import find_table, table_csv
from coop_service.services.coverage_reports import (
    coverage_options,
    list_definitions,
    make_coverage_report,
    read_ends,
)
from coop_service.services.days import refuse_out_of_range
from coop_service.store.queries import load_network
from coop_service.store.tables import Role, utc_now
from coop_service.web.auth import allow, caller
from coop_service.web.bodies import ApiBlueprint
from coop_service.web.context import current_settings, db_session

READERS: Final = (Role.MANAGER, Role.DISPATCHER, Role.PLANNER, Role.ADMIN)
"""Who may read reports."""

CSV: Final = "text/csv; charset=utf-8"

blp = ApiBlueprint(
    "coverage_reports", __name__, url_prefix="/reports", description="报表 / Reports"
)


class Ends(fields.Field[tuple[float, ...]]):
    """Upper ends of bands: ``5,10,20``."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> tuple[float, ...]:
        try:
            ends = read_ends(value)
            if not rises(ends):
                raise ValueError(value)
        except ValueError as error:
            message = CodedMessage(
                "bad_threshold",
                f"应为以逗号分隔、逐个增大的正数,如 5,10,20,收到 {shown(value)}",
                f"must be positive numbers that rise, such as 5,10,20, got {shown(value)}",
            )
            raise ValidationError(message) from error
        return ends


def _number(zh: str, en: str, most: float) -> fields.Field[Any]:
    return fields.Float(
        load_default=None,
        validate=validate.Range(0, most),
        metadata={"description": both(f"{zh};缺省取设置", f"{en}; by default as in the settings")},
    )


class CoverageQuerySchema(Schema):
    """Which county on which day, measured by what."""

    date = fields.Date(
        load_default=None,
        metadata={"description": "日期,缺省为今天 / day of sites and roads; today by default"},
    )
    network = fields.String(
        load_default=None,
        validate=validate.Length(1, 64),
        metadata={
            "description": "所要的路网指纹(报表中的 network_digest),与现有路网不符则 409 / "
            "fingerprint of the network that is meant; 409 where the county has another one"
        },
    )
    point_min = _number("到村级服务点的标准,分钟", "standard to a point, minutes", 1440)
    station_min = _number("到乡镇站的标准,分钟", "standard to a station, minutes", 1440)
    centre_min = _number("到县中心的标准,分钟", "standard to the centre, minutes", 1440)
    bands_min = Ends(
        load_default=None,
        metadata={
            "type": "string",
            "description": "车程区间上界,分钟 / upper ends of bands of minutes: 5,10,20",
        },
    )
    bands_km = Ends(
        load_default=None,
        metadata={
            "type": "string",
            "description": "里程区间上界,公里 / upper ends of bands of km: 2,5,10",
        },
    )
    catchment_min = _number("两步移动搜索法的服务圈,分钟", "catchment of the 2SFCA, minutes", 1440)
    floor_m3 = _number(
        "未填写容量的站点的假定容量,立方米", "capacity of stations that state none, m3", 1e6
    )
    weeks = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 53),
        metadata={"description": "依据几周的方案 / weeks of plans that are read"},
    )
    weekly_days = _number("每周服务天数的标准", "service days a week that count as often", 7)
    next_day_percent = _number("次日达村的标准,%", "share of days from which on next-day, %", 100)
    worst = fields.Integer(
        load_default=None,
        validate=validate.Range(0, 1000),
        metadata={"description": "列出服务最差的几个村 / how many of the worst-served are listed"},
    )


class SectionDefinitionsSchema(Schema):
    """The definitions of one section of reports."""

    title = Bilingual()
    definitions = fields.List(fields.Nested(DefinitionSchema))


class DefinitionsSchema(Schema):
    """What the figures of reports are."""

    sections = fields.List(fields.Nested(SectionDefinitionsSchema))


@blp.route("/coverage")
@allow(*READERS)
@blp.arguments(CoverageQuerySchema, location="query")
@blp.response(200, ReportSchema)
def get_coverage(query: dict[str, Any]) -> Report:
    """覆盖报表 / The coverage of the county on a day.

    每个指标附定义与明细表;位置、道路、人口为合成的,定义与附注中注明。
    Each figure comes with its definition and names the table of its rows; where positions, roads or
    populations are synthetic, definitions and notes say so.
    """
    return _make(query)


@blp.route("/coverage/tables/<name>.csv")
@allow(*READERS)
@blp.arguments(CoverageQuerySchema, location="query")
@blp.response(200, {"type": "string"}, content_type=CSV)
def get_coverage_table(query: dict[str, Any], name: str) -> Response:
    """覆盖报表的一张表,CSV / One table of the coverage report as CSV.

    figures 为全部指标及其定义,其余表名见报表。
    figures: all figures with their definitions; the report names the other tables.
    """
    [section] = _make(query).sections
    response = Response(table_csv(find_table(section, name)), content_type=CSV)
    response.headers["Content-Disposition"] = f'attachment; filename="coverage_{name}.csv"'
    return response


@blp.route("/definitions")
@allow(*READERS)
@blp.response(200, DefinitionsSchema)
def get_definitions() -> dict[str, Any]:
    """报表指标的定义 / What the figures of reports are: formulas and thresholds of the settings."""
    network = load_network(db_session(), caller().county)
    found = list_definitions(current_settings(), network)
    return {
        "sections": [{"title": title, "definitions": definitions} for title, definitions in found]
    }


def _make(query: dict[str, Any]) -> Report:
    settings = current_settings()
    changes = dict(query)
    date = changes.pop("date") or day_of(utc_now())
    network_digest = changes.pop("network")
    refuse_out_of_range(settings, date, "?date")
    return make_coverage_report(
        db_session(),
        caller().county,
        date,
        coverage_options(settings, changes),
        network_digest=network_digest,
    )
