"""What one vehicle's sequence of visits costs, timed exactly with every rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from coop_service.domain.plan import CostParts, RestKind
from coop_service.domain.problem import Direction, Vehicle
from coop_service.planning.day_start import begins_as_fixed, holders
from coop_service.planning.instance import Instance
from coop_service.planning.kernel import work as w
from coop_service.planning.kernel.labels import time_route
from coop_service.planning.kernel.schedule import fix_times
from coop_service.planning.kernel_day import make_day
from coop_service.planning.units import make_plain_units


@dataclass(frozen=True, slots=True)
class TimedVisit:
    """A visit of a task (by its index) with its times."""

    task: int
    arrive_s: int
    start_s: int


@dataclass(frozen=True, slots=True)
class TimedRest:
    """A rest after a visit (by its number in the trip); ``after`` None: before the trip."""

    after: int | None
    start_s: int
    duration_s: int
    kind: RestKind


@dataclass(frozen=True, slots=True)
class TimedTrip:
    """A trip with its times."""

    depart_s: int
    return_s: int
    visits: tuple[TimedVisit, ...]
    rests: tuple[TimedRest, ...]


@dataclass(frozen=True, slots=True)
class EvaluatedRoute:
    """A vehicle's day that keeps every rule, with its costs (not rounded)."""

    trips: tuple[TimedTrip, ...]
    distance_m: int
    driving_s: int
    cost_parts: CostParts


