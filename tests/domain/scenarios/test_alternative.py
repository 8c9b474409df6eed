"""Changes of stations and fleets: what becomes of a county, and every fault by its TOML path."""

from dataclasses import replace

import pytest

from coop_service.domain.problem import ModeSetting
from coop_service.domain.records import SiteState, Tier
from coop_service.domain.scenarios import (
    ChangeKind,
    FleetChange,
    FleetChangeKind,
    StationChange,
    change_county,
    find_coverage,
)
from coop_service.errors import InvalidInput
from tests.small_county import DAY, LAT, LON, make_county, make_scenario

ADD, CLOSE, MOVE, UPGRADE = ChangeKind
EAST = LON + 0.2


def after(*stations, **changed):
    return change_county(make_county(), make_scenario(stations=stations, **changed))[1]


def coverage(alternative, standard_min=8.0):
    before, _ = change_county(make_county(), make_scenario())
    return find_coverage(before.network, alternative, DAY, standard_min)


def faults_of(**changed):
    with pytest.raises(InvalidInput) as caught:
        change_county(make_county(), make_scenario(**changed))
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


def codes(alternative, tier):
    return [site.code for site in alternative.network.tier(tier)]


def test_a_new_station_is_joined_to_the_nearest_site_and_to_nothing_else():
    new = StationChange(ADD, "N", lon=EAST, lat=LAT, tier=Tier.STATION)
    network = after(new).network
    assert network.children("C")[-1].code == "N"
    [road] = [road for road in network.roads if "N" in (road.u, road.v)]
    assert {road.u, road.v} == {"N", "V15"}
    assert road.synthetic
    assert road.length_m == pytest.approx(1.3 * 1696, rel=0.01)  # 0.02 degrees at 40.6 north


def test_a_stated_road_is_taken_as_stated():
    new = StationChange(ADD, "N", lon=EAST, lat=LAT, road_to="V14", road_km=9.5)
    [road] = [road for road in after(new).network.roads if "N" in (road.u, road.v)]
    assert ({road.u, road.v}, road.length_m) == ({"N", "V14"}, 9500)


def test_a_closed_station_gives_its_vans_to_the_centre():
    vans = (FleetChange(FleetChangeKind.MOVE, vans=("M1",), home="S1"),)
    found = after(StationChange(CLOSE, "S1"), fleet=vans)
    assert codes(found, Tier.STATION) == ["S2"]
    assert {van.code: van.home for van in found.fleet}["M1"] == "C"


def test_closing_and_adding_again_gives_the_first_county_back():
    first = after()
    again = after(StationChange(CLOSE, "S1"), StationChange(ADD, "S1"))
    for tier in (Tier.STATION, Tier.VILLAGE_POINT):
        assert codes(again, tier) == codes(first, tier)
    assert again.network.roads == first.network.roads
    assert again.fleet == first.fleet
    assert coverage(again) == coverage(first)


def test_a_moved_station_keeps_its_code_and_leaves_a_junction():
    found = after(StationChange(MOVE, "V10", lon=LON + 0.09, lat=LAT + 0.02))
    network = found.network
    assert network.sites["V10"].lat == LAT + 0.02
    assert network.sites["V10@"].lat == LAT
    assert not network.is_served("V10@")
    assert {road.v for road in network.roads if road.u == "V10"} == {"V10@"}
    assert {"S1", "V11"} <= set(network.graph["V10@"])
    assert coverage(found) == coverage(after())  # its people have not moved


def test_an_upgraded_village_is_a_station_with_its_own_hours_and_room():
    change = StationChange(UPGRADE, "V15", tier=Tier.STATION, open_s=8 * 3600, floor_m3=12.5)
    found = after(change)
    site = found.network.sites["V15"]
    assert (site.tier, site.parent, site.open_s) == (Tier.STATION, "C", 8 * 3600)
    assert found.floors_m3 == {"V15": 12.5}


def test_villages_in_a_stated_catchment_belong_to_the_nearest_station():
    """At 36 km/h 1.6 km are 2.7 min, by roads 3.3: V14 is 3.4 min away, V13 6.7, V12 10."""
    change = StationChange(UPGRADE, "V15", tier=Tier.STATION, catchment_min=7.0)
    network = after(change).network
    assert [site.code for site in network.children("V15")] == ["V13", "V14"]
    assert [site.code for site in network.children("S1")] == ["V10", "V11", "V12"]


