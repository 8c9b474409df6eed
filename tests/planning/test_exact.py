"""The exact planner against an enumeration in the test that shares nothing with it."""

from itertools import pairwise, permutations, product

import pytest

from coop_service.domain.plan import Status
from coop_service.domain.problem import NO_ROAD, Direction
from coop_service.domain.verify import verify
from coop_service.planning.engines import ENGINES
from coop_service.planning.stop import MaxIterations

ONE = MaxIterations(1)


def cost_of_route(problem, vehicle, stops):
    """Cheapest cost over every departure second that could matter, by plain simulation."""
    profile = problem.profiles[vehicle.profile]
    orders = {s: [o for o in problem.orders if o.stop == s] for s in stops}
    load = sum(o.load["kg"] for s in stops for o in orders[s] if o.direction is Direction.OUTBOUND)
    if load > vehicle.capacity["kg"]:
        return None
    for stop in stops:
        for order in orders[stop]:
            sign = 1 if order.direction is Direction.INBOUND else -1
            load += sign * order.load["kg"]
        if load > vehicle.capacity["kg"]:
            return None
    places = [0, *(problem.stop_by_id[s].location for s in stops), 0]
    legs = list(pairwise(places))
    if any(profile.duration_s[leg] == NO_ROAD for leg in legs):
        return None
    km = sum(int(profile.distance_m[leg]) for leg in legs) / 1000
    best = None
    first, last = vehicle.shift_s
    for depart in range(first, last, 60):
        now = depart
        for leg, stop_id in zip(legs, [*stops, None], strict=True):
            now += int(profile.duration_s[leg])
            if stop_id is not None:
                stop = problem.stop_by_id[stop_id]
                if stop.time_windows_s:
                    starts = [max(now, a) for a, b in stop.time_windows_s if now <= b]
                    if not starts:
                        break
                    now = min(starts)
                now += stop.service_s + sum(o.service_s for o in orders[stop_id])
        else:
            if now <= last:
                hours = (now - depart) / 3600
                costs = vehicle.costs
                cost = costs.fixed + costs.per_km * km + costs.per_hour * hours
                best = cost if best is None else min(best, cost)
    return best


def cheapest_by_enumeration(problem):
    """Every assignment of stops to vehicles, every order: all stops must be served."""
    stops = [s.id for s in problem.stops]
    best = None
    cache = {}
    for dealt in product(range(len(problem.vehicles)), repeat=len(stops)):
        total = 0.0
        for v, vehicle in enumerate(problem.vehicles):
            mine = tuple(s for s, to in zip(stops, dealt, strict=True) if to == v)
            if mine and mine not in cache:
                costs = [cost_of_route(problem, vehicle, order) for order in permutations(mine)]
                cache[mine] = min((c for c in costs if c is not None), default=None)
            cost = cache[mine] if mine else 0.0
            if cost is None:
                break
            total += cost
        else:
            best = total if best is None else min(best, total)
    return best


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_small_two_way_days_are_planned_at_the_optimum_of_an_enumeration(make_random_day, seed):
    problem = make_random_day(seed, stops=4, vehicles=2)
    plan = ENGINES["ortools"](problem, ONE, seed=1)
    assert plan.status is Status.OPTIMAL
    assert plan.unassigned == ()
    # the enumeration leaves on whole minutes only, so it may be up to a minute of pay dearer
    assert plan.cost == pytest.approx(cheapest_by_enumeration(problem), abs=2 * 25.0 / 60)
    assert plan.cost <= cheapest_by_enumeration(problem) + 0.005
    assert verify(problem, plan).ok


def test_collections_wait_until_deliveries_have_made_room(make_line, make_vehicle, make_order):
    # full of deliveries for the far stop, so the near one's produce is collected on the way back
    orders = [
        make_order("down", "s2", 100),
        make_order("up", "s1", 50, direction=Direction.INBOUND),
    ]
    problem = make_line([10, 20], [make_vehicle()], orders)
    plan = ENGINES["ortools"](problem, ONE, seed=1)
    assert [visit.stop for visit in plan.routes[0].visits] == ["s2", "s1"]
    assert plan.cost == 10 + 40
    assert verify(problem, plan).ok


def test_an_order_that_costs_more_than_its_penalty_is_dropped(make_line, make_vehicle, make_order):
    orders = [make_order("near", "s1"), make_order("far", "s2", drop_penalty=75.0)]
    problem = make_line([10, 50], [make_vehicle()], orders)
    plan = ENGINES["ortools"](problem, ONE, seed=1)
    assert [left_out.order for left_out in plan.unassigned] == ["far"]
    assert plan.cost == 10 + 20 + 75
    assert verify(problem, plan).ok


def test_a_mandatory_order_goes_before_any_penalty(make_line, make_vehicle, make_order):
    orders = [
        make_order("dear", "s1", 100, drop_penalty=1e6),
        make_order("mandatory", "s2", 100),
    ]
    problem = make_line([10, 50], [make_vehicle()], orders)
    plan = ENGINES["ortools"](problem, ONE, seed=1)
    assert [left_out.order for left_out in plan.unassigned] == ["dear"]
    assert plan.cost_parts.dropped == 1e6


def test_of_two_mandatory_orders_the_one_of_higher_priority_is_kept(
    make_line, make_vehicle, make_order
):
    orders = [make_order("near", "s1", 100), make_order("first", "s2", 100, priority=2)]
    plan = ENGINES["ortools"](make_line([10, 50], [make_vehicle()], orders), ONE, seed=1)
    assert [left_out.order for left_out in plan.unassigned] == ["near"]
