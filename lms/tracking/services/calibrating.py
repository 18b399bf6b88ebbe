"""Parameters of the questions from everybody's answers: estimated as a proposal, used from a moment somebody decides on."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import func, insert, select

from lms.competence import engine
from lms.competence.engine import Item, Responses, calibrate, responses
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.questions.models import Question
from lms.tracking.models import Calibration, Evidence, ItemParameter
from lms.tracking.queries.parameters import easiness

LEAST_ANSWERS = 30  # to a question, before it stands in a reference bank
LEAST_QUESTIONS = 10  # of a competence and level, before they make one
AT_ONCE = 20_000  # evidence rows read at once
SHARE = 0.8  # starting values: somebody at the level earns this


def propose_calibration(at: datetime) -> Calibration:
    """Estimate the parameters of every question answered so far (2PL with the guess rate of its kind), screen the questions, and once more
    without those whose key is probably wrong. Nothing is decided by it until it is put in force. Raises Conflict without answers."""
    found = _Answers()
    for row in _evidence():
        found.add(row)
    if not found.question:
        raise Conflict("Chưa có câu trả lời nào để hiệu chỉnh.")
    rows, items = found.responses(), found.items()
    first = calibrate(rows, items)
    flags = {flag.item: flag.flag for flag in reversed(engine.screen(rows, first))}
    kept = [place for place, item in enumerate(items) if flags.get(item.key) != engine.CHECK_KEY]
    done = calibrate(_without(rows, kept), [items[place] for place in kept]) if len(kept) < len(items) else first
    number = (db.session.scalar(select(func.max(Calibration.number))) or 0) + 1
    row = Calibration(
        number=number, made_at=at, answers=len(rows.item), officers=len({officer_id for officer_id, _ in found.people}),
        loglik=done.loglik, digest=done.digest,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    statistics = engine.item_statistics(rows, first)
    put = [_parameter(number, item, place, statistics, flags) for place, item in enumerate(_newest(first, done))]
    db.session.execute(insert(ItemParameter), _in_banks(put))
    return row


def _newest(first: engine.Calibration, done: engine.Calibration) -> list[Item]:
    """Each question as last estimated: those left out the second time as the first time, and suspended."""
    again = {item.key: item for item in done.items}
    return [again.get(item.key) or replace(item, suspended=True) for item in first.items]


def _parameter(number: int, item: Item, place: int, statistics: Any, flags: Mapping[str, str]) -> dict[str, Any]:
    answers, right, discrimination = (float(column[place]) for column in statistics)
    return {
        "calibration": number, "question_id": int(item.key), "a": item.a, "d": item.d, "c": item.c, "answers": int(answers),
        "right": round(right, 6), "discrimination": round(discrimination, 6), "flag": flags.get(item.key, ""),
        "suspended": item.suspended,
    }  # fmt: skip


def _in_banks(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
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


def use_calibration(number: int, by_id: int | None, since: datetime) -> None:
    """Decide by these parameters from an instant on, the beginning of a day to come. Awards given stand. Raises NotFound, or Conflict when it
    is in use already or an older one would replace a newer."""
    row = db.session.get(Calibration, number)
    if row is None:
        raise NotFound
    newest = db.session.scalar(select(func.max(Calibration.number)).where(Calibration.in_force_at.is_not(None))) or 0
    if number <= newest:
        raise Conflict("Bộ tham số này đã được dùng, hoặc đã có bộ mới hơn đang dùng.")
    row.in_force_at, row.by_id = since, by_id
    db.session.flush()


def _evidence() -> Iterator[Any]:
    """Answers as they count now: of each source the newest entry."""
    other = Evidence.__table__.alias("later")
    same = [other.c[name] == Evidence.__table__.c[name] for name in ("officer_id", "competence_id", "activity_id", "source_id")]
    corrected = select(other.c.id).where(*same, other.c.result_n > Evidence.result_n).exists()
    last = 0
    query = select(Evidence.id, Evidence.officer_id, Evidence.competence_id, Evidence.answers).where(
        Evidence.answers.is_not(None), ~corrected
    )
    while rows := db.session.execute(query.where(Evidence.id > last).order_by(Evidence.id).limit(AT_ONCE)).all():
        last = rows[-1].id
        yield from rows


class _Answers:
    """The columns of calibration: a person is an officer in one competence."""

    def __init__(self) -> None:
        self.people: dict[tuple[int, int], int] = {}
        self.places: dict[int, int] = {}
        self.guesses: list[float] = []
        self.person: list[int] = []
        self.question: list[int] = []
        self.score: list[float] = []

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
        tags = {row.id: row.competence for row in db.session.execute(select(Question.id, Question.competence))}
        return [
            Item(str(i), c=guess, d=easiness(SHARE, min(guess, 0.5)), competences={tags.get(i, ""): 1.0})
            for i, guess in zip(self.places, self.guesses, strict=True)
        ]


def _without(rows: Responses, kept: Sequence[int]) -> Responses:
    """The answers to the questions kept, renumbered; people keep their places."""
    new = np.full(int(rows.item.max()) + 1, -1)
    new[list(kept)] = np.arange(len(kept))
    stay = new[rows.item] >= 0
    return responses(rows.person[stay], new[rows.item[stay]], rows.score[stay], rows.count)
