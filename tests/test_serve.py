"""`scripts/serve` as a user starts it, a real HTTP client, and processes that are really killed."""

import json
import os
import re
import signal
import stat
import subprocess
import time
from pathlib import Path

import httpx
import psutil
import pytest

from coop_service.documents import read_plan, read_problem
from coop_service.domain.verify import verify

ROOT = Path(__file__).parents[1]
DAY = "2026-10-15"

pytestmark = pytest.mark.slow


class Service:
    """One installation, which may be started more than once."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.starts = 0

    def start(self):
        self.starts += 1
        self.log = self.folder / f"start-{self.starts}.log"
        settings = {"COOP_DATABASE_URL": f"sqlite:///{self.folder}/coop.sqlite3", "COOP_PORT": "0"}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [ROOT / "scripts" / "serve"],
                env=os.environ | settings,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        while not (found := re.search(r"serving on (http://\S+)", self.log.read_text())):
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        self.key = (self.folder / "demo_key").read_text().strip()
        self.client = httpx.Client(
            base_url=found[1], headers={"Authorization": f"Bearer {self.key}"}, timeout=60
        )

    def processes(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def kill(self):
        """As if the power went: every process at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.client.close()

    def interrupt(self):
        """Ctrl-C, which reaches every process of the terminal."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait()
        self.client.close()

    def ask(self, seconds, **headers):
        answer = self.client.post(
            "/api/v1/plans", json={"date": DAY, "seconds": seconds}, headers=headers
        )
        assert answer.status_code == 202
        return answer

    def events(self, answer):
        """Names and data of a job's events, as they come."""
        with self.client.stream("GET", answer.json()["links"]["events"]) as stream:
            name = None
            for line in stream.iter_lines():
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    yield name, json.loads(value)

    def wait_for_a_plan(self, answer):
        name, data = next(self.events(answer))
        assert name == "progress", data
        return data

    def wait_for_the_end(self, answer):
        *_, last = self.events(answer)
        return last

    def verified_plan(self, job):
        address = f"/api/v1/plans/{job['plan_id']}"
        problem = read_problem(self.client.get(address + "/problem").json())
        plan = read_plan(self.client.get(address).json()["document"])
        assert verify(problem, plan).ok
        return problem, plan


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    service = Service(tmp_path_factory.mktemp("service"))
    service.start()
    yield service
    service.interrupt()


@pytest.fixture
def own_service(tmp_path):
    service = Service(tmp_path)
    service.start()
    yield service
    if service.process.poll() is None:
        service.interrupt()


def test_the_demo_day_is_planned_from_the_request_to_the_verified_plan(service):
    answer = service.ask(seconds=12)
    assert service.client.get(answer.headers["Location"]).json()["job"]["state"] != "failed"
    *progress, (end, job) = service.events(answer)
    assert end == "done", job["error"]
    worth = [(data["orders_unassigned"], data["cost"]) for _, data in progress]
    assert worth == sorted(worth, reverse=True)
    problem, plan = service.verified_plan(job)
    assert len(problem.vehicles) == 22
    assert len(problem.stops) > 200
    assert all(left_out.proved for left_out in plan.unassigned)
    assert (len(plan.unassigned), plan.cost) == worth[-1]


def test_a_cancelled_job_keeps_its_best_plan(service):
    answer = service.ask(seconds=300)
    first = service.wait_for_a_plan(answer)
    service.client.post(answer.json()["links"]["cancel"])
    end, job = service.wait_for_the_end(answer)
    assert end == "cancelled"
    _, plan = service.verified_plan(job)
    assert plan.status == "cancelled"
    assert plan.cost <= first["cost"]


def test_a_request_that_is_sent_twice_is_one_job(service):
    first, second = (service.ask(seconds=3, **{"Idempotency-Key": "once"}) for _ in range(2))
    assert first.json()["job"]["id"] == second.json()["job"]["id"]
    assert service.wait_for_the_end(first)[0] == "done"


def test_a_worker_that_is_killed_in_the_middle_loses_no_job(service):
    answer = service.ask(seconds=4)
    service.wait_for_a_plan(answer)
    # Our child whose children search is the worker that has the job.
    [worker] = (
        child
        for child in service.processes()
        if child.ppid() == service.process.pid and child.children()
    )
    worker.kill()
    end, job = service.wait_for_the_end(answer)
    assert (end, job["attempts"]) == ("done", 2)
    service.verified_plan(job)


def test_a_whole_document_is_solved_and_checked(service):
    document = json.loads((ROOT / "tests/data/example_problem.json").read_text()) | {"rules": {}}
    plan = service.client.post("/api/v1/solve", params={"seconds": 2}, json=document).json()
    assert plan["cost"] == 99.30
    verdict = service.client.post("/api/v1/check", json={"problem": document, "plan": plan}).json()
    assert verdict["ok"]


def test_the_faults_of_a_document_are_told(service):
    answer = service.client.post("/api/v1/solve", json={"name": "x", "colour": "red"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"/colour", "/vehicles"} <= {fault["pointer"] for fault in answer.json()["errors"]}


def test_an_accepted_job_survives_the_death_of_the_whole_service(own_service):
    answer = own_service.ask(seconds=20)
    own_service.wait_for_a_plan(answer)
    waiting = own_service.ask(seconds=6)
    own_service.kill()
    own_service.start()
    end, job = own_service.wait_for_the_end(answer)
    assert (end, job["attempts"]) == ("done", 2)
    own_service.verified_plan(job)
    assert own_service.wait_for_the_end(waiting)[0] == "done"


def test_a_second_start_changes_nothing(own_service):
    day = own_service.client.get(f"/api/v1/days/{DAY}").json()
    key = own_service.key
    own_service.interrupt()
    own_service.start()
    assert own_service.key == key
    assert own_service.client.get(f"/api/v1/days/{DAY}").json() == day
    assert stat.S_IMODE((own_service.folder / "demo_key").stat().st_mode) == 0o600


def test_an_interrupt_ends_every_process_and_keeps_the_job(own_service):
    answer = own_service.ask(seconds=300)
    own_service.wait_for_a_plan(answer)
    processes = own_service.processes()
    own_service.interrupt()
    assert own_service.process.returncode == 0, own_service.log.read_text()
    assert "Traceback" not in own_service.log.read_text()
    _, alive = psutil.wait_procs(processes, timeout=30)
    assert not alive
    own_service.start()
    job = own_service.client.get(answer.headers["Location"]).json()["job"]
    assert job["state"] in ("queued", "running")
