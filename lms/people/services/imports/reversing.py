"""Taking an import back: only what it made, and only where nobody has changed anything since."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from lms.db import db
from lms.errors import Conflict
from lms.people.models import IDENTIFIER_NAMES, Account, Assignment, Identifier, ImportRow, OneTimeSecret, Person
from lms.people.queries.reversal import USED, obstacles
from lms.people.services.imports.writing import reopen
from lms.people.services.persons import set_identifier

CHUNK = 25


def reverse_chunk(operation_id: int, before: int | None, at: datetime) -> tuple[int, int, int]:
    """Take back the next rows, the last first: (id of the last row done, rows, how many of them had to stay), rows = 0 at the end.

    A row that stays says why in data["kept"].
    """
    query = select(ImportRow).where(ImportRow.operation_id == operation_id, ImportRow.action.in_(["new", "changed"]))
    if before is not None:
        query = query.where(ImportRow.id < before)
    query = query.order_by(ImportRow.id.desc()).limit(CHUNK).with_for_update().execution_options(populate_existing=True)
    rows = db.session.scalars(query).all()
    stays = {o.row_id: o.why for o in obstacles(operation_id, [row.id for row in rows])}
    for row in rows:
        if why := stays.get(row.id) or _undo(row, at):
            row.data, stays[row.id] = {**row.data, "kept": why}, why
    db.session.flush()
    return (rows[-1].id if rows else before or 0), len(rows), len(stays)


def _undo(row: ImportRow, at: datetime) -> str:
    """Take a row back; why it had to stay after all, or nothing."""
    if not row.before:
        return ""
    try:
        with db.session.begin_nested():
            _remove(row) if "person" in row.before else _restore(row, at)
    except (IntegrityError, Conflict):
        return USED
    return ""


def _remove(row: ImportRow) -> None:
    """Remove a person the import took in. What refers to them since, the database keeps."""
    person_id = row.before["person"]
    account = select(Account.id).where(Account.person_id == person_id)
    db.session.execute(delete(OneTimeSecret).where(OneTimeSecret.account_id.in_(account)))
    for table, column in ((Account, Account.person_id), (Identifier, Identifier.person_id), (Assignment, Assignment.person_id)):
        db.session.execute(delete(table).where(column == person_id))
    db.session.execute(delete(Person).where(Person.id == person_id))


def _restore(row: ImportRow, at: datetime) -> None:
    """Put back what the import changed in a known person."""
    before, person = row.before, db.session.get_one(Person, row.person_id)
    for name, value in before["was"].items():
        setattr(person, name, value)
    person.updated_at = at
    for kind in IDENTIFIER_NAMES:
        if kind in before["identifiers"]:
            set_identifier(person.id, kind, before["identifiers"][kind], at)
    if before["assignments"]:
        db.session.execute(delete(Assignment).where(Assignment.id.in_(before["assignments"])))
    reopen(before["ended"])
