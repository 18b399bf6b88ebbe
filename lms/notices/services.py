"""Writing messages. Account.unread counts them where they are written, so that no page has to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import update

from lms.db import db, insert_into
from lms.notices.models import Notice
from lms.people.models import Account


@dataclass(frozen=True)
class Message:
    """What one person is told; the same person, kind and about is told once."""

    person_id: int
    kind: str
    about: str
    text: str
    href: str = ""


def send(person_id: int, kind: str, about: str, text: str, href: str, at: datetime) -> bool:
    """Tell a person something, with a link into the application. False when the same kind was already sent about the same thing."""
    return bool(send_all([Message(person_id, kind, about, text, href)], at))


def send_all(messages: Iterable[Message], at: datetime) -> list[int]:
    """Tell many people at once; ids of those told now, without those who had the message already."""
    rows = [{**vars(message), "at": at} for message in messages]
    if not rows:
        return []
    once = insert_into(Notice).on_conflict_do_nothing(index_elements=["person_id", "kind", "about"]).returning(Notice.person_id)
    told = list(db.session.scalars(once, rows))
    for times, person_ids in groupby(sorted(Counter(told).items(), key=itemgetter(1)), key=itemgetter(1)):
        _add_unread([person_id for person_id, _ in person_ids], times)
    return told


def mark_read(person_id: int, at: datetime, notice_id: int | None = None) -> None:
    """Mark one message as read, or all of them. Another's message is left alone."""
    change = update(Notice).where(Notice.person_id == person_id, Notice.read_at.is_(None)).values(read_at=at)
    if notice_id:
        change = change.where(Notice.id == notice_id)
    read = db.session.execute(change.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined]
    _add_unread([person_id], -read)


def _add_unread(person_ids: list[int], n: int) -> None:
    """Added, not counted anew: two writers at once must not overwrite each other's number."""
    if n:
        change = update(Account).where(Account.person_id.in_(person_ids)).values(unread=Account.unread + n)
        db.session.execute(change.execution_options(synchronize_session=False))
