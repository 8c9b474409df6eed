"""Days on a straight road, and plans for them by plain simulation.

Locations lie on a line; a kilometre takes 60 s, so times can be worked out in the head. A route is
written as ``{"V1": [trip, ...]}``, a trip as ``{"depart_s": 0, "calls": [call, ...]}`` with
optional ``rests`` before it (at the depot, or where a van on the road stands), a call as
``("c1", ["o1"])`` or with a third member ``{"wait_s": 60, "rests": [(1200, "driving")]}``.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from coop_service.domain.plan import (
    CostParts,
    Plan,
    Reason,
    Rest,
    RestKind,
    Route,
    Status,
    Trip,
    Unassigned,
    Visit,
)
from coop_service.domain.problem import (
    Costs,
    Depot,
    Direction,
    Order,
    Problem,
    Profile,
    Rules,
    Stop,
    Vehicle,
)
from coop_service.domain.verify import verify
from tests.domain.verify.random_days import Day


def line_profile(positions_km):
    places = np.array(positions_km, dtype=np.int64)
    apart = np.abs(places[:, None] - places[None, :])
    return Profile(duration_s=apart * 60, distance_m=apart * 1000)


def build_problem(
    positions_km=(0, 10, 20, 30),
    *,
    stops=None,
    orders=(),
    vehicles=({},),
    depots=({"id": "centre", "location": 0},),
    rules=None,
    goods_groups=None,
    profiles=None,
    standing_lines=None,
    hubs=(),
    relays=(),
):
    """A depot ``centre`` at location 0 and stops ``c1``, ``c2`` ... at the others by default."""
    if stops is None:
        stops = [{"id": f"c{at}", "location": at} for at in range(1, len(positions_km))]
    return Problem(
        name="line",
        profiles=profiles or {"van": line_profile(positions_km)},
        depots=tuple(Depot(**({"open_s": 0, "close_s": 86_400} | depot)) for depot in depots),
        vehicles=tuple(
            Vehicle(
                **(
                    {
                        "id": f"V{number}",
                        "profile": "van",
                        "start_depot": "centre",
                        "end_depot": "centre",
                        "capacity": {"weight_kg": 100},
                        "shift_s": (0, 86_400),
                        "costs": Costs(fixed=100.0, per_km=1.0, per_hour=36.0),
                    }
                    | vehicle
                )
            )
            for number, vehicle in enumerate(vehicles, start=1)
        ),
        stops=tuple(Stop(**stop) for stop in stops),
        orders=tuple(
            Order(
                **(
                    {
                        "id": f"o{number}",
                        "direction": Direction.OUTBOUND,
                        "depot": "centre",
                        "load": {"weight_kg": 10},
                    }
                    | order
                )
            )
            for number, order in enumerate(orders, start=1)
        ),
        goods_groups=goods_groups or {},
        rules=Rules(**(rules or {})),
        standing_lines=standing_lines,
        hubs=tuple(hubs),
        relays=tuple(relays),
    )


def simulate(problem, routes, *, unassigned=(), split_stops=()):
    """Drive ``routes`` and write down what happens."""
    done = [drive(problem, vehicle, trips) for vehicle, trips in routes.items()]
    served = {name for route in done for visit in route.visits for name in visit.orders}
    for vehicle in problem.vehicles:
        for order in goods_on_board(problem, vehicle):
            if order.direction == Direction.INBOUND:
                served.add(order.id)
    parts = defaultdict(float)
    for route in done:
        for name, yuan in price(problem, route).items():
            parts[name] += yuan
    parts["dropped"] = sum(
        order.drop_penalty or 0.0 for order in problem.orders if order.id not in served
    )
    return Plan(
        name=problem.name,
        engine="hand",
        status=Status.FEASIBLE,
        seconds=0.0,
        cost=round(sum(parts.values()), 2),
        cost_parts=CostParts(**{name: round(yuan, 2) for name, yuan in parts.items()}),
        routes=tuple(done),
        unassigned=tuple(Unassigned(name, Reason.COMPETITION, False) for name in unassigned),
        split_stops=tuple(split_stops),
    )


def price(problem, route):
    vehicle = problem.vehicle_by_id[route.vehicle]
    costs = vehicle.costs
    from_s = vehicle.underway.time_s if vehicle.underway else route.depart_s
    late_s = max(0, route.return_s - max(vehicle.shift_s[1], from_s))
    return {
        "fixed": 0.0 if vehicle.underway else costs.fixed,
        "distance": costs.per_km * route.distance_m / 1000,
        "time": costs.per_hour * (route.return_s - from_s - late_s) / 3600,
        "overtime": (costs.per_overtime_hour or 0.0) * late_s / 3600,
        "standing": sum(
            price_of_departing(problem, route.vehicle, visit) for visit in route.visits
        ),
    }


def price_of_departing(problem, vehicle, visit):
    lines = problem.standing_lines
    yuan = 0.0
    for line in lines.stops if lines else ():
        if line.stop == visit.stop:
            if line.vehicle not in (None, vehicle):
                yuan += lines.per_visit
            if line.start_s is not None:
                off_s = abs(visit.start_s - line.start_s) - lines.tolerance_s
                yuan += lines.per_hour * max(0, off_s) / 3600
    return yuan


def goods_on_board(problem, vehicle):
    on_board = vehicle.underway.on_board if vehicle.underway else ()
    return [problem.order_by_id[item.order] for item in on_board]


def drive(problem, vehicle_id, trip_specs):
    vehicle = problem.vehicle_by_id[vehicle_id]
    profile = problem.profiles[vehicle.profile]
    sums = defaultdict(int)
    trips = []
    now = None
    for number, spec in enumerate(trip_specs):
        rests = []
        here = problem.depot_by_id[vehicle.start_depot].location
        is_last = number == len(trip_specs) - 1
        home = problem.depot_by_id[vehicle.end_depot if is_last else vehicle.start_depot].location
        if now is not None:
            for length_s, kind in spec.get("rests", ()):
                rests.append(Rest(None, now, length_s, RestKind(kind)))
                now += length_s
            now += vehicle.reload_s
            sums["waiting_s"] += spec.get("depart_s", now) - now
        elif vehicle.underway:
            now = vehicle.underway.time_s
            for length_s, kind in spec.get("rests", ()):
                rests.append(Rest(None, now, length_s, RestKind(kind)))
                now += length_s
            sums["waiting_s"] += spec.get("depart_s", now) - now
            here = vehicle.underway.location
        load = defaultdict(float)
        collected = set()
        if vehicle.underway and number == 0:
            for order in goods_on_board(problem, vehicle):
                add(load, order, 1)
                collected.add(order.id)
        else:
            for _, names, *_ in spec["calls"]:
                for order in (problem.order_by_id[name] for name in names):
                    if order.direction == Direction.OUTBOUND:
                        add(load, order, 1)
        now = depart_s = spec.get("depart_s", now)
        load_at_start = dict(load)
        visits = []
        for stop_id, names, *more in spec["calls"]:
            options = more[0] if more else {}
            stop = problem.stop_by_id[stop_id]
            orders = [problem.order_by_id[name] for name in names]
            now += travel(profile, here, stop.location, sums)
            here = stop.location
            arrive_s = now
            now += options.get("wait_s", 0)
            if stop.time_windows_s and not any(a <= now <= b for a, b in stop.time_windows_s):
                now = min((a for a, _ in stop.time_windows_s if a > now), default=now)
            start_s = now
            sums["waiting_s"] += start_s - arrive_s
            service_s = stop.service_s + sum(order.service_s for order in orders)
            sums["service_s"] += service_s
            now += service_s
            for order in orders:
                if order.direction == Direction.OUTBOUND or (
                    order.direction == Direction.TRANSFER and order.id in collected
                ):
                    add(load, order, -1)
                else:
                    add(load, order, 1)
                    collected.add(order.id)
            visits.append(Visit(stop_id, arrive_s, start_s, now, tuple(names), dict(load)))
            for length_s, kind in options.get("rests", ()):
                rests.append(Rest(stop_id, now, length_s, RestKind(kind)))
                now += length_s
        now += travel(profile, here, home, sums)
        trips.append(Trip(depart_s, now, load_at_start, dict(load), tuple(visits), tuple(rests)))
    sums = {name: sums[name] for name in ("distance_m", "driving_s", "service_s", "waiting_s")}
    route = Route(
        vehicle_id, trips[0].depart_s, trips[-1].return_s, **sums, cost=0.0, trips=tuple(trips)
    )
    cost = round(sum(price(problem, route).values()), 2)
    return Route(
        vehicle_id, trips[0].depart_s, trips[-1].return_s, **sums, cost=cost, trips=tuple(trips)
    )


def travel(profile, here, there, sums):
    duration_s = max(0, int(profile.duration_s[here, there]))
    sums["driving_s"] += duration_s
    sums["distance_m"] += max(0, int(profile.distance_m[here, there]))
    return duration_s


def add(load, order, sign):
    for unit, amount in order.load.items():
        load[unit] += sign * amount


@pytest.fixture(scope="session")
def make_problem():
    return build_problem


@pytest.fixture(scope="session")
def make_plan():
    return simulate


@pytest.fixture(scope="session")
def found():
    """What verification finds, as (rule, amount) pairs in the order found."""

    def run(problem, plan):
        return [(one.rule, one.amount) for one in verify(problem, plan).violations]

    return run


@pytest.fixture(scope="session")
def make_day():
    return lambda seed: Day(seed, build_problem, simulate)
