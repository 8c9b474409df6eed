"""Days of scenarios: planned without a database, checked, and the same each time."""

from dataclasses import replace

import pytest

from coop_service.domain.problem import ModeSetting
from coop_service.domain.records import Tier
from coop_service.domain.scenarios import (
    ChangeKind,
    FleetChange,
    FleetChangeKind,
    Search,
    StationChange,
    change_county,
)
from coop_service.domain.verify import verify
from coop_service.planning.stop import MaxIterations, MaxRuntime
from coop_service.services import scenario_days
from coop_service.services.checked_plans import PlanRejected
from coop_service.services.scenario_days import (
    FIGURES,
    figures_of,
    make_day_problem,
    plan_problem,
    plan_scenario_day,
    stop_of,
)
from tests.small_county import DAY, make_county, make_scenario

HUB = StationChange(ChangeKind.UPGRADE, "V13", tier=Tier.STATION, floor_m3=9.0, catchment_min=8.0)
VANS = FleetChange(FleetChangeKind.MOVE, vans=("M1", "M2"), home="V13")


def test_a_day_is_planned_checked_and_told_in_figures():
    scenario = make_scenario()
    before, after = change_county(make_county(), scenario)
    problem = make_day_problem(scenario, before, after, DAY)
    plan = plan_problem(problem, scenario.search)
    assert verify(problem, plan).ok
    result = figures_of(problem, plan, DAY)
    assert tuple(result.figures) == tuple(FIGURES)
    assert result.figures["orders"] == len(problem.orders) > 10
    assert result.figures["service_level"] == 1.0
    assert result.figures["cost_yuan"] == round(plan.cost, 2)
    km = sum(route.distance_m for route in plan.routes) / 1000
    assert result.figures["distance_km"] == pytest.approx(km)
    assert result.hubs == {}
    assert result.date.isoformat() == "2026-07-15"


def test_the_same_day_has_the_same_figures():
    scenario = make_scenario()
    before, after = change_county(make_county(), scenario)
    one, two = (plan_scenario_day(scenario, before, after, DAY) for _ in range(2))
    assert one == two


def test_a_station_with_vans_and_room_of_its_own_is_a_hub():
    scenario = make_scenario(stations=(HUB,), fleet=(VANS,), modes={"V13": ModeSetting.RELAY})
    before, after = change_county(make_county(), scenario)
    problem = make_day_problem(scenario, before, after, DAY)
    [hub], [relay] = problem.hubs, problem.relays
    assert (hub.depot, hub.floor["volume_m3"]) == ("V13", 9.0)
    assert set(relay.stops) <= {"V11", "V12", "V14", "V15"}
    assert relay.stops


def test_a_plan_that_breaks_rules_is_not_told_in_figures(monkeypatch):
    scenario = make_scenario()
    before, after = change_county(make_county(), scenario)
    problem = make_day_problem(scenario, before, after, DAY)
    good = plan_problem(problem, scenario.search)
    engines = {name: lambda *_: replace(good, cost=1.0) for name in scenario_days.ENGINES}
    monkeypatch.setattr(scenario_days, "ENGINES", engines)
    with pytest.raises(PlanRejected):
        plan_problem(problem, scenario.search)


def test_rounds_and_seconds_are_handed_on_with_their_threads():
    assert stop_of(Search(iterations=7, threads=1, plain_plans=2)) == MaxIterations(7, 1, 2)
    assert stop_of(Search(iterations=None, seconds=3.0, threads=2)) == MaxRuntime(3.0, 2)
