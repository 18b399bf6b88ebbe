"""How often questions were asked and what was earned: in quizzes and in practice together, as both show how good a question is."""

from typing import Any

from sqlalchemy import CompoundSelect, Float, Subquery, cast, func, literal, select, union_all

from lms.db import MARK_SCALE
from lms.quizzes.models import AttemptItem, PracticeAnswer


def asked(version_ids: Any) -> Subquery:
    """SQL: each time one of these question versions (ids, or a select of them) was asked: question_version_id, share (raw, null until it is
    marked), practised (1 or 0)."""
    papers = select(AttemptItem.question_version_id, AttemptItem.share, literal(0).label("practised"))
    practised = select(PracticeAnswer.question_version_id, PracticeAnswer.share, literal(1))
    every: CompoundSelect[Any] = union_all(
        papers.where(AttemptItem.question_version_id.in_(version_ids)),
        practised.where(PracticeAnswer.question_version_id.in_(version_ids)),
    )
    return every.subquery("asked")


def figures(of: Subquery) -> tuple[Any, Any, Any]:
    """SQL: the figures of a group of what was asked: seen, share (0 to 1 of the answers marked), practised (how many of those seen)."""
    return (
        func.count(of.c.question_version_id).label("seen"),
        (func.avg(cast(of.c.share, Float)) / MARK_SCALE).label("share"),
        func.coalesce(func.sum(of.c.practised), 0).label("practised"),
    )
