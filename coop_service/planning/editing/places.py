"""Where an order would fit: the best places with their price, and why other vehicles have none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from coop_service.domain.edits.board import Board, Call, Trips
from coop_service.domain.edits.changes import Change, MoveStop, Place, PutIn, TakeOut
from coop_service.domain.edits.locks import Locks, hub_stops
from coop_service.domain.edits.outcome import Insertion, InsertPlace, Refusal
from coop_service.domain.plan import Reason
from coop_service.domain.problem import Direction, Order, Problem, Vehicle
from coop_service.errors import CoopError, both
from coop_service.planning.day_start import holders, owners
from coop_service.planning.editing.forward import drive_on
from coop_service.planning.editing.hand_day import HandDay
from coop_service.planning.editing.retime import has_both_ends
from coop_service.planning.editing.trials import End, Spot, Trials
from coop_service.planning.evaluation import EvaluatedRoute, TimedTrip
from coop_service.planning.why_not.limits import LIMITS, Attempt, Excess, Limit
from coop_service.planning.why_not.texts import Text

_NO_MIXES: Final = Limit(
    Reason.MIX,
    lambda _vehicle, _attempt: None,
    lift_day=lambda day: replace(day, rules=replace(day.rules, forbidden_mixes=())),
)


class UnknownOrder(LookupError, CoopError):
    """An order that the day does not have."""

    code = "unknown_order"


def find_places(hand: HandDay, board: Board, order_id: str, count: int) -> tuple[Insertion, ...]:
    """The best places for an order, over all vehicles, with every rule of the day kept.

    An order that is planned is looked at with all of its visit, which is then thought away: a
    stop is served in one visit. One that goes over a hub has an answer for each of its legs.

    Args:
        hand: the plan that is open.
        board: of it, with what changes have made of it.
        order_id: of the problem, or one of its legs.
        count: most places of each answer.

    Raises:
        UnknownOrder: the day has no such order.
    """
    frame = board.frame
    if order_id in frame.legs_by_order:
        names = frame.legs_by_order[order_id]
    elif order_id in frame.order_of:
        names = (order_id,)
    else:
        raise UnknownOrder(both(f"没有订单 {order_id}", f"there is no order {order_id}"))
    # what has been collected is on board, and no place is looked for
    names = tuple(name for name in names if name not in frame.collected)
    return tuple(_Finder(hand, board, name).find(count) for name in names)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be put in: its ends, who serves it now, and the days without it."""

    ends: tuple[End, ...]
    now: tuple[str, int] | None
    routes: Mapping[str, Trips]
    is_whole_visit: bool


