"""A grid of scenarios: one document, some of whose values take several values each."""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Mapping
from typing import Any, Final

from coop_service.errors import Fault, InvalidInput, both

_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")

MOST_SCENARIOS: Final = 10_000


def expand_grid(document: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """The documents of a grid: all combinations of the values in its table ``grid``.

    ``grid`` maps TOML paths, such as ``demand.level`` or ``station[0].lon``, to lists of values;
    the name of each scenario tells its own. A document without it stands for itself.

    Raises:
        InvalidInput: with every path that leads nowhere and every list that is none or empty.
    """
    rest = {name: value for name, value in document.items() if name != "grid"}
    if "grid" not in document:
        return (rest,)
    grid = document["grid"]
    if not isinstance(grid, Mapping):
        message = both("应为表:路径 = [值, …]", "must be a table: path = [value, …]")
        raise InvalidInput([Fault("grid", "not_an_object", message)])
    faults = [fault for path, values in grid.items() for fault in _faults(rest, path, values)]
    count = 1
    for values in grid.values():
        count *= len(values) if isinstance(values, list) else 1
    if count > MOST_SCENARIOS:
        message = both(
            f"共 {count} 个情景,最多 {MOST_SCENARIOS} 个",
            f"{count} scenarios, at most {MOST_SCENARIOS} are possible",
        )
        faults.append(Fault("grid", "out_of_range", message))
    if faults:
        raise InvalidInput(faults)
    documents = []
    for chosen in itertools.product(*grid.values()):
        one = copy.deepcopy(rest)
        for path, value in zip(grid, chosen, strict=True):
            holder, last = _holder(one, path)
            holder[last] = value
        told = ", ".join(f"{path}={value}" for path, value in zip(grid, chosen, strict=True))
        one["name"] = f"{rest.get('name', '')} [{told}]"
        documents.append(one)
    return tuple(documents)


def _faults(document: dict[str, Any], path: str, values: Any) -> list[Fault]:
    if not isinstance(values, list) or not values:
        message = both("应为非空数组", "must be a list with at least one value")
        return [Fault(f'grid."{path}"', "not_a_list", message)]
    try:
        _holder(copy.deepcopy(document), path)
    except (KeyError, IndexError, TypeError):
        message = both(f"情景中没有 {path}", f"the scenario has no {path}")
        return [Fault(f'grid."{path}"', "unknown_field", message)]
    return []


def _holder(document: dict[str, Any], path: str) -> tuple[Any, str | int]:
    """What holds the value of a path, and its name there; tables that are absent are made."""
    steps: list[str | int] = [
        match[1] if match[1] is not None else int(match[2]) for match in _STEP.finditer(path)
    ]
    holder: Any = document
    for step in steps[:-1]:
        if isinstance(holder, dict) and isinstance(step, str):
            holder = holder.setdefault(step, {})
        else:
            holder = holder[step]
    last = steps[-1]
    if isinstance(holder, list) and isinstance(last, int):
        holder[last]  # there must be such an item
    elif not isinstance(holder, dict):
        raise KeyError(path)
    return holder, last
