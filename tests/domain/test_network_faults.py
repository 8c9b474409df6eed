import datetime as dt
import math
from dataclasses import replace

import pytest

from coop_service.domain.network_faults import (
    find_network_faults,
    find_van_faults,
    straight_line_m,
)
from coop_service.domain.records import Tier, Van, VehicleSize


def cells(faults):
    return [(fault.kind, fault.index, fault.field, fault.code) for fault in faults]


def van(**changes):
    normal = Van(
        code="MIC01",
        name="微型面包车",
        size=VehicleSize.MICRO,
        kind="village_town",
        plate="辽H·演示01",
        home="C",
        payload_kg=600,
        volume_m3=4,
        temperatures=("ambient",),
        tags=(),
        shift_start_s=7 * 3600,
        shift_end_s=17 * 3600,
        fixed_yuan=60,
        per_km_yuan=0.55,
        per_hour_yuan=25,
    )
    return replace(normal, **changes)


def test_one_ways_that_cut_off_a_site_or_its_way_back_are_told(mini_sites, mini_roads):
    by_ends = {frozenset((road.u, road.v)): i for i, road in enumerate(mini_roads)}
    i, gateway = (
        by_ends[frozenset(("C", "G"))],
        next(i for i, site in enumerate(mini_sites) if site.code == "G"),
    )
    for one_way_to, code in (("G", "no_way_back"), ("C", "unreachable_site")):
        roads = list(mini_roads)
        roads[i] = replace(roads[i], one_way_to=one_way_to)
        assert cells(find_network_faults(mini_sites, roads)) == [("sites", gateway, "code", code)]
    roads[i] = replace(roads[i], one_way_to="V1")
    assert cells(find_network_faults(mini_sites, roads)) == [
        ("roads", i, "one_way_to", "no_end_of_the_road")
    ]


def test_a_sound_network_has_no_faults(mini_sites, mini_roads):
    assert find_network_faults(mini_sites, mini_roads) == ()


@pytest.mark.parametrize(
    ("index", "changes", "expected"),
    [
        (3, {"parent": "X"}, ("parent", "unknown_parent")),
        (3, {"parent": "C"}, ("parent", "tier_jump")),
        (1, {"parent": "S2"}, ("parent", "tier_jump")),
        (5, {"parent": "C"}, ("parent", "tier_jump")),
        (0, {"parent": "S1"}, ("parent", "tier_jump")),
        (3, {"parent": None}, ("parent", "missing_parent")),
        (3, {"name": " "}, ("name", "missing_value")),
        (3, {"lon": math.nan}, ("lon", "not_finite")),
        (3, {"lat": math.inf}, ("lat", "not_finite")),
        (3, {"lon": 12.254}, ("lon", "out_of_range")),
        (3, {"lat": 60.6}, ("lat", "out_of_range")),
        (3, {"lon": 40.60, "lat": 122.54}, ("lon", "swapped_coordinates")),
        (3, {"population": -1}, ("population", "negative")),
        (3, {"close_s": 8 * 3600}, ("close_s", "closes_before_opening")),
        (3, {"close_s": 86_401}, ("close_s", "out_of_range")),
        (3, {"open_s": -1}, ("open_s", "out_of_range")),
    ],
)
def test_each_fault_of_a_site_is_found_alone(mini_sites, mini_roads, index, changes, expected):
    mini_sites[index] = replace(mini_sites[index], **changes)
    assert cells(find_network_faults(mini_sites, mini_roads)) == [("sites", index, *expected)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"length_m": 0}, ("length_m", "not_positive")),
        ({"length_m": -2400}, ("length_m", "not_positive")),
        ({"length_m": 2200}, ("length_m", "shorter_than_straight")),
        ({"speed_kmh": 0.0}, ("speed_kmh", "impossible_speed")),
        ({"speed_kmh": 121.0}, ("speed_kmh", "impossible_speed")),
        ({"speed_kmh": math.nan}, ("speed_kmh", "impossible_speed")),
        ({"winter_factor": 0.99}, ("winter_factor", "winter_factor")),
        ({"winter_factor": math.nan}, ("winter_factor", "winter_factor")),
        ({"u": "X"}, ("u", "unknown_site")),
        ({"v": "X"}, ("v", "unknown_site")),
        ({"v": "S1"}, ("v", "self_loop")),
        ({"v": "C"}, ("v", "duplicate_road")),
        (
            {"closed_periods": ((dt.date(2026, 7, 2), dt.date(2026, 7, 1)),)},
            ("closed_periods", "period_ends_before_start"),
        ),
    ],
)
def test_each_fault_of_a_road_is_found_alone(mini_sites, mini_roads, changes, expected):
    mini_roads[4] = replace(mini_roads[4], **changes)
    assert cells(find_network_faults(mini_sites, mini_roads)) == [("roads", 4, *expected)]


