"""Service as it was planned day by day: how often a village is called at, and what is left out.

Goods for a day are booked until the evening before, when the centre packs them. So an order that is
served on the day it is booked for has come the **next day**; one that is left out has not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from coop_service.domain.reports.coverage_options import DAYS_A_WEEK


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """What one plan did for the sites.

    Attributes:
        date: the day.
        state: of its plan: ``closed``, or ``released`` or ``in_progress`` where none is closed.
        version: of the plan.
        visited: codes of the sites where at least one order is served.
        missed: codes of the sites of orders that are left out; a site may be in both.
    """

    date: dt.date
    state: str
    version: int
    visited: frozenset[str]
    missed: frozenset[str]


@dataclass(frozen=True, slots=True)
class SiteService:
    """One site over a period.

    Attributes:
        visit_days: days on which it was called at.
        order_days: days on which it had orders.
        reached_days: of these the days on which none of its orders was left out.
    """

    visit_days: int = 0
    order_days: int = 0
    reached_days: int = 0

    def is_reached(self, percent: float) -> bool | None:
        """Whether that share of its days with orders reached it the next day; None: no orders."""
        if not self.order_days:
            return None
        return 100 * self.reached_days >= percent * self.order_days


@dataclass(frozen=True)
class ServicePeriod:
    """The plans of some whole weeks.

    Attributes:
        last: last day of the period.
        weeks: how many weeks it has.
        days: those that have a plan, at most one for each day, in the order of the days.
    """

    last: dt.date
    weeks: int
    days: tuple[ServiceDay, ...] = ()

    @property
    def first(self) -> dt.date:
        """First day of the period."""
        return first_day(self.last, self.weeks)

    @cached_property
    def _sites(self) -> Mapping[str, SiteService]:
        codes = {code for day in self.days for code in day.visited | day.missed}
        return {
            code: SiteService(
                sum(code in day.visited for day in self.days),
                sum(code in day.visited or code in day.missed for day in self.days),
                sum(code in day.visited and code not in day.missed for day in self.days),
            )
            for code in codes
        }

    def site(self, code: str) -> SiteService:
        """The service of a site; nothing for one without orders."""
        return self._sites.get(code, SiteService())

    def sum(self, codes: Iterable[str]) -> SiteService:
        """The service of sites, summed."""
        found = [self.site(code) for code in codes]
        return SiteService(
            sum(each.visit_days for each in found),
            sum(each.order_days for each in found),
            sum(each.reached_days for each in found),
        )


def first_day(last: dt.date, weeks: int) -> dt.date:
    """First day of so many weeks that end on a day."""
    return last - dt.timedelta(days=DAYS_A_WEEK * weeks - 1)
