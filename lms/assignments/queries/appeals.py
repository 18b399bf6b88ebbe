"""Appeals: how long there is, which wait, and who may answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from lms import clock
from lms.assignments.models import Appeal, Confirmation, Marking, Product, Submission
from lms.assignments.queries.submissions import within
from lms.courses.models import Activity, Course
from lms.db import db
from lms.errors import NotFound
from lms.people.models import Person
from lms.people.queries import Scope, Viewer, in_scope, is_person, told_apart
from lms.permissions import P
from lms.quizzes.queries.framework import titled


@dataclass(frozen=True)
class Reach:
    """Whose appeals a person answers: against marks of courses they may mark in, against words on officers they may confirm (decision 32)."""

    marks: Scope
    words: Scope


def reach_of(viewer: Viewer) -> Reach:
    """What the viewer answers for."""
    return Reach(marks=viewer.scope(P.MARK), words=viewer.scope(P.CONFIRM))


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


def subject(row: Any) -> str:
    """What an appeal is about, in words that go on from "Kiến nghị về"."""
    if row.kind == "mark":
        return "điểm bài tập"
    if row.product_kind == "ability":
        return f"việc rút lại xác nhận năng lực {titled(row.competence)}"
    paper = f"văn bản {row.number}/{row.symbol}"
    if not row.word_level:
        return f"kết luận không xác nhận {paper}"
    return f"kết luận xác nhận {paper} ở cấp {row.word_level}, đề nghị cấp {row.level}"


def _appeals() -> Select:
    by = Person.__table__.alias("by")
    return (
        select(
            Appeal.__table__, Person.full_name, by.c.full_name.label("answered_by_name"), Course.code.label("course_code"),
            Submission.assignment_version_id, Submission.number.label("submission_number"), Product.kind.label("product_kind"),
            Product.number, Product.symbol, Product.competence, Product.level, Confirmation.level.label("word_level"),
        )
        .join(Person, Person.id == Appeal.officer_id)
        .outerjoin(by, by.c.id == Appeal.answered_by)
        .outerjoin(Submission, Submission.id == Appeal.submission_id)
        .outerjoin(Activity, Activity.id == Submission.activity_id)
        .outerjoin(Course, Course.id == Activity.course_id)
        .outerjoin(Product, Product.id == Appeal.product_id)
        .outerjoin(Confirmation, and_(Appeal.kind == "confirmation", Confirmation.id == Appeal.against))
    )  # fmt: skip


def _reached(reach: Reach, on: date) -> ColumnElement[bool]:
    """Appeals against marks of those courses, and against words on products of officers of those units."""
    of_mark = and_(Appeal.kind == "mark", within(reach.marks))
    return or_(of_mark, and_(Appeal.kind == "confirmation", in_scope(reach.words, Appeal.officer_id, on)))


def _may_answer(person_id: int) -> ColumnElement[bool]:
    """Not who appealed, and nobody who had a part in what is appealed against."""
    marked = exists().where(Marking.submission_id == Appeal.submission_id, is_person(Marking.marker_id, person_id))
    word = aliased(Confirmation)  # the one appealed against stands beside it in the query
    said = exists().where(word.product_id == Appeal.product_id, is_person(word.by_id, person_id))
    return and_(~is_person(Appeal.officer_id, person_id), ~marked, ~said)


def appeals(reach: Reach, on: date, person_id: int, answered: bool) -> Sequence[Row]:
    """Appeals in reach: open ones by the day they are due, or the answered, newest first. `mine`: the person may answer it."""
    query = _appeals().add_columns(_may_answer(person_id).label("mine"), *told_apart(on)).where(_reached(reach, on))
    if answered:
        query = query.where(Appeal.answered_at.is_not(None)).order_by(Appeal.answered_at.desc())
    else:
        query = query.where(Appeal.answered_at.is_(None)).order_by(Appeal.due, Appeal.id)
    return db.session.execute(query.limit(100)).all()


def appeal(appeal_id: int, reach: Reach, on: date, person_id: int) -> Row:
    """One appeal in reach, with `mine`. Raises NotFound."""
    query = _appeals().add_columns(_may_answer(person_id).label("mine"), *told_apart(on))
    query = query.where(Appeal.id == appeal_id, _reached(reach, on))
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    return row


def waiting(reach: Reach, on: date, person_id: int) -> int:
    """How many appeals in reach wait for an answer that the person may give."""
    query = select(func.count(Appeal.id)).outerjoin(Submission, Submission.id == Appeal.submission_id)
    query = query.outerjoin(Activity, Activity.id == Submission.activity_id)
    return db.session.scalar(query.where(Appeal.answered_at.is_(None), _reached(reach, on), _may_answer(person_id))) or 0


def of_thing(kind: str, **where: Any) -> Sequence[Row]:
    """Appeals about one submission or product, oldest first."""
    query = _appeals().where(Appeal.kind == kind).order_by(Appeal.id)
    return db.session.execute(query.where(*(getattr(Appeal, name) == value for name, value in where.items()))).all()
