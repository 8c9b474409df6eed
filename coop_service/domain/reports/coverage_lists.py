"""Lists of the coverage report: catchments, days, the worst-served, every village."""

from __future__ import annotations

from typing import Final

from coop_service.domain.coverage import Level, Nearest, Unit
from coop_service.domain.records import Tier
from coop_service.domain.reports.coverage_access import Supply
from coop_service.domain.reports.coverage_facts import PER, CoverageFacts
from coop_service.domain.reports.coverage_help import UNREACHED_S, Shortfall, Step
from coop_service.domain.reports.coverage_names import (
    POSITIONS,
    STATES,
    STEPS,
    TIERS,
    UNITS,
    mode_name,
    state_name,
    township_name,
)
from coop_service.domain.reports.coverage_tables import (
    COMMUNITIES,
    PEOPLE,
    VILLAGES,
    Row,
    figure,
    number,
)
from coop_service.domain.reports.report import Cell, Column, Table
from coop_service.errors import both

_S_PER_MIN: Final = 60
_S_PER_H: Final = 3600
_M_PER_KM: Final = 1000
_STEP_CELLS: Final = (
    "step",
    "step_site",
    "step_name",
    "gain_min",
    "point_min_after",
    "station_min_after",
    "people_freed",
    "person_h_saved",
)
_CODE: Final = Column("village", ("村代码", "village code"))
_NAME: Final = Column("name", ("村(社区)", "village or community"))
_TOWNSHIP: Final = Column("township_name", ("乡镇", "township"))
_UNIT: Final = Column("unit", ("类别", "unit"))


def catchment_table(facts: CoverageFacts) -> Table:
    """Whom each station is the nearest one for, and its place in the floating catchment."""
    columns = (
        Column("site", ("站点代码", "site")),
        Column("name", ("站点", "station")),
        Column("tier", ("层级", "tier")),
        VILLAGES,
        COMMUNITIES,
        PEOPLE,
        number("from_elsewhere", ("外乡镇的村", "units of other townships")),
        figure("mean_min", ("平均车程", "mean"), "min"),
        figure("max_min", ("最长车程", "farthest"), "min"),
        figure("mean_km", ("平均里程", "mean"), "km"),
        figure("max_km", ("最长里程", "farthest"), "km"),
        figure("floor_m3", ("容量", "capacity"), "m3"),
        Column("floor_stated", ("容量为填写值", "capacity is stated")),
        figure("people_in_catchment", ("服务圈人口", "people in the catchment"), "", 0),
        figure("m3_per_1000", ("每千人容量", "capacity per 1000 people"), "m3/1000", 2),
    )
    rows = tuple(_catchment_row(facts, supply) for supply in facts.supplies)
    return Table("catchments", ("站点服务范围", "Catchments of the stations"), columns, rows)


def _catchment_row(facts: CoverageFacts, supply: Supply) -> Row:
    site = facts.now.sites[supply.site]
    rows = facts.served_by.get(site.code, ())
    served = [facts.access[row] for row in rows]
    ways = [near for row in served if (near := row.nearest[Level.STATION]) is not None]
    people = sum(row.population for row in served)
    person_s = sum(row.population * way.duration_s for row, way in zip(served, ways, strict=True))
    person_m = sum(row.population * way.distance_m for row, way in zip(served, ways, strict=True))
    ratio = facts.floating.ratio[site.code]
    return {
        "site": site.code,
        "name": site.name,
        "tier": both(*TIERS[site.tier]),
        "villages": sum(row.unit is Unit.VILLAGE for row in served),
        "communities": sum(row.unit is Unit.COMMUNITY for row in served),
        "people": people,
        "from_elsewhere": sum(site.code not in (row.township, row.village) for row in served),
        "mean_min": person_s / (people * _S_PER_MIN) if people else None,
        "max_min": max((way.minutes for way in ways), default=None),
        "mean_km": person_m / (people * _M_PER_KM) if people else None,
        "max_km": max((way.km for way in ways), default=None),
        "floor_m3": supply.floor_m3,
        "floor_stated": supply.is_stated,
        "people_in_catchment": facts.floating.people[site.code],
        "m3_per_1000": None if ratio is None else PER * ratio,
    }


