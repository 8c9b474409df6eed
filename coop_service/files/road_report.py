"""What an import has found: one document as JSON, text and a page with a map."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any, Final

import numpy as np

from coop_service.documents import format_json
from coop_service.domain.road_import.importing import RoadImport
from coop_service.domain.road_import.pieces import ISLAND, Piece
from coop_service.domain.road_import.ways import MISSING, RoadGraph
from coop_service.files.osm import ATTRIBUTION
from coop_service.files.road_map import draw_map

SHOWN: Final = 20
"""Pieces and sites named in text and page; all are in the JSON document."""

LEFT_OUT_WORDS: Final[Mapping[str, str]] = {
    "not_for_cars": "非机动车道、规划或在建道路 / paths, footways, planned or being built",
    "access": "禁止或不对外通行 / closed to vehicles or private",
    "area": "面状区域 / areas",
    "service": "停车通道、私家车道 / parking aisles, driveways",
    "track": "四、五级土路 / tracks of grade 4 and 5",
    "ferry": "未注明可载车的轮渡 / ferries that do not say they take vehicles",
    "limit": "最小车型也不能通过 / too narrow, low or weak for the smallest van",
}
KIND_WORDS: Final[Mapping[str, str]] = {
    "island": "孤立 / island",
    "one_way": "只能单向进出 / one way in or out",
}
REASON_WORDS: Final[Mapping[str, str]] = {
    "too_far": "离路太远 / too far from a road",
    "parent_left_out": "上级站点未纳入 / what serves it is left out",
}


def write_report(found: RoadImport, folder: Path, extract: str) -> dict[str, Any]:
    """Write ``report.json``, ``report.txt`` and ``report.html``; the document."""
    document = make_document(found, extract)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(format_json(document), encoding="utf-8")
    (folder / "report.txt").write_text("\n".join(_text(document)) + "\n", encoding="utf-8")
    page = "\n".join(_page(document, draw_map(found)))
    (folder / "report.html").write_text(page + "\n", encoding="utf-8")
    return document


def make_document(found: RoadImport, extract: str) -> dict[str, Any]:
    """Everything that was found, as plain values; lengths in km, distances of sites in m."""
    graph, main = found.graph, found.main
    islands = [piece for piece in found.pieces if piece.kind == ISLAND]
    return {
        "extract": extract,
        "attribution": ATTRIBUTION,
        "ways": {
            "drivable": len(found.ways.way_id),
            "left_out": dict(found.ways.left_out),
            "nodes_missing": int((found.ways.nodes == MISSING).sum()),
            "nodes_shut": int(found.ways.is_shut.sum()),
            "turn_restrictions_not_looked_at": found.ways.restrictions,
        },
        "all_roads": _totals(graph),
        "main_network": _totals(main) | {"by_highway": _by_highway(main)},
        "not_connected": {
            "pieces": len(found.pieces),
            "islands": len(islands),
            "km": round(sum(piece.km for piece in found.pieces), 3),
            "list": [asdict(piece) for piece in found.pieces],
        },
        "sites": _sites(found),
        "network": _network(found),
    }


def _totals(graph: RoadGraph) -> dict[str, Any]:
    def km(name: str) -> float:
        flags = np.array([getattr(rule, name) for rule in graph.rules], dtype=bool)
        return round(float(graph.length_m[flags[graph.rule]].sum()) / 1000, 3)

    ends = np.unique(np.concatenate([graph.u, graph.v]))
    one_way_m = float(graph.length_m[graph.is_one_way].sum())
    return {
        "junctions": len(ends),
        "edges": len(graph),
        "km": round(float(graph.length_m.sum()) / 1000, 3),
        "one_way_km": round(one_way_m / 1000, 3),
        "ferry_km": km("is_ferry"),
        "tunnel_km": km("is_tunnel"),
        "posted_speed_km": km("is_speed_posted"),
        "posted_limit_km": km("is_limit_posted"),
    }


def _by_highway(graph: RoadGraph) -> dict[str, dict[str, Any]]:
    names = np.array([rule.highway for rule in graph.rules])[graph.rule]
    found = {}
    for name in np.unique(names).tolist():
        metres = graph.length_m[names == name]
        speeds = {r.speed_kmh for r in graph.rules if r.highway == name and not r.is_speed_posted}
        found[name] = {
            "edges": len(metres),
            "km": round(float(metres.sum()) / 1000, 3),
            "assumed_kmh": min(speeds, default=None),
        }
    return dict(sorted(found.items(), key=lambda item: -item[1]["km"]))


def _sites(found: RoadImport) -> dict[str, Any]:
    distances = [each.distance_m for each in found.sites if not each.left_out]
    quantiles = np.quantile(distances, [0.5, 0.9]).tolist() if distances else [0.0, 0.0]
    return {
        "given": len(found.sites),
        "moved_to_roads": len(distances),
        "median_m": round(quantiles[0], 1),
        "ninth_decile_m": round(quantiles[1], 1),
        "farthest_m": round(max(distances, default=0.0), 1),
        "list": [
            {
                "site": each.site.code,
                "name": each.site.name,
                "coord_kind": each.site.coord_kind.value,
                "distance_m": round(each.distance_m, 1) if math.isfinite(each.distance_m) else None,
                "road": each.road,
                "left_out": each.left_out,
            }
            for each in found.sites
        ],
    }


def _network(found: RoadImport) -> dict[str, Any]:
    return {
        "roads": len(found.roads),
        "junctions": len(found.junctions),
        "km": round(sum(road.length_m for road in found.roads) / 1000, 3),
        "one_way_roads": sum(road.one_way_to is not None for road in found.roads),
        "sites_reached_there_and_back": {
            size.value: count for size, count in found.reached.items()
        },
    }


def _rows(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The figures that a reader looks for first."""
    ways, main, sites = document["ways"], document["main_network"], document["sites"]
    apart, network = document["not_connected"], document["network"]
    yield "可行驶的路段(ways)/ drivable ways", f"{ways['drivable']:,}"
    for name, count in ways["left_out"].items():
        yield f"未采用:{LEFT_OUT_WORDS[name]}", f"{count:,}"
    yield (
        "缺失的节点(数据边缘)/ nodes missing (edge of the extract)",
        (f"{ways['nodes_missing']:,}"),
    )
    yield "不能通过的障碍 / barriers that no van gets past", f"{ways['nodes_shut']:,}"
    yield (
        "未考虑的转弯限制 / turn restrictions, not looked at",
        (f"{ways['turn_restrictions_not_looked_at']:,}"),
    )
    yield (
        "主路网 / main network",
        (f"{main['km']:,.1f} km, {main['edges']:,} edges, {main['junctions']:,} junctions"),
    )
    yield "其中单行 / of it one-way", f"{main['one_way_km']:,.1f} km"
    yield (
        "其中轮渡、隧道 / of it ferries, tunnels",
        (f"{main['ferry_km']:,.1f} km, {main['tunnel_km']:,.1f} km"),
    )
    yield (
        "有限速标注,其余为假设 / with a posted speed, the rest assumed",
        (f"{main['posted_speed_km']:,.1f} km"),
    )
    yield (
        "有限重、限宽、限高 / with a posted weight, width or height limit",
        (f"{main['posted_limit_km']:,.1f} km"),
    )
    yield (
        "未连通 / not connected",
        (f"{apart['pieces']:,} pieces, {apart['km']:,.1f} km ({apart['islands']:,} islands)"),
    )
    if sites["given"]:
        yield (
            "站点已落到道路 / sites moved to roads",
            (
                f"{sites['moved_to_roads']:,} of {sites['given']:,}; "
                f"median {sites['median_m']:,.0f} m, 90 % within {sites['ninth_decile_m']:,.0f} m, "
                f"farthest {sites['farthest_m']:,.0f} m"
            ),
        )
        yield (
            "写出的路网 / network written",
            (
                f"{network['roads']:,} roads, {network['km']:,.1f} km, {network['junctions']:,} "
                f"junctions, {network['one_way_roads']:,} roads one-way"
            ),
        )
        reached = network["sites_reached_there_and_back"]
        yield (
            "可往返的站点 / sites reached there and back",
            ", ".join(f"{size} {count:,}" for size, count in reached.items()),
        )


