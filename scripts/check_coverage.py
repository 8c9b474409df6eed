"""Recompute the coverage report by other means, slowly, and compare every figure and cell exactly.

FOLDER_OR_DATABASE is a network folder or an SQLAlchemy address (sqlite:///var/coop.sqlite3); of a
database the plans of the weeks up to the date count as well. Shortest paths are NetworkX's, one
Dijkstra search for each site; everything else is loops over rows. Nothing is shared with the
measuring of the service but the names in the answer. Exits with 1 where anything differs.

\b
  python scripts/check_coverage.py network_data/dashiqiao --date 2026-10-15
  python scripts/check_coverage.py sqlite:///var/coop.sqlite3 --date 2026-10-15
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import networkx as nx
from sqlalchemy import create_engine, text

POINT_MIN, STATION_MIN, CENTRE_MIN = 10, 20, 60
BANDS_MIN, BANDS_KM = (5, 10, 20, 30, 45), (2, 5, 10, 20)
CATCHMENT_MIN, FLOOR_M3, WEEKS, OFTEN_DAYS, NEXT_DAY, WORST = 30, 20.0, 4, 3, 90, 20
NOWHERE_S = 24 * 3600
LEVELS = (
    ("point", "村级服务点 / village point", (2, 1, 0), POINT_MIN),
    ("station", "乡镇站 / township station", (1, 0), STATION_MIN),
    ("centre", "县中心 / county centre", (0,), CENTRE_MIN),
)
MODES = {
    "resident_point": "驻村设点 / resident point",
    "coop_outlet": "供销网点 / coop outlet",
    "post_express": "邮快合作 / post express",
    "bus_freight": "客货邮 / bus freight",
    "e_commerce": "电商 / e commerce",
    "mobile": "流动车 / mobile",
    "": "未说明 / not stated",
}
STATES = {
    "candidate": "候选 / candidate",
    "pilot": "试运行 / pilot",
    "open": "运营 / open",
    "suspended": "暂停 / suspended",
    "closed": "关闭 / closed",
}
PLANS = {
    "closed": "已关闭 / closed",
    "in_progress": "执行中 / in progress",
    "released": "已下达 / released",
}
PLACES = {"real": "真实 / real", "proxy": "代用 / proxy", "synthetic": "合成 / synthetic"}
STEPS = (
    "开通村级服务点 / open the village point",
    "开通乡镇站 / open the station",
    "村级服务点升级为站 / make the village point a station",
)
VILLAGE, COMMUNITY = "行政村 / administrative village", "社区 / community"

Row = dict[str, Any]


def read_folder(folder: Path) -> tuple[list[Row], list[Row]]:
    """Sites and roads of a network folder, in the columns that are used below."""
    with (folder / "sites.csv").open(encoding="utf-8-sig", newline="") as file:
        sites = [
            {
                "code": row["id"],
                "name": row["name"],
                "tier": int(row["tier"]),
                "kind": row["kind"],
                "parent": row["parent"],
                "people": int(row["population"]),
                "people_kind": row["population_kind"],
                "place": row["coord_kind"],
                "mode": row["service_mode"],
                "life": [part.split("/") for part in (row.get("life") or "").split(";") if part],
                "floor": None,
            }
            for row in csv.DictReader(file)
        ]
    with (folder / "roads.csv").open(encoding="utf-8-sig", newline="") as file:
        roads = [
            {
                "u": row["u"],
                "v": row["v"],
                "m": round(float(row["length_km"]) * 1000),
                "kmh": float(row["speed_kmh"]),
                "winter": float(row["winter_factor"]),
                "shut": [part.split("/") for part in row["closed_periods"].split(";") if part],
                "to": row.get("one_way_to") or None,
            }
            for row in csv.DictReader(file)
        ]
    return sites, roads


def read_database(
    address: str, county: str, date: dt.date
) -> tuple[list[Row], list[Row], list[Row]]:
    """Sites and roads of a stored county, and what its plans did on each day of the weeks."""
    with create_engine(address).connect() as connection:

        def ask(query: str, **more: object) -> Iterator[Row]:
            found = connection.execute(text(query), {"county": county, **more})
            return ({**row} for row in found.mappings())

        sites = [
            {
                **row,
                "parent": row["parent"] or "",
                "mode": row["mode"] or "",
                "life": json.loads(row["life"]),
                "floor": (json.loads(row["custom"] or "null") or {}).get("floor_m3"),
            }
            for row in ask(
                "SELECT code, name, tier, kind, parent, population AS people, population_kind AS "
                "people_kind, coord_kind AS place, service_mode AS mode, life, custom FROM site "
                "WHERE county = :county ORDER BY tier, code"
            )
        ]
        roads = [
            {**row, "shut": json.loads(row["shut"])}
            for row in ask(
                "SELECT u, v, length_m AS m, speed_kmh AS kmh, winter_factor AS winter, "
                'closed_periods AS shut, one_way_to AS "to" FROM road WHERE county = :county'
            )
        ]
        orders = {
            row["key"]: [site for site in (row["site"], row["to_site"]) if site]
            for row in ask("SELECT key, site, to_site FROM day_order WHERE county = :county")
        }
        days: dict[str, Row] = {}
        first = date - dt.timedelta(days=7 * WEEKS - 1)
        for row in ask(
            "SELECT date, state, version, document FROM plan WHERE county = :county AND "
            "date >= :first AND date <= :last AND state IN ('closed', 'released', 'in_progress') "
            "ORDER BY date, state = 'closed', version",
            first=first.isoformat(),
            last=date.isoformat(),
        ):
            plan = json.loads(row["document"])
            stops = [
                stop
                for route in plan["routes"]
                for trip in route["trips"]
                for stop in trip["stops"]
                if stop["orders"]
            ]
            days[row["date"]] = {
                "date": row["date"],
                "state": row["state"],
                "version": row["version"],
                "visited": {stop["stop"].split("#")[0] for stop in stops},
                "missed": {site for one in plan["unassigned"] for site in orders[one["order"]]},
            }
    return sites, roads, list(days.values())


def state_of(site: Row, date: dt.date) -> str:
    if not site["life"]:
        return "open"
    begun = [state for first, state in site["life"] if dt.date.fromisoformat(first) <= date]
    return begun[-1] if begun else "candidate"


def make_graph(sites: list[Row], roads: list[Row], date: dt.date) -> nx.DiGraph:
    """Each way that a road may be driven, seconds first and metres second."""
    is_winter = (date.month, date.day) >= (11, 15) or (date.month, date.day) <= (3, 15)
    graph = nx.DiGraph()
    graph.add_nodes_from(site["code"] for site in sites)
    for road in roads:
        if any(first <= date.isoformat() <= last for first, last in road["shut"]):
            continue
        slower = road["winter"] if is_winter else 1.0
        seconds = max(1, round(road["m"] * 3.6 / road["kmh"] * slower))
        for u, v in ((road["u"], road["v"]), (road["v"], road["u"])):
            if road["to"] in (None, v):
                graph.add_edge(u, v, cost=seconds * 10**9 + road["m"])
    return graph


class County:
    """One county on one day, recomputed."""

    def __init__(self, sites: list[Row], roads: list[Row], days: list[Row], date: dt.date) -> None:
        self.days = days
        self.site = {site["code"]: site for site in sites}
        for site in sites:
            site["state"] = state_of(site, date)
            site["served"] = site["state"] in ("pilot", "open")
        graph = make_graph(sites, roads, date)
        servers = sorted(site["code"] for site in sites if site["tier"] in (0, 1, 2))
        self.far = {
            code: nx.single_source_dijkstra_path_length(graph, code, weight="cost")
            for code in servers
        }
        self.centre = next(site for site in sites if site["tier"] == 0)
        lives = ("village", "community")
        self.units = [s for s in sites if s["tier"] == 2 or (s["tier"] == 1 and s["kind"] in lives)]
        self.townships = [s for s in sites if s["tier"] == 1 and s["kind"] not in lives]
        self.stations = [c for c in servers if self.site[c]["tier"] < 2 and self.site[c]["served"]]
        for unit in self.units:
            self.measure(unit)
        self.float_catchments()

    def measure(self, unit: Row) -> None:
        unit["is_community"] = unit["kind"] == "community"
        for level, _, tiers, standard in LEVELS:
            ways = [
                (self.far[code][unit["code"]], code)
                for code in self.far
                if self.site[code]["tier"] in tiers
                and self.site[code]["served"]
                and unit["code"] in self.far[code]
            ]
            cost, code = min(ways, default=(None, None))
            unit[level] = None if cost is None else (code, cost // 10**9, cost % 10**9)
            unit[f"{level}_within"] = sum(c // 10**9 <= 60 * standard for c, _ in ways)
        unit["short"] = self.short(unit["point"], unit["station"])
        visited = [unit["code"] in day["visited"] for day in self.days]
        missed = [unit["code"] in day["missed"] for day in self.days]
        unit["visits"] = sum(visited)
        unit["order_days"] = sum(v or m for v, m in zip(visited, missed, strict=True))
        unit["reached_days"] = sum(v and not m for v, m in zip(visited, missed, strict=True))

    @staticmethod
    def short(point: Any, station: Any) -> int:
        point_s = NOWHERE_S if point is None else point[1]
        station_s = NOWHERE_S if station is None else station[1]
        return max(0, point_s - 60 * POINT_MIN) + max(0, station_s - 60 * STATION_MIN)

    def float_catchments(self) -> None:
        """Luo and Wang (2003), both steps, station by station and village by village."""
        self.within: dict[str, int] = {}
        self.ratio: dict[str, float] = {}
        for code in self.stations:
            near = [u for u in self.units if self.minutes(code, u["code"]) <= CATCHMENT_MIN]
            self.within[code] = sum(unit["people"] for unit in near)
            floor = self.site[code]["floor"] or FLOOR_M3
            self.ratio[code] = floor / self.within[code] if self.within[code] else 0.0
        for unit in self.units:
            unit["access"] = math.fsum(
                self.ratio[code]
                for code in self.stations
                if self.minutes(code, unit["code"]) <= CATCHMENT_MIN
            )

    def minutes(self, code: str, place: str) -> float:
        cost = self.far[code].get(place)
        return math.inf if cost is None else (cost // 10**9) / 60

    def township_of(self, unit: Row) -> Row | None:
        return next((t for t in self.townships if t["code"] == unit["parent"]), None)

    # What the report tells

    def figures(self) -> Row:
        units, people = self.units, total(self.units)
        villages = [u for u in units if not u["is_community"]]
        communities = [u for u in units if u["is_community"]]
        open_townships = [t for t in self.townships if t["served"]]
        told: Row = {}
        for name, some in (("villages", villages), ("communities", communities)):
            own = sum(u["served"] for u in some)
            told[f"{name}_with_point_share"] = percent(own, len(some))
            told[f"{name}_with_point"] = own
            told[name] = len(some)
        told["townships_with_station_share"] = percent(len(open_townships), len(self.townships))
        told["townships_with_station"] = len(open_townships)
        told["people_with_point_share"] = percent(total([u for u in units if u["served"]]), people)
        told["people"] = people
        for level, _, _, _ in LEVELS:
            near = [u for u in units if u[f"{level}_within"] >= 1]
            told[f"{level}_villages_share"] = percent(
                sum(not u["is_community"] for u in near), len(villages)
            )
            told[f"{level}_people_share"] = percent(total(near), people)
            if level != "centre":
                second = [u for u in units if u[f"{level}_within"] >= 2]
                told[f"{level}_backup_people_share"] = percent(total(second), people)
            for name, value in self.spread(units, level).items():
                told[f"{level}_{name}"] = value
        told["unreached"] = sum(u["centre"] is None for u in units)
        told["plan_days"] = len(self.days)
        visits, orders = (sum(u[name] for u in units) for name in ("visits", "order_days"))
        told["days_a_week"] = self.if_planned(visits / (len(units) * WEEKS))
        often = sum(u["visits"] >= OFTEN_DAYS * WEEKS for u in villages)
        told["often_villages_share"] = self.if_planned(percent(often, len(villages)))
        told["next_day_share"] = percent(sum(u["reached_days"] for u in units), orders)
        asked = [u for u in units if u["order_days"]]
        told["next_day_people_share"] = percent(
            total([u for u in asked if self.is_next_day(u)]), total(asked)
        )
        told["access"] = 1000 * math.fsum(u["people"] * u["access"] for u in units) / people
        told["no_access_people_share"] = percent(
            total([u for u in units if u["access"] == 0]), people
        )
        short = [u for u in units if u["short"] > 0]
        told["short_units"] = len(short)
        told["short_people_share"] = percent(total(short), people)
        return told

    def if_planned(self, value: Any) -> Any:
        return value if self.days else None

    @staticmethod
    def is_next_day(unit: Row) -> bool | None:
        if not unit["order_days"]:
            return None
        return 100 * unit["reached_days"] >= NEXT_DAY * unit["order_days"]

    @staticmethod
    def spread(units: list[Row], level: str) -> Row:
        """Mean over people, the minutes of nine tenths of them, and of the farthest unit."""
        found = sorted((u[level][1], u["people"]) for u in units if u[level] is not None)
        people, reached, p90 = sum(n for _, n in found), 0, None
        for seconds, n in found:
            reached += n
            if p90 is None and reached >= 0.9 * people:
                p90 = seconds / 60
        return {
            "mean_min": sum(s * n for s, n in found) / people / 60 if people else None,
            "p90_min": p90 if people else None,
            "max_min": found[-1][0] / 60 if found else None,
        }

    def tables(self) -> dict[str, list[Row]]:
        groups: list[tuple[Row, list[Row]]] = []
        for township in self.townships:
            mine = [u for u in self.units if u["parent"] == township["code"]]
            head = {"township": township["code"], "township_name": township["name"]}
            groups.append((head, mine))
        others = [u for u in self.units if self.township_of(u) is None]
        if others:
            head = {"township": None, "township_name": "不属乡镇 / of no township"}
            groups.append((head, others))

        def by_township(rows_of: Callable[[list[Row]], list[Row]]) -> list[Row]:
            return [{**head, **row} for head, mine in groups for row in rows_of(mine)]

        return {
            "townships": [self.township_row(head, mine) for head, mine in groups],
            "tiers": self.tier_rows(),
            "levels": [self.level_row(*level) for level in LEVELS],
            "service_modes": mode_rows(self.units),
            "service_modes_by_township": by_township(mode_rows),
            "bands": band_rows(self.units),
            "bands_by_township": by_township(band_rows),
            "backup": [
                {"stations": n, **counts([u for u in self.units if u["station_within"] == n])}
                for n in sorted({u["station_within"] for u in self.units})
            ],
            "catchments": [self.catchment_row(self.site[code]) for code in self.stations],
            "service_days": [self.day_row(day) for day in self.days],
            "worst": self.worst_rows(),
            "villages": [self.village_row(unit) for unit in self.units],
        }

    def township_row(self, head: Row, units: list[Row]) -> Row:
        villages = [u for u in units if not u["is_community"]]
        communities = [u for u in units if u["is_community"]]
        with_point = [sum(u["served"] for u in some) for some in (villages, communities)]
        people = total(units)
        near = {name: total([u for u in units if u[f"{name}_within"]]) for name, *_ in LEVELS}
        own = total([u for u in units if u["served"]])
        backup = total([u for u in units if u["station_within"] >= 2])
        done = [sum(u[n] for u in units) for n in ("visits", "order_days", "reached_days")]
        weeks = len(units) * WEEKS
        room = math.fsum(u["people"] * u["access"] for u in units)
        township = self.site.get(head["township"])
        return {
            **head,
            "station_open": township is not None and township["served"],
            "villages": len(villages),
            "villages_with_point": with_point[0],
            "villages_share": percent(with_point[0], len(villages)),
            "communities": len(communities),
            "communities_with_point": with_point[1],
            "communities_share": percent(with_point[1], len(communities)),
            "people": people,
            "people_with_point": own,
            "people_share": percent(own, people),
            "point_people": near["point"],
            "point_share": percent(near["point"], people),
            "station_people": near["station"],
            "station_share": percent(near["station"], people),
            "backup_people": backup,
            "backup_share": percent(backup, people),
            "centre_people": near["centre"],
            "centre_share": percent(near["centre"], people),
            "point_mean_min": self.spread(units, "point")["mean_min"],
            "station_mean_min": self.spread(units, "station")["mean_min"],
            "station_max_min": self.spread(units, "station")["max_min"],
            "centre_mean_min": self.spread(units, "centre")["mean_min"],
            "unreached": sum(u["centre"] is None for u in units),
            "short_units": sum(u["short"] > 0 for u in units),
            "unit_weeks": weeks,
            "visit_days": self.if_planned(done[0]),
            "days_a_week": self.if_planned(done[0] / weeks if weeks else None),
            "order_days": self.if_planned(done[1]),
            "reached_days": self.if_planned(done[2]),
            "next_day_share": percent(done[2], done[1]),
            "m3_in_reach": room,
            "access": 1000 * room / people if people else None,
        }

    def tier_rows(self) -> list[Row]:
        villages = [u for u in self.units if not u["is_community"]]
        communities = [u for u in self.units if u["is_community"]]
        belong = {
            t["code"]: total([u for u in self.units if u["parent"] == t["code"]])
            for t in self.townships
        }
        opened = [t["code"] for t in self.townships if t["served"]]
        rows = [
            ("centre", "县 / county", 1, int(self.centre["served"]), total(self.units),
             total(self.units) if self.centre["served"] else 0),
            ("station", "乡镇(街道) / township", len(belong), len(opened), sum(belong.values()),
             sum(belong[code] for code in opened)),
            *(
                ("point", name, len(some), sum(u["served"] for u in some), total(some),
                 total([u for u in some if u["served"]]))
                for name, some in ((VILLAGE, villages), (COMMUNITY, communities))
            ),
        ]  # fmt: skip
        label = {level: zh_en for level, zh_en, *_ in LEVELS}
        return [
            {
                "tier": label[level],
                "unit": unit,
                "units": n,
                "with_node": nodes,
                "share": percent(nodes, n),
                "people": people,
                "people_with_node": having,
                "people_share": percent(having, people),
            }
            for level, unit, n, nodes, people, having in rows
        ]

    def level_row(self, level: str, label: str, _tiers: object, standard: float) -> Row:
        near = [u for u in self.units if u[f"{level}_within"] >= 1]
        second = [u for u in self.units if u[f"{level}_within"] >= 2]
        nowhere = [u for u in self.units if u[level] is None]
        return {
            "level": label,
            "standard_min": standard,
            "villages_covered": sum(not u["is_community"] for u in near),
            "communities_covered": sum(u["is_community"] for u in near),
            "people_covered": total(near),
            "people_share": percent(total(near), total(self.units)),
            "units_backed_up": len(second),
            "people_backed_up": total(second),
            "units_unreached": len(nowhere),
            "people_unreached": total(nowhere),
            **self.spread(self.units, level),
        }

    def catchment_row(self, station: Row) -> Row:
        code = station["code"]
        mine = [u for u in self.units if u["station"] is not None and u["station"][0] == code]
        people = total(mine)
        person_s = sum(u["people"] * u["station"][1] for u in mine)
        person_m = sum(u["people"] * u["station"][2] for u in mine)
        return {
            "site": code,
            "name": station["name"],
            "tier": LEVELS[2 - station["tier"]][1],
            **counts(mine),
            "from_elsewhere": sum(code not in (u["parent"], u["code"]) for u in mine),
            "mean_min": person_s / (people * 60) if people else None,
            "max_min": max((u["station"][1] for u in mine), default=0) / 60 if mine else None,
            "mean_km": person_m / (people * 1000) if people else None,
            "max_km": max((u["station"][2] for u in mine), default=0) / 1000 if mine else None,
            "floor_m3": station["floor"] or FLOOR_M3,
            "floor_stated": station["floor"] is not None,
            "people_in_catchment": self.within[code],
            "m3_per_1000": 1000 * self.ratio[code] if self.within[code] else None,
        }

    def day_row(self, day: Row) -> Row:
        codes = {u["code"] for u in self.units}
        return {
            "date": day["date"],
            "state": PLANS[day["state"]],
            "version": day["version"],
            "units_visited": len(codes & day["visited"]),
            "units_missed": len(codes & day["missed"]),
        }

    def worst_rows(self) -> list[Row]:
        def key(unit: Row) -> tuple[Any, ...]:
            station = unit["station"]
            far_s = NOWHERE_S if station is None else station[1]
            return -unit["short"], -far_s, -unit["people"], unit["code"]

        worst = sorted((u for u in self.units if u["short"] > 0), key=key)[:WORST]
        return [self.worst_row(rank, unit) for rank, unit in enumerate(worst, start=1)]

    def worst_row(self, rank: int, unit: Row) -> Row:
        best: tuple[Any, ...] | None = None
        for code in self.far:
            site = self.site[code]
            if code not in self.far[self.centre["code"]]:
                continue
            kinds = []
            if site["tier"] == 1 and not site["served"]:
                kinds = [1]
            elif site["tier"] == 2:
                kinds = [2] if site["served"] else [0, 2]
            for kind in kinds:
                gain = unit["short"] - self.short(*self.after(unit, code, kind))
                if gain <= 0 or (best is not None and gain < -best[0]):
                    continue
                rest = [(u, self.short(*self.after(u, code, kind))) for u in self.units]
                saved = sum(u["people"] * (u["short"] - now) for u, now in rest)
                freed = sum(u["people"] for u, now in rest if now == 0 and u["short"] > 0)
                tried = (-gain, kind, -saved, code, freed)
                best = tried if best is None else min(best, tried)
        cells: tuple[Any, ...] = (None,) * 8
        if best is not None:
            gain, kind, saved, code, freed = best
            near = self.after(unit, code, kind)
            minutes = [None if one is None else one[1] / 60 for one in near]
            name = self.site[code]["name"]
            cells = (STEPS[kind], code, name, -gain / 60, *minutes, freed, -saved / 3600)
        names = (
            "step", "step_site", "step_name", "gain_min", "point_min_after", "station_min_after",
            "people_freed", "person_h_saved",
        )  # fmt: skip
        return {
            "rank": rank,
            "village": unit["code"],
            "name": unit["name"],
            "township_name": self.site[unit["parent"]]["name"],
            "unit": COMMUNITY if unit["is_community"] else VILLAGE,
            "people": unit["people"],
            "shortfall_min": unit["short"] / 60,
            "point_min": None if unit["point"] is None else unit["point"][1] / 60,
            "station_min": None if unit["station"] is None else unit["station"][1] / 60,
            **dict(zip(names, cells, strict=True)),
        }

    def after(self, unit: Row, code: str, kind: int) -> tuple[Any, Any]:
        """What is nearest to a unit once a step is taken at a site."""
        cost = self.far[code].get(unit["code"])
        if cost is None:
            return unit["point"], unit["station"]
        way = (code, cost // 10**9, cost % 10**9)
        point, station = (
            way if old is None or way[1] < old[1] else old
            for old in (unit["point"], unit["station"])
        )
        return point, unit["station"] if kind == 0 else station

    def village_row(self, unit: Row) -> Row:
        row: Row = {
            "village": unit["code"],
            "name": unit["name"],
            "township": unit["parent"],
            "township_name": self.site[unit["parent"]]["name"],
            "unit": COMMUNITY if unit["is_community"] else VILLAGE,
            "people": unit["people"],
            "people_kind": unit["people_kind"],
            "position": PLACES[unit["place"]],
            "state": STATES[unit["state"]],
            "has_point": unit["served"],
            "service_mode": MODES[unit["mode"]] if unit["served"] else None,
            "points_within": unit["point_within"],
            "stations_within": unit["station_within"],
            "shortfall_min": unit["short"] / 60,
            "visit_days": self.if_planned(unit["visits"]),
            "days_a_week": self.if_planned(unit["visits"] / WEEKS),
            "order_days": self.if_planned(unit["order_days"]),
            "reached_days": self.if_planned(unit["reached_days"]),
            "next_day": self.if_planned(self.is_next_day(unit)),
            "access": 1000 * unit["access"],
        }
        for level, *_ in LEVELS:
            code, seconds, metres = unit[level] or (None, None, None)
            row[f"{level}_min"] = None if seconds is None else seconds / 60
            row[f"{level}_km"] = None if metres is None else metres / 1000
            if level != "centre":
                row[f"{level}_site"] = code
            if level == "station":
                row["station_name"] = None if code is None else self.site[code]["name"]
        return row


def total(units: list[Row]) -> int:
    return sum(unit["people"] for unit in units)


def percent(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None


def counts(units: list[Row]) -> Row:
    communities = sum(unit["is_community"] for unit in units)
    return {
        "villages": len(units) - communities,
        "communities": communities,
        "people": total(units),
    }


def mode_rows(units: list[Row]) -> list[Row]:
    rows = []
    for mode, label in MODES.items():
        mine = [u for u in units if u["served"] and u["mode"] == mode]
        if mine:
            rows.append({"service_mode": label, **counts(mine)})
    without = [u for u in units if not u["served"]]
    if without:
        rows.append({"service_mode": "无服务点 / no point", **counts(without)})
    return rows


def band_rows(units: list[Row]) -> list[Row]:
    rows = []
    for level, label, _, _ in LEVELS:
        for measure, place, part, ends in (
            ("车程(分钟) / road minutes", 1, 60, BANDS_MIN),
            ("里程(公里) / road km", 2, 1000, BANDS_KM),
        ):
            head = {"level": label, "measure": measure}
            lows = (0, *ends)
            for low, high in zip(lows, (*ends, None), strict=True):
                mine = [
                    u
                    for u in units
                    if u[level] is not None
                    and (u[level][place] > low * part or low == 0)
                    and (high is None or u[level][place] <= high * part)
                ]
                band = f">{low}" if high is None else f"{low}–{high}"
                rows.append({**head, "band": band, "above": low, "up_to": high, **counts(mine)})
            nowhere = [u for u in units if u[level] is None]
            if nowhere:
                band = "无路可达 / no road"
                rows.append({**head, "band": band, "above": None, "up_to": None, **counts(nowhere)})
    return rows


def find_differences(section: Any, county: County) -> list[str]:
    """Whatever the section says otherwise than the county recomputed; nothing is rounded."""
    told = {each.code.removeprefix("coverage."): each.value for each in section.figures}
    expected = county.figures()
    differences = [
        f"{name}: {told.get(name)} != {expected.get(name)}"
        for name in {**told, **expected}
        if name not in told or name not in expected or told[name] != expected[name]
    ]
    tables = {table.name: [dict(row) for row in table.rows] for table in section.tables}
    recomputed = county.tables()
    if tables.keys() != recomputed.keys():
        differences.append(f"tables: {sorted(tables)} != {sorted(recomputed)}")
    for name in tables.keys() & recomputed.keys():
        rows, others = tables[name], recomputed[name]
        if len(rows) != len(others):
            differences.append(f"{name}: {len(rows)} rows != {len(others)}")
        for number, (row, other) in enumerate(zip(rows, others, strict=False)):
            differences += [
                f"{name}[{number}].{column}: {row.get(column)!r} != {other.get(column)!r}"
                for column in {**row, **other}
                if column not in row or column not in other or row[column] != other[column]
            ]
    return differences


def check(source: str, county: str, date: dt.date) -> tuple[int, list[str]]:
    """How many cells and figures were compared, and which differ."""
    from sqlmodel import Session

    from coop_service.domain.reports import CoverageOptions, coverage_section
    from coop_service.files.network_folder import read_network_folder
    from coop_service.services.coverage_reports import make_coverage_report
    from coop_service.store.engine import make_engine

    if "://" in source:
        sites, roads, days = read_database(source, county, date)
        with Session(make_engine(source)) as session:
            report = make_coverage_report(session, county, date, CoverageOptions())
        [section] = report.sections
    else:
        (sites, roads), days = read_folder(Path(source)), []
        section = coverage_section(read_network_folder(Path(source)).network(county), date)
    differences = find_differences(section, County(sites, roads, days, date))
    cells = sum(len(table.rows) * len(table.columns) for table in section.tables)
    return cells + len(section.figures), differences


@click.command(help=__doc__)
@click.argument("source", metavar="FOLDER_OR_DATABASE")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--county", default="210882", show_default=True)
def main(source: str, date: dt.datetime, county: str) -> None:
    compared, differences = check(source, county, date.date())
    for difference in differences[:50]:
        click.echo(difference)
    click.echo(f"{compared} 项,{len(differences)} 项不同 / {len(differences)} of {compared} differ")
    raise SystemExit(1 if differences else 0)


if __name__ == "__main__":
    main()
