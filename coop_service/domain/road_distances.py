"""Columns of a sites table that say how far each site is along the roads of a roads table."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx

Row = dict[str, str]


def road_distances(sites: Sequence[Row], roads: Sequence[Row]) -> list[Row]:
    """The sites with km and minutes from the centre and km from their parents, along the roads.

    Each by its own shortest way. Empty for the parent where a site has none, and everywhere for
    sites that no road leads to.

    Args:
        sites: rows with ``id``, ``tier`` and ``parent``; the centre is the one of tier 0.
        roads: rows with ``u``, ``v``, ``length_km``, ``minutes`` and, if some are one-way,
            ``one_way_to``.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    for road in roads:
        for u, v in ((road["u"], road["v"]), (road["v"], road["u"])):
            if road.get("one_way_to", "") in ("", v):
                graph.add_edge(u, v, km=float(road["length_km"]), minutes=float(road["minutes"]))
    centre = next(site["id"] for site in sites if site["tier"] == "0")
    starts = {centre, *(site["parent"] for site in sites if site["parent"])} & set(graph)
    km = {
        start: nx.single_source_dijkstra_path_length(graph, start, weight="km") for start in starts
    }
    minutes = nx.single_source_dijkstra_path_length(graph, centre, weight="minutes")

    def told(value: float | None, digits: int) -> str:
        return "" if value is None else f"{value:.{digits}f}"

    return [
        site
        | {
            "road_km_from_centre": told(km[centre].get(site["id"]), 2),
            "road_min_from_centre": told(minutes.get(site["id"]), 1),
            "road_km_from_parent": told(km.get(site["parent"], {}).get(site["id"]), 2),
        }
        for site in sites
    ]
