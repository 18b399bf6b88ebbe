"""Tables of certificates. A completion without a certificate is pending ("chờ công nhận"); approval freezes and numbers it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Instant, Key, db


class RegisterCounter(db.Model):
    """The last number of an issuer's register in a local year: no gap, no double."""

    __tablename__ = "register_counter"

    issuer: Mapped[str] = mapped_column(Key, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(default=0)


class Decision(db.Model):
    """A decision recognising results: under it certificates are approved. Number and date are those of the issued paper."""

    __tablename__ = "recognition_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    signer_title: Mapped[str] = mapped_column(Text)
    signer_name: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str] = mapped_column(Key)
    issuer_name: Mapped[str] = mapped_column(Text)
    issuer_parent: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)


class Certificate(db.Model):
    """An approved certificate. `frozen`: what it says (name, birth, unit, title, course, periods, result, dates), for ever."""

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("issuer", "year", "n"), Index("ix_certificate_register", "year", "issuer", "n"))

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("recognition_decision.id"))
    issuer: Mapped[str] = mapped_column(Key)
    year: Mapped[int]
    n: Mapped[int]
    number: Mapped[str] = mapped_column(Key)  # 015/GCN-SNV-2026
    code: Mapped[str] = mapped_column(Key, unique=True)  # 80 random bits, for verification
    frozen: Mapped[dict[str, Any]] = mapped_column(JSON)
    approved_at: Mapped[datetime] = mapped_column(Instant)
    approved_by: Mapped[int]
    pdf_digest: Mapped[str | None] = mapped_column(Key)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_by: Mapped[int | None]
    revoked_reason: Mapped[str] = mapped_column(Text, default="")
    revoked_decision: Mapped[str] = mapped_column(Text, default="")
