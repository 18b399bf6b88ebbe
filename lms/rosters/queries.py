"""Who has completed what: one query with many faces (screen, CSV, Excel).

Completions are attributed to the unit held then, or to the unit of today: where the person mainly works now, or, for one who has left,
what the former unit became. After a split the person is followed, not the unit (domain analysis, 2.1).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, true
from sqlalchemy.orm import aliased

from lms import clock
from lms.certificates.models import Certificate
from lms.certificates.queries import doubled, with_person
from lms.courses.models import Course, CourseVersion, Enrolment
from lms.courses.queries import versions
from lms.db import db, release
from lms.people.models import Assignment, Person, PersonAlias, Position, Unit, UnitVersion
from lms.people.queries import Scope, in_force, unit_versions, units_became, units_followed, units_in
from lms.rosters.sheet import RosterRow
from lms.vietnamese import PartialDate, fold_name, format_date

PAGE = 50
CHUNK = 1000
WALK = 4  # persons looked at for one line of a page, before the whole roster is sorted
GENDERS = {"F": "Nữ", "M": "Nam"}
STATUSES = {
    "completed": "Hoàn thành", "learning": "Đang học", "not_started": "Chưa học", "overdue": "Quá hạn", "all": "Tất cả trạng thái",
}  # fmt: skip
main = aliased(Assignment, name="main_now")


@dataclass(frozen=True)
class Filters:
    """Which cycles of learning: course, unit with all below it, period (local days, both included: of completion, or of enrolment while
    not completed), state, part of a name. `units`: "then" or "now"; `order`: "name" (given name first) or "unit" (roster order)."""

    course_id: int | None = None
    unit_id: int | None = None
    since: date | None = None
    until: date | None = None
    status: str = "completed"
    search: str = ""
    units: str = "then"
    order: str = "name"


def roster(filters: Filters, scope: Scope, as_of: date, let_others_write: bool = False) -> Iterator[RosterRow]:
    """Every line of a roster as of the end of a day, a chunk at a time, numbered in order.

    `let_others_write` ends the (reading) transaction after each chunk, for exports outside a request.
    """
    ids = list(db.session.scalars(_ids(filters, scope, as_of)))
    became = units_became(as_of) if filters.units == "now" else {}
    names = _Names()
    for begin in range(0, len(ids), CHUNK):
        lines = _rows(ids[begin : begin + CHUNK], filters, as_of, became, names, begin + 1)
        if let_others_write:
            release()
        yield from lines


def page(filters: Filters, scope: Scope, as_of: date, number: int = 1) -> list[RosterRow]:
    """One page of the same roster."""
    begin = PAGE * (number - 1)
    ids = _walk(filters, scope, as_of, begin + PAGE)[begin:] if filters.order == "name" else []
    if len(ids) < PAGE:
        ids = list(db.session.scalars(_ids(filters, scope, as_of).limit(PAGE).offset(begin)))
    became = units_became(as_of) if filters.units == "now" and ids else {}
    return _rows(ids, filters, as_of, became, _Names(), begin + 1) if ids else []


def _walk(filters: Filters, scope: Scope, as_of: date, wanted: int) -> list[int]:
    """The first lines by name, found among the first persons by name: where most persons have a line, nothing needs sorting."""
    first = select(Person.id).order_by(Person.name_key, Person.id).limit(WALK * wanted).subquery()
    merged = select(PersonAlias.person_id).where(PersonAlias.into_id.in_(select(first.c.id)))
    near = select(Enrolment.id).where(Enrolment.officer_id.in_(select(first.c.id).union(merged)))
    return list(db.session.scalars(_ids(filters, scope, as_of).where(Enrolment.id.in_(near)).limit(wanted)))


def count(filters: Filters, scope: Scope, as_of: date) -> int:
    """How many lines the roster has."""
    query, _ = _lines(filters, scope, as_of)
    lines = query.add_columns(func.count())
    twice = lines.where(Enrolment.id.in_(doubled()))  # taken off afterwards: asking it of every line costs more than the count
    return (db.session.scalar(lines) or 0) - (db.session.scalar(twice) or 0)


def courses() -> Sequence[Row]:
    """Courses to choose from: id, code, title."""
    query = select(Course.id, Course.code, CourseVersion.title).join(CourseVersion, CourseVersion.id == Course.current_id)
    return db.session.execute(query.order_by(Course.code)).all()


def units(scope: Scope, on: date) -> Sequence[Row]:
    """Units of the scope that stand on the day, in roster order: id, name."""
    named = unit_versions(on)
    query = select(Unit.id, named.c.name).join(named, named.c.unit_id == Unit.id).order_by(Unit.rank, named.c.name_key)
    return db.session.execute(query.where(_inside(scope, Unit.id))).all()


def _inside(scope: Scope, unit_id_column: Any) -> ColumnElement[bool]:
    return true() if scope.everywhere else unit_id_column.in_(units_in(scope))


def _ids(filters: Filters, scope: Scope, as_of: date) -> Select[Any]:
    """Ids of the cycles, in the order asked for. Names come in Vietnamese order by their stored key."""
    query, unit_column = _lines(filters, scope, as_of)
    query = query.add_columns(Enrolment.id).where(Enrolment.id.not_in(doubled()))
    if not filters.search and filters.units == "then":
        query = with_person(query)
    by_name = (Person.name_key, Person.id, Enrolment.id)
    if filters.order == "unit":
        return query.outerjoin(Unit, Unit.id == unit_column).order_by(Unit.rank, Unit.id, *by_name)
    return query.order_by(*by_name)


def _lines(filters: Filters, scope: Scope, as_of: date) -> tuple[Select[Any], Any]:
    """FROM and WHERE of a roster, and the column of the unit a line is attributed to."""
    query: Select[Any] = select().select_from(Enrolment).where(_state(filters.status, as_of))
    if filters.search or filters.units == "now":
        query = with_person(query)
    unit_column: Any = Enrolment.unit_id
    if filters.units == "now":
        followed = units_followed(as_of)
        query = _join_main(query, as_of)
        query = query.outerjoin(followed, followed.c.unit_id == func.coalesce(main.unit_id, Enrolment.unit_id))
        unit_column = followed.c.now_id
    if not scope.everywhere:
        query = query.where(unit_column.in_(units_in(scope)))
    if filters.unit_id:
        below = db.session.scalars(units_in(Scope(unit_ids=frozenset({filters.unit_id})))).all()
        query = query.where(unit_column.in_(below))
    if filters.course_id:
        query = query.where(Enrolment.course_id == filters.course_id)
    if words := fold_name(filters.search).split():
        named = [Person.name_fold.contains(word, autoescape=True) for word in words]
        query = query.where(*named)
    return query.where(*_period(filters)), unit_column


def _period(filters: Filters) -> Iterator[ColumnElement[bool]]:
    earned = Enrolment.completed_at
    happened = earned if filters.status == "completed" else func.coalesce(earned, Enrolment.enrolled_at)
    if filters.since:
        yield happened >= clock.midnight(filters.since)
    if filters.until:
        yield happened < clock.midnight(filters.until + timedelta(days=1))


def _state(status: str, as_of: date) -> ColumnElement[bool]:
    """SQL: the state of a cycle at the end of the day."""
    end = clock.midnight(as_of + timedelta(days=1))
    done = Enrolment.completed_at < end
    open_ = (
        or_(Enrolment.completed_at.is_(None), Enrolment.completed_at >= end)
        & Enrolment.withdrawn_at.is_(None)
        & (Enrolment.enrolled_at < end)
    )
    late = Enrolment.due < as_of
    begun = Enrolment.last_at.is_not(None)
    return {
        "completed": done,
        "overdue": open_ & late,
        "learning": open_ & begun,
        "not_started": open_ & ~begun,
    }.get(status, or_(done, open_))


def _join_main(query: Select[Any], as_of: date) -> Select[Any]:
    """Beside each cycle: the main assignment in force on the day."""
    newest = (
        select(func.max(Assignment.id))
        .where(Assignment.person_id == Person.id, Assignment.main, in_force(as_of))
        .correlate(Person)
        .scalar_subquery()
    )
    return query.outerjoin(main, main.id == newest)


LINE = (
    Enrolment.id, Enrolment.unit_id, Enrolment.version_id, Enrolment.completed_at, Enrolment.percent, Enrolment.due,
    Enrolment.last_at.is_not(None).label("begun"), Person.full_name, Person.gender, Person.birth_year, Person.birth_month,
    Person.birth_day, Certificate.number, Certificate.revoked_at.is_not(None).label("revoked"),
    Assignment.unit_id.label("post_unit_id"), Assignment.title, Assignment.since, Assignment.until, Position.name.label("position"),
)  # fmt: skip


def _rows(
    ids: Sequence[int], filters: Filters, as_of: date, became: dict[int, int], names: "_Names", first: int
) -> list[RosterRow]:
    """The lines of these cycles, in the order of `ids`, numbered from `first`. Read straight from the connection: thousands of rows,
    without the session's loading of objects; a cycle comes once for each main assignment of its officer (also as a duplicate, for
    days before the merger), the newest first."""
    query = (
        with_person(select(*LINE).select_from(Enrolment))
        .outerjoin(Assignment, Assignment.person_id.in_((Person.id, Enrolment.officer_id)) & Assignment.main)
        .outerjoin(Position, Position.id == Assignment.position_id)
        .outerjoin(Certificate, Certificate.enrolment_id == Enrolment.id)
        .where(Enrolment.id.in_(ids))
        .order_by(Assignment.id.desc())
    )
    found: dict[int, list[Row]] = defaultdict(list)
    for row in db.session.connection().execute(query):
        found[row.id].append(row)
    placed = [_place(found[i], filters, as_of, became) for i in ids]
    names.learn({unit_id for *_, unit_id in placed if unit_id}, {rows[0].version_id for rows in found.values()})
    return [
        _line(number, row, done, post, names.on(unit_id, day), names.courses[row.version_id], as_of)
        for number, (row, done, day, post, unit_id) in enumerate(placed, start=first)
    ]


def _place(
    rows: Sequence[Row], filters: Filters, as_of: date, became: dict[int, int]
) -> tuple[Row, date | None, date, Row | None, int | None]:
    """Of one cycle: a row, the day it was completed, the day whose facts are shown, the main assignment then, the unit it counts for."""
    row = rows[0]
    done = row.completed_at.astimezone(clock.LOCAL).date() if row.completed_at else None
    if done and done > as_of:
        done = None
    day = done if done and filters.units == "then" else as_of
    post = None
    for held in rows:
        if held.since and held.since <= day and (held.until is None or held.until >= day):
            post = held
            break
    if filters.units == "now":
        unit_id = post.post_unit_id if post else row.unit_id
        return row, done, day, post, became.get(unit_id, unit_id)
    return row, done, day, post, row.unit_id or (post.post_unit_id if post else None)


class _Names:
    """What units were called on a day, and courses; each is read once."""

    def __init__(self) -> None:
        self.versions: dict[int, list[tuple[date, str]]] = {}
        self.courses: dict[int, str] = {}

    def learn(self, unit_ids: set[int], version_ids: set[int]) -> None:
        """Read units and versions of courses not known yet."""
        if new := unit_ids - self.versions.keys():
            self.versions |= {unit_id: [] for unit_id in new}
            query = select(UnitVersion.unit_id, UnitVersion.since, UnitVersion.name).where(UnitVersion.unit_id.in_(new))
            for row in db.session.execute(query.order_by(UnitVersion.since.desc())):
                self.versions[row.unit_id].append((row.since, row.name))
        if new := version_ids - self.courses.keys():
            self.courses |= {version.id: f"{version.code} {version.title}" for version in versions(new).values()}

    def on(self, unit_id: int | None, day: date) -> str:
        """The unit's name valid on the day; the nearest one for a day before the first or after the last version."""
        called = self.versions.get(unit_id, []) if unit_id else []
        if len(called) == 1:
            return called[0][1]
        return next((name for since, name in called if since <= day), called[-1][1] if called else "")


