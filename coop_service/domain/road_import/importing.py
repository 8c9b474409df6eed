"""From mapped ways and a county's sites to the roads between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coop_service.domain.network_faults import SPEED_RANGE_KMH
from coop_service.domain.records import Site, Tier, VehicleSize
from coop_service.domain.road_import.pieces import Piece, split_pieces
from coop_service.domain.road_import.snapping import Snap, find_nearest, split_at
from coop_service.domain.road_import.used import (
    MergedRoads,
    find_used,
    merge_roads,
    points_of,
)
from coop_service.domain.road_import.ways import MappedWays, RoadGraph, make_graph, straight_m
from coop_service.errors import Fault, InvalidInput, both

Line = tuple[tuple[float, float], ...]
"""Positions (lon, lat) in degrees."""

DEFAULT_LIMIT_M: Final = 1000.0
"""Sites farther than this from any road are not taken to lie on it; an assumption."""

TOO_FAR: Final = "too_far"
PARENT_LEFT_OUT: Final = "parent_left_out"


@dataclass(frozen=True)
class SiteOnRoad:
    """A site and the nearest point of a road.

    Attributes:
        site: the site as given.
        distance_m: to the nearest point where a van may stop, infinite without any road.
        lon, lat: that point, degrees.
        road: name or number of the road, if one is known.
        left_out: why the site is not part of the network: ``too_far``, ``parent_left_out``; empty
            for those that are, which are moved to the point.
    """

    site: Site
    distance_m: float
    lon: float
    lat: float
    road: str
    left_out: str = ""


@dataclass(frozen=True)
class Junction:
    """A place where roads meet that is no site."""

    code: str
    lon: float
    lat: float


@dataclass(frozen=True)
class ImportedRoad:
    """A road between two sites or junctions, its course from ``u`` to ``v``.

    Attributes:
        length_m: whole metres, at least 1.
        seconds: at the speeds of its parts.
        one_way_to: ``v`` where it is driven one way only.
        posted_share: share of its length with a posted speed.
        is_limit_posted: whether a posted limit decides ``largest``.
        way_id: number of the way with the longest part.
    """

    u: str
    v: str
    road_class: str
    highway: str
    name: str
    way_id: int
    length_m: int
    seconds: float
    largest: VehicleSize
    one_way_to: str | None
    posted_share: float
    is_limit_posted: bool
    tunnel_m: float
    line: Line

    @property
    def speed_kmh(self) -> float:
        """Mean speed, within what a network takes."""
        low, high = SPEED_RANGE_KMH
        return min(max(self.length_m * 3.6 / max(self.seconds, 1e-3), low), high)


@dataclass(frozen=True)
class RoadImport:
    """What an extract has given.

    Attributes:
        ways: the drivable ways.
        graph: all of their junctions and edges.
        main: the edges of the main network.
        apart: all other edges.
        pieces: what is not part of it.
        sites: the sites in the order given.
        junctions, roads: the network between the sites, empty where there is none.
        reached: by class, how many sites it reaches from the centre and gets back from.
    """

    ways: MappedWays
    graph: RoadGraph
    main: RoadGraph
    apart: RoadGraph
    pieces: tuple[Piece, ...]
    sites: tuple[SiteOnRoad, ...]
    junctions: tuple[Junction, ...]
    roads: tuple[ImportedRoad, ...]
    reached: Mapping[VehicleSize, int]


def import_roads(
    ways: MappedWays,
    sites: Sequence[Site],
    *,
    limit_m: float = DEFAULT_LIMIT_M,
    keep_all: bool = False,
) -> RoadImport:
    """The roads of an extract between a county's sites.

    Sites within the limit are moved to the nearest point of the main network, and the road is
    split there. Those farther away are left out, and with them what they serve. Of the roads those
    are kept that some class of vehicle uses on its fastest way between two sites.

    Args:
        ways: the drivable ways.
        sites: the sites, none for the roads alone.
        limit_m: the limit in metres.
        keep_all: keep the whole main network.

    Raises:
        InvalidInput: the centre is too far from any road.
    """
    graph = make_graph(ways)
    main, apart, pieces = split_pieces(graph)
    found = find_nearest(
        main, np.array([site.lon for site in sites]), np.array([site.lat for site in sites])
    )
    snapped = _judge(sites, found, main, limit_m)
    _refuse_without_centre(snapped, limit_m)
    kept = [i for i, each in enumerate(snapped) if not each.left_out]
    if not kept:
        return RoadImport(ways, graph, main, apart, pieces, snapped, (), (), {})
    kept.sort(key=lambda i: sites[i].tier is not Tier.CENTRE)  # ways are judged from the centre
    split, nodes = split_at(main, [snap for i in kept if (snap := found[i]) is not None])
    used, reached = find_used(split, nodes)
    merged = merge_roads(split if keep_all else split.keep(used), nodes)
    codes = {int(node): sites[i].code for i, node in zip(kept, nodes, strict=True)}
    junctions, roads = _Writer(merged, codes).write()
    return RoadImport(ways, graph, main, apart, pieces, snapped, junctions, roads, reached)


def _judge(
    sites: Sequence[Site], found: Sequence[Snap | None], main: RoadGraph, limit_m: float
) -> tuple[SiteOnRoad, ...]:
    far = {
        site.code
        for site, snap in zip(sites, found, strict=True)
        if snap is None or snap.distance_m > limit_m
    }
    parents = {site.code: site.parent for site in sites}

    def reason(site: Site) -> str:
        if site.code in far:
            return TOO_FAR
        above = site.parent
        while above is not None:
            if above in far:
                return PARENT_LEFT_OUT
            above = parents.get(above)
        return ""

    return tuple(
        SiteOnRoad(site, float("inf"), site.lon, site.lat, "", reason(site))
        if snap is None
        else SiteOnRoad(
            site, snap.distance_m, snap.lon, snap.lat, main.names[main.way[snap.edge]], reason(site)
        )
        for site, snap in zip(sites, found, strict=True)
    )


def _refuse_without_centre(snapped: Sequence[SiteOnRoad], limit_m: float) -> None:
    faults = [
        Fault(
            each.site.code,
            "centre_too_far",
            both(
                f"县级中心距最近道路 {each.distance_m:.0f} 米,超过 {limit_m:.0f} 米;"
                "请核对坐标、数据范围,或放宽距离上限",
                f"the centre is {each.distance_m:.0f} m from the nearest road, more than "
                f"{limit_m:.0f} m: check its position, the extract's area or raise the limit",
            ),
        )
        for each in snapped
        if each.site.tier is Tier.CENTRE and each.left_out
    ]
    if faults:
        raise InvalidInput(faults)


class _Writer:
    """Names junctions, and lays a junction on roads that a network could not tell apart.

    A network has one road between two sites. Of several between the same two, all but the first
    are cut in half, and a road that comes back to where it begins is cut in three.
    """

    def __init__(self, merged: MergedRoads, codes: Mapping[int, str]) -> None:
        self.merged = merged
        self.codes = dict(codes)
        self.junctions: dict[str, Junction] = {}
        self.roads: list[ImportedRoad] = []
        self.pairs: Counter[frozenset[int]] = Counter()
        self.cuts: Counter[int] = Counter()

    def write(self) -> tuple[tuple[Junction, ...], tuple[ImportedRoad, ...]]:
        for road in range(len(self.merged)):
            self._road(road)
        return tuple(self.junctions.values()), tuple(self.roads)

    def _road(self, road: int) -> None:
        u, v = int(self.merged.chains.u[road]), int(self.merged.chains.v[road])
        pair = frozenset((u, v))
        self.pairs[pair] += 1
        pieces = 3 if u == v else 2 if self.pairs[pair] > 1 else 1
        graph = self.merged.graph
        points = points_of(self.merged, road)
        lines = cut_line(graph.lon[points], graph.lat[points], pieces)
        way = int(graph.way_id[graph.way[self.merged.main_edge[road]]])
        codes = [self._code(u), *(self._cut(way, line[-1]) for line in lines[:-1]), self._code(v)]
        total_m = float(self.merged.length_m[road])
        edges = [round(total_m * i / pieces) for i in range(pieces + 1)]
        for i, line in enumerate(lines):
            length_m = max(1, edges[i + 1] - edges[i])
            self.roads.append(self._piece(road, codes[i], codes[i + 1], way, length_m, line))

    def _piece(
        self, road: int, u: str, v: str, way: int, length_m: int, line: Line
    ) -> ImportedRoad:
        merged, graph = self.merged, self.merged.graph
        main = int(merged.main_edge[road])
        rule = graph.rules[graph.rule[main]]
        total_m = float(merged.length_m[road])
        share = length_m / total_m if total_m > 0 else 0.0
        seconds = float(merged.seconds[road]) * share
        if total_m < 1:  # sites at one place, a metre apart so that there is a road at all
            seconds = length_m * 3.6 / rule.speed_kmh
        return ImportedRoad(
            u=u,
            v=v,
            road_class=rule.road_class,
            highway=rule.highway,
            name=graph.names[graph.way[main]],
            way_id=way,
            length_m=length_m,
            seconds=seconds,
            largest=tuple(VehicleSize)[int(merged.largest[road])],
            one_way_to=v if merged.is_one_way[road] else None,
            posted_share=float(merged.posted_m[road]) / total_m if total_m > 0 else 0.0,
            is_limit_posted=bool(merged.is_limited[road]),
            tunnel_m=min(float(merged.tunnel_m[road]), total_m) * share,
            line=line,
        )

    def _code(self, node: int) -> str:
        """A site's own code, or that of the junction at a node."""
        if node not in self.codes:
            graph = self.merged.graph
            place = float(graph.lon[node]), float(graph.lat[node])
            self.codes[node] = self._name(f"osm-{graph.node_id[node]}", place)
        return self.codes[node]

    def _cut(self, way: int, place: tuple[float, float]) -> str:
        self.cuts[way] += 1
        return self._name(f"osm-w{way}-{self.cuts[way]}", place)

    def _name(self, code: str, place: tuple[float, float]) -> str:
        # A node that no van gets past stands for several ends of roads.
        name, number = code, 1
        while name in self.junctions:
            number += 1
            name = f"{code}.{number}"
        self.junctions[name] = Junction(name, round(place[0], 7), round(place[1], 7))
        return name


def cut_line(lon: NDArray[np.float64], lat: NDArray[np.float64], pieces: int) -> tuple[Line, ...]:
    """A line cut into pieces of equal length."""
    steps = straight_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    along = np.concatenate([[0.0], np.cumsum(steps)])
    cuts = along[-1] * np.arange(pieces + 1) / pieces
    lines = []
    for start, end in pairwise(cuts.tolist()):
        inner = along[(along > start) & (along < end)]
        at = np.concatenate([[start], inner, [end]])
        xs, ys = np.interp(at, along, lon).tolist(), np.interp(at, along, lat).tolist()
        lines.append(tuple(zip(xs, ys, strict=True)))
    return tuple(lines)
