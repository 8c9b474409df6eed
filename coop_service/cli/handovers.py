"""``coop handovers``: the handover lists and the timetable of a plan over hubs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from coop_service.documents import parse_json, read_plan, read_problem
from coop_service.documents.handovers import write_handovers
from coop_service.domain.verify import verify
from coop_service.errors import both

_DOCUMENT = click.Path(exists=True, dir_okay=False, path_type=Path)
_DIRECTIONS = {"outbound": "下行 / down", "inbound": "上行 / up"}


@click.command()
@click.argument("problem_path", metavar="PROBLEM", type=_DOCUMENT)
@click.argument("plan_path", metavar="PLAN", type=_DOCUMENT)
@click.option("--hub", help="只列一个中转站 / of one hub only")
@click.option("--json", "as_json", is_flag=True, help="JSON 文档 / as a JSON document")
def handovers(problem_path: Path, plan_path: Path, hub: str | None, as_json: bool) -> None:
    """按中转站和小时列出交接清单 / List what is handed over, by hub and hour.

    方案须通过校验 / The plan must pass the check.
    """
    problem = read_problem(parse_json(problem_path.read_bytes()))
    plan = read_plan(parse_json(plan_path.read_bytes()))
    if hub is not None and hub not in problem.hub_by_depot:
        names = ", ".join(problem.hub_by_depot) or "-"
        raise click.UsageError(
            both(f"没有中转站 {hub},可选:{names}", f"no hub {hub}; there are: {names}")
        )
    count = len(verify(problem, plan).violations)
    if count:
        raise click.ClickException(
            both(
                f"方案有 {count} 处违规,见 coop check",
                f"the plan has {count} violations; see coop check",
            )
        )
    document = write_handovers(problem, plan)
    if hub is not None:
        document = {"hubs": [one for one in document["hubs"] if one["hub"] == hub]}
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    for one in document["hubs"]:
        Console(soft_wrap=True).print(_table(one))


def _table(hub: dict[str, Any]) -> Table:
    table = Table(
        "小时 / hour",
        "方向 / direction",
        "",
        "车 / van",
        "时刻 / time",
        "单 / orders",
        "件 / pieces",
        "kg",
        title=f"{hub['name'] or ''} {hub['hub']}".strip(),
    )
    for hour in hub["hours"]:
        for row in _rows(hour):
            table.add_row(*row)
    return table


def _rows(hour: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """One row for what one vehicle brings, or takes, at one time."""
    for what, kind, when, who in (
        ("到 / in", "arriving_orders", "arrived_s", "brought_by"),
        ("离 / out", "leaving_orders", "left_s", "taken_by"),
    ):
        together: dict[tuple[int, str], list[dict[str, Any]]] = {}
        for order in hour[kind]:
            together.setdefault((order[when], order[who]), []).append(order)
        for (time_s, vehicle), orders in together.items():
            yield (
                _clock(hour["from_s"]),
                _DIRECTIONS[hour["direction"]],
                what,
                vehicle,
                _clock(time_s),
                str(len(orders)),
                f"{sum(order['load'].get('pieces', 0.0) for order in orders):g}",
                f"{sum(order['load'].get('weight_kg', 0.0) for order in orders):.1f}",
            )


def _clock(time_s: int) -> str:
    days, rest_s = divmod(time_s, 86_400)
    text = f"{dt.time(rest_s // 3600, rest_s % 3600 // 60):%H:%M}"
    return text if days == 0 else f"{text} +{days}"
