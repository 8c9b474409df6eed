"""The roads that matter between sites: those on a fastest way, merged over what only passes by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from coop_service.domain.records import VehicleSize
from coop_service.domain.road_import.chains import Chains, join_chains
from coop_service.domain.road_import.ways import RoadGraph

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

AT_ONCE: Final = 16
"""Sites whose ways are searched at once; what a search holds grows with it."""

LEAST_S: Final = 1e-6
"""Time of an edge without length, which a sparse matrix could not tell from no edge."""


@dataclass(frozen=True)
class MergedRoads:
    """Roads between junctions and sites that differ in what they are made of.

    Attributes:
        graph: where the roads come from.
        chains: the edges of each road, in order.
        length_m, seconds: of each road, shape (roads,).
        is_one_way: from its first end to its last only, shape (roads,).
        largest: rank of the largest class on all of it, shape (roads,).
        main_edge: its longest edge, which gives class, name and way, shape (roads,).
        posted_m: metres with a posted speed, shape (roads,).
        tunnel_m: metres under ground, shape (roads,).
        is_limited: whether a posted limit decides ``largest``, shape (roads,).
    """

    graph: RoadGraph
    chains: Chains
    length_m: Floats
    seconds: Floats
    is_one_way: Flags
    largest: Ints
    main_edge: Ints
    posted_m: Floats
    tunnel_m: Floats
    is_limited: Flags

    def __len__(self) -> int:
        return len(self.length_m)


@dataclass(frozen=True)
class _Arcs:
    """Edges in the directions that a class may drive, one fastest between any two nodes."""

    matrix: csr_array
    keys: Ints
    edge: Ints


def find_used(graph: RoadGraph, sites: Ints) -> tuple[Ints, dict[VehicleSize, int]]:
    """Edges on the fastest ways that each class has between sites.

    Args:
        graph: the roads.
        sites: nodes of the sites.

    Returns:
        The edges, in their order; and by class the number of sites that it reaches from the
        first site and gets back from.
    """
    used = np.zeros(len(graph), dtype=bool)
    reached: dict[VehicleSize, int] = {}
    largest = np.array([rule.largest.rank for rule in graph.rules])[graph.rule]
    allowed_before: Flags | None = None
    nodes, places = np.unique(np.concatenate([graph.u, graph.v, sites]), return_inverse=True)
    u, v = places[: len(graph)], places[len(graph) : 2 * len(graph)]
    stops = places[2 * len(graph) :]
    count = 0
    for size in VehicleSize:
        allowed = largest >= size.rank
        if allowed_before is None or not np.array_equal(allowed, allowed_before):
            arcs = _arcs(graph, u, v, np.flatnonzero(allowed), len(nodes))
            count = _mark(arcs, stops, used)
        reached[size], allowed_before = count, allowed
    return np.flatnonzero(used), reached


def _arcs(graph: RoadGraph, u: Ints, v: Ints, allowed: Ints, nodes: int) -> _Arcs:
    back = allowed[~graph.is_one_way[allowed]]
    tail = np.concatenate([u[allowed], v[back]])
    head = np.concatenate([v[allowed], u[back]])
    edge = np.concatenate([allowed, back])
    seconds = np.maximum(graph.seconds[edge], LEAST_S)
    order = np.lexsort((graph.length_m[edge], seconds, head, tail))
    keys = tail[order] * nodes + head[order]
    is_first = np.diff(keys, prepend=-1) > 0
    order, keys = order[is_first], keys[is_first]
    matrix = csr_array((seconds[order], (tail[order], head[order])), shape=(nodes, nodes))
    return _Arcs(matrix, keys, edge[order])


def _mark(arcs: _Arcs, stops: Ints, used: Flags) -> int:
    """Mark the edges on the fastest ways; how many stops the first reaches and is reached from."""
    nodes = arcs.matrix.shape[0]
    there: Flags = np.zeros(len(stops), dtype=bool)
    back: Flags = np.zeros(len(stops), dtype=bool)
    is_used = np.zeros(len(arcs.edge), dtype=bool)
    for first in range(0, len(stops), AT_ONCE):
        sources = stops[first : first + AT_ONCE]
        seconds, before = dijkstra(arcs.matrix, indices=sources, return_predecessors=True)
        if first == 0:
            there = np.isfinite(seconds[0, stops])
        back[first : first + AT_ONCE] = np.isfinite(seconds[:, stops[0]])
        for way in before:
            on_way = _backwards(way, stops)
            is_used[np.searchsorted(arcs.keys, way[on_way].astype(np.int64) * nodes + on_way)] = (
                True
            )
    used[arcs.edge[is_used]] = True
    return int((there & back).sum())


def _backwards(before: NDArray[np.int32], stops: Ints) -> Ints:
    """All nodes but the source on the ways from it to the stops."""
    seen = np.zeros(len(before), dtype=bool)
    front = np.unique(stops[before[stops] >= 0])
    while len(front):
        seen[front] = True
        front = np.unique(before[front])
        front = front[(before[front] >= 0) & ~seen[front]]
    return np.flatnonzero(seen)


def merge_roads(graph: RoadGraph, sites: Ints) -> MergedRoads:
    """Join edges over nodes that neither are a site nor branch; ferries stay by themselves.

    Lengths and times add up, and the smallest of the largest classes holds for the whole. Nothing
    is merged where a one-way road meets another head-on or a road for both ways.
    """
    nodes = len(graph.lon)
    ends = np.concatenate([graph.u, graph.v])
    degree = np.bincount(ends, minlength=nodes)
    into = np.bincount(graph.v[graph.is_one_way], minlength=nodes)
    out = np.bincount(graph.u[graph.is_one_way], minlength=nodes)
    is_ferry = np.array([rule.is_ferry for rule in graph.rules], dtype=bool)[graph.rule]
    merged = (degree == 2) & (into == out)
    merged[sites] = False
    merged[graph.u[is_ferry]] = merged[graph.v[is_ferry]] = False
    chains = join_chains(graph.u, graph.v, graph.is_one_way, merged)
    starts, edges = chains.starts[:-1], chains.edges

    def total(values: Floats) -> Floats:
        return np.add.reduceat(values[edges], starts) if len(starts) else np.empty(0)

    def flag(name: str) -> Flags:
        return np.array([getattr(rule, name) for rule in graph.rules], dtype=bool)[graph.rule]

    rank = np.array([rule.largest.rank for rule in graph.rules])[graph.rule]
    chain = np.repeat(np.arange(len(starts)), np.diff(chains.starts))
    order = np.lexsort((edges, -graph.length_m[edges], chain))
    largest = np.minimum.reduceat(rank[edges], starts) if len(starts) else np.empty(0, np.int64)
    decides = flag("is_limit_posted")[edges] & (rank[edges] == largest[chain])
    return MergedRoads(
        graph=graph,
        chains=chains,
        length_m=total(graph.length_m),
        seconds=total(graph.seconds),
        is_one_way=graph.is_one_way[edges[starts]],
        largest=largest,
        main_edge=edges[order][starts],
        posted_m=total(np.where(flag("is_speed_posted"), graph.length_m, 0.0)),
        tunnel_m=total(np.where(flag("is_tunnel"), graph.length_m, 0.0)),
        is_limited=np.bincount(chain[decides], minlength=len(starts)) > 0,
    )


def points_of(merged: MergedRoads, road: int) -> Ints:
    """All nodes along a road, in order, its ends included."""
    chains = merged.chains
    course: list[Ints] = []
    for i in range(int(chains.starts[road]), int(chains.starts[road + 1])):
        points = merged.graph.points_of(int(chains.edges[i]))
        points = points[::-1] if chains.reverse[i] else points
        course.append(points if not course else points[1:])
    return np.concatenate(course)