def _left_out(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [site for site in document["sites"]["list"] if site["left_out"]]


def _metres(site: Mapping[str, Any]) -> str:
    return "" if site["distance_m"] is None else f"{site['distance_m']:,.0f} m"


def _pieces(document: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for entry in document["not_connected"]["list"][:SHOWN]:
        piece = Piece(**entry)
        place = f"{piece.lon:.5f}, {piece.lat:.5f}"
        yield f"{piece.km:,.2f} km", str(piece.edges), KIND_WORDS[piece.kind], place, piece.name


def _text(document: Mapping[str, Any]) -> Iterator[str]:
    yield f"{document['extract']} — {ATTRIBUTION}"
    for label, value in _rows(document):
        yield f"{label}: {value}"
    for row in _pieces(document):
        yield "  " + "  ".join(row)
    for site in _left_out(document):
        yield (
            f"未纳入 / left out: {site['site']} {site['name']} {_metres(site)} "
            f"{REASON_WORDS[site['left_out']]}"
        )


_STYLE: Final = """
body{font-family:"Noto Sans SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif;
margin:24px auto;max-width:1060px;color:#222;line-height:1.5;padding:0 16px}
h1{font-size:22px;margin:0}h2{font-size:16px;margin:28px 0 8px}small{color:#666}
table{border-collapse:collapse;width:100%;font-size:13px}
td,th{border-bottom:1px solid #e2e2e2;padding:4px 10px 4px 0;text-align:left;vertical-align:top}
svg{width:100%;height:auto;border:1px solid #ddd;background:#fff}
"""


def _page(document: Mapping[str, Any], picture: str) -> Iterator[str]:
    yield '<!doctype html><html lang="zh"><head><meta charset="utf-8">'
    yield f"<title>{escape(document['extract'])}</title><style>{_STYLE}</style></head><body>"
    yield "<h1>道路导入报告 <small>Report of a road import</small></h1>"
    yield f"<p><small>{escape(document['extract'])} · {escape(ATTRIBUTION)}</small></p>"
    if any(site["coord_kind"] == "synthetic" for site in document["sites"]["list"]):
        yield (
            "<p><small>部分站点位置为合成数据,并非实测 / some positions of sites are synthetic, "
            "not surveyed</small></p>"
        )
    yield picture
    yield "<h2>发现了什么 · What was found</h2>"
    yield from _table((), _rows(document))
    yield "<h2>主路网按等级 · Main network by class</h2>"
    heads = ("highway", "km", "路段 / edges", "假设速度 / assumed km/h")
    by_highway = document["main_network"]["by_highway"].items()
    yield from _table(
        heads,
        (
            (name, f"{each['km']:,.1f}", f"{each['edges']:,}", f"{each['assumed_kmh'] or '–'}")
            for name, each in by_highway
        ),
    )
    if document["not_connected"]["pieces"]:
        shown = min(SHOWN, document["not_connected"]["pieces"])
        yield f"<h2>未连通的部分(最长的 {shown} 处)· Not connected, the longest {shown}</h2>"
        heads = ("长度 / length", "路段 / edges", "原因 / why", "lon, lat", "道路 / road")
        yield from _table(heads, _pieces(document))
    if document["sites"]["given"]:
        yield from _page_sites(document)
    yield "</body></html>"


def _page_sites(document: Mapping[str, Any]) -> Iterator[str]:
    left_out = _left_out(document)
    heads = ("编码 / code", "名称 / name", "距离 / distance", "道路或原因 / road or reason")
    yield f"<h2>未纳入的站点 {len(left_out)} · Sites left out</h2>"
    yield from _table(
        heads,
        ((s["site"], s["name"], _metres(s), REASON_WORDS[s["left_out"]]) for s in left_out),
    )
    moved = [site for site in document["sites"]["list"] if not site["left_out"]]
    moved = sorted(moved, key=lambda site: -site["distance_m"])[:SHOWN]
    yield f"<h2>移动最远的 {len(moved)} 个站点 · Sites moved farthest</h2>"
    yield from _table(heads, ((s["site"], s["name"], _metres(s), s["road"]) for s in moved))


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield "<table>"
    if heads:
        yield "<tr>" + "".join(f"<th>{escape(head)}</th>" for head in heads) + "</tr>"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
    yield "</table>"
