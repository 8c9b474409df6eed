"""Draw one township's day over its station, trunk and branch, and print its timetable.

Each vehicle has a line of its own: the trunk above, the hub with what is sorted and what lies on
its floor in the middle, the branch vans below. Arrows are goods that change vehicles. The picture
is a sketch (示意) of a plan for a day of made-up orders, and says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

import click
from plan_file import read_plan_file

from coop_service.documents import parse_json, read_problem
from coop_service.domain.handovers import Handover, Ride, find_handovers
from coop_service.domain.plan import Plan, Route, Trip, Visit
from coop_service.domain.problem import Direction, Problem
from coop_service.domain.relay import chosen_modes, hub_stop_id

WIDTH, LEFT, RIGHT, TOP = 1010, 150, 20, 92
ROW, HUB_ROW, FLOOR = 46, 122, 56
BLUE, GREEN, GREY, RED = "#1d5f9e", "#3b7d3f", "#9a9a9a", "#b3261e"
COLOUR = {Direction.OUTBOUND: BLUE, Direction.INBOUND: GREEN}
WAY = {Direction.OUTBOUND: ("下行", "down"), Direction.INBOUND: ("上行", "up")}
PRODUCED = "演示数据为合成,站点数据为假设 / synthetic orders, assumed hub figures"


class TownshipDay:
    """What goes on over one hub in a plan."""

    def __init__(self, problem: Problem, plan: Plan, hub: str) -> None:
        self.problem, self.plan, self.hub = problem, plan, hub
        found = find_handovers(problem, chosen_modes(plan), plan.routes)
        self.handovers = [one for one in found if one.hub == hub]
        stops = {hub_stop_id(hub, way) for way in Direction if way is not Direction.TRANSFER}
        self.trunk = [r for r in plan.routes if any(v.stop in stops for v in r.visits)]
        self.branch = [
            r for r in plan.routes if problem.vehicle_by_id[r.vehicle].start_depot == hub
        ]
        self.hub_stops = stops
        shown = [trip for route in self.trunk for trip in self.trips_to_hub(route)]
        shown += [trip for route in self.branch for trip in route.trips]
        self.from_s = min(trip.depart_s for trip in shown) // 3600 * 3600
        self.until_s = -(-max(trip.return_s for trip in shown) // 3600) * 3600

    @property
    def name(self) -> str:
        return str((self.problem.hub_by_depot[self.hub].custom or {}).get("name", self.hub))

    def trips_to_hub(self, route: Route) -> list[Trip]:
        return [t for t in route.trips if any(v.stop in self.hub_stops for v in t.stops)]


class Picture:
    """Where a time and a vehicle are drawn."""

    def __init__(self, day: TownshipDay) -> None:
        self.day = day
        self.row = {route.vehicle: TOP + ROW * i for i, route in enumerate(day.trunk)}
        self.hub_top = TOP + ROW * len(day.trunk)
        below = self.hub_top + HUB_ROW
        self.row |= {route.vehicle: below + ROW * i for i, route in enumerate(day.branch)}
        self.height = below + ROW * len(day.branch) + 74

    def x(self, time_s: float) -> float:
        day = self.day
        share = (time_s - day.from_s) / (day.until_s - day.from_s)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, vehicle: str) -> float:
        return self.row[vehicle] + ROW / 2


def draw(day: TownshipDay) -> Iterator[str]:
    at = Picture(day)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {at.height}" role="img" '
        'font-family="Noto Sans SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif">'
    )
    yield f"<title>{escape(day.name)}干支线接驳示意 / trunk and branch, a sketch</title>"
    yield f'<rect width="{WIDTH}" height="{at.height}" fill="#fff"/>'
    yield _text(20, 32, f"{day.name}:干线与支线在乡镇站接驳(示意)", 21, "#222", "600")
    yield _text(20, 52, f"Trunk and branch of one township, timed at its station. {PRODUCED}", 12)
    yield from _hours(at)
    for route in (*day.trunk, *day.branch):
        yield from _vehicle(at, route)
    yield from _hub(at)
    yield from _arrows(at)
    yield from _legend(at)
    yield "</svg>"


def _hours(at: Picture) -> Iterator[str]:
    bottom = at.height - 70
    for time_s in range(at.day.from_s, at.day.until_s + 1, 3600):
        x = at.x(time_s)
        yield f'<line x1="{x}" y1="{TOP - 6}" x2="{x}" y2="{bottom}" stroke="#ddd"/>'
        yield _text(x - 15, TOP - 12, _clock(time_s), 11)


def _vehicle(at: Picture, route: Route) -> Iterator[str]:
    day, y = at.day, at.y(route.vehicle)
    is_trunk = route in day.trunk
    role = "干线 trunk" if is_trunk else "支线 branch"
    yield _text(20, y - 2, route.vehicle, 13, "#222", "600")
    yield _text(20, y + 13, role, 11)
    for trip in day.trips_to_hub(route) if is_trunk else route.trips:
        x1, x2 = at.x(trip.depart_s), at.x(trip.return_s)
        yield f'<line x1="{x1}" y1="{y}" x2="{x2}" y2="{y}" stroke="#555" stroke-width="2"/>'
        for rest in trip.rests:
            yield _bar(
                at, rest.start_s, rest.start_s + rest.duration_s, y, 10, "#e3c567", "休息 rest"
            )
        for visit in trip.stops:
            colour = _colour(day, visit)
            height = 22 if visit.stop in day.hub_stops else 12
            yield _bar(at, visit.start_s, visit.depart_s, y, height, colour, _label(day, visit))
        for time_s in (trip.depart_s, trip.return_s):
            yield f'<circle cx="{at.x(time_s)}" cy="{y}" r="3.4" fill="#fff" stroke="#555"/>'


def _colour(day: TownshipDay, visit: Visit) -> str:
    for direction in (Direction.OUTBOUND, Direction.INBOUND):
        if visit.stop == hub_stop_id(day.hub, direction):
            return COLOUR[direction]
    if all(name in day.problem.order_by_id for name in visit.orders):
        return GREY
    names = {name.partition(":")[0] for name in visit.orders}
    ways = {day.problem.order_by_id[name].direction for name in names}
    return COLOUR[ways.pop()] if len(ways) == 1 else "#7a4b9a"


def _label(day: TownshipDay, visit: Visit) -> str:
    stop = day.problem.stop_by_id.get(visit.stop)
    name = (stop.custom or {}).get("name", visit.stop) if stop else f"{day.name} {visit.stop}"
    return f"{_clock(visit.start_s)} {name}: {len(visit.orders)} 单 orders"


def _hub(at: Picture) -> Iterator[str]:
    day, top = at.day, at.hub_top
    yield (
        f'<rect x="0" y="{top + 4}" width="{WIDTH}" height="{HUB_ROW - 8}" fill="{RED}" '
        'fill-opacity="0.05"/>'
    )
    yield _text(20, top + 30, day.name, 14, RED, "600")
    yield _text(20, top + 46, "分拣 sorting", 11)
    yield _text(20, top + 84, "场地存放 on the floor", 11)
    for one in {one.brought: one for one in day.handovers}.values():
        offset = 18 if one.direction is Direction.OUTBOUND else 34
        label = f"{_clock(one.sorted_s)} 分拣完 sorted"
        colour = COLOUR[one.direction]
        yield _bar(at, one.arrived_s, one.sorted_s, top + offset + 4, 12, colour, label, "0.55")
    yield from _floor(at, top + HUB_ROW - 14)


def _floor(at: Picture, base: float) -> Iterator[str]:
    """Kilograms on the floor as steps."""
    day = at.day
    changes: defaultdict[int, float] = defaultdict(float)
    for one in day.handovers:
        changes[one.arrived_s] += one.load.get("weight_kg", 0.0)
        if one.left_s is not None:
            changes[one.left_s] -= one.load.get("weight_kg", 0.0)
    level, levels = 0.0, []
    for time_s in sorted(changes):
        level += changes[time_s]
        levels.append((time_s, level))
    highest = max(level for _, level in levels)
    points, before = [f"{at.x(levels[0][0])},{base}"], 0.0
    for time_s, level in levels:
        x = at.x(time_s)
        points += [f"{x},{_high(base, before, highest)}", f"{x},{_high(base, level, highest)}"]
        before = level
    points += [f"{at.x(day.until_s)},{_high(base, before, highest)}", f"{at.x(day.until_s)},{base}"]
    yield f'<polygon points="{" ".join(points)}" fill="{RED}" fill-opacity="0.25"/>'
    peak_s = next(time_s for time_s, level in levels if level == highest)
    y = _high(base, highest, highest) - 4
    yield _text(at.x(peak_s) + 4, y, f"{highest:.0f} kg", 11, RED)


def _high(base: float, level: float, highest: float) -> float:
    return round(base - (FLOOR - 16) * level / highest, 1)


def _arrows(at: Picture) -> Iterator[str]:
    """Goods from vehicle to hub and on, one arrow for each call, with what is taken on."""
    calls: defaultdict[tuple[int, str, Direction, bool], int] = defaultdict(int)
    for one in at.day.handovers:
        calls[one.arrived_s, one.brought.vehicle, one.direction, True] += 1
        if one.taken is not None and one.left_s is not None:
            calls[one.left_s, one.taken.vehicle, one.direction, False] += 1
    for (time_s, vehicle, direction, is_brought), count in calls.items():
        x, y, colour = at.x(time_s), at.y(vehicle), COLOUR[direction]
        hub_y = at.hub_top + (22 if direction is Direction.OUTBOUND else 38)
        yield _arrow(x, y, x, hub_y, colour) if is_brought else _arrow(x, hub_y, x, y, colour)
        if not is_brought:
            yield _text(x + 3, (hub_y + y) / 2, f"{count}", 11, colour)


def _arrow(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    tip = -5 if y2 < y1 else 5
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2 - tip}" stroke="{colour}" '
        f'stroke-width="1.4" stroke-dasharray="4 2"/>'
        f'<polygon points="{x2 - 4},{y2 - tip} {x2 + 4},{y2 - tip} {x2},{y2}" fill="{colour}"/>'
    )


def _bar(
    at: Picture,
    from_s: int,
    until_s: int,
    y: float,
    height: float,
    colour: str,
    title: str,
    opacity: str = "1",
) -> str:
    x = at.x(from_s)
    width = max(1.6, round(at.x(until_s) - x, 1))
    return (
        f'<rect x="{x}" y="{y - height / 2}" width="{width}" height="{height}" fill="{colour}" '
        f'fill-opacity="{opacity}"><title>{escape(title)}</title></rect>'
    )


def _legend(at: Picture) -> Iterator[str]:
    y = at.height - 44
    entries = (
        (BLUE, "工业品下乡 goods down"),
        (GREEN, "农产品进城 produce up"),
        ("#7a4b9a", "同停装卸 both at one stop"),
        (GREY, "其他直送停靠 other stops, direct"),
        ("#e3c567", "午休 rest"),
    )
    x = 20
    for colour, text in entries:
        yield f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{colour}"/>'
        yield _text(x + 17, y, text, 12)
        x += 196
    note = "虚线:换车的货,数字为单数 / dashed: goods that change vehicles, with their orders"
    yield _text(20, y + 24, note, 12)


def _text(
    x: float, y: float, text: str, size: int, colour: str = "#555", weight: str = "400"
) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}" '
        f'font-weight="{weight}">{escape(text)}</text>'
    )


def timetable(day: TownshipDay) -> list[str]:
    """The day at the hub as a Markdown table, by time."""
    rows: list[tuple[int, str, str, Sequence[Handover]]] = []
    for route in day.trunk:
        for trip in day.trips_to_hub(route):
            visits = [v for v in trip.stops if v.stop in day.hub_stops]
            rows.append((trip.depart_s, route.vehicle, "离县中心 / leaves the centre", ()))
            for visit in visits:
                down = visit.stop == hub_stop_id(day.hub, Direction.OUTBOUND)
                what = "到站卸货 / unloads" if down else "到站装货 / loads"
                goods = [one for one in day.handovers if f"{one.order}:trunk" in visit.orders]
                rows.append((visit.start_s, route.vehicle, what, goods))
            rows.append((trip.return_s, route.vehicle, "回县中心 / back at the centre", ()))
    for brought in dict.fromkeys(one.brought for one in day.handovers):
        goods = [one for one in day.handovers if one.brought == brought]
        zh, en = WAY[goods[0].direction]
        rows.append((goods[0].sorted_s, "", f"{zh}分拣完 / {en}: sorted", goods))
    for route in day.branch:
        for number, trip in enumerate(route.trips):
            ride = Ride(route.vehicle, number)
            count = len(trip.stops)
            taken = [one for one in day.handovers if one.taken == ride]
            brought_back = [one for one in day.handovers if one.brought == ride]
            what = f"离站,{count} 个停靠点 / leaves the station for {count} stops"
            rows.append((trip.depart_s, route.vehicle, what, taken))
            rows.append((trip.return_s, route.vehicle, "回站 / back at the station", brought_back))
    lines = ["| 时刻 time | 车 van | | 单 orders | kg |", "| --- | --- | --- | ---: | ---: |"]
    for time_s, vehicle, what, goods in sorted(rows, key=lambda row: row[:2]):
        kg = sum(one.load.get("weight_kg", 0.0) for one in goods)
        count = f"{len(goods)} | {kg:.0f}" if goods else "|"
        lines.append(f"| {_clock(time_s)} | {vehicle} | {what} | {count} |")
    return lines


def _clock(time_s: int) -> str:
    return f"{time_s // 3600:02d}:{time_s % 3600 // 60:02d}"


@click.command(help=__doc__)
@click.argument("problem_path", metavar="PROBLEM", type=click.Path(exists=True, path_type=Path))
@click.argument("plan_path", metavar="PLAN", type=click.Path(exists=True, path_type=Path))
@click.argument("picture", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--hub", help="Depot of the hub; the first one if none is given.")
def main(problem_path: Path, plan_path: Path, picture: Path, hub: str | None) -> None:
    problem = read_problem(parse_json(problem_path.read_bytes()))
    plan = read_plan_file(plan_path)
    name = hub or problem.hubs[0].depot
    if name not in problem.hub_by_depot:
        raise click.UsageError(f"no hub {name}; there are: {', '.join(problem.hub_by_depot)}")
    day = TownshipDay(problem, plan, name)
    if not day.handovers:
        raise click.ClickException(f"nothing goes over {name} in this plan")
    picture.write_text("\n".join(draw(day)) + "\n", encoding="utf-8")
    click.echo("\n".join(timetable(day)))


if __name__ == "__main__":
    main()
