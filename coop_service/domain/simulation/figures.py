"""What many days of a plan come to: shares with confidence intervals, fragile stops, causes.

Days are independent of one another, visits of a day are not. So a share is worked out by day, and
its interval is that of the mean over days, ``m +- 1.96 s / sqrt(n)`` (Law, *Simulation Modeling and
Analysis*, ch. 4). For shares of days it is Wilson's interval (Wilson 1927, JASA 22, p. 209).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coop_service.domain.simulation.runs import CallRun, CallState, CauseKind, DayRuns, VanRun

Z: Final = 1.959963984540054
"""97.5 % quantile of the standard normal distribution."""

PERCENTILES: Final = (50, 90, 95, 99)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean or share and its 95 % confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class StopCause:
    """What makes a stop late most: minutes lost there on the days on which the stop is late."""

    kind: CauseKind
    origin: str | None
    where: str | None
    minutes: float


@dataclass(frozen=True, slots=True)
class StopFigures:
    """One planned visit, over all days.

    Attributes:
        planned_s: start of service as planned.
        closes_s: end of its last window; None: any time is right.
        late_share: of the days on which it is served.
        late_min: mean lateness of the late days; 0 where there are none.
        unserved_share: of all days; closed is not among them but in ``closed_share``.
        behind_min: mean start minus planned start, early counted as negative.
        cause: of its lateness; None: never late, or the plan itself is.
    """

    stop: str
    vehicle: str
    trip: int
    planned_s: int
    closes_s: int | None
    late_share: float
    late_min: float
    late_p95_min: float
    unserved_share: float
    closed_share: float
    behind_min: float
    cause: StopCause | None


@dataclass(frozen=True, slots=True)
class VanFigures:
    """One van; return times are of the days on which it comes home by itself."""

    vehicle: str
    visits: int
    on_time_share: float
    planned_return_s: int
    return_p50_s: int
    return_p95_s: int
    shift_end_s: int
    overtime_share: float
    overtime_mean_min: float
    beyond_limit_share: float
    road_rests_a_day: float
    breakdown_share: float
    lost_share: float
    cutoff_missed_share: float


@dataclass(frozen=True, slots=True)
class HubFigures:
    """One hub: orders a day that missed their next vehicle, and how long vehicles wait."""

    hub: str
    missed_orders_a_day: float
    days_with_misses: Estimate
    wait_mean_min: float


@dataclass(frozen=True, slots=True)
class DayFigures:
    """A plan over all days.

    Attributes:
        on_time: share of the planned visits (no calls at hubs) that begin within their windows;
            stops found closed are counted neither way, passed over or lost ones as not on time.
        on_time_windowed: the same among stops that have windows.
        all_served: share of days on which every visit is made and every order makes its change of
            vehicle; a stop found closed does not spoil a day.
        all_on_time: share of days on which, beyond that, nothing is late.
        late_min: percentiles of the lateness of late visits, minutes.
        overtime_h: hours a day, all vans.
    """

    days: int
    visits: int
    on_time: Estimate
    on_time_windowed: Estimate
    all_served: Estimate
    all_on_time: Estimate
    closed_a_day: float
    unserved_a_day: float
    late_a_day: float
    late_min: dict[str, float]
    overtime_h: Estimate
    lost_vans_a_day: float
    hub_missed_orders_a_day: float
    stops: tuple[StopFigures, ...]
    vans: tuple[VanFigures, ...]
    hubs: tuple[HubFigures, ...]


def sum_up(runs: DayRuns) -> DayFigures:
    """All figures of a plan's days; the stops most often late come first."""
    calls = [(van, call) for van in runs.vans for call in van.calls if not call.call.is_hub]
    stops = sorted(
        (_stop(van, call) for van, call in calls),
        key=lambda one: (-one.late_share * one.late_min, -one.unserved_share, one.planned_s),
    )
    every = [call for _, call in calls]
    shape = (len(every), runs.days)
    state = np.array([c.state for c in every], np.int8).reshape(shape)
    late_s = np.array([c.late_s for c in every], np.int64).reshape(shape)
    late = (late_s > 0) & (state == CallState.SERVED)
    windowed = np.array([bool(call.call.windows_s) for call in every], bool)
    unserved = (state != CallState.SERVED) & (state != CallState.CLOSED)
    missed = sum(runs.hub_missed.values(), np.zeros(runs.days, np.int64))
    lost = sum((van.lost.astype(np.int64) for van in runs.vans), np.zeros(runs.days, np.int64))
    whole = ~unserved.any(axis=0) & (missed == 0) & (lost == 0)
    lateness = late_s[late] / 60
    overtime_h = sum((van.overtime_s for van in runs.vans), np.zeros(runs.days, np.int64)) / 3600
    return DayFigures(
        days=runs.days,
        visits=len(every),
        on_time=mean_estimate(on_time_by_day(runs), 0.0, 1.0),
        on_time_windowed=mean_estimate(_on_time(state[windowed], late[windowed]), 0.0, 1.0),
        all_served=share_estimate(int(whole.sum()), runs.days),
        all_on_time=share_estimate(int((whole & ~late.any(axis=0)).sum()), runs.days),
        closed_a_day=float((state == CallState.CLOSED).sum() / runs.days),
        unserved_a_day=float(unserved.sum() / runs.days),
        late_a_day=float(late.sum() / runs.days),
        late_min={
            f"p{q}": round(float(np.percentile(lateness, q)), 1) if lateness.size else 0.0
            for q in PERCENTILES
        },
        overtime_h=mean_estimate(overtime_h, 0.0),
        lost_vans_a_day=float(lost.mean()),
        hub_missed_orders_a_day=float(missed.mean()),
        stops=tuple(stops),
        vans=tuple(_van(van) for van in runs.vans),
        hubs=tuple(
            HubFigures(
                hub,
                float(count.mean()),
                share_estimate(int((count > 0).sum()), runs.days),
                float(np.mean(runs.hub_waits[hub])) / 60 if runs.hub_waits[hub] else 0.0,
            )
            for hub, count in runs.hub_missed.items()
        ),
    )


