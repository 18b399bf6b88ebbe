"""Taking an import back: only what it made, and only where nobody has changed anything since."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from lms.db import db
from lms.errors import Conflict
from lms.people.models import IDENTIFIER_NAMES, Account, Assignment, Grant, Identifier, ImportRow, OneTimeSecret, Person
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
    rows = db.session.scalars(query.order_by(ImportRow.id.desc()).limit(CHUNK)).all()
    kept = sum(not _reverse(row, at) for row in rows)
    db.session.flush()
    return (rows[-1].id if rows else before or 0), len(rows), kept


def _reverse(row: ImportRow, at: datetime) -> bool:
    if not row.before:
        return True
    try:
        with db.session.begin_nested():
            reason = _undo_new(row) if "person" in row.before else _undo_changed(row, at)
    except (IntegrityError, Conflict):
        reason = "Người này đã có kết quả học tập, thông báo hoặc thông tin đã thuộc người khác."
    if reason:
        row.data = {**row.data, "kept": reason}
    return not reason


def _untouched(person: Person, before: dict[str, Any]) -> bool:
    return person.updated_at.isoformat() == before["at"]


def _undo_new(row: ImportRow) -> str:
    """Remove a person the import took in; why not, or nothing. What higher features refer to, the database keeps."""
    before, person = row.before, db.session.get(Person, row.before["person"])
    if person is None:
        return ""
    if not _untouched(person, before):
        return "Thông tin đã được sửa sau khi nhập."
    account = db.session.get(Account, before["account"])
    if account is not None and account.activated_at is not None:
        return "Tài khoản đã được kích hoạt."
    works = db.session.scalars(select(Assignment).where(Assignment.person_id == person.id)).all()
    if [w.id for w in works] != before["assignments"] or any(w.until is not None for w in works):
        return "Phân công đã thay đổi sau khi nhập."
    if db.session.scalar(select(func.count()).select_from(Grant).where(Grant.person_id == person.id)):
        return "Người này đã được giao vai trò."
    if account is not None:
        db.session.execute(delete(OneTimeSecret).where(OneTimeSecret.account_id == account.id))
    for table, column in ((Account, Account.person_id), (Identifier, Identifier.person_id), (Assignment, Assignment.person_id)):
        db.session.execute(delete(table).where(column == person.id))
    db.session.execute(delete(Person).where(Person.id == person.id))
    return ""


def _undo_changed(row: ImportRow, at: datetime) -> str:
    """Put back what the import changed in a known person; why not, or nothing."""
    before, person = row.before, db.session.get_one(Person, row.person_id)
    if not _untouched(person, before):
        return "Thông tin đã được sửa sau khi nhập."
    made = db.session.scalars(select(Assignment).where(Assignment.id.in_(before["assignments"]))).all()
    if any(work.until is not None for work in made):
        return "Phân công đã thay đổi sau khi nhập."
    live = select(Identifier.kind, Identifier.value).where(Identifier.person_id == person.id, Identifier.until.is_(None))
    held = dict(db.session.execute(live).all())
    if any(held.get(kind) != row.data[kind] for kind in before["identifiers"]):
        return "Thông tin đăng nhập đã thay đổi sau khi nhập."
    for name, value in before["was"].items():
        setattr(person, name, value)
    person.updated_at = at
    for kind in IDENTIFIER_NAMES:
        if kind in before["identifiers"]:
            set_identifier(person.id, kind, before["identifiers"][kind], at)
    if before["assignments"]:
        db.session.execute(delete(Assignment).where(Assignment.id.in_(before["assignments"])))
    reopen(before["ended"])
    return ""
