"""What is on board: capacity, depots, temperatures, mixes, transfers, time on board."""

from dataclasses import replace

import pytest

from coop_service.domain.verify import verify


def one_trip(make_plan, problem, *calls, **more):
    return make_plan(problem, {"V1": [{"depart_s": 0, "calls": list(calls)}]}, **more)


def orders(*texts):
    """``"c1 out 60"`` -> an outbound order of 60 kg at c1; ``"c1>c2 20"`` a transfer."""
    made = []
    for text in texts:
        place, *way, load_kg = text.split()
        stop, _, to_stop = place.partition(">")
        direction = {"out": "outbound", "in": "inbound"}[way[0]] if way else "transfer"
        load = {"weight_kg": float(load_kg)}
        made.append({"stop": stop, "direction": direction, "load": load})
        if to_stop:
            made[-1]["to_stop"] = to_stop
    return made


def test_collecting_while_still_loaded_counts_both_ways_together(make_problem, make_plan):
    problem = make_problem(orders=orders("c1 in 60", "c2 out 50"))
    plan = one_trip(make_plan, problem, ("c1", ["o1"]), ("c2", ["o2"]))
    (violation,) = verify(problem, plan).violations
    assert (violation.rule, violation.stop) == ("capacity", "c1")
    assert (violation.amount, violation.unit) == (10.0, "weight_kg")
    # The other way round nothing is ever above 60 kg.
    assert verify(problem, one_trip(make_plan, problem, ("c2", ["o2"]), ("c1", ["o1"]))).ok


def test_at_a_stop_goods_are_unloaded_first(make_problem, make_plan):
    problem = make_problem(orders=orders("c1 out 100", "c1 in 100"))
    plan = one_trip(make_plan, problem, ("c1", ["o1", "o2"]))
    assert verify(problem, plan).ok


def test_too_much_at_departure_is_reported(make_problem, make_plan, found):
    problem = make_problem(orders=orders("c1 out 70", "c2 out 70"))
    plan = one_trip(make_plan, problem, ("c1", ["o1"]), ("c2", ["o2"]))
    assert found(problem, plan) == [("capacity", 40.0)]


def test_each_unit_is_a_limit_and_an_unnamed_one_is_none(make_problem, make_plan, found):
    load = {"weight_kg": 100.0, "volume_m3": 4.7, "pieces": 1000}
    problem = make_problem(
        orders=[{"stop": "c1", "load": load}],
        vehicles=[{"capacity": {"weight_kg": 100, "volume_m3": 4.5}}],
    )
    ((rule, amount),) = found(problem, one_trip(make_plan, problem, ("c1", ["o1"])))
    assert rule == "capacity"
    assert amount == pytest.approx(0.2)


@pytest.mark.parametrize(("over", "is_found"), [(9e-7, False), (2e-6, True)])
def test_loads_are_compared_with_a_tolerance(make_problem, make_plan, found, over, is_found):
    problem = make_problem(orders=[{"stop": "c1", "load": {"weight_kg": 100 + over}}])
    rules = [rule for rule, _ in found(problem, one_trip(make_plan, problem, ("c1", ["o1"])))]
    assert rules == (["capacity"] if is_found else [])


def test_many_small_loads_that_fill_the_van_exactly_are_accepted(make_problem, make_plan):
    problem = make_problem(orders=[{"stop": "c1", "load": {"weight_kg": 0.1}}] * 1)
    many = tuple(replace(problem.orders[0], id=f"o{n}") for n in range(1000))
    problem = replace(problem, orders=many)
    plan = one_trip(make_plan, problem, ("c1", [order.id for order in many]))
    assert verify(problem, plan).ok


def test_a_stated_load_that_is_wrong_is_reported_where_it_stands(make_problem, make_plan):
    problem = make_problem(orders=orders("c1 out 30", "c2 in 20"))
    plan = one_trip(make_plan, problem, ("c1", ["o1"]), ("c2", ["o2"]))
    (route,) = plan.routes
    (trip,) = route.trips
    (first, second) = trip.stops
    for changed, stop, amount in (
        (replace(trip, load_at_start={"weight_kg": 31}), None, 1.0),
        (replace(trip, load_at_start={}), None, 30.0),
        (replace(trip, load_at_end={"weight_kg": 0}), None, 20.0),
        (replace(trip, stops=(first, replace(second, load_after={"weight_kg": 22}))), "c2", 2.0),
    ):
        wrong = replace(plan, routes=(replace(route, trips=(changed,)),))
        (violation,) = verify(problem, wrong).violations
        assert (violation.rule, violation.stop) == ("stated_load", stop)
        assert violation.amount == pytest.approx(amount)


