"""Slack induction by string removals with simulated annealing.

Strings of neighbouring visits are taken out of routes that lie side by side, and each is put back
where it costs least, now and then past a place that is not looked at (Christiaens & Vanden Berghe
2020, Transportation Science 54:417-433). Worse routes are kept with a chance that falls as the
temperature does.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coop_service.planning.kernel.day import NONE, Day, Ints, Records
from coop_service.planning.kernel.jit import compiled, inlined
from coop_service.planning.kernel.labels import time_route
from coop_service.planning.kernel.state import (
    State,
    best_place,
    best_timed_place,
    needs_timing,
    put,
    refresh,
    relief,
    time_exactly,
    uniform,
)
from coop_service.planning.kernel.work import Work

MEAN_REMOVED: Final = 10.0
LONGEST_STRING: Final = 10.0
SPLIT_SHARE: Final = 0.5
SPLIT_GROWS: Final = 0.01
BLINK_SHARE: Final = 0.01
LINKED: Final = 32
"""Most tasks of a variant."""

NEAR_UNITS: Final = 12
"""A unit is tried first in the routes that hold one of so many nearest ones."""

MOST_LINKED_TRIALS: Final = 4000
"""Places of linked visits that are tried in one route."""


WAY: Final = np.dtype(
    [
        ("vehicle", np.int64),
        ("variant", np.int64),
        ("yuan", np.float64),  # that a unit adds so
        ("cost", np.float64),  # yuan of the route then
    ],
    align=True,
)


class Chain(NamedTuple):
    """One thread's search: its vehicles, what is absent, and the copies that undo a step."""

    vehicles: Ints
    absent: Ints
    absent_count: Ints  # (1)
    removed: Ints  # units of the visits that are taken out of a route
    saved_absent: Ints
    keys: NDArray[np.float64]
    backup_nodes: NDArray[np.int32]  # (v, places)
    backup_count: Ints
    backup_cost: NDArray[np.float64]
    backup_relief: NDArray[np.float64]
    is_backed_up: NDArray[np.bool_]
    changed: Ints
    changed_count: Ints  # (1)
    ruined: Ints  # (v) stamp of the step that ruined the route
    kind_seen: Ints  # (kind) stamp
    stamp: Ints  # (1)
    best_nodes: NDArray[np.int32]  # (v, places)
    best_count: Ints
    best_dirty: NDArray[np.bool_]  # (v) changed since the best was copied
    places: Ints  # of a variant's tasks while they are tried
    best_places: Ints  # the best of those in one route
    ways: Records  # WAY: routes for a unit that are to be timed exactly
    ways_count: Ints  # (1)
    way: Records  # WAY (1): the best
    way_places: Ints
    rng: NDArray[np.uint64]  # (1)


def make_chain(day: Day, vehicles: Ints, absent: Ints, seed: int) -> Chain:
    """A search of these vehicles; ``absent`` are the units of insertion that it may put in."""
    count, _ = day.capacity.shape
    units = day.units.size - 1
    places = day.variant_task.size + 2
    most_variants = int(np.diff(day.units["begin"]).max(initial=1))
    waiting = np.zeros(units + 1, dtype=np.int64)
    waiting[: absent.size] = absent
    return Chain(
        vehicles=vehicles,
        absent=waiting,
        absent_count=np.array([absent.size]),
        removed=np.zeros(places, dtype=np.int64),
        saved_absent=np.zeros(units + 1, dtype=np.int64),
        keys=np.zeros(units + 1),
        backup_nodes=np.zeros((count, places), dtype=np.int32),
        backup_count=np.zeros(count, dtype=np.int64),
        backup_cost=np.zeros(count),
        backup_relief=np.zeros(count),
        is_backed_up=np.zeros(count, dtype=np.bool_),
        changed=np.zeros(count + 1, dtype=np.int64),
        changed_count=np.zeros(1, dtype=np.int64),
        ruined=np.zeros(count, dtype=np.int64),
        kind_seen=np.zeros(int(day.vehicles["kind"].max()) + 1, dtype=np.int64),
        stamp=np.zeros(1, dtype=np.int64),
        best_nodes=np.zeros((count, places), dtype=np.int32),
        best_count=np.zeros(count, dtype=np.int64),
        best_dirty=np.zeros(count, dtype=np.bool_),
        places=np.zeros(LINKED, dtype=np.int64),
        best_places=np.zeros(LINKED, dtype=np.int64),
        ways=np.zeros(count * most_variants, dtype=WAY),
        ways_count=np.zeros(1, dtype=np.int64),
        way=np.zeros(1, dtype=WAY),
        way_places=np.zeros(LINKED, dtype=np.int64),
        rng=np.array([seed * 2 + 1], dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15),
    )


