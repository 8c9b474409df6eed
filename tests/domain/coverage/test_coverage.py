import datetime as dt
from dataclasses import replace
from itertools import pairwise

import networkx as nx
import pytest

from coop_service.domain.coverage import (
    Band,
    Count,
    Level,
    Nearest,
    Thresholds,
    Unit,
    find_access,
    find_ways,
    measure_coverage,
)
from coop_service.domain.network import Network, UnknownSite
from coop_service.domain.records import ServiceMode, SiteState, Tier, VehicleSize
from coop_service.domain.travel import is_closed, is_winter, road_seconds
from coop_service.errors import InvalidInput

SUMMER = dt.date(2026, 7, 1)
WINTER = dt.date(2026, 12, 1)
MINE = Thresholds(
    point_min=2.0, station_min=5.0, centre_min=7.0, bands_min=(4.0, 6.0), bands_km=(2.0, 2.3)
)


def closed(site):
    return replace(site, life=((dt.date(2026, 1, 1), SiteState.CLOSED),))


@pytest.fixture
def county(mini_sites, mini_roads):
    """V1 is a village of 300 with a mobile point, V2 a community of 50 whose point is closed."""
    kinds = {
        "V1": {"kind": "village", "population": 300, "service_mode": ServiceMode.MOBILE},
        "V2": {"kind": "community", "population": 50, "service_mode": ServiceMode.POST_EXPRESS},
    }
    sites = [replace(site, **kinds.get(site.code, {})) for site in mini_sites]
    sites = [closed(site) if site.code == "V2" else site for site in sites]
    return Network("mini", sites, mini_roads)


def changed(network, code, change):
    sites = [change(site) if site.code == code else site for site in network.sites.values()]
    return Network(network.county, sites, network.roads)


def test_each_village_is_measured_as_by_hand(county):
    one, two = find_access(county, SUMMER, thresholds=MINE)
    assert (one.village, one.township, one.unit, one.population) == ("V1", "S1", Unit.VILLAGE, 300)
    assert (one.has_point, one.service_mode) == (True, ServiceMode.MOBILE)
    assert one.nearest == {
        Level.POINT: Nearest("V1", 0, 0),
        Level.STATION: Nearest("S1", 360, 2000),
        Level.CENTRE: Nearest("C", 480, 4000),
    }
    assert one.covered_by == {Level.POINT: 1, Level.STATION: 0, Level.CENTRE: 0}

    assert (two.village, two.township, two.unit, two.population) == ("V2", "S2", Unit.COMMUNITY, 50)
    assert (two.has_point, two.service_mode) == (False, None)
    assert two.nearest == {
        Level.POINT: Nearest("S2", 216, 2400),
        Level.STATION: Nearest("S2", 216, 2400),
        Level.CENTRE: Nearest("C", 396, 5400),
    }
    assert two.covered_by == {Level.POINT: 0, Level.STATION: 2, Level.CENTRE: 1}
    assert (two.nearest[Level.CENTRE].minutes, two.nearest[Level.CENTRE].km) == (6.6, 5.4)


def test_sums_count_villages_and_communities_apart(county):
    found = measure_coverage(county, SUMMER, thresholds=MINE)
    village, community, none = Count(1, 0, 300, 0), Count(0, 1, 0, 50), Count()
    whole = found.county
    assert whole.all == Count(1, 1, 300, 50)
    assert (whole.all.units, whole.all.people) == (2, 350)
    assert whole.with_point == village
    assert whole.by_mode == {ServiceMode.MOBILE: village}
    assert whole.by_stations == {0: village, 2: community}
    station = whole.levels[Level.STATION]
    assert (station.covered, station.backed_up, station.unreached) == (community, community, none)
    assert station.bands_min == (
        Band(0.0, 4.0, community),
        Band(4.0, 6.0, village),
        Band(6.0, None, none),
    )
    assert station.bands_km == (
        Band(0.0, 2.0, village),
        Band(2.0, 2.3, none),
        Band(2.3, None, community),
    )
    assert station.mean_min == pytest.approx((300 * 360 + 50 * 216) / 350 / 60)
    assert (station.p90_min, station.max_min) == (6.0, 6.0)
    assert whole.levels[Level.CENTRE].covered == community
    assert list(found.townships) == ["S1", "S2"]
    assert found.townships["S1"].all == village
    assert found.townships["S2"].levels[Level.POINT].covered == none
    assert found.stations_open == {"S1": True, "S2": True}


