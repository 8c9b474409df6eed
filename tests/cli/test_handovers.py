"""`coop handovers` on the documents of the example with a hub."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from coop_service.cli import main
from coop_service.documents.examples import relay_example


@pytest.fixture
def paths(tmp_path: Path) -> tuple[Path, Path]:
    return write(tmp_path, "problem"), write(tmp_path, "plan")


def write(folder: Path, name: str) -> Path:
    path = folder / f"{name}.json"
    path.write_text(json.dumps(relay_example(name)), encoding="utf-8")
    return path


def coop(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_the_table_names_who_brings_and_who_takes(paths: tuple[Path, Path]) -> None:
    result = coop("handovers", *paths)
    assert result.exit_code == 0, result.stderr
    rows = [line for line in result.stdout.splitlines() if "BOX01" in line or "MIC07" in line]
    # goods down: in by the truck, out by the van; produce the other way round
    assert len(rows) == 4
    assert "高坎镇 gaokan" in result.stdout


def test_the_document_is_that_of_the_service(paths: tuple[Path, Path]) -> None:
    document = json.loads(coop("handovers", *paths, "--hub", "gaokan", "--json").stdout)
    [hub] = document["hubs"]
    arriving = {o["order"]: o["brought_by"] for h in hub["hours"] for o in h["arriving_orders"]}
    assert arriving == {"o17": "BOX01", "o18": "BOX01", "i9": "MIC07"}


def test_a_hub_that_there_is_not_is_refused(paths: tuple[Path, Path]) -> None:
    result = coop("handovers", *paths, "--hub", "centre")
    assert result.exit_code == 2
    assert "gaokan" in result.stderr


def test_a_plan_that_breaks_rules_has_no_lists(paths: tuple[Path, Path]) -> None:
    problem = relay_example("problem")
    problem["hubs"][0]["sort_fixed_s"] = 36_000
    paths[0].write_text(json.dumps(problem), encoding="utf-8")
    result = coop("handovers", *paths)
    assert result.exit_code == 1
    assert "coop check" in result.stderr
