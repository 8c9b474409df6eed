"""What a plan costs, from the problem's prices and the walked routes, in full precision."""

from __future__ import annotations

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from coop_service.domain.plan import CostParts
from coop_service.domain.problem import Problem
from coop_service.domain.verify.walked import WalkedRoute

_M_PER_KM = 1000
_S_PER_HOUR = 3600


def route_cost(problem: Problem, walked: WalkedRoute) -> CostParts:
    """Yuan for one vehicle's day, by parts, not rounded.

    ``fixed`` + ``per_km`` x km + ``per_hour`` x work hours up to the shift's end +
    ``per_overtime_hour`` x work hours after it + what departing from the standing lines costs.
    For a van on the road: no ``fixed``, km from where it stands, hours from its ``time_s``.
    """
    costs = walked.vehicle.costs
    shift_end_s = walked.vehicle.shift_s[1]
    regular_s = max(0, min(walked.return_s, shift_end_s) - walked.paid_from_s)
    overtime_s = walked.return_s - walked.paid_from_s - regular_s
    return CostParts(
        fixed=costs.fixed if walked.vehicle.underway is None else 0.0,
        distance=costs.per_km * walked.distance_m / _M_PER_KM,
        time=costs.per_hour * regular_s / _S_PER_HOUR,
        overtime=(costs.per_overtime_hour or 0.0) * overtime_s / _S_PER_HOUR,
        standing=_standing_cost(problem, walked),
    )


def _standing_cost(problem: Problem, walked: WalkedRoute) -> float:
    """Yuan for the visits of a route by another vehicle or at another hour than the standing."""
    lines = problem.standing_lines
    if lines is None:
        return 0.0
    line_of = {line.stop: line for line in lines.stops}
    prices = []
    for trip in walked.trips:
        for visited in trip.visits:
            line = line_of.get(visited.visit.stop)
            if line is None:
                continue
            if line.vehicle is not None and line.vehicle != walked.vehicle.id:
                prices.append(lines.per_visit)
            if line.start_s is not None:
                beyond_s = abs(visited.start_s - line.start_s) - lines.tolerance_s
                prices.append(lines.per_hour * max(0, beyond_s) / _S_PER_HOUR)
    return math.fsum(prices)


def recompute_cost(
    problem: Problem, walked: Sequence[WalkedRoute], served: AbstractSet[str]
) -> CostParts:
    """Yuan for the whole plan, by parts, not rounded."""
    parts = [route_cost(problem, route) for route in walked]
    return CostParts(
        fixed=math.fsum(part.fixed for part in parts),
        distance=math.fsum(part.distance for part in parts),
        time=math.fsum(part.time for part in parts),
        overtime=math.fsum(part.overtime for part in parts),
        dropped=math.fsum(
            order.drop_penalty or 0.0 for order in problem.orders if order.id not in served
        ),
        standing=math.fsum(part.standing for part in parts),
    )
