"""Why relayed orders are left out: the hub, the minutes that are missing, the cheapest change.

An order is first looked at as if it were the only one of its hub, then with all others of the hub.
Its legs are planned as if nothing tied them together, and CP-SAT finds by how much the links then
miss at the least. Changes are tried on the same routes, one at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from coop_service.domain.plan import Plan, Reason, Route, Unassigned
from coop_service.domain.problem import Mode, Order, Problem, Vehicle
from coop_service.domain.relay import Modes, chosen_modes, relay_of
from coop_service.planning.relay.bound_plan import orders_on_board, plan_unbound
from coop_service.planning.relay.candidate import without
from coop_service.planning.relay.timing import find_shortfalls
from coop_service.planning.why_not.limits import (
    OVERTIME_FACTOR,
    PATIENCE_FACTOR,
    per_minute_yuan,
)
from coop_service.planning.why_not.texts import Text, minutes

MOST_LOOKED_AT: Final = 40
"""Orders that are looked at by themselves; the others with their hub only."""

SHORTFALL_S: Final = 1.0
"""Most deterministic seconds for what is missing."""


@dataclass(frozen=True, slots=True)
class _Change:
    """Something that could be otherwise, with what it is worth in yuan."""

    text: Text
    price_yuan: float
    reason: Reason
    problem: Problem


@dataclass(frozen=True, slots=True)
class _Missing:
    """What is missing at a hub, and the cheapest change that makes a timetable."""

    missing_s: int
    change: _Change | None


def explain_left_out(
    problem: Problem, plan: Plan, goes_on: Callable[[], bool] = lambda: True
) -> Plan:
    """The plan with reasons for relayed orders that miss their links at a hub.

    Args:
        problem: with its relays.
        plan: right but for the reasons of what it leaves out.
        goes_on: asked before each order is looked at; then the others keep their reasons.
    """
    modes = chosen_modes(plan)
    by_hub: dict[str, _Missing | None] = {}
    reasons = []
    for number, reason in enumerate(plan.unassigned):
        order = problem.order_by_id[reason.order]
        relay = relay_of(problem, order)
        is_relayed = relay is not None and modes[relay.id] == Mode.RELAY
        if relay is None or not is_relayed or reason.reason == Reason.CAPACITY or not goes_on():
            reasons.append(reason)
            continue
        alone = None
        if number < MOST_LOOKED_AT:
            alone = _find_missing(problem, modes, relay.hub, [order])
        if alone is not None:
            reasons.append(_reason(order, relay.hub, alone, is_alone=True))
            continue
        if relay.hub not in by_hub:
            by_hub[relay.hub] = _find_missing(
                problem, modes, relay.hub, _orders_over(problem, modes, relay.hub)
            )
        together = by_hub[relay.hub]
        if together is None:
            reasons.append(reason)
        else:
            reasons.append(_reason(order, relay.hub, together, is_alone=False))
    return replace(plan, unassigned=tuple(reasons))


def _orders_over(problem: Problem, modes: Modes, hub: str) -> list[Order]:
    return [
        order
        for order in problem.orders
        if (relay := relay_of(problem, order)) is not None
        and relay.hub == hub
        and modes[relay.id] == Mode.RELAY
    ]


def _find_missing(
    problem: Problem, modes: Modes, hub: str, orders: Sequence[Order]
) -> _Missing | None:
    """What the links of these orders, and no others, miss; None: nothing, or not the links."""
    names = {order.id for order in orders} | orders_on_board(problem)
    only = without(problem, problem.order_by_id.keys() - names)
    plain = plan_unbound(only, modes)
    missing_s = _missing_s(only, modes, plain.routes)
    if plain.unassigned or missing_s == 0:
        return None
    working = [
        change
        for change in _changes(only, plain.routes, hub, missing_s)
        if _missing_s(change.problem, modes, plain.routes) == 0
    ]
    return _Missing(missing_s, min(working, key=lambda one: one.price_yuan, default=None))


def _missing_s(problem: Problem, modes: Modes, routes: Sequence[Route]) -> int:
    return sum(one.missing_s for one in find_shortfalls(problem, modes, routes, SHORTFALL_S))


def _reason(order: Order, hub: str, missing: _Missing, *, is_alone: bool) -> Unassigned:
    late = minutes(missing.missing_s)
    if is_alone:
        detail = Text(
            f"经 {hub} 中转，即使单独运送也差 {late} 分钟",
            f"relayed over {hub} it is {late} min short even by itself",
        )
    else:
        detail = Text(
            f"与其他订单一起经 {hub} 中转，差 {late} 分钟",
            f"relayed over {hub} with the other orders it is {late} min short",
        )
    change = missing.change
    return Unassigned(
        order.id,
        Reason.TIME_WINDOW if change is None else change.reason,
        False,
        detail.both,
        None if change is None else change.text.both,
    )


def _changes(
    problem: Problem, routes: Iterable[Route], hub: str, missing_s: int
) -> Iterator[_Change]:
    """What would give the links so many seconds more, one thing at a time."""
    late = minutes(missing_s)
    for route in routes:
        vehicle = problem.vehicle_by_id[route.vehicle]
        yield from _shift_changes(problem, vehicle, missing_s)
    place = problem.hub_by_depot[hub]
    if place.sort_fixed_s >= missing_s:
        quicker = replace(place, sort_fixed_s=place.sort_fixed_s - missing_s)
        hubs = tuple(quicker if one.depot == hub else one for one in problem.hubs)
        yield _Change(
            Text(f"{hub} 分拣快 {late} 分钟", f"{late} min less sorting at {hub}"),
            2 * late * PATIENCE_FACTOR,
            Reason.TIME_WINDOW,
            replace(problem, hubs=hubs),
        )
    for order in problem.orders:
        yield from _order_changes(problem, order, missing_s)


def _shift_changes(problem: Problem, vehicle: Vehicle, missing_s: int) -> Iterator[_Change]:
    late = minutes(missing_s)
    price_yuan = per_minute_yuan(vehicle, OVERTIME_FACTOR) * late
    start_s, end_s = vehicle.shift_s

    def with_vehicle(shift_s: tuple[int, int], by_s: int) -> Problem:
        vehicles = tuple(
            replace(one, shift_s=shift_s) if one.id == vehicle.id else one
            for one in problem.vehicles
        )
        depots = tuple(
            replace(
                depot,
                open_s=depot.open_s - max(0, -by_s if depot.id == vehicle.start_depot else 0),
                close_s=depot.close_s + max(0, by_s if depot.id == vehicle.end_depot else 0),
            )
            for depot in problem.depots
        )
        return replace(problem, vehicles=vehicles, depots=depots)

    yield _Change(
        Text(f"{vehicle.id} 提前 {late} 分钟出车", f"{vehicle.id} {late} min earlier"),
        price_yuan,
        Reason.SHIFT,
        with_vehicle((start_s - missing_s, end_s), -missing_s),
    )
    yield _Change(
        Text(f"{vehicle.id} 的班次延长 {late} 分钟", f"{late} min more shift for {vehicle.id}"),
        price_yuan,
        Reason.SHIFT,
        with_vehicle((start_s, end_s + missing_s), missing_s),
    )
    cutoff_s = problem.depot_by_id[vehicle.end_depot].packing_cutoff_s
    if cutoff_s is not None:
        depots = tuple(
            replace(depot, packing_cutoff_s=cutoff_s + missing_s)
            if depot.id == vehicle.end_depot
            else depot
            for depot in problem.depots
        )
        name = vehicle.end_depot
        yield _Change(
            Text(
                f"{name} 的打包截止时间推后 {late} 分钟",
                f"the packing cut-off of {name} {late} min later",
            ),
            price_yuan * PATIENCE_FACTOR,
            Reason.TIME_WINDOW,
            replace(problem, depots=depots),
        )


def _order_changes(problem: Problem, order: Order, missing_s: int) -> Iterator[_Change]:
    late = minutes(missing_s)
    price_yuan = PATIENCE_FACTOR * late
    stop = problem.stop_by_id[order.stop]

    def with_windows(move: Callable[[int, int], tuple[int, int]]) -> Problem:
        windows = tuple(move(*window) for window in stop.time_windows_s)
        moved = replace(stop, time_windows_s=windows)
        stops = tuple(moved if one.id == stop.id else one for one in problem.stops)
        return replace(problem, stops=stops)

    if stop.time_windows_s:
        yield _Change(
            Text(f"{stop.id} 延后 {late} 分钟停止收货", f"{stop.id} open {late} min longer"),
            price_yuan,
            Reason.TIME_WINDOW,
            with_windows(lambda opens, closes: (opens, closes + missing_s)),
        )
        yield _Change(
            Text(f"{stop.id} 提前 {late} 分钟开始收货", f"{stop.id} open {late} min earlier"),
            price_yuan,
            Reason.TIME_WINDOW,
            with_windows(lambda opens, closes: (opens - missing_s, closes)),
        )
    if order.max_on_board_s is not None:
        longer = replace(order, max_on_board_s=order.max_on_board_s + missing_s)
        orders = tuple(longer if one.id == order.id else one for one in problem.orders)
        yield _Change(
            Text(
                f"{order.id} 的在途时限放宽 {late} 分钟",
                f"{order.id} on the way for {late} min more",
            ),
            price_yuan,
            Reason.ON_BOARD_TIME,
            replace(problem, orders=orders),
        )
