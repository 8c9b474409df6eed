"""Make the network folder of all 营口 from the default county's and lists of the other five.

SOURCE_FOLDER holds divisions_*.csv (names and codes of the townships and villages of the other
county and the four districts) and township_seats_yingkou.csv (positions of their seats); every
column of both is kept. The default county's sites and roads are taken over as they are, and its
centre serves all. Where the other villages lie, who lives there and how the roads run is synthetic,
drawn from one fixed seed and marked in every row; SOURCE.md of the output folder, which this script
does not touch, says how.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path

import click
import networkx as nx
import numpy as np
from make_default_network import CENTRE, Row, make_road, make_site, read_rows, write_rows
from numpy.typing import NDArray

Positions = NDArray[np.float64]
"""Kilometres east and north, shape (sites, 2)."""

SEED = 2108
VANS = 75

DEFAULT_FOLDER = Path(__file__).parents[1] / "network_data" / "dashiqiao"
DIVISIONS = "divisions_*.csv"
SEATS = "township_seats_yingkou.csv"
CENTRE_NAME = "大石桥市"

MIDDLE_LAT = 40.4
KM_PER_DEGREE = 111.195 * np.array([math.cos(math.radians(MIDDLE_LAT)), 1.0])
"""Flat kilometres east and north, good for a region of this size."""

NAMESAKES = {"210802007": "GeoNames 7886741 lies 20 km outside the district: not taken"}
SHARED_POINTS = {"210811001": "proxy: 边城镇, whose name the GeoNames point bears"}
"""What is wrong with points in the list of seats, by township."""

NEAREST_SEATS = 4
LEAST_SEAT_KM = 1.0
LEAN = 0.45
REACH = 0.45
"""Villages fill a disc of such a part of the mean distance to the nearest known seats; its middle
leans as far from their own seat towards those, away from the coast."""

RESIDENTS = {"community": (5000, 0.4), "village": (1550, 0.45)}
"""Median of who lives in a unit, and the standard deviation of its logarithm."""

URBAN_KINDS = ("community", "subdistrict")
CLASS_ZH = {"X": "县道级(合成)", "C": "村道级(合成)", "U": "城区道路(合成)"}
DETOUR = {"X": (1.17, 0.16), "C": (1.25, 0.20), "U": (1.18, 0.0)}
"""Length over straight line in the plain, and what is added in the steepest hills."""

SPEED_KMH = {"X": 40.0, "C": 20.0, "U": 30.0}
SLOWER_IN_HILLS = 0.18
LEAST_KM = 0.1
"""Length of a road between sites that share a point."""


def to_km(places: Sequence[Row]) -> Positions:
    degrees = np.array([[float(place["lon"]), float(place["lat"])] for place in places])
    return degrees * KM_PER_DEGREE


def lay_near(rng: np.random.Generator, km: NDArray[np.float64], known_km: Positions) -> Row:
    """A synthetic place that a seat at ``km`` serves, among known seats."""
    ways = known_km - km
    apart_km = np.linalg.norm(ways, axis=1)
    nearest = np.argsort(apart_km, kind="stable")
    nearest = nearest[apart_km[nearest] > LEAST_SEAT_KM][:NEAREST_SEATS]
    bearing = rng.uniform(0, 2 * math.pi)
    away = REACH * apart_km[nearest].mean() * math.sqrt(rng.random())
    lean = LEAN * ways[nearest].mean(axis=0)
    lon, lat = (km + lean + away * np.array([math.sin(bearing), math.cos(bearing)])) / KM_PER_DEGREE
    return {
        "lon": f"{lon:.5f}",
        "lat": f"{lat:.5f}",
        "coord_kind": "synthetic",
        "source": "synthetic placement (see SOURCE.md)",
    }


def place_seats(rng: np.random.Generator, seats: Sequence[Row]) -> dict[str, Row]:
    """The seats by code, all with a position and its ``coord_kind``.

    A seat without a point of its own is laid near the one with the nearest code in its county.
    """
    known = [seat for seat in seats if seat["lon"] and seat["code"] not in NAMESAKES]
    known_km = to_km(known)
    known_codes = {seat["code"] for seat in known}
    placed: dict[str, Row] = {}
    for seat in seats:
        code = seat["code"]
        note = NAMESAKES.get(code) or SHARED_POINTS.get(code) or seat["note"]
        if code in known_codes:
            place = {"coord_kind": "proxy" if note.startswith("proxy") else "real"}
        else:
            near = min(
                (i for i, other in enumerate(known) if other["county"] == seat["county"]),
                key=lambda i: abs(int(known[i]["code"]) - int(code)),
            )
            place = lay_near(rng, known_km[near], known_km)
        placed[code] = seat | place | {"note": note}
    return placed


def make_nodes(
    rng: np.random.Generator, divisions: Sequence[Row], seats: Mapping[str, Row]
) -> list[Row]:
    """Stations and village points; the lists' own columns follow those of the default county."""
    known_km = to_km([seat for seat in seats.values() if seat["coord_kind"] != "synthetic"])
    residents: Counter[str] = Counter()
    nodes = []
    for unit in divisions:
        code, parent = unit["code"], unit["parent_code"]
        is_village = unit["level"] == "village"
        if is_village:
            place = lay_near(rng, to_km([seats[parent]])[0], known_km)
            median, spread = RESIDENTS[unit["kind"]]
            residents[code] = round(rng.lognormal(math.log(median), spread))
            residents[parent] += residents[code]
        else:
            place = seats[code]
        nodes.append(
            {
                "id": code,
                "name": unit["short_name"],
                "pinyin": unit["pinyin"],
                "tier": "2" if is_village else "1",
                "kind": unit["kind"],
                "parent": parent if is_village else CENTRE,
                "parent_name": unit["parent_name"] if is_village else CENTRE_NAME,
                "lon": place["lon"],
                "lat": place["lat"],
                "crs": "WGS-84",
                "coord_kind": place["coord_kind"],
                "population_kind": "synthetic draw (see SOURCE.md)",
                "source": f"{place['source']}; name and code from {unit['source']}",
                "level": unit["level"],
                "official_name": unit["name"],
                "official_parent": parent,
                "official_parent_name": unit["parent_name"],
                "geonameid": place.get("geonameid", ""),
                "geonames_name": place.get("geonames_name", ""),
                "note": place.get("note", ""),
            }
        )
    return [node | {"population": str(residents[node["id"]])} for node in nodes]


