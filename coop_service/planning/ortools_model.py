"""One OR-Tools routing model: data, manager, model, transits, costs, dimensions, search, read out.

Source of the two-way load rule: deliveries still on board plus collections so far must fit at
every visit (Dethloff 2001, OR Spektrum 23:79-96).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from ortools.constraint_solver import pywrapcp, routing_enums_pb2, routing_parameters_pb2

from coop_service.domain.problem import NO_ROAD, Direction
from coop_service.planning.instance import (
    COST_UNITS_PER_YUAN,
    Instance,
    Routes,
    as_routes,
)

REMOVED_VISITS: Final = 15
"""Mean number of visits that one step of the iterated local search takes out."""

METAHEURISTICS: Final = routing_enums_pb2.LocalSearchMetaheuristic


@dataclass(frozen=True, slots=True)
class SearchLimit:
    """End of one model's search: wall seconds, or a number of solutions, whichever is first."""

    seconds: float
    solutions: int | None = None


class RoutingModel:
    """The routing problem of some tasks and some vehicles of an instance."""

    def __init__(
        self,
        instance: Instance,
        tasks: Sequence[int],
        vehicles: Sequence[int],
        drop_costs: NDArray[np.int64],
    ) -> None:
        """Build the model.

        Args:
            instance: the arrays.
            tasks: indices of the tasks to route.
            vehicles: indices of the vehicles to use.
            drop_costs: for every task of the instance what leaving it out costs, in cost units.
        """
        self._instance = instance
        self._tasks = tuple(tasks)
        self._vehicles = tuple(vehicles)
        depots = sorted(
            {
                instance.depot_node[depot]
                for v in self._vehicles
                for depot in (instance.vehicles[v].start_depot, instance.vehicles[v].end_depot)
            }
        )
        self._nodes = np.array([*self._tasks, *depots], dtype=np.int64)
        position = {node: i for i, node in enumerate(self._nodes.tolist())}
        chosen = [instance.vehicles[v] for v in self._vehicles]
        self._manager = pywrapcp.RoutingIndexManager(
            len(self._nodes),
            len(chosen),
            [position[instance.depot_node[vehicle.start_depot]] for vehicle in chosen],
            [position[instance.depot_node[vehicle.end_depot]] for vehicle in chosen],
        )
        self._model = pywrapcp.RoutingModel(self._manager)
        self._task_index = [self._manager.NodeToIndex(i) for i in range(len(self._tasks))]
        self._add_time()
        self._add_costs()
        self._add_distance_limits()
        for unit in instance.limited_units:
            self._add_two_way_load(unit)
        self._forbid_vehicles()
        for i, task in enumerate(self._tasks):
            self._model.AddDisjunction([self._task_index[i]], int(drop_costs[task]))

    # -- building ---------------------------------------------------------------------------------

    def _register(self, matrix: NDArray[np.int64]) -> int:
        index: int = self._model.RegisterTransitMatrix(matrix.tolist())
        return index

    def _by_kind(self, register: Callable[[int], int], key: Callable[[int], Any]) -> list[int]:
        """One registered transit for each different key among the vehicles."""
        seen: dict[Any, int] = {}
        for v in self._vehicles:
            if key(v) not in seen:
                seen[key(v)] = register(v)
        return [seen[key(v)] for v in self._vehicles]

    def _sub(self, matrix: NDArray[np.int64]) -> NDArray[np.int64]:
        return matrix[np.ix_(self._nodes, self._nodes)]

    def _add_time(self) -> None:
        instance = self._instance
        windows = [instance.depart_window_s(instance.vehicles[v]) for v in self._vehicles]
        horizon_s = max(latest for _, latest in windows)

        def transit(v: int) -> int:
            travel = self._sub(instance.travel_s[instance.vehicles[v].profile])
            service = instance.service_s[self._nodes][:, None]
            # a leg that does not exist takes longer than the day
            return self._register(np.where(travel == NO_ROAD, horizon_s + 1, travel + service))

        transits = self._by_kind(transit, lambda v: instance.vehicles[v].profile)
        self._model.AddDimensionWithVehicleTransits(transits, horizon_s, horizon_s, False, "time_s")
        time = self._model.GetDimensionOrDie("time_s")
        for i, (earliest_s, latest_s) in enumerate(windows):
            vehicle = instance.vehicles[self._vehicles[i]]
            start, end = self._model.Start(i), self._model.End(i)
            time.CumulVar(start).SetMin(min(earliest_s, horizon_s))
            time.CumulVar(end).SetMax(max(latest_s, 0))
            self._model.AddVariableMinimizedByFinalizer(time.CumulVar(end))
            self._model.AddVariableMaximizedByFinalizer(time.CumulVar(start))
            costs = vehicle.costs
            per_s = COST_UNITS_PER_YUAN / 3600
            time.SetSlackCostCoefficientForVehicle(round(costs.per_hour * per_s), i)
            if costs.per_overtime_hour is not None:
                extra = max(costs.per_overtime_hour - costs.per_hour, 0.0)
                time.SetCumulVarSoftUpperBound(end, vehicle.shift_s[1], round(extra * per_s))
            if vehicle.max_work_s is not None:
                time.SetSpanUpperBoundForVehicle(vehicle.max_work_s, i)
        for i, task in enumerate(self._tasks):
            stop_windows = sorted(instance.tasks[task].stop.time_windows_s)
            if stop_windows:
                start_var = time.CumulVar(self._task_index[i])
                last_s = min(stop_windows[-1][1], horizon_s)
                start_var.SetRange(min(stop_windows[0][0], last_s), last_s)
                for before, after in pairwise(stop_windows):
                    if before[1] + 1 <= after[0] - 1:
                        start_var.RemoveInterval(before[1] + 1, after[0] - 1)

    def _add_costs(self) -> None:
        instance = self._instance

        def arc_cost(v: int) -> int:
            vehicle = instance.vehicles[v]
            metres = self._sub(instance.travel_m[vehicle.profile])
            seconds = self._sub(instance.travel_s[vehicle.profile])
            seconds = seconds + instance.service_s[self._nodes][:, None]
            yuan = metres * (vehicle.costs.per_km / 1000) + seconds * (
                vehicle.costs.per_hour / 3600
            )
            cost = np.rint(yuan * COST_UNITS_PER_YUAN).astype(np.int64)
            return self._register(np.where(metres == NO_ROAD, np.int64(0), cost))

        kinds = self._by_kind(arc_cost, lambda v: instance.vehicle_kinds[v])
        for i, v in enumerate(self._vehicles):
            self._model.SetArcCostEvaluatorOfVehicle(kinds[i], i)
            fixed = instance.vehicles[v].costs.fixed
            self._model.SetFixedCostOfVehicle(round(fixed * COST_UNITS_PER_YUAN), i)

    def _add_distance_limits(self) -> None:
        instance = self._instance
        limits = [instance.vehicles[v].max_distance_m for v in self._vehicles]
        if all(limit is None for limit in limits):
            return

        def transit(v: int) -> int:
            metres = self._sub(instance.travel_m[instance.vehicles[v].profile])
            return self._register(np.maximum(metres, 0))

        transits = self._by_kind(transit, lambda v: instance.vehicles[v].profile)
        unlimited = 1 << 40
        self._model.AddDimensionWithVehicleTransitAndCapacity(
            transits,
            0,
            [unlimited if limit is None else limit for limit in limits],
            True,
            "distance_m",
        )

    def _add_two_way_load(self, unit: str) -> None:
        """On board after a visit = what the trip delivers - delivered so far + collected so far."""
        instance, model = self._instance, self._model
        depots = [0] * (len(self._nodes) - len(self._tasks))
        chosen = list(self._tasks)
        delivered = instance.loads(Direction.OUTBOUND, unit)[chosen].tolist() + depots
        collected = instance.loads(Direction.INBOUND, unit)[chosen].tolist() + depots
        capacities = instance.capacities(unit)[list(self._vehicles)].tolist()
        delivery = model.RegisterUnaryTransitVector(delivered)
        model.AddDimensionWithVehicleCapacity(delivery, 0, capacities, True, f"delivered {unit}")
        if not any(collected):
            return
        change = [c - d for c, d in zip(collected, delivered, strict=True)]
        net = model.RegisterUnaryTransitVector(change)
        model.AddDimensionWithVehicleCapacity(net, 0, capacities, False, f"on board {unit}")
        collection = model.RegisterUnaryTransitVector(collected)
        model.AddDimensionWithVehicleCapacity(collection, 0, capacities, True, f"collected {unit}")
        on_board = model.GetDimensionOrDie(f"on board {unit}")
        all_delivered = model.GetDimensionOrDie(f"delivered {unit}")
        solver = model.solver()
        for i in range(len(self._vehicles)):
            solver.Add(on_board.CumulVar(model.Start(i)) == all_delivered.CumulVar(model.End(i)))

    def _forbid_vehicles(self) -> None:
        allowed = self._instance.allowed[np.ix_(self._vehicles, self._tasks)]
        for i, index in enumerate(self._task_index):
            if not allowed[:, i].all():
                may = np.flatnonzero(allowed[:, i]).tolist()
                self._model.VehicleVar(index).SetValues([-1, *may])

    # -- solving ----------------------------------------------------------------------------------

    def solve(
        self,
        limit: SearchLimit,
        *,
        start: Sequence[Sequence[int]] | None = None,
        on_solution: Callable[[Routes], bool] | None = None,
    ) -> Routes | None:
        """Guided local search (Voudouris & Tsang 1999, EJOR 113:469-499).

        Args:
            limit: when to end.
            start: routes to begin with; without them a first plan is made by savings.
            on_solution: told of each better plan; returns whether to go on.

        Returns:
            Routes by vehicle (in the order given to the model) of task indices; None: none found.
        """
        model = self._model
        parameters = _parameters(limit, METAHEURISTICS.GUIDED_LOCAL_SEARCH)
        if on_solution is not None:
            self._tell_better(on_solution)
        if start is None:
            assignment = model.SolveWithParameters(parameters)
        else:
            model.CloseModelWithParameters(parameters)
            local = {task: i for i, task in enumerate(self._tasks)}
            given = model.ReadAssignmentFromRoutes(
                [[self._task_index[local[task]] for task in route] for route in start], True
            )
            if given is None:
                return None
            assignment = model.SolveFromAssignmentWithParameters(given, parameters)
        return self._read_assignment(assignment)

    def solve_anew(self, limit: SearchLimit) -> Routes | None:
        """Iterated local search: strings of adjacent visits are removed and put back.

        Source of the removal: Christiaens & Vanden Berghe 2020, Transportation Science 54:417-433.
        It begins with a plan of its own; routes as in :meth:`solve`.
        """
        parameters = _parameters(limit, METAHEURISTICS.GREEDY_DESCENT)
        parameters.use_iterated_local_search = True
        iterated = parameters.iterated_local_search_parameters
        removal = iterated.ruin_recreate_parameters.ruin_strategies.add().sisr
        removal.max_removed_sequence_size = 10
        removal.avg_num_removed_visits = REMOVED_VISITS
        removal.bypass_factor = 0.01
        annealing = iterated.reference_solution_acceptance_strategy.simulated_annealing
        annealing.automatic_temperatures = True
        return self._read_assignment(self._model.SolveWithIteratedLocalSearch(parameters))

    def _tell_better(self, on_solution: Callable[[Routes], bool]) -> None:
        best_cost: int | None = None

        def at_solution() -> None:
            nonlocal best_cost
            cost = self._model.CostVar().Value()
            if best_cost is None or cost < best_cost:
                best_cost = cost
                if not on_solution(self._read(lambda i: self._model.NextVar(i).Value())):
                    self._model.solver().FinishCurrentSearch()

        self._model.AddAtSolutionCallback(at_solution)

    def _read_assignment(self, assignment: pywrapcp.Assignment | None) -> Routes | None:
        if assignment is None:
            return None
        return self._read(lambda index: assignment.Value(self._model.NextVar(index)))

    def _read(self, next_of: Callable[[int], int]) -> Routes:
        routes = []
        for i in range(len(self._vehicles)):
            route = []
            index = next_of(self._model.Start(i))
            while not self._model.IsEnd(index):
                route.append(self._tasks[self._manager.IndexToNode(index)])
                index = next_of(index)
            routes.append(route)
        return as_routes(routes)


def _parameters(
    limit: SearchLimit, metaheuristic: int
) -> routing_parameters_pb2.RoutingSearchParameters:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.SAVINGS
    parameters.local_search_metaheuristic = metaheuristic
    parameters.time_limit.FromMilliseconds(max(1, int(limit.seconds * 1000)))
    if limit.solutions is not None:
        parameters.solution_limit = limit.solutions
    return parameters
