"""What one vehicle's sequence of visits costs, timed exactly, and whether it may be driven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from coop_service.domain.plan import CostParts
from coop_service.domain.problem import LOAD_TOLERANCE, NO_ROAD, Direction, Vehicle
from coop_service.planning.instance import Instance
from coop_service.planning.timing import Timing, time_trip


@dataclass(frozen=True, slots=True)
class TimedTrip:
    """A trip that keeps every rule, with its costs (not rounded)."""

    timing: Timing
    legs_s: tuple[int, ...]
    distance_m: int
    cost_parts: CostParts


def evaluate_trip(instance: Instance, vehicle: Vehicle, route: Sequence[int]) -> TimedTrip | None:
    """Time and price the tasks of a route in the given order; None where some rule is broken."""
    start = instance.depot_node[vehicle.start_depot]
    end = instance.depot_node[vehicle.end_depot]
    nodes = [start, *route, end]
    travel_s = instance.travel_s[vehicle.profile]
    travel_m = instance.travel_m[vehicle.profile]
    legs_s = tuple(int(travel_s[a, b]) for a, b in pairwise(nodes))
    if NO_ROAD in legs_s or not _fits(instance, vehicle, route):
        return None
    distance_m = sum(int(travel_m[a, b]) for a, b in pairwise(nodes))
    if vehicle.max_distance_m is not None and distance_m > vehicle.max_distance_m:
        return None
    tasks = [instance.tasks[i] for i in route]
    earliest_s, latest_s = instance.depart_window_s(vehicle)
    timing = time_trip(
        legs_s,
        [task.service_s for task in tasks],
        [sorted(task.stop.time_windows_s) for task in tasks],
        earliest_s,
        latest_s,
    )
    if timing is None:
        return None
    work_s = timing.return_s - timing.depart_s
    if vehicle.max_work_s is not None and work_s > vehicle.max_work_s:
        return None
    costs = vehicle.costs
    overtime_s = max(0, timing.return_s - max(vehicle.shift_s[1], timing.depart_s))
    cost_parts = CostParts(
        fixed=costs.fixed,
        distance=costs.per_km * distance_m / 1000,
        time=costs.per_hour * (work_s - overtime_s) / 3600,
        overtime=(costs.per_overtime_hour or 0.0) * overtime_s / 3600,
    )
    return TimedTrip(timing, legs_s, distance_m, cost_parts)


def _fits(instance: Instance, vehicle: Vehicle, route: Sequence[int]) -> bool:
    tasks = [instance.tasks[i] for i in route]
    for unit, limit in vehicle.capacity.items():
        on_board = sum(task.load(Direction.OUTBOUND, unit) for task in tasks)
        if on_board > limit + LOAD_TOLERANCE:
            return False
        for task in tasks:
            on_board += task.load(Direction.INBOUND, unit) - task.load(Direction.OUTBOUND, unit)
            if on_board > limit + LOAD_TOLERANCE:
                return False
    return True
