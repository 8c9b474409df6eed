from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from coop_service.domain.road_import.chains import join_chains


@st.composite
def graphs(draw):
    """Edges without loops, one-way or not, and which of the nodes that may be merged are."""
    nodes = draw(st.integers(2, 8))
    pair = st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1)).filter(
        lambda ends: ends[0] != ends[1]
    )
    edges = draw(st.lists(pair, min_size=1, max_size=10))
    one_way = draw(st.lists(st.booleans(), min_size=len(edges), max_size=len(edges)))
    merged = []
    for node in range(nodes):
        at = [(edge, way) for edge, way in zip(edges, one_way, strict=True) if node in edge]
        into = sum(way and edge[1] == node for edge, way in at)
        out = sum(way and edge[0] == node for edge, way in at)
        merged.append(len(at) == 2 and into == out and draw(st.booleans()))
    return edges, one_way, merged


@given(graphs())
@settings(deadline=None, max_examples=300)
def test_chains_hold_every_edge_once_and_end_only_at_nodes_that_stay(graph):
    edges, one_way, merged = graph
    u, v = np.array(edges).T
    chains = join_chains(u, v, np.array(one_way), np.array(merged))
    assert sorted(chains.edges.tolist()) == list(range(len(edges)))
    inner: Counter[int] = Counter()
    ends = Counter()
    for i, (start, end) in enumerate(zip(chains.starts[:-1], chains.starts[1:], strict=True)):
        points = chains.points[chains.point_starts[i] : chains.point_starts[i + 1]].tolist()
        assert (points[0], points[-1]) == (chains.u[i], chains.v[i])
        members = zip(chains.edges[start:end], chains.reverse[start:end], strict=True)
        for (edge, is_reverse), here, there in zip(members, points[:-1], points[1:], strict=True):
            assert edges[edge] == ((there, here) if is_reverse else (here, there))
            assert not (is_reverse and one_way[edge])
        inner.update(points[1:-1])
        ends.update((points[0], points[-1]))
    # What passes by is merged: nothing ends there, but for one node of a ring that is all there is.
    for node, is_merged in enumerate(merged):
        if is_merged and ends[node]:
            assert ends[node] == 2
            assert inner[node] == 0
            [ring] = [i for i in range(len(chains.u)) if chains.u[i] == node == chains.v[i]]
            points = chains.points[chains.point_starts[ring] : chains.point_starts[ring + 1]]
            assert all(merged[point] for point in points)
        elif is_merged:
            assert inner[node] == 1
        else:
            assert inner[node] == 0


def test_a_chain_as_long_as_a_county_is_found_in_a_few_rounds():
    nodes = 100_001
    order = np.random.default_rng(1).permutation(nodes)
    merged = np.ones(nodes, dtype=bool)
    merged[order[[0, -1]]] = False
    chains = join_chains(order[:-1], order[1:], np.zeros(nodes - 1, dtype=bool), merged)
    assert len(chains.u) == 1
    assert chains.points.tolist() in (order.tolist(), order[::-1].tolist())
