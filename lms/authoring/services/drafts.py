"""Course drafts: begun at the first change, saved only onto what the page was opened on."""

from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from lms.authoring.models import CourseDraft, LessonDraft, LessonRevision
from lms.authoring.queries.drafts import Draft, Lesson, code_taken, lessons
from lms.authoring.services.stale import Stale
from lms.clock import local
from lms.courses.services import put_course
from lms.db import db, insert_into
from lms.errors import Conflict
from lms.people.services import give_role
from lms.permissions import Role
from lms.questions.services import put_bank

APART = timedelta(minutes=10)  # earlier texts of one person are kept this far apart


def own(course_id: int, by_id: int, at: datetime) -> None:
    """Who opens a course without author rights everywhere becomes its author, and of no other."""
    give_role(by_id, Role.AUTHOR, "course", course_id, local(at).date(), None, by_id, at)


def create(code: str, title: str, everywhere: bool, by_id: int, at: datetime) -> int:
    """A new course with one empty module and its bank; its id. `everywhere`: its maker has author rights in all courses already.

    Raises Conflict when the code is taken.
    """
    if code_taken(code):
        raise Conflict(f"Mã khóa {code} đã có. Hãy chọn mã khác.")
    course = put_course(code)
    if not everywhere:
        own(course.id, by_id, at)
    put_bank(code, title)
    year = local(at).date().replace(day=1) + timedelta(days=365)
    entry = {
        "code": code, "title": title, "summary": "", "periods": 1, "version": 1, "outcomes": [],
        "audience": {"positions": [], "unit_kinds": []}, "prerequisites": [], "review_by": year.isoformat(), "required": "all",
        "evidences": [], "module": [{"key": "m1", "title": "Chuyên đề 1", "activity": []}],
    }  # fmt: skip
    db.session.add(CourseDraft(course_id=course.id, entry=entry, base_id=0, revision=0, by_id=by_id, at=at))
    db.session.flush()
    return course.id


def begin(draft: Draft, by_id: int, at: datetime) -> None:
    """Make the draft of what is published, when there is none yet."""
    if draft.exists:
        return
    values = {"course_id": draft.course_id, "base_id": draft.base_id, "revision": 0, "by_id": by_id, "at": at}
    once = insert_into(CourseDraft).on_conflict_do_nothing(index_elements=["course_id"])
    db.session.execute(once.values(entry=draft.entry, **values))
    rows = [_row(draft.course_id, found, 0, by_id, at) for found in lessons(draft, local(at).date()).values()]
    if rows:
        db.session.execute(insert_into(LessonDraft).on_conflict_do_nothing(index_elements=["course_id", "key"]), rows)


def _row(course_id: int, lesson: Lesson, revision: int, by_id: int, at: datetime) -> dict[str, Any]:
    return {
        "course_id": course_id, "key": lesson.key, "entry": lesson.entry, "body": lesson.body, "files": lesson.files,
        "revision": revision, "by_id": by_id, "at": at,
    }  # fmt: skip


def save_course(draft: Draft, entry: dict[str, Any], stamp: str, by_id: int, at: datetime) -> Stale | None:
    """Save the outline and the settings of a course, when it still is as the page was opened."""
    if entry == draft.entry:
        return None
    if draft.stamp != stamp:
        return Stale(draft.by_name, draft.at, draft.stamp)
    begin(draft, by_id, at)
    there = (CourseDraft.course_id == draft.course_id, CourseDraft.revision == draft.revision)
    change = update(CourseDraft).where(*there).values(entry=deepcopy(entry), revision=draft.revision + 1, by_id=by_id, at=at)
    if not db.session.execute(change).rowcount:  # type: ignore[attr-defined]  # somebody saved between our reading and now
        return Stale("Người khác", at, "")
    return None


