"""Sites of the network."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from marshmallow import fields

from coop_service.domain.network import UnknownSite
from coop_service.domain.records import Site, Tier
from coop_service.services.networks import change_network, delete_site
from coop_service.store.queries import find_record, list_sites
from coop_service.store.tables import Role
from coop_service.web.auth import allow, caller
from coop_service.web.bodies import ApiBlueprint, answer_put, read_draft
from coop_service.web.context import db_session
from coop_service.web.schemas import PageQuerySchema, SiteSchema, page_of

blp = ApiBlueprint(
    "sites", __name__, url_prefix="/sites", description="站点:县中心、乡镇站、村级点 / Sites"
)


class SiteQuerySchema(PageQuerySchema):
    """Which sites are wanted."""

    tier = fields.Enum(Tier, by_value=fields.Integer)
    parent = fields.String()
    name = fields.String(metadata={"description": "名称中包含 / part of the name"})


@blp.route("")
@allow()
@blp.arguments(SiteQuerySchema, location="query")
@blp.response(200, page_of(SiteSchema))
def get_sites(query: dict[str, Any]) -> dict[str, Any]:
    """站点列表 / The county's sites."""
    items, total = list_sites(db_session(), caller().county, **query)
    return {"items": items, "total": total}


@blp.route("/<code>")
@allow()
@blp.response(200, SiteSchema)
def get_one(code: str) -> Site:
    """一个站点 / One site."""
    site = find_record(db_session(), caller().county, Site, code)
    if site is None:
        raise UnknownSite(code)
    return site


@blp.route("/<code>", methods=["PUT"])
@allow(Role.PLANNER, Role.ADMIN)
@blp.document(SiteSchema)
@blp.response(200, SiteSchema)
@blp.alt_response(201, schema=SiteSchema, success=True)
def put_one(code: str, document: object) -> tuple[Site, HTTPStatus]:
    """新增或修改站点 / Add or change a site.

    按修改后的整个路网检查;新站点须连同道路一起提交(PATCH /network)。
    The network is checked as it would be afterwards; a new site comes together with its roads
    (PATCH /network).
    """
    draft = read_draft(SiteSchema(), document, named={"code": code})
    [put] = change_network(db_session(), caller().county, sites=[draft]).sites
    return answer_put(*put)


@blp.route("/<code>", methods=["DELETE"])
@allow(Role.PLANNER, Role.ADMIN)
@blp.response(204)
def delete_one(code: str) -> None:
    """删除站点及其道路 / Delete a site and the roads that end there.

    仍被使用时返回 409,并列出使用者。 / 409 with what uses it where it is in use.
    """
    delete_site(db_session(), caller().county, code)
