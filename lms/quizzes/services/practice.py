"""Practising: a few questions chosen for an officer, each answered once and graded at once."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, or_, select, update

from lms import clock, grading
from lms.courses import services as courses
from lms.db import db, insert_into
from lms.errors import Conflict, NotFound
from lms.grading import Grade
from lms.questions.queries import versions
from lms.quizzes import queries
from lms.quizzes.models import Practice, PracticeAnswer
from lms.quizzes.queries import PracticeSet
from lms.quizzes.services.answers import clean_given

EMPTY = "Chưa có câu hỏi phù hợp để luyện thêm. Anh/Chị học tiếp khóa học, rồi quay lại sau."
HELD_UP = "Anh/Chị đang làm dở một bài kiểm tra có câu trùng với lượt luyện này. Nộp bài kiểm tra xong rồi luyện tiếp."


def begin(
    officer_id: int, version_ids: Sequence[int], kind: str, competence: str, at: datetime, week: str | None = None
) -> Practice:
    """Begin a practice of these question versions. `kind`: practice, or weekly, of which each ISO week (`week`, the running one) has one.

    An unfinished one of the same day, kind and competence is gone on with, and so is that of the week: pressing twice begins once.
    Raises Conflict when there is none and no question to begin one with, NotFound for a question that does not exist.
    """
    day = clock.local(at).date()
    week = (week or queries.week_of(day)) if kind == "weekly" else None
    if not version_ids:
        return _gone_on_with(officer_id, kind, competence, day, week)
    if set(version_ids) - versions(version_ids).keys():
        raise NotFound
    values = {
        "officer_id": officer_id, "kind": kind, "competence": competence, "picks": list(version_ids), "seed": secrets.randbits(31),
        "week": week, "day": day, "made_at": at,
    }  # fmt: skip
    made = db.session.scalar(insert_into(Practice).values(**values).on_conflict_do_nothing().returning(Practice.id))
    return db.session.get_one(Practice, made) if made else _gone_on_with(officer_id, kind, competence, day, week)


def _gone_on_with(officer_id: int, kind: str, competence: str, day: date, week: str | None) -> Practice:
    """The one that is there: that of the week, done or not, or the day's unfinished one."""
    still = (Practice.kind == kind) & (Practice.competence == competence) & (Practice.day == day) & Practice.ended_at.is_(None)
    there = still if week is None else or_(still, Practice.week == week)
    mine = select(Practice).where(Practice.officer_id == officer_id, there).order_by(Practice.id.desc()).limit(1)
    found = db.session.scalar(mine)
    if found is None:
        raise Conflict(EMPTY)
    return found


def answer(officer_id: int, practice_id: int, place: int, given: object, at: datetime) -> Grade:
    """Append and grade the officer's answer under the next number of their record; the first answer stands, and its grade is returned.

    `given`: any JSON, brought into shape; nothing is an answer too ("not sure"). Raises NotFound for another's practice, Conflict while an
    open paper of a quiz shares a question with it.
    """
    found = queries.practice_set(practice_id, officer_id)
    one = found.at_place(place)
    if queries.held_up_by(found, officer_id, at) is not None:
        raise Conflict(HELD_UP)
    if one.done:
        return one.grade
    given = clean_given(one.question.kind, given)
    grade = grading.grade(one.question.spec, given)
    values = {
        "practice_id": practice_id, "place": place, "officer_id": officer_id, "n": courses.next_number(officer_id),
        "question_version_id": one.question.id, "given": given, "share": grade.share, "at": at,
    }  # fmt: skip
    once = insert_into(PracticeAnswer).values(**values).on_conflict_do_nothing(index_elements=["practice_id", "place"])
    if db.session.scalar(once.returning(PracticeAnswer.id)) is None:  # another press of the same moment was first
        courses.give_back_number(officer_id)
        return queries.practice_set(practice_id, officer_id).at_place(place).grade
    _end_when_done(found, at)
    return grade


def _end_when_done(found: PracticeSet, at: datetime) -> None:
    """The officer's number is held until commit, so of two last answers the second one counts the first."""
    count = select(func.count()).where(PracticeAnswer.practice_id == found.id).scalar_subquery()
    ended = update(Practice).where(Practice.id == found.id, Practice.ended_at.is_(None), count >= len(found.places))
    db.session.execute(ended.values(ended_at=at).execution_options(synchronize_session="fetch"))
