"""Giving persons and units more time, more attempts or a later last day, with a reason; ending it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from lms.audit import services as audit
from lms.clock import local
from lms.courses.models import Activity
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.people.queries import Scope
from lms.quizzes import queries
from lms.quizzes.models import Allowance, Attempt


@dataclass(frozen=True)
class Given:
    """What is given: to one person or to a unit with all below it, in one quiz or (activity_id None) in every quiz."""

    reason: str
    person_id: int | None = None
    unit_id: int | None = None
    activity_id: int | None = None
    percent: int = 0
    attempts: int = 0
    closes: date | None = None


def allow(given: Given, scope: Scope, by_id: int, at: datetime) -> Allowance:
    """Give it, within a course in scope; in every quiz only with a scope of everything. Attempts that go on are lengthened too.

    Raises NotFound outside the scope, Conflict when nothing is given, or not to exactly one.
    """
    if given.activity_id is None and not scope.everywhere:
        raise NotFound
    if given.activity_id is not None and given.activity_id not in {row.activity_id for row in queries.quizzes_in(scope)}:
        raise NotFound
    if (given.person_id is None) == (given.unit_id is None):
        raise Conflict("Chọn một người, hoặc một đơn vị.")
    if not (given.percent or given.attempts or given.closes):
        raise Conflict("Chưa ghi cho thêm gì: thời gian, lượt làm hay ngày.")
    row = Allowance(**vars(given), by_id=by_id, at=at)
    db.session.add(row)
    db.session.flush()
    if given.percent:
        _lengthen(row, at)
    kind, about = ("person", given.person_id) if given.person_id is not None else ("unit", given.unit_id)
    details = {"activity_id": given.activity_id, "percent": given.percent, "attempts": given.attempts, "reason": given.reason}
    closes = {"closes": given.closes.isoformat()} if given.closes else {}
    audit.record(by_id, "quizzes.allow", kind, about, at, **details, **closes)
    return row


def _lengthen(row: Allowance, at: datetime) -> None:
    """New deadlines for the attempts that go on; never an earlier one."""
    today = local(at).date()
    going = select(Attempt).where(queries.open_for_answers(at), Attempt.deadline.is_not(None))
    going = going.where(Attempt.officer_id.in_(queries.reached(row, today)))
    if row.activity_id is not None:
        going = going.where(Attempt.activity_id == row.activity_id)
    for attempt in db.session.scalars(going):
        held = queries.terms(attempt.officer_id, attempt.activity_id, today)
        minutes = held.minutes_of(queries.quiz(attempt.quiz_version_id))
        if attempt.deadline is not None:
            attempt.deadline = max(attempt.deadline, attempt.started_at + timedelta(minutes=minutes))
    db.session.flush()


def end_allowance(allowance_id: int, reason: str, scope: Scope, by_id: int, at: datetime) -> None:
    """End an allowance; attempts already begun keep the time they were given. Raises NotFound outside the scope, or when it has ended."""
    row = db.session.get(Allowance, allowance_id)
    if row is None or row.ended_at is not None or not _holds(scope, row.activity_id):
        raise NotFound
    row.ended_at, row.ended_by, row.end_reason = at, by_id, reason
    db.session.flush()
    kind, about = ("person", row.person_id) if row.person_id is not None else ("unit", row.unit_id)
    audit.record(by_id, "quizzes.end_allowance", kind, about, at, allowance_id=allowance_id, reason=reason)


def _holds(scope: Scope, activity_id: int | None) -> bool:
    if scope.everywhere or activity_id is None:
        return scope.everywhere
    course_id = db.session.scalar(select(Activity.course_id).where(Activity.id == activity_id))
    return course_id in scope.course_ids
