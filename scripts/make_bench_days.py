"""Make problem documents of several kinds to measure planners with, for scripts/bench_plans.py.

Each document is a demo day of a county in July, changed in one respect. What the demo day plants as
unservable is taken out and nothing may be left out at a price, so that a good plan serves every
order. The same seed gives the same documents, another seed other orders.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.progress import Progress

from coop_service.documents import write_problem
from coop_service.domain.day_problem import build_problem, default_rules
from coop_service.domain.demo_calls import Reach
from coop_service.domain.demo_day import make_demo_day
from coop_service.domain.demo_lots import UNSERVABLE
from coop_service.domain.network import Network
from coop_service.domain.problem import (
    Direction,
    InboundDay,
    ModeSetting,
    Problem,
    Rules,
    Window,
)
from coop_service.domain.records import DayOrder, Tier, Van, VehicleSize
from coop_service.domain.townships import find_townships
from coop_service.domain.travel import Travel
from coop_service.files.network_folder import read_network_folder

NETWORKS = Path(__file__).parents[1] / "network_data"
COUNTY_CODES = {"dashiqiao": "210882", "yingkou": "210800"}

DATE = dt.date(2026, 7, 15)
"""Summer: pesticide goes out and fresh produce comes in, so that the rules bind."""

TIGHT_FILL = 0.95
SECOND_ROUND_SHARE = 0.75

WINDOW_SHARE = 0.80
TWO_WINDOWS_SHARE = 0.25
"""Of the stops that have windows."""

QUARTER_S = 900
WINDOW_QUARTERS = (4, 6, 8)
WINDOW_SLACK_S = 3 * QUARTER_S
"""Time left for other calls on the way to the earliest window and home from the latest."""

VANS_IN_ONE = 3
LONG_SHIFT_S = (6 * 3600, 20 * 3600)

RULES_TRIPS = 2

HUBS_LEAST, HUBS_MOST = 2, 8
SLANTS = ("relay", "direct", "any")
BRANCH_COSTS = {
    "relay": {"fixed_yuan": 10.0, "per_km_yuan": 0.3, "per_hour_yuan": 12.0},
    "direct": {"fixed_yuan": 120.0},
    "any": {},
}
"""What a van at a station costs otherwise than a micro van does."""

CENTRE_FACTORS = {"relay": 2.0, "direct": 1.0, "any": 1.0}
"""Factor of a day and a km of the vans at the centre."""

NEXT_DAY_SHARE = 0.3
PERISHABLE_SHARES = (0.0, 0.1, 0.25)
PERISHABLE_S = 5 * 3600
DOCKS = (0, 0, 5, 8)
CUTOFFS_S = (0, 0, 61_200, 62_100)
"""0: none."""


@dataclass(frozen=True, slots=True)
class Day:
    """What a kind is made from; ``next_orders`` are those of another day, on the same date."""

    network: Network
    fleet: tuple[Van, ...]
    orders: tuple[DayOrder, ...]
    next_orders: tuple[DayOrder, ...]
    seed: int


def read_day(folder: str, seed: int, *, are_relayed: bool = False) -> Day:
    """The demo day of a shipped network and the orders of the next, all of them to be served."""
    records = read_network_folder(NETWORKS / folder)
    network = records.network(COUNTY_CODES[folder], DATE)
    today, tomorrow = (
        tuple(
            replace(order, date=DATE, drop_penalty_yuan=None)
            for order in make_demo_day(network, records.vans, date, seed, are_relayed=are_relayed)
            if (order.custom or {}).get("demo") != UNSERVABLE
        )
        for date in (DATE, DATE + dt.timedelta(days=1))
    )
    return Day(network, records.vans, today, tomorrow, seed)


def build(day: Day, imposed: Rules | None = None) -> Problem:
    travel = Travel(day.network, DATE)
    orders = day.orders
    if imposed is None:
        orders = tuple(replace(order, max_on_board_s=None) for order in orders)
    return build_problem(day.network, travel, day.fleet, orders, name="", rules=imposed)


def county(day: Day) -> Problem:
    """A plain day of the default county: 22 vans, windows on a third of the stops, no rules."""
    return build(day)


def tight(day: Day) -> Problem:
    """Vans so small that what goes out fills 95 % of those of each depot."""
    return build(replace(day, fleet=tuple(_shrink(van, day) for van in day.fleet)))


def loose(day: Day) -> Problem:
    """Half of the orders, the whole fleet."""
    rng = np.random.default_rng(day.seed)
    kept = sorted(rng.permutation(len(day.orders))[: len(day.orders) // 2])
    return build(replace(day, orders=tuple(day.orders[i] for i in kept)))


def big(day: Day) -> Problem:
    """A second round to three quarters of the next day's sites, with twice the vans."""
    rng = np.random.default_rng(day.seed)
    sites = list(dict.fromkeys(order.site for order in day.next_orders))
    chosen = {
        sites[i] for i in rng.permutation(len(sites))[: round(SECOND_ROUND_SHARE * len(sites))]
    }
    first = replace(day, fleet=(*day.fleet, *(replace(v, code=f"{v.code}b") for v in day.fleet)))
    second = replace(first, orders=tuple(o for o in day.next_orders if o.site in chosen))
    return _both_rounds(first, second)


