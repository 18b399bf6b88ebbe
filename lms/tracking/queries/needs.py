"""What is asked of an officer, and what is on offer: posts, required competences, open courses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Date, Row, bindparam, select

from lms import clock
from lms.courses import queries as courses
from lms.courses.models import Course, Enrolment
from lms.db import db
from lms.errors import NotFound
from lms.people.models import Assignment, Person, Position
from lms.people.queries import Scope, in_force, in_scope, is_person, unit_name_on
from lms.tracking.models import Competence, Requirement

EVERYWHERE = Scope(everywhere=True)


@dataclass(frozen=True)
class Need:
    """A competence, and the level the officer's positions require of it (the highest of them); 0 = not required."""

    id: int
    code: str
    name: str
    area_code: str
    area_name: str
    level: int
    core: bool


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


_on = bindparam("on", type_=Date)
_person, _assignment, _position = Person.__table__.c, Assignment.__table__.c, Position.__table__.c
_course, _enrolment = Course.__table__, Enrolment.__table__

POSTS = (
    select(
        _person.id, _person.full_name, _person.gender, _assignment.unit_id, unit_name_on(_assignment.unit_id, _on).label("unit_name"),
        _assignment.position_id, _position.name.label("position_name"), _assignment.title,
    )
    .join_from(Person.__table__, Assignment.__table__, (_assignment.person_id == _person.id) & in_force(_on), isouter=True)
    .outerjoin(Position.__table__, _position.id == _assignment.position_id)
    .where(_person.id == bindparam("officer"))
    .order_by(_assignment.main.desc(), _assignment.id)
)  # fmt: skip

_competence, _requirement = Competence.__table__.c, Requirement.__table__.c
NEEDS = (
    select(_competence.id, _competence.code, _competence.name, _competence.area_code, _competence.area_name, _requirement.level, _requirement.core)
    .join_from(
        Competence.__table__, Requirement.__table__,
        (_requirement.competence_id == _competence.id)
        & _requirement.position_id.in_(bindparam("positions", expanding=True))
        & in_force(_on, Requirement),
        isouter=True,
    )
    .order_by(_competence.rank)
)  # fmt: skip

# The officer's own cycles first: joined the other way round, every enrolment of each course would be looked at.
_own = (
    select(_enrolment.c.course_id, _enrolment.c.id)
    .where(is_person(_enrolment.c.officer_id, bindparam("officer")))
    .where(_enrolment.c.completed_at.is_(None), _enrolment.c.withdrawn_at.is_(None))
    .cte("own")
    .prefix_with("MATERIALIZED")
)
OFFERS = (
    select(_course.c.current_id, _own.c.id.label("enrolment_id"))
    .select_from(_course)
    .outerjoin(_own, _own.c.course_id == _course.c.id)
    .where(_course.c.state == "open", _course.c.current_id.is_not(None))
)


def need_of(officer_id: int, code: str, at: datetime, scope: Scope = EVERYWHERE) -> tuple[str, Need]:
    """The officer's name, and one competence with what is required of it. Raises NotFound."""
    today = clock.local(at).date()
    posts = posts_of(officer_id, today, scope)
    found = [need for need in needs_of({post.position_id for post in posts if post.position_id}, today) if need.code == code]
    if not found:
        raise NotFound
    return posts[0].full_name, found[0]


def posts_of(officer_id: int, on: date, scope: Scope = EVERYWHERE) -> Sequence[Row]:
    """The person beside each assignment in force, the main one first; one row with empty assignment when there is none. Raises NotFound for
    an unknown person, and for one who works in no unit of the scope."""
    query = POSTS if scope.everywhere else POSTS.where(in_scope(scope, Person.id, on))
    rows = db.session.execute(query, {"officer": officer_id, "on": on}).all()
    if not rows:
        raise NotFound
    return rows


COMING = (
    select(_assignment.since, _position.code, _position.name)
    .join_from(Assignment.__table__, Position.__table__, _position.id == _assignment.position_id)
    .where(_assignment.person_id == bindparam("officer"), _assignment.since > _on)
    .order_by(_assignment.since, _assignment.id)
)


def coming_posts(officer_id: int, on: date) -> Sequence[Row]:
    """Positions the officer takes over later: since, code, name."""
    return db.session.execute(COMING, {"officer": officer_id, "on": on}).all()


def position_named(code: str) -> Row:
    """A position by its code: id, code, name. Raises NotFound."""
    row = db.session.execute(select(Position.id, Position.code, Position.name).where(Position.code == code)).first()
    if row is None:
        raise NotFound
    return row


CHOICES = (
    select(_position.code, _position.name).where(_position.id.in_(select(_requirement.position_id))).order_by(_position.code)
)


def position_choices() -> Sequence[Row]:
    """Positions that something is required of: code, name."""
    return db.session.execute(CHOICES).all()


def needs_of(position_ids: Iterable[int], on: date) -> list[Need]:
    """Every competence of the framework with what these positions require of it, core first, then by rank."""
    found: dict[str, Need] = {}
    for row in db.session.execute(NEEDS, {"positions": list(position_ids), "on": on}):
        other = found.get(row.code)
        found[row.code] = Need(
            row.id, row.code, row.name, row.area_code, row.area_name,
            max(row.level or 0, other.level if other else 0), bool(row.core) or bool(other and other.core),
        )  # fmt: skip
    return sorted(found.values(), key=lambda need: (not need.core, not need.level))


def offers_for(officer_id: int) -> dict[str, list[Offer]]:
    """Competence code -> open courses whose version in force may evidence it, and to which level; shortest first."""
    rows = db.session.execute(OFFERS, {"officer": officer_id}).all()
    known = courses.versions([row.current_id for row in rows])
    found: dict[str, list[Offer]] = {}
    for row in sorted(rows, key=lambda row: known[row.current_id].minutes):
        v = known[row.current_id]
        for claim in v.evidences:
            offer = Offer(v.course_id, v.code, v.title, v.minutes, v.bytes, int(claim["level"]), row.enrolment_id is not None)
            found.setdefault(claim["competence"], []).append(offer)
    return found
