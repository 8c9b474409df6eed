"""Drivable ways of an OpenStreetMap extract (``.osm.pbf``, ``.osm``, ``.osm.xml``), by osmium."""

from __future__ import annotations

from array import array
from collections import Counter
from pathlib import Path
from typing import Final

import numpy as np
import osmium
from numpy.typing import NDArray
from osmium.filter import EmptyTagFilter, IdFilter, KeyFilter, TagFilter
from osmium.osm import NODE, RELATION, WAY

from coop_service.domain.road_import.tags import ROAD_KEYS, WayRule, is_barrier_shut, judge_way
from coop_service.domain.road_import.ways import MISSING, MappedWays
from coop_service.errors import Fault, InvalidInput, both

SUFFIXES: Final = (".osm.pbf", ".pbf", ".osm", ".osm.xml", ".xml", ".osm.gz", ".osm.bz2")
ATTRIBUTION: Final = "© OpenStreetMap contributors, ODbL 1.0"


def read_ways(path: Path) -> MappedWays:
    """The ways of an extract that a van may drive.

    The file is read twice: for the ways, then for their nodes. Nodes that the extract lacks, as
    where a way is cut at its edge, are ``MISSING``.

    Raises:
        InvalidInput: the file is no extract, or has no drivable way.
    """
    if not path.name.lower().endswith(SUFFIXES):
        known = ", ".join(SUFFIXES)
        raise _refused(
            path, "unknown_format", f"须为 OSM 数据文件({known})", f"must be one of {known}"
        )
    try:
        return _read(path)
    except RuntimeError as error:  # what osmium raises for whatever it cannot read
        raise _refused(
            path,
            "not_osm",
            f"不是完好的 OSM 数据文件:{error}。请重新下载",
            f"not a sound OpenStreetMap file: {error}; fetch it again",
        ) from error


def _refused(path: Path, code: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput([Fault(path.name, code, both(zh, en))])


def _read(path: Path) -> MappedWays:
    rules: dict[WayRule, int] = {}
    judged: dict[tuple[str | None, ...], int | str | None] = {}
    left_out: Counter[str] = Counter()
    names: list[str] = []
    way_id, way_rule, lengths, refs = array("q"), array("q"), array("q"), array("q")
    ways = osmium.FileProcessor(str(path), WAY).with_filter(KeyFilter("highway", "route"))
    for way in ways:
        tags = way.tags
        key = tuple(tags.get(name) for name in ROAD_KEYS)
        if key not in judged:
            found = judge_way({k: v for k, v in zip(ROAD_KEYS, key, strict=True) if v is not None})
            judged[key] = (
                rules.setdefault(found, len(rules)) if isinstance(found, WayRule) else found
            )
        rule = judged[key]
        if isinstance(rule, str):
            left_out[rule] += 1
        elif rule is not None:
            nodes = [node.ref for node in way.nodes]
            way_id.append(way.id)
            way_rule.append(rule)
            lengths.append(len(nodes))
            refs.extend(nodes)
            names.append(tags.get("name") or tags.get("ref") or "")
    if not way_id:
        raise _refused(
            path, "no_roads", "没有可供车辆通行的道路", "holds no way that a van may drive"
        )
    needed = np.frombuffer(refs, dtype=np.int64)
    node_id, lon, lat = _read_nodes(path, np.unique(needed))
    place = np.searchsorted(node_id, needed)
    place[place == len(node_id)] = 0
    found_there = node_id[place] == needed if len(node_id) else np.zeros(len(needed), dtype=bool)
    return MappedWays(
        rules=tuple(rules),
        names=tuple(names),
        way_id=np.frombuffer(way_id, dtype=np.int64),
        way_rule=np.frombuffer(way_rule, dtype=np.int64),
        starts=np.concatenate([[0], np.cumsum(np.frombuffer(lengths, dtype=np.int64))]),
        nodes=np.where(found_there, place, MISSING),
        node_id=node_id,
        lon=lon,
        lat=lat,
        is_shut=np.isin(node_id, _read_shut_nodes(path)),
        left_out=dict(sorted(left_out.items())),
        restrictions=_count_restrictions(path),
    )


def _read_nodes(
    path: Path, wanted: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Number, longitude and latitude of the nodes wanted that the extract holds, by number."""
    ids, lon, lat = array("q"), array("d"), array("d")
    processor = osmium.FileProcessor(str(path), NODE).with_filter(IdFilter(wanted.tolist()))
    for node in processor:
        location = node.location
        if location.valid():
            ids.append(node.id)
            lon.append(location.lon)
            lat.append(location.lat)
    node_id, first = np.unique(np.frombuffer(ids, dtype=np.int64), return_index=True)
    return node_id, np.frombuffer(lon)[first], np.frombuffer(lat)[first]


def _read_shut_nodes(path: Path) -> NDArray[np.int64]:
    """Numbers of the nodes that no van gets past, by number."""
    barriers = osmium.FileProcessor(str(path), NODE).with_filter(KeyFilter("barrier"))
    shut = [node.id for node in barriers if is_barrier_shut(dict(node.tags))]
    return np.unique(np.array(shut, dtype=np.int64))


def _count_restrictions(path: Path) -> int:
    """Number of turn restrictions."""
    relations = osmium.FileProcessor(str(path), RELATION).with_filter(EmptyTagFilter())
    relations = relations.with_filter(TagFilter(("type", "restriction")))
    return sum(1 for _ in relations)
