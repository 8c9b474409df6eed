"""The price of departing from the standing lines."""

from dataclasses import replace

import pytest

from coop_service.domain.plan import CostParts
from coop_service.domain.problem import StandingLines, StandingStop
from coop_service.domain.verify import verify

ORDERS = ({"stop": "c1"}, {"stop": "c2"})
# Service starts at c1 at 10 600 s and at c2 at 11 200 s; 40 km and 2400 s in all.
ROUTES = {"V1": [{"depart_s": 10_000, "calls": [("c1", ["o1"]), ("c2", ["o2"])]}]}


def lines(*stops, **terms):
    prices = {"per_visit": 5.0, "per_hour": 36.0} | terms
    return StandingLines(**prices, stops=tuple(StandingStop(*stop) for stop in stops))


@pytest.fixture
def standing_cost(make_problem, make_plan):
    """Yuan for departing from the lines; that the plan holds is asserted on the way."""

    def cost(standing_lines):
        problem = make_problem(orders=ORDERS, vehicles=({}, {}), standing_lines=standing_lines)
        plan = make_plan(problem, ROUTES)
        verdict = verify(problem, plan)
        assert verdict.violations == ()
        return verdict.cost_parts.standing

    return cost


@pytest.mark.parametrize(
    ("standing_lines", "yuan"),
    [
        (None, 0.0),
        (lines(), 0.0),
        (lines(("c1", "V1", 10_600), ("c2", "V1", 11_200)), 0.0),
        (lines(("c1", "V2", None), ("c2", "V1", None)), 5.0),
        (lines(("c1", "V2", None), ("c2", "V2", None)), 10.0),
        (lines(("c1", None, 10_500)), 1.0),
        (lines(("c1", None, 10_900)), 3.0),
        (lines(("c1", None, 10_900), tolerance_s=100), 2.0),
        (lines(("c1", None, 10_900), ("c2", None, 11_200), tolerance_s=300), 0.0),
        (lines(("c1", "V2", 10_900), ("c2", "V2", 11_500)), 16.0),
        (lines(("c3", "V2", 0)), 0.0),
    ],
)
def test_another_vehicle_costs_by_visit_and_another_hour_by_time(
    standing_cost, standing_lines, yuan
):
    assert standing_cost(standing_lines) == yuan


def test_it_is_part_of_the_route_and_of_the_whole(make_problem, make_plan, found):
    problem = make_problem(
        orders=ORDERS, vehicles=({}, {}), standing_lines=lines(("c1", "V2", 10_500))
    )
    plan = make_plan(problem, ROUTES)
    verdict = verify(problem, plan)
    assert verdict.cost_parts == CostParts(fixed=100.0, distance=40.0, time=24.0, standing=6.0)
    assert verdict.cost == plan.routes[0].cost == 170.0
    silent = replace(
        plan,
        cost=164.0,
        cost_parts=replace(plan.cost_parts, standing=0.0),
        routes=(replace(plan.routes[0], cost=164.0),),
    )
    assert found(problem, silent) == [
        ("stated_route_cost", 6),
        ("stated_cost", 6),
        ("stated_cost_parts", 6),
    ]


def test_each_visit_to_a_split_stop_is_priced(make_problem, make_plan):
    standing_lines = lines(("c1", "V3", 10_600))
    small = {"capacity": {"weight_kg": 15}}
    problem = make_problem(
        orders=({"stop": "c1"}, {"stop": "c1"}),
        vehicles=(small, small, small),
        standing_lines=standing_lines,
    )
    routes = {
        "V1": [{"depart_s": 10_000, "calls": [("c1", ["o1"])]}],
        "V2": [{"depart_s": 10_200, "calls": [("c1", ["o2"])]}],
    }
    verdict = verify(problem, make_plan(problem, routes, split_stops=["c1"]))
    assert verdict.violations == ()
    assert verdict.cost_parts.standing == 12.0


def test_a_negative_price_that_is_stated_is_no_number(make_problem, make_plan, found):
    problem = make_problem(orders=ORDERS)
    plan = make_plan(problem, ROUTES)
    parts = replace(plan.cost_parts, standing=-1.0)
    assert found(problem, replace(plan, cost_parts=parts)) == [
        ("bad_number", 1),
        ("stated_cost_parts", 1),
    ]