def day_table(facts: CoverageFacts) -> Table:
    """The days that have a plan, and which plan it is."""
    columns = (
        Column("date", ("日期", "date")),
        Column("state", ("方案状态", "state of the plan")),
        Column("version", ("方案版本", "version"), digits=0),
        figure("units_visited", ("服务的村(社区)", "units called at"), "", 0),
        figure("units_missed", ("有订单未安排的村(社区)", "units with an order left out"), "", 0),
    )
    codes = {site.code for site in facts.sites}
    rows: tuple[Row, ...] = tuple(
        {
            "date": day.date.isoformat(),
            "state": both(*STATES[day.state]),
            "version": day.version,
            "units_visited": len(codes & day.visited),
            "units_missed": len(codes & day.missed),
        }
        for day in facts.period.days
    )
    return Table("service_days", ("依据的方案", "Plans that were read"), columns, rows)


def worst_table(facts: CoverageFacts) -> Table:
    """The worst-served, and the one step that would help each most."""
    columns = (
        Column("rank", ("名次", "rank"), digits=0),
        _CODE,
        _NAME,
        _TOWNSHIP,
        _UNIT,
        Column("people", ("人口", "people"), digits=0),
        figure("shortfall_min", ("缺口", "shortfall"), "min"),
        figure("point_min", ("到点", "to a point"), "min"),
        figure("station_min", ("到站", "to a station"), "min"),
        Column("step", ("最有帮助的一步", "what would help most")),
        Column("step_site", ("站点代码", "site")),
        Column("step_name", ("站点", "at")),
        figure("gain_min", ("减少缺口", "taken off the shortfall"), "min"),
        figure("point_min_after", ("之后到点", "to a point afterwards"), "min"),
        figure("station_min_after", ("之后到站", "to a station afterwards"), "min"),
        figure("people_freed", ("全县消除缺口的人口", "people without shortfall by it"), "", 0),
        figure("person_h_saved", ("全县减少的人·小时", "taken off all people's"), "person-h", 1),
    )
    rows = tuple(_worst_row(facts, rank, each) for rank, each in enumerate(facts.worst, start=1))
    return Table("worst", ("服务最差的村(社区)", "The worst-served"), columns, rows)


def _worst_row(facts: CoverageFacts, rank: int, found: Shortfall) -> Row:
    site, access, step = facts.sites[found.row], facts.access[found.row], found.step
    return {
        "rank": rank,
        "village": site.code,
        "name": site.name,
        "township_name": _township_of(facts, found.row),
        "unit": both(*UNITS[access.unit]),
        "people": access.population,
        "shortfall_min": found.shortfall_s / _S_PER_MIN,
        "point_min": _min(access.nearest[Level.POINT]),
        "station_min": _min(access.nearest[Level.STATION]),
        **_step_cells(facts, step),
    }


def _step_cells(facts: CoverageFacts, step: Step | None) -> Row:
    if step is None:
        return dict.fromkeys(_STEP_CELLS)
    cells = (
        both(*STEPS[step.kind]),
        step.site,
        facts.now.sites[step.site].name,
        step.gain_s / _S_PER_MIN,
        _reached_min(step.point_s),
        _reached_min(step.station_s),
        step.people,
        step.person_s / _S_PER_H,
    )
    return dict(zip(_STEP_CELLS, cells, strict=True))


