"""What drivers see, planned against actual, and the way of a lot, from the store."""

import datetime as dt

import pytest
from sqlmodel import Session

from coop_service.domain.china_time import moment_of
from coop_service.domain.problem import Direction
from coop_service.domain.stop_records import RecordKind
from coop_service.services.drive_links import issue_links, open_link
from coop_service.services.plan_life import take_step
from coop_service.services.planning import UnknownPlan
from coop_service.services.road import (
    UnknownLot,
    compare_plan,
    get_driver_day,
    tag_of_driver_day,
    trace,
)
from coop_service.services.stop_records import Reporter, take_events
from coop_service.settings import Settings
from coop_service.store.queries import put_records
from coop_service.store.tables import PlanState
from tests.domain.papers.paper_day import IDENTIFIER
from tests.services.conftest import booked
from tests.services.road_day import COUNTY, DATE, at_c1, event, plan_row

SETTINGS = Settings(link_secret="a secret of the tests")
REPORTER = Reporter(COUNTY, DATE, "V1", "link 1")


@pytest.fixture
def session(store):
    with Session(store) as session:
        session.add(plan_row())
        session.commit()
        yield session


@pytest.fixture
def link(session):
    [issued] = issue_links(session, SETTINGS, COUNTY, "p1", "tester")
    return open_link(session, SETTINGS, issued.token)


def add(session, *rows):
    session.add_all(rows)
    session.commit()


def test_a_driver_sees_the_day_of_the_link(session, link):
    day = get_driver_day(session, link)
    assert (day.plan.id, day.route.vehicle, len(day.route.stops)) == ("p1", "V1", 4)
    assert day.synthetic_roads
    assert day.records == []


def test_a_released_newer_version_takes_over_and_a_draft_does_not(session, link):
    add(session, plan_row("p2", version=2))
    assert get_driver_day(session, link).plan.id == "p1"
    add(session, plan_row("p3", version=3, state=PlanState.RELEASED))
    assert get_driver_day(session, link).plan.id == "p3"
    add(session, plan_row("p4", version=4, state=PlanState.RELEASED))
    assert get_driver_day(session, link).plan.id == "p4"


def test_the_version_in_force_holds_through_the_day_and_after_it(session, link):
    add(session, plan_row("p2", version=2))
    for plan_id, step in (
        ("p1", "release"),
        ("p1", "start"),
        ("p2", "release"),
        ("p2", "start"),
        ("p2", "close"),
    ):
        take_step(session, COUNTY, plan_id, step, seen=None, by="tester")
        assert get_driver_day(session, link).plan.id == plan_id


def test_a_link_to_a_later_draft_shows_the_draft(session):
    add(session, plan_row("p2", version=2), plan_row("p0", version=0, state=PlanState.RELEASED))
    [issued] = issue_links(session, SETTINGS, COUNTY, "p2", "tester")
    link = open_link(session, SETTINGS, issued.token)
    assert get_driver_day(session, link).plan.id == "p2"


def test_an_earlier_version_that_is_released_again_takes_over(session):
    add(
        session,
        plan_row("p2", version=2, state=PlanState.SUPERSEDED),
        plan_row("p0", version=0, state=PlanState.RELEASED),
    )
    [issued] = issue_links(session, SETTINGS, COUNTY, "p2", "tester")
    link = open_link(session, SETTINGS, issued.token)
    assert get_driver_day(session, link).plan.id == "p0"


def test_the_tag_changes_with_records_and_versions_and_with_nothing_else(session, link):
    first = tag_of_driver_day(session, link)
    assert tag_of_driver_day(session, link) == first
    take_events(session, Reporter(COUNTY, DATE, "V2", "x"), [event("note", note="x")])
    assert tag_of_driver_day(session, link) == first
    take_events(session, REPORTER, [at_c1()])
    second = tag_of_driver_day(session, link)
    assert second != first
    add(session, plan_row("p2", version=2, state=PlanState.RELEASED))
    assert tag_of_driver_day(session, link) != second


