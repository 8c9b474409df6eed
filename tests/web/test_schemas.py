from pathlib import Path

import pytest
from marshmallow import ValidationError

from coop_service.domain.records import Road, Site, Van
from coop_service.files.network_folder import read_network_folder
from coop_service.web.schemas import (
    INT32,
    KeySchema,
    NewKeySchema,
    RoadSchema,
    SiteSchema,
    VanSchema,
)

FOLDER = Path(__file__).parents[2] / "network_data" / "dashiqiao"


@pytest.fixture(scope="module")
def folder():
    return read_network_folder(FOLDER)


def test_every_record_of_the_default_county_survives_the_way_out_and_in(folder):
    for kind, schema, records in (
        (Site, SiteSchema(), folder.sites),
        (Road, RoadSchema(), folder.roads),
        (Van, VanSchema(), folder.vans),
    ):
        for record in records:
            assert kind(**schema.load(schema.dump(record))) == record


def test_what_a_table_needs_is_required_and_what_it_defaults_is_not():
    fields = VanSchema().fields
    assert fields["payload_kg"].required
    assert not fields["max_trips"].required
    assert fields["range_m"].allow_none
    assert not fields["payload_kg"].allow_none


def bad_fields(schema, document):
    try:
        schema.load(document)
    except ValidationError as error:
        return list(error.messages)
    return []


@pytest.mark.parametrize(("number", "accepted"), [(INT32, True), (INT32 + 1, False)])
def test_a_number_that_no_column_holds_is_refused(folder, number, accepted):
    document = SiteSchema().dump(folder.sites[0]) | {"population": number}
    assert (bad_fields(SiteSchema(), document) == []) is accepted


def test_a_text_that_no_column_holds_is_refused(folder):
    document = SiteSchema().dump(folder.sites[0])
    assert bad_fields(SiteSchema(), document | {"name": "名" * 120}) == []
    assert bad_fields(SiteSchema(), document | {"name": "名" * 121}) == ["name"]


def test_no_schema_of_a_key_knows_its_digest():
    assert "digest" not in KeySchema().fields
    assert set(NewKeySchema().fields) == {"name", "role", "expires_at"}
