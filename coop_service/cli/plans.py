"""``coop release``: a step in the life of a stored plan from the command line."""

from __future__ import annotations

import getpass

import click
from sqlmodel import Session

from coop_service.errors import both
from coop_service.services.plan_life import take_step
from coop_service.settings import read_settings
from coop_service.store.engine import make_engine


@click.command()
@click.argument("plan_id")
@click.option("--county", help="县代码,默认取 COOP_COUNTY / code of the county")
@click.option("--by", help="何人下达,默认为当前用户 / who releases it; the present user by default")
@click.option("--note", default="", help="备注 / what people should know")
def release(plan_id: str, county: str | None, by: str | None, note: str) -> None:
    """下达方案 / Release a draft; it takes the place of what was in force on its day."""
    settings = read_settings()
    with Session(make_engine(settings.database_url)) as session:
        row = take_step(
            session,
            county or settings.county,
            plan_id,
            "release",
            seen=None,
            by=by or getpass.getuser(),
            note=note,
        )
        version, date = row.version, row.date
    click.echo(both(f"{date} 第 {version} 版已下达", f"version {version} of {date} is released"))
