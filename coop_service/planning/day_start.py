"""What a day starts from, as the planner reads it: vans on the road, frozen and locked stops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from coop_service.domain.problem import Direction, OnBoard, Order, Problem, Vehicle


@lru_cache(maxsize=8)
def holders(problem: Problem) -> Mapping[str, str]:
    """The vehicle that has an order on board, by the order's id."""
    return {
        item.order: vehicle.id
        for vehicle in reversed(problem.vehicles)
        for item in goods_on_board(vehicle)
    }


def goods_on_board(vehicle: Vehicle) -> tuple[OnBoard, ...]:
    """What a van on the road has on board; nothing of one that has not left."""
    return () if vehicle.underway is None else vehicle.underway.on_board


@lru_cache(maxsize=8)
def collected_already(problem: Problem) -> frozenset[str]:
    """Inbound orders on board: they are served without another visit."""
    return frozenset(
        name
        for name in holders(problem)
        if problem.order_by_id[name].direction is Direction.INBOUND
    )


@lru_cache(maxsize=8)
def owners(problem: Problem) -> Mapping[str, str]:
    """The only vehicle that may visit a stop, where it is locked."""
    return {s.id: s.locked_vehicle for s in problem.stops if s.locked_vehicle is not None}


@lru_cache(maxsize=8)
def named_vehicles(problem: Problem) -> frozenset[str]:
    """Vehicles for which no other one can stand in, whatever they have in common."""
    lines = () if problem.standing_lines is None else problem.standing_lines.stops
    return frozenset(
        {
            *(vehicle.id for vehicle in problem.vehicles if vehicle.underway is not None),
            *(vehicle.id for vehicle in problem.vehicles if vehicle.first_stops),
            *owners(problem).values(),
            *(line.vehicle for line in lines if line.vehicle is not None),
        }
    )


def trips_left(vehicle: Vehicle) -> int:
    """Trips that a vehicle may still make, with the present one of a van on the road."""
    return vehicle.max_trips - (0 if vehicle.underway is None else vehicle.underway.trips_done)


def stops_to_visit(problem: Problem, order: Order) -> Sequence[str]:
    """Stops where an order is still to be called for: none, its stop, or both of a transfer."""
    if order.direction is Direction.TRANSFER and order.to_stop is not None:
        return (order.to_stop,) if order.id in holders(problem) else (order.stop, order.to_stop)
    return () if order.id in collected_already(problem) else (order.stop,)


def begins_as_fixed(vehicle: Vehicle, stops: Sequence[str]) -> bool:
    """Whether visits to these stops begin with the vehicle's first stops, those left out aside."""
    if not vehicle.first_stops:
        return True
    due = [stop for stop in vehicle.first_stops if stop in stops]
    return list(stops[: len(due)]) == due
