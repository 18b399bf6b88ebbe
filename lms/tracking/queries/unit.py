"""A unit's heat map: who holds which core competence at which level, what is missing in which position, and who needs what."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Row, func, select

from lms.courses import queries as courses
from lms.courses.models import Course
from lms.db import db
from lms.errors import NotFound
from lms.people.models import Assignment, Identifier, Person, Position, Unit
from lms.people.queries import Scope, in_force, unit_name_on, unit_versions, units_in
from lms.tracking.models import Competence, Requirement
from lms.tracking.queries.holding import held_levels

PAGE = 50
MOST = 1000  # officers of a unit that one page still sums up; more are the province's page


class Cell(NamedTuple):
    """Level held and level required (0: not required of this officer); whether it is below what is required."""

    held: int
    required: int
    short: bool


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
    def one_unit(self) -> bool:
        """Whether all of these rows are of one unit."""
        return len({officer.unit_name for officer, _ in self.rows}) < 2

    @property
    def apart(self) -> dict[int, str]:
        """Person id -> what tells somebody from another officer of these rows with the same name: code, else year of birth and position."""
        often = Counter(officer.full_name for officer, _ in self.rows)
        return {o.id: _known_by(o) for o, _ in self.rows if often[o.full_name] > 1}

    @property
    def lacking(self) -> int:
        """Officers of these rows who lack a core competence."""
        return sum(any(cell.short for cell in cells) for _, cells in self.rows)

    def without(self, competence_id: int) -> "HeatMap":
        """The officers who hold that competence below what is required. Raises NotFound for one that is no column."""
        place = next((i for i, column in enumerate(self.columns) if column.id == competence_id), None)
        if place is None:
            raise NotFound
        rows = [row for row in self.rows if row[1][place].short]
        return HeatMap(self.columns, rows, len(rows), 1)

    def on(self, page: int) -> "HeatMap":
        """One page of a whole map. Raises NotFound beyond the last."""
        rows = self.rows[PAGE * (page - 1) : PAGE * page]
        if not rows and page > 1:
            raise NotFound
        return HeatMap(self.columns, rows, self.total, page)


@dataclass(frozen=True)
class PositionGap:
    """The officers of one position: how many, how many hold all that is asked of them here, and (competence, lacking, asked) of each
    competence that somebody lacks, the most lacked first."""

    name: str
    people: int
    met: int
    gaps: list[tuple[Row, int, int]]


@dataclass(frozen=True)
class NeededBy:
    """A competence and who needs it, by given name; `offers`: open courses that evidence it: (course id, code, title, up to which level)."""

    competence: Row
    officers: list[tuple[Row, Cell]]
    offers: list[tuple[int, str, str, int]]


def _known_by(officer: Row) -> str:
    born = f"sinh {officer.birth_year}" if officer.birth_year else ""
    return officer.code or " · ".join(part for part in (born, officer.position_name or officer.title) if part)


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
    officers = _officers(scope, on, unit_id, PAGE, PAGE * (page - 1))
    if not officers and page > 1:
        raise NotFound
    return _map(officers, on, page)


def whole_map(scope: Scope, on: date, unit_id: int | None = None) -> HeatMap | None:
    """The map of everybody; None where there is nobody, or more than one page can sum up: of the province there are snapshots."""
    if scope.everywhere and unit_id is None:
        return None
    officers = _officers(scope, on, unit_id, MOST, 0)
    return _map(officers, on, 1) if officers and officers[0].total <= MOST else None


def _map(officers: Sequence[Row], on: date, page: int) -> HeatMap:
    person_ids = [officer.id for officer in officers]
    positions = _positions(person_ids, on)
    asked, columns = _asked({p for found in positions.values() for p in found}, on)
    held = held_levels(person_ids, on) if columns else {}
    # Thousands of cells, of few kinds: each kind is made once, and what a set of positions asks is worked out once.
    required: dict[frozenset[int], list[tuple[int, int]]] = {}
    kinds: dict[tuple[int, int], Cell] = {(h, r): Cell(h, r, h < r) for h in range(6) for r in range(6)}
    rows = []
    for officer in officers:
        own, person_id = frozenset(positions.get(officer.id, ())), officer.id
        if own not in required:
            required[own] = [(c.id, max((asked.get((p, c.id), 0) for p in own), default=0)) for c in columns]
        rows.append((officer, [kinds[held.get((person_id, c), 0), level] for c, level in required[own]]))
    return HeatMap(columns, rows, officers[0].total if officers else 0, page)


def gaps_by_position(found: HeatMap) -> list[PositionGap]:
    """What is missing in which position, the positions with most officers first."""
    groups: dict[str, list[list[Cell]]] = defaultdict(list)
    for officer, cells in found.rows:
        groups[officer.position_name or "Chưa ghi vị trí"].append(cells)
    gaps = []
    for name, members in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        met = sum(not any(cell.short for cell in cells) and any(cell.required for cell in cells) for cells in members)
        lacked = [
            (column, sum(cells[i].short for cells in members), sum(cells[i].required > 0 for cells in members))
            for i, column in enumerate(found.columns)
        ]
        gaps.append(PositionGap(name, len(members), met, sorted((g for g in lacked if g[1]), key=lambda g: -g[1])))
    return gaps


def who_needs_what(found: HeatMap) -> list[NeededBy]:
    """Who needs which competence, the one most people lack first, with the courses that lead there. Two queries."""
    offers = _offers()
    needs = [
        NeededBy(column, [(officer, cells[i]) for officer, cells in found.rows if cells[i].short], offers.get(column.code, []))
        for i, column in enumerate(found.columns)
    ]
    return sorted((need for need in needs if need.officers), key=lambda need: -len(need.officers))


def _offers() -> dict[str, list[tuple[int, str, str, int]]]:
    rows = db.session.execute(
        select(Course.id, Course.current_id).where(Course.state == "open", Course.current_id.is_not(None))
    ).all()
    known = courses.versions([row.current_id for row in rows])
    found: dict[str, list[tuple[int, str, str, int]]] = defaultdict(list)
    for row in rows:
        version = known[row.current_id]
        for claim in version.evidences:
            found[claim["competence"]].append((row.id, version.code, version.title, int(claim["level"])))
    return found


def _inside(scope: Scope, on: date, unit_id: int | None) -> list:
    """Which assignments count."""
    conditions = [in_force(on), Assignment.unit_id.in_(units_in(scope))]
    if unit_id:
        below = db.session.scalars(units_in(Scope(unit_ids=frozenset({unit_id})))).all()
        conditions.append(Assignment.unit_id.in_(below))
    return conditions


def _officers(scope: Scope, on: date, unit_id: int | None, limit: int, offset: int) -> Sequence[Row]:
    """One row a person: the main assignment first among those inside."""
    inside = select(Assignment.person_id, func.max(Assignment.id).label("assignment_id")).where(*_inside(scope, on, unit_id))
    chosen = inside.group_by(Assignment.person_id).subquery()
    code = (
        select(func.max(Identifier.value))
        .where(Identifier.person_id == Person.id, Identifier.kind == "code", Identifier.until.is_(None))
        .scalar_subquery()
    )
    query = (
        select(
            Person.id, Person.full_name, Person.birth_year, Assignment.title, Position.name.label("position_name"),
            unit_name_on(Assignment.unit_id, on).label("unit_name"), code.label("code"), func.count().over().label("total"),
        )
        .join(chosen, chosen.c.person_id == Person.id)
        .join(Assignment, Assignment.id == chosen.c.assignment_id)
        .outerjoin(Position, Position.id == Assignment.position_id)
        .order_by(Person.name_key, Person.id)
        .limit(limit)
        .offset(offset)
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
