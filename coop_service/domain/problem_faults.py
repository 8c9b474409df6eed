"""Everything in a problem that has no sensible meaning, found at once.

Checked is what no single value shows: references, ranges, matrices against locations. That a day
cannot be served is no fault but a result. Accepted on purpose: any diagonal of a matrix, stops that
share a location, vehicles or orders that nothing fits, loads in units that no vehicle names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from coop_service.domain.goods import GOODS_CLASSES
from coop_service.domain.problem import (
    NO_ROAD,
    Direction,
    Order,
    Problem,
    Rules,
    Stop,
    Vehicle,
)
from coop_service.domain.relay_faults import find_relay_faults
from coop_service.domain.start_faults import find_start_faults
from coop_service.domain.value_faults import (
    MAX_AMOUNT,
    MAX_WHOLE,
    count_locations,
    load_faults,
    location_fault,
    range_fault,
    reference_fault,
    reversed_fault,
    window_faults,
)
from coop_service.errors import Fault, both, pointer

MAX_MATRIX_FAULTS: Final = 20
"""Entries of one matrix that are named."""


def find_problem_faults(problem: Problem) -> tuple[Fault, ...]:
    """All faults of a problem, with JSON pointers into its document; none: it can be planned."""
    return tuple(
        chain(
            _repeated_ids("depots", problem.depots),
            _repeated_ids("vehicles", problem.vehicles),
            _repeated_ids("stops", problem.stops),
            _repeated_ids("orders", problem.orders),
            _repeated_ids("relays", problem.relays),
            _profile_faults(problem),
            _depot_faults(problem),
            _vehicle_faults(problem),
            _stop_faults(problem),
            _order_faults(problem),
            _rule_faults(problem),
            find_start_faults(problem),
            find_relay_faults(problem),
        )
    )


class _Named(Protocol):
    @property
    def id(self) -> str: ...


def _repeated_ids(kind: str, items: Sequence[_Named]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for index, item in enumerate(items):
        earlier = first.setdefault(item.id, index)
        if earlier != index:
            yield Fault(
                pointer(kind, index, "id"),
                "duplicate_id",
                both(
                    f"编号“{item.id}”与 {pointer(kind, earlier)} 重复",
                    f"the id {item.id!r} is already that of {pointer(kind, earlier)}",
                ),
            )


def _profile_faults(problem: Problem) -> Iterator[Fault]:
    expected: tuple[int, str] | None = None
    for name, profile in problem.profiles.items():
        for part, matrix in (
            ("duration_s", profile.duration_s),
            ("distance_m", profile.distance_m),
        ):
            where = pointer("profiles", name, part)
            if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
                shape = " x ".join(map(str, matrix.shape))
                yield Fault(
                    where,
                    "matrix_not_square",
                    both(f"矩阵应为方阵,现为 {shape}", f"must be square, is {shape}"),
                )
                continue
            expected = expected or (len(matrix), where)
            if len(matrix) != expected[0]:
                yield Fault(
                    where,
                    "matrix_sizes_differ",
                    both(
                        f"矩阵有 {len(matrix)} 个位置,而 {expected[1]} 有 {expected[0]} 个",
                        f"has {len(matrix)} locations, but {expected[1]} has {expected[0]}",
                    ),
                )
            yield from _entry_faults(where, matrix)


def _entry_faults(where: str, matrix: NDArray[np.int64]) -> Iterator[Fault]:
    bad = np.argwhere((matrix < 0) & (matrix != NO_ROAD) | (matrix > MAX_WHOLE))
    for row, column in bad[:MAX_MATRIX_FAULTS].tolist():
        at = f"{where}{pointer(row, column)}"
        yield from range_fault(at, int(matrix[row, column]), 0, MAX_WHOLE)
    more = len(bad) - MAX_MATRIX_FAULTS
    if more > 0:
        zh, en = f"此矩阵另有 {more} 处错误", f"{more} more faults in this matrix"
        yield Fault(where, "more_faults", both(zh, en))


def _depot_faults(problem: Problem) -> Iterator[Fault]:
    locations = count_locations(problem)
    for index, depot in enumerate(problem.depots):
        where = pointer("depots", index)
        yield from location_fault(where, depot.location, locations)
        in_range = list(
            chain(
                range_fault(where + "/open_s", depot.open_s, 0, MAX_WHOLE),
                range_fault(where + "/close_s", depot.close_s, 0, MAX_WHOLE),
            )
        )
        yield from in_range
        yield from range_fault(where + "/docks", depot.docks, 1, MAX_WHOLE)
        cutoff_s = depot.packing_cutoff_s
        yield from range_fault(where + "/packing_cutoff_s", cutoff_s, 0, MAX_WHOLE)
        if depot.close_s < depot.open_s and not in_range:
            yield reversed_fault(where + "/close_s", (depot.open_s, depot.close_s))


def _vehicle_faults(problem: Problem) -> Iterator[Fault]:
    depots = problem.depot_by_id.keys()
    for index, vehicle in enumerate(problem.vehicles):
        where = pointer("vehicles", index)
        yield from reference_fault(
            where + "/profile", "profile", vehicle.profile, problem.profiles.keys()
        )
        yield from reference_fault(where + "/start_depot", "depot", vehicle.start_depot, depots)
        yield from reference_fault(where + "/end_depot", "depot", vehicle.end_depot, depots)
        yield from load_faults(where + "/capacity", vehicle.capacity)
        yield from window_faults(where + "/shift_s", vehicle.shift_s)
        yield from _limit_faults(where, vehicle)


def _limit_faults(where: str, vehicle: Vehicle) -> Iterator[Fault]:
    costs = vehicle.costs
    yield from range_fault(where + "/max_trips", vehicle.max_trips, 1, MAX_WHOLE)
    yield from range_fault(where + "/reload_s", vehicle.reload_s, 0, MAX_WHOLE)
    yield from range_fault(where + "/max_distance_m", vehicle.max_distance_m, 0, MAX_WHOLE)
    yield from range_fault(where + "/max_work_s", vehicle.max_work_s, 0, MAX_WHOLE)
    for name, rate in (
        ("fixed", costs.fixed),
        ("per_km", costs.per_km),
        ("per_hour", costs.per_hour),
        ("per_overtime_hour", costs.per_overtime_hour),
    ):
        yield from range_fault(f"{where}/costs/{name}", rate, 0, MAX_AMOUNT)
    yield from range_fault(where + "/costs/max_overtime_s", costs.max_overtime_s, 0, MAX_WHOLE)


def _stop_faults(problem: Problem) -> Iterator[Fault]:
    locations = count_locations(problem)
    for index, stop in enumerate(problem.stops):
        where = pointer("stops", index)
        yield from location_fault(where, stop.location, locations)
        yield from range_fault(where + "/service_s", stop.service_s, 0, MAX_WHOLE)
        yield from _stop_window_faults(where + "/time_windows_s", stop)


def _stop_window_faults(where: str, stop: Stop) -> Iterator[Fault]:
    faults = [
        fault
        for index, window in enumerate(stop.time_windows_s)
        for fault in window_faults(f"{where}/{index}", window)
    ]
    yield from faults
    if faults:
        return
    for index, (earlier, later) in enumerate(pairwise(stop.time_windows_s), start=1):
        if later[0] <= earlier[1]:
            yield Fault(
                f"{where}/{index}",
                "windows_not_in_order",
                both(
                    f"时间窗 {list(later)} 应在前一个 {list(earlier)} 结束之后开始",
                    f"the window {list(later)} must start after the one before, {list(earlier)}",
                ),
            )


def _order_faults(problem: Problem) -> Iterator[Fault]:
    for index, order in enumerate(problem.orders):
        where = pointer("orders", index)
        stops = problem.stop_by_id.keys()
        yield from reference_fault(where + "/stop", "stop", order.stop, stops)
        yield from reference_fault(
            where + "/depot", "depot", order.depot, problem.depot_by_id.keys()
        )
        yield from _transfer_faults(where + "/to_stop", order, stops)
        yield from load_faults(where + "/load", order.load)
        yield from range_fault(where + "/service_s", order.service_s, 0, MAX_WHOLE)
        yield from range_fault(where + "/max_on_board_s", order.max_on_board_s, 0, MAX_WHOLE)
        yield from range_fault(where + "/drop_penalty", order.drop_penalty, 0, MAX_AMOUNT)
        yield from range_fault(where + "/priority", order.priority, 0, MAX_WHOLE)


def _transfer_faults(where: str, order: Order, stops: Iterable[str]) -> Iterator[Fault]:
    if order.direction is not Direction.TRANSFER:
        if order.to_stop is not None:
            yield Fault(
                where,
                "to_stop_without_transfer",
                both(
                    f"方向为 {order.direction} 的订单不得有 to_stop,只有 transfer 可有",
                    f"an order that goes {order.direction} has no to_stop, only a transfer has one",
                ),
            )
    elif order.to_stop is None:
        yield Fault(
            where,
            "missing_to_stop",
            both("transfer 订单需要 to_stop", "a transfer needs a to_stop"),
        )
    elif order.to_stop == order.stop:
        yield Fault(
            where,
            "same_stop",
            both(
                f"transfer 订单的 to_stop 与 stop 相同(“{order.stop}”)",
                f"the to_stop of a transfer is its stop, {order.stop!r}",
            ),
        )
    else:
        yield from reference_fault(where, "stop", order.to_stop, stops)


def _rule_faults(problem: Problem) -> Iterator[Fault]:
    rules = problem.rules
    for name, limit in (
        ("max_driving_s", rules.max_driving_s),
        ("rest_s", rules.rest_s),
        ("max_driving_day_s", rules.max_driving_day_s),
    ):
        yield from range_fault(pointer("rules", name), limit, 0, MAX_WHOLE)
    if rules.max_driving_s is not None and rules.rest_s is None:
        yield Fault(
            "/rules/rest_s",
            "missing_rest",
            both(
                "设有 max_driving_s 时需要 rest_s",
                "max_driving_s needs a rest_s: how long the rest after it is",
            ),
        )
    yield from _lunch_faults(rules)
    yield from _mix_faults(problem)


def _lunch_faults(rules: Rules) -> Iterator[Fault]:
    if rules.lunch is None:
        return
    window, duration_s = rules.lunch.window_s, rules.lunch.duration_s
    faults = [
        *window_faults("/rules/lunch/window_s", window),
        *range_fault("/rules/lunch/duration_s", duration_s, 0, MAX_WHOLE),
    ]
    yield from faults
    if not faults and duration_s > window[1] - window[0]:
        yield Fault(
            "/rules/lunch/duration_s",
            "lunch_does_not_fit",
            both(
                f"午休 {duration_s} 秒,长于其时间窗 {list(window)}",
                f"a lunch of {duration_s} s is longer than its window {list(window)}",
            ),
        )


def _mix_faults(problem: Problem) -> Iterator[Fault]:
    """Names of mixes that are no goods class of the trade, of an order or a group, and no group."""
    known = {
        *GOODS_CLASSES,
        *problem.goods_groups,
        *chain.from_iterable(problem.goods_groups.values()),
        *(order.goods_class for order in problem.orders),
    }
    for index, mix in enumerate(problem.rules.forbidden_mixes):
        for side, name in enumerate(mix):
            if name not in known:
                yield Fault(
                    pointer("rules", "forbidden_mixes", index, side),
                    "unknown_goods",
                    both(
                        f"“{name}”既不是货物类别,也不是已声明的货物组(goods_groups)",
                        f"{name!r} is neither a goods class nor a declared group (goods_groups)",
                    ),
                )
