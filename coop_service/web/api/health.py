"""Whether the service works."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields
from sqlmodel import func, select

from coop_service import __version__
from coop_service.store.tables import County
from coop_service.web.auth import public
from coop_service.web.bodies import ApiBlueprint
from coop_service.web.context import db_session

blp = ApiBlueprint("health", __name__, description="服务状态 / Whether the service works")


class HealthSchema(Schema):
    """State of the service."""

    status = fields.String(metadata={"description": "ok"})
    version = fields.String()


@blp.route("/health")
@blp.response(200, HealthSchema)
@public
def get_health() -> dict[str, Any]:
    """服务与数据库是否正常 / Whether the service and its database work."""
    db_session().exec(select(func.count()).select_from(County)).one()
    return {"status": "ok", "version": __version__}
