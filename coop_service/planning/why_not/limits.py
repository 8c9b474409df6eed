"""Limits that a change of the day could move, each with how far a route goes beyond it.

A limit is lifted, a route is timed without it, and what the route then exceeds it by is what has to
be granted: the route itself shows that so much is enough.

What a change is worth is estimated in yuan, to rank changes of different kinds only: time at the
driver's pay and half as much again, as overtime is; time asked of villagers (windows, freshness)
at a third of the pay; room in a van, or equipment, its share of the van's fixed cost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from coop_service.domain.plan import Reason
from coop_service.domain.problem import (
    LOAD_TOLERANCE,
    Direction,
    Order,
    Problem,
    Stop,
    Vehicle,
)
from coop_service.planning.evaluation import EvaluatedRoute, TimedTrip
from coop_service.planning.instance import Instance
from coop_service.planning.visits import VisitTask
from coop_service.planning.why_not.texts import Text, clock, clock_not_before, minutes

FAR_S: Final = 10 * 86_400
OVERTIME_FACTOR: Final = 1.5
PATIENCE_FACTOR: Final = 1 / 3
LEAST_PER_HOUR: Final = 25.0
"""Yuan; stands for the pay where a day has no hourly costs."""

LEAST_FIXED: Final = 80.0
"""Yuan; stands for a van's fixed cost where a day has none."""


@dataclass(frozen=True, slots=True)
class Excess:
    """By how much a route misses a limit.

    Attributes:
        detail: what is missed.
        change: what to change so that the route is allowed.
        price_yuan: what that is worth.
    """

    detail: Text
    change: Text
    price_yuan: float


