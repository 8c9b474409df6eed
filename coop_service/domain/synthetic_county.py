"""A plausible synthetic county: places, residents and roads about the names of an official list.

Everything works on rows of text, in the columns of a network folder and some notes. What is drawn
comes from the generator passed in, so that the same seed gives the same rows; what is synthetic
says so in its row.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, cycle, islice
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay, QhullError

from coop_service.domain.road_distances import Row

Positions = NDArray[np.float64]
"""Kilometres east and north, shape (sites, 2)."""

NEAREST_SEATS: Final = 4
LEAST_SEAT_KM: Final = 1.0
LONE_SEAT_KM: Final = 6.0
"""Distance to the nearest seats that is assumed where there is no other."""

LEAN: Final = 0.45
REACH: Final = 0.45
"""Villages fill a disc of such a part of the mean distance to the nearest known seats; its middle
leans as far from their own seat towards those, away from the coast."""

VILLAGE_KM2: Final = 5.6
"""Land of a village, as in the default county: 286 on some 1 600 km2."""

SEAT_TRIES: Final = 24
"""Places that a seat without a point is chosen from, the farthest from the others."""

RESIDENTS: Final = {"community": (5000, 0.4), "village": (1550, 0.45)}
"""Median of who lives in a unit, and the standard deviation of its logarithm."""

URBAN_KINDS: Final = ("community", "subdistrict")
CLASS_ZH: Final = {"X": "县道级(合成)", "C": "村道级(合成)", "U": "城区道路(合成)"}
DETOUR: Final = {"X": (1.17, 0.16), "C": (1.25, 0.20), "U": (1.18, 0.0)}
"""Length over straight line in the plain, and what is added in the steepest hills."""

SPEED_KMH: Final = {"X": 40.0, "C": 20.0, "U": 30.0}
SLOWER_IN_HILLS: Final = 0.18
LEAST_KM: Final = 0.1
"""Length of a road between sites that share a point."""

SYNTHETIC_PLACE: Final = "synthetic placement (see SOURCE.md)"


@dataclass(frozen=True)
class Plane:
    """Flat kilometres east and north, good for a region of a few hundred kilometres.

    Attributes:
        middle_lat: degrees.
    """

    middle_lat: float

    @property
    def km_per_degree(self) -> NDArray[np.float64]:
        """East and north."""
        return 111.195 * np.array([math.cos(math.radians(self.middle_lat)), 1.0])

    def to_km(self, places: Sequence[Row]) -> Positions:
        """Positions of rows with ``lon`` and ``lat``."""
        degrees = np.array([[float(place["lon"]), float(place["lat"])] for place in places])
        return np.asarray(degrees.reshape(-1, 2) * self.km_per_degree)

    def place(self, km: NDArray[np.float64]) -> Row:
        """A synthetic position."""
        lon, lat = km / self.km_per_degree
        return {
            "lon": f"{lon:.5f}",
            "lat": f"{lat:.5f}",
            "coord_kind": "synthetic",
            "source": SYNTHETIC_PLACE,
        }


def lay_near(
    rng: np.random.Generator, plane: Plane, km: NDArray[np.float64], known_km: Positions
) -> Row:
    """A synthetic place that a seat at ``km`` serves, among known seats."""
    ways = known_km - km
    apart_km = np.linalg.norm(ways, axis=1)
    nearest = np.argsort(apart_km, kind="stable")
    nearest = nearest[apart_km[nearest] > LEAST_SEAT_KM][:NEAREST_SEATS]
    mean_km = apart_km[nearest].mean() if len(nearest) else LONE_SEAT_KM
    bearing = rng.uniform(0, 2 * math.pi)
    away = REACH * mean_km * math.sqrt(rng.random())
    lean = LEAN * ways[nearest].mean(axis=0) if len(nearest) else np.zeros(2)
    return plane.place(km + lean + away * np.array([math.sin(bearing), math.cos(bearing)]))


def place_seats(rng: np.random.Generator, plane: Plane, seats: Sequence[Row]) -> dict[str, Row]:
    """The seats by code, all with a position and its ``coord_kind``.

    A seat without a point of its own is laid near the one with the nearest code in its county, or
    in all where its county has none.

    Args:
        rng: what is drawn.
        plane: the plane.
        seats: rows with ``code``, ``county``, ``lon``, ``lat``, ``note`` and ``is_taken``, 0 for
            points that are not to be used; at least one is.
    """
    known = [seat for seat in seats if seat["lon"] and seat["is_taken"] == "1"]
    known_km = plane.to_km(known)
    known_codes = {seat["code"] for seat in known}
    placed: dict[str, Row] = {}
    for seat in seats:
        code = seat["code"]
        if code in known_codes:
            place = {"coord_kind": "proxy" if seat["note"].startswith("proxy") else "real"}
        else:
            same = [i for i, other in enumerate(known) if other["county"] == seat["county"]]
            near = min(
                same or range(len(known)),
                key=lambda i: abs(int(known[i]["code"]) - int(code)),
            )
            place = lay_near(rng, plane, known_km[near], known_km)
        placed[code] = seat | place
    return placed


def scatter_seats(
    rng: np.random.Generator,
    plane: Plane,
    middle: tuple[float, float],
    townships: Sequence[Row],
    villages: int,
) -> dict[str, Row]:
    """Seats by code, the first in the middle, the others spread over the land of the villages.

    Each is the farthest from those before it of some places drawn from a disc (best-candidate
    sampling, Mitchell 1991).
    """
    centre = np.array(middle) * plane.km_per_degree
    radius_km = math.sqrt(max(villages, 6 * len(townships)) * VILLAGE_KM2 / math.pi)
    places = [centre]
    for _ in townships[1:]:
        bearing = rng.uniform(0, 2 * math.pi, SEAT_TRIES)
        away = radius_km * np.sqrt(rng.random(SEAT_TRIES))
        tries = centre + np.stack([away * np.sin(bearing), away * np.cos(bearing)], axis=1)
        apart = np.linalg.norm(tries[:, None] - np.array(places)[None], axis=2).min(axis=1)
        places.append(tries[apart.argmax()])
    return {unit["code"]: plane.place(km) for unit, km in zip(townships, places, strict=True)}


def make_nodes(
    rng: np.random.Generator,
    plane: Plane,
    divisions: Sequence[Row],
    seats: Mapping[str, Row],
    centre: Row,
) -> list[Row]:
    """Stations and village points; the lists' own columns follow those of a network folder.

    Args:
        rng: what is drawn.
        plane: the plane.
        divisions: townships and villages as in an official list: ``level``, ``code``, ``name``,
            ``short_name``, ``pinyin``, ``kind``, ``parent_code``, ``parent_name``, ``source``.
        seats: a place for each township, by code.
        centre: ``id`` and ``name`` of the centre that serves all.
    """
    sites = list(seats.values())
    known_km = plane.to_km([seat for seat in sites if seat["coord_kind"] != "synthetic"] or sites)
    residents: Counter[str] = Counter()
    nodes = []
    for unit in divisions:
        code, parent = unit["code"], unit["parent_code"]
        is_village = unit["level"] == "village"
        if is_village:
            place = lay_near(rng, plane, plane.to_km([seats[parent]])[0], known_km)
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
                "parent": parent if is_village else centre["id"],
                "parent_name": unit["parent_name"] if is_village else centre["name"],
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
    neighbourhood graph (Toussaint 1980), which connects all sites. Both are part of the Delaunay
    triangulation, whose edges are the ones looked at; sites at one place share their edges.
    """
    places, at = np.unique(km, axis=0, return_inverse=True)
    members: dict[int, list[int]] = {}
    for site, place in enumerate(at.ravel().tolist()):
        members.setdefault(place, []).append(site)
    for a, b in sorted(_candidates(places)):
        u, v = members[a][0], members[b][0]
        from_u = ((km - km[u]) ** 2).sum(axis=1)
        from_v = ((km - km[v]) ** 2).sum(axis=1)
        if combine(from_u, from_v).min() >= from_u[v]:
            for one in members[a]:
                yield from ((min(one, other), max(one, other)) for other in members[b])
    for shared in members.values():
        yield from combinations(shared, 2)


