"""What verification says: the rules by name, one violation, the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Self

from coop_service.domain.plan import CostParts
from coop_service.errors import both

LARGEST: Final = 2**53
"""Beyond it no number of a plan means anything, nor is a whole one exact as a float."""


class Rule(StrEnum):
    """Stable names of everything that a plan can break."""

    # what the plan refers to
    UNKNOWN_VEHICLE = "unknown_vehicle"
    UNKNOWN_STOP = "unknown_stop"
    UNKNOWN_ORDER = "unknown_order"
    UNKNOWN_STATUS = "unknown_status"
    VEHICLE_TWICE = "vehicle_twice"
    EMPTY_ROUTE = "empty_route"
    EMPTY_VISIT = "empty_visit"
    LISTED_TWICE = "listed_twice"
    # what becomes of each order
    ORDER_MISSING = "order_missing"
    ORDER_TWICE = "order_twice"
    ORDER_SERVED_AND_UNASSIGNED = "order_served_and_unassigned"
    WRONG_STOP = "wrong_stop"
    WRONG_REASON = "wrong_reason"
    TRANSFER = "transfer"
    SPLIT_UNLISTED = "split_unlisted"
    SPLIT_NEEDLESS = "split_needless"
    SPLIT_UNTRUE = "split_untrue"
    # the way and the clock
    NO_ROAD = "no_road"
    ARRIVE_TIME = "arrive_time"
    START_TIME = "start_time"
    DEPART_TIME = "depart_time"
    RETURN_TIME = "return_time"
    TIME_WINDOW = "time_window"
    RELOAD = "reload"
    SHIFT = "shift"
    DEPOT_HOURS = "depot_hours"
    MAX_TRIPS = "max_trips"
    MAX_DISTANCE = "max_distance"
    MAX_WORK = "max_work"
    # what the day starts from
    UNDERWAY_MISSING = "underway_missing"
    UNDERWAY_START = "underway_start"
    NOT_ON_BOARD = "not_on_board"
    ON_BOARD_ELSEWHERE = "on_board_elsewhere"
    FIRST_STOPS = "first_stops"
    LOCKED_VEHICLE = "locked_vehicle"
    # rests
    REST_POSITION = "rest_position"
    DRIVING_TIME = "driving_time"
    DRIVING_DAY = "driving_day"
    LUNCH = "lunch"
    # the goods
    CAPACITY = "capacity"
    WRONG_DEPOT = "wrong_depot"
    REQUIRED_TAGS = "required_tags"
    TEMPERATURE = "temperature"
    MAX_ON_BOARD = "max_on_board"
    FORBIDDEN_MIX = "forbidden_mix"
    # depots
    DOCKS = "docks"
    PACKING_CUTOFF = "packing_cutoff"
    # townships served over a hub
    UNKNOWN_RELAY = "unknown_relay"
    MODE_MISSING = "mode_missing"
    WRONG_MODE = "wrong_mode"
    CHAIN_INCOMPLETE = "chain_incomplete"
    NOT_SORTED = "not_sorted"
    MISSED_TRUNK = "missed_trunk"
    HUB_FLOOR = "hub_floor"
    HUB_DOORS = "hub_doors"
    # stated numbers
    BAD_NUMBER = "bad_number"
    STATED_TIMES = "stated_times"
    STATED_DISTANCE = "stated_distance"
    STATED_DRIVING = "stated_driving"
    STATED_SERVICE = "stated_service"
    STATED_WAITING = "stated_waiting"
    STATED_LOAD = "stated_load"
    STATED_ROUTE_COST = "stated_route_cost"
    STATED_COST = "stated_cost"
    STATED_COST_PARTS = "stated_cost_parts"
    STATED_FIGURE = "stated_figure"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong with a plan.

    Attributes:
        rule: a name of :class:`Rule`.
        message: Chinese then English.
        amount: by how much, > 0, in ``unit``: ``s``, ``m``, ``yuan``, a unit of load, or what is
            counted (``orders``, ``visits`` ...).
        vehicle, stop, order: where, as far as it belongs to one.
    """

    rule: str
    message: str
    amount: float
    unit: str
    vehicle: str | None = None
    stop: str | None = None
    order: str | None = None

    def __str__(self) -> str:
        where = " ".join(part for part in (self.vehicle, self.stop, self.order) if part)
        said = f"{self.message} [{self.rule}: {self.amount:.10g} {self.unit}]"
        return f"{where}: {said}" if where else said


@dataclass(slots=True)
class Findings:
    """Violations as they are collected."""

    violations: list[Violation] = field(default_factory=list)

    def add(
        self,
        rule: Rule,
        zh: str,
        en: str,
        *,
        amount: float,
        unit: str,
        vehicle: str | None = None,
        stop: str | None = None,
        order: str | None = None,
    ) -> None:
        """Take down one violation; the fields are those of :class:`Violation`."""
        self.violations.append(
            Violation(rule.value, both(zh, en), float(amount), unit, vehicle, stop, order)
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found.

    Attributes:
        violations: everything that is wrong; stated numbers that are wrong are among them.
        cost: recomputed, in yuan, in full precision and then rounded once to 0.01.
        cost_parts: recomputed, each rounded once to 0.01; so their sum may differ from ``cost``.
    """

    violations: tuple[Violation, ...]
    cost: float
    cost_parts: CostParts

    @classmethod
    def of(cls, findings: Findings, parts: CostParts) -> Self:
        """The verdict on ``findings``, with the exact cost parts rounded."""
        return cls(tuple(findings.violations), round(parts.total, 2), parts.rounded())

    @property
    def ok(self) -> bool:
        """Whether every rule holds and the stated cost is the recomputed one to 0.01 yuan."""
        return not self.violations


def is_sound(number: float) -> bool:
    """Whether a stated number is finite and no larger than can be reckoned with."""
    return abs(number) <= LARGEST


def clock(time_s: int) -> str:
    """A time of day for people, ``HH:MM:SS``; it may pass 24 hours."""
    sign = "-" if time_s < 0 else ""
    minutes, seconds = divmod(abs(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours:02d}:{minutes:02d}:{seconds:02d}"
