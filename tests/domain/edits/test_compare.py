"""Two plans side by side."""

from coop_service.domain.edits import ServiceTime, compare_plans
from tests.domain.verify.relay_day import relay_plan, relay_problem, relay_routes
from tests.hand_plans import LEAVE_S, ROUTES, small_plan, small_problem

PROBLEM = small_problem()


def compare(routes, **terms):
    return compare_plans(
        PROBLEM, small_plan(PROBLEM), PROBLEM, small_plan(PROBLEM, routes, **terms)
    )


def differences(parts, name):
    return {getattr(one, name): one.difference.value for one in parts}


def test_a_plan_does_not_differ_from_itself():
    same = compare(ROUTES)
    assert (same.cost, same.cost_parts.total, same.routes, same.orders) == (0.0, 0.0, (), ())


def test_a_stop_that_moved_changes_both_vans_and_moves_its_orders():
    found = compare(
        {
            "V1": [{"depart_s": LEAVE_S, "calls": [("c1", ["o1"])]}],
            "V2": [{"depart_s": LEAVE_S, "calls": [("c2", ["o2"]), ("c3", ["o3"])]}],
        }
    )
    assert differences(found.routes, "vehicle") == {"V1": "changed", "V2": "changed"}
    assert [(one.added_stops, one.dropped_stops) for one in found.routes] == [
        ((), ("c2",)),
        (("c2",), ()),
    ]
    [moved] = found.orders
    assert (moved.order, moved.difference.value) == ("o2", "moved")
    assert moved.before == (ServiceTime("V1", 1, "c2", LEAVE_S + 1200),)
    assert moved.after == (ServiceTime("V2", 0, "c2", LEAVE_S + 1200),)
    # V1 drives 20 km and 1200 s less, V2 what it drove before
    assert found.cost == -32.0
    assert (found.cost_parts.distance, found.cost_parts.time) == (-20.0, -12.0)


def test_a_later_start_shifts_its_orders():
    found = compare(ROUTES | {"V2": [{"depart_s": LEAVE_S + 300, "calls": [("c3", ["o3"])]}]})
    assert differences(found.routes, "vehicle") == {"V2": "retimed"}
    [order] = found.orders
    assert (order.order, order.difference.value, order.shift_s) == ("o3", "retimed", 300)


def test_orders_and_vans_that_only_one_plan_has_are_added_or_dropped():
    only = {"V1": ROUTES["V1"]}
    found = compare(only, unassigned=["o3"])
    assert differences(found.routes, "vehicle") == {"V2": "dropped"}
    assert differences(found.orders, "order") == {"o3": "dropped"}
    less = small_plan(PROBLEM, only, unassigned=["o3"])
    back = compare_plans(PROBLEM, less, PROBLEM, small_plan(PROBLEM))
    assert differences(back.routes, "vehicle") == {"V2": "added"}
    assert differences(back.orders, "order") == {"o3": "added"}


def test_an_order_over_a_hub_is_one_order_with_both_its_legs():
    problem = relay_problem()
    routes = relay_routes()
    routes["B1"][1]["depart_s"] += 60
    found = compare_plans(problem, relay_plan(problem), problem, relay_plan(problem, routes))
    assert differences(found.orders, "order") == {"o2": "retimed", "i2": "retimed"}
    [o2] = [one for one in found.orders if one.order == "o2"]
    assert [one.vehicle for one in o2.before] == ["T1", "B1"]
    assert o2.shift_s == 60