@pytest.mark.parametrize("code", ["V10", "V13", "V15", "V25"])
@pytest.mark.parametrize("standard_min", [1.0, 5.0, 8.0, 30.0])
def test_a_station_that_opens_never_lowers_coverage(code, standard_min):
    first = coverage(after(), standard_min)
    more = coverage(after(StationChange(UPGRADE, code, tier=Tier.STATION)), standard_min)
    new = StationChange(ADD, "N", lon=EAST, lat=LAT - 0.01)
    most = coverage(after(StationChange(UPGRADE, code, tier=Tier.STATION), new), standard_min)
    assert first.covered_share <= more.covered_share <= most.covered_share
    assert first.mean_min >= more.mean_min >= most.mean_min
    assert first.max_min >= more.max_min >= most.max_min


def test_coverage_by_hand():
    """S1 and S2 cover what is within 8 min: V10 (3.5), V11 (6.9) on each side; V12 is 10.2 away."""
    found = coverage(after())
    assert found.covered_villages == 4
    assert found.covered_people == 4000
    assert found.covered_share == pytest.approx(4 / 12)
    assert found.nearest["V10"][:2] == ("S1", pytest.approx(3.52, abs=0.05))
    assert found.nearest["V25"][0] == "S2"
    assert found.max_min == found.nearest["V15"][1]


def test_a_catchment_of_its_own_goes_before_the_standard():
    wide = after(StationChange(UPGRADE, "S1", catchment_min=22.0))
    assert coverage(wide).covered_villages == 6 + 2


def test_vans_are_added_removed_and_moved():
    found = after(
        fleet=(
            FleetChange(FleetChangeKind.ADD, like="M1", count=2, home="S1"),
            FleetChange(FleetChangeKind.REMOVE, vans=("T2",)),
            FleetChange(FleetChangeKind.MOVE, vans=("M2",), home="S2"),
        ),
        modes={"S1": ModeSetting.RELAY},
    )
    homes = {van.code: van.home for van in found.fleet}
    assert homes == {"T1": "C", "M1": "C", "M2": "S2", "M1-1": "S1", "M1-2": "S1"}


def test_every_fault_is_told_at_once_with_its_path():
    stations = (
        StationChange(ADD, "S1"),
        StationChange(CLOSE, "X"),
        StationChange(MOVE, "V10"),
        StationChange(CLOSE, "C"),
        StationChange(ADD, "N", lon=122.0),
        StationChange(UPGRADE, "V11"),
        StationChange(ADD, "M", lon=EAST, lat=LAT, road_to="Y", tier=Tier.GATEWAY),
    )
    fleet = (
        FleetChange(FleetChangeKind.ADD),
        FleetChange(FleetChangeKind.MOVE, vans=("T1", "T9"), home="Z"),
    )
    found = faults_of(stations=stations, fleet=fleet, modes={"S1": ModeSetting.AUTO})
    assert found == [
        ("station[0].site", "is_served"),
        ("station[1].site", "unknown_site"),
        ("station[2].lon", "missing_field"),
        ("station[3].site", "not_a_station"),
        ("station[4].lat", "missing_field"),
        ("station[5]", "missing_field"),
        ("station[6].tier", "unknown_choice"),
        ("station[6].road_to", "unknown_site"),
        ("fleet[0].like", "missing_field"),
        ("fleet[0].home", "missing_field"),
        ("fleet[1].vans[1]", "unknown_vehicle"),
        ("fleet[1].home", "unknown_site"),
        ("modes.S1", "no_hub"),
    ]


def test_what_the_changes_would_leave_behind_is_judged_too():
    new = StationChange(ADD, "N", lon=EAST, lat=LAT, road_km=0.1, close_s=3600)
    removed = FleetChange(FleetChangeKind.REMOVE, vans=("T1", "T2", "M1", "M2"))
    assert faults_of(stations=(new,), fleet=(removed,)) == [
        ("station[0].close_s", "closes_before_opening"),
        ("station[0].length_m", "shorter_than_straight"),
        ("fleet", "no_van_at_centre"),
    ]


def test_a_candidate_can_be_added_and_a_suspended_site_cannot_be_closed():
    county = make_county()
    life = ((DAY, SiteState.SUSPENDED),)
    sites = tuple(replace(s, life=life) if s.code == "S2" else s for s in county.sites)
    county = replace(county, sites=sites)
    before, added = change_county(county, make_scenario(stations=(StationChange(ADD, "S2"),)))
    assert not before.network.is_served("S2")
    assert added.network.is_served("S2")
    with pytest.raises(InvalidInput) as caught:
        change_county(county, make_scenario(stations=(StationChange(CLOSE, "S2"),)))
    assert [fault.code for fault in caught.value.faults] == ["site_not_served"]
