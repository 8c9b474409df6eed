"""Vehicles of the fleet."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from marshmallow import fields

from coop_service.domain.records import Van
from coop_service.services.fleets import UnknownVehicle, delete_van, put_van
from coop_service.store.queries import find_record, list_vans
from coop_service.store.tables import Role
from coop_service.web.auth import allow, caller
from coop_service.web.bodies import ApiBlueprint, answer_put, read_draft
from coop_service.web.context import db_session
from coop_service.web.schemas import PageQuerySchema, VanSchema, page_of

blp = ApiBlueprint("vehicles", __name__, url_prefix="/vehicles", description="车辆 / Vehicles")


class VehicleQuerySchema(PageQuerySchema):
    """Which vehicles are wanted."""

    home = fields.String(metadata={"description": "驻地站点 / site where it lives"})
    active = fields.Boolean()


@blp.route("")
@allow()
@blp.arguments(VehicleQuerySchema, location="query")
@blp.response(200, page_of(VanSchema))
def get_vehicles(query: dict[str, Any]) -> dict[str, Any]:
    """车辆列表 / The county's vehicles."""
    items, total = list_vans(db_session(), caller().county, **query)
    return {"items": items, "total": total}


@blp.route("/<code>")
@allow()
@blp.response(200, VanSchema)
def get_one(code: str) -> Van:
    """一辆车 / One vehicle."""
    van = find_record(db_session(), caller().county, Van, code)
    if van is None:
        raise UnknownVehicle(code)
    return van


@blp.route("/<code>", methods=["PUT"])
@allow(Role.PLANNER, Role.ADMIN)
@blp.document(VanSchema)
@blp.response(200, VanSchema)
@blp.alt_response(201, schema=VanSchema, success=True)
def put_one(code: str, document: object) -> tuple[Van, HTTPStatus]:
    """新增或修改车辆 / Add or change a vehicle."""
    draft = read_draft(VanSchema(), document, named={"code": code})
    return answer_put(*put_van(db_session(), caller().county, draft))


@blp.route("/<code>", methods=["DELETE"])
@allow(Role.PLANNER, Role.ADMIN)
@blp.response(204)
def delete_one(code: str) -> None:
    """删除车辆 / Delete a vehicle; plans that use it keep what they know of it."""
    delete_van(db_session(), caller().county, code)