@inlined
def _copy(source, target, count: int) -> None:
    for i in range(count):
        target[i] = source[i]


@inlined
def _back_up(day: Day, state: State, chain: Chain, v: int) -> None:
    if chain.is_backed_up[v]:
        return
    chain.is_backed_up[v] = True
    chain.changed[chain.changed_count[0]] = v
    chain.changed_count[0] += 1
    places = state.routes[v].count + 2
    _copy(state.nodes[v], chain.backup_nodes[v], places)
    chain.backup_count[v] = state.routes[v].count
    chain.backup_cost[v] = state.routes[v].cost
    chain.backup_relief[v] = relief(day, state, v)


@compiled
def _undo(day: Day, state: State, chain: Chain) -> None:
    for c in range(chain.changed_count[0]):
        v = chain.changed[c]
        for place in range(1, state.routes[v].count + 1):
            task = state.nodes[v, place]
            if state.at[task].vehicle == v:
                state.at[task].vehicle = NONE
    for c in range(chain.changed_count[0]):
        v = chain.changed[c]
        places = chain.backup_count[v] + 2
        _copy(chain.backup_nodes[v], state.nodes[v], places)
        state.routes[v].count = chain.backup_count[v]
        refresh(day, state, v)
        state.routes[v].cost = chain.backup_cost[v]


@inlined
def _unit_task(day: Day, state: State, unit: int) -> int:
    """The task by which a unit is present, or NONE."""
    begin, end = day.units[unit].begin, day.units[unit + 1].begin
    for t in range(day.variant_begin[begin], day.variant_begin[end]):
        task = day.variant_task[t]
        if state.at[task].vehicle != NONE:
            return task
    return NONE


@inlined
def _take_out(day: Day, state: State, chain: Chain, unit: int) -> float:
    """Remove a unit from its route and return the yuan that it cost beside it."""
    task = _unit_task(day, state, unit)
    v = state.at[task].vehicle
    extra = 0.0
    nodes = state.nodes[v]
    kept = 0
    for place in range(1, state.routes[v].count + 1):
        node = nodes[place]
        if day.tasks[node].unit == unit:
            state.at[node].vehicle = NONE
            extra += day.tasks[node].extra_yuan
        else:
            kept += 1
            nodes[kept] = node
            state.at[node].place = kept
    nodes[kept + 1] = day.vehicles[v].end
    state.routes[v].count = kept
    chain.absent[chain.absent_count[0]] = unit
    chain.absent_count[0] += 1
    return extra


@compiled
def _ruin(day: Day, state: State, chain: Chain) -> float:
    """Take strings out of neighbouring routes; the yuan that they cost beside the routes."""
    rng = chain.rng
    used, present = 0, 0
    for v in chain.vehicles:
        if state.routes[v].count > state.routes[v].frozen:
            used += 1
            present += state.routes[v].count - state.routes[v].frozen
    if used == 0:
        return 0.0
    longest = min(LONGEST_STRING, present / used)
    most_strings = 4.0 * MEAN_REMOVED / (1.0 + longest) - 1.0
    strings = int(uniform(rng) * most_strings) + 1
    chain.stamp[0] += 1
    stamp = chain.stamp[0]
    # a visit drawn from all that are in a route
    draw = int(uniform(rng) * present)
    seed = NONE
    for v in chain.vehicles:
        free = state.routes[v].count - state.routes[v].frozen
        if free > 0:
            if draw < free:
                seed = day.tasks[state.nodes[v, state.routes[v].frozen + 1 + draw]].unit
                break
            draw -= free
    taken_yuan = 0.0
    done = 0
    for n in range(day.near.shape[1]):
        if done == strings:
            break
        unit = day.near[seed, n]
        task = _unit_task(day, state, unit)
        if task == NONE:
            continue
        v = state.at[task].vehicle
        place = state.at[task].place
        if chain.ruined[v] == stamp or chain.ruined[v] == NONE or place <= state.routes[v].frozen:
            continue
        chain.ruined[v] = stamp
        _back_up(day, state, chain, v)
        free = state.routes[v].count - state.routes[v].frozen
        length = int(uniform(rng) * min(float(free), longest)) + 1
        kept = 0
        if length > 1 and length < free and uniform(rng) < SPLIT_SHARE:
            kept = 1
            while length + kept < free and uniform(rng) > SPLIT_GROWS:
                kept += 1
            kept = min(kept, free - length)
        span = length + kept
        lowest = max(state.routes[v].frozen + 1, place - span + 1)
        highest = min(place, state.routes[v].count - span + 1)
        begin = lowest + int(uniform(rng) * (highest - lowest + 1))
        keep_from = begin + span
        if kept > 0:
            keep_from = begin + int(uniform(rng) * (length + 1))
        chosen = 0
        for p in range(begin, begin + span):
            if p < keep_from or p >= keep_from + kept:
                chain.removed[chosen] = day.tasks[state.nodes[v, p]].unit
                chosen += 1
        for c in range(chosen):
            unit = chain.removed[c]
            if _unit_task(day, state, unit) != NONE and not _is_frozen(day, state, v, unit):
                taken_yuan += _take_out(day, state, chain, unit)
        done += 1
    return taken_yuan


