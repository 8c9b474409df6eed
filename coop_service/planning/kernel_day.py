"""From an instance to the arrays of the compiled search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from coop_service.domain.problem import (
    NO_ROAD,
    Direction,
    Order,
    Problem,
    Stop,
    Underway,
    Vehicle,
    Window,
)
from coop_service.errors import Fault, InvalidInput, both
from coop_service.planning.day_start import goods_on_board, holders
from coop_service.planning.instance import LOAD_UNITS, Instance
from coop_service.planning.kernel.day import (
    FAR,
    LINK,
    NONE,
    TASK,
    UNIT,
    VEHICLE,
    Day,
    Records,
)
from coop_service.planning.units import Units, find_links
from coop_service.planning.visits import classes_apart


def make_day(units: Units) -> Day:
    """The arrays of the instance's tasks, vehicles and rules."""
    instance = units.instance
    masks = _Masks(instance)
    links = _make_links(units, masks)
    open_s, close_s, windows = _make_windows(instance)
    from_depot, change = _make_loads(instance)
    variants = [variant for of_unit in units.variants for variant in of_unit]
    count, nodes = len(instance.vehicles), len(instance.locations)
    load_units = instance.limited_units
    rules = instance.problem.rules
    lunch = rules.lunch
    lines = instance.problem.standing_lines
    return Day(
        travel_s=_stack(instance, instance.travel_s),
        travel_m=_stack(instance, instance.travel_m),
        tasks=_make_tasks(units, links, masks, windows),
        open_s=open_s,
        close_s=close_s,
        from_depot=from_depot,
        change=change,
        conflicts=masks.conflicts,
        links=links,
        units=_make_unit_records(units),
        variant_begin=np.cumsum([0, *map(len, variants)], dtype=np.int64),
        variant_task=np.array([i for variant in variants for i in variant], dtype=np.uint32),
        near=_sort_by_nearness(units),
        vehicles=_make_vehicles(instance, masks),
        # one memory layout whatever the shape: compiled code is bound to it
        capacity=np.ascontiguousarray(
            np.array([instance.capacities(unit) for unit in load_units], dtype=np.int64)
            .reshape(len(load_units), count)
            .T
        ),
        base_load=_make_base_loads(instance),
        allowed=np.pad(instance.allowed, ((0, 0), (0, nodes - len(instance.tasks)))),
        visit_yuan=_make_visit_prices(instance),
        max_driving_s=_or_far(rules.max_driving_s),
        rest_s=rules.rest_s or 0,
        max_driving_day_s=_or_far(rules.max_driving_day_s),
        service_is_rest=rules.service_is_rest,
        reload_is_rest=rules.reload_is_rest,
        lunch_from_s=NONE if lunch is None else lunch.window_s[0],
        lunch_to_s=NONE if lunch is None else lunch.window_s[1],
        lunch_s=NONE if lunch is None else lunch.duration_s,
        usual_tolerance_s=0 if lines is None else lines.tolerance_s,
        per_usual_s=0.0 if lines is None else lines.per_hour / 3600,
    )


def _or_far(limit: int | None) -> int:
    return FAR if limit is None else limit


def _stack(instance: Instance, by_profile: Mapping[str, NDArray[np.int64]]) -> NDArray[np.int32]:
    names = list(instance.problem.profiles)
    legs = [np.where(by_profile[name] == NO_ROAD, FAR, by_profile[name]) for name in names]
    stacked: NDArray[np.int32] = np.minimum(np.array(legs), FAR).astype(np.int32)
    return stacked


def _make_windows(instance: Instance) -> tuple[NDArray[np.int64], NDArray[np.int64], list[int]]:
    """First and last second of each task's windows, and how many it has."""
    latest_s = dict(_latest_starts_on_board(instance))
    windows = [_windows_until(task.stop, latest_s.get(i)) for i, task in enumerate(instance.tasks)]
    shape = len(instance.locations), max(map(len, windows), default=0) or 1
    open_s = np.full(shape, -FAR, dtype=np.int64)
    close_s = np.full(shape, FAR, dtype=np.int64)
    for i, of_task in enumerate(windows):
        for w, window in enumerate(of_task):
            open_s[i, w], close_s[i, w] = window
    return open_s, close_s, [max(1, len(of_task)) for of_task in windows]


