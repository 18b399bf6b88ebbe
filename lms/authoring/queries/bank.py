"""Reading a bank as its authors see it: the list, one question, its history, where it is used."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, exists, func, or_, select

from lms.authoring.models import QuestionDraft, QuestionNote
from lms.courses.models import Course
from lms.courses.queries.scope import banks_in
from lms.db import db
from lms.errors import NotFound
from lms.library.models import Citation, Instrument
from lms.people.models import Person
from lms.people.queries import Scope
from lms.questions.models import Bank, Question, QuestionVersion
from lms.quizzes.queries import asked, figures
from lms.tracking.models import Competence
from lms.vietnamese import fold

PAGE = 30
MOST_CHOSEN = 500
STATES = {
    "draft": "Bản nháp",
    "submitted": "Chờ thẩm định",
    "reviewed": "Đã thẩm định",
    "ready": "Sẵn sàng",
    "retired": "Ngừng dùng",
}
LAW = {"ended": "Dẫn văn bản hết hiệu lực", "none": "Chưa dẫn căn cứ", "unverified": "Căn cứ cần kiểm tra"}


@dataclass(frozen=True)
class Filter:
    """What the list is narrowed to; `after` is the last question of the page before."""

    search: str = ""
    state: str = ""
    competence: str = ""
    level: int | None = None
    kind: str = ""
    tag: str = ""
    law: str = ""
    author_id: int | None = None
    after: int | None = None


def _state_is(state: str) -> ColumnElement[bool]:
    """SQL: the question stands there. One in use with a draft beside it is found under both."""
    if state in {"ready", "retired"}:
        return Question.state == state
    return QuestionDraft.stage == state


def _law_is(law: str, today: date) -> ColumnElement[bool]:
    cited = exists().where(Citation.object_kind == "question_version", Citation.object_id == Question.current_id)
    if law == "none":
        return and_(Question.current_id.is_not(None), ~cited)
    of = cited.where(Instrument.id == Citation.instrument_id)
    return of.where(Instrument.ended < today) if law == "ended" else of.where(Instrument.verified.is_(False))


def _narrowed(query: Select, bank_id: int, wanted: Filter, today: date) -> Select:
    query = query.select_from(Question).outerjoin(QuestionDraft, QuestionDraft.question_id == Question.id)
    query = query.where(Question.bank_id == bank_id)
    for word in fold(wanted.search).split():
        query = query.where(Question.fold.contains(word, autoescape=True))
    if wanted.state:
        query = query.where(_state_is(wanted.state))
    for name in ("competence", "level", "kind", "author_id"):
        if value := getattr(wanted, name):
            query = query.where(getattr(Question, name) == value)
    if wanted.tag:
        query = query.where(Question.tags.contains(f"|{fold(wanted.tag)}|", autoescape=True))
    return query.where(_law_is(wanted.law, today)) if wanted.law else query


def found(bank_id: int, wanted: Filter, today: date) -> tuple[Sequence[Row], bool]:
    """A page of the bank's questions in the order they were written, and whether there are more."""
    query = _narrowed(
        select(
            Question.id, Question.key, Question.title, Question.kind, Question.competence, Question.level, Question.cognitive,
            Question.state, Question.changed_at, QuestionDraft.stage, Person.full_name.label("author"),
        ),
        bank_id, wanted, today,
    ).outerjoin(Person, Person.id == Question.author_id)  # fmt: skip
    if wanted.after:
        query = query.where(Question.id > wanted.after)
    rows = db.session.execute(query.order_by(Question.id).limit(PAGE + 1)).all()
    return rows[:PAGE], len(rows) > PAGE


def how_many(bank_id: int, wanted: Filter, today: date) -> int:
    """How many questions the filter finds."""
    return db.session.scalar(_narrowed(select(func.count()), bank_id, wanted, today)) or 0


def in_bank(bank_id: int, question_ids: Iterable[int]) -> Sequence[Row]:
    """Of these questions, those of the bank: id, key, title, state, stage and entry of the draft, source of the version in use."""
    ids = list(question_ids)[:MOST_CHOSEN]
    query = (
        select(
            Question.id,
            Question.key,
            Question.title,
            Question.state,
            QuestionDraft.stage,
            QuestionDraft.entry,
            QuestionVersion.source,
        )
        .outerjoin(QuestionDraft, QuestionDraft.question_id == Question.id)
        .outerjoin(QuestionVersion, QuestionVersion.id == Question.current_id)
        .where(Question.bank_id == bank_id, Question.id.in_(ids))
        .order_by(Question.id)
    )
    return db.session.execute(query).all()


def counts(scope: Scope) -> Sequence[Row]:
    """The banks in scope with how many questions stand where: id, code, title, ready, drafts, submitted, reviewed, retired."""
    query = (
        select(
            Bank.id, Bank.code, Bank.title,
            func.count().filter(Question.state == "ready").label("ready"),
            func.count().filter(Question.state == "retired").label("retired"),
            func.count().filter(QuestionDraft.stage == "draft").label("drafts"),
            func.count().filter(QuestionDraft.stage == "submitted").label("submitted"),
            func.count().filter(QuestionDraft.stage == "reviewed").label("reviewed"),
        )
        .outerjoin(Question, Question.bank_id == Bank.id)
        .outerjoin(QuestionDraft, QuestionDraft.question_id == Question.id)
        .where(Bank.id.in_(banks_in(scope)))
        .group_by(Bank.id, Bank.code, Bank.title)
        .order_by(Bank.code)
    )  # fmt: skip
    return db.session.execute(query).all()


