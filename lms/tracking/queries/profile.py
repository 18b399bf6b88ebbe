"""The officer's profile: required against held, what is missing, on which evidence, and which course closes the gap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Row, select

from lms import clock
from lms import competence as engine
from lms.courses import queries as courses
from lms.courses.models import Course, Enrolment
from lms.db import db
from lms.errors import NotFound
from lms.people.models import Assignment, Person, Position
from lms.people.queries import Scope, in_force, in_scope, is_person, unit_name_on
from lms.tracking.models import Award, Bookmark, Competence, Evidence, Requirement
from lms.tracking.queries.reading import Reading, read_all

EVERYWHERE = Scope(everywhere=True)


@dataclass(frozen=True)
class Need:
    """A competence, and the level the officer's positions require of it (the highest of them); 0 = not required."""

    id: int
    code: str
    name: str
    area_code: str
    area_name: str
    levels: list[str]
    level: int
    core: bool


@dataclass(frozen=True)
class Piece:
    """One piece of evidence as it is shown. `times` lessons of one course on one day stand together; `level` 0: no level."""

    code: str
    kind: str
    on: date
    course_code: str
    title: str
    percent: Decimal | None
    level: int
    policy: int
    times: int = 1


@dataclass(frozen=True)
class Offer:
    """A course in force that may evidence more than is held; `enrolled`: the officer has a cycle in it that is not completed."""

    course_id: int
    code: str
    title: str
    minutes: int
    size: int
    level: int
    enrolled: bool


@dataclass(frozen=True)
class Line:
    """One competence of the profile."""

    need: Need
    held: int
    stale: bool
    gap: int
    evidence: Sequence[Piece]
    offers: Sequence[Offer]


@dataclass(frozen=True)
class Profile:
    """An officer's competence at an instant. `lines`: required ones, core first, then others held. `areas`: (code, name, met, required)."""

    person: Row
    units: list[str]
    positions: list[str]
    lines: list[Line]
    areas: list[tuple[str, str, int, int]]
    fit: engine.Fit
    at: datetime

    @property
    def required(self) -> list[Line]:
        """Lines that a position requires."""
        return [line for line in self.lines if line.need.level]

    @property
    def missing(self) -> list[Line]:
        """Lines below what is required."""
        return [line for line in self.lines if line.gap]

    @property
    def met(self) -> list[Line]:
        """Lines at or above what is required."""
        return [line for line in self.required if not line.gap]

    @property
    def core(self) -> list[Line]:
        """Core lines."""
        return [line for line in self.lines if line.need.core]


def profile(officer_id: int, at: datetime, scope: Scope = EVERYWHERE) -> Profile:
    """The officer's profile; results not yet stored as evidence are read in memory.

    Raises NotFound for an unknown person, and for one who works in no unit of the scope.
    """
    today = clock.local(at).date()
    posts = _posts(officer_id, today, scope)
    needs = _needs({post.position_id for post in posts if post.position_id}, today)
    unread = _unread(officer_id)
    held = _held(officer_id, unread, today)
    pieces = _pieces(officer_id, unread)
    offers = _offers(officer_id)
    lines = [_line(need, held, pieces, offers) for need in needs if need.level or need.code in held or need.code in pieces]
    required = {line.need.code: line.need.level for line in lines if line.need.level}
    levels = {line.need.code: line.held for line in lines}
    return Profile(
        person=posts[0], units=list(dict.fromkeys(p.unit_name for p in posts if p.unit_name)),
        positions=list(dict.fromkeys(p.position_name for p in posts if p.position_name)), lines=lines, areas=_areas(lines),
        fit=engine.meets_position(required, levels, [line.need.code for line in lines if line.need.core]), at=at,
    )  # fmt: skip


