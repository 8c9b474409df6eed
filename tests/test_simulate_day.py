"""simulate_day.py: folders of results that can be made again, and faults that are told."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from coop_service.documents import parse_json, read_plan, write_plan, write_problem
from coop_service.documents.day_scenario import read_day_scenario, write_day_scenario
from coop_service.domain.simulation.scenario import DayScenario
from coop_service.domain.verify import verify
from coop_service.errors import InvalidInput
from coop_service.files.results import read_results
from scripts.simulate_day import EXAMPLE, main
from tests.domain.simulation.test_play import two_stops


@pytest.fixture
def paths(tmp_path: Path) -> tuple[str, str]:
    problem, plan = two_stops()
    for name, document in (("problem", write_problem(problem)), ("plan", write_plan(plan))):
        (tmp_path / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    return str(tmp_path / "problem.json"), str(tmp_path / "plan.json")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def test_the_example_is_the_defaults_and_every_figure_is_written_out() -> None:
    document = tomllib.loads(EXAMPLE)
    assert read_day_scenario(document) == (DayScenario(), {})
    assert document == write_day_scenario(DayScenario())


def test_a_folder_of_results_is_made_again_from_its_own_scenario(
    paths: tuple[str, str], tmp_path: Path
) -> None:
    asked = tmp_path / "asked.toml"
    asked.write_text("[travel]\nleg_sigma = 0.5\n", encoding="utf-8")
    first = run("play", *paths, "--days", 60, "--seed", 3, "--scenario", asked, "--out",
                tmp_path / "a")  # fmt: skip
    assert first.exit_code == 0, first.output
    again = run("play", *paths, "--scenario", tmp_path / "a/scenario.toml", "--out", tmp_path / "b")
    assert again.exit_code == 0, again.output
    results = read_results(tmp_path / "a")
    assert results == read_results(tmp_path / "b")
    [row] = results["tables"]["plans"]
    days = [day["on_time"] for day in results["tables"]["days"]]
    assert len(days) == 60
    assert row["on_time"] == pytest.approx(sum(days) / 60)
    assert 0 < row["on_time"] < 1
    assert {stop["stop"] for stop in results["tables"]["stops"]} == {"c1", "c2"}
    names = {path.name for path in (tmp_path / "a").iterdir()}
    assert {"summary.html", "plans.csv", "stops.csv", "fragile_stops.png", "returns.png"} <= names
    assert "准点" in (tmp_path / "a/summary.html").read_text(encoding="utf-8")


def test_a_plan_beside_itself_differs_by_nothing(paths: tuple[str, str], tmp_path: Path) -> None:
    twin = tmp_path / "twin.json"
    twin.write_bytes(Path(paths[1]).read_bytes())
    done = run("play", *paths, twin, "--days", 20, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    _, other = read_results(tmp_path / "out")["tables"]["plans"]
    assert (other["difference_low"], other["difference_high"]) == (0, 0)


def test_a_buffer_is_planned_retimed_and_priced_on_the_true_day(
    paths: tuple[str, str], tmp_path: Path
) -> None:
    problem, _ = two_stops()
    windows = (((36_000, 36_000),), ((36_000, 37_100),))  # so that a van is there to the second
    stops = zip(problem.stops, windows, strict=True)
    problem = replace(problem, stops=tuple(replace(s, time_windows_s=w) for s, w in stops))
    Path(paths[0]).write_text(json.dumps(write_problem(problem)), encoding="utf-8")
    out = tmp_path / "out"
    done = run("buffers", paths[0], "--buffer-share", 0.2, "--buffer-s", 60, "--iterations", 2,
               "--days", 50, "--out", out)  # fmt: skip
    assert done.exit_code == 0, done.output
    plain, bought = read_results(out)["tables"]["buffers"]
    assert (plain["buffer_share"], bought["buffer_share"], bought["buffer_s"]) == (0, 0.2, 60)
    assert plain["cost_yuan"] <= bought["cost_yuan"]
    assert plain["on_time"] < bought["on_time"]
    plan = read_plan(parse_json((out / "buffer-0.2-60.json").read_bytes()))
    assert verify(problem, plan).ok
    assert plan.cost == bought["cost_yuan"]


def test_every_fault_of_a_scenario_is_named() -> None:
    document = {
        "travel": {"leg_sigma": -1, "speed": 2},
        "no_shows": {"share": 2},
        "closures": {"detour_factor": 0.5},
    }
    with pytest.raises(InvalidInput) as caught:
        read_day_scenario(document)
    assert {fault.pointer for fault in caught.value.faults} == {
        "/travel/leg_sigma",
        "/travel/speed",
        "/no_shows/share",
        "/closures/detour_factor",
    }


def test_a_wrong_run_is_told_with_the_other_faults() -> None:
    document = {
        "run": {"days": 1, "seed": "x", "plans": ["a.json"]},
        "service": {"sigma": -1},
        "travel": {"custom": {}},
    }
    with pytest.raises(InvalidInput) as caught:
        read_day_scenario(document)
    pointers = {fault.pointer for fault in caught.value.faults}
    assert pointers == {"/run/days", "/run/seed", "/service/sigma", "/travel/custom"}


def test_what_an_option_says_goes_before_the_run_of_the_scenario(
    paths: tuple[str, str], tmp_path: Path
) -> None:
    asked = tmp_path / "asked.toml"
    asked.write_text("[run]\ndays = 30\nseed = 7\n", encoding="utf-8")
    done = run("play", *paths, "--scenario", asked, "--seed", 0, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    made = tomllib.loads((tmp_path / "out/scenario.toml").read_text(encoding="utf-8"))
    assert (made["run"]["days"], made["run"]["seed"]) == (30, 0)


def test_a_plan_is_taken_as_the_service_answers_it(paths: tuple[str, str], tmp_path: Path) -> None:
    answer = tmp_path / "answer.json"
    document = json.loads(Path(paths[1]).read_bytes())
    answer.write_text(json.dumps({"version": 1, "document": document}), encoding="utf-8")
    done = run("play", *paths, answer, "--days", 20, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    first, second = read_results(tmp_path / "out")["tables"]["plans"]
    assert first["on_time"] == second["on_time"]


def test_a_scenario_that_is_no_toml_is_told(paths: tuple[str, str], tmp_path: Path) -> None:
    asked = tmp_path / "asked.toml"
    asked.write_text("[travel", encoding="utf-8")
    done = run("play", *paths, "--scenario", asked, "--out", tmp_path / "out")
    assert isinstance(done.exception, InvalidInput)
    assert "not_toml" in str(done.exception)
