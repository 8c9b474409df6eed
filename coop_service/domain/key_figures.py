"""Key figures of a plan: what it drives, carries and costs, each with its definition."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from coop_service.domain.drives import drives_of
from coop_service.domain.plan import Plan, Route, Trip
from coop_service.domain.problem import Direction, Order, Problem, Vehicle
from coop_service.domain.relay import WEIGHT_UNIT, chosen_modes, expand, orders_of
from coop_service.domain.relay_figures import RELAY_DEFINITIONS, relay_figures

DEFINITIONS: Final[Mapping[str, tuple[str, str]]] = {
    "vehicles_used": ("出车的车辆数", "vehicles that leave at all"),
    "trips": ("所有车辆的趟次数", "trips of all vehicles"),
    "distance_km": ("行驶里程，公里", "distance driven, km"),
    "empty_km": ("车上无任何货物时行驶的公里数", "km driven with nothing on board"),
    "two_way_stop_share": (
        "既卸货又装货的停靠次数占全部停靠次数的比例，0-1",
        "visits that both unload and load, of all visits, 0-1",
    ),
    "driving_h": ("驾驶时间，小时", "driving time, h"),
    "service_h": ("停靠点作业时间，小时", "service time at stops, h"),
    "waiting_h": (
        "等待时间（停靠点早到，及两趟之间除休息和装车外的时间），小时",
        "waiting at stops, and between trips beyond rests and reloading, h",
    ),
    "work_h": (
        "工作时间：每车首次出发至最后返回，含驾驶、作业、等待、休息、装车，小时",
        "work: of each vehicle from first departure to last return, with driving, service, "
        "waiting, rests and reloads, h",
    ),
    "orders_served": ("已安排的订单数", "orders that are served"),
    "orders_unassigned": ("未安排的订单数", "orders that are left out"),
    "stops_visited": (
        "服务到的停靠点数，拆分的停靠点计一次",
        "stops that are visited, a split stop counted once",
    ),
    "outbound_kg": ("已安排下行订单的重量，千克", "weight of the outbound orders served, kg"),
    "inbound_kg": ("已安排上行订单的重量，千克", "weight of the inbound orders served, kg"),
    "late_stops": (
        "在时间窗之后才开始作业的停靠次数，通过校验的计划为 0",
        "visits whose service starts after the window they fall behind; 0 in a verified plan",
    ),
    "load_factor_outbound": (
        "下行满载率，0-1：每趟出发时下行货物占容量的比例，取各容量单位中最大者，再对各趟平均",
        "0-1: of each trip, the outbound load at departure over the capacity, the largest over "
        "the units of capacity; the mean over all trips",
    ),
    "load_factor_inbound": (
        "上行满载率，0-1：每趟返回时上行货物占容量的比例，取各容量单位中最大者，再对各趟平均",
        "0-1: of each trip, the inbound load on return over the capacity, the largest over the "
        "units of capacity; the mean over all trips",
    ),
    "cost_yuan_per_order": (
        "每个已安排订单的运输成本（不含未安排订单的罚金），元；无订单时为空",
        "cost without drop penalties, per order served, yuan; null where none is",
    ),
    "km_per_order": (
        "每个已安排订单的行驶公里数；无订单时为空",
        "km driven per order served; null where none is",
    ),
    "on_board": (
        "每车每趟的在车货量：出发时及每次停靠作业后，按单位列出，并附容量",
        "load on board by vehicle and trip: at departure and after each visit, by unit, with the "
        "vehicle's capacity",
    ),
    **RELAY_DEFINITIONS,
}
"""What each key figure means, with its unit: Chinese, English."""

_M_PER_KM: Final = 1000
_S_PER_HOUR: Final = 3600


def key_figures(problem: Problem, plan: Plan) -> dict[str, Any]:
    """Figures by the names of :data:`DEFINITIONS`, ready for JSON.

    Those of relays are given where the problem has any. A relayed order counts once where orders
    and their weight are counted; trips, visits and stops are those of the legs.

    Times, loads and sums are taken as the plan states them; so the figures are as right as the
    plan, and :func:`coop_service.domain.verify.verify` says whether that is so.

    Args:
        problem: the problem that ``plan`` answers.
        plan: a plan that names only vehicles, stops and orders of ``problem``.

    Raises:
        KeyError: the plan names something that the problem does not have.
    """
    modes = chosen_modes(plan)
    day = expand(problem, modes)
    routes = [route for route in plan.routes if route.trips]
    trips = [(day.vehicle_by_id[route.vehicle], trip) for route in routes for trip in route.trips]
    visits = [visit for route in routes for visit in route.visits]
    services = {name for visit in visits for name in visit.orders} | _collected_before(day)
    served = orders_of(problem, modes, services)
    distance_km = sum(route.distance_m for route in routes) / _M_PER_KM
    two_way = sum(
        bool(_left_at(day, visit.stop, visit.orders))
        and bool(_collected_at(day, visit.stop, visit.orders))
        for visit in visits
    )
    running_cost = plan.cost - plan.cost_parts.dropped
    figures = {
        "vehicles_used": len(routes),
        "trips": len(trips),
        "distance_km": round(distance_km, 3),
        "empty_km": round(sum(_empty_m(day, route) for route in routes) / _M_PER_KM, 3),
        "two_way_stop_share": round(two_way / len(visits), 4) if visits else 0.0,
        "driving_h": _hours(sum(route.driving_s for route in routes)),
        "service_h": _hours(sum(route.service_s for route in routes)),
        "waiting_h": _hours(sum(route.waiting_s for route in routes)),
        "work_h": _hours(sum(route.return_s - route.depart_s for route in routes)),
        "orders_served": len(served),
        "orders_unassigned": len(problem.orders) - len(served),
        "stops_visited": len({visit.stop for visit in visits}),
        "outbound_kg": _served_kg(problem, served, Direction.OUTBOUND),
        "inbound_kg": _served_kg(problem, served, Direction.INBOUND),
        "late_stops": sum(_is_late(day, visit.stop, visit.start_s) for visit in visits),
        "load_factor_outbound": _load_factor(day, trips, Direction.OUTBOUND),
        "load_factor_inbound": _load_factor(day, trips, Direction.INBOUND),
        "cost_yuan_per_order": round(running_cost / len(served), 2) if served else None,
        "km_per_order": round(distance_km / len(served), 3) if served else None,
        "on_board": [_on_board(day, route) for route in routes],
    }
    return figures | relay_figures(problem, plan) if problem.relays else figures


def _collected_before(problem: Problem) -> set[str]:
    """Inbound orders on board of vans on the road, which bring them home."""
    return {
        item.order
        for vehicle in problem.vehicles
        for item in (vehicle.underway.on_board if vehicle.underway else ())
        if problem.order_by_id[item.order].direction == Direction.INBOUND
    }


def _hours(duration_s: int) -> float:
    return round(duration_s / _S_PER_HOUR, 2)


def _left_at(problem: Problem, stop: str, names: tuple[str, ...]) -> set[str]:
    """Orders of a visit that are unloaded there."""
    orders = [problem.order_by_id[name] for name in names]
    return {
        order.id
        for order in orders
        if order.direction == Direction.OUTBOUND
        or (order.direction == Direction.TRANSFER and order.to_stop == stop)
    }


def _collected_at(problem: Problem, stop: str, names: tuple[str, ...]) -> set[str]:
    """Orders of a visit that are loaded there."""
    return set(names) - _left_at(problem, stop, names)


def _orders_of(problem: Problem, trip: Trip, direction: Direction) -> Iterator[Order]:
    for visit in trip.stops:
        for name in visit.orders:
            if problem.order_by_id[name].direction == direction:
                yield problem.order_by_id[name]


def _empty_m(problem: Problem, route: Route) -> int:
    underway = problem.vehicle_by_id[route.vehicle].underway
    empty_m = 0
    for number, (trip, drives) in enumerate(drives_of(problem, route)):
        on_board = {order.id for order in _orders_of(problem, trip, Direction.OUTBOUND)}
        if underway is not None and number == 0:
            on_board = {item.order for item in underway.on_board}
        for visit, length_m in drives:
            if not on_board:
                empty_m += length_m
            if visit is not None:
                on_board -= _left_at(problem, visit.stop, visit.orders)
                on_board |= _collected_at(problem, visit.stop, visit.orders)
    return empty_m


def _served_kg(problem: Problem, served: AbstractSet[str], direction: Direction) -> float:
    weights_kg = (
        order.load.get(WEIGHT_UNIT, 0.0)
        for order in problem.orders
        if order.id in served and order.direction == direction
    )
    return round(math.fsum(weights_kg), 3)


def _is_late(problem: Problem, stop: str, start_s: int) -> bool:
    windows = problem.stop_by_id[stop].time_windows_s
    in_window = any(opens <= start_s <= closes for opens, closes in windows)
    return not in_window and any(start_s > closes for _, closes in windows)


def _load_factor(
    problem: Problem, trips: list[tuple[Vehicle, Trip]], direction: Direction
) -> float:
    if not trips:
        return 0.0
    shares = []
    for vehicle, trip in trips:
        orders = list(_orders_of(problem, trip, direction))
        shares.append(
            max(
                (
                    math.fsum(order.load.get(unit, 0.0) for order in orders) / capacity
                    for unit, capacity in vehicle.capacity.items()
                    if capacity > 0
                ),
                default=0.0,
            )
        )
    return round(math.fsum(shares) / len(trips), 4)


def _on_board(problem: Problem, route: Route) -> dict[str, Any]:
    """Load profile of a route; ``stop`` null is the departure from the depot."""
    return {
        "vehicle": route.vehicle,
        "capacity": dict(problem.vehicle_by_id[route.vehicle].capacity),
        "trips": [
            [
                {"stop": None, "time_s": trip.depart_s, "load": dict(trip.load_at_start)},
                *(
                    {"stop": visit.stop, "time_s": visit.depart_s, "load": dict(visit.load_after)}
                    for visit in trip.stops
                ),
            ]
            for trip in route.trips
        ],
    }
