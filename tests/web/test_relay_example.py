"""The example with a hub in the API's description is one that the service accepts and plans."""

from __future__ import annotations

import json

import pytest

from coop_service.documents import parse_json, read_plan, read_problem
from coop_service.domain.relay import chosen_modes, legs_of
from coop_service.domain.verify import verify
from coop_service.services.plan_runs import solve_document
from coop_service.web.app import create_app

API = "/api/v1"


class HereJobs:
    """Solves in a child process of this one, as the workers of a cluster do."""

    def solve(self, document, stop, engine, seed):
        return solve_document(document, stop, engine, seed)


@pytest.fixture
def app(settings, engine):
    app = create_app(settings, jobs=HereJobs())
    app.testing = True
    return app


@pytest.fixture
def operation(app):
    def find(path):
        return app.test_client().get(f"{API}/openapi.json").json["paths"][API + path]["post"]

    return find


def request_example(operation):
    return operation["requestBody"]["content"]["application/json"]["example"]


def test_the_example_is_solved_over_its_hub(call, operation):
    example = request_example(operation("/solve"))
    assert example["hubs"]
    assert example["relays"]
    response = call("POST", "/solve?seconds=2", example)
    assert response.status_code == 200
    problem, plan = read_problem(example), read_plan(response.json)
    assert verify(problem, plan).violations == ()
    assert plan.unassigned == ()
    served = {name for route in plan.routes for visit in route.visits for name in visit.orders}
    assert {leg.id for leg in legs_of(problem, chosen_modes(plan))} == served


def test_the_plan_that_is_shown_answers_the_problem_that_is_shown(call, operation):
    answer = operation("/solve")["responses"]["200"]["content"]["application/json"]["example"]
    problem = read_problem(parse_json(json.dumps(request_example(operation("/solve"))).encode()))
    assert verify(problem, read_plan(answer)).violations == ()
    assert "o17:trunk" in json.dumps(answer)


def test_the_example_of_the_check_passes_it(call, operation):
    verdict = call("POST", "/check", request_example(operation("/check"))).json
    assert (verdict["ok"], verdict["violations"]) == (True, [])
