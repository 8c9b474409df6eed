import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coop_service.domain.shortest_paths import INFINITE, EliminationOrder


def lengths(vertices, edges, weights, backward=None):
    order = EliminationOrder(vertices, edges)
    back = None if backward is None else np.array(backward, dtype=np.int64)
    pairs = order.all_pairs(np.array(weights, dtype=np.int64), back)
    return pairs[:, order.row[:, None], order.row]


@st.composite
def graphs(draw):
    vertices = draw(st.integers(1, 9))
    pairs = [(u, v) for u in range(vertices) for v in range(u)]
    edges = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    weight = st.one_of(st.integers(0, 9), st.just(INFINITE))
    row = st.lists(weight, min_size=len(edges), max_size=len(edges))
    return vertices, edges, draw(st.lists(row, min_size=1, max_size=3))


@given(graphs())
@settings(deadline=None, max_examples=200)
def test_all_pairs_equal_one_search_per_vertex(graph):
    vertices, edges, weights = graph
    found = lengths(vertices, edges, weights)
    for matrix, row in zip(found, weights, strict=True):
        reference = nx.Graph()
        reference.add_nodes_from(range(vertices))
        reference.add_weighted_edges_from(
            (u, v, w) for (u, v), w in zip(edges, row, strict=True) if w < INFINITE
        )
        for u, reached in nx.all_pairs_dijkstra_path_length(reference):
            assert matrix[u].tolist() == [reached.get(v, INFINITE) for v in range(vertices)]


@given(graphs(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=200)
def test_with_one_ways_all_pairs_equal_one_search_per_vertex(graph, random):
    vertices, edges, weights = graph
    backward = [random.sample(row, len(row)) for row in weights]
    found = lengths(vertices, edges, weights, backward)
    for matrix, there, back in zip(found, weights, backward, strict=True):
        reference = nx.DiGraph()
        reference.add_nodes_from(range(vertices))
        for (u, v), forth, home in zip(edges, there, back, strict=True):
            ways = ((u, v, forth), (v, u, home))
            reference.add_weighted_edges_from(way for way in ways if way[2] < INFINITE)
        for u, reached in nx.all_pairs_dijkstra_path_length(reference):
            assert matrix[u].tolist() == [reached.get(v, INFINITE) for v in range(vertices)]


def test_a_detour_beats_a_long_edge():
    # Square 0-1-2-3 with the diagonal 0-2.
    edges = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2)]
    found = lengths(4, edges, [[1, 2, 4, 9, 5]])[0]
    assert found.tolist() == [[0, 1, 3, 7], [1, 0, 2, 6], [3, 2, 0, 4], [7, 6, 4, 0]]


def test_sums_beyond_the_exact_floats_stay_exact():
    large = 2**55 + 1
    found = lengths(3, [(0, 1), (1, 2)], [[large, large]])[0]
    assert found[0, 2] == 2**56 + 2


@pytest.mark.parametrize("vertices", [1, 3])
def test_without_edges_only_the_vertex_itself_is_reached(vertices):
    found = lengths(vertices, [], np.empty((1, 0)))[0]
    assert (found == np.where(np.eye(vertices), 0, INFINITE)).all()
