"""Key figures of the day with a relayed township that is worked out by hand."""

import json
from dataclasses import replace

import pytest

from coop_service.domain.key_figures import DEFINITIONS, key_figures
from coop_service.domain.problem import Mode
from coop_service.domain.relay_figures import relay_figures
from coop_service.domain.verify import verify
from tests.domain.verify.relay_day import (
    MODES,
    next_day_problem,
    next_day_routes,
    relay_plan,
    relay_problem,
    relay_routes,
)


@pytest.fixture
def problem():
    return relay_problem()


@pytest.fixture
def plan(problem):
    return relay_plan(problem)


def test_the_figures_are_those_worked_out_by_hand(problem, plan):
    nothing = {"orders": 0, "pieces": 0.0, "weight_kg": 0.0}
    produce = {"orders": 2, "pieces": 5.0, "weight_kg": 25.0}
    assert relay_figures(problem, plan) == {
        "trunk_km": 120.0,
        "branch_km": 60.0,
        "direct_km": 20.0,
        # T1 315.30 and B1 204.40 over four orders each, D1 133.20 over two.
        "cost_yuan_per_order_by_tier": {
            "trunk": pytest.approx(78.825, abs=0.006),
            "branch": 51.1,
            "direct": 66.6,
        },
        "hubs": [
            {
                "hub": "west",
                "orders": 4,
                "peak_load": {
                    "weight_kg": {"amount": 50.0, "time_s": 37_800},
                    "pieces": {"amount": 5.0, "time_s": 43_160},
                },
                # 920, 2840, 3690 and 570 s.
                "dwell_min_mean": 33.4,
                "dwell_min_max": 61.5,
            }
        ],
        "handovers": [
            {
                "hub": "west",
                "from_s": 36_000,
                "direction": "outbound",
                "arriving": {"orders": 2, "pieces": 0.0, "weight_kg": 50.0},
                "leaving": {"orders": 1, "pieces": 0.0, "weight_kg": 20.0},
            },
            {
                "hub": "west",
                "from_s": 39_600,
                "direction": "inbound",
                "arriving": produce,
                "leaving": nothing,
            },
            {
                "hub": "west",
                "from_s": 39_600,
                "direction": "outbound",
                "arriving": nothing,
                "leaving": {"orders": 1, "pieces": 0.0, "weight_kg": 30.0},
            },
            {
                "hub": "west",
                "from_s": 43_200,
                "direction": "inbound",
                "arriving": nothing,
                "leaving": produce,
            },
        ],
    }


def test_a_relayed_order_counts_once_among_the_figures_of_every_day(problem, plan):
    figures = key_figures(problem, plan)
    assert (figures["orders_served"], figures["orders_unassigned"]) == (6, 0)
    assert (figures["outbound_kg"], figures["inbound_kg"]) == (60.0, 35.0)
    assert figures["cost_yuan_per_order"] == 108.82
    # T1 home from its first trip and out on its second.
    assert figures["empty_km"] == 60.0
    # v1, v2 and e1 of five visits.
    assert (figures["two_way_stop_share"], figures["stops_visited"]) == (0.6, 5)
    assert verify(problem, replace(plan, kpis=figures)).ok


def test_every_figure_has_a_definition_and_is_ready_for_json(problem, plan):
    figures = key_figures(problem, plan)
    assert list(figures) == list(DEFINITIONS)
    assert json.loads(json.dumps(figures)) == figures


def test_goods_that_stay_overnight_do_not_count_as_dwelling():
    problem = next_day_problem()
    [hub] = relay_figures(problem, relay_plan(problem, next_day_routes()))["hubs"]
    assert hub["orders"] == 4
    # 920 and 2840 s.
    assert (hub["dwell_min_mean"], hub["dwell_min_max"]) == (31.3, 47.3)


def test_a_trip_over_the_hub_and_to_a_village_is_shared_out_by_km(problem):
    routes = relay_routes()
    # 30 km to the hub, and from there to e1 and home 40 + 10 km.
    routes["T1"][0]["calls"].append(("e1", ["o3", "i3"]))
    del routes["D1"]
    plan = relay_plan(problem, routes)
    figures = relay_figures(problem, plan)
    assert (figures["trunk_km"], figures["direct_km"]) == (90.0, 50.0)
    [truck] = [route for route in plan.routes if route.vehicle == "T1"]
    by_tier = figures["cost_yuan_per_order_by_tier"]
    assert by_tier["direct"] == pytest.approx(truck.cost * 50 / 140 / 2, abs=0.01)
    assert by_tier["trunk"] == pytest.approx(truck.cost * 90 / 140 / 4, abs=0.01)


def test_where_all_go_direct_the_hub_has_nothing_to_hand_over(problem):
    routes = {"D1": relay_routes()["D1"]}
    plan = relay_plan(problem, routes, modes=dict.fromkeys(MODES, Mode.DIRECT))
    figures = relay_figures(problem, plan)
    assert (figures["trunk_km"], figures["branch_km"], figures["direct_km"]) == (0.0, 0.0, 20.0)
    assert figures["cost_yuan_per_order_by_tier"]["trunk"] is None
    assert figures["handovers"] == []
    assert figures["hubs"] == [
        {
            "hub": "west",
            "orders": 0,
            "peak_load": {},
            "dwell_min_mean": None,
            "dwell_min_max": None,
        }
    ]


def test_a_plan_that_names_no_modes_is_refused(problem, plan):
    with pytest.raises(KeyError):
        key_figures(problem, replace(plan, modes=()))
