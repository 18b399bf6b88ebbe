"""Which quizzes in force rest on the questions of a bank, and what taking questions away leaves them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from lms.authoring.queries.picking import draft_quizzes
from lms.courses.models import Activity, Course
from lms.courses.queries import version
from lms.db import db
from lms.questions.models import Question
from lms.quizzes.models import QuizVersion

Place = tuple[str, int]  # competence and level: where papers draw

# Built once: the editor of a question asks at every opening.
OF_BANK = (
    select(QuizVersion.id, QuizVersion.title, QuizVersion.settings, Activity.key, Course.id, Course.code, Course.current_id)
    .join(Activity, Activity.id == QuizVersion.activity_id)
    .join(Course, Course.id == Activity.course_id)
    .where(QuizVersion.bank_id == bindparam("bank"), Course.current_id.is_not(None))
    .order_by(Course.code, QuizVersion.id)
)


@dataclass(frozen=True)
class InForce:
    """A quiz as officers meet it today: the questions it names, and how many it draws where."""

    course_id: int
    code: str
    key: str
    title: str
    named: frozenset[str]
    draws: Mapping[Place, int]


@dataclass(frozen=True)
class Touched:
    """A quiz that loses something. `left`: questions that stay ready where it draws `asked`; None when it names the question itself."""

    quiz: InForce
    place: Place | None = None
    asked: int = 0
    left: int | None = None

    @property
    def grave(self) -> bool:
        """Whether the quiz could no longer be held as its course says."""
        return self.left is None or self.left < self.asked


def in_force(bank_id: int) -> list[InForce]:
    """The quizzes of published courses, as published, that take questions of the bank."""
    return [
        InForce(course_id, code, key, title, *_rests_on(settings))
        for quiz_id, title, settings, key, course_id, code, current_id in db.session.execute(OF_BANK, {"bank": bank_id})
        if any(activity.get("quiz_version") == quiz_id for activity in version(current_id).activities)
    ]


def _rests_on(settings: Mapping[str, Any]) -> tuple[frozenset[str], dict[Place, int]]:
    draws = {(draw["competence"], draw["level"]): draw["count"] for draw in settings.get("draw") or []}
    return frozenset(settings.get("questions") or []), draws


class Resting:
    """What the quizzes in force rest on in a bank, read once, so that many questions are judged together."""

    def __init__(self, bank_id: int) -> None:
        self.quizzes = in_force(bank_id)
        self.ready: dict[Place, set[str]] = defaultdict(set)
        of_bank = select(Question.key, Question.competence, Question.level)
        for key, competence, level in db.session.execute(of_bank.where(Question.bank_id == bank_id, Question.state == "ready")):
            self.ready[competence, level].add(key)

    def without(self, key: str, gone: Collection[str] = (), named_too: bool = True) -> list[Touched]:
        """The quizzes that lose this question, after those in `gone`. `named_too`: it goes altogether, not only from the draws."""
        return [touched for quiz in self.quizzes for touched in self._of(quiz, key, gone, named_too)]

    def _of(self, quiz: InForce, key: str, gone: Collection[str], named_too: bool) -> Iterator[Touched]:
        if key in quiz.named:
            if named_too:
                yield Touched(quiz)
            return
        for place, asked in quiz.draws.items():
            if key in self.ready[place]:
                yield Touched(quiz, place, asked, len(self.ready[place] - quiz.named - {key, *gone}))


def moves(row: Any) -> bool:
    """Whether a question in use lies elsewhere once its draft comes into use."""
    place = ("competence", "level")
    return row.state == "ready" and bool(row.entry) and [row.entry.get(n) for n in place] != [row.source.get(n) for n in place]


def used_in(row: Any) -> list[tuple[InForce, bool]]:
    """The quizzes in force that may ask a question, each with whether it names it. A question out of use is asked by none that draws."""
    source = row.source or {}
    lies = (source.get("competence"), source.get("level"))
    return [
        (quiz, row.key in quiz.named)
        for quiz in in_force(row.bank_id)
        if row.key in quiz.named or (row.state == "ready" and lies in quiz.draws)
    ]


def planned(row: Any, used: Collection[tuple[InForce, bool]]) -> list[tuple[int, str, str]]:
    """Quizzes of drafts that name the question and that officers do not meet yet: course, key and title of the quiz."""
    there = {(quiz.course_id, quiz.key) for quiz, named in used if named}
    return [quiz for quiz in draft_quizzes(row.bank_code, row.key) if quiz[:2] not in there]
