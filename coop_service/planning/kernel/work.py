"""Scratch memory of one thread: the labels of a route that is being timed, and its events."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from coop_service.planning.kernel.day import Ints

MOST_LABELS: Final = 48
"""Labels kept at each visit. More would be needed only by routes with many windows and rests."""

# fields of a label: the state after the service of a visit, before any rest
DUR: Final = 0  # seconds since departure, least possible
EARLY: Final = 1  # earliest departure that has this duration
LATE: Final = 2  # latest departure that is in time
DRIVEN: Final = 3  # seconds driven since the last rest
LUNCHED: Final = 4
TRIP_FIRST: Final = 5  # position of the first visit of the present trip
TRIPS: Final = 6  # trips begun
DIST: Final = 7  # metres
DROVE: Final = 8  # seconds driven in all
AGE: Final = 9  # seconds since the trip's departure, waits left out
SLACK: Final = 10  # seconds until some collected goods must be home, waits left out
PARENT: Final = 11
CHOICE: Final = 12
FIELDS: Final = 13

# fields of an event
KIND: Final = 0
POS: Final = 1
LENGTH: Final = 2
LEG: Final = 3  # least seconds from its end to the start of the next
OPEN: Final = 4
CLOSE: Final = 5
START: Final = 6
LATEST: Final = 7
EVENT_FIELDS: Final = 8

# kinds of events
DEPART: Final = 0
VISIT: Final = 1
REST: Final = 2
LUNCH: Final = 3
LONG_LUNCH: Final = 4  # a lunch inside a longer rest
ARRIVE: Final = 5
RELOAD: Final = 6
# rests after a service; at the depot they lie before the reload, or (plus AFTER_RELOAD) after it
NO_REST: Final = 0
DRIVING_REST: Final = 1
SHORT_LUNCH: Final = 2
LONG_LUNCH_REST: Final = 3  # a rest as long as the driving rule asks for, with the lunch in it
AFTER_RELOAD: Final = 2

# a choice: rest after the visit + 4 * (1 + rest at the depot) where it reloads + 32 * window
AT_DEPOT: Final = 4
WINDOW: Final = 32


class Work(NamedTuple):
    """Arrays that live as long as the thread; sized by the longest possible route."""

    labels: Ints  # (positions, labels, fields)
    counts: Ints  # (positions)
    reach: Ints  # (positions) last position of a trip that begins here
    open_links: Ints  # (positions) transfers on board after this visit
    position: Ints  # (nodes) of linked tasks
    events: Ints  # (events, fields)
    lag: Ints  # (events, 3): from event, to event, limit
    sequence: Ints
    path: Ints  # (positions) the choice that led to each visit
    best: Ints  # (4): of the cheapest day its last label, last rest, bounds of start and return


def make_work(nodes: int, longest: int) -> Work:
    """Scratch memory for routes of at most ``longest`` visits."""
    return Work(
        labels=np.zeros((longest + 3, MOST_LABELS, FIELDS), dtype=np.int64),
        counts=np.zeros(longest + 3, dtype=np.int64),
        reach=np.zeros(longest + 3, dtype=np.int64),
        open_links=np.zeros(longest + 3, dtype=np.int64),
        position=np.full(nodes, -1, dtype=np.int64),
        events=np.zeros((8 * longest + 24, EVENT_FIELDS), dtype=np.int64),
        lag=np.zeros((4 * longest + 16, 3), dtype=np.int64),
        sequence=np.zeros(longest + 8, dtype=np.int64),
        path=np.zeros(longest + 3, dtype=np.int64),
        best=np.zeros(4, dtype=np.int64),
    )
