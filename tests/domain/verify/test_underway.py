"""Vans on the road: the rest of their day, counted on from what they have done.

V1 stands at c1, 10 km from the centre, at 36 000 s, out since 30 000 s. Unless a test says
otherwise ``o1`` (for c2) and ``o2`` (collected at c1 at 35 000 s) are on board; the rest of the day
is 10 km to c2, there at 36 600 s, and 20 km home, there at 37 800 s.
"""

from dataclasses import replace

import pytest

from coop_service.domain.plan import CostParts
from coop_service.domain.problem import Costs, Direction, Lunch, OnBoard, Underway
from coop_service.domain.verify import verify

OUT, IN, OVER = Direction.OUTBOUND, Direction.INBOUND, Direction.TRANSFER
GOODS = (OnBoard("o1", 30_000), OnBoard("o2", 35_000))
NOW = Underway(location=1, time_s=36_000, departed_s=30_000, on_board=GOODS)
ORDERS = ({"stop": "c2"}, {"stop": "c1", "direction": IN})
REST_OF_DAY = {"V1": [{"calls": [("c2", ["o1"])]}]}
HOME = {"V1": [{"calls": []}]}


@pytest.fixture
def on_the_road(make_problem):
    """A problem with V1 on the road; ``done`` changes what it has done, the rest the vehicle."""

    def make(done=None, orders=ORDERS, rules=None, others=(), stops=None, **vehicle):
        van = {"underway": replace(NOW, **(done or {}))} | vehicle
        return make_problem(orders=orders, vehicles=(van, *others), rules=rules, stops=stops)

    return make


def test_the_rest_of_a_day_pays_no_fixed_cost_and_km_and_hours_from_here(on_the_road, make_plan):
    problem = on_the_road()
    plan = make_plan(problem, REST_OF_DAY)
    (trip,) = plan.routes[0].trips
    assert (trip.depart_s, trip.return_s) == (36_000, 37_800)
    assert [load["weight_kg"] for load in (trip.load_at_start, trip.load_at_end)] == [20, 10]
    verdict = verify(problem, plan)
    assert verdict.violations == ()
    assert verdict.cost_parts == CostParts(fixed=0.0, distance=30.0, time=18.0)
    assert verdict.cost == 48.0


def test_waiting_where_it_stands_is_waiting_and_is_paid(on_the_road, make_plan):
    problem = on_the_road()
    plan = make_plan(problem, {"V1": [REST_OF_DAY["V1"][0] | {"depart_s": 36_300}]})
    assert plan.routes[0].waiting_s == 300
    verdict = verify(problem, plan)
    assert verdict.violations == ()
    assert verdict.cost_parts.time == 21.0


def test_it_cannot_leave_before_it_is_ready(on_the_road, make_plan, found):
    free = {"costs": Costs(per_km=1.0)}
    early = on_the_road(done={"time_s": 35_940}, **free)
    plan = make_plan(early, REST_OF_DAY)
    assert found(early, plan) == []
    assert found(on_the_road(**free), plan) == [("underway_start", 60)]


def test_a_van_on_the_road_is_in_every_plan(on_the_road, make_plan, found):
    problem = on_the_road()
    assert found(problem, make_plan(problem, {}, unassigned=["o1"])) == [("underway_missing", 1)]
    plan = make_plan(problem, HOME, unassigned=["o1"])
    assert plan.routes[0].distance_m == 10_000
    assert verify(problem, plan).violations == ()


def test_a_route_without_a_trip_does_not_bring_it_home(on_the_road, make_plan, found):
    problem = on_the_road()
    plan = make_plan(problem, HOME, unassigned=["o1"])
    route = replace(plan.routes[0], trips=())
    nowhere = replace(plan, routes=(route,), cost=0.0, cost_parts=CostParts())
    assert found(problem, nowhere) == [("empty_route", 1)]


