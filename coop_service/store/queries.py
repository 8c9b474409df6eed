"""Reading and writing sites, roads, vans and orders: the one place that knows rows and values both.

Everything takes the county's code, and no query sees more than one county. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, delete, func, select, update

from coop_service.domain.network import Network
from coop_service.domain.problem import Direction
from coop_service.domain.records import DayOrder, Road, Site, Tier, Van
from coop_service.store.tables import County, OrderRow, RoadRow, SiteRow, VanRow

Record = TypeVar("Record", Site, Road, Van, DayOrder)

Page = tuple[list[Record], int]
"""Some of the records that were asked for, and how many there are in all."""

CHUNK: Final = 500
"""Names in one query; SQLite takes no more than 32 766 parameters."""


class Change(StrEnum):
    """What writing a record has changed."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class _Table:
    """Where the records of one kind are kept, and the fields that name one within its county."""

    row: Any
    identity: tuple[str, ...]

    def where(self, county: str, identity: Sequence[str]) -> list[ColumnElement[bool]]:
        names = zip(self.identity, identity, strict=True)
        return [self.row.county == county, *(getattr(self.row, name) == v for name, v in names)]


_TABLES: Final[dict[type, _Table]] = {
    Site: _Table(SiteRow, ("code",)),
    Road: _Table(RoadRow, ("u", "v")),
    Van: _Table(VanRow, ("code",)),
    DayOrder: _Table(OrderRow, ("key",)),
}


def lock_county(session: Session, county: str) -> None:
    """Let nobody else write to the county until this transaction ends.

    To be called before reading what the write depends on: what is read afterwards stays true.
    """
    session.exec(update(County).where(col(County.code) == county).values(name=County.name))


def load_network(session: Session, county: str, date: dt.date | None = None) -> Network:
    """The county's network, as of a day or whole.

    Raises:
        InvalidInput: the county has no sites, or none that make a network.
    """
    sites = load_sites(session, county).values()
    return Network(county, sites, load_roads(session, county), date)


def load_sites(session: Session, county: str) -> dict[str, Site]:
    """The county's sites by code, from the centre down."""
    sites = select(SiteRow).where(SiteRow.county == county)
    rows = session.exec(sites.order_by(col(SiteRow.tier), col(SiteRow.code)))
    return {row.code: _value(Site, row) for row in rows}


def load_roads(session: Session, county: str) -> list[Road]:
    """The county's roads."""
    roads = select(RoadRow).where(RoadRow.county == county)
    return [_value(Road, row) for row in session.exec(roads.order_by(RoadRow.u, RoadRow.v))]


def load_fleet(session: Session, county: str) -> list[Van]:
    """The county's vans, also those that are not active."""
    vans = select(VanRow).where(VanRow.county == county).order_by(VanRow.code)
    return [_value(Van, row) for row in session.exec(vans)]


def load_orders(session: Session, county: str, date: dt.date) -> list[DayOrder]:
    """The county's orders of one day."""
    orders = select(OrderRow).where(OrderRow.county == county, OrderRow.date == date)
    return [_value(DayOrder, row) for row in session.exec(orders.order_by(OrderRow.key))]


def find_record(session: Session, county: str, kind: type[Record], *identity: str) -> Record | None:
    """The record of a name (a road: of its two ends, in either order), if there is one."""
    table = _TABLES[kind]
    names = sorted(identity) if kind is Road else identity
    row = session.exec(select(table.row).where(*table.where(county, names))).first()
    return None if row is None else _value(kind, row)


def find_records(
    session: Session, county: str, kind: type[Record], codes: Iterable[str]
) -> dict[str, Record]:
    """The records that some codes (of orders: keys) name, by code; those that there are.

    Read as columns, not as rows that the session keeps watching: there may be very many.
    """
    table = _TABLES[kind]
    [identity] = table.identity
    columns = [getattr(table.row, field.name) for field in fields(kind)]
    code = col(getattr(table.row, identity))
    found = {}
    for chunk in _chunks(sorted(set(codes))):
        rows = session.exec(select(*columns).where(table.row.county == county, code.in_(chunk)))
        for values in rows:
            record = kind(*values)
            found[getattr(record, identity)] = record
    return found


def list_sites(
    session: Session,
    county: str,
    *,
    tier: Tier | None = None,
    parent: str | None = None,
    name: str | None = None,
    offset: int = 0,
    limit: int = 100,
) -> Page[Site]:
    """A page of the county's sites, from the centre down; ``name`` is looked for in names."""
    wanted = [col(SiteRow.county) == county]
    if tier is not None:
        wanted.append(col(SiteRow.tier) == tier)
    if parent is not None:
        wanted.append(col(SiteRow.parent) == parent)
    if name is not None:
        wanted.append(col(SiteRow.name).contains(name, autoescape=True))
    return _page(session, Site, wanted, (SiteRow.tier, SiteRow.code), offset, limit)


def list_roads(
    session: Session, county: str, *, site: str | None = None, offset: int = 0, limit: int = 100
) -> Page[Road]:
    """A page of the county's roads; ``site`` keeps those that end there."""
    wanted = [col(RoadRow.county) == county]
    if site is not None:
        wanted.append(or_(col(RoadRow.u) == site, col(RoadRow.v) == site))
    return _page(session, Road, wanted, (RoadRow.u, RoadRow.v), offset, limit)