@lru_cache(maxsize=2048)
def _mark(percent: Decimal) -> Decimal:
    return (percent / 10).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _line(number: int, row: Row, done: date | None, post: Row | None, unit: str, course: str, as_of: date) -> RosterRow:
    mark = _mark(row.percent) if done and row.percent is not None else None
    certificate = row.number or ""
    if row.revoked:
        certificate += " (đã thu hồi)"
    return RosterRow(
        number, row.full_name, _born(row), GENDERS.get(row.gender, ""), post.title if post else "", unit,
        (post.position or "") if post else "", course, _status(row, done, as_of), done, mark, "Đạt" if done else "", certificate,
    )  # fmt: skip


def _born(row: Row) -> date | str:
    if row.birth_year is None:
        return ""
    if row.birth_month and row.birth_day:
        return date(row.birth_year, row.birth_month, row.birth_day)
    return format_date(PartialDate(row.birth_year, row.birth_month, row.birth_day))


def _status(row: Row, done: date | None, as_of: date) -> str:
    if done:
        return "Hoàn thành" if row.due is None else "Đúng hạn" if done <= row.due else "Trễ hạn"
    if row.due and row.due < as_of:
        return f"Quá hạn {(as_of - row.due).days} ngày"
    return "Đang học" if row.begun else "Chưa học"
