"""The loading list (装车单): what goes into a van first, and where in it.

Last stop first: goods for the last visit lie at the front, behind the cab, those for the first
visit at the doors. Each temperature band is loaded for itself, the coldest first.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coop_service.domain.goods import CHILLED, FROZEN
from coop_service.domain.papers.amounts import (
    Amount,
    GoodsLine,
    OnBoard,
    group_goods,
    on_board,
    sum_amounts,
    sum_orders,
)
from coop_service.domain.papers.context import PaperKind, Place, SheetHead
from coop_service.domain.papers.day import PaperDay
from coop_service.domain.plan import Route, Trip, Visit
from coop_service.domain.problem import Direction, Order, Problem

_COLDEST_FIRST: Final = (FROZEN, CHILLED)


class Position(StrEnum):
    """Third of the hold in which goods lie, by their volume."""

    FRONT = "front"
    MIDDLE = "middle"
    REAR = "rear"


@dataclass(frozen=True, slots=True)
class LoadingRow:
    """Goods for one stop in one temperature band.

    Attributes:
        order: number in the loading order, from 1 on through the trip.
        sequence: number of the stop on the dispatch sheet.
        position: within the hold of its temperature band.
    """

    order: int
    sequence: int
    place: Place
    position: Position
    lines: tuple[GoodsLine, ...]
    amount: Amount


@dataclass(frozen=True, slots=True)
class LoadingSection:
    """All goods of one temperature band, in the order in which they are loaded."""

    temperature: str
    rows: tuple[LoadingRow, ...]
    amount: Amount


@dataclass(frozen=True, slots=True)
class MixWarning:
    """Goods of a trip that others must never touch.

    Attributes:
        goods: class of goods or name of their group.
        stops: sequence numbers of the visits that handle them.
        against: class or group that must not be on board with them.
        classes_against: the classes that this stands for.
        stops_against: visits of the trip that handle those; empty: the trip has none.
    """

    goods: str
    stops: tuple[int, ...]
    against: str
    classes_against: tuple[str, ...]
    stops_against: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LoadingTrip:
    """What is loaded for one trip.

    Attributes:
        number: from 1 on.
        place: where it is loaded; None: the van is on the road, the goods are on board already.
        load_from_s: when loading starts.
        amount: of all that is loaded here.
        collected: what is taken in on the way.
    """

    number: int
    place: Place | None
    load_from_s: int
    depart_s: int
    sections: tuple[LoadingSection, ...]
    amount: Amount
    on_board_at_start: OnBoard
    collected: Amount
    warnings: tuple[MixWarning, ...]


@dataclass(frozen=True, slots=True)
class LoadingList:
    """A vehicle's trips, each with what is loaded for it."""

    head: SheetHead
    trips: tuple[LoadingTrip, ...]
    amount: Amount


@dataclass(frozen=True, slots=True)
class _Drop:
    """What is left at one visit, out of what was loaded at the depot."""

    sequence: int
    visit: Visit
    orders: tuple[Order, ...]


def loading_list(day: PaperDay, vehicle: str) -> LoadingList:
    """The loading list of a vehicle.

    Raises:
        NoSuchVehicle: the problem has none of that id.
        IdleVehicle: the plan does not use it.
    """
    route = day.route(vehicle)
    trips = tuple(_trip(day, route, *numbered) for numbered in day.numbered(route))
    return LoadingList(
        head=day.vehicle_head(PaperKind.LOADING, vehicle),
        trips=trips,
        amount=sum_amounts(trip.amount for trip in trips),
    )


def _trip(
    day: PaperDay, route: Route, number: int, trip: Trip, visits: list[tuple[int, Visit]]
) -> LoadingTrip:
    vehicle = day.vehicle(route.vehicle)
    drops = [
        _Drop(sequence, visit, _of_the_depot(day, visit)) for sequence, visit in reversed(visits)
    ]
    sections = tuple(_sections(day, drops))
    return LoadingTrip(
        number=number + 1,
        place=day.trip_start(route.vehicle, number),
        load_from_s=trip.depart_s - vehicle.reload_s,
        depart_s=trip.depart_s,
        sections=sections,
        amount=sum_amounts(section.amount for section in sections),
        on_board_at_start=on_board(trip.load_at_start, vehicle.capacity),
        collected=sum_orders(order for _, visit in visits for order in day.loaded(visit)),
        warnings=tuple(_warnings(day, visits)),
    )


