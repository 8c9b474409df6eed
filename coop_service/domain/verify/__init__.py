"""Check a plan against its problem, from the text of the problem format and nothing else.

Nothing here is shared with planning or with a solver: the plan is walked leg by leg on the
problem's matrices, and every time, load, sum and cost that it states is compared with what comes
out. A plan that cannot be read in part (an unknown stop, an absurd number) is still judged in all
its other parts; :func:`verify` never raises on a plan whose fields have the right types.

How the text is read where it leaves room:

* Waiting is free to choose: service may start later than on arrival, at the price of work time.
  Between trips, what is neither rest nor reload is waiting as well.
* Rests that touch one another are one rest; with ``service_is_rest`` (``reload_is_rest``) so is a
  rest that touches a service (a reload, which may lie before and after it).
* The lunch that is due is a rest of kind ``lunch``, alone long enough and wholly in its window; so
  is every other rest of that kind.
* A trip without visits is a drive from depot to depot like any other; a visit without orders and a
  route without trips are violations.
* Intermediate calls at ``start_depot`` lie within its opening hours too.
* Whether a stop had to be split is judged on those of its orders that are served, on vehicles that
  carry its tags and have a road to and from it, and on their depots beside the reasons named.
* Two different orders break a forbidden mix if one is in each half of the pair, also where the
  halves overlap.
* A van on the road comes home in every plan, if only by a trip without visits. What it has done is
  counted and not judged again: driving is only where it drives on without a rest, lunch only where
  it could still be had whole after ``time_s``. Rests before its first leg start at ``time_s``,
  without a gap; what is left until the departure is waiting.
* Outbound orders and transfers on board that are left out stay on board until the end of the
  present trip, wherever that is, and are judged by no limit that holds for their delivery.
* A prefix is judged on those of its stops where an order that is served must still be called for;
  visits of split stops count one by one.
* A vehicle is at a dock for the whole of ``reload_s`` up to its departure, whatever its driver does
  meanwhile, and also before its shift or the depot's hours begin.
* The packing cut-off holds for trips with inbound goods on board, wherever they belong.
* A day with relays is judged as the plain day in legs that its modes make of it
  (:func:`coop_service.domain.relay.expand`), and then its links one by one. A township that the
  plan does not name, or names twice, has the mode that is fixed for it or that is named first.
* An order with one leg served is served where ``unassigned`` is judged; its drop penalty goes by
  the branch leg. That the other leg is missing is a violation by itself.
* Only what changes vehicles is sorted and lies on the hub's floor: no local orders. Of what is
  brought and never taken, the floor is never free again.
* A trunk vehicle is at a door of its hub during service at either of the hub's stops, a branch van
  as at a dock. Unloading a branch van needs no door.
* How often, and with how many vehicles, trunk vehicles call at a hub is a matter of times and not
  of room: such visits are no needless split. They are listed under ``split_stops`` all the same.
* A key figure is compared where it is stated, and may be rounded to 0.1 km or 0.01.
"""

from __future__ import annotations

from coop_service.domain.plan import Plan
from coop_service.domain.problem import Direction, Problem
from coop_service.domain.relay import expand, hub_stop_id, orders_of
from coop_service.domain.verify.cargo import conflicting_classes, walk_cargo
from coop_service.domain.verify.costs import recompute_cost, route_cost
from coop_service.domain.verify.depots import check_depots
from coop_service.domain.verify.limits import check_day
from coop_service.domain.verify.orders import check_left_out, check_services
from coop_service.domain.verify.relay import check_modes, check_relays
from coop_service.domain.verify.splits import check_splits
from coop_service.domain.verify.start import check_start
from coop_service.domain.verify.stated import (
    check_cost,
    check_figures,
    check_numbers,
    check_route_numbers,
    check_sums,
)
from coop_service.domain.verify.verdict import Findings, Rule, Verdict, Violation
from coop_service.domain.verify.walk import walk_route
from coop_service.domain.verify.walked import WalkedRoute

__all__ = ["Rule", "Verdict", "Violation", "verify"]


def verify(problem: Problem, plan: Plan) -> Verdict:
    """Every violation in ``plan``, and what it really costs.

    Args:
        problem: a problem without faults of its own
            (:func:`coop_service.domain.problem_faults.find_problem_faults`).
        plan: any plan; it need not be one for this problem.

    Returns:
        A verdict that is ``ok`` only if every rule holds and every stated number is right, the
        cost to 0.01 yuan. Routes of unknown vehicles and routes with absurd numbers are reported,
        and are left out of the recomputed cost.
    """
    findings = Findings()
    check_numbers(plan, findings)
    modes = check_modes(problem, plan, findings)
    day = expand(problem, modes)
    conflicts = conflicting_classes(day)
    walked = _walk_all(day, plan, findings)
    hauls = [walk_cargo(day, route, conflicts, findings) for route in walked]
    for route_walked in walked:
        check_day(day, route_walked, findings)
        check_sums(route_walked, route_cost(day, route_walked), findings)
    served = check_services(day, plan, findings)
    check_left_out(problem, plan, orders_of(problem, modes, served), findings)
    check_start(day, plan, served, findings)
    check_splits(day, plan, conflicts, findings, hub_stops=_hub_stops(problem))
    check_depots(day, walked, findings)
    check_relays(problem, modes, walked, served, findings)
    parts = recompute_cost(day, walked, served)
    check_cost(plan, parts, findings)
    check_figures(plan, walked, hauls, findings)
    return Verdict.of(findings, parts)


def _hub_stops(problem: Problem) -> frozenset[str]:
    """Ids of the stops where trunk vehicles call at hubs."""
    ways = (Direction.OUTBOUND, Direction.INBOUND)
    return frozenset(hub_stop_id(hub.depot, way) for hub in problem.hubs for way in ways)


def _walk_all(problem: Problem, plan: Plan, findings: Findings) -> list[WalkedRoute]:
    """All routes that can be walked; the others are reported."""
    walked: list[WalkedRoute] = []
    seen: set[str] = set()
    for route in plan.routes:
        vehicle = problem.vehicle_by_id.get(route.vehicle)
        if vehicle is None:
            findings.add(
                Rule.UNKNOWN_VEHICLE,
                f"没有车辆 {route.vehicle}",
                f"there is no vehicle {route.vehicle}",
                amount=1,
                unit="routes",
                vehicle=route.vehicle,
            )
            continue
        if route.vehicle in seen:
            findings.add(
                Rule.VEHICLE_TWICE,
                "同一车辆有多条线路，一车一天只能有一条",
                "the vehicle has more than one route; it has one a day",
                amount=1,
                unit="routes",
                vehicle=route.vehicle,
            )
        seen.add(route.vehicle)
        if not route.trips:
            findings.add(
                Rule.EMPTY_ROUTE,
                "线路没有任何趟次；不出车的车辆不应有线路",
                "the route has no trips; a vehicle that stays in has no route",
                amount=1,
                unit="routes",
                vehicle=route.vehicle,
            )
        elif check_route_numbers(route, findings):
            walked.append(walk_route(problem, vehicle, route, findings))
    return walked
