"""`coop solve` and `coop check` on documents in files."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from coop_service.cli import main

# The example of the problem format.
PROBLEM: dict[str, Any] = {
    "name": "example",
    "profiles": {"van": {"duration_s": [[0, 600], [600, 0]], "distance_m": [[0, 8000], [8000, 0]]}},
    "depots": [{"id": "centre", "location": 0, "open_s": 21600, "close_s": 72000}],
    "vehicles": [
        {
            "id": "V01",
            "profile": "van",
            "start_depot": "centre",
            "end_depot": "centre",
            "capacity": {"weight_kg": 800, "volume_m3": 4.5},
            "shift_s": [25200, 61200],
            "costs": {"fixed": 80.0, "per_km": 0.55, "per_hour": 25.2},
        }
    ],
    "stops": [{"id": "c1", "location": 1, "service_s": 240, "time_windows_s": [[25200, 64800]]}],
    "orders": [
        {
            "id": "o1",
            "stop": "c1",
            "direction": "outbound",
            "load": {"weight_kg": 35, "volume_m3": 0.2, "pieces": 4},
            "service_s": 60,
        }
    ],
}
COST_YUAN = 99.30  # 80 + 16 km x 0.55 + 1500 s x 25.2 / h


@pytest.fixture
def problem_path(tmp_path: Path) -> Path:
    return write(tmp_path / "problem.json", PROBLEM)


@pytest.fixture
def plan_path(problem_path: Path) -> Path:
    path = problem_path.with_name("plan.json")
    solved = coop("solve", problem_path, "--iterations", 1, "--out", path)
    assert solved.exit_code == 0, solved.stderr
    return path


def test_a_plan_to_begin_with_is_read(problem_path: Path, plan_path: Path) -> None:
    solved = coop("solve", problem_path, "--iterations", 1, "--start", plan_path)
    assert solved.exit_code == 0, solved.stderr
    assert json.loads(solved.stdout)["cost"] == COST_YUAN
    broken = write(plan_path.with_name("broken.json"), {"name": "x"})
    refused = coop("solve", problem_path, "--start", broken)
    assert refused.exit_code != 0


def write(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def coop(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_solve_writes_the_plan_with_the_hand_computed_cost(plan_path: Path):
    plan = json.loads(plan_path.read_text())
    assert plan["cost"] == COST_YUAN
    assert plan["routes"][0]["trips"][0]["stops"][0]["orders"] == ["o1"]


def test_solve_writes_to_stdout_by_default_and_reports_on_stderr(problem_path: Path):
    result = coop("solve", problem_path, "--seconds", 20)
    assert json.loads(result.stdout)["cost"] == COST_YUAN
    assert "1/1" in result.stderr


def test_check_accepts_what_solve_wrote(problem_path: Path, plan_path: Path):
    result = coop("check", problem_path, plan_path)
    assert result.exit_code == 0
    assert "99.30" in result.stdout


def test_check_tells_each_violation_with_its_amount(problem_path: Path, plan_path: Path):
    problem = copy.deepcopy(PROBLEM)
    problem["vehicles"][0]["capacity"]["weight_kg"] = 30
    result = coop("check", write(problem_path, problem), plan_path)
    assert result.exit_code == 1
    assert "capacity: 5 weight_kg" in result.stdout
    assert "V01" in result.stdout


def test_check_refuses_a_cost_that_is_off_by_two_cents(problem_path: Path, plan_path: Path):
    plan = json.loads(plan_path.read_text())
    plan["cost"] += 0.02
    result = coop("check", problem_path, write(plan_path, plan))
    assert result.exit_code == 1
    assert "stated_cost" in result.stdout


@pytest.mark.parametrize("command", ["solve", "check"])
def test_an_unknown_field_is_an_error_of_the_document(
    command: str, problem_path: Path, plan_path: Path
):
    problem = copy.deepcopy(PROBLEM)
    problem["rules"] = {"siesta": True}
    write(problem_path, problem)
    result = coop(command, problem_path, *([plan_path] if command == "check" else []))
    assert result.exit_code == 2
    assert "/rules/siesta" in result.stderr


def test_what_the_engine_cannot_plan_is_told_and_nothing_is_written(problem_path: Path):
    problem = copy.deepcopy(PROBLEM)
    problem["vehicles"][0]["max_trips"] = 2
    out = problem_path.with_name("none.json")
    result = coop("solve", write(problem_path, problem), "--engine", "ortools", "--out", out)
    assert result.exit_code == 2
    assert "/vehicles/0/max_trips" in result.stderr
    assert not out.exists()


def test_seconds_and_iterations_exclude_each_other(problem_path: Path):
    result = coop("solve", problem_path, "--seconds", 1, "--iterations", 1)
    assert result.exit_code == 2
    assert "--iterations" in result.stderr


def test_the_same_seed_and_iterations_give_the_same_routes(problem_path: Path):
    first, second = (
        json.loads(coop("solve", problem_path, "--iterations", 2, "--seed", 3).stdout)["routes"]
        for _ in range(2)
    )
    assert first == second
