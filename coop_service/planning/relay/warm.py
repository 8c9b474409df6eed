"""A search that goes on from good routes: the end of an annealing, without its hot beginning.

Under other bounds, or with another mode for one township, most of a plan is as good as before. A
whole annealing would forget it and need its time again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from coop_service.planning import annealing
from coop_service.planning.plan_day import Clock
from coop_service.planning.search import Search

LATE: Final = 0.8
"""Share of an annealing that is passed over."""


def improve_warm(search: Search, clock: Clock, seed: int, tell: Callable[[], None]) -> None:
    """Anneal from where the routes stand, cool from the beginning."""
    annealing.improve(search, clock, seed, tell, begin=LATE)
