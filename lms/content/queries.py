"""What the packs on disk and the record say of each other."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, select

from lms.content.models import PackLoad
from lms.courses.models import Activity, Course, CourseVersion, LessonVersion
from lms.db import db
from lms.library.models import Citation, Instrument
from lms.questions.models import Bank, Question, QuestionVersion


def loads() -> dict[str, PackLoad]:
    """Pack -> how it was last loaded."""
    return {row.pack: row for row in db.session.scalars(select(PackLoad))}


def due_for_review(today: date) -> Sequence[Row]:
    """Courses whose review day is past."""
    query = (
        select(Course.code, CourseVersion.title, CourseVersion.review_by)
        .join(CourseVersion, CourseVersion.id == Course.current_id)
        .where(CourseVersion.review_by < today)
    )
    return db.session.execute(query).all()


def resting_on_ended(today: date) -> list[tuple[Row, list[Row]]]:
    """Instruments no longer in force, each with the lessons and questions in use that cite it."""
    ended = select(Instrument.id, Instrument.key, Instrument.kind, Instrument.number, Instrument.ended).where(
        Instrument.ended < today
    )
    found = []
    for instrument in db.session.execute(ended.order_by(Instrument.ended.desc())).all():
        users = [*_lessons_citing(instrument.id), *_questions_citing(instrument.id)]
        if users:
            found.append((instrument, users))
    return found


def _lessons_citing(instrument_id: int) -> Sequence[Row]:
    newest = (
        select(LessonVersion.id).where(LessonVersion.activity_id == Activity.id).order_by(LessonVersion.number.desc()).limit(1)
    )
    query = (
        select(Course.code, LessonVersion.title, Activity.id.label("activity_id"))
        .join(Activity, Activity.course_id == Course.id)
        .join(LessonVersion, LessonVersion.id == newest.correlate(Activity).scalar_subquery())
        .join(Citation, (Citation.object_kind == "lesson_version") & (Citation.object_id == LessonVersion.id))
        .where(Citation.instrument_id == instrument_id)
    )
    return db.session.execute(query).all()


def _questions_citing(instrument_id: int) -> Sequence[Row]:
    query = (
        select(Question.key.label("code"), QuestionVersion.stem_html.label("title"))
        .join(QuestionVersion, QuestionVersion.id == Question.current_id)
        .join(Citation, (Citation.object_kind == "question_version") & (Citation.object_id == QuestionVersion.id))
        .where(Citation.instrument_id == instrument_id, Question.state == "ready")
    )
    return db.session.execute(query).all()


def written_on_web() -> Sequence[Row]:
    """Questions whose wording in use was written in the browser: bank, key, id, title. Packs do not load over them."""
    query = (
        select(Bank.code, Question.key, Question.id, Question.title)
        .join(Bank, Bank.id == Question.bank_id)
        .join(QuestionVersion, QuestionVersion.id == Question.current_id)
        .where(QuestionVersion.origin == "web")
        .order_by(Bank.code, Question.id)
    )
    return db.session.execute(query).all()
