"""A plan that is open for changes, with what every check of it needs prepared once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from coop_service.domain.edits.board import Board, lay_out
from coop_service.domain.edits.locks import Locks, with_locks
from coop_service.domain.handovers import find_handovers
from coop_service.domain.plan import CostParts, Plan
from coop_service.domain.problem import Problem
from coop_service.domain.relay import chosen_modes
from coop_service.domain.verify import Violation, verify
from coop_service.planning.relay.bounds import bound_day
from coop_service.planning.relay.clocks import complete_clocks, find_spans, shown_clocks
from coop_service.planning.relay.itinerary import route_cost
from coop_service.planning.relay.sides import SLACK, wide_clocks


@dataclass(frozen=True, eq=False)
class HandDay:
    """A problem and a plan for it, which changes are made on.

    Attributes:
        problem: as it is stored, without locks.
        plan: the base plan.
        locks: that are in force in it.
    """

    problem: Problem
    plan: Plan
    locks: Locks = field(default_factory=Locks)

    @cached_property
    def board(self) -> Board:
        """The plan without times."""
        return lay_out(self.problem, self.plan, self.locks)

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """What is wrong with the base plan, under its own locks."""
        return verify(with_locks(self.problem, self.locks), self.plan).violations

    @cached_property
    def route_parts(self) -> Mapping[str, CostParts]:
        """What each route of the base plan costs, not rounded."""
        day = self.board.frame.day
        return {route.vehicle: route_cost(day, route) for route in self.plan.routes}

    @cached_property
    def timing_day(self) -> Problem:
        """The plain day that single vehicles are timed on.

        With relays it has bounds on the clock, such as the base plan keeps at its hubs: a vehicle
        that is timed by itself within them fits those that stay as they are.
        """
        if not self.problem.relays:
            return self.board.frame.day
        modes = chosen_modes(self.plan)
        handovers = find_handovers(self.problem, modes, self.plan.routes)
        shown = shown_clocks(self.problem, modes, handovers, self.plan.routes)
        clocks = complete_clocks(shown, wide_clocks(find_spans(self.problem, modes), SLACK))
        return bound_day(self.problem, modes, clocks, {})

    @cached_property
    def eased_day(self) -> Problem:
        """The same without what does not change the times: tags, temperatures, fixed stops."""
        day = self.timing_day
        tags = frozenset(tag for stop in day.stops for tag in stop.required_tags)
        temperatures = frozenset(order.temperature for order in day.orders)
        return replace(
            day,
            vehicles=tuple(
                replace(
                    vehicle,
                    tags=vehicle.tags | tags,
                    temperatures=vehicle.temperatures | temperatures,
                    first_stops=(),
                )
                for vehicle in day.vehicles
            ),
            stops=tuple(replace(stop, locked_vehicle=None) for stop in day.stops),
        )
