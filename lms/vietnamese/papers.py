"""Number and symbol of an administrative paper: "05/KH-UBND", "30/2020/NĐ-CP", "12-KH/ĐU" (Decree 30/2020/NĐ-CP, Annex I; papers of the Party)."""

import re

from lms.vietnamese.text import clean

_SPACED = re.compile(r"\s*([/-])\s*")
_NUMBER = re.compile(r"\d{1,6}[a-zđ]?(?:-[^\W\d_]{1,6})?", re.IGNORECASE)
_SYMBOL = re.compile(r"(?:(?:19|20)\d\d/)?[^\W\d_][^\W_]*(?:[-/.&][^\W_]+)*")
_LED = re.compile(r"(?P<number>\d{1,6}[a-zđ]?(?:-[^\W\d_]{1,6})?)/(?P<rest>.+)", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")


def part_paper(number: str, symbol: str) -> tuple[str, str]:
    """Number and symbol each in its place, without white space at the strokes, when one field holds both; what contradicts stays as typed."""
    number = _SPACED.sub(r"\1", clean(number).removeprefix("Số").lstrip(": ")).rstrip("/")
    symbol = _SPACED.sub(r"\1", clean(symbol)).lstrip("/")
    head, stroke, rest = number.partition("/")
    if stroke and symbol.casefold() in {"", rest.casefold(), number.casefold()}:
        return head, rest
    if led := _LED.fullmatch(symbol):
        if number and _plain(number) == _plain(led["number"]):
            return number, led["rest"]
        if not number and not _YEAR.fullmatch(led["number"]):
            return led["number"], led["rest"]
    return number, symbol


def is_paper_number(text: str) -> bool:
    """Whether an office numbers papers so: 05, 1601, 12a, 12-KH."""
    return _NUMBER.fullmatch(text) is not None


def is_paper_symbol(text: str) -> bool:
    """Whether the text is the symbol of a paper: letters and figures joined by strokes, KH-UBND, 2020/NĐ-CP, SNV-CCHC."""
    return _SYMBOL.fullmatch(text) is not None and sum(c.isalpha() for c in text) > 1


def paper_key(number: str, symbol: str) -> str:
    """Number and symbol as they are compared: 5/kh-ubnd is 05/KH-UBND."""
    return f"{_plain(number)}/{clean(symbol).casefold()}"


def _plain(number: str) -> str:
    return clean(number).casefold().lstrip("0")
