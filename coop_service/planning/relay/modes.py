"""Which townships are relayed: both extremes first, then single ones and pairs the other way.

1. All free townships direct, and all relayed, each for a short time.
2. From the cheaper of the two, one township after the other the other way, those first of which
   most is hoped (:meth:`ModeSearch._hopes`). Only the vehicles that have to do with it are planned
   again (:mod:`coop_service.planning.relay.nearby`), first with the mode that it has, then with
   the other, so that what is measured is the mode and not the luck of a search. What is clearly
   better is gone on with. Then the two that lost least, together: neighbours may share a trunk.
3. Most of the time goes to the best modes, from the best plan with them.
4. At the end the other mode of each township is measured once more on the final plan.

Every mode set that is planned keeps its turns, so that a later visit to it goes on from there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

from coop_service.domain.plan import ModeChoice, Plan
from coop_service.domain.problem import Mode, Problem, Relay
from coop_service.domain.relay import orders_of, relay_of
from coop_service.planning.relay.bounds import Clocks
from coop_service.planning.relay.budget import LEAST_TURN_S, Budget
from coop_service.planning.relay.candidate import Candidate, Worth
from coop_service.planning.relay.nearby import Neighbourhood, find_neighbourhood, put_back
from coop_service.planning.relay.turns import Turns

EXTREME_SHARE: Final = 0.06
EXTREME_S: Final = 1.5
"""Share of the time for all-direct, and for all-relay, and the least of it."""

FLIPS_SHARE: Final = 0.16
"""Share of the time for single townships and pairs, at the most."""

FLIP_SHARE: Final = 0.025
"""Share of the time for one of them, at the most."""

LAST_SHARE: Final = 0.06
"""Share of the time for measuring the other modes on the final plan."""

CLEAR: Final = 0.004
"""Share of a plan's cost that another mode saves before its search goes on with it."""

