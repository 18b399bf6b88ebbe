"""Numbers in Vietnamese form, in words and in Roman figures."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.vietnamese import format_number, format_percent, number_words, read_number, roman


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (15, "mười lăm"),
        (11, "mười một"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (45, "bốn mươi lăm"),
        (101, "một trăm lẻ một"),
        (110, "một trăm mười"),
        (1005, "một nghìn không trăm lẻ năm"),
        (1250000, "một triệu hai trăm năm mươi nghìn"),
        (1000000005, "một tỷ không trăm lẻ năm"),
        (10**12, "một nghìn tỷ"),
        (-3, "âm ba"),
    ],
)
def test_number_in_words(n, words):
    assert number_words(n) == words


def test_northern_and_southern_words_can_be_chosen():
    assert number_words(1005, zero_tens="linh", thousand="ngàn") == "một ngàn không trăm linh năm"


@settings(max_examples=40)
@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_different_numbers_have_different_words(one, other):
    assert (number_words(one) == number_words(other)) == (one == other)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Decimal("1234567.5"), None, "1.234.567,5"),
        (1250000, None, "1.250.000"),
        (9.5, None, "9,5"),
        (9.0, None, "9"),
        (Decimal("0.125"), 2, "0,13"),
        (Decimal("2.5"), 0, "3"),
        (Decimal("-2.5"), 0, "−3"),
        (Decimal("-0.04"), 1, "0,0"),
        (999, 1, "999,0"),
        (Decimal("9.99"), 1, "10,0"),
        (1e21, None, "1.000.000.000.000.000.000.000"),
        (float("nan"), None, ""),
    ],
)
def test_number_is_written_in_vietnamese_form(value, places, text):
    assert format_number(value, places) == text


def test_percent_sign_follows_without_space():
    assert format_percent(Decimal("90.5")) == "90,5%"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,5", "1234.5"),
        ("1234.5", "1234.5"),
        ("1234,5", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234", "1234"),
        ("1,234.5", "1234.5"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1,5", "1.5"),
        ("−3", "-3"),
        ("- 3", "-3"),
        ("+3", "3"),
        ("1.234", "1234"),
        ("1,234", "1.234"),
        ("12.5", "12.5"),
        ("0.125", "0.125"),
        (",5", "0.5"),
        ("007", "7"),
    ],
)
def test_number_is_read(text, value):
    assert read_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", " ", "12 %", "1.23.4", "1,23,4", "12,", "1e5", "٣", "--3", "năm", "1/2"])
def test_what_is_no_number_is_not_read(text):
    assert read_number(text) is None


def test_a_unit_is_read_when_it_is_named():
    assert read_number(" 12 % ", unit="%") == 12
    assert read_number("1.250.000 đồng", unit="đồng") == 1250000


@settings(max_examples=40)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=4) | st.integers())
def test_what_was_written_is_read_back(value):
    assert read_number(format_number(value)) == value


@settings(max_examples=40)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_are_read_back_exactly(value):
    assert float(read_number(format_number(value))) == value


@settings(max_examples=40)
@given(st.text(st.sampled_from("0123456789.,-+ −%eE²٣a\u00a0"), max_size=12))
def test_reading_never_raises(text):
    read_number(text)


def test_roman():
    assert [roman(n) for n in (1, 4, 9, 14, 40, 2026)] == ["I", "IV", "IX", "XIV", "XL", "MMXXVI"]
    assert roman(0) == "0"
