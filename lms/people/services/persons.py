"""Persons and what they are known by."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, or_, select, update
from sqlalchemy.exc import IntegrityError

from lms.audit import services as audit
from lms.clock import local
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.jobs import services as jobs
from lms.people.models import (
    IDENTIFIER_NAMES,
    Account,
    Assignment,
    Grant,
    Identifier,
    Person,
    PersonAlias,
    identifier_value,
)
from lms.vietnamese import PartialDate, clean, fold_name, name_sort_key, split_name


def name_values(full_name: str) -> dict[str, str]:
    """The columns of a name: as written, its parts, and the keys by which it sorts and is searched."""
    full_name = clean(full_name)
    family, middle, given = split_name(full_name)
    return {
        "full_name": full_name, "family": family, "middle": middle, "given": given,
        "name_key": name_sort_key(full_name), "name_fold": fold_name(full_name),
    }  # fmt: skip


def birth_values(birth: PartialDate | date | None) -> dict[str, int | None]:
    """The columns of a birth date, of which only the year may be known."""
    if birth is None:
        return {"birth_year": None, "birth_month": None, "birth_day": None}
    return {"birth_year": birth.year, "birth_month": birth.month, "birth_day": birth.day}


def create_person(
    full_name: str,
    gender: str | None,
    birth: PartialDate | date | None,
    kind: str,
    at: datetime,
    by_id: int | None,
    identifiers: Iterable[tuple[str, str]] = (),
) -> Person:
    """Take an officer into the record. gender: "F", "M" or None; kind: can_bo, cong_chuc, vien_chuc, hop_dong; identifiers: (kind, as typed).

    Raises Conflict when an identifier belongs to somebody else or is none of its kind.
    """
    person = Person(**name_values(full_name), **birth_values(birth), gender=gender, kind=kind, created_at=at, updated_at=at)
    db.session.add(person)
    db.session.flush()
    for kind_, value in identifiers:
        add_identifier(person.id, kind_, value, at)
    audit.record(by_id, "people.create", "person", person.id, at)
    return person


def add_identifier(person_id: int, kind: str, text: str, at: datetime, verified: bool = False) -> Identifier:
    """Note an e-mail, phone or code of a person from today. Raises Conflict when it is somebody's already, or not of that kind."""
    value = identifier_value(kind, text)
    if value is None:
        raise Conflict(f"{IDENTIFIER_NAMES[kind]} “{clean(text)}” viết chưa đúng dạng. Hãy kiểm tra rồi nhập lại.")
    row = Identifier(person_id=person_id, kind=kind, value=value, verified_at=at if verified else None, since=local(at).date())
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise Conflict(
            f"{IDENTIFIER_NAMES[kind]} “{clean(text)}” đang thuộc một người khác. Hãy tìm người ấy trong danh sách, "
            "hoặc kết thúc thông tin cũ rồi nhập lại."
        ) from error
    return row


def end_identifiers(person_id: int, kind: str, at: datetime) -> None:
    """The person's identifiers of a kind hold no longer: they may be given to somebody else."""
    live = (Identifier.person_id == person_id, Identifier.kind == kind, Identifier.until.is_(None))
    db.session.execute(update(Identifier).where(*live).values(until=local(at).date()))


def set_identifier(person_id: int, kind: str, text: str, at: datetime) -> None:
    """The person is known by this e-mail, phone or code from now; an empty text ends what was known. Raises as `add_identifier`."""
    live = (Identifier.person_id == person_id, Identifier.kind == kind, Identifier.until.is_(None))
    held = db.session.scalars(select(Identifier.value).where(*live)).all()
    value = identifier_value(kind, text) if text else None
    if list(held) == ([value] if value else []) and (value or not text):
        return
    end_identifiers(person_id, kind, at)
    if text:
        add_identifier(person_id, kind, text, at)


