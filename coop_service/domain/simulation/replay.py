"""The day that goes as the matrices say, written down as a plan.

A plan made with time buffers states times that no clock will show. Played on the true problem
without noise, its vans leave as planned and then are early; what comes out is the same plan with
true times, which verification judges and prices.
"""

from __future__ import annotations

from dataclasses import replace

from coop_service.domain.key_figures import key_figures
from coop_service.domain.plan import Plan, Rest, RestKind, Route, Trip
from coop_service.domain.problem import Problem
from coop_service.domain.simulation.draws import Draws
from coop_service.domain.simulation.play import play
from coop_service.domain.simulation.runs import TripRun, VanRun
from coop_service.domain.simulation.scenario import quiet
from coop_service.domain.simulation.script import DayScript, lay_out_day
from coop_service.domain.verify.costs import recompute_cost, route_cost
from coop_service.domain.verify.verdict import Findings
from coop_service.domain.verify.walk import walk_route
from coop_service.domain.verify.walked import WalkedRoute


def replay(problem: Problem, plan: Plan) -> Plan:
    """The plan with the times, sums and costs of a day without noise.

    Raises:
        InvalidInput: as :func:`~coop_service.domain.simulation.script.lay_out_day`.
    """
    script = lay_out_day(problem, plan)
    runs = play(script, Draws(quiet(), 0, 1))
    walked = []
    for run, route in zip(runs.vans, plan.routes, strict=True):
        walked.append(_walk(script, _route(script, run, route)))
    served = {name for one in walked for visit in one.route.visits for name in visit.orders}
    for vehicle in problem.vehicles:
        served |= {item.order for item in (vehicle.underway.on_board if vehicle.underway else ())}
    parts = recompute_cost(script.day, walked, served)
    routes = []
    for one in walked:
        cost = route_cost(script.day, one)
        routes.append(
            replace(
                one.route,
                distance_m=one.distance_m,
                driving_s=one.driving_s,
                service_s=one.service_s,
                waiting_s=one.waiting_s,
                cost=round(cost.total, 2),
            )
        )
    played = replace(
        plan, cost=round(parts.total, 2), cost_parts=parts.rounded(), routes=tuple(routes)
    )
    return replace(played, kpis=key_figures(problem, played))


def _walk(script: DayScript, route: Route) -> WalkedRoute:
    vehicle = script.day.vehicle_by_id[route.vehicle]
    return walk_route(script.day, vehicle, route, Findings())


def _route(script: DayScript, run: VanRun, route: Route) -> Route:
    calls = iter(run.calls)
    trips = []
    for done, trip in zip(run.trips, route.trips, strict=True):
        visits = []
        for visit in trip.stops:
            call = next(calls)
            times = (int(seconds[0]) for seconds in (call.arrive_s, call.start_s, call.end_s))
            arrive_s, start_s, end_s = times
            visits.append(replace(visit, arrive_s=arrive_s, start_s=start_s, depart_s=end_s))
        timed = replace(
            trip,
            depart_s=int(done.depart_s[0]),
            return_s=int(done.return_s[0]),
            stops=tuple(visits),
        )
        trips.append(replace(timed, rests=tuple(_rests(timed, done, trip, script))))
    return replace(
        route, depart_s=trips[0].depart_s, return_s=trips[-1].return_s, trips=tuple(trips)
    )


def _rests(timed: Trip, done: TripRun, trip: Trip, script: DayScript) -> list[Rest]:
    """The rests with their times; where lunch waits for its window, a rest bridges the time."""
    planned = sorted(trip.rests, key=lambda rest: rest.start_s)
    by_place: dict[str | None, list[Rest]] = {}
    for rest in planned:
        by_place.setdefault(rest.after_stop, []).append(rest)
    rests = []
    now_s: dict[int | None, int] = {}
    for index, start, length in done.rests:
        start_s, length_s = int(start[0]), int(length[0])
        stop = None if index is None else timed.stops[index].stop
        kind = by_place[stop].pop(0).kind
        if index is not None:
            ready_s = now_s.get(index, timed.stops[index].depart_s)
            if start_s > ready_s:
                rests.append(Rest(stop, ready_s, start_s - ready_s, RestKind.DRIVING))
        now_s[index] = start_s + length_s
        if length_s > 0:
            rests.append(Rest(stop, start_s, length_s, kind))
    return rests
