"""Faults of what a day starts from: vans on the road, frozen stops, standing lines.

Goods on board are refused here where no plan could make them right: on two vans, too heavy, at a
temperature or in a mix that may not be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from coop_service.domain.problem import (
    LOAD_TOLERANCE,
    Direction,
    OnBoard,
    Order,
    Problem,
    Underway,
    Vehicle,
)
from coop_service.domain.value_faults import (
    MAX_AMOUNT,
    MAX_WHOLE,
    count_locations,
    location_fault,
    range_fault,
    reference_fault,
)
from coop_service.errors import Fault, both, pointer


def find_start_faults(problem: Problem) -> Iterator[Fault]:
    """All faults of the start, with JSON pointers into the problem's document."""
    return chain(
        _underway_faults(problem),
        _twice_on_board(problem),
        _first_stop_faults(problem),
        _lock_faults(problem),
        _standing_faults(problem),
    )


def _underway_faults(problem: Problem) -> Iterator[Fault]:
    locations = count_locations(problem)
    for index, vehicle in enumerate(problem.vehicles):
        underway = vehicle.underway
        if underway is None:
            continue
        where = pointer("vehicles", index, "underway")
        yield from location_fault(where, underway.location, locations)
        yield from _clock_faults(where, underway)
        last_done = max(0, vehicle.max_trips - 1)
        yield from range_fault(where + "/trips_done", underway.trips_done, 0, last_done)
        for name, done in (
            ("driven_since_rest_s", underway.driven_since_rest_s),
            ("driven_s", underway.driven_s),
            ("distance_m", underway.distance_m),
        ):
            yield from range_fault(f"{where}/{name}", done, 0, MAX_WHOLE)
        for number, item in enumerate(underway.on_board):
            at = where + pointer("on_board", number)
            yield from _on_board_faults(at, problem, vehicle, underway, item)
        yield from _load_on_board_faults(where + "/on_board", problem, vehicle, underway)
        yield from _mix_on_board_faults(where + "/on_board", problem, underway)


def _clock_faults(where: str, underway: Underway) -> Iterator[Fault]:
    faults = [
        *range_fault(where + "/time_s", underway.time_s, 0, MAX_WHOLE),
        *range_fault(where + "/departed_s", underway.departed_s, 0, MAX_WHOLE),
    ]
    yield from faults
    if not faults and underway.departed_s > underway.time_s:
        yield Fault(
            where + "/departed_s",
            "departed_after_now",
            both(
                f"首次出发({underway.departed_s} 秒)晚于当前时刻 time_s({underway.time_s} 秒)",
                f"the first departure, {underway.departed_s} s, is after time_s, "
                f"{underway.time_s} s",
            ),
        )


def _on_board_faults(
    where: str, problem: Problem, vehicle: Vehicle, underway: Underway, item: OnBoard
) -> Iterator[Fault]:
    # A clock that is wrong itself is named once, and not at every order again.
    if 0 <= underway.departed_s <= underway.time_s:
        earliest_s, latest_s = underway.departed_s, underway.time_s
    else:
        earliest_s, latest_s = 0, MAX_WHOLE
    yield from range_fault(where + "/since_s", item.since_s, earliest_s, latest_s)
    yield from reference_fault(where + "/order", "order", item.order, problem.order_by_id)
    order = problem.order_by_id.get(item.order)
    if order is None:
        return
    depots = _depots_of_trip(vehicle, underway, order)
    # A depot that does not exist is named where it is referred to.
    if order.depot not in depots and {order.depot, *depots} <= problem.depot_by_id.keys():
        yield Fault(
            where + "/order",
            "wrong_depot",
            both(
                f"订单“{order.id}”属于车场“{order.depot}”,本趟不在那里"
                f"{'装车' if order.direction is Direction.OUTBOUND else '结束'}",
                f"order {order.id!r} belongs to depot {order.depot!r}, where this trip does not "
                f"{'start' if order.direction is Direction.OUTBOUND else 'end'}",
            ),
        )
    if order.temperature not in vehicle.temperatures:
        yield Fault(
            where + "/order",
            "temperature_not_held",
            both(
                f"该车不能保持订单“{order.id}”的温区 {order.temperature}",
                f"the vehicle does not hold the temperature {order.temperature} of order "
                f"{order.id!r}",
            ),
        )


def _depots_of_trip(vehicle: Vehicle, underway: Underway, order: Order) -> set[str]:
    """Depots that the order may belong to on the present trip."""
    if order.direction is Direction.TRANSFER:
        return {order.depot}
    if order.direction is Direction.OUTBOUND:
        return {vehicle.start_depot}
    may_go_again = underway.trips_done + 1 < vehicle.max_trips
    return {vehicle.end_depot, *([vehicle.start_depot] if may_go_again else [])}


