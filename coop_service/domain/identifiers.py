"""Industrial-internet identifiers of lots: ``prefix/suffix``.

The prefix ``88.<node>.<enterprise>`` is given by the registry; the suffix is ours: area code, day
and a sequence number, e.g. ``88.608.8889/210882104.20261015.0007``. A lot keeps its identifier
through consolidation at a hub.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from coop_service.errors import CoopError, both

DEFAULT_PATTERN: Final = r"88\.[0-9]{1,10}(\.[0-9A-Za-z-]{1,20}){1,3}/[0-9A-Za-z._-]{1,48}"
"""What an identifier looks like unless a county says otherwise; the whole text must match."""

MAX_LENGTH: Final = 64
"""Most characters of an identifier."""

_SEQUENCE_DIGITS: Final = 4


class BadIdentifier(ValueError, CoopError):
    """A text that is no identifier of the pattern asked for."""

    code = "bad_identifier"


def check_identifier(text: str, pattern: str = DEFAULT_PATTERN) -> str:
    """The text itself, where it is an identifier.

    Args:
        text: what to judge.
        pattern: regular expression that the whole text must match.

    Raises:
        BadIdentifier: it is longer than :data:`MAX_LENGTH` or does not match.
    """
    if len(text) > MAX_LENGTH:
        raise BadIdentifier(
            both(
                f"标识“{text}”超过 {MAX_LENGTH} 个字符",
                f"the identifier {text!r} has more than {MAX_LENGTH} characters",
            )
        )
    if not re.fullmatch(pattern, text):
        raise BadIdentifier(
            both(
                f"“{text}”不是标识,格式应为 {pattern}",
                f"{text!r} is no identifier: it must match {pattern}",
            )
        )
    return text


def mint_identifier(
    prefix: str,
    area_code: str,
    date: dt.date,
    sequence: int,
    *,
    pattern: str = DEFAULT_PATTERN,
) -> str:
    """The identifier ``<prefix>/<area code>.<yyyymmdd>.<sequence>`` of a lot.

    Args:
        prefix: of the enterprise, ``88.<node>.<enterprise>``.
        area_code: of the place that the lot comes from.
        date: day on which it is collected.
        sequence: from 1 on, unique for the place and day; written with at least four digits.
        pattern: as in :func:`check_identifier`.

    Raises:
        BadIdentifier: the result does not match the pattern, or the sequence is below 1.
    """
    if sequence < 1:
        raise BadIdentifier(
            both(f"序号应从 1 起,收到 {sequence}", f"sequences start at 1, got {sequence}")
        )
    number = f"{sequence:0{_SEQUENCE_DIGITS}d}"
    return check_identifier(f"{prefix}/{area_code}.{date:%Y%m%d}.{number}", pattern)
