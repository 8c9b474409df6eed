"""Random numbers of many days, each named by what it is about and not by when it is needed.

A stream of random numbers belongs to a stop, a leg, a van, an hour; its r-th number is that of
day r. So day r is the same whatever the number of days, and two plans for one problem meet the same
days (common random numbers: Law, *Simulation Modeling and Analysis*, ch. 11): they can be compared
pair by pair.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coop_service.domain.simulation.scenario import DayScenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NEVER: Final = 2**53
"""Seconds at which nothing happens any more."""

HOURS: Final = 48
"""Hours that have a factor of their own; the last holds for all later ones."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Of one van, by day: after how long at the wheel, how long repair takes, whether all ends."""

    after_s: Ints
    repair_s: Ints
    ends_day: Flags


class Draws:
    """The random numbers of ``days`` days; arrays are of shape (days,)."""

    def __init__(self, scenario: DayScenario, seed: int, days: int) -> None:
        self.scenario = scenario
        self.seed = seed
        self.days = days
        self._kept: dict[tuple[object, ...], Floats] = {}

    def leg(self, origin: int, destination: int) -> Floats:
        """Factor of driving from one location to another, without day, hour, area, closure."""
        sigma = self.scenario.travel.leg_sigma
        return self._factor(sigma, "leg", origin, destination)

    def area(self, name: str | None) -> Floats:
        """Factor of a township; of no township 1."""
        sigma = 0.0 if name is None else self.scenario.travel.area_sigma
        return self._factor(sigma, "area", name)

    def hours(self) -> Floats:
        """Factors of the hours, with those of the day and the mean; shape (HOURS, days)."""

        def make() -> Floats:
            travel = self.scenario.travel
            day = travel.mean_factor * self._factor(travel.day_sigma, "day")
            return np.stack(
                [day * self._factor(travel.hour_sigma, "hour", hour) for hour in range(HOURS)]
            )

        return self._keep(("hours",), make)

    def detour(self, origin: int, destination: int, distance_m: int) -> Floats:
        """Factor of a leg whose road may be closed, both ways together; 1 where it is open."""
        closures = self.scenario.closures
        if closures.per_1000_km == 0:
            return self._factor(0.0)
        ends = sorted((origin, destination))
        share = -np.expm1(-distance_m * closures.per_1000_km / 1e6)
        closed = self._uniform("closure", *ends) < share
        return np.where(closed, closures.detour_factor, 1.0)

    def service(self, stop: str) -> Floats:
        """Factor of the service at a stop."""
        return self._factor(self.scenario.service.sigma, "service", stop)

    def is_closed(self, stop: str) -> Flags:
        """Whether a stop is found closed."""
        share = self.scenario.no_shows.share
        if share == 0:
            return np.zeros(self.days, bool)
        return self._uniform("closed", stop) < share

    def breakdown(self, vehicle: str) -> Breakdown:
        """When and how a van breaks down."""
        terms = self.scenario.breakdowns
        if terms.per_1000_driving_h == 0:
            never = np.full(self.days, NEVER)
            return Breakdown(never, np.zeros_like(never), np.zeros(self.days, bool))
        wheel_s = -np.log1p(-self._uniform("breakdown", vehicle)) * 3.6e6 / terms.per_1000_driving_h
        repair_s = terms.repair_mean_s * self._factor(terms.repair_sigma, "repair", vehicle)
        ends = self._uniform("day lost", vehicle) < terms.day_lost_share
        after_s = np.maximum(1, _whole(np.minimum(wheel_s, NEVER)))
        return Breakdown(after_s, _whole(repair_s), ends)

    def _factor(self, sigma: float, *key: object) -> Floats:
        if sigma == 0:
            return self._keep((), lambda: np.ones(self.days))
        return self._keep(
            key,
            lambda: np.exp(
                sigma * self._generator(key).standard_normal(self.days) - sigma * sigma / 2
            ),
        )

    def _uniform(self, *key: object) -> Floats:
        return self._keep(key, lambda: self._generator(key).random(self.days))

    def _keep(self, key: tuple[object, ...], make: Callable[[], Floats]) -> Floats:
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = make()
        return found

    def _generator(self, key: tuple[object, ...]) -> np.random.Generator:
        digest = hashlib.blake2b(repr((self.seed, *key)).encode(), digest_size=16).digest()
        return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "little")))


def _whole(seconds: Floats) -> Ints:
    return np.rint(seconds).astype(np.int64)
