"""From which sides a day in two tiers is looked at: gaps, times of day, vans for one way only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from coop_service.domain.problem import Problem
from coop_service.domain.relay import Modes
from coop_service.planning.instance import vehicle_kind
from coop_service.planning.relay.bounds import Clocks, Role, Roles, goods_by_hub
from coop_service.planning.relay.clocks import HubSpan

SLACK: Final = 0.15
"""Share of the widest bounds that is left on either side to trunk tours over several hubs."""

GAPS: Final = 8
"""Gaps from the least to the widest that are tried on small days."""

FEW_GAPS: Final = 2
"""Gaps that are tried with each set of roles."""

SHARES: Final = (0.0, 0.5, 1.0)

FEW_VANS: Final = 3
"""At a hub with at most so many vans each is tried with one direction only."""


def wide_clocks(spans: Mapping[str, HubSpan], slack: float) -> Clocks:
    """Nearly the widest bounds; a share of the room is left to trunk tours over several hubs."""
    return {
        hub: span.clock(int(max(span.least_s, (1 - 2 * slack) * span.width_s)), 0.5)
        for hub, span in spans.items()
    }


def all_clocks(spans: Mapping[str, HubSpan], gaps: int) -> Iterator[Clocks]:
    """Gaps from the widest to the least that is needed, and none, early and late in the day."""
    for share in SHARES:
        for number in reversed(range(gaps)):
            clocks = {}
            for hub, span in spans.items():
                least_s = max(1, span.least_s)
                widest_s = max(least_s, span.width_s)
                gap_s = least_s * (widest_s / least_s) ** (number / (gaps - 1))
                clocks[hub] = span.clock(int(gap_s), share)
            yield clocks
        yield {hub: span.clock(0, share) for hub, span in spans.items()}


def all_roles(problem: Problem, modes: Modes) -> Iterator[Roles]:
    """Vans that carry both ways; then, at hubs with few vans, some of them one way only."""
    yield {}
    for hub, goods in goods_by_hub(problem, modes).items():
        vans = [vehicle for vehicle in problem.vehicles if vehicle.start_depot == hub]
        if not goods.down or not goods.up or not 1 < len(vans) <= FEW_VANS:
            continue
        kinds = [vehicle_kind(problem, van) for van in vans]
        seen: set[object] = set()
        for roles in product(Role, repeat=len(vans)):
            # vans of one kind may change places
            key = tuple(zip(*sorted(zip(map(repr, kinds), roles, strict=True)), strict=True))
            if key in seen or len(set(roles)) == 1:
                continue
            seen.add(key)
            yield {van.id: role for van, role in zip(vans, roles, strict=True)}
