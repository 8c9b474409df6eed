"""``coop report coverage`` writes what the service would answer."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from coop_service.cli import main
from coop_service.documents.report import read_report

FOLDER = str(Path(__file__).parents[2] / "network_data" / "dashiqiao")


@pytest.fixture
def coop(tmp_path, monkeypatch):
    monkeypatch.setenv("COOP_DATABASE_URL", f"sqlite:///{tmp_path}/coop.sqlite3")
    return lambda *arguments: CliRunner().invoke(main, ["report", "coverage", *arguments])


def test_json_and_a_file_for_each_table_are_written(coop, tmp_path):
    out = tmp_path / "out"
    result = coop("--date", "2026-10-15", "--network", FOLDER, "--out", str(out))
    assert result.exit_code == 0, result.output
    report = read_report(json.loads((out / "coverage.json").read_text("utf-8")))
    [section] = report.sections
    names = {f"coverage_{table.name}.csv" for table in section.tables}
    assert {path.name for path in out.iterdir()} == {
        "coverage.json",
        "coverage_figures.csv",
        *names,
    }
    with (out / "coverage_villages.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 286
    assert "有服务点的行政村比例" in result.output
    assert "合成" in result.output


def test_a_stored_county_is_reported_as_its_folder_but_for_the_plans(coop, tmp_path):
    imported = CliRunner().invoke(main, ["db", "upgrade"])
    assert imported.exit_code == 0
    assert CliRunner().invoke(main, ["network", "import", FOLDER]).exit_code == 0
    stored, folder = tmp_path / "stored", tmp_path / "folder"
    assert coop("--date", "2026-10-15", "--out", str(stored)).exit_code == 0
    assert coop("--date", "2026-10-15", "--network", FOLDER, "--out", str(folder)).exit_code == 0
    one, other = (
        read_report(json.loads((path / "coverage.json").read_text("utf-8")))
        for path in (stored, folder)
    )
    assert one.sections[0].figures == other.sections[0].figures
    assert one.network_digest == other.network_digest


def test_thresholds_can_be_given_and_every_bad_one_is_told(coop, tmp_path):
    common = ("--date", "2026-10-15", "--network", FOLDER, "--out", str(tmp_path / "out"))
    good = coop(*common, "--station-min", "200", "--bands-min", "15,30", "--worst", "3")
    assert good.exit_code == 0
    assert "200 分钟内有乡镇站的行政村比例" in good.output
    bad = coop(*common, "--station-min", "-1", "--weeks", "0", "--bands-km", "5,2")
    assert bad.exit_code == 2
    for name in ("/station_min", "/weeks", "/bands_km"):
        assert name in bad.output
    assert coop(*common, "--bands-km", "near").exit_code == 2
