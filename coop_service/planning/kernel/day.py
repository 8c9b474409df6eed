"""A day as the arrays that compiled code reads.

Seconds, metres and load units are integers, money is yuan. Nodes are the tasks first, then the
depots, then the places of vans that are on the road (see
:class:`coop_service.planning.instance.Instance`). What is absent is ``NONE``; what has no limit is
``FAR``. Compiled functions are handed whole records, because each array that they are handed costs
compile time.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Records = NDArray[Any]

NONE: Final = -1
FAR: Final = 10**9
"""Longer than any leg, limit or day; a leg without a road is that long."""

TASK: Final = np.dtype(
    [
        ("service_s", np.int64),
        ("windows", np.int64),  # how many
        ("unit", np.int64),
        ("extra_yuan", np.float64),  # its share of the penalties of what its variant leaves out
        ("out_limit_s", np.int64),  # from the trip's departure to the start of service
        ("in_limit_s", np.int64),  # from the end of service to the trip's return
        ("in_depot", np.int64),  # node of the depot that must receive what is collected here
        ("first_trip", np.int64),  # 1: on the first trip only (on board already), -1: fresh goods
        ("out_mask", np.uint64),  # classes of the goods from a depot that are left here
        ("in_mask", np.uint64),  # classes of the goods that are collected for a depot
        ("mask", np.uint64),  # of all its goods
        ("links_of", np.int64),  # how many transfers it has a part in
        ("usual_start_s", np.int64),
        ("is_special", np.bool_),  # not wholly judged by sums, one window and forbidden mixes
    ],
    align=True,
)
"""A node; depots use only a few of the fields."""

VEHICLE: Final = np.dtype(
    [
        ("profile", np.int64),
        ("kind", np.int64),  # equal for interchangeable vehicles
        ("origin", np.int64),  # node of the first departure
        ("home", np.int64),  # node of the depot between trips
        ("end", np.int64),
        ("home_close_s", np.int64),
        ("leave_s", np.int64),  # earliest first departure
        ("leave_by_s", np.int64),
        ("back_s", np.int64),  # latest last return
        ("first_back_s", np.int64),  # latest return of the first trip
        ("shift_end_s", np.int64),
        ("fixed_yuan", np.float64),
        ("per_m", np.float64),
        ("per_s", np.float64),
        ("per_overtime_s", np.float64),
        ("max_m", np.int64),
        ("max_work_s", np.int64),
        ("max_trips", np.int64),
        ("trips_done", np.int64),  # before the start
        ("reload_s", np.int64),
        ("base_out_mask", np.uint64),  # classes on board at the start, to be left at stops
        ("base_in_mask", np.uint64),  # classes on board at the start, for a depot
        ("base_depot", np.int64),  # node of the depot that they are for
        ("driven_since_rest_s", np.int64),  # before the start, as all that follow
        ("driven_s", np.int64),
        ("driven_m", np.int64),
        ("worked_s", np.int64),
        ("out_since_s", np.int64),  # first departure of the day if underway, else NONE
        ("lunch_open", np.bool_),  # whether lunch may yet be due
        ("is_rich", np.bool_),  # rules of rests, trips or the road ahead hold for it
        ("is_underway", np.bool_),
    ],
    align=True,
)

UNIT: Final = np.dtype(
    [
        (
            "begin",
            np.int64,
        ),  # its first variant; one record more than there are units ends the list
        ("drop_yuan", np.float64),
        ("size", np.float64),  # share of a vehicle that it fills
        ("far_s", np.float64),  # from the nearest depot
        ("open_s", np.int64),
        ("close_s", np.int64),
    ],
    align=True,
)

LINK: Final = np.dtype(
    [
        ("collected_at", np.int64),  # task
        ("left_at", np.int64),  # task
        ("limit_s", np.int64),
        ("mask", np.uint64),
    ],
    align=True,
)
"""A transfer in one variant of its unit."""


class Day(NamedTuple):
    """Arrays by node ``n``, vehicle ``v``, load unit ``u``, unit of insertion ``i``, profile ``p``.

    A *unit of insertion* is what is put into a route or taken out of it as a whole: a visit, or all
    visits that transfers link. It has *variants*, that with the least left out first; each is one
    task, or several that one vehicle must serve.
    """

    travel_s: NDArray[np.int32]  # (p, n, n)
    travel_m: NDArray[np.int32]  # (p, n, n)
    tasks: Records  # TASK (n)
    open_s: Ints  # (n, most windows)
    close_s: Ints  # (n, most windows)
    from_depot: Ints  # (n, u) loaded at the depot for this task
    change: Ints  # (n, u) collected less unloaded at this task
    conflicts: NDArray[np.uint64]  # by class: the classes that may not be with it
    links: Records  # LINK
    units: Records  # UNIT (i + 1)
    variant_begin: Ints  # (variants + 1) into variant_task
    variant_task: NDArray[np.uint32]
    near: NDArray[np.int32]  # (i, i) units by nearness, itself first
    vehicles: Records  # VEHICLE (v)
    capacity: Ints  # (v, u)
    base_load: Ints  # (v, u) on board at the start whatever is visited
    allowed: NDArray[np.bool_]  # (v, n)
    visit_yuan: NDArray[np.float64]  # (v, n) price of this visit by this vehicle
    max_driving_s: int
    rest_s: int
    max_driving_day_s: int
    service_is_rest: bool
    reload_is_rest: bool
    lunch_from_s: int
    lunch_to_s: int
    lunch_s: int  # NONE: no lunch rule
    usual_tolerance_s: int
    per_usual_s: float  # yuan for each second beyond the tolerance
