"""Orders from the rows of a sheet."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from coop_service.domain.order_faults import DEPOT_TIERS, find_order_faults
from coop_service.domain.problem import Direction
from coop_service.domain.records import DayOrder, Tier
from coop_service.domain.sheets.cells import key_of
from coop_service.domain.sheets.preview import SheetOptions, as_json
from coop_service.domain.sheets.rows import SheetRow
from coop_service.domain.sheets.site_matching import (
    NoSite,
    SiteIndex,
    describe,
    read_position,
)
from coop_service.errors import both

NEEDED: Final = ("date", "direction", "weight_kg", "volume_m3", "pieces", "goods_class")
"""Fields that a new order must state; site and depot are found in ways of their own."""

_STAND_INS: Final[dict[str, Any]] = {
    "date": dt.date.min,
    "direction": Direction.OUTBOUND,
    "weight_kg": 0.0,
    "volume_m3": 0.0,
    "pieces": 0,
    "goods_class": "",
    "site": "",
    "depot": "",
}

_SITE_FIELDS: Final = ("site_code", "site_name", "township", "lon", "lat", "crs")

_DEFAULTS: Final = {
    field.name: field.default
    for field in dataclasses.fields(DayOrder)
    if field.default is not dataclasses.MISSING
}

_OWN: Final = frozenset(field.name for field in dataclasses.fields(DayOrder)) - {"key", "custom"}


def find_order_places(row: SheetRow, index: SiteIndex, options: SheetOptions) -> None:
    """Put the sites that an order's row means into its values, as ``site`` and the like."""
    if row.values.get("date") is None and options.day is not None and "date" not in row.unread:
        row.values["date"] = options.day
    if row.unread.intersection(_SITE_FIELDS):
        row.unread.add("site")
    else:
        _attempt(row, "site", lambda: _find_site(row, index, options))
    for name, tiers in (("depot", DEPOT_TIERS), ("to_site", tuple(Tier))):
        text = row.values.get(name)
        if text is not None:
            _attempt(row, name, partial(_find_code, index, text, name, tiers))


def make_order(row: SheetRow, stored: DayOrder | None, index: SiteIndex) -> DayOrder:
    """The order that a row makes of what is stored: an empty cell leaves that as it is.

    What a new order lacks is told at the row, and has a stand-in in the order. Without an order
    number the order has an empty key, see :func:`content_key`.
    """
    given = {name: v for name, v in row.values.items() if name in _OWN}
    for name in [name for name, value in given.items() if value is None]:
        del given[name]
        if name in _DEFAULTS:
            given[name] = _DEFAULTS[name]
    if "note" in row.values:
        custom = dict((stored.custom if stored is not None else None) or {})
        custom["note"] = row.values["note"]
        given["custom"] = {name: v for name, v in custom.items() if v is not None} or None
    if stored is not None:
        return dataclasses.replace(stored, **given)
    if "depot" not in given and "depot" not in row.unread and index.centre is not None:
        given["depot"] = index.centre.code
    for name in NEEDED:
        if name not in given and name not in row.unread:
            row.lacks(name)
    if "site" not in given and "site" not in row.unread:
        ways = ("site_name", "site_code", "lon")
        row.lacks(next((name for name in ways if row.layout.place(name)), "site_name"))
        row.unread.add("site")
    return DayOrder(key=row.values.get("key") or "", **(_STAND_INS | given))


def content_key(order: DayOrder) -> str:
    """The key of an order that has no number: its date and a digest of all that it says.

    Site, goods, direction, amounts, windows and note go into it as they were understood, so that
    the same row is recognised in another layout, with other units or headings. A row that says
    anything else is another order: to change an order by a sheet takes an order number.
    """
    said = {
        field.name: as_json(getattr(order, field.name))
        for field in dataclasses.fields(order)
        if field.name != "key"
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return f"sheet-{order.date:%Y%m%d}-{hashlib.sha256(text.encode()).hexdigest()[:20]}"


def judge_order(
    row: SheetRow, order: DayOrder, index: SiteIndex, first: dt.date, last: dt.date
) -> None:
    """Tell the row every fault of its order, at the cells that brought it about."""
    for fault in find_order_faults(order, index.sites, first, last, row.unread):
        name = fault.pointer.split("/")[1]
        if name == "site":
            name = next((n for n in _SITE_FIELDS if n in row.values), "site_code")
        row.tell(name, fault.code, fault.message)


def _find_site(row: SheetRow, index: SiteIndex, options: SheetOptions) -> str | None:
    values = row.values
    code, name = values.get("site_code"), values.get("site_name")
    if code is not None:
        site = index.by_code(code, "site_code")
        if name is not None and not _agree(name, site.name):
            found = describe(site, index.sites)
            wrong = both(
                f"站点编码 {code} 是{found},名称却是“{name}”",
                f"the code {code} is {site.name!r}, the name is {name!r}",
            )
            raise NoSite("site_name", "differs_from_code", wrong)
        return site.code
    if name is not None:
        return index.by_name(name, values.get("township")).code
    lon, lat = values.get("lon"), values.get("lat")
    if lon is None and lat is None:
        return None
    if lon is None or lat is None:
        row.lacks("lon" if lon is None else "lat")
        return None
    crs = values.get("crs") or options.crs
    if crs is None:
        raise NoSite(
            "lon",
            "missing_crs",
            both("没有说明坐标系", "the coordinate system is not said"),
            both(
                "填写坐标系一列(wgs84、gcj02、bd09),或导入时给出 crs",
                "a column crs (wgs84, gcj02, bd09), or crs given with the import",
            ),
        )
    site, away_m = index.nearest(*read_position(lon, lat, crs), options.near_m)
    found = describe(site, index.sites)
    row.notes.append(
        both(
            f"按坐标({crs})对应到{found},相距 {away_m:.0f} 米",
            f"by its position ({crs}) at {site.code}, {away_m:.0f} m away",
        )
    )
    return site.code


def _find_code(index: SiteIndex, text: str, name: str, tiers: tuple[Tier, ...]) -> str:
    return index.find(text, name, tiers).code


def _agree(name: str, site_name: str) -> bool:
    """Whether a name beside a code may be that of its site; either may be the longer one."""
    a, b = key_of(name).removesuffix("村"), key_of(site_name).removesuffix("村")
    return a in b or b in a


def _attempt(row: SheetRow, name: str, find: Callable[[], str | None]) -> None:
    """Put what is found into the row's values, or tell the row why nothing is."""
    try:
        found = find()
    except NoSite as error:
        row.tell(error.field, error.code, error.wrong, error.right)
        row.unread.add(name)
        row.values.pop(name, None)
    else:
        if found is not None:
            row.values[name] = found
        elif row.unread.intersection(_SITE_FIELDS):
            row.unread.add(name)
