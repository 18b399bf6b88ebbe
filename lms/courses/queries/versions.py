"""Published outlines and lesson texts. They never change, so they are kept in the process once read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Row, select

from lms.courses.models import Course, CourseVersion, LessonVersion
from lms.db import Kept, db
from lms.errors import NotFound

_versions: Kept["CachedVersion"] = Kept(400)
_lessons: Kept[Row] = Kept(400)  # a lesson is some 20 KB


@dataclass(frozen=True)
class Standing:
    """How far a set of done activities goes towards the rule. `done` of `need` count; what is left of each kind is stated apart."""

    done: int
    need: int
    mandatory_left: int
    electives_left: int

    @property
    def complete(self) -> bool:
        """Whether the rule is met."""
        return self.done >= self.need


@dataclass(frozen=True)
class CachedVersion:
    """One published version of a course. `modules` is CourseVersion.outline; the rest is CourseVersion's column of that name."""

    id: int
    course_id: int
    code: str
    number: int
    title: str
    summary: str
    periods: int
    outcomes: list[str]
    audience: dict[str, Any]
    prerequisites: list[str]
    modules: list[dict[str, Any]]
    rule: dict[str, Any]
    evidences: list[dict[str, Any]]
    review_by: date | None
    minutes: int
    bytes: int
    published_at: datetime
    drawn: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)  # what pages have drawn of it, kept with it

    @cached_property
    def activities(self) -> list[dict[str, Any]]:
        """Activities in the order they are taken."""
        return [activity for module in self.modules for activity in module["activities"]]

    @cached_property
    def by_id(self) -> dict[int, dict[str, Any]]:
        """Activity id -> its entry of the outline."""
        return {activity["id"]: activity for activity in self.activities}

    @cached_property
    def mandatory(self) -> frozenset[int]:
        """Ids of the mandatory activities."""
        return frozenset(a["id"] for a in self.activities if a["mandatory"])

    @cached_property
    def electives(self) -> frozenset[int]:
        """Ids of the others."""
        return frozenset(self.by_id) - self.mandatory

    @cached_property
    def electives_needed(self) -> int:
        """How many of the others the rule asks for."""
        return int(self.rule.get("electives", 0))

    @cached_property
    def last_quiz(self) -> int | None:
        """The activity whose result is the result of the course: the last mandatory quiz of the outline; None when there is none."""
        return next((a["id"] for a in reversed(self.activities) if a["kind"] == "quiz" and a["mandatory"]), None)

    def standing(self, done: Iterable[int]) -> Standing:
        """How far these done activities go. Electives beyond the number asked for do not count; activities no longer here neither."""
        done = set(done)
        mandatory = len(self.mandatory & done)
        electives = min(len(self.electives & done), self.electives_needed)
        need = len(self.mandatory) + self.electives_needed
        return Standing(mandatory + electives, need, len(self.mandatory) - mandatory, self.electives_needed - electives)

    def next_after(self, done: Iterable[int], start: int | None = None) -> dict[str, Any] | None:
        """What to do next: the first activity not done from `start` on, then from the beginning; None when all is done.

        Electives are offered only while the rule still asks for some.
        """
        done = set(done)
        ids = [a["id"] for a in self.activities]
        first = ids.index(start) if start in self.by_id else 0
        more = self.standing(done).electives_left > 0
        for activity in self.activities[first:] + self.activities[:first]:
            if activity["id"] not in done and (activity["mandatory"] or more):
                return activity
        return None


COLUMNS = (
    CourseVersion.id, CourseVersion.course_id, Course.code, CourseVersion.number, CourseVersion.title, CourseVersion.summary,
    CourseVersion.periods, CourseVersion.outcomes, CourseVersion.audience, CourseVersion.prerequisites, CourseVersion.outline,
    CourseVersion.rule, CourseVersion.evidences, CourseVersion.review_by, CourseVersion.minutes, CourseVersion.bytes,
    CourseVersion.published_at,
)  # fmt: skip


def version(version_id: int) -> CachedVersion:
    """One published version by its id. No query once it is in the process. Raises NotFound."""
    found = _versions.get(version_id)
    return found or versions([version_id])[version_id]


def versions(version_ids: Iterable[int]) -> dict[int, CachedVersion]:
    """Several published versions by id; those not yet in the process are read in one query. Raises NotFound when one is missing."""
    wanted = set(version_ids)
    found = {i: kept for i in wanted if (kept := _versions.get(i))}
    if unread := wanted - found.keys():
        query = (
            select(*COLUMNS)
            .join_from(CourseVersion, Course, Course.id == CourseVersion.course_id)
            .where(CourseVersion.id.in_(unread))
        )
        found |= {row.id: _versions.keep(row.id, CachedVersion(*row)) for row in db.session.execute(query)}
    if wanted - found.keys():
        raise NotFound
    return found


def in_order(version_ids: Iterable[int | None]) -> list[CachedVersion]:
    """The published versions of those ids, in their order."""
    ids = [i for i in version_ids if i is not None]
    known = versions(ids)
    return [known[i] for i in ids]


def lesson_version(lesson_version_id: int) -> Row:
    """One text of a lesson: id, activity_id, number, title, html, minutes, bytes, files, videos, created_at. Raises NotFound."""
    if found := _lessons.get(lesson_version_id):
        return found
    query = select(
        LessonVersion.id, LessonVersion.activity_id, LessonVersion.number, LessonVersion.title, LessonVersion.html,
        LessonVersion.minutes, LessonVersion.bytes, LessonVersion.files, LessonVersion.videos, LessonVersion.created_at,
    ).where(LessonVersion.id == lesson_version_id)  # fmt: skip
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    return _lessons.keep(lesson_version_id, row)


def forget(version_id: int | None = None, lesson_version_id: int | None = None) -> None:
    """Drop a version from the process: a number of a transaction that was undone may be given again to another text."""
    _versions.pop(version_id or 0, None)
    _lessons.pop(lesson_version_id or 0, None)
