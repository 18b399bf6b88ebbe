"""The catalogue: which courses there are, for whom, and how far an officer is in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, or_, select

from lms.courses.models import Course, CourseVersion, Enrolment, EnrolmentRule
from lms.courses.queries.versions import CachedVersion, versions
from lms.db import db
from lms.errors import NotFound
from lms.people import queries as people
from lms.people.models import Assignment, Position, Unit
from lms.vietnamese import fold


@dataclass(frozen=True)
class Entry:
    """One row of the catalogue: the course as it is now, the officer's newest cycle in it (None = not enrolled), whether it is meant
    for the officer's position or unit."""

    course: CachedVersion
    enrolment: Row | None
    mine: bool


def catalogue(officer_id: int, on: date, search: str = "") -> list[Entry]:
    """Open courses with the officer's newest cycle in each, those for the officer's position and kind of unit first. Two queries.

    `search` ignores diacritics.
    """
    mine = (Enrolment.officer_id == officer_id, Enrolment.withdrawn_at.is_(None))
    newest = select(func.max(Enrolment.id)).where(*mine).group_by(Enrolment.course_id).correlate(None)
    query = (
        select(
            Course.current_id, Enrolment.id, Enrolment.done_count, Enrolment.need_count, Enrolment.due, Enrolment.completed_at,
            Enrolment.last_at,
        )
        .join(CourseVersion, CourseVersion.id == Course.current_id)
        .outerjoin(Enrolment, and_(Enrolment.course_id == Course.id, Enrolment.id.in_(newest)))
        .where(or_(Course.state == "open", Enrolment.id.is_not(None)))
        .order_by(Course.code)
    )  # fmt: skip
    for word in fold(search).split():
        query = query.where(CourseVersion.fold.contains(word, autoescape=True))
    rows = db.session.execute(query).all()
    known = versions(row.current_id for row in rows)
    held = positions_held(officer_id, on)
    return [
        Entry(known[row.current_id], row if row.id else None, meant_for(known[row.current_id].audience, held)) for row in rows
    ]


def positions_held(officer_id: int, on: date) -> list[tuple[str, str]]:
    """(position code, kind of unit) of the officer's assignments in force."""
    query = (
        select(Position.code, Unit.kind)
        .select_from(Assignment)
        .join(Position, Position.id == Assignment.position_id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(Assignment.person_id == officer_id, people.in_force(on))
    )
    return [(row.code, row.kind) for row in db.session.execute(query)]


def meant_for(audience: dict[str, Any], held: Sequence[tuple[str, str]]) -> bool:
    """Whether an audience names one of the assignments: one of them must match both position and kind of unit; empty = everybody's."""
    codes, kinds = audience.get("positions"), audience.get("unit_kinds")
    return any((not codes or code in codes) and (not kinds or kind in kinds) for code, kind in held)


_course = Course.__table__.c
COURSE = select(_course.id, _course.code, _course.state, _course.current_id).where(
    _course.id == bindparam("course"), _course.current_id.is_not(None)
)


def course_of(course_id: int) -> Row:
    """A course: id, code, state, current_id. Raises NotFound when it does not exist or was never published."""
    row = db.session.execute(COURSE, {"course": course_id}).first()
    if row is None:
        raise NotFound
    return row


def open_courses() -> list[CachedVersion]:
    """Current versions of the courses one can be enrolled in, by code."""
    query = select(Course.current_id).where(Course.state == "open", Course.current_id.is_not(None)).order_by(Course.code)
    ids = list(db.session.scalars(query))
    known = versions(ids)
    return [known[i] for i in ids]


def rules_in_force(on: date) -> Sequence[EnrolmentRule]:
    """Enrolment rules that take officers in on that day, of open courses, oldest first."""
    query = (
        select(EnrolmentRule)
        .join(Course, Course.id == EnrolmentRule.course_id)
        .where(people.in_force(on, EnrolmentRule), Course.state == "open", Course.current_id.is_not(None))
        .order_by(EnrolmentRule.id)
    )
    return db.session.scalars(query).all()
