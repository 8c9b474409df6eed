"""Exact timing of one trip: when to leave so that the work time is shortest."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from coop_service.domain.problem import Window


@dataclass(frozen=True, slots=True)
class Timing:
    """Times of a trip; ``arrive_s`` and ``start_s`` have one entry a visit."""

    depart_s: int
    arrive_s: tuple[int, ...]
    start_s: tuple[int, ...]
    return_s: int


def time_trip(
    legs_s: Sequence[int],
    services_s: Sequence[int],
    windows_s: Sequence[Sequence[Window]],
    earliest_depart_s: int,
    latest_return_s: int,
) -> Timing | None:
    """Shortest work time of visits in a given order, and among those the earliest return.

    With one window a visit, the earliest return with the latest departure that still reaches it is
    the shortest (Savelsbergh 1992, ORSA J. Computing 4:146-154). With more windows a later start
    may save a wait between two of them; every such later start begins exactly when some window
    opens, so these are tried too.

    Args:
        legs_s: driving times, one more than there are visits.
        services_s: time at each visit.
        windows_s: for each visit its windows in time order, disjoint; empty: any time.
        earliest_depart_s: first second at which the trip may leave.
        latest_return_s: last second at which it may be back.

    Returns:
        The timing, or None where the windows or the return cannot be met.
    """
    first = _forward(legs_s, services_s, windows_s, earliest_depart_s, latest_return_s)
    if first is None:
        return None
    best = _leave_as_late(first, legs_s, services_s, windows_s)
    for visit, windows in enumerate(windows_s):
        for opens_s, _ in windows[1:]:
            depart_s = _latest_depart(visit, opens_s, legs_s, services_s, windows_s)
            if depart_s is None or depart_s <= best.depart_s:
                continue
            later = _forward(legs_s, services_s, windows_s, depart_s, latest_return_s)
            if later is None:
                continue
            later = _leave_as_late(later, legs_s, services_s, windows_s)
            if later.return_s - later.depart_s < best.return_s - best.depart_s:
                best = later
    return best


def _forward(
    legs_s: Sequence[int],
    services_s: Sequence[int],
    windows_s: Sequence[Sequence[Window]],
    depart_s: int,
    latest_return_s: int,
) -> Timing | None:
    now_s = depart_s
    arrive_s, start_s = [], []
    for leg_s, service_s, windows in zip(legs_s, services_s, windows_s, strict=False):
        now_s += leg_s
        arrive_s.append(now_s)
        if windows:
            position = bisect_left(windows, now_s, key=lambda window: window[1])
            if position == len(windows):
                return None
            now_s = max(now_s, windows[position][0])
        start_s.append(now_s)
        now_s += service_s
    now_s += legs_s[-1]
    if now_s > latest_return_s:
        return None
    return Timing(depart_s, tuple(arrive_s), tuple(start_s), now_s)


def _latest_depart(
    last_visit: int,
    start_s: int,
    legs_s: Sequence[int],
    services_s: Sequence[int],
    windows_s: Sequence[Sequence[Window]],
) -> int | None:
    """Latest departure with which the service of ``last_visit`` can still start at ``start_s``."""
    now_s = start_s
    for visit in range(last_visit, -1, -1):
        if visit < last_visit:
            now_s -= services_s[visit]
            windows = windows_s[visit]
            if windows:
                opened = [window for window in windows if window[0] <= now_s]
                if not opened:
                    return None
                now_s = min(now_s, opened[-1][1])
        now_s -= legs_s[visit]
    return now_s


def _leave_as_late(
    timing: Timing,
    legs_s: Sequence[int],
    services_s: Sequence[int],
    windows_s: Sequence[Sequence[Window]],
) -> Timing:
    """The same return with the latest departure that reaches it."""
    if not timing.start_s:
        return timing
    last = len(timing.start_s) - 1
    depart_s = _latest_depart(last, timing.start_s[last], legs_s, services_s, windows_s)
    if depart_s is None or depart_s <= timing.depart_s:
        return timing
    later = _forward(legs_s, services_s, windows_s, depart_s, timing.return_s)
    return timing if later is None else later
