"""The scenario document: read back as it was written, every fault by its TOML path."""

import datetime as dt
import tomllib

import pytest
import tomli_w

from coop_service.documents.scenario import read_scenario, write_scenario
from coop_service.domain.problem import ModeSetting
from coop_service.domain.records import Tier
from coop_service.domain.scenarios import (
    ChangeKind,
    Demand,
    FleetChange,
    FleetChangeKind,
    Scenario,
    Search,
    StationChange,
)
from coop_service.errors import InvalidInput

LEAST = {
    "name": "x",
    "date": dt.date(2026, 10, 15),
    "network": {"folder": "network_data/dashiqiao", "county": "210882"},
}
FULL = Scenario(
    name="全部字段",
    network="network_data/dashiqiao",
    county="210882",
    date=dt.date(2026, 10, 15),
    stations=(
        StationChange(
            ChangeKind.ADD,
            "N1",
            name="新站",
            lon=122.5,
            lat=40.6,
            tier=Tier.STATION,
            population=10,
            road_to="210882",
            road_km=3.5,
            open_s=7 * 3600,
            close_s=24 * 3600,
            floor_m3=20.0,
            catchment_min=15.0,
        ),
        StationChange(ChangeKind.ADD, "N2", lon=122.5, lat=40.7, tier=Tier.VILLAGE_POINT,
                      parent="N1"),
        StationChange(ChangeKind.CLOSE, "210882104"),
    ),
    fleet=(
        FleetChange(FleetChangeKind.ADD, like="MIC01", count=2, home="N1"),
        FleetChange(FleetChangeKind.REMOVE, vans=("EV01", "EV02")),
    ),
    modes={"N1": ModeSetting.AUTO},
    demand=Demand(days=20, seed=7, first=dt.date(2026, 11, 1), level=1.2),
    search=Search(iterations=None, seconds=3.0, seed=2, threads=2, plain_plans=4),
    standard_min=25.0,
)  # fmt: skip


def faults_of(document):
    with pytest.raises(InvalidInput) as caught:
        read_scenario(document)
    return {(fault.pointer, fault.code) for fault in caught.value.faults}


@pytest.mark.parametrize("scenario", [FULL, read_scenario(LEAST)])
def test_what_is_written_as_toml_is_read_back(scenario):
    text = tomli_w.dumps(write_scenario(scenario))
    assert read_scenario(tomllib.loads(text)) == scenario


def test_a_scenario_that_says_little_takes_the_defaults():
    scenario = read_scenario(LEAST)
    assert (scenario.demand, scenario.search, scenario.stations) == (Demand(), Search(), ())
    assert scenario.days == tuple(dt.date(2026, 10, 15 + n) for n in range(10))


def test_times_are_texts_or_local_times_of_toml():
    for time in ('"07:30"', "07:30:00"):
        station = f'station = [{{change = "upgrade", site = "a", open = {time}}}]'
        document = {**LEAST, **tomllib.loads(station)}
        assert read_scenario(document).stations[0].open_s == 27_000


def test_versions_of_earlier_results_are_no_part_of_the_scenario():
    assert read_scenario({**LEAST, "versions": {"numpy": "2.4.6"}}) == read_scenario(LEAST)


def test_all_faults_are_told_with_their_toml_paths():
    document = {
        "name": "",
        "date": "2026-13-01",
        "network": {"folder": "x"},
        "sttion": [],
        "station": [
            {"change": "add", "site": "a", "lon": 181.0, "tier": "city"},
            {"change": "close", "open": "7:30", "floor_m3": 0, "population": -1},
        ],
        "fleet": [{"change": "add", "vans": ["a", 3], "count": 0}],
        "modes": {"210882104": "fly"},
        "demand": {"days": 0, "seed": -1, "first": 20261015, "level": 0},
        "search": {"iterations": 3, "seconds": 2.0},
    }
    assert faults_of(document) == {
        ("name", "not_a_name"),
        ("date", "not_a_date"),
        ("network.county", "missing_field"),
        ("sttion", "unknown_field"),
        ("station[0].lon", "out_of_range"),
        ("station[0].tier", "unknown_choice"),
        ("station[1].site", "missing_field"),
        ("station[1].open", "not_a_time"),
        ("station[1].floor_m3", "out_of_range"),
        ("station[1].population", "out_of_range"),
        ("fleet[0].vans[1]", "not_a_name"),
        ("fleet[0].count", "out_of_range"),
        ("modes.210882104", "unknown_choice"),
        ("demand.days", "out_of_range"),
        ("demand.seed", "out_of_range"),
        ("demand.first", "not_a_date"),
        ("demand.level", "out_of_range"),
        ("search.seconds", "either_or"),
    }
