"""Results as a folder: tables as CSV, all of it as JSON, pictures, one page, and what it was asked.

* ``summary.html``: one page, Chinese first, with its pictures inside, so that it can be sent.
* ``results.json``: every table, unrounded.
* ``<table>.csv``: each table, with a mark by which spreadsheets know UTF-8.
* ``<picture>.png``
* ``scenario.toml``: what was asked, and under which versions it was answered.

The same results give the same ``results.json`` and tables. A file is there whole or not at all.
"""

from __future__ import annotations

import base64
import io
import json
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import tomli_w
from jinja2 import Environment, PackageLoader, StrictUndefined
from matplotlib.figure import Figure

from coop_service import __version__
from coop_service.documents import format_json
from coop_service.files.results.plots import chinese_figure
from coop_service.files.tables import csv_bytes
from coop_service.files.whole import write_whole

Text = tuple[str, str]
"""Chinese, English."""

VERSIONS_OF: Final = ("numba", "numpy", "ortools")
"""Libraries that a plan depends on."""

SYNTHETIC: Final = (
    "位置、人口分摊、道路和费用参数中有合成或假设的数据,结果仅供比较方案,不代表实测。",
    "Some positions, shares of population, roads and costs are synthetic or assumed: the results "
    "compare alternatives and are no measurements.",
)
"""To be among the notes wherever figures of a network with synthetic parts are shown."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name in files, its heading, and how many decimals a page shows."""

    name: str
    zh: str
    en: str
    digits: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by the names of the columns; None is shown as a dash.

    A row's own ``digits``, where it has that, go before those of its columns.

    ``name`` is that of the CSV file. ``on_page`` False: too long to be shown, only in files.
    """

    name: str
    title: Text
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Any]]
    on_page: bool = True


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: ``draw`` fills an empty figure of ``size_in`` inches."""

    name: str
    caption: Text
    draw: Callable[[Figure], None]
    size_in: tuple[float, float] = (9.0, 5.0)


@dataclass(frozen=True, slots=True)
class Results:
    """All that is handed over.

    Attributes:
        title: of the page.
        findings: the sentences that a reader in a hurry takes away.
        tables: of figures.
        pictures: in the order of the page.
        notes: what is synthetic, what is assumed, what the figures mean.
        scenario: what was asked, ready for TOML.
        command: how to make the results again from ``scenario.toml`` in the folder.
    """

    title: Text
    findings: tuple[Text, ...]
    tables: tuple[Table, ...]
    pictures: tuple[Picture, ...]
    notes: tuple[Text, ...]
    scenario: Mapping[str, Any]
    command: str
    data: Mapping[str, Any] = field(default_factory=dict)
    """Further values for ``results.json``."""


def versions() -> dict[str, str]:
    """Versions of the service, of Python and of the libraries that plans depend on."""
    libraries = {name: version(name) for name in VERSIONS_OF}
    return {"coop_service": __version__, "python": platform.python_version(), **libraries}


def write_results(folder: Path, results: Results) -> None:
    """Write the folder; files that it has of the same names are replaced.

    Raises:
        FontMissing: the Chinese font of the pictures is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {picture.name: _png(picture) for picture in results.pictures}
    for table in results.tables:
        write_whole(folder / f"{table.name}.csv", _csv(table))
    for name, png in pictures.items():
        write_whole(folder / f"{name}.png", png)
    document = {
        "title": results.title,
        "findings": results.findings,
        "notes": results.notes,
        "tables": {table.name: [dict(row) for row in table.rows] for table in results.tables},
        **results.data,
    }
    write_whole(folder / "results.json", format_json(document).encode())
    scenario = {**results.scenario, "versions": versions()}
    write_whole(folder / "scenario.toml", tomli_w.dumps(scenario).encode())
    write_whole(folder / "summary.html", _page(results, pictures).encode())


def read_results(folder: Path) -> dict[str, Any]:
    """What ``results.json`` of a folder says."""
    document: dict[str, Any] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return document


def _csv(table: Table) -> bytes:
    names = [column.name for column in table.columns]
    return csv_bytes(names, ([row.get(name) for name in names] for row in table.rows))


def _png(picture: Picture) -> bytes:
    with chinese_figure(picture.size_in) as figure:
        picture.draw(figure)
        content = io.BytesIO()
        # Without the metadata the same picture is the same file.
        figure.savefig(content, format="png", dpi=144, metadata={"Software": None})
    return content.getvalue()


def shown(row: Mapping[str, Any], column: Column) -> str:
    """A cell as people read it."""
    value = row.get(column.name)
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是 / yes" if value else "否 / no"
    if isinstance(value, float):
        digits = row.get("digits", 2 if column.digits is None else column.digits)
        return f"{value:,.{digits}f}"
    return str(value)


def _is_numeric(table: Table, column: Column) -> bool:
    values = [row.get(column.name) for row in table.rows]
    return any(isinstance(v, int | float) and not isinstance(v, bool) for v in values)


def _page(results: Results, pictures: Mapping[str, bytes]) -> str:
    environment = Environment(
        loader=PackageLoader("coop_service.files.results", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(
        results=results,
        tables=[table for table in results.tables if table.on_page],
        images={name: base64.b64encode(png).decode() for name, png in pictures.items()},
        shown=shown,
        is_numeric=_is_numeric,
        versions=versions(),
        files=sorted(
            [f"{table.name}.csv" for table in results.tables]
            + [f"{name}.png" for name in pictures]
            + ["results.json", "scenario.toml"]
        ),
    )
