"""A county small enough for mental arithmetic, and the default one."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from coop_service.domain.network import Network
from coop_service.domain.records import CoordKind, Road, Site, Tier, VehicleSize
from coop_service.files.network_folder import read_network_folder


def site(code, tier, parent, lon, lat):
    return Site(
        code=code,
        name=f"站点{code}",
        tier=tier,
        kind="test",
        parent=parent,
        lon=lon,
        lat=lat,
        coord_kind=CoordKind.REAL,
        population=100,
        population_kind="test",
        open_s=8 * 3600,
        close_s=18 * 3600,
        service_mode=None,
        source="test",
    )


def road(u, v, length_m, speed_kmh, largest_vehicle, winter_factor=1.0):
    return Road(
        u=u,
        v=v,
        road_class="C",
        length_m=length_m,
        speed_kmh=speed_kmh,
        largest_vehicle=largest_vehicle,
        winter_factor=winter_factor,
        synthetic=True,
        source="test",
    )


@pytest.fixture
def mini_sites():
    """Centre C, stations S1 and S2 with a village each, gateway G; 0.02 degrees are 1.7-2.2 km."""
    return [
        site("C", Tier.CENTRE, None, 122.50, 40.60),
        site("S1", Tier.STATION, "C", 122.52, 40.60),
        site("S2", Tier.STATION, "C", 122.50, 40.62),
        site("V1", Tier.VILLAGE_POINT, "S1", 122.54, 40.60),
        site("V2", Tier.VILLAGE_POINT, "S2", 122.52, 40.62),
        site("G", Tier.GATEWAY, None, 122.48, 40.60),
    ]


@pytest.fixture
def mini_roads():
    """Summer seconds: C-S1 120, C-S2 180, S1-V1 360, S2-V2 216, S1-V2 288, C-G 108."""
    closed = ((dt.date(2026, 7, 10), dt.date(2026, 7, 12)),)
    return [
        road("C", "S1", 2000, 60.0, VehicleSize.TRUCK, winter_factor=1.1),
        road("C", "S2", 3000, 60.0, VehicleSize.TRUCK),
        road("S1", "V1", 2000, 20.0, VehicleSize.VAN, winter_factor=1.25),
        road("S2", "V2", 2400, 40.0, VehicleSize.TRUCK, winter_factor=1.5),
        replace(road("S1", "V2", 2400, 30.0, VehicleSize.MICRO), closed_periods=closed),
        road("C", "G", 1800, 60.0, VehicleSize.TRUCK),
    ]


@pytest.fixture
def mini_network(mini_sites, mini_roads):
    return Network("mini", mini_sites, mini_roads)


@pytest.fixture(scope="session")
def default_county():
    folder = Path(__file__).parents[2] / "network_data" / "dashiqiao"
    records = read_network_folder(folder)
    return Network("210882", records.sites, records.roads)
