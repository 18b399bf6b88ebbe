"""Who works on a course or its bank: who may review or publish it, who wrote it, what waits for whom."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select

from lms.authoring.models import CourseDraft, LessonDraft, QuestionDraft, QuestionNote
from lms.authoring.queries.scope import banks_in
from lms.courses.models import Course
from lms.db import db
from lms.people.models import Person
from lms.people.queries import Scope, holders
from lms.permissions import P, Role
from lms.questions.models import Bank, Question


def who_may(permission: P, course_id: int | None, but: int, today: date) -> list[int]:
    """Persons other than one (`but`, who acts) who hold a permission for a course; admins only where there is nobody else."""
    held = holders(permission, today, course_id)
    return without((row.person_id for row in held if row.role != Role.ADMIN), but) or without(
        (row.person_id for row in held), but
    )


def told_of(question_id: int) -> tuple[str, int, str, int | None]:
    """Of a question: its first words, its bank's id and code, and the id of the course that the bank belongs to."""
    query = (
        select(Question.title, Bank.id, Bank.code, Course.id)
        .join(Bank, Bank.id == Question.bank_id)
        .outerjoin(Course, Course.code == Bank.code)
        .where(Question.id == question_id)
    )
    title, bank_id, code, course_id = db.session.execute(query).one()
    return title, bank_id, code, course_id


def speakers(question_id: int) -> set[int]:
    """Who has said something of a question."""
    query = select(QuestionNote.by_id).where(QuestionNote.question_id == question_id, QuestionNote.kind == "comment")
    return set(db.session.scalars(query))


def writers(course_id: int) -> set[int]:
    """Who wrote in a course's draft last, on its outline and its lessons."""
    course = select(CourseDraft.by_id).where(CourseDraft.course_id == course_id)
    lessons = select(LessonDraft.by_id).where(LessonDraft.course_id == course_id, LessonDraft.revision > 0)
    return set(db.session.scalars(course.union(lessons)))


def name_of(person_id: int) -> str:
    """A person's full name."""
    return db.session.scalar(select(Person.full_name).where(Person.id == person_id)) or ""


def waiting_for_review(scope: Scope, person_id: int) -> int:
    """How many drafts wait for somebody's review: those in scope that others wrote last."""
    query = (
        select(func.count())
        .select_from(QuestionDraft)
        .join(Question, Question.id == QuestionDraft.question_id)
        .where(QuestionDraft.stage == "submitted", QuestionDraft.by_id != person_id, Question.bank_id.in_(banks_in(scope)))
    )
    return db.session.scalar(query) or 0


def without(person_ids: Iterable[int | None], person_id: int) -> list[int]:
    """Those persons in order, without the one who acts and without nobody."""
    return sorted({i for i in person_ids if i is not None and i != person_id})