@inlined
def _is_frozen(day: Day, state: State, v: int, unit: int) -> bool:
    for place in range(1, state.routes[v].frozen + 1):
        if day.tasks[state.nodes[v, place]].unit == unit:
            return True
    return False


@compiled
def _settle(day: Day, state: State, work: Work, chain: Chain) -> float:
    """Sums and exact costs of the ruined routes; those that broke are emptied."""
    taken_yuan = 0.0
    for c in range(chain.changed_count[0]):
        v = chain.changed[c]
        refresh(day, state, v)
        state.routes[v].cost = time_exactly(day, state, work, v)
        while state.routes[v].cost == np.inf and state.routes[v].count > state.routes[v].frozen:
            last = state.nodes[v, state.routes[v].count]
            taken_yuan += _take_out(day, state, chain, day.tasks[last].unit)
            refresh(day, state, v)
            state.routes[v].cost = time_exactly(day, state, work, v)
    return taken_yuan


@compiled
def _sort_absent(day: Day, chain: Chain) -> None:
    rng = chain.rng
    count = chain.absent_count[0]
    draw = uniform(rng) * 11.0
    for a in range(count):
        unit = chain.absent[a]
        if draw < 4.0:
            key = uniform(rng)
        elif draw < 8.0:
            key = -day.units[unit].size
        elif draw < 9.0:
            key = -day.units[unit].far_s
        elif draw < 9.5:
            key = day.units[unit].far_s
        elif draw < 10.0:
            key = float(day.units[unit].close_s - day.units[unit].open_s)
        elif draw < 10.5:
            key = float(day.units[unit].open_s)
        else:
            key = -float(day.units[unit].close_s)
        # by insertion: there are few
        b = a
        while b > 0 and chain.keys[b - 1] > key:
            chain.keys[b] = chain.keys[b - 1]
            chain.absent[b] = chain.absent[b - 1]
            b -= 1
        chain.keys[b] = key
        chain.absent[b] = unit


@compiled
def _best_linked(
    day: Day, state: State, work: Work, chain: Chain, v: int, begin: int, size: int, limit: float
):
    """Cheapest places for tasks in one route; (yuan, found, cost of the route)."""
    places = chain.places
    best, found, best_cost = limit, False, 0.0
    count = state.routes[v].count
    for t in range(size):
        if not day.allowed[v, day.variant_task[begin + t]]:
            return best, found, best_cost
        places[t] = state.routes[v].frozen
    for _ in range(MOST_LINKED_TRIALS):
        for p in range(count):
            work.sequence[p] = state.nodes[v, p + 1]
        for t in range(size):
            for p in range(count + t, places[t], -1):
                work.sequence[p] = work.sequence[p - 1]
            work.sequence[places[t]] = day.variant_task[begin + t]
        limit = best + state.routes[v].cost
        cost = time_route(day, v, work, work.sequence, count + size, limit)
        if cost - state.routes[v].cost < best:
            best, found, best_cost = cost - state.routes[v].cost, True, cost
            _copy(places, chain.best_places, size)
        t = size - 1
        while t >= 0 and places[t] == count + t:
            places[t] = state.routes[v].frozen
            t -= 1
        if t < 0:
            break
        places[t] += 1
    return best, found, best_cost


@inlined
def _extra_yuan(day: Day, variant: int) -> float:
    """What a variant leaves out counts for."""
    extra = 0.0
    for t in range(day.variant_begin[variant], day.variant_begin[variant + 1]):
        extra += day.tasks[day.variant_task[t]].extra_yuan
    return extra


