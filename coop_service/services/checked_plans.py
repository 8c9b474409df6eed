"""No plan leaves the service that independent code has not found right."""

from __future__ import annotations

from collections.abc import Sequence

from coop_service.domain.plan import Plan
from coop_service.domain.problem import Problem
from coop_service.domain.verify import verify
from coop_service.errors import CoopError, Fault, both


class PlanRejected(RuntimeError, CoopError):
    """The engine's plan breaks rules; ``faults`` are the violations, each with its amount."""

    code = "plan_rejected"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        told = both(
            f"引擎给出的方案有 {len(self.faults)} 处违规,未采用",
            f"the engine's plan breaks {len(self.faults)} rules and was not taken",
        )
        super().__init__("\n".join([told, *map(str, self.faults)]))

    def __reduce__(self) -> tuple[type[PlanRejected], tuple[tuple[Fault, ...]]]:
        return type(self), (self.faults,)


def refuse_unsound(problem: Problem, plan: Plan) -> None:
    """Refuse a plan that breaks rules, however it came about.

    Raises:
        PlanRejected: it breaks some.
    """
    violations = verify(problem, plan).violations
    if violations:
        raise PlanRejected([Fault("", found.rule, str(found)) for found in violations])
