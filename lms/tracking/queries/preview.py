"""Whose level a change of rules or parameters would change, on the same answers: who would newly prove one, and who no longer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, Subquery, and_, case, func, literal, not_, or_, select, union_all

from lms.competence.rules import Rules
from lms.db import db
from lms.people.models import Person, PersonAlias
from lms.tracking.models import Award, Competence, LevelPreview, Standing
from lms.tracking.queries.decisions import proven
from lms.tracking.queries.holding import counting, held_levels
from lms.tracking.queries.ledger import Entry
from lms.tracking.queries.parameters import ON_ANSWERS, Law

PAGE = 20


@dataclass(frozen=True)
class Change:
    """One officer whose answers would prove a level, or no longer."""

    officer_id: int
    code: str
    level: int
    gained: bool


@dataclass(frozen=True)
class Count:
    """One competence and level: officers whose answers prove it now; of those whose level would change, who newly would and no longer
    would."""

    competence_id: int
    code: str
    name: str
    level: int
    proven: int
    gained: int
    lost: int


@dataclass(frozen=True)
class Named:
    """A page of the officers that change, with the level each holds now."""

    rows: Sequence[tuple[Row, int]]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def compare(known: Mapping[int, Sequence[Entry]], before: Law, after: Law, on: date) -> list[Change]:
    """The changes of these officers between two laws on a day: judged as awards are."""
    found = []
    for person_id, entries in known.items():
        by_code: dict[str, list[Entry]] = {}
        for entry in entries:
            if entry.answers and entry.day <= on:
                by_code.setdefault(entry.code, []).append(entry)
        for code, mine in sorted(by_code.items()):
            was, would = proven(code, mine, before, on).keys(), proven(code, mine, after, on).keys()
            found += [Change(person_id, code, level, level in would) for level in sorted(was ^ would)]
    return found


def _proves(level: int, rules: Rules) -> Any:
    """SQL: the standing proves the level under these rules."""
    p, effective = (Standing.own_1, Standing.effective_1) if level == 1 else (Standing.own_2, Standing.effective_2)
    return and_(p >= rules.competent, effective >= rules.least_answers)


def _not_merged() -> Any:
    return Standing.officer_id.not_in(select(PersonAlias.person_id))


def by_standings(old: Rules, new: Rules) -> Subquery:
    """SQL: what changes when only how sure, or how many answers, is asked otherwise: officer_id, competence_id, level, gained."""
    parts = []
    for level in ON_ANSWERS:
        was, would = _proves(level, old), _proves(level, new)
        columns = (Standing.officer_id, Standing.competence_id, literal(level).label("level"), would.label("gained"))
        parts.append(select(*columns).where(_not_merged(), (was & not_(would)) | (would & not_(was))))
    return union_all(*parts).subquery()


def by_job(job_id: int) -> Subquery:
    """SQL: what a preview that was computed has staged, in the same columns."""
    columns = (LevelPreview.officer_id, LevelPreview.competence_id, LevelPreview.level, LevelPreview.gained)
    return select(*columns).where(LevelPreview.job_id == job_id).subquery()


def of_levels(changes: Subquery, on: date) -> Subquery:
    """SQL: only those of the changes by which the level of an officer would be another: not what is newly proven by somebody who holds that
    level or more on the day, nor what is no longer proven by somebody who holds more. Awards of a merged duplicate count for the person."""
    other = (
        select(PersonAlias.into_id, Award.competence_id, func.max(Award.level).label("level"))
        .join(PersonAlias, PersonAlias.person_id == Award.officer_id)
        .where(counting(on))
        .group_by(PersonAlias.into_id, Award.competence_id)
        .subquery()
    )
    same = (Award.officer_id == changes.c.officer_id, Award.competence_id == changes.c.competence_id)
    own = select(Award.id).where(*same, _settles(Award.level, changes), counting(on)).correlate(changes).exists()
    query = select(changes).outerjoin(
        other, (other.c.into_id == changes.c.officer_id) & (other.c.competence_id == changes.c.competence_id)
    )
    return query.where(~own, or_(other.c.level.is_(None), not_(_settles(other.c.level, changes)))).subquery()


def _settles(held: Any, changes: Subquery) -> Any:
    """SQL: who holds that level has the same one after the change."""
    return or_(held > changes.c.level, and_(changes.c.gained.is_(True), held == changes.c.level))


def counts(changes: Subquery, old: Rules) -> list[Count]:
    """Of every competence with answers, level by level; in the order of the framework."""
    proven_now = [func.count().filter(_proves(level, old)).label(f"level_{level}") for level in ON_ANSWERS]
    standing = select(Standing.competence_id, *proven_now).where(_not_merged()).group_by(Standing.competence_id).subquery()
    gained, lost = (func.sum(case((changes.c.gained.is_(way), 1), else_=0)) for way in (True, False))
    moving: Select = select(changes.c.competence_id, changes.c.level, gained, lost)
    moved = {
        (row[0], row[1]): (row[2], row[3])
        for row in db.session.execute(moving.group_by(changes.c.competence_id, changes.c.level))
    }
    query = select(Competence.id, Competence.code, Competence.name, standing.c.level_1, standing.c.level_2)
    rows = db.session.execute(query.join(standing, standing.c.competence_id == Competence.id).order_by(Competence.rank)).all()
    return [
        Count(row.id, row.code, row.name, level, row[2 + level], *moved.get((row.id, level), (0, 0)))
        for row in rows
        for level in ON_ANSWERS
    ]


def as_of() -> Row:
    """The oldest and the newest day of the standings: (first, last)."""
    return db.session.execute(select(func.min(Standing.at), func.max(Standing.at))).one()


def named(changes: Subquery, on: date, page: int, gained: bool | None, competence_id: int | None, level: int | None) -> Named:
    """A page of the officers that change, by name; narrowed to one way, one competence, one level."""
    wanted = {"gained": gained, "competence_id": competence_id, "level": level}
    where = [changes.c[name] == value for name, value in wanted.items() if value is not None]
    total = db.session.scalar(select(func.count()).select_from(changes).where(*where)) or 0
    page = min(max(1, page), max(1, -(-total // PAGE)))
    query = (
        select(changes, Person.full_name, Competence.code, Competence.name.label("competence"))
        .join(Person, Person.id == changes.c.officer_id)
        .join(Competence, Competence.id == changes.c.competence_id)
        .where(*where)
        .order_by(Person.name_key, Person.id, Competence.rank, changes.c.level)
        .limit(PAGE)
        .offset(PAGE * (page - 1))
    )
    rows = db.session.execute(query).all()
    held = held_levels({row.officer_id for row in rows}, on) if rows else {}
    return Named([(row, held.get((row.officer_id, row.competence_id), 0)) for row in rows], total, page)


def people_after(last: int, limit: int) -> list[int]:
    """Officers with answers, in order of id, after one of them."""
    query = select(Standing.officer_id).where(Standing.officer_id > last, _not_merged()).distinct()
    return list(db.session.scalars(query.order_by(Standing.officer_id).limit(limit)))


def how_many_people() -> int:
    """How many officers have answers."""
    return db.session.scalar(select(func.count(Standing.officer_id.distinct())).where(_not_merged())) or 0
