"""Key figures of a day that is worked out by hand.

On a straight road with the centre at 0 km and stops at 10, 20 and 30 km, V1 makes two trips:
out with 60 kg to c1, where 20 kg come aboard that go to c2; and out to c3 empty, back with 80 kg.
V2 brings 30 kg to c2 and comes back empty.
"""

import json
from dataclasses import replace

import numpy as np
import pytest

from coop_service.domain.key_figures import DEFINITIONS, key_figures
from coop_service.domain.plan import CostParts, Plan, Reason, Route, Status, Trip, Unassigned, Visit
from coop_service.domain.problem import (
    Costs,
    Depot,
    Direction,
    Order,
    Problem,
    Profile,
    Stop,
    Vehicle,
)
from coop_service.domain.relay_figures import RELAY_DEFINITIONS
from coop_service.domain.verify import verify

OUTBOUND, INBOUND, TRANSFER = Direction


@pytest.fixture
def problem():
    apart = np.abs(np.subtract.outer([0, 10, 20, 30], [0, 10, 20, 30]))
    costs = Costs(fixed=100.0, per_km=1.0, per_hour=36.0)
    van = Vehicle(
        "V1", "van", "centre", "centre", {"weight_kg": 100, "volume_m3": 2}, (0, 50000), costs
    )
    return Problem(
        name="two vans",
        profiles={"van": Profile(apart * 60, apart * 1000)},
        depots=(Depot("centre", 0, 0, 50000),),
        vehicles=(replace(van, max_trips=2, reload_s=600), replace(van, id="V2")),
        stops=(
            Stop("c1", 1, 300),
            Stop("c2", 2, 300, ((0, 1900), (3000, 4000))),
            Stop("c3", 3, 300),
        ),
        orders=(
            Order("o1", "c1", OUTBOUND, "centre", {"weight_kg": 60, "volume_m3": 1}),
            Order("o2", "c1", TRANSFER, "centre", {"weight_kg": 20, "volume_m3": 1}, to_stop="c2"),
            Order("o3", "c3", INBOUND, "centre", {"weight_kg": 80, "volume_m3": 1}),
            Order("o4", "c2", OUTBOUND, "centre", {"weight_kg": 30, "volume_m3": 1.5}),
            Order("o5", "c3", OUTBOUND, "centre", {"weight_kg": 500}, drop_penalty=7.0),
        ),
    )


@pytest.fixture
def plan():
    def load(weight_kg, volume_m3):
        return {"weight_kg": weight_kg, "volume_m3": volume_m3}

    nothing = load(0, 0)
    first = Trip(
        0,
        3000,
        load(60, 1),
        nothing,
        (
            Visit("c1", 600, 600, 900, ("o1", "o2"), load(20, 1)),
            Visit("c2", 1500, 1500, 1800, ("o2",), nothing),
        ),
    )
    second = Trip(
        3700, 7600, nothing, load(80, 1), (Visit("c3", 5500, 5500, 5800, ("o3",), load(80, 1)),)
    )
    short = Trip(
        0, 3300, load(30, 1.5), nothing, (Visit("c2", 1200, 1800, 2100, ("o4",), nothing),)
    )
    return Plan(
        name="two vans",
        engine="hand",
        status=Status.FEASIBLE,
        seconds=0.0,
        cost=456.0,
        cost_parts=CostParts(fixed=200.0, distance=140.0, time=109.0, dropped=7.0),
        routes=(
            # 100 km and 6000 s of driving, 900 s of service, 100 s of waiting beyond the reload.
            Route("V1", 0, 7600, 100_000, 6000, 900, 100, 276.0, (first, second)),
            # 40 km, 2400 s, 300 s, and 600 s of waiting at c2.
            Route("V2", 0, 3300, 40_000, 2400, 300, 600, 173.0, (short,)),
        ),
        unassigned=(Unassigned("o5", Reason.CAPACITY, True),),
        split_stops=("c2",),
    )


def test_the_figures_are_those_worked_out_by_hand(problem, plan):
    figures = key_figures(problem, plan)
    on_board = figures.pop("on_board")
    assert figures == {
        "vehicles_used": 2,
        "trips": 3,
        "distance_km": 140.0,
        # V1: c2 home 20, out to c3 30; V2: c2 home 20.
        "empty_km": 70.0,
        # c1 unloads o1 and loads o2; c2, c2 and c3 do one of both.
        "two_way_stop_share": 0.25,
        "driving_h": 2.33,
        "service_h": 0.33,
        "waiting_h": 0.19,
        "work_h": 3.03,
        "orders_served": 4,
        "orders_unassigned": 1,
        "stops_visited": 3,
        "outbound_kg": 90.0,
        "inbound_kg": 80.0,
        "late_stops": 0,
        # (60 kg of 100, nothing, 1.5 m3 of 2) and (nothing, 80 kg of 100, nothing), over three.
        "load_factor_outbound": 0.45,
        "load_factor_inbound": 0.2667,
        "cost_yuan_per_order": 112.25,
        "km_per_order": 35.0,
    }
    assert on_board[1] == {
        "vehicle": "V2",
        "capacity": {"weight_kg": 100, "volume_m3": 2},
        "trips": [
            [
                {"stop": None, "time_s": 0, "load": {"weight_kg": 30, "volume_m3": 1.5}},
                {"stop": "c2", "time_s": 2100, "load": {"weight_kg": 0, "volume_m3": 0}},
            ]
        ],
    }
    assert [len(trip) for trip in on_board[0]["trips"]] == [3, 2]


def test_verification_recomputes_the_same_figures(problem, plan):
    # c2 is rightly split: 1 m3 from c1 and 1.5 m3 from the centre are too much for either van.
    verdict = verify(problem, replace(plan, kpis=key_figures(problem, plan)))
    assert verdict.violations == ()
    assert verdict.cost == 456.0


def test_every_figure_has_a_definition_in_both_languages_and_is_ready_for_json(problem, plan):
    figures = key_figures(problem, plan)
    assert [*figures, *RELAY_DEFINITIONS] == list(DEFINITIONS)
    assert all(zh and en and zh != en for zh, en in DEFINITIONS.values())
    assert json.loads(json.dumps(figures)) == figures


def test_a_visit_is_late_only_after_a_window_and_not_before_one(problem, plan):
    def late_at(start_s):
        (trip,) = plan.routes[1].trips
        trip = replace(trip, stops=(replace(trip.stops[0], start_s=start_s),))
        moved = replace(plan, routes=(plan.routes[0], replace(plan.routes[1], trips=(trip,))))
        return key_figures(problem, moved)["late_stops"]

    assert [late_at(start_s) for start_s in (1900, 1901, 2999, 3000, 4001)] == [0, 1, 1, 0, 1]


def test_a_plan_that_serves_nothing_has_figures_too(problem, plan):
    figures = key_figures(problem, replace(plan, routes=(), cost=7.0, cost_parts=CostParts()))
    assert figures["orders_unassigned"] == 5
    assert figures["two_way_stop_share"] == 0.0
    assert figures["load_factor_outbound"] == 0.0
    assert figures["cost_yuan_per_order"] is None
    assert figures["km_per_order"] is None


def test_a_plan_for_another_problem_is_refused(problem, plan):
    with pytest.raises(KeyError):
        key_figures(replace(problem, stops=problem.stops[:1]), plan)
