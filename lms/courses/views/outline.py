"""The list of lessons beside a lesson and on the course page: each entry is drawn once per published version and state."""

from collections.abc import Set
from typing import Any

from flask import get_template_attribute, url_for

from lms.courses.queries import CachedVersion

PAGES = {"lesson": "courses.lesson", "quiz": "quizzes.intro", "assignment": "assignments.show"}


def activity_url(item: dict[str, Any] | None, course_id: int) -> str:
    """Where an activity of an outline is done; None leads to the course."""
    if item is None:
        return url_for("courses.show", course_id=course_id)
    return url_for(PAGES[item["kind"]], activity_id=item["id"])


def drawn_outline(
    course: CachedVersion, done: Set[int], here: int | None, opened: bool
) -> list[tuple[dict[str, Any], list[str]]]:
    """The modules of a course, each with its activities as list items: done, here, still to do, or closed."""
    return [
        (module, [_drawn(course, item, item["id"] in done, item["id"] == here, opened) for item in module["activities"]])
        for module in course.modules
    ]


def _drawn(course: CachedVersion, item: dict[str, Any], done: bool, here: bool, opened: bool) -> str:
    key = f"{item['id']}.{done:d}{here:d}{opened:d}"
    if key not in course.drawn:
        draw = get_template_attribute("courses/_parts.html", "entry")
        number = course.activities.index(item) + 1
        course.drawn[key] = draw(item, number, activity_url(item, course.course_id), done, here, opened)
    return course.drawn[key]
