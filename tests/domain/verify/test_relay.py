"""A day with a township served over a hub: a right one is accepted, each planted fault found."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from coop_service.domain.handovers import find_handovers
from coop_service.domain.plan import CostParts, ModeChoice, Plan, Status
from coop_service.domain.problem import Mode, ModeSetting, Underway
from coop_service.domain.problem_faults import find_problem_faults
from coop_service.domain.verify import verify
from tests.domain.verify.relay_day import (
    COST,
    MODES,
    TRUCK,
    found_on,
    next_day_problem,
    next_day_routes,
    only_violation,
    relay_plan,
    relay_problem,
    relay_routes,
)
from tests.domain.verify.test_random_plans import plans


def leaving(vehicle, trip, depart_s):
    """The day's routes with one trip that leaves at another time."""
    routes = relay_routes()
    routes[vehicle][trip]["depart_s"] = depart_s
    return routes


def test_the_day_that_was_worked_out_by_hand_is_right():
    problem = relay_problem()
    assert find_problem_faults(problem) == ()
    verdict = verify(problem, relay_plan(problem))
    assert verdict.violations == ()
    assert verdict.cost == COST
    assert verdict.cost_parts == CostParts(fixed=300.0, distance=200.0, time=152.90)


def test_both_townships_may_go_direct():
    problem = relay_problem(west={"mode": ModeSetting.DIRECT}, centre={"packing_cutoff_s": None})
    routes = {
        "T1": [{"depart_s": 36_000, "calls": [("v1", ["o1", "i1"]), ("v2", ["o2", "i2"])]}],
        "D1": relay_routes()["D1"],
    }
    assert found_on(problem, routes, modes=dict.fromkeys(MODES, Mode.DIRECT)) == []


# Links in time


def test_a_branch_van_that_leaves_before_its_goods_are_sorted_is_found():
    violation = only_violation(relay_problem(), leaving("B1", 0, 38_700))
    assert (violation.rule, violation.amount, violation.unit) == ("not_sorted", 20, "s")
    assert (violation.vehicle, violation.stop, violation.order) == ("B1", None, "o1")
    assert violation.message == (
        "10:45:00 从 west 出发，而 T1 送来的 1 单 10:45:20 才分拣完 / "
        "leaves west at 10:45:00, but 1 orders that T1 brings are sorted only at 10:45:20"
    )


def test_a_branch_van_that_leaves_before_its_goods_are_even_there_is_found():
    problem = relay_problem(hub={"doors": None})
    assert found_on(problem, leaving("B1", 0, 36_020)) == [("not_sorted", 2700)]


def test_produce_that_misses_the_trunk_is_found():
    violation = only_violation(relay_problem(), leaving("T1", 1, 41_800))
    assert (violation.rule, violation.amount, violation.unit) == ("missed_trunk", 10, "s")
    assert (violation.vehicle, violation.stop, violation.order) == ("T1", "west:up", "i2")


def test_a_trunk_that_waits_at_the_hub_misses_nothing():
    routes = leaving("T1", 1, 41_800)
    routes["T1"][1]["calls"] = [("west:up", ["i1:trunk", "i2:trunk"], {"wait_s": 10})]
    assert found_on(relay_problem(), routes) == []


def test_what_one_vehicle_takes_too_early_of_what_another_brought_is_one_violation():
    routes = relay_routes()
    routes["B1"] = [
        {
            "depart_s": 38_700,
            "calls": [("v1", ["o1:branch", "i1:branch"]), ("v2", ["o2:branch", "i2:branch"])],
        }
    ]
    violation = only_violation(relay_problem(), routes)
    assert (violation.rule, violation.amount, violation.order) == ("not_sorted", 20, None)


def two_trucks(second_departs_s, branch_departs_s=38_720, **hub):
    """Trucks that hold no more than 30 kg: T1 brings o1, T2 brings o2 when it leaves later."""
    problem = relay_problem(hub=hub, centre={"docks": None}, vehicles=(TRUCK | {"id": "T2"},))
    small = (replace(vehicle, capacity={"weight_kg": 30}) for vehicle in problem.vehicles)
    routes = leaving("B1", 0, branch_departs_s)
    routes["T1"][0]["calls"] = [("west:down", ["o1:trunk"])]
    routes["T2"] = [{"depart_s": second_departs_s, "calls": [("west:down", ["o2:trunk"])]}]
    return replace(problem, vehicles=tuple(small)), routes