class _Finder:
    def __init__(self, hand: HandDay, board: Board, name: str) -> None:
        self.board = board
        self.day = hand.timing_day
        self.locks: Locks = board.locks
        self.order = self.day.order_by_id[name]
        self.hub_stops = hub_stops(hand.problem)
        self.wanted = self._want()
        calls = {
            name: tuple(call for trip in trips for call in trip)
            for name, trips in self.wanted.routes.items()
        }
        sound = {name: of for name, of in calls.items() if has_both_ends(self.day, of)}
        self.trials = Trials(self.day, sound, self.wanted.ends, free_stops=self.hub_stops)
        self.torn = calls.keys() - sound.keys()
        self.before_yuan = {vehicle.id: self._before_yuan(vehicle) for vehicle in self.day.vehicles}
        self.sound = sound

    def find(self, count: int) -> Insertion:
        spots: list[Spot] = []
        without: list[Vehicle] = []
        refusals: list[Refusal] = []
        for vehicle in self.day.vehicles:
            refusal = self._refused_at_once(vehicle)
            if refusal is not None:
                refusals.append(refusal)
                continue
            found = self._spots(self.trials, vehicle)
            spots += found
            if found:
                continue
            if np.isinf(self.trials.yuan(vehicle, self.trials.sequences[vehicle.id])):
                refusals.append(_broken(vehicle))
            else:
                without.append(vehicle)
        # sums of floats may differ in their last digits where they are the same
        spots.sort(key=lambda s: (round(s.extra_yuan, 6), s.vehicle.id, s.positions))
        refusals += self._measure(without)
        number = {vehicle.id: i for i, vehicle in enumerate(self.day.vehicles)}
        return Insertion(
            orders=tuple(dict.fromkeys(o.id for end in self.wanted.ends for o in end.orders)),
            stops=tuple(end.stop for end in self.wanted.ends),
            now=self.wanted.now,
            now_yuan=self._now_yuan(),
            places=tuple(self._place(spot) for spot in spots[:count]),
            place_count=len(spots),
            refusals=tuple(sorted(refusals, key=lambda one: number[one.vehicle])),
        )

    def _before_yuan(self, vehicle: Vehicle) -> float:
        """What a vehicle's day costs without the orders, also where it breaks a rule."""
        yuan = self.trials.yuan(vehicle, self.trials.sequences[vehicle.id])
        if np.isfinite(yuan) and vehicle.id not in self.torn:
            return yuan
        day = self.board.frame.day
        return drive_on(day, vehicle, self.wanted.routes.get(vehicle.id, ((),))).cost

    # what is looked for

    def _want(self) -> _Wanted:
        order, routes = self.order, self.board.routes
        calls = {name: self.board.calls(name) for name in routes}
        if order.direction is Direction.TRANSFER:
            return self._want_transfer(calls)
        found = [
            (name, at)
            for name, of_vehicle in calls.items()
            for at, call in enumerate(of_vehicle)
            if order.id in call.orders
        ]
        if not found:
            return _Wanted((End(order.stop, (order,)),), None, routes, False)
        vehicle, at = found[0]
        call = calls[vehicle][at]
        here = [self.day.order_by_id[name] for name in call.orders]
        # calls at a hub are apart from one another, and a transfer has another end
        moved = [
            one
            for one in here
            if one.id == order.id
            or (call.stop not in self.hub_stops and one.direction is not Direction.TRANSFER)
        ]
        return _Wanted(
            (End(call.stop, tuple(moved)),),
            found[0],
            _without(routes, {one.id for one in moved}),
            len(moved) == len(here),
        )

    def _want_transfer(self, calls: Mapping[str, tuple[Call, ...]]) -> _Wanted:
        order = self.order
        assert order.to_stop is not None
        stops = [order.stop, order.to_stop]
        if order.id in holders(self.day):
            stops = [order.to_stop]
        now = next(
            (
                (name, at)
                for name, of_vehicle in calls.items()
                for at, call in enumerate(of_vehicle)
                if order.id in call.orders
            ),
            None,
        )
        ends = tuple(End(stop, (order,)) for stop in stops)
        return _Wanted(ends, now, _without(self.board.routes, {order.id}), False)

    def _now_yuan(self) -> float | None:
        """What the visit adds to the day that it is in, where that day keeps the rules."""
        if self.wanted.now is None:
            return None
        vehicle = self.day.vehicle_by_id[self.wanted.now[0]]
        calls = {vehicle.id: self.board.calls(vehicle.id)}
        if not has_both_ends(self.day, calls[vehicle.id]):
            return None
        now = Trials(self.day, calls, ())
        yuan = now.yuan(vehicle, now.sequences[vehicle.id]) - self.before_yuan[vehicle.id]
        return round(yuan, 2) if np.isfinite(yuan) else None

    # places

    def _spots(self, trials: Trials, vehicle: Vehicle) -> list[Spot]:
        """Every place in a vehicle's day behind its locked beginning."""
        fixed = len(self.locks.prefixes.get(vehicle.id, ()))
        return [
            spot
            for spot in trials.spots(vehicle, self.before_yuan[vehicle.id])
            if all(
                joined or position >= fixed
                for position, joined in zip(spot.positions, spot.joins, strict=True)
            )
        ]

    def _place(self, spot: Spot) -> InsertPlace:
        vehicle, sequence = spot.vehicle, spot.sequence
        base = self.trials.sequences[vehicle.id]
        after = self.trials.evaluate(vehicle, sequence)
        before = self.trials.evaluate(vehicle, base) if base or vehicle.underway else None
        assert after is not None
        position = spot.positions[0]
        number, trip, at = next(
            (number, trip, at)
            for number, trip, at in _visits(after)
            if trip.visits[at].task == sequence[position]
        )
        around = [
            self.trials.instance.tasks[trip.visits[i].task].stop.id
            if 0 <= i < len(trip.visits)
            else None
            for i in (at - 1, at + 1)
        ]
        return InsertPlace(
            vehicle=vehicle.id,
            positions=spot.positions,
            joins=spot.joins,
            trip=number,
            before_stop=around[0],
            after_stop=around[1],
            extra_yuan=round(spot.extra_yuan, 2) + 0.0,
            extra_m=after.distance_m - (before.distance_m if before else 0),
            extra_s=_work_s(after) - (_work_s(before) if before else 0),
            arrive_s=trip.visits[at].arrive_s,
            start_s=trip.visits[at].start_s,
            changes=self._changes(spot),
        )

    def _changes(self, spot: Spot) -> tuple[Change, ...]:
        places = [
            Place(spot.vehicle.id, position, joins)
            for position, joins in zip(spot.positions, spot.joins, strict=True)
        ]
        now, ends = self.wanted.now, self.wanted.ends
        if now is not None and self.order.direction is not Direction.TRANSFER:
            orders = None if self.wanted.is_whole_visit else tuple(o.id for o in ends[0].orders)
            return (MoveStop(now[0], ends[0].stop, places[0], now[1], orders),)
        put_in = tuple(
            PutIn(tuple(o.id for o in end.orders), place, end.stop)
            for end, place in zip(ends, places, strict=True)
        )
        return put_in if now is None else (TakeOut((self.order.id,)), *put_in)

    # refusals

    def _refused_at_once(self, vehicle: Vehicle) -> Refusal | None:
        """Reasons that no limit of the day has a part in."""
        if vehicle.id in self.locks.vehicles:
            return _refuse(vehicle, "locked", "已整车锁定", "is locked as a whole")
        for end in self.wanted.ends:
            owner = self.locks.stops.get(end.stop) or owners(self.day).get(end.stop)
            if owner not in (None, vehicle.id):
                zh, en = f"{end.stop} 锁定给 {owner}", f"{end.stop} is locked to {owner}"
                return _refuse(vehicle, "locked", zh, en)
        if vehicle.id in self.torn:
            return _broken(vehicle)
        for order in (order for end in self.wanted.ends for order in end.orders):
            depots = _depots_of(self.day, vehicle, order)
            if order.depot not in depots:
                return _refuse(
                    vehicle,
                    "depot",
                    f"不在 {order.depot} {'装货' if _is_out(order) else '收车'}",
                    f"does not {'load' if _is_out(order) else 'end'} at {order.depot}",
                )
        if not self.trials.has_a_way(vehicle):
            return _refuse(
                vehicle,
                "split_needless",
                f"{self.wanted.ends[0].stop} 已由他车停靠,一辆车即可全部服务",
                f"{self.wanted.ends[0].stop} is visited by another vehicle, which one could do "
                "for all its orders",
            )
        return None

    def _measure(self, vehicles: Sequence[Vehicle]) -> Iterable[Refusal]:
        """The single limit that keeps each vehicle from having a place; the cheapest of several."""
        if not vehicles:
            return
        calls = {v.id: self.sound.get(v.id, ()) for v in vehicles}
        best: dict[str, Refusal] = {}
        for limit in (*LIMITS, _NO_MIXES):
            # a visit of its own may be a needless split of one that is not looked at here
            trials = Trials(
                self.day,
                calls,
                self.wanted.ends,
                lifted=(limit,),
                free_stops=self.hub_stops,
            )
            for vehicle in vehicles:
                refusal = self._forbidden_by(limit, trials, vehicle)
                price_yuan = _price(best.get(vehicle.id))
                if refusal is not None and _price(refusal) < price_yuan:
                    best[vehicle.id] = refusal
        for vehicle in vehicles:
            yield best.get(vehicle.id) or _refuse(
                vehicle, "several", "同时违反几项规则", "breaks several rules at once"
            )

    def _forbidden_by(self, limit: Limit, trials: Trials, vehicle: Vehicle) -> Refusal | None:
        spots = self._spots(trials, vehicle)
        spot = min(spots, key=lambda one: one.extra_yuan, default=None)
        if spot is None:
            return None
        if limit is _NO_MIXES:
            return _refuse(vehicle, Reason.MIX.value, "有禁忌混装货物", "has goods it may not meet")
        route = trials.evaluate(spot.vehicle, spot.sequence)
        assert route is not None
        orders = {order.id: order for end in self.wanted.ends for order in end.orders}.values()
        excesses: list[Excess] = []
        for order in orders:
            attempt = Attempt(self.day, trials.instance, route, order)
            found = limit.measure(vehicle, attempt)
            if found is not None:
                excesses.append(found)
        if not excesses:
            return None
        worst = max(excesses, key=lambda one: one.price_yuan)
        return Refusal(
            vehicle.id,
            limit.reason.value,
            worst.detail.both,
            worst.change.both,
            round(worst.price_yuan + max(0.0, spot.extra_yuan), 2),
        )


