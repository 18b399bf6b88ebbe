"""Reported questions and extra time."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from lms.audit import services as audit
from lms.courses.models import Activity
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.notices import services as notices
from lms.people.queries import Scope
from lms.quizzes import queries
from lms.quizzes.models import Attempt, QuestionReport, TimeAllowance


def report_question(officer_id: int, attempt_id: int, position: int, text: str, at: datetime) -> None:
    """An officer says that a question of a closed attempt is faulty. Raises NotFound, Conflict when they already did or it still goes on."""
    row = queries.item(attempt_id, position, officer_id)
    if row.submitted_at is None and (row.deadline is None or row.deadline + queries.GRACE >= at):
        raise Conflict("Bài làm chưa nộp. Nộp bài rồi báo câu hỏi ở trang kết quả.")
    try:
        with db.session.begin_nested():
            db.session.add(QuestionReport(item_id=row.id, officer_id=officer_id, text=text, at=at))
    except IntegrityError:
        raise Conflict("Anh/Chị đã báo câu hỏi này. Nội dung đã gửi vẫn còn; trả lời sẽ đến ở mục Thông báo.") from None


def reply(report_id: int, scope: Scope, text: str, by_id: int, at: datetime, href: str) -> None:
    """Answer a reported question of a course in scope, and tell the officer. Raises NotFound, Conflict when it was answered meanwhile."""
    row = queries.report(report_id, scope)
    change = update(QuestionReport).where(QuestionReport.id == report_id, QuestionReport.replied_at.is_(None))
    values = change.values(reply=text, replied_by=by_id, replied_at=at).execution_options(synchronize_session=False)
    if db.session.execute(values).rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict("Câu hỏi này vừa được người khác trả lời. Chưa ghi gì thêm; hãy mở lại danh sách để xem.")
    told = f"Câu {row.position} Anh/Chị báo lỗi (khóa {row.course_code}) đã được trả lời: {text}"
    notices.send(row.officer_id, "question_reply", f"question_report:{report_id}", told, href, at)
    audit.record(by_id, "quizzes.reply", "question_report", report_id, at)


def allow_time(
    person_id: int, activity_id: int | None, percent: int, reason: str, scope: Scope, by_id: int, at: datetime
) -> TimeAllowance:
    """Give a person extra time in one quiz of a course in scope, or in every quiz (only with a scope of everything).

    Attempts that go on are lengthened too. Raises NotFound outside the scope.
    """
    if activity_id is None and not scope.everywhere:
        raise NotFound
    if activity_id is not None and activity_id not in {row.activity_id for row in queries.quizzes_in(scope)}:
        raise NotFound
    row = TimeAllowance(person_id=person_id, activity_id=activity_id, percent=percent, reason=reason, by_id=by_id, at=at)
    db.session.add(row)
    db.session.flush()
    _lengthen(person_id, activity_id, at)
    audit.record(by_id, "quizzes.allow_time", "person", person_id, at, activity_id=activity_id, percent=percent, reason=reason)
    return row


def _lengthen(person_id: int, activity_id: int | None, at: datetime) -> None:
    """New deadlines for the attempts that go on; never an earlier one."""
    going = select(Attempt).where(Attempt.officer_id == person_id, queries.open_for_answers(at), Attempt.deadline.is_not(None))
    if activity_id is not None:
        going = going.where(Attempt.activity_id == activity_id)
    for attempt in db.session.scalars(going):
        minutes = (
            queries.quiz(attempt.quiz_version_id).minutes * (100 + queries.extra_percent(person_id, attempt.activity_id)) / 100
        )
        if attempt.deadline is not None:
            attempt.deadline = max(attempt.deadline, attempt.started_at + timedelta(minutes=minutes))
    db.session.flush()


def end_time(allowance_id: int, reason: str, scope: Scope, by_id: int, at: datetime) -> None:
    """End an allowance; attempts already begun keep the time they were given. Raises NotFound outside the scope, or when it has ended."""
    row = db.session.get(TimeAllowance, allowance_id)
    if row is None or row.ended_at is not None or not _holds(scope, row.activity_id):
        raise NotFound
    row.ended_at = at
    db.session.flush()
    audit.record(by_id, "quizzes.end_time", "person", row.person_id, at, allowance_id=allowance_id, reason=reason)


def _holds(scope: Scope, activity_id: int | None) -> bool:
    if scope.everywhere or activity_id is None:
        return scope.everywhere
    course_id = db.session.scalar(select(Activity.course_id).where(Activity.id == activity_id))
    return course_id in scope.course_ids
