"""Parameters of the questions from everybody's answers: estimated as a proposal, used from a moment somebody decides on.

Three steps, so that nobody waits for the database meanwhile: `collect` reads in chunks, `parameters_of` computes without the database,
`propose_calibration` writes.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import func, insert, select

from lms.clock import local
from lms.competence import engine
from lms.competence.engine import FLAGS, Item, ItemFlag, Responses, calibrate, responses
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
SHARE = 0.8  # starting values: somebody at the level earns this


@dataclass
class Answers:
    """Everybody's answers as columns: a person is an officer in one competence. `tags`: question -> competence code; `codes`: of
    competences."""

    people: dict[tuple[int, int], int] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    guesses: list[float] = field(default_factory=list)
    person: list[int] = field(default_factory=list)
    question: list[int] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    tags: dict[int, str] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)

    def add(self, row: Any) -> None:
        """One row of evidence."""
        who = self.people.setdefault((row.officer_id, row.competence_id), len(self.people))
        for question_id, _level, share, guess in row.answers:
            place = self.places.setdefault(question_id, len(self.places))
            if place == len(self.guesses):
                self.guesses.append(guess)
            self.person.append(who)
            self.question.append(place)
            self.score.append(share)

    def responses(self) -> Responses:
        """As the engine reads them."""
        return responses(np.array(self.person), np.array(self.question), np.array(self.score, dtype=np.float64))

    def items(self) -> list[Item]:
        """Every question seen, with its starting values, in the order of places."""
        return [
            Item(str(i), c=guess, d=easiness(SHARE, min(guess, 0.5)), competences={self.tags.get(i, ""): 1.0})
            for i, guess in zip(self.places, self.guesses, strict=True)
        ]


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
    query = select(Evidence.id, Evidence.officer_id, Evidence.competence_id, Evidence.answers).where(
        Evidence.answers.is_not(None), ~corrected
    )
    while rows := db.session.execute(query.where(Evidence.id > last).order_by(Evidence.id).limit(AT_ONCE)).all():
        last, count = rows[-1].id, count + len(rows)
        for row in rows:
            found.add(row)
        yield count


def parameters_of(found: Answers) -> Parameters:
    """Estimate the parameters of every question answered so far (2PL with the guess rate of its kind), screen the questions, and once more
    without those whose key is probably wrong. Takes seconds, asks nothing of the database. Raises Conflict without answers."""
    if not found.question:
        raise Conflict("Chưa có câu trả lời nào để hiệu chỉnh.")
    rows, items = found.responses(), found.items()
    first = calibrate(rows, items)
    said = engine.screen(rows, first, _elsewhere(found, rows, first))
    wrong = {flag.item for flag in said if flag.flag == engine.CHECK_KEY}
    kept = [place for place, item in enumerate(items) if item.key not in wrong]
    done = calibrate(_without(rows, kept), [items[place] for place in kept]) if len(kept) < len(items) else first
    statistics = engine.item_statistics(rows, first)
    flags = _shown(said)
    put = [_parameter(item, place, statistics, flags) for place, item in enumerate(_newest(first, done))]
    return Parameters(put, len(rows.item), len({officer_id for officer_id, _ in found.people}), done.loglik, done.digest)


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
    order = (engine.CHECK_TAG, *(flag for flag in FLAGS if flag != engine.CHECK_TAG))
    return {flag.item: flag for flag in sorted(flags, key=lambda flag: order.index(flag.flag), reverse=True)}


def _elsewhere(found: Answers, rows: Responses, first: engine.Calibration) -> dict[str, Any]:
    """Competence code -> for each person the level of the same officer there; 0 in the person's own competence and where nothing was
    answered, so that it can speak for another competence only where there are answers."""
    pairs = np.array(list(found.people))
    levels = engine.person_levels(rows, first.items, 31)[0]
    _, officer = np.unique(pairs[:, 0], return_inverse=True)
    known, own = np.unique(pairs[:, 1], return_inverse=True)
    whole = np.zeros((int(officer.max()) + 1, len(known)))
    whole[officer, own] = levels
    return {
        found.codes[int(i)]: np.where(own == at, 0.0, whole[officer, at]).astype(np.float32)
        for at, i in enumerate(known)
        if int(i) in found.codes
    }


def _newest(first: engine.Calibration, done: engine.Calibration) -> list[Item]:
    """Each question as last estimated: those left out the second time as the first time, and suspended."""
    again = {item.key: item for item in done.items}
    return [again.get(item.key) or replace(item, suspended=True) for item in first.items]


def _parameter(item: Item, place: int, statistics: Any, flags: Mapping[str, ItemFlag]) -> dict[str, Any]:
    answers, right, discrimination = (float(column[place]) for column in statistics)
    flag = flags.get(item.key)
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


def _without(rows: Responses, kept: Sequence[int]) -> Responses:
    """The answers to the questions kept, renumbered; people keep their places."""
    new = np.full(int(rows.item.max()) + 1, -1)
    new[list(kept)] = np.arange(len(kept))
    stay = new[rows.item] >= 0
    return responses(rows.person[stay], new[rows.item[stay]], rows.score[stay], rows.count)
