"""One thread's search: its vehicles, the copies that undo a step, and the best that it met."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coop_service.planning.kernel.day import NONE, Day, Ints, Records
from coop_service.planning.kernel.jit import compiled, inlined
from coop_service.planning.kernel.state import State, refresh_here, relief

LINKED: Final = 32
"""Most tasks of a variant."""

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
    backup_nodes: NDArray[np.uint32]  # (v, places)
    backup_count: Ints
    backup_cost: NDArray[np.float64]
    backup_relief: NDArray[np.float64]
    is_backed_up: NDArray[np.bool_]
    changed: Ints
    changed_count: Ints  # (1)
    ruined: Ints  # (v) stamp of the step that ruined the route
    kind_seen: Ints  # (kind) stamp
    stamp: Ints  # (1)
    best_nodes: NDArray[np.uint32]  # (v, places)
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
        backup_nodes=np.zeros((count, places), dtype=np.uint32),
        backup_count=np.zeros(count, dtype=np.int64),
        backup_cost=np.zeros(count),
        backup_relief=np.zeros(count),
        is_backed_up=np.zeros(count, dtype=np.bool_),
        changed=np.zeros(count + 1, dtype=np.int64),
        changed_count=np.zeros(1, dtype=np.int64),
        ruined=np.zeros(count, dtype=np.int64),
        kind_seen=np.zeros(int(day.vehicles["kind"].max()) + 1, dtype=np.int64),
        stamp=np.zeros(1, dtype=np.int64),
        best_nodes=np.zeros((count, places), dtype=np.uint32),
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
def copy(source, target, count: int) -> None:
    """Copy the first values of an array."""
    for i in range(count):
        target[i] = source[i]


@inlined
def back_up(day: Day, state: State, chain: Chain, v: int) -> None:
    """Keep a route as it was before the step, unless that has been done."""
    if chain.is_backed_up[v]:
        return
    chain.is_backed_up[v] = True
    chain.changed[chain.changed_count[0]] = v
    chain.changed_count[0] += 1
    places = state.routes[v].count + 2
    copy(state.nodes[v], chain.backup_nodes[v], places)
    chain.backup_count[v] = state.routes[v].count
    chain.backup_cost[v] = state.routes[v].cost
    chain.backup_relief[v] = relief(day, state, v)


@inlined
def undo(day: Day, state: State, chain: Chain) -> None:
    """Give all routes that the step changed back what they had before it."""
    for c in range(chain.changed_count[0]):
        v = chain.changed[c]
        for place in range(1, state.routes[v].count + 1):
            task = state.nodes[v, place]
            if state.at[task].vehicle == v:
                state.at[task].vehicle = NONE
    for c in range(chain.changed_count[0]):
        v = chain.changed[c]
        places = chain.backup_count[v] + 2
        copy(chain.backup_nodes[v], state.nodes[v], places)
        state.routes[v].count = chain.backup_count[v]
        refresh_here(day, state, v)
        state.routes[v].cost = chain.backup_cost[v]


@inlined
def unit_task(day: Day, state: State, unit: int) -> int:
    """The task by which a unit is present, or NONE."""
    begin, end = day.units[unit].begin, day.units[unit + 1].begin
    for t in range(day.variant_begin[begin], day.variant_begin[end]):
        task = day.variant_task[t]
        if state.at[task].vehicle != NONE:
            return task
    return NONE


@inlined
def take_out(day: Day, state: State, chain: Chain, unit: int) -> float:
    """Remove a unit from its route and return the yuan that it cost beside it."""
    task = unit_task(day, state, unit)
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
def copy_best(state: State, chain: Chain) -> None:
    """Keep the present routes as the best ones; only those that changed are copied."""
    for v in chain.vehicles:
        if chain.best_dirty[v]:
            places = state.routes[v].count + 2
            copy(state.nodes[v], chain.best_nodes[v], places)
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
