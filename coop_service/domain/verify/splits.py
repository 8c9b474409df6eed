"""Split stops: visited more than once only where no vehicle could take the orders together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from coop_service.domain.plan import Plan
from coop_service.domain.problem import (
    LOAD_TOLERANCE,
    Direction,
    Order,
    Problem,
    Stop,
    Vehicle,
)
from coop_service.domain.verify.cargo import Conflicts
from coop_service.domain.verify.verdict import Findings, Rule

SEARCH_LIMIT: Final = 5_000
"""Steps taken, for one stop, in search of a division into fewer visits.

A needless split that is not found within it is let pass; for up to eight orders or so the search
is complete, and one visit for all is always found where it is possible.
"""


def check_splits(
    problem: Problem,
    plan: Plan,
    conflicts: Conflicts,
    findings: Findings,
    hub_stops: Container[str] = (),
) -> None:
    """Report splits that are not listed, listed without need, or into more visits than needed.

    Args:
        problem: the plain problem, in legs.
        plan: what is judged.
        conflicts: classes of goods that never meet.
        findings: takes the violations.
        hub_stops: ids of stops where trunk vehicles call; those may come as often as they like.
    """
    visits: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for route in plan.routes:
        for visit in route.visits:
            if visit.stop in problem.stop_by_id:
                visits[visit.stop].append(visit.orders)
    listed = Counter(plan.split_stops)
    for name, times in listed.items():
        if name not in problem.stop_by_id:
            _report(Rule.UNKNOWN_STOP, "没有这个停靠点", "there is no such stop", name, findings)
        elif len(visits[name]) < 2:
            _report(
                Rule.SPLIT_UNTRUE,
                "列为拆分停靠点，但没有多次停靠",
                "is listed as split but is not visited more than once",
                name,
                findings,
            )
        if times > 1:
            _report(
                Rule.LISTED_TWICE,
                f"在 split_stops 中列出 {times} 次",
                f"is listed {times} times under split_stops",
                name,
                findings,
            )
    context = _Context.of(problem, plan, conflicts)
    for name, orders_by_visit in visits.items():
        if len(orders_by_visit) < 2:
            continue
        if name not in listed:
            _report(
                Rule.SPLIT_UNLISTED,
                f"停靠 {len(orders_by_visit)} 次，未列入 split_stops",
                f"is visited {len(orders_by_visit)} times and not listed under split_stops",
                name,
                findings,
            )
        fewer = None
        if name not in hub_stops:
            fewer = _fewer_visits(problem, problem.stop_by_id[name], orders_by_visit, context)
        if fewer is not None:
            findings.add(
                Rule.SPLIT_NEEDLESS,
                f"停靠 {len(orders_by_visit)} 次，{fewer} 次即可",
                f"is visited {len(orders_by_visit)} times where {fewer} would do",
                amount=len(orders_by_visit) - fewer,
                unit="visits",
                stop=name,
            )


def _report(rule: Rule, zh: str, en: str, stop: str, findings: Findings) -> None:
    findings.add(rule, zh, en, amount=1, unit="stops", stop=stop)


@dataclass(frozen=True, slots=True)
class _Context:
    """What decides whether orders go together: mixes, other transfers, vans on the road.

    ``reach``: see :func:`_transfer_reach`. ``holders``: the van that has an order on board.
    """

    conflicts: Conflicts
    reach: Mapping[str, frozenset[str]]
    holders: Mapping[str, str]

    @classmethod
    def of(cls, problem: Problem, plan: Plan, conflicts: Conflicts) -> _Context:
        holders = {
            item.order: vehicle.id
            for vehicle in problem.vehicles
            for item in (vehicle.underway.on_board if vehicle.underway else ())
        }
        return cls(conflicts, _transfer_reach(problem, plan, holders), holders)


def _transfer_reach(
    problem: Problem, plan: Plan, collected: Container[str]
) -> Mapping[str, frozenset[str]]:
    """For each stop where a served transfer starts: all stops that chains of them lead to."""
    served = {name for route in plan.routes for visit in route.visits for name in visit.orders}
    onward: dict[str, set[str]] = defaultdict(set)
    for order in problem.orders:
        if (
            order.direction == Direction.TRANSFER
            and order.to_stop
            and order.id in served
            and order.id not in collected
        ):
            onward[order.stop].add(order.to_stop)
    reach = {}
    for origin in onward:
        reached: set[str] = set()
        ahead = [origin]
        while ahead:
            new = onward.get(ahead.pop(), set()) - reached
            reached |= new
            ahead += new
        reach[origin] = frozenset(reached)
    return reach


@dataclass(frozen=True, slots=True)
class _Together:
    """Orders that one of ``vehicles`` could take in one visit to ``stop``.

    What is left at the stop is on board together before it, what is collected there after it.
    ``sources`` are the stops that transfers left here come from, ``targets`` those that transfers
    collected here go to. ``is_present``: something is left here that a van on the road has on
    board; ``is_later``: something is that must be loaded at a depot first.
    """

    stop: str
    vehicles: tuple[Vehicle, ...]
    loads: tuple[Mapping[str, float], Mapping[str, float]] = ({}, {})
    classes: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    sources: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    is_present: bool = False
    is_later: bool = False

    def plus(self, order: Order, context: _Context) -> _Together | None:
        """These orders and one more; None where no vehicle could take them all."""
        conflicts, reach = context.conflicts, context.reach
        holder = context.holders.get(order.id)
        is_transfer = order.direction == Direction.TRANSFER
        is_left = order.to_stop == self.stop if is_transfer else _is_outbound(order)
        side = 0 if is_left else 1
        if conflicts.get(order.goods_class or "", frozenset()) & self.classes[side]:
            return None
        is_present = self.is_present or holder is not None
        is_later = self.is_later or (holder is None and _is_outbound(order))
        if is_present and is_later:
            return None
        comes_from = is_transfer and is_left and holder is None
        sources = self.sources | ({order.stop} if comes_from else set())
        targets = self.targets | (
            {order.to_stop} if is_transfer and not is_left and order.to_stop else set()
        )
        if any(({one} | reach.get(one, frozenset())) & sources for one in targets):
            return None
        ends = self.ends | ({order.depot} if order.direction == Direction.INBOUND else set())
        load = {
            unit: self.loads[side].get(unit, 0.0) + order.load.get(unit, 0.0)
            for unit in (*self.loads[side], *order.load)
        }
        vehicles = tuple(
            vehicle
            for vehicle in self.vehicles
            if holder in (None, vehicle.id)
            and order.temperature in vehicle.temperatures
            and (not _is_outbound(order) or order.depot == vehicle.start_depot)
            and ends in _ends_of_trips(vehicle, is_later)
            and all(
                load.get(unit, 0.0) <= capacity + LOAD_TOLERANCE
                for unit, capacity in vehicle.capacity.items()
            )
        )
        if not vehicles:
            return None
        classes = self.classes[side] | ({order.goods_class} if order.goods_class else set())
        return _Together(
            self.stop,
            vehicles,
            (load, self.loads[1]) if is_left else (self.loads[0], load),
            (classes, self.classes[1]) if is_left else (self.classes[0], classes),
            sources,
            targets,
            ends,
            is_present,
            is_later,
        )


def _ends_of_trips(vehicle: Vehicle, is_later: bool) -> tuple[frozenset[str], ...]:
    """Sets of depots that inbound goods of one trip may belong to; none: there is no such trip.

    Args:
        vehicle: one that may be on the road.
        is_later: the trip is to start at a depot.
    """
    trips = vehicle.max_trips
    if vehicle.underway is not None:
        trips -= vehicle.underway.trips_done + (1 if is_later else 0)
    if trips < 1:
        return ()
    ends: tuple[frozenset[str], ...] = (frozenset(), frozenset({vehicle.end_depot}))
    return ends if trips == 1 else (*ends, frozenset({vehicle.start_depot}))


def _is_outbound(order: Order) -> bool:
    return order.direction == Direction.OUTBOUND


def _fewer_visits(
    problem: Problem,
    stop: Stop,
    orders_by_visit: Sequence[tuple[str, ...]],
    context: _Context,
) -> int | None:
    """Into how many visits, fewer than now, the served orders can be divided; None if not found.

    Depth-first over the ways to put each order, largest first, with others or into a new visit. The
    vehicle whose day begins at the stop makes one of the visits.
    """
    names = dict.fromkeys(name for orders in orders_by_visit for name in orders)
    here = [problem.order_by_id[name] for name in names if name in problem.order_by_id]
    orders = sorted(
        (order for order in here if stop.id in (order.stop, order.to_stop)),
        key=lambda order: -max(order.load.values(), default=0.0),
    )
    if not orders:
        return None
    vehicles = _vehicles_for(problem, stop)
    nobody = _Together(stop.id, vehicles)
    frozen = tuple(
        _Together(stop.id, tuple(one for one in vehicles if one.id == vehicle.id))
        for vehicle in problem.vehicles
        if stop.id in vehicle.first_stops
    )
    ahead: list[tuple[int, tuple[_Together, ...]]] = [(0, frozen)]
    for _ in range(SEARCH_LIMIT):
        if not ahead:
            return None
        index, visits = ahead.pop()
        if index == len(orders):
            return len(visits)
        ways = []
        for at, visit in enumerate(visits):
            joined = visit.plus(orders[index], context)
            if joined is not None:
                ways.append((index + 1, (*visits[:at], joined, *visits[at + 1 :])))
        if len(visits) < len(orders_by_visit) - 1:
            alone = nobody.plus(orders[index], context)
            if alone is not None:
                ways.append((index + 1, (*visits, alone)))
        ahead += reversed(ways)
    return None


def _vehicles_for(problem: Problem, stop: Stop) -> tuple[Vehicle, ...]:
    """Vehicles that carry the stop's tags and have a road to it and one from it, one of a kind.

    Only the one that the stop is locked to, if it is. A van on the road is of a kind by itself, and
    so is one whose day begins at the stop.
    """
    places = {depot.location for depot in problem.depots}
    places |= {other.location for other in problem.stops}
    places |= {vehicle.underway.location for vehicle in problem.vehicles if vehicle.underway}
    kinds: dict[object, Vehicle] = {}
    for vehicle in problem.vehicles:
        profile = problem.profiles[vehicle.profile]
        if (
            stop.locked_vehicle in (None, vehicle.id)
            and stop.required_tags <= vehicle.tags
            and any(profile.allows(place, stop.location) for place in places)
            and any(profile.allows(stop.location, place) for place in places)
        ):
            depots = vehicle.start_depot, vehicle.end_depot, vehicle.max_trips > 1
            capacity = tuple(sorted(vehicle.capacity.items()))
            itself = vehicle.underway is not None or stop.id in vehicle.first_stops
            kind = depots, capacity, vehicle.temperatures, vehicle.id if itself else None
            kinds.setdefault(kind, vehicle)
    return tuple(kinds.values())
