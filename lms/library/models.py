"""Tables of the library."""

from datetime import date

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Key, db


class Instrument(db.Model):
    """A legal instrument or official paper. Dates are local dates; `ended` is the last day in force."""

    __tablename__ = "instrument"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Key, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    fold: Mapped[str] = mapped_column(Text)  # search key of number and title
    issued: Mapped[date | None]
    in_force: Mapped[date | None]
    ended: Mapped[date | None]
    verified: Mapped[bool]
    source: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    digest: Mapped[str] = mapped_column(Key)  # of the pack's entry, to see what changed


class InstrumentRelation(db.Model):
    """`from` replaces or amends `to`."""

    __tablename__ = "instrument_relation"

    from_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Key, primary_key=True)  # replaces, amends
    to_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), primary_key=True)


class Citation(db.Model):
    """A lesson version or question version (kind + id, they are on higher floors) rests on an article of an instrument."""

    __tablename__ = "citation"
    __table_args__ = (Index("ix_citation_object", "object_kind", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    object_kind: Mapped[str] = mapped_column(Key)  # lesson_version, question_version
    object_id: Mapped[int]
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), index=True)
    article: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
