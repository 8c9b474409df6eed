"""The ways of an extract as arrays, and the road graph of junctions that they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from coop_service.domain.network_faults import EARTH_RADIUS_M
from coop_service.domain.road_import.chains import Chains, join_chains
from coop_service.domain.road_import.tags import WayRule

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MISSING = -1
"""In place of a node that the extract refers to and does not hold."""


@dataclass(frozen=True)
class MappedWays:
    """The drivable ways of an extract.

    Attributes:
        rules: the different ways to be driven.
        names: name or road number of each way.
        way_id: number of each way, shape (ways,).
        way_rule: place of its rule, shape (ways,).
        starts: where its nodes begin in ``nodes``, shape (ways + 1,).
        nodes: places of the nodes, ``MISSING`` for those outside the extract, shape (refs,).
        node_id, lon, lat: number and position of each node, shape (nodes,).
        is_shut: whether no van gets past it, shape (nodes,).
        left_out: number of ways that are left out, by reason.
        restrictions: number of turn restrictions, which are not looked at.
    """

    rules: tuple[WayRule, ...]
    names: tuple[str, ...]
    way_id: Ints
    way_rule: Ints
    starts: Ints
    nodes: Ints
    node_id: Ints
    lon: Floats
    lat: Floats
    is_shut: Flags
    left_out: Mapping[str, int]
    restrictions: int


@dataclass(frozen=True)
class RoadGraph:
    """Roads between junctions; a one-way road leads from its first end to its second.

    Attributes:
        rules: the different ways to be driven.
        names: name or road number of each way.
        u, v: ends of each edge as nodes, shape (edges,).
        length_m, seconds: along the edge, shape (edges,).
        rule: place of its rule, shape (edges,).
        way: place in ``names`` of the way that it begins with, shape (edges,).
        is_one_way: shape (edges,).
        starts: where an edge's nodes begin in ``points``, shape (edges + 1,).
        points: nodes along the edges, both ends included, shape (points,).
        way_id: number of each way, shape (ways,).
        node_id, lon, lat: number and position of each node, shape (nodes,).
    """

    rules: tuple[WayRule, ...]
    names: tuple[str, ...]
    u: Ints
    v: Ints
    length_m: Floats
    seconds: Floats
    rule: Ints
    way: Ints
    is_one_way: Flags
    starts: Ints
    points: Ints
    way_id: Ints
    node_id: Ints
    lon: Floats
    lat: Floats

    def __len__(self) -> int:
        return len(self.u)

    def points_of(self, edge: int) -> Ints:
        """The nodes along an edge."""
        return self.points[self.starts[edge] : self.starts[edge + 1]]

    def keep(self, edges: Ints) -> RoadGraph:
        """The graph of some of its edges, in the order given; nodes keep their places."""
        counts = np.diff(self.starts)[edges]
        starts = np.concatenate([[0], np.cumsum(counts)])
        points = self.points[
            np.repeat(self.starts[edges] - starts[:-1], counts) + np.arange(starts[-1])
        ]
        return replace(
            self,
            u=self.u[edges],
            v=self.v[edges],
            length_m=self.length_m[edges],
            seconds=self.seconds[edges],
            rule=self.rule[edges],
            way=self.way[edges],
            is_one_way=self.is_one_way[edges],
            starts=starts,
            points=points,
        )


def straight_m(lon_a: Floats, lat_a: Floats, lon_b: Floats, lat_b: Floats) -> Floats:
    """Great-circle distances in metres by the haversine formula, of degrees."""
    phi_a, phi_b = np.radians(lat_a), np.radians(lat_b)
    square = (
        np.sin((phi_b - phi_a) / 2) ** 2
        + np.cos(phi_a) * np.cos(phi_b) * np.sin(np.radians(lon_b - lon_a) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, square))))


@dataclass(frozen=True)
class _Segments:
    """Straight pieces of ways; one-way ones lead from ``a`` to ``b``."""

    a: Ints
    b: Ints
    way: Ints
    length_m: Floats
    seconds: Floats


def make_graph(ways: MappedWays) -> RoadGraph:
    """The graph of junctions: nodes where the road neither branches, ends nor changes are merged.

    Lengths and times are the sums of what is merged, the course is kept. Ways are cut where a node
    is missing, and at nodes that no van gets past.
    """
    ways, segments = _cut_segments(ways)
    rule = ways.way_rule[segments.way]
    is_one_way = np.array([each.one_way != 0 for each in ways.rules], dtype=bool)[rule]
    joins = _nodes_to_merge(segments, rule, is_one_way, len(ways.lon))
    chains = join_chains(segments.a, segments.b, is_one_way, joins)
    return _graph_of(ways, segments, rule, is_one_way, chains)


def _cut_segments(ways: MappedWays) -> tuple[MappedWays, _Segments]:
    """The segments, and the ways with further nodes where shut ones cut them apart."""
    way = np.repeat(np.arange(len(ways.way_id)), np.diff(ways.starts))
    same_way = way[:-1] == way[1:]
    a, b, way = ways.nodes[:-1][same_way], ways.nodes[1:][same_way], way[:-1][same_way]
    known = (a != MISSING) & (b != MISSING) & (a != b)
    a, b, way = a[known], b[known], way[known]
    against = np.array([rule.one_way < 0 for rule in ways.rules], dtype=bool)[ways.way_rule[way]]
    a, b = np.where(against, b, a), np.where(against, a, b)
    ways, (a, b) = _set_apart(ways, a, b)
    length_m = straight_m(ways.lon[a], ways.lat[a], ways.lon[b], ways.lat[b])
    speed_kmh = _speeds(ways, way, length_m)
    return ways, _Segments(a, b, way, length_m, length_m * 3.6 / speed_kmh)


def _set_apart(ways: MappedWays, a: Ints, b: Ints) -> tuple[MappedWays, tuple[Ints, Ints]]:
    """Every end at a shut node becomes a node of its own, at the same place."""
    ends = np.concatenate([a, b])
    shut = np.flatnonzero(ways.is_shut[ends])
    if not len(shut):
        return ways, (a, b)
    copied = ends[shut]
    ends[shut] = len(ways.lon) + np.arange(len(shut))
    apart = replace(
        ways,
        node_id=np.concatenate([ways.node_id, ways.node_id[copied]]),
        lon=np.concatenate([ways.lon, ways.lon[copied]]),
        lat=np.concatenate([ways.lat, ways.lat[copied]]),
        is_shut=np.concatenate([ways.is_shut, ways.is_shut[copied]]),
    )
    return apart, (ends[: len(a)], ends[len(a) :])


def _speeds(ways: MappedWays, way: Ints, length_m: Floats) -> Floats:
    """km/h of each segment; a ferry that says how long it takes has one speed all the way."""
    speeds = np.array([rule.speed_kmh for rule in ways.rules])[ways.way_rule]
    durations = np.array([rule.duration_s or np.nan for rule in ways.rules])[ways.way_rule]
    lengths = np.bincount(way, length_m, minlength=len(ways.way_id))
    timed = np.isfinite(durations) & (lengths > 0)
    speeds[timed] = lengths[timed] * 3.6 / durations[timed]
    return np.asarray(speeds[way], dtype=np.float64)


def _nodes_to_merge(segments: _Segments, rule: Ints, is_one_way: Flags, nodes: int) -> Flags:
    """Nodes between just two segments that are driven alike, one into the other."""
    ends = np.concatenate([segments.a, segments.b])
    degree = np.bincount(ends, minlength=nodes)
    twice = np.concatenate([rule, rule])
    total = np.bincount(ends, twice, minlength=nodes)
    squares = np.bincount(ends, twice.astype(np.float64) ** 2, minlength=nodes)
    alike = 2 * squares == total**2  # two numbers are equal if and only if this holds
    into = np.bincount(segments.b[is_one_way], minlength=nodes)
    out = np.bincount(segments.a[is_one_way], minlength=nodes)
    return np.asarray((degree == 2) & alike & (into == out))


def _graph_of(
    ways: MappedWays, segments: _Segments, rule: Ints, is_one_way: Flags, chains: Chains
) -> RoadGraph:
    starts = chains.starts[:-1]
    first = chains.edges[starts] if len(starts) else np.empty(0, dtype=np.int64)

    def along(values: Floats) -> Floats:
        if not len(starts):
            return np.empty(0)
        return np.asarray(np.add.reduceat(values[chains.edges], starts), dtype=np.float64)

    return RoadGraph(
        rules=ways.rules,
        names=ways.names,
        u=chains.u,
        v=chains.v,
        length_m=along(segments.length_m),
        seconds=along(segments.seconds),
        rule=rule[first],
        way=segments.way[first],
        is_one_way=is_one_way[first],
        starts=chains.point_starts,
        points=chains.points,
        way_id=ways.way_id,
        node_id=ways.node_id,
        lon=ways.lon,
        lat=ways.lat,
    )
