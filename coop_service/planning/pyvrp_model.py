"""A group of routes as PyVRP's problem: what it can hold, the problem data, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from typing import Any, Final

import numpy as np
import pyvrp
from numpy.typing import NDArray
from pyvrp.stop import MaxIterations as PyvrpIterations
from pyvrp.stop import MaxRuntime as PyvrpRuntime

from coop_service.domain.problem import NO_ROAD, Direction, Problem
from coop_service.errors import Fault, both, pointer
from coop_service.planning.instance import (
    COST_UNITS_PER_YUAN,
    Instance,
    Routes,
    VehicleKind,
    as_routes,
)
from coop_service.planning.search import Group, Search

PYVRP_UNITS_PER_YUAN: Final = 100_000
"""PyVRP's penalties work with costs of this size; much larger or smaller ones broke them."""

MOST_PRIZE: Final = 10_000 * PYVRP_UNITS_PER_YUAN
"""A mandatory task that is unserved counts this much: more than any detour, and small enough for
PyVRP's penalties."""

UNLIMITED: Final = 1 << 40
"""Metres and seconds that no day reaches."""

LEAST_CAPACITY: Final = 100_000
"""Units that the largest vehicle holds at least."""

HISTORY: Final = 100
"""Length of PyVRP's late acceptance; shorter than its default, for searches of about a second."""

Limit = PyvrpRuntime | PyvrpIterations


def find_unsupported(problem: Problem) -> Iterator[Fault]:
    """What PyVRP's model cannot hold, by its pointer, beside what no engine can plan yet."""
    for i, stop in enumerate(problem.stops):
        if len(stop.time_windows_s) > 1:
            yield _fault(pointer("stops", i, "time_windows_s"), "一站多时间窗", "several windows")
    for i, vehicle in enumerate(problem.vehicles):
        if vehicle.overtime_limit_s > 0:
            where = pointer("vehicles", i, "costs", "max_overtime_s")
            yield _fault(where, "加班", "overtime")


def _fault(where: str, zh: str, en: str) -> Fault:
    return Fault(
        where,
        "not_supported_by_engine",
        both(f"PyVRP 不能规划{zh};请改用其他引擎", f"PyVRP cannot plan {en}; use another engine"),
    )


