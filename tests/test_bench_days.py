"""Days to measure with: each kind is a valid problem, repeats by its seed and is what it says."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from coop_service.documents import parse_json, read_problem
from coop_service.domain.day_problem import default_rules
from coop_service.domain.problem import NO_ROAD, Direction, Problem
from coop_service.domain.problem_faults import find_problem_faults
from scripts.make_bench_days import KINDS, main, make_problem

make_once = cache(make_problem)
every_kind = pytest.mark.parametrize("kind", KINDS)


def fill(problem: Problem, depot: str, unit: str, direction: Direction) -> float:
    """Load of a depot one way, of what its vans hold."""
    loads = [o.load[unit] for o in problem.orders if (o.depot, o.direction) == (depot, direction)]
    vans = [van for van in problem.vehicles if van.start_depot == depot]
    return sum(loads) / sum(van.capacity[unit] for van in vans)


def fills(problem: Problem) -> list[float]:
    return [
        fill(problem, depot.id, unit, direction)
        for depot in problem.depots
        for unit in ("weight_kg", "volume_m3")
        for direction in (Direction.OUTBOUND, Direction.INBOUND)
    ]


@every_kind
def test_every_kind_is_valid_and_repeats(kind: str) -> None:
    problem = make_once(kind, 1)
    assert problem.name == f"{kind}-1"
    assert find_problem_faults(problem) == ()
    again, other = make_problem(kind, 1), make_problem(kind, 2)
    assert (again.vehicles, again.stops, again.orders) == (
        problem.vehicles,
        problem.stops,
        problem.orders,
    )
    for name, profile in problem.profiles.items():
        assert np.array_equal(again.profiles[name].duration_s, profile.duration_s)
    assert other.orders != problem.orders


@every_kind
def test_the_vans_hold_the_load_and_each_order_has_a_van_that_may_take_it(kind: str) -> None:
    problem = make_once(kind, 1)
    assert max(fills(problem)) < 0.96
    location = {depot.id: depot.location for depot in problem.depots}
    for order in problem.orders:
        assert order.drop_penalty is None
        stop = problem.stop_by_id[order.stop]
        assert any(
            van.start_depot == order.depot
            and order.temperature in van.temperatures
            and stop.required_tags <= van.tags
            and all(order.load[unit] <= room for unit, room in van.capacity.items())
            and problem.profiles[van.profile].duration_s[location[order.depot], stop.location]
            != NO_ROAD
            for van in problem.vehicles
        ), order.id


def test_a_county_day_has_some_260_stops_windows_on_a_third_and_no_rules() -> None:
    problem = make_once("county", 1)
    assert 250 <= len(problem.stops) <= 270
    assert len(problem.vehicles) == 22
    assert problem.rules.max_driving_s is problem.rules.lunch is None
    assert not problem.rules.forbidden_mixes


def test_a_tight_day_is_nearly_full_at_every_depot() -> None:
    tight, county = make_once("tight", 1), make_once("county", 1)
    assert tight.orders == county.orders
    for depot in tight.depots:
        assert fill(tight, depot.id, "volume_m3", Direction.OUTBOUND) == pytest.approx(
            0.95, abs=0.005
        )


def test_a_loose_day_has_half_of_the_orders() -> None:
    loose, county = make_once("loose", 1), make_once("county", 1)
    assert len(loose.orders) == len(county.orders) // 2
    assert {order.id for order in loose.orders} < {order.id for order in county.orders}
    assert len(loose.vehicles) == len(county.vehicles)


def test_a_big_day_has_some_450_stops_and_twice_the_vans() -> None:
    big, county = make_once("big", 1), make_once("county", 1)
    assert 430 <= len(big.stops) <= 480
    assert len(big.vehicles) == 44
    assert big.orders[: len(county.orders)] == county.orders
    assert [stop.id for stop in big.stops[: len(county.stops)]] == [s.id for s in county.stops]
    for stop in big.stops[len(county.stops) :]:
        first = big.stop_by_id.get(stop.id.removesuffix("/2"))
        assert first is None or first.location == stop.location


def test_windows_are_short_on_four_fifths_of_the_stops_and_twofold_on_a_fifth() -> None:
    problem = make_once("windows", 1)
    lengths_s = [[end - start for start, end in stop.time_windows_s] for stop in problem.stops]
    short = [spans for spans in lengths_s if max(spans) <= 2 * 3600]
    assert len(short) == pytest.approx(0.8 * len(problem.stops), abs=1)
    assert Counter(map(len, short))[2] == pytest.approx(0.2 * len(problem.stops), abs=1)
    assert min(map(min, short)) >= 3600
    for stop in problem.stops:
        ends = [time_s for window in stop.time_windows_s for time_s in window]
        assert ends == sorted(set(ends))


def test_few_vans_hold_as_much_together_for_longer() -> None:
    few, county = make_once("few_vans", 1), make_once("county", 1)
    assert len(few.vehicles) == 9
    assert fills(few) == pytest.approx(fills(county), rel=0.001)
    shortest_s = min(end - start for start, end in (van.shift_s for van in few.vehicles))
    assert shortest_s == 14 * 3600


def test_a_day_with_rules_has_all_of_them() -> None:
    problem = make_once("rules", 1)
    asked = default_rules()
    assert problem.rules.max_driving_s == asked.max_driving_s
    assert problem.rules.lunch == asked.lunch
    assert ("farm_input_pesticide", "edible") in problem.rules.forbidden_mixes
    classes = {order.goods_class for order in problem.orders}
    assert {"farm_input_pesticide", "fresh_produce"} <= classes
    for order in problem.orders:
        is_fresh = order.goods_class == "fresh_produce"
        assert order.max_on_board_s == (4 * 3600 if is_fresh else None)
    assert {van.max_trips for van in problem.vehicles} == {2}


def test_a_day_of_all_yingkou_has_some_900_stops_and_75_vans() -> None:
    problem = make_once("yingkou", 1)
    assert 880 <= len(problem.stops) <= 916
    assert len(problem.vehicles) == 75


def test_the_script_writes_documents_that_can_be_read(tmp_path: Path) -> None:
    ran = CliRunner().invoke(main, [str(tmp_path), "--seed", "3", "--kinds", "county,rules"])
    assert ran.exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["county-3.json", "rules-3.json"]
    read = read_problem(parse_json((tmp_path / "rules-3.json").read_bytes()))
    assert read.orders == make_once("rules", 3).orders


def test_an_unknown_kind_is_told_with_the_known_ones(tmp_path: Path) -> None:
    ran = CliRunner().invoke(main, [str(tmp_path), "--kinds", "county,huge"])
    assert ran.exit_code == 2
    assert "huge: not one of county, tight" in ran.output
