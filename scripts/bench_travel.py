"""Measure all shortest paths of a county against NetworkX on the same graph and weights.

Ours is what a plan needs: duration and distance matrices of all sites. It works out all vehicle
classes in one go, so each class is charged a third of that, and its own reading of the matrices.
NetworkX's all_pairs_dijkstra finds durations and paths, no distances.
"""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import click
import networkx as nx
from rich.console import Console
from rich.table import Table

from coop_service.domain.network import Network
from coop_service.domain.records import VehicleSize
from coop_service.domain.travel import Travel, is_closed, is_winter, road_seconds
from coop_service.files.network_folder import read_network_folder

DEFAULT_FOLDER = Path(__file__).parents[1] / "network_data" / "dashiqiao"


def median_ms(work: Callable[[], object], repeats: int) -> float:
    spans = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        spans.append(time.perf_counter() - start)
    return statistics.median(spans) * 1000


def graph_of(network: Network, size: VehicleSize, date: dt.date) -> nx.Graph:
    """The roads a class may use on a date, weighted by seconds as Travel does it."""
    has_one_ways = any(road.one_way_to for road in network.roads)
    graph = nx.DiGraph() if has_one_ways else nx.Graph()
    graph.add_nodes_from(network.sites)
    for road in network.roads:
        if road.largest_vehicle.rank < size.rank or is_closed(road, date):
            continue
        seconds = road_seconds(road, winter=is_winter(date))
        for u, v in ((road.u, road.v), (road.v, road.u)):
            if road.one_way_to in (None, v):
                graph.add_edge(u, v, weight=seconds)
    return graph


def check_agreement(network: Network, travel: Travel, size: VehicleSize, graph: nx.Graph) -> None:
    codes = list(network.sites)
    duration_s = travel.profile(size, codes).duration_s
    for i, (code, lengths) in enumerate(nx.all_pairs_dijkstra_path_length(graph)):
        if any(lengths.get(other, -1) != duration_s[i, j] for j, other in enumerate(codes)):
            raise click.ClickException(f"{size}: durations from {code} differ")


@click.command(help=__doc__)
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=DEFAULT_FOLDER,
    show_default="the default county",
    help="Network folder.",
)
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), default="2026-12-01", show_default=True)
@click.option("--repeats", type=click.IntRange(1), default=7, show_default=True)
def main(folder: Path, date: dt.datetime, repeats: int) -> None:
    data = read_network_folder(folder)
    day = date.date()
    network = data.network("bench", day)
    codes = list(network.sites)
    order_ms = median_ms(
        lambda: Network("bench", data.sites, data.roads).elimination, repeats
    ) - median_ms(lambda: Network("bench", data.sites, data.roads), repeats)
    travel = Travel(network, day)
    search_ms = median_ms(lambda: Travel(network, day).profile(VehicleSize.MICRO, codes[:1]), 50)

    table = Table(title=f"All pairs of {len(codes)} sites, {len(data.roads)} roads, {day}")
    for heading in ("class", "ours ms", "networkx ms", "ratio"):
        table.add_column(heading, justify="right")
    ours_total = networkx_total = 0.0
    for size in VehicleSize:
        graph = graph_of(network, size, day)
        check_agreement(network, travel, size, graph)
        read_ms = median_ms(lambda size=size: travel.profile(size, codes), 50)
        ours_ms = search_ms / len(VehicleSize) + read_ms
        networkx_ms = median_ms(lambda graph=graph: dict(nx.all_pairs_dijkstra(graph)), repeats)
        ours_total, networkx_total = ours_total + ours_ms, networkx_total + networkx_ms
        table.add_row(size, f"{ours_ms:.2f}", f"{networkx_ms:.1f}", f"{networkx_ms / ours_ms:.0f}")
    table.add_row(
        "all", f"{ours_total:.2f}", f"{networkx_total:.1f}", f"{networkx_total / ours_total:.0f}"
    )
    console = Console()
    console.print(table)
    console.print(
        f"Once per network, not counted above: elimination order, {order_ms:.1f} ms "
        f"(with it, all classes: {networkx_total / (ours_total + order_ms):.0f} times)."
    )


if __name__ == "__main__":
    main()
