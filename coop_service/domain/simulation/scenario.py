"""What may go otherwise than planned on a day, and how the vans take it.

Every default is an assumption of ours and not a measurement: an editable figure to begin with,
until a county has its own. A factor is lognormal with mean ``exp(0) = 1``: ``exp(s z - s^2 / 2)``
with ``z`` standard normal and ``s`` the sigma named here (about the coefficient of variation where
it is small); sigma 0 is no noise. (Johnson, Kotz and Balakrishnan, *Continuous Univariate
Distributions* 1, ch. 14.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from coop_service.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class TravelNoise:
    """Driving time = matrix x ``mean_factor`` x day x hour x area x leg.

    Attributes:
        mean_factor: 1: the matrix is right on the mean; 1.1: it is 10 % too fast.
        day_sigma: of the factor that all vans have all day (weather, harvest).
        hour_sigma: of the factor of each clock hour, by the hour in which a leg begins.
        area_sigma: of the factor of each township, by the stop that a leg leads to; townships are
            the relays of the problem, other places have none.
        leg_sigma: of the factor of each leg. It goes with the two places, not with the van: whoever
            drives from one to the other that day meets the same.
    """

    mean_factor: float = 1.0
    day_sigma: float = 0.08
    hour_sigma: float = 0.06
    area_sigma: float = 0.05
    leg_sigma: float = 0.15


@dataclass(frozen=True, slots=True)
class ServiceNoise:
    """Service times: sigma of one factor for each stop."""

    sigma: float = 0.30


@dataclass(frozen=True, slots=True)
class NoShows:
    """Stops that are found closed: nothing is left or taken there.

    Attributes:
        share: of the stops; hubs are never closed.
        found_s: spent there in place of the service.
    """

    share: float = 0.01
    found_s: int = 180


@dataclass(frozen=True, slots=True)
class Breakdowns:
    """At most one a van and day, after an exponential time at the wheel.

    Attributes:
        per_1000_driving_h: how often.
        repair_mean_s: on the mean, lognormal; the van stands so long where it is.
        repair_sigma: of its factor.
        day_lost_share: of the breakdowns that end the van's day.
    """

    per_1000_driving_h: float = 2.0
    repair_mean_s: float = 3600.0
    repair_sigma: float = 0.5
    day_lost_share: float = 0.2


@dataclass(frozen=True, slots=True)
class Closures:
    """Closed roads. Only matrices are known here, no roads: a detour is a factor.

    Attributes:
        per_1000_km: closures on a leg of 1000 km, one way and the other together: a leg of d km is
            free with probability ``exp(-d rate / 1000)``.
        detour_factor: by which driving on a leg that is closed takes longer.
    """

    per_1000_km: float = 0.5
    detour_factor: float = 1.6


@dataclass(frozen=True, slots=True)
class Policy:
    """How vans take a day: in plan order, no earlier from a depot than planned.

    Attributes:
        skip_later_than_s: a stop is passed over when, seen from the stop before by the matrix, its
            service would begin so much after its last window; None: served late, however late.
        branch_patience_s: how long a branch van waits at its hub for goods; what comes later stays
            there. Nobody waits for what has broken down for the day.
        trunk_patience_s: how long a trunk vehicle waits at a hub for produce.
    """

    skip_later_than_s: int | None = None
    branch_patience_s: int = 86_400
    trunk_patience_s: int = 1800


@dataclass(frozen=True, slots=True)
class DayScenario:
    """All that is random about a day, and the policy."""

    travel: TravelNoise = TravelNoise()
    service: ServiceNoise = ServiceNoise()
    no_shows: NoShows = NoShows()
    breakdowns: Breakdowns = Breakdowns()
    closures: Closures = Closures()
    policy: Policy = Policy()
    custom: Mapping[str, Any] | None = None


def quiet(policy: Policy = Policy()) -> DayScenario:
    """The day that goes as planned: no noise at all."""
    return DayScenario(
        TravelNoise(1.0, 0.0, 0.0, 0.0, 0.0),
        ServiceNoise(0.0),
        NoShows(0.0),
        Breakdowns(0.0),
        Closures(0.0),
        policy,
    )


def buffered(problem: Problem, share: float, stop_s: int) -> Problem:
    """The problem with time to spare: planned with it, a plan holds in spite of delays.

    Args:
        problem: the true one.
        share: of each driving time that is added, rounded up to whole seconds.
        stop_s: added to the service of each stop.
    """
    profiles = {
        name: replace(
            profile,
            # a forbidden leg stays forbidden; 1e-9 keeps what floats add from a second
            duration_s=np.where(
                profile.duration_s < 0,
                profile.duration_s,
                np.ceil(profile.duration_s * (1.0 + share) - 1e-9).astype(np.int64),
            ),
        )
        for name, profile in problem.profiles.items()
    }
    stops = tuple(replace(stop, service_s=stop.service_s + stop_s) for stop in problem.stops)
    return replace(problem, profiles=profiles, stops=stops)