@dataclass(frozen=True, slots=True)
class Attempt:
    """A vehicle's route, timed without a limit, and the order that it is to take."""

    problem: Problem  # with all its limits
    instance: Instance  # without one
    route: EvaluatedRoute
    order: Order

    @property
    def stop(self) -> Stop:
        """The order's stop as the problem has it."""
        return self.problem.stop_by_id[self.order.stop]


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of the vehicles or of the day, or of the order and its stop."""

    reason: Reason
    measure: Callable[[Vehicle, Attempt], Excess | None]
    lift_day: Callable[[Problem], Problem] | None = None
    lift_task: Callable[[VisitTask, Order], VisitTask] | None = None


def per_minute_yuan(vehicle: Vehicle, factor: float) -> float:
    """What a minute is worth."""
    return max(vehicle.costs.per_hour, LEAST_PER_HOUR) / 60 * factor


def fixed_yuan(vehicle: Vehicle) -> float:
    """What having a van for a day is worth."""
    return vehicle.costs.fixed or LEAST_FIXED


def _each_vehicle(change: Callable[[Vehicle], Vehicle]) -> Callable[[Problem], Problem]:
    return lambda problem: replace(problem, vehicles=tuple(map(change, problem.vehicles)))


# capacity


def _lift_capacity(vehicle: Vehicle) -> Vehicle:
    return replace(vehicle, capacity={})


def _loads(instance: Instance, trip: TimedTrip) -> Sequence[dict[str, float]]:
    """What is on board at departure and after every visit."""
    load: defaultdict[str, float] = defaultdict(float)
    tasks = [instance.tasks[visit.task] for visit in trip.visits]
    for task in tasks:
        for order in task.orders:
            if order.direction is Direction.OUTBOUND:
                for unit, amount in order.load.items():
                    load[unit] += amount
    moments = [dict(load)]
    for task in tasks:
        for order in task.orders:
            sign = -1 if task.is_left_here(order) else 1
            for unit, amount in order.load.items():
                load[unit] += sign * amount
        moments.append(dict(load))
    return moments


def _over_capacity(vehicle: Vehicle, attempt: Attempt) -> Excess | None:
    worst: tuple[float, str, float, float] | None = None
    for trip in attempt.route.trips:
        for moment in _loads(attempt.instance, trip):
            for unit, limit in vehicle.capacity.items():
                amount = moment.get(unit, 0.0)
                share = (amount - limit) / max(limit, 1.0)
                if amount > limit + LOAD_TOLERANCE and (worst is None or share > worst[0]):
                    worst = share, unit, amount, limit
    if worst is None:
        return None
    share, unit, amount, limit = worst
    over = amount - limit
    return Excess(
        Text(
            f"{unit} {amount:.6g} 超过 {vehicle.id} 的 {limit:.6g}，多 {over:.6g}",
            f"{unit} {amount:.6g} is {over:.6g} over the {limit:.6g} of {vehicle.id}",
        ),
        Text(
            f"{vehicle.id} 增加 {over:.6g} {unit} 容量，或将订单减少这么多",
            f"{over:.6g} {unit} more on {vehicle.id}, or so much less of the order",
        ),
        share * fixed_yuan(vehicle),
    )


# the clock


def _lift_shift(problem: Problem) -> Problem:
    def until_late(vehicle: Vehicle) -> Vehicle:
        costs = replace(vehicle.costs, per_overtime_hour=None)
        return replace(vehicle, shift_s=(vehicle.shift_s[0], FAR_S), costs=costs)

    depots = tuple(replace(depot, close_s=FAR_S) for depot in problem.depots)
    return replace(_each_vehicle(until_late)(problem), depots=depots)


def _after_shift(vehicle: Vehicle, attempt: Attempt) -> Excess | None:
    last_s = Instance(attempt.problem, ()).depart_window_s(vehicle)[1]
    return_s = attempt.route.trips[-1].return_s
    late = minutes(return_s - last_s)
    if late <= 0:
        return None
    until = clock_not_before(return_s)
    return Excess(
        Text(
            f"{clock(return_s)} 返回，班次或场站 {clock(last_s)} 结束，超出 {late} 分钟",
            f"back at {clock(return_s)}, shift or depot ends at {clock(last_s)}, {late} min over",
        ),
        Text(
            f"{vehicle.id} 的班次(和场站)延到 {until}",
            f"{vehicle.id} (and its depot) until {until}",
        ),
        per_minute_yuan(vehicle, OVERTIME_FACTOR) * late,
    )


def _over_work(vehicle: Vehicle, attempt: Attempt) -> Excess | None:
    work_s = attempt.route.trips[-1].return_s - attempt.route.trips[0].depart_s
    if vehicle.max_work_s is None or work_s <= vehicle.max_work_s:
        return None
    over = minutes(work_s - vehicle.max_work_s)
    return Excess(
        Text(f"超过工作时间上限 {over} 分钟", f"{over} min over the work time"),
        Text(
            f"{vehicle.id} 的工作时间增加 {over} 分钟",
            f"{over} min more work time for {vehicle.id}",
        ),
        per_minute_yuan(vehicle, OVERTIME_FACTOR) * over,
    )


def _over_range(vehicle: Vehicle, attempt: Attempt) -> Excess | None:
    if vehicle.max_distance_m is None or attempt.route.distance_m <= vehicle.max_distance_m:
        return None
    over_km = -(-(attempt.route.distance_m - vehicle.max_distance_m) // 100) / 10
    return Excess(
        Text(
            f"行驶 {attempt.route.distance_m / 1000:.1f} km，超过里程上限 {over_km:.1f} km",
            f"{attempt.route.distance_m / 1000:.1f} km to drive, {over_km:.1f} km over the range",
        ),
        Text(
            f"{vehicle.id} 的续航增加 {over_km:.1f} km",
            f"{over_km:.1f} km more range of {vehicle.id}",
        ),
        over_km / max(vehicle.max_distance_m / 1000, 1.0) * fixed_yuan(vehicle),
    )


def _lift_driving(problem: Problem) -> Problem:
    return replace(
        problem, rules=replace(problem.rules, max_driving_s=None, max_driving_day_s=None)
    )


def _over_driving(vehicle: Vehicle, attempt: Attempt) -> Excess | None:
    rules = attempt.problem.rules
    over_s = 0
    if rules.max_driving_day_s is not None:
        over_s = attempt.route.driving_s - rules.max_driving_day_s
    if over_s > 0:
        over = minutes(over_s)
        return Excess(
            Text(f"超过每日驾驶上限 {over} 分钟", f"{over} min over the driving of a day"),
            Text(f"每日驾驶上限增加 {over} 分钟", f"{over} min more driving a day"),
            per_minute_yuan(vehicle, OVERTIME_FACTOR) * over,
        )
    if rules.max_driving_s is None:
        return None
    over = minutes(_longest_leg_s(vehicle, attempt) - rules.max_driving_s)
    if over <= 0:
        return None
    return Excess(
        Text(
            f"一段路须连续驾驶，超过上限 {over} 分钟",
            f"one leg is {over} min longer than may be driven without a rest",
        ),
        Text(f"连续驾驶上限增加 {over} 分钟", f"{over} min more driving without a rest"),
        per_minute_yuan(vehicle, OVERTIME_FACTOR) * over,
    )


def _longest_leg_s(vehicle: Vehicle, attempt: Attempt) -> int:
    instance = attempt.instance
    travel_s = instance.travel_s[vehicle.profile]
    start, end = (instance.depot_node[d] for d in (vehicle.start_depot, vehicle.end_depot))
    longest_s = 0
    for number, trip in enumerate(attempt.route.trips):
        last = end if number == len(attempt.route.trips) - 1 else start
        way = [start, *(visit.task for visit in trip.visits), last]
        legs = (int(travel_s[a, b]) for a, b in pairwise(way))
        longest_s = max(longest_s, *legs)
    return longest_s


# the order and its stop


def lift_days(problem: Problem, limits: Sequence[Limit]) -> Problem:
    """The problem without these limits, as far as they are not the order's own."""
    for limit in limits:
        if limit.lift_day is not None:
            problem = limit.lift_day(problem)
    return problem


