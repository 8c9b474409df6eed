"""Make a plausible synthetic county: a network folder of any size from official names and codes.

OUT_FOLDER gets sites.csv, roads.csv and vehicles.csv that `coop network check` takes, and, unless
it has one, a SOURCE.md that says what is synthetic. The same options and seed give the same bytes.

\b
Names and codes come from --divisions: CSV files of townships and villages, columns level, code,
  name, short_name, pinyin, kind, parent_code, parent_name, source. Without any, --townships and
  --villages are made up, and their rows say so.
Positions of township seats come from --seats: CSV, columns county, code, lon, lat, source, note,
  is_taken. Seats without a point, and all villages, get a synthetic one.
--base keeps a network folder as it is, with its centre and fleet, and adds the rest around it.

\b
  python scripts/make_network.py var/made_up --townships 60 --villages 3000 --seed 7
  python scripts/make_network.py var/gaizhou --divisions network_data/lists/divisions_210881.csv \\
    --seats network_data/lists/township_seats_yingkou.csv
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
from make_default_network import make_road, make_site
from make_default_network import make_vans as default_vans

from coop_service.domain.road_distances import road_distances
from coop_service.domain.synthetic_county import (
    SYNTHETIC_PLACE,
    Plane,
    hills_like,
    made_up_hills,
    make_edges,
    make_nodes,
    make_up_divisions,
    place_seats,
    repeat_vans,
    scatter_seats,
)
from coop_service.files.tables import Row, in_columns, read_rows, write_rows

MADE_UP_CODE, MADE_UP_NAME = "990000", "虚构县"
"""No division of China has a code that begins with 99."""

MADE_UP_MIDDLE = (122.5, 40.6)
"""Where a county without any known point is laid; in degrees."""

SITES_PER_VAN = 13
"""As in the default county."""

SOURCE_TEXT = """# {name}: a SYNTHETIC network

Made by `scripts/make_network.py` with seed {seed}. It is there to try out and to measure; WGS-84.

| thing | status |
| --- | --- |
| names, codes, hierarchy | {names} |
| {real} of {seats} township seats | points of the list of seats, see `source` of each row |
| all other positions | SYNTHETIC (`coord_kind`), may lie across a river or off the shore |
| every population | SYNTHETIC draw; villages add up to their township, townships to the county |
| every road: class, length, speed, minutes, hill | SYNTHETIC graph, not calibrated (`synthetic`) |
| hours, service mode, largest vehicle, winter factor | ASSUMPTION |
| all vehicles, their plates and costs | ASSUMPTION: demo fleet, default costs |

