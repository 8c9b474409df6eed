import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from coop_service.domain.network import Network, UnknownSite
from coop_service.domain.plan import CostParts, Plan, Route, Status, Trip, Visit
from coop_service.domain.problem import Costs, Depot, Direction, Order, Problem, Stop, Vehicle
from coop_service.domain.records import CoordKind, Road, Site, Tier, VehicleSize
from coop_service.domain.travel import Travel
from coop_service.errors import InvalidInput
from coop_service.files.geojson import network_geojson, plan_geojson
from coop_service.files.network_folder import read_network_folder

DEFAULT = Path(__file__).parents[2] / "network_data" / "dashiqiao"
SUMMER = dt.date(2026, 7, 1)


def site(code, tier, parent, lon, coord_kind):
    return Site(
        code=code,
        name=f"站点{code}",
        tier=tier,
        kind="test",
        parent=parent,
        lon=lon,
        lat=40.60,
        coord_kind=coord_kind,
        population=100,
        population_kind="test",
        open_s=21_600,
        close_s=72_000,
        service_mode=None,
        source="GeoNames 1" if tier is Tier.CENTRE else "synthetic placement",
    )


def road(u, v):
    return Road(u, v, "C", 2000, 60.0, VehicleSize.TRUCK, 1.0, synthetic=True, source="test")


@pytest.fixture
def network():
    """In a row: centre C (real), station S (proxy), village V (synthetic); 120 s each."""
    sites = [
        site("C", Tier.CENTRE, None, 122.50, CoordKind.REAL),
        site("S", Tier.STATION, "C", 122.52, CoordKind.PROXY),
        site("V", Tier.VILLAGE_POINT, "S", 122.54, CoordKind.SYNTHETIC),
    ]
    return Network("mini", sites, [road("C", "S"), road("S", "V")])


@pytest.fixture
def travel(network):
    return Travel(network, SUMMER)


def order(name, stop, direction, weight_kg, to_stop=None):
    return Order(name, stop, direction, "C", {"weight_kg": weight_kg}, to_stop=to_stop)


@pytest.fixture
def problem(travel):
    """Down 30 kg to V and 5 kg to S, up 20 kg from V, across 7 kg from V to S."""
    return Problem(
        name="day",
        profiles={"van": travel.profile(VehicleSize.VAN, ("C", "V", "S"))},
        depots=(Depot("C", 0, 21_600, 72_000, custom={"site": "C"}),),
        vehicles=(Vehicle("V01", "van", "C", "C", {"weight_kg": 99}, (25_200, 61_200), Costs()),),
        stops=(
            Stop("v", 1, service_s=300, custom={"site": "V"}),
            Stop("s", 2, service_s=300, custom={"site": "S"}),
        ),
        orders=(
            order("down-v", "v", Direction.OUTBOUND, 30.0),
            order("down-s", "s", Direction.OUTBOUND, 5.0),
            order("up-v", "v", Direction.INBOUND, 20.0),
            order("across", "v", Direction.TRANSFER, 7.0, to_stop="s"),
        ),
    )


@pytest.fixture
def plan():
    trip = Trip(
        depart_s=28_000,
        return_s=28_960,
        load_at_start={"weight_kg": 35.0},
        load_at_end={"weight_kg": 20.0},
        stops=(
            Visit("v", 28_240, 28_240, 28_540, ("down-v", "up-v", "across"), {"weight_kg": 32.0}),
            Visit("s", 28_660, 28_660, 28_840, ("down-s", "across"), {"weight_kg": 20.0}),
        ),
    )
    route = Route("V01", 28_000, 28_960, 8000, 480, 480, 0, 0.0, (trip,))
    return Plan("day", "hand", Status.FEASIBLE, 0.0, 0.0, CostParts(), (route,))


def by_kind(collection, kind):
    return [each for each in collection["features"] if each["properties"]["kind"] == kind]


def test_a_plan_is_drawn_as_one_line_a_leg_along_the_roads(problem, plan, travel):
    legs = by_kind(plan_geojson(problem, plan, travel), "leg")
    assert [leg["geometry"]["coordinates"] for leg in legs] == [
        [[122.50, 40.60], [122.52, 40.60], [122.54, 40.60]],
        [[122.54, 40.60], [122.52, 40.60]],
        [[122.52, 40.60], [122.50, 40.60]],
    ]
    assert [(leg["properties"]["from"], leg["properties"]["to"]) for leg in legs] == [
        ("C", "v"),
        ("v", "s"),
        ("s", "C"),
    ]
    first = legs[0]["properties"]
    assert (first["vehicle"], first["trip"], first["sequence"]) == ("V01", 1, 1)
    assert (first["depart_s"], first["arrive_s"]) == (28_000, 28_240)
    assert (first["driving_s"], first["distance_m"]) == (240, 4000)


