"""A problem as the integer arrays that a routing solver reads, with one rounding for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coop_service.domain.problem import NO_ROAD, Direction, Problem, Vehicle, Window
from coop_service.planning.day_start import named_vehicles
from coop_service.planning.visits import VisitTask, can_take_together

COST_UNITS_PER_YUAN: Final = 1_000_000
"""Solvers count money in whole millionths of a yuan."""

LOAD_UNITS: Final = 1_000_000
"""Solvers count loads in whole millionths of their unit, which is also the load tolerance."""

VehicleKind = tuple[object, ...]


@dataclass(frozen=True, eq=False)
class Instance:
    """Visit tasks and vehicles of a problem, by index.

    Nodes are the tasks first, then the depots, then the places of vans that are on the road, each
    in their order here.
    """

    problem: Problem
    tasks: tuple[VisitTask, ...]

    @cached_property
    def vehicles(self) -> tuple[Vehicle, ...]:
        """The problem's vehicles, in its order."""
        return self.problem.vehicles

    @cached_property
    def locations(self) -> NDArray[np.int64]:
        """Location of each node."""
        tasks = [task.stop.location for task in self.tasks]
        depots = [depot.location for depot in self.problem.depots]
        vans = [v.underway.location for v in self.vehicles if v.underway is not None]
        return np.array([*tasks, *depots, *vans], dtype=np.int64)

    @cached_property
    def depot_node(self) -> Mapping[str, int]:
        """The node of each depot."""
        return {depot.id: len(self.tasks) + i for i, depot in enumerate(self.problem.depots)}

    @cached_property
    def origin_node(self) -> Mapping[str, int]:
        """The node where each vehicle's day, or the rest of it, begins."""
        underway = [v.id for v in self.vehicles if v.underway is not None]
        first = len(self.tasks) + len(self.problem.depots)
        on_the_road = {name: first + i for i, name in enumerate(underway)}
        return {v.id: self.depot_node[v.start_depot] for v in self.vehicles} | on_the_road

    @cached_property
    def vehicle_kinds(self) -> tuple[VehicleKind, ...]:
        """For each vehicle what it has in common with those that may stand in for it."""
        return tuple(vehicle_kind(self.problem, vehicle) for vehicle in self.vehicles)

    @cached_property
    def travel_s(self) -> Mapping[str, NDArray[np.int64]]:
        """Driving seconds by profile, shape (nodes, nodes); NO_ROAD where either matrix forbids."""
        return {name: self._between_nodes(name, "duration_s") for name in self.problem.profiles}

    @cached_property
    def travel_m(self) -> Mapping[str, NDArray[np.int64]]:
        """Driving metres by profile, shape (nodes, nodes); NO_ROAD where either matrix forbids."""
        return {name: self._between_nodes(name, "distance_m") for name in self.problem.profiles}

    def _between_nodes(self, profile_name: str, matrix_name: str) -> NDArray[np.int64]:
        profile = self.problem.profiles[profile_name]
        forbidden = (profile.duration_s == NO_ROAD) | (profile.distance_m == NO_ROAD)
        matrix = np.where(forbidden, NO_ROAD, getattr(profile, matrix_name))
        return matrix[np.ix_(self.locations, self.locations)]

    @cached_property
    def nearest_s(self) -> NDArray[np.float64]:
        """Seconds between nodes in the quicker direction, by the quickest profile that may.

        Shape (nodes, nodes); infinite where no profile may drive.
        """
        by_profile = [np.where(m == NO_ROAD, np.inf, m) for m in self.travel_s.values()]
        quickest = np.min(by_profile, axis=0)
        nearest: NDArray[np.float64] = np.minimum(quickest, quickest.T)
        return nearest

    @cached_property
    def service_s(self) -> NDArray[np.int64]:
        """Service seconds of each node; none at depots and on the road."""
        service = np.zeros(len(self.locations), dtype=np.int64)
        service[: len(self.tasks)] = [task.service_s for task in self.tasks]
        return service

    @cached_property
    def limited_units(self) -> tuple[str, ...]:
        """Units that some vehicle limits and some order uses."""
        limited = {unit for vehicle in self.vehicles for unit in vehicle.capacity}
        return tuple(unit for unit in self.problem.units if unit in limited)

    def loads(self, direction: Direction, unit: str) -> NDArray[np.int64]:
        """Load units of each task that are unloaded or collected there."""
        amounts = [task.load(direction, unit) for task in self.tasks]
        whole: NDArray[np.int64] = np.rint(np.array(amounts) * LOAD_UNITS).astype(np.int64)
        return whole

    def capacities(self, unit: str) -> NDArray[np.int64]:
        """Load units that each vehicle can hold; where it names no limit, all there is."""
        everything = sum(int(self.loads(d, unit).sum()) for d in Direction)
        return np.array(
            [
                int(np.rint(v.capacity[unit] * LOAD_UNITS)) if unit in v.capacity else everything
                for v in self.vehicles
            ],
            dtype=np.int64,
        )

    @cached_property
    def allowed(self) -> NDArray[np.bool_]:
        """Whether a vehicle could take a task alone (tags, temperature, depot, capacity).

        Shape (vehicles, tasks).
        """
        by_kind: dict[VehicleKind, NDArray[np.bool_]] = {}
        for vehicle, kind in zip(self.vehicles, self.vehicle_kinds, strict=True):
            if kind not in by_kind:
                by_kind[kind] = np.array(
                    [
                        t.begins_day_of in (None, vehicle.id)
                        and can_take_together(self.problem, vehicle, t.stop, t.orders)
                        for t in self.tasks
                    ],
                    dtype=bool,
                )
        return np.array([by_kind[kind] for kind in self.vehicle_kinds])

    def depart_window_s(self, vehicle: Vehicle) -> Window:
        """First second of departure and last second of return."""
        start = self.problem.depot_by_id[vehicle.start_depot]
        end = self.problem.depot_by_id[vehicle.end_depot]
        return (
            max(vehicle.shift_s[0], start.open_s),
            min(vehicle.shift_s[1] + vehicle.overtime_limit_s, end.close_s),
        )


def vehicle_kind(problem: Problem, vehicle: Vehicle) -> VehicleKind:
    """What makes two vehicles interchangeable: all but notes, and a name that the day uses."""
    costs = vehicle.costs
    return (
        vehicle.profile,
        vehicle.start_depot,
        vehicle.end_depot,
        tuple(sorted(vehicle.capacity.items())),
        vehicle.shift_s,
        (costs.fixed, costs.per_km, costs.per_hour, costs.per_overtime_hour, costs.max_overtime_s),
        vehicle.tags,
        vehicle.temperatures,
        vehicle.max_trips,
        vehicle.reload_s,
        vehicle.max_distance_m,
        vehicle.max_work_s,
        vehicle.id if vehicle.id in named_vehicles(problem) else None,
    )


Routes = tuple[tuple[int, ...], ...]
"""For each vehicle the indices of its tasks in visiting order."""


def as_routes(routes: Sequence[Sequence[int]]) -> Routes:
    """The same routes as tuples."""
    return tuple(tuple(route) for route in routes)
