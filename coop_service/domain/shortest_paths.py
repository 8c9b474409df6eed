"""All shortest paths of a sparse graph, many times over with changing weights.

An edge may weigh differently in its two directions, or be closed in one of them.

The vertices are put into an elimination order once. It depends on the graph alone, not on its
weights, so that every vehicle class and date shares it. For given weights two sweeps over the
order, each a few array operations per level, give all pairs: upwards, shortcuts replace each
vertex by its neighbours; downwards, each vertex gets its distances through the few neighbours
above it. The work grows with vertices² x width, and road networks are narrow: the width of the
default county's 308 sites is 9, where one search per vertex would need a heap.

Sources: J. Dibbelt, B. Strasser, D. Wagner, "Customizable Contraction Hierarchies", ACM JEA 21
(2016), for the order first and the weights after; L. Planken, M. de Weerdt, R. van der Krogt,
"Computing all-pairs shortest paths by leveraging low treewidth", JAIR 43 (2012), algorithm
Snowball, for the downward sweep.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

INFINITE: Final = 2**60
"""Distance where there is no path. Twice as much still fits into an int64."""

Slots = Sequence[Mapping[int, int]]
"""By a vertex and a neighbour above it: the place of their shortcut among all shortcuts."""


@dataclass(frozen=True)
class _Triangles:
    """Detours over vertices of one height: shortcuts ``one`` and ``other`` may improve a third.

    Arrays of shape (detours,), sorted by the shortcut they may improve; ``starts`` is where the
    detours of each of ``across`` begin.
    """

    one: NDArray[np.intp]
    other: NDArray[np.intp]
    starts: NDArray[np.intp]
    across: NDArray[np.intp]


@dataclass(frozen=True)
class _Level:
    """Vertices of one depth of the elimination tree, rows ``first`` to ``last - 1``.

    ``above`` and ``slots`` have the shape (vertices, width): the rows of the neighbours higher in
    the tree and the shortcuts that lead there. Short rows are padded with a shortcut of infinite
    weight.
    """

    first: int
    last: int
    above: NDArray[np.intp]
    slots: NDArray[np.intp]


class EliminationOrder:
    """Order of a graph's vertices in which all shortest paths are quickly found.

    Attributes:
        row: for each vertex its row in the matrices of :meth:`all_pairs`, shape (vertices,).
    """

    row: NDArray[np.intp]

    def __init__(self, vertices: int, edges: Sequence[tuple[int, int]]) -> None:
        """Order the vertices ``0 .. vertices - 1`` of a graph with the given undirected edges.

        No edge may be there twice or lead from a vertex to itself.
        """
        order, above = _eliminate(vertices, edges)
        depth, height = _depths_and_heights(order, above)
        by_depth = sorted(range(vertices), key=depth.__getitem__)
        self.row = np.empty(vertices, dtype=np.intp)
        self.row[by_depth] = np.arange(vertices)

        slots: list[dict[int, int]] = [{} for _ in range(vertices)]
        self._no_slot = 0
        for vertex in order:
            slots[vertex] = {higher: self._no_slot + i for i, higher in enumerate(above[vertex])}
            self._no_slot += len(above[vertex])
        self._leads_up = np.array([v in slots[u] for u, v in edges], dtype=bool)
        self._edge_slots = np.array(
            [slots[u][v] if v in slots[u] else slots[v][u] for u, v in edges], dtype=np.intp
        )
        self._triangles = [
            triangles
            for members in _grouped(order, height)
            if (triangles := _find_triangles(members, above, slots)) is not None
        ]
        self._levels = [self._level(members, above, slots) for members in _grouped(by_depth, depth)]

    def all_pairs(
        self, weights: NDArray[np.int64], backward: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64]:
        """Lengths of all shortest paths, exactly, for several sets of weights at once.

        Args:
            weights: shape (sets, edges), edges in the order given to the constructor, from 0 on;
                ``INFINITE`` leaves an edge out. The finite ones of a set add up to less than
                ``INFINITE``.
            backward: likewise for edges driven from their second vertex to their first; None
                where both ways weigh the same, which takes half the work.

        Returns:
            Array of shape (sets, vertices, vertices), from the row's vertex to the column's,
            ``INFINITE`` where there is no path. Row and column of vertex ``i`` are ``row[i]``.
        """
        up = self._shortcuts(weights, weights if backward is None else backward)
        down = up if backward is None else self._shortcuts(backward, weights)
        for detours in self._triangles:
            # From one end of a shortcut down to the vertex below both, and up to the other end.
            ways = [(up, down, up)] if backward is None else [(up, down, up), (down, up, down)]
            for across, one, other in ways:
                lengths = one[:, detours.one] + other[:, detours.other]
                best = np.minimum.reduceat(lengths, detours.starts, axis=1)
                across[:, detours.across] = np.minimum(across[:, detours.across], best)

        sets, vertices = len(weights), len(self.row)
        pairs = np.full((sets, vertices, vertices), INFINITE, dtype=np.int64)
        diagonal = np.arange(vertices)
        pairs[:, diagonal, diagonal] = 0
        for level in self._levels:
            old, new = slice(0, level.first), slice(level.first, level.last)
            rising = up[:, level.slots][..., None]
            known = (pairs[:, level.above, old] + rising).min(axis=2, initial=INFINITE)
            pairs[:, new, old] = known
            if backward is None:
                pairs[:, old, new] = known.swapaxes(1, 2)
            else:
                falling = down[:, level.slots]
                pairs[:, old, new] = (pairs[:, old, level.above] + falling[:, None]).min(
                    axis=3, initial=INFINITE
                )
            # Two vertices of one depth meet only above, where both are known by now.
            among = (pairs[:, level.above, new] + rising).min(axis=2, initial=INFINITE)
            pairs[:, new, new] = np.minimum(pairs[:, new, new], among)
        return pairs

    def _shortcuts(
        self, forward: NDArray[np.int64], backward: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Weights of the edges upwards, each in the place of its shortcut, the last left open."""
        shortcuts = np.full((len(forward), self._no_slot + 1), INFINITE, dtype=np.int64)
        shortcuts[:, self._edge_slots] = np.where(self._leads_up, forward, backward)
        return shortcuts

    def _level(self, members: list[int], above: Sequence[Sequence[int]], slots: Slots) -> _Level:
        width = max(len(above[vertex]) for vertex in members)
        rows = np.zeros((len(members), width), dtype=np.intp)
        leading = np.full((len(members), width), self._no_slot, dtype=np.intp)
        for i, vertex in enumerate(members):
            count = len(above[vertex])
            rows[i, :count] = self.row[above[vertex]]
            leading[i, :count] = list(slots[vertex].values())
        first = int(self.row[members[0]])
        return _Level(first, first + len(members), rows, leading)


