"""Which questions to practise: those whose answers tell most of whether a level is met, not seen lately first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, false, or_, select

from lms.competence.engine import Item, worth
from lms.db import db
from lms.grading import guess_rate
from lms.questions import queries as questions
from lms.questions.models import Question
from lms.quizzes import queries as quizzes
from lms.quizzes.queries.practice import MINUTES_A_QUESTION
from lms.tracking.queries.profile import Line
from lms.tracking.queries.record import Record

FEWEST, MOST = 5, 10  # questions in one practice
WEEKLY = 5
OF_ONE = 2  # of one competence in a week's five, while others have some


@dataclass(frozen=True)
class Candidate:
    """A question that may be practised. `lately`: seen within the time in which it would count less."""

    version_id: int
    question_id: int
    code: str
    lately: bool
    worth: float

    @property
    def order(self) -> tuple[bool, float, int]:
        """Unseen first, then what tells most."""
        return self.lately, -self.worth, self.question_id


def how_many(line: Line) -> int:
    """How many questions are offered at once: enough to prove the level, with one slip."""
    return min(MOST, max(FEWEST, (line.next.at_best or MOST) + 2 if line.next else FEWEST))


def how_long(line: Line) -> int:
    """About how many minutes that takes."""
    return max(1, round(how_many(line) * MINUTES_A_QUESTION))


def for_competence(officer_id: int, line: Line, record: Record, at: datetime) -> list[int]:
    """Question versions to practise one competence, the most telling first."""
    found = _candidates(officer_id, {line.need.code: line.practice} if line.practice else {}, record, at)
    return [candidate.version_id for candidate in sorted(found, key=lambda c: c.order)[: how_many(line)]]


def for_week(officer_id: int, lines: Sequence[Line], record: Record, at: datetime) -> list[int]:
    """The week's five: competences that ask for a refresher first, then those below what is required; at most two of one competence as long
    as others have some."""
    asking = [line for line in lines if line.refresh] + [line for line in lines if line.gap]
    rank = {line.need.code: place for place, line in reversed(list(enumerate(asking)))}
    found = _candidates(officer_id, {line.need.code: line.practice for line in asking if line.practice}, record, at)
    taken: list[Candidate] = []
    spare: list[Candidate] = []
    for candidate in sorted(found, key=lambda c: (c.lately, rank[c.code], c.order)):
        full = sum(other.code == candidate.code for other in taken) >= OF_ONE
        (spare if full else taken).append(candidate)
    return [candidate.version_id for candidate in [*taken, *spare][:WEEKLY]]


def _candidates(officer_id: int, levels: Mapping[str, int], record: Record, at: datetime) -> list[Candidate]:
    """Ready questions of these competences and levels that count, and are on no paper the officer is working on."""
    rows = db.session.execute(_ready(levels)).all()
    since = at - timedelta(days=record.law.policy.repeat_days)
    lately, open_papers = quizzes.answered_recently(officer_id, since), quizzes.in_hand(officer_id, at)
    known = questions.versions(row.current_id for row in rows)
    found = []
    for row in rows:
        if row.id in open_papers or row.current_id not in known:
            continue
        guess = guess_rate(known[row.current_id].spec)
        item = record.law.item(row.competence, row.id, row.level, guess)
        if not item.suspended:
            tells = _worth(row.competence, row.level, item, record)
            found.append(Candidate(row.current_id, row.id, row.competence, row.id in lately, tells))
    return found


def _ready(levels: Mapping[str, int]) -> Select:
    of = [(Question.competence == code) & (Question.level == level) for code, level in sorted(levels.items())]
    return (
        select(Question.id, Question.current_id, Question.competence, Question.level)
        .where(Question.state == "ready", Question.current_id.is_not(None), or_(false(), *of))
        .order_by(Question.id)
    )


def _worth(code: str, level: int, item: Item, record: Record) -> float:
    sight = record.sights.get(code)
    return worth(sight.estimate if sight else record.nothing, record.law.requirement(code, level), item)
