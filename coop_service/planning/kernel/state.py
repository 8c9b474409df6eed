"""The routes of a day while they are searched, with what makes an insertion cheap to judge.

For each place in a route the duration and departures of what comes before and after it are kept
(as triples, see :mod:`coop_service.planning.kernel.labels`), and the highest load on board, so
that one more visit is judged in constant time. Vehicles with rules that these sums cannot hold
(``Day.is_rich``) have the sums as a first sieve and are then timed exactly.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coop_service.planning.kernel.cargo import clash
from coop_service.planning.kernel.day import FAR, NONE, Day, Ints, Records
from coop_service.planning.kernel.jit import compiled, inlined
from coop_service.planning.kernel.labels import time_route
from coop_service.planning.kernel.schedule import route_cost
from coop_service.planning.kernel.work import MEMORY_BITS, Work

ROUTE: Final = np.dtype(
    [
        ("count", np.int64),  # tasks
        ("frozen", np.int64),  # first tasks that stay where they are
        ("cost", np.float64),  # yuan, exact
        ("sieve_cost", np.float64),  # yuan, without rests and returns to the depot
        ("fill", np.float64),  # share of the vehicle's capacity, by its fullest unit, at most 1
        ("opening_yuan", np.float64),  # the fixed cost and that of the way out and back
        ("specials", np.int64),  # tasks that are not wholly judged by the sums
        ("mask", np.uint64),  # classes of all goods
        ("key", np.uint64),  # of its tasks in their order and its kind of vehicle
        ("wait_s", np.int64),  # waiting in the shortest day of the sums
        ("asked_stamp", np.int64),  # of the unit for which it was last to be looked at
    ],
    align=True,
)

PLACE: Final = np.dtype(
    [
        ("before_dur", np.int64),
        ("before_early", np.int64),
        ("before_late", np.int64),
        ("before_m", np.int64),
        ("after_dur", np.int64),
        ("after_early", np.int64),
        ("after_late", np.int64),
    ],
    align=True,
)

KEY_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)

AT: Final = np.dtype([("vehicle", np.int64), ("place", np.int64)], align=True)


class State(NamedTuple):
    """Routes by vehicle ``v``; places in a route from 0 (departure) to count + 1 (return)."""

    nodes: NDArray[np.uint32]  # (v, places)
    routes: Records  # ROUTE (v)
    places: Records  # PLACE (v, places)
    peak_before: Ints  # (v, places, u) highest load from departure to here
    peak_after: Ints  # (v, places, u) highest load from here to the return
    at: Records  # AT (n); vehicle NONE: absent


def make_state(day: Day) -> State:
    """A state without any visit."""
    vehicles, units = day.capacity.shape
    places = day.variant_task.size + 2
    state = State(
        nodes=np.zeros((vehicles, places), dtype=np.uint32),
        routes=np.zeros(vehicles, dtype=ROUTE),
        places=np.zeros((vehicles, places), dtype=PLACE),
        peak_before=np.zeros((vehicles, places, units), dtype=np.int64),
        peak_after=np.zeros((vehicles, places, units), dtype=np.int64),
        at=np.full(day.tasks.size, NONE, dtype=AT),
    )
    state.nodes[:, 0] = day.vehicles["origin"]
    state.nodes[:, 1] = day.vehicles["end"]
    return state


@inlined
def refresh_here(day: Day, state: State, v: int) -> None:
    """:func:`refresh`, for where handing all the arrays over would take as long as the work."""
    nodes = state.nodes[v]
    count = state.routes[v].count
    travel_s = day.travel_s[day.vehicles[v].profile]
    travel_m = day.travel_m[day.vehicles[v].profile]
    dur, early, late, metres = 0, day.vehicles[v].leave_s, day.vehicles[v].leave_by_s, 0
    state.places[v, 0].before_dur = dur
    state.places[v, 0].before_early = early
    state.places[v, 0].before_late = late
    state.places[v, 0].before_m = 0
    specials, waits = 0, 0
    mask = day.vehicles[v].base_out_mask | day.vehicles[v].base_in_mask
    price = 0.0
    key = np.uint64(day.vehicles[v].kind + 1) * KEY_FACTOR
    for place in range(1, count + 2):
        node = nodes[place]
        key = (key ^ np.uint64(node + 1)) * KEY_FACTOR
        leg = travel_s[nodes[place - 1], node]
        metres += travel_m[nodes[place - 1], node]
        at_end = place == count + 1
        opens = -FAR if at_end else day.open_s[node, 0]
        closes = (
            day.vehicles[v].back_s if at_end else day.close_s[node, day.tasks[node].windows - 1]
        )
        delta = dur + leg
        wait = max(0, opens - (delta + late))
        early = max(opens - delta, early) - wait
        late = min(closes - delta, late)
        dur = delta + wait
        waits += wait
        if not at_end:
            dur += day.tasks[node].service_s
            state.at[node].vehicle = v
            state.at[node].place = place
            price += day.visit_yuan[v, node]
            mask |= day.tasks[node].mask
            if day.tasks[node].is_special:
                specials += 1
        state.places[v, place].before_dur = dur
        state.places[v, place].before_early = early
        state.places[v, place].before_late = late
        state.places[v, place].before_m = metres
    state.routes[v].specials = specials
    state.routes[v].wait_s = waits
    state.routes[v].mask = mask
    state.routes[v].key = key ^ (key >> np.uint64(29))
    if count == 0 and not day.vehicles[v].is_underway:
        state.routes[v].sieve_cost = 0.0
    else:
        state.routes[v].sieve_cost = price + route_cost(day, v, early, early + dur, metres)
    dur, early, late = 0, -FAR, day.vehicles[v].back_s
    state.places[v, count + 1].after_dur = dur
    state.places[v, count + 1].after_early = early
    state.places[v, count + 1].after_late = late
    for place in range(count, 0, -1):
        node = nodes[place]
        service = day.tasks[node].service_s
        opens, closes = day.open_s[node, 0], day.close_s[node, day.tasks[node].windows - 1]
        delta = service + travel_s[node, nodes[place + 1]]
        wait = max(0, early - delta - closes)
        new_early = max(early - delta, opens) - wait
        late = min(late - delta, closes)
        early = new_early
        dur += delta + wait
        state.places[v, place].after_dur = dur
        state.places[v, place].after_early = early
        state.places[v, place].after_late = late
    for u in range(day.capacity.shape[1]):
        load = day.base_load[v, u]
        for place in range(1, count + 1):
            load += day.from_depot[nodes[place], u]
        most = load
        state.peak_before[v, 0, u] = most
        state.peak_after[v, 0, u] = load
        for place in range(1, count + 1):
            load += day.change[nodes[place], u]
            most = max(most, load)
            state.peak_before[v, place, u] = most
            state.peak_after[v, place, u] = load
        for place in range(count - 1, -1, -1):
            if state.peak_after[v, place + 1, u] > state.peak_after[v, place, u]:
                state.peak_after[v, place, u] = state.peak_after[v, place + 1, u]

    state.routes[v].fill = fill_with(day, state, v, NONE)
    if count > 0:
        state.routes[v].opening_yuan = opening(day, v, nodes[1], nodes[count])


@compiled
def refresh(day: Day, state: State, v: int) -> None:
    """Recompute all sums of a route from its nodes; not its exact cost."""
    refresh_here(day, state, v)


@inlined
def fill_with(day: Day, state: State, v: int, task: int) -> float:
    """Share of a vehicle that is filled at departure or return, with one more task."""
    most = 0.0
    count = state.routes[v].count
    for u in range(day.capacity.shape[1]):
        out, home = state.peak_before[v, 0, u], state.peak_after[v, count, u]
        if task != NONE:
            out += day.from_depot[task, u]
            home += day.from_depot[task, u] + day.change[task, u]
        if max(out, home) > 0:
            trips = day.vehicles[v].max_trips - day.vehicles[v].trips_done
            most = max(most, max(out, home) / (day.capacity[v, u] * trips))
    return min(most, 1.0)


@inlined
def opening(day: Day, v: int, first: int, last: int) -> float:
    """Yuan of using a vehicle at all: its fixed cost, and the way out and back."""
    profile, a, b = day.vehicles[v].profile, day.vehicles[v].origin, day.vehicles[v].end
    metres = day.travel_m[profile, a, first] + day.travel_m[profile, last, b]
    seconds = day.travel_s[profile, a, first] + day.travel_s[profile, last, b]
    return (
        day.vehicles[v].fixed_yuan
        + day.vehicles[v].per_m * metres
        + day.vehicles[v].per_s * seconds
    )


@inlined
def relief(day: Day, state: State, v: int) -> float:
    """The part of :func:`opening`, in yuan, that falls on the vehicle's unfilled share."""
    if state.routes[v].count == 0 or day.vehicles[v].is_underway:
        return 0.0
    return state.routes[v].opening_yuan * (1.0 - state.routes[v].fill)


