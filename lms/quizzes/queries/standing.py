"""What officers earned in a quiz, for its trainers: each one's best attempt, and how many reached which grade."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Row, Select, func, select

from lms.courses import queries as courses
from lms.courses.models import Activity, Course, Enrolment
from lms.db import db
from lms.errors import NotFound
from lms.people import queries as people
from lms.people.models import Person
from lms.people.queries import Scope
from lms.quizzes.models import Attempt, QuizVersion
from lms.quizzes.queries.settings import Quiz, read_quiz

PAGE = 50


@dataclass(frozen=True)
class Standing:
    """A quiz as it stands: its newest version, how many officers handed in, passed, and reached each band (None: below them all)."""

    quiz: Quiz
    course_code: str
    officers: int
    passed: int
    average: Decimal | None
    bands: list[tuple[str | None, int]]


def _best(scope: Scope, activity_id: int, course_id: int, on: date) -> Select:
    """SQL: enrolment_id, tries, percent (best), passed (1 or 0) of everybody in scope who handed in."""
    return (
        select(
            Attempt.enrolment_id, func.count().label("tries"), func.max(Attempt.percent).label("percent"),
            func.max(Attempt.submitted_at).label("last"),
        )
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.activity_id == activity_id, Attempt.submitted_at.is_not(None), Enrolment.withdrawn_at.is_(None))
        .where(courses.officers_in(scope, course_id, on))
        .group_by(Attempt.enrolment_id)
    )  # fmt: skip


def _quiz(scope: Scope, activity_id: int) -> Row:
    query = (
        select(QuizVersion.__table__, Course.code, Activity.course_id)
        .join(Activity, Activity.id == QuizVersion.activity_id)
        .join(Course, Course.id == Activity.course_id)
        .where(QuizVersion.activity_id == activity_id)
        .order_by(QuizVersion.number.desc())
    )
    row = db.session.execute(query.limit(1)).first()
    if row is None or not (scope.everywhere or row.course_id in scope.course_ids):
        raise NotFound
    return row


def standing(scope: Scope, activity_id: int, on: date) -> Standing:
    """How a quiz of a course in scope went, by everybody's best attempt and the newest version's grades. Raises NotFound."""
    row = _quiz(scope, activity_id)
    quiz = read_quiz(row)
    percents = [found.percent for found in db.session.execute(_best(scope, activity_id, row.course_id, on))]
    reached = Counter(band.name if (band := quiz.band(percent)) else None for percent in percents)
    names = [band.name for band in sorted(quiz.bands, key=lambda band: -band.start)]
    bands = [(name, reached[name]) for name in [*names, None] if name or reached[None]] if names else []
    average = sum(percents, Decimal(0)) / len(percents) if percents else None
    passed = sum(percent >= quiz.pass_mark for percent in percents)
    return Standing(quiz, row.code, len(percents), passed, average, bands)


def earned_by(scope: Scope, activity_id: int, on: date, page: int) -> tuple[Sequence[Row], bool]:
    """A page of those who handed in, by name, and whether there are more: full_name, unit, tries, percent, last."""
    best = _best(scope, activity_id, _quiz(scope, activity_id).course_id, on).subquery()
    query = (
        select(
            Person.full_name, people.unit_name_on(Enrolment.unit_id, on).label("unit"), best.c.tries, best.c.percent, best.c.last
        )
        .join(Enrolment, Enrolment.id == best.c.enrolment_id)
        .join(Person, Person.id == Enrolment.officer_id)
        .order_by(Person.name_key, Enrolment.id)
    )
    rows = db.session.execute(query.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return rows[:PAGE], len(rows) > PAGE
