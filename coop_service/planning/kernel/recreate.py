"""Visits that are in no route are put back, one after the other, where each costs least.

Now and then the best place is passed over (greedy insertion with blinks: Christiaens & Vanden
Berghe 2020, Transportation Science 54:417-433, section 5). The best place of a visit in a route is
remembered as long as the route stays the same: most routes do from one step to the next.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from coop_service.planning.kernel.chain import Chain, back_up, copy
from coop_service.planning.kernel.day import NONE, Day
from coop_service.planning.kernel.jit import compiled, inlined
from coop_service.planning.kernel.labels import time_route
from coop_service.planning.kernel.state import (
    State,
    best_place,
    best_timed_place,
    needs_timing,
    put,
    refresh_here,
    uniform,
)
from coop_service.planning.kernel.work import MEMORY_BITS, Work

LOOSE: Final = 0.2
"""A place is sought below the cheapest so far and so much more, to be remembered for later."""

MOST_LINKED_TRIALS: Final = 4000
"""Places of linked visits that are tried in one route."""


@inlined
def sort_absent(day: Day, chain: Chain) -> None:
    """Put the absent units in a random order, or large, far, near, tight or early ones first."""
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
            copy(places, chain.best_places, size)
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
def _note(
    chain: Chain,
    is_open: bool,
    v: int,
    variant: int,
    place: int,
    yuan: float,
    cost: float,
) -> None:
    """Take a way as the best so far, or list it as one that is yet to be timed."""
    if is_open:
        way = chain.ways[chain.ways_count[0]]
        chain.ways_count[0] += 1
    else:
        way = chain.way[0]
        chain.way_places[0] = place
    way.vehicle = v
    way.variant = variant
    way.yuan = yuan
    way.cost = cost


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
    chain.way[0].vehicle = NONE
    chain.ways_count[0] = 0
    best = limit
    vehicles = state.routes.size
    first, end = day.units[unit].begin, day.units[unit + 1].begin
    is_plain = end - first == 1 and day.variant_begin[end] - day.variant_begin[first] == 1
    # what is remembered comes first: a good place that is known early rules others out quickly
    for v in chain.vehicles:
        if state.routes[v].count == 0 and not day.vehicles[v].is_underway:
            if chain.kind_seen[day.vehicles[v].kind] == stamp:
                continue
            chain.kind_seen[day.vehicles[v].kind] = stamp
        if is_plain:
            task = day.variant_task[day.variant_begin[first]]
            seen = work.memory[(1 << MEMORY_BITS) + task * vehicles + v]
            if seen.key == state.routes[v].key:
                more = seen.yuan + day.tasks[task].extra_yuan
                if more >= best:
                    continue
                if seen.place != NONE:
                    is_open = needs_timing(day, state, v, task)
                    if is_open or uniform(chain.rng) >= blink:
                        _note(chain, is_open, v, first, seen.place, more, seen.cost)
                        best = best if is_open else more
                    continue
        state.routes[v].asked_stamp = stamp
    for v in chain.vehicles:
        if state.routes[v].asked_stamp != stamp:
            continue
        for variant in range(first, end):
            extra = _extra_yuan(day, variant)
            if extra >= best:
                break  # later variants leave out more
            begin = day.variant_begin[variant]
            if day.variant_begin[variant + 1] - begin > 1:
                _note(chain, True, v, variant, NONE, extra, 0.0)
                continue
            task = day.variant_task[begin]
            seen = work.memory[(1 << MEMORY_BITS) + task * vehicles + v]
            if seen.key != state.routes[v].key or (seen.place == NONE and seen.yuan + extra < best):
                loose = best - extra + LOOSE * abs(best - extra)
                more, place, cost = best_place(day, state, work, v, task, loose, ease, False)
                seen.key = state.routes[v].key
                seen.place = place
                seen.yuan = more
                seen.cost = cost
            more = seen.yuan + extra
            if more >= best:
                continue
            is_open = needs_timing(day, state, v, task)
            if is_open or uniform(chain.rng) >= blink:
                _note(chain, is_open, v, variant, seen.place, more, seen.cost)
                best = best if is_open else more
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
            more, place, cost = best_timed_place(day, state, work, v, task, best - extra, ease)
            found = place != NONE
            chain.best_places[0] = place
        if found:
            best = more + extra
            chain.way[0].vehicle = v
            chain.way[0].variant = variant
            chain.way[0].cost = cost
            chain.way[0].yuan = best
            copy(chain.best_places, chain.way_places, size)


@compiled
def recreate(
    day: Day,
    state: State,
    work: Work,
    chain: Chain,
    heat: float,
    ease: float,
    blink: float,
    room: float,
) -> float:
    """Put absent units in, in their order.

    Args:
        day: the day.
        state: its routes.
        work: scratch memory.
        chain: the absent units; takes those that stay absent.
        heat: temperature in yuan.
        ease: share of the fixed cost of unfilled vehicles that does not count.
        blink: chance with which a route's best place is passed over.
        room: yuan that may be added, eased; where it is more, the rest is not tried.

    Returns:
        Yuan that the units cost beside the routes; infinite where they add more than ``room``.
    """
    count = chain.absent_count[0]
    chain.absent_count[0] = 0
    beside = 0.0
    for a in range(count):
        unit = chain.absent[a]
        drop = day.units[unit].drop_yuan
        # a droppable unit is now and then put in though that costs more
        limit = drop - heat * np.log(1.0 - uniform(chain.rng)) if heat > 0.0 else drop
        best = _find_by_sums(day, state, work, chain, unit, limit, ease, blink)
        if chain.ways_count[0] > 0:
            _find_exactly(day, state, work, chain, best, ease, blink)
        v = chain.way[0].vehicle
        room -= drop if v == NONE else chain.way[0].yuan
        if room < 0.0:
            return np.inf
        if v == NONE:
            chain.absent[chain.absent_count[0]] = unit
            chain.absent_count[0] += 1
            beside += drop
            continue
        back_up(day, state, chain, v)
        begin = day.variant_begin[chain.way[0].variant]
        for t in range(day.variant_begin[chain.way[0].variant + 1] - begin):
            task = day.variant_task[begin + t]
            put(day, state, v, chain.way_places[t], task)
            beside += day.tasks[task].extra_yuan
        refresh_here(day, state, v)
        state.routes[v].cost = chain.way[0].cost
    return beside