@inlined
def _relief_with(day: Day, state: State, v: int, task: int) -> float:
    """:func:`relief` with one more task."""
    empty = state.routes[v].count == 0
    whole = opening(day, v, task, task) if empty else state.routes[v].opening_yuan
    return whole * (1.0 - fill_with(day, state, v, task))


@inlined
def needs_timing(day: Day, state: State, v: int, task: int) -> bool:
    """Whether a route, with one more task, is not wholly judged by the sums."""
    if day.vehicles[v].is_rich or state.routes[v].specials > 0:
        return True
    mask = state.routes[v].mask
    if task != NONE:
        if day.tasks[task].is_special:
            return True
        mask |= day.tasks[task].mask
    return bool(mask != np.uint64(0) and clash(day, mask, mask))


@compiled
def time_exactly(day: Day, state: State, work: Work, v: int) -> float:
    """Exact cost of the present route; infinite where it breaks a rule."""
    count = state.routes[v].count
    if count == 0 and not day.vehicles[v].is_underway:
        return 0.0
    if not needs_timing(day, state, v, NONE):
        return state.routes[v].sieve_cost
    for place in range(count):
        work.sequence[place] = state.nodes[v, place + 1]
    return time_route(day, v, work, work.sequence, count, np.inf)


@inlined
def put(day: Day, state: State, v: int, place: int, task: int) -> None:
    """Insert a task after the given place; the sums are left to :func:`refresh`."""
    count = state.routes[v].count
    for p in range(count + 1, place, -1):
        state.nodes[v, p + 1] = state.nodes[v, p]
    state.nodes[v, place + 1] = task
    state.routes[v].count = count + 1


