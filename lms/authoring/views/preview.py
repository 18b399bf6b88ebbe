"""A draft on the officers' own pages, as a position of one's choice sees it."""

from functools import partial
from typing import Any

from flask import get_template_attribute, render_template, request, url_for

from lms import clock
from lms.authoring.queries import audience
from lms.authoring.queries import drafts as queries
from lms.authoring.services import preview
from lms.authoring.views import bp
from lms.authoring.views.courses import load
from lms.courses.queries import CachedVersion
from lms.errors import NotFound
from lms.permissions import P
from lms.web.auth import requires


def _eyes(draft: queries.Draft) -> dict[str, Any]:
    """Whose eyes: the position asked for in the address, or the first that the course is meant for; and what it sees."""
    offered = audience.positions()
    wanted = [request.args.get("position", ""), *draft.entry["audience"].get("positions", [])]
    chosen = next((p for code in wanted for p in offered if p.code == code), offered[0] if offered else None)
    seen = audience.seen_by(draft, chosen, clock.today()) if chosen else None
    return {
        "draft": draft,
        "positions": offered,
        "position": chosen.code if chosen else None,
        "seen": seen,
        "today": clock.today(),
    }


def _base(draft: queries.Draft) -> str:
    return url_for("authoring.course", course_id=draft.course_id) + "/files"


def _address(course: CachedVersion, item: dict[str, Any] | None, position: str | None) -> str:
    if item is None:
        return url_for("authoring.course_view", course_id=course.course_id, position=position)
    if item["kind"] == "quiz":
        return url_for("authoring.quiz", course_id=course.course_id, key=item["key"])
    return url_for("authoring.lesson_view", course_id=course.course_id, key=item["key"], position=position)


def _drawn(course: CachedVersion, position: str | None, here: str = "") -> list[tuple[dict[str, Any], list[str]]]:
    entry = get_template_attribute("courses/_parts.html", "entry")
    return [
        (module, [entry(a, a["id"], _address(course, a, position), False, a["key"] == here, True) for a in module["activities"]])
        for module in course.modules
    ]


@bp.get("/courses/<int:course_id>/view")
@requires(P.DRAFTS)
def course_view(course_id: int) -> str:
    """The course of the draft as an officer of a position meets it."""
    draft = load(course_id)
    eyes, lessons = _eyes(draft), queries.lessons(draft, clock.today())
    course = preview.course_as_seen(draft, lessons, _base(draft), clock.now())
    return render_template(
        "authoring/course_view.html", course=course, outline=_drawn(course, eyes["position"]), enrolment=None, missing=[],
        state="open", **eyes,
    )  # fmt: skip


@bp.get("/courses/<int:course_id>/lessons/<key>/view")
@requires(P.DRAFTS)
def lesson_view(course_id: int, key: str) -> str:
    """The lesson of the draft on the page where officers will read it."""
    draft, at = load(course_id), clock.now()
    eyes, lessons = _eyes(draft), queries.lessons(draft, clock.today())
    course = preview.course_as_seen(draft, lessons, _base(draft), at)
    item = next((a for a in course.activities if a["key"] == key), None)
    if item is None or key not in lessons:
        raise NotFound
    n, go = course.activities.index(item), partial(_address, course, position=eyes["position"])
    before, after = course.activities[n - 1] if n else None, course.activities[n + 1] if n + 1 < len(course.activities) else None
    return render_template(
        "authoring/lesson_view.html", course=course, item=item, text=preview.lesson_as_seen(lessons[key], _base(draft), at),
        number=n + 1, citations=audience.cited(lessons[key].entry["citations"], clock.today()), done=set(), before=before, after=after,
        outline=_drawn(course, eyes["position"], key), before_url=go(before), after_url=go(after),
        file_url=partial(url_for, "authoring.draft_file", course_id=course_id), **eyes,
    )  # fmt: skip
