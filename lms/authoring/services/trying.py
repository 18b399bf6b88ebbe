"""Trying out a draft quiz as officers will meet it: answered and marked, and nothing of it becomes a result or evidence."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from lms import grading
from lms.authoring.models import QuizTry
from lms.authoring.services.checks import paper_of
from lms.db import db
from lms.errors import Conflict


def start_try(course_id: int, item: Mapping[str, Any], bank_id: int, by_id: int, at: datetime) -> int:
    """Begin anew with a fresh paper; the try's id. Questions that cannot be answered yet are left out. Raises Conflict for none at all."""
    seed = secrets.randbits(31)
    usable = [
        (question, points)
        for question, points in paper_of(item, bank_id, seed)
        if not grading.check(grading.spec_from_source(question.entry, question.key))
    ]
    if not usable:
        raise Conflict("Bài chưa có câu hỏi nào đủ nội dung để làm thử.")
    mine = (QuizTry.course_id == course_id, QuizTry.key == item["key"], QuizTry.by_id == by_id)
    db.session.execute(delete(QuizTry).where(*mine))
    paper = [{"id": q.id, "version": q.current_id or 0, "entry": q.entry, "points": str(points)} for q, points in usable]
    row = QuizTry(
        course_id=course_id, key=item["key"], by_id=by_id, at=at, seed=seed, entry=dict(item), paper=paper, given={}, flagged=[]
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def keep_answers(try_id: int, given: Mapping[int, Any], flag: int | None = None) -> None:
    """Keep what was answered on a page; `flag`: the question to mark, or to take the mark off."""
    row = db.session.get_one(QuizTry, try_id)
    row.given = row.given | {str(position): answer for position, answer in given.items()}
    if flag is not None:
        row.flagged = [place for place in row.flagged if place != flag] if flag in row.flagged else [*row.flagged, flag]
    db.session.flush()


def end_try(try_id: int, at: datetime) -> None:
    """Hand in; again changes nothing."""
    row = db.session.get_one(QuizTry, try_id)
    row.ended_at = row.ended_at or at
    db.session.flush()
