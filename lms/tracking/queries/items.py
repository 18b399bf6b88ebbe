"""How good the questions are, by the answers to them: of a bank, of one question, of one calibration against another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, literal, select

from lms import clock
from lms.competence.engine import FLAGS, Item
from lms.courses.queries.scope import banks_in
from lms.db import db
from lms.errors import NotFound
from lms.people.queries import Scope
from lms.questions.models import Bank, Question, QuestionVersion
from lms.quizzes.models import Attempt, AttemptItem, PracticeAnswer
from lms.tracking.models import Calibration, Competence, ItemParameter, Standing
from lms.tracking.queries.parameters import Laws

PAGE = 30
ENOUGH = 100  # answers, below which screening says nothing but the gravest of a question
LEAST = 30  # answers, below which no picture is drawn
MOST_ANSWERS = 3000  # the newest, that a picture is drawn of
FEW, SOUND = "few", "sound"
MOVED = 0.05  # share right of an officer in the middle, from which a question counts as moved
DOUBTFUL = ("check_key", "check_tag")


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to: a bank, a flag (or `few`, `sound`), a competence."""

    bank_id: int | None = None
    flag: str = ""
    competence: str = ""


@dataclass(frozen=True)
class Option:
    """A choice of a question and how many of the lowest, the middle and the highest third chose it (shares)."""

    text: str
    right: bool
    shares: tuple[float, float, float]


@dataclass(frozen=True)
class Picture:
    """The newest answers by thirds of the officers' level in the competence without that answer, lowest first: how many, and the share earned."""

    answers: tuple[int, int, int]
    right: tuple[float, float, float]
    options: Sequence[Option]
    practised: int  # how many of the answers were given in practice

    @property
    def ahead(self) -> float:
        """By how much the highest third earns more than the lowest (share)."""
        return self.right[2] - self.right[0]

    @property
    def lure(self) -> Option | None:
        """The wrong choice that the best third takes more often than any right one."""
        best = max(self.options, key=lambda option: option.shares[2], default=None)
        return best if best is not None and not best.right and best.shares[2] > 0 else None

    @property
    def key(self) -> Option | None:
        """The right choice, of a question with one."""
        return next((option for option in self.options if option.right), None)


@dataclass(frozen=True)
class Compared:
    """A calibration against another: questions in both, of these moved, questions only in the first; doubtful ones that were not."""

    both: int
    moved: int
    new: int
    suspended: int
    in_banks: int
    doubtful: Sequence[Row]


def newest_calibration() -> Row | None:
    """The newest calibration, proposed or in force."""
    return db.session.execute(select(Calibration.__table__).order_by(Calibration.number.desc()).limit(1)).first()


def _few() -> ColumnElement[bool]:
    return (ItemParameter.flag == "") & (ItemParameter.answers < ENOUGH)


def _is(flag: str) -> ColumnElement[bool]:
    """SQL: the question carries the flag; without one it has too few answers, or is sound."""
    if flag == FEW:
        return _few()
    if flag == SOUND:
        return (ItemParameter.flag == "") & (ItemParameter.answers >= ENOUGH)
    return ItemParameter.flag == flag


def _within(query: Select, number: int, scope: Scope, wanted: Wanted) -> Select:
    query = (
        query.select_from(ItemParameter)
        .join(Question, Question.id == ItemParameter.question_id)
        .join(Bank, Bank.id == Question.bank_id)
    ).where(ItemParameter.calibration == number, Bank.id.in_(banks_in(scope)))
    if wanted.bank_id:
        query = query.where(Bank.id == wanted.bank_id)
    if wanted.competence:
        query = query.where(Question.competence == wanted.competence)
    return query


LINE = (
    ItemParameter.__table__, Question.key, Question.title, Question.kind, Question.state, Question.current_id, Question.bank_id,
    Bank.code.label("bank"),
)  # fmt: skip


