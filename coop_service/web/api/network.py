"""The network as a whole."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app
from marshmallow import Schema, fields

from coop_service.documents.fields import FreeObject
from coop_service.files.geojson import network_geojson
from coop_service.services.networks import change_network
from coop_service.store.queries import Change, load_network
from coop_service.store.tables import Role
from coop_service.web.auth import allow, caller
from coop_service.web.bodies import ApiBlueprint, read_drafts
from coop_service.web.context import db_session
from coop_service.web.schemas import RoadSchema, SiteSchema

blp = ApiBlueprint("network", __name__, description="整个路网 / The network as a whole")


class NetworkChangeSchema(Schema):
    """Sites and roads that are added or changed together."""

    sites = fields.List(fields.Nested(SiteSchema))
    roads = fields.List(fields.Nested(RoadSchema))


class SiteChangeSchema(Schema):
    """What was stored for one site."""

    code = fields.String()
    change = fields.Enum(Change, by_value=True)


class RoadChangeSchema(Schema):
    """What was stored for one road."""

    u = fields.String()
    v = fields.String()
    change = fields.Enum(Change, by_value=True)


class NetworkChangedSchema(Schema):
    """What was stored, in the order sent."""

    sites = fields.List(fields.Nested(SiteChangeSchema))
    roads = fields.List(fields.Nested(RoadChangeSchema))


class FeatureCollectionSchema(Schema):
    """GeoJSON (RFC 7946), WGS-84."""

    type = fields.String()
    features = fields.List(FreeObject())
    attribution = fields.List(fields.String())
    notice = fields.String(metadata={"description": "哪些不是实测 / what is not surveyed"})


@blp.route("/network.geojson")
@allow()
@blp.response(200, FeatureCollectionSchema, content_type="application/geo+json")
def get_network() -> Response:
    """路网的 GeoJSON / All sites and roads as GeoJSON.

    合成的位置与道路带有标记(coord_kind、roads)。
    Positions and roads that are not surveyed say so (coord_kind, roads).
    """
    document = network_geojson(load_network(db_session(), caller().county))
    return Response(current_app.json.dumps(document), content_type="application/geo+json")


@blp.route("/network", methods=["PATCH"])
@allow(Role.PLANNER, Role.ADMIN)
@blp.document(NetworkChangeSchema)
@blp.response(200, NetworkChangedSchema)
def patch_network(document: object) -> dict[str, Any]:
    """一起新增或修改站点与道路 / Add and change sites and roads together.

    按修改后的整个路网检查,有任何错误则什么也不保存。
    The network is checked as it would be afterwards; with any fault nothing is stored.
    """
    drafts = read_drafts(document, sites=SiteSchema(), roads=RoadSchema())
    changed = change_network(db_session(), caller().county, **drafts)
    return {
        "sites": [{"code": site.code, "change": change} for site, change in changed.sites],
        "roads": [{"u": r.u, "v": r.v, "change": change} for r, change in changed.roads],
    }
