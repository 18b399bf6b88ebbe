"""Tables of the log."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Instant, Key, db


class AuditEntry(db.Model):
    """One act: who (account's person; None = the system), when, what, on which thing (kind and key, no foreign key)."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_object", "object_kind", "object_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor_id: Mapped[int | None]
    act: Mapped[str] = mapped_column(Key)
    object_kind: Mapped[str] = mapped_column(Key)
    object_key: Mapped[str] = mapped_column(Key)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    request_id: Mapped[str | None] = mapped_column(Key)
