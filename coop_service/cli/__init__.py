"""The command ``coop``.

Commands are imported when they are called: ``coop check`` does not wait for a web server to be
imported, and neither does the solving process, which imports this package again.
"""

from __future__ import annotations

import importlib
from typing import Any, NoReturn

import click

from coop_service import __version__
from coop_service.errors import CoopError, InvalidInput

_COMMANDS = {
    "serve": "coop_service.cli.service:serve",
    "worker": "coop_service.cli.service:worker",
    "settings": "coop_service.cli.service:settings",
    "solve": "coop_service.cli.solving:solve",
    "check": "coop_service.cli.solving:check",
    "handovers": "coop_service.cli.handovers:handovers",
    "papers": "coop_service.cli.papers:papers",
    "release": "coop_service.cli.plans:release",
    "driver-links": "coop_service.cli.road:driver_links",
    "report": "coop_service.cli.report:report",
    "purge-attachments": "coop_service.cli.road:purge_attachments",
    "db": "coop_service.cli.county:db",
    "network": "coop_service.cli.county:network",
    "demo-day": "coop_service.cli.county:demo_day",
    "import-sheet": "coop_service.cli.sheets:import_sheet",
    "sheet-template": "coop_service.cli.sheets:sheet_template",
    "keys": "coop_service.cli.county:keys",
    "demo": "coop_service.cli.county:demo",
}


class CoopGroup(click.Group):
    """Imports its commands late, and tells our own errors without a traceback.

    Input that cannot be accepted exits with 2, as wrong usage does; every other error with 1.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, in the order of the help."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        return getattr(importlib.import_module(module), name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except CoopError as error:
            _exit_with(error)


def _exit_with(error: CoopError) -> NoReturn:
    click.echo(f"{error.code}: {error}" if str(error) else error.code, err=True)
    raise SystemExit(2 if isinstance(error, InvalidInput) else 1) from error


@click.group(cls=CoopGroup)
@click.version_option(__version__)
def main() -> None:
    """县供销社双向配送服务 / Two-way delivery planning for a county cooperative."""