def test_what_is_left_out_comes_back_with_the_van(on_the_road, make_plan, found):
    orders = (ORDERS[0] | {"drop_penalty": 7.0}, ORDERS[1])
    problem = on_the_road(orders=orders)
    plan = make_plan(problem, HOME, unassigned=["o1"])
    assert plan.routes[0].trips[0].load_at_end == {"weight_kg": 20}
    assert verify(problem, plan).cost_parts == CostParts(distance=10.0, time=6.0, dropped=7.0)
    assert found(problem, make_plan(problem, HOME)) == [("order_missing", 1)]


def test_what_is_left_out_takes_room_until_the_trip_ends(on_the_road, make_plan, found):
    orders = (*ORDERS, {"stop": "c1", "direction": IN})
    calls = {"V1": [{"calls": [("c1", ["o3"])]}]}
    problem = on_the_road(orders=orders, capacity={"weight_kg": 30})
    assert found(problem, make_plan(problem, calls, unassigned=["o1"])) == []
    problem = on_the_road(orders=orders, capacity={"weight_kg": 25})
    assert found(problem, make_plan(problem, calls, unassigned=["o1"])) == [("capacity", 5)]


def test_goods_on_board_count_for_forbidden_mixes(on_the_road, make_plan, found):
    grain = {"stop": "c1", "direction": IN, "goods_class": "grain"}
    orders = (ORDERS[0] | {"goods_class": "lime"}, ORDERS[1], grain)
    problem = on_the_road(orders=orders, rules={"forbidden_mixes": (("lime", "grain"),)})
    together = {"V1": [{"calls": [("c1", ["o3"]), ("c2", ["o1"])]}]}
    apart = {"V1": [{"calls": [("c2", ["o1"]), ("c1", ["o3"])]}]}
    assert found(problem, make_plan(problem, together)) == [("forbidden_mix", 1)]
    assert found(problem, make_plan(problem, apart)) == []


def test_goods_at_the_depot_are_left_only_after_a_reload(on_the_road, make_plan, found):
    orders = (*ORDERS, {"stop": "c3"})
    now = on_the_road(orders=orders, max_trips=2, reload_s=600)
    plan = make_plan(now, {"V1": [{"calls": [("c2", ["o1"]), ("c3", ["o3"])]}]})
    # The hand's plan subtracts what was never loaded; the verifier does not.
    assert found(now, plan)[-1] == ("not_on_board", 1)
    again = {"V1": [{"calls": [("c2", ["o1"])]}, {"calls": [("c3", ["o3"])]}]}
    plan = make_plan(now, again)
    assert plan.routes[0].trips[1].depart_s == 37_800 + 600
    assert found(now, plan) == []
    late = on_the_road(done={"trips_done": 1}, orders=orders, max_trips=2, reload_s=600)
    assert found(late, plan) == [("max_trips", 1)]


def test_goods_on_board_of_one_van_are_not_left_by_another(on_the_road, make_plan, found):
    problem = on_the_road(others=({},))
    routes = HOME | {"V2": [{"depart_s": 36_000, "calls": [("c2", ["o1"])]}]}
    assert found(problem, make_plan(problem, routes)) == [("on_board_elsewhere", 1)]


def test_nor_by_another_that_is_on_the_road_as_well(on_the_road, make_plan, found):
    problem = on_the_road(others=({"underway": replace(NOW, on_board=())},))
    plan = make_plan(problem, HOME | {"V2": [{"calls": []}]}, unassigned=["o1"])
    assert found(problem, plan) == []
    plan = make_plan(problem, HOME | {"V2": [{"calls": [("c2", ["o1"])]}]})
    assert ("on_board_elsewhere", 1) in found(problem, plan)
    assert "not_on_board" not in dict(found(problem, plan))


def test_goods_on_board_are_not_left_on_a_later_trip(on_the_road, make_plan, found):
    problem = on_the_road(max_trips=2)
    routes = {"V1": [{"calls": []}, {"calls": [("c2", ["o1"])]}]}
    assert found(problem, make_plan(problem, routes)) == [("on_board_elsewhere", 1)]


