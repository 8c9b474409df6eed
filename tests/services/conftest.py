"""The default county with three orders on one day, in a real database."""

import datetime as dt
from pathlib import Path

import pytest
from sqlmodel import Session

from coop_service.domain.problem import Direction
from coop_service.domain.records import DayOrder
from coop_service.files.network_folder import read_network_folder
from coop_service.services.setup import import_county
from coop_service.store.engine import make_engine
from coop_service.store.migrate import upgrade
from coop_service.store.queries import put_records

FOLDER = Path(__file__).parents[2] / "network_data" / "dashiqiao"


def booked(key, site, direction, **changes):
    fields = {
        "key": key,
        "date": dt.date(2026, 10, 15),
        "direction": direction,
        "site": site,
        "depot": "210882",
        "weight_kg": 20.0,
        "volume_m3": 0.1,
        "pieces": 2,
        "goods_class": "parcel",
    }
    return DayOrder(**fields | changes)


@pytest.fixture
def store(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path}/coop.sqlite3")
    upgrade(engine)
    with Session(engine) as session:
        import_county(session, "210882", read_network_folder(FOLDER))
        orders = [
            booked("o1", "210882105200", Direction.OUTBOUND),
            booked("o2", "210882105200", Direction.INBOUND),
            booked("o3", "210882003", Direction.OUTBOUND, weight_kg=50_000.0),
        ]
        put_records(session, "210882", orders)
        session.commit()
    yield engine
    engine.dispose()
