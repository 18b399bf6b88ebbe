"""Cycles: begin one, by whatever way; move the due day; leave."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from lms.clock import local
from lms.courses.models import Course, Enrolment
from lms.courses.queries import refuse_locked, version
from lms.db import db, insert_into
from lms.errors import Conflict, NotFound
from lms.people import queries as people


def enrol(
    officer_id: int,
    course_id: int,
    origin: str,
    at: datetime,
    by_id: int | None = None,
    due: date | None = None,
    again: bool = False,
) -> Enrolment:
    """The officer's cycle in a course: the open one when there is one, the completed one unless `again`, otherwise a new one.

    `origin`: self, rule, onboarding, admin, nominated. Raises NotFound, and Conflict when the course is closed.
    """
    newest = db.session.scalar(
        select(Enrolment)
        .where(people.is_person(Enrolment.officer_id, officer_id), Enrolment.course_id == course_id)
        .order_by(Enrolment.cycle.desc())
        .limit(1)
    )
    if newest is not None and newest.withdrawn_at is None and not (newest.completed_at and again):
        return newest
    course = _open_course(course_id)
    main = people.main_assignment(officer_id, local(at).date())
    values: dict[str, Any] = {
        "officer_id": officer_id, "course_id": course_id, "cycle": newest.cycle + 1 if newest else 1, "version_id": course.current_id,
        "origin": origin, "by_id": by_id, "unit_id": main.unit_id if main else None, "enrolled_at": at, "due": due,
        "need_count": version(course.current_id).standing(()).need,
    }  # fmt: skip
    cycle = ["officer_id", "course_id", "cycle"]
    db.session.execute(insert_into(Enrolment).values(**values).on_conflict_do_nothing(index_elements=cycle))
    return db.session.scalars(select(Enrolment).filter_by(**{name: values[name] for name in cycle})).one()


def enrol_self(officer_id: int, course_id: int, at: datetime) -> Enrolment:
    """An officer takes a course of their own will. Raises Conflict while a course that must come first is not completed."""
    course = _open_course(course_id)
    refuse_locked(officer_id, version(course.current_id))
    return enrol(officer_id, course_id, "self", at, by_id=officer_id)


def _open_course(course_id: int) -> Any:
    # Held until commit: a version published at this moment waits, and then moves this cycle too.
    query = select(Course.current_id, Course.state, Course.code).where(Course.id == course_id)
    course = db.session.execute(query.with_for_update(read=True)).first()
    if course is None or course.current_id is None:
        raise NotFound
    if course.state != "open":
        raise Conflict(f"Khóa {course.code} đã đóng, không ghi danh thêm. Kết quả đã có vẫn còn nguyên.")
    return course


def extend(enrolment_id: int, due: date) -> None:
    """Move the due day of a cycle. Raises Conflict when it is completed already."""
    change = update(Enrolment).where(Enrolment.id == enrolment_id, Enrolment.completed_at.is_(None)).values(due=due)
    if not db.session.execute(change).rowcount:  # type: ignore[attr-defined]
        raise Conflict("Học viên đã hoàn thành khóa học nên không cần gia hạn nữa.")
