"""The clock times of a route whose choices are made: a system of differences between events.

With windows, rests and trips fixed, each rule of time bounds one event or the difference of two.
The least duration then has the earliest return, and of the departures that reach it the latest:
both are longest paths (Dechter, Meiri & Pearl 1991, Artificial Intelligence 49:61-95).
"""

from __future__ import annotations

import numpy as np

from coop_service.planning.kernel.day import FAR, NONE, Day
from coop_service.planning.kernel.jit import inlined
from coop_service.planning.kernel.work import (
    AFTER_RELOAD,
    ARRIVE,
    AT_DEPOT,
    CHOICE,
    CLOSE,
    DEPART,
    DRIVING_REST,
    KIND,
    LATEST,
    LEG,
    LENGTH,
    LONG_LUNCH,
    LONG_LUNCH_REST,
    LUNCH,
    NO_REST,
    OPEN,
    PARENT,
    POS,
    RELOAD,
    REST,
    START,
    VISIT,
    WINDOW,
    Work,
)

MOST_PASSES = 500
"""Passes over the events after which a system is held to have no solution."""


@inlined
def route_cost(day: Day, v: int, depart: int, back: int, metres: int) -> float:
    """Yuan of a day from departure to return, visits' own prices left aside."""
    overtime = max(0, back - max(day.vehicles[v].shift_end_s, depart))
    return (
        day.vehicles[v].fixed_yuan
        + day.vehicles[v].per_m * metres
        + day.vehicles[v].per_s * (back - depart - overtime)
        + day.vehicles[v].per_overtime_s * overtime
    )


@inlined
def _add(work: Work, n: int, kind: int, position: int, length: int, opens: int, closes: int) -> int:
    event = work.events[n]
    event[KIND] = kind
    event[POS] = position
    event[LENGTH] = length
    event[LEG] = 0
    event[OPEN] = opens
    event[CLOSE] = closes
    return n + 1


@inlined
def _add_rest(day: Day, work: Work, n: int, rest: int, position: int, credit: int) -> int:
    if rest == NO_REST:
        return n
    if rest == DRIVING_REST:
        return _add(work, n, REST, position, day.rest_s - credit, -FAR, FAR)
    closes = day.lunch_to_s - day.lunch_s
    if rest == LONG_LUNCH_REST:
        length = day.rest_s - credit
        opens = day.lunch_from_s - (length - day.lunch_s)
        return _add(work, n, LONG_LUNCH, position, length, opens, closes)
    return _add(work, n, LUNCH, position, day.lunch_s, day.lunch_from_s, closes)


@inlined
def _add_events(
    day: Day,
    v: int,
    work: Work,
    sequence,
    count: int,
    k: int,
    last_rest: int,
    from_s: int,
    by_s: int,
) -> int:
    """The events of the day in order; their number."""
    for position in range(count, 0, -1):
        work.path[position] = work.labels[position, k, CHOICE]
        k = work.labels[position, k, PARENT]
    travel_s = day.travel_s[day.vehicles[v].profile]
    n = _add(work, 0, DEPART, 0, 0, from_s, day.vehicles[v].leave_by_s)
    first_trip = True
    for position in range(count + 1):
        here = sequence[position - 1] if position > 0 else day.vehicles[v].origin
        credit = day.tasks[here].service_s if day.service_is_rest and position > 0 else 0
        choice = work.path[position + 1] if position < count else last_rest
        n = _add_rest(day, work, n, choice % AT_DEPOT, position, credit)
        if position == count:
            work.events[n - 1, LEG] = travel_s[here, day.vehicles[v].end]
            break
        task = sequence[position]
        depot = choice // AT_DEPOT % (WINDOW // AT_DEPOT)
        if depot > 0:
            closes = day.vehicles[v].home_close_s
            work.events[n - 1, LEG] = travel_s[here, day.vehicles[v].home]
            back_s = min(closes, day.vehicles[v].first_back_s) if first_trip else closes
            n = _add(work, n, ARRIVE, position, 0, -FAR, back_s)
            first_trip = False
            credit = day.vehicles[v].reload_s if day.reload_is_rest else 0
            rest = depot - 1
            if rest <= LONG_LUNCH_REST:
                n = _add_rest(day, work, n, rest, position, credit)
            n = _add(work, n, RELOAD, position, day.vehicles[v].reload_s, -FAR, FAR)
            if rest > LONG_LUNCH_REST:
                n = _add_rest(day, work, n, rest - AFTER_RELOAD, position, credit)
            n = _add(work, n, DEPART, position, 0, -FAR, closes)
            here = day.vehicles[v].home
        work.events[n - 1, LEG] = travel_s[here, task]
        w = choice // WINDOW
        n = _add(
            work,
            n,
            VISIT,
            position + 1,
            day.tasks[task].service_s,
            day.open_s[task, w],
            day.close_s[task, w],
        )
    by_s = min(by_s, day.vehicles[v].back_s)
    if first_trip:
        by_s = min(by_s, day.vehicles[v].first_back_s)
    return _add(work, n, ARRIVE, count, 0, -FAR, by_s)


