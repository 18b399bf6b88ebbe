"""Tables of quizzes. An attempt pins the quiz version and every question version: a later edit never changes a mark."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Instant, Key, Mark, db


class QuizVersion(db.Model):
    """One setting of a quiz activity, never changed.

    `settings`: {"minutes": 0 = none, "attempts": 0 = no limit, "pass_mark": per cent, "method", "shuffle", "review", "points": per
    question}, of "draw": [{"competence", "level", "count", "points"?}] and "questions": [question keys] at least one, and perhaps
    "points_of": {question key: points}, "per_page", "breaks": [question keys], "bands": [{"name", "from": per cent, "text"}], "closes".
    """

    __tablename__ = "quiz_version"
    __table_args__ = (UniqueConstraint("activity_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(Key)
    created_at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None]


class Attempt(db.Model):
    """One go at a quiz. Open while submitted_at is null and the deadline, with its grace, is not past: the clock decides for every reader."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "activity_id", "number"),
        Index(
            "ix_attempt_open",
            "deadline",
            sqlite_where=db.text("submitted_at IS NULL"),
            postgresql_where=db.text("submitted_at IS NULL"),
        ),
        Index(
            "uq_attempt_one_open",
            "enrolment_id",
            "activity_id",
            unique=True,
            sqlite_where=db.text("submitted_at IS NULL"),
            postgresql_where=db.text("submitted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    quiz_version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id"))
    number: Mapped[int]
    seed: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(Instant)
    deadline: Mapped[datetime | None] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[str | None] = mapped_column(Key)  # officer, clock
    points: Mapped[Any | None] = mapped_column(Mark)
    max_points: Mapped[Any | None] = mapped_column(Mark)
    percent: Mapped[Any | None] = mapped_column(Mark)
    passed: Mapped[bool | None]


class AttemptItem(db.Model):
    """One question of an attempt, with the newest answer beside it (the answers table is the record)."""

    __tablename__ = "attempt_item"
    __table_args__ = (UniqueConstraint("attempt_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    position: Mapped[int]
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    points: Mapped[Any] = mapped_column(Mark)
    revision: Mapped[int] = mapped_column(default=0)  # of the newest answer; 0 = none yet
    given: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    flagged: Mapped[bool] = mapped_column(default=False)
    share: Mapped[Any | None] = mapped_column(Mark)  # 0..1, once graded


class Answer(db.Model):
    """One answer as given, appended. `token` is the sender's receipt: the same answer sent twice is one row."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("item_id", "revision"), UniqueConstraint("item_id", "token"))

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("attempt_item.id"))
    revision: Mapped[int]
    based_on: Mapped[int]  # the revision the sender had seen
    token: Mapped[str] = mapped_column(Key)
    given: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    given_at: Mapped[datetime] = mapped_column(
        Instant
    )  # by the sender's clock, corrected by the server's; never after received_at
    received_at: Mapped[datetime] = mapped_column(Instant)


class Practice(db.Model):
    """A few questions to practise, chosen for an officer: `picks` are question versions in their order. Ended once all are answered.

    `kind`: practice, weekly (one in an ISO week such as "2026-W48"). `competence`: the code it is about, empty when mixed. While one of a
    day is open, it is gone on with instead of a second of the same kind and competence.
    """

    __tablename__ = "practice"
    __table_args__ = (
        UniqueConstraint("officer_id", "week"),
        Index(
            "uq_practice_one_open",
            "officer_id",
            "kind",
            "competence",
            "day",
            unique=True,
            sqlite_where=db.text("ended_at IS NULL"),
            postgresql_where=db.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(Key)
    competence: Mapped[str] = mapped_column(Key)
    picks: Mapped[list[int]] = mapped_column(JSON)
    seed: Mapped[int]
    week: Mapped[str | None] = mapped_column(Key)
    day: Mapped[date]  # of made_at, in Vietnam
    made_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class PracticeAnswer(db.Model):
    """The one answer to a place of a practice, appended and graded at once. `n`: its number in the officer's record."""

    __tablename__ = "practice_answer"
    __table_args__ = (UniqueConstraint("practice_id", "place"), UniqueConstraint("officer_id", "n"))

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    place: Mapped[int]  # from 1
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    n: Mapped[int]
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    given: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    share: Mapped[Any] = mapped_column(Mark)  # 0..1
    at: Mapped[datetime] = mapped_column(Instant)


class Allowance(db.Model):
    """What a person, or a unit with all below it, is given in one quiz or in all (activity_id null) beyond its rules.

    `percent` of the quiz's minutes more, so many `attempts` more, another last day to begin. Appended and ended, never changed.
    """

    __tablename__ = "allowance"
    __table_args__ = (CheckConstraint("(person_id IS NULL) <> (unit_id IS NULL)", name="one_kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    percent: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    closes: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[int | None]
    end_reason: Mapped[str] = mapped_column(Text, default="")


class QuestionReport(db.Model):
    """An officer says that a question of an attempt, or one they practised, is faulty; a trainer answers."""

    __tablename__ = "question_report"
    __table_args__ = (
        UniqueConstraint("item_id"),
        UniqueConstraint("practice_answer_id"),
        CheckConstraint("(item_id IS NULL) <> (practice_answer_id IS NULL)", name="one_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("attempt_item.id"))
    practice_answer_id: Mapped[int | None] = mapped_column(ForeignKey("practice_answer.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_by: Mapped[int | None]
    replied_at: Mapped[datetime | None] = mapped_column(Instant)
