"""Whom taking an import back would leave as they are, and why: asked by the preview and again, row by row, by the reversal itself."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Row, func, select

from lms.db import db
from lms.people.models import (
    UNIT_EVENT_KINDS,
    Account,
    Assignment,
    Grant,
    Identifier,
    ImportRow,
    Person,
    PersonAlias,
    Unit,
    UnitEvent,
    UnitLineage,
)
from lms.people.queries.units import unit_name_on
from lms.vietnamese import format_date

CHUNK = 500
CHANGED = "Phân công đã thay đổi sau khi nhập."
USED = "Người này đã có kết quả học tập, thông báo hoặc thông tin đã thuộc người khác."
_OWN = {Account.__tablename__, Assignment.__tablename__, Grant.__tablename__, Identifier.__tablename__}


@dataclass(frozen=True)
class Obstacle:
    """A row that stays: its person as the list names them, and the reason."""

    row_id: int
    line: int
    full_name: str
    person_id: int
    why: str


@dataclass
class _Present:
    """The record as it is now, for the persons of some rows."""

    persons: dict[int, Any] = field(default_factory=dict)
    merged: set[int] = field(default_factory=set)
    used: set[int] = field(default_factory=set)
    with_role: set[int] = field(default_factory=set)
    works: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    known: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    owners: dict[tuple[str, str], int] = field(default_factory=dict)
    ended_units: dict[int, tuple[date, str]] = field(default_factory=dict)  # last day, what became of it


def written_rows(operation_id: int) -> int:
    """How many rows of the import were written into the record."""
    return sum(1 for _ in _written(operation_id, None))


def obstacles(operation_id: int, row_ids: Sequence[int] | None = None) -> list[Obstacle]:
    """Written rows that cannot be taken back, of the whole import or of these; a few queries for every 500 rows."""
    found: list[Obstacle] = []
    written = _written(operation_id, row_ids)
    while rows := list(islice(written, CHUNK)):
        present = _read(rows)
        for row in rows:
            if why := _why(row, present):
                found.append(Obstacle(row.id, row.line, row.data["full_name"], row.person_id, why))
    return found


def _written(operation_id: int, row_ids: Sequence[int] | None) -> Iterator[Row]:
    query = select(ImportRow.__table__).where(
        ImportRow.operation_id == operation_id, ImportRow.action.in_(["new", "changed"]), ImportRow.person_id.is_not(None)
    )
    if row_ids is not None:
        query = query.where(ImportRow.id.in_(row_ids))
    return (row for row in db.session.execute(query.order_by(ImportRow.id)) if row.before)


def _read(rows: Sequence[Row]) -> _Present:
    ids, present = {row.person_id for row in rows}, _Present()
    query = select(Person.id, Person.updated_at, Account.activated_at).outerjoin(Account, Account.person_id == Person.id)
    present.persons = {row.id: row for row in db.session.execute(query.where(Person.id.in_(ids)))}
    present.merged = set(db.session.scalars(select(PersonAlias.person_id).where(PersonAlias.person_id.in_(ids))))
    present.with_role = set(db.session.scalars(select(Grant.person_id).where(Grant.person_id.in_(ids))))
    present.used = _used({row.person_id for row in rows if row.action == "new"})
    work = select(Assignment.id, Assignment.person_id, Assignment.unit_id, Assignment.until)
    for row in db.session.execute(work.where(Assignment.person_id.in_(ids)).order_by(Assignment.id)):
        present.works[row.person_id].append(row)
    live = select(Identifier.person_id, Identifier.kind, Identifier.value).where(Identifier.until.is_(None))
    for known in db.session.execute(live.where(Identifier.person_id.in_(ids))):
        present.known[known.person_id][known.kind] = known.value
    earlier = {value for row in rows for value in row.before.get("identifiers", {}).values() if value}
    present.owners = {
        (row.kind, row.value): row.person_id for row in db.session.execute(live.where(Identifier.value.in_(earlier)))
    }
    present.ended_units = _ended({work.unit_id for works in present.works.values() for work in works})
    return present


def _used(ids: set[int]) -> set[int]:
    """Which of these persons any table above this floor refers to: the database would not let them go."""
    found: set[int] = set()
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if table.name not in _OWN and any(key.column is Person.__table__.c.id for key in column.foreign_keys):
                found |= set(db.session.scalars(select(column).where(column.in_(ids)).distinct()))
    return found


def _ended(unit_ids: set[int]) -> dict[int, tuple[date, str]]:
    """Units that are no more: their last day and, in words, what became of them."""
    events = (
        select(UnitLineage.from_id, func.max(UnitEvent.id).label("event_id"))
        .join(UnitEvent, UnitEvent.id == UnitLineage.event_id)
        .where(UnitEvent.kind.in_(["merge", "split", "dissolve"]))
        .group_by(UnitLineage.from_id)
        .subquery()
    )
    query = (
        select(Unit.id, Unit.ended, unit_name_on(Unit.id, Unit.ended).label("name"), UnitEvent.kind, UnitEvent.on, UnitEvent.decision)
        .outerjoin(events, events.c.from_id == Unit.id)
        .outerjoin(UnitEvent, UnitEvent.id == events.c.event_id)
        .where(Unit.id.in_(unit_ids), Unit.ended.is_not(None))
    )  # fmt: skip
    return {row.id: (row.ended, _fate(row)) for row in db.session.execute(query)}


def _fate(row: Row) -> str:
    if row.kind is None:
        return f"{row.name} đã kết thúc hoạt động"
    return f"{row.name} đã {UNIT_EVENT_KINDS[row.kind].lower()} từ {format_date(row.on)} theo {row.decision}"


def _why(row: Row, present: _Present) -> str:
    person = present.persons.get(row.person_id)
    if person is None:
        return ""
    if row.person_id in present.merged:
        return "Hồ sơ đã được gộp vào một hồ sơ khác."
    if person.updated_at.isoformat() != row.before["at"]:
        return "Thông tin đã được sửa sau khi nhập."
    return _why_not_removed(row, person, present) if "person" in row.before else _why_not_restored(row, present)


def _why_not_removed(row: Row, person: Row, present: _Present) -> str:
    if person.activated_at is not None:
        return "Tài khoản đã được kích hoạt."
    works = present.works[row.person_id]
    if [work.id for work in works] != row.before["assignments"] or any(work.until is not None for work in works):
        return _carried_on(works, row.before["assignments"], present) or CHANGED
    if row.person_id in present.with_role:
        return "Người này đã được giao vai trò."
    return USED if row.person_id in present.used else ""


def _why_not_restored(row: Row, present: _Present) -> str:
    before, works = row.before, present.works[row.person_id]
    made = [work for work in works if work.id in before["assignments"]]
    if len(made) != len(before["assignments"]) or any(work.until is not None for work in made):
        return _carried_on(works, before["assignments"], present) or CHANGED
    held = present.known[row.person_id]
    if any(held.get(kind) != row.data[kind] for kind in before["identifiers"]):
        return "Thông tin đăng nhập đã thay đổi sau khi nhập."
    if any(present.owners.get((kind, value)) for kind, value in before["identifiers"].items()):
        return "Thư điện tử, điện thoại hoặc mã cũ của người này nay thuộc người khác."
    return _nowhere_to_return(works, before["ended"], present)


def _carried_on(works: list[Row], made: list[int], present: _Present) -> str:
    """The import's assignment ended with its unit, and an event took the person along."""
    fates = [present.ended_units[w.unit_id][1] for w in works if w.id in made and w.unit_id in present.ended_units]
    return f"{fates[0]}; phân công đã theo đơn vị mới." if fates else ""


def _nowhere_to_return(works: list[Row], ended: list[list[Any]], present: _Present) -> str:
    """The unit the import moved the person away from is no more: the old assignment cannot go on there."""
    units = {work.id: work.unit_id for work in works}
    for assignment_id, until in ended:
        last, fate = present.ended_units.get(units.get(assignment_id, 0), (None, ""))
        if last is not None and (until is None or until > last.isoformat()):
            return f"Đơn vị trước đây là {fate}; không trả người này về đó được."
    return ""
