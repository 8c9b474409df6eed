"""The least cost of a vehicle's visits in a given order, with every rule of the day.

A label is the state after a visit: how long the day has lasted at least, with the departures for
which that is so (Vidal et al. 2013, Computers & OR 40:475-489, their triples of duration and
earliest and latest start), and what the rules of driving, lunch, trips and time on board count.
Labels branch where there is a choice: which window, a rest or a lunch after the service, a return
to the depot to reload. A label that another one beats in everything is dropped.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from coop_service.planning.kernel.cargo import find_links, find_reach
from coop_service.planning.kernel.day import FAR, NONE, Day
from coop_service.planning.kernel.schedule import cost_on_schedule, route_cost
from coop_service.planning.kernel.work import (
    AFTER_RELOAD,
    AGE,
    AT_DEPOT,
    CHOICE,
    DIST,
    DRIVEN,
    DRIVING_REST,
    DROVE,
    DUR,
    EARLY,
    FIELDS,
    LATE,
    LONG_LUNCH_REST,
    LUNCHED,
    MOST_LABELS,
    NO_REST,
    PARENT,
    SHORT_LUNCH,
    SLACK,
    TRIP_FIRST,
    TRIPS,
    WINDOW,
    Work,
)


@njit(cache=True, nogil=True)
def _spend(label, seconds: int) -> None:
    label[DUR] += seconds
    label[AGE] += seconds
    label[SLACK] -= seconds


@njit(cache=True, nogil=True)
def _begin(label, opens: int, closes: int) -> bool:
    """Wait until something may begin; False where it is too late."""
    if label[EARLY] + label[DUR] > closes:
        return False
    wait = opens - (label[DUR] + label[LATE])
    if wait > 0:
        label[DUR] += wait
        label[EARLY] = label[LATE]
    else:
        label[EARLY] = max(opens - label[DUR], label[EARLY])
        label[LATE] = min(closes - label[DUR], label[LATE])
    return True


@njit(cache=True, nogil=True)
def _drive(day: Day, v: int, label, a: int, b: int) -> bool:
    seconds = day.travel_s[day.vehicles[v].profile, a, b]
    if seconds >= FAR or label[DRIVEN] + seconds > day.max_driving_s:
        return False
    label[DIST] += day.travel_m[day.vehicles[v].profile, a, b]
    label[DRIVEN] += seconds
    label[DROVE] += seconds
    _spend(label, seconds)
    return (
        label[DIST] <= day.vehicles[v].max_m
        and label[DROVE] <= day.max_driving_day_s
        and label[SLACK] >= 0
    )


@njit(cache=True, nogil=True)
def _take_rest(day: Day, label, rest: int, credit: int) -> bool:
    """Rest after something that counts as so many seconds of rest; False where it is no use."""
    if day.max_driving_s < FAR and credit >= day.rest_s:
        label[DRIVEN] = 0
    if rest == NO_REST:
        return True
    if rest == DRIVING_REST:
        if label[DRIVEN] == 0:
            return False
        label[DRIVEN] = 0
        _spend(label, day.rest_s - credit)
        return True
    if label[LUNCHED] == 1:
        return False
    seconds = day.lunch_s
    if rest == LONG_LUNCH_REST:
        if day.max_driving_s >= FAR or day.lunch_s + credit >= day.rest_s:
            return False
        seconds = day.rest_s - credit
    if not _begin(label, day.lunch_from_s - (seconds - day.lunch_s), day.lunch_to_s - day.lunch_s):
        return False
    label[LUNCHED] = 1
    if day.max_driving_s < FAR and seconds + credit >= day.rest_s:
        label[DRIVEN] = 0
    _spend(label, seconds)
    return True


@njit(cache=True, nogil=True)
def _beats(day: Day, one, other) -> bool:
    return (
        one[DUR] <= other[DUR]
        and one[LATE] >= other[LATE]
        and one[EARLY] + one[DUR] <= other[EARLY] + other[DUR]
        and one[DRIVEN] <= other[DRIVEN]
        and one[LUNCHED] >= other[LUNCHED]
        and one[TRIP_FIRST] >= other[TRIP_FIRST]
        and one[TRIPS] <= other[TRIPS]
        and one[DIST] <= other[DIST]
        and one[DROVE] <= other[DROVE]
        and one[AGE] <= other[AGE]
        and one[SLACK] >= other[SLACK]
    )


@njit(cache=True, nogil=True)
def _keep(day: Day, work: Work, position: int, label, with_age: bool) -> None:
    """Add a label to those of its position unless it is beaten; drop those that it beats."""
    if not with_age:
        label[AGE] = 0
    if label[SLACK] > FAR // 2:
        label[SLACK] = FAR  # nothing on board has a limit
    rows = work.labels[position]
    count = work.counts[position]
    for k in range(count):
        if _beats(day, rows[k], label):
            return
    kept = 0
    for k in range(count):
        if not _beats(day, label, rows[k]):
            if kept != k:
                rows[kept, :] = rows[k, :]
            kept += 1
    if kept == MOST_LABELS:
        worst = 0
        for k in range(1, kept):
            if rows[k, DUR] > rows[worst, DUR]:
                worst = k
        if rows[worst, DUR] <= label[DUR]:
            work.counts[position] = kept
            return
        rows[worst, :] = label[:]
    else:
        rows[kept, :] = label[:]
        kept += 1
    work.counts[position] = kept


@njit(cache=True, nogil=True)
def _visit(
    day: Day, work: Work, position: int, task: int, label, choice: int, with_age: bool
) -> None:
    """All ways to serve a task on arrival."""
    if label[AGE] > day.tasks[task].out_limit_s:
        return
    served = np.empty(FIELDS, dtype=np.int64)
    for w in range(day.tasks[task].windows):
        served[:] = label[:]
        if not _begin(served, day.open_s[task, w], day.close_s[task, w]):
            continue
        _spend(served, day.tasks[task].service_s)
        served[SLACK] = min(served[SLACK], day.tasks[task].in_limit_s)
        served[CHOICE] = choice + WINDOW * w
        _keep(day, work, position, served, with_age)


@njit(cache=True, nogil=True)
def _credit(day: Day, task: int) -> int:
    return day.tasks[task].service_s if day.service_is_rest and task >= 0 else 0


@njit(cache=True, nogil=True)
def _reload(day: Day, v: int, label, depot_rest: int) -> bool:
    """At the depot between two trips: reload, with a rest before or after it."""
    closes = day.vehicles[v].home_close_s
    credit = day.vehicles[v].reload_s if day.reload_is_rest else 0
    label[SLACK] = FAR
    if not _begin(label, -FAR, closes):
        return False
    after = depot_rest > LONG_LUNCH_REST
    rest = depot_rest - AFTER_RELOAD if after else depot_rest
    if after:
        _spend(label, day.vehicles[v].reload_s)
    if not _take_rest(day, label, rest, credit):
        return False
    if not after:
        _spend(label, day.vehicles[v].reload_s)
    label[AGE] = 0
    return _begin(label, -FAR, closes)


@njit(cache=True, nogil=True)
def _extend(day: Day, v: int, work: Work, sequence, position: int, k: int, with_age: bool) -> None:
    """All ways from the visit at ``position`` to the end of service of the next one."""
    here = sequence[position - 1] if position > 0 else day.vehicles[v].origin
    task = sequence[position]
    credit = _credit(day, here) if position > 0 else 0
    label = np.empty(FIELDS, dtype=np.int64)
    rested = np.empty(FIELDS, dtype=np.int64)
    last_rest = LONG_LUNCH_REST if position > 0 or day.vehicles[v].is_underway else NO_REST
    for rest in range(last_rest + 1):
        if rest == DRIVING_REST and day.max_driving_s >= FAR:
            continue
        if rest >= SHORT_LUNCH and day.lunch_s == NONE:
            break
        rested[:] = work.labels[position, k, :]
        if not _take_rest(day, rested, rest, credit) and rest != NO_REST:
            continue
        rested[PARENT] = k
        label[:] = rested[:]
        first = label[TRIP_FIRST]
        if work.reach[first] >= position + 1 and _drive(day, v, label, here, task):
            _visit(day, work, position + 1, task, label, rest, with_age)
        if day.vehicles[v].max_trips <= rested[TRIPS] or work.open_links[position] > 0:
            continue
        if position == 0 and not day.vehicles[v].is_underway:
            continue
        if not _may_end_trip(day, v, work, sequence, first, position, day.vehicles[v].home):
            continue
        for depot_rest in range(LONG_LUNCH_REST + AFTER_RELOAD + 1):
            if depot_rest == DRIVING_REST and day.max_driving_s >= FAR:
                continue
            if depot_rest >= SHORT_LUNCH and day.lunch_s == NONE:
                break
            label[:] = rested[:]
            if not _drive(day, v, label, here, day.vehicles[v].home):
                break
            if first == 0 and not _begin(label, -FAR, day.vehicles[v].first_back_s):
                break
            if not _reload(day, v, label, depot_rest):
                continue
            label[TRIPS] += 1
            label[TRIP_FIRST] = position + 1
            if _drive(day, v, label, day.vehicles[v].home, task):
                choice = rest + AT_DEPOT * (1 + depot_rest)
                _visit(day, work, position + 1, task, label, choice, with_age)


@njit(cache=True, nogil=True)
def _may_end_trip(
    day: Day, v: int, work: Work, sequence, first: int, last: int, depot: int
) -> bool:
    for position in range(max(1, first), last + 1):
        goes_to = day.tasks[sequence[position - 1]].in_depot
        if goes_to != NONE and goes_to != depot:
            return False
    return True


@njit(cache=True, nogil=True)
def _finish(day: Day, v: int, work: Work, sequence, count: int, with_limits: bool) -> float:
    """The cheapest way home from any label of the last visit; its choice is kept in ``work``."""
    best = np.inf
    here = sequence[count - 1] if count > 0 else day.vehicles[v].origin
    credit = _credit(day, here) if count > 0 else 0
    label = np.empty(FIELDS, dtype=np.int64)
    last_rest = LONG_LUNCH_REST if count > 0 or day.vehicles[v].is_underway else NO_REST
    for k in range(work.counts[count]):
        for rest in range(last_rest + 1):
            if rest == DRIVING_REST and day.max_driving_s >= FAR:
                continue
            if rest >= SHORT_LUNCH and day.lunch_s == NONE:
                break
            label[:] = work.labels[count, k, :]
            first = label[TRIP_FIRST]
            if work.reach[first] < count:
                continue
            if not _may_end_trip(day, v, work, sequence, first, count, day.vehicles[v].end):
                continue
            if not _take_rest(day, label, rest, credit) and rest != NO_REST:
                continue
            if not _drive(day, v, label, here, day.vehicles[v].end):
                continue
            closes = day.vehicles[v].back_s
            if first == 0:
                closes = min(closes, day.vehicles[v].first_back_s)
            if not _begin(label, -FAR, closes):
                continue
            if label[DUR] + day.vehicles[v].worked_s > day.vehicles[v].max_work_s:
                continue
            for mode in range(3):
                depart_from, back_by = label[EARLY], closes
                if day.lunch_s == NONE or not day.vehicles[v].lunch_open or label[LUNCHED] == 1:
                    if mode > 0:
                        break
                elif mode == 0:
                    continue
                elif mode == 1:
                    if day.vehicles[v].out_since_s != NONE:
                        if day.vehicles[v].out_since_s <= day.lunch_from_s:
                            continue
                    else:
                        depart_from = max(depart_from, day.lunch_from_s + 1)
                        if depart_from > label[LATE]:
                            continue
                else:
                    back_by = min(back_by, day.lunch_to_s - 1)
                    if label[EARLY] + label[DUR] > back_by:
                        continue
                cost = route_cost(day, v, depart_from, depart_from + label[DUR], label[DIST])
                if with_limits and cost < best:
                    cost = cost_on_schedule(
                        day, v, work, sequence, count, k, rest, depart_from, back_by, label[DIST]
                    )
                if cost < best:
                    best = cost
                    work.best[0] = k
                    work.best[1] = rest
                    work.best[2] = depart_from
                    work.best[3] = back_by
    return best


@njit(cache=True, nogil=True)
def time_route(day: Day, v: int, work: Work, sequence, count: int) -> float:
    """Least cost in yuan of the first ``count`` tasks of ``sequence`` in this order.

    Infinite where no way to serve them keeps every rule. What was chosen stays in ``work`` for
    :func:`coop_service.planning.kernel.schedule.make_schedule`.
    """
    for position in range(count):
        if not day.allowed[v, sequence[position]]:
            return np.inf
    if not find_links(day, work, sequence, count):
        return np.inf
    find_reach(day, v, work, sequence, count, day.vehicles[v].max_trips > 1)
    with_age = False
    with_limits = day.vehicles[v].first_back_s < FAR
    price = 0.0
    for position in range(count):
        task = sequence[position]
        with_age = with_age or day.tasks[task].out_limit_s < FAR
        with_limits = (
            with_limits or day.tasks[task].in_limit_s < FAR or day.tasks[task].links_of > 0
        )
        with_limits = with_limits or day.tasks[task].usual_start_s != NONE
        price += day.visit_yuan[v, task]
    with_limits = with_limits or with_age
    for position in range(count + 1):
        work.counts[position] = 0
    label = work.labels[0, 0]
    label[:] = 0
    label[EARLY] = day.vehicles[v].leave_s
    label[LATE] = day.vehicles[v].leave_by_s
    if label[EARLY] > label[LATE]:
        return np.inf
    label[DRIVEN] = day.vehicles[v].driven_since_rest_s
    label[LUNCHED] = 0 if day.lunch_s != NONE and day.vehicles[v].lunch_open else 1
    label[TRIP_FIRST] = 0
    label[TRIPS] = 1 + day.vehicles[v].trips_done
    label[DIST] = day.vehicles[v].driven_m
    label[DROVE] = day.vehicles[v].driven_s
    label[SLACK] = FAR
    label[PARENT] = NONE
    work.counts[0] = 1
    for position in range(count):
        for k in range(work.counts[position]):
            _extend(day, v, work, sequence, position, k, with_age)
        if work.counts[position + 1] == 0:
            return np.inf
    cost = _finish(day, v, work, sequence, count, with_limits)
    if cost < np.inf:
        cost += price - day.vehicles[v].per_m * day.vehicles[v].driven_m
    return cost