def update_person(person_id: int, seen: datetime, values: dict[str, Any], at: datetime, by_id: int | None) -> bool:
    """Correct a person's data, made from the state of `seen` (updated_at); False, and nothing written, when somebody changed it since.

    values: full_name, birth (PartialDate or None), gender, kind.
    """
    before = db.session.get_one(Person, person_id, populate_existing=True)
    old = {"full_name": before.full_name, "gender": before.gender, "birth_year": before.birth_year, "kind": before.kind}
    columns: dict[str, Any] = name_values(values["full_name"]) | birth_values(values["birth"])
    columns |= {"gender": values["gender"], "kind": values["kind"], "updated_at": at}
    changed = db.session.execute(
        update(Person)
        .where(Person.id == person_id, Person.updated_at == seen)
        .values(**columns)
        .execution_options(synchronize_session=False)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        return False
    db.session.expire(before)
    audit.record(by_id, "people.edit", "person", person_id, at, before=old)
    return True


def merge(person_id: int, into_id: int, at: datetime, by_id: int | None) -> None:
    """A duplicate person is found to be another: readers follow the alias, the record keeps its ids.

    What the duplicate is known by goes over, its account and roles end, and its assignments too, when the other has one in force. What
    higher floors keep of the two is joined by a job, which they take up by what happened: people know nothing of them.
    Raises Conflict when one of them was merged already.
    """
    persons = {p.id for p in db.session.scalars(select(Person).where(Person.id.in_([person_id, into_id])))}
    if person_id == into_id or len(persons) != 2:
        raise NotFound
    if db.session.scalar(select(exists().where(PersonAlias.person_id.in_([person_id, into_id])))):
        raise Conflict("Một trong hai hồ sơ này đã được gộp từ trước. Hãy tải lại danh sách rồi xem hồ sơ còn lại.")
    today = local(at).date()
    known = db.session.execute(
        select(Identifier.kind, Identifier.value, Identifier.verified_at).where(
            Identifier.person_id == person_id, Identifier.until.is_(None)
        )
    ).all()
    for row in known:
        end_identifiers(person_id, row.kind, at)
        add_identifier(into_id, row.kind, row.value, at, verified=row.verified_at is not None)
    _close(person_id, into_id, today, at)
    # One step from any duplicate to the person: readers need not follow a chain.
    db.session.execute(update(PersonAlias).where(PersonAlias.into_id == person_id).values(into_id=into_id))
    db.session.add(PersonAlias(person_id=person_id, into_id=into_id, at=at, by_id=by_id))
    db.session.flush()
    audit.record(by_id, "people.merge", "person", person_id, at, into=into_id)
    jobs.enqueue("people.merged", "Tính lại năng lực sau khi gộp hồ sơ", {"into_id": into_id}, by_id, at)


def _close(person_id: int, into_id: int, today: date, at: datetime) -> None:
    """End what the duplicate still holds; one whose other has no work yet hands its assignments over."""
    accounts = update(Account).where(Account.person_id == person_id, Account.closed_at.is_(None))
    db.session.execute(accounts.values(closed_at=at, epoch=Account.epoch + 1))
    yesterday = today - timedelta(days=1)
    live = (Assignment.person_id == person_id, or_(Assignment.until.is_(None), Assignment.until >= today))
    idle = not db.session.scalar(
        select(exists().where(Assignment.person_id == into_id, or_(Assignment.until.is_(None), Assignment.until >= today)))
    )
    for row in db.session.scalars(select(Assignment).where(*live)).all():
        if idle:
            db.session.add(
                Assignment(
                    person_id=into_id, unit_id=row.unit_id, position_id=row.position_id, title=row.title, main=row.main,
                    since=max(row.since, today), until=row.until, recorded_at=at,
                )
            )  # fmt: skip
        row.until = max(yesterday, row.since - timedelta(days=1))
    grants = update(Grant).where(Grant.person_id == person_id, or_(Grant.until.is_(None), Grant.until >= today))
    db.session.execute(grants.values(until=yesterday))
    db.session.flush()
