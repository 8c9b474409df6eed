"""``scenario.toml``: reading it, with the network folder that it names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from coop_service.documents.scenario import read_scenario
from coop_service.documents.siting import read_siting
from coop_service.domain.scenarios import County, Scenario, expand_grid
from coop_service.domain.siting_request import SitingRequest
from coop_service.errors import Fault, InvalidInput, both
from coop_service.files.network_folder import read_network_folder


def read_toml(path: Path) -> dict[str, Any]:
    """The document of a file.

    Raises:
        InvalidInput: it is no UTF-8 text, or no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        message = both("不是 UTF-8 文本", f"not UTF-8 text: {error.reason}")
        raise InvalidInput([Fault(str(path), "not_utf8", message)]) from error
    except tomllib.TOMLDecodeError as error:
        message = both(f"不是有效的 TOML:{error}", f"not valid TOML: {error}")
        raise InvalidInput([Fault(str(path), "not_toml", message)]) from error


def read_scenario_file(path: Path) -> Scenario:
    """The scenario of a file.

    Its network folder is looked for from where the command is given, then from the file's folder.

    Raises:
        InvalidInput: the file is no TOML, or with all faults of form by their TOML paths.
    """
    scenario = read_scenario(read_toml(path))
    return replace(scenario, network=_find_folder(scenario.network, path))


def read_siting_file(path: Path | None, changed: Mapping[str, Any]) -> SitingRequest:
    """The siting of a file, or of options alone.

    Args:
        path: the file; its network folder is looked for as in :func:`read_scenario_file`.
        changed: members of the document, by their path, that go before those of the file.

    Raises:
        InvalidInput: as :func:`read_scenario_file`.
    """
    document = {} if path is None else read_toml(path)
    for name, value in changed.items():
        part = document
        *tables, member = name.split(".")
        for table in tables:
            part = part.setdefault(table, {})
        part[member] = value
    request = read_siting(document)
    folder = _find_folder(request.network, path or Path())
    return replace(request, network=folder)


def read_grid_file(path: Path) -> tuple[Scenario, ...]:
    """The scenarios of a file that may have a table ``[grid]``: all combinations of its values.

    The file of a finished sweep of several files holds them all, as ``[[sweep]]``.

    Raises:
        InvalidInput: as :func:`read_scenario_file`, of all scenarios together, each fault once.
    """
    scenarios, faults = [], []
    for document in (one for part in read_grid_documents(path) for one in expand_grid(part)):
        try:
            scenarios.append(read_scenario(document))
        except InvalidInput as error:
            faults += error.faults
    if faults:
        raise InvalidInput(dict.fromkeys(faults))
    return tuple(scenarios)


def read_grid_documents(path: Path) -> tuple[dict[str, Any], ...]:
    """The documents of a file, with their grids, and where their network folders have been found.

    Raises:
        InvalidInput: the file is no TOML, or there is no such folder.
    """
    whole = read_toml(path)
    documents: list[dict[str, Any]] = whole.get("sweep", [whole])
    for document in documents:
        network = document.get("network")
        if isinstance(network, dict) and isinstance(network.get("folder"), str):
            network["folder"] = _find_folder(network["folder"], path)
    return tuple(documents)


def _find_folder(name: str, path: Path) -> str:
    """Where the folder is: from where the command is given, or from the file's folder."""
    for place in (Path(name), path.parent / name):
        if (place / "sites.csv").is_file():
            return str(place)
    message = both(
        f"没有路网文件夹 {name}(其中应有 sites.csv、roads.csv、vehicles.csv)",
        f"there is no network folder {name} (with sites.csv, roads.csv and vehicles.csv)",
    )
    raise InvalidInput([Fault("network.folder", "missing_folder", message)])


def read_scenario_county(scenario: Scenario) -> County:
    """The records of the network that a scenario starts from.

    Raises:
        InvalidInput: faults of the network folder.
    """
    records = read_network_folder(Path(scenario.network))
    return County(scenario.county, records.sites, records.roads, records.vans)
