"""The one clock of the whole country, from whose midnight a plan's seconds count."""

from __future__ import annotations

import datetime as dt
from typing import Final

CHINA_TIME: Final = dt.timezone(dt.timedelta(hours=8), "CST")
"""Eight hours ahead of UTC all year round."""


def seconds_of_day(moment: dt.datetime, date: dt.date) -> int:
    """Whole seconds from the midnight of a day in China to a moment; below 0 before it."""
    return int((moment - _midnight(date)).total_seconds() // 1)


def moment_of(date: dt.date, time_s: int) -> dt.datetime:
    """The moment that lies so many seconds after the midnight of a day in China."""
    return _midnight(date) + dt.timedelta(seconds=time_s)


def day_of(moment: dt.datetime) -> dt.date:
    """The day that it is in China at a moment."""
    return moment.astimezone(CHINA_TIME).date()


def _midnight(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), CHINA_TIME)
