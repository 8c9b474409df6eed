"""A plan of the test county with links to drive it by."""

import pytest

from coop_service.services.plan_runs import run_plan_job

DAY = "2026-10-15"
IDENTIFIER = "88.608.8889/210001001.20261015.0001"
NAMES = [f"0b1f5a9e-1f0e-4d53-9a51-6a3f5f0f9a{number:02d}" for number in range(40)]


def book(call, order):
    """One order down and one up at A, one down at B."""
    up = {"key": "2", "direction": "inbound", "goods_class": "grain", "identifier": IDENTIFIER}
    orders = [order | {"key": "1"}, order | up, order | {"key": "3", "site": "B", "pieces": 5}]
    assert call("POST", "/orders/bulk?strict=true", {"orders": orders}).status_code == 200


def make_plan(call, engine):
    accepted = call("POST", "/plans", {"date": DAY, "iterations": 1}).json
    run_plan_job(engine, accepted["job"]["id"])
    links = call("GET", accepted["links"]["self"].removeprefix("/api/v1")).json["links"]
    return links["plan"].removeprefix("/api/v1/plans/")


@pytest.fixture
def plan(call, order, engine):
    """Id of a plan in which V1 serves A and B."""
    book(call, order)
    return make_plan(call, engine)


@pytest.fixture
def link(call, plan):
    """Path of the driver's page."""
    [link] = call("POST", f"/plans/{plan}/links", {}).json["links"]
    return "/drive/" + link["address"].rpartition("/drive/")[2]


@pytest.fixture
def client(app):
    """A phone: it has no key."""
    return app.test_client()


def event(number, plan, kind, **more):
    return {"id": NAMES[number], "plan": plan, "kind": kind, "at": f"{DAY}T09:00:00+08:00", **more}


def at_visit(number, plan, kind, stop, **more):
    """An event of a stop as the route gives it."""
    goods = [{"order": one["order"]} for one in (*stop["unload"], *stop["load"])]
    places = {"trip": stop["trip"], "visit": stop["visit"], "stop": stop["stop"]}
    return event(number, plan, kind, **places, **{"goods": goods} | more)