@inlined
def _mark_near(day: Day, state: State, chain: Chain, unit: int, stamp: int) -> None:
    """Stamp the chain's routes that hold one of the nearest units."""
    for n in range(min(NEAR_UNITS, day.near.shape[1])):
        task = _unit_task(day, state, day.near[unit, n])
        if task != NONE:
            v = state.at[task].vehicle
            if chain.ruined[v] != NONE:
                state.routes[v].near_stamp = stamp


@inlined
def _find_by_sums(
    day: Day,
    state: State,
    work: Work,
    chain: Chain,
    unit: int,
    limit: float,
    ease: float,
    blink: float,
) -> float:
    """Judge a unit's places by the sums; what they leave open is listed in ``chain.ways``.

    Returns:
        The least yuan that is certain, at most ``limit``; its place is ``chain.way[0]``.
    """
    chain.stamp[0] += 1
    stamp = chain.stamp[0]
    _mark_near(day, state, chain, unit, stamp)
    chain.way[0].vehicle = NONE
    chain.ways_count[0] = 0
    best = limit
    # near routes in the first turn: a good place that is found early rules the others out quickly
    for turn in range(2):
        for v in chain.vehicles:
            if state.routes[v].count == 0 and not day.vehicles[v].is_underway:
                if turn == 0 or chain.kind_seen[day.vehicles[v].kind] == stamp:
                    continue
                chain.kind_seen[day.vehicles[v].kind] = stamp
            elif (state.routes[v].near_stamp == stamp) != (turn == 0):
                continue
            for variant in range(day.units[unit].begin, day.units[unit + 1].begin):
                extra = _extra_yuan(day, variant)
                if extra >= best:
                    break  # later variants leave out more
                begin = day.variant_begin[variant]
                linked = day.variant_begin[variant + 1] - begin > 1
                more, place, cost = extra, 0, 0.0
                is_open = True
                if not linked:
                    task = day.variant_task[begin]
                    is_open = needs_timing(day, state, v, task)
                    more, place, cost = best_place(
                        day,
                        state,
                        work,
                        v,
                        task,
                        best - extra,
                        ease,
                        0.0 if is_open else blink,
                        False,
                        chain.rng,
                    )
                    more += extra
                if place == NONE:
                    continue
                if is_open:
                    way = chain.ways[chain.ways_count[0]]
                    chain.ways_count[0] += 1
                else:
                    best = more
                    way = chain.way[0]
                    chain.way_places[0] = place
                way.vehicle = v
                way.variant = variant
                way.yuan = more
                way.cost = cost
    return best


@compiled
def _find_exactly(
    day: Day, state: State, work: Work, chain: Chain, best: float, ease: float, blink: float
) -> None:
    """Time the ways that the sums left open, the most promising first, while they may be best."""
    while True:
        next_way = NONE
        for w in range(chain.ways_count[0]):
            if chain.ways[w].yuan < best and (
                next_way == NONE or chain.ways[w].yuan < chain.ways[next_way].yuan
            ):
                next_way = w
        if next_way == NONE:
            return
        v, variant = chain.ways[next_way].vehicle, chain.ways[next_way].variant
        chain.ways[next_way].yuan = np.inf
        extra = _extra_yuan(day, variant)
        begin = day.variant_begin[variant]
        size = day.variant_begin[variant + 1] - begin
        if size > 1:
            more, found, cost = _best_linked(day, state, work, chain, v, begin, size, best - extra)
        else:
            task = day.variant_task[begin]
            if uniform(chain.rng) < blink:
                continue
            more, place, cost = best_timed_place(
                day, state, work, v, task, best - extra, ease, chain.rng
            )
            found = place != NONE
            chain.best_places[0] = place
        if found:
            best = more + extra
            chain.way[0].vehicle = v
            chain.way[0].variant = variant
            chain.way[0].cost = cost
            _copy(chain.best_places, chain.way_places, size)


@compiled
def _recreate(
    day: Day, state: State, work: Work, chain: Chain, heat: float, ease: float, blink: float
) -> float:
    """Put absent units in; returns what those left and put in cost beside the routes."""
    count = chain.absent_count[0]
    chain.absent_count[0] = 0
    yuan = 0.0
    for a in range(count):
        unit = chain.absent[a]
        drop = day.units[unit].drop_yuan
        # a droppable unit is now and then put in though that costs more
        limit = drop - heat * np.log(1.0 - uniform(chain.rng)) if heat > 0.0 else drop
        best = _find_by_sums(day, state, work, chain, unit, limit, ease, blink)
        if chain.ways_count[0] > 0:
            _find_exactly(day, state, work, chain, best, ease, blink)
        v = chain.way[0].vehicle
        if v == NONE:
            chain.absent[chain.absent_count[0]] = unit
            chain.absent_count[0] += 1
            yuan += drop
            continue
        _back_up(day, state, chain, v)
        begin = day.variant_begin[chain.way[0].variant]
        for t in range(day.variant_begin[chain.way[0].variant + 1] - begin):
            task = day.variant_task[begin + t]
            put(day, state, v, chain.way_places[t], task)
            yuan += day.tasks[task].extra_yuan
        refresh(day, state, v)
        state.routes[v].cost = chain.way[0].cost
    return yuan


