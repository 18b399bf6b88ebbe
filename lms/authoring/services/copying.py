"""A course under another code: everything that stands in the editor, unfinished or not."""

from copy import deepcopy
from datetime import datetime

from sqlalchemy import select

from lms.authoring.models import CourseDraft, LessonDraft, QuestionDraft
from lms.authoring.queries.drafts import Draft, code_taken, lessons
from lms.authoring.services.drafts import own
from lms.authoring.services.packs import CODE
from lms.authoring.services.questions import note
from lms.clock import local
from lms.courses.services import put_course
from lms.db import db
from lms.errors import Conflict
from lms.questions.models import Bank, Question, QuestionVersion
from lms.questions.services import describe, put_bank


def copy(draft: Draft, code: str, everywhere: bool, by_id: int, at: datetime) -> int:
    """The course as it stands, as a draft of a new course of that code; its id. `everywhere`: who copies has author rights in all courses.

    Raises Conflict when the code is taken or none.
    """
    if not CODE.fullmatch(code):
        raise Conflict("Mã khóa gồm chữ hoa và số, ví dụ K13.")
    if code_taken(code):
        raise Conflict(f"Mã khóa {code} đã có. Hãy chọn mã khác.")
    course = put_course(code)
    if not everywhere:
        own(course.id, by_id, at)
    entry = deepcopy(draft.entry) | {"code": code}
    db.session.add(CourseDraft(course_id=course.id, entry=entry, base_id=0, revision=1, by_id=by_id, at=at))
    for lesson in lessons(draft, local(at).date()).values():
        said = {"entry": lesson.entry, "body": lesson.body, "files": lesson.files}
        db.session.add(LessonDraft(course_id=course.id, key=lesson.key, revision=1, by_id=by_id, at=at, **said))
    _copy_bank(draft.code, put_bank(code, draft.entry["title"]).id, by_id, at)
    db.session.flush()
    return course.id


def _copy_bank(code: str, bank_id: int, by_id: int, at: datetime) -> None:
    """The questions of a course's bank into another, those out of use left out. A reviewed wording stays reviewed; nothing comes into use."""
    query = (
        select(Question, QuestionDraft, QuestionVersion)
        .join(Bank, Bank.id == Question.bank_id)
        .outerjoin(QuestionDraft, QuestionDraft.question_id == Question.id)
        .outerjoin(QuestionVersion, QuestionVersion.id == Question.current_id)
        .where(Bank.code == code, Question.state != "retired")
        .order_by(Question.id)
    )
    there = set(db.session.scalars(select(Question.key).where(Question.bank_id == bank_id)))
    for question, written, in_use in db.session.execute(query).all():
        if question.key in there:
            continue
        entry, stage = (written.entry, written.stage) if written else (in_use.source, "reviewed")
        row = Question(
            bank_id=bank_id, key=question.key, state="draft", competence=question.competence, level=question.level, kind=question.kind
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        stage = stage if stage == "reviewed" else "draft"
        db.session.add(QuestionDraft(question_id=row.id, entry=deepcopy(entry), stage=stage, revision=1, by_id=by_id, at=at))
        describe(row, entry, at, question.author_id)
        note(row.id, "copied", f"{code}, câu {question.key}", by_id, at)
