"""Import a real road network from an OpenStreetMap extract (.osm.pbf, .osm, .osm.xml).

EXTRACT is the file, OUT_FOLDER what is made: report.html with a map, report.txt, report.json and,
with --sites, a network folder (sites.csv, roads.csv, vehicles.csv, SOURCE.md, left_out.csv) that
`coop network check` and `coop network import` take.

Sites are moved to the nearest road; those farther than --limit-m from any are listed and left out,
with what they serve. Of the roads those are kept that some vehicle class uses on its fastest way
between two sites, merged over what only passes by; --keep-all keeps all that hang together, which
suits small extracts, since the service works out the ways between all junctions.

\b
  python scripts/import_osm.py county.osm.pbf var/county --sites network_data/dashiqiao

The data are © OpenStreetMap contributors, ODbL 1.0: keep SOURCE.md with what you hand on.
"""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from coop_service.domain.road_import.importing import DEFAULT_LIMIT_M, import_roads
from coop_service.errors import InvalidInput, both
from coop_service.files.network_folder import read_network_folder
from coop_service.files.osm import read_ways
from coop_service.files.osm_folder import write_folder
from coop_service.files.road_report import write_report

MOST_PLACES = 5000
"""Sites and junctions, all ways between which take half a minute and 2 GiB on a dense grid."""


def run(
    extract: Path, out_folder: Path, sites: Path | None, limit_m: float, *, keep_all: bool
) -> None:
    """Import, write, report."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        step = progress.add_task("读取数据 / reading the extract")
        records = () if sites is None else read_network_folder(sites, with_roads=False).sites
        ways = read_ways(extract)
        progress.update(step, description="整理路网、匹配站点 / roads and sites")
        found = import_roads(ways, records, limit_m=limit_m, keep_all=keep_all)
        progress.update(step, description="写出 / writing")
        write_report(found, out_folder, extract.name)
        if sites is not None:
            write_folder(found, sites, out_folder, extract.name)
            read_network_folder(out_folder)
        progress.update(step, description="完成 / done")
    click.echo((out_folder / "report.txt").read_text(encoding="utf-8"), nl=False)
    click.echo(f"→ {out_folder / 'report.html'}")
    places = len(found.junctions) + sum(not each.left_out for each in found.sites)
    if places > MOST_PLACES:
        click.echo(
            both(
                f"路网有 {places} 个站点和路口,计算全部路径会很慢,请去掉 --keep-all 或分区导入",
                f"the network has {places} sites and junctions, all ways between which take long: "
                "leave out --keep-all, or import a smaller area",
            ),
            err=True,
        )


@click.command(help=__doc__)
@click.argument("extract", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("out_folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--sites",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="路网文件夹,取其站点与车辆 / network folder whose sites and vehicles are taken",
)
@click.option(
    "--limit-m",
    type=click.FloatRange(0, 100_000),
    default=DEFAULT_LIMIT_M,
    show_default=True,
    help="站点离路的上限(米)/ farthest a site may be from a road, in metres",
)
@click.option("--keep-all", is_flag=True, help="保留全部连通道路 / keep all connected roads")
def main(
    extract: Path, out_folder: Path, sites: Path | None, limit_m: float, keep_all: bool
) -> None:
    try:
        run(extract, out_folder, sites, limit_m, keep_all=keep_all)
    except InvalidInput as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
