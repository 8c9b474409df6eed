"""The clock times of a route whose choices are made: a system of differences between events.

With windows, rests and trips fixed, each rule of time bounds one event or the difference of two.
The least duration then has the earliest return, and of the departures that reach it the latest:
both are longest paths (Dechter, Meiri & Pearl 1991, Artificial Intelligence 49:61-95).
"""

from __future__ import annotations

import numpy as np

from coop_service.planning.kernel.day import FAR, NONE, Day
from coop_service.planning.kernel.jit import compiled, inlined
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

SLOPES_PER_YUAN = 1e9
"""Prices of time are counted in whole billionths of a yuan a second."""

BARRIER = 10**15
"""Price of a second outside of an event's bounds."""

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
    home: int,
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
        choice = work.path[position + 1] if position < count else home
        n = _add_rest(day, work, n, choice % AT_DEPOT, position, credit)
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
        if position == count:
            work.events[n - 1, LEG] = travel_s[here, day.vehicles[v].end]
            break
        task = sequence[position]
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
    day: Day, v: int, work: Work, sequence, count: int, k: int, home: int, from_s: int, by_s: int
) -> int:
    """Fill ``work.events`` with the times of a day's choices; the number of events, 0: none fits.

    Args:
        day: the day.
        v: the vehicle.
        work: holds the labels.
        sequence: the tasks.
        count: how many.
        k: label of the last visit.
        home: choice of the way home.
        from_s: earliest departure.
        by_s: latest return.
    """
    n = _add_events(day, v, work, sequence, count, k, home, from_s, by_s)
    lags = _add_lags(day, work, sequence, n)
    if not _start_early(work, n, lags):
        return 0
    work.events[0, OPEN] = _start_late(work, n, lags)
    if not _start_early(work, n, lags):
        return 0
    if day.per_usual_s > 0.0:
        work.events[0, OPEN] = from_s
        _start_usual(day, v, work, sequence, n, lags)
    return n


@inlined
def _off_usual_s(day: Day, work: Work, sequence, e: int) -> int:
    """Seconds by which a visit is outside the tolerance of its usual hour."""
    if work.events[e, KIND] != VISIT:
        return 0
    usual_s = day.tasks[sequence[work.events[e, POS] - 1]].usual_start_s
    if usual_s == NONE:
        return 0
    return max(0, abs(work.events[e, START] - usual_s) - day.usual_tolerance_s)


@inlined
def _times_yuan(day: Day, v: int, work: Work, sequence, n: int) -> float:
    """What the present times cost: work, and unusual hours; infinite where the day is too long."""
    depart, back = work.events[0, START], work.events[n - 1, START]
    if back - depart + day.vehicles[v].worked_s > day.vehicles[v].max_work_s:
        return np.inf
    yuan = route_cost(day, v, depart, back, 0)
    for e in range(n):
        yuan += day.per_usual_s * _off_usual_s(day, work, sequence, e)
    return yuan


@inlined
def _bend(work: Work, first: int, hinges: int, at_s: int, slope: int) -> int:
    """Let the price's slope grow by so much at a time; hinges are kept in order of time."""
    h = first + hinges
    while h > first and work.lag[h - 1, 0] > at_s:
        work.lag[h, 0] = work.lag[h - 1, 0]
        work.lag[h, 1] = work.lag[h - 1, 1]
        h -= 1
    work.lag[h, 0] = at_s
    work.lag[h, 1] = slope
    return hinges + 1


@compiled
def _start_usual(day: Day, v: int, work: Work, sequence, n: int, lags: int) -> None:
    """The cheapest times, if better than the present ones and within the limits on board.

    The price of an event's time, all before it chosen well, is convex and piecewise linear. From
    event to event it is shifted by the time between, made flat after its minimum (one may wait)
    and bent by the event's own price (slope trick; the scheduling of a fixed sequence: Garey,
    Tarjan & Wilfong 1988, Mathematics of OR 13:330-348). Going back, each event starts at its
    minimum or as late as the one after it allows.
    """
    events = work.events
    before_yuan = _times_yuan(day, v, work, sequence, n)
    per_s = int(day.vehicles[v].per_s * SLOPES_PER_YUAN)
    per_usual_s = int(day.per_usual_s * SLOPES_PER_YUAN)
    more = int(day.vehicles[v].per_overtime_s * SLOPES_PER_YUAN) - per_s
    hinges = 0
    slope = -per_s  # to the right of all hinges
    for e in range(n):
        if e > 0:
            gap = events[e - 1, LENGTH] + events[e - 1, LEG]
            for h in range(lags, lags + hinges):
                work.lag[h, 0] += gap
        if events[e, OPEN] > -FAR:
            hinges = _bend(work, lags, hinges, events[e, OPEN], BARRIER)
        hinges = _bend(work, lags, hinges, min(events[e, CLOSE], FAR), BARRIER)
        slope += BARRIER
        if events[e, KIND] == VISIT:
            usual_s = day.tasks[sequence[events[e, POS] - 1]].usual_start_s
            if usual_s != NONE:
                begin_s, end_s = usual_s - day.usual_tolerance_s, usual_s + day.usual_tolerance_s
                hinges = _bend(work, lags, hinges, begin_s, per_usual_s)
                hinges = _bend(work, lags, hinges, end_s, per_usual_s)
                slope += per_usual_s
        if e == n - 1:
            slope += per_s
            if more > 0:
                hinges = _bend(work, lags, hinges, day.vehicles[v].shift_end_s, more)
                slope += more
        # flat to the right of the minimum
        while hinges > 0 and slope > 0:
            hinges -= 1
            slope -= work.lag[lags + hinges, 1]
        events[e, LATEST] = work.lag[lags + hinges, 0]
        work.lag[lags + hinges, 1] = -slope
        hinges += 1
        slope = 0
    for e in range(n):
        # the hinges are done with: their place holds the times so far
        work.lag[lags + e, 0] = events[e, START]
    events[n - 1, START] = events[n - 1, LATEST]
    for e in range(n - 2, -1, -1):
        latest = events[e + 1, START] - events[e, LENGTH] - events[e, LEG]
        events[e, START] = min(events[e, LATEST], latest)
    for e in range(1, n):
        if events[e, KIND] == ARRIVE:
            # nobody waits on the way to the depot
            events[e, START] = events[e - 1, START] + events[e - 1, LENGTH] + events[e - 1, LEG]
    good = True
    for e in range(n):
        if events[e, START] < events[e, OPEN] or events[e, START] > events[e, CLOSE]:
            good = False
    for lag in range(lags):
        a, b, most = work.lag[lag, 0], work.lag[lag, 1], work.lag[lag, 2]
        if events[b, START] - events[a, START] - events[a, LENGTH] > most:
            good = False
    if not good or _times_yuan(day, v, work, sequence, n) >= before_yuan:
        for e in range(n):
            events[e, START] = work.lag[lags + e, 0]


@inlined
def cost_on_schedule(
    day: Day,
    v: int,
    work: Work,
    sequence,
    count: int,
    k: int,
    home: int,
    from_s: int,
    by_s: int,
    metres: int,
) -> float:
    """Yuan of the day by its clock times, with the price of unusual hours."""
    n = fix_times(day, v, work, sequence, count, k, home, from_s, by_s)
    if n == 0:
        return np.inf
    return day.vehicles[v].per_m * metres + _times_yuan(day, v, work, sequence, n)
