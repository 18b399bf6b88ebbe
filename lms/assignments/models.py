"""Tables of assignments. What is submitted, marked, confirmed and answered is appended; the state of a thing is read off its newest rows."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Instant, Key, Mark, db


class AssignmentVersion(db.Model):
    """One wording of an assignment activity, never changed.

    `entry` is what the pack says of it (docs/content-packs.md, Assignment); `html`: instructions and samples made safe,
    {"instructions": html, "samples": [html]}. A submission pins its version: a later rubric never changes a mark.
    """

    __tablename__ = "assignment_version"
    __table_args__ = (UniqueConstraint("activity_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    entry: Mapped[dict[str, Any]] = mapped_column(JSON)
    html: Mapped[dict[str, Any]] = mapped_column(JSON)
    policy: Mapped[int]  # of the markup
    digest: Mapped[str] = mapped_column(Key)
    created_at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None]


class SubmissionDraft(db.Model):
    """What an officer is still writing: one row, saved as often as wanted; `revision` keeps one tab from overwriting another."""

    __tablename__ = "submission_draft"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text, default="")
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    paper: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(Instant)


class Submission(db.Model):
    """One piece of work handed in, never changed. `paper`: {"number", "symbol", "issued_on", "issuer"} of an issued paper, or {}."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "activity_id", "number"),
        Index("ix_submission_activity", "activity_id", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    assignment_version_id: Mapped[int] = mapped_column(ForeignKey("assignment_version.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # {"name", "digest", "mime", "bytes"}
    paper: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    due: Mapped[date | None]  # as it was when handed in
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    percent: Mapped[Any | None] = mapped_column(Mark)  # once settled; the markings are the record
    passed: Mapped[bool | None]
    commended: Mapped[bool | None]
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    waits_for: Mapped[str | None] = mapped_column(Key, default="first")  # first, second, third; None once settled


class Marking(db.Model):
    """One marker's levels and comments, appended; a correction is the next revision of the same seat and says why.

    `seat`: first, second, third, or appeal (it stands alone). `levels`: {criterion: level key}; `comments`: {criterion: text}.
    """

    __tablename__ = "marking"
    __table_args__ = (UniqueConstraint("submission_id", "seat", "revision"), Index("ix_marking_marker", "marker_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    seat: Mapped[str] = mapped_column(Key)
    revision: Mapped[int] = mapped_column(default=1)
    marker_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    levels: Mapped[dict[str, str]] = mapped_column(JSON)
    comments: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    comment: Mapped[str] = mapped_column(Text, default="")
    percent: Mapped[Any] = mapped_column(Mark)
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Instant)


class Product(db.Model):
    """Something of daily work said to show a competence at a level, for the head of the unit to confirm or decline.

    kind "paper": an issued paper, entered by the officer; "ability": the head confirms the competence itself, without a paper; "decision": a
    recognition names the officer (RecognitionLine says which), and Sở Nội vụ enters it.
    `competence` is a code of the framework, which stands on a higher floor.
    """

    __tablename__ = "product"

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(Key)
    number: Mapped[str] = mapped_column(Text, default="")
    symbol: Mapped[str] = mapped_column(Text, default="")
    issued_on: Mapped[date | None]
    issuer: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")  # trích yếu
    part: Mapped[str] = mapped_column(Text, default="")  # what the officer did in it
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    competence: Mapped[str] = mapped_column(Key)
    level: Mapped[int]
    by_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)


class ProductWithdrawal(db.Model):
    """An officer took back a product on which nobody had said anything yet; the product stays in the record."""

    __tablename__ = "product_withdrawal"

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class Recognition(db.Model):
    """A decision of an authority that recognises levels 4 and 5, entered once with its scan, never changed.

    `key`: number, issuer and day as they are compared, so that one decision is entered once; `fold`: what it is searched by.
    """

    __tablename__ = "recognition"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Key)  # council, initiative, trainer
    number: Mapped[str] = mapped_column(Text)
    symbol: Mapped[str] = mapped_column(Text)
    signed_on: Mapped[date] = mapped_column(index=True)
    issuer: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)  # trích yếu
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    key: Mapped[str] = mapped_column(Text, unique=True)
    fold: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class RecognitionLine(db.Model):
    """One officer, competence and level that a recognition names: the product (kind "decision") on which its words stand."""

    __tablename__ = "recognition_line"

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    recognition_id: Mapped[int] = mapped_column(ForeignKey("recognition.id"), index=True)


class Confirmation(db.Model):
    """A head's word on a product, or what a recognition says of an officer, appended under the officer's next number (courses.ResultHead):
    tracking reads it like a result.

    A later revision supersedes: the answer to an appeal, a head who corrects what was said, a recognition withdrawn, with the reason.
    """

    __tablename__ = "confirmation"
    __table_args__ = (UniqueConstraint("product_id", "revision"), UniqueConstraint("officer_id", "n"))

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    n: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    confirmed: Mapped[bool]
    level: Mapped[int]  # confirmed at, at most what was asked for; 0 when declined
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  # the officer's main unit of that day
    at: Mapped[datetime] = mapped_column(Instant)


class Appeal(db.Model):
    """An officer asks for a mark or a declined product to be looked at again; somebody who did not decide answers once, with reason.

    `against`: what was in force then: the submission's last marking id, or the product's last confirmation id.
    """

    __tablename__ = "appeal"
    __table_args__ = (UniqueConstraint("kind", "against"), Index("ix_appeal_open", "answered_at", "due"))

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(Key)  # mark, confirmation
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    against: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    policy: Mapped[int]  # version of the rule that gave the days
    at: Mapped[datetime] = mapped_column(Instant)
    due: Mapped[date]  # to be answered by
    upheld: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)


class SelfRating(db.Model):
    """What an officer says of their own level, appended; drawn apart and never counted (domain analysis 3.4)."""

    __tablename__ = "self_rating"
    __table_args__ = (Index("ix_self_rating_officer", "officer_id", "competence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    competence: Mapped[str] = mapped_column(Key)
    level: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Instant)
