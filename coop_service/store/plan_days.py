"""What the plans of many days did, without reading the problems that they answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session, col, select

from coop_service.store.queries import CHUNK
from coop_service.store.tables import IN_FORCE, OrderRow, PlanRow, PlanState

DOCUMENTS: Final = 8
"""Plan documents that are read together: they may be large."""


@dataclass(frozen=True, slots=True)
class PlanOfDay:
    """The plan that a day is reported by."""

    id: str
    date: dt.date
    state: PlanState
    version: int


def find_plans_of_days(
    session: Session, county: str, first: dt.date, last: dt.date
) -> list[PlanOfDay]:
    """Of each day that has one its newest closed plan, else the one in force, in date order."""
    rows = session.exec(
        select(PlanRow.id, PlanRow.date, PlanRow.state, PlanRow.version).where(
            PlanRow.county == county,
            PlanRow.date >= first,
            PlanRow.date <= last,
            col(PlanRow.state).in_((PlanState.CLOSED, *IN_FORCE)),
        )
    )
    found: dict[dt.date, PlanOfDay] = {}
    for each in sorted(
        (PlanOfDay(*row) for row in rows),
        key=lambda plan: (plan.date, plan.state is PlanState.CLOSED, plan.version),
    ):
        found[each.date] = each
    return list(found.values())


def load_plan_documents(
    session: Session, plans: Sequence[PlanOfDay]
) -> Iterator[tuple[PlanOfDay, Mapping[str, Any]]]:
    """The documents of plans, a few at a time."""
    for start in range(0, len(plans), DOCUMENTS):
        some = plans[start : start + DOCUMENTS]
        rows = select(PlanRow.id, PlanRow.document).where(
            col(PlanRow.id).in_([plan.id for plan in some])
        )
        documents = dict(session.exec(rows).all())
        for plan in some:
            yield plan, documents[plan.id]


def load_order_sites(
    session: Session, county: str, keys: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """By order the sites where it is collected or left; orders that are gone are not told."""
    sites: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(keys), CHUNK):
        rows = session.exec(
            select(OrderRow.key, OrderRow.site, OrderRow.to_site).where(
                OrderRow.county == county,
                col(OrderRow.key).in_(keys[start : start + CHUNK]),
            )
        )
        for key, site, to_site in rows:
            sites[key] = (site,) if to_site is None else (site, to_site)
    return sites
