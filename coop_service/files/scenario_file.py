"""``scenario.toml``: reading it, with the network folder that it names."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

from coop_service.documents.scenario import read_scenario
from coop_service.domain.scenarios import County, Scenario
from coop_service.errors import Fault, InvalidInput, both
from coop_service.files.network_folder import read_network_folder


def read_scenario_file(path: Path) -> Scenario:
    """The scenario of a file.

    Its network folder is looked for from where the command is given, then from the file's folder.

    Raises:
        InvalidInput: the file is no TOML, or with all faults of form by their TOML paths.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        message = both("不是 UTF-8 文本", f"not UTF-8 text: {error.reason}")
        raise InvalidInput([Fault(str(path), "not_utf8", message)]) from error
    except tomllib.TOMLDecodeError as error:
        message = both(f"不是有效的 TOML:{error}", f"not valid TOML: {error}")
        raise InvalidInput([Fault(str(path), "not_toml", message)]) from error
    scenario = read_scenario(document)
    folder = Path(scenario.network)
    for place in (folder, path.parent / folder):
        if (place / "sites.csv").is_file():
            return replace(scenario, network=str(place))
    message = both(
        f"没有路网文件夹 {folder}(其中应有 sites.csv、roads.csv、vehicles.csv)",
        f"there is no network folder {folder} (with sites.csv, roads.csv and vehicles.csv)",
    )
    raise InvalidInput([Fault("network.folder", "missing_folder", message)])


def read_scenario_county(scenario: Scenario) -> County:
    """The records of the network that a scenario starts from.

    Raises:
        InvalidInput: faults of the network folder.
    """
    records = read_network_folder(Path(scenario.network))
    return County(scenario.county, records.sites, records.roads, records.vans)