def _windows_until(stop: Stop, latest_s: int | None) -> list[Window]:
    """A stop's windows in order, as far as they begin early enough; none: any time."""
    windows = sorted(stop.time_windows_s)
    if latest_s is None:
        return windows
    cut = [(opens, min(closes, latest_s)) for opens, closes in windows or [(-FAR, FAR)]]
    return [window for window in cut if window[0] <= window[1]] or [(FAR, -FAR)]


def _latest_starts_on_board(instance: Instance) -> Iterator[tuple[int, int]]:
    """Tasks that leave goods on board, and how late these allow the service to start."""
    since_s = {item.order: item.since_s for v in instance.vehicles for item in goods_on_board(v)}
    for i, task in enumerate(instance.tasks):
        for order in task.orders:
            if order.id in since_s and order.max_on_board_s is not None:
                yield i, since_s[order.id] + order.max_on_board_s


def _make_loads(instance: Instance) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    on_board = holders(instance.problem)
    shape = len(instance.locations), len(instance.limited_units)
    from_depot = np.zeros(shape, dtype=np.int64)
    change = np.zeros(shape, dtype=np.int64)
    for i, task in enumerate(instance.tasks):
        for u, unit in enumerate(instance.limited_units):
            for order in task.orders:
                load = round(order.load.get(unit, 0.0) * LOAD_UNITS)
                change[i, u] += -load if task.is_left_here(order) else load
                if order.direction is Direction.OUTBOUND and order.id not in on_board:
                    from_depot[i, u] += load
    return from_depot, change


def _make_base_loads(instance: Instance) -> NDArray[np.int64]:
    loads = np.zeros((len(instance.vehicles), len(instance.limited_units)), dtype=np.int64)
    for v, vehicle in enumerate(instance.vehicles):
        for item in goods_on_board(vehicle):
            load = instance.problem.order_by_id[item.order].load
            for u, unit in enumerate(instance.limited_units):
                loads[v, u] += round(load.get(unit, 0.0) * LOAD_UNITS)
    return loads


def _make_visit_prices(instance: Instance) -> NDArray[np.float64]:
    """What a visit by another vehicle than that of the standing line costs."""
    yuan = np.zeros((len(instance.vehicles), len(instance.locations)))
    lines = instance.problem.standing_lines
    if lines is not None:
        usual = {line.stop: line.vehicle for line in lines.stops if line.vehicle is not None}
        for i, task in enumerate(instance.tasks):
            for v, vehicle in enumerate(instance.vehicles):
                if usual.get(task.stop.id, vehicle.id) != vehicle.id:
                    yuan[v, i] = lines.per_visit
    return yuan


class _Masks:
    """Sets of goods as bits: one for each class that has a forbidden mix.

    Goods on board at the start have bits of their own, so that leaving some of a class does not
    seem to leave all of it; vans share these, as no goods are on two of them.

    Raises:
        InvalidInput: there are more than 64 of them.
    """

    def __init__(self, instance: Instance) -> None:
        problem = instance.problem
        apart = classes_apart(problem)
        used = dict.fromkeys(order.goods_class or "" for order in problem.orders)
        keys: list[tuple[str, int]] = [(name, 0) for name in used if name in apart]
        self._number: dict[str, int] = {}
        for vehicle in instance.vehicles:
            seen: Counter[str] = Counter()
            for item in goods_on_board(vehicle):
                name = problem.order_by_id[item.order].goods_class or ""
                seen[name] += 1
                self._number[item.order] = seen[name]
                if name in apart and (name, seen[name]) not in keys:
                    keys.append((name, seen[name]))
        if len(keys) > MOST_MASK_BITS:
            raise InvalidInput([_TOO_MANY_CLASSES])
        self._bit = {key: 1 << i for i, key in enumerate(keys)}
        sets = [
            sum(bit for (other, _), bit in self._bit.items() if other in apart[name])
            for name, _ in keys
        ]
        self.conflicts = np.array(sets or [0], dtype=np.uint64)

    def of(self, order: Order) -> int:
        return self._bit.get((order.goods_class or "", self._number.get(order.id, 0)), 0)


