"""Who works where, in which position, from when to when. Two assignments at once are normal; one is the main one."""

from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from lms.audit import services as audit
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.people.models import Assignment, Unit
from lms.people.queries.scopes import in_force
from lms.vietnamese import clean


def assign(
    person_id: int,
    unit_id: int,
    position_id: int | None,
    title: str,
    since: date,
    main: bool,
    at: datetime,
    by_id: int | None,
) -> Assignment:
    """Assign a person to a unit from a day. A new main assignment makes the others secondary.

    Raises NotFound for an unknown unit, Conflict when the unit has ended by then or the same assignment is in force already.
    """
    # A share of the row's lock: an event that ends the unit just now is waited for.
    unit = db.session.get(Unit, unit_id, with_for_update={"read": True}, populate_existing=True)
    if unit is None:
        raise NotFound
    if unit.ended is not None and unit.ended < since:
        raise Conflict("Đơn vị này đã kết thúc hoạt động trước ngày bắt đầu phân công. Hãy chọn đơn vị đang hoạt động.")
    same = select(Assignment.id).where(
        Assignment.person_id == person_id, Assignment.unit_id == unit_id, in_force(since),
        Assignment.position_id == position_id if position_id else Assignment.position_id.is_(None),
    )  # fmt: skip
    if db.session.scalar(same.limit(1)):
        raise Conflict("Người này đang có phân công ấy rồi; không ghi thêm.")
    if main:
        _make_secondary(person_id, since)
    row = Assignment(
        person_id=person_id, unit_id=unit_id, position_id=position_id, title=clean(title), main=main, since=since, recorded_at=at
    )
    db.session.add(row)
    db.session.flush()
    audit.record(by_id, "people.assign", "person", person_id, at, assignment=row.id, unit=unit_id, since=since.isoformat())
    return row


def _make_secondary(person_id: int, on: date) -> None:
    db.session.execute(update(Assignment).where(Assignment.person_id == person_id, in_force(on)).values(main=False))


def end_assignment(assignment_id: int, until: date, at: datetime, by_id: int | None, person_id: int | None = None) -> Assignment:
    """End an assignment; `until` is its last day. Raises NotFound, Conflict when it had ended or had not begun by then."""
    row = db.session.get(Assignment, assignment_id)
    if row is None or (person_id is not None and row.person_id != person_id):
        raise NotFound
    if row.until is not None:
        raise Conflict("Phân công này đã kết thúc từ trước.")
    if until < row.since:
        raise Conflict("Ngày cuối của phân công sớm hơn ngày bắt đầu. Hãy xem lại ngày.")
    row.until = until
    db.session.flush()
    audit.record(by_id, "people.end_assignment", "person", row.person_id, at, assignment=row.id, until=until.isoformat())
    return row


def transfer(
    person_id: int, unit_id: int, position_id: int | None, title: str, since: date, at: datetime, by_id: int | None
) -> Assignment:
    """Move a person: every assignment in force ends the day before, a new main one begins. Raises as `assign`.

    One that began on that very day is put right: it ends before it began, and so was never in force.
    """
    held = db.session.scalars(select(Assignment).where(Assignment.person_id == person_id, in_force(since))).all()
    if any(row.unit_id == unit_id and row.position_id == position_id for row in held):
        raise Conflict("Người này đang ở đúng đơn vị và vị trí ấy; không có gì để chuyển.")
    for row in held:
        row.until = since - timedelta(days=1)
        audit.record(by_id, "people.end_assignment", "person", person_id, at, assignment=row.id, until=row.until.isoformat())
    return assign(person_id, unit_id, position_id, title, since, True, at, by_id)
