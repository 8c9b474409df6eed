"""Simulated annealing by ruin and recreate.

Strings of neighbouring visits are taken out (:mod:`coop_service.planning.kernel.ruin`) and put back
(:mod:`coop_service.planning.kernel.recreate`). Worse routes are kept with a chance that falls as
the temperature does.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from coop_service.planning.kernel.chain import Chain, copy, copy_best, cost_of, undo
from coop_service.planning.kernel.day import NONE, Day
from coop_service.planning.kernel.jit import compiled, inlined
from coop_service.planning.kernel.recreate import recreate, sort_absent
from coop_service.planning.kernel.ruin import ruin, settle
from coop_service.planning.kernel.state import State, relief, uniform
from coop_service.planning.kernel.work import MEMORY_BITS, Work

BLINK_SHARE: Final = 0.01


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
    recreate(day, state, work, chain, 0.0, 0.0, 0.0, np.inf)
    for c in range(chain.changed_count[0]):
        chain.is_backed_up[chain.changed[c]] = False
    chain.changed_count[0] = 0
    return cost_of(day, state, chain)


@inlined
def _change(day: Day, state: State, chain: Chain):
    """Yuan, and yuan of :func:`relief`, by which the changed routes exceed what they were."""
    yuan, relieved = 0.0, 0.0
    for c in range(chain.changed_count[0]):
        v = chain.changed[c]
        yuan += state.routes[v].cost - chain.backup_cost[v]
        relieved += relief(day, state, v) - chain.backup_relief[v]
    return yuan, relieved


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
    copy_best(state, chain)
    # what was remembered holds for one share of ease only
    for pair in range(1 << MEMORY_BITS, work.memory.size):
        work.memory[pair].key = np.uint64(0)
    for _ in range(steps):
        chain.changed_count[0] = 0
        saved_count = chain.absent_count[0]
        copy(chain.absent, chain.saved_absent, saved_count)
        beside = 0.0
        for a in range(saved_count):
            beside += day.units[chain.saved_absent[a]].drop_yuan
        beside += ruin(day, state, chain)
        beside += settle(day, state, work, chain)
        sort_absent(day, chain)
        limit = now - heat * np.log(1.0 - uniform(chain.rng))
        removed, relieved = _change(day, state, chain)
        later = now - beside + removed
        # most steps lead to worse routes, and are seen to before all is put back
        room = limit - later + ease * relieved
        beside -= recreate(day, state, work, chain, heat, ease, BLINK_SHARE, room)
        changed, relieved = _change(day, state, chain)
        later = now - beside + changed
        if later - ease * relieved < limit:
            now = later
            for c in range(chain.changed_count[0]):
                chain.best_dirty[chain.changed[c]] = True
            if now < best - 1e-7:
                best = now
                copy_best(state, chain)
        else:
            undo(day, state, chain)
            copy(chain.saved_absent, chain.absent, saved_count)
            chain.absent_count[0] = saved_count
        for c in range(chain.changed_count[0]):
            chain.is_backed_up[chain.changed[c]] = False
    return best
