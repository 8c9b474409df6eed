"""What is held fast: stops with their vehicle, beginnings of days, whole vehicles.

Locks are kept beside the problem and not in it, so that they can be lifted again; who checks or
plans works with the problem that :func:`with_locks` makes of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any

from coop_service.domain.problem import Direction, Problem, Vehicle
from coop_service.domain.relay import hub_stop_id


@dataclass(frozen=True, slots=True)
class Locks:
    """What is locked.

    Attributes:
        stops: by stop the only vehicle that may visit it.
        prefixes: by vehicle the stops that its day begins with.
        vehicles: by vehicle the stops of its whole day, which no change may touch.
    """

    stops: Mapping[str, str] = field(default_factory=dict)
    prefixes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    vehicles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.stops or self.prefixes or self.vehicles)

    def to_document(self) -> dict[str, Any]:
        """As JSON-ready values."""
        return {
            "stops": dict(self.stops),
            "prefixes": {name: list(stops) for name, stops in self.prefixes.items()},
            "vehicles": {name: list(stops) for name, stops in self.vehicles.items()},
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any] | None) -> Locks:
        """The locks that :meth:`to_document` wrote; None: none."""
        if not document:
            return cls()
        return cls(
            dict(document["stops"]),
            {name: tuple(stops) for name, stops in document["prefixes"].items()},
            {name: tuple(stops) for name, stops in document["vehicles"].items()},
        )


def hub_stops(problem: Problem) -> frozenset[str]:
    """Ids of the stops where trunk vehicles call at hubs; they belong to no vehicle."""
    ways = (Direction.OUTBOUND, Direction.INBOUND)
    return frozenset(hub_stop_id(hub.depot, way) for hub in problem.hubs for way in ways)


def with_locks(problem: Problem, locks: Locks) -> Problem:
    """The problem with the locks as ``first_stops`` and ``locked_vehicle``.

    The day of a locked vehicle begins with its whole route. What the problem itself holds fast
    stays so. Vehicles and stops that the problem does not have are passed over. A day's fixed
    beginning ends before the first call at a hub, which is bound to other vehicles' times, and
    before a stop that is fixed or locked to another vehicle already.
    """
    if not locks:
        return problem
    owners = {stop.id: stop.locked_vehicle for stop in problem.stops if stop.locked_vehicle}
    for stop_id, owner in locks.stops.items():
        if owner in problem.vehicle_by_id:
            owners.setdefault(stop_id, owner)
    at_hub = hub_stops(problem)
    taken = {stop for vehicle in problem.vehicles for stop in vehicle.first_stops}
    vehicles = []
    for vehicle in problem.vehicles:
        others = taken - set(vehicle.first_stops)
        others |= {stop for stop, owner in owners.items() if owner != vehicle.id}
        wanted = locks.vehicles.get(vehicle.id) or locks.prefixes.get(vehicle.id) or ()
        known = [stop for stop in wanted if stop in problem.stop_by_id or stop in at_hub]
        vehicles.append(_begin_with(vehicle, _until(known, others | at_hub)))
        taken |= set(vehicles[-1].first_stops)
    return replace(
        problem,
        vehicles=tuple(vehicles),
        stops=tuple(
            replace(stop, locked_vehicle=owners[stop.id]) if stop.id in owners else stop
            for stop in problem.stops
        ),
    )


def _until(stops: Iterable[str], ends: AbstractSet[str]) -> tuple[str, ...]:
    """The stops before the first that is among the ends, or comes for the second time."""
    begun: list[str] = []
    for stop in stops:
        if stop in begun or stop in ends:
            break
        begun.append(stop)
    return tuple(begun)


def _begin_with(vehicle: Vehicle, stops: tuple[str, ...]) -> Vehicle:
    """The vehicle with a fixed beginning, unless the problem fixes another one."""
    own = vehicle.first_stops
    return replace(vehicle, first_stops=stops) if stops[: len(own)] == own else vehicle
