"""The moment a course is completed: decided in the transaction that earns it, once per cycle, and never taken back."""

from datetime import datetime

from sqlalchemy import select, update

from lms.clock import local
from lms.courses.models import Enrolment
from lms.courses.queries import CachedVersion
from lms.db import db
from lms.notices import services as notices
from lms.people import queries as people


def complete(enrolment_id: int, course: CachedVersion, earned_at: datetime, at: datetime) -> bool:
    """Note that a cycle is completed here, with the officer's main unit of that day, and tell the officer.

    False when the cycle was completed before: what was earned first stands.
    """
    officer_id = db.session.scalars(select(Enrolment.officer_id).where(Enrolment.id == enrolment_id)).one()
    unit = people.main_assignment(officer_id, local(earned_at).date())
    values = {"completed_at": earned_at, "completion_origin": "here", "completion_recorded_at": at}
    if unit is not None:
        values["unit_id"] = unit.unit_id
    first = db.session.execute(
        update(Enrolment)
        .where(Enrolment.id == enrolment_id, Enrolment.completed_at.is_(None))
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
    if not first.rowcount:  # type: ignore[attr-defined]
        return False
    notices.send_all([completion_message(officer_id, enrolment_id, course)], at)
    return True


def completion_message(officer_id: int, enrolment_id: int, course: CachedVersion) -> notices.Message:
    """What an officer is told on completing a course."""
    text = f"Anh/Chị đã hoàn thành khóa {course.code} {course.title}. Giấy chứng nhận đang chờ công nhận."
    return notices.Message(officer_id, "course.completed", f"enrolment:{enrolment_id}", text, f"/courses/{course.course_id}")
