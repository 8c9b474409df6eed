"""``coop report``: what managers report, as files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.table import Table as Screen
from sqlmodel import Session

from coop_service.domain.reports import Report, Section
from coop_service.domain.reports.coverage_options import CoverageOptions
from coop_service.errors import both
from coop_service.files.network_folder import read_network_folder
from coop_service.files.report_tables import write_report_folder
from coop_service.services.coverage_reports import (
    coverage_options,
    coverage_report,
    make_coverage_report,
    read_ends,
)
from coop_service.settings import read_settings
from coop_service.store.engine import make_engine

WIDTH_UNATTENDED: Final = 160
"""A table in a log is not to be folded."""


class Ends(click.ParamType[tuple[float, ...]]):
    """Upper ends of bands: ``5,10,20``; that they rise is checked with all the rest."""

    name = "ends"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        """The numbers."""
        try:
            return read_ends(str(value))
        except ValueError:
            self.fail(both("应为 5,10,20 这样的数", "must be numbers such as 5,10,20"), param, ctx)


@click.group()
def report() -> None:
    """报表 / Reports."""


@report.command("coverage")
@click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="日期 / the day of sites and roads",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="输出文件夹 / folder for JSON and CSV",
)
@click.option(
    "--network",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="另一版路网的文件夹,不读方案 / another version of the network; no plans are read",
)
@click.option("--county", help="县代码,默认取 COOP_COUNTY / code of the county")
@click.option("--point-min", type=float, help="到点标准,分钟 / standard to a point")
@click.option("--station-min", type=float, help="到站标准,分钟 / standard to a station")
@click.option("--centre-min", type=float, help="到中心标准,分钟 / standard to the centre")
@click.option("--bands-min", type=Ends(), help="车程区间上界 / upper ends of bands of minutes")
@click.option("--bands-km", type=Ends(), help="里程区间上界 / upper ends of bands of km")
@click.option("--catchment-min", type=float, help="服务圈,分钟 / catchment, minutes")
@click.option("--floor-m3", type=float, help="假定容量,立方米 / assumed capacity of a station")
@click.option("--weeks", type=int, help="依据几周的方案 / weeks of plans")
@click.option("--weekly-days", type=float, help="每周服务天数标准 / service days a week")
@click.option("--next-day-percent", type=float, help="次日达村标准,% / next-day standard, %")
@click.option("--worst", type=int, help="列出几个服务最差的村 / how many worst-served")
def coverage(
    date: dt.datetime,
    out: Path,
    network: Path | None,
    county: str | None,
    **changes: float | tuple[float, ...] | None,
) -> None:
    """覆盖报表,写成 JSON 和 CSV / The coverage of a county on a day, as JSON and CSV.

    标准未指定的取设置(COOP_COVERAGE_…)/ What is not given is as in the settings.
    """
    settings = read_settings()
    code = county or settings.county
    options = coverage_options(settings, changes)
    if network is not None:
        made = _of_folder(network, code, date.date(), options)
    else:
        with Session(make_engine(settings.database_url)) as session:
            made = make_coverage_report(session, code, date.date(), options)
    written = write_report_folder(out, made, "coverage")
    [section] = made.sections
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH_UNATTENDED
    console.print(_table(section))
    for note in section.notes:
        click.echo(both(*note))
    click.echo(both(f"{out} 中 {len(written)} 个文件", f"{len(written)} files in {out}"))


def _of_folder(folder: Path, county: str, date: dt.date, options: CoverageOptions) -> Report:
    whole = read_network_folder(folder).network(county, date)
    return coverage_report(whole, whole.centre.name, date, options)


def _table(section: Section) -> Screen:
    table = Screen("指标", "figure", "数值 / value", "单位 / unit", title=both(*section.title))
    for figure in section.figures:
        definition = section.definition(figure.code)
        shown = "—" if figure.value is None else f"{figure.value:,.{definition.digits}f}"
        table.add_row(*definition.title, shown, definition.unit)
    return table
