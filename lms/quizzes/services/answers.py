"""Answers as they are given: appended, acknowledged with a receipt, never overwritten by a later retry.

A save names the revision it was based on. Is that still the newest, the answer becomes the next revision; otherwise nothing is stored
and the sender is shown the newest one (Stale). The same token again is answered with the same receipt.

What is believed of the sender's clock. Before the deadline, nothing depends on it: given_at is only kept within what is possible, not
before the attempt began and not after it was received. After the deadline an answer counts when the sender says that it was given
in time and it arrives within GRACE. The page takes the server's time when it opens and counts on from there, so setting the device's
clock changes nothing; somebody who rewrites the page's program can win at most GRACE. A form sent without the program is received when
it is received.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, and_, bindparam, select, update

from lms.db import db
from lms.errors import Conflict, NotFound
from lms.questions.queries import CachedVersion, versions
from lms.quizzes import queries
from lms.quizzes.models import Answer, Attempt, AttemptItem
from lms.vietnamese import nfc

LONGEST = 500  # characters of a typed answer
MOST_KEYS = 60
CLOSED = "Bài làm đã đóng nên câu trả lời này không được nhận. Các câu đã báo “Đã lưu” vẫn còn nguyên."
TOO_LATE = "Đã hết giờ làm bài nên câu trả lời này không được nhận. Các câu đã báo “Đã lưu” vẫn còn nguyên."


# The statements of a save, built once: this is the hottest page.
_attempt, _item, _answer = Attempt.__table__.c, AttemptItem.__table__.c, Answer.__table__.c
ITEM_FOR_SAVING = (
    select(
        _item.id, _item.revision, _item.given, _item.question_version_id, _attempt.started_at, _attempt.deadline,
        queries.TAKES_ANSWERS.label("is_open"), _answer.token, _answer.revision.label("answered_revision"),
        _answer.given.label("answered"), _answer.received_at,
    )
    .join_from(AttemptItem.__table__, Attempt.__table__, _attempt.id == _item.attempt_id)
    .outerjoin(Answer.__table__, and_(_answer.item_id == _item.id, _answer.token == bindparam("token")))
    .where(_attempt.id == bindparam("attempt"), _attempt.officer_id == bindparam("officer"))
    .where(_item.position == bindparam("position"))
    .with_for_update(read=True, of=Attempt.__table__)
)  # fmt: skip
SET_NEWEST = (
    AttemptItem.__table__.update()
    .where(_item.id == bindparam("item"), _item.revision == bindparam("seen"))
    .values(revision=bindparam("next"), given=bindparam("now_given"))
)
APPEND = Answer.__table__.insert()


@dataclass(frozen=True)
class Receipt:
    """What an acknowledged save says. `code` can be recomputed from the stored answer; `read` is how a typed number was read."""

    revision: int
    saved_at: datetime
    code: str
    read: Decimal | None


@dataclass(frozen=True)
class Stale:
    """The save was based on an older answer than the newest, which is this one."""

    revision: int
    given: dict[str, Any] | None


def clean_given(kind: str, given: object) -> dict[str, Any] | None:
    """The answer brought to the shape of its kind (lms.grading), bounded; None when nothing of it is an answer."""
    value: Any = given if isinstance(given, Mapping) else {}
    match kind:
        case "single":
            found = _key(value.get("chosen"))
            return {"chosen": found} if found else None
        case "multiple":
            keys = _keys(value.get("chosen"))
            return {"chosen": sorted(set(keys))} if keys else None
        case "truefalse":
            return {"value": value["value"]} if isinstance(value.get("value"), bool) else None
        case "numerical" | "short":
            text = nfc(value["text"]).strip()[:LONGEST] if isinstance(value.get("text"), str) else ""
            return {"text": text} if text else None
        case "matching":
            pairs = value.get("pairs") if isinstance(value.get("pairs"), Mapping) else {}
            chosen = {k: v for k, v in list(pairs.items())[:MOST_KEYS] if _key(k) and _key(v)}
            return {"pairs": chosen} if chosen else None
        case "ordering":
            keys = _keys(value.get("order"))
            return {"order": keys} if keys else None
    return None


def _key(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= 64 and value.isprintable() else None


def _keys(value: object) -> list[str]:
    return [key for key in value[:MOST_KEYS] if _key(key)] if isinstance(value, list) else []


def save_answer(
    officer_id: int, attempt_id: int, position: int, given: object, based_on: int, token: str,
    at: datetime, given_at: datetime | None = None,
) -> Receipt | Stale:  # fmt: skip
    """Append an answer of the officer's attempt. `given`: any JSON, brought into shape; `given_at`: when, by the sender's account.

    Three statements once the question is in the process. Raises NotFound for another's attempt, Conflict when the attempt no longer takes it.
    """
    row = _item_for_saving(officer_id, attempt_id, position, token, at)
    if row.token is not None:
        return _receipt(row, row.answered_revision, token, row.answered, row.received_at)
    if not row.is_open:
        raise Conflict(CLOSED)
    given_at = min(given_at or at, at)
    if row.deadline is not None and given_at > row.deadline:
        raise Conflict(TOO_LATE)
    if based_on != row.revision:
        return Stale(row.revision, row.given)
    given = clean_given(_question(row).kind, given)
    given_at = max(given_at, row.started_at)
    change = {"item": row.id, "seen": based_on, "next": based_on + 1, "now_given": given}
    if db.session.execute(SET_NEWEST, change).rowcount == 0:  # type: ignore[attr-defined]
        return _lost_race(officer_id, attempt_id, position, token, at)
    values = {
        "item_id": row.id, "revision": based_on + 1, "based_on": based_on, "token": token, "given": given,
        "given_at": given_at, "received_at": at,
    }  # fmt: skip
    db.session.execute(APPEND, values)
    return _receipt(row, based_on + 1, token, given, at)


def _item_for_saving(officer_id: int, attempt_id: int, position: int, token: str, at: datetime) -> Row:
    """The item, its attempt held open until commit (a submit waits, and then grades this answer too), and the token's own answer."""
    asked = {"attempt": attempt_id, "officer": officer_id, "position": position, "token": token, "taken_from": at - queries.GRACE}
    row = db.session.execute(ITEM_FOR_SAVING, asked).first()
    if row is None:
        raise NotFound
    return row