@inlined
def best_place(
    day: Day,
    state: State,
    work: Work,
    v: int,
    task: int,
    limit: float,
    ease: float,
    exact: bool,
):
    """Cheapest place for a task in a route, if it adds less than ``limit`` yuan.

    Args:
        day: the day.
        state: its routes.
        work: scratch memory.
        v: the vehicle.
        task: the task.
        limit: yuan.
        ease: share of :func:`relief` that is taken off.
        exact: whether a place that the sums allow is timed exactly.

    Returns:
        (yuan, place, exact cost of the route then); place NONE where there is none.
    """
    best, best_at, best_cost = limit, NONE, 0.0
    if not day.allowed[v, task]:
        return best, best_at, best_cost
    nodes = state.nodes[v]
    count = state.routes[v].count
    units = day.capacity.shape[1]
    one_trip = day.vehicles[v].max_trips == 1
    if one_trip:
        for u in range(units):
            # the least that any place would hold
            spare = day.capacity[v, u] - state.peak_before[v, 0, u]
            if day.from_depot[task, u] > spare:
                return best, best_at, best_cost
            spare = day.capacity[v, u] - state.peak_after[v, count, u]
            if day.from_depot[task, u] + day.change[task, u] > spare:
                return best, best_at, best_cost
    travel_s = day.travel_s[day.vehicles[v].profile]
    travel_m = day.travel_m[day.vehicles[v].profile]
    opens, closes = day.open_s[task, 0], day.close_s[task, day.tasks[task].windows - 1]
    service = day.tasks[task].service_s
    whole_m = state.places[v, count + 1].before_m
    per_m = day.vehicles[v].per_m
    per_s = min(day.vehicles[v].per_s, day.vehicles[v].per_overtime_s)
    price = day.visit_yuan[v, task]
    old_sieve = state.routes[v].sieve_cost
    old_cost = state.routes[v].cost
    prices = price
    if count > 0 or day.vehicles[v].is_underway:
        early = state.places[v, count + 1].before_early
        back = early + state.places[v, count + 1].before_dur
        prices += old_sieve - route_cost(day, v, early, back, whole_m)
    # what the task costs beside the way: its price, a first use of the vehicle, less the ease
    beside = price
    eased = 0.0
    if ease > 0.0 and not day.vehicles[v].is_underway:
        eased = ease * (_relief_with(day, state, v, task) - relief(day, state, v))
        beside -= eased
    if count == 0 and not day.vehicles[v].is_underway:
        beside += day.vehicles[v].fixed_yuan + per_m * whole_m
    for place in range(count, state.routes[v].frozen - 1, -1):
        a, b = nodes[place], nodes[place + 1]
        more_m = travel_m[a, task] + travel_m[task, b] - travel_m[a, b]
        to_s, from_s = travel_s[a, task], travel_s[task, b]
        # the way alone, with the time that no waiting makes up for, rules most places out
        more_s = max(0, to_s + from_s + service - travel_s[a, b] - state.routes[v].wait_s)
        if per_m * more_m + per_s * more_s + beside >= best:
            continue
        if one_trip:
            fits = True
            for u in range(units):
                spare = day.capacity[v, u] - state.peak_before[v, place, u]
                if day.from_depot[task, u] > spare:
                    fits = False
                spare = day.capacity[v, u] - state.peak_after[v, place, u]
                if day.from_depot[task, u] + day.change[task, u] > spare:
                    fits = False
            if not fits:
                continue
        if whole_m + more_m > day.vehicles[v].max_m:
            continue
        delta = state.places[v, place].before_dur + to_s
        early, late = state.places[v, place].before_early, state.places[v, place].before_late
        if early + delta > closes:
            continue
        wait = max(0, opens - (delta + late))
        early = max(opens - delta, early) - wait
        late = min(closes - delta, late)
        dur = delta + wait + service
        delta = dur + from_s
        next_early, next_late = (
            state.places[v, place + 1].after_early,
            state.places[v, place + 1].after_late,
        )
        if early + delta > next_late:
            continue
        wait = max(0, next_early - (delta + late))
        early = max(next_early - delta, early) - wait
        dur = delta + wait + state.places[v, place + 1].after_dur
        if dur + day.vehicles[v].worked_s > day.vehicles[v].max_work_s:
            continue
        cost = prices + route_cost(day, v, early, early + dur, whole_m + more_m)
        more = cost - old_sieve - eased
        if more >= best:
            continue
        if exact:
            for p in range(place):
                work.sequence[p] = nodes[p + 1]
            work.sequence[place] = task
            for p in range(place, count):
                work.sequence[p + 1] = nodes[p + 1]
            limit = best + old_cost + eased
            cost = time_route(day, v, work, work.sequence, count + 1, limit)
            more = cost - old_cost - eased
            if more >= best:
                continue
        best, best_at, best_cost = more, place, cost
    return best, best_at, best_cost


