"""Tables of persons, accounts, units and roles. Person, account and identifier are three things: a person exists without an account."""

import re
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Instant, Key, db
from lms.vietnamese import clean, read_phone

PERSON_KINDS = {"can_bo": "Cán bộ", "cong_chuc": "Công chức", "vien_chuc": "Viên chức", "hop_dong": "Hợp đồng lao động"}
GENDERS = {"F": "Nữ", "M": "Nam"}
IDENTIFIER_NAMES = {"email": "Thư điện tử", "phone": "Điện thoại", "code": "Mã cán bộ"}
UNIT_KINDS = {
    "province": "Tỉnh",
    "department": "Cơ quan cấp tỉnh",
    "commune": "Xã, phường",
    "service": "Đơn vị sự nghiệp",
    "other": "Đơn vị khác",
}
UNIT_EVENT_KINDS = {
    "merge": "Sáp nhập, hợp nhất",
    "split": "Chia, tách",
    "rename": "Đổi tên",
    "move": "Chuyển trực thuộc",
    "dissolve": "Giải thể",
}
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
_CODE = re.compile(r"[0-9A-Z][0-9A-Z._/-]{1,31}")


def identifier_value(kind: str, text: str) -> str | None:
    """An identifier as it is kept, or None when the text is none of that kind: e-mail in small letters, phone as E.164, code in capitals."""
    if kind == "phone":
        return read_phone(text)
    if kind == "email":
        value = clean(text).lower()
        return value if len(value) <= 254 and _EMAIL.fullmatch(value) else None
    value = clean(text).replace(" ", "").upper()
    return value if _CODE.fullmatch(value) else None


class Person(db.Model):
    """A person. The full name as written is the record; its parts, sort key and search key are derived when it is written."""

    __tablename__ = "person"
    __table_args__ = {"sqlite_autoincrement": True}  # a reversed import's id is never given to somebody else

    id: Mapped[int] = mapped_column(primary_key=True)
    full_name: Mapped[str] = mapped_column(Text)
    family: Mapped[str] = mapped_column(Text)
    middle: Mapped[str] = mapped_column(Text)
    given: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text, index=True)  # vietnamese.name_sort_key
    name_fold: Mapped[str] = mapped_column(Text, index=True)  # vietnamese.fold_name
    gender: Mapped[str | None] = mapped_column(Key)  # F, M
    birth_year: Mapped[int | None]
    birth_month: Mapped[int | None]
    birth_day: Mapped[int | None]
    kind: Mapped[str] = mapped_column(Key, default="cong_chuc")  # can_bo, cong_chuc, vien_chuc, hop_dong
    operation_id: Mapped[int | None] = mapped_column(ForeignKey("import_operation.id"))  # the import that created the row
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)


class PersonAlias(db.Model):
    """A duplicate person, found to be another: the record keeps its ids, readers follow the alias."""

    __tablename__ = "person_alias"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None]