def _load_on_board_faults(
    where: str, problem: Problem, vehicle: Vehicle, underway: Underway
) -> Iterator[Fault]:
    load: defaultdict[str, float] = defaultdict(float)
    for order in _orders_on_board(problem, underway):
        for unit, amount in order.load.items():
            load[unit] += amount
    for unit, capacity in vehicle.capacity.items():
        if load[unit] > capacity + LOAD_TOLERANCE:
            yield Fault(
                where,
                "over_capacity",
                both(
                    f"在车 {load[unit]:.10g} {unit},超过容量 {capacity:.10g}",
                    f"{load[unit]:.10g} {unit} on board, the capacity is {capacity:.10g}",
                ),
            )


def _mix_on_board_faults(where: str, problem: Problem, underway: Underway) -> Iterator[Fault]:
    orders = _orders_on_board(problem, underway)
    for mix in problem.rules.forbidden_mixes:
        left, right = ({name, *problem.goods_groups.get(name, ())} for name in mix)
        one = [order for order in orders if order.goods_class in left]
        other = [order for order in orders if order.goods_class in right]
        pairs = [(a, b) for a in one for b in other if a is not b]
        if pairs:
            a, b = pairs[0]
            yield Fault(
                where,
                "forbidden_mix",
                both(
                    f"订单“{a.id}”的 {a.goods_class} 与“{b.id}”的 {b.goods_class} 不得同车",
                    f"{a.goods_class} of order {a.id!r} may not be on board with {b.goods_class} "
                    f"of {b.id!r}",
                ),
            )


def _orders_on_board(problem: Problem, underway: Underway) -> list[Order]:
    names = dict.fromkeys(item.order for item in underway.on_board)
    return [problem.order_by_id[name] for name in names if name in problem.order_by_id]


def _twice_on_board(problem: Problem) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for index, vehicle in enumerate(problem.vehicles):
        for number, item in enumerate(vehicle.underway.on_board if vehicle.underway else ()):
            where = pointer("vehicles", index, "underway", "on_board", number, "order")
            earlier = first.setdefault(item.order, where)
            if earlier != where:
                yield Fault(
                    where,
                    "on_board_twice",
                    both(
                        f"订单“{item.order}”已在 {earlier} 列为在车",
                        f"order {item.order!r} is on board already at {earlier}",
                    ),
                )


def _first_stop_faults(problem: Problem) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for index, vehicle in enumerate(problem.vehicles):
        for number, name in enumerate(vehicle.first_stops):
            where = pointer("vehicles", index, "first_stops", number)
            yield from reference_fault(where, "stop", name, problem.stop_by_id)
            earlier = first.setdefault(name, where)
            if earlier != where:
                yield Fault(
                    where,
                    "first_stop_twice",
                    both(
                        f"停靠点“{name}”已在 {earlier} 固定",
                        f"stop {name!r} is fixed already at {earlier}",
                    ),
                )
            stop = problem.stop_by_id.get(name)
            if stop is not None and stop.locked_vehicle not in (None, vehicle.id):
                yield Fault(
                    where,
                    "locked_to_another",
                    both(
                        f"停靠点“{name}”锁定给车辆“{stop.locked_vehicle}”",
                        f"stop {name!r} is locked to vehicle {stop.locked_vehicle!r}",
                    ),
                )


def _lock_faults(problem: Problem) -> Iterator[Fault]:
    for index, stop in enumerate(problem.stops):
        if stop.locked_vehicle is not None:
            where = pointer("stops", index, "locked_vehicle")
            vehicles = problem.vehicle_by_id
            yield from reference_fault(where, "vehicle", stop.locked_vehicle, vehicles)


def _standing_faults(problem: Problem) -> Iterator[Fault]:
    lines = problem.standing_lines
    if lines is None:
        return
    yield from range_fault("/standing_lines/per_visit", lines.per_visit, 0, MAX_AMOUNT)
    yield from range_fault("/standing_lines/per_hour", lines.per_hour, 0, MAX_AMOUNT)
    yield from range_fault("/standing_lines/tolerance_s", lines.tolerance_s, 0, MAX_WHOLE)
    first: dict[str, str] = {}
    for index, line in enumerate(lines.stops):
        where = pointer("standing_lines", "stops", index)
        yield from reference_fault(where + "/stop", "stop", line.stop, problem.stop_by_id)
        earlier = first.setdefault(line.stop, where)
        if earlier != where:
            yield Fault(
                where + "/stop",
                "standing_stop_twice",
                both(
                    f"停靠点“{line.stop}”已在 {earlier} 列出",
                    f"stop {line.stop!r} is listed already at {earlier}",
                ),
            )
        if line.vehicle is not None:
            vehicles = problem.vehicle_by_id
            yield from reference_fault(where + "/vehicle", "vehicle", line.vehicle, vehicles)
        yield from range_fault(where + "/start_s", line.start_s, 0, MAX_WHOLE)
