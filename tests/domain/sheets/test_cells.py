"""Cells as people type them: read where they are clear, refused by name where they are not."""

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coop_service.domain.sheets.cells import (
    BadCell,
    FormulaError,
    choice_reader,
    code_reader,
    list_reader,
    read_clock,
    read_date,
    read_hours,
    read_number,
    read_whole,
    read_windows,
    shown,
    text_reader,
)
from coop_service.domain.sheets.columns import KG, YES_NO
from coop_service.domain.sheets.headings import COLUMNS

DAY = dt.date(2026, 11, 25)


def fault_of(read, cell, *more):
    with pytest.raises(BadCell) as caught:
        read(cell, *more)
    assert caught.value.zh
    assert caught.value.en
    return caught.value.code


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (12.5, 12.5),
        (7, 7.0),
        ("12.5", 12.5),
        (" １,２００ ", 1200.0),
        ("1,200,000.5", 1_200_000.5),
        ("-3", -3.0),
        (".5", 0.5),
        ("12 kg", 12.0),
        ("3吨", 3000.0),
        ("5斤", 2.5),
        ("0.3t", 300.0),
    ],
)
def test_numbers_are_read_as_people_type_them(cell, number):
    assert read_number(cell, KG) == number


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1,2", "not_a_number"),
        ("12,00", "not_a_number"),
        ("约12", "not_a_number"),
        ("12-15", "not_a_number"),
        ("十二", "not_a_number"),
        ("12 磅", "unknown_unit"),
        ("1e5", "not_a_number"),
        (True, "not_a_number"),
        (DAY, "not_a_number"),
        (float("inf"), "not_finite"),
        (FormulaError(), "formula_error"),
    ],
)
def test_a_number_that_is_not_clear_is_refused(cell, code):
    with pytest.raises(BadCell) as caught:
        read_number(cell, KG)
    assert caught.value.code == code


def test_the_unit_of_the_heading_holds_unless_the_cell_has_its_own():
    assert read_number(0.3, KG, 1000.0) == 300.0
    assert read_number("40公斤", KG, 1000.0) == 40.0
    assert fault_of(read_number, 40, KG, None) == "missing_unit"
    assert read_number("40公斤", KG, None) == 40.0


def test_a_whole_number_has_no_fraction_and_fits_every_database():
    assert read_whole("８") == 8
    assert read_whole(3.0) == 3
    assert fault_of(read_whole, 1.5) == "not_whole"
    assert fault_of(read_whole, 2**31) == "out_of_range"


@pytest.mark.parametrize(
    "cell",
    [
        DAY,
        dt.datetime(2026, 11, 25, 8, 30),
        "2026-11-25",
        "2026/11/25",
        "2026.11.25",
        "２０２６年１１月２５日",
        "20261125",
        20261125.0,
        "2026-11-25 08:30:00",
    ],
)
def test_dates_are_read_with_the_year_first(cell):
    assert read_date(cell) == DAY


@pytest.mark.parametrize(
    "cell",
    ["11/25/2026", "25.11.26", "11月25日", "2026-11-31", "2026-11", 46351.0, dt.time(8), "明天"],
)
def test_a_date_that_is_not_clear_is_refused(cell):
    assert fault_of(read_date, cell) == "not_a_date"


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("8:30", 30_600),
        ("08:30:15", 30_615),
        ("８：３０", 30_600),
        ("８点", 28_800),
        ("8点半", 30_600),
        ("8点05分", 29_100),
        ("24:00", 86_400),
        (dt.time(8, 30), 30_600),
        (dt.datetime(1899, 12, 31, 8, 30), 30_600),
        (dt.timedelta(hours=24), 86_400),
    ],
)
def test_times_of_day_are_read_in_seconds(cell, seconds):
    assert read_clock(cell) == seconds


@pytest.mark.parametrize("cell", ["8.30", "25:00", "8:60", 8.0, 0.354, "上午", DAY])
def test_a_time_that_is_not_clear_is_refused(cell):
    assert fault_of(read_clock, cell) == "not_a_time"


@pytest.mark.parametrize(
    "cell",
    ["08:30-11:30;14:00-17:00", "8:30~11:30、14:00~17:00", "8点半至11:30\n14点到17点"],
)
def test_windows_are_read_however_they_are_joined(cell):
    assert read_windows(cell) == ((30_600, 41_400), (50_400, 61_200))


def test_a_window_needs_both_ends_and_hours_are_one_window():
    assert fault_of(read_windows, "8:30") == "not_a_window"
    assert fault_of(read_windows, dt.time(8, 30)) == "not_a_window"
    assert fault_of(read_windows, "8:30-午饭") == "not_a_time"
    assert fault_of(read_hours, "8:00-9:00;10:00-11:00") == "not_one_window"


def test_a_code_keeps_its_digits_or_is_refused():
    read = code_reader(20)
    assert read(210882105200.0) == "210882105200"
    assert read(" ２１０８８２ ") == "210882"
    assert read("007") == "007"
    assert fault_of(read, 1234567890123456.0) == "lost_digits"
    assert fault_of(read, "2.10882E+11") == "lost_digits"
    assert fault_of(read, "x" * 21) == "wrong_length"
    assert fault_of(read, DAY) == "is_a_date"
    assert fault_of(read, "a\x07") == "control_character"


def test_choices_have_several_names_and_others_are_refused():
    assert YES_NO("是") is True
    assert YES_NO(" Ｎo ") is False
    assert YES_NO(1.0) is True
    assert YES_NO(False) is False
    assert fault_of(YES_NO, "也许") == "unknown_choice"
    several = list_reader(choice_reader({"常温": "ambient", "冷藏": "chilled"}))
    assert several("常温、冷藏;常温") == ("ambient", "chilled")


def test_text_is_kept_as_it_came_but_for_blanks_around_it():
    assert text_reader(10)(" 门卫（代收） ") == "门卫（代收）"
    assert fault_of(text_reader(3), FormulaError()) == "formula_error"


def test_a_cell_is_shown_short():
    assert shown(12.0) == "12"
    assert len(shown("长" * 100)) == 60
    assert shown(None) == ""


CELLS = st.one_of(
    st.text(max_size=20),
    st.text("0123456789.,-:/年月日点半时分kg吨斤 ;~至", max_size=20),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.timedeltas(),
    st.just(FormulaError()),
)


@given(CELLS)
def test_whatever_is_in_a_cell_is_read_or_refused_by_each_column(cell):
    for columns in COLUMNS.values():
        for column in columns:
            for factor in (None, 1.0, 3600.0):
                with suppress(BadCell):
                    value = column.read_cell(cell, factor)
                    assert value is not None
                    assert value == column.read_cell(cell, factor)
