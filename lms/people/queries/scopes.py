"""Which persons a permission reaches: a WHERE for every list, never a check afterwards."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, false, func, or_, select, true

from lms.db import db
from lms.people.models import Assignment, Grant, PersonAlias, Position, Unit, UnitEvent, UnitLineage
from lms.people.queries.viewers import Scope
from lms.permissions import ROLES, P


def unit_paths(scope: Scope) -> list[str] | None:
    """The paths below which the scope reaches; None = everywhere, [] = no unit."""
    if scope.everywhere:
        return None
    if not scope.unit_ids:
        return []
    return list(db.session.scalars(select(Unit.path).where(Unit.id.in_(scope.unit_ids)).order_by(Unit.path)))


def units_in(scope: Scope) -> Select[int]:
    """Ids of the units inside the scope, with all below them and the units that were merged into these.

    A unit that was split off does not inherit the sight of its origin: after a split the person is followed, not the unit
    (domain analysis 2.1, rules 3 and 4).
    """
    if scope.everywhere:
        return select(Unit.id)
    root = Unit.__table__.alias()
    below = Unit.path.startswith(root.c.path)
    reached = select(Unit.id.label("id")).join(root, below).where(root.c.id.in_(scope.unit_ids)).cte(recursive=True)
    former = (
        select(UnitLineage.from_id)
        .join(reached, reached.c.id == UnitLineage.to_id)
        .join(UnitEvent, UnitEvent.id == UnitLineage.event_id)
        .where(UnitEvent.kind != "split")
    )
    reached = reached.union(former)
    return select(reached.c.id)


def in_force(on: Any, row: Any = Assignment) -> ColumnElement[bool]:
    """SQL: the dated row (assignment, grant, version) is in force on that day (a date, or a parameter for one)."""
    return (row.since <= on) & or_(row.until.is_(None), row.until >= on)


def holders(permission: P, on: date, course_id: int | None = None) -> Sequence[Row]:
    """Who holds a permission everywhere or, when one is named, for that course: person_id, role."""
    roles = [role for role, may in ROLES.items() if permission in may]
    here = or_(Grant.scope == "all", (Grant.scope == "course") & (Grant.scope_id == course_id))
    query = select(Grant.person_id, Grant.role).where(Grant.role.in_(roles), here, in_force(on, Grant))
    return db.session.execute(query.order_by(Grant.person_id)).all()


def not_over(on: date, row: Any = Assignment) -> ColumnElement[bool]:
    """SQL: the dated row is in force on that day, or will be later."""
    return or_(row.until.is_(None), row.until >= on)


def is_person(person_id_column: Any, person_id: Any) -> ColumnElement[bool]:
    """SQL: the row is that person's, or stands under a duplicate that was merged into them."""
    merged = select(PersonAlias.person_id).where(PersonAlias.into_id == person_id)
    return or_(person_id_column == person_id, person_id_column.in_(merged))


def in_scope(scope: Scope, person_id_column: Any, on: date) -> ColumnElement[bool]:
    """SQL: that person has an assignment in force on `on` in a unit inside the scope (see `units_in`)."""
    if scope.everywhere:
        return true()
    if not scope.unit_ids:
        return false()
    return person_id_column.in_(select(Assignment.person_id).where(in_force(on), Assignment.unit_id.in_(units_in(scope))))


def roles_beyond(scope: Scope, on: date) -> Select[int]:
    """Ids of persons who hold a role, on that day or later, that reaches further than the scope.

    Whoever changes what they are known by, or opens their account, could act in their place: that is for somebody of their reach.
    """
    held = select(Grant.person_id).where(or_(Grant.until.is_(None), Grant.until >= on))
    if scope.everywhere:
        return held.where(false())
    in_unit = (Grant.scope == "unit") & Grant.scope_id.in_(units_in(scope))
    in_course = (Grant.scope == "course") & Grant.scope_id.in_(scope.course_ids)
    return held.where(~func.coalesce(or_(in_unit, in_course), false()))


def outreaches(person_id: int, scope: Scope, on: date) -> bool:
    """Whether that person holds a role that reaches further than the scope."""
    return db.session.scalar(roles_beyond(scope, on).where(Grant.person_id == person_id).limit(1)) is not None


def members(audience: dict[str, list[str]], on: date) -> Select[int]:
    """Ids of the persons an audience means on that day.

    audience: {"positions": codes, "unit_kinds": kinds}; both may be empty: then everybody who holds a position. One assignment
    must match both. Persons found to be duplicates are left out.
    """
    query = (
        select(Assignment.person_id)
        .join(Position, Position.id == Assignment.position_id)
        .where(in_force(on), ~exists().where(PersonAlias.person_id == Assignment.person_id))
        .distinct()
    )
    if codes := audience.get("positions"):
        query = query.where(Position.code.in_(codes))
    if kinds := audience.get("unit_kinds"):
        query = query.join(Unit, Unit.id == Assignment.unit_id).where(Unit.kind.in_(kinds))
    return query
