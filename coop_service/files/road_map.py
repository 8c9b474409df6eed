"""A map of an import as SVG: roads by class, what is not connected, and the sites."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coop_service.domain.records import Tier
from coop_service.domain.road_import.importing import RoadImport
from coop_service.domain.road_import.ways import RoadGraph
from coop_service.files.osm import ATTRIBUTION

WIDTH: Final = 1000
LEAST_HEIGHT, MOST_HEIGHT = 420, 900
EDGE: Final = 24
LEGEND: Final = 34
GRAIN: Final = 0.8
"""Pixels that a line moves at least from one drawn point to the next."""

MOST_EDGES: Final = 30_000
"""From here on village roads are drawn only where they are part of the network written, and of
what is not connected the longest roads: in a picture of this size nobody could tell more."""
MOST_APART: Final = 2_000

LOCAL: Final = "C"
STYLES: Final = (
    (LOCAL, "#bdbdbd", 0.9, "村道级、城区道路 / village roads, town streets"),
    ("Y", "#8796a6", 1.1, "乡道级 / township"),
    ("X", "#5b8db8", 1.3, "县道级 / county"),
    ("S", "#2f6aa3", 1.8, "省道级 / provincial"),
    ("G", "#123f6d", 2.4, "国道级 / national"),
    ("F", "#1b9aaa", 1.6, "轮渡 / ferry"),
)
APART: Final = ("#d1495b", 1.4, "未连通 / not connected")
SITES: Final = {
    Tier.VILLAGE_POINT: ("#3b7d3f", 2.6, "村级服务点 / village point"),
    Tier.STATION: ("#e08e0b", 4.6, "乡镇站 / station"),
    Tier.CENTRE: ("#b3261e", 6.5, "县中心 / centre"),
}
TOO_FAR: Final = "未纳入的站点 / site left out"


class _Frame:
    """Where positions lie in the picture: flat degrees, the north up."""

    def __init__(self, graph: RoadGraph) -> None:
        nodes = np.unique(graph.points)
        lon, lat = graph.lon[nodes], graph.lat[nodes]
        self.west, self.north = float(lon.min()), float(lat.max())
        self.squeeze = float(np.cos(np.radians((lat.min() + lat.max()) / 2)))
        width = max((lon.max() - lon.min()) * self.squeeze, 1e-6)
        height = max(lat.max() - lat.min(), 1e-6)
        room = WIDTH - 2 * EDGE
        self.scale = float(min(room / width, (MOST_HEIGHT - 2 * EDGE) / height))
        self.left = EDGE + (room - width * self.scale) / 2
        self.height = max(LEAST_HEIGHT, round(height * self.scale + 2 * EDGE))
        self.top = (self.height - height * self.scale) / 2

    def place(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        x = self.left + (lon - self.west) * self.squeeze * self.scale
        return x, self.top + (self.north - lat) * self.scale


def draw_map(found: RoadImport) -> str:
    """The map, with a legend and whom the data are owed to."""
    if not len(found.graph):
        return ""
    return "".join(_parts(found, _Frame(found.graph)))


def _parts(found: RoadImport, frame: _Frame) -> Iterator[str]:
    height = frame.height + LEGEND
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        'font-family="Noto Sans SC, sans-serif" font-size="12" role="img" '
        'fill="none" stroke-linecap="round" stroke-linejoin="round">'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
    )
    classes = np.array([rule.road_class for rule in found.graph.rules])
    for name, colour, width, _ in STYLES:
        if name == LOCAL and len(found.main) > MOST_EDGES:
            yield _written(found, frame, colour, width)
            continue
        wanted = np.isin(classes, ["C", "U"]) if name == LOCAL else classes == name
        yield _path(found.main, frame, np.flatnonzero(wanted[found.main.rule]), colour, width)
    longest = np.argsort(-found.apart.length_m, kind="stable")[:MOST_APART]
    yield _path(found.apart, frame, longest, APART[0], APART[1])
    yield from _sites(found, frame)
    yield from _legend(found, frame)
    yield "</svg>"


def _written(found: RoadImport, frame: _Frame, colour: str, width: float) -> str:
    """Village roads and town streets of the network written."""
    lines = [road.line for road in found.roads if road.road_class in ("C", "U")]
    pieces = []
    for line in lines:
        x, y = frame.place(*(np.array(axis) for axis in zip(*line, strict=True)))
        pieces.append("M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in zip(x, y, strict=True)))
    return f'<path d="{"".join(pieces)}" stroke="{colour}" stroke-width="{width:g}"/>'


def _path(
    graph: RoadGraph, frame: _Frame, edges: NDArray[np.int64], colour: str, width: float
) -> str:
    """One path for all edges; points nearer than ``GRAIN`` to the last one drawn are left out."""
    if not len(edges):
        return ""
    part = graph.keep(edges)
    x, y = frame.place(part.lon[part.points], part.lat[part.points])
    is_start = np.zeros(len(x), dtype=bool)
    is_start[part.starts[:-1]] = True
    is_end = np.zeros(len(x), dtype=bool)
    is_end[part.starts[1:] - 1] = True
    cell = np.round(np.stack([x, y]) / GRAIN).astype(np.int64)
    moved = np.concatenate([[True], (np.diff(cell) != 0).any(axis=0)])
    shown = moved | is_start | is_end
    # An edge that does not leave its cell is a dot that its neighbours cover.
    spread = np.maximum.reduceat(moved & ~is_start, part.starts[:-1])
    shown &= np.repeat(spread, np.diff(part.starts))
    pieces = [
        f"{'M' if start else 'L'}{px:.1f} {py:.1f}"
        for px, py, start in zip(
            x[shown].tolist(), y[shown].tolist(), is_start[shown].tolist(), strict=True
        )
    ]
    return f'<path d="{"".join(pieces)}" stroke="{colour}" stroke-width="{width:g}"/>'


def _sites(found: RoadImport, frame: _Frame) -> Iterator[str]:
    for tier, (colour, radius, _) in SITES.items():
        for each in found.sites:
            if each.site.tier is not tier:
                continue
            at = np.array([each.lon]), np.array([each.lat])
            if each.left_out:
                at = np.array([each.site.lon]), np.array([each.site.lat])
            x, y = (float(value[0]) for value in frame.place(*at))
            if not (0 <= x <= WIDTH and 0 <= y <= frame.height):
                continue
            fill = "#fff" if each.left_out else colour
            yield (
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" stroke="'
                f'{"#d1495b" if each.left_out else "#fff"}" stroke-width="0.8">'
                f"<title>{escape(each.site.name)} {each.distance_m:.0f} m</title></circle>"
            )


def _legend(found: RoadImport, frame: _Frame) -> Iterator[str]:
    y = frame.height + 12
    yield f'<rect y="{frame.height}" width="{WIDTH}" height="{LEGEND}" fill="#fff"/>'
    entries = [(colour, words) for _, colour, _, words in STYLES] + [(APART[0], APART[2])]
    x = 8
    for colour, words in entries:
        zh = words.split(" / ")[0]
        yield f'<path d="M{x} {y}h16" stroke="{colour}" stroke-width="3"/>'
        yield f'<text x="{x + 20}" y="{y + 4}" fill="#333">{zh}</text>'
        x += 34 + 12 * len(zh)
    if found.sites:
        for colour, _, words in SITES.values():
            zh = words.split(" / ")[0]
            yield f'<circle cx="{x + 6}" cy="{y}" r="4" fill="{colour}"/>'
            yield f'<text x="{x + 14}" y="{y + 4}" fill="#333">{zh}</text>'
            x += 28 + 12 * len(zh)
    yield f'<text x="8" y="{y + 18}" fill="#777" font-size="10">{ATTRIBUTION}</text>'
    far = "空心:" + TOO_FAR if any(each.left_out for each in found.sites) else ""
    if len(found.main) > MOST_EDGES:
        far += " 村道只画写入路网的部分 / of village roads only those in the network written"
    yield f'<text x="300" y="{y + 18}" fill="#777" font-size="10">{far}</text>'
