"""What drivers report, written and read back."""

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import inspect
from sqlmodel import select

from coop_service.domain.problem import Direction
from coop_service.domain.records import CoordKind, DayOrder, Site, Tier
from coop_service.domain.stop_records import Counted, RecordKind, RefusalReason, StopRecord
from coop_service.store.queries import put_records
from coop_service.store.road import (
    add_stop_records,
    count_stop_records,
    find_driven_plan,
    find_lot,
    find_newest_plan,
    find_plan_of_day,
    find_stop_records,
    load_stop_records,
)
from coop_service.store.tables import PlanState, StopRecordRow
from tests.services.road_day import plan_row

DATE = dt.date(2026, 10, 15)
COUNTY = "210001"
MOMENT = dt.datetime(2026, 10, 15, 1, 2, 3, 456_000, tzinfo=dt.UTC)


@pytest.fixture
def planned(session):
    session.add(plan_row("p1", 3, COUNTY))
    session.flush()
    return session


def full(name="r1", **more):
    """A record of which every field says something."""
    fields = {
        "plan": "p1",
        "version": 3,
        "vehicle": "V1",
        "kind": RecordKind.REFUSED,
        "at": MOMENT,
        "received_at": MOMENT + dt.timedelta(hours=1),
        "trip_index": 0,
        "visit_index": 2,
        "stop": "c3",
        "goods": (Counted("o4", 5.0, 40.0), Counted("i2")),
        "reason": RefusalReason.DAMAGED,
        "note": "外箱破损",
        "cash_yuan": 12.5,
        "returned_pieces": 1,
        "lon": 122.5,
        "lat": 40.6,
        "attachments": ("a1", "a2"),
        "corrects": "r0",
        "withdraws": True,
        "reported_by": "link 1",
    }
    return StopRecord(id=name, **fields | more)


def test_a_record_comes_back_as_it_was_written(planned):
    record = full()
    assert all(getattr(record, field.name) for field in dataclasses.fields(record)
               if field.name != "trip_index")  # fmt: skip
    add_stop_records(planned, COUNTY, DATE, [record])
    planned.expire_all()
    assert load_stop_records(planned, COUNTY, DATE, "V1") == [record]


def test_the_table_has_the_fields_of_the_record():
    columns = {column.name for column in inspect(StopRecordRow).columns}
    fields = {field.name for field in dataclasses.fields(StopRecord)}
    renamed = {"plan": "plan_id", "version": "plan_version"}
    assert columns == {renamed.get(name, name) for name in fields} | {"county", "date", "sequence"}


def test_records_are_numbered_as_they_come_over_all_batches(planned):
    add_stop_records(planned, COUNTY, DATE, [full("b"), full("a")])
    add_stop_records(planned, COUNTY, DATE, [full("0", at=MOMENT - dt.timedelta(days=1))])
    assert [one.id for one in load_stop_records(planned, COUNTY, DATE)] == ["b", "a", "0"]
    assert planned.exec(select(StopRecordRow.sequence).order_by("sequence")).all() == [1, 2, 3]


def test_records_are_found_by_county_day_and_vehicle(planned):
    add_stop_records(planned, COUNTY, DATE, [full("a"), full("b", vehicle="V2")])
    assert [one.id for one in load_stop_records(planned, COUNTY, DATE, "V2")] == ["b"]
    assert load_stop_records(planned, "210002", DATE) == []
    assert load_stop_records(planned, COUNTY, DATE + dt.timedelta(days=1)) == []
    assert count_stop_records(planned, COUNTY, DATE, "V1") == 1
    assert find_stop_records(planned, COUNTY, ["a", "b", "c"]).keys() == {"a", "b"}
    assert find_stop_records(planned, "210002", ["a"]) == {}


def test_one_id_may_be_used_by_two_counties(planned):
    planned.add(plan_row("q1", 1, "210002"))
    planned.flush()
    add_stop_records(planned, COUNTY, DATE, [full()])
    add_stop_records(planned, "210002", DATE, [full(plan="q1", version=1)])
    assert len(load_stop_records(planned, "210002", DATE)) == 1


def test_the_newest_plan_and_the_one_that_the_day_is_driven_by_are_found(planned):
    assert find_driven_plan(planned, COUNTY, DATE) is None
    planned.add(plan_row("p0", 8, COUNTY, PlanState.SUPERSEDED))
    planned.add(plan_row("p9", 9, COUNTY))
    planned.flush()
    assert find_driven_plan(planned, COUNTY, DATE) is None
    # Each of these goes before the one in the line above it.
    for name, version, state in (
        ("p5", 5, PlanState.CLOSED),
        ("p6", 6, PlanState.CLOSED),
        ("p2", 2, PlanState.IN_PROGRESS),
        ("p4", 4, PlanState.RELEASED),
    ):
        planned.add(plan_row(name, version, COUNTY, state))
        planned.flush()
        assert find_driven_plan(planned, COUNTY, DATE).id == name
    assert find_newest_plan(planned, COUNTY, DATE).id == "p9"
    assert find_newest_plan(planned, "210002", DATE) is None
    assert find_plan_of_day(planned, COUNTY, DATE, "p0").version == 8
    assert find_plan_of_day(planned, "210002", DATE, "p0") is None


def test_a_lot_is_the_latest_order_with_its_identifier(planned):
    site = Site(
        code=COUNTY, name="中心", tier=Tier.CENTRE, kind="test", parent=None, lon=122.5, lat=40.6,
        coord_kind=CoordKind.REAL, population=1, population_kind="x", open_s=0, close_s=86_400,
        service_mode=None, source="test",
    )  # fmt: skip
    put_records(planned, COUNTY, [site])
    order = DayOrder(
        key="1", date=DATE, direction=Direction.INBOUND, site=COUNTY, depot=COUNTY, weight_kg=1.0,
        volume_m3=0.1, pieces=1, goods_class="grain", identifier="88.1.2/3",
    )  # fmt: skip
    later = dataclasses.replace(order, key="2", date=DATE + dt.timedelta(days=1))
    put_records(planned, COUNTY, [later, order])
    assert find_lot(planned, COUNTY, "88.1.2/3") == later
    assert find_lot(planned, COUNTY, "88.1.2/4") is None
    assert find_lot(planned, "210002", "88.1.2/3") is None
