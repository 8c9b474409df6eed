"""The dispatch sheet of the day that is worked out by hand."""

from dataclasses import replace

import pytest

from coop_service.domain.papers import make_papers
from coop_service.domain.papers.amounts import Amount, GoodsLine, OnBoard
from coop_service.domain.papers.context import PaperKind, Place, VehicleNote
from coop_service.domain.papers.dispatch import RestRow, StopRow
from coop_service.domain.plan import RestKind
from coop_service.domain.problem import OnBoard as GoodsOnBoard
from coop_service.domain.problem import Underway
from coop_service.domain.verify import verify
from tests.domain.papers.paper_day import CONTEXT, paper_plan, paper_problem
from tests.domain.verify.conftest import simulate


@pytest.fixture(scope="module")
def sheet():
    problem = paper_problem()
    [sheet] = make_papers(problem, paper_plan(problem), CONTEXT, PaperKind.DISPATCH, "V1")
    return sheet


def test_the_plan_of_the_day_is_right():
    problem = paper_problem()
    assert verify(problem, paper_plan(problem)).violations == ()


def test_rows_come_as_the_driver_meets_them(sheet):
    rows = [
        (row.sequence, row.arrive_s, row.depart_s)
        if isinstance(row, StopRow)
        else (row.kind, row.start_s, row.end_s)
        for row in sheet.trips[0].rows
    ]
    assert rows == [
        (1, 29_400, 29_520),
        (2, 30_120, 30_240),
        (RestKind.LUNCH, 30_240, 32_040),
        (3, 32_640, 32_760),
    ]
    assert [row.sequence for row in sheet.trips[1].rows] == [4]


def test_on_board_after_each_stop_is_as_worked_out(sheet):
    first, second = sheet.trips
    assert first.on_board_at_start == OnBoard(100, 1.2, 1.0)
    assert [row.on_board for row in first.stops] == [
        OnBoard(70, 0.6, 0.7),
        OnBoard(65, 0.4, 0.65),
        OnBoard(40, 0.5, 0.4),
    ]
    assert first.on_board_at_end == OnBoard(40, 0.5, 0.4)
    assert second.on_board_at_start == OnBoard(12, 0.1, 0.12)
    assert second.stops[0].on_board == OnBoard(0, 0, 0)


def test_goods_are_told_by_class_and_temperature(sheet):
    first, second, _ = sheet.trips[0].stops
    assert first.unload == (
        GoodsLine("parcel", "ambient", Amount(1, 4, 20, 0.4)),
        GoodsLine("farm_input_pesticide", "ambient", Amount(1, 1, 10, 0.2)),
    )
    assert first.load == ()
    assert second.unload == (GoodsLine("daily_goods", "frozen", Amount(1, 3, 30, 0.5)),)
    assert second.load == (GoodsLine("grain", "ambient", Amount(1, 2, 25, 0.3)),)
    assert second.temperatures == ("frozen", "ambient")
    assert second.place == Place("后房村", "高坎镇")
    assert second.windows_s == ((25_200, 64_800),)


def test_totals_are_sums_over_the_trips(sheet):
    first, second = sheet.trips
    assert (first.unloaded, first.loaded) == (Amount(4, 13, 100, 1.2), Amount(2, 3, 40, 0.5))
    assert (second.unloaded, second.loaded) == (Amount(1, 1, 12, 0.1), Amount())
    assert (sheet.unloaded, sheet.loaded) == (Amount(5, 14, 112, 1.3), Amount(2, 3, 40, 0.5))
    assert (sheet.distance_km, sheet.depart_s, sheet.return_s) == (80.0, 28_800, 37_260)


def test_the_last_stop_is_loaded_first(sheet):
    assert [trip.loading_order for trip in sheet.trips] == [(3, 2, 1), (4,)]


def test_the_head_names_van_driver_and_line(sheet):
    head = sheet.head
    assert head.number == "PC-20261015-V1-3"
    assert head.note == VehicleNote(
        "冷藏车1号", "辽H·演示01", "蓝", "李师傅", "139 0000 0000", line=""
    )
    assert head.line == "高坎镇—石佛镇—金桥街道"
    assert head.code == "coop:plan=p1;vehicle=V1;v=3"


def test_the_context_knows_better_than_the_problem():
    problem = paper_problem()
    stop = replace(problem.stops[0], custom={"site": "210001001", "name": "旧名"})
    problem = replace(problem, stops=(stop, *problem.stops[1:]))
    context = replace(
        CONTEXT,
        sites={"210001001": Place("新名村", "高坎镇", "王主任", "138")},
        vehicles={"V1": VehicleNote(plate="辽H·12345", line="一号线")},
        address="https://coop.example.cn/papers",
    )
    [sheet] = make_papers(problem, paper_plan(problem), context, PaperKind.DISPATCH)
    assert sheet.trips[0].stops[0].place == Place("新名村", "高坎镇", "王主任", "138")
    assert (sheet.head.note.plate, sheet.head.line) == ("辽H·12345", "一号线")
    query = "kind=dispatch&vehicle=V1&version=3"
    assert sheet.head.code == f"https://coop.example.cn/papers?{query}"


def test_a_rest_before_the_trip_comes_first_and_one_after_the_last_stop_last():
    problem = paper_problem()
    calls = [("c1", ["o1"], {"rests": [(1200, "driving")]})]
    trip = {"rests": [(900, "lunch")], "calls": calls}
    underway = Underway(location=0, time_s=30_000, departed_s=28_800)
    on_board = (GoodsOnBoard("o1", 28_800),)
    van = replace(problem.vehicles[0], underway=replace(underway, on_board=on_board))
    problem = replace(problem, vehicles=(van,))
    plan = simulate(problem, {"V1": [trip]})
    [sheet] = make_papers(problem, plan, CONTEXT, PaperKind.DISPATCH)
    [trip] = sheet.trips
    assert trip.start is None
    assert [row.kind for row in trip.rows if isinstance(row, RestRow)] == ["lunch", "driving"]
    assert [isinstance(row, RestRow) for row in trip.rows] == [True, False, True]
