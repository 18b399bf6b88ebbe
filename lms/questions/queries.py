"""Reading the bank. Versions never change, so they are kept in the process once read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from lms.db import Kept, db
from lms.questions.models import Bank, Question, QuestionVersion

_questions: Kept["CachedVersion"] = Kept(5000)


@dataclass(frozen=True)
class CachedVersion:
    """One question version as papers, players and graders use it."""

    id: int
    key: str
    kind: str
    competence: str
    level: int
    cognitive: str
    spec: dict[str, Any]
    stem_html: str
    explanation_html: str
    question_id: int


def draw_pool(bank_id: int, competence: str, level: int, without: Collection[str] = ()) -> list[int]:
    """Ids of the current versions of the ready questions on that competence and level but those of some keys, in a fixed order."""
    query = (
        select(Question.current_id)
        .where(Question.bank_id == bank_id, Question.competence == competence, Question.level == level, Question.state == "ready")
        .order_by(Question.id)
    )
    if without:
        query = query.where(Question.key.not_in(without))
    return [version_id for version_id in db.session.scalars(query) if version_id is not None]


def current_versions(bank_id: int, keys: Iterable[str]) -> dict[str, int]:
    """Question key -> id of its current version, of those keys that the bank has ready."""
    query = select(Question.key, Question.current_id).where(
        Question.bank_id == bank_id, Question.key.in_(list(keys)), Question.state == "ready", Question.current_id.is_not(None)
    )
    return {key: current for key, current in db.session.execute(query) if current is not None}


def versions(ids: Iterable[int]) -> dict[int, CachedVersion]:
    """Question versions by id; only those not yet in the process are read, in one query."""
    wanted = set(ids)
    found = {i: kept for i in wanted if (kept := _questions.get(i))}
    if unread := wanted - found.keys():
        query = (
            select(
                QuestionVersion.id, Question.key, QuestionVersion.kind, QuestionVersion.competence, QuestionVersion.level,
                QuestionVersion.cognitive, QuestionVersion.spec, QuestionVersion.stem_html, QuestionVersion.explanation_html,
                QuestionVersion.question_id,
            )
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(QuestionVersion.id.in_(unread))
        )  # fmt: skip
        found |= {row.id: _questions.keep(row.id, CachedVersion(*row)) for row in db.session.execute(query)}
    return found


def forget(version_id: int) -> None:
    """Drop a version from the process: a number of a transaction that was undone may be given again to another."""
    _questions.pop(version_id, None)


def bank(code: str) -> Bank | None:
    """A bank by its code."""
    return db.session.scalar(select(Bank).where(Bank.code == code))


def changed_on_web(bank_id: int) -> set[str]:
    """Keys of the questions whose wording in use was written in the browser."""
    query = select(Question.key).join(QuestionVersion, QuestionVersion.id == Question.current_id)
    return set(db.session.scalars(query.where(Question.bank_id == bank_id, QuestionVersion.origin == "web")))
