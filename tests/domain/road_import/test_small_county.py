"""The hand-written extract, worked out by hand: 0.01 degrees are 1111.95 m north, 844.27 m east."""

import math
from itertools import pairwise

import numpy as np
import pytest

from coop_service.domain.records import VehicleSize
from coop_service.domain.road_import.pieces import ISLAND, ONE_WAY, split_pieces
from coop_service.domain.road_import.snapping import find_nearest, split_at
from coop_service.domain.road_import.used import find_used, merge_roads, points_of

NORTH_M = math.radians(0.01) * 6_371_008.8
EAST_M = NORTH_M * math.cos(math.radians(40.6))


def edges_of(graph, way):
    return [i for i in range(len(graph)) if graph.way_id[graph.way[i]] == way]


def edge_of(graph, way):
    [edge] = edges_of(graph, way)
    return edge


def ends(graph, edge):
    return graph.node_id[graph.u[edge]], graph.node_id[graph.v[edge]]


def test_a_node_that_only_passes_by_is_merged_and_the_length_and_course_stay(small_graph):
    street = edge_of(small_graph, 201)
    assert ends(small_graph, street) == (1, 2)
    assert small_graph.length_m[street] == pytest.approx(EAST_M, rel=1e-6)
    assert small_graph.seconds[street] == pytest.approx(EAST_M * 3.6 / 50, rel=1e-6)
    assert small_graph.node_id[small_graph.points_of(street)].tolist() == [1, 101, 2]
    bent = edge_of(small_graph, 202)
    half = math.hypot(EAST_M / 2, NORTH_M / 10)
    assert small_graph.length_m[bent] == pytest.approx(2 * half, rel=1e-4)


def test_two_roads_between_the_same_junctions_stay_two(small_graph):
    one, other = edge_of(small_graph, 203), edge_of(small_graph, 204)
    assert ends(small_graph, one) == ends(small_graph, other) == (2, 5)
    rules = [small_graph.rules[small_graph.rule[edge]] for edge in (one, other)]
    assert [rule.largest for rule in rules] == [VehicleSize.VAN, VehicleSize.TRUCK]
    assert [rule.is_tunnel for rule in rules] == [False, True]
    assert small_graph.length_m[one] < small_graph.length_m[other]


def test_one_ways_lead_from_their_first_end_to_their_second(small_graph):
    against = edge_of(small_graph, 205)
    assert ends(small_graph, against) == (5, 4)
    assert small_graph.is_one_way[against]
    ring = edges_of(small_graph, 209)
    assert sorted(ends(small_graph, edge) for edge in ring) == [(6, 8), (8, 6)]
    assert small_graph.is_one_way[ring].all()
    through = next(edge for edge in ring if ends(small_graph, edge) == (6, 8))
    assert small_graph.node_id[small_graph.points_of(through)].tolist() == [6, 7, 8]


def test_a_loop_is_one_edge_that_comes_back(small_graph):
    loop = edge_of(small_graph, 211)
    assert ends(small_graph, loop) == (4, 4)
    assert len(small_graph.points_of(loop)) == 4


def test_a_ferry_takes_the_time_it_says(small_graph):
    ferry = edge_of(small_graph, 212)
    assert small_graph.rules[small_graph.rule[ferry]].is_ferry
    assert small_graph.seconds[ferry] == pytest.approx(600)


def test_a_way_cut_at_the_edge_keeps_what_is_there(small_ways, small_graph):
    assert (small_ways.nodes == -1).sum() == 2
    assert ends(small_graph, edge_of(small_graph, 217)) == (9, 11)


def test_a_bollard_cuts_the_road(small_graph):
    near, far = edges_of(small_graph, 216)
    assert ends(small_graph, near) == (1, 30)
    assert ends(small_graph, far) == (30, 31)
    assert small_graph.v[near] != small_graph.u[far]


def test_what_is_left_out_says_why(small_ways):
    assert small_ways.left_out == {"access": 1, "ferry": 1, "not_for_cars": 1}
    assert small_ways.restrictions == 1


def test_what_does_not_hang_together_is_found(small_graph):
    main, apart, pieces = split_pieces(small_graph)
    told = [(piece.kind, piece.edges, piece.km, piece.name) for piece in pieces]
    assert told == [
        (ISLAND, 1, round(NORTH_M / 1000, 3), "孤岛路"),
        (ONE_WAY, 1, round(EAST_M / 1000, 3), ""),
        (ISLAND, 1, round(NORTH_M / 2000, 3), ""),
    ]
    assert len(main) + len(apart) == len(small_graph)
    assert main.length_m.sum() + apart.length_m.sum() == pytest.approx(small_graph.length_m.sum())
    assert {214, 215} == set(main.way_id[apart.way].tolist()) - {216}


