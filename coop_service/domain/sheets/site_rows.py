"""Sites, and the roads that join new ones to the network, from the rows of a sheet."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, Final

from coop_service.domain.network_faults import PARENT_TIER
from coop_service.domain.records import CoordKind, Road, Site, Tier, VehicleSize
from coop_service.domain.sheets.preview import SHEET_SOURCE, SheetOptions
from coop_service.domain.sheets.rows import SheetRow
from coop_service.domain.sheets.site_columns import KIND_OF_TIER
from coop_service.domain.sheets.site_matching import NoSite, SiteIndex, read_position
from coop_service.errors import both

NEEDED: Final = ("name", "tier", "lon", "lat")

HOURS_S: Final = {
    Tier.CENTRE: (21_600, 72_000),
    Tier.STATION: (25_200, 68_400),
    Tier.VILLAGE_POINT: (27_000, 64_800),
    Tier.GATEWAY: (0, 86_400),
}
"""Opening hours of a new site that states none, an assumption; marked so in ``custom``."""

ROAD_SPEED_KMH: Final = 20.0
ROAD_WINTER_FACTOR: Final = 1.05
"""Of a new road that states none: those of a village road, an assumption."""

POSITION_DIGITS: Final = 6
"""A position that was converted is kept to 0.1 m."""

_OWN: Final = frozenset(field.name for field in dataclasses.fields(Site)) - {"code", "custom"}

_STAND_INS: Final[dict[str, Any]] = {
    "name": "",
    "tier": Tier.GATEWAY,
    "lon": math.nan,
    "lat": math.nan,
}


def find_site_code(row: SheetRow, index: SiteIndex) -> str | None:
    """The code of the site that a row is about: its own, else that of a stored site by name.

    A new site needs a code; that it has none is told at the row.
    """
    code, name = row.values.get("code"), row.values.get("name")
    if code is not None or "code" in row.unread:
        return code
    if name is None or row.unread & {"name", "parent"}:
        row.lacks("code")
        return None
    try:
        return index.by_name(name, row.values.get("parent"), "name", "parent").code
    except NoSite as error:
        if error.code == "unknown_site":
            row.tell("code", error.code, both("新站点须有编码", "a new site needs a code"))
        else:
            row.tell(error.field, error.code, error.wrong, error.right)
        row.unread.add("code")
        return None


def make_site(
    row: SheetRow, code: str, stored: Site | None, index: SiteIndex, options: SheetOptions
) -> Site:
    """The site that a row makes of what is stored: an empty cell leaves that as it is.

    What a new site lacks is told at the row, and has a stand-in in the site.

    Args:
        row: of the sheet.
        code: of the site.
        stored: the site as it is.
        index: the county's sites together with the new ones of the file.
        options: for the coordinate system.
    """
    values = dict(row.values)
    if (hours := values.pop("hours_s", None)) is not None:
        values["open_s"], values["close_s"] = hours
    _convert_position(row, values, options)
    tier = values.get("tier") or (None if stored is None else stored.tier)
    _find_parent(row, values, tier, index)
    cleared = [name for name, v in values.items() if v is None and name != "service_mode"]
    given = {name: v for name, v in values.items() if name in _OWN and name not in cleared}
    if "population" in given:
        given["population_kind"] = SHEET_SOURCE
    if stored is not None:
        moved = (given.get("lon", stored.lon), given.get("lat", stored.lat)) != (
            stored.lon,
            stored.lat,
        )
        if moved and "coord_kind" not in given:
            given["coord_kind"] = CoordKind.PROXY
        if given.get("population") == stored.population:
            del given["population"], given["population_kind"]
        return dataclasses.replace(stored, **given)
    for name in NEEDED:
        if name not in given and name not in row.unread:
            row.lacks(name)
    hours = HOURS_S[tier or Tier.GATEWAY]
    assumed = {} if given.keys() >= {"open_s", "close_s"} else {"hours_kind": "assumption"}
    if tier is Tier.STATION and "parent" not in given and index.centre is not None:
        given["parent"] = index.centre.code
    defaults = {
        "parent": None,
        "kind": KIND_OF_TIER[tier or Tier.GATEWAY],
        "coord_kind": CoordKind.PROXY,
        "population": 0,
        "population_kind": "not stated",
        "open_s": hours[0],
        "close_s": hours[1],
        "service_mode": None,
        "source": SHEET_SOURCE,
        "custom": assumed or None,
    }
    return Site(code=code, **{**defaults, **_STAND_INS, **given})


def make_road(
    row: SheetRow, code: str, roads: dict[frozenset[str], Road], index: SiteIndex
) -> Road | None:
    """The road that a row joins its site with, made of the stored one; None: it names none."""
    values = row.values
    if values.get("road_to") is None:
        if values.get("road_m") is not None:
            row.lacks("road_to")
        return None
    if row.unread & {"road_to", "road_m", "road_speed_kmh", "road_vehicle"}:
        return None
    try:
        other = index.find(values["road_to"], "road_to")
    except NoSite as error:
        row.tell("road_to", error.code, error.wrong, error.right)
        return None
    given = {
        name: values[field]
        for name, field in (
            ("length_m", "road_m"),
            ("speed_kmh", "road_speed_kmh"),
            ("largest_vehicle", "road_vehicle"),
        )
        if values.get(field) is not None
    }
    stored = roads.get(frozenset((code, other.code)))
    if stored is not None:
        return dataclasses.replace(stored, **given)
    if "length_m" not in given:
        row.lacks("road_m")
        return None
    defaults = {"speed_kmh": ROAD_SPEED_KMH, "largest_vehicle": VehicleSize.VAN}
    return Road(
        u=min(code, other.code),
        v=max(code, other.code),
        road_class="C",
        winter_factor=ROAD_WINTER_FACTOR,
        synthetic=True,
        source=SHEET_SOURCE,
        **{**defaults, **given},
    )


def _convert_position(row: SheetRow, values: dict[str, Any], options: SheetOptions) -> None:
    """Make longitude and latitude WGS-84, or take them out where they cannot be."""
    lon, lat = values.pop("lon", None), values.pop("lat", None)
    crs = values.pop("crs", None) or options.crs
    if row.unread & {"lon", "lat", "crs"} or (lon is None and lat is None):
        return
    if lon is None or lat is None:
        row.lacks("lon" if lon is None else "lat")
        return
    if crs is None:
        wrong = both("没有说明坐标系", "the coordinate system is not said")
        right = both("坐标系一列,或导入时给出 crs", "a column crs, or crs given with the import")
        row.tell("lon", "missing_crs", wrong, right)
        row.unread.add("lat")
        return
    try:
        at = read_position(lon, lat, crs)
    except NoSite as error:
        row.tell(error.field, error.code, error.wrong)
        row.unread.update(("lon", "lat"))
        return
    values["lon"], values["lat"] = (
        (lon, lat) if at == (lon, lat) else (round(d, POSITION_DIGITS) for d in at)
    )


def _find_parent(
    row: SheetRow, values: dict[str, Any], tier: Tier | None, index: SiteIndex
) -> None:
    text = values.pop("parent", None)
    if text is None or row.unread & {"parent", "tier"}:
        return
    wanted = None if tier is None else PARENT_TIER.get(tier)
    if wanted is None:
        return
    try:
        if wanted is Tier.STATION:
            values["parent"] = index.station(text, "parent").code
        else:
            values["parent"] = index.find(text, "parent", (wanted,)).code
    except NoSite as error:
        row.tell("parent", error.code, error.wrong, error.right)
