"""Dates: what officers write, and how pages and documents show them."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.vietnamese import PartialDate, format_date, format_date_paper, read_date


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1/5/1980", PartialDate(1980, 5, 1)),
        ("01/05/1980 ", PartialDate(1980, 5, 1)),
        ("05-01-80", PartialDate(1980, 1, 5)),
        ("05.01.1980", PartialDate(1980, 1, 5)),
        ("1/5/26", PartialDate(2026, 5, 1)),
        ("1980-05-01", PartialDate(1980, 5, 1)),
        ("1980-05-01 00:00:00", PartialDate(1980, 5, 1)),
        ("ngày 05 tháng 01 năm 2026", PartialDate(2026, 1, 5)),
        ("năm 1980", PartialDate(1980)),
        ("1980", PartialDate(1980)),
        ("5/1980", PartialDate(1980, 5)),
        (1980, PartialDate(1980)),
        (1980.0, PartialDate(1980)),
        (29225.0, PartialDate(1980, 1, 5)),
        ("29225", PartialDate(1980, 1, 5)),
        (dt.date(1980, 1, 5), PartialDate(1980, 1, 5)),
        (dt.datetime(1980, 1, 5, 10, 30), PartialDate(1980, 1, 5)),
    ],
)
def test_date_is_read(value, expected):
    assert read_date(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "31/02/1980",
        "1/13/1980",
        "1/5/198",
        "hôm nay",
        "1/5/0080",
        "٠١/٠٥/١٩٨٠",
        None,
        True,
        float("nan"),
        5,
    ],
)
def test_what_is_no_date_is_not_read(value):
    assert read_date(value) is None


def test_two_digit_years_of_elderly_people():
    assert read_date("1/5/45", first_year=1930) == PartialDate(1945, 5, 1)
    assert read_date("1/5/45") == PartialDate(2045, 5, 1)


@pytest.mark.parametrize(
    ("day", "paper"),
    [
        (dt.date(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (dt.date(2026, 2, 28), "ngày 28 tháng 02 năm 2026"),
        (dt.date(2021, 3, 9), "ngày 09 tháng 3 năm 2021"),
        (dt.date(2021, 10, 21), "ngày 21 tháng 10 năm 2021"),
        (PartialDate(1980), "năm 1980"),
        (PartialDate(1980, 1), "tháng 01 năm 1980"),
    ],
)
def test_zero_stands_before_days_below_ten_and_the_first_two_months_only(day, paper):
    """Decree 30/2020/NĐ-CP, Annex I."""
    assert format_date_paper(day) == paper


def test_pages_show_two_digits_for_day_and_month():
    assert format_date(dt.date(2026, 1, 5)) == "05/01/2026"
    assert format_date(PartialDate(1980)) == "1980"


def test_only_a_whole_date_is_a_date():
    assert PartialDate(1980, 5, 1).as_date() == dt.date(1980, 5, 1)
    assert PartialDate(1980, 5).as_date() is None
    assert PartialDate(1980, 5).isoformat() == "1980-05"


@settings(max_examples=40)
@given(st.dates(dt.date(1950, 1, 1), dt.date(2049, 12, 31)))
def test_every_way_of_writing_a_day_is_read_back(day):
    for text in (format_date(day), format_date_paper(day), day.isoformat(), f"{day:%d-%m-%y}"):
        assert read_date(text).as_date() == day


@settings(max_examples=40)
@given(st.text(st.sampled_from("0129/.- ngàythámăTZ:٣²"), max_size=14) | st.floats() | st.integers())
def test_reading_never_raises(value):
    read_date(value)
