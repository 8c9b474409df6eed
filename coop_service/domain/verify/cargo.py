"""The goods: what is on board at every moment of a vehicle's day, and whether it may be."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from coop_service.domain.problem import (
    LOAD_TOLERANCE,
    Direction,
    Load,
    Order,
    Problem,
    Vehicle,
)
from coop_service.domain.verify.verdict import Findings, Rule, is_sound
from coop_service.domain.verify.walked import WalkedRoute, WalkedTrip, WalkedVisit

Conflicts = Mapping[str, frozenset[str]]
"""For each goods class that has any: the classes that another order on board may not have."""


def conflicting_classes(problem: Problem) -> Conflicts:
    """The forbidden mixes, with groups resolved to their classes."""
    conflicts: dict[str, set[str]] = defaultdict(set)
    for pair in problem.rules.forbidden_mixes:
        left, right = ({name, *problem.goods_groups.get(name, ())} for name in pair)
        for one in left:
            conflicts[one] |= right
        for one in right:
            conflicts[one] |= left
    return {name: frozenset(others) for name, others in conflicts.items()}


@dataclass(slots=True)
class Haul:
    """Sums for the key figures of one route."""

    empty_m: int = 0
    two_way_visits: int = 0


def walk_cargo(
    problem: Problem, walked: WalkedRoute, conflicts: Conflicts, findings: Findings
) -> Haul:
    """Load and unload along a walked route; report everything wrong with the goods on board."""
    haul = Haul()
    for trip in walked.trips:
        _TripCargo(problem, walked.vehicle, trip, conflicts, findings).walk(haul)
    return haul


@dataclass(slots=True)
class _TripCargo:
    problem: Problem
    vehicle: Vehicle
    trip: WalkedTrip
    conflicts: Conflicts
    findings: Findings
    on_board: dict[str, Order] = field(default_factory=dict)
    since_s: dict[str, int] = field(default_factory=dict)
    load: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def walk(self, haul: Haul) -> None:
        trip = self.trip
        if trip.underway is None:
            self.load_at_depot()
        else:
            for item in trip.underway.on_board:
                self.take(self.problem.order_by_id[item.order], item.since_s, None)
        self.check_load(trip.trip.load_at_start, None, "load_at_start")
        for walked in trip.visits:
            if not self.on_board:
                haul.empty_m += walked.leg_m
            if self.call(walked):
                haul.two_way_visits += 1
        if not self.on_board:
            haul.empty_m += trip.return_leg_m
        self.check_load(trip.trip.load_at_end, None, "load_at_end")
        self.come_home()

    def load_at_depot(self) -> None:
        for walked in self.trip.visits:
            for order in self.orders_at(walked):
                if order.direction == Direction.OUTBOUND and order.id not in self.on_board:
                    self.check_depot(order, self.trip.origin.id, "起点", "starts")
                    self.take(order, self.trip.depart_s, None)

    def orders_at(self, walked: WalkedVisit) -> Iterable[Order]:
        orders = self.problem.order_by_id
        return [orders[name] for name in dict.fromkeys(walked.visit.orders) if name in orders]

    def call(self, walked: WalkedVisit) -> bool:
        """First unload, then load; whether both were done."""
        stop = walked.visit.stop
        orders = self.orders_at(walked)
        leaving = [order for order in orders if self.leaves_at(order, stop)]
        coming = [
            order
            for order in orders
            if order.direction == Direction.INBOUND
            or (order.direction == Direction.TRANSFER and order.stop == stop)
        ]
        for order in leaving:
            if order.id in self.on_board:
                self.check_on_board_time(order, walked.start_s, stop)
                self.put_down(order)
            elif order.direction == Direction.TRANSFER:
                self.report(
                    Rule.TRANSFER,
                    f"在 {stop} 卸下前本趟未在 {order.stop} 装上",
                    f"to be left at {stop}, but not collected at {order.stop} before on this trip",
                    order,
                    stop,
                )
        for order in coming:
            if order.id not in self.on_board:
                self.take(order, walked.end_s, stop)
        self.check_load(walked.visit.load_after, stop, "load_after")
        return bool(leaving) and bool(coming)

    @staticmethod
    def leaves_at(order: Order, stop: str) -> bool:
        if order.direction == Direction.TRANSFER:
            return order.to_stop == stop
        return order.direction == Direction.OUTBOUND

    def come_home(self) -> None:
        before = self.trip.underway.on_board if self.trip.underway else ()
        brought_along = {item.order for item in before}
        for order in self.on_board.values():
            if order.id in brought_along and order.direction != Direction.INBOUND:
                continue  # left out and brought back
            if order.direction == Direction.TRANSFER:
                self.report(
                    Rule.TRANSFER,
                    f"装上后本趟未在 {order.to_stop} 卸下",
                    f"collected, but not left at {order.to_stop} on the same trip",
                    order,
                    order.to_stop,
                )
            else:
                self.check_depot(order, self.trip.destination.id, "终点", "ends")
                self.check_on_board_time(order, self.trip.return_s, None)

    def take(self, order: Order, time_s: int, stop: str | None) -> None:
        if order.temperature not in self.vehicle.temperatures:
            self.report(
                Rule.TEMPERATURE,
                f"车辆不能保持温区 {order.temperature}",
                f"the vehicle does not hold the temperature {order.temperature}",
                order,
                order.stop,
            )
        forbidden = self.conflicts.get(order.goods_class or "", frozenset())
        for other in self.on_board.values() if forbidden else ():
            if other.goods_class in forbidden:
                self.report(
                    Rule.FORBIDDEN_MIX,
                    f"{order.goods_class} 与订单 {other.id} 的 {other.goods_class} 不得同车",
                    f"{order.goods_class} may not be on board with {other.goods_class} of order "
                    f"{other.id}",
                    order,
                    stop,
                )
        self.on_board[order.id] = order
        self.since_s[order.id] = time_s
        for unit, amount in order.load.items():
            self.load[unit] += amount

    def put_down(self, order: Order) -> None:
        del self.on_board[order.id]
        for unit, amount in order.load.items():
            self.load[unit] -= amount

    def check_depot(self, order: Order, depot: str, zh: str, en: str) -> None:
        if order.depot != depot:
            self.report(
                Rule.WRONG_DEPOT,
                f"属于场站 {order.depot}，而本趟{zh}是 {depot}",
                f"belongs to depot {order.depot}, but the trip {en} at {depot}",
                order,
                order.stop,
            )

    def check_on_board_time(self, order: Order, until_s: int, stop: str | None) -> None:
        limit_s = order.max_on_board_s
        on_board_s = until_s - self.since_s[order.id]
        if limit_s is not None and on_board_s > limit_s:
            self.report(
                Rule.MAX_ON_BOARD,
                f"在车 {on_board_s} 秒，上限 {limit_s} 秒",
                f"on board for {on_board_s} s, the limit is {limit_s} s",
                order,
                stop,
                on_board_s - limit_s,
                "s",
            )

    def check_load(self, stated: Load, stop: str | None, name: str) -> None:
        for unit in dict.fromkeys((*self.load, *stated)):
            load = self.load.get(unit, 0.0)
            over = load - self.vehicle.capacity.get(unit, math.inf)
            if over > LOAD_TOLERANCE and name != "load_at_end":
                self.findings.add(
                    Rule.CAPACITY,
                    f"载 {load:.10g} {unit}，超过容量 {over:.10g}",
                    f"{load:.10g} {unit} on board, {over:.10g} above the capacity",
                    amount=over,
                    unit=unit,
                    vehicle=self.vehicle.id,
                    stop=stop,
                )
            said = stated.get(unit, 0.0)
            # What is not sound has been reported as such already.
            if is_sound(said) and abs(said - load) > LOAD_TOLERANCE:
                self.findings.add(
                    Rule.STATED_LOAD,
                    f"{name} 写明 {said:.10g} {unit}，重算为 {load:.10g}",
                    f"{name} states {said:.10g} {unit}, recomputed {load:.10g}",
                    amount=abs(said - load),
                    unit=unit,
                    vehicle=self.vehicle.id,
                    stop=stop,
                )

    def report(
        self,
        rule: Rule,
        zh: str,
        en: str,
        order: Order,
        stop: str | None,
        amount: float = 1,
        unit: str = "orders",
    ) -> None:
        self.findings.add(
            rule,
            zh,
            en,
            amount=amount,
            unit=unit,
            vehicle=self.vehicle.id,
            stop=stop,
            order=order.id,
        )
