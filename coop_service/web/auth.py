"""Who may call what: every address needs an API key, but for a few that say they are public."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, TypeVar, cast

from flask import Flask, current_app, g, request

from coop_service.errors import both
from coop_service.services.keys import KeyRefused, check_key
from coop_service.store.tables import Role
from coop_service.web.context import db_session
from coop_service.web.errors import RoleRefused

PUBLIC_ENDPOINTS: Final = frozenset({"static", "api-docs.openapi_json"})
"""Views that are not ours, and need no key either."""

View = TypeVar("View", bound=Callable[..., Any])

BEARER: Final = "bearer"
"""Name of the security scheme in the OpenAPI document."""

SECURITY_SCHEME: Final = {
    "type": "http",
    "scheme": "bearer",
    "description": "API 密钥,请求头 / API key, sent as: Authorization: Bearer coop_…",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling, as its key says."""

    county: str
    role: Role
    key_id: str
    name: str


def caller() -> Caller:
    """Who makes the present request."""
    return cast(Caller, g.caller)


def public(view: View) -> View:
    """Decorator: this view needs no key."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def allow(*roles: Role) -> Callable[[View], View]:
    """Decorator: only these roles may call the view; all roles where none is named.

    The roles are also written into the OpenAPI document.
    """
    allowed = frozenset(roles or Role)

    def decorator(view: View) -> View:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if caller().role not in allowed:
                raise RoleRefused(_role_refused(allowed))
            return view(*args, **kwargs)

        wrapper.roles = allowed  # type: ignore[attr-defined]
        document = getattr(wrapper, "_apidoc", {})
        wrapper._apidoc = document | {  # type: ignore[attr-defined]
            "manual_doc": document.get("manual_doc", {})
            | {"security": [{BEARER: []}], "x-roles": sorted(allowed)}
        }
        return cast(View, wrapper)

    return decorator


def protect(app: Flask) -> None:
    """Have every request checked for a key before it reaches its view."""
    app.before_request(_identify)


def _identify() -> None:
    if request.endpoint is None:
        return  # no such address, or not by this method: that may be told to anybody
    if request.endpoint in PUBLIC_ENDPOINTS:
        return
    if getattr(current_app.view_functions[request.endpoint], "is_public", False):
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise KeyRefused(
            both(
                "缺少 API 密钥,请求头应为 Authorization: Bearer coop_…",
                "an API key is missing; send the header Authorization: Bearer coop_…",
            )
        )
    key = check_key(db_session(), token.strip())
    g.caller = Caller(key.county, key.role, key.id, key.name)


def _role_refused(allowed: Iterable[Role]) -> str:
    roles = ", ".join(sorted(allowed))
    return both(
        f"角色 {caller().role} 不能执行此操作,需要:{roles}",
        f"the role {caller().role} may not do this; it takes: {roles}",
    )