def attempt_effects(officer_id: int, attempt_id: int, at: datetime) -> list[tuple[Need, int, int, int]]:
    """What an attempt changed: (competence, level before, level after, levels still missing), for each competence it gave evidence of.

    Raises NotFound when the attempt is not that officer's or has no result.
    """
    today = clock.local(at).date()
    results = courses.results_after(officer_id, 0)
    own = [row for row in results if row.source_kind == "attempt" and row.source_id == attempt_id]
    if not own:
        raise NotFound
    readings = read_all(results)
    before, after = _levels(readings, own[0].n - 1), _levels(readings, own[-1].n)
    touched = {reading.code for reading in readings if reading.result_n in {row.n for row in own}}
    position_ids = {post.position_id for post in _posts(officer_id, today) if post.position_id}
    needs = [need for need in _needs(position_ids, today) if need.code in touched]
    return [(n, before.get(n.code, 0), after[n.code], engine.gap(n.level, after[n.code])) for n in needs]


def _levels(readings: Iterable[Reading], until_n: int) -> dict[str, int]:
    """Competence code -> highest level read from results up to that number."""
    found: dict[str, int] = {}
    for reading in readings:
        if reading.result_n <= until_n:
            found[reading.code] = max(found.get(reading.code, 0), reading.level)
    return found


def _posts(officer_id: int, on: date, scope: Scope = EVERYWHERE) -> Sequence[Row]:
    """The person beside each assignment in force, the main one first; one row with empty assignment when there is none."""
    query = (
        select(
            Person.id, Person.full_name, Person.gender, Assignment.unit_id, unit_name_on(Assignment.unit_id, on).label("unit_name"),
            Assignment.position_id, Position.name.label("position_name"), Assignment.title,
        )
        .outerjoin(Assignment, (Assignment.person_id == Person.id) & in_force(on))
        .outerjoin(Position, Position.id == Assignment.position_id)
        .where(Person.id == officer_id, in_scope(scope, Person.id, on))
        .order_by(Assignment.main.desc(), Assignment.id)
    )  # fmt: skip
    rows = db.session.execute(query).all()
    if not rows:
        raise NotFound
    return rows


def _needs(position_ids: Iterable[int], on: date) -> list[Need]:
    """Every competence of the framework with what these positions require of it, core first, then by rank."""
    asked = (
        (Requirement.competence_id == Competence.id) & Requirement.position_id.in_(list(position_ids)) & in_force(on, Requirement)
    )
    query = (
        select(Competence.__table__, Requirement.level, Requirement.core).outerjoin(Requirement, asked).order_by(Competence.rank)
    )
    found: dict[str, Need] = {}
    for row in db.session.execute(query):
        other = found.get(row.code)
        found[row.code] = Need(
            row.id, row.code, row.name, row.area_code, row.area_name, row.levels,
            max(row.level or 0, other.level if other else 0), bool(row.core) or bool(other and other.core),
        )  # fmt: skip
    return sorted(found.values(), key=lambda need: (not need.core, not need.level))


def _unread(officer_id: int) -> list[Reading]:
    mark = db.session.scalar(select(Bookmark.n).where(Bookmark.officer_id == officer_id)) or 0
    return read_all(courses.results_after(officer_id, mark))


def _held(officer_id: int, unread: Iterable[Reading], on: date) -> dict[str, engine.Held]:
    """Competence code -> the level held, by awards in force and results not yet stored."""
    query = (
        select(Competence.code, Award.id, Award.level, Award.awarded_at, Award.valid_until)
        .join(Competence, Competence.id == Award.competence_id)
        .where(is_person(Award.officer_id, officer_id))
    )
    rows: dict[str, list[engine.Evidence]] = {}
    for row in db.session.execute(query):
        earned = clock.local(row.awarded_at).date()
        rows.setdefault(row.code, []).append(engine.Evidence(f"{row.id:012d}", row.level, earned, row.valid_until))
    for reading in unread:
        earned = clock.local(reading.occurred_at).date()
        piece = engine.Evidence(f"n{reading.result_n:012d}", reading.level, earned, engine.valid_until(engine.POLICY_1, earned))
        rows.setdefault(reading.code, []).append(piece)
    return {code: held for code, found in rows.items() if (held := engine.current_level(found, on)).level}


