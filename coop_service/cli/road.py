"""``coop driver-links`` and ``coop purge-attachments``: what drivers use and what they leave."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import click
from sqlmodel import Session

from coop_service.domain.china_time import CHINA_TIME
from coop_service.errors import both
from coop_service.files.qr import qr_svg
from coop_service.services import attachments
from coop_service.services.drive_links import issue_links, page_address
from coop_service.settings import Settings, read_settings
from coop_service.store.engine import make_engine


@click.command("driver-links")
@click.argument("plan_id", metavar="PLAN_ID")
@click.option("--vehicle", multiple=True, help="车辆,可重复,默认全部 / whose; all by default")
@click.option(
    "--renew", is_flag=True, help="使旧链接失效 / let earlier links open nothing any more"
)
@click.option(
    "--qr",
    type=click.Path(file_okay=False, path_type=Path),
    help="将二维码(SVG)写入此文件夹 / write the QR codes (SVG) into this folder",
)
@click.option("--county", help="县代码,默认取 COOP_COUNTY / code of the county")
def driver_links(
    plan_id: str, vehicle: tuple[str, ...], renew: bool, qr: Path | None, county: str | None
) -> None:
    """司机链接 / Links that open each vehicle's day to its driver.

    每行一辆车:车辆、有效期、地址 / A vehicle a line: its id, until when it opens, the address.
    """
    settings = read_settings()
    with Session(make_engine(settings.database_url)) as session:
        links = issue_links(
            session,
            settings,
            county or settings.county,
            plan_id,
            "coop driver-links",
            vehicles=vehicle,
            renew=renew,
        )
    if not settings.base_url:
        click.echo(
            both(
                "未设置 COOP_BASE_URL:以下地址只能在本机打开",
                "COOP_BASE_URL is not set: these addresses open on this machine only",
            ),
            err=True,
        )
    for link in links:
        address = page_address(_base_url(settings), link)
        until = link.expires_at.astimezone(CHINA_TIME)
        click.echo(f"{link.vehicle}\t{until:%Y-%m-%d %H:%M}\t{address}")
        if qr is not None:
            qr.mkdir(parents=True, exist_ok=True)
            # A vehicle's id is free text: it must not lead out of the folder.
            file = qr / f"{quote(link.vehicle, safe='')}.svg"
            file.write_text(qr_svg(address), encoding="utf-8")


@click.command("purge-attachments")
def purge_attachments() -> None:
    """删除到期的照片与签名 / Delete photos and signatures whose time of keeping is over.

    保留记录与摘要;宜每天执行一次 / Rows and digests stay; meant to be run once a day.
    """
    settings = read_settings()
    with Session(make_engine(settings.database_url)) as session:
        count = attachments.purge_attachments(session)
    click.echo(both(f"已删除 {count} 个附件的内容", f"the content of {count} is deleted"))


def _base_url(settings: Settings) -> str:
    return settings.base_url or f"http://{settings.host}:{settings.port}"
