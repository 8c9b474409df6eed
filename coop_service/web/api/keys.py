"""API keys of the county."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from coop_service.services.keys import NewKey, create_key, list_keys, revoke_key
from coop_service.store.tables import ApiKeyRow, Role
from coop_service.web.auth import allow, caller
from coop_service.web.bodies import ApiBlueprint
from coop_service.web.context import db_session
from coop_service.web.schemas import IssuedKeySchema, KeySchema, NewKeySchema

blp = ApiBlueprint("keys", __name__, url_prefix="/keys", description="API 密钥 / API keys")


class KeysSchema(Schema):
    """All keys of the county."""

    items = fields.List(fields.Nested(KeySchema))
    total = fields.Integer()


@blp.route("")
@allow(Role.ADMIN)
@blp.response(200, KeysSchema)
def get_keys() -> dict[str, Any]:
    """密钥列表 / The county's keys, without their secrets."""
    keys = list_keys(db_session(), caller().county)
    return {"items": keys, "total": len(keys)}


@blp.route("", methods=["POST"])
@allow(Role.ADMIN)
@blp.arguments(NewKeySchema)
@blp.response(201, IssuedKeySchema)
def post_key(wanted: dict[str, Any]) -> NewKey:
    """新建密钥 / Make a key; its token is shown this once."""
    return create_key(db_session(), caller().county, **wanted)


@blp.route("/<key_id>", methods=["DELETE"])
@allow(Role.ADMIN)
@blp.response(200, KeySchema)
def delete_key(key_id: str) -> ApiKeyRow:
    """撤销密钥 / Revoke a key; it stays in the list."""
    return revoke_key(db_session(), caller().county, key_id)
