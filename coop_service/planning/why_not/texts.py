"""Sentences in both languages, and times as people write them."""

from __future__ import annotations

from typing import NamedTuple

from coop_service.errors import both


class Text(NamedTuple):
    """The same in Chinese and in English."""

    zh: str
    en: str

    @property
    def both(self) -> str:
        """As documents hold it."""
        return both(self.zh, self.en)

    def with_detail(self, detail: Text) -> Text:
        """This, a colon, and what it is."""
        return Text(f"{self.zh}：{detail.zh}", f"{self.en}: {detail.en}")

    def and_also(self, other: Text) -> Text:
        """Two sentences."""
        return Text(f"{self.zh}；{other.zh}", f"{self.en}; {other.en}")


def clock(second: int) -> str:
    """A time of day, e.g. 61 200 s is 17:00 (hours may pass 24)."""
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def clock_not_before(second: int) -> str:
    """The first whole minute that is not before a time."""
    return clock(-(-second // 60) * 60)


def minutes(seconds: int) -> int:
    """Whole minutes, rounded up so that a miss is never told as 0."""
    return -(-seconds // 60)
