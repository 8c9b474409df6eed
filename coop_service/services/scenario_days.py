"""Planning a day of a scenario: orders, problem, plan, check, figures; no database is needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from coop_service.domain.day_problem import build_problem, default_rules
from coop_service.domain.key_figures import key_figures
from coop_service.domain.plan import Plan
from coop_service.domain.problem import Problem
from coop_service.domain.scenarios import (
    Alternative,
    Scenario,
    Search,
    make_scenario_orders,
    rates_of,
)
from coop_service.domain.townships import find_townships
from coop_service.domain.travel import Travel
from coop_service.planning.compiled import ensure_compiled
from coop_service.planning.engines import DEFAULT_ENGINE, ENGINES
from coop_service.planning.stop import MaxIterations, MaxRuntime, StopRule
from coop_service.services.checked_plans import refuse_unsound

FIGURES: Final[Mapping[str, tuple[str, str, int]]] = {
    "orders": ("订单", "orders", 1),
    "orders_unassigned": ("未安排订单", "orders left out", 2),
    "cost_yuan": ("运输成本,元", "cost, yuan", 0),
    "variable_cost_yuan": ("其中不含出车日费,元", "of it without day rates, yuan", 0),
    "cost_yuan_per_order": ("每单成本,元", "cost per order, yuan", 2),
    "distance_km": ("行驶里程,公里", "driven, km", 1),
    "trunk_km": ("干线里程,公里", "trunk, km", 1),
    "branch_km": ("支线里程,公里", "branch, km", 1),
    "vehicles_used": ("出车,辆", "vans used", 2),
    "work_h": ("工作时间,小时", "work, h", 1),
    "service_level": ("满足订单比例", "share of orders served", 4),
    "hub_orders": ("经站中转订单", "orders over hubs", 1),
    "hub_peak_m3": ("中转站最大存放,立方米", "most at one hub, m3", 2),
}
"""What is told of each day: Chinese, English, decimals on a page."""


@dataclass(frozen=True, slots=True)
class DayResult:
    """A planned day: its figures by the names of :data:`FIGURES`, and those of its hubs."""

    date: dt.date
    figures: Mapping[str, float]
    hubs: Mapping[str, float]
    """Most cubic metres that lie at each hub."""


def make_day_problem(
    scenario: Scenario, before: Alternative, alternative: Alternative, date: dt.date
) -> Problem:
    """The routing problem of a day of an alternative; what sites order comes from ``before``.

    Raises:
        InvalidInput: the fleet or the modes do not suit the network.
    """
    network = alternative.network
    rates = rates_of(before.network, before.fleet, scenario.demand.level)
    problem = build_problem(
        network,
        Travel(network, date),
        alternative.fleet,
        make_scenario_orders(rates, network, date, scenario.demand.seed),
        name=f"{scenario.name} {date}",
        rules=default_rules(),
        townships=find_townships(network, alternative.fleet, alternative.modes),
    )
    floors = alternative.floors_m3
    hubs = tuple(
        replace(hub, floor={**hub.floor, "volume_m3": floors[hub.depot]})
        if hub.depot in floors
        else hub
        for hub in problem.hubs
    )
    return replace(problem, hubs=hubs)


def plan_problem(problem: Problem, search: Search) -> Plan:
    """Plan a day here, in this process, and check the plan.

    Raises:
        PlanRejected: the plan breaks rules.
        InvalidInput: the engine cannot plan such a day.
    """
    ensure_compiled()
    plan = ENGINES[DEFAULT_ENGINE](problem, stop_of(search), search.seed)
    refuse_unsound(problem, plan)
    return plan


def stop_of(search: Search) -> StopRule:
    """The stop rule of a search."""
    if search.seconds is not None:
        return MaxRuntime(search.seconds, search.threads)
    return MaxIterations(search.iterations or 1, search.threads, search.plain_plans)


def plan_scenario_day(
    scenario: Scenario, before: Alternative, alternative: Alternative, date: dt.date
) -> DayResult:
    """A day of an alternative, planned and checked.

    Raises:
        CoopError: see :func:`make_day_problem` and :func:`plan_problem`.
    """
    problem = make_day_problem(scenario, before, alternative, date)
    return figures_of(problem, plan_problem(problem, scenario.search), date)


def figures_of(problem: Problem, plan: Plan, date: dt.date) -> DayResult:
    """What is told of a planned day."""
    figures = key_figures(problem, plan)
    at_hubs = figures.get("hubs", [])
    hubs = {
        hub["hub"]: float(hub["peak_load"].get("volume_m3", {}).get("amount", 0.0))
        for hub in at_hubs
    }
    orders = len(problem.orders)
    told = {
        "orders": orders,
        "orders_unassigned": figures["orders_unassigned"],
        "cost_yuan": round(plan.cost - plan.cost_parts.dropped, 2),
        "variable_cost_yuan": round(plan.cost - plan.cost_parts.dropped - plan.cost_parts.fixed, 2),
        "cost_yuan_per_order": figures["cost_yuan_per_order"] or 0.0,
        "distance_km": figures["distance_km"],
        "trunk_km": figures.get("trunk_km", 0.0),
        "branch_km": figures.get("branch_km", 0.0),
        "vehicles_used": figures["vehicles_used"],
        "work_h": figures["work_h"],
        "service_level": figures["orders_served"] / orders if orders else 1.0,
        "hub_orders": sum(hub["orders"] for hub in at_hubs),
        "hub_peak_m3": max(hubs.values(), default=0.0),
    }
    return DayResult(date, {name: float(told[name]) for name in FIGURES}, hubs)
