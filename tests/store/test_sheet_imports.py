import datetime as dt

import pytest

from coop_service.store.sheet_imports import delete_old_imports, find_import, list_imports
from coop_service.store.tables import SheetImportRow, SheetState

START = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


@pytest.fixture
def uploads(session):
    for i, county in enumerate(["210001", "210001", "210002", "210001"]):
        row = SheetImportRow(
            id=str(i),
            county=county,
            file_name="订单.xlsx",
            digest="d",
            options={},
            summary={"faults": i},
            content=b"\x00\xff" * 10,
            report=b"",
            created_at=START + dt.timedelta(hours=i),
            created_by="x",
        )
        session.add(row)
    session.commit()
    session.expire_all()
    return session


def test_an_upload_comes_back_as_it_was_to_its_own_county_alone(uploads):
    row = find_import(uploads, "210001", "1")
    assert row.content == b"\x00\xff" * 10
    assert row.state is SheetState.PREVIEWED
    assert row.created_at == START + dt.timedelta(hours=1)
    assert find_import(uploads, "210001", "2") is None
    assert find_import(uploads, "210001", "9") is None


def test_uploads_are_listed_newest_first_without_what_is_in_them(uploads):
    page, total = list_imports(uploads, "210001", offset=1, limit=1)
    assert total == 3
    [item] = page
    assert (item["id"], item["summary"]) == ("1", {"faults": 1})
    assert "content" not in item


def test_only_the_old_ones_of_a_county_are_deleted(uploads):
    delete_old_imports(uploads, "210001", START + dt.timedelta(hours=2, minutes=30))
    assert [item["id"] for item in list_imports(uploads, "210001")[0]] == ["3"]
    assert list_imports(uploads, "210002")[1] == 1