def add_lesson(draft: Draft, key: str, title: str, by_id: int, at: datetime) -> None:
    """An empty lesson of that key; the outline is saved apart."""
    entry = {"title": title, "citations": []}
    db.session.add(LessonDraft(course_id=draft.course_id, key=key, entry=entry, body="", files={}, by_id=by_id, at=at))
    db.session.flush()


def drop_lesson(draft: Draft, key: str) -> None:
    """Take a lesson's text out of the draft; it stays among the earlier texts in the record."""
    row = _stored(draft.course_id, key)
    if row is not None and row.body.strip():
        remember(row)
    db.session.execute(delete(LessonDraft).where(LessonDraft.course_id == draft.course_id, LessonDraft.key == key))


def save_lesson(
    draft: Draft, lesson: Lesson, entry: dict[str, Any], body: str, files: dict[str, Any], stamp: str, by_id: int, at: datetime
) -> Stale | str:
    """Save a lesson's head and text; the new stamp. `stamp`: what the page was opened on."""
    there = f"{draft.base_id}.{lesson.revision}"
    if (lesson.entry, lesson.body, lesson.files) == (entry, body, files):
        return there
    if there != stamp:
        return Stale(lesson.by_name, lesson.at, there, lesson.body)
    begin(draft, by_id, at)
    _keep(draft.course_id, lesson, at, by_id)
    where = (LessonDraft.course_id == draft.course_id, LessonDraft.key == lesson.key, LessonDraft.revision == lesson.revision)
    new = {"entry": entry, "body": body, "files": files, "revision": lesson.revision + 1, "by_id": by_id, "at": at}
    if not db.session.execute(update(LessonDraft).where(*where).values(**new)).rowcount:  # type: ignore[attr-defined]
        return Stale("Người khác", at, there, lesson.body)
    touch = update(CourseDraft).where(CourseDraft.course_id == draft.course_id).values(by_id=by_id, at=at)
    db.session.execute(touch)
    return f"{draft.base_id}.{lesson.revision + 1}"


def _keep(course_id: int, lesson: Lesson, at: datetime, by_id: int) -> None:
    """Keep the text that is about to change, unless the same person's last kept one is younger than ten minutes."""
    query = select(LessonRevision).where(LessonRevision.course_id == course_id, LessonRevision.key == lesson.key)
    last = db.session.scalar(query.order_by(LessonRevision.id.desc()).limit(1))
    row = _stored(course_id, lesson.key)
    if row is not None and (last is None or row.by_id != by_id or at - last.at >= APART):
        remember(row)


def _stored(course_id: int, key: str) -> LessonDraft | None:
    query = select(LessonDraft).where(LessonDraft.course_id == course_id, LessonDraft.key == key)
    return db.session.scalar(query.execution_options(populate_existing=True))


def remember(row: LessonDraft) -> None:
    """What a lesson's draft holds becomes one of its earlier texts."""
    kept = {name: getattr(row, name) for name in ("course_id", "key", "entry", "body", "files", "by_id", "at")}
    db.session.add(LessonRevision(**kept))


def discard(draft: Draft) -> None:
    """Drop the draft and its lessons: after publishing, or because the published course is to stay as it is."""
    for table in (LessonDraft, CourseDraft):
        db.session.execute(delete(table).where(table.course_id == draft.course_id))


def add_file(
    draft: Draft, lesson: Lesson, name: str, file: dict[str, Any], offered: bool, title: str, by_id: int, at: datetime
) -> str:
    """Note a file of the lesson, offered for download or shown in the text. Adding takes nothing away, so it is never stale."""
    entry = dict(lesson.entry)
    if offered and name not in {f["file"] for f in entry.get("files", [])}:
        entry["files"] = [*entry.get("files", []), {"file": name, "title": title}]
    there = f"{draft.base_id}.{lesson.revision}"
    saved = save_lesson(draft, lesson, entry, lesson.body, lesson.files | {name: file}, there, by_id, at)
    if isinstance(saved, Stale):
        raise Conflict("Có người vừa lưu bài này. Hãy tải tệp lên lần nữa.")
    return saved
