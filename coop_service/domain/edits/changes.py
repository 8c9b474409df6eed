"""The changes that a dispatcher makes by hand, as values.

Visits of a vehicle are numbered from 0 over its whole day, whatever trips they are in. Orders and
stops are named as in the plan: on a day with relays that is in legs (``o17:branch``).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where orders go.

    Attributes:
        vehicle: its id.
        position: number that the visit gets among those that the vehicle then has; with ``join``
            the number of the visit that is joined. None: after its last visit; with ``join`` its
            only visit to the stop.
        join: into a visit to the same stop, in place of one of its own.
    """

    vehicle: str
    position: int | None = None
    join: bool = False


@dataclass(frozen=True, slots=True)
class MoveStop:
    """Move a visit, or some of its orders, to another place of the same or another vehicle.

    Attributes:
        vehicle: who visits it now.
        stop: its stop.
        to: where it goes; positions count without the visit that has been taken away.
        position: number of the visit; None: the vehicle's only one to this stop.
        orders: those that are moved; None: all of the visit.
    """

    vehicle: str
    stop: str
    to: Place
    position: int | None = None
    orders: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class TakeOut:
    """Take orders out of the plan, to the pool of those that nobody serves.

    ``orders``: of the problem, or their legs; an order goes with all its legs and both its ends.
    """

    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PutIn:
    """Put orders of one stop that nobody serves into a vehicle's day.

    ``stop``: which end, for transfers, of which each end is put in by itself.
    """

    orders: tuple[str, ...]
    to: Place
    stop: str | None = None


@dataclass(frozen=True, slots=True)
class SwapVehicles:
    """Give each of two vehicles the other's whole day; one of them may be idle."""

    vehicle: str
    other: str


@dataclass(frozen=True, slots=True)
class ReverseRoute:
    """Visit the stops of each trip, or of one (numbered from 0), in the opposite order."""

    vehicle: str
    trip: int | None = None


@dataclass(frozen=True, slots=True)
class LockStop:
    """Keep a stop with the vehicle that visits it."""

    stop: str


@dataclass(frozen=True, slots=True)
class UnlockStop:
    """Lift the lock of a stop."""

    stop: str


@dataclass(frozen=True, slots=True)
class LockPrefix:
    """Keep the first ``visits`` visits of a vehicle's day as they are, in their order."""

    vehicle: str
    visits: int


@dataclass(frozen=True, slots=True)
class UnlockPrefix:
    """Lift the lock of the beginning of a vehicle's day."""

    vehicle: str


@dataclass(frozen=True, slots=True)
class LockVehicle:
    """Keep a vehicle's whole day: no change touches it until it is unlocked."""

    vehicle: str


@dataclass(frozen=True, slots=True)
class UnlockVehicle:
    """Lift the lock of a vehicle's whole day."""

    vehicle: str


Change = (
    MoveStop
    | TakeOut
    | PutIn
    | SwapVehicles
    | ReverseRoute
    | LockStop
    | UnlockStop
    | LockPrefix
    | UnlockPrefix
    | LockVehicle
    | UnlockVehicle
)
