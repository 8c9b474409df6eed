"""Where the compiled search is kept, and its compilation ahead of the first day that is planned.

Compiling takes about a minute, which is no part of anybody's planning time. ``scripts/setup`` does
it with ``python -m coop_service.planning.compiled``; where that was not done, the first solve does.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from coop_service.errors import both


def cache_folder() -> Path:
    """The folder of the compiled code, named by all that it depends on.

    The compiler looks only at the file of each function and would keep calling what another file
    held before.
    """
    digest = hashlib.sha256(f"{sys.version} {version('numba')} {version('numpy')}".encode())
    for source in sorted((Path(__file__).parent / "kernel").glob("*.py")):
        digest.update(source.read_bytes())
    return Path(sys.prefix) / "cache" / "kernel" / digest.hexdigest()[:16]


def _mark() -> Path:
    return cache_folder() / "complete"


def ensure_compiled() -> None:
    """Compile the search in a process of its own, unless that has been done."""
    if not _mark().exists():
        subprocess.run([sys.executable, "-m", __name__], check=True)  # noqa: S603 - our own module


def _compile() -> None:
    import numpy as np

    from coop_service.domain.problem import (
        Costs,
        Depot,
        Direction,
        Order,
        Problem,
        Profile,
        Stop,
        Vehicle,
    )
    from coop_service.planning.annealing import Annealing
    from coop_service.planning.evaluation import evaluate_route
    from coop_service.planning.instance import Instance
    from coop_service.planning.plan_day import Clock
    from coop_service.planning.search import Search
    from coop_service.planning.stop import MaxIterations
    from coop_service.planning.units import make_units
    from coop_service.planning.visits import make_visit_tasks

    legs = np.array([[0, 60], [60, 0]])
    day = Problem(
        name="",
        profiles={"van": Profile(legs, legs)},
        depots=(Depot("depot", 0, 0, 3600),),
        vehicles=(Vehicle("van", "van", "depot", "depot", {}, (0, 3600), Costs()),),
        stops=(Stop("stop", 1),),
        orders=(Order("order", "stop", Direction.OUTBOUND, "depot", {}),),
    )
    instance = Instance(day, make_visit_tasks(day, day.orders))
    evaluate_route(instance, day.vehicles[0], (0,))
    annealing = Annealing(Search(make_units(instance)), 1, 1)
    annealing.start(((),))
    annealing.run(Clock(MaxIterations(1)), lambda: None)


if __name__ == "__main__" and not _mark().exists():
    print(
        both("正在编译规划内核,约一分钟 …", "compiling the planner, about a minute"),
        file=sys.stderr,
    )
    _compile()
    _mark().touch()