def health(number: int, scope: Scope, wanted: Wanted, page: int) -> tuple[Sequence[Row], dict[str, int]]:
    """A page of the questions in scope, the worst first, and how many carry which flag (`few`, `sound` among them)."""
    kind = case((ItemParameter.flag != "", ItemParameter.flag), (_few(), FEW), else_=SOUND)
    counted = _within(select(kind.label("kind"), func.count().label("many")), number, scope, wanted).group_by(kind)
    counts = {row.kind: row.many for row in db.session.execute(counted)}
    gravity = case(
        {flag: place for place, flag in enumerate(FLAGS)}, value=ItemParameter.flag, else_=case((_few(), 99), else_=50)
    )
    query = _within(select(*LINE), number, scope, wanted)
    if wanted.flag:
        query = query.where(_is(wanted.flag))
    query = query.order_by(gravity, ItemParameter.discrimination, Question.id)
    return db.session.execute(query.limit(PAGE).offset(PAGE * (page - 1))).all(), counts


def banks(scope: Scope) -> Sequence[Row]:
    """The banks in scope: id, code, title."""
    query = select(Bank.id, Bank.code, Bank.title).where(Bank.id.in_(banks_in(scope)))
    return db.session.execute(query.order_by(Bank.code)).all()


def competences_in(number: int, scope: Scope) -> Sequence[Row]:
    """The competences that questions in scope are tagged with: code, name."""
    tagged = _within(select(Question.competence), number, scope, Wanted())
    query = select(Competence.code, Competence.name).where(Competence.code.in_(tagged))
    return db.session.execute(query.order_by(Competence.rank)).all()


def one(question_id: int, scope: Scope) -> tuple[Row, Row | None]:
    """A question in scope, and what the newest calibration says of it. Raises NotFound."""
    query = select(Question.__table__, Bank.code.label("bank")).join(Bank, Bank.id == Question.bank_id)
    question = db.session.execute(query.where(Question.id == question_id, Bank.id.in_(banks_in(scope)))).first()
    if question is None:
        raise NotFound
    newest = select(func.max(Calibration.number)).scalar_subquery()
    known = select(ItemParameter.__table__).where(ItemParameter.question_id == question_id, ItemParameter.calibration == newest)
    return question, db.session.execute(known).first()


def picture(question: Row) -> Picture | None:
    """Who gets the question right and what is chosen, by thirds; None where too few answers are in."""
    guess = 0.5 if question.kind == "truefalse" else 0.25
    item = Laws().at(clock.now()).item(question.competence, question.id, question.level, guess)
    rows = sorted(_newest_of(question), key=lambda row: _without(row, item))
    if len(rows) < LEAST:
        return None
    cut = [round(len(rows) * part / 3) for part in range(4)]
    thirds = [rows[start:end] for start, end in pairwise(cut)]
    version = db.session.get(QuestionVersion, question.current_id) if question.current_id else None
    return Picture(
        _three(len(third) for third in thirds),
        _three(round(float(sum(row.share for row in third)) / len(third), 4) for third in thirds),
        _options(version.spec, thirds) if version else [],
        sum(row.practised for row in rows),
    )


def _without(row: Row, item: Item) -> float:
    """The officer's level without that answer, to the first order: with it, whoever is right would stand among the better for that alone."""
    sure = 1 / (1 + exp(-(item.a * row.mean + item.d)))
    chance = item.c + (1 - item.c) * sure
    told = (item.a * sure) ** 2 * (1 - chance) / chance  # information of the answer
    return float(row.mean - item.a * sure * (float(row.share) - chance) / chance / max(1 / row.sd**2 - told, 0.1))