def test_planned_against_actual_from_the_present_moment(session):
    left = event("departed", trip=0, at=moment_of(DATE, 29_700))
    take_events(session, REPORTER, [left])
    actual = compare_plan(session, COUNTY, "p1", moment_of(DATE, 29_700))
    assert actual.now_s == 29_700
    [vehicle] = actual.vehicles
    assert vehicle.late_s == 900
    assert [visit.late_s for visit in vehicle.visits] == [900, 900, 900, 60]


def test_a_past_day_is_over_by_the_clock_of_china(session):
    last_minute = dt.datetime(2026, 10, 15, 15, 59, tzinfo=dt.UTC)
    assert compare_plan(session, COUNTY, "p1", last_minute).now_s == 86_340
    assert compare_plan(session, COUNTY, "p1", last_minute + dt.timedelta(minutes=1)).now_s is None


def test_the_day_before_is_predicted_as_planned(session):
    actual = compare_plan(session, COUNTY, "p1", moment_of(DATE, -3600))
    assert actual.now_s == -3600
    assert actual.vehicles[0].visits[0].predicted_arrive_s == 29_400


def test_another_county_compares_nothing(session):
    with pytest.raises(UnknownPlan):
        compare_plan(session, "210001", "p1")


def lot(session, **more):
    order = booked(
        "i1", "210882105200", Direction.INBOUND, identifier=IDENTIFIER, goods_class="grain", **more
    )
    put_records(session, COUNTY, [order])
    session.commit()


def test_a_lot_is_found_by_its_identifier_and_told_from_order_plan_and_records(session):
    lot(session)
    counted = ({"order": "i1", "pieces": 2.0, "weight_kg": 25.0},)
    loaded = event("loaded", trip=0, visit=1, stop="c2", goods=counted, at=moment_of(DATE, 30_200))
    back = event("returned", trip=0, at=moment_of(DATE, 34_600))
    take_events(session, REPORTER, [loaded, back])
    order, events = trace(session, COUNTY, IDENTIFIER)
    assert order.key == "i1"
    assert [one.kind.value for one in events if one.source == "record"] == [
        "loaded",
        "arrived_at_depot",
    ]
    assert [one.kind.value for one in events[:2]] == ["booked", "loaded"]
    assert events[-1].kind == "planned"


def test_a_lot_is_told_by_the_released_plan_and_by_those_that_were_driven(session):
    lot(session)
    add(session, plan_row("p2", 2), plan_row("p3", 3, state=PlanState.RELEASED), plan_row("p4", 4))
    _, events = trace(session, COUNTY, IDENTIFIER)
    assert {one.plan for one in events if one.kind == "planned"} == {"p3"}
    take_events(session, REPORTER, [event("departed", trip=0)])
    _, events = trace(session, COUNTY, IDENTIFIER)
    assert {one.plan for one in events if one.kind == "planned"} == {"p1", "p3"}


def test_a_lot_of_which_nothing_is_planned_is_booked(session):
    put_records(
        session,
        COUNTY,
        [booked("later", "210882105200", Direction.INBOUND, identifier=IDENTIFIER,
                date=dt.date(2026, 10, 20))],
    )  # fmt: skip
    session.commit()
    _, events = trace(session, COUNTY, IDENTIFIER)
    assert [one.kind.value for one in events] == ["booked"]


def test_an_identifier_of_no_lot_and_one_of_another_county_are_unknown(session):
    lot(session)
    for county, identifier in ((COUNTY, "88.1.2/none"), ("210001", IDENTIFIER)):
        with pytest.raises(UnknownLot):
            trace(session, county, identifier)


def test_a_driver_sees_what_was_reported_of_the_day(session, link):
    take_events(session, REPORTER, [at_c1()])
    assert [record.kind for record in get_driver_day(session, link).records] == [
        RecordKind.UNLOADED
    ]
