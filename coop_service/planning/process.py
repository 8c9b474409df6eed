"""A solve in a process of its own, with the clock and the cancel button outside of it.

OR-Tools holds the interpreter's lock while it searches, so that a thread can neither stop it nor
measure it. Here a child process searches and sends each better plan through a pipe; the parent
keeps the best one, and kills the child when the time is up or the user has had enough.

The child is started with ``spawn``. A caller that is itself a daemonic process may not have
children: Dask workers need the setting ``distributed.worker.daemon: false``.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final

from coop_service.domain.plan import Plan, Status
from coop_service.errors import CoopError, InvalidInput, both
from coop_service.planning.compiled import ensure_compiled
from coop_service.planning.engines import DEFAULT_ENGINE, ENGINES, Engine
from coop_service.planning.stop import MaxRuntime, StopRule

if TYPE_CHECKING:
    from coop_service.domain.problem import Problem

CLOCK_SLACK_S: Final = 1.5
"""How long after the stop rule's seconds an engine may still be finishing its last plan."""

_POLL_S: Final = 0.1
_SHORTEST_SEARCH_S: Final = 0.05


class SolverDied(RuntimeError, CoopError):
    """The solving process ended without an answer: killed, out of memory, or crashed."""

    code = "solver_died"


class SolverFailed(RuntimeError, CoopError):
    """The engine raised an error that it should not; the message holds its traceback."""

    code = "solver_failed"


class NoPlanInTime(TimeoutError, CoopError):
    """The time was up before the engine had any plan."""

    code = "no_plan_in_time"


class CancelledBeforePlan(RuntimeError, CoopError):
    """The solve was cancelled before the engine had any plan."""

    code = "cancelled_before_plan"


@dataclass(frozen=True, slots=True)
class _Ready:
    """The child has started; it waits for its stop rule."""


@dataclass(frozen=True, slots=True)
class _Better:
    plan: Plan


@dataclass(frozen=True, slots=True)
class _Finished:
    plan: Plan


@dataclass(frozen=True, slots=True)
class _Refused:
    refusal: InvalidInput


@dataclass(frozen=True, slots=True)
class _Failed:
    trace: str


def solve_in_process(
    problem: Problem,
    stop: StopRule,
    seed: int,
    *,
    engine: str = DEFAULT_ENGINE,
    start: Plan | None = None,
    on_better: Callable[[Plan], None] | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Plan:
    """Plan a day in a child process.

    With :class:`MaxRuntime` this returns or raises within its seconds + 2, counted from the call:
    the child's start-up is part of the time, and a child that overruns is killed. With
    ``MaxIterations`` only the engine and ``is_cancelled`` end it.

    Args:
        problem: the day.
        stop: when to stop.
        seed: of the search.
        engine: a name of :data:`coop_service.planning.engines.ENGINES`.
        start: a plan to begin with.
        on_better: called here, in the parent, with each better plan.
        is_cancelled: asked about ten times a second; True ends the solve at once.

    Returns:
        The best plan found; status ``cancelled`` where ``is_cancelled`` ended the search.

    Raises:
        InvalidInput: the engine cannot plan this problem; all its faults.
        NoPlanInTime: no plan was found within the time.
        CancelledBeforePlan: cancelled while there was no plan yet.
        SolverDied: the child was killed or crashed, even where it had already sent a plan:
            what it had is not what was asked for, and another try may well succeed.
        KeyError: there is no engine of that name.
        SolverFailed: the engine raised; another try would raise again.
    """
    ensure_compiled()
    started = time.monotonic()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    # Not daemonic: engines have search processes of their own.
    child = context.Process(
        target=_run_engine, args=(theirs, ENGINES[engine], problem, seed, start), daemon=False
    )
    with ours:
        try:
            with theirs:
                child.start()
            return _follow(ours, stop, started, on_better, is_cancelled)
        finally:
            if child.pid is not None:
                child.kill()
                child.join()
            child.close()


def _follow(
    connection: Connection,
    stop: StopRule,
    started: float,
    on_better: Callable[[Plan], None] | None,
    is_cancelled: Callable[[], bool],
) -> Plan:
    """Read the child's messages until it is done, cancelled or out of time."""
    limit_s = stop.seconds if isinstance(stop, MaxRuntime) else float("inf")
    best: Plan | None = None
    while True:
        if connection.poll(_POLL_S):
            match _exchange(connection, stop, started):
                case _Better(plan):
                    best = plan
                    if on_better is not None:
                        on_better(plan)
                case _Finished(plan):
                    return plan
                case _Refused(refusal):
                    raise refusal
                case _Failed(trace):
                    raise SolverFailed(both("求解引擎出错", "the engine failed") + f"\n{trace}")
        if is_cancelled():
            if best is None:
                raise CancelledBeforePlan(
                    both("已取消,尚无方案", "cancelled before any plan was found")
                )
            return replace(best, status=Status.CANCELLED)
        if time.monotonic() - started > limit_s + CLOCK_SLACK_S:
            if best is None:
                raise NoPlanInTime(
                    both(
                        f"{limit_s:g} 秒内没有找到任何方案,请延长时间",
                        f"no plan was found within {limit_s:g} s; allow more time",
                    )
                )
            return best


def _exchange(connection: Connection, stop: StopRule, started: float) -> object:
    """The child's next message; one that has just started is told how much time is left."""
    try:
        message = connection.recv()
        if isinstance(message, _Ready):
            connection.send(_rest_of(stop, time.monotonic() - started))
    except (EOFError, ConnectionError) as error:
        raise SolverDied(
            both("求解进程意外终止", "the solving process ended without an answer")
        ) from error
    return message


def _rest_of(stop: StopRule, elapsed_s: float) -> StopRule:
    if isinstance(stop, MaxRuntime):
        return replace(stop, seconds=max(stop.seconds - elapsed_s, _SHORTEST_SEARCH_S))
    return stop


def _run_engine(
    connection: Connection, engine: Engine, problem: Problem, seed: int, start: Plan | None
) -> None:
    """What the child does."""
    # Ctrl-C reaches the whole process group; the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    connection.send(_Ready())
    stop: StopRule = connection.recv()
    try:
        plan = engine(problem, stop, seed, start, lambda better: connection.send(_Better(better)))
    except InvalidInput as refusal:
        connection.send(_Refused(refusal))
    except Exception:
        connection.send(_Failed(traceback.format_exc()))
    else:
        connection.send(_Finished(plan))


def _exit_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