def test_goods_collected_before_are_served_and_not_to_be_visited(on_the_road, make_plan, found):
    problem = on_the_road()
    plan = make_plan(problem, REST_OF_DAY, unassigned=["o2"])
    assert found(problem, plan) == [("order_served_and_unassigned", 1)]
    plan = make_plan(
        on_the_road(done={"on_board": GOODS[:1]}),
        {"V1": [{"calls": [("c1", ["o2"]), ("c2", ["o1"])]}]},
    )
    assert ("order_twice", 1) in found(problem, plan)
    problem = on_the_road(others=({},))
    again = REST_OF_DAY | {"V2": [{"depart_s": 36_000, "calls": [("c1", ["o2"])]}]}
    assert found(problem, make_plan(problem, again)) == [("order_twice", 1)]


def test_a_transfer_on_board_is_only_to_be_left(on_the_road, make_plan, found):
    orders = ({"stop": "c1", "direction": OVER, "to_stop": "c2"},)
    on_board = {"on_board": (OnBoard("o1", 35_000),)}
    problem = on_the_road(done=on_board, orders=orders)
    plan = make_plan(problem, REST_OF_DAY)
    assert plan.routes[0].trips[0].load_at_start == {"weight_kg": 10}
    assert found(problem, plan) == []
    assert found(problem, make_plan(problem, HOME, unassigned=["o1"])) == []
    again = {"V1": [{"calls": [("c1", ["o1"]), ("c2", ["o1"])]}]}
    plan = make_plan(on_the_road(done={"on_board": ()}, orders=orders), again)
    assert ("order_twice", 1) in found(problem, plan)


@pytest.mark.parametrize(
    ("orders", "on_board_s"),
    [
        ((ORDERS[0], ORDERS[1] | {"max_on_board_s": 2800}), 2800),
        ((ORDERS[0] | {"max_on_board_s": 6600}, ORDERS[1]), 6600),
    ],
)
def test_time_on_board_counts_from_when_it_was_loaded(
    on_the_road, make_plan, found, orders, on_board_s
):
    problem = on_the_road(orders=orders)
    assert found(problem, make_plan(problem, REST_OF_DAY)) == []
    shorter = tuple(
        order | ({"max_on_board_s": on_board_s - 1} if "max_on_board_s" in order else {})
        for order in orders
    )
    problem = on_the_road(orders=shorter)
    assert found(problem, make_plan(problem, REST_OF_DAY)) == [("max_on_board", 1)]


def test_goods_collected_before_must_reach_their_own_depot(make_problem, make_plan, found):
    depots = ({"id": "centre", "location": 0}, {"id": "far", "location": 3})
    van = {"underway": NOW, "end_depot": "far", "max_trips": 2}
    problem = make_problem(orders=ORDERS, vehicles=(van,), depots=depots)
    assert found(problem, make_plan(problem, REST_OF_DAY)) == [("wrong_depot", 1)]
    back_first = {"V1": [*REST_OF_DAY["V1"], {"calls": []}]}
    assert found(problem, make_plan(problem, back_first)) == []


@pytest.mark.parametrize(
    ("done", "vehicle", "rules", "rule"),
    [
        ({"distance_m": 50_000}, {"max_distance_m": 80_000}, {}, "max_distance"),
        ({}, {"max_work_s": 7_800}, {}, "max_work"),
        ({"driven_s": 3_000}, {}, {"max_driving_day_s": 4_800}, "driving_day"),
    ],
)
def test_limits_of_the_day_count_what_was_done(
    on_the_road, make_plan, found, done, vehicle, rules, rule
):
    problem = on_the_road(done=done, rules=rules, **vehicle)
    plan = make_plan(problem, REST_OF_DAY)
    assert found(problem, plan) == []
    lower = [{name: limit - 5 for name, limit in limits.items()} for limits in (vehicle, rules)]
    assert found(on_the_road(done=done, rules=lower[1], **lower[0]), plan) == [(rule, 5)]