def lift_tasks(task: VisitTask, order: Order, limits: Sequence[Limit]) -> VisitTask:
    """The order's visit without these limits, as far as they are the order's own."""
    for limit in limits:
        if limit.lift_task is not None:
            task = limit.lift_task(task, order)
    return task


def _without_windows(task: VisitTask, order: Order) -> VisitTask:
    return replace(task, stop=replace(task.stop, time_windows_s=()))


def _visits_of(attempt: Attempt) -> Sequence[tuple[TimedTrip, int]]:
    """Trips and start times of the visits that serve the order."""
    return [
        (trip, visit.start_s)
        for trip in attempt.route.trips
        for visit in trip.visits
        if any(o.id == attempt.order.id for o in attempt.instance.tasks[visit.task].orders)
    ]


def _out_of_window(vehicle: Vehicle, attempt: Attempt) -> Excess | None:
    windows = attempt.stop.time_windows_s
    start_s = _visits_of(attempt)[0][1]
    if not windows or any(first <= start_s <= last for first, last in windows):
        return None
    price = per_minute_yuan(vehicle, PATIENCE_FACTOR)
    closed = [last for _, last in windows if last < start_s]
    opening = [first for first, _ in windows if first > start_s]
    name = attempt.stop.id
    if closed and (not opening or start_s - closed[-1] <= opening[0] - start_s):
        late = minutes(start_s - closed[-1])
        until = clock_not_before(start_s)
        return Excess(
            Text(
                f"最早 {clock(start_s)} 到达，{clock(closed[-1])} 已停止收货，晚 {late} 分钟",
                f"arrives at {clock(start_s)} at the earliest, closed since {clock(closed[-1])}, "
                f"{late} min late",
            ),
            Text(f"{name} 收货到 {until}", f"{name} open until {until}"),
            price * late,
        )
    early = minutes(opening[0] - start_s)
    begin = clock(start_s)
    return Excess(
        Text(
            f"{begin} 到达，{clock(opening[0])} 才开始收货，早 {early} 分钟",
            f"arrives at {begin}, opens at {clock(opening[0])}, {early} min early",
        ),
        Text(f"{name} 从 {begin} 开始收货", f"{name} open from {begin}"),
        price * early,
    )


