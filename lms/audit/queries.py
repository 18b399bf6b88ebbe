"""Reading the log."""

from collections.abc import Sequence

from sqlalchemy import Row, select

from lms.audit.models import AuditEntry
from lms.db import db


def entries(act: str = "", before_id: int | None = None, limit: int = 50) -> Sequence[Row]:
    """The newest entries, newest first; `act` filters by its beginning ("rosters"), `before_id` pages on."""
    query = select(AuditEntry.__table__).order_by(AuditEntry.id.desc()).limit(limit)
    if act:
        query = query.where(AuditEntry.act.startswith(act, autoescape=True))
    if before_id:
        query = query.where(AuditEntry.id < before_id)
    return db.session.execute(query).all()


def of_object(kind: str, object_key: object, limit: int = 50) -> Sequence[Row]:
    """What happened to one thing, newest first."""
    query = select(AuditEntry.__table__).where(AuditEntry.object_kind == kind, AuditEntry.object_key == str(object_key))
    return db.session.execute(query.order_by(AuditEntry.id.desc()).limit(limit)).all()