def test_a_site_meets_the_road_at_its_nearest_point_and_not_at_a_junction(small_graph):
    main, _, _ = split_pieces(small_graph)
    [snap] = find_nearest(main, np.array([122.503]), np.array([40.6009]))
    assert main.way_id[main.way[snap.edge]] == 201
    assert (snap.lon, snap.lat) == pytest.approx((122.503, 40.6), abs=1e-6)
    assert snap.distance_m == pytest.approx(NORTH_M * 0.09, rel=1e-3)


def test_no_site_is_put_on_a_ferry(small_graph):
    main, _, _ = split_pieces(small_graph)
    [snap] = find_nearest(main, np.array([122.525]), np.array([40.6]))
    assert main.way_id[main.way[snap.edge]] != 212
    assert snap.distance_m > 300


def test_the_nearest_point_is_that_of_a_search_through_all_points_of_all_roads(small_graph):
    main, _, _ = split_pieces(small_graph)
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(122.48, 122.54, 60), rng.uniform(40.58, 40.63, 60)
    stops = [rule.takes_stops for rule in main.rules]
    shares = np.linspace(0, 1, 2001)
    dots = []
    for edge in range(len(main)):
        if stops[main.rule[edge]]:
            points = main.points_of(edge)
            for a, b in pairwise(points):
                dots.append(
                    (
                        main.lon[a] + shares * (main.lon[b] - main.lon[a]),
                        main.lat[a] + shares * (main.lat[b] - main.lat[a]),
                    )
                )
    xs, ys = (np.concatenate(axis) for axis in zip(*dots, strict=True))
    for snap, x, y in zip(find_nearest(main, lon, lat), lon, lat, strict=True):
        east = (xs - x) * math.cos(math.radians(y))
        least_m = np.hypot(east, ys - y).min() * NORTH_M * 100
        assert snap.distance_m == pytest.approx(least_m, abs=0.05)


def test_splitting_keeps_every_metre_and_second(small_graph):
    main, _, _ = split_pieces(small_graph)
    lon = np.array([122.503, 122.503, 122.507, 122.5, 122.51])
    lat = np.array([40.6009, 40.6009, 40.5995, 40.6, 40.605])
    split, nodes = split_at(main, find_nearest(main, lon, lat))
    assert split.length_m.sum() == pytest.approx(main.length_m.sum(), rel=1e-12)
    assert split.seconds.sum() == pytest.approx(main.seconds.sum(), rel=1e-12)
    assert len(split) == len(main) + len(nodes)
    assert len(set(nodes.tolist())) == len(nodes)
    apart = [edge for edge in range(len(split)) if split.length_m[edge] < 1e-6]
    assert len(apart) == 2  # two sites at one place, and one at a junction


def test_a_class_uses_only_roads_that_are_wide_and_strong_enough(small_graph):
    main, _, _ = split_pieces(small_graph)
    place = {int(node): i for i, node in enumerate(main.node_id)}
    sites = np.array([place[2], place[5]])
    used, reached = find_used(main, sites)
    # 203 is shorter, but bears no truck: that goes through the tunnel.
    assert {203, 204} == set(main.way_id[main.way[used]].tolist())
    assert reached == {VehicleSize.MICRO: 2, VehicleSize.VAN: 2, VehicleSize.TRUCK: 2}
    # The way from 1 to 4 is for micro vans; others get there against no one-way, but not back.
    sites = np.array([place[1], place[4]])
    _, reached = find_used(main, sites)
    assert reached == {VehicleSize.MICRO: 2, VehicleSize.VAN: 1, VehicleSize.TRUCK: 1}


def test_merged_roads_add_up_and_bear_what_their_weakest_part_bears(small_graph):
    main, _, _ = split_pieces(small_graph)
    place = {int(node): i for i, node in enumerate(main.node_id)}
    some = np.array([edge for way in (201, 202, 208, 207) for edge in edges_of(main, way)])
    merged = merge_roads(main.keep(some), np.array([place[4], place[6]]))
    assert len(merged) == 1
    assert merged.length_m[0] == pytest.approx(main.length_m[some].sum())
    assert merged.seconds[0] == pytest.approx(main.seconds[some].sum())
    assert merged.largest[0] == VehicleSize.MICRO.rank
    assert merged.is_limited[0]
    course = main.node_id[points_of(merged, 0)].tolist()
    assert course in ([4, 1, 101, 2, 102, 3, 6], [6, 3, 102, 2, 101, 1, 4])
