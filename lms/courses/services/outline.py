"""What a course consists of: activities, lesson texts, and publishing a version."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update

from lms.courses.models import Activity, Course, CourseVersion, Enrolment, LessonVersion, Progress
from lms.courses.queries import CachedVersion, forget
from lms.courses.services.completion import complete
from lms.db import db
from lms.errors import Conflict
from lms.vietnamese import fold


def put_course(code: str) -> Course:
    """The course of that code, made when it is new."""
    return _found_or_added(Course, code=code)


def put_activity(course_id: int, key: str, kind: str) -> Activity:
    """The activity of that key in the course, made when it is new. Raises Conflict when it was of another kind (lesson, quiz)."""
    activity = db.session.scalar(select(Activity).where(Activity.course_id == course_id, Activity.key == key))
    if activity is None:
        return _found_or_added(Activity, course_id=course_id, key=key, kind=kind)
    if activity.kind != kind:
        raise Conflict(f"“{key}” trước đây là {activity.kind}, nay là {kind}. Hãy đặt khóa mới cho nội dung mới.")
    return activity


def _found_or_added(model: type, **values: Any) -> Any:
    row = db.session.scalar(select(model).filter_by(**values))
    if row is None:
        row = model(**values)
        db.session.add(row)
        db.session.flush()
    return row


def put_lesson_version(
    activity_id: int, title: str, source: str, html: str, policy: int, minutes: int, bytes: int,
    files: list[dict[str, Any]], videos: list[dict[str, Any]], digest: str, at: datetime, by_id: int | None = None,
    estimated: bool = False,
) -> LessonVersion:  # fmt: skip
    """The newest text of a lesson, a new version only when `digest` (of all that is given) is another than the newest one's.

    `files`: [{"digest", "name", "title", "mime", "bytes", "inline": shown in the text, not offered for download}];
    `videos`: [{"digest", "name", "mime", "bytes", "minutes", "transcript"}], perhaps with "title" and "track", a file of captions;
    `bytes`: the text with its inline pictures; `estimated`: nobody set the minutes by hand.
    """
    newest = db.session.scalar(
        select(LessonVersion).where(LessonVersion.activity_id == activity_id).order_by(LessonVersion.number.desc()).limit(1)
    )
    if newest is not None and newest.digest == digest:
        return newest
    row = LessonVersion(
        activity_id=activity_id, number=newest.number + 1 if newest else 1, title=title, source=source, html=html, policy=policy,
        minutes=minutes, estimated=estimated, bytes=bytes, files=files, videos=videos, digest=digest, created_at=at, by_id=by_id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    forget(lesson_version_id=row.id)
    return row


def publish(
    code: str, *, title: str, summary: str, periods: int, outcomes: list[str], audience: dict[str, Any], prerequisites: list[str],
    outline: list[dict[str, Any]], rule: dict[str, Any], evidences: list[dict[str, Any]], review_by: date | None, digest: str,
    at: datetime, by_id: int | None = None,
) -> CourseVersion:  # fmt: skip
    """Publish a version of a course; nothing happens when the newest one has the same digest.

    `outline`, `rule`, `evidences`, `audience`: as CourseVersion says. Officers inside the course move to the new version: what they
    have done stays done, and whoever thereby meets the rule has completed the course now. Completion earned before stays.
    Raises Conflict when the course would require itself, by whatever way, or a course that does not exist, or when its rule asks
    for more than the outline offers.
    """
    course = put_course(code)
    number = db.session.scalar(select(func.max(CourseVersion.number)).where(CourseVersion.course_id == course.id)) or 0
    current = db.session.get(CourseVersion, course.current_id) if course.current_id else None
    if current is not None and current.digest == digest:
        return current
    _check_prerequisites(code, prerequisites)
    _check_rule(code, outline, rule)
    activities = [activity for module in outline for activity in module["activities"]]
    row = CourseVersion(
        course_id=course.id, number=number + 1, title=title, fold=fold(f"{code} {title} {summary}"), summary=summary, periods=periods,
        outcomes=outcomes, audience=audience, prerequisites=prerequisites, outline=outline, rule=rule, evidences=evidences,
        review_by=review_by, minutes=sum(a["minutes"] for a in activities), bytes=sum(a["bytes"] for a in activities),
        digest=digest, published_at=at, by_id=by_id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    forget(version_id=row.id)
    course.current_id = row.id
    db.session.flush()
    _move_open_cycles(_as_read(row, code), at)
    return row


def _as_read(row: CourseVersion, code: str) -> CachedVersion:
    """Not by way of the cache: this transaction may yet be undone, and its number given to another version."""
    return CachedVersion(
        row.id, row.course_id, code, row.number, row.title, row.summary, row.periods, row.outcomes, row.audience, row.prerequisites,
        row.outline, row.rule, row.evidences, row.review_by, row.minutes, row.bytes, row.published_at,
    )  # fmt: skip


def _check_prerequisites(code: str, prerequisites: Iterable[str]) -> None:
    query = select(Course.code, CourseVersion.prerequisites).join(CourseVersion, CourseVersion.id == Course.current_id)
    required: Mapping[str, list[str]] = {
        **{row.code: row.prerequisites for row in db.session.execute(query)},
        code: list(prerequisites),
    }
    if unknown := [p for p in required[code] if p not in required]:
        raise Conflict(f"Chưa xuất bản khóa {code}: khóa học trước {', '.join(unknown)} chưa có.")
    if circle := _way_back(code, required):
        raise Conflict(f"Chưa xuất bản khóa {code}: khóa đòi hỏi chính nó ({' → '.join(circle)}).")


def _way_back(code: str, required: Mapping[str, list[str]]) -> list[str]:
    """A way from the course along what it requires back to itself; empty when there is none."""
    ways, seen = [[code]], set()
    while ways:
        way = ways.pop()
        for before in required.get(way[-1], []):
            if before == code:
                return [*way, code]
            if before not in seen:
                seen.add(before)
                ways.append([*way, before])
    return []


def _check_rule(code: str, outline: list[dict[str, Any]], rule: dict[str, Any]) -> None:
    activities = [activity for module in outline for activity in module["activities"]]
    electives = sum(not a["mandatory"] for a in activities)
    asked = rule.get("electives", 0)
    if asked > electives:
        raise Conflict(f"Chưa xuất bản khóa {code}: quy tắc đòi {asked} bài tự chọn nhưng khóa chỉ có {electives}.")
    if electives == len(activities) and not asked:
        raise Conflict(f"Chưa xuất bản khóa {code}: khóa không có bài nào bắt buộc nên không thể biết khi nào hoàn thành.")
    if len({a["id"] for a in activities}) < len(activities):
        raise Conflict(f"Chưa xuất bản khóa {code}: một bài đứng hai lần trong khóa.")


def _move_open_cycles(new: CachedVersion, at: datetime) -> None:
    open_cycles = (
        Enrolment.course_id == new.course_id,
        Enrolment.completed_at.is_(None),
        Enrolment.withdrawn_at.is_(None),
    )
    # The rows are taken first and what is done is read after: a result being recorded at this moment is waited for.
    moved = update(Enrolment).where(*open_cycles).values(version_id=new.id).returning(Enrolment.id)
    ids = db.session.scalars(moved.execution_options(synchronize_session="fetch"))
    done: dict[int, set[int]] = {enrolment_id: set() for enrolment_id in ids}
    begun = select(Progress.enrolment_id, Progress.activity_id).join(Enrolment, Enrolment.id == Progress.enrolment_id)
    for enrolment_id, activity_id in db.session.execute(
        begun.where(Enrolment.version_id == new.id, Progress.done_at.is_not(None))
    ):
        done[enrolment_id].add(activity_id)
    standings = {enrolment_id: new.standing(activities) for enrolment_id, activities in done.items()}
    rows = [
        {"id": enrolment_id, "done_count": standing.done, "need_count": standing.need}
        for enrolment_id, standing in standings.items()
    ]
    if rows:
        db.session.execute(update(Enrolment), rows)
    for enrolment_id, standing in standings.items():
        if standing.complete:
            complete(enrolment_id, new, at, at)
