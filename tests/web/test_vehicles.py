import pytest


@pytest.fixture
def van(call):
    return call("GET", "/vehicles/V1").json


def test_a_vehicle_is_added_listed_and_deleted(call, van):
    added = call("PUT", "/vehicles/V2", van | {"code": "V2", "active": False}, role="planner")
    assert added.status_code == 201
    assert [v["code"] for v in call("GET", "/vehicles").json["items"]] == ["V1", "V2"]
    assert [v["code"] for v in call("GET", "/vehicles?active=true").json["items"]] == ["V1"]
    assert call("GET", "/vehicles?home=S1").json["total"] == 0
    assert call("DELETE", "/vehicles/V2").status_code == 204
    assert call("DELETE", "/vehicles/V2").json["code"] == "unknown_vehicle"


def test_a_vehicle_can_be_sent_back_as_it_was_read(call, van):
    assert call("PUT", "/vehicles/V1", van).status_code == 200
    assert call("GET", "/vehicles/V1").json == van


def test_every_fault_of_a_vehicle_is_named_and_nothing_is_stored(call, van, faults):
    bad = van | {
        "size": "tank",
        "home": "nowhere",
        "payload_kg": 0,
        "per_km_yuan": -0.5,
        "temperatures": ["ambient", "tropical"],
        "shift_end_s": 3600,
        "max_trips": 0,
        "range_m": 10**12,
        "reload_s": 0.5,
        "active": "yes",
        "wheels": 6,
    }
    assert faults(call("PUT", "/vehicles/V1", bad)) == {
        "/size": "unknown_choice",
        "/home": "unknown_site",
        "/payload_kg": "not_positive",
        "/per_km_yuan": "negative",
        "/temperatures": "unknown_choice",
        "/shift_end_s": "closes_before_opening",
        "/max_trips": "out_of_range",
        "/range_m": "out_of_range",
        "/reload_s": "not_whole",
        "/active": "not_a_boolean",
        "/wheels": "unknown_field",
    }
    assert call("GET", "/vehicles/V1").json == van
