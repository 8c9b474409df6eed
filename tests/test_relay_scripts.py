"""The picture and the timetable of a township, and the measurement of the choice of modes."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from coop_service.documents.examples import relay_example
from scripts.bench_modes import FIELDS, summary_rows
from scripts.bench_modes import main as bench_modes
from scripts.draw_relay_day import main as draw_relay_day

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def paths(tmp_path: Path) -> dict[str, Path]:
    paths = {name: tmp_path / f"{name}.json" for name in ("problem", "plan")}
    for name, path in paths.items():
        path.write_text(json.dumps(relay_example(name)), encoding="utf-8")
    return paths


def test_the_picture_shows_each_handover_and_the_timetable_goes_by_time(
    paths: dict[str, Path], tmp_path: Path
) -> None:
    picture = tmp_path / "day.svg"
    result = CliRunner().invoke(
        draw_relay_day, [str(paths["problem"]), str(paths["plan"]), str(picture)]
    )
    assert result.exit_code == 0, result.output
    root = ElementTree.parse(picture).getroot()
    texts = [element.text or "" for element in root.iter(f"{SVG}text")]
    assert {"BOX01", "MIC07", "高坎镇"} <= set(texts)
    assert any("示意" in text for text in texts)
    assert any("synthetic" in text for text in texts)
    # down from the truck and on with the van, up from the van and on with the truck
    assert len([line for line in root.iter(f"{SVG}line") if line.get("stroke-dasharray")]) == 4
    times = [line[2:7] for line in result.stdout.splitlines()[2:]]
    assert len(times) == 8
    assert times == sorted(times)


def test_a_hub_that_there_is_not_is_refused(paths: dict[str, Path], tmp_path: Path) -> None:
    arguments = [str(paths["problem"]), str(paths["plan"]), str(tmp_path / "x.svg")]
    result = CliRunner().invoke(draw_relay_day, [*arguments, "--hub", "centre"])
    assert result.exit_code == 2
    assert "gaokan" in result.output


def row(day: str, mode: str, cost: float, unassigned: int = 0, error: str = "") -> dict[str, str]:
    values = {
        "day": day,
        "mode": mode,
        "seed": "1",
        "seconds": "1.0",
        "cost": str(cost),
        "unassigned": str(unassigned),
        "violations": "0",
        "townships": "2",
        "relayed": "1",
        "error": error,
    }
    return {name: values.get(name, "") for name in FIELDS}


def test_auto_is_compared_with_the_cheaper_of_both() -> None:
    runs = [row("a", "direct", 200.0), row("a", "relay", 100.0), row("a", "auto", 99.0)]
    [summary] = summary_rows(runs)
    assert summary == ("a", "200.00", "100.00", "99.00", "0.9900", "1 / 2", "0 0 0", "0 0 0")


def test_a_plan_that_leaves_out_more_is_not_the_cheaper() -> None:
    runs = [row("a", "direct", 200.0), row("a", "relay", 100.0, 3), row("a", "auto", 190.0)]
    [summary] = summary_rows(runs)
    assert summary[4] == "0.9500"
    runs[2] = row("a", "auto", 150.0, 1)
    [summary] = summary_rows(runs)
    assert summary[4] == ""


def test_what_went_wrong_is_shown_and_what_is_not_there_yet_is_left_out() -> None:
    runs = [row("a", "direct", 1.0), row("a", "relay", 1.0), row("a", "auto", 1.0, 0, "NoPlan")]
    assert next(iter(summary_rows(runs)))[-1] == "NoPlan"
    assert list(summary_rows(runs[:2])) == []


def test_a_day_is_measured_in_all_three_ways_and_not_again(
    paths: dict[str, Path], tmp_path: Path
) -> None:
    days = tmp_path / "days"
    days.mkdir()
    (days / "example.json").write_bytes(paths["problem"].read_bytes())
    out = tmp_path / "out"
    arguments = ["run", str(days), "--out", str(out), "--fixed-seconds", "1", "--auto-seconds", "1"]
    for _ in range(2):
        result = CliRunner().invoke(bench_modes, arguments)
        assert result.exit_code == 0, result.output
        assert len((out / "runs.csv").read_text().splitlines()) == 4
    assert "1 days compared" in (out / "summary.md").read_text()
