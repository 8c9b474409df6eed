"""The engines by name, behind one interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from coop_service.domain.plan import Plan
from coop_service.domain.problem import Problem
from coop_service.planning import ortools_routing, portfolio, pyvrp_routing
from coop_service.planning.stop import StopRule


class Engine(Protocol):
    """Plans a problem until a stop rule ends it."""

    def __call__(
        self,
        problem: Problem,
        stop: StopRule,
        seed: int,
        start: Plan | None = None,
        on_better: Callable[[Plan], None] | None = None,
    ) -> Plan:
        """Plan the problem; see :func:`coop_service.planning.portfolio.solve`."""
        ...


ENGINES: Final[Mapping[str, Engine]] = {
    portfolio.ENGINE_NAME: portfolio.solve,
    ortools_routing.ENGINE_NAME: ortools_routing.solve,
    pyvrp_routing.ENGINE_NAME: pyvrp_routing.solve,
}

DEFAULT_ENGINE: Final = portfolio.ENGINE_NAME
