"""API keys: ``coop_<prefix>_<secret>``, of which only the prefix and a digest are kept.

The secret holds 256 random bits, so one round of SHA-256 suffices: there is nothing to guess.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlmodel import Session, col, select

from coop_service.errors import CoopError, Fault, InvalidInput, both
from coop_service.store.tables import ApiKeyRow, Role, utc_now

SCHEME: Final = "coop"

LONGEST_LIFE: Final = dt.timedelta(days=3650)

USE_NOTED_EVERY: Final = dt.timedelta(minutes=5)
"""A key's last use is written down this often at most: reading must not turn into writing."""


class KeyRefused(PermissionError, CoopError):
    """No key, or one that does not open anything (any more)."""

    code = "key_refused"


class UnknownKey(LookupError, CoopError):
    """No key of that id in the county."""

    code = "unknown_key"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made; ``token`` is what its holder sends, and is never shown again."""

    key: ApiKeyRow
    token: str = field(repr=False)


def create_key(
    session: Session,
    county: str,
    name: str,
    role: Role,
    expires_at: dt.datetime | None = None,
) -> NewKey:
    """Make a key for a county, and commit.

    Args:
        session: of the store.
        county: code of the county, which is all that the key opens.
        name: whom or what the key is for.
        role: what its holder may do.
        expires_at: the moment from which it is refused; None: never.

    Raises:
        InvalidInput: it would be expired from the start, or only in some distant age.
    """
    now = utc_now()
    if expires_at is not None and not now < expires_at <= now + LONGEST_LIFE:
        message = both(
            f"应晚于现在,且不超过 {LONGEST_LIFE.days} 天",
            f"must be later than now, by {LONGEST_LIFE.days} days at most",
        )
        raise InvalidInput([Fault("/expires_at", "out_of_range", message)])
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    row = ApiKeyRow(
        id=str(uuid.uuid4()),
        county=county,
        name=name,
        role=role,
        prefix=prefix,
        digest=_digest(secret),
        expires_at=expires_at,
    )
    session.add(row)
    session.commit()
    return NewKey(row, f"{SCHEME}_{prefix}_{secret}")


def check_key(session: Session, token: str) -> ApiKeyRow:
    """The key that a token opens with; notes its use and commits.

    Raises:
        KeyRefused: the token is none of ours, or its key is revoked or has expired.
    """
    scheme, _, rest = token.partition("_")
    prefix, _, secret = rest.partition("_")
    row = session.exec(select(ApiKeyRow).where(ApiKeyRow.prefix == prefix)).first()
    known = row is not None and hmac.compare_digest(row.digest, _digest(secret))
    if scheme != SCHEME or row is None or not known:
        raise KeyRefused(both("API 密钥无效", "this API key is not valid"))
    now = utc_now()
    if row.revoked_at is not None:
        raise KeyRefused(both("此 API 密钥已撤销", "this API key has been revoked"))
    if row.expires_at is not None and row.expires_at <= now:
        raise KeyRefused(both("此 API 密钥已过期", "this API key has expired"))
    if row.last_used_at is None or now - row.last_used_at >= USE_NOTED_EVERY:
        row.last_used_at = now
        session.commit()
    return row


def list_keys(session: Session, county: str) -> Sequence[ApiKeyRow]:
    """All keys of a county, oldest first, also those that are revoked."""
    keys = select(ApiKeyRow).where(ApiKeyRow.county == county)
    return session.exec(keys.order_by(col(ApiKeyRow.created_at), ApiKeyRow.id)).all()


def revoke_key(session: Session, county: str, key_id: str) -> ApiKeyRow:
    """Revoke a key and commit; one that is revoked already stays so from then.

    Raises:
        UnknownKey: the county has none of that id.
    """
    row = session.get(ApiKeyRow, key_id)
    if row is None or row.county != county:
        raise UnknownKey(both(f"没有密钥 {key_id}", f"there is no key {key_id}"))
    if row.revoked_at is None:
        row.revoked_at = utc_now()
        session.commit()
    return row


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
