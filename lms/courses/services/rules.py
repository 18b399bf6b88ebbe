"""Enrolment without asking: rules that take officers in, existing ones and new ones; and reminders of what is due."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update

from lms.clock import local
from lms.courses.models import Course, CourseVersion, Enrolment, EnrolmentRule
from lms.courses.queries import rules_in_force, version
from lms.db import db, insert_into
from lms.errors import Conflict, NotFound
from lms.notices import services as notices
from lms.people import queries as people
from lms.people.models import Assignment, PersonAlias

REMIND_DAYS = (7, 1)


def put_rule(
    course_id: int, kind: str, audience: Mapping[str, list[str]], days: int, since: date, by_id: int | None = None
) -> EnrolmentRule:
    """A rule of that kind for that audience (CourseVersion.audience), with so many days to complete the course; 0 = no due day.

    kind "audience": everybody it names, existing members too; "onboarding": officers assigned from `since` on, counted from the
    assignment. The same rule again changes nothing; with other days it replaces the one in force.
    """
    whom = _whom(audience)
    query = select(EnrolmentRule).where(
        EnrolmentRule.course_id == course_id, EnrolmentRule.kind == kind, EnrolmentRule.until.is_(None)
    )
    for rule in db.session.scalars(query):
        if rule.audience == whom:
            if rule.days == days:
                return rule
            end_rule(rule.id, max(rule.since, since - timedelta(days=1)))
    rule = EnrolmentRule(course_id=course_id, kind=kind, audience=whom, days=days, since=since, by_id=by_id)
    db.session.add(rule)
    db.session.flush()
    return rule


def leave_onboarding(course_id: int, before: Mapping[str, list[str]], stays: Mapping[str, list[str]] | None, until: date) -> None:
    """Of the onboarding rules that a course itself says (for everybody, or for its audience `before`) only that for `stays` goes on."""
    own = [_whom({}), _whom(before)]
    query = select(EnrolmentRule).where(
        EnrolmentRule.course_id == course_id, EnrolmentRule.kind == "onboarding", EnrolmentRule.until.is_(None)
    )
    for rule in db.session.scalars(query):
        if rule.audience in own and (stays is None or rule.audience != _whom(stays)):
            end_rule(rule.id, max(rule.since, until))


def _whom(audience: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name: list(audience.get(name, [])) for name in ("positions", "unit_kinds")}


def end_rule(rule_id: int, until: date) -> None:
    """The rule takes nobody in after that day; who is enrolled stays. Raises NotFound."""
    change = update(EnrolmentRule).where(EnrolmentRule.id == rule_id, EnrolmentRule.until.is_(None)).values(until=until)
    if not db.session.execute(change).rowcount:  # type: ignore[attr-defined]
        raise NotFound


def apply_rules(at: datetime, limit: int | None = None) -> int:
    """Enrol everybody whom a rule in force names and who was never in the course; how many were taken.

    With `limit`, at most so many: the caller commits and calls again until nobody is left.
    """
    today, taken = local(at).date(), 0
    for rule in rules_in_force(today):
        left = None if limit is None else limit - taken
        if left is not None and left <= 0:
            break
        rows = db.session.execute(wanted(rule, today).limit(left)).all()
        dues = {row.person_id: due_day(rule, row.since, today) for row in rows}
        taken += len(enrol_many(dues, rule.course_id, "onboarding" if rule.kind == "onboarding" else "rule", at))
    return taken


def wanted(rule: Any, on: date) -> Select:
    """Whom a rule (course_id, kind, audience, since) takes in on that day: person_id, and since when they hold the assignment."""
    inside = select(Enrolment.officer_id).where(Enrolment.course_id == rule.course_id)
    merged = select(PersonAlias.into_id).join(Enrolment, Enrolment.officer_id == PersonAlias.person_id)
    merged = merged.where(Enrolment.course_id == rule.course_id)
    query = (
        select(Assignment.person_id, func.min(Assignment.since).label("since"))
        .where(
            people.in_force(on),
            Assignment.person_id.in_(people.members(rule.audience, on)),
            Assignment.person_id.not_in(inside),
            Assignment.person_id.not_in(merged),
        )
        .group_by(Assignment.person_id)
        .order_by(Assignment.person_id)
    )
    return query.where(Assignment.since >= rule.since) if rule.kind == "onboarding" else query


def due_day(rule: Any, assigned: date, today: date) -> date | None:
    """The day by which a rule wants the course done. Somebody recorded late has the full time from the day they are enrolled."""
    if not rule.days:
        return None
    time = timedelta(days=rule.days)
    if rule.kind == "onboarding" and assigned + time >= today:
        return assigned + time
    return today + time


def enrol_many(dues: Mapping[int, date | None], course_id: int, origin: str, at: datetime, by_id: int | None = None) -> list[int]:
    """Enrol many officers (id -> due day) at once and tell them; ids of those who were not in the course before.

    Raises NotFound; Conflict when the course is closed.
    """
    course = db.session.execute(select(Course.id, Course.current_id, Course.state).where(Course.id == course_id)).first()
    if course is None or course.current_id is None:
        raise NotFound
    if course.state != "open":
        raise Conflict("Khóa học đã đóng, không ghi danh thêm.")
    if not dues:
        return []
    outline = version(course.current_id)
    units = _main_units(list(dues), local(at).date())
    common = {
        "course_id": course_id, "cycle": 1, "version_id": outline.id, "origin": origin, "by_id": by_id, "enrolled_at": at,
        "need_count": outline.standing(()).need, "done_count": 0,
    }  # fmt: skip
    rows = [{**common, "officer_id": i, "due": due, "unit_id": units.get(i)} for i, due in dues.items()]
    once = insert_into(Enrolment).on_conflict_do_nothing(index_elements=["officer_id", "course_id", "cycle"])
    taken = list(db.session.scalars(once.returning(Enrolment.officer_id), rows))
    words = f"Anh/Chị được ghi danh khóa {outline.code} {outline.title}"
    notices.send_all([_enrolled(i, course_id, words, dues[i]) for i in taken], at)
    return taken


def _enrolled(person_id: int, course_id: int, words: str, due: date | None) -> notices.Message:
    text = f"{words}, hạn hoàn thành {due:%d/%m/%Y}." if due else f"{words}."
    return notices.Message(person_id, "course.enrolled", f"course:{course_id}", text, f"/courses/{course_id}")


def _main_units(person_ids: list[int], on: date) -> dict[int, int]:
    query = (
        select(Assignment.person_id, Assignment.unit_id)
        .where(Assignment.person_id.in_(person_ids), people.in_force(on))
        .order_by(Assignment.main, Assignment.since)  # the main and newest one comes last and stays
    )
    return {row.person_id: row.unit_id for row in db.session.execute(query)}


def remind(at: datetime, after: int = 0, limit: int = 500) -> int:
    """Remind officers whose courses are due in 7 days or tomorrow, one message a person a day, about what is due first.

    Takes the next `limit` persons after that id and returns the last one's id, 0 when there was none: the caller commits and calls
    again. The same day twice is harmless.
    """
    today = local(at).date()
    days = [today + timedelta(days=n) for n in REMIND_DAYS]
    due = (Enrolment.due.in_(days), Enrolment.completed_at.is_(None), Enrolment.withdrawn_at.is_(None))
    persons = select(Enrolment.officer_id).where(*due, Enrolment.officer_id > after).distinct().order_by(Enrolment.officer_id)
    ids = list(db.session.scalars(persons.limit(limit)))
    query = (
        select(Enrolment.officer_id, Enrolment.due, Enrolment.course_id, Course.code, CourseVersion.title)
        .join(Course, Course.id == Enrolment.course_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .where(*due, Enrolment.officer_id.in_(ids))
        .order_by(Enrolment.due.desc(), Course.code.desc())
    )
    first = {row.officer_id: row for row in db.session.execute(query)}  # the last one kept is what is due first
    notices.send_all([_reminder(row, today) for row in first.values()], at)
    return ids[-1] if ids else 0


def _reminder(row: Any, today: date) -> notices.Message:
    left = "ngày mai" if (row.due - today).days == 1 else f"còn {(row.due - today).days} ngày"
    text = f"Khóa {row.code} {row.title} đến hạn {row.due:%d/%m/%Y}, {left}. Những gì đã học vẫn được giữ."
    return notices.Message(row.officer_id, "course.due", f"day:{today.isoformat()}", text, f"/courses/{row.course_id}")


def nudge(cycles: Sequence[Any], at: datetime) -> int:
    """A trainer's reminder to officers (rows: officer_id, course_id) of a course they are in; how many were told.

    Whoever presses how often: one person hears of one course once in a calendar week.
    """
    codes = dict(db.session.execute(select(Course.id, Course.code).where(Course.id.in_({row.course_id for row in cycles}))).all())
    year, week, _ = local(at).isocalendar()
    messages = [
        notices.Message(
            row.officer_id, "course.nudge", f"course:{row.course_id}:{year}-{week:02}",
            f"Giảng viên nhắc Anh/Chị học tiếp khóa {codes[row.course_id]}. Những gì đã học vẫn được giữ.", f"/courses/{row.course_id}",
        )
        for row in cycles
    ]  # fmt: skip
    return len(notices.send_all(messages, at))
