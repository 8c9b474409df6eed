"""What of a road graph hangs together: the part in which every place reaches every other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from coop_service.domain.road_import.ways import RoadGraph

Ints = NDArray[np.int64]

ISLAND: Final = "island"
ONE_WAY: Final = "one_way"


@dataclass(frozen=True)
class Piece:
    """Roads that are not part of the main network.

    Attributes:
        kind: ``island``: no road joins it to the main part; ``one_way``: a road does, but only
            there or only back.
        edges: number of edges.
        km: their length.
        lon, lat: a place on them, degrees.
        name: name or number of its longest road, if one is known.
    """

    kind: str
    edges: int
    km: float
    lon: float
    lat: float
    name: str


def split_pieces(graph: RoadGraph) -> tuple[RoadGraph, RoadGraph, tuple[Piece, ...]]:
    """The main network, the rest, and the pieces that this is made of, the longest first.

    The main network is the strongly connected part with the most road: from every place on it
    every other can be driven to.
    """
    if not len(graph):
        return graph, graph, ()
    strong = _parts(graph, "strong")
    inside = strong[graph.u] == strong[graph.v]
    km = np.bincount(strong[graph.u][inside], graph.length_m[inside], minlength=1)
    if not inside.any():
        main = np.zeros(len(graph), dtype=bool)
    else:
        main = inside & (strong[graph.u] == km.argmax())
    rest = graph.keep(np.flatnonzero(~main))
    kept = graph.keep(np.flatnonzero(main))
    is_main_node = np.zeros(len(graph.lon), dtype=bool)
    is_main_node[kept.u] = is_main_node[kept.v] = True
    return kept, rest, _pieces(rest, is_main_node, _parts(graph, "weak"))


def _parts(graph: RoadGraph, connection: str) -> Ints:
    nodes = len(graph.lon)
    back = ~graph.is_one_way
    u = np.concatenate([graph.u, graph.v[back]])
    v = np.concatenate([graph.v, graph.u[back]])
    matrix = coo_array((np.ones(len(u), dtype=np.int8), (u, v)), shape=(nodes, nodes))
    _, part = connected_components(matrix, directed=True, connection=connection)
    return np.asarray(part, dtype=np.int64)


def _pieces(rest: RoadGraph, is_main_node: NDArray[np.bool_], weak: Ints) -> tuple[Piece, ...]:
    """The pieces of what is left; those that touch the main part are not joined through it."""
    if not len(rest):
        return ()
    # Ends on the main part become nodes of their own, so that stubs are told one by one.
    u, v, extra = rest.u.copy(), rest.v.copy(), len(rest.lon)
    for ends in (u, v):
        touching = np.flatnonzero(is_main_node[ends])
        ends[touching] = extra + np.arange(len(touching))
        extra += len(touching)
    matrix = coo_array((np.ones(len(u), dtype=np.int8), (u, v)), shape=(extra, extra))
    _, part = connected_components(matrix, directed=False)
    labels, place, counts = np.unique(part[u], return_inverse=True, return_counts=True)
    metres = np.bincount(place, rest.length_m)
    main_parts = np.unique(weak[np.flatnonzero(is_main_node)])
    on_main = np.isin(weak[rest.u], main_parts)
    # The longest edge of each piece stands for it.
    order = np.lexsort((-rest.length_m, place))
    longest = order[np.searchsorted(place[order], np.arange(len(labels)))]
    middle = [int(points[len(points) // 2]) for points in map(rest.points_of, longest)]
    pieces = [
        Piece(
            ONE_WAY if on_main[edge] else ISLAND,
            int(count),
            round(float(length) / 1000, 3),
            round(float(rest.lon[node]), 6),
            round(float(rest.lat[node]), 6),
            rest.names[rest.way[edge]],
        )
        for edge, count, length, node in zip(longest, counts, metres, middle, strict=True)
    ]
    return tuple(sorted(pieces, key=lambda piece: (-piece.km, piece.lon, piece.lat)))
