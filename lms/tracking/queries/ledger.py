"""The officer's record as the engine reads it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, or_, select

from lms import clock
from lms.competence import engine
from lms.competence.engine import Item
from lms.db import db
from lms.people.models import PersonAlias
from lms.tracking.models import Competence, Evidence
from lms.tracking.queries.parameters import Law
from lms.tracking.queries.reading import Reading


@dataclass(frozen=True)
class Entry:
    """One piece of evidence on one competence. `evidence_id` is None while it is read in memory only."""

    person_id: int  # whom it counts for; `officer_id` is the id it stands under
    officer_id: int
    n: int
    code: str
    evidence_id: int | None
    kind: str
    course_id: int | None
    activity_id: int | None
    source_id: int
    level: int
    percent: Decimal | None
    answers: Sequence[Sequence[Any]]
    policy: int
    occurred_at: datetime
    recorded_at: datetime
    merged_at: datetime | None  # when the duplicate it stands under was merged

    @property
    def day(self) -> date:
        """The local day it happened."""
        return clock.local(self.occurred_at).date()

    @property
    def source(self) -> tuple[Any, ...]:
        """A later entry of the same source replaces this one (a corrected key)."""
        family = "quiz" if self.kind.startswith("quiz") else self.kind
        return self.officer_id, family, self.activity_id, self.source_id, self.n if family == "practice" else 0

    def seen_by(self, step: "Entry") -> bool:
        """Whether it was known, and known to be this person's, when `step` was recorded. Of one officer the numbers say so: no entry
        can appear before one of a lower number; of a merged duplicate the moment it was recorded and the moment of the merger."""
        if self.officer_id == step.officer_id:
            return self.n <= step.n
        joined = [moment for moment in (self.merged_at, step.merged_at) if moment is not None]
        return all(moment <= step.recorded_at for moment in (self.recorded_at, *joined))


def stands_under(column: Any, officer_ids: Any) -> ColumnElement[bool]:
    """SQL: the row stands under one of these persons, or under a duplicate merged into one of them."""
    merged = select(PersonAlias.person_id).where(PersonAlias.into_id.in_(officer_ids))
    return or_(column.in_(officer_ids), column.in_(merged))


_evidence, _alias = Evidence.__table__, PersonAlias.__table__
ENTRIES = (
    select(
        _evidence, Competence.code, _alias.c.at.label("merged_at"),
        func.coalesce(_alias.c.into_id, _evidence.c.officer_id).label("person_id"),
    )
    .select_from(_evidence)
    .join(Competence, Competence.id == _evidence.c.competence_id)
    .outerjoin(_alias, _alias.c.person_id == _evidence.c.officer_id)
    .where(stands_under(_evidence.c.officer_id, bindparam("officers", expanding=True)))
)  # fmt: skip


def entries(officer_ids: Collection[int], level_zero: bool = False) -> dict[int, list[Entry]]:
    """Person -> entries by the id they stand under and number, those of a merged duplicate among them. `level_zero`: lessons too."""
    query = ENTRIES if level_zero else ENTRIES.where(or_(_evidence.c.level > 0, _evidence.c.answers.is_not(None)))
    found: dict[int, list[Entry]] = {officer_id: [] for officer_id in officer_ids}
    for row in db.session.execute(query, {"officers": list(officer_ids)}):
        if row.person_id in found:
            found[row.person_id].append(_entry(row))
    for rows in found.values():
        rows.sort(key=lambda entry: (entry.officer_id, entry.n))
    return found


def _entry(row: Row) -> Entry:
    return Entry(
        row.person_id, row.officer_id, row.result_n, row.code, row.id, row.source_kind, row.course_id, row.activity_id, row.source_id,
        row.level, row.percent, row.answers or (), row.policy, row.occurred_at, row.recorded_at, row.merged_at,
    )  # fmt: skip


def unread_entry(reading: Reading) -> Entry:
    """A reading not stored yet."""
    return Entry(
        reading.officer_id, reading.officer_id, reading.result_n, reading.code, None, reading.source_kind, reading.course_id,
        reading.activity_id, reading.source_id, reading.level, reading.percent, reading.answers or (), reading.policy,
        reading.occurred_at, reading.recorded_at, None,
    )  # fmt: skip


def in_use(known: Iterable[Entry]) -> list[Entry]:
    """Of each source the newest entry."""
    newest: dict[tuple[Any, ...], Entry] = {}
    for entry in known:
        newest[entry.source] = entry
    return list(newest.values())


@dataclass(frozen=True)
class Rows:
    """The answers of one officer on one competence, ready for the engine."""

    rows: list[engine.Evidence]
    items: Mapping[str, Item]
    levels: Mapping[str, int]  # of the question, by key of the row
    last: date


def rows_of(known: Sequence[Entry], law: Law) -> Rows:
    """The answers in these entries under a law."""
    rows: list[engine.Evidence] = []
    items: dict[str, Item] = {}
    levels: dict[str, int] = {}
    for entry in in_use(known):
        day = entry.day
        for place, (question_id, level, share, guess) in enumerate(entry.answers):
            key, name = f"{entry.officer_id:09d}.{entry.n:06d}.{place:03d}", str(question_id)
            rows.append(engine.Evidence(day, key, str(entry.person_id), entry.code, name, float(share)))
            levels[key] = level
            if name not in items:
                items[name] = law.item(entry.code, question_id, level, guess)
    return Rows(rows, items, levels, max((row.day for row in rows), default=date.min))
