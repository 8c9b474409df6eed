"""Photos and signatures: taken in once, kept for a set time, then deleted but for their digest."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Final

from sqlmodel import Session

from coop_service.errors import CoopError, both
from coop_service.settings import Settings
from coop_service.store import road
from coop_service.store.queries import lock_county
from coop_service.store.tables import AttachmentKind, AttachmentRow, utc_now

MAX_BYTES: Final = 2 * 2**20

MAX_OF_DAY: Final = 400
"""Attachments of a vehicle in a plan: a link in wrong hands must not fill the disk."""

_BEGINNINGS: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
"""What the files of the types that are taken begin with."""


class NoPicture(ValueError, CoopError):
    """Bytes that are neither a JPEG nor a PNG picture."""

    code = "no_picture"


class TooManyAttachments(ValueError, CoopError):
    """The vehicle has as many attachments as a day may bring."""

    code = "too_many_attachments"


class AttachmentConflict(ValueError, CoopError):
    """The id belongs to another attachment already."""

    code = "attachment_conflict"


class UnknownAttachment(LookupError, CoopError):
    """No attachment of that id at the plan."""

    code = "unknown_attachment"


class AttachmentPurged(LookupError, CoopError):
    """An attachment whose time of keeping is over; its digest is all that is left."""

    code = "attachment_purged"


def put_attachment(
    session: Session,
    settings: Settings,
    county: str,
    attachment_id: str,
    *,
    plan_id: str,
    vehicle: str,
    kind: AttachmentKind,
    content: bytes,
) -> tuple[AttachmentRow, bool]:
    """Take in a picture, and commit; the same one again changes nothing.

    Args:
        session: of the store.
        settings: of the service; say how long it is kept.
        county: code of the county.
        attachment_id: made by whoever sends it.
        plan_id, vehicle: whose record it belongs to.
        kind: photo or signature.
        content: the file, JPEG or PNG.

    Returns:
        The attachment, and whether it is new.

    Raises:
        NoPicture: the bytes are no picture.
        AttachmentConflict: the id belongs to other bytes.
        TooManyAttachments: there are :data:`MAX_OF_DAY` of the vehicle already.
    """
    content_type = next(
        (name for first, name in _BEGINNINGS.items() if content.startswith(first)), None
    )
    if content_type is None:
        raise NoPicture(both("应为 JPEG 或 PNG 图片", "must be a JPEG or PNG picture"))
    digest = hashlib.sha256(content).hexdigest()
    lock_county(session, county)
    earlier = session.get(AttachmentRow, (county, attachment_id))
    if earlier is not None:
        if (earlier.digest, earlier.vehicle, earlier.kind) != (digest, vehicle, kind):
            message = both("此编号已用于另一附件", "this id belongs to another attachment already")
            raise AttachmentConflict(message)
        return earlier, False
    if road.count_attachments(session, plan_id, vehicle) >= MAX_OF_DAY:
        message = both(
            f"该车当天的照片与签名已满 {MAX_OF_DAY} 个",
            f"there are {MAX_OF_DAY} photos and signatures of this vehicle and day already",
        )
        raise TooManyAttachments(message)
    now = utc_now()
    row = AttachmentRow(
        county=county,
        id=attachment_id,
        plan_id=plan_id,
        vehicle=vehicle,
        kind=kind,
        content_type=content_type,
        content=content,
        size_bytes=len(content),
        digest=digest,
        received_at=now,
        keep_until=now + dt.timedelta(days=settings.attachment_days),
    )
    session.add(row)
    session.commit()
    return row, True


def get_attachment(session: Session, county: str, attachment_id: str) -> AttachmentRow:
    """An attachment with its content.

    Raises:
        UnknownAttachment: the county has none of that id.
        AttachmentPurged: its content has been deleted.
    """
    row = session.get(AttachmentRow, (county, attachment_id))
    if row is None:
        message = both(f"没有附件 {attachment_id}", f"there is no attachment {attachment_id}")
        raise UnknownAttachment(message)
    if row.content is None:
        day = "" if row.purged_at is None else f"{row.purged_at:%Y-%m-%d}"
        raise AttachmentPurged(
            both(
                f"附件已于 {day} 到期删除,SHA-256 为 {row.digest}",
                f"it was deleted on {day}, its time being over; its SHA-256 is {row.digest}",
            )
        )
    return row


def purge_attachments(session: Session, now: dt.datetime | None = None) -> int:
    """Delete what is past its time of keeping, in every county, and commit; how many it was.

    Rows and digests stay, so that a copy kept elsewhere can still be recognised.
    """
    count = road.purge_attachments(session, now or utc_now())
    session.commit()
    return count
