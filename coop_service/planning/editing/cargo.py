"""What is on board along a trip, also where goods are where they should not be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from coop_service.domain.edits.board import Call
from coop_service.domain.plan import Trip, Visit
from coop_service.domain.problem import Direction, Order, Problem, Vehicle


def with_loads(day: Problem, vehicle: Vehicle, trip: Trip, *, is_present: bool) -> Trip:
    """The trip with the loads that follow from its visits.

    Goods come on board and leave as :mod:`coop_service.domain.verify` reckons them.

    Args:
        day: the plain problem.
        vehicle: who makes the trip.
        trip: its visits and times.
        is_present: a van on the road is on this trip already.
    """
    on_board: dict[str, Order] = {}
    load: defaultdict[str, float] = defaultdict(float, dict.fromkeys(day.units, 0.0))

    def take(order: Order) -> None:
        on_board[order.id] = order
        for unit, amount in order.load.items():
            load[unit] += amount

    if is_present and vehicle.underway is not None:
        for item in vehicle.underway.on_board:
            take(day.order_by_id[item.order])
    else:
        for visit in trip.stops:
            for order in _orders(day, visit.orders):
                if order.direction is Direction.OUTBOUND and order.id not in on_board:
                    take(order)
    at_start = _clean(load)
    visits: list[Visit] = []
    for visit in trip.stops:
        orders = _orders(day, visit.orders)
        left = [order for order in orders if is_left_at(order, visit.stop)]
        for order in left:
            if on_board.pop(order.id, None) is not None:
                for unit, amount in order.load.items():
                    load[unit] -= amount
        for order in orders:
            collected = order not in left and (
                order.direction is Direction.INBOUND or order.stop == visit.stop
            )
            if collected and order.id not in on_board:
                take(order)
        visits.append(
            Visit(
                visit.stop,
                visit.arrive_s,
                visit.start_s,
                visit.depart_s,
                visit.orders,
                _clean(load),
                visit.custom,
            )
        )
    return Trip(
        trip.depart_s, trip.return_s, at_start, _clean(load), tuple(visits), trip.rests, trip.custom
    )


def is_left_at(order: Order, stop: str) -> bool:
    """Whether a visit to the stop unloads the order."""
    if order.direction is Direction.TRANSFER:
        return order.to_stop == stop
    return order.direction is Direction.OUTBOUND


def service_s(day: Problem, call: Call) -> int:
    """Seconds of service of a visit: the stop's own and those of its orders."""
    orders = _orders(day, call.orders)
    return day.stop_by_id[call.stop].service_s + sum(order.service_s for order in orders)


def _orders(day: Problem, names: Sequence[str]) -> list[Order]:
    return [day.order_by_id[name] for name in dict.fromkeys(names)]


def _clean(load: defaultdict[str, float]) -> dict[str, float]:
    """Without the dust of adding and taking away, which lies far below the tolerance."""
    return {unit: round(amount, 9) + 0.0 for unit, amount in load.items()}
