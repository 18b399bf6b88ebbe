"""Loading packs through the services of the features: the same text twice changes nothing."""

import mimetypes
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms import clock, markup, storage
from lms.assignments import services as assignments
from lms.content.models import PackLoad
from lms.content.packs import CoursePack, Packs, named_files
from lms.content.packs.course import IMAGE, QUIZ, LessonPack
from lms.courses import services as courses
from lms.courses.models import Course, CourseVersion
from lms.db import db
from lms.library import services as library
from lms.people import services as people
from lms.questions import services as questions
from lms.questions.queries import changed_on_web
from lms.quizzes import services as quizzes
from lms.tracking import services as tracking
from lms.tracking.queries import positions_with_requirements

TYPES = {"vtt": "text/vtt", "mp4": "video/mp4", "webm": "video/webm"}  # not every machine's own list knows them


@dataclass
class Report:
    """What loading did: counts by word, and courses and questions left alone because a trainer changed them since."""

    counts: Counter[str] = field(default_factory=Counter)
    differs: list[str] = field(default_factory=list)


def load(
    packs: Packs, at: datetime, by_id: int | None = None, overwrite: bool = False, after_each: Callable[[], None] = lambda: None
) -> Report:  # fmt: skip
    """Load what has changed since the last time. A course that trainers changed meanwhile is reported and left, unless `overwrite`.

    Each pack is whole in itself: the caller may commit in `after_each`, so that officers' answers do not wait for all of them.
    """
    report = Report()
    steps: list[tuple[str, Callable[[], None]]] = [
        ("units", lambda: _load_units(packs, at)),
        ("library", lambda: _load_library(packs)),
        ("competence", lambda: _load_framework(packs)),
    ]
    steps += [
        (
            f"courses/{c.folder.name}",
            lambda c=c: _load_course(c, packs.digests[f"courses/{c.folder.name}"], at, by_id, report, overwrite),
        )
        for c in packs.courses
    ]  # type: ignore[misc]
    for pack, step in steps:
        loaded = db.session.get(PackLoad, pack)
        if loaded is not None and loaded.digest == packs.digests[pack]:
            report.counts["unchanged"] += 1
            continue
        if loaded is not None and not overwrite and _changed_by_trainer(pack, packs, loaded.digest):
            report.differs.append(pack)
            continue
        step()
        report.counts["changed" if loaded else "new"] += 1
        _note(pack, packs.digests[pack], at, by_id)
        after_each()
    return report


def _changed_by_trainer(pack: str, packs: Packs, loaded_digest: str) -> bool:
    course = next((c for c in packs.courses if f"courses/{c.folder.name}" == pack), None)
    if course is None:
        return False
    current = db.session.scalar(
        select(CourseVersion.digest).join(Course, Course.current_id == CourseVersion.id).where(Course.code == course.head["code"])
    )
    return current is not None and current != loaded_digest


def _note(pack: str, digest: str, at: datetime, by_id: int | None) -> None:
    row = db.session.get(PackLoad, pack) or PackLoad(pack=pack)
    row.digest, row.loaded_at, row.by_id = digest, at, by_id
    db.session.add(row)
    db.session.flush()


def _load_units(packs: Packs, at: datetime) -> None:
    for e in packs.units:
        people.put_unit(
            key=e["key"], kind=e["kind"], name=e["name"], short=e.get("short", ""), code=e.get("code", ""), place=e["place"],
            parent_key=e["parent"], order=e["order"], since=e["since"], note=e.get("note", ""), at=at,
        )  # fmt: skip


def _load_library(packs: Packs) -> None:
    for entry in packs.instruments:
        library.put_instrument(entry)
    library.put_relations(packs.instruments)


def _load_framework(packs: Packs) -> None:
    areas = {a["code"]: a["name"] for a in packs.areas}
    for rank, e in enumerate(packs.competences):
        tracking.put_competence(
            code=e["code"], area_code=e["area"], area_name=areas[e["area"]], name=e["name"], levels=e["levels"], rank=rank
        )
    known = positions_with_requirements()
    for e in packs.positions:
        people.put_position(code=e["code"], name=e["name"], unit_kinds=e["units"])
        since = e.get("since") if e["code"] not in known else None  # a position that has requirements changes from today on
        tracking.put_requirements(position_code=e["code"], required=e["required"], core=e["core"], since=since or clock.today())
    tracking.put_indicators(packs.indicators)
    tracking.put_calendars(packs.calendars)


def _load_course(pack: CoursePack, digest: str, at: datetime, by_id: int | None, report: Report, overwrite: bool) -> None:
    head = pack.head
    bank = questions.put_bank(head["code"], head["title"])
    kept = set() if overwrite else changed_on_web(bank.id)
    report.differs += [f"courses/{pack.folder.name}, câu {e['key']}" for e in pack.questions if e["key"] in kept]
    for entry in pack.questions:
        if entry["key"] not in kept:
            questions.put_question(bank.id, entry, at, by_id)
    questions.retire_missing(bank.id, {q["key"] for q in pack.questions})
    publish_course(pack, digest, at, by_id)


def drawn_lessons(pack: CoursePack) -> dict[str, dict[str, Any]]:
    """Every lesson of a checked pack as its version will hold it, its files stored: the slow part of publishing, without the database."""
    return {key: _drawn(pack, lesson) for key, lesson in pack.lessons.items()}


