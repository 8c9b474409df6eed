"""Which townships are relayed: all of them and none first, then single ones the other way.

Every mode set that is planned keeps its turns, so that a later visit to it goes on from there. The
plan of one mode set starts the next one's: orders of townships that keep their mode stay where they
were.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from coop_service.domain.plan import ModeChoice, Plan
from coop_service.domain.problem import Mode, Problem, Relay
from coop_service.domain.relay import relay_of
from coop_service.planning.relay.candidate import Candidate
from coop_service.planning.relay.turns import LEAST_TURN_S, Budget, Turns

BASE_SHARE: Final = 0.33
"""Share of the time for all-direct, and for all-relay; the rest is for single townships."""

FLIP_SHARE: Final = 0.4
"""Share of what is left for one township's other mode, at the most."""

OTHER: Final = {Mode.DIRECT: Mode.RELAY, Mode.RELAY: Mode.DIRECT}

ModeKey = tuple[Mode, ...]


class ModeSearch:
    """The best modes and the best plan with them.

    Args:
        problem: with its relays.
        budget: of the whole search.
        seed: of all random choices.
        engine: as plans name it.
        on_better: told of each better plan.
    """

    def __init__(
        self,
        problem: Problem,
        budget: Budget,
        seed: int,
        *,
        engine: str,
        on_better: Callable[[Plan], None],
    ) -> None:
        self.problem = problem
        self.budget = budget
        self.seed = seed
        self.engine = engine
        self.best: Candidate | None = None
        self._on_better = on_better
        self._turns: dict[ModeKey, Turns] = {}
        relays = (relay_of(problem, order) for order in problem.orders)
        relayed = {relay.id for relay in relays if relay is not None}
        self._free = [r for r in problem.relays if r.fixed_mode is None and r.id in relayed]

    def run(self, start: Plan | None) -> None:
        """Search until the budget is spent or nothing improves."""
        total_s = self.budget.left_s
        if not self._free:
            self._plan(self._fixed_modes(Mode.DIRECT), total_s, start)
            return
        for mode in Mode:
            self._plan(self._fixed_modes(mode), BASE_SHARE * total_s, start)
        if len(self._free) > 1:
            self._flip()
        if self.best is not None and self.budget.is_timed and self.budget.left_s > LEAST_TURN_S:
            self._plan(self.best.modes, self.budget.left_s, self.best.plain)

    def with_choices(self, plan: Plan) -> Plan:
        """The plan with what the other mode of each township would have cost."""
        return replace(
            plan,
            modes=tuple(
                ModeChoice(choice.relay, choice.mode, self._cost_with_other(number, choice.mode))
                for number, choice in enumerate(plan.modes)
            ),
        )

    def turns(self, modes: Mapping[str, Mode]) -> Turns:
        """The turns of a mode set."""
        key = tuple(modes[relay.id] for relay in self.problem.relays)
        if key not in self._turns:
            self._turns[key] = Turns(
                self.problem,
                modes,
                self.budget,
                self.seed,
                engine=self.engine,
                on_better=self._take,
            )
        return self._turns[key]

    def _fixed_modes(self, free: Mode) -> dict[str, Mode]:
        """What is fixed, and one mode for all other townships; direct where nothing is relayed."""
        return {relay.id: self._mode_of(relay, free) for relay in self.problem.relays}

    def _mode_of(self, relay: Relay, free: Mode) -> Mode:
        if relay.fixed_mode is not None:
            return relay.fixed_mode
        return free if relay in self._free else Mode.DIRECT

    def _plan(self, modes: Mapping[str, Mode], seconds: float, start: Plan | None) -> None:
        self.turns(modes).run(seconds, start)

    def _flip(self) -> None:
        """The other mode for one township after the other, from the best, until none is better."""
        waiting = list(self._free)
        while waiting and self.best is not None and self.budget.left_s > 2 * LEAST_TURN_S:
            relay = waiting.pop(0)
            before = self.best
            modes = {**before.modes, relay.id: OTHER[before.modes[relay.id]]}
            share = min(FLIP_SHARE, 1 / (len(waiting) + 2))
            self._plan(modes, share * self.budget.left_s, before.plain)
            if self.best is not before:  # what the others would gain is another matter now
                waiting = [other for other in self._free if other is not relay]

    def _take(self, candidate: Candidate) -> None:
        if self.best is None or candidate.worth < self.best.worth:
            self.best = candidate
            self._on_better(self.with_choices(candidate.plan))

    def _cost_with_other(self, number: int, mode: Mode) -> float | None:
        """The cheapest plan seen with the township's other mode that leaves out no more."""
        if self.best is None:
            return None
        costs = [
            turns.best.plan.cost
            for key, turns in self._turns.items()
            if key[number] != mode
            and turns.best is not None
            and turns.best.worth[0] <= self.best.worth[0]
        ]
        return min(costs, default=None)
