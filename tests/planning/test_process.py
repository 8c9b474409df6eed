"""Real child processes and the real engine; the clock is proved with a child that is frozen."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

from coop_service.domain.plan import Plan, Status
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
from coop_service.domain.verify import verify
from coop_service.errors import InvalidInput
from coop_service.planning.process import (
    CancelledBeforePlan,
    NoPlanInTime,
    SolverDied,
    solve_in_process,
)
from coop_service.planning.stop import MaxIterations, MaxRuntime

FOREVER = MaxIterations(1_000_000)


def make_problem(stops: int) -> Problem:
    """A day on a square of 20 km, one depot in its middle, half of the orders each way."""
    random = np.random.default_rng(7)
    points = np.vstack([[10_000, 10_000], random.integers(0, 20_000, (stops, 2))])
    distance_m = np.abs(points[:, None] - points[None]).sum(axis=2).astype(np.int64)
    return Problem(
        name="square",
        profiles={"van": Profile(duration_s=distance_m // 10, distance_m=distance_m)},
        depots=(Depot("centre", 0, 0, 86_400),),
        vehicles=tuple(
            Vehicle(
                id=f"V{i}",
                profile="van",
                start_depot="centre",
                end_depot="centre",
                capacity={"weight_kg": 1000},
                shift_s=(0, 80_000),
                costs=Costs(fixed=80, per_km=0.5, per_hour=25),
            )
            for i in range(stops // 10 + 1)
        ),
        stops=tuple(Stop(f"s{i}", i, service_s=120) for i in range(1, stops + 1)),
        orders=tuple(
            Order(
                id=f"o{i}",
                stop=f"s{i}",
                direction=Direction.OUTBOUND if i % 2 else Direction.INBOUND,
                depot="centre",
                load={"weight_kg": 50},
            )
            for i in range(1, stops + 1)
        ),
    )


def the_child() -> int:
    (child,) = multiprocessing.active_children()
    assert child.pid is not None
    return child.pid


def send_to_child(signum: signal.Signals) -> None:
    os.kill(the_child(), signum)


def test_the_plan_returned_is_at_least_as_good_as_every_plan_streamed():
    problem = make_problem(60)
    seen: list[Plan] = []
    plan = solve_in_process(problem, MaxRuntime(3), seed=1, on_better=seen.append)
    assert not verify(problem, plan).violations
    assert plan.status is Status.FEASIBLE
    costs = [better.cost for better in seen]
    assert costs
    assert costs == sorted(costs, reverse=True)
    assert plan.cost <= costs[-1]
    assert not multiprocessing.active_children()


def test_a_plan_may_be_asked_for_by_iterations_and_repeats():
    problem = make_problem(12)
    first, second = (solve_in_process(problem, MaxIterations(3), seed=5) for _ in range(2))
    assert (first.cost, first.routes) == (second.cost, second.routes)


def test_a_child_that_hangs_is_killed_and_its_best_plan_returned():
    """A frozen child cannot end by itself: only the parent's clock brings this call back."""
    seen: list[Plan] = []

    def freeze(plan: Plan) -> None:
        seen.append(plan)
        send_to_child(signal.SIGSTOP)

    plan = solve_in_process(make_problem(60), MaxRuntime(2), seed=1, on_better=freeze)
    assert plan == seen[-1]
    assert not multiprocessing.active_children()


def test_a_child_that_hangs_before_any_plan_is_out_of_time():
    def freeze() -> bool:
        send_to_child(signal.SIGSTOP)
        return False

    with pytest.raises(NoPlanInTime, match=r"1 秒.* / .*1 s"):
        solve_in_process(make_problem(60), MaxRuntime(1), seed=1, is_cancelled=freeze)


def test_cancelling_keeps_the_best_plan_so_far():
    problem = make_problem(60)
    found = threading.Event()
    plan = solve_in_process(
        problem,
        FOREVER,
        seed=1,
        on_better=lambda _: found.set(),
        is_cancelled=found.is_set,
    )
    assert plan.status is Status.CANCELLED
    assert not verify(problem, plan).violations


def test_cancelling_before_any_plan_says_so():
    with pytest.raises(CancelledBeforePlan):
        solve_in_process(make_problem(60), FOREVER, seed=1, is_cancelled=lambda: True)
    assert not multiprocessing.active_children()


def test_a_killed_child_is_an_error_even_with_a_plan_in_hand():
    with pytest.raises(SolverDied):
        solve_in_process(
            make_problem(60),
            FOREVER,
            seed=1,
            on_better=lambda _: send_to_child(signal.SIGKILL),
        )


def test_what_the_engine_refuses_comes_back_with_its_faults():
    problem = make_problem(3)
    without_vehicles = Problem(
        name="none",
        profiles=problem.profiles,
        depots=problem.depots,
        vehicles=problem.vehicles,
        stops=problem.stops,
        orders=(
            Order(
                id="o1",
                stop="s1",
                to_stop="s2",
                direction=Direction.TRANSFER,
                depot="centre",
                load={},
            ),
        ),
    )
    with pytest.raises(InvalidInput) as refusal:
        solve_in_process(without_vehicles, MaxRuntime(3), seed=1, engine="ortools")
    assert refusal.value.faults[0].pointer.startswith("/orders/0")


def test_an_unknown_engine_is_an_error_before_anything_is_started():
    with pytest.raises(KeyError):
        solve_in_process(make_problem(3), MaxRuntime(1), seed=1, engine="oracle")


def test_the_child_ends_when_its_parent_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent(
            """
            import multiprocessing, sys
            sys.path.insert(0, sys.argv[1])
            from test_process import FOREVER, make_problem
            from coop_service.planning.process import solve_in_process

            def tell(plan):
                print(multiprocessing.active_children()[0].pid, flush=True)

            if __name__ == "__main__":
                solve_in_process(make_problem(60), FOREVER, seed=1, on_better=tell)
            """
        )
    )
    with subprocess.Popen(
        [sys.executable, str(script), os.path.dirname(__file__)], stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 60
    while _is_running(child):
        assert time.monotonic() < deadline, "the solving process outlived its parent"
        time.sleep(0.1)


def _is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