MOST_MASK_BITS: Final = 64

_TOO_MANY_CLASSES: Final = Fault(
    "/rules/forbidden_mixes",
    "too_many_classes",
    both(
        f"参与禁忌混装的货物类别与在车货物合计超过 {MOST_MASK_BITS} 种",
        f"more than {MOST_MASK_BITS} goods classes and goods on board have forbidden mixes",
    ),
)


def _make_links(units: Units, masks: _Masks) -> Records:
    """Transfers between the tasks of one variant."""
    # several variants hold the same transfer, each in two tasks of its own
    variant_of = {i: variant for of_unit in units.variants for variant in of_unit for i in variant}
    links = [
        (a, b, _or_far(order.max_on_board_s), masks.of(order))
        for a, b, order in find_links(units.instance.tasks)
        if variant_of[a] == variant_of[b]
    ]
    return np.array(links, dtype=LINK)


def _make_tasks(units: Units, links: Records, masks: _Masks, windows: Sequence[int]) -> Records:
    instance = units.instance
    on_board = holders(instance.problem)
    usual_s = _usual_starts_s(instance.problem)
    records = np.zeros(len(instance.locations), dtype=TASK)
    records["service_s"] = instance.service_s
    records["windows"] = 1
    records["out_limit_s"] = records["in_limit_s"] = FAR
    records["in_depot"] = records["unit"] = records["usual_start_s"] = NONE
    for i, task in enumerate(instance.tasks):
        record = records[i]
        record["windows"] = windows[i]
        record["extra_yuan"] = units.extra_yuan[i]
        record["is_special"] = windows[i] > 1
        if task.received_by is not None:
            record["in_depot"] = instance.depot_node[task.received_by]
        record["usual_start_s"] = usual_s.get(task.stop.id, NONE)
        if record["usual_start_s"] != NONE:
            record["is_special"] = True
        for order in task.orders:
            mask = np.uint64(masks.of(order))
            record["mask"] |= mask
            if order.id in on_board:
                record["first_trip"] = 1
                record["out_mask"] |= mask
                continue
            if order.direction is Direction.OUTBOUND:
                record["first_trip"] = -1
            if order.direction is not Direction.TRANSFER:
                side = "out" if order.direction is Direction.OUTBOUND else "in"
                limit_s = _or_far(order.max_on_board_s)
                record[f"{side}_limit_s"] = min(record[f"{side}_limit_s"], limit_s)
                record[f"{side}_mask"] |= mask
            if order.max_on_board_s is not None:
                record["is_special"] = True
    records["unit"][: len(instance.tasks)] = units.unit_of
    for ends in ("collected_at", "left_at"):
        np.add.at(records["links_of"], links[ends], 1)
    records["is_special"] |= records["links_of"] > 0
    return records


def _usual_starts_s(problem: Problem) -> dict[str, int]:
    lines = () if problem.standing_lines is None else problem.standing_lines.stops
    return {line.stop: line.start_s for line in lines if line.start_s is not None}


def _first_tasks(units: Units) -> NDArray[np.int64]:
    return np.array([of_unit[0][0] for of_unit in units.variants], dtype=np.int64)


def _make_unit_records(units: Units) -> Records:
    instance = units.instance
    first_tasks = _first_tasks(units)
    records = np.zeros(len(units.variants) + 1, dtype=UNIT)
    records["begin"] = np.cumsum([0, *map(len, units.variants)])
    within = records[:-1]
    within["drop_yuan"] = units.drop_yuan
    depots = np.array(list(instance.depot_node.values()))
    within["far_s"] = instance.nearest_s[np.ix_(depots, first_tasks)].min(axis=0, initial=np.inf)
    for unit in instance.limited_units:
        limit = max(int(instance.capacities(unit).max()), 1) / LOAD_UNITS
        for u, i in enumerate(first_tasks):
            task = instance.tasks[i]
            filled = max(task.unloaded(unit), task.collected(unit)) / limit
            within[u]["size"] = max(within[u]["size"], filled)
    for u, i in enumerate(first_tasks):
        windows = instance.tasks[i].stop.time_windows_s or ((0, 86_400),)
        within[u]["open_s"] = min(opens for opens, _ in windows)
        within[u]["close_s"] = max(closes for _, closes in windows)
    return records