def proximity_edges(km: Positions, combine: np.ufunc) -> Iterator[tuple[int, int]]:
    """Pairs that no third site lies between, by how it combines its two squared distances.

    ``np.add`` gives the Gabriel graph (Gabriel & Sokal 1969), ``np.maximum`` the relative
    neighbourhood graph (Toussaint 1980), which connects all sites.
    """
    squares = ((km[:, None] - km) ** 2).sum(axis=2)
    for u, direct in enumerate(squares):
        over_third = combine(direct, squares).min(axis=1)
        yield from ((u, int(v)) for v in np.flatnonzero(over_third >= direct) if v > u)


def make_edges(old: Sequence[Row], old_edges: Sequence[Row], new: Sequence[Row]) -> list[Row]:
    """Trunk roads between all but villages, local ones between all; none between two old sites."""
    sites = [*old, *new]
    km = to_km(sites)
    hubs = [i for i, site in enumerate(sites) if site["tier"] != "2"]
    trunk = {(hubs[a], hubs[b]) for a, b in proximity_edges(km[hubs], np.add)}
    pairs = sorted(trunk | set(proximity_edges(km, np.maximum)))
    index = {site["id"]: i for i, site in enumerate(sites)}
    middles = [(km[index[edge["u"]]] + km[index[edge["v"]]]) / 2 for edge in old_edges]
    edges = []
    for u, v in pairs:
        if v < len(old):
            continue
        nearest = np.linalg.norm(middles - (km[u] + km[v]) / 2, axis=1).argmin()
        hill = float(old_edges[nearest]["hill"])
        is_urban = sites[u]["kind"] in URBAN_KINDS and sites[v]["kind"] in URBAN_KINDS
        road_class = "X" if (u, v) in trunk else "U" if is_urban else "C"
        straight_km = float(np.linalg.norm(km[u] - km[v]))
        edges.append(make_edge(sites[u], sites[v], road_class, straight_km, hill))
    return edges


