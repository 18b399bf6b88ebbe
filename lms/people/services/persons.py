"""Persons and what they are known by."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from lms.audit import services as audit
from lms.clock import local
from lms.db import db
from lms.errors import Conflict
from lms.people.models import IDENTIFIER_NAMES, Identifier, Person, identifier_value
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