def _sort_by_nearness(units: Units) -> NDArray[np.int32]:
    first_tasks = _first_tasks(units)
    between = units.instance.nearest_s[np.ix_(first_tasks, first_tasks)].copy()
    np.fill_diagonal(between, -1.0)
    return np.argsort(between, axis=1, kind="stable").astype(np.int32)


def _make_vehicles(instance: Instance, masks: _Masks) -> Records:
    problem = instance.problem
    profiles = list(problem.profiles)
    kinds = list(dict.fromkeys(instance.vehicle_kinds))
    rules = problem.rules
    has_day_rules = (
        rules.max_driving_s is not None
        or rules.max_driving_day_s is not None
        or rules.lunch is not None
    )
    records = np.zeros(len(instance.vehicles), dtype=VEHICLE)
    for record, vehicle, kind in zip(
        records, instance.vehicles, instance.vehicle_kinds, strict=True
    ):
        costs = vehicle.costs
        start_node = instance.depot_node[vehicle.start_depot]
        record["profile"] = profiles.index(vehicle.profile)
        record["kind"] = kinds.index(kind)
        record["origin"] = instance.origin_node[vehicle.id]
        record["home"] = start_node
        record["end"] = instance.depot_node[vehicle.end_depot]
        record["home_close_s"] = problem.depot_by_id[vehicle.start_depot].close_s
        record["leave_s"], record["back_s"] = instance.depart_window_s(vehicle)
        record["leave_by_s"] = record["first_back_s"] = FAR
        record["shift_end_s"] = vehicle.shift_s[1]
        record["fixed_yuan"] = costs.fixed
        record["per_m"] = costs.per_km / 1000
        record["per_s"] = costs.per_hour / 3600
        dearer = costs.per_hour if costs.per_overtime_hour is None else costs.per_overtime_hour
        record["per_overtime_s"] = dearer / 3600
        record["max_m"] = _or_far(vehicle.max_distance_m)
        record["max_work_s"] = _or_far(vehicle.max_work_s)
        record["max_trips"] = vehicle.max_trips
        record["reload_s"] = vehicle.reload_s
        record["out_since_s"] = record["base_depot"] = NONE
        record["lunch_open"] = True
        record["is_rich"] = has_day_rules or vehicle.max_trips > 1
        if vehicle.underway is not None:
            _set_underway(record, instance, vehicle, vehicle.underway, masks)
    return records


def _set_underway(
    record: Any, instance: Instance, vehicle: Vehicle, underway: Underway, masks: _Masks
) -> None:
    problem = instance.problem
    record["leave_s"] = record["leave_by_s"] = underway.time_s
    record["out_since_s"] = underway.departed_s
    record["worked_s"] = underway.time_s - underway.departed_s
    record["trips_done"] = underway.trips_done
    record["driven_since_rest_s"] = underway.driven_since_rest_s
    record["driven_s"] = underway.driven_s
    record["driven_m"] = underway.distance_m
    record["fixed_yuan"] = 0.0
    record["is_underway"] = record["is_rich"] = True
    lunch = problem.rules.lunch
    # a lunch that can no longer be had whole is not judged
    record["lunch_open"] = (
        lunch is not None
        and not underway.lunch_taken
        and underway.time_s + lunch.duration_s <= lunch.window_s[1]
    )
    for item in underway.on_board:
        order = problem.order_by_id[item.order]
        if order.direction is Direction.INBOUND:
            record["base_in_mask"] |= np.uint64(masks.of(order))
            record["base_depot"] = instance.depot_node[order.depot]
            if order.max_on_board_s is not None:
                latest_s = item.since_s + order.max_on_board_s
                record["first_back_s"] = min(record["first_back_s"], latest_s)
        else:
            record["base_out_mask"] |= np.uint64(masks.of(order))
