"""Parameters of the questions from everybody's answers: estimated as a proposal, used from a moment somebody decides on.

Three steps, so that nobody waits for the database meanwhile: `collect` reads in chunks, `parameters_of` computes without the database,
`propose_calibration` writes.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, func, insert, select

from lms.clock import local
from lms.competence.engine import CHECK_KEY, CHECK_TAG, FLAGS, POLICY_2, Attendance, Item, ItemFlag, fit
from lms.competence.engine import Evidence as AnswerRow
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.notices.services import Message, send_all
from lms.people.queries import holders
from lms.permissions import P
from lms.questions.models import Question
from lms.tracking.models import Calibration, Competence, Evidence, ItemParameter
from lms.tracking.queries.parameters import easiness

LEAST_ANSWERS = 30  # to a question, before it stands in a reference bank
LEAST_QUESTIONS = 10  # of a competence and level, before they make one
AT_ONCE = 20_000  # evidence rows read at once
OFFICERS_AT_ONCE = 2000  # whose trainings are read at once
SHARE = 0.8  # starting values: somebody at the level earns this


@dataclass
class Answers:
    """Everybody's answers as columns, and when officers were trained. `tags`: question -> competence code; `codes`: of competences;
    `attended`: (officer, competence code) -> days, of each course the last on which a lesson of it was finished."""

    guesses: dict[int, float] = field(default_factory=dict)
    officer: list[int] = field(default_factory=list)
    competence: list[int] = field(default_factory=list)
    day: list[date] = field(default_factory=list)
    question: list[int] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    tags: dict[int, str] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)
    attended: dict[tuple[str, str], list[Attendance]] = field(default_factory=dict)

    def add(self, row: Any) -> None:
        """One row of evidence."""
        day = local(row.occurred_at).date()
        for question_id, _level, share, guess in row.answers:
            self.guesses.setdefault(question_id, guess)
            self.officer.append(row.officer_id)
            self.competence.append(row.competence_id)
            self.day.append(day)
            self.question.append(question_id)
            self.score.append(share)

    def add_training(self, row: Any) -> None:
        """A course by which an officer was trained in a competence."""
        there = Attendance(local(row.last).date(), str(row.course_id))
        self.attended.setdefault((str(row.officer_id), self.codes[row.competence_id]), []).append(there)

    def rows(self) -> list[AnswerRow]:
        """As the engine reads them."""
        names = {i: str(i) for i in {*self.officer, *self.question}}
        columns = zip(self.day, self.officer, self.competence, self.question, self.score, strict=True)
        return [
            AnswerRow(day, str(n), names[officer], self.codes[competence], names[question], score)
            for n, (day, officer, competence, question, score) in enumerate(columns)
        ]

    def items(self) -> dict[str, Item]:
        """Every question seen, with its starting values, in the competence it is tagged with."""
        return {
            str(i): Item(
                str(i), c=guess, d=easiness(SHARE, min(guess, 0.5)), competences={tag: 1.0} if (tag := self.tags.get(i)) else {}
            )
            for i, guess in self.guesses.items()
        }


@dataclass(frozen=True)
class Parameters:
    """What the answers say of the questions: columns of ItemParameter by question, and the figures of the whole."""

    rows: Sequence[dict[str, Any]]
    answers: int
    officers: int
    loglik: float
    digest: str


def collect(found: Answers) -> Iterator[int]:
    """Read the answers as they count now (of each source the newest entry). After each number, of rows of evidence read so far, the caller
    ends the transaction."""
    found.tags = {row.id: row.competence for row in db.session.execute(select(Question.id, Question.competence))}
    found.codes = {row.id: row.code for row in db.session.execute(select(Competence.id, Competence.code))}
    other = Evidence.__table__.alias("later")
    same = [other.c[name] == Evidence.__table__.c[name] for name in ("officer_id", "competence_id", "activity_id", "source_id")]
    corrected = select(other.c.id).where(*same, other.c.result_n > Evidence.result_n).exists()
    last = count = 0
    columns = (Evidence.id, Evidence.officer_id, Evidence.competence_id, Evidence.occurred_at, Evidence.answers)
    query = select(*columns).where(Evidence.answers.is_not(None), ~corrected)
    while rows := db.session.execute(query.where(Evidence.id > last).order_by(Evidence.id).limit(AT_ONCE)).all():
        last, count = rows[-1].id, count + len(rows)
        for row in rows:
            found.add(row)
        yield count
    asked = set(zip(found.officer, found.competence, strict=True))
    for start in range(0, max(found.officer, default=0), OFFICERS_AT_ONCE):
        for row in db.session.execute(_trainings(start + 1, start + OFFICERS_AT_ONCE)):
            if (row.officer_id, row.competence_id) in asked:
                found.add_training(row)
        yield count


def _trainings(first: int, last: int) -> Select:
    """SQL: officer_id, competence_id, course_id, last (when they finished a lesson of the course) of the officers between two ids."""
    lessons = (Evidence.source_kind == "lesson", Evidence.officer_id.between(first, last))
    columns = (Evidence.officer_id, Evidence.competence_id, Evidence.course_id)
    query = select(*columns, func.max(Evidence.occurred_at).label("last")).where(*lessons)
    return query.group_by(*columns).order_by(*columns)


def parameters_of(found: Answers) -> Parameters:
    """Estimate the parameters of every question answered so far (2PL with the guess rate of its kind), screen the questions, and leave out
    those whose key is probably wrong; together with what trainings had added when each answer was given. Takes seconds, asks nothing of the
    database. Raises Conflict without answers."""
    if not found.question:
        raise Conflict("Chưa có câu trả lời nào để hiệu chỉnh.")
    fitted = fit(found.rows(), found.items(), POLICY_2, max(found.day), found.attended, drop=_keyed_wrongly)
    flags = _shown(fitted.flags)
    put = [_parameter(fitted.items[key], figures, flags.get(key)) for key, figures in fitted.figures.items()]
    digests = [(code, made.digest) for code, made in sorted(fitted.calibrations.items())]
    digest = sha256(repr((digests, fitted.policy.exposure)).encode()).hexdigest()
    loglik = round(sum(made.loglik for made in fitted.calibrations.values()), 6)
    return Parameters(put, len(found.question), len(set(found.officer)), loglik, digest)


def _keyed_wrongly(flag: ItemFlag) -> bool:
    return flag.flag == CHECK_KEY


def propose_calibration(found: Parameters, at: datetime) -> Calibration:
    """Store them as a proposal. Nothing is decided by it until it is put in force."""
    number = (db.session.scalar(select(func.max(Calibration.number))) or 0) + 1
    row = Calibration(
        number=number, made_at=at, answers=found.answers, officers=found.officers, loglik=found.loglik, digest=found.digest
    )
    db.session.add(row)
    db.session.flush()
    if rows := [{"calibration": number, **values} for values in _in_banks(found.rows)]:
        db.session.execute(insert(ItemParameter), rows)
    return row


def tell_deciders(number: int, by_id: int | None, at: datetime) -> None:
    """Tell those who may decide on a proposal that it waits for them, each once; not the one who asked for it, who sees it made."""
    text = (
        f"Có bộ tham số câu hỏi mới (số {number}) chờ quyết định: xem câu nào đáng ngờ, ai sẽ được hay không còn được ghi nhận."
    )
    to = {row.person_id for row in holders(P.COMPETENCE_RULES, local(at).date())} - {by_id}
    href = f"/tracking/calibrations/{number}"
    send_all([Message(i, "tracking.calibration", f"calibration:{number}", text, href) for i in sorted(to)], at)


def _shown(flags: Sequence[ItemFlag]) -> dict[str, ItemFlag]:
    """Of each question one flag, the gravest; that it goes with another competence explains the others, so it comes first."""
    order = (CHECK_TAG, *(flag for flag in FLAGS if flag != CHECK_TAG))
    return {flag.item: flag for flag in sorted(flags, key=lambda flag: order.index(flag.flag), reverse=True)}


def _parameter(item: Item, figures: tuple[float, float, float], flag: ItemFlag | None) -> dict[str, Any]:
    answers, right, discrimination = figures
    return {
        "question_id": int(item.key), "a": item.a, "d": item.d, "c": item.c, "answers": int(answers), "right": round(right, 6),
        "discrimination": round(discrimination, 6), "flag": flag.flag if flag else "", "better": flag.better if flag else "",
        "suspended": item.suspended,
    }  # fmt: skip


def _in_banks(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """With competence and level of the question, and whether it stands in their reference bank: in use, answered often enough, sound, and
    one of enough such questions."""
    query = select(Question.id, Question.competence, Question.level, Question.state)
    known = {row.id: row for row in db.session.execute(query.where(Question.id.in_([row["question_id"] for row in rows])))}
    found = []
    for row in rows:
        if question := known.get(row["question_id"]):
            sound = question.state == "ready" and row["answers"] >= LEAST_ANSWERS and not row["suspended"]
            found.append({**row, "competence": question.competence, "level": question.level, "in_bank": sound})
    sizes = Counter((row["competence"], row["level"]) for row in found if row["in_bank"])
    return [{**row, "in_bank": row["in_bank"] and sizes[row["competence"], row["level"]] >= LEAST_QUESTIONS} for row in found]


def use_calibration(number: int, by_id: int | None, since: datetime, reason: str = "") -> None:
    """Decide by these parameters from an instant on, the beginning of a day to come. Awards given stand. Raises NotFound, or Conflict when it
    is in use already or an older one would replace a newer."""
    row = db.session.get(Calibration, number)
    if row is None:
        raise NotFound
    newest = db.session.scalar(select(func.max(Calibration.number)).where(Calibration.in_force_at.is_not(None))) or 0
    if number <= newest:
        raise Conflict("Bộ tham số này đã được dùng, hoặc đã có bộ mới hơn đang dùng.")
    row.in_force_at, row.by_id, row.reason = since, by_id, reason
    db.session.flush()
