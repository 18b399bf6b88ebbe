"""Reading units: what they were called on a day, the tree, the history."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Subquery, func, or_, select
from sqlalchemy.orm import aliased

from lms.db import db
from lms.errors import NotFound
from lms.people.models import Assignment, Grant, Person, Position, Unit, UnitEvent, UnitLineage, UnitVersion
from lms.people.queries.scopes import in_force, not_over, units_in
from lms.people.queries.viewers import Scope


def unit_versions(on: date) -> Subquery:
    """The version of every unit that is valid on the day: unit_id, name, short, code, place, parent_id, name_key, since. Join it outer:
    a unit that had ended by then has none."""
    columns = (
        UnitVersion.unit_id, UnitVersion.name, UnitVersion.short, UnitVersion.code, UnitVersion.place, UnitVersion.parent_id,
        UnitVersion.name_key, UnitVersion.since,
    )  # fmt: skip
    return select(*columns).where(in_force(on, UnitVersion)).subquery("unit_on_day")


def unit_name_on(unit_id_column: Any, day: Any) -> ColumnElement[str]:
    """SQL: what the unit of that column was called on that day (a date or a date column); its nearest name when it had none then."""
    version = aliased(UnitVersion)
    named = select(version.name).where(version.unit_id == unit_id_column).limit(1).correlate_except(version)
    then = named.where(version.since <= day).order_by(version.since.desc()).scalar_subquery()
    return func.coalesce(then, named.order_by(version.since).scalar_subquery())


def main_assignment(person_id: int, on: date) -> Row | None:
    """Where the person mainly works on that day: unit_id, unit_name, unit_kind, position_id, position_code, position_name, title,
    since. None without an assignment in force."""
    query = (
        select(
            Assignment.unit_id, unit_name_on(Assignment.unit_id, on).label("unit_name"), Unit.kind.label("unit_kind"),
            Assignment.position_id, Position.code.label("position_code"), Position.name.label("position_name"),
            Assignment.title, Assignment.since,
        )
        .join(Unit, Unit.id == Assignment.unit_id)
        .outerjoin(Position, Position.id == Assignment.position_id)
        .where(Assignment.person_id == person_id, in_force(on))
        .order_by(Assignment.main.desc(), Assignment.since.desc(), Assignment.id.desc())
        .limit(1)
    )  # fmt: skip
    return db.session.execute(query).first()


def unit_choices(scope: Scope, on: date) -> list[tuple[int, str]]:
    """The living units of a scope as choices of a form, in the order of rosters: (id, name)."""
    version = unit_versions(on)
    query = (
        select(Unit.id, version.c.name)
        .join(version, version.c.unit_id == Unit.id)
        .where(Unit.ended.is_(None), Unit.is_example.is_(False))
    )
    if not scope.everywhere:
        query = query.where(Unit.id.in_(units_in(scope)))
    return [(row.id, row.name) for row in db.session.execute(query.order_by(Unit.rank, version.c.name_key))]


def position_choices() -> list[tuple[int, str]]:
    """All job positions as choices of a form: (id, name)."""
    return [(row.id, row.name) for row in db.session.execute(select(Position.id, Position.name).order_by(Position.code))]


def unit_tree(scope: Scope, on: date, examples: bool = False) -> list[Row]:
    """Living units as a tree in reading order: id, name, code, kind, depth (0 = top), people (with an assignment in force).

    examples: the invented units instead of the real ones.
    """
    version = unit_versions(on)
    people = (
        select(Assignment.unit_id, func.count(Assignment.person_id.distinct()).label("people"))
        .where(in_force(on))
        .group_by(Assignment.unit_id)
        .subquery()
    )
    query = (
        select(
            Unit.id, version.c.name, version.c.code, Unit.kind, Unit.path, Unit.rank, Unit.ended,
            version.c.parent_id, func.coalesce(people.c.people, 0).label("people"),
        )
        .outerjoin(version, version.c.unit_id == Unit.id)
        .outerjoin(people, people.c.unit_id == Unit.id)
        .where(Unit.is_example.is_(examples))
    )  # fmt: skip
    if not examples:
        query = query.where(Unit.ended.is_(None))
    if not scope.everywhere:
        query = query.where(Unit.id.in_(units_in(scope)))
    rows = list(db.session.execute(query.order_by(Unit.rank, version.c.name_key, Unit.id)))
    return _in_tree_order(rows)


def _in_tree_order(rows: list[Row]) -> list[Row]:
    """Each unit after the unit above it; siblings stay in the order they came."""
    below: dict[str, list[Row]] = defaultdict(list)
    paths = {row.path for row in rows}
    tops: list[Row] = []
    for row in rows:
        above = row.path[: row.path.rstrip("/").rfind("/") + 1]
        (below[above] if above in paths else tops).append(row)
    ordered: list[Row] = []
    waiting = tops[::-1]
    while waiting:
        row = waiting.pop()
        ordered.append(row)
        waiting += below[row.path][::-1]
    return ordered


def unit(unit_id: int, scope: Scope) -> Unit:
    """One unit inside the scope, former units of a merger included. Raises NotFound."""
    query = select(Unit).where(Unit.id == unit_id)
    if not scope.everywhere:
        query = query.where(Unit.id.in_(units_in(scope)))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def versions_of(unit_id: int, today: date) -> Sequence[Row]:
    """What the unit was called, newest first: name, short, code, parent_name, since, until, note."""
    columns = (
        UnitVersion.name, UnitVersion.short, UnitVersion.code, UnitVersion.place, UnitVersion.parent_id, UnitVersion.since,
        UnitVersion.until, UnitVersion.note, unit_name_on(UnitVersion.parent_id, func.coalesce(UnitVersion.until, today)).label("parent"),
    )  # fmt: skip
    query = select(*columns).where(UnitVersion.unit_id == unit_id)
    return db.session.execute(query.order_by(UnitVersion.since.desc(), UnitVersion.id.desc())).all()


def lineage_of(unit_id: int) -> Sequence[Row]:
    """The events of a unit, newest first, one row for each pair of units: kind, decision, on, from_id, from_name, to_id, to_name."""
    before = unit_name_on(UnitLineage.from_id, UnitEvent.on).label("from_name")
    query = (
        select(
            UnitEvent.id, UnitEvent.kind, UnitEvent.decision, UnitEvent.on, UnitEvent.note, UnitLineage.from_id, before,
            UnitLineage.to_id, unit_name_on(UnitLineage.to_id, UnitEvent.on).label("to_name"),
        )
        .join(UnitLineage, UnitLineage.event_id == UnitEvent.id)
        .where(or_(UnitLineage.from_id == unit_id, UnitLineage.to_id == unit_id))
        .order_by(UnitEvent.on.desc(), UnitEvent.id.desc(), UnitLineage.from_id)
    )  # fmt: skip
    return db.session.execute(query).all()


def staff_of(unit_id: int, on: date) -> list[Row]:
    """Whom a split of the unit on that day concerns, by position and given name; each person once, by the main assignment there:
    person_id, full_name, position_id, position_name, title."""
    query = (
        select(
            Assignment.person_id, Person.full_name, Person.name_key, Assignment.position_id, Position.code,
            Position.name.label("position_name"), Assignment.title,
        )
        .join(Person, Person.id == Assignment.person_id)
        .outerjoin(Position, Position.id == Assignment.position_id)
        .where(Assignment.unit_id == unit_id, not_over(on))
        .order_by(Assignment.main, Assignment.since, Assignment.id)
    )  # fmt: skip
    people = {row.person_id: row for row in db.session.execute(query)}
    return sorted(people.values(), key=lambda row: (row.code is None, row.code, row.name_key, row.person_id))


def units_below(unit_id: int) -> list[tuple[int, str]]:
    """The living units right under a unit: id, name."""
    query = select(UnitVersion.unit_id, UnitVersion.name).where(UnitVersion.parent_id == unit_id, UnitVersion.until.is_(None))
    return [(row.unit_id, row.name) for row in db.session.execute(query.order_by(UnitVersion.name_key))]


def units_followed(as_of: date) -> CTE:
    """Each unit (unit_id) beside the one it had become by the day (now_id): an ended unit with a single successor is followed, through
    several mergers; after a split nobody can say which part of the past belongs to which part of the unit."""
    after = (
        select(UnitLineage.from_id, func.min(UnitLineage.to_id).label("to_id"))
        .join(UnitEvent, UnitEvent.id == UnitLineage.event_id)
        .join(Unit, Unit.id == UnitLineage.from_id)
        .where(UnitEvent.on <= as_of, Unit.ended <= as_of, UnitLineage.from_id != UnitLineage.to_id)
        .group_by(UnitLineage.from_id)
        .having(func.count(func.distinct(UnitLineage.to_id)) == 1)
        .subquery()
    )
    standing = select(Unit.id.label("unit_id"), Unit.id.label("now_id")).where(Unit.id.not_in(select(after.c.from_id)))
    found = standing.cte("followed", recursive=True)
    return found.union_all(select(after.c.from_id, found.c.now_id).join(found, found.c.unit_id == after.c.to_id))


def units_became(as_of: date) -> dict[int, int]:
    """Unit -> the unit it had become by the day; one that stands is itself."""
    found = units_followed(as_of)
    return {row.unit_id: row.now_id for row in db.session.execute(select(found.c.unit_id, found.c.now_id))}


def event_effects(unit_ids: Sequence[int], on: date) -> Row:
    """What an event on that day touches in those units: people, assignments, grants (roles scoped to them), below (units under them)."""
    held = select(func.count(Assignment.person_id.distinct())).where(Assignment.unit_id.in_(unit_ids), not_over(on))
    works = select(func.count()).select_from(Assignment).where(Assignment.unit_id.in_(unit_ids), not_over(on))
    grants = select(func.count()).select_from(Grant).where(
        Grant.scope == "unit", Grant.scope_id.in_(unit_ids), not_over(on, Grant)
    )  # fmt: skip
    version = unit_versions(on)
    below = select(func.count()).select_from(version).where(version.c.parent_id.in_(unit_ids), version.c.unit_id.not_in(unit_ids))
    return db.session.execute(
        select(
            held.scalar_subquery().label("people"), works.scalar_subquery().label("assignments"),
            grants.scalar_subquery().label("grants"), below.scalar_subquery().label("below"),
        )
    ).one()  # fmt: skip