@compiled
def best_timed_place(
    day: Day, state: State, work: Work, v: int, task: int, limit: float, ease: float
):
    """:func:`best_place` with exact timing of every place, remembered by route and task.

    Most routes that a step looks at are those that the step before looked at.
    """
    relieved = 0.0
    if ease > 0.0 and not day.vehicles[v].is_underway:
        relieved = ease * (_relief_with(day, state, v, task) - relief(day, state, v))
    # in a route all places have the same price beside the route's cost
    limit_cost = limit + state.routes[v].cost + relieved
    key = (state.routes[v].key ^ np.uint64(task + 1)) * KEY_FACTOR
    seen = work.memory[int(key >> np.uint64(64 - MEMORY_BITS))]
    if seen.key == key and (seen.place != NONE or limit_cost <= seen.cost):
        if seen.place == NONE or seen.cost >= limit_cost:
            return limit, NONE, 0.0
        return seen.cost - state.routes[v].cost - relieved, seen.place, seen.cost
    more, place, cost = best_place(day, state, work, v, task, limit, ease, True)
    seen.key = key
    seen.place = place
    seen.cost = limit_cost if place == NONE else cost
    return more, place, cost


@inlined
def uniform(rng) -> float:
    """A random number in [0, 1) by xorshift64* (Vigna 2016, ACM TOMS 42:30)."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0
