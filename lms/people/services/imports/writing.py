"""Confirming: staged rows become persons, identifiers, accounts and assignments, a chunk at a time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from lms.clock import local
from lms.db import db
from lms.errors import Conflict
from lms.people.models import (
    IDENTIFIER_NAMES,
    Account,
    Assignment,
    Identifier,
    ImportOperation,
    ImportRow,
    Person,
    PersonAlias,
    Unit,
)
from lms.people.queries.scopes import in_force
from lms.people.services.imports.staging import says_more
from lms.people.services.persons import birth_values, name_values, set_identifier
from lms.people.sheet import iso_day
from lms.vietnamese import read_date

CHUNK = 100  # about 100 ms of writing


def write_chunk(operation_id: int, after: int, at: datetime) -> tuple[int, int]:
    """Write the next rows of a confirmed import; (id of the last row, how many), (after, 0) when none are left.

    What was made and what was there before is kept on each row, so that it can be taken back.
    """
    query = select(ImportRow).where(
        ImportRow.operation_id == operation_id, ImportRow.id > after, ImportRow.action.in_(["new", "changed"])
    )
    # Locked and read anew: a worker given up for dead may still be at the same rows.
    query = query.order_by(ImportRow.id).limit(CHUNK).with_for_update().execution_options(populate_existing=True)
    rows = db.session.scalars(query).all()
    if not rows:
        return after, 0
    taken, units, known = _taken(rows), _living_units(rows), _known_persons(operation_id, rows)
    fit = [
        row for row in rows if not row.before and _still_fits(row, taken, units, known)
    ]  # what is written is not written again
    _write_new([row for row in fit if row.action == "new"], at)
    for row in [row for row in fit if row.action == "changed"]:
        _one_by_one(row, at, _write_changed)
    db.session.flush()
    return rows[-1].id, len(rows)


def _taken(rows: Sequence[ImportRow]) -> dict[tuple[str, str], int]:
    """Which identifiers of these rows somebody has by now."""
    values = {row.data[kind] for row in rows for kind in IDENTIFIER_NAMES if row.data.get(kind)}
    query = select(Identifier.kind, Identifier.value, Identifier.person_id).where(
        Identifier.value.in_(values), Identifier.until.is_(None)
    )
    return {(row.kind, row.value): row.person_id for row in db.session.execute(query)}


def _living_units(rows: Sequence[ImportRow]) -> set[int]:
    ids = {row.data["unit_id"] for row in rows if row.data.get("unit_id")}
    return set(db.session.scalars(select(Unit.id).where(Unit.id.in_(ids), Unit.ended.is_(None)).with_for_update(read=True)))


def _known_persons(operation_id: int, rows: Sequence[ImportRow]) -> set[int]:
    """Persons of these rows who are still the ones the preview saw: not merged away, and not another with an id given again."""
    seen_at = db.session.get_one(ImportOperation, operation_id).at
    merged = select(PersonAlias.person_id)
    query = select(Person).where(Person.id.in_([row.person_id for row in rows if row.person_id]), Person.id.not_in(merged))
    return {person.id for person in db.session.scalars(query) if person.created_at <= seen_at}


def _still_fits(row: ImportRow, taken: dict[tuple[str, str], int], units: set[int], known: set[int]) -> bool:
    """Whether the record still allows what the preview said; if not, the row becomes an error."""
    if row.action == "changed" and row.person_id not in known:
        return _refuse(row, "Hồ sơ này đã được gộp hoặc hoàn tác sau lúc xem trước. Hãy nhập lại dòng này.")
    for kind in IDENTIFIER_NAMES:
        owner = taken.get((kind, row.data.get(kind, "")))
        if owner is not None and owner != row.person_id:
            return _refuse(row, f"{IDENTIFIER_NAMES[kind]} này vừa được ghi cho người khác sau lúc xem trước.")
    if row.data.get("unit_id") and row.data["unit_id"] not in units:
        return _refuse(row, "Đơn vị này vừa kết thúc hoạt động sau lúc xem trước.")
    return True


def _refuse(row: ImportRow, message: str) -> bool:
    row.action, row.problems = "error", [*row.problems, {"field": "", "message": message}]
    return False


def _one_by_one(row: ImportRow, at: datetime, write: Any) -> None:
    """Write a row in a savepoint: one that the database refuses does not hold up the others."""
    try:
        with db.session.begin_nested():
            write(row, at)
    except Conflict as refusal:
        _refuse(row, refusal.message)
    except IntegrityError:
        _refuse(row, "Thông tin của dòng này vừa được ghi cho người khác sau lúc xem trước.")


def _write_new(rows: list[ImportRow], at: datetime) -> None:
    try:
        with db.session.begin_nested():
            _insert(rows, at)
    except IntegrityError:
        for row in rows:
            _one_by_one(row, at, lambda one, when: _insert([one], when))


def _insert(rows: list[ImportRow], at: datetime) -> None:
    """New persons with all that belongs to them, one statement a table."""
    if not rows:
        return
    today = local(at).date()
    persons = [_person_values(row, at) for row in rows]
    ids = list(db.session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), persons))
    accounts = list(
        db.session.scalars(
            insert(Account).returning(Account.id, sort_by_parameter_order=True), [{"person_id": i, "created_at": at} for i in ids]
        )
    )
    known = [
        {"person_id": i, "kind": kind, "value": row.data[kind], "since": today, "verified_at": None, "until": None}
        for i, row in zip(ids, rows, strict=True)
        for kind in IDENTIFIER_NAMES
        if row.data.get(kind)
    ]
    if known:
        db.session.execute(insert(Identifier), known)
    works = [_work_values(row, i, today, at) for i, row in zip(ids, rows, strict=True)]
    work_ids = list(db.session.scalars(insert(Assignment).returning(Assignment.id, sort_by_parameter_order=True), works))
    for row, person_id, account_id, work_id in zip(rows, ids, accounts, work_ids, strict=True):
        row.person_id = person_id
        row.before = {"person": person_id, "account": account_id, "assignments": [work_id], "at": at.isoformat()}


def _person_values(row: ImportRow, at: datetime) -> dict[str, Any]:
    data = row.data
    values: dict[str, Any] = {
        "gender": data.get("gender"),
        "kind": data.get("kind", "cong_chuc"),
        "operation_id": row.operation_id,
    }
    birth = birth_values(read_date(data.get("birth", "")))
    return {**name_values(data["full_name"]), **birth, **values, "created_at": at, "updated_at": at}


def _work_values(row: ImportRow, person_id: int, today: date, at: datetime) -> dict[str, Any]:
    data = row.data
    return {
        "person_id": person_id, "unit_id": data["unit_id"], "position_id": data.get("position_id"), "title": data.get("title", ""),
        "main": True, "since": iso_day(data.get("since")) or today, "until": None, "recorded_at": at, "operation_id": row.operation_id,
    }  # fmt: skip


def _write_changed(row: ImportRow, at: datetime) -> None:
    """Write into a known person what the row fills; what it leaves empty stays."""
    data, today = row.data, local(at).date()
    person = db.session.get_one(Person, row.person_id)
    new = dict(name_values(data["full_name"])) | {k: data[k] for k in ("gender", "kind") if data.get(k)}
    read = read_date(data.get("birth", ""))
    values: dict[str, Any] = new | (birth_values(read) if read and says_more(read, person) else {})
    was = {name: getattr(person, name) for name, value in values.items() if getattr(person, name) != value}
    before: dict[str, Any] = {"was": was, "at": at.isoformat(), "seen": person.updated_at.isoformat()}
    for name in was:
        setattr(person, name, values[name])
    person.updated_at = at
    db.session.flush()
    before["identifiers"] = _write_identifiers(row, at)
    before |= _write_work(row, today, at)
    row.before = before


def _write_identifiers(row: ImportRow, at: datetime) -> dict[str, str]:
    """Set the identifiers a row fills; kind -> the value before, "" for none."""
    live = select(Identifier.kind, Identifier.value).where(Identifier.person_id == row.person_id, Identifier.until.is_(None))
    held = dict(db.session.execute(live).all())
    changed = {}
    for kind in IDENTIFIER_NAMES:
        if row.data.get(kind) and row.data[kind] != held.get(kind):
            set_identifier(row.person_id or 0, kind, row.data[kind], at)
            changed[kind] = held.get(kind, "")
    return changed


def _write_work(row: ImportRow, today: date, at: datetime) -> dict[str, list[Any]]:
    """Move the person to the unit, position and title of the row, dated; nothing when they are held already."""
    data = row.data
    since = iso_day(data.get("since")) or today
    query = select(Assignment).where(Assignment.person_id == row.person_id, or_(in_force(since), in_force(today)))
    works = db.session.scalars(query.order_by(Assignment.main.desc(), Assignment.since.desc())).all()
    here = next((w for w in works if data.get("unit_id") in (None, w.unit_id)), None)
    title, position_id = (
        data.get("title") or (here.title if here else ""),
        data.get("position_id") or (here.position_id if here else None),
    )
    if here is not None and (here.title, here.position_id) == (title, position_id):
        return {"assignments": [], "ended": []}
    unit_id = data.get("unit_id") or (here.unit_id if here else None)
    if unit_id is None:
        return {"assignments": [], "ended": []}
    ended = [here] if here is not None else [w for w in works if w.main]
    before = [[work.id, work.until.isoformat() if work.until else None] for work in ended]
    since = max([since, *(work.since for work in ended)])  # never before what it replaces
    for work in ended:
        work.until = since - timedelta(days=1)  # one that began on that very day was never in force
    fresh = Assignment(
        person_id=row.person_id, unit_id=unit_id, position_id=position_id, title=title, main=here.main if here else True,
        since=since, recorded_at=at, operation_id=row.operation_id,
    )  # fmt: skip
    db.session.add(fresh)
    db.session.flush()
    return {"assignments": [fresh.id], "ended": before}


def reopen(ended: list[list[Any]]) -> None:
    """Assignments an import had ended go on as before: (id, last day in ISO form or None)."""
    for assignment_id, until in ended:
        db.session.execute(update(Assignment).where(Assignment.id == assignment_id).values(until=iso_day(until)))
