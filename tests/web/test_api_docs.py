import re

import pytest

API = "/api/v1"


@pytest.fixture
def document(app):
    return app.test_client().get(f"{API}/openapi.json").json


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in ("get", "put", "post", "patch", "delete"):
                yield method.upper(), path, operation


def references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_it_lists_every_address_of_the_api(app, document):
    routes = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(API) and not rule.rule.endswith("openapi.json")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {(method, path) for method, path, _ in operations(document)} == routes


def test_it_is_openapi_3_1_and_all_its_references_lead_somewhere(document):
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["title"]
    assert document["info"]["version"]
    found = set(references(document))
    assert found
    for reference in found:
        target = document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]


def test_every_operation_is_described_and_says_what_it_answers(document):
    for method, path, operation in operations(document):
        assert " / " in operation["summary"], (method, path)
        assert any(status.startswith("2") for status in operation["responses"]), (method, path)
        named = set(re.findall(r"\{(\w+)\}", path))
        shared = document["paths"][path].get("parameters", [])
        given = {
            p["name"] for p in [*shared, *operation.get("parameters", [])] if p["in"] == "path"
        }
        assert named == given, (method, path)


def test_every_operation_but_health_needs_a_key_and_names_its_roles(document):
    [scheme] = document["components"]["securitySchemes"]
    for method, path, operation in operations(document):
        if path == f"{API}/health":
            assert "security" not in operation
        else:
            assert operation["security"] == [{scheme: []}], (method, path)
            assert operation["x-roles"], (method, path)


def test_errors_are_described_as_problem_details(document):
    default = document["components"]["responses"]["DEFAULT_ERROR"]
    assert list(default["content"]) == ["application/problem+json"]


def test_the_page_needs_no_outside_host(app):
    client = app.test_client()
    start = client.get("/docs")
    addresses = re.findall(r'(?:src|href|data-openapi)="([^"]+)"', start.text)
    assert len(addresses) == 5
    for address in addresses:
        assert address.startswith("/")
        assert not address.startswith("//")
        assert client.get(address, buffered=True).status_code == 200
    assert "validatorUrl: null" in client.get("/static/api_docs.js", buffered=True).text
    assert "default-src 'self'" in start.headers["Content-Security-Policy"]


def test_the_page_runs_no_inline_script(app):
    page = app.test_client().get("/docs").text
    assert re.findall(r"<script[^>]*>", page) == re.findall(r"<script src=\"[^\"]+\">", page)


def test_the_bundled_swagger_ui_can_show_openapi_3_1(app):
    bundle = app.test_client().get("/docs/swagger-ui/swagger-ui-bundle.js", buffered=True).text
    assert "oas31" in bundle
