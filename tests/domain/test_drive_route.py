"""A vehicle's day as its driver sees it: the small day of the papers, and one with a hub."""

from dataclasses import replace

from coop_service.domain.drive_route import drive_route
from coop_service.domain.papers.day import PaperDay
from coop_service.domain.plan import RestKind
from coop_service.domain.records import CoordKind
from tests.domain.papers.paper_day import CONTEXT, IDENTIFIER, paper_plan, paper_problem
from tests.domain.verify.relay_day import relay_plan, relay_problem


def small_day(problem=None):
    problem = problem or paper_problem()
    return PaperDay(problem, paper_plan(problem), CONTEXT)


def relay_day():
    problem = relay_problem()
    return PaperDay(problem, relay_plan(problem), CONTEXT)


def test_trips_and_visits_are_numbered_through_the_day():
    route = drive_route(small_day(), "V1")
    assert [(one.trip_index, one.depart_s, one.return_s) for one in route.trips] == [
        (0, 28_800, 34_560),
        (1, 36_000, 37_260),
    ]
    numbers = [(one.trip_index, one.visit_index, one.stop) for one in route.stops]
    assert numbers == [(0, 0, "c1"), (0, 1, "c2"), (0, 2, "c3"), (1, 3, "c4")]
    assert route.trips[0].start.name == "县分拣中心"
    assert route.note.driver == "李师傅"
    assert route.reload_s == 600


def test_a_stop_names_its_goods_order_by_order():
    stop = drive_route(small_day(), "V1").stops[1]
    assert (stop.place.name, stop.place.township) == ("后房村", "高坎镇")
    [off], [on] = stop.unload, stop.load
    assert (off.order, off.pieces, off.weight_kg, off.temperature) == ("o3", 3, 30, "frozen")
    assert (on.order, on.key, on.identifier) == ("i1", "k1", IDENTIFIER)
    assert stop.orders == ("o3", "i1")
    assert stop.windows_s == ((25_200, 64_800),)


def test_a_rest_belongs_to_the_stop_that_it_follows():
    stops = drive_route(small_day(), "V1").stops
    assert [stop.rest and stop.rest.kind for stop in stops] == [None, RestKind.LUNCH, None, None]


def test_a_trip_tells_what_is_loaded_before_it():
    first = drive_route(small_day(), "V1").trips[0]
    assert first.weight_kg_at_start == 100
    assert first.pieces_at_start == 13


def test_a_position_is_told_with_its_kind_and_what_nobody_vouches_for_is_made_up():
    problem = paper_problem()
    places = [
        {"lon": 122.5, "lat": 40.6, "coord_kind": "real"},
        {"lon": 122.6, "lat": 40.7},
        {"lon": "x", "lat": 40.7},
    ]
    stops = [
        replace(stop, custom=(stop.custom or {}) | place)
        for stop, place in zip(problem.stops, [*places, {}], strict=True)
    ]
    route = drive_route(small_day(replace(problem, stops=tuple(stops))), "V1")
    first, second, *others = (stop.position for stop in route.stops)
    assert (first.lon, first.lat, first.kind) == (122.5, 40.6, CoordKind.REAL)
    assert second.kind is CoordKind.SYNTHETIC
    assert others == [None, None]


def test_a_hub_is_a_stop_whose_goods_are_legs_of_orders():
    route = drive_route(relay_day(), "T1")
    assert [stop.is_hub for stop in route.stops] == [True, True]
    assert [one.order for one in route.stops[0].unload] == ["o1:trunk", "o2:trunk"]
    assert [one.key for one in route.stops[0].unload] == ["o1", "o2"]


def test_a_van_that_stays_at_home_or_is_not_known_has_an_empty_day():
    for vehicle in ("V2", "V9"):
        route = drive_route(small_day(), vehicle)
        assert (route.vehicle, route.trips, route.stops) == (vehicle, (), ())
