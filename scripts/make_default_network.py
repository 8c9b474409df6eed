"""Make the default county's network folder from the folder of its source data.

SOURCE_FOLDER holds nodes.csv and edges.csv; every column of both is kept with its values. What
the sources do not say (opening hours, service mode, the largest vehicle on a road, winter,
closures, the fleet) is added by the fixed rules below. All of it is assumption, marked as such in
the tables and explained in SOURCE.md of the output folder, which this script does not touch.
"""

from __future__ import annotations

from pathlib import Path

import click
import networkx as nx

from coop_service.files.tables import Row, read_rows, write_rows

HOURS = {
    "county_centre": ("06:00", "20:00"),
    "subdistrict": ("07:00", "19:00"),
    "town": ("07:00", "19:00"),
    "township": ("07:00", "19:00"),
    "other": ("07:00", "19:00"),
    "community": ("08:00", "20:00"),
    "village": ("07:30", "18:00"),
    "external": ("00:00", "24:00"),
}
MOBILE_HOURS = ("09:00", "17:00")

WINTER_BASE = 1.05
WINTER_PER_HILL = 0.15

# A hilly village road is narrow; from these lengths on it is taken for too narrow.
STEEP_HILL = 0.5
VILLAGE_ROAD_TRUCK_KM = 2.5
VILLAGE_ROAD_STEEP_VAN_KM = 4.0

CLOSED_ROADS = 3
CLOSED_PERIOD = "2027-01-10/2027-01-20"

CENTRE = "210882"
PILOT_STATIONS = ("210882104", "210882116")


def service_mode(site: Row) -> str:
    """How a site is served, from its tier, kind, population and distance to its station."""
    if site["tier"] == "1":
        return "coop_outlet"
    if site["kind"] == "community":
        return "post_express"
    if site["kind"] != "village":
        return ""
    road_km = float(site["road_km_from_parent"])
    if road_km <= 0.5:
        return "coop_outlet"
    if int(site["population"]) >= 2000:
        return "resident_point"
    if road_km > 10:
        return "mobile"
    return "bus_freight" if road_km > 5 else "e_commerce"


def make_site(node: Row) -> Row:
    mode = service_mode(node)
    opens, closes = MOBILE_HOURS if mode == "mobile" else HOURS[node["kind"]]
    return node | {
        "open": opens,
        "close": closes,
        "hours_kind": "assumption",
        "service_mode": mode,
        "service_mode_kind": "assumption" if mode else "",
    }


def largest_vehicle(road: Row) -> str:
    """Largest class on a road, from its class, hilliness and length."""
    hill, length_km = float(road["hill"]), float(road["length_km"])
    if road["road_class"] in "GSXU":
        return "truck"
    if road["road_class"] == "Y":
        return "truck" if hill < STEEP_HILL else "van"
    if hill >= STEEP_HILL:
        return "van" if length_km < VILLAGE_ROAD_STEEP_VAN_KM else "micro"
    return "truck" if length_km < VILLAGE_ROAD_TRUCK_KM else "van"


def roads_to_close(edges: list[Row]) -> set[tuple[str, str]]:
    """The longest steep village roads that the network can do without all at once."""
    graph = nx.Graph((edge["u"], edge["v"]) for edge in edges)
    steep = [e for e in edges if e["road_class"] == "C" and float(e["hill"]) >= STEEP_HILL]
    closed: set[tuple[str, str]] = set()
    for edge in sorted(steep, key=lambda e: (-float(e["length_km"]), e["u"], e["v"])):
        graph.remove_edge(edge["u"], edge["v"])
        if nx.is_connected(graph):
            closed.add((edge["u"], edge["v"]))
        else:
            graph.add_edge(edge["u"], edge["v"])
        if len(closed) == CLOSED_ROADS:
            break
    return closed


def make_road(edge: Row, closed_periods: str = "") -> Row:
    return edge | {
        "largest_vehicle": largest_vehicle(edge),
        "winter_factor": f"{WINTER_BASE + WINTER_PER_HILL * float(edge['hill']):.3f}",
        "closed_periods": closed_periods,
        "restrictions_kind": "assumption",
    }


