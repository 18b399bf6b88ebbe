"""Closing an attempt: graded as it stands, told to the course in the same transaction."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update

from lms import grading
from lms.courses import services as courses
from lms.db import db
from lms.errors import Conflict
from lms.questions.queries import CachedVersion as Question
from lms.quizzes import queries
from lms.quizzes.models import Attempt, AttemptItem
from lms.quizzes.queries import Item, Outcome, Sitting

NOT_YET = "Chưa đến hạn nộp theo đồng hồ của hệ thống. Bài làm vẫn mở; hãy làm tiếp."


def submit(officer_id: int, attempt_id: int, at: datetime, by_timer: bool = False) -> None:
    """Hand in an attempt; a second time changes nothing. `by_timer`: the page says that time is up, which the server's clock must confirm.

    Raises NotFound for another's attempt, Conflict when the timer of the page ran ahead.
    """
    sat = queries.sitting(attempt_id, officer_id)
    if by_timer and sat.state(at) == "open":
        raise Conflict(NOT_YET)
    if sat.submitted_at is None:
        if sat.state(at) == "open":
            _close(sat, at, "officer", at)
        else:
            _close(sat, sat.ended_at or at, "clock", at)


def close_expired(at: datetime, limit: int = 200) -> int:
    """Store the closing of attempts that the clock has closed, oldest first; how many. For the calendar, `limit` a transaction."""
    query = select(Attempt.id, Attempt.officer_id, Attempt.deadline).where(queries.expired(at)).order_by(Attempt.deadline)
    due = db.session.execute(query.limit(limit)).all()
    for row in sorted(due, key=lambda row: (row.officer_id, row.id)):  # officers' counters are taken in one order by everybody
        _close(queries.sitting(row.id, row.officer_id), row.deadline, "clock", at)
    return len(due)


def close_expired_of(enrolment_id: int, activity_id: int, at: datetime) -> None:
    """The same for one officer's quiz, before a new attempt begins."""
    query = select(Attempt.id, Attempt.officer_id, Attempt.deadline).where(queries.expired(at))
    for row in db.session.execute(query.where(Attempt.enrolment_id == enrolment_id, Attempt.activity_id == activity_id)).all():
        _close(queries.sitting(row.id, row.officer_id), row.deadline, "clock", at)


def _close(sat: Sitting, ended_at: datetime, closed_by: str, at: datetime) -> None:
    """Take the attempt's row first: saves under way end before it, later ones find it closed. Then read the answers and grade them."""
    taken = (
        update(Attempt)
        .where(Attempt.id == sat.id, Attempt.submitted_at.is_(None))
        .values(submitted_at=ended_at, closed_by=closed_by)
        .execution_options(synchronize_session=False)
    )
    if db.session.execute(taken).rowcount == 0:  # type: ignore[attr-defined]
        return  # somebody else closed it meanwhile
    sat = queries.sitting(sat.id, sat.officer_id)
    earned = queries.outcome(sat)
    db.session.execute(update(AttemptItem), [{"id": item.id, "share": item.grade.share} for item in sat.items])
    marks = {"points": earned.points, "max_points": earned.max_points, "percent": earned.percent, "passed": earned.passed}
    db.session.execute(update(Attempt).where(Attempt.id == sat.id).values(**marks).execution_options(synchronize_session=False))
    _tell_course(sat, earned, ended_at, at)


def _tell_course(sat: Sitting, earned: Outcome, ended_at: datetime, at: datetime) -> None:
    """The course hears what the quiz now stands at by its method; shares and "passed" in the detail are of this attempt alone."""
    done, _ = queries.tries(sat.enrolment_id, sat.activity_id, at)
    counted = queries.counted_percent(done, sat.quiz.method)
    percent = earned.percent if counted is None else counted
    courses.record_result(
        sat.enrolment_id, sat.activity_id, "attempt", sat.id, percent, grading.passed(percent, sat.quiz.pass_mark),
        {"shares": shares(sat), "passed": earned.passed}, occurred_at=ended_at, at=at,
    )  # fmt: skip


def shares(sat: Sitting) -> dict[str, dict[str, Any]]:
    """What each competence earned: {code: {"level", "points", "max", "apply", "answers"}}, points as text.

    `apply` is the part of the points on questions of cognitive level "apply". Questions of one competence on several levels speak for
    the lowest of these.
    """
    by_competence: dict[str, list[Item]] = defaultdict(list)
    for item in sat.items:
        by_competence[item.question.competence].append(item)
    return {code: _share(items) for code, items in sorted(by_competence.items())}


def _share(items: list[Item]) -> dict[str, Any]:
    result = grading.total([(item.points, item.grade.share) for item in items])
    applying = sum((item.points for item in items if item.question.cognitive == "apply"), Decimal(0))
    return {
        "level": min(item.question.level for item in items),
        "points": _text(result.points),
        "max": _text(result.max_points),
        "apply": _text(applying / result.max_points if result.max_points else Decimal(0)),
        "answers": [answer_row(item.question, item.grade.share) for item in items],
    }


def answer_row(question: Question, share: Decimal) -> list[Any]:
    """One answer as competence reads it: [question id, level, share 0..1, guess rate]."""
    return [question.question_id, question.level, round(float(share), 6), grading.guess_rate(question.spec)]


def _text(value: Decimal) -> str:
    """The number at the seven decimals that are stored, without idle zeros."""
    return f"{grading.round_mark(value, 7).normalize():f}"