def test_each_leg_tells_what_is_on_board_and_in_which_direction(problem, plan, travel):
    legs = [leg["properties"] for leg in by_kind(plan_geojson(problem, plan, travel), "leg")]
    assert [leg["on_board"] for leg in legs] == [
        {"weight_kg": 35.0},
        {"weight_kg": 32.0},
        {"weight_kg": 20.0},
    ]
    assert [leg["outbound"] for leg in legs] == [
        {"weight_kg": 35.0},
        {"weight_kg": 5.0},
        {"weight_kg": 0.0},
    ]
    assert [leg["inbound"] for leg in legs] == [{}, {"weight_kg": 20.0}, {"weight_kg": 20.0}]
    assert [leg["transfer"] for leg in legs] == [{}, {"weight_kg": 7.0}, {"weight_kg": 0.0}]


def test_each_visit_is_a_point_with_what_is_done_there(problem, plan, travel):
    visits = by_kind(plan_geojson(problem, plan, travel), "visit")
    assert [visit["geometry"]["coordinates"] for visit in visits] == [
        [122.54, 40.60],
        [122.52, 40.60],
    ]
    first, second = (visit["properties"] for visit in visits)
    assert (first["stop"], first["name"], first["sequence"]) == ("v", "站点V", 1)
    assert (first["arrive_s"], first["start_s"], first["depart_s"]) == (28_240, 28_240, 28_540)
    assert (first["unload"], first["load"]) == ({"weight_kg": 30.0}, {"weight_kg": 27.0})
    assert (first["load_before"], first["load_after"]) == (
        {"weight_kg": 35.0},
        {"weight_kg": 32.0},
    )
    assert first["orders"] == ["down-v", "up-v", "across"]
    assert (second["unload"], second["load"]) == ({"weight_kg": 12.0}, {})


def test_what_is_not_surveyed_says_so(problem, plan, travel):
    collection = plan_geojson(problem, plan, travel)
    legs = by_kind(collection, "leg")
    assert {leg["properties"]["roads"] for leg in legs} == {"synthetic"}
    assert [leg["properties"]["coord_kind"] for leg in legs] == ["synthetic", "synthetic", "proxy"]
    assert [each["properties"]["coord_kind"] for each in by_kind(collection, "visit")] == [
        "synthetic",
        "proxy",
    ]
    assert by_kind(collection, "depot")[0]["properties"]["coord_kind"] == "real"
    assert collection["attribution"] == "© GeoNames, CC BY 4.0"
    assert "synthetic" in collection["notice"]


def test_two_trips_are_numbered_and_each_returns_to_its_depot(problem, plan, travel):
    route = plan.routes[0]
    twice = replace(plan, routes=(replace(route, trips=(route.trips[0], route.trips[0])),))
    legs = [leg["properties"] for leg in by_kind(plan_geojson(problem, twice, travel), "leg")]
    assert [(leg["trip"], leg["sequence"]) for leg in legs] == [
        (1, 1),
        (1, 2),
        (1, 3),
        (2, 1),
        (2, 2),
        (2, 3),
    ]
    assert legs[2]["to"] == legs[3]["from"] == "C"


def test_the_collection_is_strict_json(problem, plan, travel):
    collection = plan_geojson(problem, plan, travel)
    assert json.loads(json.dumps(collection, allow_nan=False)) == collection


def test_a_problem_without_sites_or_sizes_is_refused_with_every_fault(problem, plan, travel):
    bare = replace(
        problem,
        profiles={"bike": problem.profiles["van"]},
        stops=tuple(replace(stop, custom=None) for stop in problem.stops),
        vehicles=(replace(problem.vehicles[0], profile="bike"),),
    )
    with pytest.raises(InvalidInput) as caught:
        plan_geojson(bare, plan, travel)
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [
        ("/stops/0/custom/site", "missing_site"),
        ("/stops/1/custom/site", "missing_site"),
        ("/vehicles/0/profile", "unknown_vehicle_size"),
    ]


def test_a_site_that_the_network_no_longer_has_is_named(problem, plan, travel):
    stops = (replace(problem.stops[0], custom={"site": "gone"}), problem.stops[1])
    with pytest.raises(UnknownSite, match="gone"):
        plan_geojson(replace(problem, stops=stops), plan, travel)


def test_the_default_network_is_drawn_whole():
    records = read_network_folder(DEFAULT)
    collection = network_geojson(Network("210882", records.sites, records.roads))
    assert (len(by_kind(collection, "road")), len(by_kind(collection, "site"))) == (495, 308)
    assert collection["attribution"] == "© GeoNames, CC BY 4.0"
    closed = [each for each in by_kind(collection, "road") if each["properties"]["closed_periods"]]
    assert [each["properties"]["closed_periods"] for each in closed] == [
        ["2027-01-10/2027-01-20"]
    ] * 3
    assert json.loads(json.dumps(collection, allow_nan=False)) == collection