def village_table(facts: CoverageFacts) -> Table:
    """Every village and community: what all sums are made of."""
    columns = (
        _CODE,
        _NAME,
        Column("township", ("乡镇代码", "township code")),
        _TOWNSHIP,
        _UNIT,
        PEOPLE,
        Column("people_kind", ("人口来源", "people from")),
        Column("position", ("位置", "position")),
        Column("state", ("状态", "state")),
        Column("has_point", ("有服务点", "has a point")),
        Column("service_mode", ("服务方式", "service mode")),
        Column("point_site", ("最近的点", "nearest point")),
        figure("point_min", ("到点", "to the point"), "min"),
        figure("point_km", ("到点", "to the point"), "km"),
        Column("station_site", ("最近的站", "nearest station")),
        Column("station_name", ("最近的站", "nearest station")),
        figure("station_min", ("到站", "to the station"), "min"),
        figure("station_km", ("到站", "to the station"), "km"),
        figure("centre_min", ("到中心", "to the centre"), "min"),
        figure("centre_km", ("到中心", "to the centre"), "km"),
        figure("points_within", ("标准内的点", "points within"), "", 0),
        figure("stations_within", ("标准内的站", "stations within"), "", 0),
        figure("shortfall_min", ("缺口", "shortfall"), "min"),
        number("visit_days", ("服务天数", "days of service")),
        figure("days_a_week", ("每周服务天数", "service days a week"), "days/week", 2),
        number("order_days", ("有订单天数", "days with orders")),
        number("reached_days", ("次日达天数", "days reached")),
        Column("next_day", ("次日达", "next-day reach")),
        figure("access", ("每千人可及容量", "capacity per 1000 people"), "m3/1000", 2),
    )
    rows = tuple(_village_row(facts, row) for row in range(len(facts.access)))
    return Table("villages", ("逐村", "Every village and community"), columns, rows)


def _village_row(facts: CoverageFacts, row: int) -> Row:
    site, access = facts.sites[row], facts.access[row]
    point, station, centre = (access.nearest[level] for level in Level)
    return {
        "village": site.code,
        "name": site.name,
        "township": access.township,
        "township_name": _township_of(facts, row),
        "unit": both(*UNITS[access.unit]),
        "people": access.population,
        "people_kind": site.population_kind,
        "position": both(*POSITIONS[site.coord_kind]),
        "state": state_name(site.state_on(facts.date)),
        "has_point": access.has_point,
        "service_mode": mode_name(access.service_mode) if access.has_point else None,
        "point_site": None if point is None else point.site,
        "point_min": _min(point),
        "point_km": _km(point),
        "station_site": None if station is None else station.site,
        "station_name": None if station is None else facts.now.sites[station.site].name,
        "station_min": _min(station),
        "station_km": _km(station),
        "centre_min": _min(centre),
        "centre_km": _km(centre),
        "points_within": access.covered_by[Level.POINT],
        "stations_within": access.covered_by[Level.STATION],
        "shortfall_min": facts.shortfalls_s[row] / _S_PER_MIN,
        **_service_cells(facts, site.code),
        "access": PER * facts.floating.access[row],
    }


def _service_cells(facts: CoverageFacts, code: str) -> Row:
    if not facts.has_plans:
        names = ("visit_days", "days_a_week", "order_days", "reached_days", "next_day")
        return dict.fromkeys(names)
    done = facts.period.site(code)
    return {
        "visit_days": done.visit_days,
        "days_a_week": done.visit_days / facts.period.weeks,
        "order_days": done.order_days,
        "reached_days": done.reached_days,
        "next_day": done.is_reached(facts.options.next_day_percent),
    }


def _township_of(facts: CoverageFacts, row: int) -> str:
    code = facts.access[row].township
    site = None if code is None else facts.now.sites[code]
    return township_name(site if site is not None and site.tier is Tier.STATION else None)


def _min(near: Nearest | None) -> float | None:
    return None if near is None else near.minutes


def _km(near: Nearest | None) -> float | None:
    return None if near is None else near.km


def _reached_min(seconds: int) -> Cell:
    return None if seconds == UNREACHED_S else seconds / _S_PER_MIN
