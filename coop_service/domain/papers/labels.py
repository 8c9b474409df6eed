"""Labels (标签) of inbound lots: each with its identifier, which stays with it to the centre."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from coop_service.domain.papers.amounts import Amount, sum_amounts, sum_orders
from coop_service.domain.papers.context import PaperKind, Place, SheetHead, text_of
from coop_service.domain.papers.day import PaperDay
from coop_service.domain.problem import Direction, Order


@dataclass(frozen=True, slots=True)
class Lot:
    """Produce of one sender.

    Attributes:
        key: of its order.
        identifier: industrial-internet identifier; None: the order has none.
        origin: where it is collected.
        destination: depot that it is brought to in the end.
    """

    key: str
    identifier: str | None
    goods_class: str | None
    temperature: str
    amount: Amount
    origin: Place
    destination: Place

    @property
    def code(self) -> str:
        """Text of its QR code: the identifier or, where it has none, the order's key."""
        return self.identifier or f"coop:order={self.key}"


@dataclass(frozen=True, slots=True)
class Label:
    """A lot with the visit that collects it; ``sequence`` as on the dispatch sheet."""

    lot: Lot
    sequence: int
    arrive_s: int


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """Labels of all that a vehicle collects, in the sequence of its visits."""

    head: SheetHead
    labels: tuple[Label, ...]

    @property
    def total(self) -> Amount:
        """All lots together."""
        return sum_amounts(label.lot.amount for label in self.labels)


def label_sheet(day: PaperDay, vehicle: str) -> LabelSheet | None:
    """The labels that a vehicle takes along; None: it collects no inbound lot.

    A lot that is relayed is labelled where it is collected, not again at the hub.

    Raises:
        NoSuchVehicle: the problem has none of that id.
        IdleVehicle: the plan does not use it.
    """
    labels = tuple(_labels(day, vehicle))
    return LabelSheet(day.vehicle_head(PaperKind.LABELS, vehicle), labels) if labels else None


def lot_of(day: PaperDay, order: Order) -> Lot:
    """An inbound order of the problem, not one of its legs, as a lot."""
    custom = order.custom or {}
    return Lot(
        key=text_of(custom, "key") or order.id,
        identifier=text_of(custom, "identifier") or None,
        goods_class=order.goods_class,
        temperature=order.temperature,
        amount=sum_orders([order]),
        origin=day.stop_place(order.stop),
        destination=day.depot_place(order.depot),
    )


def _labels(day: PaperDay, vehicle: str) -> Iterator[Label]:
    for _, _, visits in day.numbered(day.route(vehicle)):
        for sequence, visit in visits:
            if day.is_hub(visit.stop):
                continue
            for order in day.loaded(visit):
                if order.direction is Direction.INBOUND:
                    whole = day.whole_order(order)
                    yield Label(lot_of(day, whole), sequence, visit.arrive_s)