def publish_course(
    pack: CoursePack, digest: str, at: datetime, by_id: int | None, drawn: dict[str, dict[str, Any]] | None = None
) -> None:
    """Publish the outline, lessons and quizzes of a checked pack, from disk or from the editor; its questions are in the bank already.

    `drawn`: its lessons, where they were drawn before the transaction began.
    Raises Conflict, and ValueError(sentences) for a quiz that cannot be held.
    """
    head, drawn = pack.head, drawn or drawn_lessons(pack)
    bank = questions.put_bank(head["code"], head["title"])
    course = courses.put_course(head["code"])
    outline = [
        {
            "key": m["key"],
            "title": m["title"],
            "activities": [_activity(pack, drawn, course.id, bank.id, a, at, by_id) for a in m["activity"]],
        }
        for m in head["module"]
    ]
    courses.publish(
        code=head["code"], title=head["title"], summary=head["summary"], periods=head["periods"], outcomes=head["outcomes"],
        audience={"positions": head["audience"].get("positions", []), "unit_kinds": head["audience"].get("unit_kinds", [])},
        prerequisites=head["prerequisites"], outline=outline,
        rule={"electives": 0} if head["required"] == "all" else dict(head["required"]),
        evidences=head["evidences"], review_by=head["review_by"], digest=digest, at=at, by_id=by_id,
    )  # fmt: skip
    if "onboarding" in head:
        courses.put_rule(
            course.id, "onboarding", head["audience"], head["onboarding"]["days"], since=clock.local(at).date(), by_id=by_id
        )


def _activity(
    pack: CoursePack, drawn: dict[str, dict[str, Any]], course_id: int, bank_id: int, entry: dict[str, Any], at: datetime,
    by_id: int | None,
) -> dict[str, Any]:  # fmt: skip
    """One entry of a course outline, its lesson or quiz version made when it is new."""
    row = courses.put_activity(course_id, entry["key"], entry["kind"])
    common = {"id": row.id, "key": entry["key"], "kind": entry["kind"]}
    if entry["kind"] == "lesson":
        lesson = pack.lessons[entry["key"]]
        version = courses.put_lesson_version(activity_id=row.id, at=at, by_id=by_id, **drawn[entry["key"]])
        library.cite("lesson_version", version.id, lesson.head["citations"])
        return common | {
            "title": version.title, "mandatory": lesson.head.get("mandatory", True), "minutes": version.minutes,
            "bytes": version.bytes, "lesson_version": version.id,
        }  # fmt: skip
    if entry["kind"] == "assignment":
        work = assignments.put_assignment_version(row.id, entry, at, by_id)
        return common | {
            "title": work.title, "mandatory": entry.get("mandatory", True), "minutes": entry["minutes"], "bytes": 0,
            "assignment_version": work.id,
        }  # fmt: skip
    settings = {"points": "1", "shuffle": entry.get("shuffle", True)}
    settings |= {
        name: entry[name] for name in QUIZ if name not in ("kind", "key", "title", "mandatory", "shuffle") and name in entry
    }
    quiz = quizzes.put_quiz_version(
        activity_id=row.id, bank_id=bank_id, title=entry["title"], settings=settings, at=at, by_id=by_id
    )
    return common | {
        "title": entry["title"], "mandatory": entry.get("mandatory", True), "minutes": entry["minutes"] or 2 * _size(entry),
        "bytes": 0, "quiz_version": quiz.id,
    }  # fmt: skip


def _size(quiz: dict[str, Any]) -> int:
    return len(quiz.get("questions", [])) + sum(d["count"] for d in quiz.get("draw", []))


def _drawn(pack: CoursePack, lesson: LessonPack) -> dict[str, Any]:
    stored = {name: _store(pack, name) for name in named_files(lesson.head, lesson.body)}
    source = IMAGE.sub(lambda found: f"![{found[1]}]({stored[found[2]]['digest']}/{found[2]}", lesson.body)
    rendered = markup.render(source, files_base="/courses/media")
    shown = {found[2] for found in IMAGE.finditer(lesson.body)}
    offered = [{**stored[f["file"]], "title": f["title"], "inline": False} for f in lesson.head.get("files", [])]
    pictures = [{**stored[name], "title": "", "inline": True} for name in sorted(shown)]
    videos = [_video(v, stored) for v in lesson.head.get("videos", [])]
    beside = {file["name"]: file["digest"] for file in [*offered, *videos, *(v["track"] for v in videos if "track" in v)]}
    told = {"head": lesson.head, "html": rendered.html} | ({"files": beside} if beside else {})
    return {
        "title": lesson.head["title"], "source": lesson.body, "html": rendered.html, "policy": rendered.policy,
        "minutes": lesson.head.get("minutes") or estimated_minutes(rendered.words, len(shown), videos),
        "estimated": not lesson.head.get("minutes"), "bytes": len(rendered.html.encode()) + sum(p["bytes"] for p in pictures),
        "files": pictures + offered, "videos": videos, "digest": library.digest_of(told),
    }  # fmt: skip


def estimated_minutes(words: int, pictures: int, videos: Iterable[Mapping[str, Any]]) -> int:
    """What a lesson takes by its text, pictures and videos, where nobody has set it by hand."""
    return max(1, markup.minutes(words, pictures, sum(int(video.get("minutes", 0)) for video in videos)))


def _video(entry: dict[str, Any], stored: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A video as a lesson version holds it; `track`: its captions' file."""
    return {**stored[entry["file"]], **entry} | ({"track": stored[entry["captions"]]} if entry.get("captions") else {})


def _store(pack: CoursePack, name: str) -> dict[str, Any]:
    with pack.files[name].open("rb") as stream:
        digest, size = storage.put_stream(stream)
    return {"name": name, "digest": digest, "mime": mime_of(name), "bytes": size}


def mime_of(name: str) -> str:
    """The media type that a file's name stands for."""
    return TYPES.get(name.rpartition(".")[2]) or mimetypes.guess_type(name)[0] or "application/octet-stream"
