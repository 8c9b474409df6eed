"""A county's network as a folder of tables: ``sites.csv``, ``roads.csv``, ``vehicles.csv``.

UTF-8, comma-separated, one header line. Every column named here must be there but for those called
optional, which stand for their empty cell where they are missing; others are taken for notes and
ignored. Lists within a cell are separated by ``;``, clock times are ``HH:MM`` up to
``24:00``, closed periods ``2026-12-01/2026-12-05`` with both dates included. A site's ``life``
(optional) lists its states with their first days: ``2026-05-01/pilot;2026-07-01/open``; empty:
always open.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from coop_service.domain.goods import TEMPERATURES
from coop_service.domain.network import Network
from coop_service.domain.network_faults import RecordFault, find_network_faults, find_van_faults
from coop_service.domain.problem import AMBIENT
from coop_service.domain.records import (
    CoordKind,
    Road,
    ServiceMode,
    Site,
    SiteState,
    Tier,
    Van,
    VehicleSize,
)
from coop_service.errors import Fault, InvalidInput, both


@dataclass(frozen=True, slots=True)
class NetworkFolder:
    """What a network folder holds, free of faults."""

    sites: tuple[Site, ...]
    roads: tuple[Road, ...]
    vans: tuple[Van, ...]

    def network(self, county: str, date: dt.date | None = None) -> Network:
        """The network of these sites and roads, as of a day or whole."""
        return Network(county, self.sites, self.roads, date)


def read_network_folder(folder: Path, *, with_roads: bool = True) -> NetworkFolder:
    """Read a county's sites, roads and vans.

    Args:
        folder: where the tables are.
        with_roads: False leaves ``roads.csv`` alone, for sites that are still to get their roads.

    Raises:
        InvalidInput: with every fault of all three files at once, both of single cells and of the
            network as a whole. Pointers are ``file:line:column``, e.g. ``sites.csv:12:lon``.
    """
    site_table = _read_table(folder / "sites.csv", SITE_COLUMNS)
    road_table = (
        _read_table(folder / "roads.csv", ROAD_COLUMNS)
        if with_roads
        else _Table("roads.csv", ROAD_COLUMNS)
    )
    van_table = _read_table(folder / "vehicles.csv", VAN_COLUMNS)
    sites = tuple(_site(row.values) for row in site_table.rows)
    roads = tuple(Road(**row.values) for row in road_table.rows)
    vans = tuple(_van(row.values) for row in van_table.rows)

    codes_known = site_table.has("code")
    tier_unknown = {
        site.code
        for site, row in zip(sites, site_table.rows, strict=True)
        if site_table.is_broken(row, "tier")
    }
    # What a missing table or key column would make wrong everywhere is not judged at all.
    unjudged: set[str] = set()
    if not codes_known:
        unjudged = {"unknown_site", "unknown_parent", "missing_centre", *_WAY_FAULTS}
    if not (with_roads and road_table.has("u") and road_table.has("v")):
        unjudged |= _WAY_FAULTS
    codes = {site.code for site in sites} if codes_known else {van.home for van in vans}

    tables = {"sites": site_table, "roads": road_table, "vans": van_table}
    for found in (
        *find_network_faults(sites, roads, tier_unknown=tier_unknown),
        *find_van_faults(vans, codes),
    ):
        if found.code not in unjudged:
            tables[found.kind].add(found)
    faults = [fault for table in tables.values() for fault in table.sorted_faults()]
    if faults:
        raise InvalidInput(faults)
    return NetworkFolder(sites, roads, vans)


_WAY_FAULTS = {"unreachable_site", "no_way_back"}


class _BadCell(ValueError):
    """A cell that cannot be read."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(both(zh, en))
        self.code = code


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a table.

    ``stand_in`` takes the place of a cell that cannot be read, so that the rest of its row can
    still be judged; what is then found in the stand-in itself is not told. A table may lack a
    column that is optional: the stand-in is what its absence means.
    """

    name: str
    field: str
    read: Callable[[str], Any]
    stand_in: Any
    optional: bool = False


@dataclass(slots=True)
class _Row:
    line: int
    values: dict[str, Any] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Table:
    file: str
    columns: tuple[_Column, ...]
    missing: set[str] = field(default_factory=set)
    rows: list[_Row] = field(default_factory=list)
    _faults: list[tuple[int, Fault]] = field(default_factory=list)

    def has(self, field_name: str) -> bool:
        return field_name not in self.missing

    def is_broken(self, row: _Row, field_name: str) -> bool:
        return field_name in self.missing or field_name in row.broken

    def tell(self, line: int, column: str, code: str, message: str) -> None:
        self._faults.append((line, Fault(f"{self.file}:{line}:{column}", code, message)))

    def add(self, found: RecordFault) -> None:
        """Take over a fault of a record, unless its cell has one already."""
        names = {column.field: column.name for column in self.columns}
        if found.index >= len(self.rows):
            self.tell(1, names[found.field], found.code, found.message)
        elif not self.is_broken(row := self.rows[found.index], found.field):
            self.tell(row.line, names[found.field], found.code, found.message)

    def sorted_faults(self) -> list[Fault]:
        return [fault for _, fault in sorted(self._faults, key=lambda item: item[0])]


def _read_table(path: Path, columns: tuple[_Column, ...]) -> _Table:
    table = _Table(path.name, columns)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            _read_rows(csv.reader(file, strict=True), table)
    except FileNotFoundError:
        message = both(f"缺少文件 {path.name}", f"the file {path.name} is missing")
        _refuse_all(table, "missing_file", message)
    except UnicodeDecodeError as error:
        message = both(f"不是 UTF-8 文本:{error.reason}", f"not UTF-8 text: {error.reason}")
        _refuse_all(table, "not_utf8", message)
    except csv.Error as error:
        message = both(f"不是有效的 CSV:{error}", f"not valid CSV: {error}")
        _refuse_all(table, "not_csv", message)
    return table


def _refuse_all(table: _Table, code: str, message: str) -> None:
    table.rows.clear()
    table.missing = {column.field for column in table.columns}
    table.tell(1, "", code, message)


def _read_rows(reader: Any, table: _Table) -> None:
    header = [name.strip() for name in next(reader, [])]
    for name in sorted({name for name in header if name and header.count(name) > 1}):
        table.tell(1, name, "duplicate_column", both("列名重复", "the column is there twice"))
    for column in table.columns:
        if column.name not in header and not column.optional:
            table.missing.add(column.field)
            message = both(f"缺少列 {column.name}", f"the column {column.name} is missing")
            table.tell(1, column.name, "missing_column", message)
    line = reader.line_num + 1
    for cells in reader:
        if cells:
            table.rows.append(_read_row(table, header, cells, line))
        line = reader.line_num + 1


def _read_row(table: _Table, header: list[str], cells: list[str], line: int) -> _Row:
    row = _Row(line)
    if len(cells) != len(header):
        edge = header[min(len(cells), len(header) - 1)] if header else ""
        message = both(
            f"应有 {len(header)} 格,实有 {len(cells)} 格",
            f"{len(header)} cells are due, there are {len(cells)}",
        )
        table.tell(line, edge, "wrong_width", message)
    text = dict(zip(header, (cell.strip() for cell in cells), strict=False))
    for column in table.columns:
        row.values[column.field] = column.stand_in
        if column.name not in text:
            if column.name not in header and column.optional:
                continue
            row.broken.add(column.field)
            continue
        try:
            row.values[column.field] = column.read(text[column.name])
        except _BadCell as error:
            row.broken.add(column.field)
            table.tell(line, column.name, error.code, str(error))
    return row


def _text(cell: str) -> str:
    if not cell:
        raise _BadCell("missing_value", "不能为空", "must not be empty")
    return cell


def _any_text(cell: str) -> str:
    return cell


def _text_or_none(cell: str) -> str | None:
    return cell or None


def _number(cell: str) -> float:
    try:
        value = float(_text(cell).replace("_", "?"))
    except _BadCell:
        raise
    except ValueError:
        raise _BadCell("not_a_number", f"“{cell}”不是数", f"{cell!r} is not a number") from None
    if value - value != 0:
        raise _BadCell("not_finite", f"须为有限数,而不是 {cell}", f"must be finite, not {cell}")
    return value


def _integer(cell: str) -> int:
    value = _number(cell)
    if value != int(value):
        raise _BadCell("not_an_integer", f"“{cell}”不是整数", f"{cell!r} is not a whole number")
    return int(value)


def _scaled(factor: int) -> Callable[[str], int]:
    """Reader of a number that is kept in a unit ``factor`` times smaller, as a whole number."""
    return lambda cell: round(_number(cell) * factor)


def _optional(read: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda cell: read(cell) if cell else None


def _choice(values: dict[str, Any]) -> Callable[[str], Any]:
    def read(cell: str) -> Any:
        if _text(cell) not in values:
            known = ", ".join(values)
            raise _BadCell(
                "unknown_value", f"“{cell}”未知,可用:{known}", f"{cell!r} is not one of {known}"
            )
        return values[cell]

    return read


def _member(kind: type[Enum]) -> Callable[[str], Any]:
    return _choice({str(member.value): member for member in kind})


def _list_of(read: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    return lambda cell: tuple(read(part.strip()) for part in cell.split(";")) if cell else ()


def _clock(cell: str) -> int:
    """Seconds after midnight of ``HH:MM``."""
    match = re.fullmatch(r"([01]?\d|2[0-4]):([0-5]\d)", cell, re.ASCII)
    seconds = int(match[1]) * 3600 + int(match[2]) * 60 if match else -1
    if not 0 <= seconds <= 86_400:
        raise _BadCell(
            "not_a_time", f"“{cell}”不是 HH:MM 时刻", f"{cell!r} is not a time of day (HH:MM)"
        )
    return seconds


def _period(cell: str) -> tuple[dt.date, dt.date]:
    first, _, last = cell.partition("/")
    try:
        return dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    except ValueError:
        raise _BadCell(
            "not_a_period",
            f"“{cell}”不是时段,应如 2026-12-01/2026-12-05",
            f"{cell!r} is not a period such as 2026-12-01/2026-12-05",
        ) from None


def _state_from(cell: str) -> tuple[dt.date, SiteState]:
    first, _, state = cell.partition("/")
    try:
        return dt.date.fromisoformat(first), SiteState(state)
    except ValueError:
        known = ", ".join(SiteState)
        raise _BadCell(
            "not_a_state",
            f"“{cell}”不是带日期的状态,应如 2026-05-01/pilot;状态有:{known}",
            f"{cell!r} is not a state with its first day such as 2026-05-01/pilot; states: {known}",
        ) from None


_flag = _choice({"1": True, "0": False})
_temperatures = _list_of(_choice({name: name for name in TEMPERATURES}))

SITE_COLUMNS = (
    _Column("id", "code", _text, ""),
    _Column("name", "name", _text, ""),
    _Column("pinyin", "pinyin", _any_text, ""),
    _Column("tier", "tier", _member(Tier), Tier.GATEWAY),
    _Column("kind", "kind", _text, ""),
    _Column("parent", "parent", _text_or_none, None),
    _Column("lon", "lon", _number, float("nan")),
    _Column("lat", "lat", _number, float("nan")),
    _Column("crs", "crs", _choice({"WGS-84": "WGS-84"}), "WGS-84"),
    _Column("coord_kind", "coord_kind", _member(CoordKind), CoordKind.SYNTHETIC),
    _Column("population", "population", _integer, 0),
    _Column("population_kind", "population_kind", _text, ""),
    _Column("open", "open_s", _clock, 0),
    _Column("close", "close_s", _clock, 86_400),
    _Column("hours_kind", "hours_kind", _any_text, ""),
    _Column("service_mode", "service_mode", _optional(_member(ServiceMode)), None),
    _Column("service_mode_kind", "service_mode_kind", _any_text, ""),
    _Column("source", "source", _text, ""),
    _Column("life", "life", _list_of(_state_from), (), optional=True),
)

ROAD_COLUMNS = (
    _Column("u", "u", _text, ""),
    _Column("v", "v", _text, ""),
    _Column("road_class", "road_class", _text, ""),
    _Column("length_km", "length_m", _scaled(1000), 1),
    _Column("speed_kmh", "speed_kmh", _number, 1.0),
    _Column("largest_vehicle", "largest_vehicle", _member(VehicleSize), VehicleSize.TRUCK),
    _Column("winter_factor", "winter_factor", _number, 1.0),
    _Column("closed_periods", "closed_periods", _list_of(_period), ()),
    _Column("one_way_to", "one_way_to", _text_or_none, None, optional=True),
    _Column("synthetic", "synthetic", _flag, True),
    _Column("source", "source", _text, ""),
)

VAN_COLUMNS = (
    _Column("code", "code", _text, ""),
    _Column("name", "name", _text, ""),
    _Column("size", "size", _member(VehicleSize), VehicleSize.MICRO),
    _Column("kind", "kind", _text, ""),
    _Column("plate", "plate", _text, ""),
    _Column("plate_kind", "plate_kind", _any_text, ""),
    _Column("home", "home", _text, ""),
    _Column("payload_kg", "payload_kg", _number, 1.0),
    _Column("volume_m3", "volume_m3", _number, 1.0),
    _Column("temperatures", "temperatures", _temperatures, (AMBIENT,)),
    _Column("tags", "tags", _list_of(_text), ()),
    _Column("shift_start", "shift_start_s", _clock, 0),
    _Column("shift_end", "shift_end_s", _clock, 86_400),
    _Column("fixed_yuan", "fixed_yuan", _number, 0.0),
    _Column("per_km_yuan", "per_km_yuan", _number, 0.0),
    _Column("per_hour_yuan", "per_hour_yuan", _number, 0.0),
    _Column("per_overtime_hour_yuan", "per_overtime_hour_yuan", _optional(_number), None),
    _Column("max_overtime_min", "max_overtime_s", _scaled(60), 0),
    _Column("range_km", "range_m", _optional(_scaled(1000)), None),
    _Column("max_trips", "max_trips", _integer, 1),
    _Column("reload_min", "reload_s", _scaled(60), 0),
    _Column("active", "active", _flag, True),
    _Column("default_costs", "default_costs", _flag, True),
)


def _site(values: dict[str, Any]) -> Site:
    kinds = {name: values[name] for name in ("hours_kind", "service_mode_kind") if values[name]}
    own = values.keys() - {"crs", "hours_kind", "service_mode_kind"}
    return Site(**{name: values[name] for name in own}, custom=kinds or None)


def _van(values: dict[str, Any]) -> Van:
    kind = values["plate_kind"]
    own = values.keys() - {"plate_kind"}
    return Van(
        **{name: values[name] for name in own}, custom={"plate_kind": kind} if kind else None
    )
