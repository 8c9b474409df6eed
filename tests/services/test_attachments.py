import datetime as dt
import hashlib

import pytest
from sqlmodel import Session

from coop_service.services import attachments
from coop_service.services.attachments import (
    AttachmentConflict,
    AttachmentPurged,
    NoPicture,
    TooManyAttachments,
    UnknownAttachment,
    get_attachment,
    purge_attachments,
    put_attachment,
)
from coop_service.settings import Settings
from coop_service.store.tables import AttachmentKind, AttachmentRow, utc_now
from tests.services.road_day import COUNTY, plan_row

JPEG = b"\xff\xd8\xff\xe0 some picture"
PNG = b"\x89PNG\r\n\x1a\n some signature"
NAME = "0b1f5a9e-1f0e-4d53-9a51-6a3f5f0f9a01"


@pytest.fixture
def session(store):
    with Session(store) as session:
        session.add(plan_row())
        session.commit()
        yield session


def put(session, content=JPEG, name=NAME, days=30, **more):
    fields = {"plan_id": "p1", "vehicle": "V1", "kind": AttachmentKind.PHOTO} | more
    settings = Settings(attachment_days=days)
    return put_attachment(session, settings, COUNTY, name, content=content, **fields)


def test_a_picture_is_kept_with_its_digest_and_until_when(session):
    row, is_new = put(session)
    assert is_new
    assert (row.content, row.content_type, row.size_bytes) == (JPEG, "image/jpeg", len(JPEG))
    assert row.digest == hashlib.sha256(JPEG).hexdigest()
    assert row.keep_until - row.received_at == dt.timedelta(days=30)
    assert put(session, PNG, "0b1f5a9e-1f0e-4d53-9a51-6a3f5f0f9a02")[0].content_type == "image/png"


def test_the_same_again_changes_nothing(session):
    first, _ = put(session)
    received_at = first.received_at
    again, is_new = put(session)
    assert not is_new
    assert again.received_at == received_at


@pytest.mark.parametrize(
    "changes", [{"content": PNG}, {"vehicle": "V2"}, {"kind": AttachmentKind.SIGNATURE}]
)
def test_an_id_is_not_used_twice(session, changes):
    put(session)
    with pytest.raises(AttachmentConflict):
        put(session, **changes)
    assert get_attachment(session, COUNTY, NAME).content == JPEG


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"GIF89a", b"\xff\xd8"])
def test_what_is_no_picture_is_refused(session, content):
    with pytest.raises(NoPicture):
        put(session, content)


def test_what_is_past_its_time_is_deleted_but_for_its_digest(session):
    put(session)
    put(session, PNG, "0b1f5a9e-1f0e-4d53-9a51-6a3f5f0f9a02", days=40)
    in_35_days = utc_now() + dt.timedelta(days=35)
    assert purge_attachments(session, in_35_days) == 1
    assert purge_attachments(session, in_35_days) == 0
    row = session.get(AttachmentRow, (COUNTY, NAME))
    session.refresh(row)
    assert (row.content, row.digest) == (None, hashlib.sha256(JPEG).hexdigest())
    assert (row.size_bytes, row.purged_at) == (len(JPEG), in_35_days)
    with pytest.raises(AttachmentPurged, match=row.digest):
        get_attachment(session, COUNTY, NAME)
    assert get_attachment(session, COUNTY, "0b1f5a9e-1f0e-4d53-9a51-6a3f5f0f9a02").content == PNG


def test_what_was_deleted_and_is_sent_again_stays_deleted(session):
    put(session)
    purge_attachments(session, utc_now() + dt.timedelta(days=31))
    row, is_new = put(session)
    assert (is_new, row.content) == (False, None)


def test_a_day_does_not_bring_any_number(session, monkeypatch):
    monkeypatch.setattr(attachments, "MAX_OF_DAY", 1)
    put(session)
    other = "0b1f5a9e-1f0e-4d53-9a51-6a3f5f0f9a02"
    with pytest.raises(TooManyAttachments):
        put(session, PNG, other)
    assert put(session)[1] is False
    assert put(session, PNG, other, vehicle="V2")[1] is True


def test_another_county_has_none_of_it(session):
    put(session)
    with pytest.raises(UnknownAttachment):
        get_attachment(session, "210001", NAME)