def _change_order(task: VisitTask, order: Order, **changes: object) -> VisitTask:
    orders = tuple(replace(o, **changes) if o.id == order.id else o for o in task.orders)  # type: ignore[arg-type]
    return replace(task, orders=orders)


def _kept_any_time(task: VisitTask, order: Order) -> VisitTask:
    return _change_order(task, order, max_on_board_s=None)


def _over_time_on_board(vehicle: Vehicle, attempt: Attempt) -> Excess | None:
    order, visits = attempt.order, _visits_of(attempt)
    if order.max_on_board_s is None:
        return None
    trip, start_s = visits[0]
    service_s = attempt.stop.service_s
    for visit in trip.visits:
        if visit.start_s == start_s:
            service_s = attempt.instance.tasks[visit.task].service_s
    if order.direction is Direction.OUTBOUND:
        on_board_s = start_s - trip.depart_s
    elif order.direction is Direction.INBOUND:
        on_board_s = trip.return_s - start_s - service_s
    else:
        on_board_s = visits[-1][1] - start_s - service_s
    over_s = on_board_s - order.max_on_board_s
    if over_s <= 0:
        return None
    allowed = minutes(on_board_s)
    return Excess(
        Text(
            f"在车 {allowed} 分钟，超过时限 {minutes(over_s)} 分钟",
            f"{allowed} min on board, {minutes(over_s)} min over the limit",
        ),
        Text(f"在车时限放宽到 {allowed} 分钟", f"on board for up to {allowed} min"),
        per_minute_yuan(vehicle, PATIENCE_FACTOR) * minutes(over_s),
    )


def _any_road(task: VisitTask, order: Order) -> VisitTask:
    return replace(task, stop=replace(task.stop, required_tags=frozenset()))


def _missing_tags(vehicle: Vehicle, attempt: Attempt) -> Excess | None:
    missing = ", ".join(sorted(attempt.stop.required_tags - vehicle.tags))
    if not missing:
        return None
    return Excess(
        Text(f"{vehicle.id} 不具备 {missing}", f"{vehicle.id} does not have {missing}"),
        Text(f"{vehicle.id} 具备 {missing}", f"{missing} on {vehicle.id}"),
        fixed_yuan(vehicle),
    )


def _any_temperature(problem: Problem) -> Problem:
    held = frozenset(order.temperature for order in problem.orders)
    return _each_vehicle(lambda v: replace(v, temperatures=v.temperatures | held))(problem)


def _wrong_temperature(vehicle: Vehicle, attempt: Attempt) -> Excess | None:
    wanted = attempt.order.temperature
    if wanted in vehicle.temperatures:
        return None
    return Excess(
        Text(f"{vehicle.id} 不能保持温度 {wanted}", f"{vehicle.id} does not hold {wanted}"),
        Text(f"{vehicle.id} 能保持温度 {wanted}", f"{vehicle.id} to hold {wanted}"),
        fixed_yuan(vehicle),
    )


LIMITS: Final = (
    Limit(Reason.TAGS, _missing_tags, lift_task=_any_road),
    Limit(Reason.TEMPERATURE, _wrong_temperature, lift_day=_any_temperature),
    Limit(Reason.CAPACITY, _over_capacity, lift_day=_each_vehicle(_lift_capacity)),
    Limit(
        Reason.RANGE,
        _over_range,
        lift_day=_each_vehicle(lambda v: replace(v, max_distance_m=None)),
    ),
    Limit(Reason.ON_BOARD_TIME, _over_time_on_board, lift_task=_kept_any_time),
    Limit(Reason.DRIVING_TIME, _over_driving, lift_day=_lift_driving),
    Limit(Reason.TIME_WINDOW, _out_of_window, lift_task=_without_windows),
    Limit(Reason.SHIFT, _after_shift, lift_day=_lift_shift),
    Limit(
        Reason.WORK_TIME, _over_work, lift_day=_each_vehicle(lambda v: replace(v, max_work_s=None))
    ),
)
"""In the order in which an order that is impossible by itself is judged by them."""
