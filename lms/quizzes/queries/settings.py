"""Quiz versions. They never change, so they are kept in the process once read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from lms import grading
from lms.db import Kept, db
from lms.errors import NotFound
from lms.quizzes.models import QuizVersion

METHOD_NAMES = {
    "highest": "lấy điểm cao nhất của các lượt",
    "latest": "lấy điểm của lượt cuối",
    "first": "lấy điểm của lượt đầu",
    "average": "lấy điểm trung bình của các lượt",
}
REVIEWS = {
    "after_submit": "ngay sau khi nộp bài",
    "after_last": "sau khi nộp lượt cuối cùng",
    "never": "không hiện đáp án",
}
_quizzes: Kept["Quiz"] = Kept(2000)


@dataclass(frozen=True)
class Band:
    """A grade of the quiz: its name, the per cent it begins at, and what is said to who reaches it."""

    name: str
    start: Decimal
    text: str


@dataclass(frozen=True)
class Quiz:
    """One version of a quiz. `minutes` 0: no time limit; `attempts` 0: no limit; `pass_mark` in per cent; `points` a question is worth
    where nothing else is said of it; `per_page` 0: all questions on one page; `closes`: the last day on which an attempt may begin.
    """

    id: int
    activity_id: int
    bank_id: int
    title: str
    minutes: int
    attempts: int
    pass_mark: Decimal
    method: str
    review: str
    shuffle: bool
    points: Decimal
    draw: tuple[tuple[str, int, int], ...]  # competence, level, count
    questions: tuple[str, ...]  # keys of the questions that stand in every paper, before those drawn
    points_of: Mapping[str, Decimal] = field(default_factory=dict)  # of a named question
    points_drawn: Mapping[tuple[str, int], Decimal] = field(default_factory=dict)  # of those drawn on a competence and level
    per_page: int = 1
    breaks: frozenset[str] = frozenset()  # named questions that begin a page
    bands: tuple[Band, ...] = ()
    closes: date | None = None

    @property
    def size(self) -> int:
        """How many questions a full paper has."""
        return len(self.questions) + sum(count for _, _, count in self.draw)

    @property
    def limited(self) -> bool:
        """Whether time, attempts or days are limited, so that an allowance could matter."""
        return bool(self.minutes or self.attempts or self.closes)

    def worth(self, key: str, competence: str, level: int) -> Decimal:
        """The points of a question in this quiz."""
        if key in self.questions:
            return self.points_of.get(key, self.points)
        return self.points_drawn.get((competence, level), self.points)

    def page_starts(self, keys: Sequence[str]) -> list[int]:
        """At which places (from 0) of a paper's questions a page begins. Page breaks hold where the order is the author's."""
        if self.breaks and not self.shuffle:
            return [place for place, key in enumerate(keys) if place == 0 or key in self.breaks]
        return list(range(0, len(keys), self.per_page or max(len(keys), 1)))

    def band(self, percent: Decimal) -> Band | None:
        """The band that so many per cent reach."""
        name = grading.band(percent, [(band.name, band.start) for band in self.bands])
        return next((band for band in self.bands if band.name == name), None)


def read_quiz(row: Any) -> Quiz:
    """A quiz from its row (id, activity_id, bank_id, title, settings)."""
    s: dict[str, Any] = row.settings
    draw = s.get("draw") or []
    return Quiz(
        id=row.id, activity_id=row.activity_id, bank_id=row.bank_id, title=row.title,
        minutes=s["minutes"], attempts=s["attempts"], pass_mark=Decimal(str(s["pass_mark"])), method=s["method"],
        review=s["review"], shuffle=s["shuffle"], points=Decimal(s["points"]),
        draw=tuple((d["competence"], d["level"], d["count"]) for d in draw), questions=tuple(s.get("questions") or []),
        points_of={key: Decimal(str(points)) for key, points in (s.get("points_of") or {}).items()},
        points_drawn={(d["competence"], d["level"]): Decimal(str(d["points"])) for d in draw if "points" in d},
        per_page=s.get("per_page", 1), breaks=frozenset(s.get("breaks") or []),
        bands=tuple(Band(b["name"], Decimal(str(b["from"])), b.get("text", "")) for b in s.get("bands") or []),
        closes=date.fromisoformat(s["closes"]) if s.get("closes") else None,
    )  # fmt: skip


def quiz(version_id: int) -> Quiz:
    """One version of a quiz by its id. No query once it is in the process. Raises NotFound."""
    if found := _quizzes.get(version_id):
        return found
    row = db.session.execute(select(QuizVersion.__table__).where(QuizVersion.id == version_id)).first()
    if row is None:
        raise NotFound
    return _quizzes.keep(version_id, read_quiz(row))


def newest(activity_id: int) -> QuizVersion | None:
    """The newest version of an activity's quiz; None before the first."""
    query = select(QuizVersion).where(QuizVersion.activity_id == activity_id).order_by(QuizVersion.number.desc()).limit(1)
    return db.session.scalar(query)


def forget(version_id: int) -> None:
    """Drop a version from the process: a number of a transaction that was undone may be given again to another."""
    _quizzes.pop(version_id, None)
