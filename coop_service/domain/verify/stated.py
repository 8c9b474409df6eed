"""Numbers that a plan states, against the recomputed ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from coop_service.domain.plan import CostParts, Plan, Route, Status
from coop_service.domain.problem import LOAD_TOLERANCE, Load
from coop_service.domain.verify.cargo import Haul
from coop_service.domain.verify.verdict import Findings, Rule, clock, is_sound
from coop_service.domain.verify.walked import WalkedRoute

COST_TOLERANCE_YUAN: Final = 0.01
_ROUNDING: Final = 1e-9
"""0.01 itself is allowed; as a difference of two floats it may come out a little larger."""

FIGURE_TOLERANCES: Final = {
    "vehicles_used": 0.0,
    "distance_km": 0.05,
    "empty_km": 0.05,
    "two_way_stop_share": 0.005,
}
"""The required key figures; they may be rounded to 0.1 km and to 0.01."""


def check_numbers(plan: Plan, findings: Findings) -> None:
    """Report numbers of the plan as a whole that are not finite or negative; and its status."""
    if plan.status not in tuple(Status):
        findings.add(
            Rule.UNKNOWN_STATUS,
            f"没有状态 {plan.status}",
            f"there is no status {plan.status}",
            amount=1,
            unit="plans",
        )
    parts = plan.cost_parts
    _check_all(
        [
            ("seconds", plan.seconds),
            ("cost", plan.cost),
            ("cost_parts/fixed", parts.fixed),
            ("cost_parts/distance", parts.distance),
            ("cost_parts/time", parts.time),
            ("cost_parts/overtime", parts.overtime),
            ("cost_parts/dropped", parts.dropped),
            ("cost_parts/standing", parts.standing),
            *(
                (f"modes/{number}/other_mode_cost", choice.other_mode_cost)
                for number, choice in enumerate(plan.modes)
                if choice.other_mode_cost is not None
            ),
        ],
        findings,
    )


def check_route_numbers(route: Route, findings: Findings) -> bool:
    """Report numbers of a route that are absurd; whether its times can be reckoned with."""
    _check_all(
        [
            ("distance_m", route.distance_m),
            ("driving_s", route.driving_s),
            ("service_s", route.service_s),
            ("waiting_s", route.waiting_s),
            ("cost", route.cost),
        ],
        findings,
        route.vehicle,
    )
    times: list[tuple[str, int]] = [("depart_s", route.depart_s), ("return_s", route.return_s)]
    for trip in route.trips:
        times += [("trip depart_s", trip.depart_s), ("trip return_s", trip.return_s)]
        for rest in trip.rests:
            times += [("rest start_s", rest.start_s), ("rest duration_s", rest.duration_s)]
            _check_all([("rest duration_s", rest.duration_s)], findings, route.vehicle)
        for name, load in (
            ("load_at_start", trip.load_at_start),
            ("load_at_end", trip.load_at_end),
        ):
            _check_load(name, load, findings, route.vehicle, None)
        for visit in trip.stops:
            times += [
                ("arrive_s", visit.arrive_s),
                ("start_s", visit.start_s),
                ("stop depart_s", visit.depart_s),
            ]
            _check_load("load_after", visit.load_after, findings, route.vehicle, visit.stop)
    absurd = [name for name, time_s in times if not is_sound(time_s)]
    for name in absurd:
        _report_number(name, "过大", "is absurdly large", findings, route.vehicle, None)
    return not absurd


def check_sums(walked: WalkedRoute, parts: CostParts, findings: Findings) -> None:
    """Compare a route's stated times and sums with the walked ones."""
    route = walked.route
    vehicle = walked.vehicle.id
    for name, said, real in (
        ("depart_s", route.depart_s, route.trips[0].depart_s),
        ("return_s", route.return_s, route.trips[-1].return_s),
    ):
        if said != real:
            findings.add(
                Rule.STATED_TIMES,
                f"线路的 {name} 写明 {clock(said)}，其趟次为 {clock(real)}",
                f"the route states {name} {clock(said)}, its trips say {clock(real)}",
                amount=abs(said - real),
                unit="s",
                vehicle=vehicle,
            )
    for rule, name, unit, said, real in (
        (Rule.STATED_DISTANCE, "distance_m", "m", route.distance_m, walked.distance_m),
        (Rule.STATED_DRIVING, "driving_s", "s", route.driving_s, walked.driving_s),
        (Rule.STATED_SERVICE, "service_s", "s", route.service_s, walked.service_s),
        (Rule.STATED_WAITING, "waiting_s", "s", route.waiting_s, walked.waiting_s),
    ):
        _compare(rule, name, said, real, 0, unit, findings, vehicle)
    _compare(
        Rule.STATED_ROUTE_COST,
        "cost",
        route.cost,
        parts.total,
        COST_TOLERANCE_YUAN,
        "yuan",
        findings,
        vehicle,
    )