class Evaluator:
    """Times sequences of an instance's tasks."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._day = make_day(make_plain_units(instance))
        self._work = w.make_work(len(instance.locations), len(instance.tasks))
        self._index = {vehicle.id: v for v, vehicle in enumerate(instance.vehicles)}

    def cost_yuan(self, vehicle: Vehicle, sequence: Sequence[int]) -> float:
        """Least cost of the visits in this order; infinite where no way keeps every rule.

        A vehicle without visits costs nothing, but for the way home of a van on the road.
        """
        if not sequence and vehicle.underway is None:
            return 0.0
        stops = [self.instance.tasks[i].stop.id for i in sequence]
        if not begins_as_fixed(vehicle, stops) or not _has_both_ends(self.instance, sequence):
            return float("inf")
        tasks = np.array(sequence, dtype=np.int64)
        return float(
            time_route(self._day, self._index[vehicle.id], self._work, tasks, len(sequence), np.inf)
        )

    def evaluate(self, vehicle: Vehicle, sequence: Sequence[int]) -> EvaluatedRoute | None:
        """The cheapest way to serve the visits in this order; None where there is none."""
        if np.isinf(self.cost_yuan(vehicle, sequence)):
            return None
        tasks = np.array(sequence, dtype=np.int64)
        label, home, from_s, by_s = self._work.best.tolist()
        count = fix_times(
            self._day,
            self._index[vehicle.id],
            self._work,
            tasks,
            len(sequence),
            label,
            home,
            from_s,
            by_s,
        )
        events = self._work.events[:count].tolist()
        trips = _Trips(self._day.lunch_from_s, self._day.lunch_s, sequence).read(events)
        record = self._day.vehicles[self._index[vehicle.id]]
        distance_m = _distance_m(self.instance, vehicle, trips, int(record["origin"]))
        paid_from_s = trips[0].depart_s
        if vehicle.underway is not None:
            paid_from_s = vehicle.underway.time_s
        overtime_s = max(0, trips[-1].return_s - max(vehicle.shift_s[1], paid_from_s))
        work_s = trips[-1].return_s - paid_from_s
        costs = vehicle.costs
        parts = CostParts(
            fixed=float(record["fixed_yuan"]),
            distance=costs.per_km * distance_m / 1000,
            time=costs.per_hour * (work_s - overtime_s) / 3600,
            overtime=(costs.per_overtime_hour or 0.0) * overtime_s / 3600,
            standing=_standing_yuan(self.instance, vehicle, trips),
        )
        return EvaluatedRoute(trips, distance_m, sum(event[w.LEG] for event in events), parts)


@lru_cache(maxsize=4)
def evaluator(instance: Instance) -> Evaluator:
    """The evaluator of an instance, kept while the instance is in use."""
    return Evaluator(instance)


def evaluate_route(
    instance: Instance, vehicle: Vehicle, sequence: Sequence[int]
) -> EvaluatedRoute | None:
    """The cheapest way to serve the tasks in this order with every rule of the day.

    Args:
        instance: the tasks; the first call for an instance prepares it for those that follow.
        vehicle: one of the instance's vehicles.
        sequence: indices of its tasks. A transfer's two tasks must both be there, in order.

    Returns:
        The route with reloads, rests, lunch and windows chosen for least cost; None where no
        choice keeps every rule.
    """
    return evaluator(instance).evaluate(vehicle, sequence)


def _has_both_ends(instance: Instance, sequence: Sequence[int]) -> bool:
    """Whether each transfer is collected once and left once; those on board are only left."""
    on_board = holders(instance.problem)
    ends = Counter(
        (order.id, instance.tasks[i].is_left_here(order))
        for i in sequence
        for order in instance.tasks[i].orders
        if order.direction is Direction.TRANSFER and order.id not in on_board
    )
    return all(ends[name, left] == ends[name, not left] == 1 for name, left in ends)


def _standing_yuan(instance: Instance, vehicle: Vehicle, trips: Sequence[TimedTrip]) -> float:
    """What visits by another vehicle, or at another hour, than on the standing lines cost."""
    lines = instance.problem.standing_lines
    if lines is None:
        return 0.0
    line_of = {line.stop: line for line in lines.stops}
    yuan = 0.0
    for trip in trips:
        for visit in trip.visits:
            line = line_of.get(instance.tasks[visit.task].stop.id)
            if line is not None and line.vehicle not in (None, vehicle.id):
                yuan += lines.per_visit
            if line is not None and line.start_s is not None:
                off_s = abs(visit.start_s - line.start_s) - lines.tolerance_s
                yuan += lines.per_hour * max(0, off_s) / 3600
    return yuan


def _distance_m(
    instance: Instance, vehicle: Vehicle, trips: Sequence[TimedTrip], origin: int
) -> int:
    travel_m = instance.travel_m[vehicle.profile]
    home, here, total = instance.depot_node[vehicle.start_depot], origin, 0
    for trip in trips:
        for visit in trip.visits:
            total += int(travel_m[here, visit.task])
            here = visit.task
        last = trip is trips[-1]
        depot = instance.depot_node[vehicle.end_depot] if last else home
        total += int(travel_m[here, depot])
        here = depot
    return total


class _Trips:
    """Reads trips out of the events of a day."""

    def __init__(self, lunch_from_s: int, lunch_s: int, sequence: Sequence[int]) -> None:
        self.lunch_from_s = lunch_from_s
        self.lunch_s = lunch_s
        self.sequence = sequence
        self.trips: list[TimedTrip] = []
        self.depart_s = 0
        self.visits: list[TimedVisit] = []
        self.rests: list[TimedRest] = []

    def read(self, events: Sequence[Sequence[int]]) -> tuple[TimedTrip, ...]:
        """The trips, where each event has the fields that the kernel's ``work`` names."""
        on_the_way = False
        end_s = arrive_s = 0
        for event in events:
            kind, start_s = event[w.KIND], event[w.START]
            if kind == w.DEPART:
                self.depart_s = start_s
                on_the_way = True
            elif kind == w.VISIT:
                task = self.sequence[event[w.POS] - 1]
                self.visits.append(TimedVisit(task, arrive_s, start_s))
            elif kind in (w.REST, w.LUNCH, w.LONG_LUNCH):
                # on the way a rest begins where the service ends; at the depot it may come later
                self._rest(kind, min(start_s, end_s) if on_the_way else start_s, event, on_the_way)
            elif kind == w.ARRIVE:
                self._end_trip(start_s)
                on_the_way = False
            end_s = start_s + event[w.LENGTH]
            arrive_s = end_s + event[w.LEG]
        return tuple(self.trips)

    def _rest(self, kind: int, from_s: int, event: Sequence[int], on_the_way: bool) -> None:
        start_s, until_s = event[w.START], event[w.START] + event[w.LENGTH]
        if kind == w.REST:
            self._add(from_s, until_s, RestKind.DRIVING, on_the_way)
            return
        lunch_s = max(start_s, self.lunch_from_s)
        # the driving rest before the lunch also fills the time until the lunch may begin
        self._add(from_s, lunch_s, RestKind.DRIVING, on_the_way)
        self._add(lunch_s, lunch_s + self.lunch_s, RestKind.LUNCH, on_the_way)
        self._add(lunch_s + self.lunch_s, until_s, RestKind.DRIVING, on_the_way)

    def _add(self, from_s: int, until_s: int, kind: RestKind, on_the_way: bool) -> None:
        if until_s > from_s:
            after = len(self.visits) - 1 if self.visits else None
            if after is None and on_the_way:
                self.depart_s = until_s  # a van on the road drives on after its rest
            self.rests.append(TimedRest(after, from_s, until_s - from_s, kind))

    def _end_trip(self, return_s: int) -> None:
        self.trips.append(TimedTrip(self.depart_s, return_s, tuple(self.visits), tuple(self.rests)))
        self.visits, self.rests = [], []
