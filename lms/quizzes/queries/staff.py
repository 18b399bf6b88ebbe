"""What trainers and admins read: reported questions and extra time, within the courses they hold."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, or_, select, true

from lms import grading
from lms.courses import queries as courses
from lms.courses.models import Activity, Course, Enrolment, Result
from lms.db import db
from lms.errors import NotFound
from lms.people import queries as people
from lms.people.models import Identifier, Person
from lms.people.queries import Scope
from lms.questions.models import Bank, Question, QuestionVersion
from lms.questions.queries import versions
from lms.quizzes.models import Attempt, AttemptItem, PracticeAnswer, QuestionReport, QuizVersion
from lms.vietnamese import clean, fold_name, read_phone

PAGE = 20
MANY_WRONG = 4
MOST_HELP = 100


def _within(scope: Scope, course_id: Any) -> ColumnElement[bool]:
    return true() if scope.everywhere else course_id.in_(scope.course_ids)


def _reports(scope: Scope) -> Select:
    """A question reported from a paper belongs to the paper's course, one from practice to the course that owns its bank."""
    return (
        select(
            QuestionReport.id, QuestionReport.text, QuestionReport.at, QuestionReport.reply, QuestionReport.replied_at,
            QuestionReport.officer_id, AttemptItem.attempt_id, PracticeAnswer.practice_id, QuestionVersion.stem_html,
            func.coalesce(AttemptItem.position, PracticeAnswer.place).label("position"), QuestionVersion.id.label("question_version_id"),
            func.coalesce(Course.code, Bank.code).label("course_code"), Person.full_name,
        )
        .outerjoin(AttemptItem, AttemptItem.id == QuestionReport.item_id)
        .outerjoin(PracticeAnswer, PracticeAnswer.id == QuestionReport.practice_answer_id)
        .join(QuestionVersion, QuestionVersion.id == func.coalesce(AttemptItem.question_version_id, PracticeAnswer.question_version_id))
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Bank, Bank.id == Question.bank_id)
        .outerjoin(Attempt, Attempt.id == AttemptItem.attempt_id)
        .outerjoin(Activity, Activity.id == Attempt.activity_id)
        .outerjoin(Course, or_(Course.id == Activity.course_id, (Activity.id.is_(None) & (Course.code == Bank.code))))
        .join(Person, Person.id == QuestionReport.officer_id)
        .where(_within(scope, Course.id))
    )  # fmt: skip


def reports(scope: Scope, answered: bool, page: int = 1) -> tuple[Sequence[Row], bool]:
    """Reported questions of the courses in scope, and whether there are more: those waiting, oldest first, or those answered, newest first."""
    query = _reports(scope)
    if answered:
        query = query.where(QuestionReport.replied_at.is_not(None)).order_by(QuestionReport.replied_at.desc())
    else:
        query = query.where(QuestionReport.replied_at.is_(None)).order_by(QuestionReport.at)
    rows = db.session.execute(query.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return rows[:PAGE], len(rows) > PAGE


def reports_waiting(scope: Scope) -> int:
    """How many reported questions of the courses in scope have no answer yet."""
    waiting = _reports(scope).where(QuestionReport.replied_at.is_(None)).with_only_columns(QuestionReport.id)
    return db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def keys(rows: Sequence[Row]) -> dict[int, tuple[str, str]]:
    """Question version id -> (the right answer in words, the explanation's HTML), of reported questions."""
    known = versions(row.question_version_id for row in rows)
    return {i: (grading.describe(v.spec, grading.solution(v.spec)), v.explanation_html) for i, v in known.items()}


def report(report_id: int, scope: Scope) -> Row:
    """One reported question of a course in scope. Raises NotFound."""
    row = db.session.execute(_reports(scope).where(QuestionReport.id == report_id)).first()
    if row is None:
        raise NotFound
    return row


def quizzes_in(scope: Scope) -> Sequence[Row]:
    """Quizzes of the courses in scope: activity_id, title of the newest version, course_code."""
    every = select(QuizVersion.id).where(QuizVersion.activity_id == Activity.id).correlate(Activity)
    newest_id = every.order_by(QuizVersion.number.desc()).limit(1).scalar_subquery()
    query = (
        select(Activity.id.label("activity_id"), QuizVersion.title, Course.code.label("course_code"))
        .join(Course, Course.id == Activity.course_id)
        .join(QuizVersion, QuizVersion.id == newest_id)
        .where(Activity.kind == "quiz", _within(scope, Activity.course_id))
        .order_by(Course.code, Activity.id)
    )
    return db.session.execute(query).all()


def person_by(typed: str) -> int | None:
    """The person an e-mail address, telephone number, officer's code or full name names; None when nobody or more than one."""
    text = clean(typed)
    values = {text, text.lower(), read_phone(text) or text}
    query = select(Identifier.person_id).where(Identifier.value.in_(values), Identifier.until.is_(None)).distinct()
    found = list(db.session.scalars(query.limit(2)))
    if not found:
        found = list(db.session.scalars(select(Person.id).where(Person.name_fold == fold_name(text)).limit(2)))
    return found[0] if len(found) == 1 else None


def needing_help(scope: Scope, course_id: int, on: date) -> Sequence[Row]:
    """Officers who keep answering wrong in a quiz they have not passed: enrolment_id, full_name, unit, title, wrong, tries, last.

    The rule is Kolibri's: four wrong answers or more in one exercise. Most wrong answers first, at most MOST_HELP.
    """
    passed = exists().where(Result.enrolment_id == Enrolment.id, Result.activity_id == Attempt.activity_id, Result.passed)
    query = (
        select(
            Enrolment.id.label("enrolment_id"), Person.full_name, people.unit_name_on(Enrolment.unit_id, on).label("unit"),
            func.max(QuizVersion.title).label("title"), func.count().label("wrong"),
            func.count(Attempt.id.distinct()).label("tries"), func.max(Attempt.submitted_at).label("last"),
        )
        .join(Attempt, Attempt.enrolment_id == Enrolment.id)
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .join(Person, Person.id == Enrolment.officer_id)
        .where(
            Enrolment.course_id == course_id, Enrolment.withdrawn_at.is_(None), Enrolment.completed_at.is_(None),
            courses.officers_in(scope, course_id, on), Attempt.submitted_at.is_not(None), AttemptItem.revision > 0, AttemptItem.share == 0, ~passed,
        )
        .group_by(Enrolment.id, Enrolment.unit_id, Person.full_name, Attempt.activity_id)
        .having(func.count() >= MANY_WRONG)
        .order_by(func.count().desc(), Enrolment.id)
        .limit(MOST_HELP)
    )  # fmt: skip
    return db.session.execute(query).all()
