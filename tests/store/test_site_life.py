"""The life of sites in the store: kept, read as of a day, and there for sites of before."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

from alembic import command
from sqlalchemy import inspect, text

from coop_service.domain.records import SiteState, Tier
from coop_service.files.network_folder import read_network_folder
from coop_service.services.networks import import_network
from coop_service.store.engine import make_engine
from coop_service.store.queries import load_network
from tests.store.test_plan_life_migration import config_for

FOLDER = Path(__file__).parents[2] / "network_data" / "dashiqiao"
LIFE = ((dt.date(2026, 5, 1), SiteState.PILOT), (dt.date(2027, 1, 1), SiteState.CLOSED))


def test_a_stored_site_comes_back_with_its_life_and_is_read_as_of_a_day(session):
    records = read_network_folder(FOLDER)
    sites = [replace(s, life=LIFE) if s.code == "210882104" else s for s in records.sites]
    import_network(session, "210001", sites, records.roads, records.vans)
    session.expire_all()
    assert load_network(session, "210001").sites["210882104"].life == LIFE
    served = [
        len(load_network(session, "210001", dt.date(year, 6, 1)).tier(Tier.STATION))
        for year in (2025, 2026, 2027)
    ]
    assert served == [16, 17, 16]


def test_sites_of_before_are_always_open_and_can_go_back(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path}/coop.sqlite3")
    with engine.connect() as connection:
        connection.detach()
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        command.upgrade(config_for(connection), "0003")
        connection.execute(text("INSERT INTO county VALUES ('210001', 'x')"))
        connection.execute(
            text(
                "INSERT INTO site (county, code, name, tier, kind, lon, lat, coord_kind, "
                "population, population_kind, open_s, close_s, source, pinyin) VALUES ('210001', "
                "'a', 'a', 0, 'x', 122, 40, 'real', 1, 'x', 0, 86400, 'x', '')"
            )
        )
        connection.commit()
        command.upgrade(config_for(connection), "head")
        assert connection.execute(text("SELECT life FROM site")).all() == [("[]",)]
        command.downgrade(config_for(connection), "0003")
        assert connection.execute(text("SELECT code FROM site")).all() == [("a",)]
        connection.commit()
    assert "life" not in {column["name"] for column in inspect(engine).get_columns("site")}
    engine.dispose()
