"""The siting of stations as a command, on a county of twelve villages."""

from __future__ import annotations

import csv
import tomllib

import pytest
from click.testing import CliRunner

from coop_service.documents.siting import read_siting
from coop_service.domain.scenarios import change_county
from coop_service.errors import InvalidInput
from coop_service.files.results import read_results
from coop_service.files.scenario_file import read_scenario_file
from scripts import site_stations
from tests.small_county import make_county, write_folder

COUNTY = ("--county", "210001", "--date", "2026-07-15")


@pytest.fixture
def folder(tmp_path):
    write_folder(tmp_path / "county", make_county())
    return tmp_path


def site(folder, out, *arguments):
    network = ("--network", folder / "county", *COUNTY)
    given = arguments if "--from" in arguments else (*network, *arguments)
    return CliRunner().invoke(site_stations.main, [str(folder / out), *map(str, given)])


def table(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_two_best_villages_get_stations_one_on_each_side(folder):
    done = site(folder, "out", "--problem", "p-center", "-k", 2, "--best", 2)
    assert done.exit_code == 0, done.output
    out = folder / "out"
    [first, second] = read_results(out)["tables"]["sitings"]
    assert {code[:2] for code in first["codes"].split()} == {"V1", "V2"}
    assert first["is_proved"]
    assert first["value"] <= second["value"]
    rows = table(out, "villages")
    assert len(rows) == 2 * 12
    served = {row["village"]: row["site"] for row in rows if row["rank"] == "1"}
    assert all(served[code] == code for code in first["codes"].split())
    for name in ("map.png", "summary.html"):
        assert (out / name).stat().st_size > 1000
    assert "合成" in (out / "summary.html").read_text("utf-8")


def test_its_own_scenario_makes_the_same_again(folder):
    arguments = ("--problem", "mclp", "-k", 1, "--within", 4, "--cost", 5, "--budget", 9)
    assert site(folder, "out", *arguments, "--cost-of", "V12", 10).exit_code == 0
    assert site(folder, "again", "--from", folder / "out" / "scenario.toml").exit_code == 0
    for name in ("results.json", "villages.csv", "map.png", "scenario.toml"):
        assert (folder / "again" / name).read_bytes() == (folder / "out" / name).read_bytes()
    document = tomllib.loads((folder / "out" / "scenario.toml").read_text("utf-8"))
    assert document["siting"]["costs_yuan"] == {"V12": 10}


def test_free_stations_are_closed_where_others_do_better(folder):
    done = site(folder, "out", "--problem", "p-median", "-k", 2, "--existing", "free")
    assert done.exit_code == 0, done.output
    scenario = read_scenario_file(folder / "out" / "siting_1.toml")
    assert {(c.change.value, c.site) for c in scenario.stations} >= {
        ("close", "S1"),
        ("close", "S2"),
    }
    [answer] = read_results(folder / "out")["tables"]["sitings"]
    _, after = change_county(make_county(), scenario)
    assert all(after.network.is_served(code) for code in answer["codes"].split())


def test_what_stops_a_siting_and_the_least_change_are_told(folder):
    done = site(folder, "out", "--problem", "lscp", "--within", 2, "-k", 1)
    assert done.exit_code == 1
    assert "新建" in done.output
    assert "new sites would do" in done.output
    assert "threshold of" in done.output
    assert not (folder / "out").exists()


def test_every_fault_of_a_request_is_told_with_its_path(folder):
    document = {"name": "x", "date": "2026-07-15", "siting": {"problem": "best", "new": -1, "k": 2}}
    with pytest.raises(InvalidInput) as caught:
        read_siting(document)
    assert {fault.pointer for fault in caught.value.faults} == {
        "network", "siting.problem", "siting.new", "siting.k",
    }  # fmt: skip
    done = site(folder, "out", "--problem", "mclp", "--within", 5, "--budget", 9,
                "--candidate", "X1")  # fmt: skip
    assert done.exit_code == 1
    assert "siting.candidates" in done.output
    assert "siting.budget_yuan" in done.output


def test_the_help_teaches_the_four_questions():
    told = CliRunner().invoke(site_stations.main, ["--help"]).output
    for word in ("lscp", "mclp", "p-median", "p-center", "--existing", "scenario.toml"):
        assert word in told
