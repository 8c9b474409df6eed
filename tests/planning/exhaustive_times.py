"""Clock times for a vehicle's day of which everything else is chosen.

A day is a chain of events with bounds, each at the earliest at the end of the one before and its
way, and limits between events further apart. Where only the departure and the return have a price,
the earliest return is a longest path, and so is the latest departure that reaches it. Where other
events have one as well, dates are tried: prices are linear between their kinks, so that in some
best day every block of events without slack between them has one of them on a bound or a kink.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

FAR_S = 10**8

Task = tuple[str, tuple[str, ...]]
"""A stop and the ids of the orders that are served there in one visit."""

Limit = tuple[int, int, int]
"""Event at whose end it begins, event by whose start it ends, seconds between them."""


@dataclass
class Event:
    """Something that takes time, and the way to the next.

    ``price`` is what its start costs, linear between the ``kinks``.
    """

    kind: str  # visit, rest, lunch, reload, depart, arrive
    length_s: int = 0
    leg_s: int = 0
    open_s: int = -FAR_S
    close_s: int = FAR_S
    task: Task | None = None
    start_s: int = 0
    price: Callable[[int], float] | None = field(default=None, compare=False)
    kinks: tuple[int, ...] = ()

    @property
    def end_s(self) -> int:
        return self.start_s + self.length_s

    @property
    def cost(self) -> float:
        return 0.0 if self.price is None else self.price(self.start_s)

    def then(self, leg_s: int) -> Event:
        """The same with its way to the next event."""
        return replace(self, leg_s=leg_s)


def set_times(events: list[Event], limits: Sequence[Limit]) -> bool:
    """Set the cheapest times in ``events``; whether there are any at all."""
    if any(event.price is not None for event in events[1:-1]):
        return try_dates(events, limits)
    return _return_early_and_leave_late(events, limits)


def _return_early_and_leave_late(events: list[Event], limits: Sequence[Limit]) -> bool:
    """Earliest return, then the latest departure that reaches it, then all as early as may be."""
    if not _settle(events, limits):
        return False
    return_s = events[-1].start_s
    low_s, high_s = events[0].open_s, min(return_s, events[0].close_s)
    while low_s < high_s:
        events[0].open_s = (low_s + high_s + 1) // 2
        if _settle(events, limits) and events[-1].start_s == return_s:
            low_s = events[0].open_s
        else:
            high_s = events[0].open_s - 1
    events[0].open_s = low_s
    return _settle(events, limits)


def _settle(events: list[Event], limits: Sequence[Limit]) -> bool:
    """Everything as early as it may be."""
    for event in events:
        event.start_s = event.open_s
    for _ in range(len(events) * 4 + 20):
        changed = False
        for before, after in pairwise(events):
            least_s = before.end_s + before.leg_s
            if least_s > after.start_s:
                after.start_s, changed = least_s, True
        for a, b, limit_s in limits:
            least_s = events[b].start_s - limit_s - events[a].length_s
            if least_s > events[a].start_s:
                events[a].start_s, changed = least_s, True
        if any(event.start_s > event.close_s for event in events):
            return False
        if not changed:
            return True
    return False


def try_dates(events: list[Event], limits: Sequence[Limit]) -> bool:
    """The cheapest of all ways to put the events on dates where one of them may have to be."""
    dates = _dates(events, limits)
    last = len(events) - 1

    @cache
    def cheapest(e: int, start_s: int, since: tuple[int, ...]) -> tuple[float, tuple[int, ...]]:
        """Cost and times from an event on; ``since`` when each limit has begun to run."""
        event = replace(events[e], start_s=start_s)
        if e == last:
            return event.cost, (start_s,)
        since = tuple(
            event.end_s if a == e else s for (a, _, _), s in zip(limits, since, strict=True)
        )
        best: tuple[float, tuple[int, ...]] = (float("inf"), ())
        for next_s in dates[e + 1]:
            if next_s < event.end_s + event.leg_s or any(
                b == e + 1 and next_s - s > limit_s
                for (_, b, limit_s), s in zip(limits, since, strict=True)
            ):
                continue
            cost, times = cheapest(e + 1, next_s, since)
            if event.cost + cost < best[0] - 1e-9:
                best = event.cost + cost, (start_s, *times)
        return best

    not_begun = (0,) * len(limits)
    cost, times = min(
        (cheapest(0, start_s, not_begun) for start_s in dates[0]), default=(float("inf"), ())
    )
    for event, start_s in zip(events, times, strict=False):
        event.start_s = start_s
    return cost < float("inf")


def _dates(events: Sequence[Event], limits: Sequence[Limit]) -> list[list[int]]:
    """For each event where it is if no slack is between it and an event on a bound or a kink."""
    apart = [(e, e + 1, event.length_s + event.leg_s) for e, event in enumerate(events[:-1])] + [
        (a, b, events[a].length_s + limit_s) for a, b, limit_s in limits
    ]
    dates: list[set[int]] = [set() for _ in events]

    def spread(e: int, start_s: int, on_path: frozenset[int]) -> None:
        if not events[e].open_s <= start_s <= events[e].close_s:
            return
        dates[e].add(start_s)
        for a, b, by_s in apart:
            if e == a and b not in on_path:
                spread(b, start_s + by_s, on_path | {b})
            if e == b and a not in on_path:
                spread(a, start_s - by_s, on_path | {a})

    for e, event in enumerate(events):
        for start_s in {event.open_s, event.close_s, *event.kinks} - {-FAR_S, FAR_S}:
            spread(e, start_s, frozenset({e}))
    return [sorted(found) for found in dates]
