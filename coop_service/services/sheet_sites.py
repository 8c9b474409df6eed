"""Judging the rows of sheets of sites: by the network that taking them would leave."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from coop_service.domain.network_faults import RecordFault, find_network_faults
from coop_service.domain.records import CoordKind, Road, Site
from coop_service.domain.sheets.preview import (
    FieldChange,
    RowAction,
    RowPreview,
    SheetOptions,
    find_changes,
    preview_row,
)
from coop_service.domain.sheets.rows import SheetRow
from coop_service.domain.sheets.site_matching import SiteIndex
from coop_service.domain.sheets.site_rows import find_site_code, make_road, make_site
from coop_service.errors import both
from coop_service.services.sheet_reading import OpenSheet

_FIELDS: Final = {"length_m": "road_m", "speed_kmh": "road_speed_kmh", "u": "road_to"}
"""Field of a sheet by the field of a road."""


@dataclass(slots=True)
class JudgedSites:
    """Previews of all rows, and the sites and roads of the good ones that are new or changed."""

    previews: list[RowPreview] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    roads: list[Road] = field(default_factory=list)


@dataclass(slots=True)
class _Entry:
    row: SheetRow
    code: str | None
    stored: Site | None = None
    site: Site | None = None
    road: Road | None = None
    stored_road: Road | None = None

    def changes(self) -> tuple[FieldChange, ...]:
        found: tuple[FieldChange, ...] = ()
        if self.stored is not None and self.site is not None:
            found = find_changes(self.stored, self.site)
        if self.road is not None and self.stored_road is not None:
            found += find_changes(self.stored_road, self.road, "road.")
        elif self.road is not None and self.stored is not None:
            found += (FieldChange("road", None, f"{self.road.u}-{self.road.v}"),)
        return found


def judge_sites(
    sheets: Sequence[OpenSheet],
    stored: dict[str, Site],
    roads: Sequence[Road],
    options: SheetOptions,
) -> JudgedSites:
    """What the rows of all sheets of sites would do.

    A row that would break the network is refused; what stands on it is judged again without it,
    until what is left makes a sound network.
    """
    known = SiteIndex(stored.values())
    entries = [_Entry(row, find_site_code(row, known)) for sheet in sheets for row in sheet.rows()]
    index = SiteIndex((dict(_outlines(entries)) | stored).values())
    by_ends = {frozenset((road.u, road.v)): road for road in roads}
    first: dict[str, int] = {}
    for entry in entries:
        row, code = entry.row, entry.code
        if code is not None:
            if first.setdefault(code, row.number) != row.number:
                number = first[code]
                wrong = both(f"与第 {number} 行是同一站点", f"is the same site as in row {number}")
                row.tell("code", "duplicate_row", wrong)
            entry.stored = stored.get(code)
        entry.site = make_site(row, code or "", entry.stored, index, options)
        entry.road = make_road(row, code or "", by_ends, index)
        if entry.road is not None:
            entry.stored_road = by_ends.get(frozenset((entry.road.u, entry.road.v)))
    while _refuse_what_breaks([e for e in entries if not e.row.faults], stored, roads):
        pass
    return _result(entries)


def _outlines(entries: Sequence[_Entry]) -> Iterator[tuple[str, Site]]:
    """New sites as far as others may refer to them, in whatever order they come."""
    for entry in entries:
        values = entry.row.values
        if entry.code is not None and {"name", "tier"} <= values.keys():
            yield (
                entry.code,
                Site(
                    code=entry.code,
                    name=values["name"],
                    tier=values["tier"],
                    kind="",
                    parent=None,
                    lon=math.nan,
                    lat=math.nan,
                    coord_kind=CoordKind.SYNTHETIC,
                    population=0,
                    population_kind="",
                    open_s=0,
                    close_s=1,
                    service_mode=None,
                    source="",
                ),
            )


def _refuse_what_breaks(
    good: Sequence[_Entry], stored: dict[str, Site], roads: Sequence[Road]
) -> bool:
    """Tell the rows what they would break in the network; whether any does."""
    good = [entry for entry in good if entry.site is not None]
    if all(e.site == e.stored and e.road == e.stored_road for e in good):
        return False
    codes = {entry.code for entry in good}
    with_road = [entry for entry in good if entry.road is not None]
    ends = {frozenset((entry.road.u, entry.road.v)) for entry in with_road if entry.road}
    kept_sites = [site for site in stored.values() if site.code not in codes]
    kept_roads = [road for road in roads if frozenset((road.u, road.v)) not in ends]
    all_sites = [*kept_sites, *(entry.site for entry in good if entry.site is not None)]
    all_roads = [*kept_roads, *(entry.road for entry in with_road if entry.road is not None)]
    faults = find_network_faults(all_sites, all_roads)
    for fault in faults:
        if fault.kind == "sites" and fault.index >= len(kept_sites):
            row = good[fault.index - len(kept_sites)].row
            name = "road_to" if fault.code == "unreachable_site" else fault.field
            # What follows from a fault of the same cell is no second fault.
            if name not in row.unread:
                row.tell(name, fault.code, fault.message)
        elif fault.kind == "roads" and fault.index >= len(kept_roads):
            name = _FIELDS.get(fault.field, "road_to")
            with_road[fault.index - len(kept_roads)].row.tell(name, fault.code, fault.message)
        else:
            _tell_causes(fault, good, kept_sites, kept_roads)
    return bool(faults)


def _tell_causes(
    fault: RecordFault,
    good: Sequence[_Entry],
    kept_sites: Sequence[Site],
    kept_roads: Sequence[Road],
) -> None:
    """Tell a fault of a stored record at the rows that it depends on, else at all that change."""
    depends: set[str | None] = set()
    if fault.kind == "roads" and fault.index < len(kept_roads):
        depends = {kept_roads[fault.index].u, kept_roads[fault.index].v}
    elif fault.index < len(kept_sites):
        depends = {kept_sites[fault.index].parent}
    changed = [entry for entry in good if entry.site != entry.stored]
    blamed = [entry for entry in changed if entry.code in depends] or changed or good
    for entry in blamed:
        name = "lon" if fault.kind == "roads" else "tier"
        entry.row.tell(name, fault.code, fault.message, "")


def _result(entries: Sequence[_Entry]) -> JudgedSites:
    result = JudgedSites()
    for entry in entries:
        changes = entry.changes()
        preview = preview_row(entry.row, entry.code, entry.stored is None, changes)
        result.previews.append(preview)
        if preview.does in (RowAction.CREATE, RowAction.CHANGE) and entry.site is not None:
            if entry.site != entry.stored:
                result.sites.append(entry.site)
            if entry.road is not None and entry.road != entry.stored_road:
                result.roads.append(entry.road)
    return result