def _eliminate(
    vertices: int, edges: Iterable[tuple[int, int]]
) -> tuple[list[int], list[list[int]]]:
    """Take out a vertex of least degree, join its neighbours with one another, and so on.

    Returns:
        The vertices in the order taken out, and for each the neighbours it had left by then, in
        that order.
    """
    neighbours: list[set[int]] = [set() for _ in range(vertices)]
    for u, v in edges:
        neighbours[u].add(v)
        neighbours[v].add(u)
    place: dict[int, int] = {}
    queue = [(len(around), vertex) for vertex, around in enumerate(neighbours)]
    heapify(queue)
    while queue:
        degree, vertex = heappop(queue)
        around = neighbours[vertex]
        if vertex in place or degree != len(around):
            continue  # Another entry of the same vertex has its present degree.
        place[vertex] = len(place)
        for other in around:
            neighbours[other] |= around
            neighbours[other] -= {vertex, other}
            heappush(queue, (len(neighbours[other]), other))
    # A vertex once taken out keeps the neighbours it had then.
    return list(place), [sorted(around, key=place.__getitem__) for around in neighbours]


def _depths_and_heights(
    order: Sequence[int], above: Sequence[Sequence[int]]
) -> tuple[list[int], list[int]]:
    """Depth below the root and height above the deepest leaf in the elimination tree.

    The parent of a vertex is the first of the neighbours above it.
    """
    parent = {vertex: above[vertex][0] for vertex in order if above[vertex]}
    depth, height = [0] * len(order), [0] * len(order)
    for vertex in order:
        if vertex in parent:
            height[parent[vertex]] = max(height[parent[vertex]], height[vertex] + 1)
    for vertex in reversed(order):
        if vertex in parent:
            depth[vertex] = depth[parent[vertex]] + 1
    return depth, height


def _grouped(vertices: Iterable[int], level: Sequence[int]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for vertex in vertices:
        groups.setdefault(level[vertex], []).append(vertex)
    return [groups[key] for key in sorted(groups)]


def _find_triangles(
    members: Iterable[int], above: Sequence[Sequence[int]], slots: Slots
) -> _Triangles | None:
    """Detours over each member between two of its neighbours left."""
    detours = sorted(
        (slots[a][b], slots[vertex][a], slots[vertex][b])
        for vertex in members
        for a, b in combinations(above[vertex], 2)
    )
    if not detours:
        return None
    targets, one, other = np.array(detours, dtype=np.intp).T
    starts = np.flatnonzero(np.diff(targets, prepend=-1))
    return _Triangles(one, other, starts, targets[starts])