def test_units_with_nothing_of_them_on_board_may_be_left_unsaid(make_problem, make_plan):
    problem = make_problem(orders=orders("c1 out 30"))
    plan = one_trip(make_plan, problem, ("c1", ["o1"]))
    (route,) = plan.routes
    trip = replace(route.trips[0], load_at_end={})
    assert verify(problem, replace(plan, routes=(replace(route, trips=(trip,)),))).ok


def test_goods_of_a_depot_are_loaded_and_unloaded_only_there(make_problem, make_plan, found):
    problem = make_problem(
        depots=[{"id": "centre", "location": 0}, {"id": "station", "location": 3}],
        vehicles=[{"start_depot": "station", "end_depot": "centre"}],
        orders=[
            {"stop": "c2", "depot": "station"},
            {"stop": "c1", "depot": "centre", "direction": "inbound"},
        ],
    )
    plan = one_trip(make_plan, problem, ("c2", ["o1"]), ("c1", ["o2"]))
    assert found(problem, plan) == []
    first, second = problem.orders
    wrong = replace(
        problem, orders=(replace(first, depot="centre"), replace(second, depot="station"))
    )
    assert [one.order for one in verify(wrong, plan).violations] == ["o1", "o2"]
    assert found(wrong, plan) == [("wrong_depot", 1.0)] * 2


def test_each_order_needs_its_temperature_held(make_problem, make_plan, found):
    problem = make_problem(
        orders=[{"stop": "c1"}, {"stop": "c1", "temperature": "chilled"}],
        vehicles=[{"temperatures": frozenset({"frozen", "chilled"})}],
    )
    plan = one_trip(make_plan, problem, ("c1", ["o1", "o2"]))
    (violation,) = verify(problem, plan).violations
    assert (violation.rule, violation.order) == ("temperature", "o1")


MIXES = {
    "rules": {"forbidden_mixes": (("pesticide", "edible"), ("live", "parcel"))},
    "goods_groups": {"edible": ("grain", "herbs")},
}


def classed(*texts):
    made = []
    for text in texts:
        stop, direction, goods_class = text.split()
        direction = {"out": "outbound", "in": "inbound"}[direction]
        made.append({"stop": stop, "direction": direction, "goods_class": goods_class})
    return made


@pytest.mark.parametrize(
    ("made", "conflicts"),
    [
        (("c1 out pesticide", "c2 out grain"), 1),  # together from departure on
        (("c1 out pesticide", "c2 in herbs"), 0),  # gone before the other comes
        (("c1 in herbs", "c2 out pesticide"), 1),  # collected while still on board
        (("c1 in grain", "c2 in pesticide"), 1),
        (("c1 out pesticide", "c2 out pesticide"), 0),
        (("c1 out grain", "c2 out herbs"), 0),
        (("c1 out live", "c2 out parcel"), 1),  # classes by themselves
        (("c1 out live", "c2 out grain"), 0),
    ],
)
def test_forbidden_mixes_are_never_on_board_at_the_same_moment(
    make_problem, make_plan, found, made, conflicts
):
    problem = make_problem(orders=classed(*made), **MIXES)
    plan = one_trip(make_plan, problem, ("c1", ["o1"]), ("c2", ["o2"]))
    assert found(problem, plan) == [("forbidden_mix", 1.0)] * conflicts


def test_a_visit_that_unloads_one_and_loads_the_other_does_not_mix_them(make_problem, make_plan):
    problem = make_problem(orders=classed("c1 in grain", "c1 out pesticide"), **MIXES)
    assert verify(problem, one_trip(make_plan, problem, ("c1", ["o1", "o2"]))).ok


