"""Telephone numbers of Vietnam: kept as E.164, printed as people read them."""

import re

from lms.vietnamese.text import clean

_SEPARATORS = re.compile(r"[\s().\-‐‑–/]+")
# Without the leading zero: mobiles 3 5 7 8 9 and eight digits; landlines 2 and nine (0277 Đồng Tháp).
# "+84 (0)912..." keeps the national zero after the country code.
_NUMBER = re.compile(r"(?:(?:\+|00)?84)?0?([35789][0-9]{8}|2[0-9]{9})")


def read_phone(text: str) -> str | None:
    """A typed number as E.164 ("+84912345678"), or None when it is no Vietnamese number.

    Spaces, dots and brackets do not matter; the leading zero a spreadsheet has eaten is put back.
    Eleven-digit mobiles, out of use since 2018, and two numbers in one field are refused.
    """
    digits = _SEPARATORS.sub("", clean(text))
    found = _NUMBER.fullmatch(digits)
    return f"+84{found[1]}" if found else None


def format_phone(e164: str) -> str:
    """A kept number as it is printed: "0912 345 678"; what is no Vietnamese number stays as it is."""
    if not e164.startswith("+84"):
        return e164
    number = "0" + e164.removeprefix("+84")
    return " ".join(part for part in (number[:4], number[4:7], number[7:]) if part)
