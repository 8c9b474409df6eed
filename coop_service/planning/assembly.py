"""From routes of tasks to the plan document's value: times, loads, costs and key figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from coop_service.domain.key_figures import key_figures
from coop_service.domain.plan import CostParts, Plan, Route, Status, Trip, Unassigned, Visit
from coop_service.domain.problem import Direction, Vehicle
from coop_service.planning.evaluation import TimedTrip, evaluate_trip
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
        if not route:
            continue
        timed = evaluate_trip(instance, vehicle, route)
        if timed is None:
            raise ValueError(f"the route of vehicle {vehicle.id} breaks a rule")
        made.append(_make_route(instance, vehicle, route, timed))
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


def _make_route(
    instance: Instance, vehicle: Vehicle, route: Sequence[int], timed: TimedTrip
) -> Route:
    timing = timed.timing
    tasks = [instance.tasks[i] for i in route]
    units = instance.problem.units
    at_start = {u: sum(task.load(Direction.OUTBOUND, u) for task in tasks) for u in units}
    at_end = {u: sum(task.load(Direction.INBOUND, u) for task in tasks) for u in units}
    load = dict(at_start)
    visits = []
    for task, arrive_s, start_s in zip(tasks, timing.arrive_s, timing.start_s, strict=True):
        for unit in units:
            change = task.load(Direction.INBOUND, unit) - task.load(Direction.OUTBOUND, unit)
            load[unit] += change
        visits.append(
            Visit(
                stop=task.stop.id,
                arrive_s=arrive_s,
                start_s=start_s,
                depart_s=start_s + task.service_s,
                orders=tuple(order.id for order in task.orders),
                load_after=_clean(load),
            )
        )
    trip = Trip(timing.depart_s, timing.return_s, _clean(at_start), _clean(at_end), tuple(visits))
    return Route(
        vehicle=vehicle.id,
        depart_s=timing.depart_s,
        return_s=timing.return_s,
        distance_m=timed.distance_m,
        driving_s=sum(timed.legs_s),
        service_s=sum(task.service_s for task in tasks),
        waiting_s=sum(visit.start_s - visit.arrive_s for visit in visits),
        cost=round(timed.cost_parts.total, 2),
        trips=(trip,),
    )


def _clean(load: Mapping[str, float]) -> dict[str, float]:
    """Loads without the dust of adding and taking away, which lies far below the tolerance."""
    return {unit: round(amount, 9) + 0.0 for unit, amount in load.items()}
