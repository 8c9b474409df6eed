"""``coop import-sheet`` and ``coop sheet-template``: orders, sites and vehicles in spreadsheets."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
from sqlmodel import Session

from coop_service.domain.coordinates import Crs
from coop_service.domain.sheets.columns import SheetKind
from coop_service.domain.sheets.preview import Preview, RowAction, SheetOptions
from coop_service.domain.sheets.site_matching import NEAREST_WITHIN_M
from coop_service.errors import both
from coop_service.services.sheet_imports import (
    SheetHasFaults,
    make_template,
    mark_preview,
    preview_sheet,
    take_sheet,
)
from coop_service.settings import read_settings
from coop_service.store.engine import make_engine

_COUNTY = click.option("--county", help="县代码,默认取 COOP_COUNTY / code of the county")
_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)

_ACTIONS = {
    RowAction.CREATE: ("新增", "created"),
    RowAction.CHANGE: ("修改", "changed"),
    RowAction.SAME: ("不变", "unchanged"),
    RowAction.REFUSED: ("有错", "refused"),
}


def _read_map(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    mapping = {}
    for text in given:
        name, sign, heading = text.partition("=")
        if not sign or not name.strip() or not heading.strip():
            raise click.BadParameter(
                both(f"“{text}”应为 字段=标题", f"{text!r} must be field=heading")
            )
        mapping[name.strip()] = heading.strip()
    return mapping


@click.command("import-sheet")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_COUNTY
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in SheetKind]),
    help="内容,默认按表名与标题判断 / what it holds; by its headings if not given",
)
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="没有日期的订单的日期 / date of orders without one",
)
@click.option(
    "--crs",
    type=click.Choice([crs.value for crs in Crs]),
    help="坐标系,无默认 / of positions whose row says none; there is no default",
)
@click.option(
    "--near-m",
    type=click.FloatRange(0, 50_000, min_open=True),
    default=NEAREST_WITHIN_M,
    show_default=True,
    help="坐标与站点的最大距离(米) / how far a position may be from its site (m)",
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    callback=_read_map,
    metavar="FIELD=HEADING",
    help="列映射,可重复 / heading of a field; may be repeated",
)
@click.option("--only-good", is_flag=True, help="保存正确的行 / store the good rows")
@click.option("--dry-run", is_flag=True, help="只预览 / only tell what it would do")
@click.option(
    "--marked",
    type=_OUT,
    help="把有错的行写入此文件 / write the refused rows, marked, to this file",
)
def import_sheet(
    file: Path,
    county: str | None,
    kind: str | None,
    day: dt.datetime | None,
    crs: str | None,
    near_m: float,
    mapping: dict[str, str],
    only_good: bool,
    dry_run: bool,
    marked: Path | None,
) -> None:
    """导入表格(Excel、CSV) / Import orders, sites and vehicles from a spreadsheet.

    有任何错误且无 --only-good 时什么也不保存,退出码为 2 / With a fault and without --only-good
    nothing is stored, and the exit code is 2.
    """
    settings = read_settings()
    options = SheetOptions(
        None if kind is None else SheetKind(kind),
        None if day is None else day.date(),
        None if crs is None else Crs(crs),
        near_m,
        mapping,
    )
    code, content = county or settings.county, file.read_bytes()
    with Session(make_engine(settings.database_url)) as session:
        try:
            if dry_run:
                preview = preview_sheet(session, code, file.name, content, options, settings)
            else:
                preview = take_sheet(
                    session, code, file.name, content, options, settings, only_good=only_good
                )
        except SheetHasFaults as error:
            if marked is not None and error.preview is not None:
                _write_marked(marked, file, content, error.preview)
            raise
    _tell(preview)
    if marked is not None and preview.faults:
        _write_marked(marked, file, content, preview)


@click.command("sheet-template")
@click.argument("out", type=_OUT)
@_COUNTY
def sheet_template(out: Path, county: str | None) -> None:
    """写出导入模板 / Write the workbook to fill in, with the county's townships to choose from."""
    settings = read_settings()
    with Session(make_engine(settings.database_url)) as session:
        out.write_bytes(make_template(session, county or settings.county))
    click.echo(both(f"模板在 {out}", f"the template is in {out}"))


def _tell(preview: Preview) -> None:
    for sheet in preview.sheets:
        if sheet.kind is None:
            click.echo(
                both(
                    f"{sheet.name}:无可识别的标题,略过",
                    f"{sheet.name}: no known headings, left out",
                )
            )
        elif sheet.ignored:
            names = ", ".join(sheet.ignored)
            click.echo(
                both(f"{sheet.name}:略过的列 {names}", f"{sheet.name}: columns left out: {names}")
            )
    if examples := sum(sheet.examples for sheet in preview.sheets):
        click.echo(both(f"略过 {examples} 个示例行", f"{examples} example rows left out"))
    for row in preview.rows:
        for note in row.notes:
            click.echo(f"{row.sheet}!{row.row}: {note}")
    for fault in preview.faults:
        click.echo(str(fault.as_fault()))
    for kind, counts in preview.counts().items():
        zh = ",".join(f"{_ACTIONS[RowAction(n)][0]} {count}" for n, count in counts.items())
        en = ", ".join(f"{count} {_ACTIONS[RowAction(n)][1]}" for n, count in counts.items())
        click.echo(both(f"{SheetKind(kind).zh}:{zh}", f"{kind}: {en}"))


def _write_marked(path: Path, file: Path, content: bytes, preview: Preview) -> None:
    path.write_bytes(mark_preview(file.name, content, preview))
    click.echo(both(f"有错的行在 {path}", f"the refused rows are in {path}"), err=True)
