"""Dates as officers write and read them; a date of which only the year is known is a date too."""

import datetime as dt
import re
from dataclasses import dataclass

from lms.vietnamese.text import clean

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
# Excel counts days from here (its day 60, 29/02/1900, never was; no date before March 1900 matters here).
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_EXCEL_DAYS = range(10_000, 73_416)  # 18/05/1927 to 31/12/2100: above any plain year

_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:ngày )?(?P<d>\d{1,2}) ?[/.-] ?(?P<m>\d{1,2}) ?[/.-] ?(?P<y>\d{4}|\d{2})",
        r"(?:ngày )?(?P<d>\d{1,2}) tháng (?P<m>\d{1,2}),? năm (?P<y>\d{4})",
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ][\d:.+Z]*)?",
        r"(?:tháng )?(?P<m>\d{1,2}) ?[/.-] ?(?P<y>\d{4})",
        r"tháng (?P<m>\d{1,2}),? năm (?P<y>\d{4})",
        r"(?:năm )?(?P<y>\d{4})",
    )
)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A calendar date of which the day, or day and month, may be unknown ("năm 1980")."""

    year: int
    month: int | None = None
    day: int | None = None

    def as_date(self) -> dt.date | None:
        """The whole date, or None while a part of it is unknown."""
        return dt.date(self.year, self.month, self.day) if self.month and self.day else None

    def isoformat(self) -> str:
        """What is known, as ISO 8601: 1980, 1980-05 or 1980-05-01."""
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)]
        return "-".join(parts)


def read_date(value: object, first_year: int = 1950) -> PartialDate | None:
    """The date an officer wrote or a spreadsheet holds, or None.

    Text: 1/5/1980, 05-01-80, 05.01.1980, "ngày 05 tháng 01 năm 2026", ISO, 5/1980, "năm 1980", 1980. Day
    comes before month and they are never swapped. Two-digit years fall within the hundred years from
    first_year (1950: 80 is 1980, 26 is 2026). Also date and datetime objects, numbers that are a year, and
    Excel's day numbers.
    """
    if isinstance(value, PartialDate):
        return value
    if isinstance(value, dt.date):
        return PartialDate(value.year, value.month, value.day)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _read_serial(value)
    text = clean(value) if isinstance(value, str) else ""
    if not text.isascii() and any(c.isdigit() and not c.isascii() for c in text):
        return None
    for pattern in _PATTERNS:
        if found := pattern.fullmatch(text):
            return _checked(first_year, **found.groupdict())
    return _read_serial(int(text)) if text.isdigit() and len(text) == 5 else None


def absent_day(text: str) -> str:
    """The day that a text names although no calendar has it, as pages show it ("31/02/2026"); "" when it names none."""
    found = next(filter(None, (pattern.fullmatch(clean(text)) for pattern in _PATTERNS[:3])), None)
    if not found or read_date(text) or not _FIRST_YEAR <= int(found["y"]) <= _LAST_YEAR:
        return ""
    return f"{int(found['d']):02}/{int(found['m']):02}/{found['y']}"


def format_date(d: dt.date | PartialDate) -> str:
    """A date as pages show it, 05/01/2026; of a partial one what is known: 01/2026, 2026."""
    day, month = getattr(d, "day", None), getattr(d, "month", None)
    return "/".join([*(f"{part:02}" for part in (day, month) if part), f"{d.year:04}"])


def format_date_paper(d: dt.date | PartialDate) -> str:
    """A date as documents write it: "ngày 05 tháng 01 năm 2026", "ngày 20 tháng 9 năm 2026".

    Days below 10 and the months 1 and 2 take a zero, no others (Decree 30/2020/NĐ-CP, Annex I).
    """
    words = [f"ngày {d.day:02}"] if d.day else []
    if d.month:
        words.append(f"tháng {d.month:02}" if d.month < 3 else f"tháng {d.month}")
    return " ".join([*words, f"năm {d.year}"])


def _read_serial(number: int | float) -> PartialDate | None:
    if _FIRST_YEAR <= number <= _LAST_YEAR and number == int(number):
        return PartialDate(int(number))
    if _EXCEL_DAYS.start <= number < _EXCEL_DAYS.stop:
        return read_date(_EXCEL_EPOCH + dt.timedelta(days=int(number)))
    return None


def _checked(first_year: int, y: str, m: str | None = None, d: str | None = None) -> PartialDate | None:
    """The parts as a date that exists in the years we deal with, or None."""
    year = int(y)
    if len(y) == 2:
        year += first_year // 100 * 100
        year += 100 if year < first_year else 0
    month, day = int(m) if m else None, int(d) if d else None
    try:
        dt.date(year, month if month is not None else 1, day if day is not None else 1)
    except ValueError:
        return None
    return PartialDate(year, month, day) if _FIRST_YEAR <= year <= _LAST_YEAR else None
