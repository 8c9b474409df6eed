"""Jobs run to their end in this process; the solve itself is a real child process."""

import datetime as dt
import json
import multiprocessing
import os
import pickle
import signal
import threading
import time

import pytest
from sqlmodel import Session

from coop_service.documents import write_problem
from coop_service.domain.plan import Reason
from coop_service.domain.verify import verify
from coop_service.errors import Fault, InvalidInput
from coop_service.planning.stop import MaxIterations
from coop_service.services.days import fill_demo_day
from coop_service.services.plan_runs import (
    MAX_ATTEMPTS,
    PlanRejected,
    describe_error,
    run_plan_job,
    solve_document,
)
from coop_service.services.planning import (
    cancel_job,
    get_plan,
    list_plans,
    make_request,
    read_stored,
    request_plan,
)
from coop_service.settings import Settings
from coop_service.store.queries import delete_record, load_orders
from coop_service.store.tables import JobRow, JobState

COUNTY = "210882"
SMALL_DAY = dt.date(2026, 10, 15)
FULL_DAY = dt.date(2026, 10, 16)
"""A demo day, with which the engine is not done before its time is up."""


@pytest.fixture
def make_job(store):
    def make(date=SMALL_DAY, **wanted):
        with Session(store) as session:
            if date == FULL_DAY:
                fill_demo_day(session, COUNTY, date, Settings())
            request = make_request(Settings(), date, **wanted)
            return request_plan(session, COUNTY, request, "me").id

    return make


@pytest.fixture
def job_of(store):
    def read(job_id):
        with Session(store) as session:
            return session.get(JobRow, job_id)

    return read


@pytest.fixture
def running(store, job_of):
    """Start a job in a thread, and wait until it shows its first plan."""
    threads = []

    def start(job_id, **wanted):
        thread = threading.Thread(target=run_plan_job, args=(store, job_id), kwargs=wanted)
        thread.start()
        threads.append(thread)
        while not job_of(job_id).progress:
            assert thread.is_alive()
            time.sleep(0.05)
        return thread

    yield start
    for thread in threads:
        thread.join()


def test_a_finished_job_leaves_a_verified_plan(store, make_job, job_of):
    job_id = make_job(iterations=1)
    run_plan_job(store, job_id)
    job = job_of(job_id)
    assert (job.state, job.attempts, job.error) == (JobState.DONE, 1, None)
    assert job.finished_at >= job.started_at >= job.created_at
    with Session(store) as session:
        row = get_plan(session, COUNTY, job.plan_id)
    problem, plan = read_stored(row)
    assert verify(problem, plan).ok
    assert (row.cost_yuan, row.version, row.job_id) == (plan.cost, 1, job_id)
    assert (row.orders_served, row.orders_unassigned, row.vehicles_used) == (2, 1, 1)
    [left_out] = plan.unassigned
    assert (left_out.order, left_out.reason, left_out.proved) == ("o3", Reason.CAPACITY, True)


@pytest.mark.parametrize("rules", [True, False])
def test_a_plan_keeps_the_rules_of_a_working_day_unless_told_otherwise(
    store, make_job, job_of, rules
):
    job_id = make_job(iterations=1, rules=rules)
    run_plan_job(store, job_id)
    with Session(store) as session:
        problem, _ = read_stored(get_plan(session, COUNTY, job_of(job_id).plan_id))
    assert (problem.rules.lunch is not None) == rules
    assert problem.rules.max_driving_s == (4 * 3600 if rules else None)


def test_a_plan_may_begin_with_an_earlier_one_of_the_day(store, make_job, job_of):
    first_id = make_job(FULL_DAY, seconds=4.0)
    run_plan_job(store, first_id)
    first = job_of(first_id)
    with Session(store) as session:
        request = make_request(Settings(), FULL_DAY, seconds=5.0, start_plan_id=first.plan_id)
        later_id = request_plan(session, COUNTY, request, "me").id
    run_plan_job(store, later_id)
    with Session(store) as session:
        earlier, later = (
            get_plan(session, COUNTY, job_of(job_id).plan_id) for job_id in (first_id, later_id)
        )
    assert later.cost_yuan <= earlier.cost_yuan
    assert later.orders_unassigned <= earlier.orders_unassigned


def test_the_progress_ends_with_the_plan(store, make_job, job_of):
    job_id = make_job(seconds=2.0)
    run_plan_job(store, job_id)
    job = job_of(job_id)
    last = job.progress[-1]
    with Session(store) as session:
        assert last["cost"] == get_plan(session, COUNTY, job.plan_id).cost_yuan
    assert (last["orders_served"], last["orders_unassigned"], last["vehicles_used"]) == (2, 1, 1)
    assert [entry["number"] for entry in job.progress] == [*range(1, len(job.progress) + 1)]


def test_a_job_that_is_done_is_not_run_again(store, make_job, job_of):
    job_id = make_job(iterations=1)
    run_plan_job(store, job_id)
    first = job_of(job_id)
    run_plan_job(store, job_id)
    assert job_of(job_id) == first
    with Session(store) as session:
        assert list_plans(session, COUNTY)[1] == 1


