"""How far a trip may go with the goods on board: loads, forbidden mixes, depots, transfers."""

from __future__ import annotations

import numpy as np

from coop_service.planning.kernel.day import FAR, NONE, Day
from coop_service.planning.kernel.jit import inlined
from coop_service.planning.kernel.work import Work


@inlined
def clash(day: Day, one: np.uint64, other: np.uint64) -> bool:
    """Whether a class of one set may not be with a class of the other."""
    left = one
    number = 0
    while left != np.uint64(0):
        if left & np.uint64(1) and day.conflicts[number] & other != np.uint64(0):
            return True
        left = left >> np.uint64(1)
        number += 1
    return False


@inlined
def _link_clash(day: Day, work: Work, sequence, first: int, last: int, count: int) -> bool:
    """Whether goods of a transfer that ends at ``last`` are on board with what they may not be."""
    for k in range(day.links.size):
        mask = day.links[k].mask
        begin = work.position[day.links[k].collected_at]
        end = work.position[day.links[k].left_at]
        if mask == np.uint64(0) or begin < max(first, 1) or begin > last or end == NONE:
            continue
        for position in range(first, last + 1):
            task = sequence[position - 1]
            # outbound goods that are still on board while the transfer is
            if position > begin and clash(day, mask, day.tasks[task].out_mask):
                return True
            if position < end and clash(day, mask, day.tasks[task].in_mask):
                return True
        for other in range(k):
            if day.links[other].mask == np.uint64(0):
                continue
            o_begin = work.position[day.links[other].collected_at]
            o_end = work.position[day.links[other].left_at]
            if o_begin < max(first, 1) or o_begin > last or o_end == NONE:
                continue
            if o_begin < end and begin < o_end and clash(day, mask, day.links[other].mask):
                return True
    return False


@inlined
def _begins_clash(day: Day, task: int, on_board: np.uint64) -> bool:
    """Whether a transfer that is collected here may not be with what is on board."""
    for k in range(day.links.size):
        if day.links[k].collected_at == task and clash(day, day.links[k].mask, on_board):
            return True
    return False


@inlined
def find_links(day: Day, work: Work, sequence, count: int) -> bool:
    """Positions of linked tasks and the transfers on board after each; False: out of order."""
    for position in range(count + 1):
        work.open_links[position] = 0
    linked = False
    for position in range(1, count + 1):
        task = sequence[position - 1]
        if day.tasks[task].links_of > 0:
            linked = True
    if not linked:
        return True
    for k in range(day.links.size):
        work.position[day.links[k].collected_at] = NONE
        work.position[day.links[k].left_at] = NONE
    for position in range(1, count + 1):
        task = sequence[position - 1]
        if day.tasks[task].links_of > 0:
            work.position[task] = position
    for k in range(day.links.size):
        begin = work.position[day.links[k].collected_at]
        end = work.position[day.links[k].left_at]
        if begin == NONE or end == NONE:
            continue
        if end <= begin:
            return False
        for position in range(begin, end):
            work.open_links[position] += 1
    return True


@inlined
def find_reach(day: Day, v: int, work: Work, sequence, count: int) -> None:
    """What every trip may hold: the visits that it may have, and how many trips there must be.

    For each first visit of a trip the last visit that it may have before it must return.

    The trip that begins the day stands at 0, those after a reload at their first visit's position.
    Adding a visit to the end of a trip never lowers what is on board before, so that what cannot
    be extended by one visit cannot be extended at all.
    """
    units = day.capacity.shape[1]
    linked = False
    for position in range(count + 1):
        linked = linked or work.open_links[position] > 0
    all_firsts = day.vehicles[v].max_trips > 1
    for first in range(count + 1 if all_firsts else 1):
        if first > 1 and work.reach[first - 1] == count:
            work.reach[first] = count  # a part of what fits fits too
            continue
        begins_day = first == 0
        reach = count
        for u in range(units):
            end_load = day.base_load[v, u] if begins_day else 0
            most = end_load
            for position in range(max(1, first), reach + 1):
                task = sequence[position - 1]
                most = most + day.from_depot[task, u]
                end_load = end_load + day.from_depot[task, u] + day.change[task, u]
                most = max(most, end_load)
                if most > day.capacity[v, u]:
                    reach = position - 1
                    break
        outs_seen, ins_seen = np.uint64(0), np.uint64(0)
        aboard = np.uint64(0)  # left at stops later, if at all
        if begins_day:
            aboard = day.vehicles[v].base_out_mask
            ins_seen = day.vehicles[v].base_in_mask
        home = day.vehicles[v].base_depot if begins_day else NONE
        for position in range(max(1, first), reach + 1):
            task = sequence[position - 1]
            fits = True
            outs, ins = day.tasks[task].out_mask, day.tasks[task].in_mask
            if outs != np.uint64(0):
                if begins_day and day.tasks[task].first_trip == 1:
                    fits = not clash(day, outs, ins_seen)
                    aboard &= ~outs
                else:
                    fits = not clash(day, outs, outs_seen | ins_seen)
            if fits and ins != np.uint64(0):
                fits = not clash(day, ins, ins_seen | aboard)
            if day.tasks[task].in_depot != NONE:
                if home != NONE and home != day.tasks[task].in_depot:
                    fits = False
                home = day.tasks[task].in_depot
            if day.tasks[task].first_trip == 1 and not begins_day:
                fits = False
            if day.tasks[task].first_trip == -1 and begins_day and day.vehicles[v].is_underway:
                fits = False
            if fits and linked and begins_day and day.vehicles[v].is_underway:
                fits = not _begins_clash(day, task, aboard | day.vehicles[v].base_in_mask)
            if fits and linked and _link_clash(day, work, sequence, first, position, count):
                fits = False
            if not fits:
                reach = position - 1
                break
            outs_seen |= outs
            ins_seen |= ins
        work.reach[first] = reach
    # of two trips that may go equally far the later one is no better, unless more than the goods
    # on board depends on where it began
    alike = day.vehicles[v].home == day.vehicles[v].end and not day.vehicles[v].is_underway
    work.trips_left[count + 1] = 0
    for first in range(count if all_firsts else 0, -1, -1):
        work.trip_rank[first] = work.reach[first] if alike else first
        after = work.reach[first] + 1
        least = 0 if day.vehicles[v].is_underway and first == 0 else max(first, 1)
        if all_firsts and after > least:
            work.trips_left[first] = 1 + work.trips_left[after]
        else:
            work.trips_left[first] = 1 if work.reach[first] == count else FAR
