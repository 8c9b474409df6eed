"""The direction of imports, as declared in pyproject.toml, holds for every module."""

import tomllib
from pathlib import Path

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[1]


def contracts():
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return pyproject["tool"]["importlinter"]["contracts"]


def test_the_declared_contracts_are_kept(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    status = lint_imports(no_cache=True, no_logo=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_every_part_of_the_package_has_its_place_in_the_layers():
    [layers] = [contract["layers"] for contract in contracts() if contract["type"] == "layers"]
    placed = {part.strip() for layer in layers for part in layer.split("|")}
    package = ROOT / "coop_service"
    parts = {
        f"coop_service.{path.stem}"
        for path in package.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert parts - {"coop_service.__init__"} <= placed


def test_every_part_but_planning_is_forbidden_to_import_a_solver():
    [layers] = [contract["layers"] for contract in contracts() if contract["type"] == "layers"]
    [solvers] = [contract for contract in contracts() if contract["type"] == "forbidden"]
    placed = {part.strip() for layer in layers for part in layer.split("|")}
    others = placed - {"coop_service.planning", "coop_service.settings", "coop_service.errors"}
    assert others == set(solvers["source_modules"])
    assert {"ortools", "pyvrp"} <= set(solvers["forbidden_modules"])
