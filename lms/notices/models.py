"""Tables of messages."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Instant, Key, db


class Notice(db.Model):
    """A message to one person; `about` (kind:key) makes sending the same one twice harmless."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("person_id", "kind", "about"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(Key)
    about: Mapped[str] = mapped_column(Key)
    text: Mapped[str] = mapped_column(Text)
    href: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
