"""The handover sheet of the relayed day that is worked out by hand."""

from dataclasses import replace

import pytest

from coop_service.domain.papers import NothingToPrint, make_papers
from coop_service.domain.papers.amounts import Amount
from coop_service.domain.papers.context import PaperKind
from coop_service.domain.problem import Direction
from tests.domain.papers.paper_day import CONTEXT, paper_plan, paper_problem
from tests.domain.verify.relay_day import (
    next_day_problem,
    next_day_routes,
    relay_plan,
    relay_problem,
)


def sheets_of(kind, vehicle=None, problem=None, plan=None):
    problem = problem or relay_problem()
    return make_papers(problem, plan or relay_plan(problem), CONTEXT, kind, vehicle)


@pytest.fixture(scope="module")
def sheet():
    [sheet] = sheets_of(PaperKind.HANDOVER)
    return sheet


def test_each_row_is_what_one_van_brings_and_one_other_takes(sheet):
    rows = [
        (
            row.direction,
            (row.brought.vehicle, row.brought.trip),
            (row.taken.vehicle, row.taken.trip),
            (row.arrived_s, row.ready_s, row.left_s),
            row.amount,
        )
        for row in sheet.rows
    ]
    outbound, inbound = Direction.OUTBOUND, Direction.INBOUND
    assert rows == [
        (outbound, ("T1", 1), ("B1", 1), (37_800, 38_720, 38_720), Amount(1, 0, 20, 0)),
        (outbound, ("T1", 1), ("B1", 2), (37_800, 38_720, 40_640), Amount(1, 0, 30, 0)),
        (inbound, ("B1", 1), ("T1", 2), (40_040, 40_440, 43_730), Amount(1, 2, 10, 0)),
        (inbound, ("B1", 2), ("T1", 2), (43_160, 43_610, 43_730), Amount(1, 3, 15, 0)),
    ]


def test_rows_are_listed_by_the_hour_in_which_they_arrive(sheet):
    assert [(hour.from_s, len(hour.rows), hour.amount) for hour in sheet.hours] == [
        (36_000, 2, Amount(2, 0, 50, 0)),
        (39_600, 2, Amount(2, 5, 25, 0)),
    ]
    assert (sheet.outbound, sheet.inbound) == (Amount(2, 0, 50, 0), Amount(2, 5, 25, 0))
    assert sheet.total == Amount(4, 5, 75, 0)


def test_inbound_lots_are_named_and_outbound_goods_are_none(sheet):
    assert [[lot.key for lot in row.lots] for row in sheet.rows] == [[], [], ["i1"], ["i2"]]


def test_the_head_is_that_of_the_hub(sheet):
    assert sheet.head.number == "JJ-20261015-west-3"
    assert sheet.head.code == "coop:plan=p1;hub=west;v=3"
    assert sheet.head.hub.name == "west"


def test_one_van_sees_only_its_own_part():
    [mine] = sheets_of(PaperKind.HANDOVER, "B1")
    assert len(mine.rows) == 4
    assert mine.head.code == "coop:plan=p1;hub=west;vehicle=B1;v=3"
    with pytest.raises(NothingToPrint, match="交接单"):
        sheets_of(PaperKind.HANDOVER, "D1")


def test_what_stays_overnight_is_taken_by_nobody():
    problem = next_day_problem()
    plan = relay_plan(problem, next_day_routes())
    [sheet] = sheets_of(PaperKind.HANDOVER, problem=problem, plan=plan)
    assert [(row.taken, row.left_s) for row in sheet.rows[2:]] == [(None, None), (None, None)]


def test_the_trunk_stops_at_the_hub_by_its_name():
    problem = relay_problem()
    depots = tuple(replace(depot, custom={"name": f"站{depot.id}"}) for depot in problem.depots)
    [sheet] = sheets_of(PaperKind.DISPATCH, "T1", problem=replace(problem, depots=depots))
    assert [(stop.place.name, stop.is_hub) for trip in sheet.trips for stop in trip.stops] == [
        ("站west", True),
        ("站west", True),
    ]


def test_a_relayed_lot_is_labelled_once_where_it_is_collected():
    labels = sheets_of(PaperKind.LABELS)
    assert [(sheet.head.vehicle, [one.lot.key for one in sheet.labels]) for sheet in labels] == [
        ("B1", ["i1", "i2"]),
        ("D1", ["i3"]),
    ]


def test_a_day_without_hubs_has_no_handovers():
    problem = paper_problem()
    with pytest.raises(NothingToPrint):
        make_papers(problem, paper_plan(problem), CONTEXT, PaperKind.HANDOVER)
