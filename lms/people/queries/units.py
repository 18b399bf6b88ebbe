"""Reading units: what they were called on a day, the tree, the history."""

from datetime import date
from typing import Any

from sqlalchemy import Row, ScalarSelect, Subquery, case, select

from lms.db import db
from lms.people.models import Assignment, Position, Unit, UnitVersion
from lms.people.queries.scopes import in_force, units_in
from lms.people.queries.viewers import Scope


def unit_versions(on: date) -> Subquery:
    """The version of every unit that is valid on the day: unit_id, name, short, code, place, parent_id, name_key, since. Join it outer:
    a unit that had ended by then has none."""
    columns = (
        UnitVersion.unit_id, UnitVersion.name, UnitVersion.short, UnitVersion.code, UnitVersion.place, UnitVersion.parent_id,
        UnitVersion.name_key, UnitVersion.since,
    )  # fmt: skip
    return select(*columns).where(in_force(on, UnitVersion)).subquery("unit_on_day")


def unit_name_on(unit_id_column: Any, day: Any) -> ScalarSelect[str]:
    """SQL: what the unit of that column was called on that day (a date or a date column); its nearest name when it had none then."""
    begun = case((UnitVersion.since <= day, 0), else_=1)
    return (
        select(UnitVersion.name)
        .where(UnitVersion.unit_id == unit_id_column)
        .order_by(begun, UnitVersion.since.desc())
        .limit(1)
        .correlate_except(UnitVersion)
        .scalar_subquery()
    )


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
    query = select(Unit.id, version.c.name).join(version, version.c.unit_id == Unit.id).where(Unit.ended.is_(None))
    if not scope.everywhere:
        query = query.where(Unit.id.in_(units_in(scope)))
    return [(row.id, row.name) for row in db.session.execute(query.order_by(Unit.rank, version.c.name_key))]


def position_choices() -> list[tuple[int, str]]:
    """All job positions as choices of a form: (id, name)."""
    return [(row.id, row.name) for row in db.session.execute(select(Position.id, Position.name).order_by(Position.code))]
