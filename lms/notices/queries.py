"""Reading messages."""

from collections.abc import Sequence

from sqlalchemy import Row, select

from lms.db import db
from lms.errors import NotFound
from lms.notices.models import Notice

PAGE = 50


def inbox(person_id: int, before_id: int | None = None) -> Sequence[Row]:
    """The person's messages, newest first, at most PAGE; `before_id` pages on."""
    query = select(Notice.__table__).where(Notice.person_id == person_id).order_by(Notice.id.desc()).limit(PAGE)
    if before_id:
        query = query.where(Notice.id < before_id)
    return db.session.execute(query).all()


def message(notice_id: int, person_id: int) -> Row:
    """One of the person's own messages. Raises NotFound for another's."""
    row = db.session.execute(select(Notice.__table__).where(Notice.id == notice_id, Notice.person_id == person_id)).first()
    if row is None:
        raise NotFound
    return row
