"""Writing the bank: a changed entry makes a new version, the old ones stay for the attempts that pinned them."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms import grading, markup
from lms.db import db
from lms.library.services import cite
from lms.questions.models import Bank, Question, QuestionVersion
from lms.questions.queries import forget
from lms.vietnamese import fold


def put_bank(code: str, title: str) -> Bank:
    """The bank of that code, created when there is none."""
    row = db.session.scalar(select(Bank).where(Bank.code == code))
    if row is None:
        row = Bank(code=code, title=title)
        db.session.add(row)
    row.title = title
    db.session.flush()
    return row


def put_question(
    bank_id: int, entry: Mapping[str, Any], at: datetime, by_id: int | None, origin: str = "pack"
) -> QuestionVersion:  # fmt: skip
    """Create a question or a new version of it from its entry (docs/content-packs.md, Questions); `origin`: pack or web.

    The same entry again changes nothing and returns the current version. The entry must have passed `grading.check`.
    """
    source = json.loads(json.dumps(entry, default=str, ensure_ascii=False))
    digest = hashlib.sha256(json.dumps(source, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    question = db.session.scalar(select(Question).where(Question.bank_id == bank_id, Question.key == entry["key"]))
    if question is None:
        question = Question(bank_id=bank_id, key=entry["key"], competence=entry["competence"], level=entry["level"])
        db.session.add(question)
        db.session.flush()
    current = db.session.get(QuestionVersion, question.current_id) if question.current_id else None
    question.state = "ready"
    if current is not None and current.digest == digest:
        return current
    describe(question, entry, at, by_id)
    version = _version(question.id, entry, source, current.number + 1 if current else 1, digest)
    version.created_at, version.by_id, version.origin = at, by_id, origin
    db.session.add(version)
    db.session.flush()
    forget(version.id)
    cite("question_version", version.id, entry["citations"])
    question.current_id = version.id
    return version


def describe(question: Question, entry: Mapping[str, Any], at: datetime, by_id: int | None) -> None:
    """Note on the question what lists show and search reads of its newest wording, which may still be a draft."""
    question.kind, question.cognitive = entry.get("kind", ""), entry.get("cognitive", "")
    question.competence, question.level = entry.get("competence", ""), entry.get("level", 0)
    words = [text for name in ("options", "answers", "pairs", "items") for row in entry.get(name) or [] for text in _texts(row)]
    tags = [fold(tag) for tag in entry.get("tags") or []]
    question.title = markup.plain(entry.get("stem", ""))[:300]
    question.fold = fold(" ".join([entry["key"], entry.get("stem", ""), *words, *tags]))
    question.tags = f"|{'|'.join(tags)}|" if tags else ""
    question.changed_at, question.author_id = at, by_id


def _texts(row: Mapping[str, Any]) -> list[str]:
    return [str(row[name]) for name in ("text", "left", "right") if row.get(name)]


def _version(question_id: int, entry: Mapping[str, Any], source: dict[str, Any], number: int, digest: str) -> QuestionVersion:
    return QuestionVersion(
        question_id=question_id, number=number, kind=entry["kind"], competence=entry["competence"], level=entry["level"],
        cognitive=entry["cognitive"], spec=grading.spec_from_source(entry, entry["key"]), source=source,
        stem_html=markup.render(entry["stem"]).html, explanation_html=markup.render(entry["explanation"]).html,
        tags=list(entry.get("tags", [])), checked=entry["checked"], checker=entry.get("checker", ""), policy=markup.POLICY, digest=digest,
    )  # fmt: skip


def retire_missing(bank_id: int, keys: set[str]) -> int:
    """Take questions that came by the pack and are no longer in it out of new papers; how many. Attempts keep them."""
    from_pack = select(QuestionVersion.id).where(QuestionVersion.origin == "pack")
    rows = db.session.scalars(
        select(Question).where(Question.bank_id == bank_id, Question.state == "ready", Question.current_id.in_(from_pack))
    ).all()
    gone = [row for row in rows if row.key not in keys]
    for row in gone:
        row.state = "retired"
    return len(gone)