def windows(day: Day) -> Problem:
    """One to two hours, or two such windows, on four fifths of the stops."""
    rng = np.random.default_rng(day.seed)
    reach = Reach(day.network, DATE, day.fleet)
    depots = {order.site: order.depot for order in day.orders}
    sites = list(depots)
    chosen = [sites[i] for i in rng.permutation(len(sites))[: round(WINDOW_SHARE * len(sites))]]
    twice = set(chosen[: round(TWO_WINDOWS_SHARE * len(chosen))])
    booked_s = {
        site: _draw_windows(
            rng, _within_reach_s(day.network, reach, depots[site], site), 1 + (site in twice)
        )
        for site in chosen
    }
    orders = (replace(order, windows_s=booked_s.get(order.site, ())) for order in day.orders)
    return build(replace(day, orders=tuple(orders)))


def few_vans(day: Day) -> Problem:
    """A third of the vans, each with the room and range of those it replaces, for 14 hours."""
    alike = defaultdict(list)
    for van in day.fleet:
        alike[replace(van, code="", name="", plate="", custom=None)].append(van)
    fleet = []
    for vans in alike.values():
        kept = vans[::VANS_IN_ONE]
        fleet += [_enlarge(van, len(vans) / len(kept)) for van in kept]
    return build(replace(day, fleet=tuple(fleet)))


def rules(day: Day) -> Problem:
    """The default rules of a day, fresh produce 4 h on board at most, two trips a van."""
    fleet = (replace(van, max_trips=RULES_TRIPS) for van in day.fleet)
    return build(replace(day, fleet=tuple(fleet)), default_rules())


def relay(day: Day) -> Problem:
    """Two to eight townships over their stations or not, free to choose, rules of a day.

    By the seed: in turns far stations with cheap vans beside dear ones at the centre, near stations
    with dear vans, and any stations; produce taken the same or the next day; docks, a packing
    cut-off and more perishables on some days.
    """
    rng = np.random.default_rng([day.seed, HUBS_MOST])
    network = day.network
    stations = [site for site in network.tier(Tier.STATION) if site.kind == "town"]
    away = Reach(network, DATE, day.fleet)
    micro = next(van for van in day.fleet if van.size is VehicleSize.MICRO)
    centre_van = replace(micro, home=network.centre.code)
    stations.sort(key=lambda site: (away.drive_s(centre_van, site.code), site.code))
    count = int(rng.integers(HUBS_LEAST, min(HUBS_MOST, len(stations)), endpoint=True))
    slant = SLANTS[day.seed % len(SLANTS)]
    if slant == "relay":
        stations = stations[-count:]
    elif slant == "direct":
        stations = stations[:count]
    else:
        stations = [stations[i] for i in sorted(rng.permutation(len(stations))[:count])]
    factor = CENTRE_FACTORS[slant]
    fleet = [
        replace(van, fixed_yuan=factor * van.fixed_yuan, per_km_yuan=factor * van.per_km_yuan)
        for van in day.fleet
        if van.home == network.centre.code
    ]
    for site in stations:
        fleet += [
            replace(
                micro,
                code=f"{site.code}-{n}",
                home=site.code,
                max_trips=2,
                **BRANCH_COSTS[slant],
            )
            for n in (1, 2)
        ]
    inbound = {site.code: InboundDay.NEXT_DAY for site in stations if rng.random() < NEXT_DAY_SHARE}
    perishable_share = float(rng.choice(PERISHABLE_SHARES))
    orders = tuple(
        replace(order, max_on_board_s=PERISHABLE_S)
        if order.direction is Direction.INBOUND and rng.random() < perishable_share
        else order
        for order in day.orders
    )
    townships = find_townships(
        network, fleet, {site.code: ModeSetting.AUTO for site in stations}, inbound
    )
    problem = build_problem(
        network,
        Travel(network, DATE),
        fleet,
        orders,
        name="",
        rules=default_rules(),
        townships=townships,
    )
    docks, cutoff_s = rng.choice(DOCKS), rng.choice(CUTOFFS_S)
    main = replace(
        problem.depot_by_id[network.centre.code],
        docks=int(docks) or None,
        packing_cutoff_s=int(cutoff_s) or None,
    )
    depots = (main if depot.id == main.id else depot for depot in problem.depots)
    return replace(problem, depots=tuple(depots))