Trunk roads are the Gabriel graph of centre and stations, local roads the relative-neighbourhood
graph of all sites; lengths are straight lines times a detour factor by class and hilliness.
{owed}"""


def make_centre(divisions: Sequence[Row], seats: dict[str, Row]) -> Row:
    """A centre of its own, at the seat of the first township of the first county."""
    first = next(unit for unit in divisions if unit["level"] == "township")
    seat = seats[first["code"]]
    return {
        "id": first["parent_code"],
        "name": first["parent_name"],
        "pinyin": "",
        "tier": "0",
        "kind": "county_centre",
        "parent": "",
        "parent_name": "",
        "lon": seat["lon"],
        "lat": seat["lat"],
        "crs": "WGS-84",
        "coord_kind": "proxy" if seat["coord_kind"] == "real" else seat["coord_kind"],
        "population_kind": "synthetic draw (see SOURCE.md)",
        "source": f"the point of {first['short_name']}: {seat['source']}",
    }


def read_divisions(paths: Sequence[Path]) -> list[Row]:
    """The rows of all lists; every fault of what they need to hold is told at once."""
    divisions = [row for path in sorted(paths) for row in read_rows(path)]
    townships = {row["code"] for row in divisions if row.get("level") == "township"}
    codes = [row.get("code", "") for row in divisions]
    faults = [
        f"编码重复 / code twice: {code}" for code in sorted(set(codes)) if codes.count(code) > 1
    ]
    faults += [
        f"{row.get('code')}: 清单中没有上级乡镇 / its township is not listed: "
        f"{row.get('parent_code')}"
        for row in divisions
        if row.get("level") == "village" and row.get("parent_code") not in townships
    ]
    faults += [
        f"{row.get('code')}: level 须为 township 或 village / level must be township or village"
        for row in divisions
        if row.get("level") not in ("township", "village")
    ]
    if not townships:
        faults.append("清单中没有乡镇 / the lists hold no township")
    if faults:
        raise click.UsageError("\n".join(faults))
    return divisions


def seats_of(divisions: Sequence[Row], listed: Sequence[Row]) -> list[Row]:
    """The rows of the list of seats, and one without a point for each township that it lacks."""
    known = {seat["code"] for seat in listed}
    missing = [
        {
            "county": unit["parent_code"], "code": unit["code"], "lon": "", "lat": "",
            "note": "not in the list of seats", "is_taken": "0", "source": "",
        }
        for unit in divisions
        if unit["level"] == "township" and unit["code"] not in known
    ]  # fmt: skip
    return [*listed, *missing]


def own_seats(listed: Sequence[Row], divisions: Sequence[Row]) -> list[Row]:
    """Of a list of seats those in the counties that are made."""
    counties = {unit["parent_code"] for unit in divisions if unit["level"] == "township"}
    return [seat for seat in listed if seat["county"] in counties]


def make_tables(
    divisions: Sequence[Row],
    listed: Sequence[Row],
    base: dict[str, list[Row]] | None,
    seed: int,
    middle_lat: float | None = None,
    vans: int | None = None,
) -> dict[str, list[Row]]:
    """The three tables of a network folder.

    Args:
        divisions: the official list, or a made-up one.
        listed: known seats, also those of a base.
        base: the tables of a network folder that is kept as it is.
        seed: of all draws.
        middle_lat: latitude that flat distances hold for, else that of the known seats' mean.
        vans: how many, else as the default county has for its sites.
    """
    rng = np.random.default_rng(seed)
    if base is None:
        listed = own_seats(listed, divisions)
    known = [float(seat["lat"]) for seat in listed if seat["lon"] and seat["is_taken"] == "1"]
    if middle_lat is None:
        middle_lat = float(np.mean(known)) if known else MADE_UP_MIDDLE[1]
    plane = Plane(middle_lat)
    if known:
        seats = place_seats(rng, plane, seats_of(divisions, listed))
    else:
        townships = [unit for unit in divisions if unit["level"] == "township"]
        villages = len(divisions) - len(townships)
        seats = scatter_seats(rng, plane, MADE_UP_MIDDLE, townships, villages)
    if base is None:
        centre = make_centre(divisions, seats)
        nodes = make_nodes(rng, plane, divisions, seats, centre)
        people = sum(int(node["population"]) for node in nodes if node["tier"] == "1")
        new = [centre | {"population": str(people)}, *nodes]
        old: list[Row] = []
        roads = [make_road(edge) for edge in make_edges(plane, [], new, made_up_hills(rng))]
        fleet = [van | {"home": centre["id"]} for van in default_vans()]
        plate = "演"
    else:
        old = base["sites"]
        centre = next(site for site in old if site["tier"] == "0")
        new = make_nodes(rng, plane, divisions, seats, centre)
        hill = hills_like(plane, old, base["roads"])
        roads = [*base["roads"], *map(make_road, make_edges(plane, old, new, hill))]
        fleet = base["vehicles"]
        plate = fleet[0]["plate"].split("·")[0]
    measured = road_distances([centre, *new] if base else new, roads)[1 if base else 0 :]
    sites = in_columns([*old, *map(make_site, measured)])
    count = vans or max(len(fleet) if base else 2, round(len(sites) / SITES_PER_VAN))
    fleet = repeat_vans(fleet, count, centre["id"], plate)
    return {"sites": sites, "roads": roads, "vehicles": fleet}


def source_text(tables: dict[str, list[Row]], divisions: Sequence[Row], seed: int) -> str:
    made_up = divisions[0]["source"].startswith("made up")
    stations = [site for site in tables["sites"] if site["tier"] == "1"]
    sources = " ".join(site["source"] for site in tables["sites"])
    sources_of_names = ", ".join(sorted({unit["source"] for unit in divisions}))
    return SOURCE_TEXT.format(
        name=next(site["name"] for site in tables["sites"] if site["tier"] == "0"),
        seed=seed,
        names="MADE UP: no official list was given" if made_up else f"REAL. {sources_of_names}",
        real=sum(not site["source"].startswith(SYNTHETIC_PLACE) for site in stations),
        seats=len(stations),
        owed="\nAttribution: **© GeoNames, CC BY 4.0**.\n" if "GeoNames" in sources else "",
    )


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(help=__doc__)
@click.argument("out_folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--divisions", multiple=True, type=FILE, help="行政区划清单,可多次 / lists of units")
@click.option("--seats", type=FILE, help="乡镇驻地位置 / positions of township seats")
@click.option(
    "--base",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="原样保留的路网文件夹 / network folder that is kept as it is",
)
@click.option("--townships", type=click.IntRange(1, 899), default=12, show_default=True)
@click.option("--villages", type=click.IntRange(0), default=200, show_default=True)
@click.option(
    "--vans", type=click.IntRange(1), help="车辆数,默认每 13 个站点一辆 / else 1 in 13 sites"
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--middle-lat", type=float, help="平面换算的纬度 / latitude of the flat distances")
def main(
    out_folder: Path,
    divisions: tuple[Path, ...],
    seats: Path | None,
    base: Path | None,
    townships: int,
    villages: int,
    vans: int | None,
    seed: int,
    middle_lat: float | None,
) -> None:
    try:
        units = (
            read_divisions(divisions)
            if divisions
            else make_up_divisions(townships, villages, MADE_UP_CODE, MADE_UP_NAME)
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    kept = (
        {name: read_rows(base / f"{name}.csv") for name in ("sites", "roads", "vehicles")}
        if base
        else None
    )
    listed = read_rows(seats) if seats else []
    tables = make_tables(units, listed, kept, seed, middle_lat, vans)
    out_folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        write_rows(out_folder / f"{name}.csv", rows, list(in_columns(rows)[0]))
        click.echo(f"{out_folder / name}.csv: {len(rows)}")
    if not (out_folder / "SOURCE.md").exists():
        text = source_text(tables, units, seed)
        (out_folder / "SOURCE.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