def test_trips_of_one_day_do_not_mix(make_problem, make_plan):
    problem = make_problem(
        orders=classed("c1 out grain", "c2 out pesticide"), vehicles=[{"max_trips": 2}], **MIXES
    )
    trips = [{"depart_s": 0, "calls": [("c1", ["o1"])]}, {"calls": [("c2", ["o2"])]}]
    assert verify(problem, make_plan(problem, {"V1": trips})).ok


@pytest.mark.parametrize(
    ("made", "on_board_s"),
    [
        # 900 s with the waiting at c1 before, 300 s of service there, 600 s on: from departure.
        ({"stop": "c2"}, 600 + 300 + 300 + 600),
        # From the end of service at c2 to the return.
        ({"stop": "c2", "direction": "inbound"}, 1200),
        # From the end of service at c1 to the start of service at c2, where it waits 100 s.
        ({"stop": "c1", "to_stop": "c2", "direction": "transfer"}, 700),
    ],
)
def test_time_on_board_counts_by_direction(make_problem, make_plan, found, made, on_board_s):
    problem = make_problem(
        stops=[{"id": "c1", "location": 1, "service_s": 300}, {"id": "c2", "location": 2}],
        orders=[{"stop": "c1"}, made | {"max_on_board_s": on_board_s}],
    )
    at_c1 = ["o1", "o2"] if made["stop"] == "c1" else ["o1"]
    wait_s = 100 if made["stop"] == "c1" else 0
    plan = one_trip(
        make_plan, problem, ("c1", at_c1, {"wait_s": 300}), ("c2", ["o2"], {"wait_s": wait_s})
    )
    assert found(problem, plan) == []
    strict = replace(problem.orders[1], max_on_board_s=on_board_s - 1)
    strict_problem = replace(problem, orders=(problem.orders[0], strict))
    assert found(strict_problem, plan) == [("max_on_board", 1.0)]


def test_a_transfer_is_on_board_between_its_two_stops_and_pays_service_at_both(
    make_problem, make_plan
):
    made = orders("c1>c2 100")
    made[0]["service_s"] = 50
    problem = make_problem(orders=made)
    plan = one_trip(make_plan, problem, ("c1", ["o1"]), ("c2", ["o1"]))
    assert verify(problem, plan).ok
    assert plan.routes[0].service_s == 100
    (trip,) = plan.routes[0].trips
    assert [visit.load_after["weight_kg"] for visit in trip.stops] == [100, 0]
    smaller = replace(problem.vehicles[0], capacity={"weight_kg": 99})
    (violation,) = verify(replace(problem, vehicles=(smaller,)), plan).violations
    assert (violation.rule, violation.stop) == ("capacity", "c1")


def test_a_transfer_that_is_never_left_or_never_collected_is_reported(
    make_problem, make_plan, found
):
    problem = make_problem(orders=orders("c1>c2 5", "c2 out 5"))
    plan = one_trip(make_plan, problem, ("c1", ["o1"]), ("c2", ["o2"]))
    assert found(problem, plan) == [("transfer", 1.0)]
    plan = one_trip(make_plan, problem, ("c2", ["o2", "o1"]))
    rules = {rule for rule, _ in found(problem, plan)}
    assert "transfer" in rules


def test_a_transfer_left_before_it_is_collected_is_reported(make_problem, make_plan, found):
    problem = make_problem(orders=orders("c1>c2 5"))
    plan = one_trip(make_plan, problem, ("c2", ["o1"]), ("c1", ["o1"]))
    assert [rule for rule, _ in found(problem, plan)].count("transfer") == 2


def test_a_transfer_stays_on_its_trip_and_vehicle(make_problem, make_plan, found):
    problem = make_problem(orders=orders("c1>c2 5"), vehicles=[{"max_trips": 2}, {}])
    trips = [{"depart_s": 0, "calls": [("c1", ["o1"])]}, {"calls": [("c2", ["o1"])]}]
    over_trips = make_plan(problem, {"V1": trips})
    assert [rule for rule, _ in found(problem, over_trips)].count("transfer") == 2
    first, second = trips
    over_vans = make_plan(problem, {"V1": [first], "V2": [second | {"depart_s": 0}]})
    assert [rule for rule, _ in found(problem, over_vans)].count("transfer") == 2
