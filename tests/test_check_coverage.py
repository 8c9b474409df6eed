"""The default county's report, recomputed by plain NetworkX, and that the check can fail."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import check_coverage
import pytest
from check_coverage import County, check, find_differences, read_folder
from click.testing import CliRunner

from coop_service.domain.reports import coverage_section
from coop_service.files.network_folder import read_network_folder

FOLDER = Path(__file__).parents[1] / "network_data" / "dashiqiao"
WINTER = dt.date(2027, 1, 12)


@pytest.mark.parametrize("date", [dt.date(2026, 10, 15), WINTER], ids=["autumn", "roads closed"])
def test_the_report_of_the_default_county_is_recomputed_exactly(date):
    compared, differences = check(str(FOLDER), "210882", date)
    assert differences == []
    assert compared > 15_000


def test_one_cell_or_figure_that_differs_is_named(monkeypatch):
    monkeypatch.setattr(check_coverage, "WORST", 0)
    section = coverage_section(read_network_folder(FOLDER).network("210882"), WINTER)
    figures = [replace(section.figures[0], value=99.9), *section.figures[1:]]
    first, *others = section.tables
    rows = ({**first.rows[0], "station_max_min": 1.0}, *first.rows[1:])
    tables = [
        replace(table, rows=()) if table.name == "worst" else table
        for table in (replace(first, rows=rows), *others)
    ]
    wrong = replace(section, figures=tuple(figures), tables=tuple(tables))
    sites, roads = read_folder(FOLDER)
    found = find_differences(wrong, County(sites, roads, [], WINTER))
    assert [each.split(":")[0] for each in found] == [
        "villages_with_point_share",
        "townships[0].station_max_min",
    ]


def test_the_command_exits_with_1_where_anything_differs(monkeypatch):
    monkeypatch.setattr(check_coverage, "check", lambda *_: (10, ["people: 1 != 2"]))
    result = CliRunner().invoke(check_coverage.main, ["somewhere", "--date", "2026-10-15"])
    assert result.exit_code == 1
    assert "people: 1 != 2" in result.output
