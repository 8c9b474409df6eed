"""What is booked for each day, counted and summed by the database."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case
from sqlmodel import Session, col, func, select

from coop_service.domain.problem import Direction
from coop_service.store.tables import OrderRow, PlanRow


@dataclass(frozen=True, slots=True)
class DirectionSum:
    """All orders of one day that go one way."""

    direction: Direction
    orders: int
    weight_kg: float
    volume_m3: float
    pieces: int


@dataclass(frozen=True, slots=True)
class Day:
    """What is booked for a day.

    Attributes:
        date: the day.
        orders: how many orders it has.
        synthetic_orders: how many of them are made up.
        sites: how many sites are to be served.
        plans: how many plans it has.
        directions: sums each way, without those that no order goes.
    """

    date: dt.date
    orders: int
    synthetic_orders: int
    sites: int
    plans: int
    directions: tuple[DirectionSum, ...]


def load_days(
    session: Session,
    county: str,
    *,
    first: dt.date | None = None,
    last: dt.date | None = None,
    offset: int = 0,
    limit: int = 100,
) -> tuple[list[Day], int]:
    """A page of the days that have orders, earliest first, and how many such days there are.

    Args:
        session: of the store.
        county: code of the county.
        first: first day that is wanted; None: from the beginning.
        last: last day that is wanted; None: to the end.
        offset: days to skip.
        limit: days to give at most.
    """
    wanted = [OrderRow.county == county]
    if first is not None:
        wanted.append(OrderRow.date >= first)
    if last is not None:
        wanted.append(OrderRow.date <= last)
    total = session.exec(select(func.count(func.distinct(OrderRow.date))).where(*wanted)).one()
    counted = session.exec(
        select(
            OrderRow.date,
            func.count(),
            func.sum(case((col(OrderRow.synthetic), 1), else_=0)),
            func.count(func.distinct(OrderRow.site)),
        )
        .where(*wanted)
        .group_by(OrderRow.date)
        .order_by(OrderRow.date)
        .offset(offset)
        .limit(limit)
    ).all()
    dates = [date for date, *_ in counted]
    sums, plans = _sums(session, county, dates), _plans(session, county, dates)
    days = [
        Day(date, orders, synthetic, sites, plans[date], tuple(sums[date]))
        for date, orders, synthetic, sites in counted
    ]
    return days, total


def _sums(
    session: Session, county: str, dates: Sequence[dt.date]
) -> defaultdict[dt.date, list[DirectionSum]]:
    rows: Any = session.exec(
        select(  # type: ignore[call-overload]
            OrderRow.date,
            OrderRow.direction,
            func.count(),
            func.sum(OrderRow.weight_kg),
            func.sum(OrderRow.volume_m3),
            func.sum(OrderRow.pieces),
        )
        .where(OrderRow.county == county, col(OrderRow.date).in_(dates))
        .group_by(OrderRow.date, OrderRow.direction)
    )
    sums: defaultdict[dt.date, list[DirectionSum]] = defaultdict(list)
    for date, direction, orders, weight_kg, volume_m3, pieces in rows:
        # Rounding keeps what is left of float sums from showing as 1e-13 kg.
        one_way = DirectionSum(
            direction, orders, round(weight_kg, 6), round(volume_m3, 6), int(pieces)
        )
        sums[date].append(one_way)
    order = list(Direction)
    for of_day in sums.values():
        of_day.sort(key=lambda one_way: order.index(one_way.direction))
    return sums


def _plans(session: Session, county: str, dates: Sequence[dt.date]) -> defaultdict[dt.date, int]:
    rows = session.exec(
        select(PlanRow.date, func.count())
        .where(PlanRow.county == county, col(PlanRow.date).in_(dates))
        .group_by(PlanRow.date)
    )
    return defaultdict(int, dict(rows.all()))