def test_a_road_given_again_in_the_other_direction_is_a_duplicate(mini_sites, mini_roads):
    mini_roads.append(replace(mini_roads[0], u="S1", v="C"))
    assert cells(find_network_faults(mini_sites, mini_roads)) == [
        ("roads", 6, "v", "duplicate_road")
    ]


def test_a_code_given_twice_is_told_at_the_second(mini_sites, mini_roads):
    mini_sites.append(replace(mini_sites[4], name="别名"))
    assert cells(find_network_faults(mini_sites, mini_roads)) == [
        ("sites", 6, "code", "duplicate_code")
    ]


def test_a_site_without_a_road_is_unreachable(mini_sites, mini_roads):
    del mini_roads[5]
    assert cells(find_network_faults(mini_sites, mini_roads)) == [
        ("sites", 5, "code", "unreachable_site")
    ]


def test_a_second_centre_is_told(mini_sites, mini_roads):
    mini_sites[5] = replace(mini_sites[5], tier=Tier.CENTRE)
    assert cells(find_network_faults(mini_sites, mini_roads)) == [
        ("sites", 5, "tier", "multiple_centres")
    ]


def test_a_missing_centre_is_told_with_the_stations_that_hang_in_the_air(mini_sites, mini_roads):
    mini_sites[0] = replace(mini_sites[0], tier=Tier.GATEWAY)
    assert cells(find_network_faults(mini_sites, mini_roads)) == [
        ("sites", 0, "tier", "missing_centre"),
        ("sites", 1, "parent", "tier_jump"),
        ("sites", 2, "parent", "tier_jump"),
    ]


def test_no_sites_at_all_are_a_missing_centre():
    assert cells(find_network_faults([], [])) == [("sites", 0, "tier", "missing_centre")]


def test_several_faults_are_all_found_at_once(mini_sites, mini_roads):
    mini_sites[3] = replace(mini_sites[3], parent="X", lon=math.nan, population=-5)
    mini_sites[4] = replace(mini_sites[4], lon=40.62, lat=122.52, close_s=0)
    mini_roads[0] = replace(mini_roads[0], length_m=-1, speed_kmh=500.0)
    mini_roads[5] = replace(mini_roads[5], v="Y")
    assert sorted(cells(find_network_faults(mini_sites, mini_roads))) == [
        ("roads", 0, "length_m", "not_positive"),
        ("roads", 0, "speed_kmh", "impossible_speed"),
        ("roads", 5, "v", "unknown_site"),
        ("sites", 3, "lon", "not_finite"),
        ("sites", 3, "parent", "unknown_parent"),
        ("sites", 3, "population", "negative"),
        ("sites", 4, "close_s", "closes_before_opening"),
        ("sites", 4, "lon", "swapped_coordinates"),
        ("sites", 5, "code", "unreachable_site"),
    ]


def test_nothing_is_concluded_from_a_tier_that_could_not_be_read(mini_sites, mini_roads):
    mini_sites[1] = replace(mini_sites[1], tier=Tier.GATEWAY)
    assert find_network_faults(mini_sites, mini_roads, tier_unknown={"S1"}) == ()


def test_a_degree_of_latitude_is_111_km(mini_sites):
    north = replace(mini_sites[0], lat=mini_sites[0].lat + 1)
    assert straight_line_m(mini_sites[0], north) == pytest.approx(111_195, abs=1)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"code": ""}, ("code", "missing_value")),
        ({"home": "X"}, ("home", "unknown_site")),
        ({"payload_kg": 0}, ("payload_kg", "not_positive")),
        ({"volume_m3": math.nan}, ("volume_m3", "not_positive")),
        ({"fixed_yuan": -1}, ("fixed_yuan", "negative")),
        ({"per_overtime_hour_yuan": math.inf}, ("per_overtime_hour_yuan", "negative")),
        ({"max_overtime_s": -60}, ("max_overtime_s", "negative")),
        ({"range_m": 0}, ("range_m", "not_positive")),
        ({"max_trips": 0}, ("max_trips", "out_of_range")),
        ({"temperatures": ()}, ("temperatures", "missing_value")),
        ({"shift_end_s": 7 * 3600}, ("shift_end_s", "closes_before_opening")),
    ],
)
def test_each_fault_of_a_van_is_found_alone(changes, expected):
    fleet = [van(code="OK"), van(**changes)]
    assert cells(find_van_faults(fleet, {"C"})) == [("vans", 1, *expected)]


def test_two_vans_of_one_code_are_both_told():
    assert cells(find_van_faults([van(), van()], {"C"})) == [
        ("vans", 0, "code", "duplicate_code"),
        ("vans", 1, "code", "duplicate_code"),
    ]
