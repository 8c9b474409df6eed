"""`scripts/make_network.py`: counties that hang together, add up, and come again by their seed."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from coop_service.domain.network_faults import straight_line_m
from coop_service.domain.records import CoordKind, Tier
from coop_service.domain.synthetic_county import make_up_divisions, proximity_edges
from coop_service.files.network_folder import NetworkFolder, read_network_folder
from coop_service.files.tables import in_columns, write_rows
from scripts.make_network import main, make_tables

NETWORKS = Path(__file__).parents[1] / "network_data"
LISTS = NETWORKS / "lists"
SEATS = ("--seats", LISTS / "township_seats_yingkou.csv")


def run(*arguments: object) -> None:
    ran = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert ran.exit_code == 0, ran.output


def made(folder: Path, *options: object) -> NetworkFolder:
    run(folder, *options)
    return read_network_folder(folder)


def children(read: NetworkFolder, parent: str) -> list[int]:
    return [site.population for site in read.sites if site.parent == parent]


@given(st.integers(1, 6), st.integers(0, 30), st.integers(0, 10_000))
@settings(deadline=None, max_examples=40)
def test_a_made_up_county_of_any_size_is_sound_and_adds_up(
    tmp_path_factory: pytest.TempPathFactory, townships: int, villages: int, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("county")
    units = make_up_divisions(townships, villages, "990000", "虚构县")
    for name, rows in make_tables(units, [], None, seed).items():
        write_rows(folder / f"{name}.csv", rows, list(in_columns(rows)[0]))
    read = read_network_folder(folder)  # connected, hierarchy and lengths in order
    assert len(read.sites) == 1 + townships + villages
    for site in read.sites:
        assert site.coord_kind is CoordKind.SYNTHETIC
        assert site.population_kind.startswith("synthetic")
        assert site.tier is Tier.CENTRE or "made up" in site.source
        if site.tier is not Tier.VILLAGE_POINT:
            assert site.population == sum(children(read, site.code))
    assert all(road.synthetic and "synthetic" in road.source for road in read.roads)
    assert all(van.default_costs for van in read.vans)
    assert {van.home for van in read.vans} == {read.sites[0].code}


@pytest.mark.parametrize(
    "options",
    [
        ("--townships", 5, "--villages", 60),
        ("--divisions", LISTS / "divisions_210804.csv", *SEATS),
    ],
)
def test_the_same_seed_gives_the_same_bytes_and_another_other_places(
    tmp_path: Path, options: tuple[object, ...]
) -> None:
    for name, seed in (("one", 5), ("two", 5), ("other", 6)):
        run(tmp_path / name, *options, "--seed", seed)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    one, other = ((tmp_path / name / "sites.csv").read_bytes() for name in ("one", "other"))
    assert one != other


def test_all_yingkou_comes_again_byte_for_byte(tmp_path: Path) -> None:
    lists = [part for path in sorted(LISTS.glob("divisions_*")) for part in ("--divisions", path)]
    base = ("--base", NETWORKS / "dashiqiao", "--seed", 2108, "--vans", 75, "--middle-lat", 40.4)
    run(tmp_path, *lists, *SEATS, *base)
    for name in ("sites", "roads", "vehicles"):
        shipped = NETWORKS / "yingkou" / f"{name}.csv"
        assert (tmp_path / f"{name}.csv").read_bytes() == shipped.read_bytes()


def test_a_county_of_real_names_keeps_them_and_its_real_seats(tmp_path: Path) -> None:
    read = made(tmp_path, "--divisions", LISTS / "divisions_210881.csv", *SEATS)
    centre = read.sites[0]
    assert (centre.code, centre.name, centre.tier) == ("210881", "盖州市", Tier.CENTRE)
    assert centre.coord_kind is CoordKind.PROXY
    stations = [site for site in read.sites if site.tier is Tier.STATION]
    villages = [site for site in read.sites if site.tier is Tier.VILLAGE_POINT]
    assert (len(stations), len(villages)) == (27, 301)
    assert all("china-division" in site.source for site in (*stations, *villages))
    assert sum(site.coord_kind is CoordKind.REAL for site in stations) == 24
    source = (tmp_path / "SOURCE.md").read_text(encoding="utf-8")
    assert "© GeoNames, CC BY 4.0" in source
    assert "SYNTHETIC" in source


def test_ways_are_as_much_longer_than_straight_lines_as_roads_are(tmp_path: Path) -> None:
    read = made(tmp_path, "--townships", 15, "--villages", 300, "--seed", 3)
    graph = nx.Graph()
    graph.add_weighted_edges_from((road.u, road.v, road.length_m) for road in read.roads)
    centre = read.sites[0]
    way_m = nx.single_source_dijkstra_path_length(graph, centre.code)
    ratios = [
        way_m[site.code] / straight_line_m(centre, site)
        for site in read.sites[1:]
        if straight_line_m(centre, site) > 3000
    ]
    assert 1.2 < np.median(ratios) < 1.6
    assert np.quantile(ratios, 0.9) < 2.0
    assert min(ratios) >= 1.0
    parents = [site for site in read.sites if site.tier is Tier.VILLAGE_POINT]
    sites = {site.code: site for site in read.sites}
    away_km = [straight_line_m(site, sites[site.parent or ""]) / 1000 for site in parents]
    assert 1.0 < np.median(away_km) < 6.0


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=14))
@settings(deadline=None, max_examples=200)
def test_neighbours_are_those_with_no_third_between(places: list[tuple[int, int]]) -> None:
    # Bent off the grid, where many sites would be exactly between two others.
    km = np.array([(x + 0.013 * y * y, y + 0.017 * x * x) for x, y in places], dtype=float)
    for combine, worst in ((np.add, sum), (np.maximum, max)):
        expected = {
            (u, v)
            for u in range(len(km))
            for v in range(u + 1, len(km))
            if all(
                worst((((km[u] - w) ** 2).sum(), ((km[v] - w) ** 2).sum()))
                >= ((km[u] - km[v]) ** 2).sum()
                for w in km
            )
        }
        assert set(proximity_edges(km, combine)) == expected


def test_lists_that_do_not_fit_together_are_refused_with_every_fault(tmp_path: Path) -> None:
    heading = "level,code,name,short_name,pinyin,kind,parent_code,parent_name,source\n"
    path = tmp_path / "list.csv"
    path.write_text(
        heading
        + "township,990000101,甲镇,甲镇,,town,990000,虚构县,test\n"
        + "village,990000101201,甲村,甲村,,village,990000101,甲镇,test\n"
        + "village,990000101201,乙村,乙村,,village,990000102,乙镇,test\n"
        + "county,990000,虚构县,虚构县,,county,,,test\n",
        encoding="utf-8",
    )
    ran = CliRunner().invoke(main, [str(tmp_path / "out"), "--divisions", str(path)])
    assert ran.exit_code == 2
    for told in ("code twice: 990000101201", "not listed: 990000102", "990000: level"):
        assert told in ran.output
    ran = CliRunner().invoke(main, [str(tmp_path / "out"), "--townships", "1", "--villages", "999"])
    assert ran.exit_code == 2
    assert "do not fit the codes" in ran.output


def test_a_source_note_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "SOURCE.md").write_text("mine", encoding="utf-8")
    run(tmp_path, "--townships", 2, "--villages", 4)
    assert (tmp_path / "SOURCE.md").read_text(encoding="utf-8") == "mine"
