"""The bulk path: the rows that the services would have written for each invented officer, many officers a transaction."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from sqlalchemy import select

from lms.courses.models import ResultHead
from lms.db import db
from lms.demo.province import Officer, Place, officers
from lms.demo.services.learning import learn, read_course
from lms.demo.services.rows import Rows
from lms.demo.services.words import put_words, required_core
from lms.people.models import Account, Assignment, Identifier, Person, Position, Unit
from lms.people.services.persons import birth_values, name_values
from lms.vietnamese import PartialDate

BATCH = 250


def load(count: int, seed: int, password_hash: str, at: datetime) -> Iterator[int]:
    """Write `count` invented officers; yields how many are written after each batch, when the caller commits."""
    places = [Place(row.id, row.kind, row.key == "so-noi-vu") for row in db.session.scalars(_places())]
    positions = dict(db.session.execute(select(Position.code, Position.id)).all())
    course = read_course("K01")
    core = required_core()
    head_id = db.session.scalars(select(Identifier.person_id).where(Identifier.value == "thutruong@vidu.example")).one()
    stories = officers(places, count, seed, at)
    rows = Rows()
    done = 0
    while batch := list(islice(stories, BATCH)):
        for officer in batch:
            person_id = put_officer(rows, officer, positions[officer.position], password_hash, at)
            n = learn(rows, officer, person_id, course, at) if course is not None else 0
            if n := put_words(rows, officer, person_id, n, core, head_id, at):
                rows.add_plain(ResultHead, officer_id=person_id, n=n)
        rows.write()
        rows.set_sequences()
        done += len(batch)
        yield done


def _places():
    return select(Unit).where(Unit.kind != "province", Unit.ended.is_(None), Unit.is_example.is_(False)).order_by(Unit.id)


def put_officer(rows: Rows, officer: Officer, position_id: int, password_hash: str, at: datetime) -> int:
    """A person with code and perhaps an e-mail, an account (not yet activated for those who never came), one assignment."""
    person_id = rows.add(
        Person, **name_values(officer.full_name), **birth_values(PartialDate(*officer.born)), gender=officer.gender, kind=officer.kind,
        created_at=at, updated_at=at,
    )  # fmt: skip
    names = [("code", officer.code)] + ([("email", officer.email)] if officer.email else [])
    for kind, value in names:
        rows.add(Identifier, person_id=person_id, kind=kind, value=value, since=officer.since)
    came = officer.stage != "absent"
    rows.add(
        Account, person_id=person_id, password_hash=password_hash if came else None, created_at=at,
        activated_at=officer.begun if came else None, last_sign_in_at=officer.begun if came else None, epoch=int(came), unread=0,
    )  # fmt: skip
    rows.add(
        Assignment, person_id=person_id, unit_id=officer.unit_id, position_id=position_id, title=officer.title, since=officer.since,
        recorded_at=at,
    )  # fmt: skip
    return person_id