def test_driving_since_the_last_rest_counts(on_the_road, make_plan, found):
    rules = {"max_driving_s": 14_400, "rest_s": 1200}
    just = on_the_road(done={"driven_since_rest_s": 12_600}, rules=rules)
    plan = make_plan(just, REST_OF_DAY)
    assert found(just, plan) == []
    tired = on_the_road(done={"driven_since_rest_s": 13_000}, rules=rules)
    assert found(tired, plan) == [("driving_time", 400)]
    rested = {"V1": [REST_OF_DAY["V1"][0] | {"rests": [(1200, "driving")]}]}
    plan = make_plan(tired, rested)
    assert plan.routes[0].depart_s == 37_200
    assert found(tired, plan) == []
    short = {"V1": [REST_OF_DAY["V1"][0] | {"rests": [(1199, "driving")]}]}
    assert found(tired, make_plan(tired, short)) == [("driving_time", 400)]


def test_driving_too_long_before_is_not_judged_if_it_rests_now(on_the_road, make_plan, found):
    rules = {"max_driving_s": 14_400, "rest_s": 1200}
    problem = on_the_road(done={"driven_since_rest_s": 15_000}, rules=rules)
    assert found(problem, make_plan(problem, REST_OF_DAY)) == [("driving_time", 2400)]
    rested = {"V1": [REST_OF_DAY["V1"][0] | {"rests": [(600, "driving"), (600, "driving")]}]}
    assert found(problem, make_plan(problem, rested)) == []


def test_only_the_driving_that_is_planned_can_be_too_long(on_the_road, make_plan, found):
    """A visit where it stands, a rest after it: it drives on rested, then 1800 s to the centre."""
    orders = (*ORDERS, {"stop": "c1", "direction": IN})
    rest = {"rests": [(1200, "driving")]}
    calls = {"V1": [{"calls": [("c1", ["o3"], rest), ("c2", ["o1"])]}]}

    def found_at(max_driving_s):
        rules = {"max_driving_s": max_driving_s, "rest_s": 1200}
        problem = on_the_road(done={"driven_since_rest_s": 15_000}, orders=orders, rules=rules)
        return found(problem, make_plan(problem, calls))

    assert found_at(1800) == []
    assert found_at(1700) == [("driving_time", 100)]


def test_a_rest_where_it_stands_begins_when_it_is_ready(on_the_road, make_plan, found):
    problem = on_the_road()
    rested = {"V1": [{"rests": [(600, "driving")], "depart_s": 37_000, "calls": [("c2", ["o1"])]}]}
    plan = make_plan(problem, rested)
    assert plan.routes[0].waiting_s == 400
    assert found(problem, plan) == []

    def moved(**changes):
        trip = plan.routes[0].trips[0]
        trips = (replace(trip, rests=(replace(trip.rests[0], **changes),)),)
        return replace(plan, routes=(replace(plan.routes[0], trips=trips),))

    assert found(problem, moved(start_s=36_100)) == [("rest_position", 100)]
    assert ("rest_position", 50) in found(problem, moved(duration_s=1_050))


def test_lunch_is_due_to_those_out_since_before_its_window(on_the_road, make_plan, found):
    rules = {"lunch": Lunch((33_000, 37_800), 1800)}
    problem = on_the_road(rules=rules)
    plan = make_plan(problem, REST_OF_DAY)
    assert found(problem, plan) == [("lunch", 1800)]
    with_lunch = {"V1": [REST_OF_DAY["V1"][0] | {"rests": [(1800, "lunch")]}]}
    assert found(problem, make_plan(problem, with_lunch)) == []
    for done in ({"lunch_taken": True}, {"departed_s": 33_001}):
        assert found(on_the_road(done=done, rules=rules), plan) == []
    back_before = {"lunch": Lunch((33_000, 37_801), 1800)}
    assert found(on_the_road(rules=back_before), plan) == []


def test_a_lunch_that_was_missed_before_is_not_due_any_more(on_the_road, make_plan, found):
    home_by_then = {"lunch": Lunch((33_000, 37_800), 1801)}
    problem = on_the_road(rules=home_by_then)
    assert found(problem, make_plan(problem, REST_OF_DAY)) == []