@compiled
def _copy_best(state: State, chain: Chain) -> None:
    for v in chain.vehicles:
        if chain.best_dirty[v]:
            places = state.routes[v].count + 2
            _copy(state.nodes[v], chain.best_nodes[v], places)
            chain.best_count[v] = state.routes[v].count
            chain.best_dirty[v] = False


@compiled
def cost_of(day: Day, state: State, chain: Chain) -> float:
    """Yuan of the chain's routes and of what it leaves out."""
    total = 0.0
    for v in chain.vehicles:
        total += state.routes[v].cost
        for place in range(1, state.routes[v].count + 1):
            task = state.nodes[v, place]
            if day.tasks[task].extra_yuan > 0.0:
                total += day.tasks[task].extra_yuan
    for a in range(chain.absent_count[0]):
        total += day.units[chain.absent[a]].drop_yuan
    return total


@compiled
def fill(day: Day, state: State, work: Work, chain: Chain) -> float:
    """Put every absent unit where it costs least, the hardest first; yuan afterwards."""
    for a in range(chain.absent_count[0]):
        unit = chain.absent[a]
        b = a
        key = -day.units[unit].far_s
        while b > 0 and chain.keys[b - 1] > key:
            chain.keys[b] = chain.keys[b - 1]
            chain.absent[b] = chain.absent[b - 1]
            b -= 1
        chain.keys[b] = key
        chain.absent[b] = unit
    _recreate(day, state, work, chain, 0.0, 0.0, 0.0)
    for c in range(chain.changed_count[0]):
        chain.is_backed_up[chain.changed[c]] = False
    chain.changed_count[0] = 0
    return cost_of(day, state, chain)


@compiled
def anneal(
    day: Day,
    state: State,
    work: Work,
    chain: Chain,
    steps: int,
    heat: float,
    ease: float,
) -> float:
    """So many steps of ruin and recreate, from the present routes.

    Args:
        day: the day.
        state: its routes; those of the chain's vehicles are changed in place.
        work: scratch memory of this thread.
        chain: vehicles and absent units; takes the best routes that were met.
        steps: how many.
        heat: temperature in yuan.
        ease: share of the fixed cost of unfilled vehicles that does not count, so that another mix
            of vehicles can be reached by small steps.

    Returns:
        Yuan of the best routes that were met, which may be those at the start.
    """
    for v in range(state.routes.size):
        chain.ruined[v] = NONE
        chain.is_backed_up[v] = False
    for v in chain.vehicles:
        chain.ruined[v] = 0
        chain.best_dirty[v] = True
    now = cost_of(day, state, chain)
    best = now
    _copy_best(state, chain)
    for _ in range(steps):
        chain.changed_count[0] = 0
        saved_count = chain.absent_count[0]
        _copy(chain.absent, chain.saved_absent, saved_count)
        beside = 0.0
        for a in range(saved_count):
            beside += day.units[chain.saved_absent[a]].drop_yuan
        beside += _ruin(day, state, chain)
        beside += _settle(day, state, work, chain)
        _sort_absent(day, chain)
        later = now + _recreate(day, state, work, chain, heat, ease, BLINK_SHARE) - beside
        eased = 0.0
        for c in range(chain.changed_count[0]):
            v = chain.changed[c]
            later += state.routes[v].cost - chain.backup_cost[v]
            eased += relief(day, state, v) - chain.backup_relief[v]
        if later - ease * eased < now - heat * np.log(1.0 - uniform(chain.rng)):
            now = later
            for c in range(chain.changed_count[0]):
                chain.best_dirty[chain.changed[c]] = True
            if now < best - 1e-7:
                best = now
                _copy_best(state, chain)
        else:
            _undo(day, state, chain)
            _copy(chain.saved_absent, chain.absent, saved_count)
            chain.absent_count[0] = saved_count
        for c in range(chain.changed_count[0]):
            chain.is_backed_up[chain.changed[c]] = False
    return best