def test_a_closed_station_serves_nobody_and_its_township_remains(county):
    found = measure_coverage(changed(county, "S2", closed), SUMMER, thresholds=MINE)
    two = found.villages[1]
    assert two.nearest[Level.STATION] == Nearest("S1", 288, 2400)
    assert found.stations_open == {"S1": True, "S2": False}
    assert found.townships["S2"].all == Count(0, 1, 0, 50)


def test_closing_a_station_and_opening_it_again_gives_the_first_result_back(county):
    first = measure_coverage(county, SUMMER, thresholds=MINE)
    shut = changed(county, "S2", closed)
    again = changed(shut, "S2", lambda site: replace(site, life=()))
    assert measure_coverage(shut, SUMMER, thresholds=MINE) != first
    assert measure_coverage(again, SUMMER, thresholds=MINE) == first


def test_a_site_serves_from_the_day_of_its_life(county):
    life = ((dt.date(2026, 6, 30), SiteState.PILOT), (dt.date(2026, 7, 2), SiteState.SUSPENDED))
    network = changed(county, "S2", lambda site: replace(site, life=life))
    open_on = [
        measure_coverage(network, day).stations_open["S2"]
        for day in (dt.date(2026, 6, 29), SUMMER, dt.date(2026, 7, 2))
    ]
    assert open_on == [False, True, False]


def test_a_catchment_of_its_own_goes_before_the_standard(county):
    one, two = find_access(county, SUMMER, thresholds=MINE, catchments_min={"S1": 6.0, "S2": 3.0})
    assert one.covered_by[Level.STATION] == 1
    assert two.covered_by[Level.STATION] == 1


def test_a_threshold_includes_what_is_exactly_as_far(county):
    one, _ = find_access(county, SUMMER, thresholds=Thresholds(station_min=6.0))
    assert one.covered_by[Level.STATION] == 1
    one, _ = find_access(county, SUMMER, thresholds=Thresholds(station_min=359 / 60))
    assert one.covered_by[Level.STATION] == 0


def test_a_village_without_a_way_is_counted_as_unreached(county):
    found = measure_coverage(county, SUMMER, size=VehicleSize.TRUCK)
    one = found.villages[0]
    assert one.nearest == {
        Level.POINT: Nearest("V1", 0, 0),
        Level.STATION: None,
        Level.CENTRE: None,
    }
    station = found.county.levels[Level.STATION]
    assert station.unreached == Count(1, 0, 300, 0)
    assert sum(band.count.units for band in station.bands_min) == 1
    assert station.mean_min == 3.6
    nobody = found.townships["S1"].levels[Level.STATION]
    assert (nobody.mean_min, nobody.p90_min, nobody.max_min) == (None, None, None)


def test_villages_and_people_come_from_the_base_and_service_from_the_network(county):
    moved = replace(county.sites["V1"], code="V1@", population=0, lon=122.505)
    sites = [*county.sites.values(), moved]
    roads = [*county.roads, replace(county.roads[0], u="C", v="V1@", length_m=600)]
    after = Network("mini", sites, roads)
    found = measure_coverage(after, SUMMER, base=county, people_at={"V1": "V1@"})
    assert [row.village for row in found.villages] == ["V1", "V2"]
    assert found.villages[0].population == 300
    assert found.villages[0].nearest[Level.CENTRE] == Nearest("C", 36, 600)


def test_a_station_serves_as_a_point_so_that_an_upgrade_lowers_nothing(county):
    point = changed(county, "V2", lambda site: replace(site, life=()))
    station = changed(point, "V2", lambda site: replace(site, tier=Tier.STATION, parent="C"))
    before = find_access(point, SUMMER)[1]
    after = find_access(station, SUMMER, base=point)[1]
    assert before.nearest[Level.POINT] == after.nearest[Level.POINT] == Nearest("V2", 0, 0)
    assert after.nearest[Level.STATION] == Nearest("V2", 0, 0)
    assert after.has_point


