"""A plan: the answer to a :class:`~coop_service.domain.problem.Problem`, complete enough that a
reader with both can recompute every time, load and cost. Units as in the problem.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from coop_service.domain.problem import Load, Mode


class Status(StrEnum):
    """How a search ended; in each case every rule holds."""

    FEASIBLE = "feasible"
    OPTIMAL = "optimal"
    CANCELLED = "cancelled"


class RestKind(StrEnum):
    """Which rule a rest is for."""

    DRIVING = "driving"
    LUNCH = "lunch"


class Reason(StrEnum):
    """Why an order is left out."""

    CAPACITY = "capacity"
    TIME_WINDOW = "time_window"
    SHIFT = "shift"
    NO_ROAD = "no_road"
    TAGS = "tags"
    TEMPERATURE = "temperature"
    MIX = "mix"
    ON_BOARD_TIME = "on_board_time"
    RANGE = "range"
    WORK_TIME = "work_time"
    DRIVING_TIME = "driving_time"
    COMPETITION = "competition"
    NOT_WORTH_ITS_PENALTY = "not_worth_its_penalty"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to a stop; ``depart_s`` is the end of its service, a rest may follow it."""

    stop: str
    arrive_s: int
    start_s: int
    depart_s: int
    orders: tuple[str, ...]
    load_after: Load
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """A rest after the service of a visit.

    ``after_stop`` None: before the trip, at the depot, or where a van on the road stands.
    """

    after_stop: str | None
    start_s: int
    duration_s: int
    kind: RestKind
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Trip:
    """From one call at a depot to the next, with the visits between.

    The first trip of a van on the road is the rest of its present one: from where it stands.
    """

    depart_s: int
    return_s: int
    load_at_start: Load
    load_at_end: Load
    stops: tuple[Visit, ...]
    rests: tuple[Rest, ...] = ()
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A vehicle's day, or the rest of it. Sums are over all its trips; ``cost`` in yuan."""

    vehicle: str
    depart_s: int
    return_s: int
    distance_m: int
    driving_s: int
    service_s: int
    waiting_s: int
    cost: float
    trips: tuple[Trip, ...]
    custom: Mapping[str, Any] | None = None

    @property
    def visits(self) -> Iterator[Visit]:
        """All visits of the day in order."""
        for trip in self.trips:
            yield from trip.stops


@dataclass(frozen=True, slots=True)
class Unassigned:
    """An order that is left out, and why.

    ``proved``: it cannot be served even alone by any vehicle, or an exhaustive search says so.
    """

    order: str
    reason: Reason
    proved: bool
    detail: str = ""
    cheapest_change: str | None = None
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class CostParts:
    """The cost by its parts, in yuan; ``standing`` is the price of leaving the standing lines."""

    fixed: float = 0.0
    distance: float = 0.0
    time: float = 0.0
    overtime: float = 0.0
    dropped: float = 0.0
    standing: float = 0.0
    custom: Mapping[str, Any] | None = None

    @property
    def total(self) -> float:
        """Sum of the parts, not rounded."""
        parts = self.fixed + self.distance + self.time + self.overtime + self.dropped
        return parts + self.standing

    def __add__(self, other: CostParts) -> CostParts:
        return CostParts(
            self.fixed + other.fixed,
            self.distance + other.distance,
            self.time + other.time,
            self.overtime + other.overtime,
            self.dropped + other.dropped,
            self.standing + other.standing,
        )

    def rounded(self) -> CostParts:
        """Each part rounded to 0.01 yuan, as documents state it."""
        return CostParts(
            round(self.fixed, 2),
            round(self.distance, 2),
            round(self.time, 2),
            round(self.overtime, 2),
            round(self.dropped, 2),
            round(self.standing, 2),
        )


@dataclass(frozen=True, slots=True)
class ModeChoice:
    """The mode of a township in the plan.

    ``other_mode_cost``: yuan, of the cheapest plan met in the search that has this township in its
    other mode and leaves out no more. The search for it is shorter than for the plan itself, and
    changes little else, so that it is an upper bound. None: none was met, or the mode is fixed.
    """

    relay: str
    mode: Mode
    other_mode_cost: float | None = None
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A day's routes and what is left out; ``seconds`` of search, ``cost`` in yuan.

    Where the problem has relays, ``modes`` says how each township is served, and routes are written
    in the orders and stops of :func:`coop_service.domain.relay.expand`; ``unassigned`` names the
    orders of the problem itself.
    """

    name: str
    engine: str
    status: Status
    seconds: float
    cost: float
    cost_parts: CostParts
    routes: tuple[Route, ...]
    unassigned: tuple[Unassigned, ...] = ()
    split_stops: tuple[str, ...] = ()
    modes: tuple[ModeChoice, ...] = ()
    kpis: Mapping[str, Any] = field(default_factory=dict)
    custom: Mapping[str, Any] | None = None
