"""What a hub has no floor for, however it is timed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from coop_service.domain.plan import Reason, Unassigned
from coop_service.domain.problem import LOAD_TOLERANCE, Hub, Order, Problem
from coop_service.domain.relay import Modes
from coop_service.planning.relay.bounds import goods_by_hub
from coop_service.planning.why_not.texts import Text


def orders_without_floor(problem: Problem, modes: Modes) -> dict[str, Unassigned]:
    """Orders to leave out so that what must lie at a hub at once has its place.

    A trunk vehicle brings, or takes, all goods of a hub in one visit where any vehicle can; then
    all of one direction lie there at one moment. Those of least priority and largest load are left
    out. What both directions take up together is a matter of times.
    """
    left_out: dict[str, Unassigned] = {}
    for name, goods in goods_by_hub(problem, modes).items():
        hub = problem.hub_by_depot[name]
        for orders in (goods.down, goods.up):
            for unit, space in hub.floor.items():
                if _is_taken_at_once(problem, orders):
                    left_out |= _over(hub, orders, unit, space)
    return left_out


def _is_taken_at_once(problem: Problem, orders: Sequence[Order]) -> bool:
    units = {unit for order in orders for unit in order.load}
    total = {unit: math.fsum(order.load.get(unit, 0.0) for order in orders) for unit in units}
    return any(
        all(total.get(unit, 0.0) <= limit for unit, limit in vehicle.capacity.items())
        for vehicle in problem.vehicles
    )


def _over(hub: Hub, orders: Sequence[Order], unit: str, space: float) -> dict[str, Unassigned]:
    total = math.fsum(order.load.get(unit, 0.0) for order in orders)
    over = total - space
    left_out: dict[str, Unassigned] = {}

    def worth(order: Order) -> tuple[bool, float, float]:
        penalty_yuan = order.drop_penalty
        weight = float(order.priority) if penalty_yuan is None else penalty_yuan
        return penalty_yuan is None, weight, -order.load.get(unit, 0.0)

    for order in sorted(orders, key=worth):
        if total <= space + LOAD_TOLERANCE:
            break
        if order.load.get(unit, 0.0) > 0:
            total -= order.load[unit]
            detail = Text(
                f"{hub.depot} 的场地只能放 {space:.6g} {unit}，超出 {over:.6g}",
                f"the floor of {hub.depot} holds {space:.6g} {unit}, {over:.6g} too little",
            )
            change = Text(
                f"{hub.depot} 的场地增加 {over:.6g} {unit}",
                f"{over:.6g} {unit} more floor at {hub.depot}",
            )
            left_out[order.id] = Unassigned(
                order.id, Reason.CAPACITY, False, detail.both, change.both
            )
    return left_out
