"""What persons and units are given beyond a quiz's own rules: time, attempts, a later last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select, true
from sqlalchemy.orm import aliased

from lms.courses.models import Activity, Course
from lms.db import db
from lms.people import queries as people
from lms.people.models import Assignment, Person, Unit
from lms.people.queries import Scope
from lms.quizzes.models import Allowance
from lms.quizzes.queries.settings import Quiz

MOST_ENDED = 50


@dataclass(frozen=True)
class Terms:
    """What holds for a person in a quiz beside its rules."""

    percent: int = 0
    attempts: int = 0
    closes: date | None = None

    def minutes_of(self, quiz: Quiz) -> float:
        """The minutes of an attempt; 0 where time is free."""
        return quiz.minutes * (100 + self.percent) / 100

    def attempts_of(self, quiz: Quiz) -> int:
        """How many attempts; 0 where there is no limit."""
        return quiz.attempts + self.attempts if quiz.attempts else 0

    def closes_of(self, quiz: Quiz) -> date | None:
        """The last day on which an attempt may begin."""
        return max(quiz.closes, self.closes or quiz.closes) if quiz.closes else None


def below(unit_id_column: Any) -> Select[int]:
    """SQL: ids of units inside the unit of that column, itself among them."""
    root, inside = aliased(Unit), aliased(Unit)
    return select(inside.id).join(root, inside.path.startswith(root.path)).where(root.id == unit_id_column)


def terms(person_id: int, activity_id: int, on: date) -> Terms:
    """What a person is given in a quiz on that day: their own allowance, else the most favourable one of the units they work in."""
    home, above = aliased(Unit), aliased(Unit)
    units = (
        select(above.id)
        .join(home, home.path.startswith(above.path))
        .join(Assignment, Assignment.unit_id == home.id)
        .where(Assignment.person_id == person_id, people.in_force(on))
    )
    query = select(Allowance.person_id, Allowance.percent, Allowance.attempts, Allowance.closes).where(
        Allowance.ended_at.is_(None),
        or_(Allowance.activity_id.is_(None), Allowance.activity_id == activity_id),
        or_(people.is_person(Allowance.person_id, person_id), Allowance.unit_id.in_(units)),
    )
    rows = db.session.execute(query).all()
    return Terms(_best(rows, "percent") or 0, _best(rows, "attempts") or 0, _best(rows, "closes"))


def _best(rows: Sequence[Row], what: str) -> Any:
    own = [value for row in rows if row.person_id is not None and (value := getattr(row, what))]
    return max(own or [value for row in rows if (value := getattr(row, what))], default=None)


def reached(row: Allowance, on: date) -> Select[int]:
    """SQL: ids of the persons an allowance speaks of on that day."""
    if row.person_id is not None:
        return select(Person.id).where(Person.id == row.person_id)
    return select(Assignment.person_id).where(people.in_force(on), Assignment.unit_id.in_(below(row.unit_id)))


def _within(scope: Scope, course_id: Any) -> ColumnElement[bool]:
    return true() if scope.everywhere else course_id.in_(scope.course_ids)


def allowances(scope: Scope, on: date, activity_id: int = 0, ended: bool = False) -> Sequence[Row]:
    """Allowances that touch the courses in scope (of one quiz and of all, where `activity_id` says one): those in force by name, or the
    last ones ended: id, full_name or unit, percent, attempts, closes, reason, by, at, ended_at, ender, end_reason, course_code.
    """
    giver, ender = aliased(Person), aliased(Person)
    query = (
        select(
            Allowance.__table__, Person.full_name, people.unit_name_on(Allowance.unit_id, on).label("unit"),
            Course.code.label("course_code"), giver.full_name.label("by"), ender.full_name.label("ender"),
        )
        .outerjoin(Person, Person.id == Allowance.person_id)
        .outerjoin(giver, giver.id == Allowance.by_id)
        .outerjoin(ender, ender.id == Allowance.ended_by)
        .outerjoin(Activity, Activity.id == Allowance.activity_id)
        .outerjoin(Course, Course.id == Activity.course_id)
        .where(Allowance.ended_at.is_not(None) if ended else Allowance.ended_at.is_(None))
        .where(or_(Allowance.activity_id.is_(None), _within(scope, Activity.course_id)))
    )  # fmt: skip
    if activity_id:
        query = query.where(or_(Allowance.activity_id.is_(None), Allowance.activity_id == activity_id))
    if ended:
        return db.session.execute(query.order_by(Allowance.ended_at.desc(), Allowance.id).limit(MOST_ENDED)).all()
    return db.session.execute(query.order_by(Allowance.unit_id, Person.name_key, Allowance.id)).all()
