"""A draft quiz being tried out, read as the player reads an attempt."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from lms import grading, markup
from lms.authoring.models import QuizTry
from lms.db import db
from lms.errors import NotFound
from lms.questions.queries import CachedVersion
from lms.quizzes.queries import Item, Quiz, Sitting, read_quiz

RULES = {
    "attempts": 0,
    "minutes": 0,
    "pass_mark": 50,
    "method": "highest",
    "review": "after_submit",
    "shuffle": True,
    "points": "1",
}


@dataclass(frozen=True)
class Trying:
    """A try: where its quiz is, and the attempt it is read as."""

    course_id: int
    key: str
    sat: Sitting


def quiz_as(item: dict[str, Any]) -> Quiz:
    """The quiz of a draft as the player knows quizzes."""
    return read_quiz(SimpleNamespace(id=0, activity_id=0, bank_id=0, title=item["title"], settings=RULES | item))


def trying(try_id: int, by_id: int) -> Trying:
    """A try of that person. Raises NotFound for another's."""
    row = db.session.scalar(select(QuizTry).where(QuizTry.id == try_id, QuizTry.by_id == by_id))
    if row is None:
        raise NotFound
    quiz = quiz_as(row.entry)
    items = tuple(_item(row, place, asked) for place, asked in enumerate(row.paper, 1))
    deadline = row.at + timedelta(minutes=quiz.minutes) if quiz.minutes else None
    sat = Sitting(
        row.id, by_id, 0, 0, quiz, 1, row.seed, row.at, deadline, row.ended_at, "officer" if row.ended_at else None, items
    )  # fmt: skip
    return Trying(row.course_id, row.key, sat)


def _item(row: QuizTry, place: int, asked: dict[str, Any]) -> Item:
    return Item(
        question=_version(asked), seed=f"{row.seed}.{place}", given=row.given.get(str(place)), id=place, position=place,
        points=Decimal(asked["points"]), revision=0, flagged=place in row.flagged,
    )  # fmt: skip


def _version(asked: dict[str, Any]) -> CachedVersion:
    entry = asked["entry"]
    return CachedVersion(
        id=asked["version"], key=entry.get("key", ""), kind=entry["kind"], competence=entry.get("competence", ""),
        level=entry.get("level", 1), cognitive=entry.get("cognitive", ""), spec=grading.spec_from_source(entry, entry.get("key", "")),
        stem_html=markup.render(entry.get("stem") or "").html, explanation_html=markup.render(entry.get("explanation") or "").html,
        question_id=asked["id"],
    )  # fmt: skip


def newest_try(course_id: int, key: str, by_id: int) -> QuizTry | None:
    """That person's try of the quiz."""
    mine = (QuizTry.course_id == course_id, QuizTry.key == key, QuizTry.by_id == by_id)
    return db.session.scalar(select(QuizTry).where(*mine))
