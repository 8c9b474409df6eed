"""Pages as they are sent: their headers, what they name, and that nothing in them is inline."""

import json
import re
from html import unescape
from pathlib import Path

import pytest

from coop_service.settings import Settings, read_settings
from coop_service.web.app import create_app

STATIC = Path(__file__).parents[2] / "coop_service/web/static"
CONSOLE = STATIC / "console"
MOST_LINES = 310


@pytest.fixture
def page(app):
    return app.test_client().get("/")


def policy_of(response):
    parts = response.headers["Content-Security-Policy"].split("; ")
    return {name: sources for name, *sources in map(str.split, parts)}


def page_with(**environment):
    settings = read_settings({"COOP_DATABASE_URL": "sqlite://"} | environment)
    return create_app(settings).test_client().get("/")


def test_the_console_is_the_start_page_and_open_to_everybody(page):
    assert page.status_code == 200
    assert page.content_type == "text/html; charset=utf-8"
    assert '<html lang="zh-CN">' in page.text


def test_the_policy_allows_only_this_service(page):
    policy = policy_of(page)
    assert policy["default-src"] == ["'self'"]
    assert policy["img-src"] == ["'self'", "data:"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert "script-src" not in policy
    assert policy["style-src"] == ["'self'"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("https://tiles.example.cn/{z}/{x}/{y}.png", ["https://tiles.example.cn"]),
        ("https://{s}.example.cn:8443/{z}/{x}/{y}.png", ["https://*.example.cn:8443"]),
        ("/tiles/{z}/{x}/{y}.png", []),
    ],
)
def test_tiles_that_are_set_may_be_fetched_and_nothing_else(address, source):
    response = page_with(COOP_TILE_URL=address, COOP_TILE_CRS="gcj02")
    policy = policy_of(response)
    assert policy["img-src"] == ["'self'", "data:", *source]
    assert policy["default-src"] == ["'self'"]
    tiles = config_of(response)["tiles"]
    assert tiles == {"url": address, "crs": "gcj02", "attribution": ""}


def test_what_the_scripts_have_to_know_is_in_the_page(page):
    config = config_of(page)
    assert config["api"] == "/api/v1"
    assert config["engines"][0] == "portfolio"
    assert set(config["engines"]) == {"portfolio", "ortools", "pyvrp"}
    assert config["default_seconds"] == Settings().default_solve_s
    assert config["tiles"] == ""


def config_of(response):
    return json.loads(unescape(re.search(r'data-config="([^"]*)"', response.text)[1]))


def test_nothing_is_inline(page):
    assert re.findall(r"<script[^>]*>\s*[^\s<]", page.text) == []
    assert all(" src=" in tag for tag in re.findall(r"<script[^>]*>", page.text))
    assert "<style" not in page.text
    assert not re.search(r"\s(style|on\w+)=", page.text)


def test_every_address_of_the_page_is_here(app, page):
    addresses = set(re.findall(r'(?:src|href)="([^"#][^"]*)"', page.text))
    texts = set(config_of(page)["texts"].values())
    assert len(addresses) > 20
    missing = []
    for address in addresses | texts:
        assert address.startswith(("/static/", "/docs")), address
        response = app.test_client().get(address, buffered=True)
        if response.status_code != 200:
            missing.append(address)
    # What npm brings is put in place by the set-up, and only that may be missing before it.
    assert all("/vendor/" in address for address in missing)


def test_every_module_that_is_imported_is_preloaded(page):
    preloaded = set(re.findall(r'modulepreload" href="([^"]+)"', page.text))
    imported = {
        str((script.parent / name).resolve())
        for script in CONSOLE.glob("*.js")
        for name in re.findall(r'from "([^"]+)"', script.read_text("utf-8"))
    }
    here = {"/static" + path.removeprefix(str(STATIC.resolve())) for path in imported}
    assert here <= preloaded


def test_scripts_stay_readable():
    for script in CONSOLE.glob("*.js"):
        text = script.read_text("utf-8")
        assert text.count("\n") <= MOST_LINES, script.name
        assert text.startswith("/** "), script.name
        for named in re.finditer(r"\n\n(export (?:async )?function\*? \w+)", text):
            pytest.fail(f"{script.name}: {named[1]} says nothing of itself")


def test_scripts_write_no_markup_and_no_code():
    for script in CONSOLE.glob("*.js"):
        text = script.read_text("utf-8")
        found = re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
        assert found == [], script.name


def test_the_caller_is_told_who_it_is(call):
    me = call("GET", "/me", role="manager").json
    assert me["role"] == "manager"
    assert me["name"] == "test manager"
    assert (me["county"], me["county_name"]) == ("210001", "县210001")