def test_the_plans_of_a_day_are_numbered(store, make_job):
    for _ in range(2):
        run_plan_job(store, make_job(iterations=1))
    with Session(store) as session:
        plans, total = list_plans(session, COUNTY, date=SMALL_DAY)
        assert ([plan.version for plan in plans], total) == ([2, 1], 2)
        assert list_plans(session, COUNTY, date=dt.date(2026, 1, 2)) == ([], 0)


def test_cancelling_keeps_the_best_plan(store, make_job, job_of, running):
    job_id = make_job(FULL_DAY, seconds=120.0)
    thread = running(job_id)
    with Session(store) as session:
        cancel_job(session, COUNTY, job_id)
    thread.join()
    job = job_of(job_id)
    assert job.state is JobState.CANCELLED
    with Session(store) as session:
        row = get_plan(session, COUNTY, job.plan_id)
    assert row.status == "cancelled"
    assert verify(*read_stored(row)).ok


def test_a_job_that_was_cancelled_before_it_ran_never_runs(store, make_job, job_of):
    job_id = make_job(FULL_DAY, seconds=120.0)
    with Session(store) as session:
        cancel_job(session, COUNTY, job_id)
    run_plan_job(store, job_id)
    job = job_of(job_id)
    assert (job.state, job.attempts, job.plan_id) == (JobState.CANCELLED, 0, None)


def test_a_job_whose_day_was_emptied_meanwhile_fails_and_says_why(store, make_job, job_of):
    job_id = make_job(iterations=1)
    with Session(store) as session:
        for order in load_orders(session, COUNTY, SMALL_DAY):
            delete_record(session, COUNTY, type(order), order.key)
        session.commit()
    run_plan_job(store, job_id)
    job = job_of(job_id)
    assert job.state is JobState.FAILED
    assert job.error["code"] == "invalid_input"
    assert [fault["code"] for fault in job.error["errors"]] == ["day_without_orders"]


def test_a_job_whose_solver_is_killed_is_tried_again(store, make_job, job_of, running):
    job_id = make_job(FULL_DAY, seconds=4.0)
    thread = running(job_id)
    kill_solver()
    thread.join()
    job = job_of(job_id)
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_a_job_whose_solver_always_dies_is_given_up(store, make_job, job_of):
    job_id = make_job(FULL_DAY, seconds=120.0)
    thread = threading.Thread(target=run_plan_job, args=(store, job_id))
    thread.start()
    while thread.is_alive():
        kill_solver()
        time.sleep(0.05)
    job = job_of(job_id)
    assert (job.state, job.attempts) == (JobState.FAILED, MAX_ATTEMPTS)
    assert job.error["code"] == "attempts_used_up"
    assert str(MAX_ATTEMPTS) in job.error["detail"]


def test_a_run_that_was_taken_over_stops_and_changes_nothing_any_more(
    store, make_job, job_of, running
):
    job_id = make_job(FULL_DAY, seconds=120.0)
    thread = running(job_id)
    with Session(store) as session:
        taken_over = session.get(JobRow, job_id)
        taken_over.attempts += 1
        session.commit()
    thread.join()
    job = job_of(job_id)
    assert (job.state, job.attempts, job.plan_id) == (JobState.RUNNING, 2, None)
    assert not multiprocessing.active_children()


def test_a_process_that_has_to_end_hands_its_job_back(store, make_job, job_of, running):
    job_id = make_job(FULL_DAY, seconds=120.0)
    stopping = threading.Event()
    thread = running(job_id, is_stopping=stopping.is_set)
    stopping.set()
    thread.join()
    job = job_of(job_id)
    assert (job.state, job.attempts) == (JobState.QUEUED, 0)


def test_a_document_is_solved_without_storing_anything(store, make_job, job_of):
    job_id = make_job(iterations=1)
    run_plan_job(store, job_id)
    with Session(store) as session:
        row = get_plan(session, COUNTY, job_of(job_id).plan_id)
    problem, _ = read_stored(row)
    text = json.dumps(write_problem(problem)).encode()
    assert solve_document(text, MaxIterations(1), "portfolio", 1)["cost"] == row.cost_yuan
    with Session(store) as session:
        assert list_plans(session, COUNTY)[1] == 1


def test_a_document_with_faults_is_refused_with_all_of_them():
    with pytest.raises(InvalidInput) as error:
        solve_document(b'{"name": "x", "depots": 3}', MaxIterations(1), "ortools", 1)
    assert {"/depots", "/vehicles"} <= {fault.pointer for fault in error.value.faults}


def test_a_rejected_plan_tells_every_violation_also_from_another_process():
    faults = (Fault("", "capacity", "5 kg"), Fault("", "lunch", "1800 s"))
    error = pickle.loads(pickle.dumps(PlanRejected(faults)))
    described = describe_error(error)
    assert described["code"] == "plan_rejected"
    assert "2" in described["detail"]
    assert [fault["code"] for fault in described["errors"]] == ["capacity", "lunch"]


def kill_solver():
    for child in multiprocessing.active_children():
        if child.pid is not None:
            os.kill(child.pid, signal.SIGKILL)