def list_vans(
    session: Session,
    county: str,
    *,
    home: str | None = None,
    active: bool | None = None,
    offset: int = 0,
    limit: int = 100,
) -> Page[Van]:
    """A page of the county's vans."""
    wanted = [col(VanRow.county) == county]
    if home is not None:
        wanted.append(col(VanRow.home) == home)
    if active is not None:
        wanted.append(col(VanRow.active) == active)
    return _page(session, Van, wanted, (VanRow.code,), offset, limit)


def list_orders(
    session: Session,
    county: str,
    *,
    date: dt.date | None = None,
    direction: Direction | None = None,
    site: str | None = None,
    offset: int = 0,
    limit: int = 100,
) -> Page[DayOrder]:
    """A page of the county's orders by date and key; ``site``: collected or left there."""
    wanted = [col(OrderRow.county) == county]
    if date is not None:
        wanted.append(col(OrderRow.date) == date)
    if direction is not None:
        wanted.append(col(OrderRow.direction) == direction)
    if site is not None:
        wanted.append(or_(col(OrderRow.site) == site, col(OrderRow.to_site) == site))
    return _page(session, DayOrder, wanted, (OrderRow.date, OrderRow.key), offset, limit)


def put_records(session: Session, county: str, records: Sequence[Record]) -> list[Change]:
    """Write records of one kind, new ones and changed ones; what each of them has changed.

    A name given twice is written twice, so that the last one stands.
    """
    if not records:
        return []
    kind = type(records[0])
    table = _TABLES[kind]
    names = [field.name for field in fields(kind)]
    rows = _rows_by_identity(session, county, table, records)
    changes = []
    for record in records:
        values = {name: getattr(record, name) for name in names} | {"county": county}
        if isinstance(record, Road):
            values["u"], values["v"] = sorted((record.u, record.v))
        identity = tuple(values[name] for name in table.identity)
        if identity not in rows:
            rows[identity] = table.row(**values)
            session.add(rows[identity])
            changes.append(Change.CREATED)
            continue
        changed = [name for name in names if getattr(rows[identity], name) != values[name]]
        for name in changed:
            setattr(rows[identity], name, values[name])
        changes.append(Change.UPDATED if changed else Change.UNCHANGED)
    session.flush()
    return changes


def delete_record(session: Session, county: str, kind: type[Record], *identity: str) -> bool:
    """Delete the record of a name; False where there is none."""
    table = _TABLES[kind]
    names = sorted(identity) if kind is Road else identity
    return session.exec(delete(table.row).where(*table.where(county, names))).rowcount == 1


def delete_site_roads(session: Session, county: str, site: str) -> None:
    """Delete every road that ends at a site."""
    ends_there = or_(col(RoadRow.u) == site, col(RoadRow.v) == site)
    session.exec(delete(RoadRow).where(col(RoadRow.county) == county, ends_there))


def delete_demo_orders(
    session: Session, county: str, date: dt.date, keep: Iterable[str] = ()
) -> None:
    """Delete the synthetic orders of a day, but for some keys."""
    kept = set(keep)
    found = select(OrderRow.key).where(
        OrderRow.county == county, OrderRow.date == date, col(OrderRow.synthetic).is_(True)
    )
    for chunk in _chunks([key for key in session.exec(found) if key not in kept]):
        session.exec(
            delete(OrderRow).where(col(OrderRow.county) == county, col(OrderRow.key).in_(chunk))
        )


@dataclass(frozen=True, slots=True)
class SiteUses:
    """What refers to a site: codes of its children and of the vans that live there, order keys."""

    children: list[str]
    vans: list[str]
    orders: list[str]


def find_site_uses(session: Session, county: str, site: str) -> SiteUses:
    """Everything that would lose its footing if the site were deleted, its roads aside."""
    children = select(SiteRow.code).where(SiteRow.county == county, SiteRow.parent == site)
    vans = select(VanRow.code).where(VanRow.county == county, VanRow.home == site)
    orders = select(OrderRow.key).where(
        OrderRow.county == county,
        or_(col(OrderRow.site) == site, col(OrderRow.depot) == site, col(OrderRow.to_site) == site),
    )
    return SiteUses(
        list(session.exec(children.order_by(SiteRow.code))),
        list(session.exec(vans.order_by(VanRow.code))),
        list(session.exec(orders.order_by(OrderRow.key))),
    )


def _value(kind: type[Record], row: Any) -> Record:
    return kind(**{field.name: getattr(row, field.name) for field in fields(kind)})


def _page(
    session: Session,
    kind: type[Record],
    wanted: Sequence[Any],
    order: Sequence[Any],
    offset: int,
    limit: int,
) -> Page[Record]:
    row = _TABLES[kind].row
    total = session.exec(select(func.count()).select_from(row).where(*wanted)).one()
    page = select(row).where(*wanted).order_by(*order).offset(offset).limit(limit)
    return [_value(kind, found) for found in session.exec(page)], total


def _rows_by_identity(
    session: Session, county: str, table: _Table, records: Sequence[Any]
) -> dict[tuple[str, ...], Any]:
    """The rows that the records may change, and for roads some more, by what names them."""
    if table.row is RoadRow:
        first = {min(road.u, road.v) for road in records}
    else:
        first = {getattr(record, table.identity[0]) for record in records}
    rows = {}
    for chunk in _chunks(sorted(first)):
        column = col(getattr(table.row, table.identity[0]))
        for row in session.exec(
            select(table.row).where(table.row.county == county, column.in_(chunk))
        ):
            rows[tuple(getattr(row, name) for name in table.identity)] = row
    return rows


def _chunks(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[i : i + CHUNK] for i in range(0, len(names), CHUNK)]