PAIRED: Final = 3
"""Townships that lost least are tried in pairs."""

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
            seconds = max(EXTREME_SHARE * total_s, min(EXTREME_S, 0.2 * total_s))
            self._plan(self._fixed_modes(mode), seconds, start)
        base = self._flip(total_s) if len(self._free) > 1 else self.best
        if base is not None and self.budget.is_timed:
            seconds = self.budget.left_s - LAST_SHARE * total_s
            if seconds > LEAST_TURN_S:
                self._plan(base.modes, seconds, base.plain)
        self._measure()

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
            self._turns[key] = self._make_turns(self.problem, modes, self._take)
        return self._turns[key]

    def _make_turns(
        self,
        problem: Problem,
        modes: Mapping[str, Mode],
        on_better: Callable[[Candidate], None],
    ) -> Turns:
        return Turns(
            problem, modes, self.budget, self.seed, engine=self.engine, on_better=on_better
        )

    def _fixed_modes(self, free: Mode) -> dict[str, Mode]:
        """What is fixed, and one mode for all other townships; direct where nothing is relayed."""
        return {relay.id: self._mode_of(relay, free) for relay in self.problem.relays}

    def _mode_of(self, relay: Relay, free: Mode) -> Mode:
        if relay.fixed_mode is not None:
            return relay.fixed_mode
        return free if relay in self._free else Mode.DIRECT

    def _plan(
        self,
        modes: Mapping[str, Mode],
        seconds: float,
        start: Plan | None,
        hints: Clocks | None = None,
    ) -> None:
        self.turns(modes).run(seconds, start, hints)

    def _flip(self, total_s: float) -> Candidate | None:
        """The other mode for single townships, until none is clearly better; then for pairs.

        The plan whose modes are to be searched for the rest of the time. A plan that is but a
        little better may owe that to luck: it is kept, but its modes are not gone on with.
        """
        until_s = self.budget.elapsed_s + FLIPS_SHARE * total_s
        seconds = min(FLIP_SHARE, FLIPS_SHARE / len(self._free)) * total_s
        base = self.best
        waiting = [[relay] for relay in self._by_hope()]
        lost: dict[str, Worth] = {}
        has_paired = False
        while base is not None and self._goes_on(until_s):
            if not waiting and not has_paired:
                has_paired = True
                least = sorted((r for r in self._free if r.id in lost), key=lambda r: lost[r.id])
                waiting = [list(pair) for pair in combinations(least[:PAIRED], 2)]
            if not waiting:
                break
            relays = waiting.pop(0)
            modes = _turned_round(base.modes, relays)
            loss = self._try_other(base, relays, seconds)
            base = self.turns(base.modes).best or base
            if loss is None:
                continue
            if self._is_clear(loss, base):
                base = self.turns(modes).best or base
                # what the others would gain is another matter now
                waiting = [[other] for other in self._by_hope() if other not in relays]
                lost.clear()
                has_paired = False
            elif len(relays) == 1:
                lost[relays[0].id] = loss
        return base

    def _is_clear(self, loss: Worth, base: Candidate) -> bool:
        least_yuan = CLEAR * base.plan.cost if self.budget.is_timed else 0.0
        return loss < (0, -least_yuan)

    def _goes_on(self, until_s: float) -> bool:
        if not self.budget.is_timed:
            return True
        return min(until_s - self.budget.elapsed_s, self.budget.left_s) > LEAST_TURN_S

    def _measure(self) -> None:
        """The other mode of each township on the final plan; what is better is taken."""
        for number, relay in enumerate(self._free):
            left_s = self.budget.left_s
            if self.best is None or left_s < LEAST_TURN_S:
                return
            self._try_other(self.best, [relay], left_s / (len(self._free) - number))

    def _try_other(self, base: Candidate, relays: Sequence[Relay], seconds: float) -> Worth | None:
        """Plan a plan's day with the other mode for some townships; by how much that is worse.

        None where it has no plan. The plan with the present modes may get better meanwhile.
        """
        modes = _turned_round(base.modes, relays)
        present, other = self.turns(base.modes), self.turns(modes)
        hints = present.shown(base)
        part = find_neighbourhood(self.problem, base, relays)
        if part is None:
            other.run(seconds, base.plain, hints)
            worth = None if other.best is None else other.best.worth
        else:
            start = part.start
            found = self._plan_part(part, base.modes, seconds / 2, start, hints)
            if found is not None:
                present.offer(*put_back(base, part, found))
                start = found.plain
            changed = self._plan_part(part, modes, seconds / 2, start, hints)
            worth = None if changed is None else other.offer(*put_back(base, part, changed))
        if worth is None:
            return None
        now = base.worth if present.best is None else present.best.worth
        return worth[0] - now[0], worth[1] - now[1]

    def _plan_part(
        self,
        part: Neighbourhood,
        modes: Mapping[str, Mode],
        seconds: float,
        start: Plan,
        hints: Clocks,
    ) -> Candidate | None:
        turns = self._make_turns(part.problem, modes, lambda candidate: None)
        turns.goes_on_warm = True
        return turns.run(seconds, start, hints)

    def _by_hope(self) -> list[Relay]:
        hopes = self._hopes()
        return sorted(self._free, key=lambda relay: -hopes[relay.id])

    def _hopes(self) -> dict[str, float]:
        """By township: yuan that its goods cost in the best plan, less those with its other mode.

        Both by the township's share of the orders, or legs of orders, on each route of the best
        plans that are there for either; measured so, it is a guess.
        """
        hopes: dict[str, float] = {}
        for number, relay in enumerate(self.problem.relays):
            costs = {}
            for mode in Mode:
                plans = [
                    turns.best
                    for key, turns in self._turns.items()
                    if key[number] == mode and turns.best is not None
                ]
                if plans:
                    costs[mode] = self._yuan_of(relay, min(plans, key=lambda one: one.worth))
            present = self.best.modes[relay.id] if self.best is not None else Mode.DIRECT
            other = costs.get(OTHER[present], float("inf"))
            hopes[relay.id] = costs.get(present, 0.0) - other
        return hopes

    def _yuan_of(self, relay: Relay, candidate: Candidate) -> float:
        total = 0.0
        for route in candidate.plan.routes:
            carried: defaultdict[bool, int] = defaultdict(int)
            for visit in route.visits:
                for name in visit.orders:
                    for order in orders_of(self.problem, candidate.modes, [name]):
                        one = relay_of(self.problem, self.problem.order_by_id[order])
                        carried[one is relay] += 1
            if carried[True]:
                total += route.cost * carried[True] / (carried[True] + carried[False])
        return total

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


def _turned_round(modes: Mapping[str, Mode], relays: Sequence[Relay]) -> dict[str, Mode]:
    """The modes with the other one for some townships."""
    return {**modes, **{relay.id: OTHER[modes[relay.id]] for relay in relays}}
