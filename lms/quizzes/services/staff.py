"""Reported questions."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from lms.audit import services as audit
from lms.db import db
from lms.errors import Conflict
from lms.notices import services as notices
from lms.people.queries import Scope
from lms.quizzes import queries
from lms.quizzes.models import QuestionReport


def report_question(officer_id: int, attempt_id: int, position: int, text: str, at: datetime) -> None:
    """An officer says that a question of a closed attempt is faulty. Raises NotFound, Conflict when they already did or it still goes on."""
    row = queries.item(attempt_id, position, officer_id)
    if row.submitted_at is None and (row.deadline is None or row.deadline + queries.GRACE >= at):
        raise Conflict("Bài làm chưa nộp. Nộp bài rồi báo câu hỏi ở trang kết quả.")
    _report(QuestionReport(item_id=row.id, officer_id=officer_id, text=text, at=at))


def report_practised(officer_id: int, practice_id: int, place: int, text: str, at: datetime) -> None:
    """An officer says that a question they practised is faulty. Raises NotFound, Conflict when they already did or have not answered it."""
    one = queries.practice_set(practice_id, officer_id).at_place(place)
    if not one.done:
        raise Conflict("Câu này chưa trả lời. Trả lời, xem đáp án rồi hãy báo câu hỏi.")
    _report(QuestionReport(practice_answer_id=one.answer_id, officer_id=officer_id, text=text, at=at))


def _report(row: QuestionReport) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(row)
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
