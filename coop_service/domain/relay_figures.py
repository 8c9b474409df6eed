"""Key figures of a day with relays: trunk and branch, and what goes on at the hubs."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from coop_service.domain.drives import drives_of
from coop_service.domain.handovers import (
    Goods,
    Handover,
    HubHour,
    find_handovers,
    floor_stays,
    list_by_hour,
)
from coop_service.domain.occupancy import find_peak
from coop_service.domain.plan import Plan, Route, Visit
from coop_service.domain.problem import Direction, Problem
from coop_service.domain.relay import chosen_modes, expand, hub_stop_id

RELAY_DEFINITIONS: Final[Mapping[str, tuple[str, str]]] = {
    "trunk_km": (
        "干线公里数：驶往中转站干线停靠点的行驶里程，以及此后返回的里程",
        "km to the stops of trunk vehicles at hubs, and home from there",
    ),
    "branch_km": (
        "支线公里数：为中转站所属货物驶往停靠点的里程，以及此后返回的里程",
        "km to stops for the goods of a hub's depot, and home from there",
    ),
    "direct_km": (
        "直送公里数：其余行驶里程",
        "all other km",
    ),
    "cost_yuan_per_order_by_tier": (
        "每级每单运输成本，元：一条线路的成本按各级公里数分摊，除以该级承运的订单数；"
        "中转订单在干线、支线各计一次；无订单时为空",
        "yuan per order by tier: the cost of a route is shared out by the km of each tier, and "
        "divided by the orders carried in it; a relayed order counts in trunk and in branch; null "
        "where none is",
    ),
    "hubs": (
        "各中转站：经过的中转订单数；各单位的最大存放量及首次达到的时刻；当日离站货物停留分钟数的"
        "平均值和最大值，无则为空",
        "of each hub: relayed orders that reach it; the most that lies there, by unit, and when "
        "first; minutes that goods which leave the same day stay, mean and largest, null where "
        "none does",
    ),
    "handovers": (
        "交接清单：各中转站每小时、每方向到达和离开的订单数、件数、千克数，from_s 为该小时起点；"
        "无交接的小时不列",
        "what arrives and leaves at each hub by hour and direction: orders, pieces and kg; from_s "
        "is when the hour starts; idle hours are left out",
    ),
}
"""What each figure means, with its unit: Chinese, English."""

_M_PER_KM: Final = 1000
_S_PER_MIN: Final = 60


class Tier(StrEnum):
    """Which part of the way a vehicle drives."""

    TRUNK = "trunk"
    BRANCH = "branch"
    DIRECT = "direct"


def relay_figures(problem: Problem, plan: Plan) -> dict[str, Any]:
    """Figures by the names of :data:`RELAY_DEFINITIONS`, ready for JSON.

    Args:
        problem: a problem with relays.
        plan: one that answers it, and names only what the problem has; its times are taken as they
            are stated.

    Raises:
        KeyError: the plan names something that the problem does not have, or no mode of a township.
    """
    modes = chosen_modes(plan)
    day = expand(problem, modes)
    tiers = _Tiers(problem, day)
    for route in plan.routes:
        tiers.add(route)
    handovers = find_handovers(problem, modes, plan.routes)
    return {
        **{f"{tier.value}_km": round(tiers.distance_m[tier] / _M_PER_KM, 3) for tier in Tier},
        "cost_yuan_per_order_by_tier": tiers.cost_per_order(),
        "hubs": [
            _hub(hub.depot, [one for one in handovers if one.hub == hub.depot])
            for hub in problem.hubs
        ],
        "handovers": [_hour(one) for one in list_by_hour(handovers)],
    }


class _Tiers:
    """Sums by tier over routes.

    A drive belongs to the tier of the visit that it leads to, the way home to that of the last; a
    trip without visits to that of the vehicle's home.
    """

    def __init__(self, problem: Problem, day: Problem) -> None:
        self.day = day
        self.hubs = problem.hub_by_depot
        self.hub_stops = {
            hub_stop_id(hub, direction)
            for hub in self.hubs
            for direction in (Direction.OUTBOUND, Direction.INBOUND)
        }
        self.distance_m: defaultdict[Tier, int] = defaultdict(int)
        self.costs: defaultdict[Tier, list[float]] = defaultdict(list)
        self.orders: defaultdict[Tier, set[str]] = defaultdict(set)

    def add(self, route: Route) -> None:
        home = self.day.vehicle_by_id[route.vehicle].start_depot
        distance_m: defaultdict[Tier, int] = defaultdict(int)
        for _, drives in drives_of(self.day, route):
            tier = Tier.BRANCH if home in self.hubs else Tier.DIRECT
            for visit, length_m in drives:
                if visit is not None:
                    tier = self.tier_of(visit)
                    self.orders[tier].update(visit.orders)
                distance_m[tier] += length_m
        total_m = sum(distance_m.values())
        for tier, length_m in distance_m.items():
            self.distance_m[tier] += length_m
            share = length_m / total_m if total_m else 1 / len(distance_m)
            self.costs[tier].append(route.cost * share)

    def tier_of(self, visit: Visit) -> Tier:
        if visit.stop in self.hub_stops:
            return Tier.TRUNK
        orders = [self.day.order_by_id[name] for name in visit.orders]
        belongs_to_hub = any(
            order.depot in self.hubs and order.direction != Direction.TRANSFER for order in orders
        )
        return Tier.BRANCH if belongs_to_hub else Tier.DIRECT

    def cost_per_order(self) -> dict[str, float | None]:
        return {
            tier.value: round(math.fsum(self.costs[tier]) / len(self.orders[tier]), 2)
            if self.orders[tier]
            else None
            for tier in Tier
        }


def _hub(hub: str, handovers: Sequence[Handover]) -> dict[str, Any]:
    units = dict.fromkeys(unit for one in handovers for unit in one.load)
    peaks = {unit: find_peak(floor_stays(handovers, unit)) for unit in units}
    stays_s = [one.left_s - one.arrived_s for one in handovers if one.left_s is not None]
    return {
        "hub": hub,
        "orders": len(handovers),
        "peak_load": {
            unit: {"amount": peak.level, "time_s": peak.time_s}
            for unit, peak in peaks.items()
            if peak is not None
        },
        "dwell_min_mean": _minutes(math.fsum(stays_s) / len(stays_s)) if stays_s else None,
        "dwell_min_max": _minutes(max(stays_s)) if stays_s else None,
    }


def _minutes(duration_s: float) -> float:
    return round(duration_s / _S_PER_MIN, 1)


def _hour(hour: HubHour) -> dict[str, Any]:
    return {
        "hub": hour.hub,
        "from_s": hour.from_s,
        "direction": hour.direction.value,
        "arriving": _goods(hour.arriving),
        "leaving": _goods(hour.leaving),
    }


def _goods(goods: Goods) -> dict[str, float]:
    return {"orders": goods.orders, "pieces": goods.pieces, "weight_kg": goods.weight_kg}
