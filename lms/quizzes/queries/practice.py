"""Practice: the questions chosen for an officer, what was answered, and what of it tracking reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, Select, bindparam, func, select

from lms.db import db
from lms.errors import NotFound
from lms.grading import guess_rate
from lms.people.queries import is_person
from lms.questions.models import QuestionVersion
from lms.questions.queries import CachedVersion, versions
from lms.quizzes.models import Answer, Attempt, AttemptItem, Practice, PracticeAnswer, QuestionReport
from lms.quizzes.queries.attempts import GRACE, TAKES_ANSWERS, Asked

MINUTES_A_QUESTION = 0.7


@dataclass(frozen=True)
class Place(Asked):
    """One question of a practice. `at`: when it was answered, None before; an answer of nothing ("not sure") counts as one.

    `answer_id`: of the stored answer; `reported`: what the officer reported of the question, with its reply (text, reply).
    """

    place: int
    at: datetime | None
    answer_id: int | None
    reported: Row | None

    @property
    def done(self) -> bool:
        """Whether it was answered: the first answer stands."""
        return self.at is not None


@dataclass(frozen=True)
class PracticeSet:
    """One practice with its questions."""

    id: int
    officer_id: int
    kind: str
    competence: str
    week: str | None
    made_at: datetime
    ended_at: datetime | None
    places: tuple[Place, ...]

    @property
    def minutes(self) -> int:
        """About how long it takes."""
        return max(1, round(len(self.places) * MINUTES_A_QUESTION))

    @property
    def done(self) -> list[Place]:
        """The questions that were answered."""
        return [one for one in self.places if one.done]

    @property
    def right(self) -> list[Place]:
        """The questions that were answered right."""
        return [one for one in self.done if one.grade.state == "right"]

    @property
    def codes(self) -> list[str]:
        """Codes of the competences asked, each once, as they come."""
        return list(dict.fromkeys(one.question.competence for one in self.places))

    def after(self, place: int) -> Place | None:
        """The next question without an answer behind a place (0: from the first), else the first of those before it; None when none is left."""
        open_ = [one for one in self.places if not one.done]
        return next((one for one in open_ if one.place > place), open_[0] if open_ else None)

    def at_place(self, place: int) -> Place:
        """The question at a place, from 1. Raises NotFound."""
        if not 1 <= place <= len(self.places):
            raise NotFound
        return self.places[place - 1]


@dataclass(frozen=True)
class PractisedAnswer:
    """One practised answer as competence reads it. `n`: its number in the officer's record; `kind`: of the practice; `share` and `guess`:
    0 to 1."""

    officer_id: int
    n: int
    practice_id: int
    competence: str
    question_id: int
    level: int
    kind: str
    share: float
    guess: float
    at: datetime


def week_of(day: date) -> str:
    """The ISO week of a day as its text: 2026-W48."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


# Built once, as every page of a practice asks them: a practice's row for each of its answers (or one with nulls), and the open papers.
_practice, _answered, _report, _attempt, _item = (
    Practice.__table__.c,
    PracticeAnswer.__table__.c,
    QuestionReport.__table__.c,
    Attempt.__table__.c,
    AttemptItem.__table__.c,
)
PRACTICES = (
    select(
        _practice.id, _practice.officer_id, _practice.kind, _practice.competence, _practice.week, _practice.made_at, _practice.ended_at,
        _practice.picks, _practice.seed, _answered.place, _answered.given, _answered.at, _answered.id.label("answer_id"),
        _report.text, _report.reply,
    )
    .join_from(Practice.__table__, PracticeAnswer.__table__, _answered.practice_id == _practice.id, isouter=True)
    .join(QuestionReport.__table__, _report.practice_answer_id == _answered.id, isouter=True)
)  # fmt: skip
ONE_PRACTICE = PRACTICES.where(_practice.id == bindparam("practice"), is_person(_practice.officer_id, bindparam("officer")))
OF_WEEK = PRACTICES.where(_practice.officer_id == bindparam("officer"), _practice.week == bindparam("week"))
IN_HAND = (
    select(QuestionVersion.__table__.c.question_id, _attempt.activity_id)
    .join_from(Attempt.__table__, AttemptItem.__table__, _item.attempt_id == _attempt.id)
    .join(QuestionVersion.__table__, QuestionVersion.__table__.c.id == _item.question_version_id)
    .where(is_person(_attempt.officer_id, bindparam("officer")), TAKES_ANSWERS)
)


