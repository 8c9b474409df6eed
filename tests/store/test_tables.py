import dataclasses
import datetime as dt

import pytest
from sqlalchemy import inspect

from coop_service.domain.records import DayOrder, Road, Site, Van
from coop_service.store.tables import (
    ApiKeyRow,
    OrderRow,
    RoadRow,
    Role,
    Row,
    SiteRow,
    VanRow,
)

KINDS = [(Site, SiteRow), (Road, RoadRow), (Van, VanRow), (DayOrder, OrderRow)]


def columns(row):
    return {column.name: column for column in inspect(row).columns}


@pytest.mark.parametrize(("kind", "row"), KINDS)
def test_a_table_has_the_fields_of_its_records_and_a_county(kind, row):
    assert set(columns(row)) == {field.name for field in dataclasses.fields(kind)} | {"county"}


@pytest.mark.parametrize(("kind", "row"), KINDS)
def test_defaults_are_those_of_the_records(kind, row):
    for field in dataclasses.fields(kind):
        column = columns(row)[field.name]
        if field.default not in (dataclasses.MISSING, None):
            assert column.default.arg == field.default, field.name
        elif field.default is dataclasses.MISSING:
            assert column.default is None, field.name
        else:
            assert column.nullable, field.name


def test_every_record_belongs_to_a_county():
    for table in Row.metadata.sorted_tables:
        if table.name != "county":
            [reference] = [
                key
                for key in table.foreign_key_constraints
                if [column.name for column in key.columns] == ["county"]
            ]
            assert reference.referred_table.name == "county"
            assert not table.columns["county"].nullable


def key(**changed):
    values = {"id": "1", "county": "210001", "name": "x", "role": Role.ADMIN}
    return ApiKeyRow(**(values | {"prefix": "p", "digest": "d"} | changed))


def test_moments_come_back_in_utc_whatever_their_offset_was(session):
    china = dt.timezone(dt.timedelta(hours=8))
    session.add(key(expires_at=dt.datetime(2026, 10, 15, 7, 30, tzinfo=china)))
    session.commit()
    session.expire_all()
    row = session.get(ApiKeyRow, "1")
    assert row.expires_at == dt.datetime(2026, 10, 14, 23, 30, tzinfo=dt.UTC)
    assert row.expires_at.tzinfo is dt.UTC
    assert row.created_at.tzinfo is dt.UTC
    assert row.role is Role.ADMIN


def test_a_moment_without_an_offset_is_refused(session):
    session.add(key(expires_at=dt.datetime(2026, 10, 15)))
    with pytest.raises(Exception, match="offset from UTC"):
        session.commit()
