"""Scratch memory of one thread: the labels of a route that is being timed, and its events."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from coop_service.planning.kernel.day import Ints, Records

MOST_LABELS: Final = 48
"""Labels kept at each visit. More would be needed only by routes with many windows and rests."""

# fields of a label beside those of its state
PARENT: Final = 11
CHOICE: Final = 12
FIELDS: Final = 13

# fields of what remains after a visit: bounds, whatever is chosen
REST_S: Final = 0  # least seconds until the return, rests and waits left out
REST_M: Final = 1  # least metres
LEGS_S: Final = 2  # seconds of driving without another return to the depot
DETOUR_S: Final = 3  # most seconds of driving that one more return to the depot adds
LATEST_S: Final = 4  # latest end of the service
OUT_LIMIT_S: Final = 5  # least limit of the goods from the depot that are still to be left
AHEAD_FIELDS: Final = 6

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


MEMORY_BITS: Final = 17
"""Routes with one more task whose best timed place is remembered, as a power of two."""

SEEN: Final = np.dtype(
    [
        ("key", np.uint64),
        ("place", np.int64),  # NONE: there is none at less than the cost
        ("cost", np.float64),  # yuan of the route then
        ("yuan", np.float64),  # that the task adds by the sums; no place adds less
    ],
    align=True,
)


class Work(NamedTuple):
    """Arrays that live as long as the thread; sized by the longest possible route."""

    labels: Ints  # (positions, labels, fields)
    counts: Ints  # (positions)
    reach: Ints  # (positions) last position of a trip that begins here
    trip_rank: Ints  # (positions) trips that begin here are as good as all of a lower rank
    trips_left: Ints  # (positions) least trips that a trip which begins here and all after it need
    ahead: Ints  # (positions, fields) bounds of what remains after the visit
    open_links: Ints  # (positions) transfers on board after this visit
    position: Ints  # (nodes) of linked tasks
    events: Ints  # (events, fields)
    lag: Ints  # (events, 3): from event, to event, limit; behind them hinges: second, slope
    sequence: Ints
    path: Ints  # (positions) the choice that led to each visit
    memory: Records  # SEEN: timed places by their key; behind them (task, vehicle) by the sums
    best: Ints  # (4): of the cheapest day its last label, choice of the way home, bounds in time


def make_work(nodes: int, longest: int, pairs: int = 0) -> Work:
    """Scratch memory for routes of at most ``longest`` visits.

    Args:
        nodes: places in the matrices.
        longest: most visits of a route.
        pairs: tasks times vehicles, where best places are to be remembered.
    """
    return Work(
        labels=np.zeros((longest + 3, MOST_LABELS, FIELDS), dtype=np.int64),
        counts=np.zeros(longest + 3, dtype=np.int64),
        reach=np.zeros(longest + 3, dtype=np.int64),
        trip_rank=np.zeros(longest + 3, dtype=np.int64),
        trips_left=np.zeros(longest + 3, dtype=np.int64),
        ahead=np.zeros((longest + 3, AHEAD_FIELDS), dtype=np.int64),
        open_links=np.zeros(longest + 3, dtype=np.int64),
        position=np.full(nodes, -1, dtype=np.int64),
        events=np.zeros((8 * longest + 24, EVENT_FIELDS), dtype=np.int64),
        lag=np.zeros((28 * longest + 96, 3), dtype=np.int64),
        sequence=np.zeros(longest + 8, dtype=np.int64),
        path=np.zeros(longest + 3, dtype=np.int64),
        memory=np.zeros((1 << MEMORY_BITS) + pairs, dtype=SEEN),
        best=np.zeros(4, dtype=np.int64),
    )