def yingkou(day: Day) -> Problem:
    """All of 营口: 75 vans and some 900 stops, nearly every site being called at."""
    called = {order.site for order in day.orders}
    further = (order for order in day.next_orders if order.site not in called)
    return build(replace(day, orders=(*day.orders, *further)))


KINDS: dict[str, Callable[[Day], Problem]] = {
    make.__name__: make
    for make in (county, tight, loose, big, windows, few_vans, rules, relay, yingkou)
}


def make_problem(kind: str, seed: int) -> Problem:
    day = read_day(
        "yingkou" if kind == "yingkou" else "dashiqiao", seed, are_relayed=kind == "relay"
    )
    return replace(KINDS[kind](day), name=f"{kind}-{seed}")


def _shrink(van: Van, day: Day) -> Van:
    """A van with a part of its room, the same for all of its depot."""
    out = [o for o in day.orders if o.depot == van.home and o.direction is Direction.OUTBOUND]
    room_m3 = sum(other.volume_m3 for other in day.fleet if other.home == van.home)
    part = sum(order.volume_m3 for order in out) / room_m3 / TIGHT_FILL
    return _with_room(van, part)


def _both_rounds(first: Day, second: Day) -> Problem:
    """Two days as one, their stops kept apart."""
    whole = build(replace(first, orders=(*first.orders, *second.orders)))
    location = {stop.custom["site"]: stop.location for stop in whole.stops}
    stops, orders = [], []
    for day, mark in ((first, ""), (second, "/2")):
        part = build(day)
        stops += [
            replace(stop, id=stop.id + mark, location=location[stop.custom["site"]])
            for stop in part.stops
        ]
        orders += [replace(order, stop=order.stop + mark) for order in part.orders]
    return replace(whole, stops=tuple(stops), orders=tuple(orders))


def _with_room(van: Van, times: float) -> Van:
    return replace(
        van, payload_kg=round(times * van.payload_kg), volume_m3=round(times * van.volume_m3, 2)
    )


def _enlarge(van: Van, times: float) -> Van:
    first_s, last_s = LONG_SHIFT_S
    return replace(
        _with_room(van, times),
        range_m=None if van.range_m is None else round(times * van.range_m),
        shift_start_s=first_s,
        shift_end_s=last_s,
    )


def _within_reach_s(network: Network, reach: Reach, depot: str, code: str) -> Window:
    """The longest time within which a van can be at a site, other calls before and after it."""
    site = network.sites[code]
    spans_s = []
    for van in reach.vans_of(depot, code):
        away_s = reach.drive_s(van, code) + WINDOW_SLACK_S
        spans_s.append(
            (
                max(site.open_s, van.shift_start_s + away_s),
                min(site.close_s, van.shift_end_s - away_s),
            )
        )
    return max(spans_s, key=lambda span_s: span_s[1] - span_s[0])


def _draw_windows(rng: np.random.Generator, span_s: Window, count: int) -> tuple[Window, ...]:
    """Windows by the quarter of an hour, one in each of ``count`` equal parts of a span."""
    first, last = -(-span_s[0] // QUARTER_S), span_s[1] // QUARTER_S
    part = (last - first) // count
    windows_s = []
    for begin in range(first, first + count * part, part):
        length = int(rng.choice(WINDOW_QUARTERS))
        start = begin + int(rng.integers(part - length))
        windows_s.append((start * QUARTER_S, (start + length) * QUARTER_S))
    return tuple(windows_s)


def _read_kinds(_: click.Context, __: click.Parameter, text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if unknown := [name for name in names if name not in KINDS]:
        raise click.BadParameter(f"{', '.join(unknown)}: not one of {', '.join(KINDS)}")
    return names


_HELP = "\n".join(
    [
        f"{__doc__}\n\b\nKinds:",
        *(f"  {name:9} {make.__doc__}" for name, make in KINDS.items()),
        "\n\b\nFor example, and then measured:",
        "  python scripts/make_bench_days.py var/days --seed 2 --kinds tight,windows",
        "  python scripts/bench_plans.py run var/days --out var/results",
    ]
)


@click.command(help=_HELP)
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Which orders.")
@click.option(
    "--kinds",
    callback=_read_kinds,
    default=",".join(KINDS),
    show_default="all",
    help="Kinds with commas between; OUT gets a file KIND-SEED.json of each.",
)
def main(out: Path, seed: int, kinds: tuple[str, ...]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("", total=len(kinds))
        for kind in kinds:
            progress.update(bar, description=kind)
            problem = make_problem(kind, seed)
            text = json.dumps(write_problem(problem), ensure_ascii=False, separators=(",", ":"))
            path = out / f"{problem.name}.json"
            path.write_text(text, encoding="utf-8")
            progress.console.print(
                f"{path}: {len(problem.stops)} stops, {len(problem.orders)} orders, "
                f"{len(problem.vehicles)} vans"
            )
            progress.advance(bar)


if __name__ == "__main__":
    main()
