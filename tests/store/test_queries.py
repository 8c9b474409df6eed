import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from coop_service.domain.demo_day import make_demo_day
from coop_service.domain.records import DayOrder, Road, Site, Van
from coop_service.files.network_folder import read_network_folder
from coop_service.store.engine import make_engine
from coop_service.store.queries import (
    Change,
    delete_record,
    find_record,
    find_records,
    find_site_uses,
    list_orders,
    list_roads,
    load_fleet,
    load_network,
    load_orders,
    load_roads,
    load_sites,
    lock_county,
    put_records,
)

COUNTY = "210001"
DATE = dt.date(2026, 10, 15)
FOLDER = Path(__file__).parents[2] / "network_data" / "dashiqiao"


@pytest.fixture(scope="module")
def folder():
    return read_network_folder(FOLDER)


@pytest.fixture
def stored(session, folder):
    for records in (folder.sites, folder.roads, folder.vans):
        assert set(put_records(session, COUNTY, records)) == {Change.CREATED}
    session.commit()
    return session


@pytest.mark.usefixtures("stored")
def test_a_network_and_a_fleet_come_back_as_they_were_stored(engine, folder):
    with Session(engine) as session:
        network = load_network(session, COUNTY)
        assert dict(network.sites) == {site.code: site for site in folder.sites}
        assert {frozenset((r.u, r.v)) for r in network.roads} == {
            frozenset((r.u, r.v)) for r in folder.roads
        }
        by_ends = {frozenset((r.u, r.v)): r for r in network.roads}
        for road in folder.roads:
            found = by_ends[frozenset((road.u, road.v))]
            assert replace(found, u=road.u, v=road.v) == road
        assert load_fleet(session, COUNTY) == sorted(folder.vans, key=lambda van: van.code)


def test_orders_come_back_as_they_were_stored(stored, engine):
    network = load_network(stored, COUNTY)
    orders = make_demo_day(network, load_fleet(stored, COUNTY), DATE)
    put_records(stored, COUNTY, orders)
    stored.commit()
    with Session(engine) as session:
        assert load_orders(session, COUNTY, DATE) == sorted(orders, key=lambda order: order.key)
        assert load_orders(session, COUNTY, DATE + dt.timedelta(days=1)) == []


def test_records_are_found_by_many_codes_at_once(stored, folder):
    codes = [site.code for site in folder.sites]
    found = find_records(stored, COUNTY, Site, [*codes, *codes, "nowhere"] * 5)
    assert found == {site.code: site for site in folder.sites}
    assert find_records(stored, "210002", Site, codes) == {}
    assert find_records(stored, COUNTY, DayOrder, []) == {}


def test_writing_tells_created_updated_and_unchanged_apart(stored, folder):
    van = folder.vans[0]
    records = [van, replace(van, active=False), replace(van, code="NEW")]
    assert put_records(stored, COUNTY, records) == [
        Change.UNCHANGED,
        Change.UPDATED,
        Change.CREATED,
    ]
    assert find_record(stored, COUNTY, Van, van.code) == replace(van, active=False)


def test_a_road_is_one_whatever_the_order_of_its_ends(stored):
    road = load_roads(stored, COUNTY)[0]
    turned = replace(road, u=road.v, v=road.u, speed_kmh=33.0)
    assert put_records(stored, COUNTY, [turned]) == [Change.UPDATED]
    assert find_record(stored, COUNTY, Road, road.v, road.u).speed_kmh == 33.0
    assert list_roads(stored, COUNTY)[1] == 495
    assert delete_record(stored, COUNTY, Road, road.v, road.u)
    assert not delete_record(stored, COUNTY, Road, road.u, road.v)


def test_nothing_is_seen_of_another_county(stored):
    assert load_sites(stored, "210002") == {}
    assert load_fleet(stored, "210002") == []
    assert find_record(stored, "210002", Site, "210882") is None
    assert not delete_record(stored, "210002", Site, "210882")
    assert list_orders(stored, "210002") == ([], 0)


def test_a_reference_to_nothing_is_refused_by_the_database(stored, folder):
    put_records(stored, COUNTY, [replace(folder.vans[0], home="nowhere")])
    with pytest.raises(IntegrityError):
        stored.commit()


def test_the_users_of_a_site_are_found(stored):
    order = DayOrder(
        key="o",
        date=DATE,
        direction="transfer",
        site="210882003004",
        depot="210882",
        to_site="210882105200",
        weight_kg=1.0,
        volume_m3=1.0,
        pieces=1,
        goods_class="parcel",
    )
    put_records(stored, COUNTY, [order])
    assert find_site_uses(stored, COUNTY, "210882105200").orders == ["o"]
    centre = find_site_uses(stored, COUNTY, "210882")
    assert len(centre.children) == 17
    assert "BOX01" in centre.vans
    assert centre.orders == ["o"]


def test_a_county_that_is_locked_lets_no_other_writer_in(stored, tmp_path):
    lock_county(stored, COUNTY)
    other = make_engine(f"sqlite:///{tmp_path}/coop.sqlite3")
    with other.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
        with pytest.raises(Exception, match="locked"):
            connection.execute(text("UPDATE county SET name = 'x'"))
    stored.rollback()
    other.dispose()


def test_a_sqlite_database_lets_readers_read_while_another_writes(engine, stored):
    lock_county(stored, COUNTY)
    with Session(engine) as reader:
        assert len(load_sites(reader, COUNTY)) == 308
    stored.rollback()


def test_the_folder_of_a_sqlite_file_is_made(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path}/new/folder/coop.sqlite3")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    engine.dispose()
