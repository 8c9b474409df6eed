"""Reports as files: each table as CSV, all of it as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from coop_service.documents import format_json
from coop_service.documents.report import write_report
from coop_service.domain.reports import Column, Report, Section, Table
from coop_service.errors import CoopError, both
from coop_service.files.tables import csv_bytes
from coop_service.files.whole import write_whole

FIGURES: Final = "figures"
"""Name of the table of a section's figures with their definitions."""


class UnknownTable(LookupError, CoopError):
    """A section has no table of that name."""

    code = "unknown_table"

    def __init__(self, name: str, section: Section) -> None:
        names = ", ".join(table.name for table in tables_of(section))
        super().__init__(
            both(
                f"没有表格“{name}”,可选:{names}", f"there is no table {name!r}; there are: {names}"
            )
        )


def tables_of(section: Section) -> tuple[Table, ...]:
    """The figures of a section as a table, then its own tables."""
    return (_figure_table(section), *section.tables)


def find_table(section: Section, name: str) -> Table:
    """The table of a name, :data:`FIGURES` among them.

    Raises:
        UnknownTable: there is none.
    """
    for table in tables_of(section):
        if table.name == name:
            return table
    raise UnknownTable(name, section)


def table_csv(table: Table) -> bytes:
    """A table under the names of its columns."""
    names = [column.name for column in table.columns]
    return csv_bytes(names, ([row[name] for name in names] for row in table.rows))


def write_report_folder(folder: Path, report: Report, name: str) -> tuple[Path, ...]:
    """Write ``<name>.json`` and, for each table, ``<section>_<table>.csv``.

    Returns:
        The files; those that were there are replaced, each as a whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {f"{name}.json": format_json(write_report(report)).encode()}
    for section in report.sections:
        for table in tables_of(section):
            files[f"{section.code}_{table.name}.csv"] = table_csv(table)
    for file, content in files.items():
        write_whole(folder / file, content)
    return tuple(folder / file for file in files)


def _figure_table(section: Section) -> Table:
    columns = (
        Column("code", ("指标", "figure")),
        Column("title_zh", ("名称", "name in Chinese")),
        Column("title_en", ("英文名称", "name in English")),
        Column("value", ("数值", "value"), digits=2),
        Column("unit", ("单位", "unit")),
        Column("synthetic", ("含合成数据", "rests on synthetic data")),
        Column("table", ("明细表", "table")),
        Column("formula_zh", ("定义", "definition in Chinese")),
        Column("formula_en", ("英文定义", "definition in English")),
    )
    return Table(FIGURES, ("指标", "Figures"), columns, tuple(_figure_rows(section)))


def _figure_rows(section: Section) -> Iterator[dict[str, str | float | bool | None]]:
    for figure in section.figures:
        definition = section.definition(figure.code)
        yield {
            "code": figure.code,
            "title_zh": definition.title[0],
            "title_en": definition.title[1],
            "value": figure.value,
            "unit": definition.unit,
            "synthetic": definition.synthetic,
            "table": figure.table,
            "formula_zh": definition.formula[0],
            "formula_en": definition.formula[1],
        }
