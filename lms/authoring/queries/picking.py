"""Questions as the editor of a quiz needs them: those in it, those to choose from, and what officers made of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

from lms.authoring.models import CourseDraft, QuestionDraft
from lms.courses.models import Activity, Course
from lms.db import db
from lms.questions.models import Bank, Question, QuestionVersion
from lms.quizzes.queries import asked, figures

MOST_SCREENED = 2000


@dataclass(frozen=True)
class Chosen:
    """A question of a quiz in the editor. `state`: where it stands in the bank, "gone" when it is not there; `entry`: its newest wording."""

    key: str
    id: int
    title: str
    kind: str
    competence: str
    level: int
    cognitive: str
    state: str
    stage: str | None
    entry: dict[str, Any]
    current_id: int | None
    seen: int
    share: float | None

    @property
    def ready(self) -> bool:
        """Whether papers may hold it."""
        return self.state == "ready"


def bank_id_of(code: str) -> int:
    """The bank of a course; 0 when it has none."""
    return db.session.scalar(select(Bank.id).where(Bank.code == code)) or 0


def activity_id_of(course_id: int, key: str) -> int:
    """The activity that a quiz of a draft became when it was published; 0 before."""
    return db.session.scalar(select(Activity.id).where(Activity.course_id == course_id, Activity.key == key)) or 0


def chosen(bank_id: int, keys: Collection[str]) -> list[Chosen]:
    """The questions of those keys, in that order."""
    query = (
        select(
            Question.key, Question.id, Question.title, Question.kind, Question.competence, Question.level, Question.cognitive,
            Question.state, QuestionDraft.stage, QuestionDraft.entry, QuestionVersion.source, Question.current_id,
        )
        .outerjoin(QuestionDraft, QuestionDraft.question_id == Question.id)
        .outerjoin(QuestionVersion, QuestionVersion.id == Question.current_id)
        .where(Question.bank_id == bank_id, Question.key.in_(list(keys)))
    )  # fmt: skip
    rows = {row.key: row for row in db.session.execute(query)}
    marks = answered(row.id for row in rows.values())
    return [_chosen(key, rows.get(key), marks) for key in keys]


def _chosen(key: str, row: Any, marks: dict[int, tuple[int, float | None]]) -> Chosen:
    if row is None:
        return Chosen(key, 0, "", "", "", 0, "", "gone", None, {}, None, 0, None)
    entry = row.source if row.state == "ready" else row.entry or row.source or {}
    head = (row.key, row.id, row.title, row.kind, row.competence, row.level, row.cognitive, row.state, row.stage)
    return Chosen(*head, entry, row.current_id, *marks.get(row.id, (0, None)))


def answered(question_ids: Iterable[int]) -> dict[int, tuple[int, float | None]]:
    """Question -> how often it was answered and marked, in quizzes and in practice, and the share (0..1) earned, over all its wordings."""
    of = asked(select(QuestionVersion.id).where(QuestionVersion.question_id.in_(list(question_ids))))
    query = (
        select(QuestionVersion.question_id, *figures(of))
        .join(of, of.c.question_version_id == QuestionVersion.id)
        .where(of.c.share.is_not(None))
        .group_by(QuestionVersion.question_id)
    )
    return {row.question_id: (row.seen, row.share) for row in db.session.execute(query)}


def keys_of(bank_id: int, question_ids: Collection[int]) -> list[str]:
    """Keys of these questions, those of the bank that are not retired, in the order they were written."""
    mine = (Question.bank_id == bank_id, Question.id.in_(question_ids), Question.state != "retired")
    return list(db.session.scalars(select(Question.key).where(*mine).order_by(Question.id)))


def pool_sizes(bank_id: int, without: Collection[str] = ()) -> dict[tuple[str, int], int]:
    """(competence, level) -> how many questions of the bank are ready there, those named in a quiz left out."""
    query = (
        select(Question.competence, Question.level, func.count())
        .where(Question.bank_id == bank_id, Question.state == "ready", Question.key.not_in(list(without)))
        .group_by(Question.competence, Question.level)
    )
    return {(competence, level): count for competence, level, count in db.session.execute(query)}


def pool(bank_id: int, competence: str, level: int) -> list[str]:
    """Keys of the ready questions there."""
    query = select(Question.key).where(
        Question.bank_id == bank_id, Question.competence == competence, Question.level == level, Question.state == "ready"
    )
    return list(db.session.scalars(query.order_by(Question.id)))


def singles_in_use(bank_id: int) -> list[tuple[int, str, dict[str, Any]]]:
    """The bank's single-choice questions in use: id, key, spec; the newest MOST_SCREENED of them."""
    query = (
        select(Question.id, Question.key, QuestionVersion.spec)
        .join(QuestionVersion, QuestionVersion.id == Question.current_id)
        .where(Question.bank_id == bank_id, Question.state == "ready", Question.kind == "single")
        .order_by(Question.id.desc())
        .limit(MOST_SCREENED)
    )
    return [(question_id, key, spec) for question_id, key, spec in db.session.execute(query)]


OF_COURSE = (
    select(CourseDraft.course_id, CourseDraft.entry)
    .join(Course, Course.id == CourseDraft.course_id)
    .where(Course.code == bindparam("code"))
)


def draft_quizzes(code: str, key: str) -> list[tuple[int, str, str]]:
    """Quizzes in the draft of the course of that code that name the question: course, key and title of the quiz."""
    return [
        (course_id, activity["key"], activity["title"])
        for course_id, entry in db.session.execute(OF_COURSE, {"code": code})
        for module in entry["module"]
        for activity in module["activity"]
        if key in (activity.get("questions") or [])
    ]
