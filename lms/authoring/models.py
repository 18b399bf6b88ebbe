"""Tables of authoring: what is being written and not yet in use. Officers see none of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Instant, Key, db


class QuestionDraft(db.Model):
    """The next wording of a question, in the form of a pack (docs/content-packs.md, Questions); it may be incomplete.

    `revision` counts its changes: who saves on an older one is told. Bringing it into use makes a QuestionVersion of it and
    deletes the draft.
    """

    __tablename__ = "question_draft"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    entry: Mapped[dict[str, Any]] = mapped_column(JSON)
    stage: Mapped[str] = mapped_column(Key, default="draft")  # draft, submitted, reviewed
    revision: Mapped[int] = mapped_column(default=1)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # who changed it last
    at: Mapped[datetime] = mapped_column(Instant)


class QuestionNote(db.Model):
    """What happened to a question and what was said of it, appended."""

    __tablename__ = "question_note"
    __table_args__ = (Index("ix_question_note_question", "question_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    # comment, submitted, reviewed, returned, published, retired, restored, discarded, copied, replaced
    kind: Mapped[str] = mapped_column(Key)
    text: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class CourseDraft(db.Model):
    """The next version of a course, in the form of course.toml (docs/content-packs.md, Course); days are ISO text.

    `base_id`: the CourseVersion it was begun from, 0 for none. A page carries `base_id` and `revision`: who saves on others is told.
    Publishing deletes the draft and its lessons.
    """

    __tablename__ = "course_draft"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    entry: Mapped[dict[str, Any]] = mapped_column(JSON)
    base_id: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # who changed it last
    at: Mapped[datetime] = mapped_column(Instant)


class LessonDraft(db.Model):
    """One lesson of a course draft: head as in lessons/<key>.md, Markdown, and its files {name: {"digest", "mime", "bytes"}}.

    Revision 0: as it is in the published version.
    """

    __tablename__ = "lesson_draft"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Key, primary_key=True)
    entry: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[str] = mapped_column(Text)
    files: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    revision: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class LessonRevision(db.Model):
    """An earlier text of a lesson draft, to compare with and go back to: one a person in ten minutes."""

    __tablename__ = "lesson_revision"
    __table_args__ = (Index("ix_lesson_revision_lesson", "course_id", "key", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    key: Mapped[str] = mapped_column(Key)
    entry: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[str] = mapped_column(Text)
    files: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class QuizTry(db.Model):
    """A draft quiz tried out by somebody who writes or reviews it: its own paper and answers, nothing of it is a result.

    `entry`: the quiz as it was then, `paper`: [{"id", "version", "entry", "points"}] in its order, `given`: {position: answer}. One for each person
    and quiz: beginning again replaces it.
    """

    __tablename__ = "quiz_try"
    __table_args__ = (UniqueConstraint("course_id", "key", "by_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    key: Mapped[str] = mapped_column(Key)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    seed: Mapped[int]
    entry: Mapped[dict[str, Any]] = mapped_column(JSON)
    paper: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    given: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    flagged: Mapped[list[int]] = mapped_column(JSON, default=list)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
