"""Tables of courses. What an officer sees of a course is one immutable CourseVersion; what an officer does hangs on activities."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Instant, Key, Mark, db


class Course(db.Model):
    """A course's identity."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Key, unique=True)
    current_id: Mapped[int | None]  # CourseVersion.id in force
    state: Mapped[str] = mapped_column(Key, default="open")  # open, closed


class CourseVersion(db.Model):
    """A published outline, never changed.

    `outline`: [{"key", "title", "activities": [{"id", "key", "kind": "lesson"|"quiz"|"assignment", "title", "mandatory", "minutes",
    "bytes", "lesson_version" | "quiz_version" | "assignment_version": id}]}]. `rule`: {"electives": n}: every mandatory activity and n of the others.
    `evidences`: [{"competence", "level"}]. `audience`: {"positions": [codes], "unit_kinds": []}, empty = everybody.
    """

    __tablename__ = "course_version"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    fold: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    periods: Mapped[int]
    outcomes: Mapped[list[str]] = mapped_column(JSON)
    audience: Mapped[dict[str, Any]] = mapped_column(JSON)
    prerequisites: Mapped[list[str]] = mapped_column(JSON)  # course codes
    outline: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    evidences: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    review_by: Mapped[date | None]
    minutes: Mapped[int]
    bytes: Mapped[int]
    digest: Mapped[str] = mapped_column(Key)  # of the pack it was made from
    published_at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None]


class Activity(db.Model):
    """Something to do in a course: its key stays across versions, and so does what was earned in it."""

    __tablename__ = "activity"
    __table_args__ = (UniqueConstraint("course_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    key: Mapped[str] = mapped_column(Key)
    kind: Mapped[str] = mapped_column(Key)  # lesson, quiz, assignment


class LessonVersion(db.Model):
    """One text of a lesson, never changed: source, safe HTML, files [{"name", "title", "digest", "mime", "bytes"}], videos."""

    __tablename__ = "lesson_version"
    __table_args__ = (UniqueConstraint("activity_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    policy: Mapped[int]
    minutes: Mapped[int]
    estimated: Mapped[bool] = mapped_column(default=False)  # the minutes: from text and videos, not set by hand
    bytes: Mapped[int]  # of the text and its pictures; videos and attachments state their own
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    videos: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    digest: Mapped[str] = mapped_column(Key)
    created_at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None]


class EnrolmentRule(db.Model):
    """Who is enrolled without asking: existing members when the rule is applied, new ones as they come.

    kind "audience": everybody the audience names; kind "onboarding": officers newly assigned, counted from the assignment.
    """

    __tablename__ = "enrolment_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    kind: Mapped[str] = mapped_column(Key)
    audience: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    days: Mapped[int]
    since: Mapped[date]
    until: Mapped[date | None]
    by_id: Mapped[int | None]


class Enrolment(db.Model):
    """One officer's cycle in a course. Completion belongs to the cycle, with where it came from and when it was earned and recorded."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("officer_id", "course_id", "cycle"),
        # All that counting a course or the cycles that wait asks for: no row is opened.
        Index("ix_enrolment_roster", "course_id", "unit_id", "completed_at", "last_at", "due", "withdrawn_at"),
        Index("ix_enrolment_unit", "unit_id", "course_id", "completed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    cycle: Mapped[int] = mapped_column(default=1)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    origin: Mapped[str] = mapped_column(Key)  # self, rule, onboarding, admin, nominated
    by_id: Mapped[int | None]
    unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("unit.id")
    )  # the officer's main unit when completed, else when enrolled
    enrolled_at: Mapped[datetime] = mapped_column(Instant)
    due: Mapped[date | None]
    last_activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))  # where to go on
    last_at: Mapped[datetime | None] = mapped_column(Instant)
    done_count: Mapped[int] = mapped_column(default=0)  # activities that count towards the rule, done
    need_count: Mapped[int] = mapped_column(default=0)  # activities that the rule asks for
    percent: Mapped[Any | None] = mapped_column(Mark)  # result of the course: its last mandatory quiz, by that quiz's method
    completed_at: Mapped[datetime | None] = mapped_column(Instant)  # earned
    completion_origin: Mapped[str | None] = mapped_column(Key)  # here, imported, event
    completion_recorded_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)


class Progress(db.Model):
    """How far an officer is in one activity of a cycle; `place` is what the page needs to open at the very place."""

    __tablename__ = "progress"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Instant)
    place: Mapped[int] = mapped_column(default=0)  # per mille of the lesson's height
    done_at: Mapped[datetime | None] = mapped_column(Instant)


class ResultHead(db.Model):
    """The last number of the officer's record, in which results and practised answers stand. Taken by UPDATE ... RETURNING, so number
    n+1 cannot exist before n is committed."""

    __tablename__ = "result_head"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    n: Mapped[int] = mapped_column(default=0)


class Result(db.Model):
    """One graded or done activity, appended: what tracking reads, by the officer's number n."""

    __tablename__ = "result"
    __table_args__ = (
        UniqueConstraint("officer_id", "n"),
        UniqueConstraint("enrolment_id", "activity_id", "source_kind", "source_id", "revision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    n: Mapped[int]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    source_kind: Mapped[str] = mapped_column(Key)  # lesson, attempt, submission
    source_id: Mapped[int]  # the attempt's or submission's id; a lesson has none of its own and gives 0
    revision: Mapped[int] = mapped_column(default=1)
    percent: Mapped[Any | None] = mapped_column(Mark)
    passed: Mapped[bool]
    detail: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # {"shares": {competence: {"level", "points", "max", "apply"}}}
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    rule_version: Mapped[int]