def authors(bank_id: int) -> Sequence[Row]:
    """Who wrote in the bank: id, full_name."""
    wrote = select(Question.author_id).where(Question.bank_id == bank_id, Question.author_id.is_not(None))
    return db.session.execute(select(Person.id, Person.full_name).where(Person.id.in_(wrote)).order_by(Person.full_name)).all()


# Built once: these run on every page and every pause in typing of the editor.
COMPETENCES = select(Competence.code, Competence.name).order_by(Competence.rank)
INSTRUMENTS = select(Instrument.key, Instrument.kind, Instrument.number, Instrument.title, Instrument.ended).order_by(
    Instrument.ended.is_not(None), Instrument.kind, Instrument.issued.desc(), Instrument.number
)
KINDS_FIRST = ("Luật", "Nghị quyết", "Nghị định", "Thông tư", "Quyết định")  # the others follow by name
ENDED = "Hết hiệu lực"
SUBJECT = 70  # characters of a subject that a list shows
NOTES = (
    select(QuestionNote.kind, QuestionNote.text, QuestionNote.at, Person.full_name)
    .join(Person, Person.id == QuestionNote.by_id)
    .where(QuestionNote.question_id == bindparam("question"))
    .order_by(QuestionNote.id.desc())
)


def competences() -> list[tuple[str, str]]:
    """The framework's competences: code, and code with name."""
    return [(code, f"{code} {name}") for code, name in db.session.execute(COMPETENCES)]


def instruments() -> list[tuple[str, str, str]]:
    """The library's instruments: key, number with subject, and the group it is found in: its kind, or those out of force, which stand last."""
    rows = db.session.execute(INSTRUMENTS).all()
    told = [
        (key, f"{kind} {number} – {_short(title)}" if number else _short(title), ENDED if ended else kind)
        for key, kind, number, title, ended in rows
    ]
    place = {kind: n for n, kind in enumerate(KINDS_FIRST)}
    return sorted(told, key=lambda row: (row[2] == ENDED, place.get(row[2], len(place)), row[2]))


def _short(title: str) -> str:
    return title if len(title) <= SUBJECT else f"{title[: SUBJECT - 1].rsplit(' ', 1)[0]}…"


QUESTION = (
    select(
        Question.id, Question.bank_id, Question.key, Question.state, Question.current_id, Question.title,
        Bank.code.label("bank_code"), Bank.title.label("bank_title"),
        QuestionDraft.entry, QuestionDraft.stage, QuestionDraft.revision, QuestionDraft.at, QuestionDraft.by_id,
        Person.full_name.label("by_name"), QuestionVersion.source, QuestionVersion.number, Course.id.label("course_id"),
    )
    .join(Bank, Bank.id == Question.bank_id)
    .outerjoin(Course, Course.code == Bank.code)
    .outerjoin(QuestionDraft, QuestionDraft.question_id == Question.id)
    .outerjoin(Person, Person.id == QuestionDraft.by_id)
    .outerjoin(QuestionVersion, QuestionVersion.id == Question.current_id)
    .where(Question.id == bindparam("question"))
)  # fmt: skip


def question(question_id: int, scope: Scope) -> Row:
    """One question in scope with its draft, if any, and the wording in use. Raises NotFound."""
    row = db.session.execute(QUESTION, {"question": question_id}).first()
    if row is None or not (scope.everywhere or row.course_id in scope.course_ids):
        raise NotFound
    return row


def notes(question_id: int) -> Sequence[Row]:
    """The question's history, newest first: kind, text, at, full_name."""
    return db.session.execute(NOTES, {"question": question_id}).all()


def versions(question_id: int) -> Sequence[Row]:
    """The wordings that were in use, newest first: id, number, source, created_at, full_name, seen (of these `practised`), share (0..1 of
    the answers marked)."""
    of = asked(select(QuestionVersion.id).where(QuestionVersion.question_id == question_id))
    query = (
        select(
            QuestionVersion.id, QuestionVersion.number, QuestionVersion.source, QuestionVersion.created_at, Person.full_name, *figures(of)
        )
        .outerjoin(Person, Person.id == QuestionVersion.by_id)
        .outerjoin(of, of.c.question_version_id == QuestionVersion.id)
        .where(QuestionVersion.question_id == question_id)
        .group_by(QuestionVersion.id, Person.full_name)
        .order_by(QuestionVersion.number.desc())
    )  # fmt: skip
    return db.session.execute(query).all()


def alike(row: Any, title: str) -> Sequence[Row]:
    """Other questions of the bank that share most of the first words: id, key, title. Meant as a hint, so at most three."""
    words = [word for word in fold(title).split() if len(word) > 3][:6]
    if len(words) < 4:
        return []
    query = select(Question.id, Question.key, Question.title).where(Question.bank_id == row.bank_id, Question.id != row.id)
    clauses = [Question.fold.contains(word, autoescape=True) for word in words]
    pairs = [and_(*(clause for place, clause in enumerate(clauses) if place != left_out)) for left_out in range(len(clauses))]
    return db.session.execute(query.where(or_(*pairs)).limit(3)).all()
