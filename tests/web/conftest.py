"""A small county with a network, vans and keys in a real database, and clients to call it with.

210001 centre -- S1 station -- A village -- B village
              `- S2 station -- D village          (A and B belong to S1, D to S2)
"""

import json

import pytest
from sqlmodel import Session

from coop_service.domain.records import CoordKind, Road, Site, Tier, Van, VehicleSize
from coop_service.services.counties import put_county
from coop_service.services.keys import create_key
from coop_service.services.networks import import_network
from coop_service.settings import Settings
from coop_service.store.engine import make_engine
from coop_service.store.migrate import upgrade
from coop_service.store.tables import Role
from coop_service.web.app import create_app

COUNTY = "210001"
OTHER_COUNTY = "210002"


def site(code, tier, parent, lon, lat):
    return Site(
        code=code,
        name=f"站{code}",
        tier=tier,
        kind="test",
        parent=parent,
        lon=lon,
        lat=lat,
        coord_kind=CoordKind.SYNTHETIC,
        population=500,
        population_kind="synthetic",
        open_s=25_200,
        close_s=68_400,
        service_mode=None,
        source="test",
    )


def road(u, v):
    return Road(
        u=u,
        v=v,
        road_class="X",
        length_m=12_000,
        speed_kmh=40.0,
        largest_vehicle=VehicleSize.TRUCK,
        winter_factor=1.1,
        synthetic=True,
        source="test",
    )


def van(code, home):
    return Van(
        code=code,
        name=f"车{code}",
        size=VehicleSize.VAN,
        kind="urban_rural",
        plate="辽H·00001",
        home=home,
        payload_kg=1000.0,
        volume_m3=7.0,
        temperatures=("ambient",),
        tags=(),
        shift_start_s=25_200,
        shift_end_s=61_200,
        fixed_yuan=80.0,
        per_km_yuan=0.5,
        per_hour_yuan=25.0,
    )


def import_county(session, county):
    put_county(session, county, f"县{county}")
    sites = [
        site(county, Tier.CENTRE, None, 122.50, 40.60),
        site("S1", Tier.STATION, county, 122.60, 40.60),
        site("S2", Tier.STATION, county, 122.40, 40.60),
        site("A", Tier.VILLAGE_POINT, "S1", 122.65, 40.62),
        site("B", Tier.VILLAGE_POINT, "S1", 122.70, 40.60),
        site("D", Tier.VILLAGE_POINT, "S2", 122.35, 40.60),
    ]
    ends = [(county, "S1"), (county, "S2"), ("S1", "A"), ("A", "B"), ("S2", "D")]
    import_network(session, county, sites, [road(u, v) for u, v in ends], [van("V1", county)])


@pytest.fixture
def settings(tmp_path):
    return Settings(
        database_url=f"sqlite:///{tmp_path}/coop.sqlite3", max_records_body_mb=1, max_body_mb=2
    )


@pytest.fixture
def engine(settings):
    engine = make_engine(settings.database_url)
    upgrade(engine)
    with Session(engine) as session:
        import_county(session, COUNTY)
        import_county(session, OTHER_COUNTY)
    yield engine
    engine.dispose()


@pytest.fixture
def app(settings, engine):
    app = create_app(settings)
    app.testing = True
    return app


@pytest.fixture
def make_token(engine):
    def make(role="admin", county=COUNTY, **wanted):
        with Session(engine) as session:
            return create_key(session, county, f"test {role}", Role(role), **wanted).token

    return make


@pytest.fixture
def call(app, make_token):
    """Send a request: ``call("PUT", "/orders/1", {...}, role="dispatcher")``."""
    tokens = {}

    def send(method, path, document=None, *, role="admin", county=COUNTY, **wanted):
        if (role, county) not in tokens:
            tokens[role, county] = make_token(role, county)
        headers = {"Authorization": f"Bearer {tokens[role, county]}"}
        if document is not None:
            wanted |= {"data": json.dumps(document), "content_type": "application/json"}
        return app.test_client().open("/api/v1" + path, method=method, headers=headers, **wanted)

    return send


@pytest.fixture
def order():
    """An order that nothing is wrong with."""
    return {
        "date": "2026-10-15",
        "direction": "outbound",
        "site": "A",
        "depot": COUNTY,
        "weight_kg": 12.5,
        "volume_m3": 0.2,
        "pieces": 3,
        "goods_class": "parcel",
    }


@pytest.fixture
def faults():
    """The faults of an answer, as a mapping of pointers to codes."""

    def read(response):
        assert response.content_type == "application/problem+json"
        return {fault["pointer"]: fault["code"] for fault in response.json["errors"]}

    return read