def _newest_of(question: Row) -> list[Row]:
    """The newest answers to a question, on papers and in practice, each with the level of who gave it in the question's competence."""
    papers = (
        select(
            AttemptItem.given,
            AttemptItem.share,
            Standing.mean,
            Standing.sd,
            Attempt.started_at.label("at"),
            literal(0).label("practised"),
        )
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .join(Standing, Standing.officer_id == Attempt.officer_id)
        .where(AttemptItem.share.is_not(None))
        .order_by(AttemptItem.id.desc())
    )
    practice = (
        select(
            PracticeAnswer.given,
            PracticeAnswer.share,
            Standing.mean,
            Standing.sd,
            PracticeAnswer.at,
            literal(1).label("practised"),
        )
        .join(QuestionVersion, QuestionVersion.id == PracticeAnswer.question_version_id)
        .join(Standing, Standing.officer_id == PracticeAnswer.officer_id)
        .order_by(PracticeAnswer.id.desc())
    )
    competence_id = select(Competence.id).where(Competence.code == question.competence).scalar_subquery()
    rows: list[Row] = []
    for query in (papers, practice):
        query = query.where(QuestionVersion.question_id == question.id, Standing.competence_id == competence_id)
        rows += db.session.execute(query.limit(MOST_ANSWERS)).all()
    return sorted(rows, key=lambda row: row.at, reverse=True)[:MOST_ANSWERS]


def _three(values: Any) -> Any:
    return tuple(values)


def _options(spec: Mapping[str, Any], thirds: Sequence[Sequence[Row]]) -> list[Option]:
    """The choices of a question that has some, as they stand now; answers to choices no longer there count in none."""
    known: list[tuple[Any, str, bool]]
    if spec.get("kind") == "truefalse":
        known = [(value, words, spec.get("answer") is value) for value, words in ((True, "Đúng"), (False, "Sai"))]
    else:
        known = [(row["key"], row["text"], row.get("correct") is True) for row in spec.get("options") or []]
    chosen = [[_chosen(row.given) for row in third] for third in thirds]
    return [
        Option(text, right, _three(round(sum(key in one for one in third) / len(third), 4) for third in chosen))
        for key, text, right in known
    ]


def _chosen(given: Any) -> list[Any]:
    """The choices in an answer as it was given."""
    if not isinstance(given, Mapping):
        return []
    value = given.get("chosen", given.get("value"))
    return value if isinstance(value, list) else [value]


def _middle(row: Any) -> float:
    """Share right expected of an officer in the middle."""
    return float(row.c + (1 - row.c) / (1 + exp(-row.d)))


def compared(number: int, held: int) -> Compared:
    """What a calibration says otherwise than the one that holds (0: none does)."""
    query = select(ItemParameter.__table__).where(ItemParameter.calibration.in_((number, held)))
    rows: dict[int, dict[int, Row]] = {number: {}, held: {}}
    for row in db.session.execute(query):
        rows[row.calibration][row.question_id] = row
    now, was = rows[number], rows[held] if held != number else {}
    both = now.keys() & was.keys()
    doubtful = [i for i, row in now.items() if row.flag in DOUBTFUL and (i not in was or was[i].flag != row.flag)]
    line = _lines(number, doubtful)
    return Compared(
        len(both), sum(abs(_middle(now[i]) - _middle(was[i])) > MOVED for i in both), len(now) - len(both),
        sum(row.suspended for row in now.values()), sum(row.in_bank for row in now.values()), line,
    )  # fmt: skip


def _lines(number: int, question_ids: Sequence[int]) -> Sequence[Row]:
    query = _within(select(*LINE), number, Scope(everywhere=True), Wanted())
    return db.session.execute(
        query.where(Question.id.in_(question_ids)).order_by(ItemParameter.flag, ItemParameter.discrimination)
    ).all()


def unanswered(number: int, scope: Scope, wanted: Wanted) -> int:
    """How many questions in use nobody has answered yet."""
    known = select(ItemParameter.question_id).where(ItemParameter.calibration == number)
    query = select(func.count()).where(
        Question.state == "ready", Question.bank_id.in_(banks_in(scope)), Question.id.not_in(known)
    )
    if wanted.bank_id:
        query = query.where(Question.bank_id == wanted.bank_id)
    if wanted.competence:
        query = query.where(Question.competence == wanted.competence)
    return db.session.scalar(query) or 0
