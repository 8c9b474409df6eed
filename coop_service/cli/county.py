"""``coop db``, ``network``, ``demo-day``, ``keys`` and ``demo``: what is in the database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from sqlmodel import Session

from coop_service.errors import InvalidInput, both
from coop_service.files.network_folder import NetworkFolder, read_network_folder
from coop_service.services.days import fill_demo_day
from coop_service.services.keys import create_key, list_keys, revoke_key
from coop_service.services.setup import import_county, prepare_demo
from coop_service.settings import Settings, read_settings
from coop_service.store.engine import make_engine
from coop_service.store.migrate import upgrade
from coop_service.store.tables import Role

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_COUNTY = click.option("--county", help="县代码,默认取 COOP_COUNTY / code of the county")


@click.group()
def db() -> None:
    """数据库 / The database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """升级到本版本的结构 / Bring the database to this version's schema."""
    settings = read_settings()
    upgrade(make_engine(settings.database_url))
    click.echo(both("数据库已是最新结构", "the database is up to date"))


@click.group()
def network() -> None:
    """路网 / The network."""


@network.command("check")
@click.argument("folder", type=_FOLDER)
def network_check(folder: Path) -> None:
    """检查路网文件夹,列出全部错误 / List every fault of a network folder."""
    click.echo(_describe(_read_folder(folder)))


@network.command("import")
@click.argument("folder", type=_FOLDER)
@_COUNTY
def network_import(folder: Path, county: str | None) -> None:
    """导入路网与车辆,取代原有的 / Import sites, roads and vehicles in place of earlier ones."""
    content = _read_folder(folder)
    settings = read_settings()
    with _open_session(settings) as session:
        import_county(session, county or settings.county, content)
    click.echo(_describe(content))


@click.command("demo-day")
@click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d"]),
    help="日期,默认取 COOP_DEMO_DATE / date of the day",
)
@click.option("--seed", type=int, help="随机种子,默认取 COOP_DEMO_SEED / random seed")
@_COUNTY
def demo_day(date: dt.datetime | None, seed: int | None, county: str | None) -> None:
    """生成一天的演示订单 / Make the synthetic orders of one day."""
    settings = read_settings()
    day = date.date() if date is not None else settings.demo_date
    with _open_session(settings) as session:
        orders = fill_demo_day(
            session,
            county or settings.county,
            day,
            settings,
            settings.demo_seed if seed is None else seed,
        )
    sites = len({order.site for order in orders})
    click.echo(
        both(
            f"{day}:{len(orders)} 个演示订单,{sites} 个站点",
            f"{day}: {len(orders)} synthetic orders at {sites} sites",
        )
    )


@click.command()
def demo() -> None:
    """备好默认县、演示日与演示密钥 / Make the database ready with a county, a day and a key.

    已有的一概不动 / What is there already is left as it is.
    """
    settings = read_settings()
    upgrade(make_engine(settings.database_url))
    with _open_session(settings) as session:
        key_path = prepare_demo(session, settings)
    click.echo(both(f"演示密钥在 {key_path}", f"the demo key is in {key_path}"))
    click.echo(f"  {key_path.read_text().strip()}")


@click.group()
def keys() -> None:
    """API 密钥 / API keys."""


@keys.command("create")
@click.argument("name")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), required=True, help="角色 / role"
)
@click.option(
    "--expires",
    type=click.DateTime(["%Y-%m-%d"]),
    help="到期日(UTC)/ refused from this day on (UTC)",
)
@_COUNTY
def keys_create(name: str, role: str, expires: dt.datetime | None, county: str | None) -> None:
    """新建密钥;只显示这一次 / Make a key; it is shown this once, alone on stdout."""
    settings = read_settings()
    expires_at = None if expires is None else expires.replace(tzinfo=dt.UTC)
    with _open_session(settings) as session:
        key = create_key(session, county or settings.county, name, Role(role), expires_at)
    click.echo(both("请妥善保存,不会再次显示:", "keep it safe, it is not shown again:"), err=True)
    click.echo(key.token)


@keys.command("list")
@_COUNTY
def keys_list(county: str | None) -> None:
    """列出密钥 / List the keys."""
    settings = read_settings()
    table = Table("id", "名称 / name", "角色 / role", "前缀 / prefix", "状态 / state")
    with _open_session(settings) as session:
        for key in list_keys(session, county or settings.county):
            state = "有效 / valid" if key.revoked_at is None else "已撤销 / revoked"
            if key.revoked_at is None and key.expires_at is not None:
                state += f" → {key.expires_at:%Y-%m-%d %H:%M} UTC"
            table.add_row(key.id, key.name, key.role.value, key.prefix, state)
    Console(soft_wrap=True).print(table)


@keys.command("revoke")
@click.argument("key_id", metavar="ID")
@_COUNTY
def keys_revoke(key_id: str, county: str | None) -> None:
    """撤销密钥 / Revoke a key."""
    settings = read_settings()
    with _open_session(settings) as session:
        key = revoke_key(session, county or settings.county, key_id)
        click.echo(both(f"已撤销 {key.name}", f"{key.name} is revoked"))


def _open_session(settings: Settings) -> Session:
    return Session(make_engine(settings.database_url))


def _read_folder(folder: Path) -> NetworkFolder:
    try:
        return read_network_folder(folder)
    except InvalidInput as error:
        click.echo(
            f"{error}\n" + both(f"{len(error.faults)} 处错误", f"{len(error.faults)} faults")
        )
        raise SystemExit(1) from error


def _describe(content: NetworkFolder) -> str:
    sites, roads, vans = len(content.sites), len(content.roads), len(content.vans)
    return both(
        f"{sites} 个站点,{roads} 条道路,{vans} 辆车",
        f"{sites} sites, {roads} roads, {vans} vehicles",
    )
