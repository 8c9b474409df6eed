"""Processes that stay up and answer calls of one function, because a solver keeps Python's lock.

A worker holds one value (say, an instance) that is sent once, and ends when its parent does: its
pipe is the only link, so that a killed parent leaves no orphan behind.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from coop_service.errors import CoopError, both

Held = TypeVar("Held")
Answer = TypeVar("Answer")


class WorkerFailed(RuntimeError, CoopError):
    """A search process raised an error or died."""

    code = "worker_failed"


class Workers(Generic[Held, Answer]):
    """A fixed number of processes, each answering ``function(held, *arguments)``.

    ``function`` must be importable by name. Use as a context manager.
    """

    def __init__(self, function: Callable[..., Answer], held: Held, count: int) -> None:
        self.count = count
        context = multiprocessing.get_context("spawn")
        self._pipes: list[Connection] = []
        self._processes = []
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, function), daemon=True)
            process.start()
            theirs.close()
            ours.send(held)
            self._pipes.append(ours)
            self._processes.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.kill()
            process.join()
            process.close()

    def call(self, calls: Sequence[tuple[Any, ...]]) -> list[Answer]:
        """Answers to at most as many calls as there are workers, in the order of the calls.

        Raises:
            WorkerFailed: a worker raised, or ended before it answered.
        """
        if len(calls) > len(self._pipes):
            raise ValueError(f"{len(calls)} calls for {len(self._pipes)} workers")
        try:
            for pipe, arguments in zip(self._pipes, calls, strict=False):
                pipe.send(arguments)
            answers = [pipe.recv() for pipe, _ in zip(self._pipes, calls, strict=False)]
        except (EOFError, OSError) as error:
            raise WorkerFailed(both("搜索进程意外结束", "a search process ended early")) from error
        for answer in answers:
            if isinstance(answer, Exception):
                raise WorkerFailed(both("搜索进程出错", "a search process failed")) from answer
        return answers


def _serve(pipe: Connection, function: Callable[..., Any]) -> None:
    try:
        held = pipe.recv()
        while True:
            arguments = pipe.recv()
            try:
                answer = function(held, *arguments)
            except Exception as error:  # told to the parent, which raises it
                answer = error
            pipe.send(answer)
    except (EOFError, OSError):
        return  # the parent has gone
