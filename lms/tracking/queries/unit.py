"""A unit's heat map: who holds which core competence at which level."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, func, or_, select

from lms.db import db
from lms.errors import NotFound
from lms.people.models import Assignment, Person, Unit
from lms.people.queries import Scope, in_force, unit_name_on, unit_versions, units_in
from lms.tracking.models import Award, Competence, Requirement

PAGE = 50


@dataclass(frozen=True)
class Cell:
    """Level held and level required (0: not required of this officer)."""

    held: int
    required: int

    @property
    def short(self) -> bool:
        """Whether it is below what is required."""
        return self.held < self.required


@dataclass(frozen=True)
class HeatMap:
    """One page of officers by given name: `columns` are the core competences of their positions, `rows` (officer, cells beside them)."""

    columns: Sequence[Row]
    rows: Sequence[tuple[Row, list[Cell]]]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // PAGE)

    @property
    def lacking(self) -> int:
        """Officers on this page who lack a core competence."""
        return sum(any(cell.short for cell in cells) for _, cells in self.rows)


def units_of(scope: Scope, on: date) -> Sequence[Row]:
    """Units that stand on the day and lie in the scope, in roster order: id, name."""
    named = unit_versions(on)
    query = (
        select(Unit.id, named.c.name)
        .join(named, named.c.unit_id == Unit.id)
        .where(Unit.id.in_(units_in(scope)), Unit.is_example.is_(False))
        .order_by(Unit.rank, named.c.name_key)
    )
    return db.session.execute(query).all()


def heat_map(scope: Scope, on: date, unit_id: int | None = None, page: int = 1) -> HeatMap:
    """Officers in the scope (or in one unit of it, with all below) against the core competences of their positions.

    At most five queries. Raises NotFound when a page beyond the last is asked for.
    """
    officers = _officers(scope, on, unit_id, page)
    if not officers and page > 1:
        raise NotFound
    person_ids = [officer.id for officer in officers]
    positions = _positions(person_ids, on)
    asked, columns = _asked({p for found in positions.values() for p in found}, on)
    held = _held(person_ids, [column.id for column in columns], on)
    rows = []
    for officer in officers:
        own = positions.get(officer.id, set())
        cells = [Cell(held.get((officer.id, c.id), 0), max((asked.get((p, c.id), 0) for p in own), default=0)) for c in columns]
        rows.append((officer, cells))
    return HeatMap(columns, rows, officers[0].total if officers else 0, page)


def _officers(scope: Scope, on: date, unit_id: int | None, page: int) -> Sequence[Row]:
    """One row a person: the main assignment first among those inside."""
    inside = select(Assignment.person_id, func.max(Assignment.id).label("assignment_id")).where(
        in_force(on), Assignment.unit_id.in_(units_in(scope))
    )
    if unit_id:
        below = db.session.scalars(units_in(Scope(unit_ids=frozenset({unit_id})))).all()
        inside = inside.where(Assignment.unit_id.in_(below))
    chosen = inside.group_by(Assignment.person_id).subquery()
    query = (
        select(
            Person.id, Person.full_name, Person.birth_year, Assignment.title,
            unit_name_on(Assignment.unit_id, on).label("unit_name"), func.count().over().label("total"),
        )
        .join(chosen, chosen.c.person_id == Person.id)
        .join(Assignment, Assignment.id == chosen.c.assignment_id)
        .order_by(Person.name_key, Person.id)
        .limit(PAGE)
        .offset(PAGE * (page - 1))
    )  # fmt: skip
    return db.session.execute(query).all()


def _positions(person_ids: Collection[int], on: date) -> dict[int, set[int]]:
    query = select(Assignment.person_id, Assignment.position_id).where(
        Assignment.person_id.in_(person_ids), Assignment.position_id.is_not(None), in_force(on)
    )
    found: dict[int, set[int]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.person_id, set()).add(row.position_id)
    return found


def _asked(position_ids: Collection[int], on: date) -> tuple[dict[tuple[int, int], int], list[Row]]:
    """(position, competence) -> level required; and the competences that are core for any of these positions, by rank."""
    query = (
        select(
            Requirement.position_id, Requirement.level, Requirement.core, Competence.id, Competence.code, Competence.name,
            Competence.rank,
        )
        .join(Competence, Competence.id == Requirement.competence_id)
        .where(Requirement.position_id.in_(position_ids), in_force(on, Requirement))
        .order_by(Competence.rank)
    )  # fmt: skip
    rows = db.session.execute(query).all()
    columns = {row.id: row for row in rows if row.core}
    return {(row.position_id, row.id): row.level for row in rows}, list(columns.values())


def _held(person_ids: Collection[int], competence_ids: Collection[int], on: date) -> dict[tuple[int, int], int]:
    """(officer, competence) -> highest level awarded and still counting: what `lms.competence.current_level` says, in SQL."""
    query = (
        select(Award.officer_id, Award.competence_id, func.max(Award.level))
        .where(
            Award.officer_id.in_(person_ids),
            Award.competence_id.in_(competence_ids),
            or_(Award.valid_until.is_(None), Award.valid_until >= on),
        )
        .group_by(Award.officer_id, Award.competence_id)
    )
    return {(officer_id, competence_id): level for officer_id, competence_id, level in db.session.execute(query)}
