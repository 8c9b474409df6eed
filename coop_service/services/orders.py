"""Taking in orders, each under its sender's own key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from coop_service.domain.order_faults import find_order_faults
from coop_service.domain.records import DayOrder
from coop_service.errors import CoopError, Fault, InvalidInput, both
from coop_service.services.drafts import Draft
from coop_service.settings import Settings
from coop_service.store.queries import (
    Change,
    delete_record,
    load_sites,
    lock_county,
    put_records,
)


class UnknownOrder(LookupError, CoopError):
    """No order of that key in the county."""

    code = "unknown_order"

    def __init__(self, key: str) -> None:
        super().__init__(both(f"没有订单 {key}", f"there is no order {key}"))


@dataclass(frozen=True, slots=True)
class OrderOutcome:
    """What became of one order of a request.

    Attributes:
        key: its key; None where that could not be read.
        change: what it has changed; None: it was refused.
        faults: why it was refused.
    """

    key: str | None
    change: Change | None
    faults: tuple[Fault, ...] = ()


def put_order(
    session: Session, county: str, draft: Draft, settings: Settings
) -> tuple[DayOrder, Change]:
    """Add or change one order, and commit.

    Raises:
        InvalidInput: all its faults.
    """
    lock_county(session, county)
    order = draft.as_record(DayOrder)
    [faults] = _find_faults(session, county, [draft], [order], settings)
    if faults:
        raise InvalidInput(faults)
    [change] = put_records(session, county, [order])
    session.commit()
    return order, change


def put_orders(
    session: Session,
    county: str,
    drafts: Sequence[Draft],
    settings: Settings,
    *,
    strict: bool = False,
) -> list[OrderOutcome]:
    """Add and change orders, and commit; the outcome of each, in the order sent.

    Args:
        session: of the store.
        county: code of the county.
        drafts: the orders as they were sent.
        settings: for the dates that an order may have.
        strict: refuse all of them where one is bad; otherwise only that one is refused.

    Raises:
        InvalidInput: ``strict``, and at least one is bad; every fault of all.
    """
    lock_county(session, county)
    orders = [draft.as_record(DayOrder) for draft in drafts]
    faults = _find_faults(session, county, drafts, orders, settings)
    if strict and any(faults):
        raise InvalidInput(fault for found in faults for fault in found)
    good = [order for order, found in zip(orders, faults, strict=True) if not found]
    changes = iter(put_records(session, county, good))
    session.commit()
    return [
        OrderOutcome(order.key or None, None, found)
        if found
        else OrderOutcome(order.key, next(changes))
        for order, found in zip(orders, faults, strict=True)
    ]


def delete_order(session: Session, county: str, key: str) -> None:
    """Delete an order, and commit; plans that carry it keep what they know of it.

    Raises:
        UnknownOrder: the county has none of that key.
    """
    if not delete_record(session, county, DayOrder, key):
        raise UnknownOrder(key)
    session.commit()


def _find_faults(
    session: Session,
    county: str,
    drafts: Sequence[Draft],
    orders: Sequence[DayOrder],
    settings: Settings,
) -> list[tuple[Fault, ...]]:
    sites = load_sites(session, county)
    first: dict[str, Draft] = {}
    faults = []
    for draft, order in zip(drafts, orders, strict=True):
        found = find_order_faults(
            order, sites, settings.earliest_date, settings.latest_date, draft.unread
        )
        below = (Fault(draft.where + f.pointer, f.code, f.message) for f in found)
        twice: tuple[Fault, ...] = ()
        if "key" not in draft.unread and first.setdefault(order.key, draft) is not draft:
            message = both(
                f"订单号 {order.key} 在本次请求中重复(首次在 {first[order.key].where})",
                f"key {order.key} is given twice, first at {first[order.key].where}",
            )
            twice = (draft.fault("key", "duplicate_key", message),)
        faults.append((*draft.faults, *below, *twice))
    return faults
