"""The optimum of small one-hub days by looking at everything; nothing is shared with planning.

Villages are dealt to vans in every way and visited in every order; trunk vehicles call at the hub's
two stops in every way. For each such choice the times are those of a linear program over
differences of times, whose optimum is whole (its matrix is totally unimodular: Ahuja, Magnanti &
Orlin 1993, Network Flows, section 11.12). Choices are looked at in the order of what they cost
without any waiting, until that is no better than what has been found.
"""

from __future__ import annotations

import math
from itertools import pairwise, permutations, product

from ortools.linear_solver import pywraplp

DOWN, UP = "down", "up"


def find_optimum(problem, mode):
    """Least cost of serving everything in a mode; infinite where that cannot be."""
    choices = _relay_choices(problem) if mode == "relay" else _direct_choices(problem)
    priced = sorted(((_least_cost(problem, routes), routes) for routes in choices), key=_first)
    best = math.inf
    for least, routes in priced:
        if least >= best - 1e-9:
            break
        best = min(best, _timed_cost(problem, routes))
    return best


def _first(pair):
    return pair[0]


def _orders_at(problem, stop):
    return [order for order in problem.orders if order.stop == stop]


def _kg(orders):
    return sum(order.load["weight_kg"] for order in orders)


def _outbound(orders):
    return [order for order in orders if order.direction == "outbound"]


def _inbound(orders):
    return [order for order in orders if order.direction == "inbound"]


def _fits(vehicle, calls):
    """Whether the load never passes the capacity; calls are (stop, orders)."""
    load = sum(_kg(_outbound(orders)) for _, orders in calls)
    limit = vehicle.capacity["weight_kg"] + 1e-9
    if load > limit:
        return False
    for _, orders in calls:
        load += _kg(_inbound(orders)) - _kg(_outbound(orders))
        if load > limit:
            return False
    return True


def _loops(problem, vans):
    """Each way to deal the villages to vans, one trip each, in every order."""
    stops = [stop.id for stop in problem.stops if _orders_at(problem, stop.id)]
    for dealt in product(range(len(vans)), repeat=len(stops)):
        shares = [
            [s for s, v in zip(stops, dealt, strict=True) if v == i] for i in range(len(vans))
        ]
        for orders in product(*(permutations(share) for share in shares)):
            routes = []
            for van, order in zip(vans, orders, strict=True):
                calls = [(stop, _orders_at(problem, stop)) for stop in order]
                if calls:
                    routes.append((van, [calls]))
            if all(_fits(van, trips[0]) for van, trips in routes):
                yield routes


def _direct_choices(problem):
    vans = [v for v in problem.vehicles if v.start_depot == "centre" and v.tags]
    yield from _loops(problem, vans)


def _relay_choices(problem):
    vans = [v for v in problem.vehicles if v.start_depot == "west"]
    trunks = list(_trunk_choices(problem))
    for loops in _loops(problem, vans):
        for trunk in trunks:
            yield [*loops, *trunk]


def _trunk_choices(problem):
    trunk = [v for v in problem.vehicles if v.start_depot == "centre"]
    down, up = _outbound(problem.orders), _inbound(problem.orders)
    if problem.relays[0].inbound == "next_day":
        up = []
    if not up and not down:
        yield []
        return
    if not up:
        yield from ([(v, [[(DOWN, down)]])] for v in trunk if _fits(v, [(DOWN, down)]))
        return
    if not down:
        yield from ([(v, [[(UP, up)]])] for v in trunk if _fits(v, [(UP, up)]))
        return
    for one, other in product(trunk, trunk):
        first, second = [(DOWN, down)], [(UP, up)]
        if not _fits(one, first) or not _fits(other, second):
            continue
        if one is not other:
            yield [(one, [first]), (other, [second])]
            continue
        for calls in ([*first, *second], [*second, *first]):
            if _fits(one, calls):
                yield [(one, [calls])]
        if one.max_trips > 1:
            yield [(one, [first, second])]
            yield [(one, [second, first])]


def _place(problem, vehicle, stop):
    if stop in (DOWN, UP):
        return 1
    if stop is None:
        return 0 if vehicle.start_depot == "centre" else 1
    return problem.stop_by_id[stop].location


def _service_s(problem, stop, orders):
    own_s = 0 if stop in (DOWN, UP) else problem.stop_by_id[stop].service_s
    return own_s + sum(order.service_s for order in orders)


def _sorting_s(problem, orders):
    hub = problem.hubs[0]
    return math.ceil(hub.sort_fixed_s + hub.sort_s_per_kg * _kg(orders) - 1e-9)


