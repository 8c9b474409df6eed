"""Orders, each under its sender's own key."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from marshmallow import Schema, fields

from coop_service.domain.problem import Direction
from coop_service.domain.records import DayOrder
from coop_service.services.orders import UnknownOrder, delete_order, put_order, put_orders
from coop_service.store.queries import Change, find_record, list_orders
from coop_service.store.tables import Role
from coop_service.web.auth import allow, caller
from coop_service.web.bodies import ApiBlueprint, answer_put, read_draft, read_drafts
from coop_service.web.context import current_settings, db_session
from coop_service.web.errors import FaultSchema, write_faults
from coop_service.web.schemas import OrderSchema, PageQuerySchema, page_of

blp = ApiBlueprint(
    "orders", __name__, url_prefix="/orders", description="订单:下行、上行、调拨 / Orders"
)

REFUSED = "refused"


class OrderQuerySchema(PageQuerySchema):
    """Which orders are wanted."""

    date = fields.Date()
    direction = fields.Enum(Direction, by_value=True)
    site = fields.String(metadata={"description": "取货或送达的站点 / collected or left there"})


class BulkQuerySchema(Schema):
    """How a bulk request is taken."""

    strict = fields.Boolean(
        load_default=False,
        metadata={"description": "有一个错误则全部拒绝 / refuse all where one is bad"},
    )


class OrdersSchema(Schema):
    """Many orders."""

    orders = fields.List(fields.Nested(OrderSchema), required=True)


class OutcomeSchema(Schema):
    """What became of one order."""

    key = fields.String(allow_none=True)
    outcome = fields.String(metadata={"enum": [*Change, REFUSED]})
    errors = fields.List(fields.Nested(FaultSchema))


class BulkSchema(Schema):
    """What became of each order, in the order sent."""

    created = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    refused = fields.Integer()
    orders = fields.List(fields.Nested(OutcomeSchema))


@blp.route("")
@allow()
@blp.arguments(OrderQuerySchema, location="query")
@blp.response(200, page_of(OrderSchema))
def get_orders(query: dict[str, Any]) -> dict[str, Any]:
    """订单列表 / The county's orders."""
    items, total = list_orders(db_session(), caller().county, **query)
    return {"items": items, "total": total}


@blp.route("/<key>")
@allow()
@blp.response(200, OrderSchema)
def get_one(key: str) -> DayOrder:
    """一个订单 / One order."""
    order = find_record(db_session(), caller().county, DayOrder, key)
    if order is None:
        raise UnknownOrder(key)
    return order


@blp.route("/<key>", methods=["PUT"])
@allow(Role.DISPATCHER, Role.ADMIN)
@blp.document(OrderSchema)
@blp.response(200, OrderSchema)
@blp.alt_response(201, schema=OrderSchema, success=True)
def put_one(key: str, document: object) -> tuple[DayOrder, HTTPStatus]:
    """新增或修改订单 / Add or change the order of a key.

    重复提交同一内容不产生变化。 / Sending the same again changes nothing.
    """
    draft = read_draft(OrderSchema(), document, named={"key": key})
    return answer_put(*put_order(db_session(), caller().county, draft, current_settings()))


@blp.route("/<key>", methods=["DELETE"])
@allow(Role.DISPATCHER, Role.ADMIN)
@blp.response(204)
def delete_one(key: str) -> None:
    """删除订单 / Delete an order; plans that carry it keep what they know of it."""
    delete_order(db_session(), caller().county, key)


@blp.route("/bulk", methods=["POST"])
@allow(Role.DISPATCHER, Role.ADMIN)
@blp.arguments(BulkQuerySchema, location="query")
@blp.document(OrdersSchema)
@blp.response(200, BulkSchema)
def post_orders(query: dict[str, Any], document: object) -> dict[str, Any]:
    """批量新增或修改订单 / Add or change many orders.

    默认只拒绝有错的订单;strict=true 时有一个错误则全部拒绝(422)。
    Only bad orders are refused; with strict=true one bad order refuses all (422).
    """
    [drafts] = read_drafts(document, required=("orders",), orders=OrderSchema()).values()
    outcomes = put_orders(
        db_session(), caller().county, drafts, current_settings(), strict=query["strict"]
    )
    written = [
        {"key": o.key, "outcome": o.change or REFUSED, "errors": write_faults(o.faults)}
        for o in outcomes
    ]
    counts = {
        name: sum(order["outcome"] == name for order in written) for name in (*Change, REFUSED)
    }
    return {**counts, "orders": written}
