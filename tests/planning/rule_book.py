"""Small days, each with one rule that binds: without it the best plan would be better.

The days are random ones (see ``conftest.make_random_day``), made by a number and changed by one
rule. The numbers are those of days on which the rule binds and which are quickly tried through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from coop_service.domain.problem import Direction, Order, Problem, Rules

DayPair = tuple[Problem, Problem]
"""A day with a rule, and the same day without it."""

Rule = Callable[[Problem, np.random.Generator], DayPair]


class RuleBook:
    """Rules by name, each with the stops of its days and their numbers."""

    def __init__(self) -> None:
        self._rules: dict[str, tuple[Rule, int, tuple[int, ...]]] = {}

    def rule(self, *numbers: int, stops: int = 5) -> Callable[[Rule], Rule]:
        def add(function: Rule) -> Rule:
            self._rules[function.__name__] = function, stops, numbers
            return function

        return add

    def days(self) -> list[tuple[str, int]]:
        """All days, as (rule, number)."""
        return [
            (name, number) for name, (_, _, numbers) in self._rules.items() for number in numbers
        ]

    def make(self, name: str, number: int, make_random_day: Callable[..., Problem]) -> DayPair:
        """The day of this rule and number, and the same without the rule."""
        function, stops, _ = self._rules[name]
        day = make_random_day(number, stops=stops, vehicles=2, capacity={"kg": 120})
        return function(day, np.random.default_rng(number))


def each_vehicle(day: Problem, **changes: Any) -> Problem:
    return replace(day, vehicles=tuple(replace(v, **changes) for v in day.vehicles))


def vehicle(day: Problem, index: int, **changes: Any) -> Problem:
    vehicles = list(day.vehicles)
    vehicles[index] = replace(vehicles[index], **changes)
    return replace(day, vehicles=tuple(vehicles))


def each_cost(day: Problem, **changes: Any) -> Problem:
    return replace(
        day,
        vehicles=tuple(replace(v, costs=replace(v.costs, **changes)) for v in day.vehicles),
    )


def stop(day: Problem, index: int, **changes: Any) -> Problem:
    stops = list(day.stops)
    stops[index] = replace(stops[index], **changes)
    return replace(day, stops=tuple(stops))


def some_stops(day: Problem, count: int, **changes: Any) -> Problem:
    stops = [replace(s, **changes) if i < count else s for i, s in enumerate(day.stops)]
    return replace(day, stops=tuple(stops))


def each_order(day: Problem, change: Callable[[int, Order], dict[str, Any]]) -> Problem:
    orders = [replace(order, **change(i, order)) for i, order in enumerate(day.orders)]
    return replace(day, orders=tuple(orders))


def without_windows(day: Problem) -> Problem:
    return some_stops(day, len(day.stops), time_windows_s=())


def with_rules(day: Problem, **rules: Any) -> DayPair:
    return replace(day, rules=Rules(**rules)), day


def with_transfer(day: Problem, **changes: Any) -> Problem:
    a, b = day.stops[0].id, day.stops[-1].id
    fields = {"id": "between", "stop": a, "to_stop": b, "direction": Direction.TRANSFER}
    order = Order(**{**fields, "depot": "centre", "load": {"kg": 15}, **changes})
    return replace(day, orders=(*day.orders, order))
