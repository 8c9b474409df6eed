"""From an instance to the arrays of the compiled search."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from coop_service.domain.problem import NO_ROAD, Direction
from coop_service.planning.instance import LOAD_UNITS, Instance, vehicle_kind
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
    links = _make_links(units)
    open_s, close_s = _make_windows(instance)
    from_depot, change = _make_loads(instance)
    variants = [variant for of_unit in units.variants for variant in of_unit]
    count, nodes = len(instance.vehicles), len(instance.locations)
    load_units = instance.limited_units
    rules = instance.problem.rules
    lunch = rules.lunch
    return Day(
        travel_s=_stack(instance, instance.travel_s),
        travel_m=_stack(instance, instance.travel_m),
        tasks=_make_tasks(units, links),
        open_s=open_s,
        close_s=close_s,
        from_depot=from_depot,
        change=change,
        conflicts=_make_conflicts(instance),
        links=links,
        units=_make_unit_records(units),
        variant_begin=np.cumsum([0, *map(len, variants)], dtype=np.int64),
        variant_task=np.array([i for variant in variants for i in variant], dtype=np.int64),
        near=_sort_by_nearness(units),
        vehicles=_make_vehicles(instance),
        # one memory layout whatever the shape: compiled code is bound to it
        capacity=np.ascontiguousarray(
            np.array([instance.capacities(unit) for unit in load_units], dtype=np.int64)
            .reshape(len(load_units), count)
            .T
        ),
        base_load=np.zeros((count, len(load_units)), dtype=np.int64),
        allowed=np.pad(instance.allowed, ((0, 0), (0, nodes - len(instance.tasks)))),
        visit_yuan=np.zeros((count, nodes)),
        max_driving_s=_or_far(rules.max_driving_s),
        rest_s=rules.rest_s or 0,
        max_driving_day_s=_or_far(rules.max_driving_day_s),
        service_is_rest=rules.service_is_rest,
        reload_is_rest=rules.reload_is_rest,
        lunch_from_s=NONE if lunch is None else lunch.window_s[0],
        lunch_to_s=NONE if lunch is None else lunch.window_s[1],
        lunch_s=NONE if lunch is None else lunch.duration_s,
        usual_tolerance_s=0,
        per_usual_s=0.0,
    )


def _or_far(limit: int | None) -> int:
    return FAR if limit is None else limit


def _stack(instance: Instance, by_profile: Mapping[str, NDArray[np.int64]]) -> NDArray[np.int32]:
    names = list(instance.problem.profiles)
    legs = [np.where(by_profile[name] == NO_ROAD, FAR, by_profile[name]) for name in names]
    stacked: NDArray[np.int32] = np.minimum(np.array(legs), FAR).astype(np.int32)
    return stacked


def _make_windows(instance: Instance) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    windows = [sorted(task.stop.time_windows_s) for task in instance.tasks]
    shape = len(instance.locations), max(map(len, windows), default=0) or 1
    open_s = np.full(shape, -FAR, dtype=np.int64)
    close_s = np.full(shape, FAR, dtype=np.int64)
    for i, of_task in enumerate(windows):
        for w, window in enumerate(of_task):
            open_s[i, w], close_s[i, w] = window
    return open_s, close_s


def _make_loads(instance: Instance) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    shape = len(instance.locations), len(instance.limited_units)
    from_depot = np.zeros(shape, dtype=np.int64)
    change = np.zeros(shape, dtype=np.int64)
    for i, task in enumerate(instance.tasks):
        for u, unit in enumerate(instance.limited_units):
            for order in task.orders:
                load = round(order.load.get(unit, 0.0) * LOAD_UNITS)
                change[i, u] += -load if task.is_left_here(order) else load
                if order.direction is Direction.OUTBOUND:
                    from_depot[i, u] += load
    return from_depot, change


def _class_bits(instance: Instance) -> dict[str, int]:
    """A bit for each goods class of an order that has a forbidden mix."""
    apart = classes_apart(instance.problem)
    used = dict.fromkeys(order.goods_class or "" for order in instance.problem.orders)
    return {name: 1 << i for i, name in enumerate(name for name in used if name in apart)}


def _make_conflicts(instance: Instance) -> NDArray[np.uint64]:
    bit_of = _class_bits(instance)
    apart = classes_apart(instance.problem)
    sets = [sum(bit_of.get(other, 0) for other in apart[name]) for name in bit_of]
    return np.array(sets or [0], dtype=np.uint64)


def _make_links(units: Units) -> Records:
    """Transfers between the tasks of one variant."""
    bit_of = _class_bits(units.instance)
    # several variants hold the same transfer, each in two tasks of its own
    variant_of = {i: variant for of_unit in units.variants for variant in of_unit for i in variant}
    links = [
        (a, b, _or_far(order.max_on_board_s), bit_of.get(order.goods_class or "", 0))
        for a, b, order in find_links(units.instance.tasks)
        if variant_of[a] == variant_of[b]
    ]
    return np.array(links, dtype=LINK)


def _make_tasks(units: Units, links: Records) -> Records:
    instance = units.instance
    bit_of = _class_bits(instance)
    records = np.zeros(len(instance.locations), dtype=TASK)
    records["service_s"] = instance.service_s
    records["windows"] = 1
    records["out_limit_s"] = records["in_limit_s"] = FAR
    records["in_depot"] = records["unit"] = records["usual_start_s"] = NONE
    for i, task in enumerate(instance.tasks):
        record = records[i]
        record["windows"] = len(task.stop.time_windows_s) or 1
        record["extra_yuan"] = units.extra_yuan[i]
        record["is_special"] = len(task.stop.time_windows_s) > 1
        if task.received_by is not None:
            record["in_depot"] = instance.depot_node[task.received_by]
        for order in task.orders:
            mask = np.uint64(bit_of.get(order.goods_class or "", 0))
            record["mask"] |= mask
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


def _make_vehicles(instance: Instance) -> Records:
    problem = instance.problem
    profiles = list(problem.profiles)
    kinds = list(dict.fromkeys(vehicle_kind(vehicle) for vehicle in instance.vehicles))
    rules = problem.rules
    has_day_rules = (
        rules.max_driving_s is not None
        or rules.max_driving_day_s is not None
        or rules.lunch is not None
    )
    records = np.zeros(len(instance.vehicles), dtype=VEHICLE)
    for record, vehicle in zip(records, instance.vehicles, strict=True):
        costs = vehicle.costs
        start_node = instance.depot_node[vehicle.start_depot]
        record["profile"] = profiles.index(vehicle.profile)
        record["kind"] = kinds.index(vehicle_kind(vehicle))
        record["origin"] = record["home"] = start_node
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
        record["out_since_s"] = NONE
        record["lunch_open"] = True
        record["is_rich"] = has_day_rules or vehicle.max_trips > 1
    return records
