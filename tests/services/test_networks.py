import datetime as dt
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from sqlmodel import Session

from coop_service.domain.records import DayOrder, Site
from coop_service.errors import InvalidInput
from coop_service.files.network_folder import read_network_folder
from coop_service.services.counties import put_county
from coop_service.services.networks import SiteInUse, import_network
from coop_service.store.engine import make_engine
from coop_service.store.migrate import upgrade
from coop_service.store.queries import (
    find_record,
    load_fleet,
    load_network,
    load_roads,
    load_sites,
    put_records,
)

COUNTY = "210882"
FOLDER = Path(__file__).parents[2] / "network_data" / "dashiqiao"
VILLAGE = "210882105200"


@pytest.fixture(scope="module")
def folder():
    return read_network_folder(FOLDER)


@pytest.fixture
def session(tmp_path, folder):
    engine = make_engine(f"sqlite:///{tmp_path}/coop.sqlite3")
    upgrade(engine)
    with Session(engine) as session:
        put_county(session, COUNTY, "大石桥市")
        import_network(session, COUNTY, folder.sites, folder.roads, folder.vans)
        yield session
    engine.dispose()


@pytest.fixture
def without_a_village(folder):
    """The default network with one village and all its roads less, and one road to pass it."""
    ends = [road for road in folder.roads if VILLAGE in (road.u, road.v)]
    neighbours = [road.v if road.u == VILLAGE else road.u for road in ends]
    around = [replace(ends[0], u=u, v=v, length_m=80_000) for u, v in pairwise(neighbours)]
    known = {frozenset((road.u, road.v)) for road in folder.roads}
    around = [road for road in around if frozenset((road.u, road.v)) not in known]
    sites = [site for site in folder.sites if site.code != VILLAGE]
    return sites, [road for road in folder.roads if road not in ends] + around


def test_the_default_county_is_imported_whole(session, folder):
    network = load_network(session, COUNTY)
    assert len(network.sites) == 308
    assert len(network.roads) == 495
    assert load_fleet(session, COUNTY) == sorted(folder.vans, key=lambda van: van.code)


def test_an_import_takes_the_place_of_what_was_there(session, folder, without_a_village):
    sites, roads = without_a_village
    import_network(session, COUNTY, sites, roads, folder.vans[:3])
    assert find_record(session, COUNTY, Site, VILLAGE) is None
    assert len(load_roads(session, COUNTY)) == len(roads)
    assert len(load_fleet(session, COUNTY)) == 3
    import_network(session, COUNTY, folder.sites, folder.roads, folder.vans)
    assert len(load_sites(session, COUNTY)) == 308


def test_a_site_with_orders_does_not_vanish_in_an_import(session, folder, without_a_village):
    order = DayOrder(
        key="o-1",
        date=dt.date(2026, 10, 15),
        direction="outbound",
        site=VILLAGE,
        depot=COUNTY,
        weight_kg=1.0,
        volume_m3=0.1,
        pieces=1,
        goods_class="parcel",
    )
    put_records(session, COUNTY, [order])
    session.commit()
    with pytest.raises(SiteInUse, match="o-1"):
        import_network(session, COUNTY, *without_a_village, folder.vans)
    session.rollback()
    assert len(load_sites(session, COUNTY)) == 308


def test_a_network_with_faults_is_not_imported(session, folder):
    vans = [replace(folder.vans[0], home="nowhere")]
    sites = [
        replace(site, population=-1) if site.code == VILLAGE else site for site in folder.sites
    ]
    with pytest.raises(InvalidInput) as caught:
        import_network(session, COUNTY, sites, folder.roads, vans)
    assert {fault.code for fault in caught.value.faults} == {"negative", "unknown_site"}
    assert load_fleet(session, COUNTY) == sorted(folder.vans, key=lambda van: van.code)
