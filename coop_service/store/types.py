"""Column types for what neither SQL nor JSON has: aware times, enums, tuples, pairs of dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, SmallInteger, String
from sqlalchemy.types import TypeDecorator

from coop_service.domain.records import SiteLife, SiteState


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment; given with any offset, stored and handed back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """The moment in UTC; one without an offset is refused, for it would be a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a datetime needs its offset from UTC: {value!r}")
        return value.astimezone(dt.UTC)

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        """The moment in UTC; SQLite gives it back without an offset."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class TextEnum(TypeDecorator[StrEnum]):
    """A string enum, stored as its value, so that the table can be read without the program."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[StrEnum], length: int = 20) -> None:
        super().__init__(length)
        self.kind = kind

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The member's value."""
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """The member."""
        return None if value is None else self.kind(value)


class NumberEnum(TypeDecorator[IntEnum]):
    """A numbered enum, stored as its number."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, kind: type[IntEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        """The member's number."""
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: int | None, dialect: Dialect) -> IntEnum | None:
        """The member."""
        return None if value is None else self.kind(value)


class JsonObject(TypeDecorator[Any]):
    """A free JSON value; None is SQL's NULL, not JSON's null."""

    impl = JSON(none_as_null=True)
    cache_ok = True


class TextTuple(TypeDecorator[tuple[str, ...]]):
    """A tuple of strings, stored as a JSON array."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> Any:
        """A list for the JSON column."""
        return list(value or ())

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:
        """The tuple."""
        return tuple(value)


class WindowTuple(TypeDecorator[tuple[tuple[int, int], ...]]):
    """A tuple of pairs of seconds, stored as a JSON array of arrays."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Iterable[tuple[int, int]] | None, dialect: Dialect) -> Any:
        """Lists for the JSON column."""
        return [list(window) for window in value or ()]

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[tuple[int, int], ...]:
        """The pairs."""
        return tuple((first, last) for first, last in value)


class PeriodTuple(TypeDecorator[tuple[tuple[dt.date, dt.date], ...]]):
    """A tuple of pairs of dates, stored as a JSON array of arrays of ISO dates."""

    impl = JSON
    cache_ok = True

    def process_bind_param(
        self, value: Iterable[tuple[dt.date, dt.date]] | None, dialect: Dialect
    ) -> Any:
        """Lists of ISO dates for the JSON column."""
        return [[date.isoformat() for date in period] for period in value or ()]

    def process_result_value(
        self, value: Any, dialect: Dialect
    ) -> tuple[tuple[dt.date, dt.date], ...]:
        """The pairs of dates."""
        return tuple(
            (dt.date.fromisoformat(first), dt.date.fromisoformat(last)) for first, last in value
        )


class LifeTuple(TypeDecorator[SiteLife]):
    """A site's states with their first days, stored as a JSON array of ISO dates and names."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: SiteLife | None, dialect: Dialect) -> Any:
        """Lists of an ISO date and a name for the JSON column."""
        return [[first.isoformat(), state.value] for first, state in value or ()]

    def process_result_value(self, value: Any, dialect: Dialect) -> SiteLife:
        """The pairs of a date and a state."""
        return tuple((dt.date.fromisoformat(first), SiteState(state)) for first, state in value)
