"""The loading list of the day that is worked out by hand."""

from dataclasses import replace

import pytest

from coop_service.domain.papers import make_papers
from coop_service.domain.papers.amounts import Amount
from coop_service.domain.papers.context import PaperKind
from coop_service.domain.papers.loading import MixWarning, Position
from coop_service.domain.problem import OnBoard, Underway
from tests.domain.papers.paper_day import CONTEXT, ORDERS, paper_plan, paper_problem
from tests.domain.verify.conftest import simulate


@pytest.fixture(scope="module")
def sheet():
    problem = paper_problem()
    [sheet] = make_papers(problem, paper_plan(problem), CONTEXT, PaperKind.LOADING, "V1")
    return sheet


def test_frozen_goods_are_loaded_apart_and_the_last_stop_first(sheet):
    sections = [
        (section.temperature, [(row.order, row.sequence) for row in section.rows])
        for section in sheet.trips[0].sections
    ]
    assert sections == [("frozen", [(1, 2)]), ("ambient", [(2, 3), (3, 1)])]


def test_positions_follow_the_volume_from_the_cab(sheet):
    # Ambient: 0.1 m3 for c3, then 0.6 m3 for c1; their middles lie at 0.05 and 0.4 of 0.7 m3.
    _, ambient = sheet.trips[0].sections
    assert [row.position for row in ambient.rows] == [Position.FRONT, Position.MIDDLE]


def test_three_equal_loads_lie_in_front_middle_and_rear():
    problem = paper_problem()
    even = {"o1": 0.3, "o2": 0.0, "o3": 0.3, "o4": 0.3}
    orders = tuple(
        replace(order, temperature="ambient", load={**order.load, "volume_m3": even[order.id]})
        if order.id in even
        else order
        for order in problem.orders
    )
    problem = replace(problem, orders=orders)
    [sheet] = make_papers(problem, paper_plan(problem), CONTEXT, PaperKind.LOADING)
    [section] = sheet.trips[0].sections
    assert [row.position for row in section.rows] == [*Position]


def test_weight_tells_the_position_where_there_is_no_volume():
    problem = paper_problem()
    orders = tuple(
        replace(order, temperature="ambient", load={"weight_kg": order.load["weight_kg"]})
        for order in problem.orders
    )
    problem = replace(problem, orders=orders)
    [sheet] = make_papers(problem, paper_plan(problem), CONTEXT, PaperKind.LOADING)
    # 40, 30 and 30 kg: middles at 0.2, 0.55 and 0.85.
    [section] = sheet.trips[0].sections
    assert [row.position for row in section.rows] == [*Position]


def test_amounts_are_those_of_what_is_loaded(sheet):
    first, second = sheet.trips
    assert [section.amount for section in first.sections] == [
        Amount(1, 3, 30, 0.5),
        Amount(3, 10, 70, 0.7),
    ]
    assert (first.amount, second.amount) == (Amount(4, 13, 100, 1.2), Amount(1, 1, 12, 0.1))
    assert sheet.amount == Amount(5, 14, 112, 1.3)
    assert first.collected == Amount(2, 3, 40, 0.5)
    assert (first.load_from_s, first.depart_s) == (28_200, 28_800)


def test_goods_that_must_not_touch_are_named_with_their_stops(sheet):
    first, second = sheet.trips
    assert first.warnings == (
        MixWarning("farm_input_pesticide", (1,), "edible", ("grain", "fresh_produce"), (2, 3)),
    )
    assert second.warnings == ()


def test_goods_on_board_of_a_van_on_the_road_are_listed_as_loaded():
    problem = paper_problem()
    on_board = (OnBoard("o1", 28_800), OnBoard("o3", 28_800))
    underway = Underway(location=0, time_s=30_000, departed_s=28_800, on_board=on_board)
    van = replace(problem.vehicles[0], underway=underway)
    problem = replace(problem, vehicles=(van,))
    plan = simulate(problem, {"V1": [{"calls": [("c1", ["o1"]), ("c2", ["o3", "i1"])]}]})
    [sheet] = make_papers(problem, plan, CONTEXT, PaperKind.LOADING)
    [trip] = sheet.trips
    assert trip.place is None
    assert trip.amount == Amount(2, 7, 50, 0.9)


def test_food_without_pesticide_is_no_reason_to_warn():
    problem = paper_problem()
    orders = tuple(
        replace(order, goods_class="parcel") if order.id == "o2" else order
        for order in problem.orders
    )
    assert len(orders) == len(ORDERS)
    problem = replace(problem, orders=orders)
    [sheet] = make_papers(problem, paper_plan(problem), CONTEXT, PaperKind.LOADING)
    assert sheet.trips[0].warnings == ()
