"""Days: what is booked for each, and demo days."""

from __future__ import annotations

import datetime as dt
from typing import Any

from marshmallow import Schema, fields, validate

from coop_service.domain.problem import Direction
from coop_service.errors import Fault, InvalidInput, both
from coop_service.services.days import fill_demo_day, get_day
from coop_service.store.days import Day, load_days
from coop_service.store.tables import Role
from coop_service.web.auth import allow, caller
from coop_service.web.bodies import ApiBlueprint
from coop_service.web.context import current_settings, db_session
from coop_service.web.schemas import INT32, PageQuerySchema, page_of

blp = ApiBlueprint("days", __name__, url_prefix="/days", description="配送日 / Days")


class DirectionSumSchema(Schema):
    """All orders of a day that go one way."""

    direction = fields.Enum(Direction, by_value=True)
    orders = fields.Integer()
    weight_kg = fields.Float()
    volume_m3 = fields.Float()
    pieces = fields.Integer()


class DaySchema(Schema):
    """What is booked for a day."""

    date = fields.Date()
    orders = fields.Integer()
    synthetic_orders = fields.Integer(metadata={"description": "其中的演示订单 / made up"})
    sites = fields.Integer(metadata={"description": "有订单的站点数 / sites with orders"})
    plans = fields.Integer()
    directions = fields.List(fields.Nested(DirectionSumSchema))


class DayQuerySchema(PageQuerySchema):
    """Which days are wanted."""

    first = fields.Date()
    last = fields.Date()


class DemoQuerySchema(Schema):
    """Which demo day is wanted."""

    seed = fields.Integer(load_default=1, validate=validate.Range(0, INT32))


@blp.route("")
@allow()
@blp.arguments(DayQuerySchema, location="query")
@blp.response(200, page_of(DaySchema))
def get_days(query: dict[str, Any]) -> dict[str, Any]:
    """有订单的日子 / The days that have orders."""
    items, total = load_days(db_session(), caller().county, **query)
    return {"items": items, "total": total}


@blp.route("/<date>")
@allow()
@blp.response(200, DaySchema)
def get_one(date: str) -> Day:
    """一天的汇总 / Counts and sums of one day."""
    return get_day(db_session(), caller().county, _date(date))


@blp.route("/<date>/demo", methods=["POST"])
@allow(Role.DISPATCHER, Role.ADMIN)
@blp.arguments(DemoQuerySchema, location="query")
@blp.response(200, DaySchema)
def post_demo(query: dict[str, Any], date: str) -> Day:
    """生成演示日 / Book a plausible day of made-up orders.

    替换该日原有的演示订单;已有真实订单时返回 409。
    Takes the place of an earlier demo; 409 where real orders are booked.
    """
    day, county = _date(date), caller().county
    fill_demo_day(db_session(), county, day, current_settings(), **query)
    return get_day(db_session(), county, day)


def _date(text: str) -> dt.date:
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        message = both("应为日期(YYYY-MM-DD)", "must be a date, YYYY-MM-DD")
        raise InvalidInput([Fault("/date", "not_a_date", message)]) from None
