"""What is asked of an officer, and what is on offer: posts, required competences, open courses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, Row, bindparam, select

from lms import clock
from lms.assignments import queries as assignments
from lms.assignments.queries.settings import Assignment
from lms.courses import queries as courses
from lms.courses.models import Course, Enrolment, Progress
from lms.courses.queries import CachedVersion
from lms.db import db
from lms.errors import NotFound
from lms.people.models import Assignment as Post
from lms.people.models import Person, Position
from lms.people.queries import Scope, in_force, in_scope, is_person, unit_name_on
from lms.questions.models import Question
from lms.tracking.models import Competence, Requirement
from lms.tracking.queries.parameters import ON_ANSWERS

EVERYWHERE = Scope(everywhere=True)


@dataclass(frozen=True)
class Need:
    """A competence, and the level the officer's positions require of it (the highest of them); 0 = not required. `asked`: the levels on
    answers that the banks have questions of."""

    id: int
    code: str
    name: str
    area_code: str
    area_name: str
    level: int
    core: bool
    asked: tuple[int, ...]


@dataclass(frozen=True)
class Offer:
    """A course in force that may evidence more than is held, up to `level`. `minutes`, `size`: of what the officer has not done of it.

    `enrolled`: a cycle is under way, to go on with at `next` (a title); `done`: the last cycle is completed. `task`: the assignment that
    passing gives the level, where one does.
    """

    course_id: int
    code: str
    title: str
    minutes: int
    size: int
    level: int
    enrolled: bool
    done: bool = False
    next: str = ""
    task: Assignment | None = None


_on = bindparam("on", type_=Date)
_person, _post, _position = Person.__table__.c, Post.__table__.c, Position.__table__.c
_course, _enrolment, _progress = Course.__table__, Enrolment.__table__, Progress.__table__
_question = Question.__table__.c

POSTS = (
    select(
        _person.id, _person.full_name, _person.gender, _post.unit_id, unit_name_on(_post.unit_id, _on).label("unit_name"),
        _post.position_id, _position.name.label("position_name"), _post.title,
    )
    .join_from(Person.__table__, Post.__table__, (_post.person_id == _person.id) & in_force(_on), isouter=True)
    .outerjoin(Position.__table__, _position.id == _post.position_id)
    .where(_person.id == bindparam("officer"))
    .order_by(_post.main.desc(), _post.id)
)  # fmt: skip

_competence, _requirement = Competence.__table__.c, Requirement.__table__.c


def _asked(level: int) -> ColumnElement[bool]:
    """SQL: some question of the competence and level may be practised; one probe of the index."""
    ready = (_question.competence == _competence.code) & (_question.level == level) & (_question.state == "ready")
    return select(_question.id).where(ready).exists()


NEEDS = (
    select(
        _competence.id, _competence.code, _competence.name, _competence.area_code, _competence.area_name, _requirement.level,
        _requirement.core, *(_asked(level).label(f"asked_{level}") for level in ON_ANSWERS),
    )
    .join_from(
        Competence.__table__, Requirement.__table__,
        (_requirement.competence_id == _competence.id)
        & _requirement.position_id.in_(bindparam("positions", expanding=True))
        & in_force(_on, Requirement),
        isouter=True,
    )
    .order_by(_competence.rank)
)  # fmt: skip

# The officer's own cycles first, with what is done of them: joined the other way round, every enrolment of each course would be looked at.
_own = (
    select(_enrolment.c.id, _enrolment.c.course_id, _enrolment.c.completed_at, _progress.c.activity_id)
    .join_from(
        _enrolment, _progress, (_progress.c.enrolment_id == _enrolment.c.id) & _progress.c.done_at.is_not(None), isouter=True
    )
    .where(is_person(_enrolment.c.officer_id, bindparam("officer")), _enrolment.c.withdrawn_at.is_(None))
    .cte("own")
    .prefix_with("MATERIALIZED")
)
OFFERS = (
    select(_course.c.current_id, _own.c.id.label("enrolment_id"), _own.c.completed_at, _own.c.activity_id)
    .select_from(_course)
    .outerjoin(_own, _own.c.course_id == _course.c.id)
    .where(_course.c.state == "open", _course.c.current_id.is_not(None))
    .order_by(_own.c.id)
)


def need_of(officer_id: int, code: str, at: datetime, scope: Scope = EVERYWHERE, position: str = "") -> tuple[str, Need]:
    """The officer's name, and one competence with what the officer's positions require of it, or the one named. Raises NotFound."""
    today = clock.local(at).date()
    posts = posts_of(officer_id, today, scope)
    held = {position_named(position).id} if position else {post.position_id for post in posts if post.position_id}
    found = [need for need in needs_of(held, today) if need.code == code]
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
    select(_post.since, _position.code, _position.name)
    .join_from(Post.__table__, Position.__table__, _position.id == _post.position_id)
    .where(_post.person_id == bindparam("officer"), _post.since > _on)
    .order_by(_post.since, _post.id)
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
            tuple(level for level in ON_ANSWERS if getattr(row, f"asked_{level}")),
        )  # fmt: skip
    return sorted(found.values(), key=lambda need: (not need.core, not need.level))


def offers_for(officer_id: int) -> dict[str, list[Offer]]:
    """Competence code -> open courses whose version in force may evidence it, and to which level; least left to do first."""
    rows = db.session.execute(OFFERS, {"officer": officer_id}).all()
    newest = {row.current_id: row for row in rows}
    done = {(row.enrolment_id, row.activity_id) for row in rows}
    found: dict[str, list[Offer]] = {}
    for v in courses.versions(newest).values():
        cycle = newest[v.id]
        mine = {a["id"] for a in v.activities if (cycle.enrolment_id, a["id"]) in done}
        for claim in v.evidences:
            offer = _offer(v, claim["competence"], int(claim["level"]), cycle, mine)
            found.setdefault(claim["competence"], []).append(offer)
    for offers in found.values():
        offers.sort(key=lambda offer: (offer.minutes, offer.code))
    return found


def _offer(v: CachedVersion, code: str, level: int, cycle: Row, done: set[int]) -> Offer:
    left = [a for a in v.activities if a["id"] not in done]
    completed = cycle.completed_at is not None
    enrolled = cycle.enrolment_id is not None and not completed
    go_on = v.next_after(done) if enrolled else None
    tasks = (assignments.assignment(a["assignment_version"]) for a in v.activities if a["kind"] == "assignment")
    return Offer(
        v.course_id, v.code, v.title, sum(a["minutes"] for a in left), sum(a["bytes"] for a in left), level, enrolled, completed,
        go_on["title"] if go_on else "", next((t for t in tasks if t.claims.get(code, 0) >= level), None),
    )  # fmt: skip
