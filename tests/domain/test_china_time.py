import datetime as dt

from coop_service.domain.china_time import day_of, moment_of, seconds_of_day

DAY = dt.date(2026, 10, 15)


def test_a_day_begins_at_midnight_in_china():
    assert seconds_of_day(dt.datetime(2026, 10, 14, 16, tzinfo=dt.UTC), DAY) == 0
    assert seconds_of_day(dt.datetime(2026, 10, 15, 0, 0, 1, 900_000, tzinfo=dt.UTC), DAY) == 28_801
    assert seconds_of_day(dt.datetime(2026, 10, 14, 15, 59, 59, tzinfo=dt.UTC), DAY) == -1


def test_a_moment_and_its_seconds_are_each_others_inverse():
    assert moment_of(DAY, 90_000) == dt.datetime(2026, 10, 15, 17, tzinfo=dt.UTC)
    assert seconds_of_day(moment_of(DAY, 90_000), DAY) == 90_000


def test_a_day_in_china_begins_at_16_00_utc_of_the_day_before():
    assert day_of(dt.datetime(2026, 10, 14, 15, 59, 59, tzinfo=dt.UTC)) == dt.date(2026, 10, 14)
    assert day_of(dt.datetime(2026, 10, 14, 16, tzinfo=dt.UTC)) == DAY