def _candidates(places: Positions) -> set[tuple[int, int]]:
    """Pairs of different places that may be neighbours."""
    if len(places) > 3:
        try:
            triangles = Delaunay(places).simplices.tolist()
        except QhullError:  # all in one line
            triangles = None
        if triangles is not None:
            return {(min(pair), max(pair)) for each in triangles for pair in combinations(each, 2)}
    return set(combinations(range(len(places)), 2))


def hills_like(plane: Plane, sites: Sequence[Row], roads: Sequence[Row]) -> Callable[..., float]:
    """How hilly it is at a place, 0 to 1: as on the nearest of some roads."""
    km = plane.to_km(sites)
    index = {site["id"]: i for i, site in enumerate(sites)}
    middles = [(km[index[road["u"]]] + km[index[road["v"]]]) / 2 for road in roads]

    def hill(at_km: NDArray[np.float64]) -> float:
        nearest = np.linalg.norm(middles - at_km, axis=1).argmin()
        return float(roads[nearest]["hill"])

    return hill


def made_up_hills(rng: np.random.Generator) -> Callable[..., float]:
    """How hilly it is at a place, 0 to 1: a few long waves across the land, plains in between."""
    bearing = rng.uniform(0, 2 * math.pi, 4)
    waves_km = rng.uniform(25.0, 70.0, 4)
    phase = rng.uniform(0, 2 * math.pi, 4)

    def hill(at_km: NDArray[np.float64]) -> float:
        along = at_km[0] * np.sin(bearing) + at_km[1] * np.cos(bearing)
        height = np.cos(2 * math.pi * along / waves_km + phase).mean()
        return float(np.clip(0.25 + 0.75 * height, 0.0, 1.0))

    return hill


