"""What vans do on many days: one array element a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray

from coop_service.domain.simulation.draws import Flags, Ints
from coop_service.domain.simulation.script import DayScript, PlayedCall, VanDay

States = NDArray[np.int8]
"""Of :class:`CallState`."""


class CallState(IntEnum):
    """What became of a planned visit."""

    SERVED = 0
    CLOSED = 1
    SKIPPED = 2
    LOST = 3
    NO_GOODS = 4


class CauseKind(StrEnum):
    """What can make a van late."""

    DRIVE = "drive"
    CLOSURE = "closure"
    BREAKDOWN = "breakdown"
    REST = "rest"
    HUB_WAIT = "hub_wait"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Cause:
    """Seconds lost (or won, negative) at one place of a van's day, by day.

    ``origin`` and ``where``: stop ids, None a depot.
    """

    kind: CauseKind
    origin: str | None
    where: str | None
    excess_s: Ints


@dataclass(frozen=True, slots=True)
class CallRun:
    """A visit on all days; times mean something where the state is not LOST or SKIPPED.

    Attributes:
        late_s: start of service after the end of the last window; 0 without windows.
        causes: so many causes of the van's came before.
        since_cause: by day, the first cause that still counts: earlier ones were absorbed in a
            wait.
    """

    vehicle: str
    trip: int
    index: int
    call: PlayedCall
    arrive_s: Ints
    start_s: Ints
    end_s: Ints
    late_s: Ints
    state: States
    causes: int
    since_cause: Ints


@dataclass(frozen=True, slots=True)
class TripRun:
    """A trip on all days; ``rests``: of each call (None: before), its pauses as they came."""

    depart_s: Ints
    return_s: Ints
    rests: tuple[tuple[int | None, Ints, Ints], ...]


@dataclass(slots=True)
class VanRun:
    """A van on all days; ``lost``: its day was ended by a breakdown, and it returns at no time."""

    van: VanDay
    trips: list[TripRun] = field(default_factory=list)
    calls: list[CallRun] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)
    driving_s: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    road_rests: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    broke_down: Flags = field(default_factory=lambda: np.zeros(0, bool))
    lost: Flags = field(default_factory=lambda: np.zeros(0, bool))
    cutoff_missed: Flags = field(default_factory=lambda: np.zeros(0, bool))

    @property
    def return_s(self) -> Ints:
        """Last return."""
        return self.trips[-1].return_s

    @property
    def overtime_s(self) -> Ints:
        """Return after the shift's end; 0 where the van is lost."""
        late_s = np.maximum(0, self.return_s - self.van.vehicle.shift_s[1])
        return np.where(self.lost, 0, late_s)


@dataclass(slots=True)
class DayRuns:
    """All days of a plan. ``hub_missed``: orders a day that missed their next vehicle, by hub."""

    script: DayScript
    days: int
    vans: list[VanRun]
    hub_missed: dict[str, Ints]
    hub_waits: dict[str, list[Ints]]
