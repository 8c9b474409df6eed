"""Measure the import of a large OpenStreetMap extract, in a process of its own.

Writes a made-up extract of about a million road nodes over 大石桥 (a bent grid of junctions, every
road with nodes in between, main roads, one-ways, islands), imports it with the default county's
sites, and prints seconds and the peak memory of the importing process.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import click
import numpy as np
import osmium
from import_osm import run
from osmium.osm.mutable import Node, Way

SITES = Path(__file__).parents[1] / "network_data" / "dashiqiao"
WEST, SOUTH, EAST, NORTH = 122.05, 40.30, 123.05, 41.05
"""Degrees; holds all sites of the default county."""

BETWEEN = 5
"""Nodes between two junctions."""

MAIN_EVERY, LOCAL_EVERY = 40, 8
ONE_WAY_SHARE, ISLAND_SHARE, POSTED_SHARE = 0.06, 0.01, 0.2
BEND = 0.15
"""Of the distance between junctions, by which nodes lie off the straight line."""


def write_extract(path: Path, nodes: int, seed: int) -> int:
    """Write a grid of about so many nodes; how many they are."""
    side = max(2, round((nodes / (1 + 2 * BETWEEN)) ** 0.5))
    rng = np.random.default_rng(seed)
    step_lon, step_lat = (EAST - WEST) / side, (NORTH - SOUTH) / side
    lon = WEST + step_lon * (np.arange(side)[None, :] + rng.normal(0, BEND, (side, side)))
    lat = SOUTH + step_lat * (np.arange(side)[:, None] + rng.normal(0, BEND, (side, side)))
    path.unlink(missing_ok=True)
    ways: list[tuple[list[int], dict[str, str]]] = []
    with osmium.SimpleWriter(str(path)) as writer:
        for i, place in enumerate(zip(lon.ravel().tolist(), lat.ravel().tolist(), strict=True)):
            writer.add_node(Node(id=i + 1, location=place))
        number = side * side
        for row in range(side):
            for column in range(side):
                for down, across in ((0, 1), (1, 0)):
                    far_row, far_column = row + down, column + across
                    if far_row == side or far_column == side:
                        continue
                    line = row if across else column
                    shares = (np.arange(BETWEEN) + 1) / (BETWEEN + 1)
                    bends = rng.normal(0, BEND / 3, (BETWEEN, 2))
                    xs = np.interp(shares, [0, 1], [lon[row, column], lon[far_row, far_column]])
                    ys = np.interp(shares, [0, 1], [lat[row, column], lat[far_row, far_column]])
                    inner = []
                    for x, y in zip(
                        (xs + bends[:, 0] * step_lon).tolist(),
                        (ys + bends[:, 1] * step_lat).tolist(),
                        strict=True,
                    ):
                        number += 1
                        inner.append(number)
                        writer.add_node(Node(id=number, location=(x, y)))
                    ends = row * side + column + 1, far_row * side + far_column + 1
                    refs = [ends[0], *inner, ends[1]]
                    if rng.random() < ISLAND_SHARE:
                        refs = inner  # joined to nothing
                    ways.append((refs, make_tags(rng, line)))
        for i, (refs, tags) in enumerate(ways):
            writer.add_way(Way(id=i + 1, nodes=refs, tags=tags))
    return number


def make_tags(rng: np.random.Generator, line: int) -> dict[str, str]:
    if line % MAIN_EVERY == 0:
        return {"highway": "primary", "maxspeed": "70"}
    if line % LOCAL_EVERY == 0:
        return {"highway": "tertiary"}
    tags = {"highway": "residential" if rng.random() < 0.4 else "unclassified"}
    if rng.random() < ONE_WAY_SHARE:
        tags["oneway"] = "yes"
    if rng.random() < POSTED_SHARE:
        tags["maxspeed"] = "30"
    if rng.random() < 0.02:
        tags["maxweight"] = "3.5"
    return tags


def measure(extract: Path, folder: Path) -> None:
    """Import and print what it took; to be the only thing that its process does."""
    start = time.perf_counter()
    run(extract, folder, SITES, 1000.0, keep_all=False)
    seconds = time.perf_counter() - start
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": round(seconds, 1), "peak_mib": round(peak_mib)}))


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--nodes", type=click.IntRange(100), default=1_000_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--measure-only", is_flag=True, hidden=True)
def main(folder: Path, nodes: int, seed: int, measure_only: bool) -> None:
    extract = folder / "made_up.osm.pbf"
    if measure_only:
        measure(extract, folder / "network")
        return
    folder.mkdir(parents=True, exist_ok=True)
    count = write_extract(extract, nodes, seed)
    click.echo(f"{extract}: {count} nodes, {extract.stat().st_size / 2**20:.1f} MiB")
    command = [sys.executable, __file__, str(folder), "--measure-only"]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
