"""A folder of results: read back, the same again, whole or not there, and a page that shows it."""

import csv
import json
import tomllib

import pytest

from coop_service.files.papers.fonts import FontMissing, font_file
from coop_service.files.results import (
    Column,
    Picture,
    Results,
    Table,
    read_results,
    write_results,
)
from coop_service.files.whole import write_whole

COLUMNS = (
    Column("figure", "指标", "figure"),
    Column("mean", "平均", "mean", 1),
    Column("count", "数", "count"),
)


def draw(figure):
    axes = figure.add_subplot()
    axes.bar(["高坎镇", "黄土岭镇"], [3.0, 1.0])
    axes.set_title("覆盖人口 (−1)")


def some_results(**changed):
    values = {
        "title": ("站点比较", "stations compared"),
        "findings": (("多覆盖 3 <个>村", "3 <more> villages"),),
        "tables": (
            Table(
                "figures",
                ("指标", "Figures"),
                COLUMNS,
                [
                    {"figure": "里程, 公里", "mean": 1234.567, "count": 3},
                    {"figure": "空", "mean": None, "count": 0},
                ],
            ),
            Table("long", ("长表", "Long"), COLUMNS, [], on_page=False),
        ),
        "pictures": (Picture("map", ("示意图", "a sketch"), draw),),
        "notes": (("合成", "synthetic"),),
        "scenario": {"seed": 1, "change": [{"site": "210882104"}]},
        "command": "python scripts/x.py scenario.toml",
    }
    return Results(**(values | changed))


def test_tables_scenario_and_figures_can_be_read_back(tmp_path):
    write_results(tmp_path / "a" / "b", some_results(data={"days": 2}))
    folder = tmp_path / "a" / "b"
    read = read_results(folder)
    assert read["tables"]["figures"][0]["mean"] == 1234.567
    assert read["days"] == 2
    with (folder / "figures.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0] == {"figure": "里程, 公里", "mean": "1234.567", "count": "3"}
    assert rows[1]["mean"] == ""
    scenario = tomllib.loads((folder / "scenario.toml").read_text("utf-8"))
    assert scenario["change"] == [{"site": "210882104"}]
    assert {"coop_service", "python", "numpy", "ortools"} <= scenario["versions"].keys()
    assert (folder / "map.png").read_bytes().startswith(b"\x89PNG")
    assert not list(folder.glob(".*"))


def test_the_page_holds_its_pictures_and_escapes_what_it_shows(tmp_path):
    write_results(tmp_path, some_results())
    page = (tmp_path / "summary.html").read_text("utf-8")
    assert "多覆盖 3 &lt;个&gt;村" in page
    assert 'src="data:image/png;base64,' in page
    assert '<td class="number">1,234.6</td>' in page
    assert '<td class="number">—</td>' in page
    assert "长表" not in page
    assert page.index("站点比较") < page.index("stations compared")


def test_the_same_results_are_the_same_files(tmp_path):
    for name in ("one", "two"):
        write_results(tmp_path / name, some_results())
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_a_number_that_json_does_not_know_is_refused(tmp_path):
    table = Table("figures", ("", ""), COLUMNS, [{"mean": float("nan")}])
    with pytest.raises(ValueError, match="JSON"):
        write_results(tmp_path, some_results(tables=(table,)))


def test_a_file_that_cannot_be_written_whole_leaves_the_old_one(tmp_path):
    path = tmp_path / "results.json"
    write_whole(path, json.dumps(1).encode())
    with pytest.raises(TypeError):
        write_whole(path, "not bytes")
    assert json.loads(path.read_text()) == 1
    assert [found.name for found in tmp_path.iterdir()] == ["results.json"]


def test_a_missing_font_is_told_and_no_picture_has_boxes(tmp_path):
    with pytest.raises(FontMissing):
        font_file(folder=tmp_path)
