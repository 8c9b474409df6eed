"""Runs of a measurement: each in a process of its own, their rows in one file that grows."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def answer_apart(script: str, arguments: Sequence[object], row: dict[str, Any]) -> dict[str, Any]:
    """The row with what a script prints as JSON; what goes wrong is a row as well."""
    command = [sys.executable, script, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return {**row, "error": (done.stderr.strip().splitlines() or ["?"])[-1]}
    return {**row, **json.loads(done.stdout)}


def read_runs(out: Path) -> list[dict[str, str]]:
    """The rows of runs.csv in a folder of results."""
    path = out / "runs.csv"
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def append_run(out: Path, fields: Sequence[str], row: dict[str, Any]) -> None:
    """Add a row to runs.csv, which begins with the names of the fields."""
    path = out / "runs.csv"
    is_new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, fields)
        if is_new:
            writer.writeheader()
        writer.writerow(row)
