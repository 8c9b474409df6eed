"""Days: what is booked for each, and demo days."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Session

from coop_service.domain.demo_day import make_demo_day
from coop_service.domain.records import DayOrder
from coop_service.errors import CoopError, Fault, InvalidInput, both
from coop_service.settings import Settings
from coop_service.store.days import Day, load_days
from coop_service.store.queries import (
    delete_demo_orders,
    load_fleet,
    load_network,
    lock_county,
    put_records,
)


class UnknownDay(LookupError, CoopError):
    """A day without orders."""

    code = "unknown_day"

    def __init__(self, date: dt.date) -> None:
        super().__init__(both(f"{date} 没有订单", f"there are no orders on {date}"))


class DayHasOrders(ValueError, CoopError):
    """A day that real orders are booked for, which no demo may be mixed with."""

    code = "day_has_orders"

    def __init__(self, date: dt.date) -> None:
        zh = f"{date} 已有真实订单,演示订单不能混入"
        super().__init__(both(zh, f"{date} has real orders: a demo would mix with them"))


def get_day(session: Session, county: str, date: dt.date) -> Day:
    """What is booked for a day.

    Raises:
        UnknownDay: nothing is.
    """
    days, _ = load_days(session, county, first=date, last=date, limit=1)
    if not days:
        raise UnknownDay(date)
    return days[0]


def refuse_out_of_range(settings: Settings, date: dt.date, where: str) -> None:
    """Refuse a day that the settings do not allow.

    Args:
        settings: of the service.
        date: the day.
        where: what the fault points at.

    Raises:
        InvalidInput: it is too early or too late.
    """
    first, last = settings.earliest_date, settings.latest_date
    if not first <= date <= last:
        message = both(f"应在 {first} 与 {last} 之间", f"must be between {first} and {last}")
        raise InvalidInput([Fault(where, "out_of_range", message)])


def fill_demo_day(
    session: Session, county: str, date: dt.date, settings: Settings, seed: int = 1
) -> tuple[DayOrder, ...]:
    """Book a plausible day of synthetic orders in place of an earlier demo, and commit.

    The same date and seed give the same orders again.

    Raises:
        InvalidInput: the date is out of range, or the county has no network or no vans for it.
        DayHasOrders: real orders are booked for the day.
    """
    refuse_out_of_range(settings, date, "/date")
    lock_county(session, county)
    days, _ = load_days(session, county, first=date, last=date, limit=1)
    if any(day.synthetic_orders < day.orders for day in days):
        raise DayHasOrders(date)
    network = load_network(session, county, date)
    orders = make_demo_day(network, load_fleet(session, county), date, seed)
    delete_demo_orders(session, county, date, keep=(order.key for order in orders))
    put_records(session, county, orders)
    session.commit()
    return orders
