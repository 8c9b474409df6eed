import datetime as dt

import pytest
from sqlmodel import Session, select

from coop_service.errors import InvalidInput
from coop_service.planning.stop import MaxIterations, MaxRuntime
from coop_service.services.counties import put_county
from coop_service.services.planning import (
    IdempotencyConflict,
    PlanRequest,
    UnknownJob,
    UnknownPlan,
    cancel_job,
    find_unfinished_jobs,
    get_job,
    get_plan,
    list_jobs,
    make_request,
    request_plan,
)
from coop_service.settings import Settings
from coop_service.store.queries import delete_record, load_fleet
from coop_service.store.tables import JobRow, JobState

COUNTY = "210882"
DAY = dt.date(2026, 10, 15)
SETTINGS = Settings()


@pytest.fixture
def session(store):
    with Session(store) as session:
        yield session


def ask(session, seed=1, key=None):
    return request_plan(session, COUNTY, make_request(SETTINGS, DAY, seed=seed), "me", key)


def codes(error):
    return {fault.pointer: fault.code for fault in error.value.faults}


def test_a_request_without_a_limit_gets_the_seconds_of_the_settings():
    assert make_request(SETTINGS, DAY).stop == MaxRuntime(SETTINGS.default_solve_s)


@pytest.mark.parametrize("stop", [{"seconds": 7.5}, {"iterations": 3}])
def test_a_request_survives_its_job_row(stop):
    request = make_request(
        SETTINGS, DAY, **stop, seed=4, name="早班", rules=False, start_plan_id="p1"
    )
    assert PlanRequest.from_document(request.to_document()) == request
    assert request.stop in (MaxRuntime(7.5), MaxIterations(3))


def test_every_fault_of_a_request_is_told_at_once():
    with pytest.raises(InvalidInput) as error:
        make_request(SETTINGS, dt.date(1999, 1, 1), seconds=1e9, iterations=0, engine="oracle")
    assert codes(error).keys() == {"/date", "/seconds", "/iterations", "/engine"}


def test_a_plan_to_begin_with_must_be_one_of_that_day(session):
    with pytest.raises(InvalidInput) as error:
        request_plan(session, COUNTY, make_request(SETTINGS, DAY, start_plan_id="gone"), "me")
    assert codes(error) == {"/start_plan_id": "unknown_plan"}


def test_an_accepted_request_is_a_queued_job(session):
    job = ask(session)
    stored = session.exec(select(JobRow)).one()
    assert (stored.id, stored.state, stored.attempts) == (job.id, JobState.QUEUED, 0)
    assert stored.request["date"] == "2026-10-15"
    assert find_unfinished_jobs(session) == [job.id]


def test_a_day_without_orders_is_refused_and_nothing_is_stored(session):
    with pytest.raises(InvalidInput) as error:
        request_plan(session, COUNTY, make_request(SETTINGS, dt.date(2026, 1, 2)), "me")
    assert codes(error) == {"/date": "day_without_orders"}
    assert list_jobs(session, COUNTY) == ([], 0)


def test_a_county_without_vehicles_is_refused(session):
    for van in load_fleet(session, COUNTY):
        delete_record(session, COUNTY, type(van), van.code)
    with pytest.raises(InvalidInput) as error:
        ask(session)
    assert codes(error) == {"": "no_vehicles"}


def test_the_same_key_and_request_give_the_same_job(session):
    assert ask(session, key="k").id == ask(session, key="k").id
    assert ask(session).id != ask(session).id


def test_the_same_key_with_another_request_is_a_conflict(session):
    ask(session, key="k")
    with pytest.raises(IdempotencyConflict):
        ask(session, seed=2, key="k")


def test_a_queued_job_is_cancelled_at_once_and_for_good(session):
    job = ask(session)
    cancelled = cancel_job(session, COUNTY, job.id)
    assert cancelled.state is JobState.CANCELLED
    finished_at = cancelled.finished_at
    assert cancel_job(session, COUNTY, job.id).finished_at == finished_at
    assert find_unfinished_jobs(session) == []


def test_a_running_job_is_asked_to_end(session):
    job = ask(session)
    job.state = JobState.RUNNING
    session.commit()
    cancelled = cancel_job(session, COUNTY, job.id)
    assert cancelled.state is JobState.RUNNING
    assert cancelled.cancel_requested_at is not None


def test_another_county_sees_neither_job_nor_plan(session):
    put_county(session, "210881", "盖州市")
    job = ask(session)
    with pytest.raises(UnknownJob):
        get_job(session, "210881", job.id)
    with pytest.raises(UnknownJob):
        cancel_job(session, "210881", job.id)
    with pytest.raises(UnknownPlan):
        get_plan(session, "210881", "none")
    assert list_jobs(session, "210881") == ([], 0)


def test_jobs_are_listed_by_state_newest_first_in_pages(session):
    ids = [ask(session).id for _ in range(3)]
    cancel_job(session, COUNTY, ids[0])
    page, total = list_jobs(session, COUNTY, state=JobState.QUEUED, limit=1)
    assert ([job.id for job in page], total) == ([ids[2]], 2)
