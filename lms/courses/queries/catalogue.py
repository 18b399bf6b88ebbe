"""The catalogue: which courses there are, for whom, and how far an officer is in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, or_, select

from lms.courses.models import Course, CourseVersion, Enrolment, EnrolmentRule
from lms.courses.queries.versions import CachedVersion, in_order, versions
from lms.db import db
from lms.errors import NotFound
from lms.people import queries as people
from lms.people.models import Assignment, Position, Unit
from lms.people.queries import is_person
from lms.vietnamese import fold


@dataclass(frozen=True)
class Entry:
    """One row of the catalogue: the course as it is now, the officer's newest cycle in it (None = not enrolled), whether it is meant
    for the officer's position or unit."""

    course: CachedVersion
    enrolment: Row | None
    mine: bool


# Built once, on the tables themselves: putting a statement together costs as much as running it.
_course, _version, _enrolment = (model.__table__ for model in (Course, CourseVersion, Enrolment))
_newest = (
    select(func.max(_enrolment.c.id))
    .where(is_person(_enrolment.c.officer_id, bindparam("officer")), _enrolment.c.withdrawn_at.is_(None))
    .group_by(_enrolment.c.course_id)
    .correlate(None)
)
ENTRIES = (
    select(
        _course.c.current_id, _enrolment.c.id, _enrolment.c.done_count, _enrolment.c.need_count, _enrolment.c.due,
        _enrolment.c.completed_at, _enrolment.c.last_at,
    )
    .join(_version, _version.c.id == _course.c.current_id)
    .outerjoin(_enrolment, and_(_enrolment.c.course_id == _course.c.id, _enrolment.c.id.in_(_newest)))
    .where(or_(_course.c.state == "open", _enrolment.c.id.is_not(None)))
    .order_by(_course.c.code)
)  # fmt: skip
COURSE = select(_course.c.id, _course.c.code, _course.c.state, _course.c.current_id).where(
    _course.c.id == bindparam("course"), _course.c.current_id.is_not(None)
)
_held, _position, _unit = (model.__table__ for model in (Assignment, Position, Unit))
HELD = (
    select(_position.c.code, _unit.c.kind)
    .select_from(_held)
    .join(_position, _position.c.id == _held.c.position_id)
    .join(_unit, _unit.c.id == _held.c.unit_id)
    .where(
        _held.c.person_id == bindparam("officer"),
        _held.c.since <= bindparam("on"),
        or_(_held.c.until.is_(None), _held.c.until >= bindparam("on")),
    )
)


def catalogue(officer_id: int, on: date, search: str = "") -> list[Entry]:
    """Open courses with the officer's newest cycle in each, those for the officer's position and kind of unit first. Two queries.

    `search` ignores diacritics.
    """
    query = ENTRIES
    for word in fold(search).split():
        query = query.where(_version.c.fold.contains(word, autoescape=True))
    rows = db.session.execute(query, {"officer": officer_id}).all()
    known = versions([row.current_id for row in rows])
    held = positions_held(officer_id, on)
    return [
        Entry(known[row.current_id], row if row.id else None, meant_for(known[row.current_id].audience, held)) for row in rows
    ]


def positions_held(officer_id: int, on: date) -> list[tuple[str, str]]:
    """(position code, kind of unit) of the officer's assignments in force."""
    return [(row.code, row.kind) for row in db.session.execute(HELD, {"officer": officer_id, "on": on})]


def meant_for(audience: dict[str, Any], held: Sequence[tuple[str, str]]) -> bool:
    """Whether an audience names one of the assignments: one of them must match both position and kind of unit; empty = everybody's."""
    codes, kinds = audience.get("positions"), audience.get("unit_kinds")
    return any((not codes or code in codes) and (not kinds or kind in kinds) for code, kind in held)


def course_of(course_id: int) -> Row:
    """A course: id, code, state, current_id. Raises NotFound when it does not exist or was never published."""
    row = db.session.execute(COURSE, {"course": course_id}).first()
    if row is None:
        raise NotFound
    return row


def open_courses() -> list[CachedVersion]:
    """Current versions of the courses one can be enrolled in, by code."""
    query = select(Course.current_id).where(Course.state == "open", Course.current_id.is_not(None)).order_by(Course.code)
    return in_order(db.session.scalars(query))


def rules_in_force(on: date) -> Sequence[EnrolmentRule]:
    """Enrolment rules that take officers in on that day, of open courses, oldest first."""
    query = (
        select(EnrolmentRule)
        .join(Course, Course.id == EnrolmentRule.course_id)
        .where(people.in_force(on, EnrolmentRule), Course.state == "open", Course.current_id.is_not(None))
        .order_by(EnrolmentRule.id)
    )
    return db.session.scalars(query).all()