class PyvrpModel:
    """PyVRP's data of a group."""

    def __init__(self, search: Search, group: Group) -> None:
        self._instance = search.instance
        self._group = group
        self._depots = sorted(set(self._instance.depot_node.values()))
        self._nodes = np.array([*self._depots, *group.tasks], dtype=np.int64)
        by_kind: dict[VehicleKind, list[int]] = {}
        for v in group.vehicles:
            by_kind.setdefault(self._instance.vehicle_kinds[v], []).append(v)
        self._vehicles_by_type = list(by_kind.values())
        self.data = self._make_data(search.drop_costs)

    def solve(self, limit: Limit, seed: int, *, anew: bool) -> Routes | None:
        """Routes of the group's vehicles; None where PyVRP found none that keep its rules.

        Args:
            limit: when to end.
            seed: of PyVRP's random numbers.
            anew: whether to begin with a random plan instead of the present routes.
        """
        params = pyvrp.SolveParams(ils=pyvrp.IteratedLocalSearchParams(history_length=HISTORY))
        found = pyvrp.solve(
            self.data,
            limit,
            seed=seed,
            collect_stats=False,
            params=params,
            initial_solution=None if anew else self._present(),
        ).best
        return self._read(found) if found.is_feasible() else None

    def _make_data(self, drop_costs: NDArray[np.int64]) -> pyvrp.ProblemData:
        instance = self._instance
        loads = [_in_small_units(instance, unit) for unit in instance.limited_units]
        served = {task for route in self._group.routes for task in route}
        clients = []
        for place, task in enumerate(self._group.tasks):
            penalty = int(drop_costs[task]) * PYVRP_UNITS_PER_YUAN // COST_UNITS_PER_YUAN
            mandatory = any(order.drop_penalty is None for order in instance.tasks[task].orders)
            required = mandatory and task in served
            windows = instance.tasks[task].stop.time_windows_s
            earliest_s, latest_s = windows[0] if windows else (0, UNLIMITED)
            clients.append(
                pyvrp.Client(
                    len(self._depots) + place,
                    delivery=[int(outbound[task]) for outbound, _, _ in loads],
                    pickup=[int(inbound[task]) for _, inbound, _ in loads],
                    service_duration=int(instance.service_s[task]),
                    tw_early=earliest_s,
                    tw_late=latest_s,
                    prize=0 if required else min(penalty, MOST_PRIZE),
                    required=required,
                )
            )
        types: list[pyvrp.VehicleType] = []
        distance_m: list[Any] = []  # PyVRP's annotations take no array's true type
        duration_s: list[Any] = []
        for profile, vehicles in enumerate(self._vehicles_by_type):
            v = vehicles[0]
            vehicle = instance.vehicles[v]
            earliest_s, latest_s = instance.depart_window_s(vehicle)
            metres, seconds = self._matrices(v, latest_s)
            distance_m.append(metres)
            duration_s.append(seconds)
            types.append(
                pyvrp.VehicleType(
                    num_available=len(vehicles),
                    capacity=[int(capacity[v]) for _, _, capacity in loads],
                    start_depot=self._depots.index(instance.depot_node[vehicle.start_depot]),
                    end_depot=self._depots.index(instance.depot_node[vehicle.end_depot]),
                    fixed_cost=round(vehicle.costs.fixed * PYVRP_UNITS_PER_YUAN),
                    tw_early=earliest_s,
                    tw_late=latest_s,
                    unit_distance_cost=round(vehicle.costs.per_km / 1000 * PYVRP_UNITS_PER_YUAN),
                    unit_duration_cost=round(vehicle.costs.per_hour / 3600 * PYVRP_UNITS_PER_YUAN),
                    profile=profile,
                    max_distance=_or_unlimited(vehicle.max_distance_m),
                    shift_duration=_or_unlimited(vehicle.max_work_s),
                )
            )
        return pyvrp.ProblemData(
            [pyvrp.Location(0, 0) for _ in self._nodes],
            clients,
            [pyvrp.Depot(place) for place in range(len(self._depots))],
            types,
            distance_m,
            duration_s,
        )

    def _matrices(self, v: int, latest_s: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Metres and seconds for one vehicle; legs that it may not drive take longer than its day.

        Shape (nodes, nodes), depots first.
        """
        instance, profile = self._instance, self._instance.vehicles[v].profile
        square = np.ix_(self._nodes, self._nodes)
        metres, seconds = instance.travel_m[profile][square], instance.travel_s[profile][square]
        forbidden = metres == NO_ROAD
        not_allowed = ~instance.allowed[v][list(self._group.tasks)]
        forbidden[:, len(self._depots) :] |= not_allowed[None, :]
        farthest_m = int(metres.max())
        metres = np.where(forbidden, 2 * farthest_m, metres)
        seconds = np.where(forbidden, 2 * max(latest_s, 0) + 1, seconds)
        for matrix in (metres, seconds):
            np.fill_diagonal(matrix, 0)
        return metres, seconds

    def _present(self) -> pyvrp.Solution:
        place = {task: i for i, task in enumerate(self._group.tasks)}
        route_of = dict(zip(self._group.vehicles, self._group.routes, strict=True))
        return pyvrp.Solution(
            self.data,
            [
                pyvrp.Route(self.data, [place[task] for task in route_of[v]], vehicle_type)
                for vehicle_type, vehicles in enumerate(self._vehicles_by_type)
                for v in vehicles
                if route_of[v]
            ],
        )

    def _read(self, solution: pyvrp.Solution) -> Routes:
        unused = [iter(vehicles) for vehicles in self._vehicles_by_type]
        routes: dict[int, list[int]] = {}
        for route in solution.routes():
            routes[next(unused[route.vehicle_type()])] = [
                self._group.tasks[activity.idx] for activity in route if activity.is_client()
            ]
        return as_routes([routes.get(v, ()) for v in self._group.vehicles])


def _or_unlimited(limit: int | None) -> int:
    return UNLIMITED if limit is None else limit


def _in_small_units(
    instance: Instance, unit: str
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Deliveries and collections by task and capacities by vehicle, exact in PyVRP's own unit.

    The largest common unit, divided until a vehicle holds ``LEAST_CAPACITY`` of it: PyVRP's penalty
    for each unit too much is bounded, and must be worth more than another vehicle.
    """
    arrays = (
        instance.loads(Direction.OUTBOUND, unit),
        instance.loads(Direction.INBOUND, unit),
        instance.capacities(unit),
    )
    common = max(gcd(*(int(amount) for array in arrays for amount in array)), 1)
    factor = max(1, LEAST_CAPACITY * common // max(int(arrays[2].max()), 1))
    outbound, inbound, capacities = (array // common * factor for array in arrays)
    return outbound, inbound, capacities


def runtime(seconds: float) -> Limit:
    """PyVRP's limit of seconds."""
    return PyvrpRuntime(max(seconds, 0.01))


def iterations(count: int) -> Limit:
    """PyVRP's limit of iterations."""
    return PyvrpIterations(count)


def solve_group(search: Search, group: Group, limit: Limit, seed: int, anew: bool) -> Routes | None:
    """Runs in a worker: plan the group's tasks on its vehicles."""
    return PyvrpModel(search, group).solve(limit, seed, anew=anew)
