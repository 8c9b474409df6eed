"""How the commands of the planner's bench print examples and results."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
from rich.console import Console
from rich.table import Table as Screen

from coop_service.errors import both
from coop_service.files.results import Table
from coop_service.files.results.folder import Text, shown

WIDTH_UNATTENDED = 160

CONSOLE = Console(stderr=True)
if not CONSOLE.is_terminal:
    CONSOLE.width = WIDTH_UNATTENDED  # tables in a log are not to be folded


def example_option(text: str) -> Callable[..., Callable[..., None]]:
    """``--example``, which prints a document to begin with and ends the command."""

    def print_example(context: click.Context, _: click.Parameter, value: bool) -> None:
        if value:
            click.echo(text, nl=False)
            context.exit()

    return click.option(
        "--example",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=print_example,
        help="Print one to begin with.",
    )


def print_tables(tables: Iterable[Table]) -> None:
    """Those tables of results that have rows and are for the page."""
    for table in tables:
        if table.on_page and table.rows:
            CONSOLE.print(show_table(table))


def print_findings(findings: Iterable[Text]) -> None:
    """What results say in words."""
    for finding in findings:
        CONSOLE.print("\n".join(finding), highlight=False)


def show_table(table: Table) -> Screen:
    """A table of results for the screen."""
    screen = Screen(title=both(*table.title))
    for column in table.columns:
        screen.add_column(f"{column.zh}\n{column.en}")
    for row in table.rows:
        screen.add_row(*(shown(row, column) for column in table.columns))
    return screen
