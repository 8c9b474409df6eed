"""Roads of the network."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from marshmallow import fields

from coop_service.domain.records import Road
from coop_service.services.networks import UnknownRoad, change_network, delete_road
from coop_service.store.queries import find_record, list_roads
from coop_service.store.tables import Role
from coop_service.web.auth import allow, caller
from coop_service.web.bodies import ApiBlueprint, answer_put, read_draft
from coop_service.web.context import db_session
from coop_service.web.schemas import PageQuerySchema, RoadSchema, page_of

blp = ApiBlueprint(
    "roads", __name__, url_prefix="/roads", description="道路,无方向 / Roads, without direction"
)


class RoadQuerySchema(PageQuerySchema):
    """Which roads are wanted."""

    site = fields.String(metadata={"description": "一端的站点 / the site at one end"})


@blp.route("")
@allow()
@blp.arguments(RoadQuerySchema, location="query")
@blp.response(200, page_of(RoadSchema))
def get_roads(query: dict[str, Any]) -> dict[str, Any]:
    """道路列表 / The county's roads."""
    items, total = list_roads(db_session(), caller().county, **query)
    return {"items": items, "total": total}


@blp.route("/<u>/<v>")
@allow()
@blp.response(200, RoadSchema)
def get_one(u: str, v: str) -> Road:
    """两站点间的道路 / The road between two sites, in either order."""
    road = find_record(db_session(), caller().county, Road, u, v)
    if road is None:
        raise UnknownRoad(u, v)
    return road


@blp.route("/<u>/<v>", methods=["PUT"])
@allow(Role.PLANNER, Role.ADMIN)
@blp.document(RoadSchema)
@blp.response(200, RoadSchema)
@blp.alt_response(201, schema=RoadSchema, success=True)
def put_one(u: str, v: str, document: object) -> tuple[Road, HTTPStatus]:
    """新增或修改道路 / Add or change a road.

    按修改后的整个路网检查。 / The network is checked as it would be afterwards.
    """
    draft = read_draft(RoadSchema(), document, named={"u": u, "v": v})
    [put] = change_network(db_session(), caller().county, roads=[draft]).roads
    return answer_put(*put)


@blp.route("/<u>/<v>", methods=["DELETE"])
@allow(Role.PLANNER, Role.ADMIN)
@blp.response(204)
def delete_one(u: str, v: str) -> None:
    """删除道路 / Delete a road.

    有站点将无法到达时返回 409。 / 409 where a site could no longer be reached.
    """
    delete_road(db_session(), caller().county, u, v)