def test_each_batch_is_sorted_by_itself():
    # o1 at 37 860 + 300 + 200 = 38 360 s; o2 at 39 960 + 300 + 300 = 40 560 s.
    split = {"split_stops": ["west:down"]}
    assert found_on(*two_trucks(38_100, 38_360, doors=2), **split) == []
    assert found_on(*two_trucks(38_100, 38_359, doors=2), **split) == [("not_sorted", 1)]
    assert found_on(*two_trucks(38_181, 38_360, doors=2), **split) == [("not_sorted", 1)]


# Perishables


def test_produce_that_is_five_minutes_too_long_on_the_way_is_found():
    # i1 is collected at 39 440 s, and at the centre at 45 530 s.
    assert found_on(relay_problem(orders={"i1": {"max_on_board_s": 6090}})) == []
    problem = relay_problem(orders={"i1": {"max_on_board_s": 6090 - 300}})
    violation = only_violation(problem)
    assert (violation.rule, violation.amount, violation.unit) == ("max_on_board", 300, "s")
    assert (violation.vehicle, violation.stop, violation.order) == ("T1", None, "i1")


def test_outbound_goods_have_their_limit_from_the_centre_to_the_village():
    # T1 leaves at 36 000 s, B1 is at v2 at 41 840 s.
    assert found_on(relay_problem(orders={"o2": {"max_on_board_s": 5840}})) == []
    problem = relay_problem(orders={"o2": {"max_on_board_s": 5840 - 300}})
    violation = only_violation(problem)
    assert (violation.rule, violation.amount, violation.order) == ("max_on_board", 300, "o2")
    assert (violation.vehicle, violation.stop) == ("B1", "v2")


def test_the_limit_of_a_direct_order_holds_on_its_one_vehicle():
    # D1 leaves at 36 600 s and is at e1 at 37 200 s.
    assert found_on(relay_problem(orders={"o3": {"max_on_board_s": 600}})) == []
    assert found_on(relay_problem(orders={"o3": {"max_on_board_s": 599}})) == [("max_on_board", 1)]


# The hub


def test_a_hub_that_is_too_full_at_half_past_ten_is_found():
    assert found_on(relay_problem(hub={"floor": {"weight_kg": 50}})) == []
    violation = only_violation(relay_problem(hub={"floor": {"weight_kg": 49}}))
    assert (violation.rule, violation.amount, violation.unit) == ("hub_floor", 1, "weight_kg")
    assert violation.message == (
        "west 的场地 10:30:00 存放 50 weight_kg，超过 1 / "
        "50 weight_kg lie on the floor of west at 10:30:00, 1 too much"
    )


def test_produce_lies_on_the_floor_until_the_trunk_has_loaded_it():
    # i1 with 2 pieces from 40 040 s and i2 with 3 from 43 160 s, both until 43 730 s.
    assert found_on(relay_problem(hub={"floor": {"pieces": 5}})) == []
    assert found_on(relay_problem(hub={"floor": {"pieces": 4.5}})) == [("hub_floor", 0.5)]


def test_each_stretch_in_which_the_floor_is_too_full_is_found():
    # 50 kg from 37 800 s, 40 from 40 040 to 40 640 s, and 30 or less else.
    problem = relay_problem(hub={"floor": {"weight_kg": 35}})
    assert found_on(problem) == [("hub_floor", 15), ("hub_floor", 5)]


def test_the_trunk_may_come_as_often_as_it_likes():
    # T1 could bring both at once; that the second comes later is a matter of times
    problem = relay_problem(vehicles=[TRUCK | {"id": "T2"}], centre={"docks": 2})
    routes = relay_routes()
    routes["T1"][0]["calls"] = [("west:down", ["o1:trunk"])]
    routes["T2"] = [{"depart_s": 37_000, "calls": [("west:down", ["o2:trunk"])]}]
    assert found_on(problem, routes, split_stops=["west:down"]) == []
    assert found_on(problem, routes) == [("split_unlisted", 1)]


def test_two_trucks_at_one_door_are_found():
    violation = only_violation(*two_trucks(36_059), split_stops=["west:down"])
    assert (violation.rule, violation.amount, violation.unit) == ("hub_doors", 1, "vehicles")
    assert "(T1、T2)" in violation.message
    assert "10:30:59" in violation.message
    assert found_on(*two_trucks(36_060), split_stops=["west:down"]) == []


def test_a_branch_van_that_is_being_loaded_takes_up_a_door():
    # T1 is at the hub until 37 920 s, so B1's ten minutes may begin then and not before.
    hub = {"sort_fixed_s": 0, "sort_s_per_kg": 0}
    assert found_on(relay_problem(hub=hub), leaving("B1", 0, 38_520)) == []
    assert found_on(relay_problem(hub=hub), leaving("B1", 0, 38_519)) == [("hub_doors", 1)]
    assert found_on(relay_problem(hub=hub | {"doors": 2}), leaving("B1", 0, 38_519)) == []


