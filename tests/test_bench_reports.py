"""The report of a large county is measured by a command; here of a small one."""

import re

import bench_reports
from click.testing import CliRunner


def test_a_county_is_made_with_plans_and_its_report_measured(monkeypatch):
    monkeypatch.setenv("COOP_DATABASE_URL", "")  # the command sets it; it is put back afterwards
    result = CliRunner().invoke(bench_reports.main, ["--sites", "64", "--weeks", "1"])
    assert result.exit_code == 0, result.output
    assert "64 sites, 7 days with a plan" in result.output
    assert "7 plans read" in result.output
    assert re.search(r"coverage report: \d+\.\d s", result.output)
