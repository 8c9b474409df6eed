"""Sites, roads and the network as a whole."""


def a_site(code, **changed):
    return {
        "code": code,
        "name": "新村",
        "tier": 2,
        "kind": "village",
        "parent": "S2",
        "lon": 122.33,
        "lat": 40.62,
        "coord_kind": "real",
        "population": 320,
        "population_kind": "real",
        "open_s": 25_200,
        "close_s": 68_400,
        "source": "survey",
    } | changed


def a_road(u, v, **changed):
    return {
        "u": u,
        "v": v,
        "road_class": "Y",
        "length_m": 9000,
        "speed_kmh": 35,
        "largest_vehicle": "van",
        "winter_factor": 1.2,
        "synthetic": False,
        "source": "survey",
    } | changed


def codes(call, query=""):
    return [site["code"] for site in call("GET", "/sites" + query).json["items"]]


def test_sites_are_listed_from_the_centre_down_and_filtered(call):
    assert codes(call) == ["210001", "S1", "S2", "A", "B", "D"]
    assert codes(call, "?tier=1") == ["S1", "S2"]
    assert codes(call, "?parent=S1") == ["A", "B"]
    assert codes(call, "?name=站D") == ["D"]
    assert codes(call, "?name=%25") == []


def test_a_site_can_be_sent_back_as_it_was_read(call):
    site = call("GET", "/sites/A").json
    again = call("PUT", "/sites/A", site, role="planner")
    assert again.status_code == 200
    assert again.json == site
    moved = call("PUT", "/sites/A", site | {"lon": 122.64, "coord_kind": "proxy"})
    assert moved.json["coord_kind"] == "proxy"
    assert call("GET", "/sites/A").json == site | {"lon": 122.64, "coord_kind": "proxy"}


def test_every_fault_of_a_site_is_named_and_nothing_is_stored(call, faults):
    bad = a_site(
        "A",
        parent="nowhere",
        lon=40.62,
        lat=122.3,
        population=-1,
        open_s="07:00",
        close_s=90_000,
        service_mode="teleport",
        altitude_m=12,
    )
    named = faults(call("PUT", "/sites/A", bad))
    assert named == {
        "/parent": "unknown_parent",
        "/lon": "swapped_coordinates",
        "/population": "negative",
        "/open_s": "not_whole",
        "/close_s": "out_of_range",
        "/service_mode": "unknown_choice",
        "/altitude_m": "unknown_field",
    }
    assert call("GET", "/sites/A").json["name"] == "站A"


def test_what_hangs_on_a_tier_that_does_not_exist_is_not_judged(call, faults):
    site = call("GET", "/sites/S1").json | {"tier": 3}
    assert faults(call("PUT", "/sites/S1", site)) == {"/tier": "unknown_choice"}


def test_a_site_without_a_road_is_refused_and_comes_with_one(call, faults):
    alone = call("PUT", "/sites/E", a_site("E"))
    assert faults(alone) == {"/code": "unreachable_site"}
    together = call(
        "PATCH", "/network", {"sites": [a_site("E")], "roads": [a_road("E", "D")]}, role="planner"
    )
    assert together.status_code == 200
    assert together.json == {
        "sites": [{"code": "E", "change": "created"}],
        "roads": [{"u": "E", "v": "D", "change": "created"}],
    }
    assert codes(call) == ["210001", "S1", "S2", "A", "B", "D", "E"]


def test_a_change_with_any_fault_stores_nothing_of_it(call, faults):
    document = {
        "sites": [a_site("E"), a_site("F", parent="D"), a_site("E")],
        "roads": [a_road("E", "D"), a_road("F", "X", length_m=-5), a_road("E", "E", speed_kmh=900)],
    }
    named = faults(call("PATCH", "/network", document))
    assert named == {
        "/sites/1/parent": "tier_jump",
        "/sites/1/code": "unreachable_site",
        "/sites/2/code": "duplicate_code",
        "/roads/1/v": "unknown_site",
        "/roads/1/length_m": "not_positive",
        "/roads/2/v": "self_loop",
        "/roads/2/speed_kmh": "impossible_speed",
    }
    assert codes(call) == ["210001", "S1", "S2", "A", "B", "D"]
    assert call("GET", "/roads").json["total"] == 5


def test_an_unreadable_name_makes_no_other_fault(call, faults):
    document = {"sites": [a_site(17)], "roads": [a_road("E", "D")]}
    assert faults(call("PATCH", "/network", document)) == {"/sites/0/code": "not_a_name"}


def test_what_a_change_does_to_other_sites_is_told_with_their_code(call):
    station = call("GET", "/sites/S1").json | {"tier": 2, "parent": "S2"}
    response = call("PUT", "/sites/S1", station)
    assert response.status_code == 422
    by_others = [fault for fault in response.json["errors"] if fault["pointer"] == ""]
    assert [fault["code"] for fault in by_others] == ["tier_jump", "tier_jump"]
    assert by_others[0]["message"].startswith("A: ")


def test_a_road_is_found_from_either_end(call):
    there, back = call("GET", "/roads/A/S1").json, call("GET", "/roads/S1/A").json
    assert there == back
    assert there["length_m"] == 12_000
    assert call("GET", "/roads/A/D").status_code == 404
    assert call("GET", "/roads?site=A").json["total"] == 2


