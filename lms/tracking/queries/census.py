"""Who of the roster held what on a day: people counted one by one from the record, never estimated.

A person is counted once, at the main unit; what stands under a merged duplicate is theirs. What is asked of somebody in two positions is
the higher level of the two.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from lms.db import db
from lms.people.models import Assignment, PersonAlias, Position, Unit
from lms.people.queries import in_force
from lms.tracking.models import Award, AwardNote, Bookmark, Evidence, Indicator, Requirement, SnapshotMark, Standing
from lms.tracking.queries.framework import competence_ids
from lms.tracking.queries.holding import counting

BY_ANSWERS = 2  # the highest level that answers can show


@dataclass(frozen=True)
class Post:
    """Where a person stands on the roster: the main unit and position, and all positions held that day."""

    person_id: int
    unit_id: int
    position_id: int | None
    position_ids: tuple[int, ...]


@dataclass(frozen=True)
class Asked:
    """What is asked on a day. `levels`: position -> competence -> level; `core`: position -> competences without which it is not met;
    `ct3_positions`, `ct3`: whom CT3 counts and the competences it asks for."""

    levels: Mapping[int, Mapping[int, int]]
    core: Mapping[int, frozenset[int]]
    ct3_positions: frozenset[int] = frozenset()
    ct3: tuple[int, ...] = ()

    def of(self, position_ids: Iterable[int]) -> dict[int, int]:
        """Competence -> the highest level that one of these positions asks for."""
        found: dict[int, int] = {}
        for position_id in position_ids:
            for competence_id, level in self.levels.get(position_id, {}).items():
                found[competence_id] = max(level, found.get(competence_id, 0))
        return found


@dataclass
class Answer:
    """What the day says of one person: `fit` and `ct3` (None: nothing is asked), and the required competences below the level."""

    levels: dict[int, int]
    fit: bool | None
    ct3: bool | None
    lacking: list[int] = field(default_factory=list)


def asked_on(on: date) -> Asked:
    """What positions and CT3 ask for on that day."""
    levels: dict[int, dict[int, int]] = defaultdict(dict)
    core: dict[int, set[int]] = defaultdict(set)
    query = select(Requirement.position_id, Requirement.competence_id, Requirement.level, Requirement.core)
    for row in db.session.execute(query.where(in_force(on, Requirement))):
        levels[row.position_id][row.competence_id] = row.level
        if row.core:
            core[row.position_id].add(row.competence_id)
    ct3 = indicator("CT3", on)
    if ct3 is None:
        return Asked(levels, {k: frozenset(v) for k, v in core.items()})
    ids = competence_ids()
    positions = db.session.scalars(select(Position.id).where(Position.code.in_(ct3.positions)))
    wanted = tuple(ids[code] for code in ct3.competences if code in ids)
    return Asked(levels, {k: frozenset(v) for k, v in core.items()}, frozenset(positions), wanted)


def indicator(code: str, on: date) -> Row | None:
    """The indicator as it was defined on that day: name, positions, competences, target, note."""
    columns = (Indicator.name, Indicator.positions, Indicator.competences, Indicator.target, Indicator.note)
    query = select(*columns).where(Indicator.code == code, in_force(on, Indicator)).order_by(Indicator.since.desc())
    return db.session.execute(query).first()


def answer(position_ids: Sequence[int], held: Mapping[int, int], asked: Asked) -> Answer:
    """What levels held (competence -> level) say against what these positions ask for."""
    levels = asked.of(position_ids)
    lacking = [c for c, level in levels.items() if held.get(c, 0) < level]
    core = frozenset().union(*(asked.core.get(p, frozenset()) for p in position_ids))
    fit = core.isdisjoint(lacking) if core else None
    ct3 = None
    counted = [p for p in position_ids if p in asked.ct3_positions]
    if counted and asked.ct3:
        needed = asked.of(counted)
        ct3 = all(held.get(c, 0) >= needed[c] for c in asked.ct3 if c in needed) and any(c in needed for c in asked.ct3)
    return Answer(levels, fit, ct3, lacking)


def roster(on: date, known_at: datetime, person_ids: Collection[int] | None = None) -> list[Post]:
    """Everybody on the roster on that day (or those of `person_ids`), by person, as far as it was recorded by `known_at`.

    Ends of assignments carry no instant of recording: the dates hold as they stand now.
    """
    person = func.coalesce(PersonAlias.into_id, Assignment.person_id).label("person_id")
    merged = and_(PersonAlias.person_id == Assignment.person_id, PersonAlias.at <= known_at)
    query = (
        select(person, Assignment.unit_id, Assignment.position_id)
        .outerjoin(PersonAlias, merged)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(in_force(on), Assignment.recorded_at <= known_at, Unit.is_example.is_(False))
        .order_by(person, Assignment.main.desc(), Assignment.since.desc(), Assignment.id.desc())
    )
    if person_ids is not None:
        duplicates = select(PersonAlias.person_id).where(PersonAlias.into_id.in_(person_ids))
        query = query.where(or_(Assignment.person_id.in_(person_ids), Assignment.person_id.in_(duplicates)))
    found: dict[int, list[Row]] = defaultdict(list)
    for row in db.session.connection().execute(query):
        found[row.person_id].append(row)
    return [_post(person_id, rows) for person_id, rows in found.items() if person_ids is None or person_id in person_ids]


def _post(person_id: int, rows: Sequence[Row]) -> Post:
    positions = dict.fromkeys(row.position_id for row in rows if row.position_id)
    return Post(person_id, rows[0].unit_id, rows[0].position_id, tuple(positions))


def reading_marks(person_ids: Collection[int], known_at: datetime) -> list[dict[str, int]]:
    """How far tracking has read the record of these persons: person_id, officer_id (themselves or a merged duplicate), n."""
    person = func.coalesce(PersonAlias.into_id, Bookmark.officer_id)
    merged = and_(PersonAlias.person_id == Bookmark.officer_id, PersonAlias.at <= known_at)
    duplicates = select(PersonAlias.person_id).where(PersonAlias.into_id.in_(person_ids), PersonAlias.at <= known_at)
    query = (
        select(person.label("person_id"), Bookmark.officer_id, Bookmark.n)
        .outerjoin(PersonAlias, merged)
        .where(or_(Bookmark.officer_id.in_(person_ids), Bookmark.officer_id.in_(duplicates)), Bookmark.n > 0)
    )
    wanted = set(person_ids)
    return [dict(row._mapping) for row in db.session.connection().execute(query) if row.person_id in wanted]


def known_awards(snapshot_id: int, on: date, known_at: datetime) -> tuple[ColumnElement, ColumnElement]:
    """SQL over SnapshotMark, Award and Evidence: the award was read by the snapshot; and: it counts on the day, by what was noted then."""
    noted = and_(AwardNote.n <= SnapshotMark.n, AwardNote.recorded_at <= known_at)
    read = and_(
        SnapshotMark.snapshot_id == snapshot_id,
        SnapshotMark.officer_id == Award.officer_id,
        Evidence.id == Award.evidence_id,
        Evidence.result_n <= SnapshotMark.n,
        Award.recorded_at <= known_at,
    )
    return read, counting(on, noted)


def levels(snapshot_id: int, on: date, known_at: datetime, person_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """Person -> competence -> level held at the end of the day, from the awards that the snapshot's marks reach: the same again later,
    whatever has been recorded since."""
    read, counts = known_awards(snapshot_id, on, known_at)
    query = (
        select(SnapshotMark.person_id, Award.competence_id, func.max(Award.level))
        .where(read, counts, SnapshotMark.person_id.in_(person_ids))
        .group_by(SnapshotMark.person_id, Award.competence_id)
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for person_id, competence_id, level in db.session.connection().execute(query):
        found[person_id][competence_id] = level
    return found


def chances(person_ids: Collection[int]) -> dict[tuple[int, int], tuple[float, float]]:
    """(person, competence) -> chance of level 1 and of level 2, on the best estimate there is; only of those who gave answers."""
    query = select(Standing.officer_id, Standing.competence_id, Standing.best_1, Standing.best_2)
    query = query.where(Standing.officer_id.in_(person_ids), Standing.rows > 0)
    return {(row[0], row[1]): (row[2], row[3]) for row in db.session.connection().execute(query)}
