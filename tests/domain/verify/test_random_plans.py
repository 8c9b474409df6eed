"""Random days with plans that are right by construction: accepted; with one fault each: found."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from coop_service.domain.plan import (
    CostParts,
    Plan,
    Reason,
    Rest,
    RestKind,
    Route,
    Status,
    Trip,
    Unassigned,
    Visit,
)
from coop_service.domain.problem import NO_ROAD, Direction, Lunch, Profile
from coop_service.domain.verify import Rule, verify

QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much]
)


def loads_on(trip):
    return (trip.load_at_start, *(visit.load_after for visit in trip.stops))


@QUICK
@given(seed=st.integers(0, 2**32))
def test_a_plan_that_is_right_by_construction_is_accepted(make_day, seed):
    day = make_day(seed)
    verdict = verify(day.problem, day.plan)
    assert [str(one) for one in verdict.violations] == []
    assert verdict.cost == pytest.approx(day.plan.cost, abs=0.0101)


# --- planted faults -----------------------------------------------------------------------------
# Each takes a day and returns the problem and the plan with one fault, or None where the day has
# no place for it.


def change_route(day, index, **changes):
    routes = list(day.plan.routes)
    routes[index] = replace(routes[index], **changes)
    return replace(day.plan, routes=tuple(routes))


def change_trip(day, route_index, trip_index, **changes):
    trips = list(day.plan.routes[route_index].trips)
    trips[trip_index] = replace(trips[trip_index], **changes)
    return change_route(day, route_index, trips=tuple(trips))


def pick_trip(day, wanted=lambda trip: True):
    places = [
        (at, number, trip)
        for at, route in enumerate(day.plan.routes)
        for number, trip in enumerate(route.trips)
        if wanted(trip)
    ]
    return day.dice.choice(places) if places else None


def change_visit(day, wanted=lambda visit: True, **changes):
    """Change one visit; a value that is callable is given the visit."""
    picked = pick_trip(day, lambda trip: any(map(wanted, trip.stops)))
    if picked is None:
        return None
    at, number, trip = picked
    visits = list(trip.stops)
    index = day.dice.choice([i for i, visit in enumerate(visits) if wanted(visit)])
    visit = visits[index]
    visits[index] = replace(
        visit, **{k: v(visit) if callable(v) else v for k, v in changes.items()}
    )
    return day.problem, change_trip(day, at, number, stops=tuple(visits))


def change_used_vehicle(day, change):
    """Change the vehicle of one route in the problem."""
    route = day.dice.choice(day.plan.routes)
    vehicles = tuple(
        change(vehicle, route) if vehicle.id == route.vehicle else vehicle
        for vehicle in day.problem.vehicles
    )
    return replace(day.problem, vehicles=vehicles), day.plan


def change_orders(day, wanted, **changes):
    """Change one served order in the problem."""
    served = {name for route in day.plan.routes for visit in route.visits for name in visit.orders}
    chosen = [o for o in day.problem.orders if o.id in served and wanted(o)]
    if not chosen:
        return None
    order = day.dice.choice(chosen)
    changes = {k: v(order) if callable(v) else v for k, v in changes.items()}
    orders = tuple(replace(o, **changes) if o is order else o for o in day.problem.orders)
    return replace(day.problem, orders=orders), day.plan


def change_rules(day, **changes):
    return replace(day.problem, rules=replace(day.problem.rules, **changes)), day.plan


def swapped_visits(day):
    picked = pick_trip(day, lambda trip: len(trip.stops) > 1)
    if picked is None:
        return None
    at, number, trip = picked
    first, second, *others = trip.stops
    return day.problem, change_trip(day, at, number, stops=(second, first, *others))


def dropped_order(day):
    def wanted(visit):
        return day.problem.order_by_id[visit.orders[0]].direction != Direction.TRANSFER

    return change_visit(day, wanted, orders=lambda visit: visit.orders[1:])


def doubled_order(day):
    return change_visit(day, orders=lambda visit: (*visit.orders, visit.orders[0]))


def strange_order(day):
    return change_visit(day, orders=lambda visit: (*visit.orders, "nobody's"))


def overload(day):
    loaded = [
        (route.vehicle, load["weight_kg"])
        for route in day.plan.routes
        for trip in route.trips
        for load in loads_on(trip)
        if load.get("weight_kg", 0.0) > 1
    ]
    if not loaded:
        return None
    name, peak = max(loaded, key=lambda pair: pair[1])
    vehicles = tuple(
        replace(one, capacity={"weight_kg": peak - 0.5}) if one.id == name else one
        for one in day.problem.vehicles
    )
    return replace(day.problem, vehicles=vehicles), day.plan


def late_service(day):
    visit = day.dice.choice([v for route in day.plan.routes for v in route.visits])
    stops = tuple(
        replace(s, time_windows_s=((0, visit.start_s - 1),)) if s.id == visit.stop else s
        for s in day.problem.stops
    )
    return replace(day.problem, stops=stops), day.plan


def blocked_road(day):
    route = day.dice.choice(day.plan.routes)
    vehicle = day.problem.vehicle_by_id[route.vehicle]
    here = day.problem.depot_by_id[vehicle.start_depot].location
    there = day.problem.stop_by_id[route.trips[0].stops[0].stop].location
    profile = day.problem.profiles[vehicle.profile]
    duration_s = profile.duration_s.copy()
    duration_s[here, there] = NO_ROAD
    profiles = {**day.problem.profiles, vehicle.profile: Profile(duration_s, profile.distance_m)}
    return replace(day.problem, profiles=profiles), day.plan


def missing_tag(day):
    visit = day.dice.choice([v for route in day.plan.routes for v in route.visits])
    stops = tuple(
        replace(s, required_tags=frozenset({"crane"})) if s.id == visit.stop else s
        for s in day.problem.stops
    )
    return replace(day.problem, stops=stops), day.plan


def closed_depot(day):
    first = min(day.plan.routes, key=lambda route: route.depart_s)
    depots = tuple(replace(d, open_s=first.depart_s + 1) for d in day.problem.depots)
    return replace(day.problem, depots=depots), day.plan


def change_rest(day, **changes):
    """Change a rest that is followed by another visit."""

    def wanted(rest, trip):
        return rest.after_stop not in (None, trip.stops[-1].stop)

    picked = pick_trip(day, lambda trip: any(wanted(rest, trip) for rest in trip.rests))
    if picked is None:
        return None
    at, number, trip = picked
    rests = list(trip.rests)
    index = next(i for i, rest in enumerate(rests) if wanted(rest, trip))
    changes = {name: change(rests[index]) for name, change in changes.items()}
    rests[index] = replace(rests[index], **changes)
    return day.problem, change_trip(day, at, number, rests=tuple(rests))


def removed_rest(day):
    return change_rest(day, after_stop=lambda rest: "elsewhere")


def stretch_too_long(day):
    longest_s = max(day.stretches(day.plan))
    return change_rules(day, max_driving_s=longest_s - 1)


def no_lunch(day):
    route = max(day.plan.routes, key=lambda route: route.return_s - route.depart_s)
    lunch = Lunch((route.depart_s, route.return_s), 60)
    return change_rules(day, lunch=lunch)


def short_reload(day):
    route = next((route for route in day.plan.routes if len(route.trips) > 1), None)
    if route is None:
        return None
    vehicles = tuple(
        replace(v, reload_s=v.reload_s + 10**5) if v.id == route.vehicle else v
        for v in day.problem.vehicles
    )
    return replace(day.problem, vehicles=vehicles), day.plan


def forbidden_mix(day):
    """Two orders that leave the depot together are made to be enemies."""
    for route in day.plan.routes:
        for trip in route.trips:
            names = [name for visit in trip.stops for name in visit.orders]
            out = [
                name
                for name in names
                if day.problem.order_by_id[name].direction == Direction.OUTBOUND
            ]
            if len(out) > 1:
                classes = {out[0]: "grain", out[1]: "farm_input_pesticide"}
                orders = tuple(
                    replace(o, goods_class=classes.get(o.id, o.goods_class))
                    for o in day.problem.orders
                )
                return replace(day.problem, orders=orders), day.plan
    return None


def needless_split(day):
    """A visit is made into two at once, with room enough for both."""
    picked = pick_trip(day, lambda trip: any(len(visit.orders) > 1 for visit in trip.stops))
    if picked is None:
        return None
    at, number, trip = picked
    index = next(i for i, visit in enumerate(trip.stops) if len(visit.orders) > 1)
    visit = trip.stops[index]
    halves = (
        replace(visit, orders=visit.orders[:1]),
        replace(visit, orders=visit.orders[1:]),
    )
    stops = (*trip.stops[:index], *halves, *trip.stops[index + 1 :])
    return day.problem, change_trip(day, at, number, stops=stops)


def served_and_unassigned(day):
    name = next(name for route in day.plan.routes for v in route.visits for name in v.orders)
    extra = Unassigned(name, Reason.CAPACITY, False)
    return day.problem, replace(day.plan, unassigned=(*day.plan.unassigned, extra))


def unlisted(day):
    return (day.problem, replace(day.plan, unassigned=())) if day.left_out else None


def half_a_transfer(day):
    def second(visit):
        names = (day.problem.order_by_id[name] for name in visit.orders)
        return any(order.to_stop == visit.stop for order in names)

    return change_visit(
        day,
        second,
        orders=lambda visit: tuple(
            name for name in visit.orders if day.problem.order_by_id[name].to_stop != visit.stop
        ),
    )


def first_route(**changes):
    def plant(day):
        route = day.plan.routes[0]
        return day.problem, change_route(
            day, 0, **{name: change(getattr(route, name)) for name, change in changes.items()}
        )

    return plant


FAULTS = {
    "an arrival 60 s early": (
        lambda day: change_visit(day, arrive_s=lambda visit: visit.arrive_s - 60),
        Rule.ARRIVE_TIME,
    ),
    "a service that starts before the arrival": (
        lambda day: change_visit(day, start_s=lambda visit: visit.arrive_s - 1),
        Rule.START_TIME,
    ),
    "a departure 1 s early": (
        lambda day: change_visit(day, depart_s=lambda visit: visit.depart_s - 1),
        Rule.DEPART_TIME,
    ),
    "a trip that returns early": (
        lambda day: (
            day.problem,
            change_trip(day, 0, -1, return_s=day.plan.routes[0].trips[-1].return_s - 1),
        ),
        Rule.RETURN_TIME,
    ),
    "a visit before the one before it": (swapped_visits, Rule.ARRIVE_TIME),
    "a load raised": (
        lambda day: change_visit(day, load_after=lambda visit: {"weight_kg": 12345.0}),
        Rule.STATED_LOAD,
    ),
    "a load at start raised": (
        lambda day: (
            day.problem,
            change_trip(day, 0, 0, load_at_start={"volume_m3": 54321.0}),
        ),
        Rule.STATED_LOAD,
    ),
    "an order dropped silently": (dropped_order, Rule.ORDER_MISSING),
    "an order left out and not listed": (unlisted, Rule.ORDER_MISSING),
    "a transfer never left": (half_a_transfer, Rule.TRANSFER),
    "an order twice": (doubled_order, Rule.ORDER_TWICE),
    "an unknown order": (strange_order, Rule.UNKNOWN_ORDER),
    "an unknown stop": (lambda day: change_visit(day, stop="nowhere"), Rule.UNKNOWN_STOP),
    "orders at the wrong stop": (
        lambda day: change_visit(day, stop="nowhere"),
        Rule.WRONG_STOP,
    ),
    "served and unassigned": (served_and_unassigned, Rule.ORDER_SERVED_AND_UNASSIGNED),
    "an overload": (overload, Rule.CAPACITY),
    "a service after the window": (late_service, Rule.TIME_WINDOW),
    "a closed road": (blocked_road, Rule.NO_ROAD),
    "a missing tag": (missing_tag, Rule.REQUIRED_TAGS),
    "a temperature not held": (
        lambda day: change_orders(day, lambda order: True, temperature="frozen"),
        Rule.TEMPERATURE,
    ),
    "goods of another depot": (
        lambda day: change_orders(
            day,
            lambda order: order.direction != Direction.TRANSFER,
            depot=lambda order: "station" if order.depot == "centre" else "centre",
        ),
        Rule.WRONG_DEPOT,
    ),
    # A leg always takes time, so that nothing is on board for no time at all.
    "too long on board": (
        lambda day: change_orders(day, lambda order: True, max_on_board_s=0),
        Rule.MAX_ON_BOARD,
    ),
    "a forbidden mix": (forbidden_mix, Rule.FORBIDDEN_MIX),
    "a departure before the shift": (
        lambda day: change_used_vehicle(
            day, lambda v, route: replace(v, shift_s=(route.depart_s + 1, v.shift_s[1]))
        ),
        Rule.SHIFT,
    ),
    "a return after the overtime": (
        lambda day: change_used_vehicle(
            day,
            lambda v, route: replace(
                v, shift_s=(v.shift_s[0], route.return_s - v.costs.max_overtime_s - 1)
            ),
        ),
        Rule.SHIFT,
    ),
    "a departure before the depot opens": (closed_depot, Rule.DEPOT_HOURS),
    "one trip too many": (
        lambda day: change_used_vehicle(
            day, lambda v, route: replace(v, max_trips=len(route.trips) - 1)
        ),
        Rule.MAX_TRIPS,
    ),
    "a distance exceeded": (
        lambda day: change_used_vehicle(
            day, lambda v, route: replace(v, max_distance_m=route.distance_m - 1)
        ),
        Rule.MAX_DISTANCE,
    ),
    "a work time exceeded": (
        lambda day: change_used_vehicle(
            day, lambda v, route: replace(v, max_work_s=route.return_s - route.depart_s - 1)
        ),
        Rule.MAX_WORK,
    ),
    "a day's driving exceeded": (
        lambda day: change_rules(
            day, max_driving_day_s=max(route.driving_s for route in day.plan.routes) - 1
        ),
        Rule.DRIVING_DAY,
    ),
    "a stretch of driving too long": (stretch_too_long, Rule.DRIVING_TIME),
    "a rest shortened": (
        lambda day: change_rest(day, duration_s=lambda rest: rest.duration_s - 1),
        Rule.ARRIVE_TIME,
    ),
    "a rest moved": (
        lambda day: change_rest(day, start_s=lambda rest: rest.start_s + 30),
        Rule.REST_POSITION,
    ),
    "a rest elsewhere": (removed_rest, Rule.REST_POSITION),
    "no lunch": (no_lunch, Rule.LUNCH),
    "a reload too short": (short_reload, Rule.RELOAD),
    "a needless split": (needless_split, Rule.SPLIT_UNLISTED),
    "a vehicle that is not there": (
        first_route(vehicle=lambda name: name + "?"),
        Rule.UNKNOWN_VEHICLE,
    ),
    "a wrong cost": (
        lambda day: (day.problem, replace(day.plan, cost=day.plan.cost - 0.03)),
        Rule.STATED_COST,
    ),
    "a wrong route cost": (first_route(cost=lambda cost: cost + 0.03), Rule.STATED_ROUTE_COST),
    "a wrong distance": (first_route(distance_m=lambda m: m - 1), Rule.STATED_DISTANCE),
    "a wrong driving time": (first_route(driving_s=lambda s: s - 1), Rule.STATED_DRIVING),
    "a wrong service time": (first_route(service_s=lambda s: s + 1), Rule.STATED_SERVICE),
    "a wrong waiting time": (first_route(waiting_s=lambda s: s + 1), Rule.STATED_WAITING),
    "a wrong departure": (first_route(depart_s=lambda s: s + 1), Rule.STATED_TIMES),
    "a cost that is not a number": (
        lambda day: (day.problem, replace(day.plan, cost=math.nan)),
        Rule.BAD_NUMBER,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
@settings(QUICK, max_examples=12)
@given(seed=st.integers(0, 2**32))
def test_a_planted_fault_is_found_by_its_name(make_day, fault, seed):
    day = make_day(seed)
    plant, rule = FAULTS[fault]
    planted = plant(day)
    assume(planted is not None)
    problem, plan = planted
    verdict = verify(problem, plan)
    assert rule.value in {one.rule for one in verdict.violations}
    assert not verdict.ok
    assert all(one.amount > 0 and " / " in one.message for one in verdict.violations)


names = st.sampled_from(["c2", "c3", "V1", "V2", "o0", "o1", "x", ""])
whole = st.integers() | st.integers(-(10**5), 10**5)
number = st.floats() | st.integers()
loads = st.dictionaries(st.sampled_from(["weight_kg", "pieces", "?"]), number, max_size=2)
visits = st.builds(Visit, names, whole, whole, whole, st.lists(names, max_size=3).map(tuple), loads)
rests = st.builds(Rest, names | st.none(), whole, whole, st.sampled_from(RestKind))
trips = st.builds(
    Trip,
    whole,
    whole,
    loads,
    loads,
    st.lists(visits, max_size=3).map(tuple),
    st.lists(rests, max_size=3).map(tuple),
)
routes = st.builds(
    Route,
    names,
    whole,
    whole,
    whole,
    whole,
    whole,
    whole,
    number,
    st.lists(trips, max_size=3).map(tuple),
)
plans = st.builds(
    Plan,
    name=names,
    engine=names,
    status=st.sampled_from(Status),
    cost_parts=st.builds(CostParts, number, number, number, number, number, number),
    unassigned=st.lists(
        st.builds(Unassigned, names, st.sampled_from(Reason), st.booleans()), max_size=2
    ).map(tuple),
    routes=st.lists(routes, max_size=3).map(tuple),
    seconds=number,
    cost=number,
    split_stops=st.lists(names, max_size=3).map(tuple),
    kpis=st.dictionaries(st.sampled_from(["empty_km", "vehicles_used"]), number | names),
)


@QUICK
@given(seed=st.integers(0, 50), plan=plans)
def test_no_plan_at_all_makes_verification_raise(make_day, seed, plan):
    verdict = verify(make_day(seed).problem, plan)
    assert all(math.isfinite(one.amount) and str(one) for one in verdict.violations)


def test_every_rule_is_planted_somewhere_in_these_tests():
    sources = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")
    )
    missing = [r.name for r in Rule if f'"{r.value}"' not in sources and r.name not in sources]
    assert missing == []