def on_time_by_day(runs: DayRuns) -> NDArray[np.float64]:
    """Share of visits on time, by day: two plans of a problem are compared by its difference."""
    calls = [call for van in runs.vans for call in van.calls if not call.call.is_hub]
    shape = (len(calls), runs.days)
    state = np.array([call.state for call in calls], np.int8).reshape(shape)
    late_s = np.array([call.late_s for call in calls], np.int64).reshape(shape)
    return _on_time(state, (late_s > 0) & (state == CallState.SERVED))


def mean_estimate(
    values: NDArray[np.float64], low: float = -math.inf, high: float = math.inf
) -> Estimate:
    """Mean over days and its normal 95 % interval, cut off at ``low`` and ``high``."""
    mean = float(np.mean(values))
    half = Z * float(np.std(values, ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    return Estimate(mean, max(low, mean - half), min(high, mean + half))


def share_estimate(count: int, days: int) -> Estimate:
    """``count`` of ``days`` with Wilson's 95 % interval."""
    share = count / days
    spread = Z * math.sqrt(share * (1 - share) / days + (Z / (2 * days)) ** 2)
    middle, scale = share + Z * Z / (2 * days), 1 + Z * Z / days
    return Estimate(share, max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale))


def _on_time(state: NDArray[np.int8], late: NDArray[np.bool_]) -> NDArray[np.float64]:
    good = ((state == CallState.SERVED) & ~late).sum(axis=0)
    judged = (state != CallState.CLOSED).sum(axis=0)
    return np.where(judged > 0, good / np.maximum(judged, 1), 1.0)


def _stop(van: VanRun, run: CallRun) -> StopFigures:
    call = run.call
    served = run.state == CallState.SERVED
    late = served & (run.late_s > 0)
    minutes = run.late_s[late] / 60
    behind_s = (run.start_s - call.visit.start_s)[served]
    closed = run.state == CallState.CLOSED
    return StopFigures(
        stop=call.visit.stop,
        vehicle=run.vehicle,
        trip=run.trip,
        planned_s=call.visit.start_s,
        closes_s=call.windows_s[-1][1] if call.windows_s else None,
        late_share=_share(late.sum(), served.sum()),
        late_min=float(minutes.mean()) if minutes.size else 0.0,
        late_p95_min=float(np.percentile(minutes, 95)) if minutes.size else 0.0,
        unserved_share=_share((~served & ~closed).sum(), len(served)),
        closed_share=_share(closed.sum(), len(served)),
        behind_min=float(behind_s.mean()) / 60 if behind_s.size else 0.0,
        cause=_find_cause(van, run, late),
    )


def _find_cause(van: VanRun, run: CallRun, late: NDArray[np.bool_]) -> StopCause | None:
    """The earlier place of the van's day where most is lost on the late days.

    What was lost before a wait for a window or a departure is not counted: the wait absorbed it.
    """
    if not late.any() or run.causes == 0:
        return None
    causes = van.causes[: run.causes]
    excess_s = np.stack([cause.excess_s[late] for cause in causes])
    counts = np.arange(run.causes)[:, None] >= run.since_cause[late][None, :]
    means = np.where(counts, excess_s, 0).mean(axis=1)
    worst = int(np.argmax(means))
    if means[worst] <= 0:
        return None
    cause = causes[worst]
    return StopCause(cause.kind, cause.origin, cause.where, float(means[worst]) / 60)


def _van(run: VanRun) -> VanFigures:
    vehicle = run.van.vehicle
    calls = [call for call in run.calls if not call.call.is_hub]
    home = run.return_s[~run.lost]
    overtime_s = run.overtime_s
    limit_s = vehicle.shift_s[1] + vehicle.overtime_limit_s
    good = [(c.state == CallState.SERVED) & (c.late_s == 0) for c in calls]
    judged = [c.state != CallState.CLOSED for c in calls]
    return VanFigures(
        vehicle=vehicle.id,
        visits=len(calls),
        on_time_share=_share(np.sum(good), np.sum(judged), empty=1.0),
        planned_return_s=run.van.trips[-1].return_s,
        return_p50_s=round(float(np.percentile(home, 50))) if home.size else 0,
        return_p95_s=round(float(np.percentile(home, 95))) if home.size else 0,
        shift_end_s=vehicle.shift_s[1],
        overtime_share=float((overtime_s > 0).mean()),
        overtime_mean_min=float(overtime_s.mean()) / 60,
        beyond_limit_share=float((~run.lost & (run.return_s > limit_s)).mean()),
        road_rests_a_day=float(run.road_rests.mean()),
        breakdown_share=float(run.broke_down.mean()),
        lost_share=float(run.lost.mean()),
        cutoff_missed_share=float(run.cutoff_missed.mean()),
    )


def _share(part: np.int64, whole: int | np.int64, *, empty: float = 0.0) -> float:
    return float(part / whole) if whole else empty
