"""What a plan costs, from the problem's prices and the walked routes, in full precision."""

from __future__ import annotations

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from coop_service.domain.plan import CostParts
from coop_service.domain.problem import Problem
from coop_service.domain.verify.walk import WalkedRoute

_M_PER_KM = 1000
_S_PER_HOUR = 3600


def route_cost(walked: WalkedRoute) -> CostParts:
    """Yuan for one vehicle's day, by parts, not rounded.

    ``fixed`` + ``per_km`` x km + ``per_hour`` x work hours up to the shift's end +
    ``per_overtime_hour`` x work hours after it.
    """
    costs = walked.vehicle.costs
    shift_end_s = walked.vehicle.shift_s[1]
    regular_s = max(0, min(walked.return_s, shift_end_s) - walked.depart_s)
    overtime_s = walked.work_s - regular_s
    return CostParts(
        fixed=costs.fixed,
        distance=costs.per_km * walked.distance_m / _M_PER_KM,
        time=costs.per_hour * regular_s / _S_PER_HOUR,
        overtime=(costs.per_overtime_hour or 0.0) * overtime_s / _S_PER_HOUR,
    )


def recompute_cost(
    problem: Problem, walked: Sequence[WalkedRoute], served: AbstractSet[str]
) -> CostParts:
    """Yuan for the whole plan, by parts, not rounded."""
    parts = [route_cost(route) for route in walked]
    return CostParts(
        fixed=math.fsum(part.fixed for part in parts),
        distance=math.fsum(part.distance for part in parts),
        time=math.fsum(part.time for part in parts),
        overtime=math.fsum(part.overtime for part in parts),
        dropped=math.fsum(
            order.drop_penalty or 0.0 for order in problem.orders if order.id not in served
        ),
    )
