import json

import pytest
from flask import request

from coop_service.web.auth import public
from coop_service.web.bodies import read_body


def assert_is_problem(response, status, code):
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert response.json["status"] == status
    assert response.json["code"] == code
    assert response.json["type"] == f"urn:coop:{code}"
    assert " / " in response.json["detail"]


def test_an_address_that_does_not_exist(call, app):
    assert_is_problem(call("GET", "/nothing"), 404, "not_found")
    assert_is_problem(app.test_client().get("/nothing"), 404, "not_found")


def test_a_method_that_an_address_does_not_know(call):
    response = call("POST", "/sites")
    assert_is_problem(response, 405, "method_not_allowed")
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_body_that_is_not_declared_as_json(call, order, content_type):
    response = call("PUT", "/orders/a", data=json.dumps(order), content_type=content_type)
    assert_is_problem(response, 415, "unsupported_media_type")
    assert call("GET", "/orders").json["total"] == 0


def test_a_body_over_the_limit(call, order):
    orders = [order | {"key": str(i), "custom": {"x": "y" * 1000}} for i in range(1100)]
    response = call("POST", "/orders/bulk", {"orders": orders})
    assert_is_problem(response, 413, "request_entity_too_large")
    assert call("GET", "/orders").json["total"] == 0


def test_an_address_may_have_a_larger_limit_of_its_own(app):
    @app.post("/large")
    @public
    def large():
        return {"read": len(read_body(limit_mb=2)), "limit": request.max_content_length}

    client = app.test_client()
    sent = b" " * (2 * 2**20)
    answer = client.post("/large", data=sent, content_type="application/json")
    assert answer.json == {"read": 2 * 2**20, "limit": 2 * 2**20}
    over = client.post("/large", data=sent + b" ", content_type="application/json")
    assert_is_problem(over, 413, "request_entity_too_large")


@pytest.mark.parametrize(
    ("text", "pointer", "code"),
    [
        ("", "", "broken_json"),
        ("{", "", "broken_json"),
        ('{"a": 1, "a": 2}', "/a", "repeated_key"),
        (b"\xff", "", "not_utf8"),
    ],
)
def test_a_body_that_is_no_json(call, faults, text, pointer, code):
    response = call("PUT", "/orders/a", data=text, content_type="application/json")
    assert_is_problem(response, 400, "unreadable_body")
    assert faults(response) == {pointer: code}


def test_an_error_that_nobody_foresaw_tells_nothing_of_the_inside(app, caplog):
    app.testing = False

    @app.get("/broken")
    @public
    def broken():
        raise RuntimeError("secret of the inside")

    response = app.test_client().get("/broken")
    assert_is_problem(response, 500, "internal_server_error")
    assert "secret" not in response.text
    assert "secret of the inside" in caplog.text
