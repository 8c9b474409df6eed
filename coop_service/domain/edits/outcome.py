"""What is told of changes: what they cost and break, and where an order would fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from coop_service.domain.edits.changes import Change
from coop_service.domain.edits.locks import Locks
from coop_service.domain.plan import CostParts, Plan, Route
from coop_service.domain.verify import Verdict, Violation


@dataclass(frozen=True, slots=True)
class Checked:
    """A plan after changes, beside the one before.

    Attributes:
        before: the base plan.
        before_violations: what is wrong with it already, under its own locks.
        after: the plan with the changes, its costs and figures recomputed.
        verdict: on ``after``, under the locks that are then in force.
        locks: those.
        plainly_timed: vehicles that were timed by simply driving on, because their visits in this
            order break a rule, or because they wait for goods at a hub.
    """

    before: Plan
    before_violations: tuple[Violation, ...]
    after: Plan
    verdict: Verdict
    locks: Locks
    plainly_timed: frozenset[str] = frozenset()

    @property
    def cost_difference(self) -> CostParts:
        """Yuan that the plan costs more, by parts, each rounded to 0.01."""
        return subtract_parts(self.after.cost_parts, self.before.cost_parts)

    @property
    def changed_routes(self) -> tuple[Route, ...]:
        """Routes that are not in the base plan as they are now."""
        known = {route.vehicle: route for route in self.before.routes}
        return tuple(route for route in self.after.routes if known.get(route.vehicle) != route)

    @property
    def idle_vehicles(self) -> tuple[str, ...]:
        """Vehicles that left in the base plan, and do not now."""
        out = {route.vehicle for route in self.after.routes}
        return tuple(route.vehicle for route in self.before.routes if route.vehicle not in out)

    @property
    def changed_figures(self) -> Mapping[str, tuple[float | None, float | None]]:
        """Key figures that are single numbers and differ: before and after."""
        before, after = self.before.kpis, self.after.kpis
        pairs = {
            name: (before.get(name), after.get(name)) for name in dict.fromkeys((*before, *after))
        }
        return {
            name: pair
            for name, pair in pairs.items()
            if pair[0] != pair[1] and all(one is None or _is_number(one) for one in pair)
        }

    def is_new(self, violation: Violation) -> bool:
        """Whether the base plan does not have a violation of this rule at this place."""
        return _where(violation) not in {_where(one) for one in self.before_violations}


def subtract_parts(after: CostParts, before: CostParts) -> CostParts:
    """How much more each part costs, yuan rounded to 0.01."""
    names = ("fixed", "distance", "time", "overtime", "dropped", "standing")
    return replace(
        CostParts(),
        **{name: round(getattr(after, name) - getattr(before, name), 2) + 0.0 for name in names},
    )


@dataclass(frozen=True, slots=True)
class InsertPlace:
    """A place where orders fit, with every rule kept.

    Attributes:
        vehicle: who would serve them.
        positions: number that the visit has then (of a transfer: that of each end).
        joins: for each visit whether it is one that there is already.
        trip: number of the trip, from 0, of the first visit.
        before_stop, after_stop: the stops between which the first visit lies; None: the depot, or
            where a van on the road stands.
        extra_yuan, extra_m, extra_s: cost, way and work time that the vehicle's day gains.
        arrive_s, start_s: arrival and start of service at the first visit.
        changes: what makes it so.
    """

    vehicle: str
    positions: tuple[int, ...]
    joins: tuple[bool, ...]
    trip: int
    before_stop: str | None
    after_stop: str | None
    extra_yuan: float
    extra_m: int
    extra_s: int
    arrive_s: int
    start_s: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a vehicle has no place.

    Attributes:
        vehicle: its id.
        rule: what forbids it: a name of :class:`coop_service.domain.plan.Reason`, or ``locked``,
            ``depot``, ``split_needless``, ``base_broken``, ``several``.
        detail: what is missed, by how much; Chinese then English.
        change: what would let it in; None: nothing single.
        price_yuan: what that is worth, to rank by.
    """

    vehicle: str
    rule: str
    detail: str
    change: str | None = None
    price_yuan: float | None = None


@dataclass(frozen=True, slots=True)
class Insertion:
    """Where orders would fit that one visit (of a transfer: two) serves.

    Attributes:
        orders: as the plan names them, in legs; with an order that is planned all of its visit.
        stops: where they are served.
        now: who serves them now, and the number of the visit; None: nobody.
        now_yuan: what they add to that vehicle's day; None where they are in the pool.
        places: the best ones, the cheapest first.
        place_count: how many there are in all.
        refusals: vehicles without any.
    """

    orders: tuple[str, ...]
    stops: tuple[str, ...]
    now: tuple[str, int] | None
    now_yuan: float | None
    places: tuple[InsertPlace, ...]
    place_count: int
    refusals: tuple[Refusal, ...]


def _where(violation: Violation) -> tuple[str | None, ...]:
    return violation.rule, violation.vehicle, violation.stop, violation.order


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
