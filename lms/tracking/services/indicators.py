"""Indicators of the scheme and the reporting calendar, as content gives them."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from lms.db import db
from lms.tracking.models import Indicator, ReportingCalendar


def put_indicators(entries: Iterable[Mapping[str, Any]]) -> None:
    """Enter indicators: the same code and first day again corrects the entry, a later first day begins a new one."""
    for entry in entries:
        found = select(Indicator).where(Indicator.code == entry["code"], Indicator.since == entry["since"])
        row = db.session.scalar(found) or Indicator(code=entry["code"], since=entry["since"])
        row.name, row.positions, row.competences = entry["name"], list(entry["positions"]), list(entry["competences"])
        row.target, row.until, row.note = entry["target"], entry.get("until"), entry.get("note", "")
        db.session.add(row)
    db.session.flush()


def put_calendars(entries: Iterable[Mapping[str, Any]]) -> None:
    """Enter reporting calendars by their first day."""
    for entry in entries:
        row = db.session.get(ReportingCalendar, entry["since"]) or ReportingCalendar(since=entry["since"])
        row.closes = list(entry["closes"])
        db.session.add(row)
    db.session.flush()
