"""A vehicle's day as it comes out when it is walked: its true times and sums."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from coop_service.domain.plan import Route, Trip, Visit
from coop_service.domain.problem import Depot, Underway, Vehicle
from coop_service.domain.verify.rests import Stage


@dataclass(frozen=True, slots=True)
class WalkedVisit:
    """A visit with its true times; ``leg_m`` is the length of the leg that leads to it."""

    visit: Visit
    start_s: int
    end_s: int
    leg_m: int


@dataclass(frozen=True, slots=True)
class WalkedTrip:
    """A trip with its true times; ``return_leg_m`` is the length of its last leg.

    ``underway``: the van is on this trip already; None: the trip starts at ``origin``.
    """

    trip: Trip
    origin: Depot
    underway: Underway | None
    destination: Depot
    depart_s: int
    return_s: int
    return_leg_m: int
    visits: tuple[WalkedVisit, ...]

    def driven(self) -> Trip:
        """The trip with its true times; a visit's arrival apart, which is not kept."""
        visits = (
            replace(walked.visit, start_s=walked.start_s, depart_s=walked.end_s)
            for walked in self.visits
        )
        return replace(
            self.trip, depart_s=self.depart_s, return_s=self.return_s, stops=tuple(visits)
        )


@dataclass(slots=True)
class WalkedRoute:
    """A vehicle's day, or the rest of it, recomputed.

    ``stages`` are its legs, each with the rest after it; ``rest_before_s`` lies before the first
    leg of a van on the road.
    """

    vehicle: Vehicle
    route: Route
    trips: list[WalkedTrip] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    rest_before_s: int = 0
    distance_m: int = 0
    driving_s: int = 0
    service_s: int = 0
    waiting_s: int = 0

    @property
    def depart_s(self) -> int:
        """First departure of what is planned."""
        return self.trips[0].depart_s

    @property
    def out_since_s(self) -> int:
        """First departure of the whole day."""
        underway = self.vehicle.underway
        return self.depart_s if underway is None else underway.departed_s

    @property
    def paid_from_s(self) -> int:
        """From when hours are paid: what is spent already is spent."""
        underway = self.vehicle.underway
        return self.depart_s if underway is None else underway.time_s

    @property
    def return_s(self) -> int:
        """Last return."""
        return self.trips[-1].return_s

    def driven(self) -> Route:
        """The route with the true times of its trips."""
        return replace(self.route, trips=tuple(trip.driven() for trip in self.trips))

    @property
    def work_s(self) -> int:
        """From the day's first departure to last return."""
        return self.return_s - self.out_since_s
