"""Attempts as the clock sees them: a paper with its answers, what it earns, what the officer may still do and see.

An attempt is open until its deadline. For GRACE after it, answers that were given in time and waited for the line are still taken;
then it is closed for every reader, whether or not the closing was stored yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any, Self

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, or_, select

from lms import grading
from lms.courses import queries as courses
from lms.courses.models import Enrolment
from lms.db import Instant, db
from lms.errors import NotFound
from lms.grading import Grade
from lms.people.queries import is_person
from lms.questions.queries import CachedVersion, versions
from lms.quizzes.models import Attempt, AttemptItem, QuestionReport
from lms.quizzes.queries.settings import Quiz, quiz
from lms.vietnamese import read_number

GRACE = timedelta(minutes=10)


@dataclass(frozen=True)
class Asked:
    """A question put to an officer, with the newest answer. `seed` fixes the order of its options."""

    question: CachedVersion
    seed: str
    given: dict[str, Any] | None

    @cached_property
    def answered(self) -> bool:
        """Whether the question has an answer."""
        return grading.answered(self.question.spec, self.given)

    @cached_property
    def shown(self) -> dict[str, Any]:
        """What may be shown of the question before the attempt is closed (grading.present): never the key."""
        return grading.present(self.question.spec, self.seed)

    @property
    def untouched(self) -> dict[str, Any] | None:
        """What the question's form holds before anybody has touched it: an order that was only shown is no answer."""
        return {"order": [row["key"] for row in self.shown["items"]]} if self.question.kind == "ordering" else None

    def with_given(self, given: dict[str, Any] | None) -> Self:
        """The question with another answer, for showing it again as it was typed."""
        return replace(self, given=given)

    @cached_property
    def grade(self) -> Grade:
        """The mark of the newest answer."""
        return grading.grade(self.question.spec, self.given)

    @cached_property
    def own(self) -> str:
        """The newest answer in words."""
        return grading.describe(self.question.spec, self.given)

    @property
    def read_as(self) -> Decimal | None:
        """How a typed number was read; None when it could not be, or the question asks for no number."""
        return number_read(self.question, self.given)

    @cached_property
    def key(self) -> str:
        """The right answer in words: only for a review that is open."""
        return grading.describe(self.question.spec, grading.solution(self.question.spec))

    @property
    def feedback(self) -> list[str]:
        """What the author says to those who answered so: only for a review that is open."""
        return grading.feedback(self.question.spec, self.given)


@dataclass(frozen=True)
class Item(Asked):
    """One question of a paper. `revision` 0: no answer yet."""

    id: int
    position: int
    points: Decimal
    revision: int
    flagged: bool


@dataclass(frozen=True)
class Sitting:
    """One attempt with its paper."""

    id: int
    officer_id: int
    enrolment_id: int
    activity_id: int
    quiz: Quiz
    number: int
    seed: int
    started_at: datetime
    deadline: datetime | None
    submitted_at: datetime | None
    closed_by: str | None
    items: tuple[Item, ...]

    def state(self, at: datetime) -> str:
        """ "open": goes on; "late": time is up, answers given in time are still taken; "closed": nothing changes any more."""
        if self.submitted_at is not None or (self.deadline is not None and at > self.deadline + GRACE):
            return "closed"
        return "late" if self.deadline is not None and at > self.deadline else "open"

    @property
    def ended_at(self) -> datetime | None:
        """When it was handed in; the deadline for one that the clock closed."""
        return self.submitted_at or self.deadline

    @property
    def unanswered(self) -> list[Item]:
        """Questions without an answer."""
        return [i for i in self.items if not i.answered]

    @property
    def flagged(self) -> list[Item]:
        """Questions marked to be looked at again."""
        return [i for i in self.items if i.flagged]

    def at_position(self, position: int) -> Item:
        """The question at a place of the paper, from 1. Raises NotFound."""
        if not 1 <= position <= len(self.items):
            raise NotFound
        return self.items[position - 1]

    @cached_property
    def pages(self) -> tuple[tuple[Item, ...], ...]:
        """The paper as the player shows it: the questions of each page."""
        starts = self.quiz.page_starts([item.question.key for item in self.items])
        return tuple(self.items[start:end] for start, end in pairwise([*starts, len(self.items)]))

    def page_of(self, position: int) -> tuple[Item, ...]:
        """The page on which a question stands. Raises NotFound."""
        item = self.at_position(position)
        return next(page for page in self.pages if page[0].position <= item.position <= page[-1].position)


@dataclass(frozen=True)
class Outcome:
    """What an attempt earned."""

    points: Decimal
    max_points: Decimal
    percent: Decimal
    passed: bool


@dataclass(frozen=True)
class Try:
    """A closed attempt in the list of an officer's attempts."""

    id: int
    number: int
    ended_at: datetime
    percent: Decimal
    passed: bool


def number_read(question: CachedVersion, given: dict[str, Any] | None) -> Decimal | None:
    """The number typed as the answer to a numerical question, with or without its unit; None when it cannot be read."""
    if question.kind != "numerical" or not given:
        return None
    return read_number(given.get("text", ""), question.spec.get("unit", ""))


# The clock in the query, and the paper of an attempt: built once, as every page of the player asks them.
_attempt, _item = Attempt.__table__.c, AttemptItem.__table__.c


def _takes_answers(since: Any) -> ColumnElement[bool]:
    """SQL: not handed in, and its deadline not before `since`."""
    return and_(_attempt.submitted_at.is_(None), or_(_attempt.deadline.is_(None), _attempt.deadline >= since))


