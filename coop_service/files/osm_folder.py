"""An imported road network written as a network folder, attribution included."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from coop_service.domain.road_distances import road_distances
from coop_service.domain.road_import.importing import (
    ImportedRoad,
    Junction,
    RoadImport,
    SiteOnRoad,
)
from coop_service.domain.road_import.tags import CLASS_ZH
from coop_service.files.osm import ATTRIBUTION
from coop_service.files.tables import Row, in_columns, read_rows, write_rows

WINTER_FACTOR: Final = 1.08
"""Assumed of every road."""

JUNCTION_KIND: Final = "junction"
STALE_COLUMNS: Final = ("road_km_from_centre", "road_min_from_centre", "road_km_from_parent")
"""Columns of earlier roads, worked out anew where the source has them."""


def write_folder(found: RoadImport, source: Path, out: Path, extract: str) -> None:
    """Write sites, roads and vehicles of an import, and ``SOURCE.md``.

    Args:
        found: what was imported, with roads.
        source: network folder that the sites come from; their columns are kept.
        out: folder to write, made if need be.
        extract: name of the extract.
    """
    out.mkdir(parents=True, exist_ok=True)
    roads = [_road_row(road) for road in found.roads]
    vans = read_rows(source / "vehicles.csv")
    kept = {each.site.code: each for each in found.sites if not each.left_out}
    rows = [row for row in read_rows(source / "sites.csv") if row["id"].strip() in kept]
    sites = [_site_row(row, kept[row["id"].strip()]) for row in rows]
    if any(name in sites[0] for name in STALE_COLUMNS):
        sites = road_distances(sites, roads)
    sites += [_junction_row(junction) for junction in found.junctions]
    homes = [van for van in vans if van["home"].strip() in kept]
    write_rows(out / "sites.csv", in_columns(sites))
    write_rows(out / "roads.csv", roads, ROAD_COLUMNS)
    write_rows(out / "vehicles.csv", homes, list(vans[0]))
    left_out = [_left_out_row(each) for each in found.sites if each.left_out]
    write_rows(out / "left_out.csv", left_out, LEFT_OUT_COLUMNS)
    text = _source_text(found, extract, source, len(vans) - len(homes))
    (out / "SOURCE.md").write_text(text, encoding="utf-8")


ROAD_COLUMNS: Final = (
    "u", "v", "name", "road_class", "class_zh", "osm_highway", "osm_way", "length_km", "speed_kmh",
    "minutes", "speed_kind", "largest_vehicle", "limit_kind", "one_way_to", "tunnel_km",
    "winter_factor", "winter_kind", "closed_periods", "synthetic", "source", "geometry",
)  # fmt: skip
LEFT_OUT_COLUMNS: Final = ("id", "name", "tier", "parent", "lon", "lat", "distance_m", "reason")


def _road_row(road: ImportedRoad) -> Row:
    posted = {0.0: "assumption", 1.0: "posted"}
    return {
        "u": road.u,
        "v": road.v,
        "name": road.name,
        "road_class": road.road_class,
        "class_zh": CLASS_ZH[road.road_class],
        "osm_highway": road.highway,
        "osm_way": str(road.way_id),
        "length_km": f"{road.length_m / 1000:.3f}",
        "speed_kmh": f"{road.speed_kmh:.3f}",
        "minutes": f"{road.length_m * 0.06 / road.speed_kmh:.3f}",
        "speed_kind": posted.get(round(road.posted_share, 3), "partly posted"),
        "largest_vehicle": road.largest.value,
        "limit_kind": "posted" if road.is_limit_posted else "assumption",
        "one_way_to": road.one_way_to or "",
        "tunnel_km": f"{road.tunnel_m / 1000:.3f}" if road.tunnel_m >= 1 else "",
        "winter_factor": f"{WINTER_FACTOR}",
        "winter_kind": "assumption",
        "closed_periods": "",
        "synthetic": "0",
        "source": "OpenStreetMap, ODbL 1.0",
        "geometry": "LINESTRING(" + ",".join(f"{x:.6f} {y:.6f}" for x, y in road.line) + ")",
    }


def _site_row(row: Row, found: SiteOnRoad) -> Row:
    return row | {
        "lon": f"{found.lon:.7f}",
        "lat": f"{found.lat:.7f}",
        "snap_m": f"{found.distance_m:.1f}",
        "snap_road": found.road,
        "source_lon": row["lon"],
        "source_lat": row["lat"],
    }


def _junction_row(junction: Junction) -> Row:
    return {
        "id": junction.code,
        "name": f"路口 {junction.code.removeprefix('osm-')}",
        "tier": "9",
        "kind": JUNCTION_KIND,
        "lon": f"{junction.lon:.7f}",
        "lat": f"{junction.lat:.7f}",
        "crs": "WGS-84",
        "coord_kind": "real",
        "population": "0",
        "population_kind": "none",
        "open": "00:00",
        "close": "24:00",
        "source": "OpenStreetMap, ODbL 1.0",
    }


def _left_out_row(each: SiteOnRoad) -> Row:
    return {
        "id": each.site.code,
        "name": each.site.name,
        "tier": str(each.site.tier.value),
        "parent": each.site.parent or "",
        "lon": str(each.site.lon),
        "lat": str(each.site.lat),
        "distance_m": f"{each.distance_m:.0f}" if math.isfinite(each.distance_m) else "",
        "reason": each.left_out,
    }


def _source_text(found: RoadImport, extract: str, source: Path, vans_left_out: int) -> str:
    kept = [each.distance_m for each in found.sites if not each.left_out]
    lines: Sequence[str] = (
        "# 道路来自 OpenStreetMap · Roads from OpenStreetMap",
        "",
        f"Attribution: **{ATTRIBUTION}** (https://www.openstreetmap.org/copyright). The roads and",
        "junctions are a database derived from OpenStreetMap: whoever hands them on keeps this",
        "notice and the licence, the Open Database License (ODbL) 1.0.",
        "",
        f"Roads: extract `{extract}`. Sites and vehicles: network folder `{source.name}`,",
        "whose own `SOURCE.md` says what of them is real.",
        "",
        "| thing | status |",
        "| --- | --- |",
        "| course and length of roads, one-ways, tunnels | as mapped; lengths on the sphere, "
        "whole metres, at least 1 |",
        "| `speed_kmh` | `speed_kind`: posted, ASSUMPTION by class, or partly posted; a mean over "
        "the road's parts |",
        "| `largest_vehicle` | `limit_kind`: posted weight, width, height or ban, else ASSUMPTION "
        "by class; what our vehicles weigh and measure is an ASSUMPTION |",
        "| `road_class` | letter of the road number where one is mapped, else ASSUMPTION by "
        "`osm_highway` |",
        "| `winter_factor` | ASSUMPTION, the same everywhere |",
        "| turn restrictions, traffic, waiting for ferries | not looked at |",
        f"| {len(kept)} sites | moved to the nearest road, {max(kept, default=0):.0f} m at most "
        "(`snap_m`); where they were is in `source_lon`, `source_lat` |",
        f"| {len(found.sites) - len(kept)} sites, {vans_left_out} vehicles based there | left out, "
        "see `left_out.csv` |",
        f"| {len(found.junctions)} junctions | sites of tier 9, kind `{JUNCTION_KIND}`: crossings "
        "only |",
        "",
        "`geometry` is a road's course from `u` to `v` (WKT, WGS-84); the service does not use it.",
        "",
    )
    return "\n".join(lines)
