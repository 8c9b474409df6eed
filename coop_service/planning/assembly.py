"""From routes of tasks to the plan document's value: times, loads, costs and key figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from coop_service.domain.key_figures import key_figures
from coop_service.domain.plan import (
    CostParts,
    Plan,
    Rest,
    Route,
    Status,
    Trip,
    Unassigned,
    Visit,
)
from coop_service.domain.problem import Direction, Vehicle
from coop_service.planning.evaluation import EvaluatedRoute, TimedTrip, evaluate_route
from coop_service.planning.instance import Instance


def assemble_plan(
    instance: Instance,
    routes: Sequence[Sequence[int]],
    *,
    engine: str,
    seconds: float,
    unassigned: Iterable[Unassigned],
    status: Status = Status.FEASIBLE,
) -> Plan:
    """The plan of the routes (one for each vehicle of the problem, empty where it stays at home).

    Raises:
        ValueError: a route breaks a rule, which no engine may let happen.
    """
    unassigned = tuple(unassigned)
    made = []
    parts = CostParts(
        dropped=sum(
            instance.problem.order_by_id[left_out.order].drop_penalty or 0.0
            for left_out in unassigned
        )
    )
    for vehicle, route in zip(instance.vehicles, routes, strict=True):
        if not route and vehicle.underway is None:
            continue
        timed = evaluate_route(instance, vehicle, route)
        if timed is None:
            raise ValueError(f"the route of vehicle {vehicle.id} breaks a rule")
        made.append(make_route(instance, vehicle, route, timed))
        parts += timed.cost_parts
    visits_of = Counter(visit.stop for route in made for visit in route.visits)
    plan = Plan(
        name=instance.problem.name,
        engine=engine,
        status=status,
        seconds=round(seconds, 3),
        cost=round(parts.total, 2),
        cost_parts=parts.rounded(),
        routes=tuple(made),
        unassigned=unassigned,
        split_stops=tuple(stop.id for stop in instance.problem.stops if visits_of[stop.id] > 1),
    )
    return replace(plan, kpis=key_figures(instance.problem, plan))


def make_route(
    instance: Instance, vehicle: Vehicle, route: Sequence[int], timed: EvaluatedRoute
) -> Route:
    """A vehicle's day as plans state it.

    Args:
        instance: of the tasks.
        vehicle: one of the instance's vehicles.
        route: indices of its tasks in visiting order.
        timed: their times (:func:`coop_service.planning.evaluation.evaluate_route`).
    """
    trips = tuple(
        _make_trip(instance, vehicle, trip, number) for number, trip in enumerate(timed.trips)
    )
    service_s = sum(instance.tasks[i].service_s for i in route)
    rested_s = sum(rest.duration_s for trip in trips for rest in trip.rests)
    reloaded_s = vehicle.reload_s * (len(trips) - 1)
    depart_s, return_s = trips[0].depart_s, trips[-1].return_s
    ready_s = depart_s if vehicle.underway is None else vehicle.underway.time_s
    return Route(
        vehicle=vehicle.id,
        depart_s=depart_s,
        return_s=return_s,
        distance_m=timed.distance_m,
        driving_s=timed.driving_s,
        service_s=service_s,
        waiting_s=return_s - ready_s - timed.driving_s - service_s - rested_s - reloaded_s,
        cost=round(timed.cost_parts.total, 2),
        trips=trips,
    )


def _make_trip(instance: Instance, vehicle: Vehicle, trip: TimedTrip, number: int) -> Trip:
    tasks = [instance.tasks[visit.task] for visit in trip.visits]
    units = instance.problem.units
    at_start = {u: sum(task.load(Direction.OUTBOUND, u) for task in tasks) for u in units}
    if vehicle.underway is not None and number == 0:
        orders = [instance.problem.order_by_id[item.order] for item in vehicle.underway.on_board]
        at_start = {u: sum(order.load.get(u, 0.0) for order in orders) for u in units}
    load = dict(at_start)
    visits = []
    for task, visit in zip(tasks, trip.visits, strict=True):
        for unit in units:
            load[unit] += task.collected(unit) - task.unloaded(unit)
        visits.append(
            Visit(
                stop=task.stop.id,
                arrive_s=visit.arrive_s,
                start_s=visit.start_s,
                depart_s=visit.start_s + task.service_s,
                orders=tuple(order.id for order in task.orders),
                load_after=_clean(load),
            )
        )
    rests = tuple(
        Rest(
            None if rest.after is None else tasks[rest.after].stop.id,
            rest.start_s,
            rest.duration_s,
            rest.kind,
        )
        for rest in trip.rests
    )
    return Trip(trip.depart_s, trip.return_s, _clean(at_start), _clean(load), tuple(visits), rests)


def _clean(load: Mapping[str, float]) -> dict[str, float]:
    """Loads without the dust of adding and taking away, which lies far below the tolerance."""
    return {unit: round(amount, 9) + 0.0 for unit, amount in load.items()}