def make_edge(u: Row, v: Row, road_class: str, straight_km: float, hill: float) -> Row:
    plain, steeper = DETOUR[road_class]
    length_km = max(LEAST_KM, straight_km * (plain + steeper * hill))
    speed_kmh = SPEED_KMH[road_class] * (1 - SLOWER_IN_HILLS * hill)
    return {
        "u": u["id"],
        "v": v["id"],
        "u_name": u["name"],
        "v_name": v["name"],
        "road_class": road_class,
        "class_zh": CLASS_ZH[road_class],
        "straight_km": f"{straight_km:.3f}",
        "length_km": f"{length_km:.3f}",
        "speed_kmh": f"{speed_kmh:.1f}",
        "minutes": f"{60 * length_km / speed_kmh:.2f}",
        "hill": f"{hill:.2f}",
        "synthetic": "1",
        "source": "synthetic graph (see SOURCE.md)",
    }


def with_road_distances(nodes: Sequence[Row], roads: Sequence[Row]) -> list[Row]:
    """The nodes with the default county's columns of shortest ways, each by its own measure."""
    graph = nx.Graph()
    for road in roads:
        graph.add_edge(
            road["u"], road["v"], km=float(road["length_km"]), minutes=float(road["minutes"])
        )
    km = {
        start: nx.single_source_dijkstra_path_length(graph, start, weight="km")
        for start in {CENTRE, *(node["parent"] for node in nodes)}
    }
    minutes = nx.single_source_dijkstra_path_length(graph, CENTRE, weight="minutes")
    return [
        node
        | {
            "road_km_from_centre": f"{km[CENTRE][node['id']]:.2f}",
            "road_min_from_centre": f"{minutes[node['id']]:.1f}",
            "road_km_from_parent": f"{km[node['parent']][node['id']]:.2f}",
        }
        for node in nodes
    ]


def make_vans(fleet: Sequence[Row]) -> list[Row]:
    """The default county's fleet, and further vans of its models based at the centre."""
    vans: list[Row] = []
    made: Counter[str] = Counter()
    for model in islice(cycle(fleet), VANS):
        prefix = model["code"].rstrip("0123456789")
        made[prefix] += 1
        van = model | {
            "code": f"{prefix}{made[prefix]:02d}",
            "name": model["name"].rstrip("0123456789号") + f"{made[prefix]}号",
            "plate": f"辽H·演示{len(vans) + 1:02d}",
        }
        vans.append(van if len(vans) < len(fleet) else van | {"home": CENTRE})
    return vans


def in_columns(rows: Sequence[Row]) -> list[Row]:
    """All rows with the columns of all, empty where a row has none."""
    columns = dict.fromkeys((name for row in rows for name in row), "")
    return [columns | row for row in rows]


@click.command(help=__doc__)
@click.argument("source_folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("out_folder", type=click.Path(file_okay=False, path_type=Path))
def main(source_folder: Path, out_folder: Path) -> None:
    rng = np.random.default_rng(SEED)
    paths = sorted(source_folder.glob(DIVISIONS))
    divisions = [row for path in paths for row in read_rows(path)]
    old_sites, old_roads, fleet = (
        read_rows(DEFAULT_FOLDER / name) for name in ("sites.csv", "roads.csv", "vehicles.csv")
    )
    nodes = make_nodes(rng, divisions, place_seats(rng, read_rows(source_folder / SEATS)))
    roads = [*old_roads, *map(make_road, make_edges(old_sites, old_roads, nodes))]
    sites = [*old_sites, *map(make_site, with_road_distances(nodes, roads))]

    out_folder.mkdir(parents=True, exist_ok=True)
    tables = {"sites.csv": in_columns(sites), "roads.csv": roads, "vehicles.csv": make_vans(fleet)}
    for name, rows in tables.items():
        write_rows(out_folder / name, rows)
        click.echo(f"{out_folder / name}: {len(rows)}")


if __name__ == "__main__":
    main()
