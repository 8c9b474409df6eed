"""The handover sheet (交接单) of a hub: what changes vehicles there, hour by hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from coop_service.domain.handovers import Handover, HubHour, Ride, find_handovers, list_by_hour
from coop_service.domain.papers.amounts import (
    Amount,
    GoodsLine,
    group_goods,
    sum_amounts,
    sum_orders,
)
from coop_service.domain.papers.context import Place, SheetHead, VehicleNote
from coop_service.domain.papers.day import PaperDay
from coop_service.domain.papers.labels import Lot, lot_of
from coop_service.domain.problem import Direction

_S_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class HandoverVehicle:
    """Who brings or takes goods; ``trip`` counts from 1."""

    vehicle: str
    note: VehicleNote
    trip: int


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """Goods that come with one vehicle and leave with one other. Seconds after midnight.

    Attributes:
        direction: outbound: trunk to branch; inbound: branch to trunk.
        taken: None: they stay overnight.
        arrived_s: when the goods come.
        ready_s: when all of them are sorted.
        left_s: when they leave; None like ``taken``.
        villages: places that they are for, or come from.
        lots: the inbound lots among them, which keep their identifiers.
    """

    direction: Direction
    brought: HandoverVehicle
    taken: HandoverVehicle | None
    arrived_s: int
    ready_s: int
    left_s: int | None
    villages: tuple[Place, ...]
    lines: tuple[GoodsLine, ...]
    amount: Amount
    lots: tuple[Lot, ...]


@dataclass(frozen=True, slots=True)
class HandoverHour:
    """What arrives in the hour from ``from_s``."""

    from_s: int
    rows: tuple[HandoverRow, ...]
    amount: Amount


@dataclass(frozen=True, slots=True)
class HandoverSheet:
    """A hub's day.

    Attributes:
        outbound, inbound: totals by direction.
        by_hour: what arrives and what leaves in which hour.
    """

    head: SheetHead
    hours: tuple[HandoverHour, ...]
    outbound: Amount
    inbound: Amount
    by_hour: tuple[HubHour, ...]

    @property
    def total(self) -> Amount:
        """Both directions together."""
        return sum_amounts((self.outbound, self.inbound))

    @property
    def rows(self) -> tuple[HandoverRow, ...]:
        """The rows of all hours."""
        return tuple(row for hour in self.hours for row in hour.rows)


def handover_sheets(day: PaperDay, vehicle: str | None = None) -> Iterator[HandoverSheet]:
    """The sheets of all hubs at which goods change vehicles.

    Args:
        day: the plan.
        vehicle: keep what this one brings or takes; None: keep all.
    """
    by_hub: defaultdict[str, list[Handover]] = defaultdict(list)
    for one in find_handovers(day.problem, day.modes, day.plan.routes):
        if vehicle is None or vehicle in _vehicles(one):
            by_hub[one.hub].append(one)
    for hub in day.problem.hubs:
        if hub.depot in by_hub:
            yield _sheet(day, hub.depot, by_hub[hub.depot], vehicle)


def _vehicles(one: Handover) -> set[str]:
    return {ride.vehicle for ride in (one.brought, one.taken) if ride is not None}


def _sheet(
    day: PaperDay, hub: str, handovers: list[Handover], vehicle: str | None
) -> HandoverSheet:
    rows = sorted(_rows(day, handovers), key=lambda row: (row.arrived_s, row.left_s or 0))
    by_hour: defaultdict[int, list[HandoverRow]] = defaultdict(list)
    for row in rows:
        by_hour[row.arrived_s - row.arrived_s % _S_PER_HOUR].append(row)
    outbound, inbound = (
        sum_amounts(row.amount for row in rows if row.direction is direction)
        for direction in (Direction.OUTBOUND, Direction.INBOUND)
    )
    return HandoverSheet(
        head=day.hub_head(hub, vehicle),
        hours=tuple(
            HandoverHour(from_s, tuple(found), sum_amounts(row.amount for row in found))
            for from_s, found in by_hour.items()
        ),
        outbound=outbound,
        inbound=inbound,
        by_hour=list_by_hour(handovers),
    )


def _rows(day: PaperDay, handovers: list[Handover]) -> Iterator[HandoverRow]:
    batches: defaultdict[tuple[Direction, Ride, Ride | None], list[Handover]] = defaultdict(list)
    for one in handovers:
        batches[one.direction, one.brought, one.taken].append(one)
    for (direction, brought, taken), batch in batches.items():
        orders = [day.problem.order_by_id[one.order] for one in batch]
        is_inbound = direction is Direction.INBOUND
        yield HandoverRow(
            direction=direction,
            brought=_vehicle(day, brought),
            taken=None if taken is None else _vehicle(day, taken),
            arrived_s=batch[0].arrived_s,
            ready_s=max(one.sorted_s for one in batch),
            left_s=batch[0].left_s,
            villages=tuple(dict.fromkeys(day.stop_place(order.stop) for order in orders)),
            lines=group_goods(orders),
            amount=sum_orders(orders),
            lots=tuple(lot_of(day, order) for order in orders) if is_inbound else (),
        )


def _vehicle(day: PaperDay, ride: Ride) -> HandoverVehicle:
    return HandoverVehicle(ride.vehicle, day.note(ride.vehicle), ride.trip + 1)
