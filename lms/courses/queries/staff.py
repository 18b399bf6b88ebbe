"""Who is where in a course, and whom one may enrol: always inside the scope of who asks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, func, or_, select, true

from lms.courses.models import Course, Enrolment, EnrolmentRule
from lms.courses.queries.catalogue import open_courses
from lms.courses.queries.versions import CachedVersion, in_order
from lms.db import db
from lms.errors import NotFound
from lms.people import queries as people
from lms.people.models import Assignment, Person, PersonAlias, Position, Unit
from lms.vietnamese import fold_name

PAGE = 50
WALKS = (4 * PAGE, 40 * PAGE)  # persons looked at for a page, before all of the course is sorted
STATES = {
    "": "Tất cả",
    "todo": "Chưa học",
    "open": "Đang học",
    "due": "Sắp đến hạn",
    "overdue": "Quá hạn",
    "done": "Hoàn thành",
}


@dataclass(frozen=True)
class Filter:
    """What the list of officers in a course is narrowed to; `after` is the last enrolment of the page before."""

    unit_id: int | None = None
    state: str = ""
    after: int | None = None


def courses_in(scope: people.Scope) -> list[CachedVersion]:
    """Published courses whose progress the scope reaches: its own courses; all when it reaches persons everywhere or of units."""
    query = select(Course.current_id).where(Course.current_id.is_not(None)).order_by(Course.code)
    if not scope.everywhere and not scope.unit_ids:
        query = query.where(Course.id.in_(scope.course_ids))
    return in_order(db.session.scalars(query))


def officers_in(scope: people.Scope, course_id: int, on: date) -> ColumnElement[bool]:
    """SQL on Enrolment: the scope reaches that officer in that course."""
    if scope.everywhere or course_id in scope.course_ids:
        return true()
    return people.in_scope(scope, Enrolment.officer_id, on) if scope.unit_ids else false()


def _in_state(state: str, today: date) -> ColumnElement[bool]:
    unfinished = Enrolment.completed_at.is_(None)
    clauses: dict[str, ColumnElement[bool]] = {
        "todo": and_(unfinished, Enrolment.last_at.is_(None)),
        "open": and_(unfinished, Enrolment.last_at.is_not(None)),
        "due": and_(unfinished, Enrolment.due >= today, Enrolment.due <= today + timedelta(days=7)),
        "overdue": and_(unfinished, Enrolment.due < today),
        "done": Enrolment.completed_at.is_not(None),
    }
    return clauses.get(state, true())


def _cycles(scope: people.Scope, course_id: int, on: date) -> tuple[ColumnElement[bool], ...]:
    return Enrolment.course_id == course_id, Enrolment.withdrawn_at.is_(None), officers_in(scope, course_id, on)


def who_is_where(scope: people.Scope, course_id: int, on: date, narrowed: Filter) -> Sequence[Row]:
    """Cycles in a course by name: id, officer_id, full_name, unit, cycle, done_count, need_count, due, last_at, completed_at, percent.

    At most PAGE; the page after is asked for by the id of the last row. The unit is the one at enrolment, at completion once
    completed, under its name of today.
    """
    begin: ColumnElement[bool] = true()
    query = _by_person(select(Enrolment.id).select_from(Enrolment))
    query = query.where(*_cycles(scope, course_id, on), _in_state(narrowed.state, on))
    if narrowed.unit_id:
        query = query.where(Enrolment.unit_id == narrowed.unit_id)
    if narrowed.after:
        named = _by_person(select(Person.name_key).select_from(Enrolment)).where(Enrolment.id == narrowed.after)
        key = db.session.scalar(named) or ""  # an id that is nobody's: from the beginning
        begin = Person.name_key >= key
        query = query.where(begin, or_(Person.name_key > key, Enrolment.id > narrowed.after))
    ids = _first(query.order_by(Person.name_key, Enrolment.id).limit(PAGE), begin)
    return db.session.execute(_who(on).where(Enrolment.id.in_(ids))).all()


def _first(query: Select[Any], begin: ColumnElement[bool]) -> Sequence[int]:
    """Ids of the page. Looked for among the next persons by name first: where many take the course, nothing else is sorted."""
    for walk in WALKS:
        near = select(Person.id).where(begin).order_by(Person.name_key).limit(walk).cte()
        merged = select(PersonAlias.person_id).where(PersonAlias.into_id.in_(select(near.c.id)))
        ids = db.session.scalars(query.where(Enrolment.officer_id.in_(select(near.c.id).union(merged)))).all()
        if len(ids) == PAGE:
            return ids
    return db.session.scalars(query).all()


def _by_person(query: Select[Any]) -> Select[Any]:
    """Beside each cycle the one who learns: not the duplicate it may stand under."""
    found = query.outerjoin(PersonAlias, PersonAlias.person_id == Enrolment.officer_id)
    return found.join(Person, Person.id == func.coalesce(PersonAlias.into_id, Enrolment.officer_id))


def _who(on: date) -> Select[Any]:
    columns = (
        Enrolment.id, Enrolment.officer_id, Person.full_name, people.unit_name_on(Enrolment.unit_id, on).label("unit"), Enrolment.cycle,
        Enrolment.done_count, Enrolment.need_count, Enrolment.due, Enrolment.last_at, Enrolment.completed_at, Enrolment.percent,
    )  # fmt: skip
    return _by_person(select(*columns).select_from(Enrolment)).order_by(Person.name_key, Enrolment.id)


def counts(scope: people.Scope, course_id: int, on: date) -> tuple[dict[str, int], set[int]]:
    """In one pass: state (STATES) -> how many cycles of the course are in it, and the units they count for."""
    columns = [func.count().filter(_in_state(state, on)) if state else func.count() for state in STATES]
    query = select(Enrolment.unit_id, *columns).where(*_cycles(scope, course_id, on)).group_by(Enrolment.unit_id)
    rows = db.session.execute(query).all()
    sums = [sum(numbers) for numbers in zip(*(row[1:] for row in rows), strict=True)] or [0] * len(STATES)
    return dict(zip(STATES, sums, strict=True)), {row.unit_id for row in rows if row.unit_id}


def units_named(unit_ids: Iterable[int], on: date) -> Sequence[Row]:
    """Those units (id, name), by name."""
    named = people.unit_versions(on)
    query = (
        select(Unit.id, func.coalesce(named.c.name, Unit.key).label("name"))
        .outerjoin(named, named.c.unit_id == Unit.id)
        .where(Unit.id.in_(unit_ids))
        .order_by(named.c.name_key)
    )
    return db.session.execute(query).all()


def enrolments_in(scope: people.Scope, ids: Iterable[int], on: date) -> Sequence[Row]:
    """Those cycles: id, officer_id, course_id, due. Raises NotFound when the scope does not reach one of them."""
    wanted = set(ids)
    query = select(Enrolment.id, Enrolment.officer_id, Enrolment.course_id, Enrolment.due).where(
        Enrolment.id.in_(wanted), Enrolment.withdrawn_at.is_(None), people.in_scope(scope, Enrolment.officer_id, on)
    )
    rows = db.session.execute(query).all()
    if len(rows) < len(wanted):
        raise NotFound
    return rows


def cycles_within(scope: people.Scope, ids: Iterable[int], on: date) -> Sequence[Row]:
    """Of those cycles the unfinished ones, of courses or of officers in the scope: id, officer_id, course_id."""
    reached = [Enrolment.course_id.in_(scope.course_ids), people.in_scope(scope, Enrolment.officer_id, on)]
    query = select(Enrolment.id, Enrolment.officer_id, Enrolment.course_id).where(
        Enrolment.id.in_(set(ids)), Enrolment.withdrawn_at.is_(None), Enrolment.completed_at.is_(None), or_(*reached)
    )
    return db.session.execute(query).all()


def candidates(scope: people.Scope, course_id: int, on: date, search: str = "") -> Sequence[Row]:
    """Officers in the scope who were never in the course, by name: id, full_name, unit; at most two pages full."""
    inside = select(Enrolment.officer_id).where(Enrolment.course_id == course_id)
    held = (Assignment.person_id == Person.id, people.in_force(on))
    unit = select(Assignment.unit_id).where(*held).order_by(Assignment.main.desc(), Assignment.since.desc()).limit(1)
    query = (
        select(Person.id, Person.full_name, people.unit_name_on(unit.correlate(Person).scalar_subquery(), on).label("unit"))
        .where(exists().where(*held).correlate(Person), people.in_scope(scope, Person.id, on), Person.id.not_in(inside))
        .order_by(Person.name_key, Person.id)
        .limit(2 * PAGE)
    )
    for word in fold_name(search).split():
        query = query.where(Person.name_fold.contains(word, autoescape=True))
    return db.session.execute(query).all()


def officers_within(scope: people.Scope, ids: Iterable[int], on: date) -> list[int]:
    """Those officers' ids. Raises NotFound when the scope does not reach one of them."""
    wanted = set(ids)
    found = list(db.session.scalars(select(Person.id).where(Person.id.in_(wanted), people.in_scope(scope, Person.id, on))))
    if len(found) < len(wanted):
        raise NotFound
    return found


def rules() -> Sequence[Any]:
    """Every enrolment rule with its course's code and title: those in force first, then the newest."""
    query = (
        select(EnrolmentRule.__table__, Course.code)
        .join(Course, Course.id == EnrolmentRule.course_id)
        .order_by(EnrolmentRule.until.is_not(None), Course.code, EnrolmentRule.id.desc())
    )
    return db.session.execute(query).all()


def positions() -> Sequence[Row]:
    """Job positions to choose from: code, name."""
    return db.session.execute(select(Position.code, Position.name).order_by(Position.code)).all()


def course_choices() -> list[tuple[int, str]]:
    """Open courses as a form offers them: (course id, code and title)."""
    return [(course.course_id, f"{course.code} {course.title}") for course in open_courses()]


def count_of(query: Select) -> int:
    """How many rows a query has."""
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