def _of_the_depot(day: PaperDay, visit: Visit) -> tuple[Order, ...]:
    """A transfer comes from another stop; it is not loaded at the depot."""
    orders = day.unloaded(visit)
    return tuple(order for order in orders if order.direction is Direction.OUTBOUND)


def _sections(day: PaperDay, drops: list[_Drop]) -> Iterator[LoadingSection]:
    by_band: defaultdict[str, list[_Drop]] = defaultdict(list)
    for drop in drops:
        for band in dict.fromkeys(order.temperature for order in drop.orders):
            orders = tuple(order for order in drop.orders if order.temperature == band)
            by_band[band].append(_Drop(drop.sequence, drop.visit, orders))
    first = 1
    for band in sorted(by_band, key=_coldness):
        rows = tuple(_rows(day, by_band[band], first))
        first += len(rows)
        yield LoadingSection(band, rows, sum_amounts(row.amount for row in rows))


def _coldness(band: str) -> tuple[int, str]:
    rank = _COLDEST_FIRST.index(band) if band in _COLDEST_FIRST else len(_COLDEST_FIRST)
    return rank, band


def _rows(day: PaperDay, drops: list[_Drop], first: int) -> Iterator[LoadingRow]:
    amounts = [sum_orders(drop.orders) for drop in drops]
    sizes = _sizes(amounts)
    whole, before = math.fsum(sizes), 0.0
    for order, (drop, amount, size) in enumerate(
        zip(drops, amounts, sizes, strict=True), start=first
    ):
        middle = (before + size / 2) / whole
        before += size
        yield LoadingRow(
            order=order,
            sequence=drop.sequence,
            place=day.stop_place(drop.visit.stop),
            position=_position(middle),
            lines=group_goods(drop.orders),
            amount=amount,
        )


def _sizes(amounts: list[Amount]) -> list[float]:
    """How much room each takes: by volume or, where that is not stated, by weight, or alike."""
    for sizes in (
        [amount.volume_m3 for amount in amounts],
        [amount.weight_kg for amount in amounts],
    ):
        if any(sizes):
            return sizes
    return [1.0] * len(amounts)


def _position(middle: float) -> Position:
    """Of goods whose middle lies at this share of the loaded length, from the cab."""
    if middle < 1 / 3:
        return Position.FRONT
    return Position.MIDDLE if middle < 2 / 3 else Position.REAR


def _warnings(day: PaperDay, visits: list[tuple[int, Visit]]) -> Iterator[MixWarning]:
    stops_by_class: defaultdict[str, set[int]] = defaultdict(set)
    for sequence, visit in visits:
        for order in (*day.unloaded(visit), *day.loaded(visit)):
            if order.goods_class is not None:
                stops_by_class[order.goods_class].add(sequence)
    for left, right in day.problem.rules.forbidden_mixes:
        sides = {name: _stops_of(day.problem, name, stops_by_class) for name in (left, right)}
        present = [name for name in (left, right) if sides[name]]
        # A group alone, such as food without pesticide, is no reason to warn.
        if len(present) == 1 and present[0] in day.problem.goods_groups:
            continue
        if present:
            name = present[0]
            against = right if name == left else left
            classes = day.problem.goods_groups.get(against, (against,))
            yield MixWarning(name, sides[name], against, classes, sides[against])


def _stops_of(problem: Problem, name: str, stops_by_class: dict[str, set[int]]) -> tuple[int, ...]:
    classes = (name, *problem.goods_groups.get(name, ()))
    return tuple(sorted({stop for one in classes for stop in stops_by_class.get(one, ())}))