def test_of_equally_near_sites_the_shorter_way_then_the_lesser_code_wins(mini_sites, mini_roads):
    roads = [
        replace(road, length_m=2300, speed_kmh=38.33) if road.v == "V2" and road.u == "S1" else road
        for road in mini_roads
    ]
    two = find_access(Network("mini", mini_sites, roads), SUMMER)[1]
    assert two.nearest[Level.STATION] == Nearest("S1", 216, 2300)
    roads = [
        replace(road, length_m=2400, speed_kmh=40.0) if road.v == "V2" and road.u == "S1" else road
        for road in mini_roads
    ]
    two = find_access(Network("mini", mini_sites, roads), SUMMER)[1]
    assert two.nearest[Level.STATION] == Nearest("S1", 216, 2400)


def test_ways_have_no_end_where_there_is_no_road(mini_network):
    ways = find_ways(mini_network, SUMMER, ("V1", "V2"), ("C", "S2", "V1"), VehicleSize.TRUCK)
    inf = float("inf")
    assert ways.minutes.tolist() == [[inf, inf, 0.0], [6.6, 3.6, inf]]
    assert ways.km.tolist() == [[inf, inf, 0.0], [5.4, 2.4, inf]]
    with pytest.raises(UnknownSite):
        find_ways(mini_network, SUMMER, ("V1",), ("X",))


def test_every_bad_threshold_is_told():
    with pytest.raises(InvalidInput) as caught:
        Thresholds(point_min=-1.0, centre_min=float("nan"), bands_min=(5.0, 5.0), bands_km=(0.0,))
    pointers = [fault.pointer for fault in caught.value.faults]
    assert pointers == ["/point_min", "/centre_min", "/bands_min", "/bands_km"]


@pytest.mark.parametrize("date", [SUMMER, WINTER, dt.date(2027, 1, 12)])
def test_the_default_county_as_networkx_measures_it(default_county, date):
    graph = nx.Graph()
    graph.add_nodes_from(default_county.sites)
    for road in default_county.roads:
        if not is_closed(road, date):
            seconds = road_seconds(road, winter=is_winter(date))
            graph.add_edge(road.u, road.v, cost=(seconds * 10**9 + road.length_m))
    far = {
        site.code: nx.single_source_dijkstra_path_length(graph, site.code, weight="cost")
        for site in default_county.sites.values()
        if site.tier in (Tier.CENTRE, Tier.STATION)
    }
    found = measure_coverage(default_county, date)
    expected_covered = 0
    for row in found.villages:
        cost, code = min((ways[row.village], code) for code, ways in far.items())
        assert row.nearest[Level.STATION] == Nearest(code, *divmod(cost, 10**9))
        within = sum(ways[row.village] // 10**9 <= 20 * 60 for ways in far.values())
        assert row.covered_by[Level.STATION] == within
        expected_covered += row.population * (within > 0)
    assert found.county.levels[Level.STATION].covered.people == expected_covered
    assert found.county.all == Count(
        253,
        33,
        sum(r.population for r in found.villages if r.unit is Unit.VILLAGE),
        sum(r.population for r in found.villages if r.unit is Unit.COMMUNITY),
    )
    by_township = [summary.all.units for summary in found.townships.values()]
    assert (len(by_township), sum(by_township)) == (17, 286)


def test_a_station_that_opens_never_lowers_coverage(default_county):
    date = SUMMER
    stations = [site.code for site in default_county.tier(Tier.STATION)]
    network = default_county
    for code in stations[::2]:
        network = changed(network, code, closed)
    counts = [find_access(network, date)]
    for code in stations[::2]:
        network = changed(network, code, lambda site: replace(site, life=()))
        counts.append(find_access(network, date))
    for before, after in pairwise(counts):
        for old, new in zip(before, after, strict=True):
            for level in Level:
                assert new.covered_by[level] >= old.covered_by[level]
                assert new.nearest[level].duration_s <= old.nearest[level].duration_s
    assert counts[0] != counts[-1]