TAKES_ANSWERS = _takes_answers(bindparam("taken_from", type_=Instant))
SITTING = (
    select(
        _attempt.id, _attempt.officer_id, _attempt.enrolment_id, _attempt.activity_id, _attempt.quiz_version_id, _attempt.number,
        _attempt.seed, _attempt.started_at, _attempt.deadline, _attempt.submitted_at, _attempt.closed_by, _item.id.label("item_id"),
        _item.position, _item.question_version_id, _item.points, _item.revision, _item.given, _item.flagged,
    )
    .join_from(Attempt.__table__, AttemptItem.__table__, _item.attempt_id == _attempt.id)
    .where(_attempt.id == bindparam("attempt"), is_person(_attempt.officer_id, bindparam("officer")))
    .order_by(_item.position)
)  # fmt: skip


def open_for_answers(at: datetime) -> ColumnElement[bool]:
    """SQL: answers to the attempt are still taken at that moment."""
    return _takes_answers(at - GRACE)


def expired(at: datetime) -> ColumnElement[bool]:
    """SQL: the clock has closed the attempt, and its closing is not stored yet."""
    return and_(Attempt.submitted_at.is_(None), Attempt.deadline < at - GRACE)


def _build(rows: Sequence[Row]) -> Sitting:
    first = rows[0]
    known = versions(row.question_version_id for row in rows)
    items = tuple(
        Item(
            known[row.question_version_id], f"{row.seed}.{row.position}", row.given, row.item_id, row.position, row.points,
            row.revision, row.flagged,
        )
        for row in rows
    )  # fmt: skip
    return Sitting(
        first.id, first.officer_id, first.enrolment_id, first.activity_id, quiz(first.quiz_version_id), first.number, first.seed,
        first.started_at, first.deadline, first.submitted_at, first.closed_by, items,
    )  # fmt: skip


def sitting(attempt_id: int, officer_id: int) -> Sitting:
    """One attempt of that officer with its paper. One query once the questions are in the process. Raises NotFound for another's."""
    rows = db.session.execute(SITTING, {"attempt": attempt_id, "officer": officer_id}).all()
    if not rows:
        raise NotFound
    return _build(rows)


def outcome(sat: Sitting) -> Outcome:
    """What the answers of an attempt earn by its own version of the quiz. Computed, so that a closing not yet stored reads the same."""
    result = grading.total([(item.points, item.grade.share) for item in sat.items])
    return Outcome(result.points, result.max_points, result.percent, grading.passed(result.percent, sat.quiz.pass_mark))


def tries(enrolment_id: int, activity_id: int, at: datetime) -> tuple[list[Try], int | None]:
    """The cycle's closed attempts at a quiz in their order, and the id of the one that still goes on, if any.

    One query; one more for each attempt that the clock has closed and nobody stored yet.
    """
    query = (
        select(Attempt.id, Attempt.officer_id, Attempt.number, Attempt.submitted_at, Attempt.percent, Attempt.passed)
        .add_columns(open_for_answers(at).label("is_open"))
        .where(Attempt.enrolment_id == enrolment_id, Attempt.activity_id == activity_id)
        .order_by(Attempt.number)
    )
    closed: list[Try] = []
    going: int | None = None
    for row in db.session.execute(query):
        if row.is_open:
            going = row.id
        elif row.submitted_at is not None:
            closed.append(Try(row.id, row.number, row.submitted_at, row.percent, row.passed))
        else:
            sat = sitting(row.id, row.officer_id)
            earned = outcome(sat)
            closed.append(Try(row.id, row.number, sat.deadline or sat.started_at, earned.percent, earned.passed))
    return closed, going


def attempts_left(limit: int, made: int) -> int | None:
    """How many attempts an officer still has; None where there is no limit."""
    return max(limit - made, 0) if limit else None


def counted_percent(done: Iterable[Try], method: str) -> Decimal | None:
    """The percentage that counts for the course, by the quiz's method; None before the first closed attempt."""
    return grading.pick([one.percent for one in done], method)


def review_open(review: str, left: int | None) -> bool:
    """Whether keys, marks and explanations of a closed attempt may be shown, with so many attempts left."""
    return review == "after_submit" or (review == "after_last" and left == 0)


def course_of(enrolment_id: int) -> courses.CachedVersion:
    """The version of the course that a cycle follows."""
    version_id = db.session.scalar(select(Enrolment.version_id).where(Enrolment.id == enrolment_id))
    if version_id is None:
        raise NotFound
    return courses.version(version_id)


def reported(attempt_id: int) -> dict[int, Row]:
    """Position -> the officer's report (text, reply) on that question of an attempt."""
    query = (
        select(AttemptItem.position, QuestionReport.text, QuestionReport.reply)
        .join(AttemptItem, AttemptItem.id == QuestionReport.item_id)
        .where(AttemptItem.attempt_id == attempt_id)
    )
    return {row.position: row for row in db.session.execute(query)}


def item(attempt_id: int, position: int, officer_id: int) -> Row:
    """One question of that officer's attempt: id, question_version_id, closed parts of the attempt. Raises NotFound."""
    query = (
        select(AttemptItem.id, AttemptItem.question_version_id, Attempt.submitted_at, Attempt.deadline)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.id == attempt_id, is_person(Attempt.officer_id, officer_id), AttemptItem.position == position)
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    return row


def seen_versions(officer_id: int, activity_id: int) -> list[int]:
    """Question versions of the officer's earlier papers of a quiz, in all cycles, the longest ago first."""
    query = (
        select(AttemptItem.question_version_id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(is_person(Attempt.officer_id, officer_id), Attempt.activity_id == activity_id)
        .group_by(AttemptItem.question_version_id)
        .order_by(func.max(Attempt.id), AttemptItem.question_version_id)
    )
    return list(db.session.scalars(query))
