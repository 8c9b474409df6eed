"""Sites brought to the nearest point of a road, which is split there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from coop_service.domain.network_faults import EARTH_RADIUS_M
from coop_service.domain.road_import.ways import RoadGraph, straight_m

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

M_PER_DEGREE: Final = np.pi / 180 * EARTH_RADIUS_M

SAME_PLACE_M: Final = 0.5
"""Nearer than this to a junction a site counts as standing at it."""


@dataclass(frozen=True)
class Snap:
    """Where a site meets the roads.

    Attributes:
        edge: the edge.
        segment: which of its straight pieces, from 0 on.
        share: how far along that piece, 0 to 1.
        distance_m: from the site to there.
        lon, lat: the place, degrees.
    """

    edge: int
    segment: int
    share: float
    distance_m: float
    lon: float
    lat: float


def find_nearest(graph: RoadGraph, lon: Floats, lat: Floats) -> tuple[Snap | None, ...]:
    """The nearest point where a van may stop, for each position; None without any road.

    Distances are taken in the plane that touches the sphere at the site, which is exact to a
    thousandth within some tens of kilometres.
    """
    stops = np.array([rule.takes_stops for rule in graph.rules], dtype=bool)
    edges = np.flatnonzero(stops[graph.rule])
    if not len(edges):
        return (None,) * len(lon)
    lines = _Lines(graph, edges)
    return tuple(lines.nearest(x, y) for x, y in zip(lon.tolist(), lat.tolist(), strict=True))


class _Lines:
    """The straight pieces of roads, in the order of the latitudes of their middles."""

    def __init__(self, graph: RoadGraph, edges: Ints) -> None:
        counts = np.diff(graph.starts)[edges] - 1
        edge = np.repeat(edges, counts)
        segment = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        at = graph.starts[edge] + segment
        a, b = graph.points[at], graph.points[at + 1]
        middle = (graph.lat[a] + graph.lat[b]) / 2
        order = np.argsort(middle, kind="stable")
        self.edge, self.segment, self.middle = edge[order], segment[order], middle[order]
        a, b = a[order], b[order]
        self.lon_a, self.lat_a = graph.lon[a], graph.lat[a]
        self.lon_b, self.lat_b = graph.lon[b], graph.lat[b]
        self.half = float(np.abs(self.lat_a - self.lat_b).max() / 2)
        self.squeeze = float(np.cos(np.radians(self.middle.mean())))
        self.ends = KDTree(np.stack([self.lon_a * self.squeeze, self.lat_a], axis=1))

    def nearest(self, lon: float, lat: float) -> Snap:
        _, close = self.ends.query((lon * self.squeeze, lat))
        far_m = float(
            straight_m(*(np.array([d]) for d in (lon, lat, self.lon_a[close], self.lat_a[close])))[
                0
            ]
        )
        # No farther than the nearest end, give or take what the plane distorts.
        reach = 1.01 * far_m / M_PER_DEGREE + 1e-9
        low, high = np.searchsorted(
            self.middle, (lat - reach - self.half, lat + reach + self.half), side="left"
        )
        high = max(high, low + 1)
        squeeze = np.cos(np.radians(lat))
        wide = reach / max(squeeze, 1e-9)
        span = slice(low, high)
        near = low + np.flatnonzero(
            (np.minimum(self.lon_a[span], self.lon_b[span]) <= lon + wide)
            & (np.maximum(self.lon_a[span], self.lon_b[span]) >= lon - wide)
        )
        ax, ay = (self.lon_a[near] - lon) * squeeze, self.lat_a[near] - lat
        bx, by = (self.lon_b[near] - lon) * squeeze, self.lat_b[near] - lat
        along_x, along_y = bx - ax, by - ay
        square = np.maximum(along_x**2 + along_y**2, 1e-300)
        share = np.clip(-(ax * along_x + ay * along_y) / square, 0.0, 1.0)
        gap = np.hypot(ax + share * along_x, ay + share * along_y)
        best = int(gap.argmin())
        i, part = int(near[best]), float(share[best])
        return Snap(
            int(self.edge[i]),
            int(self.segment[i]),
            part,
            float(gap[best]) * M_PER_DEGREE,
            float(self.lon_a[i] + part * (self.lon_b[i] - self.lon_a[i])),
            float(self.lat_a[i] + part * (self.lat_b[i] - self.lat_a[i])),
        )


def split_at(graph: RoadGraph, snaps: Sequence[Snap]) -> tuple[RoadGraph, Ints]:
    """The graph with a node of its own for each snap; each edge's parts add up to its length.

    Between a junction and a site that stands at it, and between sites at one place, there is an
    edge of (nearly) no length that is driven both ways.

    Returns:
        The graph, the new edges last, and the node of each snap, shape (snaps,).
    """
    nodes = len(graph.lon)
    site_node = nodes + np.arange(len(snaps))
    lon = np.concatenate([graph.lon, [snap.lon for snap in snaps]])
    lat = np.concatenate([graph.lat, [snap.lat for snap in snaps]])
    node_id = np.concatenate([graph.node_id, np.zeros(len(snaps), dtype=np.int64)])
    graph = replace(graph, lon=lon, lat=lat, node_id=node_id)
    by_edge: dict[int, list[int]] = {}
    for i, snap in enumerate(snaps):
        by_edge.setdefault(snap.edge, []).append(i)
    parts: list[tuple[int, list[int], float, float, bool]] = []
    for edge, on_edge in sorted(by_edge.items()):
        on_edge.sort(key=lambda i: (snaps[i].segment, snaps[i].share, i))
        parts += _parts(graph, edge, [(snaps[i], int(site_node[i])) for i in on_edge])
    whole = np.setdiff1d(np.arange(len(graph)), np.array(list(by_edge), dtype=np.int64))
    kept = graph.keep(whole)
    return _with_parts(kept, graph, parts), site_node


def _parts(
    graph: RoadGraph, edge: int, stops: Sequence[tuple[Snap, int]]
) -> list[tuple[int, list[int], float, float, bool]]:
    """An edge cut at the stops: edge, points, length, seconds, one way or not, of each part."""
    points = graph.points_of(edge).tolist()
    here = np.array(points[:-1]), np.array(points[1:])
    lengths = straight_m(
        graph.lon[here[0]], graph.lat[here[0]], graph.lon[here[1]], graph.lat[here[1]]
    )
    before = np.concatenate([[0.0], np.cumsum(lengths)])
    total = float(graph.length_m[edge])
    # Measured along the edge, scaled so that the last one ends where the edge does.
    scale = total / before[-1] if before[-1] > 0 else 1.0
    pace = float(graph.seconds[edge]) / total if total > 0 else 0.0
    cuts = [(0.0, 1, points[0])]  # place along the edge, next of its own points, node
    for snap, node in stops:
        at = (before[snap.segment] + snap.share * lengths[snap.segment]) * scale
        cuts.append((float(at), snap.segment + 1, node))
    cuts.append((total, len(points) - 1, points[-1]))
    parts = []
    for (start, first, node), (end, last, other) in pairwise(cuts):
        length = end - start
        is_one_way = bool(graph.is_one_way[edge]) and length >= SAME_PLACE_M
        nodes = [node, *points[first:last], other]
        parts.append((edge, nodes, length, length * pace, is_one_way))
    return parts


def _with_parts(
    kept: RoadGraph, graph: RoadGraph, parts: Sequence[tuple[int, list[int], float, float, bool]]
) -> RoadGraph:
    edges = np.array([part[0] for part in parts], dtype=np.int64)
    points = [part[1] for part in parts]
    sizes = np.array([len(each) for each in points], dtype=np.int64)
    return replace(
        kept,
        u=np.concatenate([kept.u, np.array([each[0] for each in points], dtype=np.int64)]),
        v=np.concatenate([kept.v, np.array([each[-1] for each in points], dtype=np.int64)]),
        length_m=np.concatenate([kept.length_m, [part[2] for part in parts]]),
        seconds=np.concatenate([kept.seconds, [part[3] for part in parts]]),
        rule=np.concatenate([kept.rule, graph.rule[edges]]),
        way=np.concatenate([kept.way, graph.way[edges]]),
        is_one_way=np.concatenate(
            [kept.is_one_way, np.array([part[4] for part in parts], dtype=bool)]
        ),
        starts=np.concatenate([kept.starts, kept.starts[-1] + np.cumsum(sizes)]),
        points=np.concatenate(
            [kept.points, np.array([node for each in points for node in each], dtype=np.int64)]
        ),
    )
