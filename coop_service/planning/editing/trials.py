"""Routes with some orders put into every place, with or without some of the day's limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np

from coop_service.domain.edits.board import Call
from coop_service.domain.problem import Order, Problem, Vehicle
from coop_service.planning.editing.retime import make_tasks
from coop_service.planning.evaluation import EvaluatedRoute, Evaluator
from coop_service.planning.instance import Instance
from coop_service.planning.visits import VisitTask, may_have_another_visit
from coop_service.planning.why_not.limits import Limit, lift_days, lift_tasks


@dataclass(frozen=True, slots=True)
class Spot:
    """A place for the ends of a transfer, or for what one visit serves.

    Attributes:
        vehicle: who goes there.
        sequence: its tasks with them.
        positions: number of the visit of each end.
        joins: whether it is one that the route has anyway.
        extra_yuan: what that adds.
    """

    vehicle: Vehicle
    sequence: tuple[int, ...]
    positions: tuple[int, ...]
    joins: tuple[bool, ...]
    extra_yuan: float


@dataclass(frozen=True, slots=True)
class End:
    """Orders to be served together at a stop; all of what is put in, or an end of a transfer."""

    stop: str
    orders: tuple[Order, ...]


class Trials:
    """Every place for some orders in the routes of a day without some of its limits."""

    def __init__(
        self,
        day: Problem,
        calls: Mapping[str, Sequence[Call]],
        ends: Sequence[End],
        *,
        lifted: Sequence[Limit] = (),
        free_stops: AbstractSet[str] = frozenset(),
    ) -> None:
        """Prepare the routes.

        Args:
            day: the plain day that routes are timed on.
            calls: by vehicle its visits, without the orders that are to be put in.
            ends: what is to be put in, in the sequence in which it is served.
            lifted: limits that do not hold.
            free_stops: stops that may be visited as often as one likes.
        """
        tasks: list[VisitTask] = []
        self.sequences: dict[str, tuple[int, ...]] = {}
        for vehicle in day.vehicles:
            of_vehicle = make_tasks(day, calls.get(vehicle.id, ()))
            self.sequences[vehicle.id] = tuple(range(len(tasks), len(tasks) + len(of_vehicle)))
            tasks += of_vehicle
        self._ways: list[dict[int | None, int]] = []
        for end in ends:
            ways: dict[int | None, int] = {}
            for visit, task in _ways_to_visit(day, tuple(tasks), end, free_stops):
                for order in end.orders:
                    task = lift_tasks(task, order, lifted)
                ways[visit] = len(tasks)
                tasks.append(task)
            self._ways.append(ways)
        self.instance = Instance(lift_days(day, lifted), tuple(tasks))
        self._timer = Evaluator(self.instance)

    def yuan(self, vehicle: Vehicle, sequence: Sequence[int]) -> float:
        """Least cost of a vehicle's tasks in this order; infinite where a rule is broken."""
        return self._timer.cost_yuan(self._own(vehicle), sequence)

    def evaluate(self, vehicle: Vehicle, sequence: Sequence[int]) -> EvaluatedRoute | None:
        """The cheapest times of a vehicle's tasks in this order."""
        return self._timer.evaluate(self._own(vehicle), sequence)

    def spots(self, vehicle: Vehicle, before_yuan: float) -> Iterator[Spot]:
        """Every place in a vehicle's day, in no order."""
        for sequence, positions, joins in self._ways_into(self.sequences[vehicle.id]):
            yuan = self.yuan(vehicle, sequence)
            if np.isfinite(yuan):
                yield Spot(vehicle, sequence, positions, joins, yuan - before_yuan)

    def has_a_way(self, vehicle: Vehicle) -> bool:
        """Whether the orders may be visited by it at all, be it in time or not.

        A stop that another vehicle visits may not be visited once more where one could serve all.
        """
        return next(self._ways_into(self.sequences[vehicle.id]), None) is not None

    def _own(self, vehicle: Vehicle) -> Vehicle:
        return self.instance.problem.vehicle_by_id[vehicle.id]

    def _ways_into(
        self, base: tuple[int, ...]
    ) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], tuple[bool, ...]]]:
        """Sequences with all ends in them, the numbers of their visits, and which are joined."""
        begun: list[tuple[tuple[int, ...], tuple[int, ...], tuple[bool, ...]]] = [(base, (), ())]
        for ways in self._ways:
            begun = [
                (sequence, (*positions, at), (*joins, joined))
                for before, positions, joins in begun
                for sequence, at, joined in _put(before, ways)
                if not positions or at > positions[-1]
            ]
        yield from begun


def _put(
    sequence: tuple[int, ...], ways: Mapping[int | None, int]
) -> Iterator[tuple[tuple[int, ...], int, bool]]:
    for visit, task in ways.items():
        if visit is None:
            for at in range(len(sequence) + 1):
                yield (*sequence[:at], task, *sequence[at:]), at, False
        elif visit in sequence:
            at = sequence.index(visit)
            yield (*sequence[:at], task, *sequence[at + 1 :]), at, True


def _ways_to_visit(
    day: Problem, tasks: Sequence[VisitTask], end: End, free_stops: AbstractSet[str]
) -> Iterator[tuple[int | None, VisitTask]]:
    """Visits of the stop that the orders could join (by their task), or a visit of their own."""
    stop = day.stop_by_id[end.stop]
    visits = [i for i, task in enumerate(tasks) if task.stop.id == stop.id]
    for i in visits:
        yield i, replace(tasks[i], orders=(*tasks[i].orders, *end.orders))
    together = [*(order for i in visits for order in tasks[i].orders), *end.orders]
    if stop.id in free_stops or may_have_another_visit(day, stop, len(visits), together):
        yield None, VisitTask(stop, end.orders)
