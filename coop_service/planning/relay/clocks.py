"""When hubs could be ready and cut off: the widest bounds, and such as a plan has shown.

The widest come from travel times alone: the earliest trunk arrival, and the latest departure that
brings the trunk home within its shift, the hours of its depot and the packing cut-off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from coop_service.domain.handovers import Handover
from coop_service.domain.plan import Route
from coop_service.domain.problem import Direction, Problem, Vehicle
from coop_service.domain.relay import Modes, sorting_s
from coop_service.planning.relay.bounds import Clocks, HubClock, HubGoods, goods_by_hub

FAR_S: Final = 10**7


@dataclass(frozen=True, slots=True)
class HubSpan:
    """The widest bounds of a hub.

    Attributes:
        ready_s: earliest second at which all outbound goods can be sorted.
        cutoff_s: latest second from which the trunk can still take all produce home.
        least_s: seconds from ready to cut-off that the farthest village by itself needs.
        trunk_lead_s: from the trunk's departure to ready; trunk_lag_s: from cut-off to its return.
    """

    ready_s: int
    cutoff_s: int
    least_s: int
    trunk_lead_s: int
    trunk_lag_s: int
    has_down: bool
    has_up: bool

    @property
    def width_s(self) -> int:
        """Seconds between the widest bounds; negative where they cross."""
        return self.cutoff_s - self.ready_s

    def clock(self, gap_s: int, share: float) -> HubClock:
        """A clock with a gap between ready and cut-off.

        Args:
            gap_s: from ready to cut-off; what is more than there is room for is cut off.
            share: of the room beside the gap that lies before it, 0-1.
        """
        room_s = max(0, self.width_s - gap_s)
        ready_s = self.ready_s + int(share * room_s)
        cutoff_s = min(self.cutoff_s, ready_s + gap_s)
        return self.at(ready_s, cutoff_s)

    def at(self, ready_s: int, cutoff_s: int) -> HubClock:
        """A clock with these times, as far as goods go each way."""
        return HubClock(
            ready_s if self.has_down else None,
            cutoff_s if self.has_up else None,
            ready_s - self.trunk_lead_s if self.has_down else None,
            cutoff_s + self.trunk_lag_s if self.has_up else None,
        )


def find_spans(problem: Problem, modes: Modes) -> dict[str, HubSpan]:
    """The widest bounds of each hub where goods change vehicles."""
    return {hub: _span(problem, hub, goods) for hub, goods in goods_by_hub(problem, modes).items()}


def shown_clocks(
    problem: Problem, modes: Modes, handovers: Iterable[Handover], routes: Sequence[Route]
) -> dict[str, HubClock]:
    """The clocks as a plan in two tiers kept them.

    Ready when the last outbound goods were sorted, cut off when the first trunk vehicle took
    produce on.
    """
    trips = {
        (route.vehicle, number): trip for route in routes for number, trip in enumerate(route.trips)
    }
    clocks = {hub: HubClock(None, None) for hub in goods_by_hub(problem, modes)}
    for one in handovers:
        clock = clocks[one.hub]
        if one.taken is None or one.taken_s is None:
            continue
        if one.direction == Direction.OUTBOUND:
            left_s = trips[one.brought.vehicle, one.brought.trip].depart_s
            if clock.trunk_left_s is not None:
                left_s = min(left_s, clock.trunk_left_s)
            ready_s = max(one.sorted_s, clock.ready_s or 0)
            clocks[one.hub] = replace(clock, ready_s=ready_s, trunk_left_s=left_s)
        else:
            home_s = trips[one.taken.vehicle, one.taken.trip].return_s
            home_s = max(home_s, clock.trunk_home_s or 0)
            cutoff_s = one.taken_s if clock.cutoff_s is None else min(one.taken_s, clock.cutoff_s)
            clocks[one.hub] = replace(clock, cutoff_s=cutoff_s, trunk_home_s=home_s)
    return clocks


def complete_clocks(shown: Clocks, wide: Clocks) -> dict[str, HubClock]:
    """Clocks that a plan has shown, with other bounds for directions in which it carries nothing.

    Without any bound produce that is late for the trunk would be taken for planned.
    """
    complete = {}
    for hub, clock in shown.items():
        other = wide[hub]
        if clock.ready_s is None:
            clock = replace(clock, ready_s=other.ready_s, trunk_left_s=other.trunk_left_s)
        if clock.cutoff_s is None:
            clock = replace(clock, cutoff_s=other.cutoff_s, trunk_home_s=other.trunk_home_s)
        complete[hub] = clock
    return complete


def squeeze(clocks: Clocks, spans: dict[str, HubSpan], factor: float, share: float) -> Clocks:
    """The same clocks with smaller (or larger) gaps.

    Args:
        clocks: as they were.
        spans: the widest bounds, which stay.
        factor: of the present gap.
        share: of what the gap loses that is taken before it, 0-1.
    """
    squeezed = {}
    for hub, clock in clocks.items():
        if clock.ready_s is None or clock.cutoff_s is None:
            squeezed[hub] = clock
            continue
        span = spans[hub]
        gap_s = clock.cutoff_s - clock.ready_s
        change_s = int(gap_s * (1 - factor))
        ready_s = max(span.ready_s, clock.ready_s + int(share * change_s))
        cutoff_s = min(span.cutoff_s, clock.cutoff_s - int((1 - share) * change_s))
        squeezed[hub] = span.at(ready_s, cutoff_s)
    return squeezed


def _span(problem: Problem, hub: str, goods: HubGoods) -> HubSpan:
    place = problem.hub_by_depot[hub]
    depot = problem.depot_by_id[hub]
    main = next(order.depot for order in (*goods.down, *goods.up, *goods.kept))
    trunk = [v for v in problem.vehicles if v.start_depot == main]
    home = [v for v in problem.vehicles if v.end_depot == main]
    # from the earliest departure, and to the latest return
    leads = [
        (_earliest_s(problem, v), way_s)
        for v in trunk
        if (way_s := _way_s(problem, v, main, hub)) is not None
    ]
    lags = [
        (_latest_s(problem, v), way_s)
        for v in home
        if (way_s := _way_s(problem, v, hub, main)) is not None
    ]
    left_s, lead_s = min(leads, key=sum, default=(FAR_S, 0))
    home_s, lag_s = max(lags, key=lambda pair: pair[0] - pair[1], default=(0, 0))
    sorting = sorting_s(place, [order.load for order in goods.down])
    ready_s = max(left_s + lead_s, depot.open_s) + goods.down_service_s + sorting
    cutoff_s = min(home_s - lag_s, depot.close_s) - goods.up_service_s
    return HubSpan(
        ready_s=ready_s,
        cutoff_s=cutoff_s,
        least_s=_least_s(problem, hub, goods),
        trunk_lead_s=lead_s + goods.down_service_s + sorting,
        trunk_lag_s=lag_s + goods.up_service_s,
        has_down=bool(goods.down),
        has_up=bool(goods.up),
    )


def _earliest_s(problem: Problem, vehicle: Vehicle) -> int:
    return max(vehicle.shift_s[0], problem.depot_by_id[vehicle.start_depot].open_s)


def _latest_s(problem: Problem, vehicle: Vehicle) -> int:
    depot = problem.depot_by_id[vehicle.end_depot]
    limits_s = [vehicle.shift_s[1] + vehicle.overtime_limit_s, depot.close_s]
    if depot.packing_cutoff_s is not None:
        limits_s.append(depot.packing_cutoff_s)
    return min(limits_s)


def _way_s(problem: Problem, vehicle: Vehicle, origin: str, destination: str) -> int | None:
    profile = problem.profiles[vehicle.profile]
    places = problem.depot_by_id[origin].location, problem.depot_by_id[destination].location
    return int(profile.duration_s[places]) if profile.allows(*places) else None


def _least_s(problem: Problem, hub: str, goods: HubGoods) -> int:
    """The longest of the quickest ways to each village and back, with sorting what it gives."""
    place = problem.hub_by_depot[hub]
    base = problem.depot_by_id[hub].location
    vans = [v for v in problem.vehicles if v.start_depot == hub]
    longest_s = 0
    orders = (*goods.down, *goods.up, *goods.kept)
    for stop in {order.stop: problem.stop_by_id[order.stop] for order in orders}.values():
        here = [order for order in orders if order.stop == stop.id]
        ways = [
            int(profile.duration_s[base, stop.location] + profile.duration_s[stop.location, base])
            for profile in (problem.profiles[v.profile] for v in vans)
            if profile.allows(base, stop.location) and profile.allows(stop.location, base)
        ]
        service_s = stop.service_s + sum(order.service_s for order in here)
        sorting = sorting_s(place, [o.load for o in here if o.direction == Direction.INBOUND])
        longest_s = max(longest_s, min(ways, default=0) + service_s + sorting)
    return longest_s
