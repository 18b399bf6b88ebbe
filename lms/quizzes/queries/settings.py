"""Quiz versions. They never change, so they are kept in the process once read."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select

from lms.db import db
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
ROOM = 2000
_quizzes: dict[int, "Quiz"] = {}


@dataclass(frozen=True)
class Quiz:
    """One version of a quiz. `minutes` 0: no time limit; `attempts` 0: no limit; `pass_mark` in per cent; `points` a question is worth."""

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
    questions: tuple[str, ...]  # question keys, where they are named instead of drawn

    @property
    def size(self) -> int:
        """How many questions a full paper has."""
        return len(self.questions) or sum(count for _, _, count in self.draw)


def _read(row: Row) -> Quiz:
    s: dict[str, Any] = row.settings
    return Quiz(
        id=row.id, activity_id=row.activity_id, bank_id=row.bank_id, title=row.title,
        minutes=s["minutes"], attempts=s["attempts"], pass_mark=Decimal(str(s["pass_mark"])), method=s["method"],
        review=s["review"], shuffle=s["shuffle"], points=Decimal(s["points"]),
        draw=tuple((d["competence"], d["level"], d["count"]) for d in s.get("draw", [])),
        questions=tuple(s.get("questions", [])),
    )  # fmt: skip


def quiz(version_id: int) -> Quiz:
    """One version of a quiz by its id. No query once it is in the process. Raises NotFound."""
    if found := _quizzes.get(version_id):
        return found
    row = db.session.execute(select(QuizVersion.__table__).where(QuizVersion.id == version_id)).first()
    if row is None:
        raise NotFound
    while len(_quizzes) >= ROOM:
        _quizzes.pop(next(iter(_quizzes)), None)  # the oldest leaves first
    _quizzes[version_id] = _read(row)
    return _quizzes[version_id]


def newest(activity_id: int) -> QuizVersion | None:
    """The newest version of an activity's quiz; None before the first."""
    query = select(QuizVersion).where(QuizVersion.activity_id == activity_id).order_by(QuizVersion.number.desc()).limit(1)
    return db.session.scalar(query)


def forget(version_id: int) -> None:
    """Drop a version from the process: a number of a transaction that was undone may be given again to another."""
    _quizzes.pop(version_id, None)
