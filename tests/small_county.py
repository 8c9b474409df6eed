"""A county that is planned in a moment: a centre, two stations, twelve villages, four vans.

Stations S1 and S2 lie 5.5 km east and west of the centre C, six villages beyond each in a row, 1.6
km apart: V10 to V15 in the east, V20 to V25 in the west. Roads are 1.25 times the straight lines.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from coop_service.domain.network_faults import straight_line_m
from coop_service.domain.records import (
    CoordKind,
    Road,
    Site,
    Tier,
    Van,
    VehicleSize,
)
from coop_service.domain.scenarios import County, Demand, Scenario, Search

DAY = dt.date(2026, 7, 15)
CODE = "210001"
LON, LAT = 122.5, 40.6


def make_site(code: str, tier: Tier, parent: str | None, lon: float, lat: float) -> Site:
    return Site(
        code=code,
        name=f"站点{code}",
        tier=tier,
        kind={0: "county_centre", 1: "town"}.get(tier, "village"),
        parent=parent,
        lon=lon,
        lat=lat,
        coord_kind=CoordKind.SYNTHETIC,
        population=0 if tier is Tier.CENTRE else 1000,
        population_kind="test",
        open_s=6 * 3600,
        close_s=20 * 3600,
        service_mode=None,
        source="test",
    )


def make_road(one: Site, other: Site) -> Road:
    return Road(
        u=min(one.code, other.code),
        v=max(one.code, other.code),
        road_class="C",
        length_m=round(1.25 * straight_line_m(one, other)),
        speed_kmh=36.0,
        largest_vehicle=VehicleSize.TRUCK,
        winter_factor=1.0,
        synthetic=True,
        source="test",
    )


def make_van(code: str, size: VehicleSize, home: str, payload_kg: float, volume_m3: float) -> Van:
    return Van(
        code=code,
        name=code,
        size=size,
        kind="test",
        plate=code,
        home=home,
        payload_kg=payload_kg,
        volume_m3=volume_m3,
        temperatures=("ambient", "chilled", "frozen"),
        tags=(),
        shift_start_s=7 * 3600,
        shift_end_s=17 * 3600,
        fixed_yuan=100.0,
        per_km_yuan=1.0,
        per_hour_yuan=25.0,
    )


def make_county() -> County:
    centre = make_site("C", Tier.CENTRE, None, LON, LAT)
    sites, roads = [centre], []
    for number, side in ((1, 1), (2, -1)):
        station = make_site(f"S{number}", Tier.STATION, "C", LON + 0.065 * side, LAT)
        sites.append(station)
        roads.append(make_road(centre, station))
        before = station
        for n in range(6):
            lon = LON + side * (0.085 + 0.019 * n)
            village = make_site(f"V{number}{n}", Tier.VILLAGE_POINT, station.code, lon, LAT)
            sites.append(village)
            roads.append(make_road(before, village))
            before = village
    vans = [
        make_van("T1", VehicleSize.TRUCK, "C", 1500, 12),
        make_van("T2", VehicleSize.TRUCK, "C", 1500, 12),
        make_van("M1", VehicleSize.MICRO, "C", 500, 4),
        make_van("M2", VehicleSize.MICRO, "C", 500, 4),
    ]
    return County(CODE, tuple(sites), tuple(roads), tuple(vans))


def make_scenario(**changed: object) -> Scenario:
    values: dict[str, object] = {
        "name": "test",
        "network": "nowhere",
        "county": CODE,
        "date": DAY,
        "demand": Demand(days=2, level=0.5),
        "search": Search(iterations=1, plain_plans=1),
        "standard_min": 8.0,
    }
    return Scenario(**(values | changed))  # type: ignore[arg-type]


def write_folder(folder: Path, county: County) -> Path:
    """The county as a network folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_table(
        folder / "sites.csv",
        [
            {
                "id": site.code, "name": site.name, "pinyin": "", "tier": int(site.tier),
                "kind": site.kind, "parent": site.parent or "", "lon": site.lon, "lat": site.lat,
                "crs": "WGS-84", "coord_kind": site.coord_kind.value,
                "population": site.population, "population_kind": "test", "open": "06:00",
                "close": "20:00", "hours_kind": "", "service_mode": "", "service_mode_kind": "",
                "source": "test",
            }
            for site in county.sites
        ],
    )  # fmt: skip
    write_table(
        folder / "roads.csv",
        [
            {
                "u": road.u, "v": road.v, "road_class": "C", "length_km": road.length_m / 1000,
                "speed_kmh": road.speed_kmh, "largest_vehicle": road.largest_vehicle.value,
                "winter_factor": 1.0, "closed_periods": "", "synthetic": 1, "source": "test",
            }
            for road in county.roads
        ],
    )  # fmt: skip
    write_table(
        folder / "vehicles.csv",
        [
            {
                "code": van.code, "name": van.name, "size": van.size.value, "kind": "test",
                "plate": van.plate, "plate_kind": "", "home": van.home,
                "payload_kg": van.payload_kg, "volume_m3": van.volume_m3,
                "temperatures": ";".join(van.temperatures), "tags": "", "shift_start": "07:00",
                "shift_end": "17:00", "fixed_yuan": van.fixed_yuan,
                "per_km_yuan": van.per_km_yuan, "per_hour_yuan": van.per_hour_yuan,
                "per_overtime_hour_yuan": "", "max_overtime_min": 0, "range_km": "",
                "max_trips": 1, "reload_min": 0, "active": 1, "default_costs": 1,
            }
            for van in county.vans
        ],
    )  # fmt: skip
    return folder


def write_table(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
