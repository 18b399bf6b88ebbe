"""Tables of pack loading."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Instant, Key, db


class PackLoad(db.Model):
    """A pack as it was last loaded: the digest tells whether the text has changed since."""

    __tablename__ = "pack_load"

    pack: Mapped[str] = mapped_column(Key, primary_key=True)
    digest: Mapped[str] = mapped_column(Key)
    loaded_at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None]
