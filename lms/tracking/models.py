"""Tables of competence. Evidence and awards are the record, appended; the bookmark says how far results have been read."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Instant, Key, Mark, db


class Competence(db.Model):
    """One competence of the framework; `levels`: five descriptors, of levels 1 to 5."""

    __tablename__ = "competence"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Key, unique=True)
    area_code: Mapped[str] = mapped_column(Key)
    area_name: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    levels: Mapped[list[str]] = mapped_column(JSON)
    rank: Mapped[int]


class Requirement(db.Model):
    """The level a position requires, between two dates; without the core ones a position is not met."""

    __tablename__ = "requirement"

    id: Mapped[int] = mapped_column(primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"), index=True)
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id"))
    level: Mapped[int]
    core: Mapped[bool]
    since: Mapped[date]
    until: Mapped[date | None]


class Evidence(db.Model):
    """What one result says about one competence, under one policy version. `level` 0: it shows taking part, not a level."""

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("officer_id", "result_n", "competence_id"),
        Index("ix_evidence_officer", "officer_id", "competence_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id"))
    result_n: Mapped[int]  # courses.Result.n of that officer
    source_kind: Mapped[str] = mapped_column(Key)  # competence policy's source kinds
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    source_id: Mapped[int]
    level: Mapped[int]
    percent: Mapped[Any | None] = mapped_column(Mark)  # of the points on this competence
    policy: Mapped[int]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class Award(db.Model):
    """A level, given on evidence under a policy version; awards of an older policy stand."""

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("officer_id", "competence_id", "level", "policy"),
        Index("ix_award_competence", "competence_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id"))
    level: Mapped[int]
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    policy: Mapped[int]
    awarded_at: Mapped[datetime] = mapped_column(Instant)
    valid_until: Mapped[date | None]


class Bookmark(db.Model):
    """The last result number of an officer that tracking has read."""

    __tablename__ = "tracking_bookmark"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    n: Mapped[int] = mapped_column(default=0)
    read_at: Mapped[datetime] = mapped_column(Instant)
