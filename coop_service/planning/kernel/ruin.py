"""Strings of neighbouring visits are taken out of routes that lie side by side.

Slack induction by string removals: Christiaens & Vanden Berghe 2020, Transportation Science
54:417-433, section 5.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from coop_service.planning.kernel.chain import Chain, back_up, take_out, unit_task
from coop_service.planning.kernel.day import NONE, Day
from coop_service.planning.kernel.jit import inlined
from coop_service.planning.kernel.state import State, refresh_here, time_exactly, uniform
from coop_service.planning.kernel.work import Work

MEAN_REMOVED: Final = 10.0
LONGEST_STRING: Final = 10.0
SPLIT_SHARE: Final = 0.5
SPLIT_GROWS: Final = 0.01


@inlined
def ruin(day: Day, state: State, chain: Chain) -> float:
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
        task = unit_task(day, state, unit)
        if task == NONE:
            continue
        v = state.at[task].vehicle
        place = state.at[task].place
        if chain.ruined[v] == stamp or chain.ruined[v] == NONE or place <= state.routes[v].frozen:
            continue
        chain.ruined[v] = stamp
        back_up(day, state, chain, v)
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
            if unit_task(day, state, unit) != NONE and not _is_frozen(day, state, v, unit):
                taken_yuan += take_out(day, state, chain, unit)
        done += 1
    return taken_yuan


@inlined
def _is_frozen(day: Day, state: State, v: int, unit: int) -> bool:
    for place in range(1, state.routes[v].frozen + 1):
        if day.tasks[state.nodes[v, place]].unit == unit:
            return True
    return False


@inlined
def settle(day: Day, state: State, work: Work, chain: Chain) -> float:
    """Sums and exact costs of the ruined routes; those that broke are emptied."""
    taken_yuan = 0.0
    for c in range(chain.changed_count[0]):
        v = chain.changed[c]
        while True:
            refresh_here(day, state, v)
            state.routes[v].cost = time_exactly(day, state, work, v)
            if state.routes[v].cost < np.inf or state.routes[v].count == state.routes[v].frozen:
                break
            last = state.nodes[v, state.routes[v].count]
            taken_yuan += take_out(day, state, chain, day.tasks[last].unit)
    return taken_yuan
