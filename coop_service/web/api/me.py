"""Who is calling: what a page shows once it has been given a key."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from coop_service.services.counties import county_name
from coop_service.store.tables import Role
from coop_service.web.auth import allow, caller
from coop_service.web.bodies import ApiBlueprint
from coop_service.web.context import db_session

blp = ApiBlueprint("me", __name__, description="当前调用者 / Who is calling")


class CallerSchema(Schema):
    """Who is calling, as the key says."""

    name = fields.String(metadata={"description": "密钥名称 / name of the key"})
    role = fields.Enum(Role, by_value=True)
    county = fields.String(metadata={"description": "县代码 / code of the county"})
    county_name = fields.String()


@blp.route("/me")
@allow()
@blp.response(200, CallerSchema)
def get_me() -> dict[str, Any]:
    """当前密钥的名称、角色和县 / Name, role and county of the key that is used."""
    me = caller()
    return {
        "name": me.name,
        "role": me.role,
        "county": me.county,
        "county_name": county_name(db_session(), me.county),
    }
