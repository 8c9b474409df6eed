"""The planner's bench as its commands, with real clusters: stations simulated, grids swept."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from coop_service.files.results import read_results
from scripts import simulate_station, sweep
from tests.small_county import make_county, write_folder

ROOT = Path(__file__).parents[1]

SCENARIO = """
name = "小县"
date = 2026-07-15
standard_min = 8.0
network = {folder = "county", county = "210001"}
demand = {days = 3, level = 0.5}
search = {iterations = 2, plain_plans = 1}
"""
UPGRADE = """
[[station]]
change = "upgrade"
site = "V13"
tier = "station"
catchment_min = 8.0
"""
VANS = """
[[fleet]]
change = "move"
vans = ["M1", "M2"]
home = "V13"
"""
GRID = """
[grid]
"station[0].site" = ["V13", "V14"]
"demand.level" = [0.5, 0.9]
"""


@pytest.fixture
def folder(tmp_path):
    write_folder(tmp_path / "county", make_county())
    return tmp_path


def write(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}


def run(script, *arguments):
    command = [sys.executable, str(ROOT / "scripts" / script), *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment(), timeout=280
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def figures(out):
    """Figures of each planned day by its key; how long it took differs."""
    runs = (json.loads(path.read_text("utf-8")) for path in (out / "runs").glob("*.json"))
    return {run["key"]: (run["date"], run["figures"], run["hubs"], run["error"]) for run in runs}


def table(out, name):
    with (out / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_a_station_with_vans_is_compared_before_and_after(folder):
    path = write(folder, "a.toml", SCENARIO + UPGRADE + VANS)
    run("simulate_station.py", path, folder / "out")
    out = folder / "out"
    results = read_results(out)
    before, after = results["coverage"]
    assert (before["covered_villages"], after["covered_villages"]) == (4, 8)
    rows = {row["name"]: row for row in results["tables"]["figures"]}
    assert rows["orders"]["difference"] == 0
    assert rows["hub_orders"]["before"] == 0 < rows["hub_orders"]["after"]
    assert [row["site"] for row in table(out, "hubs")] == ["V13"]
    assert len(table(out, "days")) == 6
    for name in ("map.png", "differences.png", "days.png", "summary.html", "scenario.toml"):
        assert (out / name).stat().st_size > 1000 or name == "scenario.toml"
    again = folder / "again"
    run("simulate_station.py", out / "scenario.toml", again, "--workers", "1")
    assert figures(again) == figures(out)
    assert (again / "results.json").read_bytes() == (out / "results.json").read_bytes()


def test_closing_and_adding_again_differs_in_nothing(folder):
    changes = "\n".join(f'[[station]]\nchange = "{kind}"\nsite = "S1"' for kind in ("close", "add"))
    run("simulate_station.py", write(folder, "a.toml", SCENARIO + changes), folder / "out")
    results = read_results(folder / "out")
    assert results["coverage"][0] == results["coverage"][1]
    for row in results["tables"]["figures"]:
        assert (row["before"], row["difference"], row["half_width"]) == (row["after"], 0, 0)


@pytest.mark.slow
def test_a_sweep_is_the_same_on_one_and_on_two_workers(folder):
    path = write(folder, "grid.toml", SCENARIO + UPGRADE + GRID)
    for workers in (1, 2):
        run("sweep.py", path, "--out", folder / str(workers), "--workers", workers)
    one, two = figures(folder / "1"), figures(folder / "2")
    assert one == two
    assert len(one) == 3 * (4 + 2)  # four scenarios, and each level without changes
    assert all(error is None for _, _, _, error in one.values())
    for name in ("scenarios.csv", "days.csv"):
        assert (folder / "1" / name).read_bytes() == (folder / "2" / name).read_bytes()


@pytest.mark.slow
def test_a_sweep_that_was_killed_goes_on_to_the_same_results(folder):
    text = (SCENARIO + UPGRADE + GRID).replace("days = 3", "days = 12")
    path = write(folder, "grid.toml", text.replace("iterations = 2", "iterations = 20"))
    out, whole = folder / "killed", folder / "whole"
    command = [sys.executable, str(ROOT / "scripts" / "sweep.py"), str(path), "--out", str(out)]
    running = subprocess.Popen(
        command, env=environment(), start_new_session=True, stderr=subprocess.DEVNULL
    )
    while len(list((out / "runs").glob("*.json"))) < 3:
        assert running.poll() is None
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    kept = {path.name: path.read_bytes() for path in (out / "runs").glob("*.json")}
    assert 3 <= len(kept) < 72
    assert not (out / "results.json").exists()

    run("sweep.py", path, "--out", out)
    run("sweep.py", path, "--out", whole)
    assert len(figures(whole)) == 72
    assert figures(out) == figures(whole)
    for name in ("scenarios.csv", "days.csv"):
        assert (out / name).read_bytes() == (whole / name).read_bytes()
    for name, content in kept.items():  # what was there has not been planned again
        assert (out / "runs" / name).read_bytes() == content


@pytest.mark.slow
def test_a_scenario_that_fails_is_told_and_stops_no_other(folder):
    path = write(folder, "grid.toml", SCENARIO + UPGRADE + GRID.replace("V14", "V99"))
    told = run("sweep.py", path, "--out", folder / "out")
    assert "station[0].site" in told
    failures = table(folder / "out", "failures")
    assert len(failures) == 2 * 3
    assert all("V99" in row["detail"] for row in failures)
    rows = table(folder / "out", "scenarios")
    assert [row["days"] for row in rows] == ["3", "3", "0", "0"]

    report = run("sweep.py", path, "--out", folder / "out", "--report")
    assert "scenario-days per core-hour" in report
    run("sweep.py", folder / "out" / "scenario.toml", "--out", folder / "out", "--report")
    assert len(table(folder / "out", "failures")) == 6


@pytest.mark.parametrize("command", [simulate_station.main, sweep.main])
def test_the_printed_example_is_a_scenario(command):
    done = CliRunner().invoke(command, ["--example"])
    assert done.exit_code == 0
    assert tomllib.loads(done.output)["station"][0]["change"] == "upgrade"
    assert "--example" in CliRunner().invoke(command, ["--help"]).output


def test_every_fault_of_a_scenario_file_is_told_with_its_path(folder):
    text = SCENARIO + '[[station]]\nchange = "build"\nsite = 3\nopne = "07:00"\nclose = "25:00"\n'
    text += "[grid]\n"
    path = write(folder, "bad.toml", text.replace("iterations = 2", "iterations = 2, seconds = -1"))
    done = CliRunner().invoke(simulate_station.main, [str(path), str(folder / "out")])
    assert done.exit_code == 1
    for place in ("change", "site", "opne", "close"):
        assert f"station[0].{place}: " in done.output
    for place in ("search.seconds", "grid"):
        assert f"{place}: " in done.output
    assert not (folder / "out").exists()


def test_a_grid_over_what_is_not_there_is_told(folder):
    grid = '[grid]\n"station[3].site" = ["V13"]\n"demand.level" = 1.0\n'
    path = write(folder, "bad.toml", SCENARIO + grid)
    done = CliRunner().invoke(sweep.main, [str(path), "--out", str(folder / "out")])
    assert done.exit_code == 1
    assert 'grid."station[3].site": ' in done.output
    assert 'grid."demand.level": ' in done.output


@pytest.mark.slow
def test_a_fleet_with_idle_vans_is_made_smaller_and_still_serves(folder):
    """Half a day's goods fill one truck: of four vans, the dearer ones to keep go."""
    text = SCENARIO.replace("days = 3", "days = 2")
    out = folder / "out"
    run("size_fleet.py", write(folder, "a.toml", text), out, "--service", "1.0", "--steps", "4")
    results = read_results(out)
    mixes = results["tables"]["mixes"]
    assert mixes[0]["vans"] == 4
    reached = [row for row in mixes if row["service"] == 1.0]
    best = min(reached, key=lambda row: row["cost_yuan"])
    assert best["vans"] < 4
    assert best["cost_yuan"] < mixes[0]["cost_yuan"]
    edge = results["tables"]["frontier"]
    assert [row["cost_yuan"] for row in edge] == sorted(row["cost_yuan"] for row in edge)
    assert edge[-1]["cost_yuan"] == best["cost_yuan"]
    assert (out / "frontier.png").stat().st_size > 1000


@pytest.mark.slow
def test_a_worker_that_dies_takes_no_day_with_it(folder):
    text = (SCENARIO + UPGRADE + GRID).replace("days = 3", "days = 8")
    path = write(folder, "grid.toml", text.replace("iterations = 2", "iterations = 20"))
    out = folder / "out"
    command = [sys.executable, str(ROOT / "scripts" / "sweep.py"), str(path), "--out", str(out)]
    running = subprocess.Popen(
        command, env=environment(), start_new_session=True, stderr=subprocess.DEVNULL
    )
    while len(list((out / "runs").glob("*.json"))) < 2:
        assert running.poll() is None
        time.sleep(0.02)
    workers = [
        process
        for process in psutil.Process(running.pid).children()
        if "spawn_main" in " ".join(process.cmdline())
    ]
    assert len(workers) == 2
    workers[0].kill()
    assert running.wait(timeout=280) == 0
    found = figures(out)
    assert len(found) == 8 * (4 + 2)
    assert all(error is None for _, _, _, error in found.values())
