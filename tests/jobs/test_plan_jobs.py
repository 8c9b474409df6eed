"""Jobs on a real local cluster, with a real store; worker processes are really killed."""

import datetime as dt
import json
import os
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from coop_service.errors import InvalidInput
from coop_service.files.network_folder import read_network_folder
from coop_service.jobs.cluster import open_client
from coop_service.jobs.plan_jobs import PlanJobs
from coop_service.planning.stop import MaxRuntime
from coop_service.planning.support import UnsupportedProblem
from coop_service.services.days import fill_demo_day
from coop_service.services.planning import list_plans, make_request, request_plan
from coop_service.services.setup import import_county
from coop_service.settings import Settings
from coop_service.store.engine import make_engine
from coop_service.store.migrate import upgrade
from coop_service.store.tables import JobRow, JobState

ROOT = Path(__file__).parents[2]
COUNTY = "210882"
DAY = dt.date(2026, 10, 15)
PROBLEM = json.loads((ROOT / "tests/data/example_problem.json").read_text()) | {"rules": {}}


@pytest.fixture
def settings(tmp_path):
    return Settings(database_url=f"sqlite:///{tmp_path}/coop.sqlite3", workers=1)


@pytest.fixture
def store(settings):
    engine = make_engine(settings.database_url)
    upgrade(engine)
    with Session(engine) as session:
        import_county(session, COUNTY, read_network_folder(ROOT / "network_data" / "dashiqiao"))
        fill_demo_day(session, COUNTY, DAY, settings)
    yield engine
    engine.dispose()


@pytest.fixture
def client(settings):
    with open_client(settings) as client:
        yield client


@pytest.fixture
def jobs(client, store):
    with PlanJobs(client, store) as jobs:
        yield jobs


@pytest.fixture
def ask(store, settings):
    def accept(seconds):
        with Session(store) as session:
            request = make_request(settings, DAY, seconds=seconds)
            return request_plan(session, COUNTY, request, "me").id

    return accept


@pytest.fixture
def wait_for(store):
    """Wait until a job's row is as told, and give it back."""

    def wait(job_id, condition):
        while True:
            with Session(store) as session:
                job = session.get(JobRow, job_id)
            if condition(job):
                return job
            time.sleep(0.05)

    return wait


def has_ended(job):
    return job.finished_at is not None


def has_a_plan(job):
    return bool(job.progress)


def test_a_job_is_done_by_a_worker_process(jobs, ask, wait_for):
    job_id = ask(3)
    jobs.submit(job_id)
    job = wait_for(job_id, has_ended)
    assert (job.state, job.attempts) == (JobState.DONE, 1)


def test_a_job_that_is_submitted_twice_runs_once(jobs, ask, wait_for, store):
    job_id = ask(3)
    jobs.submit(job_id)
    jobs.submit(job_id)
    wait_for(job_id, has_ended)
    jobs.submit(job_id)
    last = ask(3)
    jobs.submit(last)
    wait_for(last, has_ended)
    with Session(store) as session:
        assert list_plans(session, COUNTY)[1] == 2
        assert session.get(JobRow, job_id).attempts == 1


def test_a_job_that_nobody_submitted_is_taken_up_at_the_next_start(ask, client, store, wait_for):
    job_id = ask(3)
    with PlanJobs(client, store):
        assert wait_for(job_id, has_ended).state is JobState.DONE


@pytest.mark.slow
def test_a_job_whose_worker_is_killed_is_finished_by_another(jobs, ask, wait_for, client):
    job_id = ask(10)
    jobs.submit(job_id)
    wait_for(job_id, has_a_plan)
    [worker] = client.run(os.getpid).values()
    os.kill(worker, signal.SIGKILL)
    job = wait_for(job_id, has_ended)
    assert (job.state, job.attempts) == (JobState.DONE, 2)


@pytest.mark.slow
def test_a_job_that_kills_every_worker_is_given_up(jobs, ask, wait_for, client):
    job_id = ask(120)
    jobs.submit(job_id)
    for attempt in (1, 2, 3):
        wait_for(job_id, lambda job, attempt=attempt: job.attempts == attempt)
        client.wait_for_workers(1)
        for worker in client.run(os.getpid).values():
            os.kill(worker, signal.SIGKILL)
    job = wait_for(job_id, has_ended)
    assert (job.state, job.error["code"]) == (JobState.FAILED, "attempts_used_up")


@pytest.mark.slow
def test_a_job_is_tried_again_when_the_store_answers_again(jobs, ask, wait_for, client, store):
    job_id = ask(3)
    with store.begin() as connection:
        connection.execute(text("ALTER TABLE job RENAME TO job_away"))
    jobs.submit(job_id)
    future = client.futures[f"plan-{job_id}"]
    while future.status == "pending":
        time.sleep(0.05)
    with store.begin() as connection:
        connection.execute(text("ALTER TABLE job_away RENAME TO job"))
    assert future.status == "error"
    assert wait_for(job_id, has_ended).state is JobState.DONE


def test_closing_hands_a_running_job_back_without_counting_the_attempt(
    settings, store, ask, wait_for
):
    job_id = ask(120)
    with open_client(settings) as client, PlanJobs(client, store):
        wait_for(job_id, has_a_plan)
    job = wait_for(job_id, lambda job: job.state is JobState.QUEUED)
    assert job.attempts == 0


def test_a_document_is_solved_on_a_worker(jobs):
    plan = jobs.solve(json.dumps(PROBLEM).encode(), MaxRuntime(2), "ortools", 1)
    assert plan["cost"] == 99.30


def test_the_faults_of_a_document_come_back_from_the_worker(jobs):
    document = PROBLEM | {"stops": [], "colour": "red"}
    with pytest.raises(InvalidInput) as error:
        jobs.solve(json.dumps(document).encode(), MaxRuntime(2), "ortools", 1)
    assert {"/orders/0/stop", "/colour"} & {fault.pointer for fault in error.value.faults}


def test_what_the_engine_cannot_plan_comes_back_as_such(jobs):
    document = PROBLEM | {"vehicles": [PROBLEM["vehicles"][0] | {"max_trips": 2}]}
    with pytest.raises(UnsupportedProblem) as error:
        jobs.solve(json.dumps(document).encode(), MaxRuntime(2), "ortools", 1)
    assert [fault.pointer for fault in error.value.faults] == ["/vehicles/0/max_trips"]
