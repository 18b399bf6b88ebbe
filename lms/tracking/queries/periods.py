"""Reporting periods: they close on days that Sở Nội vụ sets, not with the calendar year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lms.db import db
from lms.tracking.models import ReportingCalendar

QUARTERS = ("I", "II", "III", "IV")


@dataclass(frozen=True)
class Closing:
    """The last day of a period and what the period is called."""

    day: date
    name: str
    closes_year: bool


def closings(until: date, count: int) -> list[Closing]:
    """The last `count` closing days not after `until`, oldest first, each by the calendar in force that day."""
    calendars = db.session.execute(select(ReportingCalendar.since, ReportingCalendar.closes)).all()
    found = [
        closing
        for since, closes in calendars
        for closing in _of(closes, until.year - count, until.year)
        if since <= closing.day <= until and not any(since < other <= closing.day for other, _ in calendars)
    ]
    found.sort(key=lambda closing: closing.day)
    return found[max(0, len(found) - count) :]


def is_closing(day: date) -> bool:
    """Whether a reporting period ends with that day."""
    return any(closing.day == day for closing in closings(day, 1))


def _of(closes: list[str], first: int, last: int) -> Iterator[Closing]:
    for year in range(first, last + 1):
        for place, text in enumerate(closes):
            month, day = map(int, text.split("-"))
            name = f"Quý {QUARTERS[place]}/{year}" if len(closes) == len(QUARTERS) else f"Kỳ {place + 1}/{year}"
            yield Closing(date(year, month, day), name, place == len(closes) - 1)
