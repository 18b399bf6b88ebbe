"""What stands on the first page."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, func, select

from lms.certificates.models import Certificate
from lms.courses.models import Course, CourseVersion, Enrolment
from lms.courses.queries import progress, version
from lms.db import db
from lms.people.models import Person
from lms.people.queries import is_person

NEWEST = 12


def my_courses(officer_id: int) -> Sequence[Row]:
    """The officer's cycles, unfinished and nearest due first: course, progress, where to go on, certificate number. One query."""
    query = (
        select(
            Enrolment.id, Enrolment.course_id, Course.code, CourseVersion.title, CourseVersion.periods, Enrolment.due, Enrolment.done_count,
            Enrolment.need_count, Enrolment.completed_at, Enrolment.last_at, Enrolment.origin, Enrolment.version_id,
            Enrolment.last_activity_id, Certificate.number.label("certificate"),
        )
        .join(Course, Course.id == Enrolment.course_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .outerjoin(Certificate, (Certificate.enrolment_id == Enrolment.id) & Certificate.revoked_at.is_(None))
        .where(is_person(Enrolment.officer_id, officer_id), Enrolment.withdrawn_at.is_(None))
        .order_by(Enrolment.completed_at.is_not(None), Enrolment.due.asc().nulls_last(), Enrolment.id.desc())
        .limit(NEWEST)
    )  # fmt: skip
    return db.session.execute(query).all()


def names(person_ids: Iterable[int | None]) -> dict[int, str]:
    """Full names by person."""
    query = select(Person.id, Person.full_name).where(Person.id.in_([i for i in person_ids if i]))
    return dict(db.session.execute(query).all())  # type: ignore[arg-type]


def next_step(cycle: Row) -> dict[str, Any] | None:
    """The entry of the outline where an officer goes on in a cycle; None when all that the rule asks for is done."""
    done = [activity_id for activity_id, part in progress(cycle.id).items() if part.done_at]
    return version(cycle.version_id).next_after(done, cycle.last_activity_id)


def pending_certificates() -> int:
    """Completions that wait for recognition."""
    query = (
        select(func.count())
        .select_from(Enrolment)
        .outerjoin(Certificate, Certificate.enrolment_id == Enrolment.id)
        .where(Enrolment.completed_at.is_not(None), Certificate.id.is_(None))
    )
    return db.session.scalar(query) or 0