class Identifier(db.Model):
    """What a person signs in with or is known by: e-mail, phone (E.164) or officer's code; dated, as phones are reassigned."""

    __tablename__ = "identifier"
    __table_args__ = (
        Index(
            "uq_identifier_live",
            "kind",
            "value",
            unique=True,
            sqlite_where=db.text("until IS NULL"),
            postgresql_where=db.text("until IS NULL"),
        ),
        Index("ix_identifier_value", "value"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(Key)  # email, phone, code
    value: Mapped[str] = mapped_column(Text)
    verified_at: Mapped[datetime | None] = mapped_column(Instant)
    since: Mapped[date]
    until: Mapped[date | None]


class Account(db.Model):
    """The right to sign in. A new account has no password until its slip is used. The epoch goes up to sign out everywhere."""

    __tablename__ = "account"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    epoch: Mapped[int] = mapped_column(default=0)
    theme: Mapped[str] = mapped_column(Key, default="auto")  # auto, light, dark
    text_size: Mapped[str] = mapped_column(Key, default="normal")  # normal, large
    created_at: Mapped[datetime] = mapped_column(Instant)
    activated_at: Mapped[datetime | None] = mapped_column(Instant)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    unread: Mapped[int] = mapped_column(default=0)  # notices not yet read: counted where they are written, not on every page


class EndedSession(db.Model):
    """A session that was signed out of: its cookie, wherever a copy of it lies, opens nothing any more."""

    __tablename__ = "ended_session"

    key: Mapped[str] = mapped_column(Key, primary_key=True)  # the last part of what the cookie holds
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class OneTimeSecret(db.Model):
    """A secret that works once: the activation slip a focal point prints, or the link of a reset letter. Only its sha256 is kept."""

    __tablename__ = "one_time_secret"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(Key)  # slip, reset
    digest: Mapped[str] = mapped_column(Key, unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None]
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class SignInCounter(db.Model):
    """Failed sign-ins of an identifier from a network (`who`, `net`: digests): slows that pair, never the whole account."""

    __tablename__ = "sign_in_counter"

    who: Mapped[str] = mapped_column(Key, primary_key=True)
    net: Mapped[str] = mapped_column(Key, primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(Instant)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)


class Unit(db.Model):
    """A unit's identity: our own permanent key. Codes and names belong to its versions and may be used again by another unit."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Key, unique=True)
    kind: Mapped[str] = mapped_column(Key)  # province, department, commune, service, other
    path: Mapped[str] = mapped_column(Text, index=True)  # "/1/5/": ids from the root to this unit, as the tree is now
    rank: Mapped[int] = mapped_column(default=0)  # order in rosters, set by Sở Nội vụ
    is_example: Mapped[bool] = mapped_column(default=False)  # invented, to show how mergers work
    ended: Mapped[date | None]


class UnitVersion(db.Model):
    """What a unit was called, coded and placed under between two dates (`until` is the last day)."""

    __tablename__ = "unit_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    name_fold: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    short: Mapped[str] = mapped_column(Text, default="")
    code: Mapped[str] = mapped_column(Key, default="", index=True)
    place: Mapped[str] = mapped_column(Text, default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    since: Mapped[date]
    until: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(Text, default="")


class UnitEvent(db.Model):
    """A merger, split or renaming, by a decision, on a date; its lineage rows join the units before and after."""

    __tablename__ = "unit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Key)  # merge, split, rename, dissolve, create, move
    decision: Mapped[str] = mapped_column(Text)
    on: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None]


class UnitLineage(db.Model):
    """From which unit to which, in an event."""

    __tablename__ = "unit_lineage"

    event_id: Mapped[int] = mapped_column(ForeignKey("unit_event.id"), primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)


class Position(db.Model):
    """A job position (vị trí việc làm); what it requires is kept by tracking."""

    __tablename__ = "position"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Key, unique=True)
    name: Mapped[str] = mapped_column(Text)
    unit_kinds: Mapped[list[str]] = mapped_column(JSON, default=list)


class Assignment(db.Model):
    """A person at a unit in a position between two dates (`until` is the last day). Two at once are normal; one is the main one."""

    __tablename__ = "assignment"
    __table_args__ = (Index("ix_assignment_unit_person", "unit_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    position_id: Mapped[int | None] = mapped_column(ForeignKey("position.id"))
    title: Mapped[str] = mapped_column(Text, default="")  # chức vụ, chức danh
    main: Mapped[bool] = mapped_column(default=True)
    since: Mapped[date]
    until: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    operation_id: Mapped[int | None] = mapped_column(ForeignKey("import_operation.id"))


class Grant(db.Model):
    """A role given to a person, with a scope (kind + key: a course is on a higher floor) and dates (`until` is the last day)."""

    __tablename__ = "grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(Key)
    scope: Mapped[str] = mapped_column(Key, default="all")  # all, unit, course
    scope_id: Mapped[int | None]
    since: Mapped[date]
    until: Mapped[date | None]
    by_id: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Instant)


class ImportOperation(db.Model):
    """One file of officers: staged (rows read, nothing written), confirmed, or reversed.

    While it is on the way to one of these, its job says how that goes; when the job has failed, the import is interrupted.
    """

    __tablename__ = "import_operation"

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Key)  # storage key of the file as it came
    state: Mapped[str] = mapped_column(
        Key, default="reading"
    )  # reading, staged, confirming, confirmed, reversing, reversed, refused
    job_id: Mapped[int | None]  # the work that brings it to its next state; none when a command does it
    problem: Mapped[str] = mapped_column(Text, default="")
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    by_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    reversed_at: Mapped[datetime | None] = mapped_column(Instant)


class ImportRow(db.Model):
    """One row of the file: what was read, what is wrong with it, and what confirming does (new, changed, same, error)."""

    __tablename__ = "import_row"
    __table_args__ = (
        UniqueConstraint("operation_id", "sheet", "line"),
        Index("ix_import_row_operation_id", "operation_id", "id"),  # chunks are taken in this order
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("import_operation.id"))
    sheet: Mapped[str] = mapped_column(Text)
    line: Mapped[int]
    action: Mapped[str] = mapped_column(Key)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    problems: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    person_id: Mapped[int | None]
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what a reversal restores
