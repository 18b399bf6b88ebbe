"""A draft in the shape that the officers' own pages take: what they will see, before it is published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lms.authoring.queries.drafts import Draft, Lesson
from lms.authoring.services.lessons import shown
from lms.courses.queries import CachedVersion


@dataclass(frozen=True)
class SeenLesson:
    """A lesson of the draft, as LessonVersion has a published one."""

    title: str
    html: str
    minutes: int
    bytes: int
    files: list[dict[str, Any]]
    videos: list[dict[str, Any]]
    created_at: datetime


def course_as_seen(draft: Draft, lessons: Mapping[str, Lesson], files_base: str, at: datetime) -> CachedVersion:
    """The outline with minutes and sizes; activities are numbered in their order, as they have no id yet."""
    entry, modules, number = draft.entry, [], 0
    for module in entry["module"]:
        activities = []
        for item in module["activity"]:
            number += 1
            activities.append({"id": number, "key": item["key"], "kind": item["kind"]} | _told(item, lessons, files_base))
        modules.append({"key": module["key"], "title": module["title"], "activities": activities})
    every = [a for module in modules for a in module["activities"]]
    rule = {"electives": 0} if entry["required"] == "all" else dict(entry["required"])
    return CachedVersion(
        0, draft.course_id, draft.code, 0, entry["title"], entry["summary"], entry["periods"], entry["outcomes"], entry["audience"],
        entry["prerequisites"], modules, rule, entry["evidences"], date.fromisoformat(entry["review_by"]) if entry["review_by"] else None,
        sum(a["minutes"] for a in every), sum(a["bytes"] for a in every), at,
    )  # fmt: skip


def _told(item: Mapping[str, Any], lessons: Mapping[str, Lesson], files_base: str) -> dict[str, Any]:
    lesson = lessons.get(item["key"])
    if item["kind"] == "lesson" and lesson is not None:
        head = lesson.entry
        drawn = shown(lesson.body, lesson.files, head.get("videos", []), files_base)
        return {
            "title": head["title"], "mandatory": head.get("mandatory", True), "minutes": head.get("minutes") or drawn.minutes,
            "bytes": drawn.bytes,
        }  # fmt: skip
    count = len(item.get("questions", [])) or sum(d["count"] for d in item.get("draw", []))
    return {
        "title": item.get("title", item["key"]), "mandatory": item.get("mandatory", True), "bytes": 0,
        "minutes": item.get("minutes") or 2 * count,
    }  # fmt: skip


def lesson_as_seen(lesson: Lesson, files_base: str, at: datetime) -> SeenLesson:
    """The text, videos and papers of a lesson; a file that is missing is left out."""
    head, files = lesson.entry, lesson.files
    drawn = shown(lesson.body, files, head.get("videos", []), files_base)
    papers = [
        _file(files, f["file"]) | {"title": f["title"], "inline": False} for f in head.get("files", []) if f["file"] in files
    ]
    videos = [_video(v, files) for v in head.get("videos", []) if v["file"] in files]
    return SeenLesson(
        head["title"], drawn.html, head.get("minutes") or drawn.minutes, drawn.bytes, papers, videos, lesson.at or at
    )


def _file(files: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {"name": name, **files[name]}


def _video(video: Mapping[str, Any], files: Mapping[str, Any]) -> dict[str, Any]:
    track = {"track": _file(files, video["captions"])} if video.get("captions") in files else {}
    return {**video, **_file(files, video["file"]), **track}
