"""Demo days of the default county: they look like real ones and can be planned."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coop_service.domain.day_problem import build_problem
from coop_service.domain.demo_calls import Reach
from coop_service.domain.demo_day import make_demo_day
from coop_service.domain.demo_goods import Season, season_of
from coop_service.domain.demo_lots import UNSERVABLE
from coop_service.domain.network import Network
from coop_service.domain.problem import Direction, Mode
from coop_service.domain.problem_faults import find_problem_faults
from coop_service.domain.records import DayOrder, Van
from coop_service.domain.relay import relay_of
from coop_service.domain.townships import find_townships
from coop_service.domain.travel import Travel
from coop_service.errors import InvalidInput
from coop_service.files.network_folder import read_network_folder

FOLDER = Path(__file__).parents[2] / "network_data" / "dashiqiao"
SPRING, SUMMER = dt.date(2026, 4, 15), dt.date(2026, 7, 1)
AUTUMN, WINTER = dt.date(2026, 10, 10), dt.date(2027, 1, 15)

days = pytest.mark.parametrize(
    ("date", "seed"), [(SPRING, 1), (SUMMER, 2), (AUTUMN, 3), (WINTER, 4), (WINTER, 5)]
)


@cache
def county() -> tuple[Network, tuple[Van, ...]]:
    folder = read_network_folder(FOLDER)
    return Network("210882", folder.sites, folder.roads), folder.vans


def make_day(date: dt.date, seed: int = 1) -> tuple[DayOrder, ...]:
    network, fleet = county()
    return make_demo_day(network, fleet, date, seed)


def is_servable(order: DayOrder) -> bool:
    return order.custom is None


def servable(date: dt.date, seed: int, direction: Direction) -> list[DayOrder]:
    return [o for o in make_day(date, seed) if is_servable(o) and o.direction is direction]


def sites_of(orders: Sequence[DayOrder]) -> set[str]:
    return {order.site for order in orders}


@settings(max_examples=25, deadline=None)
@given(
    st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31)), st.integers(min_value=0, max_value=10**6)
)
def test_any_day_has_about_260_stops_and_loads_within_the_fleet(date: dt.date, seed: int) -> None:
    network, fleet = county()
    orders = make_day(date, seed)
    problem = build_problem(network, Travel(network, date), fleet, orders, name="demo")
    assert 250 <= len(problem.stops) <= 270
    assert len({order.key for order in orders}) == len(orders)

    out = [o for o in orders if is_servable(o) and o.direction is Direction.OUTBOUND]
    back = [o for o in orders if is_servable(o) and o.direction is Direction.INBOUND]
    payload_kg = sum(van.payload_kg for van in fleet)
    volume_m3 = sum(van.volume_m3 for van in fleet)
    assert sum(o.volume_m3 for o in out) == pytest.approx(0.70 * volume_m3, rel=0.03)
    assert sum(o.weight_kg for o in out) <= 0.55 * payload_kg
    assert 0.30 * payload_kg <= sum(o.weight_kg for o in back) <= 0.40 * payload_kg
    assert sum(o.volume_m3 for o in back) <= 0.35 * volume_m3


@days
def test_windows_and_collections_have_their_shares_of_the_stops(date: dt.date, seed: int) -> None:
    orders = [order for order in make_day(date, seed) if is_servable(order)]
    stops = len(sites_of(orders))
    assert len(sites_of(servable(date, seed, Direction.INBOUND))) == pytest.approx(
        0.4 * stops, abs=1
    )
    assert len(sites_of([o for o in orders if o.windows_s])) == pytest.approx(stops / 3, abs=1)
    assert set(Counter(order.site for order in orders).values()) == {1, 2, 3}


@days
def test_every_servable_order_fits_a_van_of_its_depot_with_all_of_its_stop(
    date: dt.date, seed: int
) -> None:
    network, fleet = county()
    reach = Reach(network, date, fleet)
    orders = [order for order in make_day(date, seed) if is_servable(order)]
    for site in sites_of(orders):
        here = [order for order in orders if order.site == site]
        out = [order for order in here if order.direction is Direction.OUTBOUND]
        back = [order for order in here if order.direction is Direction.INBOUND]
        (depot,) = {order.depot for order in here}
        assert any(
            {order.temperature for order in here} <= set(van.temperatures)
            and max(sum(o.weight_kg for o in way) for way in (out, back)) <= 0.6 * van.payload_kg
            and max(sum(o.volume_m3 for o in way) for way in (out, back)) <= 0.6 * van.volume_m3
            for van in reach.vans_of(depot, site)
        ), site


@days
def test_sites_that_only_small_vans_reach_get_no_more_than_those_hold(
    date: dt.date, seed: int
) -> None:
    network, fleet = county()
    reach = Reach(network, date, fleet)
    orders = [order for order in make_day(date, seed) if is_servable(order)]
    largest = {
        order.key: max(van.size.rank for van in reach.vans_of(order.depot, order.site))
        for order in orders
    }
    for depot in {order.depot for order in orders}:
        for rank in range(3):
            vans = [van for van in fleet if van.home == depot and van.size.rank <= rank]
            for direction in (Direction.OUTBOUND, Direction.INBOUND):
                bound = [
                    order
                    for order in orders
                    if order.depot == depot
                    and order.direction is direction
                    and largest[order.key] <= rank
                ]
                held_m3 = sum(van.volume_m3 for van in vans)
                held_kg = sum(van.payload_kg for van in vans)
                assert sum(order.volume_m3 for order in bound) <= 0.8 * held_m3
                assert sum(order.weight_kg for order in bound) <= 0.8 * held_kg


@days
def test_windows_lie_in_opening_hours_and_can_be_met(date: dt.date, seed: int) -> None:
    network, fleet = county()
    reach = Reach(network, date, fleet)
    for order in filter(is_servable, make_day(date, seed)):
        site = network.sites[order.site]
        for start_s, end_s in order.windows_s:
            assert site.open_s <= start_s < end_s <= site.close_s
            assert any(
                van.shift_start_s + reach.drive_s(van, site.code) < end_s
                for van in reach.vans_of(order.depot, site.code)
            )


@days
def test_the_unservable_orders_fit_no_van_for_the_cause_they_state(
    date: dt.date, seed: int
) -> None:
    _, fleet = county()
    planted = [order for order in make_day(date, seed) if not is_servable(order)]
    assert len(planted) == 4
    for order in planted:
        assert order.custom is not None
        assert order.custom["demo"] == UNSERVABLE
        causes = {
            "capacity": all(
                order.weight_kg > van.payload_kg or order.volume_m3 > van.volume_m3 for van in fleet
            ),
            "time_window": bool(order.windows_s)
            and all(order.windows_s[-1][1] < van.shift_start_s for van in fleet),
            "tags": not any(set(order.required_tags) <= set(van.tags) for van in fleet),
        }
        assert [cause for cause, holds in causes.items() if holds] == [order.custom["cause"]]
    assert {str(order.custom["cause"]) for order in planted if order.custom} == {
        "capacity",
        "time_window",
        "tags",
    }


@days
def test_the_goods_of_both_pilot_townships_go_over_their_stations(date: dt.date, seed: int) -> None:
    network, fleet = county()
    orders = make_day(date, seed)
    assert {order.depot for order in orders} == {network.centre.code}
    townships = find_townships(network, fleet)
    travel = Travel(network, date)
    problem = build_problem(network, travel, fleet, orders, name="demo", townships=townships)
    assert find_problem_faults(problem) == ()
    assert [network.sites[relay.hub].name for relay in problem.relays] == ["高坎镇", "黄土岭镇"]
    for relay in problem.relays:
        assert relay.fixed_mode == Mode.RELAY
        vans = [van for van in fleet if van.home == relay.hub]
        relayed = [o for o in problem.orders if relay_of(problem, o) is relay]
        assert len(relay.stops) >= 10
        for direction in (Direction.OUTBOUND, Direction.INBOUND):
            one_way = [order for order in relayed if order.direction is direction]
            assert 0 < sum(o.load["volume_m3"] for o in one_way) <= sum(v.volume_m3 for v in vans)
            assert 0 < sum(o.load["weight_kg"] for o in one_way) <= sum(v.payload_kg for v in vans)


@days
def test_goods_may_lie_at_the_stations_instead(date: dt.date, seed: int) -> None:
    network, fleet = county()
    orders = make_demo_day(network, fleet, date, seed, are_relayed=False)
    homes = {van.home for van in fleet}
    assert {order.depot for order in orders} == homes
    for order in orders:
        assert order.depot in {network.centre.code, network.sites[order.site].parent}
    assert len(homes) == 3


def test_larger_places_get_more() -> None:
    network, _ = county()
    by_population = sorted(
        (network.sites[code].population, code)
        for code in sites_of(servable(SUMMER, 1, Direction.OUTBOUND))
        if network.sites[code].tier == 2
    )
    volume_m3: Counter[str] = Counter()
    for order in servable(SUMMER, 1, Direction.OUTBOUND):
        volume_m3[order.site] += order.volume_m3  # type: ignore[assignment]
    small = sum(volume_m3[code] for _, code in by_population[:60])
    large = sum(volume_m3[code] for _, code in by_population[-60:])
    assert large > 4 * small


def test_a_few_orders_are_chilled_or_frozen() -> None:
    temperatures = Counter(order.temperature for order in make_day(SUMMER))
    assert 4 <= temperatures["chilled"] <= 6
    assert 2 <= temperatures["frozen"] <= 3


def test_what_may_be_left_out_shares_its_stop_with_what_may_not() -> None:
    orders = make_day(SUMMER)
    droppable = [order for order in orders if order.drop_penalty_yuan is not None]
    assert len(droppable) == 6
    for order in droppable:
        here = [o for o in orders if o.site == order.site and is_servable(o)]
        assert any(o.drop_penalty_yuan is None and o.windows_s == order.windows_s for o in here)


def test_pesticide_never_meets_food_on_its_way_out() -> None:
    for seed in range(5):
        out = servable(SUMMER, seed, Direction.OUTBOUND)
        pesticide = sites_of([o for o in out if o.goods_class == "farm_input_pesticide"])
        assert pesticide
        assert not pesticide & sites_of([o for o in out if o.goods_class in {"chilled", "frozen"}])


def test_each_season_has_its_goods() -> None:
    spring = Counter(order.goods_class for order in make_day(SPRING))
    autumn = Counter(order.goods_class for order in make_day(AUTUMN))
    assert spring["seed"] > autumn["seed"]
    assert spring["farm_input_fertiliser"] > autumn["farm_input_fertiliser"]
    assert spring["grain"] == 0
    assert autumn["grain"] > 30


@pytest.mark.parametrize(
    ("month", "season"),
    [
        (12, Season.WINTER),
        (2, Season.WINTER),
        (3, Season.SPRING),
        (6, Season.SUMMER),
        (8, Season.SUMMER),
        (9, Season.AUTUMN),
        (11, Season.AUTUMN),
    ],
)
def test_seasons_begin_in_march_june_september_and_december(month: int, season: Season) -> None:
    assert season_of(dt.date(2026, month, 1)) is season


def test_the_same_date_and_seed_give_the_same_day() -> None:
    assert make_day(SPRING, 7) == make_day(SPRING, 7)


def test_another_date_or_seed_gives_another_day() -> None:
    assert sites_of(make_day(SPRING, 1)) != sites_of(make_day(SPRING, 2))
    assert sites_of(make_day(SPRING, 1)) != sites_of(make_day(SPRING + dt.timedelta(days=1), 1))


def test_the_sequence_of_the_records_does_not_matter() -> None:
    network, fleet = county()
    turned = Network(network.county, reversed(network.sites.values()), reversed(network.roads))
    assert make_demo_day(turned, fleet, SPRING) == make_day(SPRING)


def test_keys_and_identifiers_name_the_day() -> None:
    orders = make_day(SPRING)
    assert [o.key for o in orders[:2]] == ["demo-20260415-0001", "demo-20260415-0002"]
    for order in orders:
        assert order.synthetic
        assert order.date == SPRING
        if order.direction is Direction.INBOUND:
            sequence = order.key.rsplit("-", 1)[1]
            assert order.identifier == f"88.608.8889/{order.site}.20260415.{sequence}"
        else:
            assert order.identifier is None


def test_vans_that_are_not_active_are_not_counted_on() -> None:
    network, fleet = county()
    half = [replace(van, active=index % 2 == 0) for index, van in enumerate(fleet)]
    volume_m3 = sum(van.volume_m3 for van in half if van.active)
    orders = make_demo_day(network, half, SUMMER)
    out = [o for o in orders if is_servable(o) and o.direction is Direction.OUTBOUND]
    assert sum(o.volume_m3 for o in out) == pytest.approx(0.70 * volume_m3, rel=0.05)


def test_a_fleet_without_a_van_at_the_centre_is_refused() -> None:
    network, fleet = county()
    away = [van for van in fleet if van.home != network.centre.code]
    with pytest.raises(InvalidInput) as caught:
        make_demo_day(network, away, SUMMER)
    assert [fault.code for fault in caught.value.faults] == ["no_van_at_centre"]
