"""Orders by common random numbers: a site's depend on seed, day and code, and on nothing else."""

import datetime as dt
import statistics
from collections import defaultdict
from pathlib import Path

import pytest

from coop_service.domain.network import Network
from coop_service.domain.problem import Direction
from coop_service.domain.records import Tier
from coop_service.domain.scenarios import (
    ChangeKind,
    FleetChange,
    FleetChangeKind,
    StationChange,
    change_county,
    make_scenario_orders,
    rates_of,
)
from coop_service.files.network_folder import read_network_folder
from tests.small_county import DAY, LAT, LON, make_county, make_scenario

ADD, CLOSE, MOVE, UPGRADE = ChangeKind
DEFAULT = Path(__file__).parents[3] / "network_data" / "dashiqiao"


def orders(stations=(), fleet=(), seed=1, date=DAY):
    before, after = change_county(make_county(), make_scenario(stations=stations, fleet=fleet))
    rates = rates_of(before.network, before.fleet)
    found = defaultdict(list)
    for order in make_scenario_orders(rates, after.network, date, seed):
        found[order.site].append(order)
    return dict(found)


def days(count):
    return [DAY + dt.timedelta(days=n) for n in range(count)]


@pytest.mark.parametrize(
    "change",
    [
        StationChange(CLOSE, "V12"),
        StationChange(CLOSE, "S1"),
        StationChange(ADD, "N", lon=LON + 0.2, lat=LAT, population=500),
        StationChange(MOVE, "V12", lon=LON + 0.1, lat=LAT + 0.02),
        StationChange(UPGRADE, "V12", tier=Tier.STATION, catchment_min=10),
    ],
)
def test_a_changed_site_changes_no_other_sites_orders(change):
    for date in days(4):
        before, after = orders(date=date), orders((change,), date=date)
        for code in (before.keys() | after.keys()) - {change.site}:
            assert after.get(code) == before.get(code), code
        if change.change is CLOSE:
            assert change.site not in after
        elif change.change is not ADD:
            assert after.get(change.site) == before.get(change.site)


def test_a_further_site_orders_some_days():
    new = StationChange(ADD, "N", lon=LON + 0.2, lat=LAT, population=500)
    assert any("N" in orders((new,), date=date) for date in days(4))


def test_another_fleet_changes_no_orders():
    more = FleetChange(FleetChangeKind.ADD, like="T1", count=5, home="C")
    assert orders(fleet=(more,)) == orders()


def test_the_same_seed_and_day_give_the_same_orders_and_others_give_others():
    assert orders() == orders()
    assert orders(seed=2) != orders()
    assert orders(date=days(2)[1]) != orders()


@pytest.fixture(scope="module")
def default_days():
    records = read_network_folder(DEFAULT)
    network = Network("210882", records.sites, records.roads, DAY)
    rates = rates_of(network, records.vans)
    return records, [make_scenario_orders(rates, network, date, 1) for date in days(20)]


def test_the_default_county_orders_about_as_much_as_on_its_demo_days(default_days):
    records, found = default_days
    volume_m3 = sum(van.volume_m3 for van in records.vans)
    payload_kg = sum(van.payload_kg for van in records.vans)
    out = [sum(o.volume_m3 for o in day if o.direction is Direction.OUTBOUND) for day in found]
    home = [sum(o.weight_kg for o in day if o.direction is Direction.INBOUND) for day in found]
    assert statistics.fmean(out) / volume_m3 == pytest.approx(0.70, abs=0.05)
    assert statistics.fmean(home) / payload_kg == pytest.approx(0.35, abs=0.05)
    sites = [len({order.site for order in day}) for day in found]
    assert statistics.fmean(sites) == pytest.approx(0.86 * 303, abs=6)


def test_keys_and_identifiers_are_unique_within_a_day(default_days):
    _, found = default_days
    for day in found:
        assert len({order.key for order in day}) == len(day)
        identifiers = [order.identifier for order in day if order.identifier]
        assert len(set(identifiers)) == len(identifiers)
        assert all(order.synthetic for order in day)