def _build(rows: Sequence[Row]) -> PracticeSet | None:
    if not rows:
        return None
    first = rows[0]
    known = versions(first.picks)
    answers = {row.place: row for row in rows if row.place is not None}
    places = tuple(
        _place(known[version_id], f"{first.seed}.{place}", place, answers.get(place))
        for place, version_id in enumerate(first.picks, 1)
    )
    return PracticeSet(
        first.id, first.officer_id, first.kind, first.competence, first.week, first.made_at, first.ended_at, places
    )


def _place(question: CachedVersion, seed: str, place: int, row: Row | None) -> Place:
    if row is None:
        return Place(question, seed, None, place, None, None, None)
    return Place(question, seed, row.given, place, row.at, row.answer_id, row if row.text is not None else None)


def practice_set(practice_id: int, officer_id: int) -> PracticeSet:
    """One practice of that officer. One query once its questions are in the process. Raises NotFound for another's."""
    found = _build(db.session.execute(ONE_PRACTICE, {"practice": practice_id, "officer": officer_id}).all())
    if found is None:
        raise NotFound
    return found


def weekly_practice(officer_id: int, week: str) -> PracticeSet | None:
    """The officer's practice of an ISO week, finished or not; None when it has not begun."""
    return _build(db.session.execute(OF_WEEK, {"officer": officer_id, "week": week}).all())


def _in_hand(officer_id: int, at: datetime) -> dict[int, int]:
    """Question id -> the activity of the open paper that holds it."""
    rows = db.session.execute(IN_HAND, {"officer": officer_id, "taken_from": at - GRACE})
    return {row.question_id: row.activity_id for row in rows}


def in_hand(officer_id: int, at: datetime) -> set[int]:
    """Questions of the papers that the officer is working on: practice shows keys, so these are not practised meanwhile."""
    return set(_in_hand(officer_id, at))


def held_up_by(found: PracticeSet, officer_id: int, at: datetime) -> int | None:
    """The quiz activity that the officer must hand in first, as its open paper shares a question with the practice; None when none."""
    held = _in_hand(officer_id, at)
    return next((held[q] for one in found.places if (q := one.question.question_id) in held), None)


def _answers() -> Select:
    return (
        select(
            PracticeAnswer.officer_id, PracticeAnswer.n, PracticeAnswer.practice_id, PracticeAnswer.question_version_id,
            PracticeAnswer.share, PracticeAnswer.at, Practice.kind,
        )
        .join(Practice, Practice.id == PracticeAnswer.practice_id)
        .order_by(PracticeAnswer.officer_id, PracticeAnswer.n)
    )  # fmt: skip


def _read(query: Select) -> list[PractisedAnswer]:
    rows = db.session.execute(query).all()
    known = versions(row.question_version_id for row in rows)
    found = []
    for row in rows:
        question = known[row.question_version_id]
        found.append(
            PractisedAnswer(
                row.officer_id, row.n, row.practice_id, question.competence, question.question_id, question.level, row.kind,
                round(float(row.share), 6), guess_rate(question.spec), row.at,
            )
        )  # fmt: skip
    return found


def answers_after(officer_id: int, n: int) -> list[PractisedAnswer]:
    """The officer's practised answers with a number above n, in the order of their numbers."""
    return _read(_answers().where(PracticeAnswer.officer_id == officer_id, PracticeAnswer.n > n))


def answers_of(officer_ids: Iterable[int]) -> list[PractisedAnswer]:
    """All practised answers of several officers, by officer and number."""
    return _read(_answers().where(PracticeAnswer.officer_id.in_(list(officer_ids))))


def answered_recently(officer_id: int, since: datetime) -> dict[int, datetime]:
    """Question id -> when the officer last answered it, of those answered since then, in quizzes or in practice."""
    in_quizzes = (
        select(QuestionVersion.question_id, func.max(Answer.received_at).label("last"))
        .join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(Answer, Answer.item_id == AttemptItem.id)
        .where(is_person(Attempt.officer_id, officer_id), Answer.received_at >= since)
        .group_by(QuestionVersion.question_id)
    )
    practised = (
        select(QuestionVersion.question_id, func.max(PracticeAnswer.at).label("last"))
        .join(PracticeAnswer, PracticeAnswer.question_version_id == QuestionVersion.id)
        .where(is_person(PracticeAnswer.officer_id, officer_id), PracticeAnswer.at >= since)
        .group_by(QuestionVersion.question_id)
    )
    last: dict[int, datetime] = {}
    for row in [*db.session.execute(in_quizzes), *db.session.execute(practised)]:
        last[row.question_id] = max(row.last, last.get(row.question_id, row.last))
    return last