@inlined
def _add_lags(day: Day, work: Work, sequence, n: int) -> int:
    """Limits of time on board, as (event, later event, most seconds between)."""
    lags = 0
    depart = 0
    for e in range(n):
        kind = work.events[e, KIND]
        if kind == DEPART:
            depart = e
        elif kind == VISIT:
            task = sequence[work.events[e, POS] - 1]
            if day.tasks[task].out_limit_s < FAR:
                work.lag[lags, 0], work.lag[lags, 1] = depart, e
                work.lag[lags, 2] = day.tasks[task].out_limit_s
                lags += 1
        elif kind == ARRIVE:
            for f in range(depart, e):
                if work.events[f, KIND] == VISIT:
                    task = sequence[work.events[f, POS] - 1]
                    if day.tasks[task].in_limit_s < FAR:
                        work.lag[lags, 0], work.lag[lags, 1] = f, e
                        work.lag[lags, 2] = day.tasks[task].in_limit_s
                        lags += 1
    for link in range(day.links.size):
        if day.links[link].limit_s >= FAR:
            continue
        begin, end = NONE, NONE
        for e in range(n):
            if work.events[e, KIND] == VISIT:
                task = sequence[work.events[e, POS] - 1]
                if task == day.links[link].collected_at:
                    begin = e
                elif task == day.links[link].left_at:
                    end = e
        if begin != NONE and end != NONE:
            work.lag[lags, 0], work.lag[lags, 1] = begin, end
            work.lag[lags, 2] = day.links[link].limit_s
            lags += 1
    return lags


@inlined
def _start_early(work: Work, n: int, lags: int) -> bool:
    """Earliest start of every event; False where there is none."""
    events = work.events
    for e in range(n):
        events[e, START] = events[e, OPEN]
    for _ in range(MOST_PASSES):
        for e in range(1, n):
            after = events[e - 1, START] + events[e - 1, LENGTH] + events[e - 1, LEG]
            if after > events[e, START]:
                events[e, START] = after
        changed = False
        for lag in range(lags):
            a, b, most = work.lag[lag, 0], work.lag[lag, 1], work.lag[lag, 2]
            least = events[b, START] - most - events[a, LENGTH]
            if least > events[a, START]:
                events[a, START] = least
                changed = True
        for e in range(n):
            if events[e, START] > events[e, CLOSE]:
                return False
        if not changed:
            return True
    return False


@inlined
def _start_late(work: Work, n: int, lags: int) -> int:
    """Latest departure with the earliest return."""
    events = work.events
    for e in range(n):
        events[e, LATEST] = events[e, CLOSE]
    events[n - 1, LATEST] = events[n - 1, START]
    for _ in range(MOST_PASSES):
        for e in range(n - 2, -1, -1):
            before = events[e + 1, LATEST] - events[e, LENGTH] - events[e, LEG]
            if before < events[e, LATEST]:
                events[e, LATEST] = before
        changed = False
        for lag in range(lags):
            a, b, most = work.lag[lag, 0], work.lag[lag, 1], work.lag[lag, 2]
            latest = events[a, LATEST] + events[a, LENGTH] + most
            if latest < events[b, LATEST]:
                events[b, LATEST] = latest
                changed = True
        if not changed:
            break
    return max(events[0, OPEN], events[0, LATEST])


@inlined
def fix_times(
    day: Day, v: int, work: Work, sequence, count: int, k: int, rest: int, from_s: int, by_s: int
) -> int:
    """Fill ``work.events`` with the times of a day's choices; the number of events, 0: none fits.

    Args:
        day: the day.
        v: the vehicle.
        work: holds the labels.
        sequence: the tasks.
        count: how many.
        k: label of the last visit.
        rest: rest after the last visit.
        from_s: earliest departure.
        by_s: latest return.
    """
    n = _add_events(day, v, work, sequence, count, k, rest, from_s, by_s)
    lags = _add_lags(day, work, sequence, n)
    if not _start_early(work, n, lags):
        return 0
    work.events[0, OPEN] = _start_late(work, n, lags)
    return n if _start_early(work, n, lags) else 0


@inlined
def cost_on_schedule(
    day: Day,
    v: int,
    work: Work,
    sequence,
    count: int,
    k: int,
    rest: int,
    from_s: int,
    by_s: int,
    metres: int,
) -> float:
    """Yuan of the day by its clock times, with the price of unusual hours."""
    n = fix_times(day, v, work, sequence, count, k, rest, from_s, by_s)
    if n == 0:
        return np.inf
    depart, back = work.events[0, START], work.events[n - 1, START]
    if back - depart + day.vehicles[v].worked_s > day.vehicles[v].max_work_s:
        return np.inf
    cost = route_cost(day, v, depart, back, metres)
    for e in range(n):
        if work.events[e, KIND] == VISIT:
            task = sequence[work.events[e, POS] - 1]
            if day.tasks[task].usual_start_s != NONE:
                off_s = abs(work.events[e, START] - day.tasks[task].usual_start_s)
                cost += day.per_usual_s * max(0, off_s - day.usual_tolerance_s)
    return cost