def make_edges(
    plane: Plane, old: Sequence[Row], new: Sequence[Row], hill: Callable[..., float]
) -> list[Row]:
    """Trunk roads between all but villages, local ones between all; none between two old sites."""
    sites = [*old, *new]
    km = plane.to_km(sites)
    hubs = [i for i, site in enumerate(sites) if site["tier"] != "2"]
    trunk = {(hubs[a], hubs[b]) for a, b in proximity_edges(km[hubs], np.add)}
    edges = []
    for u, v in sorted(trunk | set(proximity_edges(km, np.maximum))):
        if v < len(old):
            continue
        is_urban = sites[u]["kind"] in URBAN_KINDS and sites[v]["kind"] in URBAN_KINDS
        road_class = "X" if (u, v) in trunk else "U" if is_urban else "C"
        straight_km = float(np.linalg.norm(km[u] - km[v]))
        hilliness = hill((km[u] + km[v]) / 2)
        edges.append(_edge(sites[u], sites[v], road_class, straight_km, hilliness))
    return edges


def _edge(u: Row, v: Row, road_class: str, straight_km: float, hill: float) -> Row:
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


def repeat_vans(fleet: Sequence[Row], count: int, centre: str, plate: str) -> list[Row]:
    """A fleet, and further vans of its models based at the centre, so many in all."""
    vans: list[Row] = []
    made: Counter[str] = Counter()
    for model in islice(cycle(fleet), count):
        prefix = model["code"].rstrip("0123456789")
        made[prefix] += 1
        van = model | {
            "code": f"{prefix}{made[prefix]:02d}",
            "name": model["name"].rstrip("0123456789号") + f"{made[prefix]}号",
            "plate": f"{plate}·演示{len(vans) + 1:02d}",
        }
        vans.append(van if len(vans) < len(fleet) else van | {"home": centre})
    return vans


def make_up_divisions(townships: int, villages: int, county: str, name: str) -> list[Row]:
    """A list of townships and villages whose names and codes are made up, and say so.

    Codes follow the official pattern: six digits of the county, three of the township, three of
    the village. Villages go to the townships in turn; the first township is the town itself, whose
    units are communities.

    Raises:
        ValueError: there are more than the digits hold, or less than one township.
    """
    if not 1 <= townships <= 899 or not 0 <= villages <= 998 * townships:
        raise ValueError(f"{townships} townships and {villages} villages do not fit the codes")
    source = "made up: no official list was given"
    rows = []
    for number in range(1, townships + 1):
        code, title = f"{county}{100 + number}", f"虚构{number}{'街道' if number == 1 else '镇'}"
        kind = "subdistrict" if number == 1 else "town"
        rows.append(_unit("township", code, title, kind, county, name, source))
        unit = ("community", "社区") if number == 1 else ("village", "村")
        for village in range(number, villages + 1, townships):
            own = f"{code}{200 + village // townships:03d}"
            rows.append(
                _unit("village", own, f"虚构{village}{unit[1]}", unit[0], code, title, source)
            )
    return rows


def _unit(
    level: str, code: str, name: str, kind: str, parent: str, parent_name: str, source: str
) -> Row:
    return {
        "level": level,
        "code": code,
        "name": name,
        "short_name": name,
        "pinyin": "",
        "kind": kind,
        "parent_code": parent,
        "parent_name": parent_name,
        "source": source,
    }
