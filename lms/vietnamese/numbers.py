"""Numbers as Vietnam writes them: 1.234.567,5; in words; in Roman figures."""

import re
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Literal

from lms.vietnamese.text import clean

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_LONGEST = 500  # the longest float has some 410 characters in this form

_VIETNAMESE = re.compile(r"(?:[1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:,\d+)?|,\d+")
_ENGLISH = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+\.\d+|[1-9]\d{0,2}(?:,\d{3}){2,}")
_POINT = re.compile(r"\d*\.\d+")
_GROUPED_BY_SPACE = re.compile(r"[1-9]\d{0,2}(?: \d{3})+(?:,\d+)?")


def number_words(n: int, zero_tens: Literal["lẻ", "linh"] = "lẻ", thousand: Literal["nghìn", "ngàn"] = "nghìn") -> str:
    """A whole number in words: 45 "bốn mươi lăm", 1005 "một nghìn không trăm lẻ năm", 21 "hai mươi mốt".

    zero_tens and thousand choose between the northern and southern words. Twenty-four is
    "hai mươi tư"; from a thousand on a group below 100 is read with "không trăm".
    """
    if n < 0:
        return "âm " + number_words(-n, zero_tens, thousand)
    if n == 0:
        return _DIGITS[0]
    return " ".join(_words(n, zero_tens, thousand, padded=False))


def _words(n: int, zero_tens: str, thousand: str, padded: bool) -> list[str]:
    """Words of n > 0; padded when something was said before it."""
    for size, name in ((10**9, "tỷ"), (10**6, "triệu"), (1000, thousand)):
        if n >= size:
            head = [*_words(n // size, zero_tens, thousand, padded), name]
            return head + (_words(n % size, zero_tens, thousand, padded=True) if n % size else [])
    hundreds, rest = divmod(n, 100)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or padded else []
    tens, units = divmod(rest, 10)
    if tens == 0:
        if units:
            words += ([zero_tens] if words else []) + [_DIGITS[units]]
        return words
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if units:
        special = units == 5 or tens > 1
        words.append(_AFTER_TENS.get(units, _DIGITS[units]) if special else _DIGITS[units])
    return words


def format_number(value: Decimal | int | float, places: int | None = None) -> str:
    """A number in Vietnamese form: 1234.5 is "1.234,5"; below zero with the minus sign, "−1.234,5", which read_number takes too.

    places rounds half up to so many decimals and keeps their zeros; without it the number is written as it
    is, a float in its shortest form. What is no number (NaN, infinity) is the empty string.
    """
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        return ""
    if places is not None:
        with localcontext() as context:
            context.prec = max(1, number.adjusted() + 1) + places + 2
            number = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    elif isinstance(value, float) and number == number.to_integral_value():
        number = Decimal(int(number))
    whole, _, fraction = f"{number.copy_abs():f}".partition(".")
    grouped = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ".", whole)
    sign = "−" if number < 0 else ""
    return f"{sign}{grouped},{fraction}" if fraction else f"{sign}{grouped}"


def format_percent(value: Decimal | int | float, places: int | None = None) -> str:
    """Percentage points in Vietnamese form, no space before the sign: 90.5 is "90,5%"."""
    number = format_number(value, places)
    return f"{number}%" if number else ""


def read_number(text: str, unit: str = "") -> Decimal | None:
    """The number an officer typed, or None when it is none or could be two.

    "1.234,5", "1234.5", "1 234,5", "1,5", "−3" and the English "1,234.5", "1,234,567" are read. Where a form
    is both, the Vietnamese reading holds: "1.234" is 1234 and "1,234" is 1 and 234 thousandths; "12.5" and
    "0.125" can only be decimals. A unit is refused unless named: read_number("12 %", unit="%") is 12.
    """
    text = clean(text)
    if unit and text.endswith(unit):
        text = text.removesuffix(unit).rstrip()
    if not text.isprintable() or len(text) > _LONGEST:
        return None
    sign = "-" if text[:1] in ("-", "−") else ""
    text = text[1:].lstrip() if text[:1] in ("-", "−", "+") else text
    if not text.isascii():
        return None
    if _GROUPED_BY_SPACE.fullmatch(text):
        text = text.replace(" ", "")
    if _VIETNAMESE.fullmatch(text):
        return Decimal(sign + text.replace(".", "").replace(",", "."))
    if _ENGLISH.fullmatch(text) or _POINT.fullmatch(text):
        return Decimal(sign + text.replace(",", ""))
    return None


def roman(n: int) -> str:
    """A number from 1 to 3999 in Roman figures, as quarters and parts are numbered; else plain figures."""
    if not 1 <= n <= 3999:
        return str(n)
    out = ""
    for size, figure in _ROMAN:
        out += figure * (n // size)
        n %= size
    return out
