"""A plan laid out for playing: each van's calls in order, and which goods wait for which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from coop_service.domain.handovers import Handover, Ride, find_handovers
from coop_service.domain.plan import Plan, Rest, RestKind, Route, Trip, Visit
from coop_service.domain.problem import Direction, Problem, Vehicle, Window
from coop_service.domain.relay import chosen_modes, expand, hub_stop_id, legs_of, sorting_s
from coop_service.errors import Fault, InvalidInput, both, pointer


@dataclass(frozen=True, slots=True)
class Batch:
    """What one call brings to a hub and one call takes on.

    ``legs``: of each order, the leg that brought it and the leg that goes on.
    """

    brought: Ride
    sorting_s: int
    legs: tuple[tuple[str, str], ...]
    hub: str


@dataclass(frozen=True, slots=True)
class Pause:
    """A planned rest; ``opens_s``: not before; ``until_s``: only to bridge the time until then."""

    duration_s: int
    opens_s: int | None = None
    until_s: int | None = None


@dataclass(frozen=True, slots=True)
class PlayedCall:
    """A planned visit.

    Attributes:
        hold_s: the plan waits here by choice; service begins no earlier than then. None: it
            begins as soon as a window is open.
        service_s: of the stop itself; ``parts``: and of each order.
        is_hub: a trunk vehicle's call at a hub, not a customer's stop.
    """

    visit: Visit
    location: int
    windows_s: tuple[Window, ...]
    hold_s: int | None
    service_s: int
    parts: tuple[tuple[str, int], ...]
    is_hub: bool
    area: str | None
    pauses: tuple[Pause, ...]
    takes: tuple[Batch, ...]


@dataclass(frozen=True, slots=True)
class PlayedTrip:
    """A planned trip: from ``origin`` over its calls to ``home``, matrix indices."""

    depart_s: int
    return_s: int
    origin: int
    home: int
    pauses: tuple[Pause, ...]
    calls: tuple[PlayedCall, ...]
    takes: tuple[Batch, ...]
    packing_cutoff_s: int | None


@dataclass(frozen=True, slots=True)
class VanDay:
    """A van and its trips."""

    vehicle: Vehicle
    trips: tuple[PlayedTrip, ...]


@dataclass(frozen=True, eq=False)
class DayScript:
    """A whole plan; ``day`` is the plain problem in legs that its routes are written in."""

    problem: Problem
    plan: Plan
    day: Problem
    vans: tuple[VanDay, ...]


_INBOUND: Final = Direction.INBOUND


def lay_out_day(problem: Problem, plan: Plan) -> DayScript:
    """The plan for playing.

    Raises:
        InvalidInput: the plan names what the problem does not have, drives where there is no
            road, or has no mode for a township; every such fault is named.
    """
    faults = list(_find_faults(problem, plan))
    if faults:
        raise InvalidInput(faults)
    modes = chosen_modes(plan)
    day = expand(problem, modes)
    takes = _batches(problem, plan)
    hub_stops = frozenset(
        hub_stop_id(hub.depot, way)
        for hub in problem.hubs
        for way in (Direction.OUTBOUND, Direction.INBOUND)
    )
    vans = []
    for route in plan.routes:
        vans.append(_van_day(problem, day, route, takes, hub_stops))
    script = DayScript(problem, plan, day, tuple(vans))
    roads = list(_find_missing_roads(script))
    if roads:
        raise InvalidInput(roads)
    return script


def _van_day(
    problem: Problem,
    day: Problem,
    route: Route,
    takes: Mapping[Ride, tuple[Batch, ...]],
    hub_stops: frozenset[str],
) -> VanDay:
    vehicle = day.vehicle_by_id[route.vehicle]
    start, end = day.depot_by_id[vehicle.start_depot], day.depot_by_id[vehicle.end_depot]
    opens_s = None if day.rules.lunch is None else day.rules.lunch.window_s[0]
    trips = []
    for number, trip in enumerate(route.trips):
        underway = vehicle.underway if number == 0 else None
        home = end if number == len(route.trips) - 1 else start
        inbound = any(
            day.order_by_id[name].direction is _INBOUND for v in trip.stops for name in v.orders
        ) or any(
            day.order_by_id[item.order].direction is _INBOUND
            for item in (underway.on_board if underway else ())
        )
        rests = _rests_by_visit(trip)
        calls = []
        for index, visit in enumerate(trip.stops):
            stop = day.stop_by_id[visit.stop]
            relay = problem.relay_by_stop.get(stop.id)
            windows = tuple(sorted(stop.time_windows_s))
            ready_s = next(
                (max(visit.arrive_s, a) for a, b in windows if visit.arrive_s <= b),
                visit.arrive_s,
            )
            calls.append(
                PlayedCall(
                    visit,
                    stop.location,
                    windows,
                    visit.start_s if visit.start_s > ready_s else None,
                    stop.service_s,
                    tuple(
                        (name, day.order_by_id[name].service_s)
                        for name in dict.fromkeys(visit.orders)
                    ),
                    stop.id in hub_stops,
                    None if relay is None else relay.id,
                    _pauses(rests[index], opens_s),
                    takes.get(Ride(vehicle.id, number, index), ()),
                )
            )
        trips.append(
            PlayedTrip(
                trip.depart_s,
                trip.return_s,
                start.location if underway is None else underway.location,
                home.location,
                _pauses(rests[None], opens_s),
                tuple(calls),
                takes.get(Ride(vehicle.id, number), ()),
                home.packing_cutoff_s if inbound else None,
            )
        )
    return VanDay(vehicle, tuple(trips))


def _rests_by_visit(trip: Trip) -> defaultdict[int | None, list[Rest]]:
    """As verification reads them: after a stop called at twice, after the last that has ended."""
    found: defaultdict[int | None, list[Rest]] = defaultdict(list)
    for rest in sorted(trip.rests, key=lambda rest: rest.start_s):
        at = [i for i, visit in enumerate(trip.stops) if visit.stop == rest.after_stop]
        ended = [i for i in at if trip.stops[i].depart_s <= rest.start_s]
        place = None if not at else ended[-1] if ended else at[0]
        found[place].append(rest)
    return found


def _pauses(rests: list[Rest], opens_s: int | None) -> tuple[Pause, ...]:
    pauses = []
    for number, rest in enumerate(rests):
        is_lunch = rest.kind is RestKind.LUNCH and opens_s is not None and rest.start_s >= opens_s
        follows = rests[number + 1] if number + 1 < len(rests) else None
        bridges = (
            follows is not None
            and follows.kind is RestKind.LUNCH
            and follows.start_s == rest.start_s + rest.duration_s == opens_s
        )
        pauses.append(
            Pause(
                max(0, rest.duration_s),
                opens_s if is_lunch else None,
                opens_s if bridges else None,
            )
        )
    return tuple(pauses)


def _batches(problem: Problem, plan: Plan) -> dict[Ride, tuple[Batch, ...]]:
    """What each call takes at a hub, by the call."""
    modes = chosen_modes(plan)
    legs = defaultdict(list)
    for leg in legs_of(problem, modes):
        legs[leg.order].append(leg.id)
    handovers = find_handovers(problem, modes, plan.routes)
    loads = defaultdict(list)
    for one in handovers:
        loads[one.brought].append(one.load)
    groups: defaultdict[tuple[Ride, Ride, str], list[Handover]] = defaultdict(list)
    for one in handovers:
        if one.taken is not None:
            groups[one.taken, one.brought, one.hub].append(one)
    takes: defaultdict[Ride, list[Batch]] = defaultdict(list)
    for (taken, brought, hub), group in groups.items():
        seconds = sorting_s(problem.hub_by_depot[hub], loads[brought])
        chains = tuple((legs[one.order][0], legs[one.order][1]) for one in group)
        takes[taken].append(Batch(brought, seconds, chains, hub))
    return {ride: tuple(batches) for ride, batches in takes.items()}


def _find_faults(problem: Problem, plan: Plan) -> Iterable[Fault]:
    modes = chosen_modes(plan)
    lost = [relay.id for relay in problem.relays if relay.id not in modes]
    if lost:
        names = ", ".join(lost)
        yield _fault(
            ("modes",), f"方案没有给出这些乡镇的方式:{names}", f"no mode is given for {names}"
        )
        return
    day = expand(problem, modes)
    seen: set[str] = set()
    for at, route in enumerate(plan.routes):
        where = ("routes", at)
        if route.vehicle not in day.vehicle_by_id or route.vehicle in seen:
            yield _fault(
                (*where, "vehicle"),
                f"问题中没有车辆 {route.vehicle},或它有两条线路;请使用与方案配套的问题文件",
                f"{route.vehicle} is not in the problem or has two routes; give the problem that "
                "the plan answers",
            )
        seen.add(route.vehicle)
        if not route.trips:
            yield _fault((*where, "trips"), "线路没有趟次", "the route has no trips")
        for number, trip in enumerate(route.trips):
            for index, visit in enumerate(trip.stops):
                here = (*where, "trips", number, "stops", index)
                if visit.stop not in day.stop_by_id:
                    yield _fault(
                        (*here, "stop"),
                        f"问题中没有停靠点 {visit.stop}",
                        f"the problem has no stop {visit.stop}",
                    )
                for name in visit.orders:
                    if name not in day.order_by_id:
                        yield _fault(
                            (*here, "orders"),
                            f"问题中没有订单 {name}",
                            f"the problem has no order {name}",
                        )


def _find_missing_roads(script: DayScript) -> Iterable[Fault]:
    for at, van in enumerate(script.vans):
        profile = script.day.profiles[van.vehicle.profile]
        for number, trip in enumerate(van.trips):
            places = [trip.origin, *(call.location for call in trip.calls), trip.home]
            for here, there in pairwise(places):
                if not profile.allows(here, there):
                    yield _fault(
                        ("routes", at, "trips", number),
                        f"{van.vehicle.id} 从位置 {here} 到 {there} 无路可行",
                        f"{van.vehicle.id} has no road from location {here} to {there}",
                    )


def _fault(where: tuple[str | int, ...], zh: str, en: str) -> Fault:
    return Fault(pointer(*where), "not_playable", both(zh, en))
