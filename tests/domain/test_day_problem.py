"""A county of four sites in a row, 10 km apart: centre C, station S, villages V1 and V2."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from coop_service.domain.day_problem import (
    STOP_SERVICE_S,
    build_problem,
    default_rules,
    intersect_windows,
)
from coop_service.domain.network import Network
from coop_service.domain.problem import NO_ROAD, Direction, Problem, Rules
from coop_service.domain.records import (
    CoordKind,
    DayOrder,
    Road,
    Site,
    SiteState,
    Tier,
    Van,
    VehicleSize,
)
from coop_service.domain.travel import Travel
from coop_service.errors import InvalidInput

SUMMER_DAY = dt.date(2026, 7, 1)
H = 3600


def make_site(code: str, tier: Tier, parent: str | None, lon: float) -> Site:
    return Site(
        code=code,
        name=f"{code}村",
        tier=tier,
        kind="village",
        parent=parent,
        lon=lon,
        lat=40.6,
        coord_kind=CoordKind.SYNTHETIC,
        population=1000,
        population_kind="synthetic",
        open_s=6 * H if tier is Tier.CENTRE else 8 * H,
        close_s=20 * H if tier is Tier.CENTRE else 18 * H,
        service_mode=None,
        source="test",
    )


def make_road(u: str, v: str, largest: VehicleSize) -> Road:
    return Road(
        u=u,
        v=v,
        road_class="X",
        length_m=10_000,
        speed_kmh=36.0,
        largest_vehicle=largest,
        winter_factor=1.0,
        synthetic=True,
        source="test",
    )


SITES = (
    make_site("C", Tier.CENTRE, None, 122.5),
    make_site("S", Tier.STATION, "C", 122.6),
    make_site("V1", Tier.VILLAGE_POINT, "S", 122.7),
    make_site("V2", Tier.VILLAGE_POINT, "S", 122.8),
)
ROADS = (
    make_road("C", "S", VehicleSize.TRUCK),
    make_road("S", "V1", VehicleSize.TRUCK),
    make_road("V1", "V2", VehicleSize.MICRO),
)
NETWORK = Network("000001", SITES, ROADS)

TRUCK = Van(
    code="T1",
    name="一号车",
    size=VehicleSize.TRUCK,
    kind="urban_rural",
    plate="辽H00001",
    home="C",
    payload_kg=1500,
    volume_m3=15,
    temperatures=("ambient", "chilled"),
    tags=("tail_lift",),
    shift_start_s=7 * H,
    shift_end_s=17 * H,
    fixed_yuan=140,
    per_km_yuan=1.2,
    per_hour_yuan=25,
    range_m=220_000,
    max_trips=2,
    reload_s=1200,
    custom={"colour": "blue"},
)
MICRO = replace(TRUCK, code="M1", size=VehicleSize.MICRO, home="S", payload_kg=600, volume_m3=4)


def make_order(key: str, site: str, **changes: object) -> DayOrder:
    order = DayOrder(
        key=key,
        date=SUMMER_DAY,
        direction=Direction.OUTBOUND,
        site=site,
        depot="C",
        weight_kg=50,
        volume_m3=0.5,
        pieces=10,
        goods_class="parcel",
    )
    return replace(order, **changes)  # type: ignore[arg-type]


def build(*orders: DayOrder, fleet: tuple[Van, ...] = (TRUCK,), **kwargs: Rules) -> Problem:
    travel = Travel(NETWORK, SUMMER_DAY)
    return build_problem(NETWORK, travel, fleet, orders, name="a day", **kwargs)


def stops_of(problem: Problem) -> dict[str, str]:
    return {order.id: order.stop for order in problem.orders}


def test_orders_of_one_site_share_one_stop_in_both_directions() -> None:
    problem = build(
        make_order("a", "V1"),
        make_order("b", "V1", direction=Direction.INBOUND),
        make_order("c", "V2"),
    )
    assert stops_of(problem) == {"a": "V1", "b": "V1", "c": "V2"}
    assert [stop.id for stop in problem.stops] == ["V1", "V2"]


def test_a_stop_without_booked_windows_has_the_opening_hours() -> None:
    assert build(make_order("a", "V1")).stops[0].time_windows_s == ((8 * H, 18 * H),)


def test_booked_windows_are_cut_by_the_opening_hours_and_by_one_another() -> None:
    problem = build(
        make_order("a", "V1", windows_s=((7 * H, 11 * H), (14 * H, 19 * H))),
        make_order("b", "V1", windows_s=((10 * H, 15 * H),)),
    )
    (stop,) = problem.stops
    assert stop.time_windows_s == ((10 * H, 11 * H), (14 * H, 15 * H))


def test_windows_with_nothing_in_common_make_a_further_stop() -> None:
    problem = build(
        make_order("a", "V1", windows_s=((8 * H, 10 * H),)),
        make_order("b", "V1", windows_s=((14 * H, 16 * H),)),
        make_order("c", "V1", windows_s=((15 * H, 17 * H),)),
    )
    assert stops_of(problem) == {"a": "V1", "b": "V1#2", "c": "V1#2"}
    assert problem.stop_by_id["V1#2"].time_windows_s == ((15 * H, 16 * H),)
    assert problem.stop_by_id["V1"].location == problem.stop_by_id["V1#2"].location


def test_other_tags_or_another_depot_make_a_further_stop() -> None:
    problem = build(
        make_order("a", "V1"),
        make_order("b", "V1", required_tags=("tail_lift",)),
        make_order("c", "V1", depot="S"),
        make_order("d", "V1"),
    )
    assert stops_of(problem) == {"a": "V1", "b": "V1#2", "c": "V1#3", "d": "V1"}
    assert problem.stop_by_id["V1#2"].required_tags == {"tail_lift"}
    assert problem.stop_by_id["V1"].required_tags == frozenset()


def test_a_booked_window_outside_the_opening_hours_stands_as_booked() -> None:
    problem = build(make_order("a", "V1"), make_order("b", "V1", windows_s=((5 * H, 6 * H),)))
    assert stops_of(problem) == {"a": "V1", "b": "V1#2"}
    assert problem.stop_by_id["V1#2"].time_windows_s == ((5 * H, 6 * H),)


def test_a_transfer_is_collected_in_its_window_and_left_in_opening_hours() -> None:
    transfer = make_order(
        "a", "V1", direction=Direction.TRANSFER, to_site="V2", windows_s=((9 * H, 10 * H),)
    )
    problem = build(transfer)
    (order,) = problem.orders
    assert (order.stop, order.to_stop) == ("V1", "V2")
    assert problem.stop_by_id["V1"].time_windows_s == ((9 * H, 10 * H),)
    assert problem.stop_by_id["V2"].time_windows_s == ((8 * H, 18 * H),)


def test_depots_are_the_homes_of_vans_and_the_depots_of_orders() -> None:
    idle = replace(MICRO, code="M2", home="V2", active=False)
    problem = build(make_order("a", "V1", depot="V2"), fleet=(TRUCK, MICRO))
    assert [depot.id for depot in problem.depots] == ["C", "S", "V2"]
    assert problem.depot_by_id["C"].open_s == 6 * H
    assert problem.depot_by_id["S"].close_s == 18 * H

    without_idle = build(make_order("a", "V1"), fleet=(TRUCK, idle))
    assert [vehicle.id for vehicle in without_idle.vehicles] == ["T1"]
    assert [depot.id for depot in without_idle.depots] == ["C"]


def test_matrices_hold_each_site_once_for_each_size_in_use() -> None:
    problem = build(
        make_order("a", "V1"),
        make_order("b", "V2"),
        make_order("c", "V1", windows_s=((5 * H, 6 * H),)),
        fleet=(TRUCK, MICRO),
    )
    assert [depot.location for depot in problem.depots] == [0, 1]
    assert [stop.location for stop in problem.stops] == [2, 2, 3]
    # C - S - V1 - V2, 10 km and 1000 s each; trucks may not drive the last of them.
    assert set(problem.profiles) == {"truck", "micro"}
    assert problem.profiles["micro"].duration_s[0].tolist() == [0, 1000, 2000, 3000]
    assert problem.profiles["truck"].distance_m[0].tolist() == [0, 10_000, 20_000, NO_ROAD]
    assert problem.profiles["truck"].duration_s.dtype == np.int64


def test_vans_become_vehicles_with_all_their_limits() -> None:
    (vehicle,) = build(make_order("a", "V1")).vehicles
    assert (vehicle.id, vehicle.profile) == ("T1", "truck")
    assert (vehicle.start_depot, vehicle.end_depot) == ("C", "C")
    assert vehicle.capacity == {"weight_kg": 1500, "volume_m3": 15}
    assert vehicle.temperatures == {"ambient", "chilled"}
    assert vehicle.tags == {"tail_lift"}
    assert vehicle.shift_s == (7 * H, 17 * H)
    assert (vehicle.max_trips, vehicle.reload_s, vehicle.max_distance_m) == (2, 1200, 220_000)
    assert (vehicle.costs.fixed, vehicle.costs.per_km, vehicle.costs.per_hour) == (140, 1.2, 25)
    assert vehicle.custom == {
        "colour": "blue",
        "name": "一号车",
        "plate": "辽H00001",
        "kind": "urban_rural",
        "default_costs": True,
    }


def test_service_is_parking_once_and_handling_by_pieces_and_weight() -> None:
    problem = build(make_order("a", "V1"), make_order("b", "V1", service_s=45))
    assert problem.stops[0].service_s == STOP_SERVICE_S == 180
    # 10 pieces of 8 s and 50 kg of 0.4 s.
    assert problem.order_by_id["a"].service_s == 100
    assert problem.order_by_id["b"].service_s == 45


def test_places_and_orders_can_be_traced_by_their_custom_fields() -> None:
    problem = build(make_order("a", "V1", identifier="88.1.2/3", custom={"note": "轻放"}))
    place = {"site": "V1", "name": "V1村", "lon": 122.7, "lat": 40.6, "coord_kind": "synthetic"}
    assert problem.stops[0].custom == place
    assert problem.depots[0].custom is not None
    assert problem.depots[0].custom["site"] == "C"
    assert problem.orders[0].custom == {"note": "轻放", "key": "a", "identifier": "88.1.2/3"}
    assert problem.orders[0].load == {"weight_kg": 50, "volume_m3": 0.5, "pieces": 10}


def test_no_rules_are_imposed_unless_given() -> None:
    assert build(make_order("a", "V1")).rules == Rules()


def test_mixes_of_goods_that_nobody_sends_are_left_out() -> None:
    problem = build(make_order("a", "V1", goods_class="live"), rules=default_rules())
    assert problem.rules.forbidden_mixes == (("live", "edible"),)
    assert problem.rules.max_driving_s == 14_400
    assert "edible" in problem.goods_groups


def test_a_mix_with_a_name_that_is_no_goods_class_is_not_hidden() -> None:
    rules = Rules(forbidden_mixes=(("pestizide", "edible"),))
    assert build(make_order("a", "V1"), rules=rules).rules == rules


def test_every_unknown_site_is_named_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        build(
            make_order("a", "X1"),
            make_order("b", "V1", depot="X2"),
            make_order("c", "V1", direction=Direction.TRANSFER, to_site="X3"),
            make_order("d", "V1", direction=Direction.TRANSFER),
            fleet=(replace(TRUCK, home="X4"), replace(MICRO, home="X5", active=False)),
        )
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [
        ("/vehicles/0/home", "unknown_site"),
        ("/orders/0/site", "unknown_site"),
        ("/orders/1/depot", "unknown_site"),
        ("/orders/2/to_site", "unknown_site"),
        ("/orders/3/to_site", "missing_to_site"),
    ]


def test_what_is_booked_at_a_site_that_is_closed_on_the_day_is_named_at_once() -> None:
    life = ((dt.date(2020, 1, 1), SiteState.OPEN), (SUMMER_DAY, SiteState.CLOSED))
    sites = [replace(site, life=life) if site.code in ("S", "V2") else site for site in SITES]
    network = Network("000001", sites, ROADS, SUMMER_DAY)
    orders = (make_order("a", "V1"), make_order("b", "V2"))
    travel = Travel(network, SUMMER_DAY)
    with pytest.raises(InvalidInput) as caught:
        build_problem(network, travel, (TRUCK, MICRO), orders, name="a day")
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [
        ("/vehicles/1/home", "site_not_served"),
        ("/orders/1/site", "site_not_served"),
    ]
    yesterday = network.as_of(SUMMER_DAY - dt.timedelta(days=1))
    problem = build_problem(yesterday, travel, (TRUCK, MICRO), orders, name="a day")
    assert [stop.id for stop in problem.stops] == ["V1", "V2"]


def test_windows_that_only_touch_have_that_moment_in_common() -> None:
    assert intersect_windows([(0, 10)], [(10, 20)]) == ((10, 10),)
    assert intersect_windows([(0, 10)], [(11, 20)]) == ()
