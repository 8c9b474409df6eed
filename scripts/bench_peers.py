"""Other planners on the same day: PyVRP, VROOM and plain OR-Tools, each as its makers offer it.

A peer gets the whole day and the whole time, on its own, and its routes are written out and timed
as our own are, so that all are judged alike. A peer that cannot hold a day says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta

import numpy as np

from coop_service.domain.plan import Plan, Reason, Unassigned
from coop_service.domain.problem import Direction, Problem
from coop_service.planning import ortools_model, pyvrp_model
from coop_service.planning.assembly import assemble_plan
from coop_service.planning.instance import LOAD_UNITS, Instance, Routes
from coop_service.planning.search import Search
from coop_service.planning.support import refuse_unsupported
from coop_service.planning.units import make_units
from coop_service.planning.visits import make_visit_tasks

UNITS_PER_YUAN = 10_000
VROOM_EXPLORATION = 5
VROOM_THREADS = 2

Peer = Callable[[Problem, float, int], Routes]


def solve(peer: str, problem: Problem, seconds: float, seed: int) -> Plan:
    """A peer's plan.

    Raises:
        UnsupportedProblem: the peer cannot hold the problem, with every reason.
    """
    further = pyvrp_model.find_unsupported(problem) if peer.startswith("pyvrp") else ()
    refuse_unsupported(problem, further)
    started = time.monotonic()
    routes = PEERS[peer](problem, seconds, seed)
    search = _search_of(problem)
    served = {i for route in routes for i in route}
    left_out = [
        Unassigned(order.id, Reason.COMPETITION, False)
        for i, task in enumerate(search.instance.tasks)
        if i in search.whole.tasks and i not in served
        for order in task.orders
    ]
    return assemble_plan(
        search.instance,
        routes,
        engine=peer,
        seconds=time.monotonic() - started,
        unassigned=left_out,
    )


def _search_of(problem: Problem) -> Search:
    return Search(make_units(Instance(problem, make_visit_tasks(problem, problem.orders))))


def _pyvrp(problem: Problem, seconds: float, seed: int) -> Routes:
    search = _search_of(problem)
    limit = pyvrp_model.runtime(seconds)
    routes = pyvrp_model.solve_group(search, search.whole, limit, seed, True)
    return routes or search.routes


def _pyvrp_twice(problem: Problem, seconds: float, seed: int) -> Routes:
    """Two seeds side by side, the better one."""
    with ProcessPoolExecutor(2) as pool:
        calls = [pool.submit(_pyvrp, problem, seconds, seed + 1000 * i) for i in range(2)]
        found = [call.result() for call in calls]
    search = _search_of(problem)

    def cost(routes: Routes) -> float:
        cost = search.cost(search.whole.vehicles, routes, search.whole.tasks)
        return float("inf") if cost is None else cost

    return min(found, key=cost)


def _pyvrp_longer(problem: Problem, seconds: float, seed: int) -> Routes:
    return _pyvrp(problem, 3 * seconds, seed)


def _plain_ortools(problem: Problem, seconds: float, seed: int) -> Routes:
    """Guided local search from savings on the whole day; it has no seed."""
    search = _search_of(problem)
    group = search.whole
    model = ortools_model.RoutingModel(
        search.instance, group.tasks, group.vehicles, search.drop_costs
    )
    return model.solve(ortools_model.SearchLimit(seconds)) or search.routes


def _vroom(problem: Problem, seconds: float, seed: int) -> Routes:
    """VROOM at its highest exploration; it has no seed."""
    import vroom

    search = _search_of(problem)
    instance = search.instance
    day = vroom.Input()
    for name in problem.profiles:
        day.set_durations_matrix(name, instance.travel_s[name].astype(np.uint32))
        day.set_distances_matrix(name, instance.travel_m[name].astype(np.uint32))
    units = instance.limited_units
    limits = [instance.capacities(unit) for unit in units]
    for v, vehicle in enumerate(instance.vehicles):
        costs = vehicle.costs
        day.add_vehicle(
            vroom.Vehicle(
                v,
                start=instance.depot_node[vehicle.start_depot],
                end=instance.depot_node[vehicle.end_depot],
                profile=vehicle.profile,
                capacity=[int(limit[v]) for limit in limits],
                skills={i for i in search.whole.tasks if instance.allowed[v, i]},
                time_window=vroom.TimeWindow(*instance.depart_window_s(vehicle)),
                costs=vroom.VehicleCosts(
                    fixed=round(costs.fixed * UNITS_PER_YUAN),
                    per_hour=round(costs.per_hour * UNITS_PER_YUAN),
                    per_km=round(costs.per_km * UNITS_PER_YUAN),
                ),
            )
        )
    for i in search.whole.tasks:
        task = instance.tasks[i]
        windows = task.stop.time_windows_s or ((0, 200_000),)
        loads = {
            way: vroom.Amount([round(task.load(way, unit) * LOAD_UNITS) for unit in units])
            for way in (Direction.OUTBOUND, Direction.INBOUND)
        }
        day.add_job(
            vroom.Job(
                i,
                location=i,
                default_service=task.service_s,
                delivery=loads[Direction.OUTBOUND],
                pickup=loads[Direction.INBOUND],
                skills={i},
                time_windows=[vroom.TimeWindow(*window) for window in windows],
            )
        )
    found = day.solve(VROOM_EXPLORATION, VROOM_THREADS, timedelta(seconds=seconds))
    steps = found.routes[found.routes["type"] == "job"]
    return tuple(
        tuple(int(i) for i in steps[steps["vehicle_id"] == v]["id"])
        for v in range(len(instance.vehicles))
    )


PEERS: dict[str, Peer] = {
    "pyvrp-plain": _pyvrp,
    "pyvrp-x2": _pyvrp_twice,
    "pyvrp-3x": _pyvrp_longer,
    "vroom": _vroom,
    "ortools-plain": _plain_ortools,
}
