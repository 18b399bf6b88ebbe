"""Reading officers: the list, one officer with everything that is known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, true, tuple_
from sqlalchemy.orm import aliased

from lms.db import db
from lms.errors import NotFound
from lms.people.models import Account, Assignment, Grant, Identifier, Person, PersonAlias, Position, Unit, identifier_value
from lms.people.queries.scopes import in_force, roles_beyond, units_in
from lms.people.queries.units import unit_name_on
from lms.people.queries.viewers import Scope
from lms.vietnamese import fold_name

PAGE = 50


@dataclass(frozen=True)
class Filter:
    """What the list of officers is narrowed to; empty fields narrow nothing. state: "", "waiting" (never signed in) or "active"."""

    search: str = ""
    unit_id: int | None = None
    position_id: int | None = None
    state: str = ""


def officers(scope: Scope, on: date, wanted: Filter, after: int | None = None, limit: int = PAGE) -> tuple[list[Row], bool]:
    """One page of officers by given name, and whether more follow. `after` is the id of the last officer of the page before.

    Rows: id, full_name, birth_year, kind, activated_at, has_account. Walks the index of names; filters by unit and position are one
    subquery over assignments in force.
    """
    query = select(
        Person.id,
        Person.full_name,
        Person.birth_year,
        Person.kind,
        Account.activated_at,
        Account.id.is_not(None).label("has_account"),
    ).outerjoin(Account, Account.person_id == Person.id)
    query = query.where(*_narrowed(scope, on, wanted))
    if after is not None:
        last = select(Person.name_key, Person.id).where(Person.id == after).subquery()
        query = query.where(tuple_(Person.name_key, Person.id) > select(last.c.name_key, last.c.id).scalar_subquery())
    rows = list(db.session.execute(query.order_by(Person.name_key, Person.id).limit(limit + 1)))
    return rows[:limit], len(rows) > limit


def told_apart(on: date) -> list[Any]:
    """Columns beside Person that tell two of one name in one unit apart: `namesake` (there is another), `position`, `code` of the officer."""
    other, theirs = aliased(Person), aliased(Assignment)
    here = select(Assignment.unit_id).where(Assignment.person_id == Person.id, in_force(on)).correlate(Person)
    same = select(other.id).where(other.name_key == Person.name_key, other.id != Person.id)
    same = same.join(theirs, theirs.person_id == other.id).where(in_force(on, theirs), theirs.unit_id.in_(here))
    same = same.where(other.id.not_in(select(PersonAlias.person_id)))
    main = select(func.coalesce(func.nullif(Assignment.title, ""), Position.name)).select_from(Assignment)
    main = main.outerjoin(Position, Position.id == Assignment.position_id).where(Assignment.person_id == Person.id, in_force(on))
    code = select(Identifier.value).where(
        Identifier.person_id == Person.id, Identifier.kind == "code", Identifier.until.is_(None)
    )
    return [
        exists(same.correlate(Person)).label("namesake"),
        main.order_by(Assignment.main.desc(), Assignment.id).limit(1).correlate(Person).scalar_subquery().label("position"),
        code.order_by(Identifier.id).limit(1).correlate(Person).scalar_subquery().label("code"),
    ]  # fmt: skip


def _narrowed(scope: Scope, on: date, wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Person.id.not_in(select(PersonAlias.person_id))]
    if not scope.everywhere or wanted.unit_id or wanted.position_id:
        conditions.append(Person.id.in_(_assigned(scope, on, wanted)))
    if wanted.state == "active":
        conditions.append(Account.activated_at.is_not(None))
    if wanted.state == "waiting":
        conditions.append(Account.activated_at.is_(None))
    if wanted.search:
        conditions.append(_found(wanted.search))
    return conditions


def _assigned(scope: Scope, on: date, wanted: Filter) -> Select[int]:
    held = select(Assignment.person_id).where(in_force(on))
    if not scope.everywhere:
        held = held.where(Assignment.unit_id.in_(units_in(scope)))
    if wanted.unit_id:
        held = held.where(Assignment.unit_id.in_(units_in(Scope(unit_ids=frozenset({wanted.unit_id})))))
    if wanted.position_id:
        held = held.where(Assignment.position_id == wanted.position_id)
    return held


def _found(search: str) -> ColumnElement[bool]:
    """A name by its words, in any order and without marks; or an e-mail, phone or code as a whole.

    The name and the code of a duplicate lead to the person it was merged into.
    """
    words = fold_name(search).split()[:6]
    values = {value for kind in ("email", "phone", "code") if (value := identifier_value(kind, search))}
    found = [_named(Person, words)]
    if values:
        known = select(Identifier.person_id).where(Identifier.value.in_(values), Identifier.until.is_(None))
        found.append(Person.id.in_(known))
    double = aliased(Person)
    coded = exists().where(Identifier.person_id == double.id, Identifier.kind == "code", Identifier.value.in_(values))
    merged = select(PersonAlias.into_id).join(double, double.id == PersonAlias.person_id)
    found.append(Person.id.in_(merged.where(or_(_named(double, words), coded) if values else _named(double, words))))
    return or_(*found)


def _named(person: Any, words: list[str]) -> ColumnElement[bool]:
    return and_(true(), *(person.name_fold.contains(word, autoescape=True) for word in words))


def work_of(person_ids: Iterable[int], on: date) -> dict[int, Row]:
    """Where those persons mainly work on that day: id -> unit_id, unit_name, position_name, title. One query."""
    ids = list(person_ids)
    query = (
        select(
            Assignment.person_id, Assignment.unit_id, unit_name_on(Assignment.unit_id, on).label("unit_name"),
            Position.name.label("position_name"), Assignment.title,
        )
        .outerjoin(Position, Position.id == Assignment.position_id)
        .where(Assignment.person_id.in_(ids), in_force(on))
        .order_by(Assignment.main, Assignment.since, Assignment.id)
    )  # fmt: skip
    return {row.person_id: row for row in db.session.execute(query)}


def officer(person_id: int, scope: Scope, on: date, unassigned_too: bool = False) -> Row:
    """One officer inside the scope: the person's columns with account_id, activated_at, last_sign_in_at, closed_at. Raises NotFound.

    unassigned_too: also somebody who has had no assignment yet, as one just taken in.
    """
    held = exists().where(Assignment.person_id == person_id, in_force(on), Assignment.unit_id.in_(units_in(scope)))
    reach: ColumnElement[bool] = true() if scope.everywhere else held
    if unassigned_too:
        reach = or_(reach, ~exists().where(Assignment.person_id == Person.id))
    query = (
        select(Person.__table__, Account.id.label("account_id"), Account.activated_at, Account.last_sign_in_at, Account.closed_at)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.id == person_id, reach, ~exists().where(PersonAlias.person_id == Person.id))
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    return row


def canonical(person_id: int) -> int:
    """The person an id stands for: itself, or the person it was found to be a duplicate of."""
    seen = {person_id}
    while (into := db.session.scalar(select(PersonAlias.into_id).where(PersonAlias.person_id == person_id))) and into not in seen:
        seen.add(into)
        person_id = into
    return person_id


def same_person_ids(person_id: int) -> list[int]:
    """All ids under which the person's record may stand: its own and those of duplicates merged into it."""
    same = select(Person.id.label("id")).where(Person.id == person_id).cte(recursive=True)
    same = same.union(select(PersonAlias.person_id).join(same, PersonAlias.into_id == same.c.id))
    return list(db.session.scalars(select(same.c.id).order_by(same.c.id)))