def make_roads(edges: list[Row]) -> list[Row]:
    closed = roads_to_close(edges)
    return [
        make_road(edge, CLOSED_PERIOD if (edge["u"], edge["v"]) in closed else "") for edge in edges
    ]


def make_vans() -> list[Row]:
    """The 22 demo vans: 4 light trucks, 8 electric vans, 10 micro vans."""
    box = {
        "size": "truck", "kind": "urban_rural", "payload_kg": "1500", "volume_m3": "15",
        "temperatures": "ambient", "tags": "", "shift_start": "06:30", "shift_end": "17:30",
        "fixed_yuan": "140", "per_km_yuan": "1.20", "range_km": "",
    }  # fmt: skip
    refrigerated = box | {
        "payload_kg": "1200", "volume_m3": "12", "temperatures": "ambient;chilled;frozen",
        "fixed_yuan": "160",
    }  # fmt: skip
    electric = {
        "size": "van", "kind": "urban_rural", "payload_kg": "1100", "volume_m3": "7",
        "temperatures": "ambient", "tags": "", "shift_start": "07:00", "shift_end": "17:30",
        "fixed_yuan": "100", "per_km_yuan": "0.35", "range_km": "220",
    }  # fmt: skip
    chilled = electric | {"temperatures": "ambient;chilled"}
    micro = {
        "size": "micro", "kind": "village_town", "payload_kg": "600", "volume_m3": "4",
        "temperatures": "ambient", "tags": "narrow_road", "shift_start": "07:00",
        "shift_end": "17:30", "fixed_yuan": "60", "per_km_yuan": "0.55", "range_km": "",
    }  # fmt: skip
    groups = [
        ("BOX", "4.2米厢式货车", [(box, CENTRE)] * 3),
        ("REF", "4.2米冷藏车", [(refrigerated, CENTRE)]),
        ("EV", "电动厢式车", [(electric, CENTRE)] * 6 + [(chilled, CENTRE)] * 2),
        (
            "MIC",
            "微型面包车",
            [(micro, CENTRE)] * 6 + [(micro, home) for home in PILOT_STATIONS for _ in range(2)],
        ),
    ]
    vans: list[Row] = []
    for prefix, name, members in groups:
        for number, (model, home) in enumerate(members, start=1):
            vans.append(
                {
                    "code": f"{prefix}{number:02d}",
                    "name": f"{name}{number}号",
                    "size": model["size"],
                    "kind": model["kind"],
                    "plate": f"辽H·演示{len(vans) + 1:02d}",
                    "plate_kind": "demo",
                    "home": home,
                    "payload_kg": model["payload_kg"],
                    "volume_m3": model["volume_m3"],
                    "temperatures": model["temperatures"],
                    "tags": model["tags"],
                    "shift_start": model["shift_start"],
                    "shift_end": model["shift_end"],
                    "fixed_yuan": model["fixed_yuan"],
                    "per_km_yuan": model["per_km_yuan"],
                    "per_hour_yuan": "25",
                    "per_overtime_hour_yuan": "",
                    "max_overtime_min": "0",
                    "range_km": model["range_km"],
                    "max_trips": "1",
                    "reload_min": "20",
                    "active": "1",
                    "default_costs": "1",
                }
            )
    return vans


@click.command(help=__doc__)
@click.argument("source_folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("out_folder", type=click.Path(file_okay=False, path_type=Path))
def main(source_folder: Path, out_folder: Path) -> None:
    out_folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "sites.csv": [make_site(node) for node in read_rows(source_folder / "nodes.csv")],
        "roads.csv": make_roads(read_rows(source_folder / "edges.csv")),
        "vehicles.csv": make_vans(),
    }
    for name, rows in tables.items():
        write_rows(out_folder / name, rows)
        click.echo(f"{out_folder / name}: {len(rows)}")


if __name__ == "__main__":
    main()
