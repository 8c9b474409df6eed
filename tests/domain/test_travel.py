import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from coop_service.domain.network import Network, UnknownSite
from coop_service.domain.problem import NO_ROAD
from coop_service.domain.records import Tier, VehicleSize
from coop_service.domain.travel import NoRoad, Travel, is_winter, road_seconds
from coop_service.errors import CoopError

SUMMER = dt.date(2026, 7, 1)
CLOSED = dt.date(2026, 7, 11)
WINTER = dt.date(2026, 12, 1)
CODES = ("C", "S1", "S2", "V1", "V2", "G")


def matrices(network, date, size):
    profile = Travel(network, date).profile(size, CODES)
    return profile.duration_s.tolist(), profile.distance_m.tolist()


def test_a_micro_van_in_summer(mini_network):
    duration_s, distance_m = matrices(mini_network, SUMMER, VehicleSize.MICRO)
    assert duration_s == [
        [0, 120, 180, 480, 396, 108],
        [120, 0, 300, 360, 288, 228],
        [180, 300, 0, 660, 216, 288],
        [480, 360, 660, 0, 648, 588],
        [396, 288, 216, 648, 0, 504],
        [108, 228, 288, 588, 504, 0],
    ]
    assert distance_m == [
        [0, 2000, 3000, 4000, 5400, 1800],
        [2000, 0, 5000, 2000, 2400, 3800],
        [3000, 5000, 0, 7000, 2400, 4800],
        [4000, 2000, 7000, 0, 4400, 5800],
        [5400, 2400, 2400, 4400, 0, 7200],
        [1800, 3800, 4800, 5800, 7200, 0],
    ]


def test_a_van_goes_round_the_road_that_is_too_narrow(mini_network):
    travel = Travel(mini_network, SUMMER)
    profile = travel.profile(VehicleSize.VAN, ("V1", "V2"))
    assert profile.duration_s[0, 1] == 360 + 120 + 180 + 216
    assert profile.distance_m[0, 1] == 2000 + 2000 + 3000 + 2400
    assert travel.path(VehicleSize.VAN, "V1", "V2") == ("V1", "S1", "C", "S2", "V2")
    assert travel.path(VehicleSize.MICRO, "V1", "V2") == ("V1", "S1", "V2")


def test_a_truck_does_not_get_to_the_village_behind_a_narrow_road(mini_network):
    travel = Travel(mini_network, SUMMER)
    profile = travel.profile(VehicleSize.TRUCK, CODES)
    assert profile.duration_s[3].tolist() == [NO_ROAD, NO_ROAD, NO_ROAD, 0, NO_ROAD, NO_ROAD]
    assert profile.distance_m[:, 3].tolist() == [NO_ROAD, NO_ROAD, NO_ROAD, 0, NO_ROAD, NO_ROAD]
    assert not profile.allows(0, 3)
    for ask in (travel.path, travel.line, travel.roads):
        with pytest.raises(NoRoad) as caught:
            ask(VehicleSize.TRUCK, "C", "V1")
    assert isinstance(caught.value, LookupError)
    assert isinstance(caught.value, CoopError)


@pytest.mark.parametrize(("day", "seconds"), [(9, 648), (10, 876), (11, 876), (12, 876), (13, 648)])
def test_a_road_is_closed_from_its_first_to_its_last_day(mini_network, day, seconds):
    travel = Travel(mini_network, dt.date(2026, 7, day))
    assert travel.profile(VehicleSize.MICRO, ("V1", "V2")).duration_s[0, 1] == seconds


def test_winter_slows_roads_and_may_change_the_way(mini_network):
    travel = Travel(mini_network, WINTER)
    profile = travel.profile(VehicleSize.MICRO, CODES)
    assert profile.duration_s[0].tolist() == [0, 132, 180, 132 + 450, 132 + 288, 108]
    assert profile.distance_m[0, 4] == 4400
    assert travel.path(VehicleSize.MICRO, "C", "V2") == ("C", "S1", "V2")


@pytest.mark.parametrize(
    ("month", "day", "expected"),
    [(11, 14, False), (11, 15, True), (1, 1, True), (3, 15, True), (3, 16, False)],
)
def test_winter_is_from_mid_november_to_mid_march(month, day, expected):
    assert is_winter(dt.date(2027, month, day)) is expected


def test_seconds_of_a_road_are_rounded_and_never_zero(mini_roads):
    assert road_seconds(replace(mini_roads[0], length_m=1003), winter=False) == 60
    assert road_seconds(replace(mini_roads[0], length_m=1009), winter=False) == 61
    assert road_seconds(replace(mini_roads[0], length_m=1), winter=False) == 1
    assert road_seconds(mini_roads[2], winter=True) == 450


def test_of_two_equally_fast_ways_the_shorter_is_taken(mini_sites, mini_roads):
    # C-S1-V2 gets as fast as C-S2-V2, 396 s, and is 4500 m long against 5400 m.
    mini_roads[4] = replace(mini_roads[4], length_m=2500, speed_kmh=2500 * 3.6 / 276)
    travel = Travel(Network("mini", mini_sites, mini_roads), SUMMER)
    profile = travel.profile(VehicleSize.MICRO, ("C", "V2"))
    assert profile.duration_s[0, 1] == 396
    assert profile.distance_m[0, 1] == 4500
    assert travel.path(VehicleSize.MICRO, "C", "V2") == ("C", "S1", "V2")