def _lost_race(officer_id: int, attempt_id: int, position: int, token: str, at: datetime) -> Receipt | Stale:
    """Another save of the same moment was first: it may have been this very one."""
    row = _item_for_saving(officer_id, attempt_id, position, token, at)
    if row.token is not None:
        return _receipt(row, row.answered_revision, token, row.answered, row.received_at)
    return Stale(row.revision, row.given)


def _receipt(item: Row, revision: int, token: str, given: dict[str, Any] | None, saved_at: datetime) -> Receipt:
    said = json.dumps([item.id, revision, token, given, saved_at.isoformat()], sort_keys=True, ensure_ascii=False)
    code = hashlib.sha256(said.encode()).hexdigest()[:16]
    return Receipt(revision, saved_at, code, queries.number_read(_question(item), given))


def _question(item: Row) -> CachedVersion:
    return versions([item.question_version_id])[item.question_version_id]


def flag(officer_id: int, attempt_id: int, position: int, flagged: bool, at: datetime) -> None:
    """Mark a question to be looked at again, or take the mark off. Raises NotFound for another's attempt or a closed one."""
    mine = select(Attempt.id).where(Attempt.id == attempt_id, Attempt.officer_id == officer_id, queries.open_for_answers(at))
    change = (
        update(AttemptItem)
        .where(AttemptItem.attempt_id.in_(mine), AttemptItem.position == position)
        .values(flagged=flagged)
        .execution_options(synchronize_session=False)
    )
    if db.session.execute(change).rowcount == 0:  # type: ignore[attr-defined]
        raise NotFound
