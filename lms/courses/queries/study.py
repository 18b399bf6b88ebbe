"""What an officer may study, how far they are, and what they achieved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, select

from lms.courses.models import Activity, Course, CourseVersion, Enrolment, Progress, Result
from lms.courses.queries.versions import CachedVersion, version
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.people.queries import is_person


@dataclass(frozen=True)
class Study:
    """An activity as one officer has it before them: the cycle it counts for, and its entry in the outline of that cycle's version."""

    enrolment_id: int
    officer_id: int
    course_id: int
    course_code: str
    version_id: int
    activity_id: int
    kind: str
    due: date | None
    completed_at: datetime | None
    last_activity_id: int | None

    @property
    def version(self) -> CachedVersion:
        """The version of the course this cycle follows."""
        return version(self.version_id)

    @property
    def item(self) -> dict[str, Any]:
        """The activity's entry in the outline."""
        return self.version.by_id[self.activity_id]


# Built once, on the tables themselves: these run on every page of a lesson, and putting a statement together costs as much as running it.
_enrolment, _activity, _course, _progress = (model.__table__ for model in (Enrolment, Activity, Course, Progress))
STUDY = (
    select(
        _enrolment.c.id.label("enrolment_id"), _enrolment.c.officer_id, _enrolment.c.course_id,
        _course.c.code.label("course_code"), _enrolment.c.version_id,
        _activity.c.id.label("activity_id"), _activity.c.kind, _enrolment.c.due, _enrolment.c.completed_at,
        _enrolment.c.last_activity_id,
    )
    .select_from(_activity)
    .join(_course, _course.c.id == _activity.c.course_id)
    .join(_enrolment, _enrolment.c.course_id == _activity.c.course_id)
    .where(
        _activity.c.id == bindparam("activity"), is_person(_enrolment.c.officer_id, bindparam("officer")), _enrolment.c.withdrawn_at.is_(None)
    )
    .order_by(_enrolment.c.cycle.desc())
    .limit(1)
)  # fmt: skip
NEWEST = (
    select(_enrolment)
    .where(
        is_person(_enrolment.c.officer_id, bindparam("officer")), _enrolment.c.course_id == bindparam("course"),
        _enrolment.c.withdrawn_at.is_(None),
    )
    .order_by(_enrolment.c.cycle.desc())
    .limit(1)
)  # fmt: skip
PROGRESS = select(_progress.c.activity_id, _progress.c.place, _progress.c.done_at).where(
    _progress.c.enrolment_id == bindparam("enrolment")
)


def study(officer_id: int, activity_id: int) -> Study:
    """The officer's open or newest cycle in the activity's course. One query.

    Raises NotFound when the officer is not enrolled or the activity is not in that cycle's version; Conflict, with the words to show,
    while a course that must come first is not completed.
    """
    row = db.session.execute(STUDY, {"officer": officer_id, "activity": activity_id}).first()
    if row is None:
        raise NotFound
    found = Study(**row._mapping)
    if activity_id not in found.version.by_id:
        raise NotFound
    if found.completed_at is None and found.version.prerequisites:
        refuse_locked(officer_id, found.version)
    return found


def refuse_locked(officer_id: int, course: CachedVersion) -> None:
    """Raises Conflict, naming the courses, while some that must come first are not completed."""
    if missing := missing_prerequisites(officer_id, course):
        names = ", ".join(f"{row.code} {row.title}" for row in missing)
        raise Conflict(f"Khóa {course.code} mở sau khi hoàn thành: {names}. Những gì đã học vẫn còn nguyên.")


def missing_prerequisites(officer_id: int, course: CachedVersion) -> Sequence[Row]:
    """Courses (id, code, title) that must come first and that the officer has not completed in any cycle."""
    if not course.prerequisites:
        return []
    done = select(Enrolment.course_id).where(is_person(Enrolment.officer_id, officer_id), Enrolment.completed_at.is_not(None))
    query = (
        select(Course.id, Course.code, CourseVersion.title)
        .join(CourseVersion, CourseVersion.id == Course.current_id)
        .where(Course.code.in_(course.prerequisites), Course.id.not_in(done))
        .order_by(Course.code)
    )
    return db.session.execute(query).all()


def newest_enrolment(officer_id: int, course_id: int) -> Row | None:
    """The officer's newest cycle in a course, as a row of Enrolment; None when there is none that was not withdrawn."""
    return db.session.execute(NEWEST, {"officer": officer_id, "course": course_id}).first()


def progress(enrolment_id: int) -> dict[int, Row]:
    """Activity id -> (activity_id, place, done_at) for the activities of a cycle that were begun."""
    return {row.activity_id: row for row in db.session.execute(PROGRESS, {"enrolment": enrolment_id})}


def _results() -> Select:
    return select(Result.__table__, Enrolment.course_id, Enrolment.version_id).join(
        Enrolment, Enrolment.id == Result.enrolment_id
    )


def results_after(officer_id: int, n: int) -> Sequence[Row]:
    """The officer's results with a number above n, in the order of their numbers: Result's columns, course_id and version_id."""
    return db.session.execute(_results().where(Result.officer_id == officer_id, Result.n > n).order_by(Result.n)).all()


def results_of(officer_ids: Iterable[int]) -> Sequence[Row]:
    """All results of several officers, by officer and number; the same columns as results_after."""
    query = _results().where(Result.officer_id.in_(list(officer_ids))).order_by(Result.officer_id, Result.n)
    return db.session.execute(query).all()
