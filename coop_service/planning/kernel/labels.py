"""The least cost of a vehicle's visits in a given order, with every rule of the day.

A label is the state after a visit: how long the day has lasted at least, with the departures for
which that is so (Vidal et al. 2013, Computers & OR 40:475-489, their triples of duration and
earliest and latest start), and what the rules of driving, lunch, trips and time on board count.
Labels branch where there is a choice: which window, a rest or a lunch after the service, a return
to the depot to reload. A label is dropped where another one beats it in everything, or where no
way to go on can be in time and cheap enough.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from coop_service.planning.kernel.cargo import find_links, find_reach
from coop_service.planning.kernel.day import FAR, NONE, Day
from coop_service.planning.kernel.jit import compiled, inlined
from coop_service.planning.kernel.schedule import cost_on_schedule, route_cost
from coop_service.planning.kernel.work import (
    AFTER_RELOAD,
    AT_DEPOT,
    CHOICE,
    DETOUR_S,
    DRIVING_REST,
    LATEST_S,
    LEGS_S,
    LONG_LUNCH_REST,
    MOST_LABELS,
    NO_REST,
    OUT_LIMIT_S,
    PARENT,
    REST_M,
    REST_S,
    WINDOW,
    Work,
)

LEAST_GAIN_YUAN = 1e-6


class Label(NamedTuple):
    """The state after the service of a visit, before any rest."""

    dur_s: int  # since the first departure, least possible
    early_s: int  # earliest departure that has this duration
    late_s: int  # latest departure that is in time
    age_s: int  # since the trip's departure, waits left out
    slack_s: int  # until some collected goods must be home, waits left out
    driven_s: int  # since the last rest
    drove_s: int  # in all
    metres: int
    lunched: int
    first: int  # where the present trip begins: 0 or the position of its first visit
    trips: int  # begun


@inlined
def _read(row) -> Label:
    return Label(
        row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10]
    )


@inlined
def _write(row, label: Label, parent: int, choice: int) -> None:
    row[0] = label.dur_s
    row[1] = label.early_s
    row[2] = label.late_s
    row[3] = label.age_s
    row[4] = label.slack_s
    row[5] = label.driven_s
    row[6] = label.drove_s
    row[7] = label.metres
    row[8] = label.lunched
    row[9] = label.first
    row[10] = label.trips
    row[PARENT] = parent
    row[CHOICE] = choice


@inlined
def _spend(label: Label, seconds: int) -> Label:
    return Label(
        label.dur_s + seconds,
        label.early_s,
        label.late_s,
        label.age_s + seconds,
        label.slack_s - seconds,
        label.driven_s,
        label.drove_s,
        label.metres,
        label.lunched,
        label.first,
        label.trips,
    )


@inlined
def _begin(label: Label, opens_s: int, closes_s: int):
    """Wait until something may begin; (whether it is in time, the label then)."""
    dur_s, early_s, late_s = label.dur_s, label.early_s, label.late_s
    in_time = early_s + dur_s <= closes_s
    wait_s = opens_s - (dur_s + late_s)
    if wait_s > 0:
        dur_s += wait_s
        early_s = late_s
    else:
        early_s = max(opens_s - dur_s, early_s)
        late_s = min(closes_s - dur_s, late_s)
    return in_time, Label(
        dur_s,
        early_s,
        late_s,
        label.age_s,
        label.slack_s,
        label.driven_s,
        label.drove_s,
        label.metres,
        label.lunched,
        label.first,
        label.trips,
    )


@inlined
def _set_rested(label: Label, driven_s: int, lunched: int) -> Label:
    return Label(
        label.dur_s,
        label.early_s,
        label.late_s,
        label.age_s,
        label.slack_s,
        driven_s,
        label.drove_s,
        label.metres,
        lunched,
        label.first,
        label.trips,
    )


@inlined
def _drive(day: Day, v: int, label: Label, a: int, b: int):
    """Drive a leg; (whether that is allowed, the label then)."""
    vehicle = day.vehicles[v]
    seconds = int(day.travel_s[vehicle.profile, a, b])
    driven_s, drove_s = label.driven_s + seconds, label.drove_s + seconds
    metres = label.metres + int(day.travel_m[vehicle.profile, a, b])
    slack_s = label.slack_s - seconds
    may = (
        seconds < FAR
        and (seconds == 0 or driven_s <= day.max_driving_s)
        and drove_s <= day.max_driving_day_s
        and metres <= vehicle.max_m
        and slack_s >= 0
    )
    return may, Label(
        label.dur_s + seconds,
        label.early_s,
        label.late_s,
        label.age_s + seconds,
        slack_s,
        driven_s,
        drove_s,
        metres,
        label.lunched,
        label.first,
        label.trips,
    )


@inlined
def _is_rest_in_force(day: Day, rest: int) -> bool:
    """Whether a rule of the day may ask for such a rest."""
    if rest == DRIVING_REST:
        return bool(day.max_driving_s < FAR)
    return bool(rest == NO_REST or day.lunch_s != NONE)


@inlined
def _take_rest(day: Day, label: Label, rest: int, credit_s: int):
    """Rest after something that counts as so many seconds of rest.

    Returns:
        (whether it is possible and of use, the label then).
    """
    if day.max_driving_s < FAR and credit_s >= day.rest_s:
        label = _set_rested(label, 0, label.lunched)
    if rest == NO_REST:
        return True, label
    if rest == DRIVING_REST:
        is_due = label.driven_s > 0
        return is_due, _spend(_set_rested(label, 0, label.lunched), day.rest_s - credit_s)
    if label.lunched == 1:
        return False, label
    seconds = day.lunch_s
    if rest == LONG_LUNCH_REST:
        if day.max_driving_s >= FAR or day.lunch_s + credit_s >= day.rest_s:
            return False, label
        seconds = day.rest_s - credit_s
    opens_s = day.lunch_from_s - (seconds - day.lunch_s)
    in_time, label = _begin(label, opens_s, day.lunch_to_s - day.lunch_s)
    is_long = day.max_driving_s < FAR and seconds + credit_s >= day.rest_s
    label = _set_rested(label, 0 if is_long else label.driven_s, 1)
    return in_time, _spend(label, seconds)


@inlined
def _beats(work: Work, one: Label, other: Label) -> bool:
    return (
        one.dur_s <= other.dur_s
        and one.lunched >= other.lunched
        and one.driven_s <= other.driven_s
        and one.late_s >= other.late_s
        and one.early_s + one.dur_s <= other.early_s + other.dur_s
        and one.metres <= other.metres
        and one.trips <= other.trips
        and one.drove_s <= other.drove_s
        and one.age_s <= other.age_s
        and one.slack_s >= other.slack_s
        and work.trip_rank[one.first] >= work.trip_rank[other.first]
    )


@inlined
def _may_matter(day: Day, v: int, work: Work, position: int, label: Label, most_yuan: float):
    """Whether there may be a way to go on that is in time and below a price.

    Returns:
        (whether there may be, the label without what cannot matter any more).
    """
    vehicle = day.vehicles[v]
    early_s = label.early_s + label.dur_s
    trips_left = vehicle.max_trips - label.trips
    if early_s > work.ahead[position, LATEST_S] or work.trips_left[label.first] - 1 > trips_left:
        return False, label
    rest_s = work.ahead[position, REST_S]
    if (
        label.lunched == 0
        and label.late_s <= day.lunch_from_s
        and early_s + rest_s >= day.lunch_to_s
    ):
        # it left before the window and will not be back before its end: a lunch is due
        if early_s > day.lunch_to_s - day.lunch_s:
            return False, label
        rest_s += day.lunch_s
    yuan = vehicle.fixed_yuan + vehicle.per_m * (label.metres + work.ahead[position, REST_M])
    yuan += min(vehicle.per_s, vehicle.per_overtime_s) * (label.dur_s + rest_s)
    if yuan >= most_yuan:
        return False, label
    driving_s = work.ahead[position, LEGS_S] + trips_left * work.ahead[position, DETOUR_S]
    return True, Label(
        label.dur_s,
        label.early_s,
        label.late_s,
        0 if work.ahead[position, OUT_LIMIT_S] >= FAR else label.age_s,
        FAR if label.slack_s >= vehicle.back_s - early_s else label.slack_s,
        0 if label.driven_s + driving_s <= day.max_driving_s else label.driven_s,
        label.drove_s if day.max_driving_day_s < FAR else 0,
        label.metres,
        label.lunched,
        label.first,
        label.trips,
    )


@inlined
def _keep(work: Work, position: int, label: Label, parent: int, choice: int) -> None:
    """Add a label to those of its position unless it is beaten; drop those that it beats."""
    rows = work.labels[position]
    count = work.counts[position]
    for k in range(count):
        if _beats(work, _read(rows[k]), label):
            return
    kept = 0
    for k in range(count):
        if not _beats(work, label, _read(rows[k])):
            if kept != k:
                _write(rows[kept], _read(rows[k]), rows[k, PARENT], rows[k, CHOICE])
            kept += 1
    if kept == MOST_LABELS:
        worst = 0
        for k in range(1, kept):
            if rows[k, 0] > rows[worst, 0]:
                worst = k
        if rows[worst, 0] > label.dur_s:
            _write(rows[worst], label, parent, choice)
    else:
        _write(rows[kept], label, parent, choice)
        kept += 1
    work.counts[position] = kept


@inlined
def _visit(
    day: Day,
    v: int,
    work: Work,
    position: int,
    task: int,
    label: Label,
    parent: int,
    choice: int,
    most_yuan: float,
) -> None:
    """All ways to serve a task on arrival."""
    record = day.tasks[task]
    if label.age_s > record.out_limit_s:
        return
    for w in range(record.windows):
        in_time, served = _begin(label, day.open_s[task, w], day.close_s[task, w])
        if not in_time:
            continue
        served = _spend(served, record.service_s)
        served = Label(
            served.dur_s,
            served.early_s,
            served.late_s,
            served.age_s,
            min(served.slack_s, record.in_limit_s),
            served.driven_s,
            served.drove_s,
            served.metres,
            served.lunched,
            served.first,
            served.trips,
        )
        may, served = _may_matter(day, v, work, position, served, most_yuan)
        if may:
            _keep(work, position, served, parent, choice + WINDOW * w)


@inlined
def _reload(day: Day, v: int, label: Label, depot_rest: int):
    """At the depot between two trips: reload, with a rest before or after it.

    Returns:
        (whether that is possible and of use, the label at departure).
    """
    vehicle = day.vehicles[v]
    credit_s = vehicle.reload_s if day.reload_is_rest else 0
    in_time, label = _begin(label, -FAR, vehicle.home_close_s)
    after = depot_rest > LONG_LUNCH_REST
    rest = depot_rest - AFTER_RELOAD if after else depot_rest
    if after:
        label = _spend(label, vehicle.reload_s)
    is_of_use, label = _take_rest(day, label, rest, credit_s)
    if not after:
        label = _spend(label, vehicle.reload_s)
    may_leave, label = _begin(label, -FAR, vehicle.home_close_s)
    return in_time and is_of_use and may_leave, label


@compiled
def _may_end_trip(
    day: Day, v: int, work: Work, sequence, first: int, last: int, depot: int
) -> bool:
    base_depot = day.vehicles[v].base_depot
    if first == 0 and base_depot != NONE and base_depot != depot:
        return False
    for position in range(max(1, first), last + 1):
        goes_to = day.tasks[sequence[position - 1]].in_depot
        if goes_to != NONE and goes_to != depot:
            return False
    return True


@compiled
def _go_home_first(
    day: Day,
    v: int,
    work: Work,
    sequence,
    position: int,
    label: Label,
    parent: int,
    rest: int,
    most_yuan: float,
) -> None:
    """All ways from a visit over the depot to the end of service of the next one."""
    vehicle = day.vehicles[v]
    here = sequence[position - 1] if position > 0 else vehicle.origin
    task = sequence[position]
    if (
        label.trips >= vehicle.max_trips
        or label.trips + work.trips_left[position + 1] > vehicle.max_trips
        or work.open_links[position] > 0
        or (position == 0 and not vehicle.is_underway)
    ):
        return
    may, home = _drive(day, v, label, here, vehicle.home)
    if not may:
        return
    out_s = day.travel_s[vehicle.profile, vehicle.home, task] + day.tasks[task].service_s
    least_s = home.dur_s + vehicle.reload_s + out_s + work.ahead[position + 1, REST_S]
    least_m = home.metres + day.travel_m[vehicle.profile, vehicle.home, task]
    least_m += work.ahead[position + 1, REST_M]
    yuan = vehicle.fixed_yuan + vehicle.per_m * least_m
    if yuan + min(vehicle.per_s, vehicle.per_overtime_s) * least_s >= most_yuan:
        return
    if label.first == 0:
        in_time, home = _begin(home, -FAR, vehicle.first_back_s)
        if not in_time:
            return
    if not _may_end_trip(day, v, work, sequence, label.first, position, vehicle.home):
        return
    for depot_rest in range(LONG_LUNCH_REST + AFTER_RELOAD + 1):
        after = depot_rest > LONG_LUNCH_REST
        if not _is_rest_in_force(day, depot_rest - AFTER_RELOAD if after else depot_rest):
            continue
        may, ready = _reload(day, v, home, depot_rest)
        if not may:
            continue
        ready = Label(
            ready.dur_s,
            ready.early_s,
            ready.late_s,
            0,
            FAR,
            ready.driven_s,
            ready.drove_s,
            ready.metres,
            ready.lunched,
            position + 1,
            label.trips + 1,
        )
        may, there = _drive(day, v, ready, vehicle.home, task)
        if may:
            choice = rest + AT_DEPOT * (1 + depot_rest)
            _visit(day, v, work, position + 1, task, there, parent, choice, most_yuan)


@inlined
def _extend(
    day: Day,
    v: int,
    work: Work,
    sequence,
    position: int,
    k: int,
    most_yuan: float,
    only_due_returns: bool,
) -> None:
    """All ways from the visit at ``position`` to the end of service of the next one."""
    vehicle = day.vehicles[v]
    here = sequence[position - 1] if position > 0 else vehicle.origin
    task = sequence[position]
    credit_s = 0
    if day.service_is_rest and position > 0:
        credit_s = day.tasks[here].service_s
    label = _read(work.labels[position, k])
    last_rest = LONG_LUNCH_REST if position > 0 or vehicle.is_underway else NO_REST
    for rest in range(last_rest + 1):
        if not _is_rest_in_force(day, rest):
            continue
        is_of_use, rested = _take_rest(day, label, rest, credit_s)
        if not is_of_use:
            continue
        if work.reach[label.first] >= position + 1:
            may, there = _drive(day, v, rested, here, task)
            if may:
                _visit(day, v, work, position + 1, task, there, k, rest, most_yuan)
        if vehicle.max_trips > 1 and not (only_due_returns and work.trips_left[label.first] == 1):
            _go_home_first(day, v, work, sequence, position, rested, k, rest, most_yuan)


@compiled
def _look_ahead(day: Day, v: int, work: Work, sequence, count: int) -> bool:
    """Bounds of what remains after each visit; whether the way over the depot is never shorter."""
    vehicle = day.vehicles[v]
    profile = vehicle.profile
    reloads = vehicle.max_trips > 1
    never_shorter = True
    rest_s, rest_m, legs_s, detour_s = 0, 0, 0, 0
    latest_s, out_limit_s = vehicle.back_s, FAR
    for position in range(count, -1, -1):
        here = sequence[position - 1] if position > 0 else vehicle.origin
        after = sequence[position] if position < count else vehicle.end
        leg_s = int(day.travel_s[profile, here, after])
        leg_m = int(day.travel_m[profile, here, after])
        driving_s = leg_s
        if reloads and position < count:
            home_s = int(day.travel_s[profile, here, vehicle.home])
            home_s += int(day.travel_s[profile, vehicle.home, after])
            home_m = int(day.travel_m[profile, here, vehicle.home])
            home_m += int(day.travel_m[profile, vehicle.home, after])
            if position > 0 and (home_s + vehicle.reload_s < leg_s or home_m < leg_m):
                never_shorter = False
            detour_s = max(detour_s, home_s - leg_s)
            if leg_s >= FAR:
                driving_s = home_s
            leg_s = min(leg_s, home_s + vehicle.reload_s)
            leg_m = min(leg_m, home_m)
        if position < count:
            rest_s += day.tasks[after].service_s
            closes_s = day.close_s[after, day.tasks[after].windows - 1]
            latest_s = min(latest_s - day.tasks[after].service_s, closes_s)
            out_limit_s = min(out_limit_s, day.tasks[after].out_limit_s)
        rest_s += leg_s
        rest_m += leg_m
        legs_s += driving_s
        latest_s -= leg_s
        work.ahead[position, REST_S] = rest_s
        work.ahead[position, REST_M] = rest_m
        work.ahead[position, LEGS_S] = legs_s
        work.ahead[position, DETOUR_S] = detour_s
        work.ahead[position, LATEST_S] = latest_s
        work.ahead[position, OUT_LIMIT_S] = out_limit_s
    return never_shorter


@compiled
def _finish(
    day: Day, v: int, work: Work, sequence, count: int, with_limits: bool, most_yuan: float
) -> float:
    """The cheapest way home from any label of the last visit; its choice is kept in ``work``.

    Infinite where it costs ``most_yuan`` or more.
    """
    best = most_yuan
    vehicle = day.vehicles[v]
    here = sequence[count - 1] if count > 0 else vehicle.origin
    credit_s = 0
    if day.service_is_rest and count > 0:
        credit_s = day.tasks[here].service_s
    last_rest = LONG_LUNCH_REST if count > 0 or vehicle.is_underway else NO_REST
    for k in range(work.counts[count]):
        label = _read(work.labels[count, k])
        if work.reach[label.first] < count:
            continue
        straight = _may_end_trip(day, v, work, sequence, label.first, count, vehicle.end)
        if not straight and not (
            label.trips < vehicle.max_trips
            and _may_end_trip(day, v, work, sequence, label.first, count, vehicle.home)
        ):
            continue
        for rest in range(last_rest + 1):
            if not _is_rest_in_force(day, rest):
                continue
            is_of_use, rested = _take_rest(day, label, rest, credit_s)
            if not is_of_use:
                continue
            if straight:
                may, back = _drive(day, v, rested, here, vehicle.end)
            else:
                # goods for the depot between trips: a trip without visits follows
                may, home = _drive(day, v, rested, here, vehicle.home)
                if may and label.first == 0:
                    may, home = _begin(home, -FAR, vehicle.first_back_s)
                if may:
                    may, home = _reload(day, v, home, NO_REST)
                if may:
                    may, back = _drive(day, v, home, vehicle.home, vehicle.end)
            if not may:
                continue
            closes_s = vehicle.back_s
            if label.first == 0 and straight:
                closes_s = min(closes_s, vehicle.first_back_s)
            in_time, back = _begin(back, -FAR, closes_s)
            if not in_time or back.dur_s + vehicle.worked_s > vehicle.max_work_s:
                continue
            way_home = rest if straight else rest + AT_DEPOT
            # a lunch was taken or is not due; it is back too early for it; it left too late
            for case in (0, 2, 1):
                from_s, by_s = back.early_s, closes_s
                if day.lunch_s == NONE or not vehicle.lunch_open or back.lunched == 1:
                    if case > 0:
                        break
                elif case == 0:
                    continue
                elif case == 1:
                    if vehicle.out_since_s != NONE:
                        if vehicle.out_since_s <= day.lunch_from_s:
                            continue
                    else:
                        from_s = max(from_s, day.lunch_from_s + 1)
                        if from_s > back.late_s:
                            continue
                else:
                    by_s = min(by_s, day.lunch_to_s - 1)
                    if back.early_s + back.dur_s > by_s:
                        continue
                cost = route_cost(day, v, from_s, from_s + back.dur_s, back.metres)
                if with_limits and cost < best:
                    # for a usual hour it may pay to leave earlier than the shortest day asks for
                    if day.per_usual_s > 0.0 and case != 1:
                        from_s = vehicle.leave_s
                    cost = cost_on_schedule(
                        day, v, work, sequence, count, k, way_home, from_s, by_s, back.metres
                    )
                if cost < best:
                    best = cost
                    work.best[0] = k
                    work.best[1] = way_home
                    work.best[2] = from_s
                    work.best[3] = by_s
    return best if best < most_yuan else np.inf


@compiled
def _search(
    day: Day,
    v: int,
    work: Work,
    sequence,
    count: int,
    label: Label,
    with_limits: bool,
    most_yuan: float,
    only_due_returns: bool,
) -> float:
    """Least yuan from the first label on, if below ``most_yuan``; else infinite."""
    for position in range(count + 1):
        work.counts[position] = 0
    may, label = _may_matter(day, v, work, 0, label, most_yuan)
    if not may:
        return np.inf
    _write(work.labels[0, 0], label, NONE, 0)
    work.counts[0] = 1
    for position in range(count):
        for k in range(work.counts[position]):
            _extend(day, v, work, sequence, position, k, most_yuan, only_due_returns)
        if work.counts[position + 1] == 0:
            return np.inf
    return _finish(day, v, work, sequence, count, with_limits, most_yuan)


@compiled
def time_route(day: Day, v: int, work: Work, sequence, count: int, limit_yuan: float) -> float:
    """Least cost in yuan of the first ``count`` tasks of ``sequence`` in this order.

    Infinite where no way to serve them keeps every rule, or none costs less than ``limit_yuan``.
    What was chosen stays in ``work`` for
    :func:`coop_service.planning.kernel.schedule.fix_times`.
    """
    vehicle = day.vehicles[v]
    price = -vehicle.per_m * vehicle.driven_m
    with_limits = vehicle.first_back_s < FAR
    for position in range(count):
        task = sequence[position]
        if not day.allowed[v, task]:
            return np.inf
        record = day.tasks[task]
        with_limits = with_limits or (
            min(record.out_limit_s, record.in_limit_s) < FAR
            or record.links_of > 0
            or record.usual_start_s != NONE
        )
        price += day.visit_yuan[v, task]
    if vehicle.leave_s > vehicle.leave_by_s or not find_links(day, work, sequence, count):
        return np.inf
    find_reach(day, v, work, sequence, count)
    if work.trips_left[0] + vehicle.trips_done > vehicle.max_trips:
        return np.inf
    never_shorter = _look_ahead(day, v, work, sequence, count)
    label = Label(
        0,
        vehicle.leave_s,
        vehicle.leave_by_s,
        0,
        FAR,
        vehicle.driven_since_rest_s,
        vehicle.driven_s,
        vehicle.driven_m,
        0 if day.lunch_s != NONE and vehicle.lunch_open else 1,
        0,
        1 + vehicle.trips_done,
    )
    most_yuan = limit_yuan - price
    cost = _search(day, v, work, sequence, count, label, with_limits, most_yuan, True)
    driving_s = work.ahead[0, LEGS_S] + vehicle.max_trips * work.ahead[0, DETOUR_S]
    if vehicle.max_trips > 1 and (
        with_limits
        or not never_shorter
        or vehicle.home != vehicle.end
        or day.reload_is_rest
        or day.lunch_s != NONE
        or vehicle.driven_since_rest_s + driving_s > day.max_driving_s
    ):
        # a return that the loads do not ask for may save rests or time on board; what the first
        # search found, and finds again, keeps the second one short
        most_yuan = min(most_yuan, cost + LEAST_GAIN_YUAN)
        cost = _search(day, v, work, sequence, count, label, with_limits, most_yuan, False)
    return price + cost
