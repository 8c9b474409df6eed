"""Orders that could be served alone but are not in a plan: tried in every place of it.

What is said here is tested on the plan as it is, and not proved: other routes might have room.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from coop_service.domain.plan import Reason, Unassigned
from coop_service.domain.problem import Direction, Order, Problem, Vehicle
from coop_service.planning.evaluation import EvaluatedRoute, Evaluator
from coop_service.planning.instance import Instance, Routes
from coop_service.planning.visits import VisitTask, may_have_another_visit
from coop_service.planning.why_not.alone import price_alone
from coop_service.planning.why_not.limits import (
    LIMITS,
    Attempt,
    Excess,
    Limit,
    lift_days,
    lift_tasks,
)
from coop_service.planning.why_not.texts import Text

TESTED: Final = Text(
    "单独可以配送，但本计划中没有位置(已逐一试过，并非证明)",
    "can be served alone, but this plan has no place for it (tested, not proved)",
)

MOST_TRIED: Final = 40
"""Orders that are tried in every place of a plan; more would keep people waiting for the plan."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A route with the order in it, and the yuan that it adds."""

    vehicle: Vehicle
    sequence: tuple[int, ...]
    position: int
    extra_yuan: float


@dataclass(frozen=True, slots=True)
class _Option:
    """A change, what it is worth with the driving that follows, and what it makes up for."""

    price_yuan: float
    change: Text
    detail: Text


class _Trials:
    """The plan without some of the limits, and orders to be put into it."""

    def __init__(
        self, instance: Instance, routes: Routes, orders: Sequence[Order], lifted: Sequence[Limit]
    ) -> None:
        self.routes = routes
        tasks = list(instance.tasks)
        self.candidates: dict[str, dict[int | None, int]] = {}
        for order in orders:
            self.candidates[order.id] = {}
            for visit, task in _ways_to_visit(instance, routes, order):
                self.candidates[order.id][visit] = len(tasks)
                tasks.append(lift_tasks(task, order, lifted))
        self.instance = Instance(lift_days(instance.problem, lifted), tuple(tasks))
        self._evaluator = Evaluator(self.instance)
        before = Evaluator(instance)
        self._before_yuan = [
            before.cost_yuan(vehicle, route)
            for vehicle, route in zip(instance.vehicles, routes, strict=True)
        ]

    def best_place(self, order: Order) -> _Place | None:
        """The place that adds the fewest yuan."""
        return min(self._places(order), key=lambda place: place.extra_yuan, default=None)

    def evaluate(self, place: _Place) -> EvaluatedRoute | None:
        return self._evaluator.evaluate(place.vehicle, place.sequence)

    def _places(self, order: Order) -> Iterator[_Place]:
        for v, route in enumerate(self.routes):
            vehicle = self.instance.vehicles[v]
            for visit, task in self.candidates[order.id].items():
                if not self.instance.allowed[v, task]:
                    continue
                for position in range(len(route) + 1):
                    if visit is None:
                        sequence = (*route[:position], task, *route[position:])
                    elif position < len(route) and route[position] == visit:
                        sequence = (*route[:position], task, *route[position + 1 :])
                    else:
                        continue
                    yuan = self._evaluator.cost_yuan(vehicle, sequence)
                    if np.isfinite(yuan):
                        yield _Place(vehicle, sequence, position, yuan - self._before_yuan[v])


def _ways_to_visit(
    instance: Instance, routes: Routes, order: Order
) -> Iterator[tuple[int | None, VisitTask]]:
    """Visits of its stop that the order could join (by their task), or a visit of its own."""
    stop = instance.problem.stop_by_id[order.stop]
    visits = [i for route in routes for i in route if instance.tasks[i].stop.id == stop.id]
    for i in visits:
        yield i, replace(instance.tasks[i], orders=(*instance.tasks[i].orders, order))
    together = [*(o for i in visits for o in instance.tasks[i].orders), order]
    if may_have_another_visit(instance.problem, stop, len(visits), together):
        yield None, VisitTask(stop, (order,))


