"""Applying a list of changes to a board, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import singledispatchmethod
from itertools import accumulate

from coop_service.domain.edits.board import Board, Call
from coop_service.domain.edits.changes import (
    Change,
    LockPrefix,
    LockStop,
    LockVehicle,
    MoveStop,
    Place,
    PutIn,
    ReverseRoute,
    SwapVehicles,
    TakeOut,
    UnlockPrefix,
    UnlockStop,
    UnlockVehicle,
)
from coop_service.domain.edits.locks import Locks, hub_stops
from coop_service.domain.problem import Direction
from coop_service.errors import Fault, InvalidInput, both, pointer


class ImpossibleChange(InvalidInput):
    """A change that names what is not there, or touches what is locked."""

    code = "impossible_change"


def apply_changes(board: Board, changes: Sequence[Change]) -> Board:
    """The board after the changes, each made on what those before it have left.

    What breaks a rule of the day is made all the same: telling that is for verification.

    Raises:
        ImpossibleChange: the first change that cannot be made, with a pointer to it.
    """
    hand = _Hand(board)
    for number, change in enumerate(changes):
        hand.where = pointer("changes", number)
        hand.make(change)
    return hand.board()


class _Hand:
    """The board as it is being changed."""

    def __init__(self, board: Board) -> None:
        self.frame = board.frame
        self.routes = {name: [list(trip) for trip in trips] for name, trips in board.routes.items()}
        self.stop_locks = dict(board.locks.stops)
        self.prefixes = dict(board.locks.prefixes)
        self.vehicles = dict(board.locks.vehicles)
        self.where = ""

    def board(self) -> Board:
        routes = {}
        for name, trips in self.routes.items():
            underway = self.frame.day.vehicle_by_id[name].underway is not None
            # the present trip of a van on the road is one even without visits
            kept = [trip for n, trip in enumerate(trips) if trip or (underway and n == 0)]
            if kept:
                routes[name] = tuple(map(tuple, kept))
        return Board(self.frame, routes, Locks(self.stop_locks, self.prefixes, self.vehicles))

    def refuse(self, field: str, code: str, zh: str, en: str) -> ImpossibleChange:
        return ImpossibleChange([Fault(self.where + field, code, both(zh, en))])

    @singledispatchmethod
    def make(self, change: Change) -> None:
        raise TypeError(f"no such change: {change!r}")

    # visits

    @make.register
    def _(self, change: MoveStop) -> None:
        self.touch(change.vehicle, "/vehicle")
        self.touch(change.to.vehicle, "/to/vehicle")
        at = self.find_visit(change.vehicle, change.stop, change.position, "/position")
        call = self.calls(change.vehicle)[at]
        moved = call.orders if change.orders is None else tuple(dict.fromkeys(change.orders))
        missing = [name for name in moved if name not in call.orders]
        if missing or not moved:
            names = "、".join(missing)
            raise self.refuse(
                "/orders",
                "not_in_visit",
                f"该次停靠没有订单 {names}" if missing else "至少移动一个订单",
                f"the visit does not serve {', '.join(missing)}"
                if missing
                else "at least one order must be moved",
            )
        self.take_away(change.vehicle, at, moved)
        self.put(change.to, call.stop, moved, "/to")

    @make.register
    def _(self, change: TakeOut) -> None:
        gone: set[str] = set()
        for number, name in enumerate(change.orders):
            field = pointer("orders", number)
            order = self.frame.order_of.get(name, name)
            if order not in self.frame.legs_by_order:
                raise self.refuse(
                    field, "unknown_order", f"没有订单 {name}", f"there is no order {name}"
                )
            gone |= set(self.frame.legs_by_order[order])
        served = {
            name: vehicle
            for vehicle in self.routes
            for call in self.calls(vehicle)
            for name in call.orders
            if name in gone
        }
        for number, name in enumerate(change.orders):
            order = self.frame.order_of.get(name, name)
            if not served.keys() & set(self.frame.legs_by_order[order]):
                raise self.refuse(
                    pointer("orders", number),
                    "not_planned",
                    f"订单 {name} 未安排在任何停靠",
                    f"no visit serves order {name}",
                )
        for vehicle in dict.fromkeys(served.values()):
            self.touch(vehicle, "/orders")
            for at in reversed(range(len(self.calls(vehicle)))):
                here = tuple(o for o in self.calls(vehicle)[at].orders if o in gone)
                if here:
                    self.take_away(vehicle, at, here)

    @make.register
    def _(self, change: PutIn) -> None:
        self.touch(change.to.vehicle, "/to/vehicle")
        stop = self.stop_of(change)
        for number, name in enumerate(change.orders):
            for vehicle in self.routes:
                if any(c.stop == stop and name in c.orders for c in self.calls(vehicle)):
                    raise self.refuse(
                        pointer("orders", number),
                        "already_planned",
                        f"订单 {name} 已由 {vehicle} 服务,请改用 move",
                        f"{vehicle} serves order {name} already: move it instead",
                    )
        self.put(change.to, stop, tuple(dict.fromkeys(change.orders)), "/to")

    @make.register
    def _(self, change: SwapVehicles) -> None:
        self.touch(change.vehicle, "/vehicle")
        self.touch(change.other, "/other")
        one, other = self.routes.pop(change.vehicle, []), self.routes.pop(change.other, [])
        if change.vehicle == change.other or not (one or other):
            raise self.refuse(
                "/other",
                "nothing_to_swap",
                "须为两辆车,且至少一辆有线路",
                "it takes two vehicles, one of which has a route",
            )
        for name, trips in ((change.vehicle, other), (change.other, one)):
            if trips or self.frame.day.vehicle_by_id[name].underway is not None:
                self.routes[name] = trips or [[]]

    @make.register
    def _(self, change: ReverseRoute) -> None:
        self.touch(change.vehicle, "/vehicle")
        trips = self.routes.get(change.vehicle, [])
        chosen = range(len(trips)) if change.trip is None else [change.trip]
        if not trips or any(not 0 <= number < len(trips) for number in chosen):
            raise self.refuse(
                "/trip" if trips else "/vehicle",
                "no_such_trip",
                f"{change.vehicle} 没有这一趟,共 {len(trips)} 趟",
                f"{change.vehicle} has no such trip; it has {len(trips)}",
            )
        for number in chosen:
            trips[number].reverse()

    # locks

    @make.register
    def _(self, change: LockStop) -> None:
        at_hub = change.stop in hub_stops(self.frame.problem)
        visiting = {
            name for name in self.routes if any(c.stop == change.stop for c in self.calls(name))
        }
        if at_hub or len(visiting) != 1:
            raise self.refuse(
                "/stop",
                "not_lockable",
                f"{change.stop} 须恰由一辆车停靠才可锁定,现为 {len(visiting)} 辆;"
                "中转站停靠不可锁定",
                f"{change.stop} can be locked where one vehicle visits it; {len(visiting)} do, "
                "and calls at a hub cannot be locked",
            )
        self.stop_locks[change.stop] = visiting.pop()

    @make.register
    def _(self, change: UnlockStop) -> None:
        if self.stop_locks.pop(change.stop, None) is None:
            raise self.not_locked("/stop", change.stop)

    @make.register
    def _(self, change: LockPrefix) -> None:
        self.know(change.vehicle, "/vehicle")
        calls = self.calls(change.vehicle)
        if not 1 <= change.visits <= len(calls):
            raise self.refuse(
                "/visits",
                "out_of_range",
                f"须在 1 与 {len(calls)} 之间,{change.vehicle} 有 {len(calls)} 次停靠",
                f"must be between 1 and {len(calls)}, the visits of {change.vehicle}",
            )
        stops = [call.stop for call in calls[: change.visits]]
        held = {stop for name, fixed in self.prefixes.items() for stop in fixed
                if name != change.vehicle}  # fmt: skip
        for number, stop in enumerate(stops):
            if stop in hub_stops(self.frame.problem) or stop in stops[:number] or stop in held:
                raise self.refuse(
                    "/visits",
                    "not_lockable",
                    f"最多可锁定前 {number} 次停靠:{stop} 是中转站,或被停靠两次,或已为他车锁定",
                    f"the first {number} visits at most can be locked: {stop} is a call at a hub, "
                    "is visited twice, or is locked for another vehicle",
                )
        self.prefixes[change.vehicle] = tuple(stops)

    @make.register
    def _(self, change: UnlockPrefix) -> None:
        if self.prefixes.pop(change.vehicle, None) is None:
            raise self.not_locked("/vehicle", change.vehicle)

    @make.register
    def _(self, change: LockVehicle) -> None:
        self.know(change.vehicle, "/vehicle")
        self.vehicles[change.vehicle] = tuple(call.stop for call in self.calls(change.vehicle))

    @make.register
    def _(self, change: UnlockVehicle) -> None:
        if self.vehicles.pop(change.vehicle, None) is None:
            raise self.not_locked("/vehicle", change.vehicle)

    def not_locked(self, field: str, name: str) -> ImpossibleChange:
        return self.refuse(field, "not_locked", f"{name} 未锁定", f"{name} is not locked")

    # parts

    def know(self, vehicle: str, field: str) -> None:
        if vehicle not in self.frame.day.vehicle_by_id:
            raise self.refuse(
                field, "unknown_vehicle", f"没有车辆 {vehicle}", f"there is no vehicle {vehicle}"
            )

    def touch(self, vehicle: str, field: str) -> None:
        self.know(vehicle, field)
        if vehicle in self.vehicles:
            raise self.refuse(
                field,
                "vehicle_locked",
                f"{vehicle} 已整车锁定,请先解锁",
                f"{vehicle} is locked as a whole: unlock it first",
            )

    def calls(self, vehicle: str) -> list[Call]:
        return [call for trip in self.routes.get(vehicle, ()) for call in trip]

    def find_visit(self, vehicle: str, stop: str, position: int | None, field: str) -> int:
        visits = [at for at, call in enumerate(self.calls(vehicle)) if call.stop == stop]
        found = [at for at in visits if position in (None, at)]
        if len(found) != 1:
            told = "、".join(map(str, visits)) or "-"
            raise self.refuse(
                field,
                "no_such_visit" if not found else "ambiguous_visit",
                f"{vehicle} 停靠 {stop} 的序号为:{told}",
                f"visits of {vehicle} to {stop} are number: {told}",
            )
        return found[0]

    def stop_of(self, change: PutIn) -> str:
        """The one stop where all the orders belong."""
        common: set[str] | None = None
        for number, name in enumerate(change.orders):
            order = self.frame.day.order_by_id.get(name)
            if order is None:
                raise self.unknown_or_relayed(name, pointer("orders", number))
            if name in self.frame.collected:
                raise self.refuse(
                    pointer("orders", number),
                    "already_on_board",
                    f"订单 {name} 已在车上",
                    f"order {name} has been collected already",
                )
            ends = {order.stop} | ({order.to_stop} if order.to_stop else set())
            if change.stop is None and order.direction == Direction.TRANSFER:
                ends = set()
            common = ends if common is None else common & ends
        if change.stop is not None:
            common = (common or set()) & {change.stop}
        if not common or len(common) > 1:
            raise self.refuse(
                "/stop",
                "not_one_stop",
                "这些订单须属于同一停靠点;调拨订单须写明 stop 是哪一端",
                "the orders must belong to one stop; of a transfer ``stop`` names the end",
            )
        return common.pop()

    def unknown_or_relayed(self, name: str, field: str) -> ImpossibleChange:
        legs = self.frame.legs_by_order.get(name)
        if legs is None:
            return self.refuse(
                field, "unknown_order", f"没有订单 {name}", f"there is no order {name}"
            )
        return self.refuse(
            field,
            "relayed_order",
            f"订单 {name} 经中转,请分别放入其各段:{'、'.join(legs)}",
            f"order {name} goes over a hub: put in its legs one by one: {', '.join(legs)}",
        )

    def take_away(self, vehicle: str, at: int, orders: Sequence[str]) -> None:
        trips = self.routes[vehicle]
        trip, index = next(place for n, place in enumerate(_places(trips)) if n == at)
        call = trips[trip][index]
        left = tuple(name for name in call.orders if name not in orders)
        if left:
            trips[trip][index] = replace(call, orders=left)
        else:
            del trips[trip][index]

    def put(self, to: Place, stop: str, orders: tuple[str, ...], field: str) -> None:
        if to.join:
            at = self.find_visit(to.vehicle, stop, to.position, field + "/position")
            trips = self.routes[to.vehicle]
            trip, index = list(_places(trips))[at]
            call = trips[trip][index]
            added = tuple(name for name in orders if name not in call.orders)
            trips[trip][index] = replace(call, orders=(*call.orders, *added))
            return
        count = len(self.calls(to.vehicle))
        position = count if to.position is None else to.position
        if not 0 <= position <= count:
            raise self.refuse(
                field + "/position",
                "out_of_range",
                f"须在 0 与 {count} 之间",
                f"must be between 0 and {count}",
            )
        trips = self.routes.setdefault(to.vehicle, [[]])
        ends = list(accumulate(map(len, trips)))
        # between two trips: at the end of the earlier one
        trip = next(n for n, end in enumerate(ends) if position <= end)
        trips[trip].insert(position - ends[trip] + len(trips[trip]), Call(stop, orders))


def _places(trips: Sequence[Sequence[Call]]) -> Iterator[tuple[int, int]]:
    """Trip and number in the trip of each visit."""
    for trip, calls in enumerate(trips):
        for index in range(len(calls)):
            yield trip, index