def identifiers(person_id: int) -> Sequence[Row]:
    """What a person is known by now: id, kind, value, verified_at, since."""
    query = select(Identifier.id, Identifier.kind, Identifier.value, Identifier.verified_at, Identifier.since)
    return db.session.execute(
        query.where(Identifier.person_id == person_id, Identifier.until.is_(None)).order_by(Identifier.kind, Identifier.id)
    ).all()


def masked(kind: str, value: str) -> str:
    """An identifier as it is shown to those who need not know it: enough to recognise, too little to use."""
    if kind == "email":
        name, _, host = value.partition("@")
        return f"{name[:2]}•••@{host}"
    return f"•••{value[-3:]}" if kind == "phone" else value


def assignments(person_ids: Iterable[int], today: date) -> Sequence[Row]:
    """The history of work, newest first: id, unit_id, unit_then (its name in that time), unit_now (None when the unit has ended),
    position_name, title, main, since, until."""
    then = func.coalesce(Assignment.until, today)
    now = select(Unit.id).where(Unit.id == Assignment.unit_id, Unit.ended.is_(None)).correlate(Assignment).exists()
    query = (
        select(
            Assignment.id, Assignment.unit_id, unit_name_on(Assignment.unit_id, then).label("unit_then"),
            unit_name_on(Assignment.unit_id, today).label("unit_now"), now.label("unit_lives"),
            Position.name.label("position_name"), Assignment.title, Assignment.main, Assignment.since, Assignment.until,
        )
        .outerjoin(Position, Position.id == Assignment.position_id)
        .where(Assignment.person_id.in_(list(person_ids)))
        .order_by(Assignment.until.is_not(None), Assignment.since.desc(), Assignment.id.desc())
    )  # fmt: skip
    return db.session.execute(query).all()


def roles(person_id: int, today: date) -> Sequence[Row]:
    """Roles, those in force first: id, role, scope, scope_id, unit_name (of a unit scope), since, until, by_name, live."""
    giver = Person.__table__.alias("giver")
    live = in_force(today, Grant).label("live")
    query = (
        select(
            Grant.id, Grant.role, Grant.scope, Grant.scope_id, unit_name_on(Grant.scope_id, today).label("unit_name"),
            Grant.since, Grant.until, giver.c.full_name.label("by_name"), live,
        )
        .outerjoin(giver, giver.c.id == Grant.by_id)
        .where(Grant.person_id == person_id)
        .order_by(live.desc(), Grant.since.desc(), Grant.id.desc())
    )  # fmt: skip
    return db.session.execute(query).all()


def slip_candidates(scope: Scope, on: date, giver: Scope, person_id: int | None = None, unit_id: int | None = None) -> list[int]:
    """Ids of officers in scope for whom a slip may be printed, by given name: one officer, or those of a unit who never signed in.

    Somebody who holds a role gets a slip only from one who may give roles (`giver`: where) and reaches as far: a slip opens the account.
    """
    query = select(Person.id).outerjoin(Account, Account.person_id == Person.id).where(Account.closed_at.is_(None))
    wanted = Filter(unit_id=unit_id, state="" if person_id else "waiting")
    query = query.where(*_narrowed(scope, on, wanted))
    if person_id:
        query = query.where(Person.id == person_id)
    query = query.where(Person.id.not_in(roles_beyond(giver, on)))
    return list(db.session.scalars(query.order_by(Person.name_key, Person.id)))


def likely_duplicates(person_id: int) -> Sequence[Row]:
    """Persons of the same name whose birth year does not speak against it: id, full_name, birth_year."""
    me = db.session.get_one(Person, person_id)
    query = select(Person.id, Person.full_name, Person.birth_year).where(
        Person.name_fold == me.name_fold, Person.id != me.id, ~exists().where(PersonAlias.person_id == Person.id)
    )
    if me.birth_year:
        query = query.where(or_(Person.birth_year.is_(None), Person.birth_year == me.birth_year))
    return db.session.execute(query.order_by(Person.id).limit(20)).all()
