"""A cause is planted in a small day, is told, and the change that is told admits the order."""

from __future__ import annotations

import dataclasses

import pytest

from coop_service.domain.plan import Reason, Unassigned
from coop_service.domain.problem import Costs, Direction, Problem, Rules
from coop_service.domain.verify import verify
from coop_service.planning.instance import Instance
from coop_service.planning.portfolio import solve
from coop_service.planning.stop import MaxIterations
from coop_service.planning.visits import make_visit_tasks
from coop_service.planning.why_not.competition import explain_left_out

DEAR = Costs(fixed=80.0, per_km=1.0, per_hour=0.0)


def plan_of(problem: Problem):
    plan = solve(problem, MaxIterations(1), seed=1)
    assert verify(problem, plan).violations == ()
    return plan


def left_out_of(problem: Problem) -> Unassigned:
    (left_out,) = plan_of(problem).unassigned
    assert left_out.order == "b"
    assert not left_out.proved
    return left_out


def change_vehicle(problem: Problem, **changes) -> Problem:
    vehicle = dataclasses.replace(problem.vehicles[0], **changes)
    return dataclasses.replace(problem, vehicles=(vehicle, *problem.vehicles[1:]))


def assert_change(problem: Problem, detail: str, change: str, changed: Problem) -> None:
    left_out = left_out_of(problem)
    assert left_out.reason is Reason.COMPETITION
    assert detail in left_out.detail
    assert left_out.cheapest_change is not None
    assert change in left_out.cheapest_change
    assert plan_of(changed).unassigned == ()


@pytest.fixture(name="two")
def _two(make_order):
    """Order a, which comes first, and b."""

    def make(a: dict, b: dict):
        return [make_order("a", "s1", priority=2, **a), make_order("b", "s2", **b)]

    return make


def test_a_full_van(make_line, make_vehicle, two):
    problem = make_line([10, 20], [make_vehicle()], two({"kg": 70}, {"kg": 50}))
    assert_change(
        problem,
        "kg 120 is 20 over the 100 of V1",
        "20 kg more on V1",
        change_vehicle(problem, capacity={"kg": 120}),
    )


def test_a_shift_that_ends_too_early(make_line, make_vehicle, two):
    orders = two({"service_s": 2400}, {})
    problem = make_line([10, 20], [make_vehicle(shift_s=(0, 4000))], orders)
    # 2400 s of driving and 2400 s of service
    assert_change(
        problem,
        "back at 01:20, shift or depot ends at 01:06, 14 min over",
        "V1 (and its depot) until 01:20",
        change_vehicle(problem, shift_s=(0, 4800)),
    )


def test_a_window_that_closes_too_early(make_line, make_vehicle, two):
    orders = two({"service_s": 2400}, {})
    windows = {"s1": {"time_windows_s": ((0, 700),)}, "s2": {"time_windows_s": ((0, 3000),)}}
    problem = make_line([10, 20], [make_vehicle()], orders, **windows)
    windows["s2"] = {"time_windows_s": ((0, 3600),)}
    assert_change(
        problem,
        "arrives at 01:00 at the earliest, closed since 00:50, 10 min late",
        "s2 open until 01:00",
        make_line([10, 20], [make_vehicle()], orders, **windows),
    )


def test_too_little_work_time(make_line, make_vehicle, two):
    orders = two({"service_s": 2400}, {})
    problem = make_line([10, 20], [make_vehicle(max_work_s=4000)], orders)
    assert_change(
        problem,
        "14 min over the work time",
        "14 min more work time for V1",
        change_vehicle(problem, max_work_s=4000 + 14 * 60),
    )


def test_too_little_range(make_line, make_vehicle, two):
    van = make_vehicle(max_trips=2, max_distance_m=50_000, costs=DEAR)
    problem = make_line([10, 20], [van], two({"kg": 100}, {"kg": 100}))
    # the range allows one of two trips of 20 and 40 km
    assert_change(
        problem,
        "60.0 km to drive, 10.0 km over the range",
        "10.0 km more range of V1",
        change_vehicle(problem, max_distance_m=60_000),
    )


