"""Tables of the bank."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Instant, Key, db


class Bank(db.Model):
    """A set of questions with one owner, usually a course's."""

    __tablename__ = "bank"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Key, unique=True)
    title: Mapped[str] = mapped_column(Text)


class Question(db.Model):
    """A question's identity. Its current version is what new papers draw; old attempts keep theirs.

    The columns from `kind` on repeat the newest wording, so that a bank of 20,000 is searched without opening versions.
    """

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("bank_id", "key"),
        Index("ix_question_draw", "bank_id", "competence", "level", "state"),
        Index("ix_question_ready", "competence", "level", "state"),
        Index("ix_question_list", "bank_id", "changed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    key: Mapped[str] = mapped_column(Key)
    current_id: Mapped[int | None]  # QuestionVersion.id; no foreign key, as the two tables would each need the other first
    state: Mapped[str] = mapped_column(Key, default="ready")  # draft (never in use yet), ready, retired
    competence: Mapped[str] = mapped_column(Key)  # of the current version: what papers draw by
    level: Mapped[int]
    kind: Mapped[str] = mapped_column(Key, default="")
    cognitive: Mapped[str] = mapped_column(Key, default="")
    title: Mapped[str] = mapped_column(Text, default="")  # the stem as one plain line
    fold: Mapped[str] = mapped_column(Text, default="")  # what search reads: key, stem, options, tags, without marks
    tags: Mapped[str] = mapped_column(Text, default="")  # "|nghị định 30|thể thức|", without marks
    author_id: Mapped[int | None]
    changed_at: Mapped[datetime | None] = mapped_column(Instant)


class QuestionVersion(db.Model):
    """One wording of a question, never changed: stem and explanation as safe HTML, and the spec that lms.grading reads."""

    __tablename__ = "question_version"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(Key)
    competence: Mapped[str] = mapped_column(Key)
    level: Mapped[int]
    cognitive: Mapped[str] = mapped_column(Key)  # remember, understand, apply
    spec: Mapped[dict[str, Any]] = mapped_column(JSON)
    source: Mapped[dict[str, Any]] = mapped_column(JSON)  # the pack's or author's entry it was made from
    stem_html: Mapped[str] = mapped_column(Text)
    explanation_html: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    checked: Mapped[date]
    checker: Mapped[str] = mapped_column(Text)
    policy: Mapped[int]  # markup policy the HTML was made under
    digest: Mapped[str] = mapped_column(Key)
    created_at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None]
    origin: Mapped[str] = mapped_column(Key, default="pack")  # pack, web: a pack does not load over what trainers wrote