def _least_cost(problem, routes):
    """Cost without any waiting."""
    profile = problem.profiles["road"]
    total = 0.0
    for vehicle, trips in routes:
        length_m = work_s = 0
        for calls in trips:
            way = [None, *(stop for stop, _ in calls), None]
            places = [_place(problem, vehicle, stop) for stop in way]
            length_m += sum(profile.distance_m[a, b] for a, b in pairwise(places))
            work_s += sum(profile.duration_s[a, b] for a, b in pairwise(places))
            work_s += sum(_service_s(problem, stop, orders) for stop, orders in calls)
        work_s += vehicle.reload_s * (len(trips) - 1)
        costs = vehicle.costs
        total += costs.fixed + costs.per_km * length_m / 1000 + costs.per_hour * work_s / 3600
    return float(total)


def _timed_cost(problem, routes):
    """Cost at the best times; infinite where there are none. Variables are times in seconds."""
    profile = problem.profiles["road"]
    rows: list = []
    rights: list = []
    bounds: list = []
    prices: list = []

    def variable(from_s, until_s):
        bounds.append((from_s, until_s))
        prices.append(0.0)
        return len(bounds) - 1

    def after(late, early, apart_s):  # late - early >= apart_s
        rows.append({early: 1.0, late: -1.0})
        rights.append(-float(apart_s))

    fixed = 0.0
    leaves, returns, trunk = {}, {}, {}
    served, trunk_trips, ends = [], {}, []
    for vehicle, trips in routes:
        start_s, end_s = vehicle.shift_s
        depot = problem.depot_by_id[vehicle.start_depot]
        end_s = min(end_s, depot.close_s)
        back = None
        for calls in trips:
            until_s = end_s
            if depot.packing_cutoff_s is not None and any(_inbound(orders) for _, orders in calls):
                until_s = min(until_s, depot.packing_cutoff_s)
            leave = variable(max(start_s, depot.open_s), end_s)
            calling = []
            if back is None:
                first = leave
            else:
                after(leave, back, vehicle.reload_s)
            here, here_at, busy_s = _place(problem, vehicle, None), leave, 0
            for stop, orders in calls:
                there = _place(problem, vehicle, stop)
                windows = () if stop in (DOWN, UP) else problem.stop_by_id[stop].time_windows_s
                start = variable(*(windows[0] if windows else (0, 10**6)))
                after(start, here_at, busy_s + profile.duration_s[here, there])
                busy_s = _service_s(problem, stop, orders)
                if stop in (DOWN, UP):
                    trunk[stop] = start, busy_s
                    calling.append(stop)
                else:
                    served += [(order, start, busy_s, len(ends)) for order in orders]
                here, here_at = there, start
            back = variable(0, until_s)
            way_s = profile.duration_s[here, _place(problem, vehicle, None)]
            after(back, here_at, busy_s + way_s)
            trunk_trips |= {stop: len(ends) for stop in calling}
            ends.append((leave, back))
            if vehicle.start_depot == "west":
                carried = [order for _, orders in calls for order in orders]
                leaves[vehicle.id], returns[vehicle.id] = (leave, carried), (back, carried)
        prices[back] += vehicle.costs.per_hour / 3600
        prices[first] -= vehicle.costs.per_hour / 3600
    for vehicle, trips in routes:
        costs = vehicle.costs
        length_m = 0
        for calls in trips:
            way = [None, *(stop for stop, _ in calls), None]
            places = [_place(problem, vehicle, stop) for stop in way]
            length_m += sum(profile.distance_m[a, b] for a, b in pairwise(places))
        fixed += costs.fixed + costs.per_km * length_m / 1000
    if DOWN in trunk:
        start, service_s = trunk[DOWN]
        sorting = _sorting_s(problem, _outbound(problem.orders))
        for leave, carried in leaves.values():
            if _outbound(carried):
                after(leave, start, service_s + sorting)
    if UP in trunk:
        start, _ = trunk[UP]
        for back, carried in returns.values():
            if _inbound(carried):
                after(start, back, _sorting_s(problem, _inbound(carried)))
    for order, start, service_s, trip in served:
        limit_s = order.max_on_board_s
        if limit_s is not None and order.direction == "outbound":
            after(ends[trunk_trips.get(DOWN, trip)][0], start, -limit_s)
        elif limit_s is not None:
            after(start, ends[trunk_trips.get(UP, trip)][1], -service_s - limit_s)
    if any(low > high for low, high in bounds):
        return math.inf
    return fixed + _minimum(prices, rows, rights, bounds)


def _minimum(prices, rows, rights, bounds):
    solver = pywraplp.Solver.CreateSolver("GLOP")
    variables = [solver.NumVar(low, high, "") for low, high in bounds]
    for row, right in zip(rows, rights, strict=True):
        solver.Add(sum(factor * variables[column] for column, factor in row.items()) <= right)
    solver.Minimize(sum(p * x for p, x in zip(prices, variables, strict=True)))
    return solver.Objective().Value() if solver.Solve() == solver.OPTIMAL else math.inf