def check_cost(plan: Plan, parts: CostParts, findings: Findings) -> None:
    """Compare the plan's stated cost, rounded as the recomputed one is, and its parts."""
    _compare(
        Rule.STATED_COST,
        "cost",
        plan.cost,
        round(parts.total, 2),
        COST_TOLERANCE_YUAN,
        "yuan",
        findings,
    )
    for name in ("fixed", "distance", "time", "overtime", "dropped", "standing"):
        _compare(
            Rule.STATED_COST_PARTS,
            f"cost_parts/{name}",
            getattr(plan.cost_parts, name),
            round(getattr(parts, name), 2),
            COST_TOLERANCE_YUAN,
            "yuan",
            findings,
        )


def check_figures(
    plan: Plan, walked: Sequence[WalkedRoute], hauls: Sequence[Haul], findings: Findings
) -> None:
    """Compare those of the required key figures that the plan states."""
    visits = sum(len(trip.visits) for route in walked for trip in route.trips)
    two_way_visits = sum(haul.two_way_visits for haul in hauls)
    real = {
        "vehicles_used": float(len({route.vehicle.id for route in walked})),
        "distance_km": sum(route.distance_m for route in walked) / 1000,
        "empty_km": sum(haul.empty_m for haul in hauls) / 1000,
        "two_way_stop_share": two_way_visits / visits if visits else 0.0,
    }
    for name, tolerance in FIGURE_TOLERANCES.items():
        if name not in plan.kpis:
            continue
        said = plan.kpis[name]
        if isinstance(said, bool) or not isinstance(said, int | float) or not is_sound(said):
            _report_number(f"kpis/{name}", "不是数", "is not a number", findings, None, None)
        else:
            unit = name.rpartition("_")[2]
            _compare(
                Rule.STATED_FIGURE, f"kpis/{name}", said, real[name], tolerance, unit, findings
            )


def _check_all(
    numbers: Iterable[tuple[str, float]],
    findings: Findings,
    vehicle: str | None = None,
    stop: str | None = None,
    lowest: float = 0.0,
) -> None:
    for name, number in numbers:
        if not is_sound(number):
            _report_number(
                name,
                "不是有限的合理数",
                "is not a finite, sensible number",
                findings,
                vehicle,
                stop,
            )
        elif number < lowest:
            _report_number(name, "为负", "is negative", findings, vehicle, stop)


def _check_load(name: str, load: Load, findings: Findings, vehicle: str, stop: str | None) -> None:
    numbers = ((f"{name}/{unit}", amount) for unit, amount in load.items())
    _check_all(numbers, findings, vehicle, stop, lowest=-LOAD_TOLERANCE)


def _report_number(
    name: str, zh: str, en: str, findings: Findings, vehicle: str | None, stop: str | None
) -> None:
    findings.add(
        Rule.BAD_NUMBER,
        f"{name} {zh}",
        f"{name} {en}",
        amount=1,
        unit="numbers",
        vehicle=vehicle,
        stop=stop,
    )


def _compare(
    rule: Rule,
    name: str,
    said: float,
    real: float,
    tolerance: float,
    unit: str,
    findings: Findings,
    vehicle: str | None = None,
) -> None:
    # What is not sound has been reported as such already.
    if is_sound(said) and abs(said - real) > tolerance + _ROUNDING:
        findings.add(
            rule,
            f"{name} 写明 {said:.10g}，重算为 {real:.10g}",
            f"{name} states {said:.10g}, recomputed {real:.10g}",
            amount=abs(said - real),
            unit=unit,
            vehicle=vehicle,
        )