def explain_left_out(
    instance: Instance,
    routes: Routes,
    left_out: Sequence[Order],
    doubts: Mapping[str, Unassigned],
) -> tuple[Unassigned, ...]:
    """Why each order has no place in a plan, and the cheapest change found that would give it one.

    Args:
        instance: its tasks are those of the routes.
        routes: for each vehicle its tasks.
        left_out: orders that are possible by themselves, the most important first
            (:func:`coop_service.planning.why_not.alone.screen_orders`).
        doubts: reasons of those that are not possible alone; these are not looked at again.
    """
    known = tuple(doubts[order.id] for order in left_out if order.id in doubts)
    left_out = [order for order in left_out if order.id not in doubts]
    if not left_out:
        return known
    problem = instance.problem
    not_tried = left_out[MOST_TRIED:]
    left_out = left_out[:MOST_TRIED]
    placed = [order for order in left_out if order.direction is not Direction.TRANSFER]
    as_it_is = _Trials(instance, routes, placed, ())
    without = [(limit, _Trials(instance, routes, placed, (limit,))) for limit in LIMITS]
    alone = price_alone(problem, left_out)
    reasons = []
    for order in left_out:
        options = list(_one_more_vehicle(alone[order.id]))
        if order in placed:
            place = as_it_is.best_place(order)
            if place is not None:
                reasons.append(_too_dear(order, place, as_it_is))
                continue
            options += _changes(problem, order, without)
        reasons.append(_lost(order, options))
    return (*known, *reasons, *map(_one_of_many, not_tried))


def _changes(
    problem: Problem, order: Order, without: Sequence[tuple[Limit, _Trials]]
) -> Iterator[_Option]:
    for limit, trials in without:
        place = trials.best_place(order)
        route = None if place is None else trials.evaluate(place)
        if place is None or route is None:
            continue
        vehicle = problem.vehicle_by_id[place.vehicle.id]
        excess: Excess | None = limit.measure(
            vehicle, Attempt(problem, trials.instance, route, order)
        )
        if excess is not None:
            price = excess.price_yuan + place.extra_yuan
            yield _Option(price, excess.change, _where(place, trials).with_detail(excess.detail))


def _one_more_vehicle(alone: tuple[float, Vehicle | None]) -> Iterator[_Option]:
    yuan, vehicle = alone
    if vehicle is not None:
        name = vehicle.id.removesuffix("+")
        yield _Option(
            yuan,
            Text(
                f"增加一辆与 {name} 相同的车(单独配送 {yuan:.2f} 元)",
                f"one more van like {name} ({yuan:.2f} yuan for this order alone)",
            ),
            Text("现有各车都没有位置", "no van of this plan has a place for it"),
        )


def _where(place: _Place, trials: _Trials) -> Text:
    if place.position == 0:
        zh, en = "第一站", "as its first visit"
    else:
        before = trials.instance.tasks[place.sequence[place.position - 1]].stop.id
        zh, en = f"{before} 之后", f"after {before}"
    return Text(f"最佳位置 {place.vehicle.id} {zh}", f"best place {place.vehicle.id} {en}")


def _too_dear(order: Order, place: _Place, trials: _Trials) -> Unassigned:
    penalty = order.drop_penalty
    if penalty is None:
        # the search was stopped before it came to this order
        return Unassigned(
            order.id,
            Reason.COMPETITION,
            False,
            _where(place, trials).both,
            Text("延长求解时间", "allow more time for planning").both,
        )
    yuan = place.extra_yuan
    detail = Text(
        f"增加 {yuan:.2f} 元，罚金只有 {penalty:.2f} 元",
        f"{yuan:.2f} yuan more, its penalty is {penalty:.2f}",
    )
    change = Text(f"罚金至少 {yuan:.2f} 元", f"a penalty of at least {yuan:.2f} yuan")
    return Unassigned(
        order.id,
        Reason.NOT_WORTH_ITS_PENALTY,
        False,
        _where(place, trials).with_detail(detail).both,
        change.both,
    )


def _lost(order: Order, options: Sequence[_Option]) -> Unassigned:
    best = min(options, key=lambda option: option.price_yuan, default=None)
    detail = best.detail.and_also(TESTED) if best else TESTED
    change = best.change.both if best else None
    return Unassigned(order.id, Reason.COMPETITION, False, detail.both, change)


def _one_of_many(order: Order) -> Unassigned:
    detail = Text(
        f"未排入；未安排的订单超过 {MOST_TRIED} 个，仅逐一试过最重要的",
        f"left out; of more than {MOST_TRIED} such orders only the most important were tried",
    )
    change = Text("增加车辆", "more vans")
    return Unassigned(order.id, Reason.COMPETITION, False, detail.both, change.both)