def test_the_first_departure_is_bound_no_more_but_the_return_is(make_problem, make_plan, found):
    costs = Costs(per_hour=36.0, per_overtime_hour=72.0, max_overtime_s=1200)

    def make(close_s=37_800, **vehicle):
        depots = ({"id": "centre", "location": 0, "open_s": 36_500, "close_s": close_s},)
        van = {"underway": NOW, "costs": costs, "shift_s": (36_500, 37_000)} | vehicle
        return make_problem(orders=ORDERS, vehicles=(van,), depots=depots)

    problem = make()
    plan = make_plan(problem, REST_OF_DAY)
    verdict = verify(problem, plan)
    assert verdict.violations == ()
    assert verdict.cost_parts == CostParts(time=10.0, overtime=16.0)
    assert found(make(close_s=37_790), plan) == [("depot_hours", 10)]
    late = make(shift_s=(30_000, 36_590))
    assert found(late, make_plan(late, REST_OF_DAY)) == [("shift", 10)]


def test_overtime_is_paid_from_now_where_the_shift_is_over(on_the_road, make_plan):
    costs = Costs(per_hour=36.0, per_overtime_hour=72.0, max_overtime_s=7200)
    problem = on_the_road(costs=costs, shift_s=(0, 35_000))
    verdict = verify(problem, make_plan(problem, REST_OF_DAY))
    assert verdict.violations == ()
    assert verdict.cost_parts == CostParts(time=0.0, overtime=36.0)


def test_only_km_with_nothing_on_board_are_empty(on_the_road, make_plan, found):
    problem = on_the_road(done={"on_board": GOODS[:1]}, orders=ORDERS[:1])
    plan = make_plan(problem, REST_OF_DAY)
    assert found(problem, replace(plan, kpis={"empty_km": 20.0, "vehicles_used": 1})) == []
    problem = on_the_road()
    plan = make_plan(problem, REST_OF_DAY)
    assert found(problem, replace(plan, kpis={"empty_km": 0.0})) == []


def test_no_road_from_where_it_stands(on_the_road, make_plan, found):
    problem = on_the_road()
    plan = make_plan(problem, HOME, unassigned=["o1"])
    duration_s = problem.profiles["van"].duration_s.copy()
    duration_s[1, 0] = -1
    closed = {"van": replace(problem.profiles["van"], duration_s=duration_s)}
    assert ("no_road", 1) in found(replace(problem, profiles=closed), plan)


def test_what_is_on_board_and_what_is_at_the_depot_may_split_a_stop(on_the_road, make_plan, found):
    orders = ({"stop": "c2"}, ORDERS[1], {"stop": "c2"})
    routes = {"V1": [{"calls": [("c2", ["o1"])]}, {"calls": [("c2", ["o3"])]}]}
    problem = on_the_road(orders=orders, max_trips=2)
    assert found(problem, make_plan(problem, routes, split_stops=["c2"])) == []
    # Two orders that both are on board, or both at the depot, go together.
    both = (*GOODS, OnBoard("o3", 30_000))
    problem = on_the_road(done={"on_board": both}, orders=orders)
    twice = {"V1": [{"calls": [("c2", ["o1"]), ("c1", ["o4"]), ("c2", ["o3"])]}]}
    more = (*orders, {"stop": "c1", "direction": IN})
    problem = on_the_road(done={"on_board": both}, orders=more)
    assert found(problem, make_plan(problem, twice, split_stops=["c2"])) == [("split_needless", 1)]


def test_goods_on_board_of_two_vans_split_a_stop(on_the_road, make_plan, found):
    other = {"underway": replace(NOW, on_board=(OnBoard("o3", 30_000),))}
    orders = (*ORDERS, {"stop": "c2"})
    problem = on_the_road(orders=orders, others=(other,))
    routes = REST_OF_DAY | {"V2": [{"calls": [("c2", ["o3"])]}]}
    assert found(problem, make_plan(problem, routes, split_stops=["c2"])) == []