def _pieces(officer_id: int, unread: Sequence[Reading]) -> dict[str, list[Piece]]:
    """Competence code -> its evidence, newest first; lessons of one course on one day are one line."""
    query = (
        select(
            Competence.code, Evidence.source_kind, Evidence.course_id, Evidence.activity_id, Evidence.level, Evidence.percent,
            Evidence.policy, Evidence.occurred_at,
        )
        .join(Competence, Competence.id == Evidence.competence_id)
        .where(is_person(Evidence.officer_id, officer_id))
    )  # fmt: skip
    rows = sorted([*db.session.execute(query), *unread], key=lambda row: row.occurred_at, reverse=True)
    titles = _titles({row.course_id for row in rows})
    found: dict[str, list[Piece]] = {}
    for row in rows:
        code, names = titles[row.course_id]
        day, lesson = clock.local(row.occurred_at).date(), row.source_kind == "lesson"
        title = "" if lesson else names.get(row.activity_id, "Bài kiểm tra")
        piece = Piece(row.code, row.source_kind, day, code, title, row.percent, row.level, row.policy)
        line = found.setdefault(row.code, [])
        same = next((i for i, p in enumerate(line) if lesson and (p.kind, p.on, p.course_code) == ("lesson", day, code)), None)
        if same is None:
            line.append(piece)
        else:
            line[same] = Piece(row.code, "lesson", day, code, "", None, 0, row.policy, line[same].times + 1)
    return found


def _titles(course_ids: set[int]) -> dict[int, tuple[str, dict[int, str]]]:
    """Course id -> its code and the titles of its activities in the version in force."""
    query = select(Course.id, Course.code, Course.current_id).where(Course.id.in_(course_ids))
    rows = db.session.execute(query).all() if course_ids else []
    known = courses.versions([row.current_id for row in rows if row.current_id])
    return {
        row.id: (row.code, {i: a["title"] for i, a in known[row.current_id].by_id.items()} if row.current_id else {})
        for row in rows
    }


def _offers(officer_id: int) -> dict[str, list[Offer]]:
    """Competence code -> open courses whose version in force may evidence it, and to which level; shortest first."""
    own = (Enrolment.course_id == Course.id) & is_person(Enrolment.officer_id, officer_id) & Enrolment.completed_at.is_(None)
    query = (
        select(Course.id, Course.current_id, Enrolment.id.label("enrolment_id"))
        .outerjoin(Enrolment, own & Enrolment.withdrawn_at.is_(None))
        .where(Course.state == "open", Course.current_id.is_not(None))
    )
    rows = db.session.execute(query).all()
    known = courses.versions([row.current_id for row in rows])
    found: dict[str, list[Offer]] = {}
    for row in sorted(rows, key=lambda row: known[row.current_id].minutes):
        v = known[row.current_id]
        for claim in v.evidences:
            offer = Offer(row.id, v.code, v.title, v.minutes, v.bytes, int(claim["level"]), row.enrolment_id is not None)
            found.setdefault(claim["competence"], []).append(offer)
    return found


def _line(need: Need, held: dict[str, engine.Held], pieces: dict[str, list[Piece]], offers: dict[str, list[Offer]]) -> Line:
    have = held.get(need.code, engine.Held(0, None, False))
    missing = engine.gap(need.level, have.level)
    closing = [offer for offer in offers.get(need.code, []) if offer.level > have.level] if missing else []
    return Line(need, have.level, have.stale, missing, pieces.get(need.code, []), closing)


def _areas(lines: Sequence[Line]) -> list[tuple[str, str, int, int]]:
    """(code, name, met, required) of each area that the positions require something of, in the order of the framework."""
    found: dict[str, tuple[str, int, int]] = {}
    for line in lines:
        if line.need.level:
            name, met, required = found.get(line.need.area_code, (line.need.area_name, 0, 0))
            found[line.need.area_code] = (name, met + (not line.gap), required + 1)
    return [(code, *found[code]) for code in sorted(found)]
