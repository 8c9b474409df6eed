"""Orders that no vehicle can serve even alone: each with the rule that forbids it, and by how much.

The rules are tried in a fixed order, each on the vehicles that passed those before it; the rule
that leaves no vehicle is the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from coop_service.domain.plan import Reason, Unassigned
from coop_service.domain.problem import (
    LOAD_TOLERANCE,
    NO_ROAD,
    Direction,
    Order,
    Problem,
    Stop,
    Vehicle,
)
from coop_service.errors import both
from coop_service.planning.instance import Instance, vehicle_kind
from coop_service.planning.timing import time_trip
from coop_service.planning.visits import VisitTask


@dataclass(frozen=True, slots=True)
class Screened:
    """Orders that may be planned, and those that are proved impossible."""

    servable: tuple[Order, ...]
    impossible: tuple[Unassigned, ...]


def screen_orders(problem: Problem) -> Screened:
    """Take out each order that no vehicle could serve if it were the only one of the day."""
    by_kind = {vehicle_kind(vehicle): vehicle for vehicle in problem.vehicles}
    vehicles = tuple(by_kind.values())
    instance = Instance(problem, ())
    servable, impossible = [], []
    for order in problem.orders:
        reason = _why_impossible(instance, vehicles, order)
        if reason is None:
            servable.append(order)
        else:
            impossible.append(reason)
    return Screened(tuple(servable), tuple(impossible))


@dataclass(frozen=True, slots=True)
class _Short:
    """By how much a vehicle misses a rule, and how to say it."""

    amount: float
    message: str


Rule = Callable[[Instance, Vehicle, Stop, Order], _Short | None]


def _why_impossible(
    instance: Instance, vehicles: Sequence[Vehicle], order: Order
) -> Unassigned | None:
    stop = instance.problem.stop_by_id[order.stop]
    left = list(vehicles)
    for reason, rule in RULES:
        misses = [(vehicle, rule(instance, vehicle, stop, order)) for vehicle in left]
        passed = [vehicle for vehicle, miss in misses if miss is None]
        if not passed:
            nearest = min(
                (miss for _, miss in misses if miss), key=lambda m: m.amount, default=None
            )
            detail = nearest.message if nearest else both("没有车辆", "there is no vehicle")
            return Unassigned(order.id, reason, True, detail)
        left = passed
    return None


def _depot(instance: Instance, vehicle: Vehicle, stop: Stop, order: Order) -> _Short | None:
    outbound = order.direction is Direction.OUTBOUND
    based_at = vehicle.start_depot if outbound else vehicle.end_depot
    if based_at == order.depot:
        return None
    return _Short(
        1,
        both(
            f"没有车辆以 {order.depot} 为{'起点' if outbound else '终点'}",
            f"no vehicle {'starts' if outbound else 'ends'} at {order.depot}",
        ),
    )


def _tags(instance: Instance, vehicle: Vehicle, stop: Stop, order: Order) -> _Short | None:
    missing = sorted(stop.required_tags - vehicle.tags)
    if not missing:
        return None
    names = ", ".join(missing)
    return _Short(
        len(missing),
        both(f"没有车辆同时具备要求 {names}", f"no vehicle has all that is required: {names}"),
    )


def _temperature(instance: Instance, vehicle: Vehicle, stop: Stop, order: Order) -> _Short | None:
    if order.temperature in vehicle.temperatures:
        return None
    return _Short(
        1,
        both(
            f"符合其他要求的车辆都不能保持温度 {order.temperature}",
            f"no vehicle that meets the other demands holds {order.temperature}",
        ),
    )


def _capacity(instance: Instance, vehicle: Vehicle, stop: Stop, order: Order) -> _Short | None:
    excess = {
        unit: order.load.get(unit, 0.0) - limit
        for unit, limit in vehicle.capacity.items()
        if order.load.get(unit, 0.0) > limit + LOAD_TOLERANCE
    }
    if not excess:
        return None
    unit, amount = max(excess.items(), key=lambda item: item[1] / max(vehicle.capacity[item[0]], 1))
    limit = vehicle.capacity[unit]
    return _Short(
        amount / max(limit, 1),
        both(
            f"{unit} {order.load[unit]:g} 超过最合适车辆的 {limit:g}，多 {amount:g}，请拆单",
            f"{unit} {order.load[unit]:g} is {amount:g} over the {limit:g} of the best vehicle; "
            "split the order",
        ),
    )


def _legs(instance: Instance, vehicle: Vehicle, stop: Stop) -> tuple[tuple[int, ...], int]:
    """Seconds of the legs there and back (NO_ROAD in place of a missing one), and the metres."""
    problem = instance.problem
    profile = problem.profiles[vehicle.profile]
    start = problem.depot_by_id[vehicle.start_depot].location
    end = problem.depot_by_id[vehicle.end_depot].location
    pairs = ((start, stop.location), (stop.location, end))
    seconds = tuple(
        int(profile.duration_s[pair]) if profile.allows(*pair) else NO_ROAD for pair in pairs
    )
    return seconds, sum(int(profile.distance_m[pair]) for pair in pairs)


def _road(instance: Instance, vehicle: Vehicle, stop: Stop, order: Order) -> _Short | None:
    legs_s, _ = _legs(instance, vehicle, stop)
    if NO_ROAD not in legs_s:
        return None
    return _Short(
        1,
        both(
            f"装得下的车辆没有通往 {stop.id} 的可行道路",
            f"no vehicle that can hold it has a road to {stop.id} and back",
        ),
    )


def _range(instance: Instance, vehicle: Vehicle, stop: Stop, order: Order) -> _Short | None:
    _, metres = _legs(instance, vehicle, stop)
    if vehicle.max_distance_m is None or metres <= vehicle.max_distance_m:
        return None
    over_m = metres - vehicle.max_distance_m
    return _Short(
        over_m,
        both(
            f"往返 {metres / 1000:.1f} km，超过里程上限 {over_m / 1000:.1f} km",
            f"{metres / 1000:.1f} km there and back, {over_m / 1000:.1f} km over the range",
        ),
    )


def _window(instance: Instance, vehicle: Vehicle, stop: Stop, order: Order) -> _Short | None:
    if not stop.time_windows_s:
        return None
    legs_s, _ = _legs(instance, vehicle, stop)
    earliest_s = instance.depart_window_s(vehicle)[0] + legs_s[0]
    last_s = max(window[1] for window in stop.time_windows_s)
    if earliest_s <= last_s:
        return None
    late_s = earliest_s - last_s
    return _Short(
        late_s,
        both(
            f"最早 {clock(earliest_s)} 到达，{clock(last_s)} 已停止收货，晚 {minutes(late_s)} 分钟",
            f"arrives at {clock(earliest_s)} at the earliest, closed since {clock(last_s)}, "
            f"{minutes(late_s)} min late",
        ),
    )


def _shift(instance: Instance, vehicle: Vehicle, stop: Stop, order: Order) -> _Short | None:
    latest_s = instance.depart_window_s(vehicle)[1]
    # with no end to the day the trip can always be timed, because the window rule has passed
    timing = _time_alone(instance, vehicle, stop, order, 1 << 60)
    if timing is None or timing[1] <= latest_s:
        return None
    late_s = timing[1] - latest_s
    return _Short(
        late_s,
        both(
            f"最早 {clock(timing[1])} 返回，班次或场站 {clock(latest_s)} 结束，"
            f"超出 {minutes(late_s)} 分钟",
            f"back at {clock(timing[1])} at the earliest, shift or depot ends at "
            f"{clock(latest_s)}, {minutes(late_s)} min over",
        ),
    )


def _work(instance: Instance, vehicle: Vehicle, stop: Stop, order: Order) -> _Short | None:
    latest_s = instance.depart_window_s(vehicle)[1]
    timing = _time_alone(instance, vehicle, stop, order, latest_s)
    if vehicle.max_work_s is None or timing is None:
        return None
    over_s = timing[1] - timing[0] - vehicle.max_work_s
    if over_s <= 0:
        return None
    return _Short(
        over_s,
        both(
            f"单独完成也超过工作时间上限 {minutes(over_s)} 分钟",
            f"{minutes(over_s)} min over the work time even alone",
        ),
    )


def _time_alone(
    instance: Instance, vehicle: Vehicle, stop: Stop, order: Order, latest_return_s: int
) -> tuple[int, int] | None:
    """Departure and return of a trip with this order alone."""
    legs_s, _ = _legs(instance, vehicle, stop)
    timing = time_trip(
        legs_s,
        [VisitTask(stop, (order,)).service_s],
        [sorted(stop.time_windows_s)],
        instance.depart_window_s(vehicle)[0],
        latest_return_s,
    )
    return None if timing is None else (timing.depart_s, timing.return_s)


def clock(second: int) -> str:
    """A time of day as people write it, e.g. 61 200 s is 17:00 (hours may pass 24)."""
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def minutes(seconds: int) -> int:
    """Whole minutes, rounded up so that a miss is never told as 0."""
    return -(-seconds // 60)


RULES: tuple[tuple[Reason, Rule], ...] = (
    (Reason.TAGS, _tags),
    (Reason.TEMPERATURE, _temperature),
    (Reason.NO_ROAD, _depot),
    (Reason.CAPACITY, _capacity),
    (Reason.NO_ROAD, _road),
    (Reason.RANGE, _range),
    (Reason.TIME_WINDOW, _window),
    (Reason.SHIFT, _shift),
    (Reason.WORK_TIME, _work),
)