def test_a_road_is_changed_from_either_end(call):
    road = call("GET", "/roads/A/S1").json
    changed = road | {"u": "S1", "v": "A", "closed_periods": [["2026-12-01", "2026-12-05"]]}
    assert call("PUT", "/roads/S1/A", changed).status_code == 200
    assert call("GET", "/roads").json["total"] == 5
    assert call("GET", "/roads/A/S1").json["closed_periods"] == [["2026-12-01", "2026-12-05"]]


def test_a_road_is_one_way_to_the_same_end_however_it_is_sent(call, faults):
    call("PATCH", "/network", {"roads": [a_road("A", "S2", length_m=30_000)]})
    for u, v in (("A", "S2"), ("S2", "A")):
        sent = a_road(u, v, length_m=30_000, one_way_to="A")
        assert call("PUT", f"/roads/{u}/{v}", sent).status_code == 200
        assert call("GET", "/roads/S2/A").json["one_way_to"] == "A"
    assert call("GET", "/roads/A/S1").json["one_way_to"] is None
    wrong = a_road("A", "S2", length_m=30_000, one_way_to="D")
    response = call("PUT", "/roads/A/S2", wrong)
    assert (response.status_code, set(faults(response).values())) == (422, {"no_end_of_the_road"})


def test_a_one_way_that_leaves_a_site_no_way_back_is_refused(call, faults):
    road = call("GET", "/roads/S2/D").json
    response = call("PUT", "/roads/S2/D", road | {"one_way_to": "D"})
    assert response.status_code == 422
    assert "no_way_back" in faults(response).values()
    assert call("GET", "/roads/S2/D").json["one_way_to"] is None


def test_a_road_that_a_site_needs_is_not_deleted(call, faults):
    response = call("DELETE", "/roads/S2/D")
    assert response.status_code == 409
    assert response.json["code"] == "network_would_break"
    assert faults(response) == {"": "unreachable_site"}
    assert call("GET", "/roads/S2/D").status_code == 200


def test_a_road_that_no_site_needs_is_deleted(call):
    call("PATCH", "/network", {"roads": [a_road("A", "S2", length_m=30_000)]})
    assert call("DELETE", "/roads/S2/A", role="planner").status_code == 204
    assert call("DELETE", "/roads/S2/A").status_code == 404


def test_a_site_in_use_is_not_deleted_and_says_what_uses_it(call, order):
    call("PUT", "/orders/o-1", order | {"site": "B"})
    assert call("PUT", "/vehicles/V1", call("GET", "/vehicles/V1").json | {"home": "S1"})
    station = call("DELETE", "/sites/S1")
    assert station.status_code == 409
    messages = {fault["code"]: fault["message"] for fault in station.json["errors"]}
    assert messages.keys() == {"used_by_site", "used_by_vehicle"}
    assert "A, B" in messages["used_by_site"]
    assert "V1" in messages["used_by_vehicle"]
    village = call("DELETE", "/sites/B")
    assert [fault["code"] for fault in village.json["errors"]] == ["used_by_order"]
    assert "o-1" in village.json["detail"]


def test_a_site_on_the_way_to_others_is_not_deleted(call):
    response = call("DELETE", "/sites/A")
    assert response.status_code == 409
    assert response.json["errors"][0]["code"] == "unreachable_site"
    assert "B" in response.json["errors"][0]["message"]


def test_a_site_goes_with_its_roads(call):
    assert call("DELETE", "/sites/B", role="planner").status_code == 204
    assert call("GET", "/sites/B").status_code == 404
    assert call("GET", "/roads/A/B").status_code == 404
    assert call("DELETE", "/sites/B").json["code"] == "unknown_site"


def test_the_network_as_geojson_says_what_is_synthetic(call):
    response = call("GET", "/network.geojson", role="manager")
    assert response.content_type == "application/geo+json"
    points = [f for f in response.json["features"] if f["geometry"]["type"] == "Point"]
    lines = [f for f in response.json["features"] if f["geometry"]["type"] == "LineString"]
    assert {f["properties"]["coord_kind"] for f in points} == {"synthetic"}
    assert {f["properties"]["roads"] for f in lines} == {"synthetic"}
    assert len(points) == 6
    assert len(lines) == 5


LIFE = [["2026-05-01", "pilot"], ["2026-07-01", "open"]]


def test_the_life_of_a_site_is_kept_and_drawn(call):
    site = call("GET", "/sites/A").json
    assert site["life"] == []
    sent = call("PUT", "/sites/A", site | {"life": LIFE})
    assert sent.json["life"] == LIFE
    assert call("GET", "/sites/A").json["life"] == LIFE
    drawn = call("GET", "/network.geojson").json["features"]
    [found] = [f["properties"] for f in drawn if f["properties"].get("site") == "A"]
    assert found["life"] == LIFE


def test_faults_of_a_life_are_named(call, faults):
    site = call("GET", "/sites/A").json
    wrong = call("PUT", "/sites/A", site | {"life": [["2026-05-01", "asleep"], ["May", "open"]]})
    assert faults(wrong) == {"/life/0/1": "unknown_choice", "/life/1/0": "not_a_date"}
    backwards = call("PUT", "/sites/A", site | {"life": LIFE[::-1]})
    assert faults(backwards) == {"/life": "life_out_of_order"}
