"""Who may call what. The tables below are made from the application's own routes, so that no
address added later can be forgotten.
"""

import datetime as dt
import uuid

import pytest
from sqlmodel import Session, select

from coop_service.services.keys import check_key, revoke_key
from coop_service.settings import Settings
from coop_service.store.tables import ApiKeyRow, Role, utc_now
from coop_service.web.app import create_app

PUBLIC = {
    ("GET", "/"),
    ("GET", "/api/v1/health"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/docs"),
    ("GET", "/docs/swagger-ui/{file}"),
    ("GET", "/drive/assets/{digest}/{file}"),
    ("GET", "/drive/sw.js"),
    ("GET", "/reports/definitions"),
    ("GET", "/static/{filename}"),
}

BY_LINK = {
    ("GET", "/drive/{token}"),
    ("GET", "/drive/{token}/route"),
    ("POST", "/drive/{token}/events"),
    ("PUT", "/drive/{token}/attachments/{attachment_id}"),
}
"""Opened by a driver's signed link in place of a key."""

WRITERS = {
    "sites": {Role.PLANNER, Role.ADMIN},
    "roads": {Role.PLANNER, Role.ADMIN},
    "network": {Role.PLANNER, Role.ADMIN},
    "vehicles": {Role.PLANNER, Role.ADMIN},
    "orders": {Role.DISPATCHER, Role.ADMIN},
    "days": {Role.DISPATCHER, Role.ADMIN},
    "keys": {Role.ADMIN},
}


UUID = uuid.UUID(int=1)


def _routes():
    """Method, address and endpoint of everything that can be called."""
    app = create_app(Settings(database_url="sqlite://"))
    for rule in app.url_map.iter_rules():
        arguments = {
            name: UUID if name == "attachment_id" else f"{{{name}}}" for name in rule.arguments
        }
        with app.test_request_context():
            address = rule.build(arguments, append_unknown=False)[1]
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            path = address.replace("%7B", "{").replace("%7D", "}")
            path = path.replace(str(UUID), "{attachment_id}")
            yield method, path, app.view_functions[rule.endpoint], rule.endpoint


ROUTES = list(_routes())
PROTECTED = [route for route in ROUTES if route[:2] not in PUBLIC | BY_LINK]


def example(path):
    """An address in place of its pattern; whether there is anything must not matter."""
    path = path.replace("{attachment_id}", str(UUID))
    return path.replace("{date}", "2026-10-15").replace("{", "").replace("}", "")


def test_the_public_addresses_are_those_and_no_others(app):
    client = app.test_client()
    public = {
        (method, path)
        for method, path, _, _ in ROUTES
        if client.open(example(path), method=method, buffered=True).status_code != 401
    }
    assert public == PUBLIC


@pytest.mark.parametrize(("method", "path"), sorted(BY_LINK))
def test_an_address_for_drivers_is_opened_by_a_link_and_by_no_key(call, app, method, path):
    for answer in (
        app.test_client().open(example(path), method=method),
        app.test_client().open(
            example(path), method=method, headers={"Authorization": "Bearer coop_0_guess"}
        ),
    ):
        assert answer.status_code == 401
        if path != "/drive/{token}":
            assert answer.json["code"] == "link_refused"


@pytest.mark.parametrize(
    ("method", "path"), [route[:2] for route in PROTECTED], ids=lambda part: str(part)
)
@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer coop_00000000_guess"}, {"Authorization": "Basic YTpi"}],
    ids=["no key", "wrong key", "no bearer"],
)
def test_a_call_without_a_valid_key_is_refused(app, method, path, headers):
    response = app.test_client().open(example(path), method=method, headers=headers)
    assert response.status_code == 401
    assert response.content_type == "application/problem+json"
    assert response.json["code"] == "key_refused"
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path", "view", "endpoint"), PROTECTED)
def test_every_call_says_which_roles_it_takes(method, path, view, endpoint):
    assert view.roles
    writers = WRITERS.get(endpoint.split(".")[0])
    if endpoint.startswith("keys.") or (writers and method != "GET"):
        assert view.roles == writers
    elif writers:
        assert view.roles == frozenset(Role)


@pytest.mark.parametrize(("method", "path", "view", "endpoint"), PROTECTED)
def test_a_role_is_let_in_or_refused_as_the_call_says(call, method, path, view, endpoint):
    address = example(path).removeprefix("/api/v1")
    for role in Role:
        status = call(method, address, role=role).status_code
        assert (status == 403) is (role not in view.roles), role


def test_a_refused_role_is_told_which_it_takes(call):
    response = call("PUT", "/sites/A", {}, role="dispatcher")
    assert response.status_code == 403
    assert response.json["code"] == "role_refused"
    assert "admin, planner" in response.json["detail"]


def test_a_key_that_has_expired_or_was_revoked_is_refused(app, engine, make_token):
    expired, revoked = make_token(), make_token()
    with Session(engine) as session:
        row = check_key(session, expired)
        row.expires_at = utc_now() - dt.timedelta(seconds=1)
        session.commit()
        revoke_key(session, row.county, check_key(session, revoked).id)
    for token, word in ((expired, "expired"), (revoked, "revoked")):
        headers = {"Authorization": f"Bearer {token}"}
        response = app.test_client().get("/api/v1/sites", headers=headers)
        assert response.status_code == 401
        assert word in response.json["detail"]


def test_the_prefix_alone_opens_nothing(app, engine, make_token):
    scheme, prefix, secret = make_token().split("_", 2)
    for token in (
        f"{scheme}_{prefix}_",
        f"{scheme}_{prefix}_{secret[:-1]}",
        f"x_{prefix}_{secret}",
    ):
        headers = {"Authorization": f"Bearer {token}"}
        assert app.test_client().get("/api/v1/sites", headers=headers).status_code == 401
    with Session(engine) as session:
        [row] = session.exec(select(ApiKeyRow))
        assert secret not in row.digest


def test_a_county_sees_and_changes_nothing_of_another(call, order):
    call("PUT", "/orders/mine", order)
    assert call("GET", "/orders", county="210002").json["total"] == 0
    assert call("GET", "/orders/mine", county="210002").status_code == 404
    assert call("DELETE", "/orders/mine", county="210002").status_code == 404
    assert call("GET", "/days", county="210002").json["total"] == 0
    assert call("GET", "/sites/210001", county="210002").status_code == 404
    moved = call("GET", "/sites/A").json | {"name": "改名"}
    assert call("PUT", "/sites/A", moved).status_code == 200
    assert call("GET", "/sites/A", county="210002").json["name"] == "站A"
    of_the_other = call("PUT", "/orders/x", order, county="210002")
    assert of_the_other.json["errors"][0]["pointer"] == "/depot"
    assert call("DELETE", "/vehicles/V1").status_code == 204
    assert call("GET", "/vehicles", county="210002").json["total"] == 1
