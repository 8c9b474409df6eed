"""Checks of single values of a problem: ranges, windows, loads, references.

Each yields the faults it finds, with the JSON pointer that it is given.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Final

from coop_service.domain.problem import Load, Problem, Window
from coop_service.errors import Fault, both, pointer

MAX_WHOLE: Final = 10**10
"""Largest time, duration (s) or distance (m): sums over a day stay far within 64 bits."""

MAX_AMOUNT: Final = 1e12
"""Largest load or sum of money; beyond it a float no longer holds a cent."""

_KINDS: Final = {
    "profile": "车型档案",
    "depot": "车场",
    "stop": "停靠点",
    "vehicle": "车辆",
    "order": "订单",
}


def count_locations(problem: Problem) -> int | None:
    """Number of locations; None: unknown, as there is no profile."""
    sizes = [len(profile.duration_s) for profile in problem.profiles.values()]
    return max(sizes, default=None)


def location_fault(where: str, location: int, locations: int | None) -> Iterator[Fault]:
    """A fault at ``where``/location where the matrices have no such index."""
    if locations is not None and not 0 <= location < locations:
        yield Fault(
            where + "/location",
            "location_out_of_range",
            both(
                f"位置 {location} 超出矩阵范围,矩阵有 {locations} 个位置(从 0 起)",
                f"location {location} is outside the matrices, which have {locations} "
                "locations, counted from 0",
            ),
        )


def reference_fault(where: str, kind: str, name: str, known: Iterable[str]) -> Iterator[Fault]:
    """A fault where there is no ``kind`` of that name."""
    if name not in known:
        yield Fault(
            where,
            f"unknown_{kind}",
            both(f"没有名为“{name}”的{_KINDS[kind]}", f"there is no {kind} {name!r}"),
        )


def load_faults(where: str, load: Load) -> Iterator[Fault]:
    """Faults of the amounts of a load, by unit."""
    for unit, amount in load.items():
        yield from range_fault(where + pointer(unit), amount, 0, MAX_AMOUNT)


def window_faults(where: str, window: Window) -> Iterator[Fault]:
    """Faults of a window's two times, or that it ends before it starts."""
    faults = [
        fault
        for index, time_s in enumerate(window)
        for fault in range_fault(f"{where}/{index}", time_s, 0, MAX_WHOLE)
    ]
    yield from faults
    if not faults and window[1] < window[0]:
        yield reversed_fault(where, window)


def reversed_fault(where: str, window: Window) -> Fault:
    """The fault that a window ends before it starts."""
    return Fault(
        where,
        "window_reversed",
        both(
            f"结束({window[1]} 秒)早于开始({window[0]} 秒)",
            f"ends at {window[1]} s, before it starts at {window[0]} s",
        ),
    )


def range_fault(where: str, value: float | None, lowest: int, highest: float) -> Iterator[Fault]:
    """A fault where the value is not finite or outside; None is no value and right."""
    if value is None or (math.isfinite(value) and lowest <= value <= highest):
        return
    yield Fault(
        where,
        "out_of_range",
        both(
            f"应在 {lowest} 与 {highest:.0f} 之间,收到 {value}",
            f"must be between {lowest} and {highest:.0f}, got {value}",
        ),
    )
