"""The functions are the standard library's, because a worker imports its function by name."""

import operator
import os
import signal

import pytest

from coop_service.planning.workers import WorkerFailed, Workers


def test_each_worker_answers_with_the_value_it_holds():
    with Workers(operator.mul, 7, 2) as workers:
        assert workers.call([(2,), (3,)]) == [14, 21]
        assert workers.call([(5,)]) == [35]


def test_an_error_in_a_worker_is_raised_with_its_cause():
    with Workers(operator.truediv, 7, 1) as workers, pytest.raises(WorkerFailed) as failed:
        workers.call([(0,)])
    assert isinstance(failed.value.__cause__, ZeroDivisionError)


def test_a_killed_worker_is_told():
    with Workers(operator.call, os.getpid, 2) as workers:
        first, _ = workers.call([(), ()])
        os.kill(first, signal.SIGKILL)
        with pytest.raises(WorkerFailed):
            workers.call([(), ()])


def test_more_calls_than_workers_are_refused():
    with Workers(operator.mul, 1, 1) as workers, pytest.raises(ValueError, match="2 calls"):
        workers.call([(1,), (2,)])