def test_a_one_way_road_is_driven_one_way_and_the_way_back_goes_round(mini_sites, mini_roads):
    one_way = [
        replace(road, one_way_to="V2") if {road.u, road.v} == {"S2", "V2"} else road
        for road in mini_roads
    ]
    free = Travel(Network("mini", mini_sites, mini_roads), SUMMER)
    travel = Travel(Network("mini", mini_sites, one_way), SUMMER)
    there, back = (("C", "V2"), ("V2", "C"))
    assert travel.path(VehicleSize.MICRO, *there) == ("C", "S2", "V2")
    assert travel.path(VehicleSize.MICRO, *back) == ("V2", "S1", "C")
    before = free.profile(VehicleSize.MICRO, there).duration_s
    after = travel.profile(VehicleSize.MICRO, there).duration_s
    assert after[0, 1] == before[0, 1] == before[1, 0] < after[1, 0]
    for origin, destination in (there, back):
        roads = travel.roads(VehicleSize.MICRO, origin, destination)
        profile = travel.profile(VehicleSize.MICRO, (origin, destination))
        assert sum(road.length_m for road in roads) == profile.distance_m[0, 1]


def test_codes_may_repeat_and_come_in_any_order(mini_network):
    profile = Travel(mini_network, SUMMER).profile(VehicleSize.MICRO, ("V2", "C", "V2"))
    assert profile.duration_s.tolist() == [[0, 396, 0], [396, 0, 396], [0, 396, 0]]


def test_an_unknown_code_is_refused(mini_network):
    travel = Travel(mini_network, SUMMER)
    with pytest.raises(UnknownSite):
        travel.profile(VehicleSize.MICRO, ("C", "X"))
    with pytest.raises(UnknownSite):
        travel.path(VehicleSize.MICRO, "X", "C")


def test_a_line_runs_through_the_sites_on_the_way(mini_network):
    travel = Travel(mini_network, SUMMER)
    assert travel.line(VehicleSize.MICRO, "C", "V2") == (
        (122.50, 40.60),
        (122.50, 40.62),
        (122.52, 40.62),
    )
    assert [road.v for road in travel.roads(VehicleSize.MICRO, "C", "V2")] == ["S2", "V2"]


def test_a_way_from_a_site_to_itself_is_one_code_and_still_a_line(mini_network):
    travel = Travel(mini_network, SUMMER)
    assert travel.path(VehicleSize.TRUCK, "V1", "V1") == ("V1",)
    assert travel.line(VehicleSize.TRUCK, "V1", "V1") == ((122.54, 40.60),) * 2


@pytest.mark.parametrize("size", VehicleSize)
def test_the_default_county_agrees_with_networkx_for_all_pairs(default_county, size):
    date = dt.date(2027, 1, 15)
    graph = nx.Graph()
    graph.add_nodes_from(default_county.sites)
    graph.add_weighted_edges_from(
        (road.u, road.v, road_seconds(road, winter=True))
        for road in default_county.roads
        if road.largest_vehicle.rank >= size.rank and not road.closed_periods
    )
    codes = tuple(default_county.sites)
    duration_s = Travel(default_county, date).profile(size, codes).duration_s
    for row, (_, reached) in zip(duration_s, nx.all_pairs_dijkstra_path_length(graph), strict=True):
        assert row.tolist() == [reached.get(code, NO_ROAD) for code in codes]


def test_paths_add_up_to_the_matrices_of_the_default_county(default_county):
    travel = Travel(default_county, WINTER)
    codes = tuple(default_county.sites)
    profile = travel.profile(VehicleSize.VAN, codes)
    for destination in range(0, len(codes), 7):
        if not profile.allows(0, destination):
            continue
        roads = travel.roads(VehicleSize.VAN, codes[0], codes[destination])
        assert sum(road.length_m for road in roads) == profile.distance_m[0, destination]
        seconds = sum(road_seconds(road, winter=True) for road in roads)
        assert seconds == profile.duration_s[0, destination]


def test_no_detour_is_shorter_than_the_direct_way(default_county):
    codes = tuple(default_county.sites)
    duration_s = Travel(default_county, WINTER).profile(VehicleSize.MICRO, codes).duration_s
    for via in range(len(codes)):
        detour_s = duration_s[:, via, None] + duration_s[None, via, :]
        assert np.all(duration_s <= detour_s)


def test_every_village_is_reached_by_micro_van_and_every_station_by_truck(default_county):
    travel = Travel(default_county, SUMMER)
    centre = default_county.centre.code
    villages = [site.code for site in default_county.tier(Tier.VILLAGE_POINT)]
    stations = [site.code for site in default_county.tier(Tier.STATION)]

    def reached(size, codes):
        row = travel.profile(size, (centre, *codes)).duration_s[0, 1:]
        return int((row != NO_ROAD).sum())

    assert reached(VehicleSize.MICRO, villages) == 286
    assert reached(VehicleSize.VAN, villages) == 275
    assert reached(VehicleSize.TRUCK, villages) == 194
    assert reached(VehicleSize.TRUCK, stations) == 17


def test_the_default_county_agrees_with_the_minutes_of_its_sources(default_county):
    """Their minutes are rounded to 0.1, our seconds by road, so each way has its tolerance."""
    travel = Travel(default_county, SUMMER)
    path = Path(__file__).parents[2] / "network_data" / "dashiqiao" / "sites.csv"
    with path.open(encoding="utf-8", newline="") as file:
        minutes = {row["id"]: float(row["road_min_from_centre"]) for row in csv.DictReader(file)}
    codes = tuple(minutes)
    duration_s = travel.profile(VehicleSize.MICRO, codes).duration_s[0]
    for code, seconds in zip(codes, duration_s, strict=True):
        roads = len(travel.path(VehicleSize.MICRO, codes[0], code)) - 1
        assert abs(seconds - minutes[code] * 60) <= 3 + roads
