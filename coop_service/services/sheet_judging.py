"""Judging the rows of a spreadsheet against what a county has; nothing is stored here."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from sqlmodel import Session

from coop_service.domain.network_faults import find_van_faults
from coop_service.domain.records import DayOrder, Road, Site, Van
from coop_service.domain.sheets.columns import SheetKind
from coop_service.domain.sheets.faults import SheetFault
from coop_service.domain.sheets.order_rows import (
    content_key,
    find_order_places,
    judge_order,
    make_order,
)
from coop_service.domain.sheets.preview import (
    Preview,
    RowAction,
    RowPreview,
    SheetOptions,
    find_changes,
    preview_row,
)
from coop_service.domain.sheets.rows import SheetRow
from coop_service.domain.sheets.site_matching import SiteIndex
from coop_service.domain.sheets.vehicle_rows import Fleet, find_van, make_van, plate_key
from coop_service.errors import both
from coop_service.services.sheet_reading import OpenFile, OpenSheet, open_file
from coop_service.services.sheet_sites import judge_sites
from coop_service.settings import Settings
from coop_service.store.queries import find_records, load_fleet, load_roads, load_sites

CHUNK: Final = 1_000
"""Rows of orders that are looked up in the store together."""


@dataclass(slots=True)
class Judged:
    """What a file would do, and the records of its good rows that are new or changed."""

    preview: Preview
    sites: list[Site] = field(default_factory=list)
    roads: list[Road] = field(default_factory=list)
    vans: list[Van] = field(default_factory=list)
    orders: list[DayOrder] = field(default_factory=list)


def judge_file(
    session: Session,
    county: str,
    file: str,
    content: bytes,
    options: SheetOptions,
    settings: Settings,
) -> Judged:
    """What taking a file would do to a county as it is now.

    Sites come first, then vehicles and orders, which may refer to the file's own new sites.

    Raises:
        InvalidInput: the file cannot be read at all, or the options do not fit it.
    """
    opened = open_file(file, content, options)
    rows: list[RowPreview] = []
    stored = load_sites(session, county)
    roads = load_roads(session, county) if opened.of(SheetKind.SITES) else []
    sites = judge_sites(opened.of(SheetKind.SITES), stored, roads, options)
    rows += sites.previews
    index = SiteIndex((stored | {site.code: site for site in sites.sites}).values())
    vans = _judge_vans(opened, Fleet(load_fleet(session, county)), index, rows)
    orders = _judge_orders(session, county, opened, index, options, settings, rows)
    preview = Preview(opened.summaries(), tuple(_shared(rows)))
    return Judged(preview, sites.sites, sites.roads, vans, orders)


def _judge_vans(
    opened: OpenFile, fleet: Fleet, index: SiteIndex, previews: list[RowPreview]
) -> list[Van]:
    vans: list[Van] = []
    first: dict[str, int] = {}
    for sheet in opened.of(SheetKind.VEHICLES):
        for row in sheet.rows():
            stored = find_van(row, fleet)
            van = make_van(row, stored, index)
            for found in find_van_faults([van], index.sites):
                if found.field not in row.unread:
                    row.tell(_van_field(row, found.field), found.code, found.message)
            if van.code and not row.unread & {"plate", "code"}:
                of_plate = first.setdefault(f"plate {plate_key(van.plate)}", row.number)
                of_code = first.setdefault(f"code {van.code}", row.number)
                for number in {of_plate, of_code} - {row.number}:
                    wrong = both(f"与第 {number} 行是同一车辆", f"is the vehicle of row {number}")
                    row.tell("plate", "duplicate_row", wrong)
            changes = () if stored is None else find_changes(stored, van)
            preview = preview_row(row, van.code or None, stored is None, changes)
            previews.append(preview)
            if preview.does in (RowAction.CREATE, RowAction.CHANGE):
                vans.append(van)
    return vans


def _van_field(row: SheetRow, name: str) -> str:
    return "shift_s" if name.startswith("shift_") and "shift_s" in row.values else name


def _judge_orders(
    session: Session,
    county: str,
    opened: OpenFile,
    index: SiteIndex,
    options: SheetOptions,
    settings: Settings,
    previews: list[RowPreview],
) -> list[DayOrder]:
    orders: list[DayOrder] = []
    first: dict[str, tuple[str, int]] = {}
    for chunk in _chunks(opened.of(SheetKind.ORDERS)):
        pending = []
        for row in chunk:
            find_order_places(row, index, options)
            key, order = row.values.get("key"), None
            if key is None:
                order = make_order(row, None, index)
                judge_order(row, order, index, settings.earliest_date, settings.latest_date)
                key = None if row.faults else content_key(order)
            pending.append((row, key, order))
        known = find_records(session, county, DayOrder, (key for _, key, _ in pending if key))
        for row, key, order in pending:
            stored = known.get(key or "")
            if order is None or stored is not None:
                order = make_order(row, stored, index)
                judge_order(row, order, index, settings.earliest_date, settings.latest_date)
            if key is not None:
                order = dataclasses.replace(order, key=key)
                _refuse_repeated(row, key, first)
            changes = () if stored is None else find_changes(stored, order)
            preview = preview_row(row, key, stored is None, changes)
            previews.append(preview)
            if preview.does in (RowAction.CREATE, RowAction.CHANGE):
                orders.append(order)
    return orders


def _refuse_repeated(row: SheetRow, key: str, first: dict[str, tuple[str, int]]) -> None:
    sheet, number = first.setdefault(key, (row.layout.sheet, row.number))
    if (sheet, number) == (row.layout.sheet, row.number):
        return
    if "key" in row.values:
        wrong = both(f"与 {sheet} 第 {number} 行重复", f"is also that of row {number} of {sheet}")
        row.tell("key", "duplicate_row", wrong)
        return
    wrong = both(
        f"与 {sheet} 第 {number} 行内容相同,又没有订单号,无法区分",
        f"says the same as row {number} of {sheet}, and neither has a number to tell them apart",
    )
    right = both("填写订单号,或合并为一行", "an order number, or one row for both")
    row.tell("key", "duplicate_row", wrong, right)


def _chunks(sheets: Iterable[OpenSheet]) -> Iterator[list[SheetRow]]:
    rows = itertools.chain.from_iterable(sheet.rows() for sheet in sheets)
    while chunk := list(itertools.islice(rows, CHUNK)):
        yield chunk


def _shared(rows: Iterable[RowPreview]) -> Iterator[RowPreview]:
    """The rows with each fault of the headings once in memory, however many rows have it."""
    known: dict[SheetFault, SheetFault] = {}
    for row in rows:
        if any(fault.row != row.row for fault in row.faults):
            faults = tuple(known.setdefault(fault, fault) for fault in row.faults)
            yield dataclasses.replace(row, faults=faults)
        else:
            yield row
