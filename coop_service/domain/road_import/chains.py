"""Joining edges over nodes that only pass them on, on arrays, whatever the length of a chain.

Each edge has two halves, one per direction. A half that ends at a node to be merged is followed by
the half of the other edge there that leaves it; the last of each chain and the number of steps to
it are found by pointer jumping, doubling the reach in each round (J. C. Wyllie, "The complexity of
parallel computations", 1979).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Chains:
    """Chains of edges, one-way ones in their direction.

    Attributes:
        u, v: first and last node of each chain, shape (chains,).
        starts: where its edges begin in ``edges``, shape (chains + 1,).
        edges: the edges of all chains in the order they are driven, shape (edges,).
        reverse: whether an edge is driven from its second end to its first, shape (edges,).
        point_starts: where its nodes begin in ``points``, shape (chains + 1,).
        points: the nodes of all chains, both ends included, shape (edges + chains,).
    """

    u: Ints
    v: Ints
    starts: Ints
    edges: Ints
    reverse: Flags
    point_starts: Ints
    points: Ints


def join_chains(u: Ints, v: Ints, is_one_way: Flags, merged: Flags) -> Chains:
    """Join edges at the nodes to be merged.

    Args:
        u, v: first and second node of each edge, shape (edges,).
        is_one_way: whether it may be driven from ``u`` to ``v`` only, shape (edges,).
        merged: nodes to be merged, shape (nodes,); each has exactly two edge ends, and where a
            one-way edge leads to it, the other one leads away. A ring of such nodes alone keeps
            its lowest node.
    """
    edges = len(u)
    merged = _with_kept_rings(u, v, merged)
    tail = np.stack([u, v], axis=1).ravel()
    head = np.stack([v, u], axis=1).ravel()
    following = _following(tail, head, merged)
    last, steps = _run_to_the_end(following)
    first = np.flatnonzero(~merged[tail])
    other = last[first] ^ 1  # the same chain, driven the other way
    directed = is_one_way[first >> 1]
    chosen = first[np.where(directed, first & 1 == 0, first < other)]

    chain_of_last = np.full(2 * edges, -1, dtype=np.int64)
    chain_of_last[last[chosen]] = np.arange(len(chosen))
    halves = np.flatnonzero(chain_of_last[last] >= 0)
    order = np.lexsort((-steps[halves], chain_of_last[last[halves]]))
    halves = halves[order]
    counts = np.bincount(chain_of_last[last[halves]], minlength=len(chosen))
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    point_starts = starts + np.arange(len(starts))
    points = np.empty(len(halves) + len(chosen), dtype=np.int64)
    points[point_starts[:-1]] = tail[chosen]
    points[np.arange(len(halves)) + np.repeat(np.arange(len(chosen)), counts) + 1] = head[halves]
    return Chains(
        u=tail[chosen],
        v=head[last[chosen]],
        starts=starts,
        edges=halves >> 1,
        reverse=(halves & 1).astype(bool),
        point_starts=point_starts,
        points=points,
    )


def _with_kept_rings(u: Ints, v: Ints, merged: Flags) -> Flags:
    """The nodes to be merged, without the lowest node of each ring that has no other end."""
    nodes = len(merged)
    joined = coo_array((np.ones(len(u), dtype=np.int8), (u, v)), shape=(nodes, nodes))
    _, part = connected_components(joined, directed=False)
    parts = int(part.max(initial=-1)) + 1
    has_end = np.zeros(parts, dtype=bool)
    has_end[part[~merged]] = True
    lowest = np.full(parts, nodes, dtype=np.int64)
    np.minimum.at(lowest, part, np.arange(nodes))
    kept = merged.copy()
    kept[lowest[~has_end]] = False
    return kept


def _following(tail: Ints, head: Ints, merged: Flags) -> Ints:
    """The half that each half is followed by; itself at the end of a chain."""
    leaving = np.flatnonzero(merged[tail])
    leaving = leaving[np.argsort(tail[leaving], kind="stable")]
    # Two halves leave each merged node: one comes back on the edge, the other goes on.
    one, two = leaving[0::2], leaving[1::2]
    following = np.arange(len(tail))
    following[one ^ 1] = two
    following[two ^ 1] = one
    return following


def _run_to_the_end(following: Ints) -> tuple[Ints, Ints]:
    """The last half of each half's chain and the number of steps to it."""
    last = following.copy()
    steps = (last != np.arange(len(last))).astype(np.int64)
    while True:
        further = last[last]
        if np.array_equal(further, last):
            return last, steps
        steps += steps[last]
        last = further