def test_too_little_driving_in_a_day(make_line, make_vehicle, two):
    van = make_vehicle(max_trips=2, costs=DEAR)
    problem = make_line([10, 20], [van], two({"kg": 100}, {"kg": 100}))
    problem = dataclasses.replace(problem, rules=Rules(max_driving_day_s=3000))
    assert_change(
        problem,
        "10 min over the driving of a day",
        "10 min more driving a day",
        dataclasses.replace(problem, rules=Rules(max_driving_day_s=3600)),
    )


def test_produce_that_does_not_keep(make_line, make_vehicle, two):
    windows = {"s1": {"time_windows_s": ((5000, 5100),)}, "s2": {"time_windows_s": ((0, 2500),)}}
    produce = {"direction": Direction.INBOUND, "max_on_board_s": 2700}
    problem = make_line([10, 40], [make_vehicle()], two({}, produce), **windows)
    # collected by 2500 s, home at 5600 s at the earliest
    assert_change(
        problem,
        "52 min on board, 7 min over the limit",
        "on board for up to 52 min",
        make_line(
            [10, 40], [make_vehicle()], two({}, {**produce, "max_on_board_s": 3120}), **windows
        ),
    )


def test_a_forbidden_mix_needs_another_van(make_line, make_vehicle, two):
    orders = two({"goods_class": "feed"}, {"goods_class": "food"})
    problem = make_line([10, 20], [make_vehicle()], orders)
    problem = dataclasses.replace(problem, rules=Rules(forbidden_mixes=(("feed", "food"),)))
    more = dataclasses.replace(problem, vehicles=(make_vehicle(), make_vehicle("V2")))
    assert_change(problem, "no van of this plan", "one more van like V1 (50.00 yuan", more)


def test_a_chilled_van_that_is_full(make_line, make_vehicle, two):
    cold = make_vehicle("cold", temperatures=frozenset({"chilled"}), costs=DEAR)
    orders = two({"kg": 100, "temperature": "chilled"}, {"kg": 100, "temperature": "chilled"})
    problem = make_line([10, 20], [cold, make_vehicle("dry")], orders)
    also_cold = make_vehicle("dry", temperatures=frozenset({"chilled"}))
    assert_change(
        problem,
        "dry does not hold chilled",
        "dry to hold chilled",
        make_line([10, 20], [cold, also_cold], orders),
    )


def test_an_order_that_costs_more_than_its_penalty(make_line, make_vehicle, make_order):
    orders = [make_order("a", "s1"), make_order("b", "s2", drop_penalty=59.0)]
    problem = make_line([10, 40], [make_vehicle()], orders)
    left_out = left_out_of(problem)
    assert left_out.reason is Reason.NOT_WORTH_ITS_PENALTY
    assert "60.00 yuan more, its penalty is 59.00" in left_out.detail
    assert left_out.cheapest_change is not None
    assert "a penalty of at least 60.00 yuan" in left_out.cheapest_change
    worth = make_line([10, 40], [make_vehicle()], [orders[0], make_order("b", "s2")])
    assert plan_of(worth).unassigned == ()


def test_every_order_of_a_crowded_day_is_explained(make_random_day):
    day = make_random_day(3, stops=40, vehicles=4)
    instance = Instance(day, make_visit_tasks(day, day.orders))
    routes = ((0,), (1,), (2, 3), ())
    served = {o.id for route in routes for i in route for o in instance.tasks[i].orders}
    left_out = [order for order in day.orders if order.id not in served]
    reasons = explain_left_out(instance, routes, left_out, {})
    assert [reason.order for reason in reasons] == [order.id for order in left_out]
    assert all(reason.detail and reason.cheapest_change for reason in reasons)
