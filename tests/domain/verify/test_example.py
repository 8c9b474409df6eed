"""The example of the problem format, and what every verdict has."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import coop_service.domain.verify as verification
from coop_service.domain.plan import CostParts, Plan, Route, Status, Trip, Visit
from coop_service.domain.problem import (
    Costs,
    Depot,
    Direction,
    Lunch,
    Order,
    Problem,
    Profile,
    Rules,
    Stop,
    Vehicle,
)
from coop_service.domain.verify import verify


@pytest.fixture
def problem():
    return Problem(
        name="example",
        profiles={
            "van": Profile(np.array([[0, 600], [600, 0]]), np.array([[0, 8000], [8000, 0]])),
        },
        depots=(Depot("centre", 0, 21600, 72000),),
        vehicles=(
            Vehicle(
                "V01",
                "van",
                "centre",
                "centre",
                {"weight_kg": 800, "volume_m3": 4.5},
                (25200, 61200),
                Costs(80.0, 0.55, 25.2),
                tags=frozenset({"narrow_road"}),
                reload_s=1200,
            ),
        ),
        stops=(Stop("c1", 1, 240, ((25200, 64800),)),),
        orders=(
            Order(
                "o1",
                "c1",
                Direction.OUTBOUND,
                "centre",
                {"weight_kg": 35, "volume_m3": 0.2, "pieces": 4},
                service_s=60,
                goods_class="parcel",
            ),
        ),
        goods_groups={"edible": ("fresh_produce", "grain", "herbs", "mushrooms")},
        rules=Rules(
            max_driving_s=14400,
            rest_s=1200,
            lunch=Lunch((41400, 46800), 1800),
            forbidden_mixes=(("farm_input_pesticide", "edible"),),
        ),
    )


@pytest.fixture
def plan():
    nothing = {"weight_kg": 0, "volume_m3": 0, "pieces": 0}
    visit = Visit("c1", 26100, 26100, 26400, ("o1",), nothing)
    trip = Trip(25500, 27000, {"weight_kg": 35, "volume_m3": 0.2, "pieces": 4}, nothing, (visit,))
    return Plan(
        name="example",
        engine="portfolio",
        status=Status.OPTIMAL,
        seconds=0.4,
        cost=99.30,
        cost_parts=CostParts(80.0, 8.8, 10.5, 0.0, 0.0),
        routes=(Route("V01", 25500, 27000, 16000, 1200, 300, 0, 99.30, (trip,)),),
        kpis={
            "vehicles_used": 1,
            "distance_km": 16.0,
            "empty_km": 8.0,
            "two_way_stop_share": 0.0,
        },
    )


def test_the_example_is_accepted_at_99_yuan_30(problem, plan):
    verdict = verify(problem, plan)
    assert verdict.ok
    assert verdict.violations == ()
    assert verdict.cost == 99.30
    assert verdict.cost_parts == CostParts(80.0, 8.8, 10.5, 0.0, 0.0)


def test_a_cost_that_is_off_by_one_fen_is_accepted_and_by_two_is_not(problem, plan):
    assert verify(problem, replace(plan, cost=99.31)).ok
    verdict = verify(problem, replace(plan, cost=99.32))
    (violation,) = verdict.violations
    assert (violation.rule, violation.unit) == ("stated_cost", "yuan")
    assert violation.amount == pytest.approx(0.02)
    assert not verdict.ok


def test_a_violation_says_in_both_languages_where_and_by_how_much(problem, plan):
    late = replace(problem, stops=(replace(problem.stops[0], time_windows_s=((25200, 26040),)),))
    (violation,) = verify(late, plan).violations
    assert (violation.vehicle, violation.stop, violation.order) == ("V01", "c1", None)
    assert (violation.rule, violation.amount, violation.unit) == ("time_window", 60, "s")
    assert violation.message == (
        "07:15:00 开始作业，不在时间窗 07:00:00-07:14:00 内，差 60 秒 / "
        "service starts at 07:15:00, outside the windows 07:00:00-07:14:00 by 60 s"
    )
    assert str(violation) == f"V01 c1: {violation.message} [time_window: 60 s]"
    assert json.dumps(violation.amount) == "60.0"


def test_an_empty_plan_for_a_problem_without_orders_costs_nothing(problem):
    empty = Plan("example", "hand", Status.FEASIBLE, 0.0, 0.0, CostParts(), ())
    verdict = verify(replace(problem, orders=()), empty)
    assert verdict.ok
    assert verdict.cost == 0.0


def test_verification_imports_nothing_but_values_of_the_domain():
    """Nor do those: what a leg is, and how full a place is, is said once for all readers."""
    values = ("plan", "problem", "relay", "occupancy", "handovers")
    allowed = {"coop_service.errors", *(f"coop_service.domain.{name}" for name in values)}
    package = Path(verification.__file__).parent
    modules = [*package.glob("*.py"), *(package.parent / f"{name}.py" for name in values)]
    for module in modules:
        for line in module.read_text(encoding="utf-8").splitlines():
            if line.startswith(("from coop_service", "import coop_service")):
                source = line.split()[1]
                own = source.startswith("coop_service.domain.verify.")
                assert own or source in allowed, f"{module.name}: {line}"
