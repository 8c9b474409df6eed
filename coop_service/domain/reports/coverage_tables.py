"""Sums of the coverage report as tables: by township, tier, level, service mode and band."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from coop_service.domain.coverage import Band, Count, Level, LevelSummary, Unit
from coop_service.domain.reports.coverage_entry import percent
from coop_service.domain.reports.coverage_facts import PER, CoverageFacts, Group
from coop_service.domain.reports.coverage_names import (
    COUNTY,
    KM,
    LEVELS,
    MINUTES,
    NO_POINT,
    NO_ROAD,
    TOWNSHIP,
    UNITS,
    band_name,
    mode_name,
    township_name,
)
from coop_service.domain.reports.report import Cell, Column, Table, Text, Total
from coop_service.errors import both

Row = Mapping[str, Cell]

CODE: Final = Column("township", ("乡镇代码", "township code"))
NAME: Final = Column("township_name", ("乡镇", "township"))
VILLAGES: Final = Column("villages", UNITS[Unit.VILLAGE], digits=0, total=Total.SUM)
COMMUNITIES: Final = Column("communities", UNITS[Unit.COMMUNITY], digits=0, total=Total.SUM)
PEOPLE: Final = Column("people", ("人口", "people"), digits=0, total=Total.SUM)
_COUNTS: Final = (VILLAGES, COMMUNITIES, PEOPLE)


def number(name: str, title: Text, unit: str = "", digits: int = 0) -> Column:
    """A column of numbers with their sum below."""
    return Column(name, title, unit, digits, Total.SUM)


def figure(name: str, title: Text, unit: str, digits: int = 1) -> Column:
    """A column of numbers that cannot be added up."""
    return Column(name, title, unit, digits)


def share(name: str, title: Text, part: str, whole: str) -> Column:
    """A column of shares in %, with that of the sums below."""
    return Column(name, title, "%", 1, Total.RATIO, (part, whole), 100.0)


def township_table(facts: CoverageFacts) -> Table:
    """One row for each township."""
    columns = (
        CODE,
        NAME,
        Column("station_open", ("站运营", "station open")),
        VILLAGES,
        number("villages_with_point", ("有点行政村", "villages with a point")),
        share("villages_share", ("行政村覆盖率", "share"), "villages_with_point", "villages"),
        COMMUNITIES,
        number("communities_with_point", ("有点社区", "communities with a point")),
        share(
            "communities_share", ("社区覆盖率", "share"), "communities_with_point", "communities"
        ),
        PEOPLE,
        number("people_with_point", ("有点人口", "people with a point")),
        share("people_share", ("人口覆盖率", "share of people"), "people_with_point", "people"),
        number("point_people", ("点标准内人口", "people near a point")),
        share("point_share", ("点标准内", "near a point"), "point_people", "people"),
        number("station_people", ("站标准内人口", "people near a station")),
        share("station_share", ("站标准内", "near a station"), "station_people", "people"),
        number("backup_people", ("有后备站人口", "people with a second station")),
        share("backup_share", ("有后备站", "with a second station"), "backup_people", "people"),
        number("centre_people", ("中心标准内人口", "people near the centre")),
        share("centre_share", ("中心标准内", "near the centre"), "centre_people", "people"),
        figure("point_mean_min", ("到点平均", "mean to a point"), "min"),
        figure("station_mean_min", ("到站平均", "mean to a station"), "min"),
        figure("station_max_min", ("到站最远", "farthest from a station"), "min"),
        figure("centre_mean_min", ("到中心平均", "mean to the centre"), "min"),
        number("unreached", ("不通的村", "units without a road")),
        number("short_units", ("有缺口的村", "units with a shortfall")),
        number("unit_weeks", ("村·周", "unit-weeks")),
        number("visit_days", ("服务村·日", "unit-days of service")),
        Column(
            "days_a_week",
            ("每周服务天数", "service days a week"),
            "days/week",
            2,
            Total.RATIO,
            ("visit_days", "unit_weeks"),
        ),
        number("order_days", ("有订单村·日", "unit-days with orders")),
        number("reached_days", ("次日达村·日", "unit-days reached")),
        share("next_day_share", ("次日达", "next-day reach"), "reached_days", "order_days"),
        number("m3_in_reach", ("可及容量", "capacity in reach"), "m3", 1),
        Column(
            "access",
            ("每千人可及容量", "capacity per 1000 people"),
            "m3/1000",
            2,
            Total.RATIO,
            ("m3_in_reach", "people"),
            float(PER),
        ),
    )
    rows = tuple(_township_row(facts, group) for group in facts.townships)
    return Table("townships", ("分乡镇", "By township"), columns, rows)


def _township_row(facts: CoverageFacts, group: Group) -> Row:
    every, own = group.summary.all, group.summary.with_point
    point, station, centre = (group.summary.levels[level] for level in Level)
    in_reach_m3 = facts.goods_in_reach_m3(group.rows)
    return {
        **_township_cells(group),
        "station_open": group.township is not None and facts.now.is_served(group.township.code),
        "villages": every.villages,
        "villages_with_point": own.villages,
        "villages_share": percent(own.villages, every.villages),
        "communities": every.communities,
        "communities_with_point": own.communities,
        "communities_share": percent(own.communities, every.communities),
        "people": every.people,
        "people_with_point": own.people,
        "people_share": percent(own.people, every.people),
        "point_people": point.covered.people,
        "point_share": percent(point.covered.people, every.people),
        "station_people": station.covered.people,
        "station_share": percent(station.covered.people, every.people),
        "backup_people": station.backed_up.people,
        "backup_share": percent(station.backed_up.people, every.people),
        "centre_people": centre.covered.people,
        "centre_share": percent(centre.covered.people, every.people),
        "point_mean_min": point.mean_min,
        "station_mean_min": station.mean_min,
        "station_max_min": station.max_min,
        "centre_mean_min": centre.mean_min,
        "unreached": centre.unreached.units,
        "short_units": sum(facts.shortfalls_s[row] > 0 for row in group.rows),
        **_service_cells(facts, group),
        "m3_in_reach": in_reach_m3,
        "access": PER * in_reach_m3 / every.people if every.people else None,
    }


def _service_cells(facts: CoverageFacts, group: Group) -> Row:
    weeks = len(group.rows) * facts.period.weeks
    if not facts.has_plans:
        names = ("visit_days", "days_a_week", "order_days", "reached_days", "next_day_share")
        return {"unit_weeks": weeks, **dict.fromkeys(names)}
    done = facts.period.sum(facts.codes(group.rows))
    return {
        "unit_weeks": weeks,
        "visit_days": done.visit_days,
        "days_a_week": done.visit_days / weeks if weeks else None,
        "order_days": done.order_days,
        "reached_days": done.reached_days,
        "next_day_share": percent(done.reached_days, done.order_days),
    }


def tier_table(facts: CoverageFacts) -> Table:
    """Units with a node, by tier."""
    columns = (
        Column("tier", ("层级", "tier")),
        Column("unit", ("单位", "unit")),
        figure("units", ("单位数", "units"), "", 0),
        figure("with_node", ("有节点", "with a node"), "", 0),
        figure("share", ("比例", "share"), "%"),
        figure("people", ("人口", "people"), "", 0),
        figure("people_with_node", ("有节点的人口", "people with a node"), "", 0),
        figure("people_share", ("人口比例", "share of people"), "%"),
    )
    every, own = facts.county.summary.all, facts.county.summary.with_point
    townships = [group for group in facts.townships if group.township is not None]
    is_open = facts.now.is_served(facts.now.centre.code)
    rows = (
        _tier_row(
            Level.CENTRE, COUNTY, 1, int(is_open), every.people, every.people if is_open else 0
        ),
        _tier_row(
            Level.STATION,
            TOWNSHIP,
            len(townships),
            len(facts.open_townships()),
            sum(group.summary.all.people for group in townships),
            sum(group.summary.all.people for group in facts.open_townships()),
        ),
        _tier_row(
            Level.POINT,
            UNITS[Unit.VILLAGE],
            every.villages,
            own.villages,
            every.village_people,
            own.village_people,
        ),
        _tier_row(
            Level.POINT,
            UNITS[Unit.COMMUNITY],
            every.communities,
            own.communities,
            every.community_people,
            own.community_people,
        ),
    )
    return Table("tiers", ("各级网点", "Nodes by tier"), columns, rows)


def _tier_row(
    level: Level, unit: Text, units: int, with_node: int, people: int, people_with: int
) -> Row:
    return {
        "tier": both(*LEVELS[level]),
        "unit": both(*unit),
        "units": units,
        "with_node": with_node,
        "share": percent(with_node, units),
        "people": people,
        "people_with_node": people_with,
        "people_share": percent(people_with, people),
    }


def level_table(facts: CoverageFacts) -> Table:
    """How near each level is, and who has a second one."""
    columns = (
        Column("level", ("级别", "level")),
        figure("standard_min", ("标准", "standard"), "min", 0),
        figure("villages_covered", ("标准内行政村", "villages within"), "", 0),
        figure("communities_covered", ("标准内社区", "communities within"), "", 0),
        figure("people_covered", ("标准内人口", "people within"), "", 0),
        figure("people_share", ("人口比例", "share of people"), "%"),
        figure("units_backed_up", ("有后备的村(社区)", "units with a second"), "", 0),
        figure("people_backed_up", ("有后备的人口", "people with a second"), "", 0),
        figure("units_unreached", ("不通的村(社区)", "units without a road"), "", 0),
        figure("people_unreached", ("不通的人口", "people without a road"), "", 0),
        figure("mean_min", ("平均", "mean"), "min"),
        figure("p90_min", ("九成人口不超过", "nine tenths within"), "min"),
        figure("max_min", ("最远", "farthest"), "min"),
    )
    people = facts.county.summary.all.people
    rows = tuple(
        _level_row(level, found, people) for level, found in facts.county.summary.levels.items()
    )
    return Table("levels", ("到各级网点的车程", "Road minutes by level"), columns, rows)


def _level_row(level: Level, found: LevelSummary, people: int) -> Row:
    return {
        "level": both(*LEVELS[level]),
        "standard_min": found.standard_min,
        "villages_covered": found.covered.villages,
        "communities_covered": found.covered.communities,
        "people_covered": found.covered.people,
        "people_share": percent(found.covered.people, people),
        "units_backed_up": found.backed_up.units,
        "people_backed_up": found.backed_up.people,
        "units_unreached": found.unreached.units,
        "people_unreached": found.unreached.people,
        "mean_min": found.mean_min,
        "p90_min": found.p90_min,
        "max_min": found.max_min,
    }


def mode_tables(facts: CoverageFacts) -> tuple[Table, Table]:
    """Who is served in which way: the county, and by township."""
    mode = Column("service_mode", ("服务方式", "service mode"))
    return (
        Table(
            "service_modes",
            ("服务方式", "Service modes"),
            (mode, *_COUNTS),
            tuple(_mode_rows(facts.county)),
        ),
        Table(
            "service_modes_by_township",
            ("分乡镇服务方式", "Service modes by township"),
            (CODE, NAME, mode, *_COUNTS),
            tuple(_of_townships(facts.townships, _mode_rows)),
        ),
    )


def _mode_rows(group: Group) -> Iterator[Row]:
    every, own = group.summary.all, group.summary.with_point
    for mode, count in group.summary.by_mode.items():
        yield {"service_mode": mode_name(mode), **_count_cells(count)}
    without = Count(
        every.villages - own.villages,
        every.communities - own.communities,
        every.village_people - own.village_people,
        every.community_people - own.community_people,
    )
    if without.units:
        yield {"service_mode": both(*NO_POINT), **_count_cells(without)}


def band_tables(facts: CoverageFacts) -> tuple[Table, Table]:
    """Who is how far from each level: the county, and by township."""
    columns = (
        Column("level", ("级别", "level")),
        Column("measure", ("量", "measure")),
        Column("band", ("区间", "band")),
        figure("above", ("大于", "above"), "", 0),
        figure("up_to", ("不超过", "up to"), "", 0),
        *(Column(each.name, each.title, digits=0) for each in _COUNTS),
    )
    return (
        Table(
            "bands",
            ("到各级网点的远近", "How far the levels are"),
            columns,
            tuple(_band_rows(facts.county)),
        ),
        Table(
            "bands_by_township",
            ("分乡镇远近", "How far the levels are, by township"),
            (CODE, NAME, *columns),
            tuple(_of_townships(facts.townships, _band_rows)),
        ),
    )


def _band_rows(group: Group) -> Iterator[Row]:
    for level, found in group.summary.levels.items():
        for measure, bands in ((MINUTES, found.bands_min), (KM, found.bands_km)):
            head = {"level": both(*LEVELS[level]), "measure": both(*measure)}
            for band in bands:
                yield {**head, **_band_cells(band)}
            if found.unreached.units:
                nowhere = {"band": both(*NO_ROAD), "above": None, "up_to": None}
                yield {**head, **nowhere, **_count_cells(found.unreached)}


def _band_cells(band: Band) -> Row:
    return {
        "band": band_name(band.above, band.up_to),
        "above": band.above,
        "up_to": band.up_to,
        **_count_cells(band.count),
    }


def backup_table(facts: CoverageFacts) -> Table:
    """How many stations cover whom; from two on one of them may fall out."""
    columns = (Column("stations", ("标准内的站数", "stations within"), digits=0), *_COUNTS)
    rows = tuple(
        {"stations": stations, **_count_cells(count)}
        for stations, count in facts.county.summary.by_stations.items()
    )
    return Table("backup", ("后备覆盖", "Backup cover"), columns, rows)


def _of_townships(
    groups: Iterable[Group], rows_of: Callable[[Group], Iterable[Row]]
) -> Iterator[Row]:
    for group in groups:
        for row in rows_of(group):
            yield {**_township_cells(group), **row}


def _township_cells(group: Group) -> Row:
    code = None if group.township is None else group.township.code
    return {"township": code, "township_name": township_name(group.township)}


def _count_cells(count: Count) -> Row:
    return {
        "villages": count.villages,
        "communities": count.communities,
        "people": count.people,
    }
