"""Whole documents over HTTP; a solve on real workers is in tests/jobs and tests/test_serve.py."""

import copy
import json
from pathlib import Path

import pytest

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def example():
    return {
        name: json.loads((DATA / f"example_{name}.json").read_text())
        for name in ("problem", "plan")
    }


def test_the_example_plan_passes_the_check(call, example):
    verdict = call("POST", "/check", example, role="manager").json
    assert verdict == {
        "ok": True,
        "cost": 99.3,
        "cost_parts": {
            "fixed": 80.0,
            "distance": 8.8,
            "time": 10.5,
            "overtime": 0.0,
            "dropped": 0.0,
        },
        "violations": [],
    }


def test_a_violation_is_told_with_its_amount(call, example):
    broken = copy.deepcopy(example)
    broken["problem"]["vehicles"][0]["capacity"]["weight_kg"] = 30
    verdict = call("POST", "/check", broken).json
    assert not verdict["ok"]
    [violation] = verdict["violations"]
    assert (violation["rule"], violation["vehicle"]) == ("capacity", "V01")
    assert (violation["amount"], violation["unit"]) == (5.0, "weight_kg")


def test_faults_of_both_documents_are_told_at_once(call, example, faults):
    broken = copy.deepcopy(example)
    broken["problem"]["stops"][0]["location"] = 9
    broken["plan"]["mood"] = "good"
    response = call("POST", "/check", broken)
    assert response.status_code == 422
    assert faults(response).keys() == {"/problem/stops/0/location", "/plan/mood"}


@pytest.mark.parametrize("document", [[], {"problem": {}}, {"problem": {}, "plan": {}, "more": 1}])
def test_a_check_needs_a_problem_and_a_plan_and_nothing_else(call, faults, document):
    assert faults(call("POST", "/check", document)) == {"": "bad_shape"}


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("seconds=-1", "?seconds"),
        ("seconds=nan", "?seconds"),
        ("seconds=1e9", "?seconds"),
        ("engine=oracle", "?engine"),
        ("seed=x", "?seed"),
        ("colour=red", "?colour"),
    ],
)
def test_a_bad_parameter_is_told(call, example, faults, query, pointer):
    response = call("POST", f"/solve?{query}", example["problem"])
    assert response.status_code == 422
    assert faults(response).keys() == {pointer}


@pytest.mark.parametrize("path", ["/solve", "/check"])
def test_a_document_over_the_limit_is_refused(call, settings, path):
    body = b" " * (settings.max_body_mb * 2**20 + 1)
    response = call("POST", path, data=body, content_type="application/json")
    assert response.status_code == 413


@pytest.mark.parametrize("path", ["/solve", "/check"])
def test_a_document_must_be_declared_as_json(call, path):
    response = call("POST", path, data=b"{}", content_type="text/plain")
    assert response.status_code == 415


def test_a_manager_may_not_solve(call, example):
    assert call("POST", "/solve", example["problem"], role="manager").status_code == 403


def test_a_service_without_workers_says_so(call, example):
    response = call("POST", "/solve?seconds=1", example["problem"])
    assert (response.status_code, response.json["code"]) == (503, "cluster_busy")
