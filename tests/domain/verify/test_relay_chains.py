"""The mode of each township, and both legs of each order or neither."""

from dataclasses import replace

import pytest

from coop_service.domain.plan import ModeChoice, Unassigned
from coop_service.domain.problem import Mode, ModeSetting
from coop_service.domain.verify import verify
from tests.domain.verify.relay_day import (
    found_on,
    only_violation,
    relay_plan,
    relay_problem,
    relay_routes,
)

# Modes


def test_a_fixed_mode_must_be_obeyed():
    problem = relay_problem(west={"mode": ModeSetting.DIRECT})
    violation = only_violation(problem)
    assert (violation.rule, violation.amount) == ("wrong_mode", 1)
    assert violation.message == (
        "乡镇 西镇 的方式定为 direct，计划却用 relay / "
        "the mode of township 西镇 is fixed to direct, the plan has relay"
    )
    assert found_on(relay_problem(west={"mode": ModeSetting.RELAY})) == []


@pytest.mark.parametrize(
    ("further", "expected"),
    [
        ((ModeChoice("西镇", Mode.RELAY),), [("listed_twice", 1)]),
        ((ModeChoice("南镇", Mode.RELAY),), [("unknown_relay", 1)]),
        ((ModeChoice("东镇", Mode.RELAY),), [("listed_twice", 1)]),
    ],
)
def test_each_township_is_named_once(further, expected):
    problem = relay_problem()
    plan = relay_plan(problem)
    verdict = verify(problem, replace(plan, modes=plan.modes + further))
    assert [(one.rule, one.amount) for one in verdict.violations] == expected


def test_a_township_that_is_not_named_has_the_mode_that_is_fixed_for_it():
    problem = relay_problem(west={"mode": ModeSetting.RELAY})
    verdict = verify(problem, replace(relay_plan(problem), modes=()))
    assert [(one.rule, one.amount) for one in verdict.violations] == [("mode_missing", 1)] * 2


def test_modes_on_a_day_without_relays_are_of_unknown_townships(make_problem, make_plan, found):
    problem = make_problem()
    plan = replace(make_plan(problem, {}), modes=(ModeChoice("西镇", Mode.DIRECT),))
    assert found(problem, plan) == [("unknown_relay", 1)]


@pytest.mark.parametrize("cost", [-1.0, float("nan")])
def test_the_cost_of_the_other_mode_is_a_sensible_number(cost):
    problem = relay_problem()
    plan = relay_plan(problem)
    choices = (replace(plan.modes[0], other_mode_cost=cost), plan.modes[1])
    [violation] = verify(problem, replace(plan, modes=choices)).violations
    assert violation.rule == "bad_number"
    assert violation.message.startswith("modes/0/other_mode_cost")


# Chains


def test_a_branch_leg_that_is_missing_is_found():
    routes = relay_routes()
    routes["B1"][1]["calls"] = [("v2", ["i2:branch"])]
    violation = only_violation(relay_problem(), routes)
    assert (violation.rule, violation.amount, violation.unit) == ("chain_incomplete", 1, "legs")
    assert violation.order == "o2"
    assert "o2:branch" in violation.message


def test_a_trunk_leg_that_is_missing_is_found():
    routes = relay_routes()
    routes["T1"][1]["calls"] = [("west:up", ["i2:trunk"])]
    violation = only_violation(relay_problem(), routes)
    assert (violation.rule, violation.amount) == ("chain_incomplete", 1)
    assert violation.order == "i1"


def without_o2():
    routes = relay_routes()
    routes["T1"][0]["calls"] = [("west:down", ["o1:trunk"])]
    routes["B1"][1]["calls"] = [("v2", ["i2:branch"])]
    return routes


def test_an_order_is_left_out_with_both_legs_and_its_penalty_counts_once():
    problem = relay_problem(orders={"o2": {"drop_penalty": 25.0}})
    verdict = verify(problem, relay_plan(problem, without_o2(), unassigned=["o2"]))
    assert verdict.violations == ()
    assert verdict.cost_parts.dropped == 25.0


def test_an_order_without_any_leg_that_is_not_listed_is_missing():
    violation = only_violation(relay_problem(), without_o2())
    assert (violation.rule, violation.order) == ("order_missing", "o2")


def test_an_order_that_is_listed_and_has_a_leg_is_both():
    routes = relay_routes()
    routes["B1"][1]["calls"] = [("v2", ["i2:branch"])]
    assert found_on(relay_problem(), routes, unassigned=["o2"]) == [
        ("order_served_and_unassigned", 1),
        ("chain_incomplete", 1),
    ]


def test_what_is_left_out_is_named_by_its_order_and_not_by_a_leg():
    assert found_on(relay_problem(), without_o2(), unassigned=["o2:branch"]) == [
        ("unknown_order", 1),
        ("order_missing", 1),
    ]


def test_a_mandatory_order_is_not_left_out_for_its_penalty():
    problem = relay_problem()
    plan = relay_plan(problem, without_o2())
    left_out = Unassigned("o2", "not_worth_its_penalty", False)
    verdict = verify(problem, replace(plan, unassigned=(left_out,)))
    assert [one.rule for one in verdict.violations] == ["wrong_reason"]


def test_a_relayed_order_is_served_by_its_legs_only():
    problem = relay_problem()
    plan = relay_plan(problem)
    trip = plan.routes[2].trips[0]
    call = replace(trip.stops[0], orders=("o3", "i3", "o1"))
    routes = (*plan.routes[:2], replace(plan.routes[2], trips=(replace(trip, stops=(call,)),)))
    verdict = verify(problem, replace(plan, routes=routes))
    assert [(one.rule, one.order) for one in verdict.violations] == [("unknown_order", "o1")]


def test_a_branch_van_cannot_load_at_the_centre():
    problem = relay_problem()
    routes = relay_routes()
    routes["T1"][0]["calls"].append(("v1", ["o1:branch", "i1:branch"]))
    routes["B1"] = [routes["B1"][1] | {"depart_s": 38_720}]
    wrong = verify(problem, relay_plan(problem, routes)).violations
    assert {(one.rule, one.order) for one in wrong if one.rule == "wrong_depot"} == {
        ("wrong_depot", "o1:branch"),
        ("wrong_depot", "i1:branch"),
    }