def test_a_van_on_its_last_trip_is_no_reason_against_a_split(on_the_road, make_plan, found):
    """V1 alone could hold both orders, but it cannot load at the depot any more."""
    orders = (
        *ORDERS,
        {"stop": "c3", "load": {"weight_kg": 60}},
        {"stop": "c3", "load": {"weight_kg": 40}},
    )
    small = {"capacity": {"weight_kg": 60}}
    routes = REST_OF_DAY | {
        "V2": [{"depart_s": 36_000, "calls": [("c3", ["o3"])]}],
        "V3": [{"depart_s": 36_000, "calls": [("c3", ["o4"])]}],
    }
    problem = on_the_road(orders=orders, others=(small, small))
    assert found(problem, make_plan(problem, routes, split_stops=["c3"])) == []
    done = on_the_road({"trips_done": 1}, orders=orders, others=(small, small), max_trips=2)
    assert found(done, make_plan(done, routes, split_stops=["c3"])) == []
    problem = on_the_road(orders=orders, others=(small, small), max_trips=2)
    assert found(problem, make_plan(problem, routes, split_stops=["c3"])) == [("split_needless", 1)]


def test_a_stop_is_not_split_where_a_van_has_all_of_it_on_board(make_problem, make_plan, found):
    """V1, of the same kind, could not take them; V2 has both on board and visits twice."""
    now = replace(NOW, on_board=(OnBoard("o1", 30_000), OnBoard("o2", 30_000)))
    orders = ({"stop": "c2"}, {"stop": "c2"}, {"stop": "c1", "direction": IN})
    problem = make_problem(orders=orders, vehicles=({}, {"underway": now}))
    calls = [("c2", ["o1"]), ("c1", ["o3"]), ("c2", ["o2"])]
    plan = make_plan(problem, {"V2": [{"calls": calls}]}, split_stops=["c2"])
    assert found(problem, plan) == [("split_needless", 1)]


@pytest.mark.parametrize("collected", [True, False])
def test_a_transfer_that_is_collected_opposes_no_other(make_problem, make_plan, found, collected):
    """From c1 to c2 and back: one visit to c2 will do once c1 need not be called at first."""
    orders = (
        {"stop": "c1", "to_stop": "c2", "direction": OVER},
        {"stop": "c2", "to_stop": "c1", "direction": OVER},
        {"stop": "c3", "direction": IN},
    )
    now = replace(NOW, on_board=(OnBoard("o1", 35_000),) if collected else ())
    problem = make_problem(orders=orders, vehicles=({"underway": now},))
    calls = [("c2", ["o1"]), ("c3", ["o3"]), ("c2", ["o2"]), ("c1", ["o2"])]
    calls = calls if collected else [("c1", ["o1"]), *calls]
    split = ["c2"] if collected else ["c1", "c2"]
    plan = make_plan(problem, {"V1": [{"calls": calls}]}, split_stops=split)
    assert found(problem, plan) == ([("split_needless", 1)] if collected else [])


def test_a_transfer_that_is_collected_is_no_link_of_a_chain(make_problem, make_plan, found):
    """c3 to c2 and c2 to c1 go together at c2, as what goes from c1 to c3 is on board already."""
    orders = (
        {"stop": "c1", "to_stop": "c3", "direction": OVER},
        {"stop": "c3", "to_stop": "c2", "direction": OVER},
        {"stop": "c2", "to_stop": "c1", "direction": OVER},
        {"stop": "c4", "direction": IN},
    )
    now = replace(NOW, on_board=(OnBoard("o1", 35_000),))
    places = (0, 10, 20, 30, 40)
    problem = make_problem(places, orders=orders, vehicles=({"underway": now},))
    calls = [("c3", ["o1", "o2"]), ("c2", ["o2"]), ("c4", ["o4"]), ("c2", ["o3"]), ("c1", ["o3"])]
    plan = make_plan(problem, {"V1": [{"calls": calls}]}, split_stops=["c2"])
    assert found(problem, plan) == [("split_needless", 1)]