def test_a_dock_at_the_centre_that_is_overcrowded_is_found():
    violation = only_violation(relay_problem(), leaving("D1", 0, 36_100))
    assert (violation.rule, violation.amount) == ("docks", 1)


def test_produce_of_the_trunk_has_the_packing_cutoff():
    problem = relay_problem(centre={"packing_cutoff_s": 45_500})
    violation = only_violation(problem)
    assert (violation.rule, violation.amount, violation.vehicle) == ("packing_cutoff", 30, "T1")


# Overnight


def test_produce_may_stay_overnight():
    problem = next_day_problem()
    plan = relay_plan(problem, next_day_routes())
    verdict = verify(problem, plan)
    assert verdict.violations == ()
    # T1 comes back once: 60 km and 5810 s less.
    assert verdict.cost == round(COST - 60 - 58.10, 2)
    left_s = {one.order: one.left_s for one in find_handovers(problem, MODES, plan.routes)}
    assert left_s == {"o1": 38_720, "o2": 40_640, "i1": None, "i2": None}


def test_produce_that_stays_overnight_stays_on_the_floor():
    problem = next_day_problem(hub={"floor": {"pieces": 4}})
    violation = only_violation(problem, next_day_routes())
    assert (violation.rule, violation.amount) == ("hub_floor", 1)
    assert "11:59:20" in violation.message


def test_produce_that_stays_overnight_has_its_limit_until_the_hub():
    # i1 is collected at 39 440 s and back at the hub at 40 040 s.
    orders = {"i1": {"max_on_board_s": 600}}
    assert found_on(next_day_problem(orders=orders), next_day_routes()) == []
    orders = {"i1": {"max_on_board_s": 599}}
    assert found_on(next_day_problem(orders=orders), next_day_routes()) == [("max_on_board", 1)]


def test_produce_that_stays_overnight_has_no_trunk_leg_today():
    problem = relay_problem()
    plan = relay_plan(problem)
    rules = {one.rule for one in verify(next_day_problem(), plan).violations}
    assert {"unknown_order", "unknown_stop"} <= rules


# Anything at all


names = st.sampled_from(["西镇", "东镇", "南镇"])
modes = st.lists(st.builds(ModeChoice, names, st.sampled_from(Mode), st.none() | st.floats()))


@settings(max_examples=60, deadline=None)
@given(plan=plans, modes=modes.map(tuple))
def test_no_plan_at_all_makes_verification_raise(plan, modes):
    assert not verify(relay_problem(), replace(plan, modes=modes)).ok


@settings(max_examples=60, deadline=None)
@given(
    data=st.data(),
    orders=st.lists(
        st.sampled_from(
            [f"{name}{leg}" for name in ("o1", "i1") for leg in ("", ":trunk", ":branch")]
        )
    ),
)
def test_legs_anywhere_do_not_make_verification_raise(data, orders):
    problem = data.draw(st.sampled_from([relay_problem(), next_day_problem()]))
    plan = relay_plan(problem, next_day_routes())
    index = data.draw(st.sampled_from(range(3)))
    route = plan.routes[index]
    trip = route.trips[0]
    stops = (replace(trip.stops[0], orders=tuple(orders)),)
    routes = list(plan.routes)
    routes[index] = replace(route, trips=(replace(trip, stops=stops), *route.trips[1:]))
    verdict = verify(problem, replace(plan, routes=tuple(routes)))
    assert all(one.amount > 0 and " / " in one.message for one in verdict.violations)


def test_an_empty_plan_leaves_out_every_order():
    empty = Plan("line", "hand", Status.FEASIBLE, 0.0, 0.0, CostParts(), ())
    empty = replace(empty, modes=relay_plan(relay_problem()).modes)
    rules = [one.rule for one in verify(relay_problem(), empty).violations]
    assert rules == ["order_missing"] * 6


def test_a_van_on_the_road_loads_at_no_door():
    problem = relay_problem()
    truck, branch, other = problem.vehicles
    underway = Underway(1, 37_800, 37_000)
    problem = replace(problem, vehicles=(truck, replace(branch, underway=underway), other))
    routes = relay_routes()
    routes["B1"] = [{"calls": []}, *routes["B1"]]
    problem = replace(problem, vehicles=(truck, replace(problem.vehicles[1], max_trips=3), other))
    assert found_on(problem, routes) == []