def _price(refusal: Refusal | None) -> float:
    if refusal is None:
        return float("inf")
    return float("1e300") if refusal.price_yuan is None else refusal.price_yuan


def _refuse(vehicle: Vehicle, rule: str, zh: str, en: str) -> Refusal:
    return Refusal(vehicle.id, rule, Text(f"{vehicle.id} {zh}", f"{vehicle.id} {en}").both)


def _broken(vehicle: Vehicle) -> Refusal:
    zh, en = "其线路现已违规,请先改正", "its route breaks a rule already: mend that first"
    return _refuse(vehicle, "base_broken", zh, en)


def _depots_of(day: Problem, vehicle: Vehicle, order: Order) -> set[str]:
    """Depots that an order may belong to on this vehicle."""
    if order.direction is Direction.TRANSFER or order.id in holders(day):
        return {order.depot}
    return {vehicle.start_depot} if _is_out(order) else {vehicle.start_depot, vehicle.end_depot}


def _is_out(order: Order) -> bool:
    return order.direction is Direction.OUTBOUND


def _visits(route: EvaluatedRoute) -> Iterator[tuple[int, TimedTrip, int]]:
    """Number of the trip, the trip, and number of the visit in it, of every visit."""
    for number, trip in enumerate(route.trips):
        for at in range(len(trip.visits)):
            yield number, trip, at


def _work_s(route: EvaluatedRoute) -> int:
    return route.trips[-1].return_s - route.trips[0].depart_s


def _without(routes: Mapping[str, Trips], gone: set[str]) -> dict[str, Trips]:
    """The visits without some orders; those of nothing else are left out."""
    left = {}
    for name, trips in routes.items():
        kept = [
            tuple(
                Call(call.stop, orders)
                for call in trip
                if (orders := tuple(one for one in call.orders if one not in gone))
            )
            for trip in trips
        ]
        left[name] = tuple(trip for trip in kept if trip) or ((),)
    return left
