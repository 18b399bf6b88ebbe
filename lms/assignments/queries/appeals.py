"""Appeals: how long there is, which wait, and who may answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select

from lms import clock
from lms.assignments.models import Appeal, Confirmation, Marking, Product, Submission
from lms.assignments.queries.submissions import within
from lms.courses.models import Activity, Course
from lms.db import db
from lms.errors import NotFound
from lms.people.models import Person
from lms.people.queries import Scope, in_scope, is_person

KINDS = {"mark": "Điểm bài tập", "confirmation": "Không được xác nhận"}


@dataclass(frozen=True)
class AppealPolicy:
    """How many calendar days there are to appeal and to answer. The school's own rule, to be set by Sở Nội vụ; no law says it."""

    version: int
    days_to_appeal: int
    days_to_answer: int


POLICY = AppealPolicy(version=1, days_to_appeal=15, days_to_answer=10)


def last_day(decided_at: datetime) -> date:
    """The last local day on which what was decided then may be appealed against."""
    return clock.local(decided_at).date() + timedelta(days=POLICY.days_to_appeal)


def _appeals() -> Select:
    by = Person.__table__.alias("by")
    return (
        select(
            Appeal.__table__, Person.full_name, by.c.full_name.label("answered_by_name"), Course.code.label("course_code"),
            Submission.assignment_version_id, Submission.number.label("submission_number"), Product.kind.label("product_kind"),
            Product.number, Product.symbol, Product.competence, Product.level,
        )
        .join(Person, Person.id == Appeal.officer_id)
        .outerjoin(by, by.c.id == Appeal.answered_by)
        .outerjoin(Submission, Submission.id == Appeal.submission_id)
        .outerjoin(Activity, Activity.id == Submission.activity_id)
        .outerjoin(Course, Course.id == Activity.course_id)
        .outerjoin(Product, Product.id == Appeal.product_id)
    )  # fmt: skip


def _reached(scope: Scope, on: date) -> ColumnElement[bool]:
    """Appeals against marks of courses in scope, and against words on products of officers of units in scope."""
    if scope.everywhere:
        return Appeal.id.is_not(None)
    of_mark = and_(Appeal.kind == "mark", within(scope))
    return or_(of_mark, and_(Appeal.kind == "confirmation", in_scope(scope, Appeal.officer_id, on)))


def _may_answer(person_id: int) -> ColumnElement[bool]:
    """Not who appealed, and nobody who had a part in what is appealed against."""
    marked = exists().where(Marking.submission_id == Appeal.submission_id, is_person(Marking.marker_id, person_id))
    said = exists().where(Confirmation.product_id == Appeal.product_id, is_person(Confirmation.by_id, person_id))
    return and_(~is_person(Appeal.officer_id, person_id), ~marked, ~said)


def appeals(scope: Scope, on: date, person_id: int, answered: bool) -> Sequence[Row]:
    """Appeals in scope: open ones by the day they are due, or the answered, newest first. `mine`: the person may answer it."""
    query = _appeals().add_columns(_may_answer(person_id).label("mine")).where(_reached(scope, on))
    if answered:
        query = query.where(Appeal.answered_at.is_not(None)).order_by(Appeal.answered_at.desc())
    else:
        query = query.where(Appeal.answered_at.is_(None)).order_by(Appeal.due, Appeal.id)
    return db.session.execute(query.limit(100)).all()


def appeal(appeal_id: int, scope: Scope, on: date, person_id: int) -> Row:
    """One appeal in scope, with `mine`. Raises NotFound."""
    query = _appeals().add_columns(_may_answer(person_id).label("mine")).where(Appeal.id == appeal_id, _reached(scope, on))
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    return row


def waiting(scope: Scope, on: date) -> int:
    """How many appeals in scope wait for an answer."""
    query = select(func.count(Appeal.id)).outerjoin(Submission, Submission.id == Appeal.submission_id)
    query = query.outerjoin(Activity, Activity.id == Submission.activity_id)
    return db.session.scalar(query.where(Appeal.answered_at.is_(None), _reached(scope, on))) or 0


def of_thing(kind: str, **where: Any) -> Sequence[Row]:
    """Appeals about one submission or product, oldest first."""
    query = _appeals().where(Appeal.kind == kind).order_by(Appeal.id)
    return db.session.execute(query.where(*(getattr(Appeal, name) == value for name, value in where.items()))).all()
